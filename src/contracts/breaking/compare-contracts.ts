import type { Contract, ContractProperty, ContractTable, SlaProperty } from '../contract.ts';
import { compareProperty } from './compare-property.ts';
import { compareQuality } from './compare-quality.ts';
import type { ContractChange, Note } from './contract-change.ts';

/** What of the promises is another one now; descriptions, owners, prices and the like are none. */
export function compareContracts(before: Contract, after: Contract): readonly ContractChange[] {
  const changes: ContractChange[] = [];
  const note: Note = (weight, line, message) => changes.push({ weight, line, message });
  const tables = new Map(after.tables.map((table) => [table.name, table]));
  for (const old of before.tables) {
    const table = tables.get(old.name);
    if (table) compareTable(old, table, note);
    else note('breaking', after.version.line, `table ${old.name} is gone`);
  }
  const known = new Set(before.tables.map(({ name }) => name));
  for (const { name, line } of after.tables)
    if (!known.has(name)) note('compatible', line, `table ${name} is new`);
  compareSla(before.sla, after, note);
  return changes;
}

function compareTable(before: ContractTable, after: ContractTable, note: Note): void {
  const about: Note = (weight, line, message) => note(weight, line, `${after.name}: ${message}`);
  if (before.table !== after.table) {
    about('breaking', after.line, `its physicalName is ${after.table} now, and was ${before.table}`);
  }
  const properties = new Map(after.properties.map((property) => [property.name, property]));
  for (const old of before.properties) {
    const property = properties.get(old.name);
    if (property) compareProperty(old, property, about);
    else about('breaking', after.line, `property ${old.name} is gone`);
  }
  const known = new Set(before.properties.map(({ name }) => name));
  for (const property of after.properties.filter(({ name }) => !known.has(name))) {
    const isRequired = property.required?.value || property.primaryKey?.value;
    const words = `property ${property.name} is new${isRequired ? ', and required' : ''}`;
    about(isRequired ? 'breaking' : 'compatible', property.line, words);
  }
  const [oldKey, key] = [keyOf(before), keyOf(after)];
  if (oldKey !== key) about('unclear', after.line, `its primary key is (${key}) now, and was (${oldKey})`);
  compareQuality(before.quality, after.quality, after.line, about);
}

function keyOf({ properties }: ContractTable): string {
  const key = properties.filter(({ primaryKey }) => primaryKey?.value);
  return key
    .toSorted((left: ContractProperty, right: ContractProperty) => left.keyPosition - right.keyPosition)
    .map(({ name }) => name)
    .join(', ');
}

/** Agreements on one thing may be several; those that are as they were are found first. */
function compareSla(before: readonly SlaProperty[], { sla, version }: Contract, note: Note): void {
  const subject = ({ property, element = '' }: SlaProperty): string => `${property} ${element}`.trim();
  const terms = ({ value, unit = '' }: SlaProperty): string => `${value} ${unit}`.trim();
  const left = [...sla];
  const take = (isIt: (agreement: SlaProperty) => boolean): SlaProperty | undefined => {
    const at = left.findIndex(isIt);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const others = before.filter(
    (old) => !take((agreement) => subject(agreement) === subject(old) && terms(agreement) === terms(old)),
  );
  for (const old of others) {
    const now = take((agreement) => subject(agreement) === subject(old));
    if (now) note('unclear', now.line, `${subject(now)} is ${terms(now)} now, and was ${terms(old)}`);
    else note('unclear', version.line, `the agreement on ${subject(old)} (${terms(old)}) is gone`);
  }
  for (const agreement of left)
    note('compatible', agreement.line, `an agreement on ${subject(agreement)} is new`);
}
