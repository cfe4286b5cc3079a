import { ALL_ADVERSITIES, type Adversity } from './adversities.ts';
import type { Guard } from './guards.ts';
import type { Plot } from './world.ts';

/** One exploration with what it has to find. */
export interface Case {
  readonly name: string;
  readonly plots: readonly Plot[];
  readonly without: readonly Guard[];
  readonly adversities: number;
  readonly kinds: readonly Adversity[];
  /** The invariant that breaks; undefined where everything has to hold. */
  readonly breaks: RegExp | undefined;
}

const UPDATE: Plot = { kind: 'update' };
const FAILING: Plot = { kind: 'update', fails: true };
const KEPT: Plot = { kind: 'update', fails: true, onFailure: 'keep' };

/** Who takes part. */
export const CASTS = {
  'two updates': [UPDATE, UPDATE],
  'an update that fails, and another': [FAILING, UPDATE],
  'an update, its post step, another update': [UPDATE, { kind: 'post', of: 0 }, UPDATE],
  'half applied, rolled back, that undone, updated': [
    KEPT,
    { kind: 'rollback', of: 0, after: 0 },
    { kind: 'rollback', of: 1, after: 1 },
    { ...UPDATE, after: 2 },
  ],
  'half applied, then updated': [KEPT, { ...UPDATE, after: 0 }],
  'an update and a rollback to before it': [UPDATE, { kind: 'rollback', of: 0 }],
} as const satisfies Readonly<Record<string, readonly Plot[]>>;

type Cast = keyof typeof CASTS;

/** With every guard in its place nothing breaks. */
export const HOLDS: readonly Case[] = (Object.keys(CASTS) as Cast[]).map((name) => ({
  ...{ name, plots: CASTS[name], without: [], adversities: 1, kinds: ALL_ADVERSITIES, breaks: undefined },
}));

function broken(
  guard: Guard,
  cast: Cast,
  adversities: number,
  breaks: RegExp,
  others: readonly Guard[] = [],
): Case {
  return {
    name: guard,
    plots: CASTS[cast],
    without: [guard, ...others],
    adversities,
    kinds: ALL_ADVERSITIES,
    breaks,
  };
}

const HIDDEN = /a half-applied changeset was hidden/;
const LATE = /statement 1 of process 0 took effect after a newer epoch began/;

/** What breaks when one guard is left out that nothing else stands in for. */
export const FIRST_LINE: readonly Case[] = [
  broken('last-by-epoch', 'half applied, then updated', 1, HIDDEN),
  broken('judged-by-changeset', 'half applied, rolled back, that undone, updated', 0, HIDDEN),
  broken('backup-carries-unfinished', 'half applied, rolled back, that undone, updated', 0, HIDDEN),
  broken('retake-asks-epoch', 'two updates', 1, /a restore of process 0 undid what process 1 did/),
  broken(
    'post-asks-epoch',
    'an update, its post step, another update',
    1,
    /a restore of process 1 undid what process 2 did/,
  ),
  broken('side-asks-lock', 'an update that fails, and another', 1, /dropped the side schema/),
  broken('raise-asks-lock', 'two updates', 1, /took effect after a newer epoch began/),
  broken('doubt-is-decided', 'two updates', 1, HIDDEN),
  broken('ends-sessions', 'two updates', 2, LATE),
];

/** The same for a second line of defence: what `others` would have held is left out as well. Without `name` it holds. */
export const SECOND_LINE: readonly Case[] = [
  broken('waits-for-work-lock', 'two updates', 1, LATE, ['ends-sessions']),
  broken('waits-until-gone', 'two updates', 1, LATE, ['waits-for-work-lock']),
  broken('work-asks-control', 'two updates', 1, LATE, ['ends-sessions']),
  broken('commit-asks-epoch', 'two updates', 1, /statement 0 of process 0/, [
    'waits-for-work-lock',
    'ends-sessions',
  ]),
  broken('for-share', 'two updates', 1, /statement 0 of process 0/, ['waits-for-work-lock', 'ends-sessions']),
  {
    // A work session is killed and a lock vanishes; other ways to the same end only take longer to go through.
    ...broken('writes-ask-epoch', 'an update and a rollback to before it', 2, /the history has changeset 2/, [
      'ends-sessions',
      'waits-for-work-lock',
    ]),
    kinds: ['kill', 'vanish'],
  },
  broken('swap-asks-epoch', 'an update that fails, and another', 1, /a restore of process 0 took effect/, [
    'waits-for-restore-lock',
    'ends-sessions',
  ]),
  broken(
    'waits-for-restore-lock',
    'an update that fails, and another',
    1,
    /a restore of process 0 took effect/,
    ['swap-asks-epoch', 'ends-sessions'],
  ),
];
