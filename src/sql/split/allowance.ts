import type { Allowance } from '../statements.ts';

/** What a comment says to db-deploy: nothing, an allowance, or something that it does not understand. */
export type Directive =
  | { readonly kind: 'none' }
  | { readonly kind: 'allowance'; readonly allowance: Allowance }
  | { readonly kind: 'problem'; readonly line: number; readonly message: string };

const NONE: Directive = { kind: 'none' };
const FORM = /^--\s+db-deploy:(\S*)(?:\s+(\S+))?(?:\s+(\S.*?))?\s*$/;

/** The form, for fixes. */
export const allowanceForm = '-- db-deploy:allow <rule> <reason>';

/** Reads a line comment, `-- db-deploy:allow <rule> <reason>` among all the others. */
export function parseDirective(comment: string, line: number): Directive {
  const match = comment.startsWith('--') ? FORM.exec(comment) : null;
  if (!match) return NONE;
  const [, verb, rule, reason] = match;
  if (verb !== 'allow') return { kind: 'problem', line, message: `unknown directive "db-deploy:${verb}"` };
  if (rule === undefined) return { kind: 'problem', line, message: '"db-deploy:allow" names no rule' };
  if (reason === undefined) {
    return { kind: 'problem', line, message: `"db-deploy:allow ${rule}" gives no reason` };
  }
  return { kind: 'allowance', allowance: { rule, reason, line } };
}
