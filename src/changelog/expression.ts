/** A context or label expression, parsed; `source` is what the user wrote. */
export interface Expression {
  readonly source: string;
  readonly root: ExpressionNode;
}

export type ExpressionNode =
  | { readonly kind: 'name'; readonly name: string; readonly required: boolean }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ExpressionNode[] }
  | { readonly kind: 'not'; readonly operand: ExpressionNode };

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
