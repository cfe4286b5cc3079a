import { PLAN_PARTS, type PlanParts } from '../../src/changelog/plan/plan-hash.ts';
import type { FilteredChangeset } from '../../src/changelog/plan/plan.ts';
import type { Violation } from '../../src/policy/violation.ts';
import { stateSentence } from '../../src/report/database-state.ts';
import { NOT_CHANGED } from '../../src/report/deploy-state.ts';
import type {
  Report,
  ReportedBackup,
  ReportedChangeset,
  ReportedRestore,
  ReportedStatement,
} from '../../src/report/report.ts';

/** The parts of some plan. */
export const PLAN_PARTS_SHOWN = Object.fromEntries(
  PLAN_PARTS.map((name, index) => [name, `${index}`.padStart(12, 'ab')]),
) as PlanParts;

/** A report of a run in which nothing was pending and nothing was wrong. */
export function aReport(overrides: Partial<Omit<Report, 'databaseState'>> = {}): Report {
  const state = overrides.state ?? NOT_CHANGED;
  return {
    schemaVersion: 1,
    mode: 'update',
    result: 'ok',
    environment: 'prod',
    contexts: ['prod'],
    labels: '',
    actor: 'octocat',
    runId: '8841-1',
    runUrl: 'https://github.com/org/shop/actions/runs/8841',
    gitSha: '0123456789abcdef0123456789abcdef01234567',
    startedAt: '2026-11-22T10:02:00.000Z',
    finishedAt: '2026-11-22T10:02:04.200Z',
    changelogFile: 'changelog/changelog.yml',
    workingDirectory: '.',
    target: {
      host: 'db.example.com',
      port: 3306,
      schema: 'shop',
      user: 'migrator',
      serverVersion: '8.4.3',
      serverUuid: '3e11fa47-71ca-11e1-9e33-c80aa9429562',
    },
    planHash: `v2:${'a'.repeat(64)}`,
    planParts: PLAN_PARTS_SHOWN,
    resume: undefined,
    changesetCount: 6,
    pending: [],
    filtered: [],
    tables: [],
    schemaBytes: undefined,
    comparedWith: undefined,
    violations: [],
    mismatches: [],
    problems: [],
    warnings: [],
    sqlFile: undefined,
    approval: undefined,
    backup: undefined,
    restore: undefined,
    guarantee: undefined,
    isRestored: false,
    pipeline: undefined,
    state,
    databaseState: stateSentence(state),
    ...overrides,
  };
}

/** A pending changeset of one statement; `author:id` and the names of its files follow its id. */
export function aChangeset(overrides: Partial<ReportedChangeset> = {}): ReportedChangeset {
  const { id = '001', author = 'anna' } = overrides;
  return {
    key: `${author}:${id}`,
    id,
    author,
    at: { file: 'changelog/changelog.yml', line: 2 },
    sqlFile: `migrations/${id}_change.up.sql`,
    checksum: `v1:${'0'.repeat(64)}`,
    risk: 'low',
    contexts: '',
    labels: [],
    preconditions: [],
    tables: [],
    comment: undefined,
    reason: 'new',
    statements: [aStatement()],
    status: 'not-run',
    startedAt: undefined,
    durationMs: undefined,
    statementsDone: undefined,
    failedStatement: undefined,
    problem: undefined,
    notes: [],
    ...overrides,
  };
}

/** One statement as a report shows it. */
export function aStatement(overrides: Partial<ReportedStatement> = {}): ReportedStatement {
  return { number: 1, line: 1, sql: 'CREATE TABLE t (id BIGINT PRIMARY KEY)', ...overrides };
}

/** These statements under one another, one on each line of the file. */
export function statementsOf(...sqls: readonly string[]): readonly ReportedStatement[] {
  return sqls.map((sql, index) => aStatement({ number: index + 1, line: index + 1, sql }));
}

/** A backup that was kept as an artifact of the run. */
export function aBackup(overrides: Partial<ReportedBackup> = {}): ReportedBackup {
  return {
    ref: `artifact:8841/77#sha256=${'b'.repeat(64)}`,
    sha256: 'b'.repeat(64),
    bytes: 5_400_000,
    retentionDays: 90,
    startedAt: '2026-11-22T10:02:00.200Z',
    durationMs: 1800,
    ...overrides,
  };
}

/** Its restore, which undid what others wrote. */
export function aRestore(overrides: Partial<ReportedRestore> = {}): ReportedRestore {
  return {
    ref: aBackup().ref,
    startedAt: '2026-11-22T10:02:03.000Z',
    durationMs: 1100,
    blockedMs: 85,
    keptTransactions: undefined,
    undoneTransactions: 3,
    aside: 'shop__aside_20261122_100200_3f9a1c07',
    ...overrides,
  };
}

/** A violation that blocks. */
export function aViolation(overrides: Partial<Violation> = {}): Violation {
  return {
    rule: 'drop-column',
    severity: 'error',
    changeset: 'anna:001',
    at: { file: 'migrations/001_change.up.sql', line: 3 },
    message: 'DROP COLUMN nick of customers loses its data',
    fix: 'set allowDestructive: true on the changeset and allow-destructive for the run',
    excused: undefined,
    ...overrides,
  };
}

/** A changeset that is not in the plan because it ran. */
export function alreadyRan(id: string): FilteredChangeset {
  return {
    key: `anna:${id}`,
    at: { file: 'changelog/changelog.yml', line: 2 },
    reason: 'already-ran',
    detail: 'ran at 2026-11-01 09:00:00 UTC',
  };
}
