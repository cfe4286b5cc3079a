import type { FieldPacket } from 'mysql2/promise';
import { mayShowSensitive, namesIn, namesSensitive } from '../../pipeline/checks/names-sensitive.ts';
import { readRows, type Session } from '../session/connection.ts';

/** A sensitive value is shown nowhere; and what cannot be told from one is not shown either. */
export interface ShownValues {
  /** For each column of an answer whether its values are hidden. */
  readonly hidden: (sql: string, fields: readonly FieldPacket[]) => readonly boolean[];
  /** Whether the number that a check asks for may be a sensitive value. */
  readonly hidesMetric: (sql: string) => boolean;
}

const ALL: ShownValues = { hidden: (_, fields) => fields.map(() => false), hidesMetric: () => false };

const SELECT_COLUMNS = `SELECT LOWER(CONCAT(c.TABLE_NAME, '.', c.COLUMN_NAME)) AS name
  FROM information_schema.COLUMNS AS c JOIN information_schema.TABLES AS t USING (TABLE_SCHEMA, TABLE_NAME)
  WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE'`;
/** What can hand on a value under another name. */
const SELECT_OTHERS = `SELECT LOWER(TABLE_NAME) AS name FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()
  UNION SELECT LOWER(ROUTINE_NAME) FROM information_schema.ROUTINES`;
const SELECT_SCHEMAS = `SELECT LOWER(SCHEMA_NAME) AS name FROM information_schema.SCHEMATA
  WHERE SCHEMA_NAME <> DATABASE() AND SCHEMA_NAME NOT IN ('information_schema', 'performance_schema')`;

/** Reads what decides: columns of tables, and the names of what may hand their values on. */
export async function readShownValues(
  session: Session,
  sensitive: ReadonlySet<string>,
): Promise<ShownValues> {
  if (sensitive.size === 0) return ALL;
  const columns = await readNames(session, SELECT_COLUMNS);
  const others = await readNames(session, SELECT_OTHERS);
  const schemas = await readNames(session, SELECT_SCHEMAS);
  const isUntold = (sql: string): boolean => {
    const { names, qualifiers, hasVariable } = namesIn(sql);
    return hasVariable || hasAny(names, others) || hasAny(qualifiers, schemas);
  };
  /** The server says of a column of a table which it is, and of nothing else. */
  const isColumn = ({ orgTable, orgName, schema }: FieldPacket): boolean =>
    schema?.toLowerCase() === session.schema.toLowerCase() &&
    columns.has(`${orgTable}.${orgName}`.toLowerCase());
  return {
    hidden: (sql, fields) => {
      const naming = namesSensitive(sql, sensitive);
      const isUnknown = isUntold(sql);
      return fields.map((field) => {
        if (naming === 'renamed') return true;
        if ([field.name, field.orgName ?? ''].some((name) => sensitive.has(name.toLowerCase()))) return true;
        // An expression may be made of whatever is named.
        return !isColumn(field) && (naming === 'named' || isUnknown);
      });
    },
    hidesMetric: (sql) => isUntold(sql) || mayShowSensitive(sql, sensitive),
  };
}

function hasAny(names: ReadonlySet<string>, of: ReadonlySet<string>): boolean {
  for (const name of names) if (of.has(name)) return true;
  return false;
}

async function readNames(session: Session, sql: string): Promise<ReadonlySet<string>> {
  return new Set((await readRows<{ name: string }>(session, sql)).map(({ name }) => name));
}
