import { setTimeout as sleep } from 'node:timers/promises';
import { GtidSet } from '../binlog/gtid-set.ts';
import { readLogFiles } from '../binlog/log-place.ts';
import { openLogStream } from '../binlog/log-stream.ts';
import { TransactionReader } from '../binlog/log-transaction.ts';
import { readRow, readRows, type Session } from '../session/connection.ts';
import { checkBeside } from '../load/check-beside.ts';
import type { DefinitionScope } from '../definitions/definition-scope.ts';
import { DumpWindow } from '../replay/dump-window.ts';
import { finishInterruptedRestore } from '../swap/finish.ts';
import { LogFollower } from '../since-backup/follow-log.ts';
import { notLossless } from '../since-backup/not-lossless.ts';
import { readNotRestored } from '../load/not-restored.ts';
import type { Conflict } from '../replay/judge-transaction.ts';
import { requireTransactions } from '../guarantee/guarantee.ts';
import { isOfRestore, sideSchema } from '../session/names.ts';
import type { OwnWriters } from '../since-backup/own-writers.ts';
import { OwnWrites } from '../replay/own-writes.ts';
import { openRaw, type RawSession } from '../session/raw-session.ts';
import { OthersObstacles, type RestoreScope } from '../since-backup/others-obstacles.ts';
import {
  isRestored,
  ownDefinitionReader,
  readTouched,
  requireLog,
  type Touched,
} from '../since-backup/read-touched.ts';
import { readKeyWeights } from '../replay/key-weights.ts';
import { readSchemaNames, type SchemaNames } from '../definitions/schema-names.ts';
import { OthersReplay, type ReplayResult } from '../replay/replay-others.ts';
import { SideReplay } from '../replay/side-replay.ts';
import { dropSide } from '../load/side-schema.ts';
import { loadBeside, type RestoreJob } from './snapshot-restore.ts';
import { swapUnderWriters } from '../swap/swap-under-writers.ts';
import type { Swapped } from '../swap/bracket-swap.ts';
import { closureOf, readSilentCascades, readTableTies } from '../definitions/table-ties.ts';
import { readTableShapes, readUnchangedTables } from '../replay/table-shapes.ts';

/** What keeping the writes of others takes beyond a restore. */
export interface LosslessJob extends RestoreJob {
  readonly own: OwnWriters;
  /** Asked before the swap when something cannot be kept; throws to give up. */
  readonly onConflicts: (conflicts: readonly Conflict[]) => void;
}

/** What a restore did that keeps what others wrote. */
export interface LosslessResult {
  /** Undefined where it was not to swap. */
  readonly swapped: Swapped | undefined;
  /** Of others, replayed since the backup. */
  readonly kept: number;
  /** Of others, in tables that were not restored. */
  readonly beside: number;
  readonly conflicts: readonly Conflict[];
  /** Written to tables that the run made; kept with the state that failed. */
  readonly leftBehind: readonly Conflict[];
  /** What was restored; other tables were not even locked. */
  readonly tables: readonly string[];
}

/**
 * Brings back what our run touched, and keeps what others wrote: the tables are loaded beside, the transactions of
 * others are replayed there from the binary log, and then they take the place of the live ones. What cannot be done
 * without guessing throws `not-lossless` before anything is changed.
 */
