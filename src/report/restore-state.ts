import { databaseState, type Certainty, type DatabaseState, type LiveState } from './database-state.ts';
import type { ReportedRestore } from './report.ts';
import { count } from './wording.ts';

/** What is known of rows that were brought back. */
export interface ComparedRows {
  /**
   * `values`: with a digest of the snapshot. `text`: the server took all of an exact text without a warning. `nothing`: an
   * earlier version took the backup. `elsewhere`: by another process, whose report says what it found.
   */
  readonly compared: 'values' | 'text' | 'nothing' | 'elsewhere';
  /** What is not as it was, each completing `except that …`. */
  readonly exceptions: readonly string[];
}

/** The only place that says "as it was", and only of rows that this process compared; without the end of the sentence. */
function asItWas({ compared, exceptions }: ComparedRows, since: string): string {
  const back = `The database was brought back to its state ${since}`;
  if (compared === 'elsewhere')
    return `${back}, by another process, which compared its rows and said what is not as it was`;
  if (compared === 'nothing') return `${back}, and its rows were not compared`;
  return `The database is as it was ${since}${exceptOf(exceptions)}`;
}

function exceptOf(exceptions: readonly string[]): string {
  if (exceptions.length === 0) return '';
  const more = exceptions.length > 3 ? ` and ${exceptions.length - 3} more` : '';
  return `, except that ${exceptions.slice(0, 3).join('; ')}${more}`;
}

/** What a rollback that kept the writes of others brought back. */
function undoneSince({ compared, exceptions }: ComparedRows, createdAt: string, kept: number): string {
  const others = `${count(kept, 'transaction')} of others since then ${kept === 1 ? 'is' : 'are'} kept`;
  const undone = `What deploys did since ${createdAt} is undone`;
  if (compared === 'nothing') return `${undone}, without a comparison of its rows, and ${others}.`;
  return exceptions.length === 0
    ? `${undone}, and ${others}.`
    : `${undone}${exceptOf(exceptions)}; ${others}.`;
}

function certaintyOf({ compared, exceptions }: ComparedRows): Certainty {
  const isCompared = compared === 'values' || compared === 'text';
  return isCompared && exceptions.length === 0 ? 'certain' : 'partial';
}

/** A failed run was brought back to its backup. */
export function restoredRun(rows: ComparedRows, restore: ReportedRestore | undefined): DatabaseState {
  const headline = `${asItWas(rows, 'before this run')}: its backup was restored.`;
  return databaseState('restored', headline, {
    certainty: certaintyOf(rows),
    backupRef: restore?.ref,
    aside: restore?.aside,
    details: restore ? [describeKept(restore)] : [],
  });
}

function describeKept({ keptTransactions, undoneTransactions, aside }: ReportedRestore): string {
  if (aside === undefined)
    return 'It was loaded in place: until it was done the schema was incomplete, and what failed was not kept.';
  if (keptTransactions === undefined) return `What failed is kept in ${aside}.`;
  const undone = (undoneTransactions ?? 0) > 0 ? `, ${undoneTransactions} could not be` : '';
  return `${count(keptTransactions, 'transaction')} of others since then ${keptTransactions === 1 ? 'was' : 'were'} kept${undone}. What failed is kept in ${aside}.`;
}

/** A named backup is live. `safetyRef`: of the backup of what was there before. */
export function rolledBack(
  rows: ComparedRows,
  restore: ReportedRestore,
  createdAt: string,
  safetyRef: string | undefined,
): DatabaseState {
  const { keptTransactions: kept, aside } = restore;
  const headline =
    kept === undefined ? `${asItWas(rows, `at ${createdAt}`)}.` : undoneSince(rows, createdAt, kept);
  const before =
    aside === undefined
      ? 'It was loaded in place: until it was done the schema was incomplete'
      : `What was there before is kept in ${aside}`;
  const undo =
    safetyRef === undefined
      ? 'no safety backup was taken of the incomplete schema that was there'
      : `to undo this rollback: backup-ref ${safetyRef}`;
  return databaseState('restored', headline, {
    certainty: certaintyOf(rows),
    backupRef: restore.ref,
    aside,
    details: [`${before}; ${undo}.`],
  });
}

/** A dry run: nothing is swapped. */
export function rehearsedRestore(known: 'is whole' | 'can be restored'): DatabaseState {
  return databaseState('unchanged', `The database was not changed; the backup ${known}.`);
}

/** A restore in place dropped what was live and stopped. */
export function incompleteSchema(ref: string): DatabaseState {
  const headline =
    'The schema is incomplete: a restore dropped what was live, and loading its backup did not come to its end.';
  return databaseState('incomplete', headline, { backupRef: ref, details: [`The backup is ${ref}.`] });
}

/** The connection broke in a restore: the next run finds out which of the two states is live. */
export function restoreCutOff(before: DatabaseState): DatabaseState {
  const says = 'A restore was cut off: the next run finds out whether its backup is live.';
  return { ...before, live: 'unknown', certainty: 'unknown', headline: `${before.headline} ${says}` };
}

/** What the post step of a job knows of an interrupted run before it has looked. */
export function interruptedRun(runId: string): DatabaseState {
  const headline = 'The run was interrupted; in which state it left the database is not known.';
  return databaseState('unknown', headline, { details: [`It is run ${runId}.`] });
}

/** The run was done before its process ended. */
export function finishedRun(runId: string): DatabaseState {
  return databaseState('updated', 'The run did what it was asked; nothing is left to do.', {
    details: [`It is run ${runId}.`],
  });
}

/** What of an interrupted run is in effect, and why it was left so. */
export function leftInEffect(
  live: LiveState,
  effect: string,
  { why, backupRef }: { readonly why: string | undefined; readonly backupRef: string | undefined },
): DatabaseState {
  const says = `${effect.charAt(0).toUpperCase()}${effect.slice(1)}`;
  const headline =
    why === undefined
      ? `${says}; the backup was not restored.`
      : `${says}. It was left so: ${why}. The next run says how to go on.`;
  return databaseState(live, headline, { backupRef });
}
