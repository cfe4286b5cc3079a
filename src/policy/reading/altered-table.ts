import { convertedType, resolveText, resolveType } from './charset.ts';
import type { AlterClause } from './alter-clauses.ts';
import type { ColumnDefinition } from './column-definition.ts';
import { charsetName, hasCharset } from './column-type.ts';
import { readKey, type KeyDefinition } from './key-definition.ts';
import { keysOfColumn, readOptions, withText, type TableDefinition } from './table-definition.ts';
import { hasKeywords, keyword } from './token-walk.ts';
import { unquote } from './object-name.ts';

/** A table while the clauses of an ALTER are gone through. */
interface Draft {
  table: TableDefinition;
  columns: ColumnDefinition[];
  keys: KeyDefinition[];
  isPossible: boolean;
}

/** The table that an ALTER TABLE makes of one; undefined where that cannot be, so that it is not as it is thought to be. */
export function alterTable(
  table: TableDefinition,
  clauses: readonly AlterClause[],
): TableDefinition | undefined {
  const draft: Draft = { table, columns: [...table.columns], keys: [...table.keys], isPossible: true };
  // What is dropped goes first, and options decide what a definition leaves out, wherever they stand.
  for (const clause of clauses) if (clause.kind === 'drop') drop(draft, clause);
  for (const clause of clauses) if (clause.kind === 'other') takeOptions(draft, clause);
  renameColumns(draft, clauses);
  for (const clause of clauses) takeClause(draft, clause);
  return draft.isPossible ? { ...draft.table, columns: draft.columns, keys: draft.keys } : undefined;
}

/** Names of columns and indexes are compared without regard to case. */
export function isSameName(left: string | undefined, right: string | undefined): boolean {
  return left?.toLowerCase() === right?.toLowerCase();
}

/** The column of a name. */
export function findColumn(
  { columns }: Pick<TableDefinition, 'columns'>,
  name: string,
): ColumnDefinition | undefined {
  return columns.find((column) => isSameName(column.name, name));
}

/** Whether a column may hold NULL: not where it is part of the primary key. */
export function isNullable(table: TableDefinition, { name, isNotNull }: ColumnDefinition): boolean {
  return (
    !isNotNull &&
    !table.keys.some(
      ({ kind, parts }) => kind === 'primary' && parts.some(({ column }) => isSameName(column, name)),
    )
  );
}

function drop(draft: Draft, clause: Extract<AlterClause, { kind: 'drop' }>): void {
  const { what, name } = clause;
  if (what === 'partition') return;
  if (what !== 'column') {
    const key = findDropped(draft.keys, clause);
    // Names that the server makes up are not known: checks and foreign keys cost nothing to take for gone.
    if (!key && (what === 'index' || what === 'primary')) draft.isPossible = false;
    draft.keys = draft.keys.filter((other) => other !== key);
    return;
  }
  if (!findColumn(draft, name)) draft.isPossible = false;
  draft.columns = draft.columns.filter((column) => !isSameName(column.name, name));
  draft.keys = draft.keys.flatMap((key) => {
    if (!key.parts.some(({ column }) => isSameName(column, name))) return [key];
    const parts = key.parts.filter(({ column }) => !isSameName(column, name));
    return parts.length === 0 ? [] : [{ ...key, parts, text: `${key.text} without ${name}` }];
  });
}

/** The key that a DROP names. */
export function findDropped(
  keys: readonly KeyDefinition[],
  { what, name }: Pick<Extract<AlterClause, { kind: 'drop' }>, 'what' | 'name'>,
): KeyDefinition | undefined {
  return keys.find((key) => {
    if (what === 'primary') return key.kind === 'primary';
    if (!isSameName(key.name, name)) return false;
    if (what === 'foreign' || what === 'check') return key.kind === what;
    return what === 'constraint' || (key.kind !== 'foreign' && key.kind !== 'check');
  });
}

function takeOptions(draft: Draft, { tokens }: AlterClause): void {
  const { table } = draft;
  const word = keyword(tokens, 0);
  if (hasKeywords(tokens, 0, 'CONVERT', 'TO')) {
    const name = tokens[keyword(tokens, 2) === 'CHARSET' ? 3 : 4];
    const collate = tokens.findIndex((_, at) => keyword(tokens, at) === 'COLLATE');
    const collation = collate < 0 ? undefined : tokens[collate + 1];
    const isDefault = name?.word === 'DEFAULT' || !name;
    const text = resolveText(
      { charset: isDefault ? undefined : charsetName(name), collation: collation && charsetName(collation) },
      table,
    );
    draft.table = { ...table, ...text };
    draft.columns = draft.columns.map((column) =>
      column.type && hasCharset(column.type) && column.type.charset !== 'binary'
        ? { ...column, type: convertedType(column.type, text) }
        : column,
    );
  } else if (!/^(?:ALTER|RENAME|ORDER|WITH|WITHOUT)$/.test(word)) {
    draft.table = { ...table, ...readOptions(tokens, table) };
  }
}

