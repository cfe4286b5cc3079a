import { ExpectedError } from '../../errors.ts';
import { readRow, send, type Session } from '../session/connection.ts';
import { restoreLockName } from '../session/names.ts';
import { openRaw, type RawSession } from '../session/raw-session.ts';

/** Connections that insert rows and build indexes at the same time, beside the one that makes the tables. */
const HELPERS = 3;
const PATIENCE = 600;

/**
 * The connections of a load into the live schema. Each holds a named lock, so that whoever has all of them knows that
 * the server has done with every statement of a load that was broken off: none of its rows comes late.
 */
export async function openLoadSessions(session: Session): Promise<readonly RawSession[]> {
  const sessions: RawSession[] = [];
  try {
    for (let at = 0; at <= HELPERS; at += 1) {
      const raw = await openRaw(session, session.schema);
      sessions.push(raw);
      await takeLock(session, raw, lockName(session.schema, at));
    }
    return sessions;
  } catch (error) {
    for (const each of sessions) each.close();
    throw error;
  }
}

/** The first is the lock of every cut-over, so that the two kinds of restore exclude one another. */
function lockName(schema: string, at: number): string {
  return at === 0 ? restoreLockName(schema) : `${restoreLockName(schema)}:${at}`;
}

async function takeLock(session: Session, raw: RawSession, name: string): Promise<void> {
  const { holder } = await readRow<{ holder: number | string | null }>(
    session,
    'SELECT IS_USED_LOCK(?) AS holder',
    [name],
  );
  // We hold the deploy lock, so whoever holds this one belongs to a run that is gone.
  if (holder !== null) await send(session, `KILL CONNECTION ${holder}`).catch(() => undefined);
  const [row] = await raw.rows(`SELECT GET_LOCK('${name}', ${PATIENCE}) AS got`);
  if (row?.['got'] === '1') return;
  throw new ExpectedError({
    code: 'lock-held',
    message: `the server still works for connection ${holder} of a restore that was broken off`,
    fix: 'wait for it to end, then run again',
  });
}
