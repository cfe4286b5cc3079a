import type { CodeToken } from './code-token.ts';
import { isNamePart, unquote, type ObjectName } from './object-name.ts';

/** What an assignment of UPDATE, or of ON DUPLICATE KEY UPDATE, gives a value to. */
export interface AssignedColumn {
  /** Undefined where the column is not qualified. */
  readonly table: ObjectName | undefined;
  readonly column: string;
}

/** Reads `c = 1`, `t.c = 1` or `s.t.c = 1`; undefined where no column stands. */
export function readAssignedColumn(assignment: readonly CodeToken[]): AssignedColumn | undefined {
  const end = assignment.findIndex(({ text }) => text === '=' || text === ':=');
  const [first, second, third] = assignment.slice(0, Math.max(end, 0)).filter(isNamePart);
  if (!first) return undefined;
  const { line } = first;
  if (!second) return { table: undefined, column: unquote(first) };
  return third
    ? { table: { schema: unquote(first), name: unquote(second), line }, column: unquote(third) }
    : { table: { schema: undefined, name: unquote(first), line }, column: unquote(second) };
}
