import type { Token } from '../statements.ts';

/** A token of a block, with what its statements are found by. */
export interface BlockToken {
  readonly kind: Token['kind'];
  /** Empty where it is long. */
  readonly text: string;
  /** A keyword in upper case; empty for quoted text and for a name after a dot. */
  readonly word: string;
  readonly start: number;
  readonly isInComment: boolean;
}

/** Where a body is being followed: inside which blocks, and in what part of a statement. */
interface Walk {
  readonly tokens: readonly BlockToken[];
  readonly blocks: string[];
  /** `start`: a statement begins here; `condition`: of an IF, CASE, WHILE or UNTIL. */
  part: 'start' | 'condition' | 'statement';
  /** How many CASE expressions are open. */
  cases: number;
  at: number;
}

const CHARACTERISTICS = [
  ...['RETURNS', 'COMMENT', 'LANGUAGE', 'NOT', 'DETERMINISTIC', 'CONTAINS', 'SQL', 'NO', 'READS', 'MODIFIES'],
  ...['DATA', 'SECURITY', 'DEFINER', 'INVOKER', 'USING'],
];
const OF_A_TYPE = [
  ...['UNSIGNED', 'SIGNED', 'ZEROFILL', 'CHARACTER', 'CHAR', 'CHARSET', 'COLLATE', 'SET', 'BINARY', 'ASCII'],
  ...['UNICODE', 'BYTE', 'PRECISION', 'VARYING', 'VARCHAR', 'VARCHARACTER', 'VARBINARY'],
];
const WITH_CONDITION = ['IF', 'CASE', 'WHILE'];
const WITHOUT_CONDITION = ['BEGIN', 'LOOP', 'REPEAT'];
const END_WORDS = ['IF', 'CASE', 'WHILE', 'LOOP', 'REPEAT'];

/** The index of the `;` that ends the statement that begins at `from`; the number of tokens where none does. */
export function endOfFirst(tokens: readonly BlockToken[], from: number): number {
  const body = bodyStart(tokens, from);
  if (body === undefined) return nextSemicolon(tokens, from);
  const walk: Walk = { tokens, blocks: [], part: 'start', cases: 0, at: body };
  while (walk.at < tokens.length) {
    if (tokens[walk.at]?.text === ';') {
      if (walk.blocks.length === 0) return walk.at;
      walk.part = 'start';
      walk.cases = 0;
      walk.at++;
    } else if (walk.part === 'start') begin(walk);
    else goOn(walk);
  }
  return tokens.length;
}

function nextSemicolon(tokens: readonly BlockToken[], from: number): number {
  for (let at = from; at < tokens.length; at++) if (tokens[at]?.text === ';') return at;
  return tokens.length;
}

/** One step where a statement of the body begins. */
function begin(walk: Walk): void {
  const { tokens, at } = walk;
  const word = wordAt(tokens, at);
  walk.at++;
  if (tokens[at + 1]?.text === ':') walk.at++;
  else if (WITH_CONDITION.includes(word)) {
    walk.blocks.push(word);
    walk.part = 'condition';
  } else if (WITHOUT_CONDITION.includes(word)) walk.blocks.push(word);
  else if (['ELSEIF', 'WHEN', 'UNTIL'].includes(word)) walk.part = 'condition';
  else if (word === 'END') endBlock(walk);
  else if (word === 'DECLARE' && wordAt(tokens, at + 2) === 'HANDLER') walk.at = afterHandled(tokens, at + 4);
  else if (word !== 'ELSE') walk.part = 'statement';
}

/** One step inside a statement or a condition. */
function goOn(walk: Walk): void {
  const word = wordAt(walk.tokens, walk.at);
  walk.at++;
  if (word === 'CASE') walk.cases++;
  else if (walk.cases > 0) walk.cases -= word === 'END' ? 1 : 0;
  else if (walk.part === 'statement') return;
  else if (word === 'END') endBlock(walk);
  else if (word === 'THEN' || (word === 'DO' && walk.blocks.at(-1) === 'WHILE')) walk.part = 'start';
}

