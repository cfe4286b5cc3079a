import type { CodeToken } from './code-token.ts';
import { ALWAYS, columnOf, operation, replaceIn, someIn, type Expression } from './expression.ts';
import { hasAssumedOuter, markInner, outerColumns } from './inner-columns.ts';
import { parseExpression } from './parse-expression.ts';
import { readQuery, type QueryShape } from './query-shape.ts';
import { OTHER, TARGET, type Judging } from './row-judging.ts';
import { keyword } from './token-walk.ts';
import { wholeColumn } from './whole-column.ts';

const AGGREGATE = /^(?:COUNT|SUM|MIN|MAX|AVG|GROUP_CONCAT|JSON_ARRAYAGG|BIT_OR|BIT_AND)$/;
const COMPARED = /^(=|<=>|<>|<|<=|>|>=)(?: (ANY|ALL))?$/;
const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** Puts what is known of a subselect in its place: that every row meets it, or that it depends on columns outside. */
export function withoutQueries(condition: Expression, judging: Judging): Expression {
  return replaceIn(condition, (part) => {
    if (part.kind === 'query') return soleValue(part.tokens, judging) ?? value('QUERY', part.tokens, judging);
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
    if (quantifier === undefined || right.kind !== 'query') return undefined;
    const sole = soleValue(right.tokens, judging);
    if (sole) return withoutQueries(operation(op, left, sole), judging);
    return operation('MATCHES', withoutQueries(left, judging), value('IN', right.tokens, judging));
  });
}

/** What a subselect gives that has no table: `(SELECT 5)`. */
function soleValue(query: readonly CodeToken[], judging: Judging): Expression | undefined {
  const [shape, ...others] = readQuery(query, judging.selection.queries);
  const [item] = shape?.items ?? [];
  if (!shape || shape.hasFrom || shape.where || others.length > 0 || !item) return undefined;
  const parsed = parseExpression(item.tokens);
  return parsed && withoutQueries(markInner(parsed, shape, judging, TARGET), judging);
}

/**
 * A column beside a subselect over all rows of its own table: `id IN (SELECT id FROM t)` and `id >= (SELECT MIN(id) FROM
 * t)` hold for every row, `id < (SELECT MIN(id) FROM t)` for none; one row more or less is not counted. What finds
 * nothing is known too.
 */
function beside(
  op: string,
  quantifier: string | undefined,
  left: Expression,
  query: readonly CodeToken[],
  judging: Judging,
): Expression | undefined {
  const { target, selection, facts, isRestricted } = judging;
  const [column] = left.kind === 'operation' && left.op === 'ROW' ? left.args : [left];
  if (column?.kind !== 'column' || column.name.table !== TARGET) return undefined;
  const holds = (isMet: boolean): Expression => operation(isMet ? '<=>' : '<>', column, column);
  const shapes = readQuery(query, selection.queries);
  if (quantifier !== undefined && shapes.length > 0 && shapes.every((shape) => isEmpty(shape, judging))) {
    return holds(quantifier === 'ALL');
  }
  const isEqual = op === '=' || op === '<=>';
  if (isEqual && quantifier !== 'ALL' && shapes.some((shape) => findsItself(shape, column, judging)))
    return holds(true);
  const whole = wholeColumn(query, undefined, { queries: selection.queries, facts, isRestricted });
  if (!whole || whole.table !== target.table?.name.toLowerCase()) return undefined;
  if (whole.column !== '*' && whole.column !== column.name.column.toLowerCase()) return undefined;
  if (quantifier === 'ANY') {
    return whole.extreme === undefined && !/^(?:[<>]|<>)$/.test(op) ? holds(true) : undefined;
  }
  const isAbove = op.startsWith('>');
  if (whole.extreme === undefined || !/^[<>]=?$/.test(op)) return undefined;
  return holds(isAbove === (whole.extreme === 'MIN'));
}

