import type { SqlFile } from '../../changelog/changeset.ts';
import { codeTokens } from '../../sql/code-tokens.ts';
import { statementKind } from '../../sql/read/statement-kind.ts';
import { ExpectedError } from '../../errors.ts';
import { send, type Session } from '../session/connection.ts';
import { requireLock } from '../lock/lock.ts';
import {
  describeServerError,
  harmlessWords,
  isConnectionLost,
  isDeadlock,
  isLockTimeout,
  isServerError,
} from '../session/server-error.ts';
import { putSessionRight } from './own-settings.ts';
import { readVersions } from './pipeline-runs.ts';

/** What a transform did, as far as the server counted. */
export interface TransformResult {
  /** Rows that were inserted, changed or deleted; an upsert that changes a row counts it once. */
  readonly rowsAffected: number;
  readonly versionsOpened: number | undefined;
  readonly versionsClosed: number | undefined;
}

/**
 * Runs the statements of one transform inside the transaction of the run. What was lost or chosen as a victim is thrown
 * as it is, because the whole transaction may be tried again; anything else names file and line.
 */
export async function runTransform(
  session: Session,
  sqlFile: SqlFile,
  { interrupt, hasSecrets }: { readonly interrupt: AbortSignal; readonly hasSecrets: boolean },
): Promise<TransformResult> {
  await requireLock(session);
  await send(session, 'SET @versions_opened = NULL, @versions_closed = NULL');
  let rowsAffected = 0;
  for (const statement of sqlFile.statements) {
    requireGoOn(interrupt);
    try {
      const result = await session.group.whileKillable(session, () => send(session, statement.text));
      // SELECT … INTO counts the row that it reads.
      if (statementKind(statement) === 'dml') rowsAffected += affectedRows(statement, result);
    } catch (error) {
      requireGoOn(interrupt);
      if (isWorthAnotherTry(error) || isConnectionLost(error) || !isServerError(error)) throw error;
      throw new ExpectedError({
        code: 'transform-failed',
        message: `the server refused a statement of the transform: ${hasSecrets ? harmlessWords(error) : describeServerError(error)}`,
        at: { file: sqlFile.path, line: statement.line },
        fix: 'correct the SQL or the data that it names, then run the pipeline again: staging is loaded already',
      });
    }
  }
  await putSessionRight(session);
  const { opened, closed } = await readVersions(session);
  return { rowsAffected, versionsOpened: opened, versionsClosed: closed };
}

/** The server rolled back the statement or the transaction because of others, not because of what it says. */
export function isWorthAnotherTry(error: unknown): boolean {
  return isDeadlock(error) || isLockTimeout(error);
}

/** A cancelled run ends here, and its transaction is rolled back. */
export function requireGoOn(interrupt: AbortSignal): void {
  if (!interrupt.aborted) return;
  throw new ExpectedError({
    code: 'interrupted',
    message: 'the run was interrupted; its transforms were rolled back',
    fix: 'run the pipeline again: it goes on where ingest stood',
  });
}

/**
 * The server counts a row twice that an upsert changes or REPLACE replaces, and says so in the text of its answer:
 * `Records: 3  Duplicates: 1  Warnings: 0`. Only its numbers are read, for the words may be in another language. A single
 * row of VALUES has no such text.
 */
function affectedRows(statement: SqlFile['statements'][number], result: unknown): number {
  if (typeof result !== 'object' || result === null || !('affectedRows' in result)) return 0;
  const affected = Number(result.affectedRows);
  const info = 'info' in result ? String(result.info) : '';
  const [first = affected, second] = [...info.matchAll(/\d+/g)].map(Number);
  const [verb, ...words] = firstWords(statement);
  if (verb === 'INSERT' || verb === 'REPLACE') {
    if (second === undefined) return Math.min(affected, 1);
    // With IGNORE, `Duplicates` are the rows that were left out.
    return words.includes('IGNORE') ? first - second : affected - second;
  }
  // `Rows matched: 3  Changed: 1  Warnings: 0`
  return second ?? affected;
}

/** `INSERT LOW_PRIORITY IGNORE`; what follows may be long. */
function firstWords(statement: SqlFile['statements'][number]): readonly string[] {
  const words: string[] = [];
  for (const { text } of codeTokens(statement)) {
    words.push(text.toUpperCase());
    if (words.length === 3) break;
  }
  return words;
}
