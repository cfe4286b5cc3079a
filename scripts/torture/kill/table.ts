import { STORES, type StoreKind } from './place.ts';
import { SCHEDULES } from './schedule.ts';
import { STRIKES } from './strike.ts';

/** How a round ended; all but `right` is a finding. */
export type End = 'right' | 'unknown' | 'stuck' | 'wrong end' | 'wrong first line' | 'left objects';

export interface Round {
  readonly seed: number;
  readonly number: number;
  /** Not there in rounds of before there was a choice: they used a folder. */
  readonly store?: StoreKind;
  readonly strike: string;
  /** Of the log of the first run. */
  readonly afterLine: number;
  readonly second: boolean;
  readonly steps: readonly string[];
  readonly end: End;
  readonly why: string;
}

const ENDS: readonly End[] = [
  ...(['right', 'unknown', 'stuck', 'wrong end', 'wrong first line', 'left objects'] as const),
];

/** The figures of all rounds, for people and for `docs/torture.md`. */
export function describeRounds(rounds: readonly Round[]): string {
  const line = (name: string, of: readonly Round[]): string =>
    `| ${[name, of.length, ...ENDS.map((end) => of.filter((round) => round.end === end).length)].join(' | ')} |`;
  const head = ['what happened', 'rounds', ...ENDS];
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...[...STRIKES, ...SCHEDULES.filter((each) => rounds.some(({ strike }) => strike === each))].map((what) =>
      line(
        what,
        rounds.filter(({ strike }) => strike === what),
      ),
    ),
    ...STORES.map((store) =>
      line(
        `backups: ${store}`,
        rounds.filter((round) => (round.store ?? 'folder') === store),
      ),
    ),
    line(
      'two runners, of these',
      rounds.filter(({ second }) => second),
    ),
    line('all', rounds),
  ].join('\n');
}

/** A round in one line. */
export function describeRound({ number, strike, afterLine, second, store, steps, end, why }: Round): string {
  const what = `${strike} after line ${afterLine}${second ? ', two runners' : ''}, ${store ?? 'folder'}`;
  return `round ${number}: ${what}: ${steps.join(' → ')}: ${end}${why === '' ? '' : `: ${why}`}`;
}
