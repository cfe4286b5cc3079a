/**
 * The state that the model explores: the server's locks, its bookkeeping and the schema, and the processes that work on
 * them. Two changesets: 1 is DML and has statement 0, 2 is DDL and has statements 1 and 2.
 */
export interface World {
  /** In the lock row. */
  epoch: number;
  /** What the server's clock gives to the next run. */
  clock: number;
  readonly locks: Record<LockName, Sid>;
  /** The sessions that the lock row, or their connect attributes, name as those of the newest run. */
  recorded: Sid[];
  readonly sessions: Session[];
  readonly processes: Process[];
  schema: Schema;
  journal: JournalRow[];
  runs: RunRow[];
  readonly backups: (Backup | undefined)[];
  /** Which process made the side schema that is there; none is -1. */
  side: number;
  /** Left by a swap, until journal and audit say what is live. */
  aside: { readonly process: number; readonly backupOf: number } | undefined;
  /** How many events from outside are still to come. */
  adversities: number;
  /** The invariant that does not hold any more. */
  broken: string | undefined;
}

/** Deploy, work, restore. */
export type LockName = 'deploy' | 'work' | 'restore';

/** Of a session: process times 4 and its part, plus 1; 0 is nobody. */
export type Sid = number;

/** `again` is the control session of a run that lost its first one. */
export type Part = 'control' | 'again' | 'work' | 'restore';
export const PARTS: readonly Part[] = ['control', 'again', 'work', 'restore'];

export interface Session {
  /** The server has it. */
  isUp: boolean;
  /** Its client can still reach it. */
  isReachable: boolean;
  /** KILL was sent and is not carried out yet. */
  isKilled: boolean;
  /** What the server is doing for it. */
  busy: string;
  reply: '' | 'ok' | 'refused' | 'failed';
  /** It holds a share lock on the lock row, so the epoch cannot be raised. */
  sharesRow: boolean;
}

/** What is live: who put each statement into effect, by process, and which changesets the history has. -1 is nobody. */
export interface Schema {
  readonly effects: readonly number[];
  readonly history: readonly number[];
}

export interface JournalRow {
  readonly process: number;
  readonly statement: number;
  readonly status: 'started' | 'done' | 'undone';
  readonly epoch: number;
}

export interface RunRow {
  readonly process: number;
  readonly status: 'running' | 'succeeded' | 'failed' | 'restored' | 'interrupted' | 'blocked';
  readonly epoch: number;
  readonly at: number;
}

export interface Backup extends Schema {
  readonly epoch: number;
  /** The statements of half-applied changesets that were in effect. */
  readonly unfinished: readonly number[];
}

export interface Plot {
  /** `post` finishes what `of` left; `rollback` restores the backup that `of` took. */
  readonly kind: 'update' | 'post' | 'rollback';
  readonly of?: number;
  /** It begins only when that process has ended; else at any time. */
  readonly after?: number;
  /** Its last statement fails by itself. */
  readonly fails?: boolean;
  /** `keep`: nothing is restored after a failure. */
  readonly onFailure?: 'restore' | 'keep';
}

export interface Process {
  pc: string;
  state: 'running' | 'paused' | 'dead';
  /** Its own; 0 until it raised it. */
  epoch: number;
  control: Sid;
  statement: number;
  outcome: string;
}

/** Whose sessions these are. */
export function sid(process: number, part: Part): Sid {
  return process * 4 + PARTS.indexOf(part) + 1;
}

export function ownerOf(id: Sid): number {
  return Math.floor((id - 1) / 4);
}

export function sessionOf(world: World, id: Sid): Session {
  return world.sessions[id - 1]!;
}

/** A world in which nothing was deployed yet but one run, which succeeded and changed nothing. */
export function newWorld(processes: number, adversities: number): World {
  return {
    ...{ epoch: 1, clock: 5, adversities, broken: undefined, side: -1, aside: undefined },
    locks: { deploy: 0, work: 0, restore: 0 },
    recorded: [],
    sessions: Array.from({ length: processes * 4 }, () => ({ ...CLOSED })),
    processes: Array.from({ length: processes }, () => ({
      ...{ pc: 'take', state: 'running' as const, epoch: 0, control: 0, statement: 0, outcome: '' },
    })),
    schema: { effects: [-1, -1, -1], history: [-1, -1] },
    journal: [],
    runs: [{ process: -1, status: 'succeeded', epoch: 1, at: 5 }],
    backups: Array.from({ length: processes }, () => undefined),
  };
}

const CLOSED: Session = {
  ...{ isUp: false, isReachable: false, isKilled: false, busy: '', reply: '', sharesRow: false },
};

/** A copy whose parts can be changed; what is readonly in it is shared. */
export function copy(world: World): World {
  return {
    ...world,
    locks: { ...world.locks },
    recorded: [...world.recorded],
    sessions: world.sessions.map((each) => ({ ...each })),
    processes: world.processes.map((each) => ({ ...each })),
    journal: [...world.journal],
    runs: [...world.runs],
    backups: [...world.backups],
  };
}

export function open(world: World, id: Sid): Session {
  const session = sessionOf(world, id);
  Object.assign(session, CLOSED, { isUp: true, isReachable: true });
  return session;
}

/** The server ends a session: its locks go, and its transaction. */
export function end(world: World, id: Sid): void {
  Object.assign(sessionOf(world, id), CLOSED);
  for (const name of LOCKS) if (world.locks[name] === id) world.locks[name] = 0;
}

const LOCKS: readonly LockName[] = ['deploy', 'work', 'restore'];

/** Whether a process can use one of its sessions. */
export function isUsable(world: World, id: Sid): boolean {
  const { isUp, isReachable } = sessionOf(world, id);
  return isUp && isReachable;
}

export function breakWith(world: World, invariant: string): void {
  world.broken ??= invariant;
}
