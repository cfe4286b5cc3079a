import type { PlannedChangeset } from '../changelog/plan.ts';
import { redactSql } from './redact.ts';
import type { ReportedChangeset } from './report.ts';

/** A planned changeset as reports show it: nothing has become of it yet. */
export function toReportedChangeset({ changeset, reason }: PlannedChangeset): ReportedChangeset {
  const { key, id, author, at, sqlFile, sql, risk, labels, comment } = changeset;
  return {
    key,
    id,
    author,
    at,
    sqlFile,
    checksum: sql.checksum,
    risk,
    contexts: changeset.contexts?.source ?? '',
    labels,
    comment,
    reason,
    statements: sql.statements.map((statement, index) => ({
      number: index + 1,
      line: statement.line,
      sql: redactSql(statement.text, statement.backslash),
    })),
    status: 'not-run',
    startedAt: undefined,
    durationMs: undefined,
    statementsDone: undefined,
    failedStatement: undefined,
    problem: undefined,
    notes: [],
  };
}
