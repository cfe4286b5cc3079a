import { hasKeywords, keyword } from '../reading/token-walk.ts';
import { inEachCommand, type Rule } from '../rule.ts';
import type { Command } from '../reading/command.ts';

const VERBS = ['GRANT', 'REVOKE', 'CREATE', 'ALTER', 'DROP', 'RENAME', 'SET'];
const ACCOUNTS = ['USER', 'ROLE'];

/** Whether a command changes accounts, roles or what they may do. */
export function isPrivilegeChange({ verb, ddl, tokens }: Pick<Command, 'verb' | 'ddl' | 'tokens'>): boolean {
  if (verb === 'GRANT' || verb === 'REVOKE') return true;
  if (verb === 'RENAME') return keyword(tokens, 1) === 'USER';
  if (verb === 'SET') return hasKeywords(tokens, 1, 'PASSWORD') || hasKeywords(tokens, 1, 'DEFAULT', 'ROLE');
  return ddl !== undefined && ACCOUNTS.includes(ddl.object);
}

/** GRANT, REVOKE, and whatever makes, changes or drops users, roles and passwords: no backup covers it. */
export const privilegeChange: Rule = {
  name: 'privilege-change',
  severity: 'warning',
  destructive: false,
  check: inEachCommand(VERBS, (command) => {
    if (!isPrivilegeChange(command)) return undefined;
    return [
      {
        message: `${nameOf(command)} changes accounts or privileges: a restore does not undo it`,
        fix: 'have a security reviewer look at it, or keep it with the roles that a DBA sets up',
      },
    ];
  }),
};

function nameOf({ verb, ddl, tokens }: Command): string {
  if (verb === 'SET') return keyword(tokens, 1) === 'DEFAULT' ? 'SET DEFAULT ROLE' : 'SET PASSWORD';
  if (verb === 'RENAME') return 'RENAME USER';
  return ddl ? `${verb} ${ddl.object}` : verb;
}
