import { inEachClause } from './in-each-clause.ts';
import type { ColumnDefinition } from '../reading/column-definition.ts';
import { show } from '../reading/object-name.ts';
import type { Rule } from '../rule.ts';

/** A new column that old INSERTs do not fill, and an old one that may hold NULL. */
export const notNullWithoutDefault: Rule = {
  name: 'not-null-without-default',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'ALTER TABLE users ADD COLUMN code INT NOT NULL',
  check: inEachClause('existing', (clause, table) => {
    if (clause.kind === 'add-column' && isUnfilled(clause.column)) {
      return {
        message: `adds column "${clause.column.name}" NOT NULL without DEFAULT to table ${show(table)}: INSERTs of the running application fail`,
        fix: 'give it a DEFAULT, or add it as NULL, fill it, and make it NOT NULL later',
      };
    }
    if (clause.kind === 'change-column' && clause.column.isNotNull && !clause.column.isAutoIncrement) {
      return {
        message: `makes column "${clause.column.name}" of table ${show(table)} NOT NULL: fails where a row holds NULL`,
        fix: 'fill the rows first, and hold the changeset back with a sqlCheck precondition that counts them',
      };
    }
    return undefined;
  }),
};

function isUnfilled(column: ColumnDefinition): boolean {
  return column.isNotNull && !column.hasDefault && !column.isAutoIncrement && column.generated === undefined;
}
