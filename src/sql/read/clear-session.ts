import { codeTokens } from '../code-tokens.ts';
import { setAssignments } from '../set-assignments.ts';
import type { LexableSql, Token } from '../statements.ts';

/** No variables, but what SET also takes. */
const NOT_VARIABLES = ['names', 'character set', 'charset', 'password', 'role', 'transaction'];

/**
 * SQL that takes away what statements left in a session, as far as their text tells: `update` gives each changeset a
 * new session, and a script for one session has to come near that. What a routine set is not seen.
 */
export function clearSession(statements: readonly LexableSql[]): readonly string[] {
  const variables = new Set<string>();
  const users = new Set<string>();
  const tables = new Map<string, string>();
  const prepared = new Map<string, string>();
  for (const statement of statements) {
    for (const { scope, name } of setAssignments(statement)) {
      if (scope === 'session' && !NOT_VARIABLES.includes(name)) variables.add(name);
    }
    const tokens = [...codeTokens(statement)];
    for (const { kind, text } of tokens) if (kind === 'variable' && /^@(?!@)/.test(text)) users.add(text);
    notePrepared(tokens, prepared);
    noteTemporary(tokens, tables);
  }
  return [
    ...[...users].map((name) => `SET ${name} = NULL;`),
    ...[...variables].map((name) => `SET SESSION ${name} = DEFAULT;`),
    ...(tables.size === 0 ? [] : [`DROP TEMPORARY TABLE IF EXISTS ${[...tables.values()].join(', ')};`]),
    ...[...prepared.values()].map((name) => `DEALLOCATE PREPARE ${name};`),
    'DO LAST_INSERT_ID(0);',
  ];
}

function notePrepared(tokens: readonly Token[], prepared: Map<string, string>): void {
  const [first, second, third] = tokens;
  const verb = first?.text.toUpperCase();
  if (verb === 'PREPARE' && second) prepared.set(plain(second), second.text);
  const isEnd = verb === 'DEALLOCATE' || verb === 'DROP';
  if (isEnd && second?.text.toUpperCase() === 'PREPARE' && third) prepared.delete(plain(third));
}

function noteTemporary(tokens: readonly Token[], tables: Map<string, string>): void {
  const words = tokens.slice(0, 8).map(({ text }) => text.toUpperCase());
  if (words[0] !== 'CREATE' || words[1] !== 'TEMPORARY' || words[2] !== 'TABLE') return;
  let at = words[3] === 'IF' ? 6 : 3;
  if (words[at + 1] === '.') at += 2;
  const name = tokens[at];
  if (name) tables.set(plain(name), name.text);
}

function plain({ text }: Token): string {
  return text.replaceAll('`', '').toLowerCase();
}
