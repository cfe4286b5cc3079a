import type { ColumnName, Expression, Value } from './expression.ts';

/** The values that columns have in one row; what else is unknown is computed from a seed. */
export interface SampleRow {
  readonly seed: number;
  readonly column: (name: ColumnName) => Value;
}

type Operate = (args: readonly Value[]) => Value;

/** What functions and variables that are not known here may give. */
const UNKNOWN_VALUES: readonly Value[] = [0, 1, 2, 5, 40, -3, 1e9, 'a', 'zebra', '2001-02-03', '2099-12-31'];
const YES_OR_NO = /^JSON_(?:VALID|CONTAINS|CONTAINS_PATH|OVERLAPS)$/;
const ANY_TEXT = /^\^?(?:\.\*|\.\+|\.)?\$?$/;

const OPERATIONS: Readonly<Record<string, Operate>> = {
  XOR: ([a, b]) => strict([a, b], () => Number(isTrue(a) !== isTrue(b))),
  NOT: ([a]) => strict([a], () => Number(!isTrue(a))),
  '=': ([a, b]) => compared(a, b, (sign) => sign === 0),
  '<>': ([a, b]) => compared(a, b, (sign) => sign !== 0),
  '<': ([a, b]) => compared(a, b, (sign) => sign < 0),
  '<=': ([a, b]) => compared(a, b, (sign) => sign <= 0),
  '>': ([a, b]) => compared(a, b, (sign) => sign > 0),
  '>=': ([a, b]) => compared(a, b, (sign) => sign >= 0),
  '<=>': ([a, b]) => (isNull(a) || isNull(b) ? Number(isNull(a) && isNull(b)) : Number(order(a, b) === 0)),
  ISNULL: ([a]) => Number(isNull(a)),
  LIKE: ([a, b], ...rest) => strict([a, b, ...rest.flat()], () => like(String(a), String(b))),
  '+': (args) => calculated(args, (a, b) => a + b),
  '-': (args) => calculated(args, (a, b) => a - b),
  '*': (args) => calculated(args, (a, b) => a * b),
  '/': (args) => calculated(args, (a, b) => (b === 0 ? null : a / b)),
  DIV: (args) => calculated(args, (a, b) => (b === 0 ? null : Math.trunc(a / b))),
  '%': (args) => calculated(args, (a, b) => (b === 0 ? null : a % b)),
  // Of these bits only whether there are any is known.
  '|': (args) => calculated(args, (a, b) => Number(a !== 0 || b !== 0)),
  '&': (args) => calculated(args, (a, b) => (a === 0 || b === 0 ? 0 : (a & b) >>> 0)),
  '~': ([a]) => strict([a], () => Number(toNumber(a) !== -1)),
  NEGATE: ([a]) => strict([a], () => -toNumber(a)),
  ABS: ([a]) => strict([a], () => Math.abs(toNumber(a))),
  SIGN: ([a]) => strict([a], () => Math.sign(toNumber(a))),
  COALESCE: (args) => args.find((value) => !isNull(value)) ?? null,
  IFNULL: (args) => args.find((value) => !isNull(value)) ?? null,
  NULLIF: ([a, b]) => (compared(a, b, (sign) => sign === 0) === 1 ? null : (a ?? null)),
  IF: ([a, b, c]) => (isTrue(a) ? b : c) ?? null,
  GREATEST: (args) => strict(args, () => args.reduce((a, b) => (order(a, b) >= 0 ? a : b)) ?? null),
  LEAST: (args) => strict(args, () => args.reduce((a, b) => (order(a, b) <= 0 ? a : b)) ?? null),
  CONCAT: (args) => strict(args, () => args.join('')),
  LENGTH: ([a]) => strict([a], () => String(a).length),
  CHAR_LENGTH: ([a]) => strict([a], () => String(a).length),
  CHARACTER_LENGTH: ([a]) => strict([a], () => String(a).length),
  LOWER: ([a]) => strict([a], () => String(a).toLowerCase()),
  UPPER: ([a]) => strict([a], () => String(a).toUpperCase()),
  TRIM: ([a]) => strict([a], () => String(a).trim()),
  CAST: ([a]) => a ?? null,
  CONVERT: ([a]) => a ?? null,
  BINARY: ([a]) => a ?? null,
  ANY_VALUE: ([a]) => a ?? null,
};

/** Computes an expression for one row. */
export function evaluate(expression: Expression, row: SampleRow): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'column':
      return row.column(expression.name);
    case 'query':
      return unknown(expression.tokens.map(({ text }) => text).join(' '), [], row);
    case 'operation':
      return operate(expression.op, expression.args, row);
  }
}

/** True if a value counts as TRUE in a WHERE; NULL does not. */
export function isTrue(value: Value | undefined): boolean {
  return !isNull(value) && toNumber(value) !== 0;
}

