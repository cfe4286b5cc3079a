import type { CodeToken } from './code-token.ts';
import { isNamePart, unquote } from './object-name.ts';
import { readQuery, type NamedQueries, type QueryShape } from './query-shape.ts';
import type { Facts, IsRestricted } from './row-judging.ts';
import { findSource, type RowSource } from './row-sources.ts';
import { keyword } from './token-walk.ts';

/** A column of a table, of which a query has the value of every row; names in lower case. */
export interface WholeColumn {
  readonly table: string;
  /** `*` where the query has all columns. */
  readonly column: string;
  /** `MIN` or `MAX` where it has only that one value. */
  readonly extreme: string | undefined;
}

/** What a query stands in. */
interface QueryContext {
  readonly queries: NamedQueries;
  readonly facts: Facts;
  readonly isRestricted: IsRestricted;
}

/** The column that a query selects under a name, or first, if it has the values of all rows: `SELECT id FROM t`. */
export function wholeColumn(
  tokens: readonly CodeToken[],
  output: string | undefined,
  context: QueryContext,
): WholeColumn | undefined {
  for (const shape of readQuery(tokens, context.queries)) {
    const found = shape.isGrouped || shape.isLimited ? undefined : wholeOf(shape, output, context);
    if (found) return found;
  }
  return undefined;
}

function wholeOf(
  shape: QueryShape,
  output: string | undefined,
  context: QueryContext,
): WholeColumn | undefined {
  const item = selectedItem(shape, output);
  const source = item && sourceOf(shape, item.qualifier);
  if (!source || context.isRestricted(shape, source, context.facts)) return undefined;
  const { column, extreme } = item;
  const name = source.table?.schema === undefined ? source.table?.name.toLowerCase() : undefined;
  const query = source.query ?? shape.queries.get(name ?? '');
  if (!query) return source.table && { table: source.table.name.toLowerCase(), column, extreme };
  // A recursive query would be looked for in itself.
  const queries = new Map([...shape.queries].filter(([, tokens]) => tokens !== query));
  const inner = wholeColumn(query, column === '*' ? undefined : column, { ...context, queries });
  return inner && { ...inner, extreme: inner.extreme ?? extreme };
}

interface Item {
  readonly qualifier: string | undefined;
  readonly column: string;
  readonly extreme: string | undefined;
}

/** `c`, `t.c`, `*`, `t.*`, `MIN(c)`; undefined for any other item. */
function selectedItem({ items, hasFrom }: QueryShape, output: string | undefined): Item | undefined {
  if (!hasFrom) return undefined;
  if (items.length === 0) return { qualifier: undefined, column: output ?? '*', extreme: undefined };
  for (const { tokens, alias } of items) {
    const first = keyword(tokens, 0);
    const extreme = (first === 'MIN' || first === 'MAX') && keyword(tokens, 1) === '(' ? first : undefined;
    const names = (extreme ? tokens.slice(2, -1) : tokens).filter(({ word }) => word !== '.');
    const last = names.at(-1);
    if (!last || names.length > 3 || !(isNamePart(last) || last.word === '*')) continue;
    if (!names.slice(0, -1).every(isNamePart)) continue;
    const column = last.word === '*' ? (output ?? '*') : unquote(last).toLowerCase();
    if (output !== undefined && last.word !== '*' && (alias ?? column) !== output) continue;
    const qualifier = names.at(-2);
    return { qualifier: qualifier && unquote(qualifier), column, extreme };
  }
  return undefined;
}

function sourceOf({ sources }: QueryShape, qualifier: string | undefined): RowSource | undefined {
  if (qualifier === undefined) return sources[0];
  return findSource({ schema: undefined, name: qualifier, line: 0 }, sources);
}
