import { readRows, type Session } from '../session/connection.ts';
import { readFingerprint } from './read-definitions.ts';

const SELECT_TABLES = `SELECT TABLE_NAME AS name, CAST(CREATE_TIME AS CHAR) AS made, ENGINE AS engine,
    TABLE_COLLATION AS collation, CREATE_OPTIONS AS options
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME`;
/** One number for a table: names alone would be most of what a large schema sends. */
const SELECT_COLUMNS = `SELECT TABLE_NAME AS name, COUNT(*) AS columns_, CAST(SUM(CRC32(CONCAT_WS('#', ORDINAL_POSITION,
      COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COALESCE(COLUMN_DEFAULT, ''), COALESCE(COLLATION_NAME, ''), EXTRA,
      GENERATION_EXPRESSION))) AS CHAR) AS digest
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? GROUP BY TABLE_NAME ORDER BY TABLE_NAME`;
const SELECT_KEYS = `SELECT TABLE_NAME AS name, CONSTRAINT_NAME AS keyName, REFERENCED_TABLE_NAME AS parent
  FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? ORDER BY 1, 2`;

/** Changes with every definition of the schema, and not with its rows. */
export async function readSchemaDigest(session: Session): Promise<string> {
  const { schema } = session;
  const parts = [
    await readFingerprint(session, schema),
    ...(await Promise.all(
      [SELECT_TABLES, SELECT_COLUMNS, SELECT_KEYS].map((sql) => readRows(session, sql, [schema])),
    )),
  ];
  return JSON.stringify(parts);
}
