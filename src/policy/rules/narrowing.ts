import { changedValues } from '../alter/changed-values.ts';
import { inEachTableChange } from './in-each-table-change.ts';
import { show } from '../reading/object-name.ts';
import type { Found, Rule } from '../rule.ts';

/** A type that cannot hold what the column holds, and a server that makes other values of it without an error. */
export const narrowing: Rule = {
  name: 'narrowing',
  severity: 'error',
  destructive: true,
  excusable: false,
  example: 'ALTER TABLE users MODIFY score INT',
  exampleOf: 'CREATE TABLE users (id INT PRIMARY KEY, score DOUBLE)',
  check: inEachTableChange(({ table, clauses, before, after, context }) =>
    changedValues(clauses, { before, after }, context).flatMap(
      ({ column, line, change, types }): readonly Found[] => {
        if (typeof change === 'string' || change.kind !== 'changes') return [];
        return [
          {
            line,
            message: `changes column "${column}" of table ${show(table)}${types}: ${change.how}`,
            fix: 'add a column of the new type, fill it with values that you have checked, and change over to it',
          },
        ];
      },
    ),
  ),
};
