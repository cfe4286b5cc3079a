import type { CodeToken } from './code-token.ts';
import { columnOf, replaceIn, someIn, type Expression } from './expression.ts';
import { isNamePart, unquote } from './object-name.ts';
import type { QueryShape } from './query-shape.ts';
import { LINKED, OTHER, TARGET, type Judging } from './row-judging.ts';
import { findSource, type RowSource } from './row-sources.ts';
import { keyword } from './token-walk.ts';

const COMPARISON = /^(?:=|<=>|<|<=|>|>=|<>)$/;

/** Columns of the row outside that a subselect names with their table. */
export function outerColumns(
  query: readonly CodeToken[],
  shapes: readonly QueryShape[],
  { selection, roles }: Judging,
): readonly Expression[] {
  const inner = shapes.flatMap(({ sources }) => sources);
  return query.flatMap((token, at): readonly Expression[] => {
    const next = query[at + 2];
    if (!isNamePart(token) || keyword(query, at + 1) !== '.' || !next || !isNamePart(next)) return [];
    if (findNamed(unquote(token), inner)) return [];
    const source = findNamed(unquote(token), selection.sources);
    const role = source && roles.get(source);
    return role === TARGET || role === LINKED ? [columnOf(role, unquote(next))] : [];
  });
}

/**
 * Marks the columns of a condition in a subselect: of its own sources, or of the row outside. A row of the target's own
 * table counts as the row itself where `self` is TARGET: whatever is asked, it finds itself.
 */
export function markInner(
  condition: Expression,
  shape: QueryShape,
  judging: Judging,
  self: typeof TARGET | typeof OTHER,
): Expression {
  return replaceIn(condition, (part) => {
    if (part.kind === 'column')
      return columnOf(markOf(part.name.table, shape, judging, self), part.name.column);
    const outside = assumedOuter(part, shape, judging);
    if (!outside || part.kind !== 'operation') return undefined;
    const args = part.args.map((arg) =>
      arg === outside ? columnOf(TARGET, outside.name.column) : markInner(arg, shape, judging, self),
    );
    return { ...part, args };
  });
}

/** True if a column without a table is taken for one of the row outside. */
export function hasAssumedOuter(condition: Expression, shape: QueryShape, judging: Judging): boolean {
  return someIn(condition, (part) => assumedOuter(part, shape, judging) !== undefined);
}

function markOf(table: string | undefined, shape: QueryShape, judging: Judging, self: string): string {
  const { target, roles, selection } = judging;
  if (table === undefined && !shape.hasFrom) return TARGET;
  const [only, ...others] = shape.sources;
  const inner =
    table === undefined ? (others.length === 0 ? only : undefined) : findNamed(table, shape.sources);
  const outer = inner || table === undefined ? undefined : findNamed(table, selection.sources);
  if (outer) return roles.get(outer) ?? OTHER;
  const isSelf = inner?.table && inner.table.name.toLowerCase() === target.table?.name.toLowerCase();
  return isSelf ? self : OTHER;
}

/** In `c.id = customer_id` and `user_id = uid`, what has no table is most likely a column of the row outside. */
function assumedOuter(
  part: Expression,
  { hasFrom, sources }: QueryShape,
  { selection }: Judging,
): Extract<Expression, { kind: 'column' }> | undefined {
  if (!hasFrom || part.kind !== 'operation' || !COMPARISON.test(part.op)) return undefined;
  const [left, right] = part.args;
  if (left?.kind !== 'column' || right?.kind !== 'column') return undefined;
  if (left.name.column.toLowerCase() === right.name.column.toLowerCase()) return undefined;
  const isOuter = ({ name }: typeof left): boolean =>
    name.table !== undefined && !findNamed(name.table, sources) && !!findNamed(name.table, selection.sources);
  if (isOuter(left) || isOuter(right)) return undefined;
  return [right, left].find(({ name }) => name.table === undefined);
}

function findNamed(name: string, sources: readonly RowSource[]): RowSource | undefined {
  return findSource({ schema: undefined, name, line: 0 }, sources);
}
