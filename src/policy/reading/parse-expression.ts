import type { CodeToken } from './code-token.ts';
import { operation, type Expression } from './expression.ts';
import { isNamePart, unquote } from './object-name.ts';
import { afterParentheses, hasKeywords, keyword } from './token-walk.ts';

interface Cursor {
  readonly tokens: readonly CodeToken[];
  at: number;
  depth: number;
  isReadable: boolean;
}

/** Deeper expressions than anybody writes are not read. */
const DEEPEST = 60;
/** Of a longer list the beginning says enough. */
const LONGEST_LIST = 200;
const NOT_LEVEL = 4;
const COMPARISON = 5;
const UNARY = 12;
const POSTFIX = 14;

/** How tightly operators bind. https://dev.mysql.com/doc/refman/8.4/en/operator-precedence.html */
const LEVELS: Readonly<Record<string, number>> = {
  ...{ OR: 1, '||': 1, XOR: 2, AND: 3, '&&': 3 },
  ...{ '=': 5, '<=>': 5, '>=': 5, '>': 5, '<=': 5, '<': 5, '<>': 5, '!=': 5 },
  ...{ IS: 5, LIKE: 5, REGEXP: 5, RLIKE: 5, IN: 5, BETWEEN: 5, MEMBER: 5, SOUNDS: 5, AGAINST: 5, NOT: 5 },
  ...{
    '|': 6,
    '&': 7,
    '<<': 8,
    '>>': 8,
    '+': 9,
    '-': 9,
    '*': 10,
    '/': 10,
    DIV: 10,
    MOD: 10,
    '%': 10,
    '^': 11,
  },
  ...{ COLLATE: 14, '->': 15, '->>': 15 },
};
const SYNONYMS: Readonly<Record<string, string>> = {
  ...{ '||': 'OR', '&&': 'AND', '!=': '<>', MOD: '%', RLIKE: 'REGEXP' },
};
const LITERALS: Readonly<Record<string, number | null>> = { TRUE: 1, FALSE: 0, NULL: null, UNKNOWN: null };
const QUERIES = ['SELECT', 'WITH', 'VALUES', 'TABLE'];
const NOW = [
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'CURRENT_USER',
  'LOCALTIME',
  'LOCALTIMESTAMP',
];
const CONSTANTS = [...NOW, 'UTC_DATE', 'UTC_TIME', 'UTC_TIMESTAMP', '*', 'DEFAULT', '?'];
const NO_OPERAND = [
  'FROM',
  'WHERE',
  'AND',
  'OR',
  'THEN',
  'ELSE',
  'WHEN',
  'ON',
  'ORDER',
  'GROUP',
  'LIMIT',
  'HAVING',
];

/** Reads an expression that takes up all tokens; undefined where that is not possible. */
export function parseExpression(tokens: readonly CodeToken[]): Expression | undefined {
  const inner = withoutDoubleParentheses(tokens);
  const cursor: Cursor = { tokens: inner, at: 0, depth: 0, isReadable: inner.length > 0 };
  const expression = read(cursor, 0);
  return cursor.isReadable && cursor.at >= inner.length ? expression : undefined;
}

/** `((a))` reads as `(a)`, whatever the number of parentheses. */
function withoutDoubleParentheses(tokens: readonly CodeToken[]): readonly CodeToken[] {
  const open: number[] = [];
  const lists = new Set<number>();
  const dropped = new Set<number>();
  let last: readonly [number, number] | undefined;
  tokens.forEach(({ word }, at) => {
    if (word === '(') open.push(at);
    // `((a, b))` is a list of one row.
    if (word === ',') lists.add(open.at(-1) ?? -1);
    if (word !== ')') return;
    const start = open.pop();
    if (start === undefined) return;
    if (last && start + 1 === last[0] && at - 1 === last[1] && !lists.has(last[0]))
      for (const one of last) dropped.add(one);
    last = [start, at];
  });
  return dropped.size === 0 ? tokens : tokens.filter((_, at) => !dropped.has(at));
}

function read(cursor: Cursor, level: number): Expression {
  if (++cursor.depth > DEEPEST) return unreadable(cursor);
  let left = readOperand(cursor);
  for (;;) {
    const op = keyword(cursor.tokens, cursor.at);
    const binds = LEVELS[op];
    if (binds === undefined || binds < level || !cursor.isReadable) break;
    cursor.at++;
    left = readOperator(cursor, left, op, binds);
  }
  cursor.depth--;
  return left;
}

