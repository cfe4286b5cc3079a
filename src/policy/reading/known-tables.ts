import type { AlterClause } from './alter-clauses.ts';
import type { DdlHead } from './ddl-head.ts';
import { begin, end, isAlive, isOpen, type Lives } from './lives.ts';
import type { ObjectName } from './object-name.ts';

/** What a command may say of tables, in the order in which commands run. */
export interface TableCommand {
  readonly verb: string;
  readonly ddl: DdlHead | undefined;
  readonly clauses: readonly AlterClause[];
  readonly renames: readonly (readonly [ObjectName, ObjectName])[];
  readonly isConditional: boolean;
}

/** What these commands made themselves: temporary tables, and new objects that nobody depends on yet. */
export interface KnownTables {
  readonly schema: string | undefined;
  readonly temporary: Lives;
  readonly created: Lives;
  /** Views, routines, triggers and events, by kind and name. */
  readonly made: Lives;
  /** Columns that were added to tables, by table and then by name in lower case. */
  readonly columns: Map<string, Lives>;
  /** Names of tables that were dropped or given away, so that none is there. */
  readonly gone: Set<string>;
}

/** Nothing known yet; `schema` is the one that unqualified names are in. */
export function noTables(schema: string | undefined): KnownTables {
  return {
    schema,
    temporary: new Map(),
    created: new Map(),
    made: new Map(),
    columns: new Map(),
    gone: new Set(),
  };
}

/** True if at the time of a command the name stands for a temporary table. */
export function isTemporaryAt(tables: KnownTables, order: number, name: ObjectName): boolean {
  return isAlive(tables.temporary.get(tableKey(tables, name)), order);
}

/** True if at the time of a command the name stands for a table that was not there before the changeset. */
export function isNewAt(tables: KnownTables, order: number, name: ObjectName): boolean {
  return isTemporaryAt(tables, order, name) || isAlive(tables.created.get(tableKey(tables, name)), order);
}

/** The same for a view, a routine, a trigger or an event. */
export function isMadeAt(tables: KnownTables, order: number, object: string, name: ObjectName): boolean {
  return isAlive(tables.made.get(`${object} ${tableKey(tables, name)}`), order);
}

/** Takes in what a command makes, drops or renames. What may not happen, or may not be new, is not believed. */
export function learnTables(tables: KnownTables, order: number, command: TableCommand): void {
  const { verb, ddl, clauses, renames } = command;
  for (const [from, to] of renames) rename(tables.created, tables, order, from, to);
  if (ddl && ddl.object !== 'TABLE') learnObject(tables, order, command, ddl);
  const table = ddl?.object === 'TABLE' ? ddl.names[0] : undefined;
  if (!ddl || !table) return;
  if (verb === 'CREATE') create(tables, order, command, table);
  if (verb === 'DROP') for (const name of ddl.names) drop(tables, order, command, name);
  for (const clause of clauses) {
    if (clause.kind === 'partition') endMixed(tables, order, table, clause);
    if (clause.kind !== 'rename-table') continue;
    const lives = isTemporaryAt(tables, order, table) ? tables.temporary : tables.created;
    rename(lives, tables, order, table, clause.to);
  }
}

/** Ends what was new and has rows now that may be of others. */
function endMixed(
  tables: KnownTables,
  order: number,
  table: ObjectName,
  { action, table: other }: Extract<AlterClause, { kind: 'partition' }>,
): void {
  // EXCHANGE: each has the rows of the other now.
  if (other) end(tables.created, tableKey(tables, other), order);
  if (action === 'IMPORT' || (other && !isNewAt(tables, order, other))) {
    end(tables.created, tableKey(tables, table), order);
  }
}

/** `CREATE OR REPLACE` and `IF NOT EXISTS` promise nothing new. */
function learnObject(tables: KnownTables, order: number, command: TableCommand, ddl: DdlHead): void {
  for (const name of ddl.names) {
    const made = `${ddl.object} ${tableKey(tables, name)}`;
    const isNew =
      command.verb === 'CREATE' && !ddl.isConditional && !ddl.isReplacing && !command.isConditional;
    if (isNew) begin(tables.made, made, order);
    if (command.verb === 'DROP') end(tables.made, made, order);
  }
}

function create(tables: KnownTables, order: number, command: TableCommand, table: ObjectName): void {
  if (command.isConditional || !command.ddl) return;
  const name = tableKey(tables, table);
  if (command.ddl.isTemporary) {
    begin(tables.temporary, name, order);
    return;
  }
  if (!command.ddl.isConditional || tables.gone.has(name)) begin(tables.created, name, order);
  tables.gone.delete(name);
}

/** A temporary table hides one of the same name: it is dropped first. */
function drop(tables: KnownTables, order: number, command: TableCommand, name: ObjectName): void {
  const dropped = tableKey(tables, name);
  if (isTemporaryAt(tables, order, name)) end(tables.temporary, dropped, order);
  else if (!command.ddl?.isTemporary) {
    end(tables.created, dropped, order);
    if (!command.isConditional) tables.gone.add(dropped);
  }
}

function rename(lives: Lives, tables: KnownTables, order: number, from: ObjectName, to: ObjectName): void {
  const [before, after] = [tableKey(tables, from), tableKey(tables, to)];
  tables.gone.delete(after);
  if (isOpen(lives.get(before))) {
    end(lives, before, order);
    begin(lives, after, order);
  }
  if (lives === tables.created) tables.gone.add(before);
}

/** Names are compared as they are written, as servers on Linux do. */
export function tableKey(tables: KnownTables, { schema, name }: ObjectName): string {
  return schema === undefined || schema === tables.schema ? name : `${schema}\0${name}`;
}
