import type { TableTies } from '../../backup/backup.ts';
import { readRows, send, type Session } from '../session/connection.ts';

const SELECT_KEYS = `SELECT TABLE_NAME AS tableName, REFERENCED_TABLE_NAME AS parent
  FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? AND UNIQUE_CONSTRAINT_SCHEMA = ?`;
const SELECT_TRIGGERS = `SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS tableName
  FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?`;

/** What ties the tables of the session's schema to one another now. */
export async function readTableTies(session: Session): Promise<TableTies> {
  const { schema } = session;
  const keys = await readRows<{ tableName: string; parent: string }>(session, SELECT_KEYS, [schema, schema]);
  const triggers = await readRows<{ name: string; tableName: string }>(session, SELECT_TRIGGERS, [schema]);
  return {
    foreignKeys: keys.map(({ tableName, parent }) => [tableName, parent] as const),
    triggers: triggers.map(({ name, tableName }) => [name, tableName] as const),
  };
}

/** The tables with all that are tied to them by foreign keys, in either direction, now or in the backup. */
export function closureOf(
  tables: Iterable<string>,
  ...ties: readonly Pick<TableTies, 'foreignKeys'>[]
): ReadonlySet<string> {
  const neighbours = new Map<string, string[]>();
  const tie = (left: string, right: string): void => {
    neighbours.set(left, [...(neighbours.get(left) ?? []), right]);
  };
  for (const [table, parent] of ties.flatMap(({ foreignKeys }) => foreignKeys)) {
    tie(table, parent);
    tie(parent, table);
  }
  const closure = new Set<string>();
  const todo = [...tables];
  for (let table = todo.pop(); table !== undefined; table = todo.pop()) {
    if (closure.has(table)) continue;
    closure.add(table);
    todo.push(...(neighbours.get(table) ?? []));
  }
  return closure;
}

const SELECT_CASCADING = `SELECT DISTINCT TABLE_NAME AS tableName, REFERENCED_TABLE_NAME AS parent
  FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA IN (?, ?)
  AND (DELETE_RULE IN ('CASCADE', 'SET NULL') OR UPDATE_RULE IN ('CASCADE', 'SET NULL'))`;
/** From 9.6 on the server carries cascades out itself and logs them, unless it is told to leave them to InnoDB. */
const SHOW_NATIVE = "SHOW GLOBAL VARIABLES LIKE 'innodb_native_foreign_keys'";

/** Per table those whose rows change with its rows without a word in the log, by the keys of either schema. */
export async function readSilentCascades(
  session: Session,
  schemas: readonly [string, string],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const cascades = new Map<string, string[]>();
  const [native] = (await send(session, SHOW_NATIVE)) as unknown as { Value: string }[];
  if (native?.Value === 'OFF') return cascades;
  const rows = await readRows<{ tableName: string; parent: string }>(session, SELECT_CASCADING, schemas);
  for (const { tableName, parent } of rows)
    cascades.set(parent, [...(cascades.get(parent) ?? []), tableName]);
  return cascades;
}

/** All that follows a table along these edges; the table itself where they lead back to it. */
export function descendants(
  edges: ReadonlyMap<string, readonly string[]>,
  start: string,
): ReadonlySet<string> {
  const found = new Set<string>();
  const todo = [...(edges.get(start) ?? [])];
  for (let table = todo.pop(); table !== undefined; table = todo.pop()) {
    if (found.has(table)) continue;
    found.add(table);
    todo.push(...(edges.get(table) ?? []));
  }
  return found;
}