export async function losslessRestore(session: Session, job: LosslessJob): Promise<LosslessResult> {
  const { facts, own, log, lockTimeout } = job;
  await requireReachableLog(session, job);
  const names = await readSchemaNames(session, facts);
  const touched = await readTouched(session, facts, own, names);
  const closure = closureOf(touched.tables, facts.ties!, await readTableTies(session));
  const scope: RestoreScope = { tables: closure, objects: touched.objects };
  touched.obstacles.check(scope);
  await requireOwnKeys(session, closure);
  const tables = [...closure].toSorted();
  const message = `the run touched ${tables.join(', ') || 'no table'}; others committed ${touched.transactions} transactions since the backup`;
  log({ level: 'info', event: 'restore-scope', message });
  let replayed: ReplayResult = NOTHING;
  const onReplay = (replay: OthersReplay): void => {
    replayed = replay.result;
  };
  try {
    const result = await restoreTables(session, job, scope, { touched, names, onReplay });
    await dropSide(session);
    return { ...result, tables };
  } catch (error) {
    const finished = await finishInterruptedRestore(session, lockTimeout).catch(() => undefined);
    if (finished?.kind !== 'new-state-finished' || finished.runId !== job.runId) throw error;
    const swapped = { aside: finished.aside, blockedMs: undefined, oldTransactions: [] };
    const { transactions, beside, conflicts, leftBehind } = replayed;
    return { swapped, kept: transactions, beside, conflicts, leftBehind, tables };
  }
}

const NOTHING: ReplayResult = { transactions: 0, beside: 0, conflicts: [], leftBehind: [] };

async function restoreTables(
  session: Session,
  job: LosslessJob,
  scope: RestoreScope,
  {
    touched,
    names,
    onReplay,
  }: {
    readonly touched: Touched;
    readonly names: SchemaNames;
    /** Told of the replay whenever more was replayed. */
    readonly onReplay: (replay: OthersReplay) => void;
  },
): Promise<Omit<LosslessResult, 'tables'>> {
  const { facts, log, onProgress, own } = job;
  const closure = scope.tables;
  const options = { only: closure, ...(onProgress ? { onProgress } : {}) };
  const started = performance.now();
  const loaded = await loadBeside(session, job.dump, facts, options);
  const comparison = await checkBeside(session, loaded, facts, closure);
  const lost = await readNotRestored(session, facts);
  job.onExceptions?.([...comparison.exceptions, ...lost, ...touched.untold], comparison);
  await requireTransactions(session);
  const durationMs = Math.round(performance.now() - started);
  log({
    ...{ level: 'debug', event: 'backup-loaded', durationMs },
    message: 'the backup is loaded beside the live schema',
  });
  const side = sideSchema(session.schema);
  const raw = await openRaw(session, side);
  const stream = await openLogStream(session, touched.from);
  try {
    own.add(raw.id);
    const reader = new TransactionReader(stream, isRestored(session.schema));
    const shapes = await readTableShapes(session);
    const writes = new OwnWrites(shapes);
    const silentCascades = await readSilentCascades(session, [session.schema, side]);
    const window = new DumpWindow(new GtidSet(facts.after.gtidExecuted), writes, silentCascades);
    const replay = new OthersReplay({
      follower: new LogFollower(session, reader, own, facts.before),
      ...{ reader, scope, side: new SideReplay(raw, side), obstacles: new OthersObstacles(names) },
      readOwn: ownDefinitionReader(names),
      weighKeys: (rows) => readKeyWeights(session, shapes, rows),
      unchanged: await readUnchangedTables(session, touched.changes),
      ...{ writes, window, silentCascades },
    });
    await catchUpRounds(replay, job);
    const swapped =
      job.until === 'load' ? undefined : await swapIn(session, job, { loaded, replay, raw, scope, onReplay });
    const { transactions, beside, conflicts, leftBehind } = replay.result;
    return { swapped, kept: transactions, beside, conflicts, leftBehind };
  } finally {
    stream.close();
    raw.close();
  }
}

async function swapIn(
  session: Session,
  job: LosslessJob,
  parts: {
    readonly loaded: Awaited<ReturnType<typeof loadBeside>>;
    readonly replay: OthersReplay;
    readonly raw: RawSession;
    readonly scope: RestoreScope;
    readonly onReplay: (replay: OthersReplay) => void;
  },
): Promise<Swapped> {
  const { loaded, replay, raw, scope, onReplay } = parts;
  const { facts, runId, statementLockTimeout, lockTimeout, log, beforeCutOver } = job;
  return swapUnderWriters(session, {
    ...{ runId, loaded, facts, statementLockTimeout, lockTimeout, log, replaying: raw },
    only: scope.tables,
    onExceptions: job.onExceptions,
    definitionScope: scopeOf(scope),
    follower: {
      catchUp: async () => {
        await replay.catchUp();
        onReplay(replay);
        askAbout(replay, job);
      },
      changes: () => replay.changes,
      usedNumbers: () => replay.usedNumbers,
      hasMore: () => replay.hasMore(),
    },
    onConnection: (id) => job.own.add(id),
    ...(beforeCutOver ? { beforeCutOver } : {}),
  });
}

