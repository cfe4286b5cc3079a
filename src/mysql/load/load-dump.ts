import type { Readable } from 'node:stream';
import { isDeadlock } from '../session/server-error.ts';
import { splitTable } from '../dump-text/create-table.ts';
import {
  contextAfter,
  createStatements,
  DUMP_CONTEXT,
  RESET_CONTEXT,
  type Definition,
  type DefinitionContext,
} from '../definitions/definition.ts';
import { plainDefinition, readDumpStatement } from '../dump-text/dump-statement.ts';
import { qualified, quote } from '../session/names.ts';
import { toBytes, type Bytes, type RawSession } from '../session/raw-session.ts';
import { readDump } from '../dump-text/read-dump.ts';
import { explainRefusal, unknownStatement } from '../definitions/refusal.ts';
import { writersOver, type Taken, type Writers } from './writers.ts';

/** How a dump is to be loaded. */
export interface LoadOptions {
  readonly schema: string;
  /** `without`: definitions only, to see whether the server takes them. */
  readonly rows: 'with' | 'without';
  readonly onProgress?: (progress: LoadProgress) => void;
  /** They cannot be made, and need not. */
  readonly brokenViews?: readonly string[];
  /** Only these; views, routines and triggers are then read but not made. All where it is not given. */
  readonly only?: ReadonlySet<string>;
}

export interface LoadProgress {
  readonly bytesRead: number;
  readonly table: string | undefined;
}

/** What a dump held. */
export interface Loaded {
  readonly tables: readonly string[];
  /** In the order of the dump, which is one in which they can be made. */
  readonly definitions: readonly Definition[];
  /** By table what the server warned of first when it took rows: a value may be another than the dump has. */
  readonly warnings: ReadonlyMap<string, string>;
}

/** Changed while the dump is read. */
interface Load {
  readonly main: RawSession;
  readonly writers: Writers;
  readonly options: LoadOptions;
  readonly tables: string[];
  readonly definitions: Definition[];
  readonly warnings: Map<string, string>;
  readonly placeholders: Map<string, Bytes>;
  /** Of the row that comes next. */
  readonly parts: Bytes[];
  readonly foreignKeys: { readonly table: string; readonly added: readonly Bytes[] }[];
  context: DefinitionContext;
  /** Created, or not yet: whether its indexes come late is known when a second portion of rows follows. */
  table: CurrentTable | undefined;
}

interface CurrentTable {
  readonly name: string;
  readonly create: Bytes;
  firstRows: Bytes | undefined;
  isCreated: boolean;
  keys: readonly Bytes[];
  readonly rows: Taken[];
}

/** Settings without which a dump of what the server holds might not load; those that may not be set are left alone. */
const SETTINGS = [
  'sql_require_primary_key',
  'restrict_fk_on_non_standard_key',
  'innodb_strict_mode',
  'sql_generate_invisible_primary_key',
];
const SET_LOAD = `SET NAMES utf8mb4, foreign_key_checks = 0, unique_checks = 0, sql_notes = 0, max_execution_time = 0, net_read_timeout = 600`;
const SORT_BYTES = 64 * 1024 * 1024;

/** Makes a session ready to load into a schema. */
export async function prepareLoad(session: RawSession): Promise<void> {
  await session.run(SET_LOAD);
  await session.run(RESET_CONTEXT);
  for (const setting of SETTINGS) await session.run(`SET SESSION ${setting} = OFF`).catch(() => undefined);
  await session.run(`SET SESSION innodb_ddl_buffer_size = ${SORT_BYTES}`).catch(() => undefined);
}

/**
 * Loads a dump into a schema that is empty, statement by statement: rows over several connections, secondary indexes
 * after the rows, triggers last. Triggers cannot move to another schema, so they are made for proof and dropped.
 */
export async function loadDump(
  main: RawSession,
  helpers: readonly RawSession[],
  dump: Readable,
  options: LoadOptions,
): Promise<Loaded> {
  const load: Load = {
    ...{ main, options, writers: writersOver(helpers), context: DUMP_CONTEXT, table: undefined },
    ...{
      tables: [],
      definitions: [],
      warnings: new Map(),
      placeholders: new Map(),
      parts: [],
      foreignKeys: [],
    },
  };
  for (const session of [main, ...helpers]) await prepareLoad(session);
  try {
    for await (const { sql, bytesRead } of readDump(dump)) {
      await take(load, sql);
      options.onProgress?.({ bytesRead, table: load.table?.name });
    }
    await endTable(load);
  } finally {
    await load.writers.settle();
  }
  for (const { table, added } of load.foreignKeys) {
    await run(load, `ALTER TABLE ${toBytes(quote(table))} ${added.join(', ')}`);
  }
  const definitions = await makeDefinitions(load);
  return { tables: load.tables, definitions, warnings: load.warnings };
}

