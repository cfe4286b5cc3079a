import type { AlterClause } from '../reading/alter-clauses.ts';
import type { TableDefinition } from '../reading/table-definition.ts';
import { valueOf } from '../reading/table-options.ts';
import { outerKeywords } from '../reading/token-walk.ts';
import type { Found } from './column-effects.ts';

/** Options for which every row is written. */
const REWRITING = ['ROW_FORMAT', 'KEY_BLOCK_SIZE', 'TABLESPACE', 'FORCE'];

/** What the table options of a clause take. */
export function optionEffects(
  { tokens }: AlterClause,
  before: TableDefinition | undefined,
): readonly Found[] {
  const found: Found[] = [];
  for (const [word, at] of outerKeywords(tokens)) {
    // The last one counts.
    if (word === 'ENGINE') found.push(engineEffect(valueOf(tokens, at) ?? '', before));
    else if (REWRITING.includes(word)) found.push(['rewrite', word]);
    else if (word === 'ENCRYPTION') found.push(['copy', word]);
    else if (word === 'COMMENT') found.push(['comment', word]);
  }
  return found.length > 0 ? found : [['metadata', 'a table option']];
}

/** Of a table that is not known it is taken to have the engine that nearly all have. */
function engineEffect(engine: string, before: TableDefinition | undefined): Found {
  const isSame = engine === 'INNODB' && (before?.engine ?? engine) === engine;
  return [isSame ? 'rewrite' : 'copy', `ENGINE = ${engine === 'INNODB' ? 'InnoDB' : engine}`];
}
