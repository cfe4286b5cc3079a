import type { AlterClause } from './alter-clauses.ts';
import { isTemporaryAt, tableKey, type KnownTables, type TableCommand } from './known-tables.ts';
import { begin, end, isAlive, isOpen, type Lives } from './lives.ts';
import type { ObjectName } from './object-name.ts';

/** A command that may make columns; one in a body runs later, or may not run at all. */
interface ColumnCommand extends TableCommand {
  readonly isInBody: boolean;
}

/** True if at the time of a command the changeset itself added the column, so that it holds no values of others. */
export function isNewColumnAt(
  tables: KnownTables,
  order: number,
  table: ObjectName,
  column: string,
): boolean {
  return isAlive(tables.columns.get(tableKey(tables, table))?.get(column.toLowerCase()), order);
}

/** Takes in which columns a command adds, drops or renames. What may not happen does not make a column new. */
export function learnColumns(tables: KnownTables, order: number, command: ColumnCommand): void {
  const { verb, ddl, clauses, renames } = command;
  const isCertain = !command.isConditional && !command.isInBody;
  for (const [from, to] of renames) moveAll(tables, order, isCertain, from, to);
  if (ddl?.object !== 'TABLE') return;
  // A temporary table hides one of the same name, which stays as it is.
  const names = ddl.names.filter((name) => !isTemporaryAt(tables, order, name));
  if (verb === 'DROP') for (const name of names) endAll(tables, order, name);
  const [table] = names;
  if (verb !== 'ALTER' || !table) return;
  alter(columnsOf(tables, table), order, isCertain, clauses);
  for (const clause of clauses) {
    // Rows come in that have values of others in all columns.
    if (clause.kind === 'partition' && ['EXCHANGE', 'IMPORT'].includes(clause.action)) {
      for (const name of [table, clause.table ?? []].flat()) endAll(tables, order, name);
    }
    if (clause.kind === 'rename-table') moveAll(tables, order, isCertain, table, clause.to);
  }
}

/** The clauses of one ALTER TABLE name the columns as they were before it: `RENAME COLUMN a TO b, ADD COLUMN a INT`. */
function alter(lives: Lives, order: number, isCertain: boolean, clauses: readonly AlterClause[]): void {
  const changes = clauses.map((clause) => changeOf(clause, lives));
  for (const { ends } of changes) for (const name of ends) end(lives, name, order);
  if (isCertain) for (const { begins } of changes) for (const name of begins) begin(lives, name, order);
}

interface Change {
  readonly ends: readonly string[];
  readonly begins: readonly string[];
}

/** A new column stays new under another name or type; one that was there before does not become new. */
function changeOf(clause: AlterClause, lives: Lives): Change {
  if (clause.kind === 'add-column') return { ends: [], begins: [clause.column.name.toLowerCase()] };
  if (clause.kind === 'drop' && clause.what === 'column')
    return { ends: [clause.name.toLowerCase()], begins: [] };
  if (clause.kind !== 'rename-column' && clause.kind !== 'change-column') return { ends: [], begins: [] };
  const from = clause.from.toLowerCase();
  const to = (clause.kind === 'rename-column' ? clause.to : clause.column.name).toLowerCase();
  return { ends: [from, to], begins: isOpen(lives.get(from)) ? [to] : [] };
}

/** What has the new name now is the renamed table, with its columns. */
function moveAll(
  tables: KnownTables,
  order: number,
  isCertain: boolean,
  from: ObjectName,
  to: ObjectName,
): void {
  const open = [...columnsOf(tables, from)].filter(([, lives]) => isOpen(lives)).map(([name]) => name);
  endAll(tables, order, from);
  endAll(tables, order, to);
  if (isCertain) for (const name of open) begin(columnsOf(tables, to), name, order);
}

function endAll(tables: KnownTables, order: number, table: ObjectName): void {
  const lives = columnsOf(tables, table);
  for (const name of lives.keys()) end(lives, name, order);
}

function columnsOf(tables: KnownTables, table: ObjectName): Lives {
  const key = tableKey(tables, table);
  const known = tables.columns.get(key) ?? new Map();
  tables.columns.set(key, known);
  return known;
}
