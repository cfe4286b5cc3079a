import type { CodeToken } from './code-token.ts';
import { ALWAYS, operation, replaceIn, type Expression } from './expression.ts';
import { isNamePart, unquote } from './object-name.ts';
import { parseExpression } from './parse-expression.ts';
import { readQuery, type NamedQueries, type QueryShape } from './query-shape.ts';
import { LINKED, OTHER, TARGET, type Facts, type IsRestricted, type Judging } from './row-judging.ts';
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

const AGGREGATE = /^(?:COUNT|SUM|MIN|MAX|AVG|GROUP_CONCAT|JSON_ARRAYAGG|BIT_OR|BIT_AND)$/;
const COMPARED = /^(=|<=>|<|<=|>|>=)(?: (ANY))?$/;
const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

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

/** Puts what is known of a subselect in its place: that every row meets it, or that it depends on columns outside. */
export function withoutQueries(condition: Expression, judging: Judging): Expression {
  return replaceIn(condition, (part) => {
    if (part.kind === 'query') return value('QUERY', part.tokens, judging);
    if (part.kind !== 'operation') return undefined;
    const [left, right] = part.args;
    if (part.op === 'EXISTS' && left?.kind === 'query') return exists(left.tokens, judging);
    const isIn = part.op === 'IN' && part.args.length === 2;
    const compared = isIn ? ['=', 'ANY'] : COMPARED.exec(part.op)?.slice(1);
    if (!compared?.[0] || !left || !right) return undefined;
    const [op, quantifier] = compared;
    const found =
      right.kind === 'query'
        ? beside(op, quantifier, left, right.tokens, judging)
        : left.kind === 'query' && beside(MIRRORED[op] ?? op, undefined, right, left.tokens, judging);
    if (found) return found;
    if (!isIn || right.kind !== 'query') return undefined;
    return operation('MATCHES', withoutQueries(left, judging), value('IN', right.tokens, judging));
  });
}

/**
 * A column beside a subselect over all rows of its own table: `id IN (SELECT id FROM t)` and `id >= (SELECT MIN(id) FROM
 * t)` hold for every row, `id < (SELECT MIN(id) FROM t)` for none; one row more or less is not counted.
 */
function beside(
  op: string,
  quantifier: string | undefined,
  left: Expression,
  query: readonly CodeToken[],
  { target, selection, facts, isRestricted }: Judging,
): Expression | undefined {
  const [column] = left.kind === 'operation' && left.op === 'ROW' ? left.args : [left];
  if (column?.kind !== 'column' || column.name.table !== TARGET) return undefined;
  const whole = wholeColumn(query, undefined, { queries: selection.queries, facts, isRestricted });
  if (!whole || whole.table !== target.table?.name.toLowerCase()) return undefined;
  if (whole.column !== '*' && whole.column !== column.name.column.toLowerCase()) return undefined;
  const holds = (isMet: boolean): Expression => operation(isMet ? '<=>' : '<>', column, column);
  if (quantifier === 'ANY')
    return whole.extreme === undefined && !/^[<>]$/.test(op) ? holds(true) : undefined;
  const isAbove = op.startsWith('>');
  if (whole.extreme === undefined || !/^[<>]=?$/.test(op)) return undefined;
  return holds(isAbove === (whole.extreme === 'MIN'));
}

/** Of other tables only, it holds for all rows or for none. */
function exists(query: readonly CodeToken[], judging: Judging): Expression {
  const shapes = readQuery(query, judging.selection.queries);
  const isCertain = shapes.some(
    (shape) => !shape.isGrouped && shape.items.some(({ tokens }) => AGGREGATE.test(keyword(tokens, 0))),
  );
  if (isCertain) return ALWAYS;
  const isMet = shapes.some(
    (shape) => !conditionsOf(shape, judging).some((one) => judging.restricts(one, judging)),
  );
  const dependsOn = outerColumns(query, judging);
  // HAVING or the items may be what refers to the row.
  const isElsewhere =
    dependsOn.length > 0 && !shapes.some((shape) => conditionsOf(shape, judging).length > 0);
  return isMet && !isElsewhere ? operation('EXISTS') : operation('MATCHES', ...assumed(dependsOn));
}