/** Where it is not known which definitions the run changed, all are brought back. */
function scopeOf({ tables, objects }: RestoreScope): DefinitionScope | undefined {
  return objects === 'all' ? undefined : { tables: [...tables], objects: [...objects] };
}

/** What is left with the state that failed is lost to the tables of before as well. */
function askAbout({ result }: OthersReplay, job: LosslessJob): void {
  const lost = [...result.conflicts, ...result.leftBehind];
  if (lost.length > 0) job.onConflicts(lost);
}

const SHORT_ROUND_MS = 150;
const LONGEST_WAIT_MS = 10_000;
const MOST_ROUNDS = 200;

/** Until what is left to replay is so short that writers can be held up for it. */
async function catchUpRounds(replay: OthersReplay, job: LosslessJob): Promise<void> {
  let shortest = Infinity;
  for (let round = 1, slow = 0; ; round += 1) {
    const started = performance.now();
    await replay.catchUp();
    const took = performance.now() - started;
    const { transactions } = replay.result;
    const message = `round ${round}: ${transactions} transactions of others replayed`;
    job.log({ level: 'debug', event: 'replayed', message, durationMs: Math.round(took) });
    askAbout(replay, job);
    if (took < SHORT_ROUND_MS) return;
    slow = took < shortest ? 0 : slow + 1;
    shortest = Math.min(shortest, took);
    // Not shorter for many rounds: others write as fast as it is replayed. Rather let them wait than undo their work.
    if (slow >= 8 && took < LONGEST_WAIT_MS) return;
    if (slow >= 8 || round > MOST_ROUNDS) {
      throw notLossless(
        'others write faster than their transactions can be replayed',
        'restore when less is written',
      );
    }
    await sleep(0);
  }
}

async function requireReachableLog(session: Session, { facts }: LosslessJob): Promise<void> {
  const { uuid } = await readRow<{ uuid: string }>(session, 'SELECT @@server_uuid AS uuid');
  requireLog(facts, uuid, await readLogFiles(session));
}

const SELECT_CROSSING = `SELECT k.TABLE_NAME AS tableName, k.REFERENCED_TABLE_NAME AS parent,
    k.CONSTRAINT_SCHEMA AS childSchema, k.UNIQUE_CONSTRAINT_SCHEMA AS parentSchema, k.CONSTRAINT_NAME AS name
  FROM information_schema.REFERENTIAL_CONSTRAINTS AS k
  WHERE ? IN (k.CONSTRAINT_SCHEMA, k.UNIQUE_CONSTRAINT_SCHEMA) AND k.CONSTRAINT_SCHEMA <> k.UNIQUE_CONSTRAINT_SCHEMA`;

/** A key from or to another schema would follow the table that is renamed away, or change rows that no replay knows. */
async function requireOwnKeys(session: Session, closure: ReadonlySet<string>): Promise<void> {
  const { schema } = session;
  const rows = await readRows<Readonly<Record<'tableName' | 'parent' | 'childSchema' | 'name', string>>>(
    session,
    SELECT_CROSSING,
    [schema],
  );
  const crossing = rows.find(
    ({ childSchema, tableName, parent }) =>
      closure.has(childSchema === schema ? tableName : parent) && !isOfRestore(schema, childSchema),
  );
  if (!crossing) return;
  const { name, childSchema, tableName } = crossing;
  throw notLossless(
    `foreign key ${name} of ${childSchema}.${tableName} ties the restored tables to another schema`,
  );
}
