import { splitStatements } from '../../src/sql/split/split.ts';
import { checkPolicy } from '../../src/policy/check-policy.ts';
import { noDefinitions } from '../../src/policy/reading/known-definitions.ts';
import { tableHistory } from '../../src/policy/reading/table-history.ts';
import { rules } from '../../src/policy/rules/index.ts';
import { changesetOf } from '../unit/policy/changeset-of.ts';
import { presentTables } from '../unit/policy/present-tables.ts';
import type { AlterCase } from './alter-cases.ts';

/** What a reader of the rule's message is told. */
export type Judged = 'light' | 'rewrite' | 'blocks' | 'copy' | 'depends' | 'refused';

/** What the rule has to say of what the server did; nothing is said of what is over in a moment. */
export function outcomeGroup(outcome: string): Judged {
  if (outcome === 'instant' || outcome === 'inplace') return 'light';
  // Asked for an algorithm or a lock that is not possible, the server does nothing.
  if (outcome === 'refused') return 'light';
  return outcome.startsWith('refused') ? 'refused' : (outcome as Judged);
}

/** What `table-rebuild` says of a case; `definitions` are the server's own, else those that the case sets up. */
export function judgedOutcome(
  { setup, before, sql }: AlterCase,
  definitions: Readonly<Record<string, string | null>> = asWritten(setup),
): Judged {
  const text = [...before, sql].join(';\n');
  const changeset = changesetOf(splitStatements(`${text};`, 'a.sql').statements);
  const history = tableHistory(undefined, presentTables(definitions));
  const found = checkPolicy(rules, changeset, { allowDestructive: true }, noDefinitions(), history).filter(
    ({ rule }) => rule === 'table-rebuild',
  );
  const message = found[0]?.message ?? '';
  if (message === '') return 'light';
  if (/copies table/.test(message)) return 'copy';
  if (/blocks the writers of table/.test(message)) return 'blocks';
  if (/writes table .* anew/.test(message)) return 'rewrite';
  return 'depends';
}

function asWritten(setup: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    setup.map((definition) => [/^CREATE TABLE (\w+)/.exec(definition)?.[1] ?? '', definition]),
  );
}
