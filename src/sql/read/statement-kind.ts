import { codeTokens, type CodeOptions } from '../code-tokens.ts';
import { OLDEST_SERVER } from '../executable-comment.ts';
import type { LexableSql, Token } from '../statements.ts';

/**
 * What a transaction means to a statement. `dml`: changes rows and can be rolled back; `ddl`: commits by itself, ends
 * the transaction or cannot be rolled back; `call`: runs what cannot be known; `neutral`: changes nothing.
 * https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html
 */
export type StatementKind = 'dml' | 'ddl' | 'call' | 'neutral';

/** From the kind that promises most to the one that promises nothing. */
const KINDS: readonly StatementKind[] = ['neutral', 'dml', 'call', 'ddl'];

const DML = ['INSERT', 'REPLACE', 'UPDATE', 'DELETE'];
const CALL = ['CALL', 'EXECUTE'];
const NEUTRAL = [
  ...['SELECT', 'TABLE', 'VALUES', 'DO', 'SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC', 'USE', 'HELP', 'HANDLER'],
  ...['PREPARE', 'DEALLOCATE', 'CHECKSUM', 'SAVEPOINT', 'RELEASE', 'SIGNAL', 'RESIGNAL', 'GET'],
];
const AFTER_WITH = ['SELECT', 'TABLE', 'VALUES', ...DML];

/** After these a `SET` names what it assigns. */
const ASSIGNS_NEXT = ['SET', ',', 'SESSION', 'LOCAL'];
/** What no rollback takes back; assigning `autocommit` may commit. */
const LASTING =
  /^(?:(?:@@(?:SESSION\.|LOCAL\.)?)?`?AUTOCOMMIT`?|GLOBAL|PERSIST|PERSIST_ONLY|@@(?:GLOBAL|PERSIST|PERSIST_ONLY)\..*)$/;

/** The kind of a statement; where servers read it differently (`/*!90000 … *\/`), the one that promises less. */
export function statementKind(statement: LexableSql): StatementKind {
  const kind = kindFor(statement, {});
  if (!statement.text.includes('/*!')) return kind;
  const oldest = kindFor(statement, { serverVersion: OLDEST_SERVER });
  return KINDS.indexOf(oldest) > KINDS.indexOf(kind) ? oldest : kind;
}

/** Whether all statements can run in one transaction, and there is a reason to. */
export function isDmlOnly(statements: readonly LexableSql[]): boolean {
  const kinds = new Set(statements.map(statementKind));
  return kinds.has('dml') && !kinds.has('ddl') && !kinds.has('call');
}

/** What is not known here is `ddl`; an executable comment that is skipped as a whole does nothing. */
function kindFor(statement: LexableSql, options: CodeOptions): StatementKind {
  const words = wordsOf(statement, options);
  const verb = words.next().value;
  if (verb === undefined || NEUTRAL.includes(verb)) return 'neutral';
  if (DML.includes(verb)) return 'dml';
  if (CALL.includes(verb)) return 'call';
  switch (verb) {
    case 'WITH':
      return kindOfWith(codeTokens(statement, options));
    case 'LOAD':
      return ['DATA', 'XML'].includes(words.next().value ?? '') ? 'dml' : 'ddl';
    case 'ROLLBACK':
      return [...words].includes('TO') ? 'neutral' : 'ddl';
    case 'SET':
      return kindOfSet(words);
    default:
      return 'ddl';
  }
}

/** The tokens of a statement in upper case, without opening parentheses: `(SELECT 1)` begins with SELECT. */
function* wordsOf(statement: LexableSql, options: CodeOptions): Generator<string, void> {
  for (const token of codeTokens(statement, options)) if (token.text !== '(') yield upper(token);
}

/** The verb of a `WITH` stands after the last common table expression, outside parentheses. */
function kindOfWith(tokens: Iterable<Token>): StatementKind {
  let depth = 0;
  for (const token of tokens) {
    const word = upper(token);
    if (word === '(') depth++;
    if (word === ')') depth--;
    if (depth === 0 && AFTER_WITH.includes(word)) return DML.includes(word) ? 'dml' : 'neutral';
  }
  return 'neutral';
}

function kindOfSet(words: Iterable<string>): StatementKind {
  let previous = 'SET';
  for (const word of words) {
    if (previous === 'SET' && ['PASSWORD', 'DEFAULT'].includes(word)) return 'ddl';
    if (ASSIGNS_NEXT.includes(previous) && LASTING.test(word)) return 'ddl';
    previous = word;
  }
  return 'neutral';
}

function upper(token: Token): string {
  return token.kind === 'string' || token.kind === 'dquoted' ? token.text : token.text.toUpperCase();
}
