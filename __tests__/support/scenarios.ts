import type { Problem } from '../../src/errors.ts';
import { deployed, deployedSoFar, lostIn, stoppedIn, UP_TO_DATE } from '../../src/report/deploy-state.ts';
import { checksFailed } from '../../src/report/pipeline-state.ts';
import type { Report } from '../../src/report/report.ts';
import { incompleteSchema, restoredRun, rolledBack as rolledBackTo } from '../../src/report/restore-state.ts';
import { aBackup, aChangeset, alreadyRan, aReport, aRestore, aViolation, statementsOf } from './builders.ts';

const COMPARED = { compared: 'values', exceptions: [] } as const;

const duplicate: Problem = {
  code: 'statement-failed',
  message:
    "changeset anna:004 statement 3 of 5: ER_DUP_ENTRY (1062): Duplicate entry 'a@example.com' for key 'customers.uk_email'",
  at: { file: 'migrations/004_change.up.sql', line: 3 },
  fix: 'correct the SQL file, then run again',
};

const NO_ROWS = { read: 0, new: 0, changed: 0, unchanged: 0, late: 0, stale: 0, repeated: 0, rejected: 0 };

const inPlace = {
  kind: 'in-place',
  reasons: [
    {
      code: 'not-lossless',
      message:
        'restore-guarantee is in-place: the backup is read to its end beforehand, but not tried on the server',
    },
  ],
} as const;

/** Reports of runs that people meet, by the name of their golden file. */
export const scenarios: Readonly<Record<string, Report>> = {
  'empty-plan': emptyPlan(),
  'first-deploy': firstDeploy(),
  'status-pending': statusPending(),
  'policy-blocked': policyBlocked(),
  mismatch: mismatch(),
  'failed-keep': failedKeep(),
  'in-doubt': inDoubt(),
  restored: restored(),
  'restore-failed': restoreFailed(),
  'restored-in-place': restoredInPlace(),
  'restore-incomplete': restoreIncomplete(),
  interrupted: interrupted(),
  'backup-failed': backupFailed(),
  'rolled-back': rolledBack(),
  'long-deploy': longDeploy(),
  'lock-held': lockHeld(),
  'validate-problems': validateProblems(),
  'verify-missing': verifyMissing(),
  'pipeline-check-failed': pipelineCheckFailed(),
};

function emptyPlan(): Report {
  return aReport({
    filtered: ['001', '002', '003', '004', '005', '006'].map(alreadyRan),
    state: UP_TO_DATE,
  });
}

function firstDeploy(): Report {
  return aReport({
    state: deployed(0),
    changesetCount: 3,
    pending: [
      aChangeset({
        id: '001',
        comment: 'tables of the shop',
        status: 'applied',
        durationMs: 1234,
        statements: statementsOf(
          'CREATE TABLE customers (\n  id BIGINT PRIMARY KEY,\n  email VARCHAR(255) NOT NULL\n)',
          'CREATE TABLE orders (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL)',
        ),
      }),
      aChangeset({
        id: '002',
        author: 'ben',
        risk: 'high',
        contexts: 'prod and !eu',
        labels: ['feature-x', 'audit'],
        status: 'applied',
        durationMs: 65_400,
        statements: statementsOf('ALTER TABLE orders ADD INDEX idx_orders_customer (customer_id)'),
      }),
      aChangeset({
        id: '003',
        status: 'marked-ran',
        notes: ['tableExists legacy_orders: the table does not exist'],
        statements: statementsOf('DELETE FROM legacy_orders WHERE paid = 0'),
      }),
    ],
  });
}

function statusPending(): Report {
  return aReport({
    mode: 'status',
    runId: undefined,
    filtered: [
      ...['001', '002'].map(alreadyRan),
      {
        key: 'ben:003',
        at: { file: 'changelog/changelog.yml', line: 20 },
        reason: 'context',
        detail: 'contexts "dev" do not match "prod"',
      },
    ],
    pending: [
      aChangeset({ id: '004', risk: 'medium', comment: 'nick names | aliases' }),
      aChangeset({
        id: '005',
        reason: 'changed',
        statements: statementsOf('CREATE OR REPLACE VIEW v AS SELECT 1'),
      }),
    ],
    violations: [
      aViolation({
        rule: 'several-ddl',
        severity: 'warning',
        changeset: 'anna:004',
        message: '2 statements commit by themselves: a failure in the middle leaves half a changeset',
        fix: 'put each into a changeset of its own',
      }),
      aViolation({
        rule: 'drop-column',
        changeset: 'anna:004',
        excused: 'both gates are open',
      }),
    ],
  });
}

