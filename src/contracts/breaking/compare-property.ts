import type { ContractProperty, Located } from '../contract.ts';
import { mapPhysicalType } from '../rows/column-type.ts';
import { compareOptions } from './compare-options.ts';
import { compareQuality } from './compare-quality.ts';
import type { ChangeWeight, Note } from './contract-change.ts';

/** Compares two versions of one property. */
export function compareProperty(before: ContractProperty, after: ContractProperty, noteTable: Note): void {
  const note: Note = (weight, line, message) => noteTable(weight, line, `property ${after.name}: ${message}`);
  if (before.column !== after.column) {
    note('breaking', after.line, `its physicalName is ${after.column} now, and was ${before.column}`);
  }
  compareType('logicalType', before, after, note);
  compareType('physicalType', before, after, note);
  compareFlag('required', before, after, note);
  compareFlag('unique', before, after, note);
  compareValues(before.values, after.values, after.line, note);
  compareOptions(before, after, note);
  compareQuality(before.quality, after.quality, after.line, note);
}

function compareType(
  key: 'logicalType' | 'physicalType',
  before: ContractProperty,
  after: ContractProperty,
  note: Note,
): void {
  const [old, type] = [before[key]?.value, after[key]?.value];
  const line = after[key]?.line ?? after.line;
  if (old === type) return;
  if (type === undefined) note('unclear', line, `"${key}: ${old}" is gone`);
  else if (old === undefined) note('unclear', line, `"${key}: ${type}" is new`);
  else {
    const weight = key === 'physicalType' ? weighPhysicalTypes(old, type) : 'breaking';
    if (weight) note(weight, line, `"${key}" is ${type} now, and was ${old}`);
  }
}

/** Spellings of one type are no change, and a text that may be longer is a looser promise. */
function weighPhysicalTypes(old: string, type: string): ChangeWeight | undefined {
  if (old.trim().toLowerCase() === type.trim().toLowerCase()) return undefined;
  const [first, second] = [mapPhysicalType(old), mapPhysicalType(type)];
  if (!first || !second || JSON.stringify(first.type) !== JSON.stringify(second.type)) return 'breaking';
  const hasDigits = /^(?:date)?time(?:stamp)?\(/i.test(old) || /^(?:date)?time(?:stamp)?\(/i.test(type);
  if (first.members || second.members || hasDigits) return 'breaking';
  const [oldMost, most] = [first.maxLength ?? Infinity, second.maxLength ?? Infinity];
  if (most === oldMost)
    return /^(?:n?var)?char/i.test(old) === /^(?:n?var)?char/i.test(type) ? undefined : 'unclear';
  return most < oldMost ? 'breaking' : 'loosens';
}

function compareFlag(
  key: 'required' | 'unique',
  before: ContractProperty,
  after: ContractProperty,
  note: Note,
): void {
  const [old, flag] = [before[key]?.value ?? false, after[key]?.value ?? false];
  if (old === flag) return;
  const words = flag ? `it is ${key} now` : `it is not ${key} any more`;
  note(flag ? 'breaking' : 'loosens', after[key]?.line ?? after.line, words);
}

function compareValues(
  before: Located<readonly string[]> | undefined,
  after: Located<readonly string[]> | undefined,
  propertyLine: number,
  note: Note,
): void {
  const line = after?.line ?? propertyLine;
  if (!before && after) note('breaking', line, '"enum" is new, so other values are not allowed any more');
  if (before && !after) note('loosens', line, '"enum" is gone, so every value is allowed');
  if (!before || !after) return;
  const missing = (of: readonly string[], among: readonly string[]): readonly string[] =>
    of.filter((value) => !among.includes(value));
  const [removed, added] = [missing(before.value, after.value), missing(after.value, before.value)];
  if (removed.length > 0) note('breaking', line, `"enum" has lost ${removed.join(', ')}`);
  if (added.length > 0) note('loosens', line, `"enum" has ${added.join(', ')} too`);
}
