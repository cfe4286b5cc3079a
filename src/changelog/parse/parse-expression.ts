import type { Expression, ExpressionNode } from '../expression.ts';

/** Why a text is not an expression, with the expression and the place in it, and what would be right. */
export interface BadExpression {
  readonly message: string;
  readonly fix: string;
}

interface Word {
  readonly written: string;
  /** In lower case. */
  readonly text: string;
  /** Where it begins in the source, from 0. */
  readonly index: number;
}

/** The words and how far they are read; parsing moves it on. */
interface Cursor {
  readonly source: string;
  readonly words: readonly Word[];
  at: number;
}

type Parsed = ExpressionNode | BadExpression;

/** No expression that a person wrote is longer; a text of a megabyte is refused before it is read. */
const MAX_LENGTH = 4000;
const MAX_DEPTH = 50;

const BETWEEN = 'put "and", "or" or a comma between names';
const GRAMMAR = 'combine names with "and", "or", "not", "!", commas and parentheses';
const NAMES = 'names have letters, digits, "_", "-", ".", ":" and "/"';
const OPERATORS: readonly string[] = ['and', 'or', 'not'];
const NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.:/-]*$/u;
const NO_PART_OF_A_NAME = /[^\p{L}\p{M}\p{N}_.:/-]/u;
const WORDS = /[,()!]|[^ \t\r\n,()!]+/g;

/**
 * Parses `and`, `or`, `not`, `!`, parentheses and commas (an `or`) over names. `and` binds tighter than `or`, case does
 * not matter, `@name` is a name that must be given. A text without a name is the expression that everything matches.
 */
export function parseExpression(source: string): Expression | BadExpression {
  if (source.length > MAX_LENGTH) {
    const message = `${quoteAround(source, 0)} has ${source.length} characters, and ${MAX_LENGTH} are allowed`;
    return { message, fix: 'use fewer or shorter names' };
  }
  const cursor: Cursor = { source, words: splitWords(source), at: 0 };
  if (cursor.words.length === 0) return { source, root: { kind: 'and', operands: [] } };
  const root = checkWords(cursor) ?? parseOr(cursor, 1);
  if (isBad(root)) return root;
  const next = cursor.words[cursor.at];
  if (next === undefined) return { source, root };
  if (next.text === ')') return bad(cursor, next, 'closes nothing');
  return bad(cursor, next, 'has no operator before it', BETWEEN);
}

/** True if a text may be a name in an expression, so that a context can be given and a label asked for. */
export function isExpressionName(text: string): boolean {
  return NAME.test(text) && !OPERATORS.includes(text.toLowerCase());
}

/** Why a text is not a name, and where; undefined if it is one. */
export function nameProblem(text: string): BadExpression | undefined {
  if (isExpressionName(text)) return undefined;
  const fix = NAMES;
  if (OPERATORS.includes(text.toLowerCase())) return { message: `"${text}" is an operator, not a name`, fix };
  const index = text.search(NO_PART_OF_A_NAME);
  const place = { source: text, index: Math.max(index, 0) };
  return { message: `${describePlace(place, firstCharacter(place))} cannot be part of a name`, fix };
}

function splitWords(source: string): readonly Word[] {
  return [...source.matchAll(WORDS)].map(({ 0: written, index }) => ({
    written,
    text: written.toLowerCase(),
    index,
  }));
}

/** Finds the first word that is neither an operator nor a name before anything is made of the others. */
function checkWords({ source, words }: Cursor): BadExpression | undefined {
  for (const { written, index } of words) {
    if (/^[,()!]/.test(written)) continue;
    const required = written.startsWith('@') ? 1 : 0;
    const inside = written.slice(required).search(NO_PART_OF_A_NAME);
    if (inside < 0) continue;
    const place = { source, index: index + required + inside };
    const found = firstCharacter(place);
    const meant = MEANT[found];
    const fix = meant === undefined ? `${GRAMMAR}; ${NAMES}` : `write "${meant}" in place of it`;
    return { message: `${describePlace(place, found)} is not an operator and cannot be part of a name`, fix };
  }
  return undefined;
}

/** What those mean who write them as in a programming language. */
const MEANT: Readonly<Record<string, string>> = { '&': 'and', '|': 'or', ';': ',' };

function parseOr(cursor: Cursor, depth: number): Parsed {
  return parseChain(cursor, 'or', ['or', ','], () => parseAnd(cursor, depth));
}

