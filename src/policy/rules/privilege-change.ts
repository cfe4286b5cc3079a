import { hasKeywords, keyword } from '../reading/token-walk.ts';
import { inEachCommand, type Rule } from '../rule.ts';
import type { Command } from '../reading/command.ts';
import { isRoleChange } from '../reading/role-change.ts';

const VERBS = ['GRANT', 'REVOKE', 'CREATE', 'ALTER', 'DROP', 'RENAME', 'SET', 'FLUSH'];
const ACCOUNTS = ['USER', 'ROLE'];

/** Whether a command changes accounts, roles or what they may do. */
export function isPrivilegeChange({ verb, ddl, tokens }: Pick<Command, 'verb' | 'ddl' | 'tokens'>): boolean {
  if (verb === 'GRANT' || verb === 'REVOKE') return true;
  if (verb === 'RENAME') return keyword(tokens, 1) === 'USER';
  if (verb === 'SET') return hasKeywords(tokens, 1, 'PASSWORD') || hasKeywords(tokens, 1, 'DEFAULT', 'ROLE');
  // It makes what was written into the tables of privileges take effect.
  if (verb === 'FLUSH') return tokens.some((_, at) => keyword(tokens, at) === 'PRIVILEGES');
  return ddl !== undefined && ACCOUNTS.includes(ddl.object);
}

/** GRANT, REVOKE, and whatever makes, changes or drops users, roles and passwords: no backup covers it. */
export const privilegeChange: Rule = {
  name: 'privilege-change',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: "GRANT SELECT ON users TO 'app'@'%'",
  check: inEachCommand(VERBS, (command) => {
    if (!isPrivilegeChange(command) || isRoleChange(command)) return undefined;
    return [
      {
        message: `${nameOf(command)} changes accounts or privileges: a restore does not undo it`,
        fix: 'have a security reviewer look at it, or keep it with the roles that a DBA sets up',
      },
    ];
  }),
};

function nameOf({ verb, ddl }: Command): string {
  if (verb === 'SET') return 'SET PASSWORD';
  if (verb === 'FLUSH') return 'FLUSH PRIVILEGES';
  if (verb === 'RENAME') return 'RENAME USER';
  return ddl ? `${verb} ${ddl.object}` : verb;
}