function readOperator(cursor: Cursor, left: Expression, op: string, level: number): Expression {
  if (op === 'NOT') {
    const negated = keyword(cursor.tokens, cursor.at++);
    return operation('NOT', readOperator(cursor, left, negated, COMPARISON));
  }
  switch (op) {
    case 'IS':
      return readIs(cursor, left);
    case 'IN':
      return readIn(cursor, left);
    case 'BETWEEN': {
      const low = read(cursor, COMPARISON + 1);
      cursor.at++;
      const high = read(cursor, COMPARISON + 1);
      return operation('AND', operation('>=', left, low), operation('<=', left, high));
    }
    case 'COLLATE':
      cursor.at++;
      return left;
    case 'AGAINST': {
      const end = afterParentheses(cursor.tokens, cursor.at);
      cursor.at = end;
      return operation('MATCHES', left);
    }
  }
  if (['SOUNDS', 'MEMBER'].includes(op)) cursor.at++;
  if (['ANY', 'SOME', 'ALL'].includes(keyword(cursor.tokens, cursor.at))) {
    const quantifier = keyword(cursor.tokens, cursor.at++) === 'ALL' ? 'ALL' : 'ANY';
    return operation(`${SYNONYMS[op] ?? op} ${quantifier}`, left, readOperand(cursor));
  }
  const right = read(cursor, level + 1);
  const name = SYNONYMS[op] ?? op;
  // A chain of thousands is one operation.
  if ((name === 'AND' || name === 'OR') && left.kind === 'operation' && left.op === name) {
    (left.args as Expression[]).push(right);
    return left;
  }
  if (op === 'LIKE' && keyword(cursor.tokens, cursor.at) === 'ESCAPE') cursor.at += 2;
  return operation(name, left, right);
}

/** `IS NOT NULL`, `IS TRUE`. */
function readIs(cursor: Cursor, left: Expression): Expression {
  const isNegated = keyword(cursor.tokens, cursor.at) === 'NOT';
  if (isNegated) cursor.at++;
  const word = keyword(cursor.tokens, cursor.at++);
  const value = LITERALS[word];
  if (value === undefined) return unreadable(cursor);
  const is = operation('IS', left, { kind: 'literal', value });
  return isNegated ? operation('NOT', is) : is;
}

/** `IN (1, 2)`, `IN ((1, 2), (3, 4))`, `IN (SELECT …)`. */
function readIn(cursor: Cursor, left: Expression): Expression {
  const { tokens, at } = cursor;
  const isList = keyword(tokens, at) === '(' && !isQueryAt(tokens, at + 1);
  if (!isList) return operation('IN', left, readOperand(cursor));
  cursor.at++;
  return { kind: 'operation', op: 'IN', args: [left, ...readList(cursor).slice(0, LONGEST_LIST)] };
}

function readOperand(cursor: Cursor): Expression {
  const { tokens, at } = cursor;
  const token = tokens[at];
  const word = keyword(tokens, at);
  if (!token || NO_OPERAND.includes(word)) return unreadable(cursor);
  cursor.at++;
  switch (word) {
    case 'NOT':
      return operation('NOT', read(cursor, NOT_LEVEL));
    case '!':
      return operation('NOT', read(cursor, POSTFIX));
    case '-':
    case '~':
      return operation(word === '-' ? 'NEGATE' : '~', read(cursor, UNARY));
    case '+':
    case 'BINARY':
      return read(cursor, UNARY);
    case '(':
      return readParentheses(cursor);
    case 'EXISTS':
      if (keyword(tokens, cursor.at) !== '(') break;
      cursor.at++;
      return operation('EXISTS', readParentheses(cursor));
    case 'CASE':
      return readCase(cursor);
    case 'INTERVAL':
      if (keyword(tokens, cursor.at) !== '(' || keyword(tokens, afterParentheses(tokens, cursor.at)) !== '') {
        const amount = read(cursor, COMPARISON + 1);
        cursor.at++;
        return operation('INTERVAL', amount);
      }
  }
  return readLeaf(cursor, token, word);
}

function readLeaf(cursor: Cursor, token: CodeToken, word: string): Expression {
  const { tokens } = cursor;
  if (token.kind === 'number') return { kind: 'literal', value: numberOf(token.text) };
  if (token.kind === 'string' || token.kind === 'dquoted') return readString(cursor, token);
  if (token.kind === 'variable' || CONSTANTS.includes(word)) return readConstant(cursor, token.text);
  if (word in LITERALS) return { kind: 'literal', value: LITERALS[word] ?? null };
  if (!isNamePart(token)) return unreadable(cursor);
  const next = tokens[cursor.at];
  const isTyped = word.startsWith('_') || /^(?:DATE|TIME|TIMESTAMP)$/.test(word);
  if (next?.kind === 'string' && isTyped) {
    cursor.at++;
    return readString(cursor, next);
  }
  const names = [unquote(token)];
  while (keyword(tokens, cursor.at) === '.' && tokens[cursor.at + 1]) {
    names.push(unquote(tokens[cursor.at + 1] as CodeToken));
    cursor.at += 2;
  }
  if (keyword(tokens, cursor.at) === '(') return readCall(cursor, names.join('.').toUpperCase());
  return { kind: 'column', name: { table: names.at(-2), column: names.at(-1) ?? '' } };
}

