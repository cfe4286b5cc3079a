import type { CodeToken } from './code-token.ts';
import { afterParentheses, keyword, outerKeywords } from './token-walk.ts';

/** Reserved words of expressions; those that MySQL takes for names too, like DATE or END, are not among them. */
const RESERVED = new Set(
  (
    'ALL AND AS BETWEEN BINARY BOTH BY CASE CAST COLLATE CONVERT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP ' +
    'CURRENT_USER DISTINCT DIV DUAL ELSE EXISTS FALSE FROM GROUP HAVING IN INTERVAL IS LEADING LIKE LIMIT ' +
    'LOCALTIME LOCALTIMESTAMP MOD NOT NULL OR ORDER REGEXP RLIKE SELECT THEN TRAILING TRUE UNION USING ' +
    'UTC_DATE UTC_TIME UTC_TIMESTAMP VALUES WHEN WITH XOR'
  ).split(' '),
);
const BEFORE_NO_COLUMN = ['AS', 'COLLATE', 'USING', 'IS'];
const OPERANDS = new Set(['string', 'dquoted', 'number', 'variable']);

/** Deeper parentheses than anybody writes are not looked into. */
const MOST_LEVELS = 50;

/** Whether a condition holds for all rows or for none: it names no column, like `1 = 1`, or says so after an OR. */
export function isConstant(condition: readonly CodeToken[], level = 0): boolean {
  const inner = withoutParentheses(condition);
  const operands = level < MOST_LEVELS ? splitAtOr(inner) : [];
  if (operands.length > 1) return operands.some((operand) => isConstant(operand, level + 1));
  return !inner.some((token, at) => token.kind === 'name' || isColumn(inner, at));
}

function isColumn(condition: readonly CodeToken[], at: number): boolean {
  const word = keyword(condition, at);
  const next = condition[at + 1];
  if (condition[at]?.kind !== 'word') return false;
  if (RESERVED.has(word) || next?.text === '(') return false;
  // DATE '2020-01-01' and _utf8mb4 'a'.
  if (next?.kind === 'string' && (word.startsWith('_') || /^(?:DATE|TIME|TIMESTAMP)$/.test(word)))
    return false;
  if (word === 'END' && condition.some((_, index) => keyword(condition, index) === 'CASE')) return false;
  const previous = condition[at - 1];
  // Two operands never stand side by side: in INTERVAL 1 DAY it is a unit.
  if (previous && (OPERANDS.has(previous.kind) || previous.text === ')')) return false;
  return !BEFORE_NO_COLUMN.includes(keyword(condition, at - 1));
}

function withoutParentheses(condition: readonly CodeToken[]): readonly CodeToken[] {
  let inner = condition;
  for (let level = 0; level < MOST_LEVELS && keyword(inner, 0) === '('; level++) {
    if (afterParentheses(inner, 0) < inner.length) break;
    inner = inner.slice(1, -1);
  }
  return inner;
}

function splitAtOr(condition: readonly CodeToken[]): readonly (readonly CodeToken[])[] {
  const parts: (readonly CodeToken[])[] = [];
  let start = 0;
  for (const [word, at] of outerKeywords(condition)) {
    if (word !== 'OR' && word !== '||') continue;
    parts.push(condition.slice(start, at));
    start = at + 1;
  }
  return [...parts, condition.slice(start)];
}
