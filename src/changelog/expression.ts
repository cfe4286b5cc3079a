/** A context or label expression, parsed; `source` is what the user wrote. */
export interface Expression {
  readonly source: string;
  readonly root: ExpressionNode;
}

export type ExpressionNode =
  | { readonly kind: 'name'; readonly name: string; readonly required: boolean }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ExpressionNode[] }
  | { readonly kind: 'not'; readonly operand: ExpressionNode };

/** Why a text is no expression, and what would be right. */
export interface BadExpression {
  readonly message: string;
  readonly fix: string;
}

interface Word {
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

type Step = readonly [ExpressionNode, readonly Word[]] | BadExpression;

const BETWEEN = 'put "and", "or" or a comma between names';
const GRAMMAR = 'combine names with "and", "or", "not", "!", commas and parentheses';

/**
 * Parses `and`, `or`, `not`, `!`, parentheses and commas (an `or`) over names. `and` binds tighter than `or`, case does
 * not matter, `@name` is a name that must be given. A text without a name is the expression that everything matches.
 */
export function parseExpression(source: string): Expression | BadExpression {
  const words = splitWords(source);
  if (words.length === 0) return { source, root: { kind: 'and', operands: [] } };
  const parsed = parseOr(words);
  if (isBad(parsed)) return parsed;
  const [root, [next]] = parsed;
  if (next === undefined) return { source, root };
  if (next.text === ')') return bad(`")" at column ${next.column} closes nothing`);
  return bad(`there is no operator before "${next.text}" at column ${next.column}`, BETWEEN);
}

/** Whether a text may be a name in an expression, so that a label can be asked for. */
export function isExpressionName(text: string): boolean {
  return /^[^\s,()!@][^\s,()!]*$/.test(text) && !isOperator(text);
}

/**
 * Whether a changeset runs where these contexts are given; one without contexts always does. Unlike Liquibase, a
 * changeset that asks for a context does not run because none was given.
 */
export function matchesContexts(expression: Expression | undefined, given: readonly string[]): boolean {
  return expression === undefined || judgeExpression(expression, given, false) === true;
}

/**
 * Whether a changeset with these labels is asked for by the label expression of the run, as Liquibase has it: one
 * without labels matches, unless the expression requires a label with `@`.
 */
export function matchesLabels(expression: Expression | undefined, labels: readonly string[]): boolean {
  return expression === undefined || judgeExpression(expression, labels, undefined) !== false;
}

/**
 * Judges an expression over names. `whenNoneGiven` is what an ordinary name is worth where there are no names at all:
 * `false` is strict; `undefined`, not known, is Liquibase's rule, under which neither `a` nor `not a` rules anything out.
 */
export function judgeExpression(
  expression: Expression,
  given: readonly string[],
  whenNoneGiven: false | undefined,
): boolean | undefined {
  const names = new Set(given.map((name) => name.trim().toLowerCase()));
  return judge(expression.root, names, whenNoneGiven);
}

function judge(
  node: ExpressionNode,
  names: ReadonlySet<string>,
  whenNoneGiven: false | undefined,
): boolean | undefined {
  switch (node.kind) {
    case 'name':
      if (node.name === 'nocontexts') return names.size === 0;
      return names.size === 0 && !node.required ? whenNoneGiven : names.has(node.name);
    case 'not': {
      const inner = judge(node.operand, names, whenNoneGiven);
      return inner === undefined ? undefined : !inner;
    }
    case 'and':
    case 'or': {
      // Three-valued: one `false` decides an `and`, one `true` an `or`, whatever the others are.
      const decisive = node.kind === 'or';
      const answers = node.operands.map((operand) => judge(operand, names, whenNoneGiven));
      if (answers.includes(decisive)) return decisive;
      return answers.includes(undefined) ? undefined : !decisive;
    }
  }
}

function splitWords(source: string): Word[] {
  return [...source.matchAll(/[,()!]|[^\s,()!]+/g)].map((match) => ({
    text: match[0].toLowerCase(),
    column: match.index + 1,
  }));
}

function parseOr(words: readonly Word[]): Step {
  return parseChain(words, 'or', parseAnd, (word) => word.text === 'or' || word.text === ',');
}

function parseAnd(words: readonly Word[]): Step {
  return parseChain(words, 'and', parseOperand, (word) => word.text === 'and');
}

function parseChain(
  words: readonly Word[],
  kind: 'and' | 'or',
  parseNext: (words: readonly Word[]) => Step,
  joins: (word: Word) => boolean,
): Step {
  const operands: ExpressionNode[] = [];
  let rest = words;
  for (;;) {
    const parsed = parseNext(rest);
    if (isBad(parsed)) return parsed;
    operands.push(parsed[0]);
    const [joint, ...others] = parsed[1];
    if (joint === undefined || !joins(joint)) {
      return [operands.length === 1 ? parsed[0] : { kind, operands }, parsed[1]];
    }
    rest = others;
  }
}

function parseOperand([word, ...rest]: readonly Word[]): Step {
  if (word === undefined) return bad('it ends where a name is expected');
  if (word.text === '!' || word.text === 'not') return parseNot(rest);
  if (word.text === '(') return parseParentheses(word, rest);
  const [next, required, ...others] = rest;
  if (word.text === '@' && next?.text === '!' && required) {
    return parseOperand([next, { ...required, text: `@${required.text}` }, ...others]);
  }
  const name = word.text.replace(/^@/, '');
  if (!isExpressionName(name))
    return bad(`"${word.text}" at column ${word.column} stands where a name is expected`);
  return [{ kind: 'name', name, required: name !== word.text }, rest];
}

function parseNot(words: readonly Word[]): Step {
  const parsed = parseOperand(words);
  return isBad(parsed) ? parsed : [{ kind: 'not', operand: parsed[0] }, parsed[1]];
}

function parseParentheses(opening: Word, words: readonly Word[]): Step {
  const parsed = parseOr(words);
  if (isBad(parsed)) return parsed;
  const [next, ...rest] = parsed[1];
  if (next?.text === ')') return [parsed[0], rest];
  return next === undefined
    ? bad(`"(" at column ${opening.column} is never closed`, 'add the missing ")"')
    : bad(`there is no operator before "${next.text}" at column ${next.column}`, BETWEEN);
}

function isOperator(text: string): boolean {
  return ['and', 'or', 'not'].includes(text.toLowerCase());
}

/** Tells the two results of `parseExpression` apart. */
export function isBadExpression(parsed: Expression | BadExpression): parsed is BadExpression {
  return 'message' in parsed;
}

function isBad(step: Step): step is BadExpression {
  return 'message' in step;
}

function bad(message: string, fix: string = GRAMMAR): BadExpression {
  return { message, fix };
}
