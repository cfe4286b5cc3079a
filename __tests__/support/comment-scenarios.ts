import type { Report } from '../../src/report/report.ts';
import { aChangeset, alreadyRan, aReport, aViolation, statementsOf } from './builders.ts';
import { scenarios } from './scenarios.ts';

/** Reports that become comments, by the name of their golden file. */
export const commentScenarios: Readonly<Record<string, Report>> = {
  plan: plan(),
  'plan-refused': planRefused(),
  'plan-clean': aReport({ mode: 'status', filtered: ['001', '002'].map(alreadyRan) }),
  'plan-unreachable': unreachable(),
  'plan-lossless': { ...plan(), guarantee: { kind: 'lossless', reasons: [] }, warnings: [missingRow()] },
  'pull-request': pullRequest(),
  'pull-request-edits': pullRequestEdits(),
  'pull-request-alters': pullRequestAlters(),
  'pull-request-clean': ofPullRequest({}),
  ...Object.fromEntries(
    Object.entries(scenarios).filter(([, { mode }]) => ['status', 'update-sql', 'validate'].includes(mode)),
  ),
};

function plan(): Report {
  return aReport({
    mode: 'status',
    runId: undefined,
    changesetCount: 14,
    filtered: [
      ...['001', '002', '003'].map(alreadyRan),
      {
        key: 'ben:009',
        at: { file: 'changelog/changelog.yml', line: 71 },
        reason: 'context',
        detail: 'contexts "dev" do not match "prod"',
      },
    ],
    tables: [
      { name: 'orders', rows: 12_104_331, bytes: 3_412_000_000 },
      { name: 'customers', rows: 480_112, bytes: 96_400_000 },
    ],
    schemaBytes: 4_180_000_000,
    guarantee: {
      kind: 'snapshot',
      reasons: [
        {
          code: 'not-lossless',
          message: 'binlog_row_image is MINIMAL',
          fix: 'SET PERSIST binlog_row_image = FULL on the server',
        },
      ],
    },
    pending: [
      aChangeset({
        id: '011',
        author: 'ada',
        risk: 'high',
        comment: 'one currency for each order, so that reports need not guess',
        contexts: 'prod and !eu',
        labels: ['billing'],
        preconditions: [
          'table `orders` exists, else HALT',
          'column `orders`.`currency` exists, else MARK_RAN',
        ],
        tables: ['orders'],
        statements: statementsOf(
          "ALTER TABLE orders\n  ADD COLUMN currency CHAR(3) NOT NULL DEFAULT 'EUR',\n  ADD INDEX idx_orders_currency (currency, order_date)",
          "UPDATE orders o\n  JOIN customers c USING (customer_id)\n   SET o.currency = 'CHF'\n WHERE c.country = 'CH'",
        ),
      }),
      aChangeset({
        id: '012',
        author: 'ben',
        risk: 'medium',
        comment: 'loyalty points',
        tables: ['loyalty_points', 'customers'],
        statements: statementsOf(
          'CREATE TABLE loyalty_points (\n  customer_id BIGINT NOT NULL PRIMARY KEY,\n  points INT NOT NULL DEFAULT 0\n)',
          'ALTER TABLE customers ADD COLUMN loyal_since DATE NULL',
        ),
      }),
      aChangeset({
        id: 'reporting-view',
        author: 'cleo',
        reason: 'changed',
        tables: [],
        statements: statementsOf('CREATE OR REPLACE VIEW vw_orders AS SELECT order_id, currency FROM orders'),
      }),
    ],
    violations: [
      aViolation({
        rule: 'table-rebuild',
        severity: 'warning',
        changeset: 'ada:011',
        at: { file: 'migrations/011_change.up.sql', line: 1 },
        message: 'this ALTER copies the table while writers wait',
        fix: 'use an online schema change tool when the table is large',
      }),
    ],
  });
}

function planRefused(): Report {
  const refused = aViolation({
    changeset: 'ben:012',
    at: { file: 'migrations/012_change.up.sql', line: 7 },
    message: 'DROP COLUMN nick of table "customers" loses its data: both gates are closed',
    fix: 'add a changeset that copies what is needed first; if the loss is meant, set allowDestructive: true on the changeset and run with allow-destructive: true',
  });
  const at = { file: 'changelog/changelog.yml', line: 12 };
  const excused = aViolation({
    rule: 'no-primary-key',
    severity: 'warning',
    changeset: 'ben:012',
    at: { file: 'migrations/012_change.up.sql', line: 3 },
    message: 'table "audit_lines" has no primary key',
    excused: 'append-only, read by partition',
  });
  return {
    ...plan(),
    result: 'blocked',
    violations: [refused, excused],
    mismatches: [{ key: 'ada:003', at, recorded: `v1:${'1'.repeat(64)}`, current: `v1:${'2'.repeat(64)}` }],
    problems: [
      { code: 'policy', message: `changeset ben:012: ${refused.message}`, at: refused.at, fix: refused.fix },
    ],
  };
}

function unreachable(): Report {
  return aReport({
    mode: 'status',
    result: 'unknown',
    target: undefined,
    planHash: undefined,
    problems: [
      {
        code: 'connection-lost',
        message: 'no MySQL server answered at db.example.com:3306 for 60 s: connect ECONNREFUSED',
        fix: 'check db-host and db-port, that the server runs, and that this machine may reach it',
      },
    ],
  });
}

function missingRow(): Report['warnings'][number] {
  return {
    code: 'history-row-without-changeset',
    message:
      'changeset ben:017 ran at 2026-10-02 11:00:00 UTC (changelog/teams/billing.yml) but is gone from the changelog',
    fix: 'put the changeset back, or accept that a new database will not get it',
  };
}

function ofPullRequest(more: Partial<Report>): Report {
  return aReport({
    mode: 'validate',
    environment: undefined,
    contexts: [],
    target: undefined,
    runId: undefined,
    planHash: undefined,
    comparedWith: 'b'.repeat(40),
    ...more,
  });
}

function pullRequest(): Report {
  const { pending, violations } = plan();
  return ofPullRequest({ pending, violations, changesetCount: 14 });
}

function pullRequestAlters(): Report {
  const said = 'is merged already, and';
  return ofPullRequest({
    changesetCount: 14,
    warnings: [
      {
        code: 'merged-changeset',
        message: `changeset ada:003 ${said} is declared otherwise here: contexts "dev", now "dev or prod"`,
        at: { file: 'changelog/changelog.yml', line: 9 },
        fix: 'see what that means where it ran, and where it did not; a change of what ran is a new changeset',
      },
      {
        code: 'merged-changeset',
        message: `changeset ada:004 ${said} its statements are changed here, which validCheckSum lets pass: only databases without it run the new ones`,
        at: { file: 'migrations/004_change.up.sql', line: 4 },
        fix: 'see that both texts leave the same behind, or put the file back and add a new changeset',
      },
    ],
  });
}

function pullRequestEdits(): Report {
  return ofPullRequest({
    result: 'blocked',
    pending: plan().pending.slice(1, 2),
    problems: [
      {
        code: 'merged-changeset',
        message: 'changeset ada:003 is merged already, and its statements are changed here',
        at: { file: 'migrations/003_change.up.sql', line: 4 },
        fix: 'put the file back as it was, and make the change in a new changeset; databases that ran it would refuse the edit',
      },
      {
        code: 'merged-changeset',
        message: 'changeset ada:004 (migrations/004_change.up.sql) is merged already, and is gone here',
        at: { file: 'changelog/changelog.yml', line: 1 },
        fix: 'put it back; to undo what it did, add a new changeset',
      },
    ],
  });
}
