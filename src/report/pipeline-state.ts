import { databaseState, type DatabaseState } from './database-state.ts';

/** Staging is loaded and the transaction of transforms and checks is committed. */
export const TRANSFORMED = databaseState(
  'updated',
  'Staging is loaded, and what transforms build from it is up to date.',
);

/** The connection broke before the COMMIT was sent. */
export const LOST_BEFORE_COMMIT = databaseState(
  'unchanged',
  'The connection was lost; what transforms build was not changed.',
);

/** The connection broke after the COMMIT was sent. */
export const LOST_AT_COMMIT = databaseState(
  'unknown',
  'The connection was lost when the transforms were committed; whether they are in effect is not known.',
);

/** The server was asked afterwards, and the transaction is not in effect. */
export const TRANSACTION_LOST = databaseState(
  'unchanged',
  'The connection was lost and the transaction with it: what transforms build was not changed.',
);

/** A check of severity `error` failed: what transforms build is as it was, staging keeps what was loaded. */
export function checksFailed(names: readonly string[]): DatabaseState {
  const which = names.length === 1 ? 'check' : 'checks';
  const headline = `Staging holds what was loaded; what transforms build was not changed: ${which} ${names.join(', ')} failed.`;
  return databaseState('unchanged', headline);
}

/** Which of the two promises holds: staging by dataset, everything downstream as a whole. */
export function notTransformed(missing: readonly string[]): DatabaseState {
  const loaded =
    missing.length === 0
      ? 'Staging is loaded.'
      : `Datasets that were not loaded to their end: ${missing.join(', ')}; the next run goes on there.`;
  return databaseState('unchanged', `${loaded} What transforms build was not changed.`);
}
