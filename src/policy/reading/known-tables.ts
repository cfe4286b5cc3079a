import type { AlterClause } from './alter-clauses.ts';
import type { DdlHead } from './ddl-head.ts';
import type { ObjectName } from './object-name.ts';

/** What a command may say of tables, in the order in which commands run. */
export interface TableCommand {
  readonly verb: string;
  readonly ddl: DdlHead | undefined;
  readonly clauses: readonly AlterClause[];
  readonly renames: readonly (readonly [ObjectName, ObjectName])[];
  readonly isConditional: boolean;
}

/** The time, in commands, for which a name stands for something that came into being here. */
interface Life {
  readonly from: number;
  to: number;
}

/** What these commands made themselves: temporary tables, and new objects that nobody depends on yet. */
export interface KnownTables {
  readonly schema: string | undefined;
  readonly temporary: Map<string, Life[]>;
  readonly created: Map<string, Life[]>;
  /** Views, routines, triggers and events, by kind and name. */
  readonly made: Map<string, Life[]>;
  /** Names of tables that were dropped or given away, so that none is there. */
  readonly gone: Set<string>;
}

/** Nothing known yet; `schema` is the one that unqualified names are in. */
export function noTables(schema: string | undefined): KnownTables {
  return { schema, temporary: new Map(), created: new Map(), made: new Map(), gone: new Set() };
}

/** True if at the time of a command the name stands for a temporary table. */
export function isTemporaryAt(tables: KnownTables, order: number, name: ObjectName): boolean {
  return isAlive(tables.temporary.get(key(tables, name)), order);
}

/** True if at the time of a command the name stands for a table that was not there before the changeset. */
export function isNewAt(tables: KnownTables, order: number, name: ObjectName): boolean {
  return isTemporaryAt(tables, order, name) || isAlive(tables.created.get(key(tables, name)), order);
}

/** The same for a view, a routine, a trigger or an event. */
export function isMadeAt(tables: KnownTables, order: number, object: string, name: ObjectName): boolean {
  return isAlive(tables.made.get(`${object} ${key(tables, name)}`), order);
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
    // Its rows are those of the partition now.
    if (clause.kind === 'partition' && clause.table) end(tables.created, key(tables, clause.table), order);
    if (clause.kind === 'partition' && clause.action === 'IMPORT')
      end(tables.created, key(tables, table), order);
    if (clause.kind !== 'rename-table') continue;
    const lives = isTemporaryAt(tables, order, table) ? tables.temporary : tables.created;
    rename(lives, tables, order, table, clause.to);
  }
}

/** `CREATE OR REPLACE` and `IF NOT EXISTS` promise nothing new. */
function learnObject(tables: KnownTables, order: number, command: TableCommand, ddl: DdlHead): void {
  for (const name of ddl.names) {
    const made = `${ddl.object} ${key(tables, name)}`;
    const isNew =
      command.verb === 'CREATE' && !ddl.isConditional && !ddl.isReplacing && !command.isConditional;
    if (isNew) begin(tables.made, made, order);
    if (command.verb === 'DROP') end(tables.made, made, order);
  }
}

function create(tables: KnownTables, order: number, command: TableCommand, table: ObjectName): void {
  if (command.isConditional || !command.ddl) return;
  const name = key(tables, table);
  if (command.ddl.isTemporary) {
    begin(tables.temporary, name, order);
    return;
  }
  if (!command.ddl.isConditional || tables.gone.has(name)) begin(tables.created, name, order);
  tables.gone.delete(name);
}

/** A temporary table hides one of the same name: it is dropped first. */
function drop(tables: KnownTables, order: number, command: TableCommand, name: ObjectName): void {
  const dropped = key(tables, name);
  if (isTemporaryAt(tables, order, name)) end(tables.temporary, dropped, order);
  else if (!command.ddl?.isTemporary) {
    end(tables.created, dropped, order);
    if (!command.isConditional) tables.gone.add(dropped);
  }
}

function rename(
  lives: Map<string, Life[]>,
  tables: KnownTables,
  order: number,
  from: ObjectName,
  to: ObjectName,
): void {
  const [before, after] = [key(tables, from), key(tables, to)];
  tables.gone.delete(after);
  if (isOpen(lives.get(before))) {
    end(lives, before, order);
    begin(lives, after, order);
  }
  if (lives === tables.created) tables.gone.add(before);
}

function begin(lives: Map<string, Life[]>, name: string, order: number): void {
  const earlier = lives.get(name);
  if (earlier && isOpen(earlier)) return;
  lives.set(name, [...(earlier ?? []), { from: order, to: Infinity }]);
}

function end(lives: Map<string, Life[]>, name: string, order: number): void {
  const life = lives.get(name)?.at(-1);
  if (life) life.to = Math.min(life.to, order);
}

function isOpen(lives: readonly Life[] | undefined): boolean {
  return lives?.at(-1)?.to === Infinity;
}

function isAlive(lives: readonly Life[] | undefined, order: number): boolean {
  return lives?.some(({ from, to }) => from < order && order <= to) ?? false;
}

/** Names are compared as they are written, as servers on Linux do. */
function key(tables: KnownTables, { schema, name }: ObjectName): string {
  return schema === undefined || schema === tables.schema ? name : `${schema}\0${name}`;
}
