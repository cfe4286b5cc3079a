import type { SqlFile } from '../../changelog/changeset.ts';
import { statementKind } from '../../changelog/statement-kind.ts';
import { ExpectedError } from '../../errors.ts';
import { send, type Session } from '../connection.ts';
import { whileKillable } from '../kill-query.ts';
import { requireLock } from '../lock.ts';
import {
  describeServerError,
  isConnectionLost,
  isDeadlock,
  isLockTimeout,
  isServerError,
} from '../server-error.ts';
import { readVersions } from './pipeline-runs.ts';

/** What a transform did, as far as the server counted. */
export interface TransformResult {
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
  interrupt: AbortSignal,
): Promise<TransformResult> {
  await requireLock(session);
  await send(session, 'SET @versions_opened = NULL, @versions_closed = NULL');
  let rowsAffected = 0;
  for (const statement of sqlFile.statements) {
    requireGoOn(interrupt);
    try {
      const result = await whileKillable(session, () => send(session, statement.text));
      // SELECT … INTO counts the row that it reads.
      if (statementKind(statement) === 'dml') rowsAffected += affectedRows(result);
    } catch (error) {
      requireGoOn(interrupt);
      if (isWorthAnotherTry(error) || isConnectionLost(error) || !isServerError(error)) throw error;
      throw new ExpectedError({
        code: 'transform-failed',
        message: `the server refused a statement of the transform: ${describeServerError(error)}`,
        at: { file: sqlFile.path, line: statement.line },
        fix: 'mend the SQL or the data that it names, then run the pipeline again: staging is loaded already',
      });
    }
  }
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

function affectedRows(result: unknown): number {
  const isPacket = typeof result === 'object' && result !== null && 'affectedRows' in result;
  return isPacket ? Number(result.affectedRows) : 0;
}
