import { codeTokens } from '../../sql/code-tokens.ts';
import type { Rule } from '../rule.ts';

/** The SQL of `db-deploy new` that was not replaced yet. */
export const placeholder: Rule = {
  name: 'placeholder',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'DO 0',
  check: ({ changeset: { sql } }) => {
    const isDoZero = (statement: (typeof sql.statements)[number]): boolean =>
      [...codeTokens(statement)].map(({ text }) => text.toUpperCase()).join(' ') === 'DO 0';
    const [first] = sql.statements;
    if (!first || !sql.statements.every(isDoZero)) return [];
    const message = 'does nothing: "DO 0" stands for SQL that is still to be written';
    return [{ statements: [first], line: first.line, message, fix: `write the SQL into ${sql.path}` }];
  },
};
