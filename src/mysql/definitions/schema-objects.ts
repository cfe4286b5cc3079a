import { quoteName } from '../session/quote-name.ts';
import { NEVER_RESTORED, type ObjectKind, type SchemaObject, type TableTies } from '../../backup/backup.ts';
import { ExpectedError, refuse, type Problem } from '../../errors.ts';
import { readRow, readRows, send, type Session } from '../session/connection.ts';
import { readTableTies } from './table-ties.ts';
import { isInvalidView, isUnknownSystemTable } from '../session/server-error.ts';

/** What of a schema belongs into a backup. */
export interface SchemaContents {
  readonly characterSet: string;
  readonly collation: string;
  readonly objects: readonly SchemaObject[];
  readonly brokenViews: readonly BrokenView[];
  readonly ties: TableTies;
  /** Our own tables that are left out, by the names that the server has for them. */
  readonly leftOut: readonly string[];
  /** Tables whose rows no transaction protects: what others write during the dump may be in it by halves. */
  readonly notTransactional: readonly string[];
}

/** A view that cannot be read any more: what it refers to is gone. */
export interface BrokenView {
  readonly name: string;
  readonly definition: string;
}

interface NamedRow {
  readonly kind: ObjectKind;
  readonly name: string;
  /** The table of a trigger. */
  readonly ofTable: string | null;
}

const SELECT_SCHEMA = `SELECT DEFAULT_CHARACTER_SET_NAME AS characterSet, DEFAULT_COLLATION_NAME AS collation,
    @@lower_case_table_names AS lowerCase
  FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?`;

const SELECT_OBJECTS = `SELECT IF(TABLE_TYPE = 'VIEW', 'view', 'table') AS kind, TABLE_NAME AS name, NULL AS ofTable
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?
  UNION ALL SELECT LOWER(ROUTINE_TYPE), ROUTINE_NAME, NULL FROM information_schema.ROUTINES
    WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION')
  UNION ALL SELECT 'trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS
    WHERE TRIGGER_SCHEMA = ?
  UNION ALL SELECT 'event', EVENT_NAME, NULL FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?`;

const SELECT_LIBRARIES = `SELECT 'library' AS kind, LIBRARY_NAME AS name, NULL AS ofTable
  FROM information_schema.LIBRARIES WHERE LIBRARY_SCHEMA = ?`;

const SELECT_NOT_TRANSACTIONAL = `SELECT t.TABLE_NAME AS name FROM information_schema.TABLES t
  LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
  WHERE t.TABLE_SCHEMA = ? AND t.TABLE_TYPE = 'BASE TABLE' AND COALESCE(e.TRANSACTIONS, 'NO') <> 'YES'`;

interface ForeignTable {
  readonly name: string;
  readonly engine: string;
}

/** Loading such a table would write to the tables behind it, and after a swap it would still name those beside. */
const SELECT_ELSEWHERE = `SELECT TABLE_NAME AS name, ENGINE AS engine FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND ENGINE IN ('MRG_MYISAM', 'FEDERATED')`;

/** Lists everything that a backup must hold; meaningful only for a user who may see everything. */
export async function readSchemaContents(session: Session): Promise<SchemaContents> {
  const { schema } = session;
  const defaults = await readRow<{ characterSet: string; collation: string; lowerCase: number }>(
    session,
    SELECT_SCHEMA,
    [schema],
  );
  const rows = [
    ...(await readRows<NamedRow>(session, SELECT_OBJECTS, [schema, schema, schema, schema])),
    ...(await readLibraries(session)),
  ];
  const elsewhere = await readRows<ForeignTable>(session, SELECT_ELSEWHERE, [schema]);
  refuse([...rows.flatMap(checkName), ...elsewhere.map(rowsElsewhere)]);
  const leftOut = rows.filter((row) => row.kind === 'table' && isOurs(row.name, defaults.lowerCase !== 0));
  const left = new Set(leftOut.map(({ name }) => name));
  const all = rows.filter(
    (row) => !(row.kind === 'table' && left.has(row.name)) && !left.has(row.ofTable ?? ''),
  );
  const brokenViews = await readBrokenViews(session, all);
  const broken = new Set(brokenViews.map(({ name }) => name));
  const notTransactional = await readRows<{ name: string }>(session, SELECT_NOT_TRANSACTIONAL, [schema]);
  return {
    characterSet: defaults.characterSet,
    collation: defaults.collation,
    objects: all
      .filter(({ kind, name }) => kind !== 'view' || !broken.has(name))
      .map(({ kind, name }) => ({ kind, name })),
    brokenViews,
    ties: await readTableTies(session),
    leftOut: [...left],
    notTransactional: notTransactional.map(({ name }) => name).filter((name) => !left.has(name)),
  };
}

/** Where the server keeps table names in lower case, ours are too. */
function isOurs(name: string, ignoresCase: boolean): boolean {
  return NEVER_RESTORED.some((own) => name === (ignoresCase ? own.toLowerCase() : own));
}

/** The proof of a dump goes line by line, and `--ignore-table` takes a line too. */
function checkName({ kind, name }: NamedRow): readonly Problem[] {
  if (!/[\n\r]/.test(name)) return [];
  return [
    {
      code: 'backup-failed',
      message: `the name of the ${kind} ${JSON.stringify(name)} has a line break: a dump of it cannot be checked`,
      fix: 'rename it, or deploy with backup: none',
    },
  ];
}

function rowsElsewhere({ name, engine }: ForeignTable): Problem {
  return {
    code: 'backup-failed',
    message: `table ${quoteName(name)} is of engine ${engine}: its rows are those of other tables, and a restore cannot bring it back`,
    fix: 'drop it for the deploy, make a view with UNION ALL in its place, or deploy with backup: none',
  };
}

async function readLibraries(session: Session): Promise<readonly NamedRow[]> {
  try {
    return await readRows<NamedRow>(session, SELECT_LIBRARIES, [session.schema]);
  } catch (error) {
    // Servers before 9.2 have none.
    if (isUnknownSystemTable(error)) return [];
    throw error;
  }
}

async function readBrokenViews(session: Session, rows: readonly NamedRow[]): Promise<readonly BrokenView[]> {
  const broken: BrokenView[] = [];
  for (const { kind, name } of rows) {
    if (kind === 'view' && (await isBroken(session, name))) {
      broken.push({ name, definition: await readDefinition(session, name) });
    }
  }
  return broken;
}

/**
 * Asks what `mysqldump` asks of a view, and would give up at. Only what is gone makes this fail: neither the rights of
 * this user on the tables below nor those of the definer do, nor a definer who does not exist (seen in 9.7).
 */
async function isBroken(session: Session, name: string): Promise<boolean> {
  const view = `${quoteName(session.schema)}.${quoteName(name)}`;
  try {
    await send(session, `SHOW FIELDS FROM ${view}`);
    await send(session, `SHOW CREATE TABLE ${view}`);
    return false;
  } catch (error) {
    if (isInvalidView(error)) return true;
    throw error;
  }
}

async function readDefinition(session: Session, name: string): Promise<string> {
  const view = `${quoteName(session.schema)}.${quoteName(name)}`;
  const [row] = (await send(session, `SHOW CREATE VIEW ${view}`)) as unknown as Record<string, string>[];
  if (row?.['Create View'] !== undefined) return row['Create View'];
  throw new ExpectedError({
    code: 'backup-failed',
    message: `the server gives no definition of the broken view ${quoteName(name)}`,
    fix: 'drop the view',
  });
}