function parseAnd(cursor: Cursor, depth: number): Parsed {
  return parseChain(cursor, 'and', ['and'], () => parseOperand(cursor, depth));
}

function parseChain(
  cursor: Cursor,
  kind: 'and' | 'or',
  joints: readonly string[],
  parseNext: () => Parsed,
): Parsed {
  const operands: ExpressionNode[] = [];
  for (;;) {
    const parsed = parseNext();
    if (isBad(parsed)) return parsed;
    operands.push(parsed);
    const joint = cursor.words[cursor.at];
    if (joint === undefined || !joints.includes(joint.text))
      return operands.length === 1 ? parsed : { kind, operands };
    cursor.at += 1;
  }
}

function parseOperand(cursor: Cursor, depth: number): Parsed {
  const word = cursor.words[cursor.at];
  if (word === undefined) return endsEarly(cursor);
  if (depth > MAX_DEPTH)
    return bad(cursor, word, `is nested deeper than ${MAX_DEPTH} levels`, 'use fewer parentheses');
  cursor.at += 1;
  if (word.text === '!' || word.text === 'not') return negate(parseOperand(cursor, depth + 1));
  if (word.text === '(') return parseParentheses(cursor, word, depth);
  if (word.text === '@' && cursor.words[cursor.at]?.text === '!') {
    cursor.at += 1;
    return negate(parseName(cursor, cursor.words[cursor.at], '@'));
  }
  cursor.at -= 1;
  return parseName(cursor, word, '');
}

function parseName(cursor: Cursor, word: Word | undefined, mark: '@' | ''): Parsed {
  if (word === undefined) return endsEarly(cursor);
  const text = `${mark}${word.text}`;
  const name = text.replace(/^@/, '');
  if (!isExpressionName(name)) return bad(cursor, word, 'stands where a name is expected');
  cursor.at += 1;
  return { kind: 'name', name, required: name !== text };
}

function negate(operand: Parsed): Parsed {
  return isBad(operand) ? operand : { kind: 'not', operand };
}

function parseParentheses(cursor: Cursor, opening: Word, depth: number): Parsed {
  const parsed = parseOr(cursor, depth + 1);
  if (isBad(parsed)) return parsed;
  const next = cursor.words[cursor.at];
  cursor.at += 1;
  if (next?.text === ')') return parsed;
  return next === undefined
    ? bad(cursor, opening, 'is never closed', 'add the missing ")"')
    : bad(cursor, next, 'has no operator before it', BETWEEN);
}

function endsEarly({ source }: Cursor): BadExpression {
  return { message: `${quoteAround(source, source.length)} ends where a name is expected`, fix: GRAMMAR };
}

function isBad(parsed: Parsed): parsed is BadExpression {
  return 'message' in parsed;
}

function bad(
  { source }: Cursor,
  { written, index }: Word,
  what: string,
  fix: string = GRAMMAR,
): BadExpression {
  return { message: `${describePlace({ source, index }, written)} ${what}`, fix };
}

interface Place {
  readonly source: string;
  /** From 0. */
  readonly index: number;
}

/** `"&" at column 4 of "dev&&prod"`; columns count characters, from 1. */
function describePlace({ source, index }: Place, found: string): string {
  const column = Array.from(source.slice(0, index)).length + 1;
  return `${quote(found)} at column ${column} of ${quoteAround(source, index)}`;
}

function firstCharacter({ source, index }: Place): string {
  const code = source.codePointAt(index);
  return code === undefined ? '' : String.fromCodePoint(code);
}

const SHOWN = 40;

/** The expression in quotes; of a long one what is around a place. */
function quoteAround(source: string, index: number): string {
  const [from, to] = [Math.max(0, index - SHOWN), Math.min(source.length, index + SHOWN)];
  const head = from === 0 ? '' : '…';
  const tail = to === source.length ? '' : '…';
  return quote(`${head}${source.slice(from, to)}${tail}`);
}

/** A character that nobody can see is shown by its number. */
function quote(text: string): string {
  const clipped = text.length > 3 * SHOWN ? `${text.slice(0, 3 * SHOWN)}…` : text;
  const visible = clipped.replaceAll(/[^\P{C}\n]|(?! )\p{Z}/gu, (found) => {
    const code = found.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16).toUpperCase().padStart(4, '0')}}`;
  });
  return `"${visible.replaceAll('\n', String.raw`\n`)}"`;
}