/** `CURRENT_TIMESTAMP`, `CURRENT_TIMESTAMP(6)`, `@a`. */
function readConstant(cursor: Cursor, text: string): Expression {
  if (text !== '*' && keyword(cursor.tokens, cursor.at) === '(') {
    return readCall(cursor, text.toUpperCase());
  }
  return operation(text.toUpperCase());
}

/** Strings side by side are one. */
function readString(cursor: Cursor, first: CodeToken): Expression {
  let value = textOf(first);
  for (let next = cursor.tokens[cursor.at]; next?.kind === 'string'; next = cursor.tokens[cursor.at]) {
    value += textOf(next);
    cursor.at++;
  }
  return { kind: 'literal', value };
}

function readParentheses(cursor: Cursor): Expression {
  const { tokens, at } = cursor;
  const end = afterParentheses(tokens, at - 1);
  if (isQueryAt(tokens, at)) {
    cursor.at = end;
    return { kind: 'query', tokens: tokens.slice(at, end - 1) };
  }
  const items = readList(cursor);
  return items.length === 1 && items[0] ? items[0] : operation('ROW', ...items);
}

/** `SELECT …`, `(SELECT 1) UNION …`. */
function isQueryAt(tokens: readonly CodeToken[], at: number): boolean {
  const isNested = keyword(tokens, at) === '(';
  return QUERIES.includes(keyword(tokens, isNested ? at + 1 : at));
}

/** The items up to the closing parenthesis, which is passed; `CAST(a AS CHAR)` has one. */
function readList(cursor: Cursor): readonly Expression[] {
  const { tokens } = cursor;
  const items: Expression[] = [];
  if (keyword(tokens, cursor.at) === ')') {
    cursor.at++;
    return items;
  }
  while (cursor.isReadable) {
    if (['DISTINCT', 'ALL'].includes(keyword(tokens, cursor.at))) cursor.at++;
    items.push(read(cursor, 0));
    while (cursor.at < tokens.length && ![',', ')'].includes(keyword(tokens, cursor.at))) {
      cursor.at = keyword(tokens, cursor.at) === '(' ? afterParentheses(tokens, cursor.at) : cursor.at + 1;
    }
    if (cursor.at >= tokens.length) unreadable(cursor);
    if (keyword(tokens, cursor.at++) === ')') break;
  }
  return items;
}

function readCall(cursor: Cursor, name: string): Expression {
  cursor.at++;
  const call = operation(name, ...readList(cursor));
  if (!hasKeywords(cursor.tokens, cursor.at, 'OVER')) return call;
  cursor.at++;
  cursor.at =
    keyword(cursor.tokens, cursor.at) === '(' ? afterParentheses(cursor.tokens, cursor.at) : cursor.at + 1;
  return call;
}

/** `CASE [a] WHEN b THEN c … [ELSE d] END`: conditions and results in turn, then the ELSE. */
function readCase(cursor: Cursor): Expression {
  const { tokens } = cursor;
  const subject = keyword(tokens, cursor.at) === 'WHEN' ? undefined : read(cursor, 0);
  const args: Expression[] = [];
  while (keyword(tokens, cursor.at) === 'WHEN' && cursor.isReadable) {
    cursor.at++;
    const when = read(cursor, 0);
    cursor.at++;
    args.push(subject ? operation('=', subject, when) : when, read(cursor, 0));
  }
  const hasElse = keyword(tokens, cursor.at) === 'ELSE';
  if (hasElse) cursor.at++;
  args.push(hasElse ? read(cursor, 0) : { kind: 'literal', value: null });
  if (keyword(tokens, cursor.at++) !== 'END') return unreadable(cursor);
  return operation('CASE', ...args);
}

function unreadable(cursor: Cursor): Expression {
  cursor.isReadable = false;
  return operation('UNREADABLE');
}

function numberOf(text: string): number {
  const number = Number(text);
  return Number.isNaN(number) ? text.length : number;
}

function textOf({ text }: CodeToken): string {
  return text.replace(/^[nN]?['"]|['"]$/g, '');
}
