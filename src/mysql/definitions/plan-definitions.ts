import { createStatements, dropStatement, RESET_CONTEXT, setContext, type Definition } from './definition.ts';
import { plainDefinition } from '../dump-text/dump-statement.ts';
import { quote } from '../session/names.ts';
import { toBytes, type Bytes } from '../session/raw-session.ts';
import { isSameDefinition, objectKey } from './read-definitions.ts';

/** Statements that are sent together; the last one makes something, and so its text is stored without a `;`. */
export type Packet = readonly Bytes[];

/** A schema and its default collation now. */
export interface SchemaDefaults {
  readonly name: string;
  readonly collation: string;
}

/** How to get from the definitions that are there to those that are wanted; triggers are not part of it. */
export interface DefinitionPlan {
  readonly packets: readonly Packet[];
}

const ORDER: readonly Definition['kind'][] = ['library', 'function', 'procedure', 'view', 'event'];

/** What is equal is left alone: dropping a routine would take its grants away, and an event its last run. */
export function planDefinitions(
  live: readonly Definition[],
  wanted: readonly Definition[],
  schema: SchemaDefaults,
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
    if (kind === 'view')
      packets.push(...ofKind.flatMap((each) => placeholderPacket(each, now.get(objectKey(each)))));
    packets.push(...ofKind.flatMap((each) => makePackets(each, schema)));
  }
  return { packets };
}

function placeholderPacket(wanted: Definition, found: Definition | undefined): readonly Packet[] {
  if (wanted.placeholder === undefined) return [];
  const make = [RESET_CONTEXT, orReplace(wanted.placeholder)];
  return [found && isDuality(found) ? [dropStatement(wanted), ...make] : make];
}

/** The server replaces no view of one of its two types by one of the other. */
function isDuality({ sql }: Definition): boolean {
  return /^CREATE [^(]*? JSON (?:RELATIONAL )?DUALITY VIEW `/i.test(plainDefinition(sql));
}

function makePackets(definition: Definition, schema: SchemaDefaults): readonly Packet[] {
  const { kind, context } = definition;
  const make: Packet =
    kind === 'view' && !isDuality(definition)
      ? [setContext(context), orReplace(plainDefinition(definition.sql))]
      : [dropStatement(definition), ...createStatements(definition)];
  if (hasCollationOf(definition, schema)) return [make];
  const alter = (collation: string): Packet => [
    `ALTER DATABASE ${toBytes(quote(schema.name))} COLLATE ${collation}`,
  ];
  return [alter(context.schemaCollation!), make, alter(schema.collation)];
}

/** The schema's default collation is stored with routines, triggers and events, and says how their text compares. */
function hasCollationOf({ kind, context }: Definition, { collation }: SchemaDefaults): boolean {
  return kind === 'view' || (context.schemaCollation ?? collation) === collation;
}

function orReplace(sql: Bytes): Bytes {
  return sql.replace(/^CREATE /, 'CREATE OR REPLACE ');
}

/** Triggers of one table and event fire in an order, so they are compared and made again as one group. */
export interface TriggerGroup {
  readonly table: string;
  /** ALTER DATABASE, which some need, is not possible under LOCK TABLES. */
  readonly mayLock: boolean;
  /** Those that are not wanted at all. */
  readonly drop: readonly Bytes[];
  /** One for each trigger, in order; each is dropped and made in one packet, so that none is ever missing. */
  readonly make: readonly Packet[];
}

/** The tables whose triggers are not those that are wanted. */
export function planTriggers(
  live: readonly Definition[],
  wanted: readonly Definition[],
  schema: SchemaDefaults,
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
      make: placed(have, want).flatMap((each) => makePackets(each, schema)),
      mayLock: want.every((each) => hasCollationOf(each, schema)),
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
  return triggers.toSorted((left, right) => firingTime(left).localeCompare(firingTime(right)));
}

function firingTime({ sql }: Definition): string {
  return / (BEFORE|AFTER) (INSERT|UPDATE|DELETE) ON /i.exec(plainDefinition(sql))?.[0].toUpperCase() ?? '';
}

const NAME = '(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")';
const TRIGGER_HEAD = new RegExp(
  `^CREATE (?:DEFINER ?= ?${NAME}@${NAME} )?TRIGGER ${NAME} (?:BEFORE|AFTER) \\w+ ON ${NAME} FOR EACH ROW(?=\\s)`,
  'i',
);

/** Says of each trigger next to which it fires, so that the order is right after each; the server does not keep it. */
function placed(have: readonly Definition[], want: readonly Definition[]): readonly Definition[] {
  return want.map((each, at) => {
    const isPeer = (other: Definition): boolean => other !== each && firingTime(other) === firingTime(each);
    const before = want.slice(0, at).findLast(isPeer);
    const after = want
      .slice(at + 1)
      .find((other) => isPeer(other) && have.some(({ name }) => name === other.name));
    if (before) return { ...each, sql: inPlace(each, `FOLLOWS ${quote(before.name)}`) };
    return after ? { ...each, sql: inPlace(each, `PRECEDES ${quote(after.name)}`) } : each;
  });
}

function inPlace({ sql }: Definition, clause: string): Bytes {
  return plainDefinition(sql).replace(TRIGGER_HEAD, (head) => `${head} ${toBytes(clause)}`);
}
