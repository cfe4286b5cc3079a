import { alteredTable } from '../in-each-clause.ts';
import { show } from '../reading/object-name.ts';
import { findRebuild } from '../reading/rebuild.ts';
import { inEachCommand, type Rule } from '../rule.ts';

const TOOL =
  'where the table is large, use an online schema change tool (gh-ost, pt-online-schema-change, spirit)';
const REFUSE =
  'where it is small, ALGORITHM=INSTANT or INPLACE, LOCK=NONE makes the server refuse rather than block';

/** An ALTER that writes the whole table anew: writers wait, or replicas fall behind, for as long as it is large. */
export const tableRebuild: Rule = {
  name: 'table-rebuild',
  severity: 'warning',
  destructive: false,
  check: inEachCommand((command) => {
    const table = alteredTable(command, 'existing');
    const rebuild = table && findRebuild(command.clauses);
    if (!rebuild) return undefined;
    const { line, how, what } = rebuild;
    const effect =
      how === 'copies' ? 'copies it and blocks its writers' : 'writes it anew, and replicas wait';
    return [{ line, message: `${what} on table ${show(table)} ${effect}`, fix: `${TOOL}; ${REFUSE}` }];
  }),
};
