import type { ObjectKind } from '../../backup/backup.ts';
import { readRows, type Session } from '../session/connection.ts';
import { isUnknownTable } from '../session/server-error.ts';
import type { Definition } from './definition.ts';
import { plainDefinition } from '../dump-text/dump-statement.ts';
import { quote } from '../session/names.ts';
import { toBytes, type Bytes, type RawSession } from '../session/raw-session.ts';

interface ObjectRow {
  readonly kind: Definition['kind'];
  readonly name: string;
  readonly tableName: string | null;
}

/** Triggers in the order in which they fire, so that making them again in this order keeps it. */
const SELECT_OBJECTS = `SELECT kind, name, tableName FROM (
    SELECT LOWER(ROUTINE_TYPE) AS kind, ROUTINE_NAME AS name, NULL AS tableName, 0 AS position
      FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION')
    UNION ALL SELECT 'view', TABLE_NAME, NULL, 0 FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?
    UNION ALL SELECT 'event', EVENT_NAME, NULL, 0 FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?
    UNION ALL SELECT 'trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_ORDER
      FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
  ) AS objects ORDER BY kind, tableName, position, name`;
const SELECT_LIBRARIES = `SELECT 'library' AS kind, LIBRARY_NAME AS name, NULL AS tableName
  FROM information_schema.LIBRARIES WHERE LIBRARY_SCHEMA = ?`;
const SELECT_TABLES = `SELECT TABLE_NAME AS name FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME`;

/** The tables of a schema. */
export async function readTableNames(session: Session, schema: string): Promise<readonly string[]> {
  const rows = await readRows<{ name: string }>(session, SELECT_TABLES, [schema]);
  return rows.map(({ name }) => name);
}

/** Views, routines, triggers and events of the schema that is the default of `raw`, as they are stored. */
export async function readDefinitions(
  session: Session,
  raw: RawSession,
  schema: string,
): Promise<readonly Definition[]> {
  const objects = [
    ...(await readLibraries(session, schema)),
    ...(await readRows<ObjectRow>(session, SELECT_OBJECTS, [schema, schema, schema, schema])),
  ];
  // Definitions come as they are stored, whatever their character set.
  await raw.run('SET character_set_results = NULL');
  const definitions: Definition[] = [];
  for (const { kind, name, tableName } of objects) {
    const [row] = await raw.rows(`SHOW CREATE ${kind.toUpperCase()} ${toBytes(quote(name))}`);
    if (!row) continue;
    definitions.push(toDefinition(kind, name, tableName ?? undefined, row));
  }
  return definitions;
}

/** Servers before 9.2 have none. */
async function readLibraries(session: Session, schema: string): Promise<readonly ObjectRow[]> {
  try {
    return await readRows<ObjectRow>(session, SELECT_LIBRARIES, [schema]);
  } catch (error) {
    if (isUnknownTable(error)) return [];
    throw error;
  }
}

const COLUMN: Readonly<Record<Definition['kind'], string>> = {
  view: 'Create View',
  trigger: 'SQL Original Statement',
  procedure: 'Create Procedure',
  function: 'Create Function',
  event: 'Create Event',
  library: 'Create Library',
};

function toDefinition(
  kind: Definition['kind'],
  name: string,
  table: string | undefined,
  row: Readonly<Record<string, Bytes | null>>,
): Definition {
  return {
    ...{ kind, name, table },
    context: {
      client: row['character_set_client'] ?? 'utf8mb4',
      connection: row['collation_connection'] ?? 'utf8mb4_0900_ai_ci',
      sqlMode: row['sql_mode'] ?? '',
      timeZone: row['time_zone'] ?? '+00:00',
      schemaCollation: row['Database Collation'] ?? undefined,
    },
    sql: row[COLUMN[kind]] ?? '',
    placeholder: undefined,
  };
}

/** All that names or text of the schema's objects would show; asked where SHOW CREATE is not possible: under locks. */
const SELECT_FINGERPRINT = `SELECT 'table' AS kind, TABLE_NAME AS name, TABLE_TYPE AS text, '' AS more
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?
  UNION ALL SELECT 'view', TABLE_NAME, SHA2(VIEW_DEFINITION, 256), CONCAT(DEFINER, SECURITY_TYPE)
    FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?
  UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME, SHA2(COALESCE(ROUTINE_DEFINITION, ''), 256), CAST(LAST_ALTERED AS CHAR)
    FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?
  UNION ALL SELECT 'event', EVENT_NAME, SHA2(EVENT_DEFINITION, 256), CAST(LAST_ALTERED AS CHAR)
    FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?
  UNION ALL SELECT 'trigger', TRIGGER_NAME, SHA2(ACTION_STATEMENT, 256), CONCAT(EVENT_OBJECT_TABLE, ACTION_ORDER, ACTION_TIMING)
    FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
  ORDER BY 1, 2, 3, 4`;

/** Changes when anybody creates, alters or drops something; not when rows change. */
export async function readFingerprint(session: Session, schema: string): Promise<string> {
  const rows = await readRows(session, SELECT_FINGERPRINT, [schema, schema, schema, schema, schema]);
  return JSON.stringify(rows);
}

/** Whether two definitions are the same to the server. */
export function isSameDefinition(left: Definition, right: Definition): boolean {
  if (left.kind !== right.kind || left.name !== right.name || left.table !== right.table) return false;
  const [a, b] = [left.context, right.context];
  if (a.client !== b.client || a.connection !== b.connection) return false;
  if (left.kind !== 'view' && modesOf(a.sqlMode) !== modesOf(b.sqlMode)) return false;
  if (left.kind !== 'view' && a.schemaCollation !== b.schemaCollation) return false;
  if (left.kind === 'event' && a.timeZone !== b.timeZone) return false;
  return plainDefinition(left.sql) === plainDefinition(right.sql);
}

function modesOf(sqlMode: string): string {
  return sqlMode.split(',').toSorted().join(',');
}

/** One word for an object: routines of both kinds may have one name. */
export function objectKey({ kind, name }: { readonly kind: ObjectKind; readonly name: string }): string {
  return `${kind} ${name}`;
}