function policyBlocked(): Report {
  const violation = aViolation({
    changeset: 'anna:004',
    at: { file: 'migrations/004_change.up.sql', line: 3 },
  });
  return aReport({
    result: 'blocked',
    pending: [aChangeset({ id: '004', statements: statementsOf('ALTER TABLE customers DROP COLUMN nick') })],
    violations: [
      violation,
      aViolation({
        rule: 'no-primary-key',
        severity: 'warning',
        changeset: 'anna:004',
        at: { file: 'migrations/004_change.up.sql', line: 9 },
        message: 'table log has no primary key',
        fix: 'add one',
      }),
      aViolation({
        rule: 'table-rebuild',
        severity: 'warning',
        changeset: 'anna:004',
        at: { file: 'migrations/004_change.up.sql', line: 7 },
        message: 'MODIFY COLUMN copies the table',
        excused: 'the table has 40 rows',
      }),
    ],
    problems: [
      {
        code: 'policy',
        message: `changeset anna:004: ${violation.message}`,
        at: violation.at,
        fix: violation.fix,
      },
    ],
  });
}

function mismatch(): Report {
  const at = { file: 'changelog/changelog.yml', line: 9 };
  const recorded = `v1:${'1'.repeat(64)}`;
  const current = `v1:${'2'.repeat(64)}`;
  return aReport({
    mode: 'verify',
    result: 'blocked',
    runId: undefined,
    filtered: ['001', '002'].map(alreadyRan),
    mismatches: [{ key: 'anna:002', at, recorded, current }],
    problems: [
      {
        code: 'checksum-mismatch',
        message: `changeset anna:002 ran with checksum ${recorded} but its file has ${current} now`,
        at,
        fix: 'restore the file as it ran',
      },
    ],
  });
}

function fiveStatements(): ReturnType<typeof statementsOf> {
  return statementsOf(
    'CREATE TABLE a (id INT PRIMARY KEY)',
    'CREATE TABLE b (id INT PRIMARY KEY)',
    'ALTER TABLE customers ADD UNIQUE KEY uk_email (email)',
    'CREATE TABLE c (id INT PRIMARY KEY)',
    "CREATE USER 'app'@'%' IDENTIFIED BY '<redacted>'",
  );
}

function failedKeep(): Report {
  const problem: Problem = {
    code: 'statement-failed',
    message:
      "changeset anna:004 statement 3 of 5: ER_DUP_ENTRY (1062): Duplicate entry 'a@example.com' for key 'customers.uk_email'",
    at: { file: 'migrations/004_change.up.sql', line: 3 },
    fix: 'correct the SQL file, then run again',
  };
  return aReport({
    result: 'failed',
    state: stoppedIn({ key: 'anna:004', done: 2, total: 5 }, { applied: 1, backupRef: undefined }),
    pending: [
      aChangeset({ id: '003', status: 'applied', durationMs: 310 }),
      aChangeset({
        id: '004',
        status: 'failed',
        statementsDone: 2,
        failedStatement: { number: 3, line: 3 },
        problem,
        statements: fiveStatements(),
      }),
      aChangeset({ id: '005' }),
    ],
    problems: [problem],
  });
}

function inDoubt(): Report {
  const problem: Problem = {
    code: 'connection-lost',
    message: 'changeset anna:004: the connection to the server was lost: read ECONNRESET',
    at: { file: 'migrations/004_change.up.sql', line: 3 },
    fix: 'see what the next lines say of the statement that was running',
  };
  return aReport({
    result: 'unknown',
    state: lostIn('anna:004', { applied: 0, backupRef: undefined }),
    pending: [
      aChangeset({
        id: '004',
        status: 'unknown',
        statementsDone: 2,
        failedStatement: { number: 3, line: 3 },
        problem,
        statements: fiveStatements(),
      }),
    ],
    problems: [
      problem,
      {
        code: 'connection-lost',
        message: 'no MySQL server answered at db.example.com:3306 for 60 s: connect ECONNREFUSED',
        fix: 'check db-host and db-port, that the server runs, and that this machine may reach it',
      },
    ],
  });
}

