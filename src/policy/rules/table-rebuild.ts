import { alterCost } from '../alter/alter-cost.ts';
import { inEachTableChange } from './in-each-table-change.ts';
import { show } from '../reading/object-name.ts';
import type { Found, Rule } from '../rule.ts';

const TOOL =
  'where the table is large, use an online schema change tool (gh-ost, pt-online-schema-change, spirit)';
const REFUSE = 'if no copy should be needed, ALGORITHM = INPLACE, LOCK = NONE makes the server refuse one';

/** An ALTER that writes the whole table anew or keeps writers out, for as long as the table is large. */
export const tableRebuild: Rule = {
  name: 'table-rebuild',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'ALTER TABLE users ENGINE = InnoDB',
  check: inEachTableChange(({ table, clauses, before, after, context }): readonly Found[] => {
    const { kind, line, what } = alterCost(clauses, { before, after }, context);
    const name = show(table);
    switch (kind) {
      case 'light':
        return [];
      case 'depends':
        return [
          {
            line,
            message: `${what} may copy table ${name} and block its writers; that depends on its present definition`,
            fix: `${TOOL}; ${REFUSE}`,
          },
        ];
      case 'copy':
        return [
          { line, message: `${what} copies table ${name} and blocks its writers`, fix: `${TOOL}; ${REFUSE}` },
        ];
      case 'blocks':
        return [
          {
            line,
            message: `${what} blocks the writers of table ${name} until it is done${unknown(before)}`,
            fix: `${TOOL}; LOCK = NONE makes the server refuse it`,
          },
        ];
      case 'rewrite':
        return [
          {
            line,
            message: `${what} writes table ${name} anew, and replicas wait${unknown(before)}`,
            fix: TOOL,
          },
        ];
    }
  }),
};

function unknown(before: unknown): string {
  return before === undefined ? '; it may also copy it, which depends on its present definition' : '';
}
