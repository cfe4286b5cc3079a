import { codeTokens } from './code-tokens.ts';
import type { LexableSql, Token } from './statements.ts';

/**
 * What a transaction means to a statement. `dml`: changes rows and can be rolled back; `ddl`: commits by itself, ends
 * the transaction or cannot be rolled back; `call`: runs what cannot be known; `neutral`: changes nothing.
 * https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html
 */
export type StatementKind = 'dml' | 'ddl' | 'call' | 'neutral';

const DML = ['INSERT', 'REPLACE', 'UPDATE', 'DELETE'];
const CALL = ['CALL', 'EXECUTE'];
const NEUTRAL = [
  'SELECT',
  'TABLE',
  'VALUES',
  'DO',
  'SHOW',
  'EXPLAIN',
  'DESCRIBE',
  'DESC',
  'USE',
  'HELP',
  'PREPARE',
  'DEALLOCATE',
  'HANDLER',
  'CHECKSUM',
  'SAVEPOINT',
  'RELEASE',
  'SIGNAL',
  'RESIGNAL',
  'GET',
];
const QUERIES = ['SELECT', 'TABLE', 'VALUES', 'UPDATE', 'DELETE', 'INSERT', 'REPLACE'];

/** After these a `SET` names what it assigns. */
const ASSIGNS_NEXT = ['SET', ',', 'SESSION', 'LOCAL'];
/** What no rollback takes back; assigning `autocommit` may commit. */
const LASTING =
  /^(?:(?:@@(?:SESSION\.|LOCAL\.)?)?`?AUTOCOMMIT`?|GLOBAL|PERSIST|PERSIST_ONLY|@@(?:GLOBAL|PERSIST|PERSIST_ONLY)\..*)$/;

/** The kind of a statement; one that is not known here is `ddl`, the kind that promises nothing. */
export function statementKind(statement: LexableSql): StatementKind {
  const words = wordsOf(statement);
  const verb = words.next().value ?? '';
  if (DML.includes(verb)) return 'dml';
  if (CALL.includes(verb)) return 'call';
  if (NEUTRAL.includes(verb)) return 'neutral';
  switch (verb) {
    case 'WITH':
      return kindOfWith(statement);
    case 'LOAD':
      return ['DATA', 'XML'].includes(words.next().value ?? '') ? 'dml' : 'ddl';
    case 'ROLLBACK':
      return [...words].includes('TO') ? 'neutral' : 'ddl';
    case 'SET':
      return kindOfSet(statement);
    default:
      return 'ddl';
  }
}

/** Whether all statements can run in one transaction, and there is a reason to. */
export function isDmlOnly(statements: readonly LexableSql[]): boolean {
  const kinds = new Set(statements.map(statementKind));
  return kinds.has('dml') && !kinds.has('ddl') && !kinds.has('call');
}

/** The words of a statement in upper case, without opening parentheses before them. */
function* wordsOf(statement: LexableSql): Generator<string, void> {
  for (const token of codeTokens(statement)) if (token.text !== '(') yield upper(token);
}

/** The verb of a `WITH` stands after the last common table expression, outside parentheses. */
function kindOfWith(statement: LexableSql): StatementKind {
  let depth = 0;
  for (const token of codeTokens(statement)) {
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    else if (depth === 0 && QUERIES.includes(upper(token)))
      return DML.includes(upper(token)) ? 'dml' : 'neutral';
  }
  return 'neutral';
}

function kindOfSet(statement: LexableSql): StatementKind {
  let previous = '';
  for (const token of codeTokens(statement)) {
    const word = upper(token);
    if (previous === 'SET' && ['PASSWORD', 'DEFAULT'].includes(word)) return 'ddl';
    if (ASSIGNS_NEXT.includes(previous) && LASTING.test(word)) return 'ddl';
    previous = word;
  }
  return 'neutral';
}

function upper(token: Token): string {
  return token.kind === 'string' || token.kind === 'dquoted' ? token.text : token.text.toUpperCase();
}
