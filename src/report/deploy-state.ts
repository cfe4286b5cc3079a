import { databaseState, stoppedSomewhere, type DatabaseState, type LiveState } from './database-state.ts';
import { count, inEffect } from './wording.ts';

/** How far a run came, and what leads back. */
export interface Progress {
  /** Changesets of the run that are applied. */
  readonly applied: number;
  readonly backupRef: string | undefined;
}

/** A changeset of which the first `done` statements are in effect. */
export interface StopPoint {
  readonly key: string;
  readonly done: number;
  readonly total: number;
}

/** The state of a run that has not begun to change anything. */
export const NOT_CHANGED = databaseState('unchanged', 'The database was not changed.');

/** No server answered: nothing was sent. */
export const NEVER_REACHED = databaseState(
  'unknown',
  'The database was not reached. This run changed nothing; in which state it is was not seen.',
);

export const NOTHING_TOOK_EFFECT = databaseState(
  'unchanged',
  'The database is as it was: nothing of this run took effect.',
);

export const UP_TO_DATE = databaseState('up-to-date', 'The database is up to date: nothing was pending.');

/** Every changeset of the plan ran, but those that a precondition skips. */
export function deployed(skipped: number): DatabaseState {
  const but = skipped === 0 ? '' : ` but ${count(skipped, 'changeset')} that ${wasWere(skipped)} skipped`;
  return databaseState('updated', `The database has every changeset of this plan${but}.`);
}

/** Some changesets are applied, and others are still to come. */
export function deployedSoFar(applied: number): DatabaseState {
  const them = applied === 1 ? 'it' : 'them';
  const headline = `${count(applied, 'changeset')} of this plan ${isAre(applied)} applied; those after ${them} were not run.`;
  return databaseState('updated', headline);
}

/** A run stopped in a changeset of which `done` statements are in effect and no other. */
export function stoppedIn(stop: StopPoint, progress: Progress): DatabaseState {
  const { key, done, total } = stop;
  if (done === 0 && progress.applied === 0) return NOTHING_TOOK_EFFECT;
  const headline =
    done === 0
      ? `Nothing of changeset ${key} took effect.`
      : `Changeset ${key} is half applied: ${inEffect(done, total)}.`;
  return databaseState(done === 0 ? 'updated' : 'half-applied', `${headline}${before(progress)}`, {
    ...wayBack(progress),
    changeset: { key, statementsDone: done, statementCount: total, statementInDoubt: undefined },
  });
}

/** The same where statement `done + 1` may have taken effect. */
export function stoppedInDoubt({ key, done, total }: StopPoint, progress: Progress): DatabaseState {
  const known = done === 0 ? '' : ` Before it, ${inEffect(done, total)}.`;
  const headline = `Statement ${done + 1} of ${total} of changeset ${key} is in doubt: it may have taken effect, or a part of it.${known}`;
  return databaseState('in-doubt', `${headline}${before(progress)}`, {
    ...wayBack(progress),
    changeset: { key, statementsDone: done, statementCount: total, statementInDoubt: done + 1 },
  });
}

/** The connection broke, and nobody asked yet what the changeset did. */
export function lostIn(key: string, { backupRef }: Progress): DatabaseState {
  const headline = `The connection was lost in changeset ${key}; what became of it is not known.`;
  return databaseState('unknown', headline, { changeset: stoppedSomewhere(key), backupRef });
}

/** The connection broke behind a changeset that is recorded as whole. */
export function lostBehind(key: string, { backupRef }: Progress): DatabaseState {
  const headline = `Changeset ${key} and those before it are applied; those after it were not run.`;
  return databaseState('updated', headline, { backupRef });
}

/** An earlier run stopped in the middle, and this one refuses to go on. */
export function leftInTheMiddle(live: 'half-applied' | 'in-doubt', key: string | undefined): DatabaseState {
  const headline =
    'An earlier run stopped in the middle of a changeset and left it so. This run changed nothing.';
  return databaseState(live, headline, { changeset: key === undefined ? undefined : stoppedSomewhere(key) });
}

/** Another run began before this one was done. */
export function supersededBy(live: LiveState, found: string): DatabaseState {
  const headline = 'Another run came between, and this one changed nothing after it.';
  return databaseState(live, headline, { details: [found] });
}

/** Adds a sentence that has to be read at once. */
export function withHeadline(state: DatabaseState, more: string): DatabaseState {
  return { ...state, headline: `${state.headline} ${more}` };
}

function before({ applied, backupRef }: Progress): string {
  const earlier = applied === 0 ? '' : ` ${count(applied, 'changeset')} before it ${isAre(applied)} applied.`;
  return backupRef === undefined ? `${earlier} There is no backup of this run.` : earlier;
}

function wayBack({ backupRef }: Progress): Pick<DatabaseState, 'backupRef' | 'details'> {
  return { backupRef, details: backupRef === undefined ? [] : [`Its backup is ${backupRef}.`] };
}

function isAre(number: number): string {
  return number === 1 ? 'is' : 'are';
}

function wasWere(number: number): string {
  return number === 1 ? 'was' : 'were';
}
