import type { Command } from './command.ts';
import { findKeyword, hasKeywords } from './token-walk.ts';

/** True if a command gives roles to accounts, takes them away, or activates them. */
export function isRoleChange({ verb, ddl, tokens }: Pick<Command, 'verb' | 'ddl' | 'tokens'>): boolean {
  if (verb === 'SET') return hasKeywords(tokens, 1, 'ROLE') || hasKeywords(tokens, 1, 'DEFAULT', 'ROLE');
  if (verb === 'GRANT' || verb === 'REVOKE') return isOfRoles(tokens);
  return ddl?.object === 'USER' && tokens.some((_, at) => hasKeywords(tokens, at, 'DEFAULT', 'ROLE'));
}

/** `GRANT role TO user` has no ON; nor has `REVOKE ALL PRIVILEGES, GRANT OPTION FROM user`. */
function isOfRoles(tokens: Command['tokens']): boolean {
  const end = findKeyword(tokens, 1, ['TO', 'FROM']);
  return findKeyword(tokens.slice(0, end < 0 ? undefined : end), 1, ['ON', 'ALL', 'PROXY']) < 0;
}
