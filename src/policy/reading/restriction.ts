import type { CodeToken } from './code-token.ts';
import { isConstant } from './constant-condition.ts';
import { ALWAYS, operation, replaceIn, someIn, type Expression } from './expression.ts';
import { parseExpression } from './parse-expression.ts';
import {
  LINKED,
  OTHER,
  TARGET,
  type Facts,
  type Judging,
  type Roles,
  type Selection,
} from './row-judging.ts';
import { findSource, type Join, type RowSource } from './row-sources.ts';
import { holdsForAll } from './sample-rows.ts';
import { withoutQueries } from './subselect.ts';
import { wholeColumn } from './whole-column.ts';

/**
 * True if a WHERE or a join keeps rows of a source out. It is judged by sample rows: a condition restricts if one of
 * them does not meet it, and if that depends on the row at all. The answer is no where every row meets what is asked.
 */
export function isRestricted(selection: Selection, target: RowSource, facts: Facts): boolean {
  const roles = rolesOf(selection, target, facts);
  const known = target.table && facts(target.table);
  const where = selection.where ? [selection.where] : [];
  const conditions = [...where, ...selection.joins.filter((join) => keepsOut(join, target)).flatMap(onOf)];
  const judging = { selection, target, facts, roles, known, isRestricted, restricts, isNeverMet };
  if (conditions.some((tokens) => isRestricting(tokens, judging))) return true;
  return selection.joins.some((join) => keepsOut(join, target) && restrictsByUsing(join, target, roles));
}

function isRestricting(tokens: readonly CodeToken[], judging: Judging): boolean {
  const parsed = parseExpression(tokens);
  if (!parsed) return !isConstant(tokens);
  const marked = markColumns(parsed, judging);
  return restricts(withAssumedColumns(withoutQueries(marked, judging)), judging);
}

function restricts(condition: Expression, judging: Judging): boolean {
  if (condition.kind === 'operation') {
    const { op, args } = condition;
    if (op === 'AND') return args.some((arg) => restricts(arg, judging));
    if (op === 'OR') {
      return (
        args.every((arg) => restricts(arg, judging) || isConstantlyFalse(arg, judging)) &&
        !isMet(condition, judging)
      );
    }
    const negated = op === 'NOT' ? negate(args[0]) : undefined;
    if (negated) return restricts(negated, judging);
  }
  return isOneValue(condition) || (isOfTarget(condition) && !isMet(condition, judging));
}

/** `id = 5`, as nearly all are: no sample is needed. */
function isOneValue(condition: Expression): boolean {
  if (condition.kind !== 'operation' || condition.op !== '=') return false;
  const [left, right] = condition.args;
  return left?.kind === 'column' && left.name.table === TARGET && right?.kind === 'literal';
}

/** `NOT (a AND b)` is `NOT a OR NOT b`. */
function negate(condition: Expression | undefined): Expression | undefined {
  if (condition?.kind !== 'operation') return undefined;
  const { op, args } = condition;
  if (op === 'NOT') return args[0];
  if (op !== 'AND' && op !== 'OR') return undefined;
  return operation(op === 'AND' ? 'OR' : 'AND', ...args.map((arg) => operation('NOT', arg)));
}

function isMet(condition: Expression, { known, target }: Judging): boolean {
  return holdsForAll(condition, { known, table: target.table?.name ?? '' });
}

/** `OR 1 = 0` adds no row. */
function isConstantlyFalse(condition: Expression, judging: Judging): boolean {
  const isConstant = !someIn(
    condition,
    (part) =>
      part.kind === 'column' ||
      part.kind === 'query' ||
      (part.kind === 'operation' && part.args.length === 0),
  );
  return isConstant && isNeverMet(condition, judging);
}

function isNeverMet(condition: Expression, judging: Judging): boolean {
  return isMet(operation('NOT', operation('IS', condition, ALWAYS)), judging);
}

function isOfTarget(condition: Expression): boolean {
  return someIn(
    condition,
    (part) => part.kind === 'column' && (part.name.table === TARGET || part.name.table === LINKED),
  );
}

