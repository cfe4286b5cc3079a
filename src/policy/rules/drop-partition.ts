import { inEachClause } from './in-each-clause.ts';
import { show } from '../reading/object-name.ts';
import type { Rule } from '../rule.ts';

/** ALTER TABLE … DROP PARTITION: the rows in it go with it. */
export const dropPartition: Rule = {
  name: 'drop-partition',
  severity: 'error',
  destructive: true,
  excusable: false,
  example: 'ALTER TABLE logs DROP PARTITION p2019',
  check: inEachClause('existing', (clause, table) => {
    if (clause.kind !== 'drop' || clause.what !== 'partition') return undefined;
    return {
      message: `drops a partition of table ${show(table)} with all rows in it`,
      fix: 'EXCHANGE PARTITION with an empty table first, or REORGANIZE PARTITION to keep the rows',
    };
  }),
};
