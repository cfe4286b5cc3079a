import { ExpectedError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import { isUnknownTable } from '../session/server-error.ts';
import type { TrackingState } from './tracking-state.ts';

/** Columns that Liquibase's history lacks. */
const ADOPT_HISTORY: ReadonlyMap<string, string> = new Map([
  ['CHECKSUM', 'ADD COLUMN CHECKSUM VARCHAR(80) NULL'],
  ['RUN_ID', 'ADD COLUMN RUN_ID VARCHAR(64) NULL'],
  ['EXECUTION_MS', 'ADD COLUMN EXECUTION_MS BIGINT NULL'],
]);

/** What a history row is found by. */
const IDENTITY = ['ID', 'AUTHOR', 'FILENAME'];

/**
 * The one atomic ALTER that Liquibase's history lacks, if there is one and it lacks something. Text is made to compare
 * by code point: under another collation the changesets `a` and `A` would share a row.
 */
export function historyAdoption(state: TrackingState): string | undefined {
  const history = state.get('DATABASECHANGELOG');
  if (!history) return undefined;
  const { columns, keys } = history;
  const clauses = missingColumns(ADOPT_HISTORY, columns);
  const isIdentity = (key: readonly string[]): boolean =>
    key.length === IDENTITY.length && IDENTITY.every((column) => key.includes(column));
  const primary = keys.get('PRIMARY');
  if (![...keys.values()].some(isIdentity)) {
    clauses.push(...(primary ? replaceKey(primary) : [ADD_KEY]));
  }
  if (clauses.length === 0) return undefined;
  return `ALTER TABLE DATABASECHANGELOG
  CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, ENGINE = InnoDB, ROW_FORMAT = DYNAMIC,
  ${clauses.join(',\n  ')}`;
}

const ADD_KEY = 'ADD PRIMARY KEY (ID, AUTHOR, FILENAME)';

/** A key over less than what identifies a changeset would make one take the place of another; any other may stay. */
function replaceKey(primary: readonly string[]): readonly string[] {
  const isTooNarrow = primary.every((column) => IDENTITY.includes(column.replace(/\(.*/, '')));
  return isTooNarrow
    ? ['DROP PRIMARY KEY', ADD_KEY]
    : ['ADD UNIQUE KEY uq_databasechangelog_changeset (ID, AUTHOR, FILENAME)'];
}

/** The clauses that add what is not there; names of columns are compared in upper case. */
function missingColumns(
  wanted: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, unknown>,
): string[] {
  return [...wanted].filter(([column]) => !present.has(column)).map(([, clause]) => clause);
}

/** Rows that say twice of a changeset that it ran, and rows that cannot both have the key. */
const SELECT_DUPLICATES = `SELECT MIN(AUTHOR) AS author, MIN(ID) AS id, COUNT(*) AS copies FROM DATABASECHANGELOG
  GROUP BY CONVERT(AUTHOR USING utf8mb4) COLLATE utf8mb4_bin, CONVERT(ID USING utf8mb4) COLLATE utf8mb4_bin
  HAVING SUM(EXECTYPE IN ('EXECUTED', 'RERAN', 'MARK_RAN')) > 1
    OR COUNT(*) > COUNT(DISTINCT CONVERT(FILENAME USING utf8mb4) COLLATE utf8mb4_bin)
  ORDER BY 1, 2 LIMIT 20`;

/** Refuses to take a history for absent that this user may not see: then everything would seem to be pending. */
export async function requireNoHistory(session: Session): Promise<void> {
  try {
    await send(session, 'SHOW COLUMNS FROM DATABASECHANGELOG');
  } catch (error) {
    if (!isUnknownTable(error)) throw error;
  }
}

/** Refuses a history in which one `author:id` stands twice, because it is not certain what ran. */
export async function requireCertainHistory(session: Session): Promise<void> {
  const duplicates = await readRows<{ author: string; id: string; copies: number }>(
    session,
    SELECT_DUPLICATES,
  );
  if (duplicates.length === 0) return;
  const list = duplicates.map((row) => `${row.author}:${row.id} (${row.copies} rows)`).join(', ');
  throw new ExpectedError({
    code: 'ambiguous-history',
    message: `DATABASECHANGELOG has several rows for one author:id: ${list}`,
    fix: 'keep one row of each, so that it is certain what ran; nothing was changed',
  });
}

/** Makes Liquibase's history ours, in place; gives whether there was anything to do. */
export async function adoptHistory(session: Session, state: TrackingState, log: Log): Promise<boolean> {
  const adoption = historyAdoption(state);
  if (adoption === undefined) return false;
  await requireCertainHistory(session);
  await send(session, adoption);
  log({
    level: 'info',
    event: 'history-adopted',
    message: 'adopted the DATABASECHANGELOG that Liquibase made: columns and key were added',
  });
  return true;
}