/** Marks the columns of an expression by whose they are; what has no table and may be of several stays as it is. */
function markColumns(expression: Expression, judging: Judging): Expression {
  const { selection, roles } = judging;
  const { sources } = selection;
  return replaceIn(expression, (part) => {
    if (part.kind !== 'column') return undefined;
    const { table, column } = part.name;
    if (table === undefined && sources.length > 1) return undefined;
    const source =
      table === undefined ? sources[0] : findSource({ schema: undefined, name: table, line: 0 }, sources);
    const mark = (source && roles.get(source)) ?? OTHER;
    // `t.m`, where t is (SELECT MAX(id) AS m FROM …), is that subselect.
    if (mark === OTHER && source?.query && isExtreme(source.query, column, judging)) {
      return { kind: 'query', tokens: source.query };
    }
    return { kind: 'column', name: { table: mark, column: column.toLowerCase() } };
  });
}

function isExtreme(query: readonly CodeToken[], column: string, { selection, facts }: Judging): boolean {
  const { queries } = selection;
  return wholeColumn(query, column.toLowerCase(), { queries, facts, isRestricted })?.extreme !== undefined;
}

/** Beside a column of another table, one without a table is taken for the target's: `created_at < d.cutoff`. */
function withAssumedColumns(condition: Expression): Expression {
  return replaceIn(condition, (part) => {
    if (part.kind !== 'operation' || ['AND', 'OR', 'NOT'].includes(part.op)) return undefined;
    const hasOther = someIn(part, (one) => one.kind === 'column' && one.name.table === OTHER);
    return replaceIn(part, (one) => {
      if (one.kind !== 'column' || one.name.table !== undefined) return undefined;
      return { kind: 'column', name: { ...one.name, table: hasOther ? TARGET : OTHER } };
    });
  });
}

/** A row always finds itself in another source of the same rows, so the columns of that count as its own. */
function rolesOf(selection: Selection, target: RowSource, facts: Facts): Roles {
  if (selection.sources.length === 1) return new Map([[target, TARGET]]);
  const table = sameRows(target, selection, facts);
  const roles = new Map<RowSource, string>();
  for (const source of selection.sources) {
    const isSame = source !== target && table !== undefined && sameRows(source, selection, facts) === table;
    roles.set(source, source === target || isSame ? TARGET : OTHER);
  }
  for (const join of selection.joins) {
    if (join.keeps === undefined || !join.on || keepsOut(join, target)) continue;
    const optional = join.keeps === 'left' ? join.right : join.left;
    const judging = {
      selection,
      target,
      facts,
      roles,
      known: undefined,
      isRestricted,
      restricts,
      isNeverMet,
    };
    // A partner that is there for every row, as the row itself is, restricts nothing.
    if (!isRestricting(join.on, judging)) continue;
    for (const source of optional) roles.set(source, LINKED);
  }
  return roles;
}

/** The table whose rows a source has, all of them, in lower case. */
function sameRows(source: RowSource, { queries }: Selection, facts: Facts): string | undefined {
  const named = source.table?.schema === undefined && queries.get(source.table?.name.toLowerCase() ?? '');
  const query = source.query ?? (named || undefined);
  if (query) {
    const whole = wholeColumn(query, undefined, { queries, facts, isRestricted });
    return whole?.extreme === undefined ? whole?.table : undefined;
  }
  return source.table?.name.toLowerCase();
}

/** True if a row of the source that the condition does not hold for is not in the result. */
function keepsOut({ left, right, keeps }: Join, target: RowSource): boolean {
  if (keeps === 'left') return right.includes(target);
  if (keeps === 'right') return left.includes(target);
  return true;
}

function onOf({ on }: Join): readonly (readonly CodeToken[])[] {
  return on ? [on] : [];
}

/** `USING (id)` restricts a row to its partners, unless it is its own. */
function restrictsByUsing({ using, left, right }: Join, target: RowSource, roles: Roles): boolean {
  if (using.length === 0) return false;
  const partners = left.includes(target) ? right : right.includes(target) ? left : [];
  return partners.length > 0 && partners.every((source) => roles.get(source) !== TARGET);
}
