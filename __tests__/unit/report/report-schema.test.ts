import { describe, expect, test } from '@jest/globals';
import { renderReportJson } from '../../../src/report/schema/report-json.ts';
import type { Report } from '../../../src/report/report.ts';
import { aReport } from '../../support/builders.ts';
import { HOSTILE, reportSaying } from '../../support/hostile.ts';
import { schemaErrors } from '../../support/report-schema.ts';
import { scenarios } from '../../support/scenarios.ts';

describe('the published schema', () => {
  test.each(Object.entries(scenarios))('lets the report of %s through', (_, report) => {
    expect(schemaErrors(renderReportJson(report))).toEqual([]);
  });

  test('lets any text through where others write', () => {
    const texts = [...HOSTILE];
    const report = reportSaying(() => texts.pop() ?? 'x');
    expect(schemaErrors(renderReportJson(report))).toEqual([]);
  });

  test.each<[string, object]>([
    ['a key that nobody knows', { ...aReport(), extra: 1 }],
    ['a result that nobody knows', { ...aReport(), result: 'great' }],
    ['another version', { ...aReport(), schemaVersion: 2 }],
    ['a time in words', { ...aReport(), startedAt: 'yesterday' }],
    ['a changeset without its parts', { ...aReport(), pending: [{ key: 'a:1' }] }],
  ])('lets %s not through', (_, report) => {
    expect(schemaErrors(renderReportJson(report as Report))).not.toEqual([]);
  });

  test('lets a report without one of its keys not through', () => {
    for (const key of Object.keys(aReport())) {
      const rest = Object.entries(aReport()).filter(([name]) => name !== key);
      expect(schemaErrors(JSON.stringify(Object.fromEntries(rest)))).not.toEqual([]);
    }
  });
});
