import { createStatements, dropStatement, RESET_CONTEXT, setContext, type Definition } from './definition.ts';
import { plainDefinition } from './dump-statement.ts';
import { quote } from './names.ts';
import { toBytes, type Bytes } from './raw-session.ts';
import { isSameDefinition, objectKey } from './read-definitions.ts';

/** Statements that are sent together; the last one makes something, and so its text is stored without a `;`. */
export type Packet = readonly Bytes[];

/** How to get from the definitions that are there to those that are wanted; triggers are not part of it. */
export interface DefinitionPlan {
  readonly packets: readonly Packet[];
}

const ORDER: readonly Definition['kind'][] = ['library', 'function', 'procedure', 'view', 'event'];

/** What is equal is left alone: dropping a routine would take its grants away, and an event its last run. */
export function planDefinitions(
  live: readonly Definition[],
  wanted: readonly Definition[],
  schema: { readonly name: string; readonly collation: string },
  brokenViews: readonly string[],
): DefinitionPlan {
  const isOurs = ({ kind, name }: Definition): boolean =>
    kind !== 'trigger' && !(kind === 'view' && brokenViews.includes(name));
  const now = new Map(live.filter(isOurs).map((each) => [objectKey(each), each]));
  const target = wanted.filter(isOurs);
  const names = new Set(target.map(objectKey));
  const extra = [...now.values()].filter((each) => !names.has(objectKey(each)));
  const changed = target.filter((each) => {
    const found = now.get(objectKey(each));
    return !found || !isSameDefinition(found, each);
  });
  const packets: Packet[] = extra.map((each) => [dropStatement(each)]);
  for (const kind of ORDER) {
    const ofKind = changed.filter((each) => each.kind === kind);
    // Views may stand on one another in any order: first all of them with their columns alone.
    if (kind === 'view') packets.push(...ofKind.flatMap(placeholderPacket));
    packets.push(...ofKind.map((each) => makePacket(each, schema)));
  }
  return { packets };
}

function placeholderPacket({ placeholder }: Definition): readonly Packet[] {
  return placeholder === undefined ? [] : [[RESET_CONTEXT, orReplace(placeholder)]];
}

function makePacket(definition: Definition, schema: { name: string; collation: string }): Packet {
  const { kind, context } = definition;
  const { schemaCollation } = context;
  const make: Packet =
    kind === 'view'
      ? [setContext(context), orReplace(plainDefinition(definition.sql))]
      : [dropStatement(definition), ...createStatements(definition)];
  if (schemaCollation === undefined || schemaCollation === schema.collation) return make;
  const alter = (collation: string): Bytes =>
    `ALTER DATABASE ${toBytes(quote(schema.name))} COLLATE ${collation}`;
  return [alter(schemaCollation), ...make, alter(schema.collation)];
}

function orReplace(sql: Bytes): Bytes {
  return sql.replace(/^CREATE /, 'CREATE OR REPLACE ');
}

/** Triggers of one table and event fire in an order, so they are compared and made again as one group. */
export interface TriggerGroup {
  readonly table: string;
  /** Those that are not wanted at all. */
  readonly drop: readonly Bytes[];
  /** One for each trigger, in order; each is dropped and made in one packet, so that none is ever missing. */
  readonly make: readonly Packet[];
}

/** The tables whose triggers are not those that are wanted. */
export function planTriggers(
  live: readonly Definition[],
  wanted: readonly Definition[],
): readonly TriggerGroup[] {
  const isTrigger = ({ kind }: Definition): boolean => kind === 'trigger';
  const [now, target] = [byTable(live.filter(isTrigger)), byTable(wanted.filter(isTrigger))];
  const groups: TriggerGroup[] = [];
  for (const table of new Set([...now.keys(), ...target.keys()])) {
    const [have, want] = [now.get(table) ?? [], target.get(table) ?? []];
    const isSame =
      have.length === want.length &&
      inFiringOrder(have).every((each, at) => isSameDefinition(each, inFiringOrder(want)[at]!));
    if (isSame) continue;
    groups.push({
      table,
      drop: have.filter((each) => !want.some(({ name }) => name === each.name)).map(dropStatement),
      make: want.map((each) => [dropStatement(each), ...createStatements(each)]),
    });
  }
  return groups;
}

function byTable(triggers: readonly Definition[]): ReadonlyMap<string, readonly Definition[]> {
  const tables = new Map<string, Definition[]>();
  for (const each of triggers) tables.set(each.table ?? '', [...(tables.get(each.table ?? '') ?? []), each]);
  return tables;
}

/** The order among triggers of one time and event is kept, the order of those groups does not matter. */
function inFiringOrder(triggers: readonly Definition[]): readonly Definition[] {
  const when = ({ sql }: Definition): string =>
    / (BEFORE|AFTER) (INSERT|UPDATE|DELETE) ON /i.exec(plainDefinition(sql))?.[0].toUpperCase() ?? '';
  return triggers.toSorted((left, right) => when(left).localeCompare(when(right)));
}
