import type { CodeToken } from './code-token.ts';
import { isConstant } from './constant-condition.ts';
import { isNamePart, readName, unquote, type ObjectName } from './object-name.ts';
import { readTableReferences, resolveTable } from './table-references.ts';
import { findKeyword, keyword, splitAtCommas } from './token-walk.ts';

/** What an UPDATE or DELETE does to which tables. */
export interface ChangedRows {
  /** Tables whose rows it changes; where a column's table cannot be told, all that it may be. */
  readonly tables: readonly ObjectName[];
  /** It has no WHERE of its own, or one that names no column. */
  readonly isUnconditional: boolean;
}

const MODIFIERS = ['LOW_PRIORITY', 'QUICK', 'IGNORE'];
const AFTER_WHERE = ['ORDER', 'LIMIT'];

/** Reads an UPDATE or a DELETE of one table or of several; undefined for other commands. */
export function readChangedRows(tokens: readonly CodeToken[]): ChangedRows | undefined {
  const verb = keyword(tokens, 0);
  if (verb !== 'UPDATE' && verb !== 'DELETE') return undefined;
  let start = 1;
  while (MODIFIERS.includes(keyword(tokens, start))) start++;
  const tables = verb === 'UPDATE' ? updatedTables(tokens, start) : deletedTables(tokens, start);
  return { tables, isUnconditional: isConstant(whereOf(tokens, start)) };
}

function whereOf(tokens: readonly CodeToken[], from: number): readonly CodeToken[] {
  const where = findKeyword(tokens, from, ['WHERE']);
  if (where < 0) return [];
  const end = findKeyword(tokens, where + 1, AFTER_WHERE);
  return tokens.slice(where + 1, end < 0 ? undefined : end);
}

function updatedTables(tokens: readonly CodeToken[], start: number): readonly ObjectName[] {
  const set = findKeyword(tokens, start, ['SET']);
  if (set < 0) return [];
  const references = readTableReferences(tokens.slice(start, set));
  if (references.length === 1) return references.map(({ table }) => table);
  const end = findKeyword(tokens, set, ['WHERE', 'ORDER', 'LIMIT']);
  const assignments = splitAtCommas(tokens.slice(set + 1, end < 0 ? undefined : end));
  const written = assignments.map(tableOfColumn);
  // A column without a table may be one of any of them.
  if (written.includes(undefined)) return references.map(({ table }) => table);
  return distinct(written.flatMap((name) => (name ? [resolveTable(name, references)] : [])));
}

/** The table in `t.c = 1` or `s.t.c = 1`. */
function tableOfColumn(assignment: readonly CodeToken[]): ObjectName | undefined {
  const end = assignment.findIndex(({ text }) => text === '=' || text === ':=');
  const [first, second, third] = assignment.slice(0, end).filter(isNamePart);
  if (!first || !second) return undefined;
  return third
    ? { schema: unquote(first), name: unquote(second), line: first.line }
    : { schema: undefined, name: unquote(first), line: first.line };
}

function deletedTables(tokens: readonly CodeToken[], start: number): readonly ObjectName[] {
  const isFromFirst = keyword(tokens, start) === 'FROM';
  const listAt = isFromFirst ? start + 1 : start;
  const divider = findKeyword(tokens, listAt, [isFromFirst ? 'USING' : 'FROM', 'WHERE']);
  if (divider < 0 || keyword(tokens, divider) === 'WHERE') {
    return readTableReferences(tokens.slice(listAt, divider < 0 ? undefined : divider))
      .slice(0, 1)
      .map(({ table }) => table);
  }
  const where = findKeyword(tokens, divider, ['WHERE']);
  const references = readTableReferences(tokens.slice(divider + 1, where < 0 ? undefined : where));
  return splitAtCommas(tokens.slice(listAt, divider)).flatMap((part) => {
    const name = readName(part, 0)?.name;
    return name ? [resolveTable(name, references)] : [];
  });
}

function distinct(names: readonly ObjectName[]): readonly ObjectName[] {
  return [...new Map(names.map((name) => [JSON.stringify([name.schema, name.name]), name])).values()];
}
