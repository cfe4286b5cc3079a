import { findColumn, isNullable, isSameName } from '../reading/altered-table.ts';
import type { ColumnDefinition } from '../reading/column-definition.ts';
import { comparable } from '../reading/key-definition.ts';
import type { TableDefinition } from '../reading/table-definition.ts';
import type { AlterContext, EffectKind } from './effect.ts';
import { storageChange } from './storage-change.ts';

export type Found = readonly [EffectKind, string];

/** A type that a row of old cannot have a value of: its zero is refused. */
const WITHOUT_ZERO = /^(?:DATE|DATETIME|GEOMETRY|POINT|LINESTRING|POLYGON|MULTI|GEOMETRYCOLLECTION)/;
/** Before it, columns were added last and never dropped at once. */
const INSTANT_ANYWHERE = 80_029;

/** What an added column takes. */
export function addedColumn(
  column: ColumnDefinition,
  before: TableDefinition | undefined,
  context: AlterContext,
): readonly Found[] {
  const { name } = column;
  const found: Found[] = [];
  const isLate = (context.serverVersion ?? INSTANT_ANYWHERE) >= INSTANT_ANYWHERE;
  if (column.generated === 'stored') found.push(['copy', `the STORED column "${name}"`]);
  else if (column.generated === 'virtual') found.push(...addedVirtual(column, before));
  else if (column.isAutoIncrement) found.push(['blocks', `the AUTO_INCREMENT column "${name}"`]);
  else if (column.hasExpressionDefault) found.push(['copy', `the DEFAULT expression of column "${name}"`]);
  else if (column.isNotNull && !column.hasDefault && WITHOUT_ZERO.test(column.type?.name ?? '')) {
    found.push(['rewrite', `column "${name}" NOT NULL without DEFAULT`]);
  } else if (!isLate && column.after !== undefined) found.push(['rewrite', `column "${name}" in the middle`]);
  else found.push(['add-column', `column "${name}"`]);
  return [...found, ...constraints(column, context)];
}

/** What a column that is defined anew takes. */
export function changedColumn(
  from: string,
  column: ColumnDefinition,
  tables: { readonly before: TableDefinition | undefined; readonly after: TableDefinition | undefined },
  context: AlterContext,
): readonly Found[] {
  const { before, after } = tables;
  const old = before && findColumn(before, from);
  const now = after && findColumn(after, column.name);
  const extra = constraints(column, context);
  if (!before || !after || !old?.type || !now?.type) {
    return [['depends', `another definition of column "${column.name}"`], ...extra];
  }
  const found: Found[] = [...typeEffects(old, now, before, after), ...extra];
  if (old.name !== now.name) found.push(['rename-column', `another name of column "${old.name}"`]);
  if (isNullable(before, old) !== isNullable(after, now)) {
    const isTightened = !isNullable(after, now);
    const what = isTightened ? `NOT NULL of column "${now.name}"` : `NULL of column "${now.name}"`;
    found.push([isTightened && !context.isStrict && !now.generated ? 'copy' : 'rewrite', what]);
  }
  if (old.isAutoIncrement !== now.isAutoIncrement) {
    found.push(['copy', `AUTO_INCREMENT of column "${now.name}"`]);
  }
  if (column.after !== undefined && isMoved(old, now, before, after)) {
    const kind = now.generated === 'virtual' ? 'move-virtual' : 'rewrite';
    found.push([kind, `another place of column "${now.name}"`]);
  }
  return found.length > 0 ? found : [['instant', `column "${now.name}"`]];
}

/** Whether any index of the table has this column. */
export function isIndexed({ keys }: TableDefinition, name: string): boolean {
  return keys.some(
    ({ kind, parts }) =>
      kind !== 'foreign' && kind !== 'check' && parts.some(({ column }) => isSameName(column, name)),
  );
}

/** The order of virtual columns may not change, nor that of a column that counts up. */
function addedVirtual(column: ColumnDefinition, before: TableDefinition | undefined): readonly Found[] {
  const { after, name } = column;
  const what = `the VIRTUAL column "${name}"`;
  if (!before || after === undefined) return [['add-virtual', what]];
  const at = after === null ? 0 : before.columns.findIndex((other) => isSameName(other.name, after)) + 1;
  const behind = before.columns.slice(at);
  const isAhead = behind.some(({ generated, isAutoIncrement }) => generated === 'virtual' || isAutoIncrement);
  return isAhead ? [['copy', `${what} ahead of others`]] : [['add-virtual', what]];
}

function typeEffects(
  old: ColumnDefinition,
  now: ColumnDefinition,
  before: TableDefinition,
  after: TableDefinition,
): readonly Found[] {
  const { name } = now;
  if (old.generated !== now.generated) {
    return [['copy', `${now.generated ? now.generated.toUpperCase() : 'plain'} values of column "${name}"`]];
  }
  if (now.generated && normal(old) !== normal(now))
    return [['copy', `another expression of column "${name}"`]];
  if (!old.type || !now.type) return [];
  const change = storageChange(old.type, now.type, {
    isIndexed: isIndexed(before, old.name) || isIndexed(after, name),
  });
  switch (change) {
    case 'none':
      return [];
    case 'members':
      return [['instant', `members of column "${name}"`]];
    case 'length':
    case 'charset':
      return [['metadata', `another ${change} of column "${name}"`]];
    case 'copy':
      return [['copy', `another type of column "${name}"`]];
  }
}

/** An expression as it can be compared: the server keeps it with its own quotes and outer parentheses. */
function normal({ expression }: ColumnDefinition): string {
  let text = comparable(expression.filter(({ text: word }) => !/^_(?:utf8mb4|utf8mb3|latin1)$/.test(word)));
  while (isWrapped(text)) text = text.slice(2, -2);
  return text;
}

function isWrapped(text: string): boolean {
  if (!text.startsWith('( ') || !text.endsWith(' )')) return false;
  let depth = 0;
  const words = text.split(' ');
  return words.every((word, at) => {
    if (word === '(') depth++;
    if (word === ')') depth--;
    return depth > 0 || at === words.length - 1;
  });
}

function constraints(column: ColumnDefinition, { checksForeignKeys }: AlterContext): readonly Found[] {
  const { name } = column;
  return [
    ...(column.hasCheck ? [['copy', `the CHECK of column "${name}"`] as const] : []),
    ...(column.isReference
      ? [[checksForeignKeys ? 'copy' : 'metadata', `the foreign key of column "${name}"`] as const]
      : []),
    ...(column.isUnique || column.isPrimary
      ? [['add-unique', `the unique key of column "${name}"`] as const]
      : []),
  ];
}

/** Whether it changes sides with a column that both tables have and that is stored as this one is. */
function isMoved(
  old: ColumnDefinition,
  now: ColumnDefinition,
  before: TableDefinition,
  after: TableDefinition,
): boolean {
  const isVirtual = now.generated === 'virtual';
  const namesIn = (table: TableDefinition): readonly string[] =>
    table.columns
      .filter(({ generated }) => isVirtual || generated !== 'virtual')
      .map(({ name }) => name.toLowerCase());
  const [from, to] = [namesIn(before), namesIn(after)];
  const ahead = (names: readonly string[], name: string): readonly string[] =>
    names
      .slice(0, names.indexOf(name.toLowerCase()))
      .filter((other) => from.includes(other) && to.includes(other));
  return ahead(from, old.name).join('\n') !== ahead(to, now.name).join('\n');
}
