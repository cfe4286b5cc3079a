import type { CodeToken } from './code-token.ts';
import { readRowSources, type RowSources } from './row-sources.ts';
import { afterParentheses, findKeyword, keyword, outerKeywords, splitAtCommas } from './token-walk.ts';

/** Common table expressions by name in lower case, each a query without its parentheses. */
export type NamedQueries = ReadonlyMap<string, readonly CodeToken[]>;

/** One SELECT of a query, in its parts. */
export interface QueryShape extends RowSources {
  readonly queries: NamedQueries;
  /** What it selects, each item without its alias if it has one. */
  readonly items: readonly { readonly tokens: readonly CodeToken[]; readonly alias: string | undefined }[];
  readonly hasFrom: boolean;
  readonly where: readonly CodeToken[] | undefined;
  readonly isGrouped: boolean;
  readonly isLimited: boolean;
}

const BEFORE_ITEMS = ['ALL', 'DISTINCT', 'DISTINCTROW', 'HIGH_PRIORITY', 'STRAIGHT_JOIN', 'SQL_NO_CACHE'];
const CLAUSES = ['WHERE', 'GROUP', 'HAVING', 'WINDOW', 'ORDER', 'LIMIT', 'FOR', 'LOCK', 'INTO'];

/** The SELECTs of which a query is a UNION; none where rows may be taken away again, or where it is not read. */
export function readQuery(tokens: readonly CodeToken[], outer: NamedQueries): readonly QueryShape[] {
  const query = unwrapped(tokens);
  const { queries, next } = readNamedQueries(query, outer);
  const body = query.slice(next);
  const words = [...outerKeywords(body)].map(([word]) => word);
  if (words.includes('INTERSECT') || words.includes('EXCEPT')) return [];
  return splitAtUnion(body).flatMap((part) => readSelect(unwrapped(part), queries) ?? []);
}

/** Reads `WITH a AS (…), b (x) AS (…)`; `next` is the position after it. */
export function readNamedQueries(
  tokens: readonly CodeToken[],
  outer: NamedQueries,
): { readonly queries: NamedQueries; readonly next: number } {
  if (keyword(tokens, 0) !== 'WITH') return { queries: outer, next: 0 };
  const queries = new Map(outer);
  let at = keyword(tokens, 1) === 'RECURSIVE' ? 2 : 1;
  for (;;) {
    const name = tokens[at]?.text.replaceAll('`', '').toLowerCase();
    const as = findKeyword(tokens, at, ['AS']);
    if (name === undefined || as < 0 || keyword(tokens, as + 1) !== '(') break;
    const end = afterParentheses(tokens, as + 1);
    queries.set(name, tokens.slice(as + 2, end - 1));
    at = end;
    if (keyword(tokens, at) !== ',') break;
    at++;
  }
  return { queries, next: at };
}

function readSelect(tokens: readonly CodeToken[], queries: NamedQueries): QueryShape | undefined {
  if (keyword(tokens, 0) === 'TABLE') {
    const sources = readRowSources(tokens.slice(1, 2));
    return { ...sources, queries, items: [], hasFrom: true, where: undefined, ...endOf(tokens.slice(2)) };
  }
  if (keyword(tokens, 0) !== 'SELECT') return undefined;
  let start = 1;
  while (BEFORE_ITEMS.includes(keyword(tokens, start))) start++;
  const from = findKeyword(tokens, start, ['FROM']);
  const clauses = findKeyword(tokens, Math.max(from, start), CLAUSES);
  const end = clauses < 0 ? tokens.length : clauses;
  const items = splitAtCommas(tokens.slice(start, from < 0 ? end : from)).map(readItem);
  return {
    ...readRowSources(from < 0 ? [] : tokens.slice(from + 1, end)),
    queries,
    items,
    hasFrom: from >= 0 && keyword(tokens, from + 1) !== 'DUAL',
    where: whereOf(tokens, end),
    ...endOf(tokens.slice(end)),
  };
}

function endOf(tokens: readonly CodeToken[]): Pick<QueryShape, 'isGrouped' | 'isLimited'> {
  const words = [...outerKeywords(tokens)].map(([word]) => word);
  return {
    isGrouped: words.includes('GROUP') || words.includes('HAVING'),
    isLimited: words.includes('LIMIT'),
  };
}

function whereOf(tokens: readonly CodeToken[], at: number): readonly CodeToken[] | undefined {
  if (keyword(tokens, at) !== 'WHERE') return undefined;
  const end = findKeyword(tokens, at + 1, CLAUSES.slice(1));
  return tokens.slice(at + 1, end < 0 ? undefined : end);
}

/** `a.b AS c`, `a.b c`. */
function readItem(tokens: readonly CodeToken[]): QueryShape['items'][number] {
  const as = findKeyword(tokens, 0, ['AS']);
  if (as > 0) return { tokens: tokens.slice(0, as), alias: aliasOf(tokens[as + 1]) };
  const [before, last] = [tokens.at(-2), tokens.at(-1)];
  const isAlias =
    before && last && before.word !== '.' && isName(last) && (isName(before) || before.word === ')');
  return isAlias ? { tokens: tokens.slice(0, -1), alias: aliasOf(last) } : { tokens, alias: undefined };
}

function isName({ kind }: CodeToken): boolean {
  return kind === 'word' || kind === 'name';
}

function aliasOf(token: CodeToken | undefined): string | undefined {
  return token?.text.replace(/^[`'"]|[`'"]$/g, '').toLowerCase();
}

function splitAtUnion(tokens: readonly CodeToken[]): readonly (readonly CodeToken[])[] {
  const parts: (readonly CodeToken[])[] = [];
  let start = 0;
  for (const [word, at] of outerKeywords(tokens)) {
    if (word !== 'UNION') continue;
    parts.push(tokens.slice(start, at));
    start = /^(?:ALL|DISTINCT)$/.test(keyword(tokens, at + 1)) ? at + 2 : at + 1;
  }
  return [...parts, tokens.slice(start)];
}

function unwrapped(tokens: readonly CodeToken[]): readonly CodeToken[] {
  let inner = tokens;
  while (keyword(inner, 0) === '(' && afterParentheses(inner, 0) >= inner.length) inner = inner.slice(1, -1);
  return inner;
}
