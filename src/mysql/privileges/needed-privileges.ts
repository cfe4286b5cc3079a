import { codeTokens } from '../../sql/code-tokens.ts';
import { statementKind } from '../../sql/read/statement-kind.ts';
import type { LexableSql, Token } from '../../sql/statements.ts';

/** What was made before by the same run: its maker needs no privilege to use or drop it. */
export interface Made {
  /** Procedures and functions, in lower case: MySQL gives EXECUTE and ALTER ROUTINE to who creates one. */
  readonly routines: Set<string>;
  /** Temporary tables, in lower case. */
  readonly temporaryTables: Set<string>;
}

/** What a statement needs at the least, by its first words; SELECT, INSERT and UPDATE are needed by every run. */
const NEEDED: readonly (readonly [pattern: RegExp, privileges: readonly string[]])[] = [
  [/^CREATE OR REPLACE .*?\bVIEW\b/, ['CREATE VIEW', 'DROP']],
  [/^ALTER (ALGORITHM .*|DEFINER .*|SQL SECURITY .*)?VIEW\b/, ['CREATE VIEW', 'DROP']],
  [/^CREATE (ALGORITHM .*|DEFINER .*|SQL SECURITY .*)?VIEW\b/, ['CREATE VIEW']],
  [/^CREATE (DEFINER .*)?TRIGGER\b/, ['TRIGGER']],
  [/^CREATE (DEFINER .*|AGGREGATE )?(PROCEDURE|FUNCTION)\b/, ['CREATE ROUTINE']],
  [/^(CREATE|ALTER) (DEFINER .*)?EVENT\b/, ['EVENT']],
  [/^CREATE (UNIQUE |FULLTEXT |SPATIAL )?INDEX\b/, ['INDEX']],
  [/^CREATE TEMPORARY TABLE\b/, ['CREATE TEMPORARY TABLES']],
  [/^CREATE TABLE\b.*?\bFOREIGN KEY\b/, ['CREATE', 'REFERENCES']],
  [/^CREATE TABLE\b/, ['CREATE']],
  [/^ALTER TABLE\b/, ['ALTER']],
  [/^DROP INDEX\b/, ['INDEX']],
  [/^DROP TRIGGER\b/, ['TRIGGER']],
  [/^DROP EVENT\b/, ['EVENT']],
  [/^(ALTER|DROP) (PROCEDURE|FUNCTION)\b/, ['ALTER ROUTINE']],
  [/^CALL\b/, ['EXECUTE']],
  [/^DROP (TABLE|VIEW)\b/, ['DROP']],
  [/^TRUNCATE\b/, ['DROP']],
  [/^RENAME TABLE\b/, ['ALTER', 'DROP', 'CREATE']],
  [/^REPLACE\b/, ['DELETE']],
  [/^DELETE\b/, ['DELETE']],
  [/^WITH\b.*?\) DELETE\b/, ['DELETE']],
];

/** What clauses of ALTER TABLE need beside ALTER. */
const IN_ALTER: readonly (readonly [pattern: RegExp, privileges: readonly string[]])[] = [
  [/\bFOREIGN KEY\b.*? REFERENCES\b/, ['REFERENCES']],
  [/\b(DROP|TRUNCATE) PARTITION\b/, ['DROP']],
  [/\bRENAME (?!COLUMN\b|INDEX\b|KEY\b)/, ['DROP', 'CREATE']],
];

/** Everything that statements of changesets can need. */
export const CHANGESET_PRIVILEGES: readonly string[] = [
  ...new Set([...NEEDED, ...IN_ALTER].flatMap(([, privileges]) => privileges)),
];

/** Enough for the head of any statement; rows of a long INSERT need not be read. */
const MANY = 4000;

/** The privileges that a statement needs on the schema at the least; nothing for what is not known here. */
export function privilegesFor(statement: LexableSql, made?: Made): readonly string[] {
  const words: string[] = [];
  const names: string[] = [];
  const isDml = statementKind(statement) === 'dml';
  for (const token of codeTokens(statement)) {
    words.push(token.kind === 'string' || token.kind === 'dquoted' ? "''" : token.text.toUpperCase());
    names.push(nameOf(token));
    if (words.length === (isDml ? 200 : MANY)) break;
  }
  const text = words.join(' ');
  if (made && names.slice(0, 12).some((name) => made.temporaryTables.has(name))) return [];
  const privileges = NEEDED.find(([pattern]) => pattern.test(text))?.[1] ?? [];
  const isRoutine = privileges.includes('ALTER ROUTINE') || privileges.includes('EXECUTE');
  if (isRoutine && made?.routines.has(routineIn(words, names))) return [];
  remember(text, words, names, made);
  if (!text.startsWith('ALTER TABLE ')) return privileges;
  return [
    ...new Set([...privileges, ...IN_ALTER.flatMap(([pattern, more]) => (pattern.test(text) ? more : []))]),
  ];
}

function remember(text: string, words: readonly string[], names: readonly string[], made?: Made): void {
  if (!made) return;
  if (/^CREATE (DEFINER .*|AGGREGATE )?(PROCEDURE|FUNCTION)\b/.test(text)) {
    made.routines.add(routineIn(words, names));
  }
  if (text.startsWith('CREATE TEMPORARY TABLE ')) made.temporaryTables.add(nameAfter('TABLE', words, names));
}

function routineIn(words: readonly string[], names: readonly string[]): string {
  const kind = words.find((word) => ['PROCEDURE', 'FUNCTION', 'CALL'].includes(word)) ?? '';
  return nameAfter(kind, words, names);
}

/** The object's name: what follows the word, without IF [NOT] EXISTS and without its schema. */
function nameAfter(word: string, words: readonly string[], names: readonly string[]): string {
  let at = words.indexOf(word) + 1;
  if (words[at] === 'IF') at += words[at + 1] === 'NOT' ? 3 : 2;
  return names[words[at + 1] === '.' ? at + 2 : at] ?? '';
}

function nameOf(token: Token): string {
  const text = token.kind === 'name' ? token.text.slice(1, -1).replaceAll('``', '`') : token.text;
  return text.toLowerCase();
}

/** Whether the binary log makes the server ask for SUPER (error 1419). */
export function createsLoggedCode(statement: LexableSql): boolean {
  const words = [...codeTokens(statement)].slice(0, 24).map(({ text }) => text.toUpperCase());
  return /^(CREATE|ALTER) (DEFINER .*|AGGREGATE )?(TRIGGER|FUNCTION)\b/.test(words.join(' '));
}