async function take(load: Load, sql: Bytes): Promise<void> {
  const statement = readDumpStatement(sql);
  switch (statement.kind) {
    case 'create-table':
      await endTable(load);
      if (load.options.only?.has(statement.name) === false) return;
      load.tables.push(statement.name);
      load.table = {
        name: statement.name,
        create: sql,
        firstRows: undefined,
        isCreated: false,
        keys: [],
        rows: [],
      };
      return;
    case 'part':
      load.parts.push(sql);
      return;
    case 'rows':
      return takeRows(load, statement.table, sql);
    case 'placeholder':
      await endTable(load);
      load.placeholders.set(statement.name, plainDefinition(sql));
      return;
    case 'definition': {
      const { of: kind, name, table } = statement;
      const { context } = load;
      load.definitions.push({ kind, name, table, context, sql, placeholder: undefined });
      return;
    }
    case 'set':
      load.context = contextAfter(sql, load.context);
      return;
    case 'schema-collation':
      load.context = { ...load.context, schemaCollation: statement.collation };
      return;
    case 'superfluous':
      return;
    case 'unknown':
      throw unknownStatement(sql);
  }
}

async function takeRows(load: Load, name: string, sql: Bytes): Promise<void> {
  if (load.options.rows === 'without' || load.options.only?.has(name) === false) {
    load.parts.splice(0);
    return;
  }
  const { table } = load;
  const parts = load.parts.splice(0);
  if (parts.length > 0) return takeParts(load, name, [...parts, sql]);
  if (table?.name !== name) throw new Error(`the dump has rows of ${name} without its table`);
  if (!table.isCreated && table.firstRows === undefined) {
    table.firstRows = sql;
    return;
  }
  if (!table.isCreated) {
    const { bare, keys, foreignKeys } = splitTable(table.create);
    await createTable(load, table, bare);
    table.keys = keys;
    if (foreignKeys.length > 0) load.foreignKeys.push({ table: name, added: foreignKeys });
    await insert(load, table, table.firstRows!);
    table.firstRows = undefined;
  }
  await insert(load, table, sql);
}

/** A row in several statements: all of them in one session, when all rows before it are there. */
async function takeParts(load: Load, name: string, statements: readonly Bytes[]): Promise<void> {
  const { table } = load;
  if (table?.name !== name) throw new Error(`the dump has rows of ${name} without its table`);
  if (!table.isCreated) await createTable(load, table, table.create);
  if (table.firstRows !== undefined) await insert(load, table, table.firstRows);
  table.firstRows = undefined;
  for (const sql of statements) await insertOn(load.main, load, name, sql);
}

/** No more rows come: a small table is made as it is, a large one gets its indexes. */
async function endTable(load: Load): Promise<void> {
  const { table } = load;
  if (!table) return;
  load.table = undefined;
  if (!table.isCreated) await createTable(load, table, table.create);
  if (table.firstRows !== undefined) await insert(load, table, table.firstRows);
  table.firstRows = undefined;
  if (table.keys.length === 0) return;
  const sql = `ALTER TABLE ${toBytes(quote(table.name))} ${table.keys.join(', ')}`;
  await Promise.all(table.rows.map(({ done }) => done));
  await load.writers.give((session) => runOn(session, load.options.schema, sql));
}

async function createTable(load: Load, table: CurrentTable, sql: Bytes): Promise<void> {
  await run(load, sql);
  table.isCreated = true;
}

async function insert(load: Load, table: CurrentTable, sql: Bytes): Promise<void> {
  const taken = await load.writers.give((session) => insertOn(session, load, table.name, sql));
  if (table.rows.length > 32) table.rows.splice(0, 16);
  table.rows.push(taken);
}

/** Everything but tables: what the server refuses here it would refuse after the swap. Events would fire; none here. */
async function makeDefinitions(load: Load): Promise<readonly Definition[]> {
  const definitions = load.definitions.map((definition) => {
    const placeholder = definition.kind === 'view' ? load.placeholders.get(definition.name) : undefined;
    return { ...definition, placeholder };
  });
  const { schema, only } = load.options;
  // They may stand on tables that are not here; that the server takes them was proved before the deploy.
  if (only) return definitions;
  for (const placeholder of load.placeholders.values()) await run(load, placeholder);
  for (const definition of definitions) {
    const { kind, name, context } = definition;
    if (kind === 'event' || (kind === 'view' && load.options.brokenViews?.includes(name))) continue;
    if (kind === 'view') await run(load, `DROP VIEW IF EXISTS ${toBytes(quote(name))}`);
    if (context.schemaCollation !== undefined) {
      await run(load, `ALTER DATABASE ${toBytes(quote(schema))} COLLATE ${context.schemaCollation}`);
    }
    for (const sql of createStatements(definition)) await run(load, sql, definition);
  }
  await load.main.run(RESET_CONTEXT);
  for (const { kind, name } of definitions) {
    if (kind === 'trigger') await run(load, `DROP TRIGGER ${toBytes(qualified(schema, name))}`);
  }
  return definitions;
}

async function insertOn(session: RawSession, load: Load, table: string, sql: Bytes): Promise<void> {
  await runOn(session, load.options.schema, sql, undefined, async () => {
    const warning = await session.runWarned(sql);
    if (warning !== undefined && !load.warnings.has(table)) load.warnings.set(table, warning);
  });
}

async function run(load: Load, sql: Bytes, definition?: Definition): Promise<void> {
  await runOn(load.main, load.options.schema, sql, definition);
}

async function runOn(
  session: RawSession,
  schema: string,
  sql: Bytes,
  definition?: Definition,
  send: () => Promise<void> = () => session.run(sql),
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await send();
      return;
    } catch (error) {
      if (isDeadlock(error) && attempt < 10) continue;
      throw explainRefusal(error, sql, definition, schema);
    }
  }
}
