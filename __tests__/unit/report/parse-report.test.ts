import { describe, expect, test } from '@jest/globals';
import { checkSchema } from '../../../src/report/schema/check-schema.ts';
import { parseReport } from '../../../src/report/schema/parse-report.ts';
import { renderReportJson } from '../../../src/report/schema/report-json.ts';
import { reportSchema } from '../../../src/report/schema/report-schema.ts';
import type { Report } from '../../../src/report/report.ts';
import { aReport } from '../../support/builders.ts';
import { commentScenarios } from '../../support/comment-scenarios.ts';
import { HOSTILE, reportSaying } from '../../support/hostile.ts';
import { scenarios } from '../../support/scenarios.ts';

type Json = Readonly<Record<string, unknown>>;

function parsed(change: (report: Json) => unknown): Report {
  return parseReport(JSON.stringify(change(JSON.parse(renderReportJson(commentScenarios['plan']!)) as Json)));
}

describe('a saved report', () => {
  test.each(Object.entries({ ...scenarios, ...commentScenarios }))('of %s is read as it was', (_, report) => {
    expect(parseReport(renderReportJson(report))).toEqual(report);
  });

  test('may say anything in its texts', () => {
    for (const text of HOSTILE) {
      const report = reportSaying(() => text);
      expect(parseReport(renderReportJson(report)).databaseState).toBe(report.databaseState);
    }
  });

  test.each<[string, string, RegExp]>([
    ['text', 'no report', /is not JSON/],
    ['nothing', '', /is not JSON/],
    ['a list', '[]', /the report is no object/],
    ['null', 'null', /the report is no object/],
    ['an empty object', '{}', /the report lacks/],
    ['one that is too deep', '['.repeat(5000) + ']'.repeat(5000), /no object/],
  ])('is not %s', (_, text, message) => {
    expect(() => parseReport(text)).toThrow(message);
  });

  test.each<[string, (report: Json) => unknown, RegExp]>([
    ['a key that is not known', (report) => ({ ...report, extra: 1 }), /the report has an unknown key/],
    [
      'a key of another object',
      (report) => ({ ...report, target: { ...(report['target'] as Json), url: 'x' } }),
      /target of the report has an unknown key/,
    ],
    [
      'another version',
      (report) => ({ ...report, schemaVersion: 2 }),
      /schemaVersion of the report is not 1/,
    ],
    ['a mode that is none', (report) => ({ ...report, mode: 'pwn' }), /mode of the report is not one of/],
    [
      'a list that is none',
      (report) => ({ ...report, pending: { length: 1 } }),
      /pending of the report is no list/,
    ],
    [
      'a text that is an object',
      (report) => ({ ...report, databaseState: { toString: 'x' } }),
      /databaseState of the report is no text/,
    ],
    ['a number that is none', (report) => ({ ...report, schemaBytes: 1.5 }), /schemaBytes of the report/],
    [
      'a number below zero',
      (report) => ({ ...report, tables: [{ name: 'a', rows: -1, bytes: 0 }] }),
      /rows of an item of tables/,
    ],
    ['a time that is none', (report) => ({ ...report, finishedAt: '<b>' }), /finishedAt of the report/],
    [
      'a word with markup',
      (report) => ({ ...report, problems: [{ code: '**x**', message: 'y' }] }),
      /code of an item of problems/,
    ],
    [
      'a list without end',
      (report) => ({ ...report, labels: 'x', contexts: Array.from({ length: 60_000 }, () => '') }),
      /contexts of the report is too long/,
    ],
  ])('is refused with %s', (_, change, message) => {
    expect(() => parsed(change)).toThrow(message);
  });

  test('is refused with a key that would change all objects', () => {
    const text = renderReportJson(aReport()).replace('{', '{"__proto__": {"polluted": true},');
    expect(() => parseReport(text)).toThrow(/unknown key/);
    expect(({} as Json)['polluted']).toBeUndefined();
  });

  test('is checked by all that the schema says', () => {
    const schema = { ...reportSchema, type: 'date' };
    expect(() => checkSchema(schema, {})).toThrow(/cannot be checked/);
  });
});