function operate(op: string, args: readonly Expression[], row: SampleRow): Value {
  switch (op) {
    case 'AND':
      return conjunction(args, row, false);
    case 'OR':
      return conjunction(args, row, true);
    case 'CASE': {
      for (let at = 0; at + 1 < args.length; at += 2) {
        if (isTrue(evaluate(args[at] as Expression, row))) return evaluate(args[at + 1] as Expression, row);
      }
      return evaluate(args.at(-1) as Expression, row);
    }
    case 'IS':
      return is(evaluate(args[0] as Expression, row), evaluate(args[1] as Expression, row));
    case 'IN':
      return isIn(args, row);
    case 'REGEXP':
    case 'REGEXP_LIKE':
      return matches(args, row);
  }
  const rows = pairs(op, args);
  if (rows) return conjunction(rows, row, false);
  const values = args.map((arg) => evaluate(arg, row));
  // True or false: whether a subselect has the row, or a text the words.
  if (op === 'MATCHES' || YES_OR_NO.test(op)) return (hash(JSON.stringify([values, row.seed % 5])) >>> 7) % 2;
  const known = OPERATIONS[op];
  return known ? known(values) : unknown(op, values, row);
}

/** `(a, b) = (1, 2)` is `a = 1 AND b = 2`. */
function pairs(op: string, [left, right]: readonly Expression[]): readonly Expression[] | undefined {
  if (op !== '=' && op !== '<=>') return undefined;
  if (left?.kind !== 'operation' || right?.kind !== 'operation') return undefined;
  if (left.op !== 'ROW' || right.op !== 'ROW' || left.args.length !== right.args.length) return undefined;
  return left.args.map((arg, at) => ({ kind: 'operation', op, args: [arg, right.args[at] as Expression] }));
}

/** AND stops at what is false, OR at what is true; NULL is neither. */
function conjunction(args: readonly Expression[], row: SampleRow, decides: boolean): Value {
  let result: Value = Number(!decides);
  for (const arg of args) {
    const value = evaluate(arg, row);
    if (isNull(value)) result = null;
    else if (isTrue(value) === decides) return Number(decides);
  }
  return result;
}

function isIn([left, ...items]: readonly Expression[], row: SampleRow): Value {
  return operate(
    'OR',
    items.map((item) => ({ kind: 'operation', op: '=', args: [left as Expression, item] })),
    row,
  );
}

function is(value: Value, what: Value): Value {
  if (what === null) return Number(isNull(value));
  return Number(!isNull(value) && isTrue(value) === (what === 1));
}

function matches(args: readonly Expression[], row: SampleRow): Value {
  const [value, pattern] = args.map((arg) => evaluate(arg, row));
  if (isNull(value) || isNull(pattern)) return null;
  return ANY_TEXT.test(String(pattern)) ? 1 : (hash(`${value} ${pattern} ${row.seed}`) >>> 7) % 2;
}

/** Only patterns that everything matches, or one text, are known. */
function like(text: string, pattern: string): number {
  if (/^[%_]*%[%_]*$/.test(pattern)) return Number(text.length >= pattern.replaceAll('%', '').length);
  if (!/[%_\\]/.test(pattern)) return Number(text.toLowerCase() === pattern.toLowerCase());
  return text === pattern ? 1 : (hash(`${text} ${pattern}`) >>> 7) % 2;
}

function unknown(op: string, values: readonly Value[], { seed }: SampleRow): Value {
  const picked = hash(JSON.stringify([op, values, values.length === 0 ? seed : seed % 3]));
  return UNKNOWN_VALUES[picked % UNKNOWN_VALUES.length] ?? null;
}

function compared(
  left: Value | undefined,
  right: Value | undefined,
  holds: (sign: number) => boolean,
): Value {
  return strict([left, right], () => Number(holds(order(left, right))));
}

/** Two texts are compared as such, anything else as numbers. */
function order(left: Value | undefined, right: Value | undefined): number {
  if (typeof left === 'string' && typeof right === 'string') {
    const [a, b] = [left.toLowerCase(), right.toLowerCase()];
    return a < b ? -1 : Number(a > b);
  }
  return toNumber(left) - toNumber(right);
}

function calculated(args: readonly Value[], calculate: (a: number, b: number) => Value): Value {
  return strict(args, () => calculate(toNumber(args[0]), toNumber(args[1])));
}

/** NULL where an argument is NULL. */
function strict(args: readonly (Value | undefined)[], compute: () => Value): Value {
  return args.some(isNull) ? null : compute();
}

function isNull(value: Value | undefined): boolean {
  return value === null || value === undefined;
}

function toNumber(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  return Number.parseFloat(value ?? '') || 0;
}

/** FNV-1a: the same number for the same text. */
export function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  // The low bits alone hardly differ.
  return (sum ^ (sum >>> 15)) >>> 0;
}
