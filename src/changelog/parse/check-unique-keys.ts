import { formatLocation, type Problem } from '../../errors.ts';
import type { ChangesetHeader } from '../changeset.ts';

/**
 * Refuses two changesets of one `author:id` in the tree. Names that differ in case or accents only count as one: in
 * a history that Liquibase made, most collations cannot tell them apart.
 */
export function checkUniqueKeys(headers: readonly ChangesetHeader[]): readonly Problem[] {
  const seen = new Map<string, ChangesetHeader>();
  const problems: Problem[] = [];
  for (const header of headers) {
    const folded = header.key.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    const first = seen.get(folded);
    if (first) problems.push(describeTwins(first, header));
    else seen.set(folded, header);
  }
  return problems;
}

function describeTwins(first: ChangesetHeader, second: ChangesetHeader): Problem {
  const difference =
    first.key === second.key ? 'is' : `differs from "${first.key}" in case or accents only, which is`;
  return {
    code: 'invalid-changelog',
    message: `changeSet ${second.id}: "${second.key}" ${difference} declared already at ${formatLocation(first.at)}`,
    at: second.at,
    fix: 'give it another id: author and id together are the name of a changeset',
  };
}
