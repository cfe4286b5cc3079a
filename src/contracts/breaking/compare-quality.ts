import { compareExact } from '../rows/compare-values.ts';
import { numericBounds } from '../checks/operator-sql.ts';
import type { QualityRule } from '../contract.ts';
import type { ChangeWeight, Note } from './contract-change.ts';

/** Compares quality rules, which are found again by their name, and without one by what they ask. */
export function compareQuality(
  before: readonly QualityRule[],
  after: readonly QualityRule[],
  line: number,
  note: Note,
): void {
  const left = [...after];
  const take = (isIt: (rule: QualityRule) => boolean): QualityRule | undefined => {
    const at = left.findIndex(isIt);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const changed = before.filter(
    (old) => !take(({ name, meaning }) => name === old.name && meaning === old.meaning),
  );
  const gone = changed.filter((old) => {
    const rule =
      old.name === undefined
        ? take((other) => other.meaning === old.meaning || asksTheSame(old, other))
        : take(({ name }) => name === old.name);
    if (rule && rule.meaning !== old.meaning) {
      note(
        weigh(old, rule),
        rule.line,
        `quality rule "${titleOf(rule)}" is another one now${describe(old, rule)}`,
      );
    }
    return !rule;
  });
  for (const rule of gone)
    note(isBinding(rule) ? 'loosens' : 'compatible', line, `quality rule "${titleOf(rule)}" is gone`);
  for (const rule of left)
    note(isBinding(rule) ? 'breaking' : 'compatible', rule.line, `quality rule "${titleOf(rule)}" is new`);
}

function titleOf({ name, metric, type }: QualityRule): string {
  return name ?? metric ?? type;
}

/** A text for people and a warning stop nobody. */
function isBinding({ type, severity }: QualityRule): boolean {
  return type !== 'text' && severity === 'error';
}

/** Two rules that differ in what must be, or in their severity, alone. */
function asksTheSame(left: QualityRule, right: QualityRule): boolean {
  const asked = ({ type, metric, query, isPercent, arguments: given }: QualityRule): string =>
    JSON.stringify([type, metric, query?.value, isPercent, [...given]]);
  return left.type !== 'custom' && left.type !== 'text' && asked(left) === asked(right);
}

function weigh(old: QualityRule, rule: QualityRule): ChangeWeight {
  if (!isBinding(rule)) return isBinding(old) ? 'loosens' : 'compatible';
  if (!isBinding(old)) return 'breaking';
  if (!asksTheSame(old, rule) || !old.operator || !rule.operator) return 'unclear';
  if (old.operator.name !== rule.operator.name) return 'unclear';
  if (!numericBounds(old.operator) || !numericBounds(rule.operator)) return 'unclear';
  const [first, second] = [old.operator.bounds, rule.operator.bounds];
  const orders = first.map((bound, at) => compareExact(second[at] ?? bound, bound));
  switch (rule.operator.name) {
    case 'mustBeLessThan':
    case 'mustBeLessOrEqualTo':
      return orders[0]! < 0 ? 'breaking' : 'loosens';
    case 'mustBeGreaterThan':
    case 'mustBeGreaterOrEqualTo':
      return orders[0]! > 0 ? 'breaking' : 'loosens';
    case 'mustBeBetween':
      return orders[0]! > 0 || orders[1]! < 0 ? 'breaking' : 'loosens';
    case 'mustNotBeBetween':
      return orders[0]! < 0 || orders[1]! > 0 ? 'breaking' : 'loosens';
    case 'mustBe':
    case 'mustNotBe':
      return 'breaking';
  }
}

function describe({ operator: old }: QualityRule, { operator }: QualityRule): string {
  const [was, is] = [old, operator].map((one) => one && `${one.name} ${one.bounds.join(' and ')}`);
  return was === is ? '' : `: ${is ?? 'nothing must be'}, and was ${was ?? 'nothing'}`;
}
