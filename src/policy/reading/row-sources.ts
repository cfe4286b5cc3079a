import type { CodeToken } from './code-token.ts';
import { isNamePart, readName, unquote, type ObjectName } from './object-name.ts';
import { afterParentheses, findKeyword, hasKeywords, keyword, splitAtCommas } from './token-walk.ts';

/** A table, or a subselect, that a statement takes rows from. */
export interface RowSource {
  readonly table: ObjectName | undefined;
  readonly alias: string | undefined;
  /** Of a derived table, without its parentheses. */
  readonly query: readonly CodeToken[] | undefined;
}

/** A condition of a join. */
export interface Join {
  readonly on: readonly CodeToken[] | undefined;
  /** Columns that are equal on both sides; `*` stands for those of a NATURAL JOIN. */
  readonly using: readonly string[];
  readonly left: readonly RowSource[];
  readonly right: readonly RowSource[];
  /** The side whose rows stay without a partner; undefined where those of neither side do. */
  readonly keeps: 'left' | 'right' | undefined;
}

/** What stands between FROM and WHERE, or between UPDATE and SET. */
export interface RowSources {
  readonly sources: readonly RowSource[];
  readonly joins: readonly Join[];
}

interface Cursor {
  readonly tokens: readonly CodeToken[];
  readonly joins: Join[];
  at: number;
}

const QUERIES = ['SELECT', 'WITH', 'VALUES', 'TABLE'];
const JOIN_WORDS = ['JOIN', 'INNER', 'CROSS', 'LEFT', 'RIGHT', 'NATURAL', 'STRAIGHT_JOIN'];
/** What may follow a table and is not an alias of it. */
const AFTER_A_TABLE = [
  ...JOIN_WORDS,
  ...['ON', 'USING', 'SET', 'WHERE', 'ORDER', 'LIMIT', 'USE', 'FORCE', 'IGNORE', 'PARTITION', 'FROM'],
  ...['TABLESAMPLE', 'GROUP', 'HAVING', 'UNION', 'FOR', 'LOCK', 'INTO', 'WINDOW', 'VALUES', 'SELECT'],
];

/** Reads `a JOIN (b, s.c AS x) ON …, (SELECT …) d`. */
export function readRowSources(tokens: readonly CodeToken[]): RowSources {
  const joins: Join[] = [];
  const sources = splitAtCommas(tokens).flatMap((part) => readJoined({ tokens: part, joins, at: 0 }));
  return { sources, joins };
}

function readJoined(cursor: Cursor): readonly RowSource[] {
  const { tokens, joins } = cursor;
  let left = readFactor(cursor);
  while (cursor.at < tokens.length) {
    const start = findJoin(tokens, cursor.at);
    if (start < 0) break;
    cursor.at = start;
    const words: string[] = [];
    while ([...JOIN_WORDS, 'OUTER'].includes(keyword(tokens, cursor.at)))
      words.push(keyword(tokens, cursor.at++));
    const right = readFactor(cursor);
    const keeps = words.includes('LEFT') ? 'left' : words.includes('RIGHT') ? 'right' : undefined;
    const using = words.includes('NATURAL') ? ['*'] : [];
    const join = { left, right, keeps } as const;
    joins.push({ ...join, on: undefined, using }, ...readConditions(cursor, join));
    left = [...left, ...right];
  }
  return left;
}

function readConditions(cursor: Cursor, join: Pick<Join, 'left' | 'right' | 'keeps'>): readonly Join[] {
  const { tokens } = cursor;
  const conditions: Join[] = [];
  for (;;) {
    // Hints on indexes may stand before it.
    const at = findKeyword(tokens, cursor.at, ['ON', 'USING', ...JOIN_WORDS.filter((word) => !isSide(word))]);
    const word = keyword(tokens, at);
    if (at < 0 || JOIN_WORDS.includes(word)) return conditions;
    const end = word === 'USING' ? afterParentheses(tokens, at + 1) : endOfCondition(tokens, at + 1);
    const body = tokens.slice(at + 1, end);
    const using = word === 'USING' ? body.filter(isNamePart).map(unquote) : [];
    conditions.push({ ...join, on: word === 'ON' ? body : undefined, using });
    cursor.at = end;
    if (!['ON', 'USING'].includes(keyword(tokens, end))) return conditions;
  }
}

