/**
 * What is live when a run is over. `unchanged`: nothing of this run is in effect; `updated`: whole changesets of it are,
 * and no half of one; `incomplete`: a restore dropped what was live and did not come to its end.
 */
export type LiveState =
  | 'unchanged'
  | 'up-to-date'
  | 'updated'
  | 'restored'
  | 'half-applied'
  | 'in-doubt'
  | 'incomplete'
  | 'unknown';

/** `certain`: read or compared. `partial`: certain but for what the sentences name. `unknown`: it could not be read. */
export type Certainty = 'certain' | 'partial' | 'unknown';

/** The changeset in which a run stopped. */
export interface StoppedChangeset {
  /** `author:id`. */
  readonly key: string;
  /** Its first statements, which are known to be in effect; undefined where that is not known. */
  readonly statementsDone: number | undefined;
  /** Undefined where the changeset could not be read. */
  readonly statementCount: number | undefined;
  /** The statement of which nobody knows whether it took effect, from 1. */
  readonly statementInDoubt: number | undefined;
}

/** The state of the database after a run, for receivers that decide and for people who read. */
export interface DatabaseState {
  readonly live: LiveState;
  readonly certainty: Certainty;
  readonly changeset: StoppedChangeset | undefined;
  /** The backup that leads back to the state before, or that was restored. */
  readonly backupRef: string | undefined;
  /** The schema that keeps what was live before a restore. */
  readonly aside: string | undefined;
  /** What matters first, in a sentence or two without references. */
  readonly headline: string;
  /** Further sentences. */
  readonly details: readonly string[];
}

/** All sentences of a state on one line. */
export function stateSentence({ headline, details }: DatabaseState): string {
  return [headline, ...details].join(' ');
}

function certaintyOf(live: LiveState): Certainty {
  if (live === 'unknown') return 'unknown';
  return live === 'in-doubt' ? 'partial' : 'certain';
}

/** The changeset in which a run stopped, where no more than that is known. */
export function stoppedSomewhere(key: string): StoppedChangeset {
  return { key, statementsDone: undefined, statementCount: undefined, statementInDoubt: undefined };
}

/** A state of which nothing else is known than what is given. */
export function databaseState(
  live: LiveState,
  headline: string,
  known: Partial<Omit<DatabaseState, 'live' | 'headline'>> = {},
): DatabaseState {
  return {
    live,
    certainty: certaintyOf(live),
    changeset: undefined,
    backupRef: undefined,
    aside: undefined,
    headline,
    details: [],
    ...known,
  };
}
