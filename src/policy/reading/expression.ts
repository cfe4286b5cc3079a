import type { CodeToken } from './code-token.ts';

/** A value as MySQL computes with it; TRUE is 1, and UNKNOWN is NULL. */
export type Value = number | string | null;

/** A column as an expression names it. */
export interface ColumnName {
  readonly table: string | undefined;
  readonly column: string;
}

/** An expression; operators, functions and keywords such as CASE are operations. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'column'; readonly name: ColumnName }
  /** A subselect, without its parentheses. */
  | { readonly kind: 'query'; readonly tokens: readonly CodeToken[] }
  | Operation;

/** `op` is in upper case; what is not known by it gives the same value for the same arguments. */
export interface Operation {
  readonly kind: 'operation';
  readonly op: string;
  readonly args: readonly Expression[];
}

export function operation(op: string, ...args: readonly Expression[]): Operation {
  return { kind: 'operation', op, args };
}

/** A column, its name in lower case. */
export function columnOf(table: string, column: string): Expression {
  return { kind: 'column', name: { table, column: column.toLowerCase() } };
}

/** A condition that holds for every row. */
export const ALWAYS: Expression = { kind: 'literal', value: 1 };

/** The columns that an expression names, those in subselects aside. */
export function columnsOf(expression: Expression): readonly ColumnName[] {
  if (expression.kind === 'column') return [expression.name];
  return expression.kind === 'operation' ? expression.args.flatMap(columnsOf) : [];
}

/** True if `test` holds for a part of the expression, or for all of it. */
export function someIn(expression: Expression, test: (part: Expression) => boolean): boolean {
  if (test(expression)) return true;
  return expression.kind === 'operation' && expression.args.some((arg) => someIn(arg, test));
}

/** The expression with every part replaced for which `change` gives another one. */
export function replaceIn(
  expression: Expression,
  change: (part: Expression) => Expression | undefined,
): Expression {
  const changed = change(expression);
  if (changed) return changed;
  if (expression.kind !== 'operation') return expression;
  return { ...expression, args: expression.args.map((arg) => replaceIn(arg, change)) };
}
