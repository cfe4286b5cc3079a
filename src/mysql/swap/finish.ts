import { readRows, send, type Session } from '../session/connection.ts';
import { requireNoOtherOwner } from '../lock/lock.ts';
import { prepareLoad } from '../load/load-dump.ts';
import { asidePrefix, quote, sideSchema, STATE_TABLE } from '../session/names.ts';
import { openRaw, type RawSession } from '../session/raw-session.ts';
import { resolveDefinitions } from './resolve-definitions.ts';
import { dropSide, isOurs, schemaExists } from '../load/side-schema.ts';
import { markDone, readState, type RestoreState } from './state.ts';
import { takeRestoreLock } from './bracket-swap.ts';
import { putTriggersBack } from './swap.ts';
import { ExpectedError } from '../../errors.ts';

/** What was found of a restore that somebody killed, and what is true now. */
export type Finished =
  | { readonly kind: 'nothing' }
  /** Its backup was never live; the side schema is gone. */
  | { readonly kind: 'old-state-kept'; readonly runId: string | undefined }
  /** Its backup is live, now with everything. */
  | { readonly kind: 'new-state-finished'; readonly runId: string; readonly aside: string };

const SELECT_BESIDE = `SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA
  WHERE SCHEMA_NAME = ? OR LEFT(SCHEMA_NAME, CHAR_LENGTH(?)) = ?`;

/** The side schema and the aside schemas that there are: without any, no restore has left anything. */
export async function readBeside(session: Session): Promise<readonly string[]> {
  const prefix = asidePrefix(session.schema);
  const values = [sideSchema(session.schema), prefix, prefix];
  return (await readRows<{ name: string }>(session, SELECT_BESIDE, values)).map(({ name }) => name);
}

/** Ends what a process that is gone has still at work in the side schema: nobody else has any business there. */
async function endSideSessions(session: Session): Promise<void> {
  const side = sideSchema(session.schema);
  const rows = (await send(session, 'SHOW PROCESSLIST')) as unknown as { Id: number; db: string | null }[];
  for (const { Id: id, db } of rows) {
    if (db === side) await send(session, `KILL CONNECTION ${id}`).catch(() => undefined);
  }
}

/** Finishes or takes back what a killed restore left; to be called under the deploy lock, by every writing mode. */
export async function finishInterruptedRestore(session: Session, lockTimeout: number): Promise<Finished> {
  const side = sideSchema(session.schema);
  const hasSide = await schemaExists(session, side);
  const asides = await readOpenAsides(session);
  if (!hasSide && asides.length === 0) return { kind: 'nothing' };
  await requireNoOtherOwner(session, 'what a restore left was not looked at');
  const deadline = Date.now() + lockTimeout * 1000;
  await endSideSessions(session);
  const raw = await openRaw(session, session.schema);
  try {
    await prepareLoad(raw);
    // The server may still be at the cut-over of a client that is gone.
    await takeRestoreLock(raw, session.schema);
    return await finishWith(session, raw, side, deadline);
  } finally {
    raw.close();
  }
}

async function finishWith(
  session: Session,
  raw: RawSession,
  side: string,
  deadline: number,
): Promise<Finished> {
  for (const { aside, state } of await readOpenAsides(session)) {
    await resolveDefinitions(session, raw, { ...state, scope: 'all' }, deadline);
    await markDone(session, aside);
    await clearSide(session);
    return { kind: 'new-state-finished', runId: state.runId, aside };
  }
  if (!(await schemaExists(session, side))) return { kind: 'nothing' };
  const state = (await hasState(session, side)) ? await readState(session, side) : undefined;
  if (state) {
    await putTriggersBack(session, raw, state, deadline);
  }
  // It may have been killed before it wrote down which of them is its own.
  for (const schema of await readBeside(session)) if (schema !== side) await dropIfEmpty(session, schema);
  await clearSide(session);
  return { kind: 'old-state-kept', runId: state?.runId };
}

/** Drops the side schema of an earlier restore; one that is not ours is refused. */
export async function clearSide(session: Session): Promise<void> {
  const side = sideSchema(session.schema);
  if (!(await schemaExists(session, side))) return;
  if (!(await isOurs(session, side))) {
    throw new ExpectedError({
      code: 'server-error',
      message: `schema ${quote(side)} is where a backup would be restored, and it holds tables that db-deploy did not make`,
      fix: 'rename or drop it',
    });
  }
  await dropSide(session);
}

const SELECT_ASIDES = `SELECT TABLE_SCHEMA AS name FROM information_schema.TABLES
  WHERE LEFT(TABLE_SCHEMA, CHAR_LENGTH(?)) = ? AND TABLE_NAME = ? ORDER BY TABLE_SCHEMA`;
const SELECT_HAS_STATE =
  'SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?';

async function hasState(session: Session, schema: string): Promise<boolean> {
  return (await readRows(session, SELECT_HAS_STATE, [schema, STATE_TABLE])).length > 0;
}

/** The aside schemas of this schema that were made by a restore. */
export async function readAsides(session: Session): Promise<readonly string[]> {
  const prefix = asidePrefix(session.schema);
  const rows = await readRows<{ name: string }>(session, SELECT_ASIDES, [prefix, prefix, STATE_TABLE]);
  return rows.map(({ name }) => name);
}

async function readOpenAsides(session: Session): Promise<readonly { aside: string; state: RestoreState }[]> {
  const open: { aside: string; state: RestoreState }[] = [];
  for (const aside of await readAsides(session)) {
    const state = await readState(session, aside);
    if (state?.phase === 'prepared') open.push({ aside, state });
  }
  return open;
}

async function dropIfEmpty(session: Session, schema: string): Promise<void> {
  const rows = await readRows(
    session,
    'SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? LIMIT 1',
    [schema],
  );
  if (rows.length === 0) await send(session, `DROP DATABASE IF EXISTS ${quote(schema)}`);
}
