import { codeTokens } from '../code-tokens.ts';
import { readsDiagnostics } from './diagnostics.ts';
import { isDmlOnly, statementKind } from './statement-kind.ts';
import type { LexableSql } from '../statements.ts';

/**
 * The next statements of a changeset that run together.
 * `transaction`: they commit together with their `done` rows, so they are never in doubt.
 * `alone`: one statement that commits by itself, or that nothing may be sent right before or after.
 */
export type RunUnit =
  | { readonly way: 'transaction'; readonly from: number; readonly to: number }
  | {
      readonly way: 'alone';
      readonly from: number;
      readonly to: number;
      /** Of a DML statement: why it commits by itself, so that its effect may be in doubt. */
      readonly why: string | undefined;
      /** False if a statement that fails may leave a part of its rows. */
      readonly undoesFailure: boolean;
    };

/** So begins, in the journal, why a statement commits by itself that may leave a part of its rows. */
export const NO_ROLLBACK = 'no rollback: ';

/** Why the rows that a statement writes cannot be rolled back, as those of a MyISAM table; undefined where they can. */
export type WhyLasting = (statement: LexableSql) => string | undefined;

/** Decides how statement `from` (from 1) runs, and which of those behind it run with it. */
export function nextUnit(statements: readonly LexableSql[], from: number, whyLasting: WhyLasting): RunUnit {
  const readerOf = (number: number): number | undefined => findReader(statements, number);
  const total = statements.length;
  if (from === 1 && isDmlOnly(statements) && statements.every((each) => whyLasting(each) === undefined)) {
    return { way: 'transaction', from, to: total };
  }
  const statement = statements[from - 1]!;
  const kind = statementKind(statement);
  const alone = (why: string | undefined, undoesFailure = true): RunUnit => ({
    way: 'alone',
    ...{ from, to: from, why, undoesFailure },
  });
  if (kind === 'ddl' || isSetting(statement)) return alone(undefined);
  if (kind === 'call') return alone(undefined, false);
  const lasting = whyLasting(statement);
  if (lasting !== undefined) return alone(`${NO_ROLLBACK}${lasting}`, false);
  if (from > 1 && readsDiagnostics(statement, statements))
    return alone('it reads what the statement before it left');
  let to = from;
  for (let reader = readerOf(to); reader !== undefined; reader = readerOf(to)) {
    const joining = statements.slice(to, reader);
    if (!joining.every((each) => mayJoin(each, whyLasting)))
      return alone('a statement after it reads what it left');
    to = reader;
  }
  return { way: 'transaction', from, to };
}

/** Warnings and the like outlive what uses no table. */
const QUIET = ['SET', 'DO', 'USE', 'PREPARE', 'DEALLOCATE', 'GET', 'SHOW'];

/** The statement that reads what statement `number` leaves for it, if there is one. */
function findReader(statements: readonly LexableSql[], number: number): number | undefined {
  for (let at = number + 1; at <= statements.length; at += 1) {
    const statement = statements[at - 1]!;
    if (readsDiagnostics(statement, statements)) return at;
    const [first] = codeTokens(statement);
    if (!QUIET.includes(first?.text.toUpperCase() ?? '')) return undefined;
  }
  return undefined;
}

function mayJoin(statement: LexableSql, whyLasting: WhyLasting): boolean {
  const kind = statementKind(statement);
  return (kind === 'dml' || kind === 'neutral') && whyLasting(statement) === undefined;
}

/** True if a statement only sets variables of the session: it has no effect that lasts. */
export function isSetting(statement: LexableSql): boolean {
  const [first] = codeTokens(statement);
  return statementKind(statement) === 'neutral' && first?.text.toUpperCase() === 'SET';
}

/** What computes with rows may answer as if it were done although it was ended on the way: SLEEP() gives 1 then. */
export function mayStopHalfWay(statement: LexableSql): boolean {
  const kind = statementKind(statement);
  if (kind !== 'ddl') return kind === 'dml' || kind === 'call';
  return [...codeTokens(statement)].some(({ text }) => /^(?:SELECT|TABLE|VALUES)$/i.test(text));
}
