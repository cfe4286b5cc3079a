import type { RestoredFacts } from '../../backup/backup.ts';
import { changesetKey } from '../../changelog/history.ts';
import { ExpectedError } from '../../errors.ts';
import { readRows, type Session } from '../session/connection.ts';
import { asidePrefix, asideSchema, quote, STATE_TABLE } from '../session/names.ts';
import { isPrivilegeMissing, isUnknownTable, missingGrant } from '../session/server-error.ts';
import type { TrackingState } from './tracking-state.ts';
import { readUnfinished, type UnfinishedChangeset } from './unfinished.ts';

const SELECT_BEGUN = `SELECT run_id AS runId, JSON_EXTRACT(details, '$.restoring') AS facts,
    epoch >= (SELECT MAX(r.epoch) FROM ops_migration_runs AS r) AS isNewest FROM ops_migration_runs
  WHERE JSON_EXTRACT(details, '$.restoring') IS NOT NULL AND status NOT IN ('restored', 'succeeded')
  ORDER BY COALESCE(epoch, 0) DESC, started_at DESC LIMIT 1`;
const SELECT_ASIDE =
  'SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?';

/** What is half applied, as a reader sees it who records nothing. */
export interface SeenUnfinished {
  readonly unfinished: readonly UnfinishedChangeset[];
  /** The run whose backup is live although nothing says so yet: it was cut off after the swap. */
  readonly swappedBy: string | undefined;
}

/**
 * Reads what is half applied, for those who may not record anything. Of a restore that was cut off between its swap and
 * its last word the journal still says what was before it; the aside schema tells. An account that may not see the
 * journal is refused: what it cannot see it would take for absent.
 */
export async function readSeenUnfinished(session: Session, state: TrackingState): Promise<SeenUnfinished> {
  await requireJournal(session, state);
  const unfinished = await readUnfinished(session, state);
  const swapped = state.get('ops_migration_runs')?.columns.has('EPOCH')
    ? await readSwapped(session)
    : undefined;
  if (!swapped) return { unfinished, swappedBy: undefined };
  const { epoch = 0 } = swapped.facts;
  const kept = unfinished.filter((each) => each.epoch < epoch);
  return { unfinished: [...kept, ...carried(swapped.facts, kept)], swappedBy: swapped.runId };
}

async function readSwapped(
  session: Session,
): Promise<{ readonly runId: string; readonly facts: RestoredFacts } | undefined> {
  const [begun] = await readRows<{ runId: string; facts: unknown; isNewest: number | null }>(
    session,
    SELECT_BEGUN,
  );
  if (!begun) return undefined;
  const aside = asideSchema(session.schema, begun.runId);
  if ((await readRows(session, SELECT_ASIDE, [aside, STATE_TABLE])).length === 0) {
    // A newer run has recorded it, if there was anything to record.
    if (begun.isNewest === 1) await requireSeen(session, begun.runId, aside);
    return undefined;
  }
  const { facts } = begun;
  const known = (typeof facts === 'string' ? JSON.parse(facts) : facts) as RestoredFacts;
  return { runId: begun.runId, facts: known };
}

/** A schema that an account may not see is not absent: then it is not known which state is live. */
async function requireSeen(session: Session, runId: string, aside: string): Promise<void> {
  try {
    await readRows(session, `SELECT 1 AS found FROM ${quote(aside)}.${quote(STATE_TABLE)} LIMIT 0`);
  } catch (error) {
    if (!isPrivilegeMissing(error)) return;
    throw new ExpectedError({
      code: 'missing-privilege',
      message: `run ${runId} was cut off in a restore, and this account may not see schema ${quote(aside)}, which tells whether its backup is live`,
      fix: `run mode: update, which finishes the restore, or GRANT SELECT ON ${quote(`${asidePrefix(session.schema)}%`)}.* to this account`,
    });
  }
}

function carried(
  { unfinished = [] }: RestoredFacts,
  known: readonly UnfinishedChangeset[],
): readonly UnfinishedChangeset[] {
  const keys = new Set(unfinished.map(({ author, changesetId }) => changesetKey(author, changesetId)));
  return [...keys]
    .filter((key) => !known.some((each) => each.key === key))
    .map((key) => {
      const rows = unfinished.filter((row) => changesetKey(row.author, row.changesetId) === key);
      const { runId, startedAt, epoch } = rows[0]!;
      const run = { runId, startedAt, status: 'interrupted', actor: 'an unknown actor' } as const;
      return { key, rows, epoch: epoch ?? 0, run: { ...run, runUrl: null, backupRef: null } };
    });
}

/** A history of ours means that there is a journal: one that is not seen may not be read. The same goes for the history. */
async function requireJournal(session: Session, state: TrackingState): Promise<void> {
  const history = state.get('DATABASECHANGELOG');
  if (history && !history.columns.has('RUN_ID')) return;
  for (const table of ['DATABASECHANGELOG', 'ops_migration_statements', 'ops_migration_runs']) {
    if (state.has(table)) continue;
    const isThere = await requireReadable(session, table);
    if (!isThere && table === 'DATABASECHANGELOG') return;
  }
}

/** False where there is no such table. */
async function requireReadable(session: Session, table: string): Promise<boolean> {
  try {
    await readRows(session, `SELECT 1 AS found FROM ${table} LIMIT 0`);
    return true;
  } catch (error) {
    if (isUnknownTable(error)) return false;
    if (!isPrivilegeMissing(error)) throw error;
    throw new ExpectedError({
      code: 'missing-privilege',
      message: `this account may not read ${table}, so it cannot be seen whether a changeset is half applied`,
      fix: missingGrant(error),
    });
  }
}
