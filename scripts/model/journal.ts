import type { Has } from './guards.ts';
import { setStatus } from './actor.ts';
import type { JournalRow, RunRow, World } from './world.ts';

/** The statements of changeset 2 that the journal knows to be in effect while the history has no row of it. */
export function unfinishedStatements(world: World, has: Has): readonly number[] {
  const { journal, schema, runs } = world;
  if (schema.history[1] !== -1) return [];
  const open = (row: JournalRow): boolean => row.statement > 0 && row.status === 'done';
  if (has('judged-by-changeset') && has('last-by-epoch'))
    return journal.filter(open).map(({ statement }) => statement);
  // As it was: the newest run that tried something, and only its rows.
  const newest = newestRun(
    runs.filter(
      ({ process, status }) =>
        status === 'succeeded' ||
        status === 'restored' ||
        (status !== 'blocked' && journal.some((row) => row.process === process)),
    ),
    has,
  );
  if (newest === undefined || newest.status === 'succeeded') return [];
  return journal
    .filter((row) => open(row) && row.process === newest.process)
    .map(({ statement }) => statement);
}

function newestRun(runs: readonly RunRow[], has: Has): RunRow | undefined {
  const order = has('last-by-epoch') ? ({ epoch }: RunRow) => epoch : ({ at }: RunRow) => at;
  return runs.toSorted((one, other) => order(other) - order(one))[0];
}

/** The log tells of every statement that was begun whether it took effect. */
export function decideDoubts(world: World, has: Has): void {
  world.journal = world.journal.map((row) => {
    if (row.status !== 'started') return row;
    const tookEffect = has('doubt-is-decided') && world.schema.effects[row.statement] === row.process;
    return { ...row, status: tookEffect ? 'done' : 'undone' };
  });
}

/** Writes that a statement is about to be sent, or how it ended; one row a statement and process. */
export function write(world: World, process: number, statement: number, status: JournalRow['status']): void {
  const others = world.journal.filter((row) => row.process !== process || row.statement !== statement);
  world.journal = sorted([...others, { process, statement, status, epoch: world.processes[process]!.epoch }]);
}

/** After a swap: what ran since the backup is undone, and what was half applied in it is unfinished again. */
export function recordRestore(world: World, by: number, has: Has): void {
  const { process, backupOf } = world.aside!;
  const { epoch, unfinished } = world.backups[backupOf]!;
  world.journal = world.journal.map((row) =>
    row.epoch >= epoch || (has('backup-carries-unfinished') && !unfinished.includes(row.statement))
      ? { ...row, status: 'undone' as const }
      : row,
  );
  for (const statement of unfinished) write(world, by, statement, 'done');
  world.aside = undefined;
  setStatus(world, process, process === backupOf ? 'restored' : 'succeeded');
}

function sorted(rows: readonly JournalRow[]): JournalRow[] {
  return rows.toSorted((one, other) => one.process - other.process || one.statement - other.statement);
}
