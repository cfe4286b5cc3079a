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

/** The time, in commands, for which a name stands for a table that came into being here. */
interface Life {
  readonly from: number;
  to: number;
}

/** Tables that these commands made themselves: temporary ones, and new ones that nobody depends on yet. */
export interface KnownTables {
  readonly schema: string | undefined;
  readonly temporary: Map<string, Life[]>;
  readonly created: Map<string, Life[]>;
}

/** Nothing known yet; `schema` is the one that unqualified names are in. */
export function noTables(schema: string | undefined): KnownTables {
  return { schema, temporary: new Map(), created: new Map() };
}

/** Whether at the time of a command the name stands for a temporary table. */
export function isTemporaryAt(tables: KnownTables, order: number, name: ObjectName): boolean {
  return isAlive(tables.temporary.get(key(tables, name)), order);
}

/** Whether at the time of a command the name stands for a table that was not there before the changeset. */
export function isNewAt(tables: KnownTables, order: number, name: ObjectName): boolean {
  return isTemporaryAt(tables, order, name) || isAlive(tables.created.get(key(tables, name)), order);
}

/** Takes in what a command makes, drops or renames. What may not happen, or may not be new, is not believed. */
export function learnTables(tables: KnownTables, order: number, command: TableCommand): void {
  const { verb, ddl, clauses, renames } = command;
  for (const [from, to] of renames) rename(tables.created, tables, order, from, to);
  const table = ddl?.object === 'TABLE' ? ddl.names[0] : undefined;
  if (!ddl || !table) return;
  if (verb === 'CREATE') create(tables, order, command, table);
  if (verb === 'DROP') for (const name of ddl.names) drop(tables, order, ddl, name);
  for (const clause of clauses) {
    if (clause.kind !== 'rename-table') continue;
    const lives = isTemporaryAt(tables, order, table) ? tables.temporary : tables.created;
    rename(lives, tables, order, table, clause.to);
  }
}

function create(tables: KnownTables, order: number, command: TableCommand, table: ObjectName): void {
  if (command.isConditional || !command.ddl) return;
  if (command.ddl.isTemporary) begin(tables.temporary, key(tables, table), order);
  else if (!command.ddl.isConditional) begin(tables.created, key(tables, table), order);
}

/** A temporary table hides one of the same name: it is dropped first. */
function drop(tables: KnownTables, order: number, ddl: DdlHead, name: ObjectName): void {
  if (isTemporaryAt(tables, order, name)) end(tables.temporary, key(tables, name), order);
  else if (!ddl.isTemporary) end(tables.created, key(tables, name), order);
}

function rename(
  lives: Map<string, Life[]>,
  tables: KnownTables,
  order: number,
  from: ObjectName,
  to: ObjectName,
): void {
  if (!isOpen(lives.get(key(tables, from)))) return;
  end(lives, key(tables, from), order);
  begin(lives, key(tables, to), order);
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
