import { readAssignedColumn } from '../reading/assigned-column.ts';
import { isNew, isNewColumn, unrestrictedTables, type Command } from '../reading/command.ts';
import { readName, show, showAll, type ObjectName } from '../reading/object-name.ts';
import { findKeyword, keyword, splitAtCommas } from '../reading/token-walk.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

/** Rows that are there and get other values, without anything that says which: REPLACE, upserts, an idle WHERE. */
export const overwritesRows: Rule = {
  name: 'overwrites-rows',
  severity: 'error',
  destructive: true,
  excusable: false,
  example: 'REPLACE INTO prices SELECT * FROM new_prices',
  check: inEachCommand(['UPDATE', 'INSERT', 'REPLACE', 'LOAD'], (command) => {
    const found = command.verb === 'UPDATE' ? inUpdate(command) : inInsert(command);
    return found && [found];
  }),
};

function inUpdate(command: Command): Found | undefined {
  const tables = unrestrictedTables(command);
  if (!command.rows?.hasWhere || tables.length === 0) return undefined;
  return {
    message: `overwrites every row of ${showAll('table', tables)}: each of them meets its WHERE`,
    fix: 'write a WHERE that some rows do not meet; columns in a subselect need the name of their table',
  };
}

function inInsert(command: Command): Found | undefined {
  const [table] = command.objects;
  if (!table || isNew(command, table)) return undefined;
  const { verb, tokens } = command;
  const isReplace = verb === 'REPLACE' || (verb === 'LOAD' && findKeyword(tokens, 2, ['REPLACE']) > 0);
  if (isReplace) {
    return {
      message: `deletes rows of table ${show(table)} that have the same key, and writes others in their place`,
      fix: 'INSERT the rows that are missing, and UPDATE the others with a WHERE',
    };
  }
  if (!isUpsert(command, table)) return undefined;
  return {
    message: `overwrites rows of table ${show(table)} that have the same key`,
    fix: 'INSERT the rows that are missing (ON DUPLICATE KEY UPDATE id = id keeps the others), and UPDATE with a WHERE',
  };
}

/** `ON DUPLICATE KEY UPDATE id = id` changes nothing, and a column that was added here has no values to lose. */
function isUpsert(command: Command, table: ObjectName): boolean {
  const { tokens } = command;
  const at = tokens.findIndex(
    (_, index) => keyword(tokens, index) === 'DUPLICATE' && keyword(tokens, index + 1) === 'KEY',
  );
  if (at < 0) return false;
  return splitAtCommas(tokens.slice(at + 3)).some((assignment) => {
    const column = readAssignedColumn(assignment)?.column;
    const isOwn = column !== undefined && isNewColumn(command, table, column);
    return !isOwn && !isIdle(assignment, table);
  });
}

/** `a = a`, `a = t.a`. */
function isIdle(assignment: Command['tokens'], table: ObjectName): boolean {
  const left = readName(assignment, 0);
  const right =
    left && keyword(assignment, left.next) === '=' ? readName(assignment, left.next + 1) : undefined;
  if (!left || !right || right.next < assignment.length) return false;
  const isOwn = [undefined, table.name.toLowerCase()].includes(right.name.schema?.toLowerCase());
  return isOwn && left.name.name.toLowerCase() === right.name.name.toLowerCase();
}
