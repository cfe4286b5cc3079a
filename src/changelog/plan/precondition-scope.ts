import { codeTokens } from '../../sql/code-tokens.ts';
import type { PlannedChangeset } from './plan.ts';
import type { Precondition } from '../precondition.ts';
import { statementKind } from '../../sql/read/statement-kind.ts';
import type { Statement } from '../../sql/statements.ts';

/** What runs before a precondition is judged, as far as a preview knows it. */
export interface Earlier {
  readonly planned: PlannedChangeset;
  /** `mark-ran` changes the history alone; `maybe` runs if its own preconditions hold then. */
  readonly action: 'run' | 'mark-ran' | 'maybe';
}

/**
 * Whether the answer may be another once the given changesets ran: they name the object that is asked about, or do
 * something that cannot be read from their text. Then a preview may not decide it.
 */
export function mayDependOn(condition: Precondition, earlier: readonly Earlier[]): boolean {
  const running = earlier.filter(({ action }) => action !== 'mark-ran');
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'not':
      return condition.conditions.some((inner) => mayDependOn(inner, earlier));
    case 'changeSetExecuted':
      return earlier.some(
        ({ planned: { changeset } }) =>
          changeset.id === condition.id && changeset.author === condition.author,
      );
    case 'sqlCheck':
    case 'foreignKeyConstraintExists':
      return running.length > 0;
    case 'indexExists':
      return condition.tableName === undefined ? running.length > 0 : isTouched(condition.tableName, running);
    case 'viewExists':
      return isTouched(condition.viewName, running);
    case 'tableExists':
    case 'columnExists':
    case 'primaryKeyExists':
      return isTouched(condition.tableName, running);
    case 'tableIsEmpty':
    case 'rowCount':
      return isTouched(condition.tableName, running) || running.some(changesRows);
  }
}

function isTouched(name: string, earlier: readonly Earlier[]): boolean {
  const wanted = name.toLowerCase();
  return statementsOf(earlier).some(
    (statement) =>
      statementKind(statement) === 'call' ||
      [...codeTokens(statement)].some(({ text }) => unquote(text).toLowerCase() === wanted),
  );
}

/** Rows come and go through views, triggers, cascades and functions too, where no table is named. */
function changesRows(earlier: Earlier): boolean {
  return statementsOf([earlier]).some((statement) => {
    const kind = statementKind(statement);
    return kind === 'dml' || kind === 'call' || /^(?:select|do|set)\b/i.test(statement.text);
  });
}

function statementsOf(earlier: readonly Earlier[]): readonly Statement[] {
  return earlier.flatMap(({ planned }) => planned.changeset.sql.statements);
}

function unquote(text: string): string {
  const [quote = ''] = text;
  return /[`"]/.test(quote) ? text.slice(1, -1).replaceAll(quote + quote, quote) : text;
}