function takeClause(draft: Draft, clause: AlterClause): void {
  const { tokens } = clause;
  // Options of partitions may follow any clause without a comma.
  const by = tokens.findIndex((_, at) => hasKeywords(tokens, at, 'PARTITION', 'BY'));
  if (by >= 0) draft.table = { ...draft.table, ...readOptions(tokens.slice(by), draft.table) };
  if (tokens.some((_, at) => hasKeywords(tokens, at, 'REMOVE', 'PARTITIONING'))) {
    draft.table = { ...draft.table, partitioning: undefined };
  }
  switch (clause.kind) {
    case 'add-column':
      if (findColumn(draft, clause.column.name)) draft.isPossible = false;
      place(draft, clause.column, draft.columns.length);
      break;
    case 'change-column':
      change(draft, clause);
      break;
    case 'add-key': {
      const key = readKey(clause.element);
      if (key) draft.keys.push(key);
      break;
    }
    case 'other':
      renameIndex(draft, clause);
      setEnforced(draft, clause);
      break;
    case 'rename-column':
    case 'drop':
    case 'partition':
    case 'rename-table':
  }
}

function change(draft: Draft, { from, column }: Extract<AlterClause, { kind: 'change-column' }>): void {
  const at = draft.columns.findIndex(({ name }) => isSameName(name, from));
  if (at < 0) {
    draft.isPossible = false;
    return;
  }
  draft.columns.splice(at, 1);
  if (column.name !== from) renameInKeys(draft, from, column.name);
  place(draft, column, at);
}

function place(draft: Draft, column: ColumnDefinition, otherwise: number): void {
  const { after } = column;
  let at = after === null ? 0 : otherwise;
  if (typeof after === 'string') {
    at = draft.columns.findIndex(({ name }) => isSameName(name, after)) + 1;
    if (at === 0) draft.isPossible = false;
  }
  const type = column.type && resolveType(column.type, draft.table);
  draft.columns.splice(at, 0, { ...withText(column, draft.table), type });
  draft.keys.push(...keysOfColumn(column));
}

/** All at once: two columns may exchange their names. */
function renameColumns(draft: Draft, clauses: readonly AlterClause[]): void {
  const names = new Map(
    clauses.flatMap((clause) =>
      clause.kind === 'rename-column' ? [[clause.from.toLowerCase(), clause.to] as const] : [],
    ),
  );
  if (names.size === 0) return;
  for (const from of names.keys()) if (!findColumn(draft, from)) draft.isPossible = false;
  const rename = (name: string): string => names.get(name.toLowerCase()) ?? name;
  draft.columns = draft.columns.map((column) => ({ ...column, name: rename(column.name) }));
  draft.keys = draft.keys.map((key) => ({
    ...key,
    parts: key.parts.map((part) =>
      part.column === undefined ? part : { ...part, column: rename(part.column) },
    ),
  }));
}

function renameInKeys(draft: Draft, from: string, to: string): void {
  draft.keys = draft.keys.map((key) => ({
    ...key,
    parts: key.parts.map((part) => (isSameName(part.column, from) ? { ...part, column: to } : part)),
  }));
}

function renameIndex(draft: Draft, { tokens }: AlterClause): void {
  const [verb, , from, , to] = tokens;
  if (verb?.word !== 'RENAME' || !from || !to) return;
  draft.keys = draft.keys.map((key) =>
    isSameName(key.name, unquote(from)) ? { ...key, name: unquote(to) } : key,
  );
}

/** `ALTER CHECK c NOT ENFORCED`. */
function setEnforced(draft: Draft, { tokens }: AlterClause): void {
  const name = tokens[2];
  if (!name || !/^(?:CHECK|CONSTRAINT)$/.test(keyword(tokens, 1)) || keyword(tokens, 0) !== 'ALTER') return;
  const isEnforced = keyword(tokens, 3) !== 'NOT';
  draft.keys = draft.keys.map((key) =>
    key.kind === 'check' && isSameName(key.name, unquote(name)) ? { ...key, isEnforced } : key,
  );
}
