import { alteredTable } from './in-each-clause.ts';
import type { AlterClause } from '../reading/alter-clauses.ts';
import type { ColumnDefinition } from '../reading/column-definition.ts';
import { isNew, type Command } from '../reading/command.ts';
import { show } from '../reading/object-name.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

const fix =
  'look for duplicates first, and hold the changeset back with a sqlCheck precondition that counts them';

/** A unique or primary key over rows that are there already: one duplicate and it fails. */
export const uniqueOnExisting: Rule = {
  name: 'unique-on-existing',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'ALTER TABLE users ADD UNIQUE (mail)',
  check: inEachCommand(['CREATE', 'ALTER'], (command) => [
    ...inCreateIndex(command),
    ...inAlterTable(command),
  ]),
};

function inCreateIndex(command: Command): readonly Found[] {
  const { verb, ddl } = command;
  if (verb !== 'CREATE' || ddl?.object !== 'INDEX' || !ddl.isUnique || !ddl.on) return [];
  if (isNew(command, ddl.on)) return [];
  return [{ message: `makes rows of table ${show(ddl.on)} unique: fails where two are the same`, fix }];
}

function inAlterTable(command: Command): readonly Found[] {
  const table = alteredTable(command, 'existing');
  if (!table) return [];
  const numbered = numberedColumns(command.clauses);
  return command.clauses
    .filter((clause) => isOverOldRows(clause, numbered))
    .map(({ line }) => ({
      line,
      message: `makes rows of table ${show(table)} unique: fails where two are the same`,
      fix,
    }));
}

/** Columns that the same ALTER adds with a number of its own for each row. */
function numberedColumns(clauses: readonly AlterClause[]): readonly string[] {
  return clauses.flatMap((clause) =>
    clause.kind === 'add-column' && clause.column.isAutoIncrement ? [clause.column.name.toLowerCase()] : [],
  );
}

function isOverOldRows(clause: AlterClause, numbered: readonly string[]): boolean {
  switch (clause.kind) {
    case 'add-key':
      if (clause.key !== 'unique' && clause.key !== 'primary') return false;
      return !clause.columns.some((name) => numbered.includes(name.toLowerCase()));
    case 'change-column':
      return clause.column.isUnique || clause.column.isPrimary;
    case 'add-column':
      return isKey(clause.column) && hasSameValues(clause.column);
    default:
      return false;
  }
}

function isKey(column: ColumnDefinition): boolean {
  return column.isUnique || column.isPrimary;
}

/** A new column is NULL in all rows, which is no duplicate, unless it cannot be. */
function hasSameValues(column: ColumnDefinition): boolean {
  if (column.isAutoIncrement) return false;
  return column.isNotNull || column.hasDefault || column.generated !== undefined;
}
