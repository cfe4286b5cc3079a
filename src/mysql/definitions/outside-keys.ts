import { ExpectedError } from '../../errors.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import { tableItems } from '../dump-text/create-table.ts';
import { isOfRestore, qualified, quote } from '../session/names.ts';
import { toBytes, type Bytes } from '../session/raw-session.ts';

/** A foreign key of another schema on a table of ours; it follows the table that is renamed away. */
export interface OutsideKey {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  /** `CONSTRAINT … FOREIGN KEY … REFERENCES …` */
  readonly clause: Bytes;
}

const SELECT_OUTSIDE = `SELECT CONSTRAINT_SCHEMA AS childSchema, TABLE_NAME AS tableName, CONSTRAINT_NAME AS name,
    REFERENCED_TABLE_NAME AS parent
  FROM information_schema.REFERENTIAL_CONSTRAINTS
  WHERE UNIQUE_CONSTRAINT_SCHEMA = ? AND CONSTRAINT_SCHEMA <> ?`;

interface OutsideRow {
  readonly childSchema: string;
  readonly tableName: string;
  readonly name: string;
  readonly parent: string;
}

/** The foreign keys of other schemas on tables of a schema; those between our own schemas are not meant. */
export async function readOutsideKeys(
  session: Session,
  schema: string,
  restored: readonly string[],
): Promise<readonly OutsideKey[]> {
  const keys: OutsideKey[] = [];
  for (const outside of await readOutsideRows(session, schema)) {
    const { childSchema, tableName, name } = outside;
    if (!restored.includes(outside.parent)) throw orphaned(outside);
    const [row] = (await send(
      session,
      `SHOW CREATE TABLE ${qualified(childSchema, tableName)}`,
    )) as unknown as [Record<string, string>];
    const start = toBytes(`CONSTRAINT ${quote(name)} FOREIGN KEY `);
    const clause = tableItems(toBytes(row['Create Table'] ?? '')).find((item) => item.startsWith(start));
    if (clause !== undefined) keys.push({ schema: childSchema, table: tableName, name, clause });
  }
  return keys;
}

async function readOutsideRows(session: Session, schema: string): Promise<readonly OutsideRow[]> {
  const rows = await readRows<OutsideRow>(session, SELECT_OUTSIDE, [schema, schema]);
  const { schema: live } = session;
  return rows.filter(({ childSchema }) => !isOfRestore(live, childSchema));
}

/** A key of another schema finds its table again by name; one whose table does not come back is refused. */
export async function refuseOrphans(session: Session, restored: readonly string[]): Promise<void> {
  for (const outside of await readOutsideRows(session, session.schema)) {
    if (!restored.includes(outside.parent)) throw orphaned(outside);
  }
}

/** Points a key back at the live schema; two statements, for one may not drop and add the same name. */
export function repointStatements({ schema, table, name, clause }: OutsideKey): readonly Bytes[] {
  const alter = `ALTER TABLE ${toBytes(qualified(schema, table))}`;
  return [`${alter} DROP FOREIGN KEY ${toBytes(quote(name))}`, `${alter} ADD ${clause}`];
}

function orphaned({ childSchema, tableName, name, parent }: OutsideRow): ExpectedError {
  return new ExpectedError({
    code: 'server-error',
    message: `foreign key ${quote(name)} of ${qualified(childSchema, tableName)} refers to table ${quote(parent)}, which the backup does not have`,
    fix: `drop that foreign key, then restore again; nothing was changed`,
  });
}
