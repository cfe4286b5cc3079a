import type { PlannedChangeset } from '../changelog/plan/plan.ts';
import { describePrecondition } from '../changelog/precondition.ts';
import { touchedTables } from '../policy/touched-tables.ts';
import { redactSql, redactText } from '../redaction/redact.ts';
import type { ReportedChangeset } from './report.ts';

/** A planned changeset as reports show it: nothing has become of it yet. `schema` is the target's, where there is one. */
export function toReportedChangeset(
  { changeset, reason }: Pick<PlannedChangeset, 'changeset' | 'reason'>,
  schema: string | undefined,
): ReportedChangeset {
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
    preconditions: changeset.preconditions.map(
      ({ condition, onFail }) => `${redactText(describePrecondition(condition))}, else ${onFail}`,
    ),
    tables: touchedTables(changeset, schema),
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
