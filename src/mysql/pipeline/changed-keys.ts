import { isIntegerKind } from '../../pipeline/manifest/integer-range.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import { readRows, send, write, type Session } from '../session/connection.ts';
import { quote } from '../session/names.ts';
import { isConnectionLost, isDeadlock, isLockTimeout, isServerError } from '../session/server-error.ts';

/** From so many keys on, comparing everything costs less than following them. */
const MOST_KEYS = 250_000;

/**
 * `ops_checkpoints.changed` holds, for each dataset, what a transform has yet to follow: the keys of the staging rows
 * that are new or changed since transforms last took effect, and the checksum of those transforms. NULL: any row may be.
 * It is written in the transactions that write the rows, is emptied in the one that transforms them, and comes back
 * with them from a backup; so it is true wherever a run dies.
 *
 * A list of keys has to fit into max_allowed_packet, and where it does not the server answers NULL, a shorter text or an
 * error, each in other places. So every list is counted where it was made and again where it arrived; unless both are
 * the same number, the list counts as lost and everything is compared.
 */
const SELECT_FOLLOWED = 'SELECT 1 AS found FROM ops_checkpoints WHERE dataset = ? AND changed IS NOT NULL';
const LENGTH = "COALESCE(JSON_LENGTH(changed, '$.keys'), 0)";
const MERGED = `JSON_SET(changed, '$.keys',
  JSON_MERGE_PRESERVE(JSON_EXTRACT(changed, '$.keys'), CAST(@db_deploy_keys AS JSON)))`;
const ADD_KEYS = `UPDATE ops_checkpoints SET changed = CASE
    WHEN @db_deploy_keys IS NULL OR NOT JSON_VALID(@db_deploy_keys) THEN NULL
    WHEN JSON_LENGTH(@db_deploy_keys) <> @db_deploy_count THEN NULL
    WHEN ${LENGTH} + @db_deploy_count > ${MOST_KEYS} THEN NULL
    WHEN JSON_LENGTH(${MERGED}, '$.keys') = ${LENGTH} + @db_deploy_count THEN ${MERGED}
    ELSE NULL END
  WHERE dataset = ? AND changed IS NOT NULL`;
const FORGET_KEYS = 'UPDATE ops_checkpoints SET changed = NULL WHERE dataset = ?';

/**
 * Notes which rows of staging are new or changed. Call it in the transaction that writes them, before its COMMIT, once
 * for each part of a load; `selectKeys` is a SELECT that gives their key columns, under their names. It may read a
 * temporary table, which is read once.
 */
export async function recordChangedKeys(
  session: Session,
  dataset: Pick<Dataset, 'name' | 'key' | 'columns'>,
  selectKeys: string,
): Promise<void> {
  const [waiting] = await readRows(session, SELECT_FOLLOWED, [dataset.name]);
  if (!waiting) return;
  const key = dataset.key.map((name) => inJson(dataset, name)).join(', ');
  try {
    await send(
      session,
      `SELECT IF(COUNT(*) = 0, '[]', IF(COUNT(*) > ${MOST_KEYS}, NULL, JSON_ARRAYAGG(JSON_ARRAY(${key})))), COUNT(*)
        INTO @db_deploy_keys, @db_deploy_count FROM (${selectKeys} LIMIT ${MOST_KEYS + 1}) AS k`,
    );
    await write(session, ADD_KEYS, [dataset.name]);
  } catch (error) {
    if (!isAboutSize(error)) throw error;
    await write(session, FORGET_KEYS, [dataset.name]);
  }
}

/** The server refused this one statement; the transaction goes on. */
function isAboutSize(error: unknown): boolean {
  return isServerError(error) && !isConnectionLost(error) && !isDeadlock(error) && !isLockTimeout(error);
}

/** JSON has no bytes and no bits: the first are given in hexadecimal digits, the others as a number. */
function inJson({ columns }: Pick<Dataset, 'columns'>, name: string): string {
  const column = `k.${quote(name)}`;
  const kind = columns.find((candidate) => candidate.name === name)?.type.kind ?? 'string';
  if (kind === 'binary') return `HEX(${column})`;
  return isIntegerKind(kind) || kind === 'boolean' || kind === 'year' ? `${column} + 0` : column;
}

/** Lists of an older db-deploy may have lost keys in silence, so they are not followed. */
const COUNT_KEYS = `SELECT JSON_LENGTH(changed, '$.keys') AS number FROM ops_checkpoints
  WHERE dataset = ? AND JSON_UNQUOTE(JSON_EXTRACT(changed, '$.transforms')) = ?
    AND JSON_EXTRACT(changed, '$.counted') = CAST('true' AS JSON)`;

/** What transforms are offered of a dataset; `all` where nobody knows what changed. */
export interface OfferedKeys {
  readonly dataset: string;
  readonly keys: number | 'all';
}

/**
 * Sets the user variable `@changed_<dataset>` for the transforms: the changed keys as a JSON array of arrays, or NULL.
 * They are all offered again when the transforms themselves changed, as what they built before may be another thing now.
 */
export async function offerChangedKeys(
  session: Session,
  dataset: Pick<Dataset, 'name'>,
  transforms: string,
): Promise<OfferedKeys> {
  const variable = `@${quote(`changed_${dataset.name}`)}`;
  const [row] = await readRows<{ number: number | null }>(session, COUNT_KEYS, [dataset.name, transforms]);
  const keys = row?.number ?? 'all';
  if (keys !== 'all' && (await setKeys(session, variable, dataset.name, keys))) {
    return { dataset: dataset.name, keys };
  }
  await send(session, `SET ${variable} = NULL`);
  return { dataset: dataset.name, keys: 'all' };
}

/** False where not all of them arrived. */
async function setKeys(session: Session, variable: string, dataset: string, keys: number): Promise<boolean> {
  try {
    const select = "SELECT JSON_EXTRACT(changed, '$.keys') FROM ops_checkpoints WHERE dataset = ?";
    await write(session, `SET ${variable} = (${select})`, [dataset]);
    const [arrived] = await readRows<{ number: number | null }>(
      session,
      `SELECT IF(JSON_VALID(${variable}), JSON_LENGTH(${variable}), NULL) AS number`,
    );
    return arrived?.number === keys;
  } catch (error) {
    if (!isAboutSize(error)) throw error;
    return false;
  }
}

const CLEAR_KEYS = `UPDATE ops_checkpoints
  SET changed = JSON_OBJECT('transforms', ?, 'counted', CAST('true' AS JSON), 'keys', JSON_ARRAY())
  WHERE dataset = ?`;

/** Notes that transforms followed all changes; in their transaction. */
export async function clearChangedKeys(
  session: Session,
  dataset: Pick<Dataset, 'name'>,
  transforms: string,
): Promise<void> {
  await write(session, CLEAR_KEYS, [transforms, dataset.name]);
}

/**
 * Sets `@deleted_at_<dataset>`: the time of this run where what is missing in staging was deleted in the source, else
 * NULL.
 */
export async function offerDeletedAt(
  session: Session,
  { name, deletes }: Pick<Dataset, 'name' | 'deletes'>,
): Promise<void> {
  const time = deletes === 'close' ? "DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%d %H:%i:%s.%f')" : 'NULL';
  await send(session, `SET @${quote(`deleted_at_${name}`)} = ${time}`);
}