/** `id = (SELECT u.id FROM users u WHERE u.id = users.id)`. */
function findsItself(
  shape: QueryShape,
  column: Extract<Expression, { kind: 'column' }>,
  judging: Judging,
): boolean {
  const [item] = shape.items;
  if (!item || shape.isGrouped || shape.isLimited || !shape.hasFrom || shape.sources.length !== 1)
    return false;
  const parsed = parseExpression(item.tokens);
  const selected = parsed && markInner(parsed, shape, judging, TARGET);
  if (selected?.kind !== 'column' || selected.name.table !== TARGET) return false;
  if (selected.name.column !== column.name.column.toLowerCase()) return false;
  return !conditionsOf(shape, judging, TARGET).some((one) => judging.restricts(one, judging));
}

/** Of other tables only, or of rows that it does not name, it holds for all rows or for none. */
function exists(query: readonly CodeToken[], judging: Judging): Expression {
  const shapes = readQuery(query, judging.selection.queries);
  const isCertain = shapes.some(
    (shape) => !shape.isGrouped && shape.items.some(({ tokens }) => AGGREGATE.test(keyword(tokens, 0))),
  );
  if (isCertain) return ALWAYS;
  const outer = dependsOn(query, judging);
  if (outer.length === 0) return operation('EXISTS');
  const conditions = shapes.map((shape) => conditionsOf(shape, judging, TARGET));
  // HAVING or the items may be what refers to the row.
  if (conditions.every((found) => found.length === 0)) return operation('MATCHES', ...outer);
  const isMet = conditions.some((found) => !found.some((one) => judging.restricts(one, judging)));
  return isMet ? operation('EXISTS') : operation('MATCHES', ...outer);
}

/** `WHERE FALSE`, or what no row of the target's own table meets. */
function isEmpty(shape: QueryShape, judging: Judging): boolean {
  return conditionsOf(shape, judging, TARGET).some((one) => {
    const isOwn = !someIn(
      one,
      (part) =>
        (part.kind === 'column' && part.name.table !== TARGET) ||
        (part.kind === 'operation' && part.args.length === 0) ||
        (part.kind === 'operation' && part.op === 'MATCHES'),
    );
    return isOwn && judging.isNeverMet(one, judging);
  });
}

/** The conditions in a subselect, on its own rows and on the row outside. */
function conditionsOf(
  shape: QueryShape,
  judging: Judging,
  self: typeof TARGET | typeof OTHER,
): readonly Expression[] {
  return parsedConditions(shape).map((one) => withoutQueries(markInner(one, shape, judging, self), judging));
}

function parsedConditions({ where, joins }: QueryShape): readonly Expression[] {
  const tokens = [...(where ? [where] : []), ...joins.flatMap(({ on }) => (on ? [on] : []))];
  return tokens.flatMap((one) => parseExpression(one) ?? []);
}

/** Something that is the same for the same values of the columns outside. */
function value(op: string, query: readonly CodeToken[], judging: Judging): Expression {
  const unknown = operation(`${op} ${query.length}`, ...dependsOn(query, judging));
  const isCount = op === 'QUERY' && keyword(query, 0) === 'SELECT' && keyword(query, 1) === 'COUNT';
  return isCount ? operation('ABS', unknown) : unknown;
}

/** Columns of the row outside that a subselect names, or is taken to mean. */
function dependsOn(query: readonly CodeToken[], judging: Judging): readonly Expression[] {
  const shapes = readQuery(query, judging.selection.queries);
  const named = outerColumns(query, shapes, judging);
  if (named.length > 0) return named;
  const isAssumed = shapes.some((shape) =>
    parsedConditions(shape).some((one) => hasAssumedOuter(one, shape, judging)),
  );
  const isOutside = shapes.some((shape) => !shape.hasFrom && shape.where !== undefined);
  return isAssumed || isOutside ? [columnOf(TARGET, '\0row')] : [];
}