function halfDone(problem: Problem): Report['pending'] {
  return [
    aChangeset({ id: '003', status: 'applied', durationMs: 310 }),
    aChangeset({
      id: '004',
      status: 'failed',
      statementsDone: 2,
      failedStatement: { number: 3, line: 3 },
      problem,
      statements: fiveStatements(),
    }),
  ];
}

function restored(): Report {
  return aReport({
    result: 'restored',
    isRestored: true,
    state: restoredRun(COMPARED, aRestore()),
    pending: halfDone(duplicate),
    problems: [duplicate],
    warnings: [
      {
        code: 'data-loss',
        message: '3 transactions of others since the backup on orders, undone by a restore',
      },
    ],
    approval: { environment: 'prod', approvedBy: 'release-manager', comment: 'go' },
    backup: aBackup(),
    restore: aRestore(),
  });
}

function restoreFailed(): Report {
  return aReport({
    result: 'restore-failed',
    state: stoppedIn({ key: 'anna:004', done: 2, total: 5 }, { applied: 1, backupRef: aBackup().ref }),
    pending: halfDone(duplicate),
    problems: [
      duplicate,
      {
        code: 'restore-failed',
        message:
          'the backup was not restored: the server refused: ER_RECORD_FILE_FULL (1114): The table is full',
        fix: `correct the cause; then run mode: rollback with backup-ref: ${aBackup().ref}`,
      },
    ],
    backup: aBackup(),
  });
}

function restoredInPlace(): Report {
  const restore = aRestore({ aside: undefined, blockedMs: 41_000 });
  return aReport({ ...restored(), guarantee: inPlace, state: restoredRun(COMPARED, restore), restore });
}

function restoreIncomplete(): Report {
  const { ref } = aBackup();
  return aReport({
    result: 'restore-failed',
    guarantee: inPlace,
    state: incompleteSchema(ref),
    pending: halfDone(duplicate),
    problems: [
      {
        code: 'restore-incomplete',
        message: 'the restore stopped after it had begun to drop what was live: the schema is incomplete',
        fix: `run mode: rollback with backup-ref: ${ref} (and restore-guarantee: in-place where the account may make no other schema)`,
      },
      {
        code: 'server-error',
        message: 'this backup cannot be restored: the server refused INSERT INTO `orders`: the table is full',
        fix: 'correct or drop the object, then deploy again',
      },
      duplicate,
    ],
    backup: aBackup(),
  });
}

function interrupted(): Report {
  const problem: Problem = {
    code: 'interrupted',
    message: 'the run was interrupted before changeset anna:005',
    fix: 'run mode: update again for the rest',
  };
  return aReport({
    result: 'failed',
    state: deployedSoFar(1),
    pending: [aChangeset({ id: '004', status: 'applied', durationMs: 310 }), aChangeset({ id: '005' })],
    problems: [problem],
    backup: aBackup(),
  });
}

function backupFailed(): Report {
  return aReport({
    result: 'failed',
    pending: [aChangeset({ id: '004' })],
    problems: [
      {
        code: 'backup-failed',
        message: 'the backup did not end within 30 min 0 s; nothing was changed',
        fix: 'raise backup-timeout',
      },
    ],
  });
}

function rolledBack(): Report {
  const restore = aRestore({ undoneTransactions: undefined });
  const safety = aBackup({ ref: `artifact:8841/78#sha256=${'b'.repeat(64)}` });
  return aReport({
    mode: 'rollback',
    planHash: undefined,
    changesetCount: undefined,
    isRestored: true,
    state: rolledBackTo(COMPARED, restore, '2026-11-22T09:00:00.000Z', safety.ref),
    backup: safety,
    restore,
  });
}

/** Enough changesets for a picture. */
function longDeploy(): Report {
  const start = Date.parse('2026-11-22T10:02:02.000Z');
  return aReport({
    state: deployed(0),
    backup: aBackup(),
    pending: ['tables', 'index: orders', 'title of order', 'section "2"', '005'].map((id, index) =>
      aChangeset({
        id,
        status: 'applied',
        startedAt: new Date(start + index * 300).toISOString(),
        durationMs: 250 + index * 10,
      }),
    ),
  });
}

