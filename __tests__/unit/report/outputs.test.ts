import { describe, expect, test } from '@jest/globals';
import { parsePlanParts } from '../../../src/changelog/plan/plan-difference.ts';
import { outputs } from '../../../src/report/outputs.ts';
import { renderReportJson } from '../../../src/report/schema/report-json.ts';
import { aChangeset, aReport, PLAN_PARTS_SHOWN } from '../../support/builders.ts';

const applied = aChangeset({ id: '001', status: 'applied', durationMs: 12, labels: ['x'] });
const marked = aChangeset({ id: '002', status: 'marked-ran' });
const failed = aChangeset({ id: '003', status: 'failed' });

describe('outputs', () => {
  test('name only what the report can fill', () => {
    const unplanned = { planHash: undefined, planParts: undefined };
    expect(outputs(aReport({ mode: 'status', runId: undefined, ...unplanned }))).toEqual({
      result: 'ok',
      'database-state': 'unchanged',
      'pending-count': '0',
      pending: '[]',
      'applied-count': '0',
      applied: '[]',
      restored: 'false',
    });
  });

  test('give the parts of the plan so that they can be given back', () => {
    const known = outputs(aReport());
    expect(parsePlanParts(known['plan-parts'] ?? '')).toEqual(PLAN_PARTS_SHOWN);
  });

  test('tell what still has to run from what ran', () => {
    const known = outputs(aReport({ result: 'failed', pending: [applied, marked, failed] }));
    expect(known).toMatchObject({ 'pending-count': '1', 'applied-count': '2', 'run-id': '8841-1' });
    expect(JSON.parse(known['applied']!)).toEqual([
      {
        id: '001',
        author: 'anna',
        file: 'migrations/001_change.up.sql',
        risk: 'low',
        contexts: '',
        labels: ['x'],
        statements: 1,
        status: 'applied',
        durationMs: 12,
      },
      expect.objectContaining({ id: '002', status: 'marked-ran', durationMs: null }),
    ]);
    expect(JSON.parse(known['pending']!)).toEqual([expect.not.objectContaining({ status: 'failed' })]);
  });

  test('after a restore say that nothing was applied', () => {
    const known = outputs(aReport({ result: 'restored', pending: [applied, failed] }));
    expect(known).toMatchObject({
      restored: 'true',
      'applied-count': '0',
      'pending-count': '2',
      applied: '[]',
    });
  });

  test('list a hundred changesets, and fewer where they are large', () => {
    const many = Array.from({ length: 250 }, (_, index) => aChangeset({ id: String(index) }));
    const large = many.map((changeset) => ({ ...changeset, contexts: 'x'.repeat(5000) }));
    expect(outputs(aReport({ pending: many }))['pending-count']).toBe('250');
    expect(JSON.parse(outputs(aReport({ pending: many }))['pending']!)).toHaveLength(100);
    expect(outputs(aReport({ pending: large }))['pending']!.length).toBeLessThanOrEqual(100_000);
    expect(
      (JSON.parse(outputs(aReport({ pending: large }))['pending']!) as unknown[]).length,
    ).toBeGreaterThan(50);
  });
});

describe('the report as JSON', () => {
  test('is the same whatever the order of its keys, and says null for what is not known', () => {
    const report = aReport({ pending: [applied], runId: undefined });
    const shuffled = Object.fromEntries(Object.entries(report).toReversed()) as unknown as typeof report;
    expect(renderReportJson(shuffled)).toBe(renderReportJson(report));
    expect(JSON.parse(renderReportJson(report))).toMatchObject({
      schemaVersion: 1,
      runId: null,
      sqlFile: null,
    });
  });

  test('holds the whole report', () => {
    const report = aReport({
      pending: [applied, failed],
      warnings: [{ code: 'server-error', message: '##[x]' }],
    });
    const back = JSON.parse(
      renderReportJson(report),
      (_, value: unknown) => value ?? undefined,
    ) as typeof report;
    expect(back).toEqual(JSON.parse(JSON.stringify(report)));
  });
});
