import { nameProblem, parseExpression } from '../changelog/parse/parse-expression.ts';
import { parsePlanParts } from '../changelog/plan/plan-difference.ts';
import type { InputSpec } from './input-table.ts';

/** What is wrong with a value, and what would be right. */
export interface BadValue {
  readonly message: string;
  readonly fix: string;
}

/** Why a value cannot be one of this input, in whatever mode; undefined if it can. */
export function badValue(spec: InputSpec, value: string): BadValue | undefined {
  if (spec.unbuilt?.test(value)) {
    return { message: `${quote(value)} is not built yet`, fix: fixOf(spec) };
  }
  switch (spec.kind) {
    case 'text':
    case 'secret':
      return undefined;
    case 'boolean':
      return isBoolean(value)
        ? undefined
        : { message: `${quote(value)} is neither true nor false`, fix: 'use true or false' };
    case 'choice': {
      const what = spec.name === 'mode' ? 'not a mode' : 'not allowed';
      return spec.values?.includes(value) || spec.beside?.test(value)
        ? undefined
        : { message: `${quote(value)} is ${what}`, fix: fixOf(spec) };
    }
    case 'seconds':
      return isSeconds(value) ? undefined : notNumber(value, 'a number of seconds', '60');
    case 'days':
      return isDays(value) ? undefined : notNumber(value, 'a number of days', '30');
    case 'port':
      return isPort(value)
        ? undefined
        : { message: `${quote(value)} is not a valid port`, fix: 'use a number from 1 to 65535' };
    case 'store':
      return value === 'artifact' || /^file:./s.test(value)
        ? undefined
        : { message: `${quote(value)} is not a backup store`, fix: fixOf(spec) };
    case 'names':
      return badNames(value);
    case 'expression': {
      const parsed = parseExpression(value);
      return 'root' in parsed ? undefined : parsed;
    }
    case 'plan-hash':
      return badPlanHash(value);
    case 'plan-parts':
      return parsePlanParts(value)
        ? undefined
        : {
            message: `${quote(value)} is not what the output plan-parts gives`,
            fix: 'pass the output plan-parts as it is: a JSON object of names, each with 12 hex digits',
          };
  }
}

/** The items of a comma list; an empty one is left out. */
export function splitNames(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** True if a value says yes or no. */
export function isBoolean(value: string): boolean {
  return /^(?:true|false)$/i.test(value);
}

/** True if a value is a number of seconds, with or without a fraction. */
export function isSeconds(value: string): boolean {
  return /^\d{1,7}(?:\.\d{1,9})?$/.test(value);
}

/** True if a value is a whole number of days. */
export function isDays(value: string): boolean {
  return /^\d{1,4}$/.test(value) && Number(value) > 0;
}

/** True if a value is the number of a TCP port. */
export function isPort(value: string): boolean {
  return /^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) < 65_536;
}

/** No list that a person wrote is longer. */
const LONGEST_LIST = 4000;

function badNames(value: string): BadValue | undefined {
  if (value.length > LONGEST_LIST) {
    const message = `${quote(value)} has ${value.length} characters, and ${LONGEST_LIST} are allowed`;
    return { message, fix: 'use fewer or shorter names' };
  }
  for (const name of splitNames(value)) {
    const problem = nameProblem(name);
    if (problem) return { message: problem.message, fix: `put a comma between names; ${problem.fix}` };
  }
  return undefined;
}

function badPlanHash(value: string): BadValue | undefined {
  if (/^v2:[0-9a-f]{64}$/i.test(value)) return undefined;
  if (/^(?:v\d{1,9}:)?[0-9a-f]{64}$/i.test(value)) {
    return {
      message: `${quote(value)} is a plan hash of another version of db-deploy, which covers other things`,
      fix: 'make the plan again with this version (mode: status), review it and pass its plan-hash',
    };
  }
  return {
    message: `${quote(value)} is not a plan hash`,
    fix: 'pass the output plan-hash: "v2:" and 64 hex digits',
  };
}

function notNumber(value: string, what: string, example: string): BadValue {
  return { message: `${quote(value)} is not ${what}`, fix: `use a number such as ${example}` };
}

function fixOf({ kind, values }: InputSpec): string {
  return kind === 'store'
    ? 'use artifact (in a workflow) or file:<folder>'
    : `use one of: ${values?.join(', ')}`;
}

const SHOWN = 100;

function quote(value: string): string {
  return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
}
