import { alteredTable } from '../in-each-clause.ts';
import { show } from '../reading/object-name.ts';
import { findRebuild } from '../reading/rebuild.ts';
import { inEachCommand, type Rule } from '../rule.ts';

const TOOL =
  'where the table is large, use an online schema change tool (gh-ost, pt-online-schema-change, spirit)';
const REFUSE = 'if no copy should be needed, ALGORITHM = INPLACE, LOCK = NONE makes the server refuse one';

/** An ALTER that writes the whole table anew: writers wait, or replicas fall behind, for as long as it is large. */
export const tableRebuild: Rule = {
  name: 'table-rebuild',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'ALTER TABLE users ENGINE = InnoDB',
  check: inEachCommand(['ALTER'], (command) => {
    const table = alteredTable(command, 'existing');
    const rebuild = table && findRebuild(command.clauses);
    if (!rebuild) return undefined;
    const { line, how, what } = rebuild;
    const effect =
      how === 'copies'
        ? `copies table ${show(table)} and blocks its writers`
        : `writes table ${show(table)} anew, and replicas wait`;
    return [{ line, message: `${what} ${effect}`, fix: how === 'copies' ? `${TOOL}; ${REFUSE}` : TOOL }];
  }),
};
