import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import { send, type Session } from '../session/connection.ts';
import type { StagingTable } from './staging-table.ts';

/** Rows on their way into staging; a TEMPORARY table, gone with the session and never in the binary log. */
export const INCOMING = '`#db_deploy_incoming`';
/** Numbers the rows in the order in which they came. */
export const ROW = '`#row`';

/** Creates the table anew. Rows are appended in order, which no key but their number would allow. */
export async function createIncoming(session: Session, table: StagingTable): Promise<void> {
  await dropIncoming(session);
  const columns = table.columns.map(({ name, columnType, characterSet, collation }) => {
    const text = characterSet === null ? '' : ` CHARACTER SET ${characterSet} COLLATE ${collation}`;
    return `${quoteName(name)} ${columnType}${text} NULL`;
  });
  await send(
    session,
    `CREATE TEMPORARY TABLE ${INCOMING} (${ROW} BIGINT NOT NULL PRIMARY KEY, ${columns.join(', ')}) ENGINE = InnoDB`,
  );
}

/** Never ends a transaction, unlike other DDL. */
export async function dropIncoming(session: Session): Promise<void> {
  await send(session, `DROP TEMPORARY TABLE IF EXISTS ${INCOMING}`);
}

/** A name as it stands in SQL; a dot in it is part of it. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** The columns of a dataset, for a list in SQL. */
export function columnList({ columns }: Dataset): string {
  return columns.map(({ name }) => quoteName(name)).join(', ');
}
