import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../../src/report/report.ts';
import { verdict } from '../../../src/report/verdict.ts';
import {
  aChangeset,
  alreadyRan,
  aReport,
  aRestore,
  aViolation,
  statementsOf,
} from '../../support/builders.ts';

const TARGET = 'prod (db shop on db.example.com)';
const three = [aChangeset({ id: '004' }), aChangeset({ id: '005' }), aChangeset({ id: '006' })];
const five = statementsOf('a', 'b', 'c', 'd', 'e');
const problem = {
  code: 'statement-failed',
  message: 'it failed',
  at: { file: 'migrations/004_change.up.sql', line: 3 },
} as const;
const failed = aChangeset({
  id: '004',
  status: 'failed',
  statementsDone: 2,
  failedStatement: { number: 3, line: 3 },
  statements: five,
  problem,
});

describe('the headline', () => {
  test.each<[string, Partial<Report>]>([
    [`nothing pending: ${TARGET} is up to date`, { mode: 'status' }],
    [`3 changesets would be applied to ${TARGET}`, { mode: 'status', pending: three }],
    [
      `SQL of 3 changesets for ${TARGET} written to out.sql, nothing was changed`,
      { mode: 'update-sql', pending: three, sqlFile: 'out.sql' },
    ],
    [`applied 1 changeset to ${TARGET} in 4.2 s`, { pending: [aChangeset({ status: 'applied' })] }],
    [
      `the backup can be restored on ${TARGET}, nothing was changed`,
      { mode: 'rollback', planHash: undefined },
    ],
    [
      `${TARGET} is back to its backup, restored in 1.1 s`,
      { mode: 'rollback', isRestored: true, restore: aRestore() },
    ],
    ['changelog is valid: 6 changesets', { mode: 'validate' }],
    ['changelog is valid: 6 changesets, 3 of them new', { mode: 'validate', pending: three }],
    [
      `all 2 changesets applied to ${TARGET} still have their checksums`,
      { mode: 'verify', filtered: [alreadyRan('1'), alreadyRan('2')] },
    ],
    [`nothing to verify: no changeset of this changelog was applied to ${TARGET}`, { mode: 'verify' }],
    [
      `3 changesets would be applied to db shop on 10.0.0.1:3307`,
      {
        mode: 'status',
        pending: three,
        environment: undefined,
        target: { ...aReport().target!, host: '10.0.0.1', port: 3307 },
      },
    ],
    [
      `3 changesets would be applied to ${TARGET}; 1 warning, 1 policy error excused`,
      {
        mode: 'status',
        pending: three,
        violations: [aViolation({ severity: 'warning' }), aViolation({ excused: 'both gates are open' })],
      },
    ],
    ['blocked: 1 policy violation, nothing was changed', { result: 'blocked', violations: [aViolation()] }],
    [
      'blocked: 2 policy violations, update would refuse',
      { mode: 'status', result: 'blocked', violations: [aViolation(), aViolation()] },
    ],
    [
      'blocked: lock is held by run 8841 since 10:02, nothing was changed',
      {
        result: 'blocked',
        problems: [{ code: 'lock-held', message: 'lock is held by run 8841 since 10:02' }],
      },
    ],
    [
      'blocked: f.yml:8: bad (and 1 more problem)',
      {
        mode: 'validate',
        result: 'blocked',
        problems: [
          { code: 'invalid-changelog', message: 'bad', at: { file: 'f.yml', line: 8 } },
          { code: 'invalid-changelog', message: 'worse' },
        ],
      },
    ],
    [
      'failed: check a found 1 (and 1 more problem)',
      {
        mode: 'pipeline',
        result: 'failed',
        problems: [
          { code: 'check-failed', message: 'check a found 1' },
          { code: 'check-failed', message: 'check b found 2' },
        ],
      },
    ],
    [
      'failed: anna:004 statement 3 of 5; statements 1-2 are done and were kept',
      { result: 'failed', pending: [failed], problems: [problem] },
    ],
    [
      'failed: anna:004 statement 2 of 5; statement 1 is done and was kept',
      {
        result: 'failed',
        pending: [{ ...failed, statementsDone: 1, failedStatement: { number: 2, line: 2 } }],
      },
    ],
    [
      'failed: anna:004 statement 3 of 5; nothing of it took effect; 1 changeset before it was applied',
      { result: 'failed', pending: [aChangeset({ status: 'applied' }), { ...failed, statementsDone: 0 }] },
    ],
    [
      'failed: anna:004 before its first statement; nothing of it took effect',
      {
        result: 'failed',
        pending: [
          {
            ...failed,
            statementsDone: 0,
            failedStatement: undefined,
            problem: { code: 'precondition', message: 'no' },
          },
        ],
      },
    ],
    [
      'failed: the dump failed',
      { result: 'failed', pending: three, problems: [{ code: 'server-error', message: 'the dump failed' }] },
    ],
    [
      'restored: anna:004 statement 3 of 5; the database is back to its backup',
      { result: 'restored', pending: [failed] },
    ],
    [
      'unknown: anna:004 statement 3 of 5 may or may not have taken effect; statements 1-2 are done and were kept',
      { result: 'unknown', pending: [{ ...failed, status: 'unknown' }] },
    ],
  ])('%s', (headline, overrides) => {
    expect(verdict(aReport(overrides)).headline).toBe(headline);
  });
});

describe('the exit code', () => {
  test('is 0 for ok and 1 for all else', () => {
    expect(verdict(aReport()).exitCode).toBe(0);
    for (const result of ['blocked', 'failed', 'restored', 'restore-failed', 'unknown'] as const) {
      expect(verdict(aReport({ result })).exitCode).toBe(1);
    }
  });
});
