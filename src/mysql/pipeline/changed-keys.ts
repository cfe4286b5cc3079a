import type { Dataset } from '../../pipeline/manifest.ts';
import { readRows, send, write, type Session } from '../connection.ts';
import { quote } from '../restore/names.ts';

/** From so many keys on, comparing everything costs less than following them. */
export const MOST_KEYS = 250_000;

/**
 * `ops_checkpoints.changed` holds, for each dataset, what a transform has yet to follow: the keys of the staging rows
 * that are new or changed since transforms last took effect, and the checksum of those transforms. NULL: any row may be.
 * It is written in the transactions that write the rows, is emptied in the one that transforms them, and comes back
 * with them from a backup; so it is true wherever a run dies.
 */
const SELECT_FOLLOWED = 'SELECT 1 AS found FROM ops_checkpoints WHERE dataset = ? AND changed IS NOT NULL';
const ADD_KEYS = `UPDATE ops_checkpoints SET changed = IF(@db_deploy_keys IS NULL
    OR JSON_LENGTH(changed, '$.keys') + JSON_LENGTH(@db_deploy_keys) > ${MOST_KEYS}, NULL,
    JSON_SET(changed, '$.keys', JSON_MERGE_PRESERVE(JSON_EXTRACT(changed, '$.keys'), CAST(@db_deploy_keys AS JSON))))
  WHERE dataset = ? AND changed IS NOT NULL`;

/**
 * Notes which rows of staging are new or changed. Call it in the transaction that writes them, before its COMMIT, once
 * for each part of a load; `selectKeys` is a SELECT that gives their key columns, under their names. It may read a
 * temporary table, which is read once.
 */
export async function recordChangedKeys(
  session: Session,
  dataset: Pick<Dataset, 'name' | 'key'>,
  selectKeys: string,
): Promise<void> {
  const [waiting] = await readRows(session, SELECT_FOLLOWED, [dataset.name]);
  if (!waiting) return;
  const key = dataset.key.map((column) => `k.${quote(column)}`).join(', ');
  await send(
    session,
    `SELECT IF(COUNT(*) > ${MOST_KEYS}, NULL, COALESCE(JSON_ARRAYAGG(JSON_ARRAY(${key})), '[]'))
      INTO @db_deploy_keys FROM (${selectKeys} LIMIT ${MOST_KEYS + 1}) AS k`,
  );
  await write(session, ADD_KEYS, [dataset.name]);
}

const COUNT_KEYS = `SELECT JSON_LENGTH(changed, '$.keys') AS number FROM ops_checkpoints
  WHERE dataset = ? AND JSON_UNQUOTE(JSON_EXTRACT(changed, '$.transforms')) = ?`;

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
  if (row?.number === undefined || row.number === null) {
    await send(session, `SET ${variable} = NULL`);
    return { dataset: dataset.name, keys: 'all' };
  }
  const select = "SELECT JSON_EXTRACT(changed, '$.keys') FROM ops_checkpoints WHERE dataset = ?";
  await write(session, `SET ${variable} = (${select})`, [dataset.name]);
  return { dataset: dataset.name, keys: row.number };
}

const CLEAR_KEYS = `UPDATE ops_checkpoints SET changed = JSON_OBJECT('transforms', ?, 'keys', JSON_ARRAY())
  WHERE dataset = ?`;

/** Notes that transforms followed all changes; in their transaction. */
export async function clearChangedKeys(
  session: Session,
  dataset: Pick<Dataset, 'name'>,
  transforms: string,
): Promise<void> {
  await write(session, CLEAR_KEYS, [transforms, dataset.name]);
}
