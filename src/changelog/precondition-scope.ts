import { codeTokens } from './code-tokens.ts';
import type { PlannedChangeset } from './plan.ts';
import type { Precondition } from './precondition.ts';
import { statementKind } from './statement-kind.ts';

/**
 * Whether the answer may be another once the given changesets ran: they name the object that is asked about, or do
 * something that cannot be read from their text. Then a preview may not decide it.
 */
export function mayDependOn(condition: Precondition, earlier: readonly PlannedChangeset[]): boolean {
  if (earlier.length === 0) return false;
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'not':
      return condition.conditions.some((inner) => mayDependOn(inner, earlier));
    case 'changeSetExecuted':
      return earlier.some(
        ({ changeset }) => changeset.id === condition.id && changeset.author === condition.author,
      );
    case 'sqlCheck':
    case 'foreignKeyConstraintExists':
      return true;
    case 'indexExists':
      return condition.tableName === undefined || isTouched(condition.tableName, earlier);
    case 'viewExists':
      return isTouched(condition.viewName, earlier);
    case 'tableExists':
    case 'columnExists':
    case 'primaryKeyExists':
    case 'tableIsEmpty':
    case 'rowCount':
      return isTouched(condition.tableName, earlier);
  }
}

function isTouched(name: string, earlier: readonly PlannedChangeset[]): boolean {
  const wanted = name.toLowerCase();
  return earlier.some(({ changeset }) =>
    changeset.sql.statements.some(
      (statement) =>
        statementKind(statement) === 'call' ||
        [...codeTokens(statement)].some(({ text }) => unquote(text).toLowerCase() === wanted),
    ),
  );
}

function unquote(text: string): string {
  return /^[`"]/.test(text) ? text.slice(1, -1).replaceAll('``', '`') : text;
}
