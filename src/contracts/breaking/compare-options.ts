import type { ColumnType } from '../../pipeline/manifest/manifest.ts';
import type { ContractProperty } from '../contract.ts';
import { mapLogicalType, mapPhysicalType } from '../rows/column-type.ts';
import { orderOf, type ValueOrder } from '../rows/compare-values.ts';
import type { ChangeWeight, Note } from './contract-change.ts';

/** One end of the range of what is allowed; a closed bound belongs to it. */
interface Bound {
  readonly value: string;
  readonly isOpen: boolean;
}

const RANGES = [
  { side: 'minimum', open: 'exclusiveMinimum', sign: 1 },
  { side: 'maximum', open: 'exclusiveMaximum', sign: -1 },
  { side: 'minLength', open: undefined, sign: 1 },
  { side: 'maxLength', open: undefined, sign: -1 },
  { side: 'minItems', open: undefined, sign: 1 },
  { side: 'maxItems', open: undefined, sign: -1 },
] as const;
const IN_RANGES: readonly string[] = RANGES.flatMap(({ side, open }) => [side, open ?? []].flat());
/** New ones allow less than no rule at all. */
const RULES = ['pattern', 'format', 'multipleOf', 'uniqueItems', 'dimensions'];

/** Compares `logicalTypeOptions`: ranges by what they allow, the others by whether they are the same. */
export function compareOptions(before: ContractProperty, after: ContractProperty, note: Note): void {
  for (const range of RANGES) compareRange(range, before, after, note);
  for (const key of new Set([...before.options.keys(), ...after.options.keys()])) {
    if (IN_RANGES.includes(key)) continue;
    const [old, option] = [before.options.get(key)?.value, after.options.get(key)];
    const line = option?.line ?? after.line;
    if (old === option?.value) continue;
    if (old === undefined) {
      note(RULES.includes(key) ? 'breaking' : 'unclear', line, `"${key}: ${option?.value}" is new`);
    } else if (option === undefined) {
      note(RULES.includes(key) ? 'loosens' : 'unclear', line, `"${key}: ${old}" is gone`);
    } else note('unclear', line, `"${key}" is ${option.value} now, and was ${old}`);
  }
}

function compareRange(
  { side, open, sign }: (typeof RANGES)[number],
  before: ContractProperty,
  after: ContractProperty,
  note: Note,
): void {
  const order = /Length|Items/.test(side) ? orderOf({ kind: 'bigint' }) : orderOfProperty(after);
  const [old, bound] = [before, after].map((property) => boundsOf(property, side, open));
  const areWhole = [before, after].map(({ logicalType }) => logicalType?.value === 'integer');
  const words = [old, bound].map((list) => list!.map(describe(side, open)).join(' and ') || 'none');
  if (words[0] === words[1]) return;
  const line = (after.options.get(side) ?? (open === undefined ? undefined : after.options.get(open)))?.line;
  const weight = weigh(
    strictest(old!, order, sign, areWhole[0]!),
    strictest(bound!, order, sign, areWhole[1]!),
    order,
    sign,
  );
  if (weight) note(weight, line ?? after.line, `${side} is ${words[1]} now, and was ${words[0]}`);
}

function describe(side: string, open: string | undefined): (bound: Bound) => string {
  return ({ value, isOpen }) => `${value}${isOpen ? ` (${open ?? side})` : ''}`;
}

function boundsOf({ options }: ContractProperty, side: string, open: string | undefined): readonly Bound[] {
  const [closed, exclusive] = [options.get(side), open === undefined ? undefined : options.get(open)];
  return [
    ...(closed ? [{ value: closed.value, isOpen: false }] : []),
    ...(exclusive ? [{ value: exclusive.value, isOpen: true }] : []),
  ];
}

function orderOfProperty({ logicalType, physicalType, options }: ContractProperty): ValueOrder | undefined {
  const type: ColumnType | undefined =
    (physicalType && mapPhysicalType(physicalType.value)?.type) ??
    (logicalType && mapLogicalType(logicalType.value, options.get('format')?.value));
  return type && type.kind !== 'string' ? orderOf(type) : undefined;
}

type Strictest = Bound | 'none' | 'unknown';

/** Of whole numbers, above 4 is from 5 on. */
function closed(bound: Bound, isWhole: boolean, sign: number): Bound {
  if (!isWhole || !bound.isOpen || !/^[+-]?\d+$/.test(bound.value)) return bound;
  return { value: String(BigInt(bound.value) + BigInt(sign)), isOpen: false };
}

function strictest(
  bounds: readonly Bound[],
  order: ValueOrder | undefined,
  sign: number,
  isWhole: boolean,
): Strictest {
  let found: Strictest = 'none';
  for (const { value: text, isOpen } of bounds) {
    const value = order?.read(text);
    if (!order || value === undefined) return 'unknown';
    const bound = closed({ value, isOpen }, isWhole, sign);
    if (found === 'none' || stricter(bound, found, order, sign) > 0) found = bound;
  }
  return found;
}

/** Above 0 where the first bound allows less. */
function stricter(left: Bound, right: Bound, order: ValueOrder, sign: number): number {
  return order.compare(left.value, right.value) * sign || Number(left.isOpen) - Number(right.isOpen);
}

function weigh(
  old: Strictest,
  bound: Strictest,
  order: ValueOrder | undefined,
  sign: number,
): ChangeWeight | undefined {
  if (bound === 'none') return 'loosens';
  if (old === 'none') return 'breaking';
  if (old === 'unknown' || bound === 'unknown' || !order) return 'unclear';
  const difference = stricter(bound, old, order, sign);
  return difference === 0 ? undefined : difference > 0 ? 'breaking' : 'loosens';
}
