import { readChangedRows } from './changed-rows.ts';
import { isTemporary, type Command } from './command.ts';
import { isConstant } from './constant-condition.ts';
import type { ObjectName } from './object-name.ts';

/** The tables, temporary ones aside, of which an UPDATE or DELETE takes whatever rows there are. */
export function unconditionalTables(command: Command): readonly ObjectName[] {
  const rows = readChangedRows(command.tokens);
  if (!rows || !isConstant(rows.where)) return [];
  return rows.tables.filter((name) => !isTemporary(command, name));
}