function lockHeld(): Report {
  return aReport({
    result: 'blocked',
    planHash: undefined,
    problems: [
      {
        code: 'lock-held',
        message:
          'lock is held by run 8840 of @hubot (https://github.com/org/shop/actions/runs/8840) since 10:02',
        fix: 'wait for it, or run mode: status',
      },
    ],
  });
}

function validateProblems(): Report {
  const keys = ['auther', 'sqlfile', 'contxts', 'lables', 'coment', 'riks', 'runAlway'];
  return aReport({
    mode: 'validate',
    result: 'blocked',
    environment: undefined,
    target: undefined,
    runId: undefined,
    planHash: undefined,
    changesetCount: undefined,
    problems: keys.map((key, index) => ({
      code: 'invalid-changelog',
      message: `changeSet ${index + 1}: unknown key "${key}"`,
      at: { file: 'changelog/changelog.yml', line: 8 + 6 * index },
      ...(index === 0 ? { fix: 'did you mean "author"?' } : {}),
    })),
  });
}

function verifyMissing(): Report {
  return aReport({
    mode: 'verify',
    runId: undefined,
    filtered: ['001', '002', '003'].map(alreadyRan),
    warnings: [
      {
        code: 'history-row-without-changeset',
        message:
          'changeset ben:017 ran at 2026-10-02 11:00:00 UTC (changelog/teams/billing.yml) but is gone from the changelog',
        fix: 'put the changeset back, or accept that a new database will not get it',
      },
    ],
  });
}

function pipelineCheckFailed(): Report {
  const file = 'data/raw/orders-2026-11.csv';
  const rows = { ...NO_ROWS, read: 12_400, new: 12_000, changed: 390, stale: 8, rejected: 2 };
  const transform = { status: 'done', rowsAffected: 12_780, durationMs: 1400 } as const;
  const check = {
    at: { file: 'sql/validation/dq_checks.sql', line: 5 },
    severity: 'error',
    threshold: 0,
  } as const;
  const rest = { examples: undefined, query: undefined, durationMs: 80 };
  const failed: Problem = {
    code: 'check-failed',
    message: 'check orphan_orders found 3, and its threshold is 0',
    at: check.at,
    fix: 'look further with the query of the report',
  };
  return aReport({
    mode: 'pipeline',
    result: 'failed',
    planHash: undefined,
    problems: [failed],
    state: checksFailed(['orphan_orders']),
    pipeline: {
      manifestFile: 'data/pipeline.yml',
      datasets: [
        {
          ...{
            dataset: 'orders',
            table: 'stg_orders',
            rows,
            method: 'load-data',
            durationMs: 2400,
            problem: undefined,
          },
          files: [{ file, status: 'loaded', sha256: 'c'.repeat(64), bytes: 700_000, rows }],
          rejectedExamples: [
            {
              file,
              line: 17,
              reason: 'amount: "many" is no decimal(12,2)',
              raw: '1,2,2026-11-01,paid,many,2026-11-01',
            },
          ],
          watermarkBefore: '2026-11-01 00:00:00.000000',
          watermarkAfter: '2026-11-22 09:59:00.000000',
        },
      ],
      missing: [],
      transforms: [
        { ...transform, file: 'sql/transform/build_dims.sql', versionsOpened: 310, versionsClosed: 290 },
        {
          ...transform,
          file: 'sql/transform/build_facts.sql',
          versionsOpened: undefined,
          versionsClosed: undefined,
        },
      ],
      checks: [
        {
          ...{ ...check, ...rest, name: 'orphan_orders', status: 'failed', metric: 3, previous: 1 },
          examples: {
            columns: ['order_id', 'customer_id'],
            rows: [
              ['999001', '424242'],
              ['999002', '`|<b>'],
            ],
          },
          query: 'SELECT order_id, customer_id FROM stg_orders',
        },
        { ...check, ...rest, name: 'negative_amounts', status: 'passed', metric: 0, previous: 0 },
      ],
      isCommitted: false,
    },
  });
}