/** Conditions in a subselect that are about the row outside. */
function conditionsOf(shape: QueryShape, judging: Judging): readonly Expression[] {
  const tokens = [
    ...(shape.where ? [shape.where] : []),
    ...shape.joins.flatMap(({ on }) => (on ? [on] : [])),
  ];
  return tokens.flatMap((one) => {
    const parsed = parseExpression(one);
    return parsed ? [withoutQueries(markInner(parsed, shape, judging), judging)] : [];
  });
}

/** Marks the columns of a condition in a subselect: of its own sources, or of the row outside. */
function markInner(condition: Expression, shape: QueryShape, judging: Judging): Expression {
  const { target, roles, selection } = judging;
  const mark = (part: Expression): Expression | undefined => {
    if (part.kind !== 'column' || part.name.table === undefined) return undefined;
    const name = { schema: undefined, name: part.name.table, line: 0 };
    const inner = findSource(name, shape.sources);
    const outer = inner ? undefined : findSource(name, selection.sources);
    const isSelf =
      inner?.table !== undefined && inner.table.name.toLowerCase() === target.table?.name.toLowerCase();
    const table = outer ? roles.get(outer) : isSelf ? TARGET : OTHER;
    return { kind: 'column', name: { table: table ?? OTHER, column: part.name.column.toLowerCase() } };
  };
  return replaceIn(condition, (part) => {
    const marked = mark(part);
    if (marked) return marked;
    if (part.kind === 'column') return ownColumn(part.name.column, shape.hasFrom ? OTHER : TARGET);
    // `c.id = customer_id`: what has no table is most likely the row's outside.
    if (part.kind !== 'operation' || !/^(?:=|<=>|<|<=|>|>=|<>)$/.test(part.op)) return undefined;
    const [left, right] = part.args;
    if (left?.kind !== 'column' || right?.kind !== 'column') return undefined;
    const bare = [left, right].filter(({ name }) => name.table === undefined);
    if (bare.length === 0 || left.name.column === right.name.column) return undefined;
    const outside = bare.at(-1);
    const sides = [left, right].map((side) =>
      side === outside
        ? ownColumn(side.name.column, TARGET)
        : (mark(side) ?? ownColumn(side.name.column, OTHER)),
    );
    const isOuter = [left, right].some(
      (side) => side !== outside && mark(side)?.kind === 'column' && isOf(mark(side), TARGET),
    );
    return isOuter ? undefined : operation(part.op, ...sides);
  });
}

function isOf(part: Expression | undefined, table: string): boolean {
  return part?.kind === 'column' && part.name.table === table;
}

function ownColumn(column: string, table: string): Expression {
  return { kind: 'column', name: { table, column: column.toLowerCase() } };
}

/** Something that is the same for the same values of the columns outside. */
function value(op: string, query: readonly CodeToken[], judging: Judging): Expression {
  return operation(`${op} ${query.length}`, ...outerColumns(query, judging));
}

/** Columns of the row outside that a subselect names. */
function outerColumns(query: readonly CodeToken[], judging: Judging): readonly Expression[] {
  const { selection, roles } = judging;
  const shapes = readQuery(query, selection.queries);
  const inner = shapes.flatMap(({ sources }) => sources);
  const named = query.flatMap((token, at): readonly Expression[] => {
    const next = query[at + 2];
    if (!isNamePart(token) || keyword(query, at + 1) !== '.' || !next || !isNamePart(next)) return [];
    const name = { schema: undefined, name: unquote(token), line: 0 };
    if (findSource(name, inner)) return [];
    const source = findSource(name, selection.sources);
    const role = source && roles.get(source);
    return role === TARGET || role === LINKED ? [ownColumn(unquote(next), role)] : [];
  });
  const conditions = shapes.flatMap((shape) => conditionsOf(shape, judging));
  const isAssumed = conditions.some((one) => judging.restricts(one, judging));
  return named.length === 0 && isAssumed ? [ownColumn('\0row', TARGET)] : named;
}

function assumed(columns: readonly Expression[]): readonly Expression[] {
  return columns.length > 0 ? columns : [ownColumn('\0row', TARGET)];
}