/** `END`, `END IF`, with a label behind it or not. */
function endBlock(walk: Walk): void {
  walk.blocks.pop();
  walk.part = 'statement';
  if (END_WORDS.includes(wordAt(walk.tokens, walk.at))) walk.at++;
}

/** Past `NOT FOUND, SQLSTATE VALUE '…', 1062, a_name` behind HANDLER FOR. */
function afterHandled(tokens: readonly BlockToken[], from: number): number {
  let at = from;
  for (; at < tokens.length; at++) {
    if (['NOT', 'SQLSTATE'].includes(wordAt(tokens, at))) at++;
    if (wordAt(tokens, at) === 'VALUE') at++;
    at++;
    if (tokens[at]?.text !== ',') return at;
  }
  return at;
}

/** Where the body of a CREATE or ALTER begins; undefined for what has none. */
function bodyStart(tokens: readonly BlockToken[], from: number): number | undefined {
  if (!['CREATE', 'ALTER'].includes(wordAt(tokens, from))) return undefined;
  let at = from + 1;
  if (wordAt(tokens, at) === 'OR') at += 2;
  if (wordAt(tokens, at) === 'DEFINER' && tokens[at + 1]?.text === '=') at = afterAccount(tokens, at + 2);
  switch (wordAt(tokens, at)) {
    case 'TRIGGER':
      return triggerBody(tokens, at);
    case 'EVENT':
      return afterWord(tokens, at, 'DO');
    case 'PROCEDURE':
    case 'FUNCTION':
      return wordAt(tokens, from) === 'CREATE' ? routineBody(tokens, at) : undefined;
    default:
      return undefined;
  }
}

/** `user@host`, each quoted or not; `CURRENT_USER()`. */
function afterAccount(tokens: readonly BlockToken[], from: number): number {
  let at = from + 1;
  if (tokens[at]?.text === '@') return at + 2;
  while (tokens[at]?.kind === 'variable' || ['(', ')'].includes(tokens[at]?.text ?? '')) at++;
  return at;
}

function triggerBody(tokens: readonly BlockToken[], from: number): number | undefined {
  const each = afterWord(tokens, from, 'EACH');
  if (each === undefined || !['FOLLOWS', 'PRECEDES'].includes(wordAt(tokens, each + 1)))
    return each && each + 1;
  return tokens[each + 3]?.text === '.' ? each + 5 : each + 3;
}

/** The position after the next such word of the same statement. */
function afterWord(tokens: readonly BlockToken[], from: number, word: string): number | undefined {
  for (let at = from; at < tokens.length && tokens[at]?.text !== ';'; at++) {
    if (wordAt(tokens, at) === word) return at + 1;
  }
  return undefined;
}

function routineBody(tokens: readonly BlockToken[], from: number): number | undefined {
  let at = from;
  while (at < tokens.length && tokens[at]?.text !== '(') {
    if (tokens[at]?.text === ';') return undefined;
    at++;
  }
  at = afterParentheses(tokens, at);
  for (let isType = false; at < tokens.length;) {
    const word = wordAt(tokens, at);
    const isCharacteristic = CHARACTERISTICS.includes(word);
    if (tokens[at]?.text === '(') at = afterParentheses(tokens, at);
    else if (word === 'RETURNS') at += 2;
    else if (['LANGUAGE', 'CHARSET', 'COLLATE'].includes(word)) at += 2;
    else if (isCharacteristic || (isType && OF_A_TYPE.includes(word)) || isText(tokens[at])) at++;
    else if (isType && wordAt(tokens, at - 1) === 'SET') at++;
    else return at;
    if (isCharacteristic) isType = word === 'RETURNS';
  }
  return undefined;
}

function isText(token: BlockToken | undefined): boolean {
  return token?.kind === 'string' || token?.kind === 'dquoted';
}

function afterParentheses(tokens: readonly BlockToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at]?.text === '(') depth++;
    if (tokens[at]?.text === ')' && --depth === 0) return at + 1;
  }
  return tokens.length;
}

function wordAt(tokens: readonly BlockToken[], at: number): string {
  return tokens[at]?.word ?? '';
}
