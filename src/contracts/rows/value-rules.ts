import type { ProblemSink } from '../../yaml/problem-sink.ts';
import type { ColumnType } from '../../pipeline/manifest/manifest.ts';
import type { ValueRule } from '../../pipeline/manifest/value-rule.ts';
import { orderOf, type ValueOrder } from './compare-values.ts';
import type { ContractProperty, Located } from '../contract.ts';

const BOUNDS = {
  minimum: { isBroken: (order: number) => order < 0, words: 'is less than' },
  exclusiveMinimum: { isBroken: (order: number) => order <= 0, words: 'is not greater than' },
  maximum: { isBroken: (order: number) => order > 0, words: 'is greater than' },
  exclusiveMaximum: { isBroken: (order: number) => order >= 0, words: 'is not less than' },
} as const;

/** The options that `boundRules` reads. */
export const BOUND_OPTIONS = Object.keys(BOUNDS) as readonly (keyof typeof BOUNDS)[];

/** Rules of `minimum`, `maximum` and their exclusive forms; `warn` hears of those that cannot be kept. */
export function boundRules(
  property: ContractProperty,
  type: ColumnType,
  warn: ProblemSink,
): readonly ValueRule[] {
  return BOUND_OPTIONS.flatMap((name): readonly ValueRule[] => {
    const bound = property.options.get(name);
    if (!bound) return [];
    const order = type.kind === 'string' ? undefined : orderOf(type);
    const limit = order?.read(bound.value);
    if (!order || limit === undefined) {
      warn(
        bound.line,
        `"${name}: ${bound.value}" is not enforced on a ${type.kind}`,
        'write a bound of its type',
      );
      return [];
    }
    const { isBroken, words } = BOUNDS[name];
    return [
      {
        isBroken: (value) => isBroken(order.compare(value, limit)),
        explain: `${words} ${bound.value}, the ${name} of its contract`,
      },
    ];
  });
}

/** The rule of an `enum`, or of the members of a type. */
export function enumRule(
  values: Located<readonly string[]>,
  type: ColumnType,
  warn: ProblemSink,
): ValueRule | undefined {
  const order = orderOf(type);
  const read = values.value.map((value) => order?.read(value));
  if (!order || read.includes(undefined)) {
    return warn(values.line, `"enum" is not enforced on a ${type.kind}`, 'write values of its type');
  }
  const explain = 'is not among the values of its contract';
  const known = read.flatMap((value) => value ?? []);
  if (type.kind === 'string') {
    const members = new Set(known);
    return { isBroken: (value) => !members.has(value), explain };
  }
  return { isBroken: (value) => !isAmong(value, known, order), explain };
}

function isAmong(value: string, known: readonly string[], { compare }: ValueOrder): boolean {
  return known.some((member) => compare(value, member) === 0);
}

const FORMATS: Readonly<Record<string, (value: string) => boolean>> = {
  email: (value) => /^[^@\s]+@[^@\s]+$/.test(value),
  uuid: (value) => /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(value),
  uri: (value) => URL.canParse(value),
  hostname: (value) =>
    value.length <= 253 &&
    value.split('.').every((part) => /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(part)),
  ipv4: (value) => /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(value),
  ipv6: (value) => /^[\da-f:.]+$/i.test(value) && URL.canParse(`http://[${value}]/`),
};
/** They say how a value is used, not what it is. */
const SILENT = ['password', 'binary'];

/** Rules for the options of a text, beside `maxLength` and `pattern`, which columns have themselves. */
export function textRules({ options }: ContractProperty, warn: ProblemSink): readonly ValueRule[] {
  const rules: ValueRule[] = [];
  const least = options.get('minLength');
  if (least) {
    const most = Number(least.value);
    const isBroken = (value: string): boolean => value.length < most * 2 && Array.from(value).length < most;
    rules.push({ isBroken, explain: `is shorter than ${most} characters` });
  }
  const format = options.get('format');
  if (format && !SILENT.includes(format.value)) {
    const fits = Object.hasOwn(FORMATS, format.value) ? FORMATS[format.value] : undefined;
    if (fits) rules.push({ isBroken: (value) => !fits(value), explain: `is not a valid ${format.value}` });
    else
      warn(format.line, `"format: ${format.value}" is not enforced`, 'add a "pattern" that says what it is');
  }
  return rules;
}
