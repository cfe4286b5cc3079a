import type { CodeToken } from '../reading/code-token.ts';
import { isTemporary, type Command } from '../reading/command.ts';
import { show } from '../reading/object-name.ts';
import { afterParentheses, keyword } from '../reading/token-walk.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

/** Functions that MySQL has no longer from 9.6 on: a component brings them back, but not in a definition. */
const REMOVED = /^(?:MD5|SHA1?)$/;

/** What a later series of the server no longer has: a table that is defined by it does not survive the upgrade. */
export const removedInServer: Rule = {
  name: 'removed-in-server',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'ALTER TABLE users ADD COLUMN digest CHAR(32) AS (MD5(mail))',
  check: inEachCommand(['CREATE', 'ALTER'], (command): readonly Found[] => {
    const table = tableOf(command);
    if (!table || command.ddl?.isTemporary || isTemporary(command, table)) return [];
    return calls(command.tokens).map(({ word, line }) => ({
      line,
      message: `defines table ${show(table)} by ${word}(), which MySQL 9.6 and later no longer have: the table breaks in an upgrade, and its dump does not load there`,
      fix: 'use SHA2(…, 256), or fill a plain column from the application',
    }));
  }),
};

function tableOf({ verb, ddl }: Command): Command['objects'][number] | undefined {
  if (ddl?.object === 'INDEX') return verb === 'CREATE' ? ddl.on : undefined;
  return ddl?.object === 'TABLE' ? ddl.names[0] : undefined;
}

/** Calls within parentheses: of a generated column, a functional index, a DEFAULT or a CHECK. */
function calls(tokens: readonly CodeToken[]): readonly CodeToken[] {
  const found: CodeToken[] = [];
  const end = selectAt(tokens);
  for (let at = 0; at < end; at++) {
    const token = tokens[at];
    if (token && REMOVED.test(token.word) && keyword(tokens, at + 1) === '(') found.push(token);
  }
  return found;
}

/** CREATE TABLE … SELECT runs once: what it calls is no part of the definition. */
function selectAt(tokens: readonly CodeToken[]): number {
  for (let at = 0; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    if (word === '(' && keyword(tokens, at + 1) !== 'SELECT') at = afterParentheses(tokens, at) - 1;
    else if (word === 'SELECT' || word === 'WITH') return at;
  }
  return tokens.length;
}