function endOfCondition(tokens: readonly CodeToken[], from: number): number {
  for (let at = from; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    if (word === '(') at = afterParentheses(tokens, at) - 1;
    else if (word === 'ON' || isJoinAt(tokens, at)) return at;
  }
  return tokens.length;
}

function findJoin(tokens: readonly CodeToken[], from: number): number {
  for (let at = from; at < tokens.length; at++) {
    if (keyword(tokens, at) === '(') at = afterParentheses(tokens, at) - 1;
    else if (isJoinAt(tokens, at)) return at;
  }
  return -1;
}

/** LEFT and RIGHT are functions too. */
function isJoinAt(tokens: readonly CodeToken[], at: number): boolean {
  const word = keyword(tokens, at);
  return JOIN_WORDS.includes(word) && !(isSide(word) && keyword(tokens, at + 1) === '(');
}

function isSide(word: string): boolean {
  return word === 'LEFT' || word === 'RIGHT';
}

function readFactor(cursor: Cursor): readonly RowSource[] {
  const { tokens } = cursor;
  while (['{', 'OJ', 'LATERAL'].includes(keyword(tokens, cursor.at))) cursor.at++;
  if (keyword(tokens, cursor.at) !== '(') return [readTable(cursor)];
  const end = afterParentheses(tokens, cursor.at);
  const inner = tokens.slice(cursor.at + 1, end - 1);
  cursor.at = end;
  if (isQuery(inner)) return [{ table: undefined, alias: readAlias(cursor), query: inner }];
  const { sources, joins } = readRowSources(inner);
  cursor.joins.push(...joins);
  return sources;
}

function isQuery(tokens: readonly CodeToken[]): boolean {
  let at = 0;
  while (keyword(tokens, at) === '(') at++;
  return QUERIES.includes(keyword(tokens, at));
}

function readTable(cursor: Cursor): RowSource {
  const { tokens } = cursor;
  const read = readName(tokens, cursor.at);
  cursor.at = read?.next ?? cursor.at + 1;
  // JSON_TABLE(…) is a function.
  const isFunction = keyword(tokens, cursor.at) === '(';
  if (isFunction) cursor.at = afterParentheses(tokens, cursor.at);
  if (hasKeywords(tokens, cursor.at, 'PARTITION', '(')) cursor.at = afterParentheses(tokens, cursor.at + 1);
  return { table: isFunction ? undefined : read?.name, alias: readAlias(cursor), query: undefined };
}

function readAlias(cursor: Cursor): string | undefined {
  const { tokens } = cursor;
  const at = keyword(tokens, cursor.at) === 'AS' ? cursor.at + 1 : cursor.at;
  const token = tokens[at];
  if (!token || !isNamePart(token) || AFTER_A_TABLE.includes(keyword(tokens, at))) return undefined;
  cursor.at = at + 1;
  if (keyword(tokens, cursor.at) === '(') cursor.at = afterParentheses(tokens, cursor.at);
  return unquote(token);
}

/** The source that a name means: by alias, or by the name of its table. */
export function findSource(name: ObjectName, sources: readonly RowSource[]): RowSource | undefined {
  const wanted = name.name.toLowerCase();
  const byAlias = sources.find(({ alias }) => name.schema === undefined && alias?.toLowerCase() === wanted);
  return (
    byAlias ??
    sources.find(
      ({ alias, table }) =>
        alias === undefined &&
        table?.name.toLowerCase() === wanted &&
        (name.schema === undefined || name.schema === table.schema),
    ) ??
    // `DELETE FROM t.* USING t AS x` names the table all the same.
    sources.find(({ table }) => name.schema !== undefined && table?.name === name.name)
  );
}
