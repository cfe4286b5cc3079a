import type { ObjectKind } from '../../backup/backup.ts';
import type { LoggedStatement } from '../binlog/query-event.ts';
import type { RowChange } from '../binlog/rows-event.ts';
import { readLoggedDefinition, type LoggedDefinition, type LoggedName } from './logged-definition.ts';
import { BARRIER_PREFIX, STATE_TABLE } from '../session/names.ts';
import { objectKey } from '../definitions/read-definitions.ts';
import type { SchemaNames } from '../definitions/schema-names.ts';

/** What a statement of ours that defines something means for the tables of the schema. */
export interface OwnDefinition {
  /** Tables that it may have changed; rather too many than too few. */
  readonly tables: readonly string[];
  /** True if rows that others wrote after it still mean the same in the tables of before. */
  readonly keepsColumns: boolean;
  /** True if it may have kept them all the same: the columns as they are now tell. */
  readonly mayKeepColumns: boolean;
  /** A trigger that others' writes did not meet before, or meet no more. */
  readonly trigger: OwnTrigger | undefined;
  /** It made foreign keys along which rows of a table change with those of another. */
  readonly cascades: readonly OwnCascade[];
  /** Tables that were there and got a unique key by it. */
  readonly uniqueOn: readonly string[];
  /** An event that it made or changed, and that may run. */
  readonly event: string | undefined;
  /** Views, routines and events that it made, changed or dropped, by `objectKey`; `all` where it is not known. */
  readonly objects: readonly string[] | 'all';
}

/** A trigger of ours. */
export interface OwnTrigger {
  readonly time: 'before' | 'after' | 'dropped';
  readonly table: string;
  /** Changes of rows in the log that it may have met: an INSERT may end as an update (REPLACE, ON DUPLICATE KEY). */
  readonly meets: readonly RowChange[];
  /** Other tables that its body names: it may have written to them. */
  readonly mayWrite: readonly string[];
  /** It calls a routine, so what else it wrote to is not known. */
  readonly calls: boolean;
}

/** A foreign key that changes rows of the child with those of the parent. */
export interface OwnCascade {
  readonly child: string;
  readonly parents: readonly string[];
}

const NOTHING: OwnDefinition = {
  ...{ tables: [], keepsColumns: true, mayKeepColumns: false, trigger: undefined },
  ...{ cascades: [], uniqueOn: [], event: undefined, objects: [] },
};
const EVERY_CHANGE: readonly RowChange[] = ['insert', 'update', 'delete'];
const TABLE_VERBS = ['CREATE', 'ALTER', 'DROP', 'RENAME', 'TRUNCATE'];
/** They change neither rows nor columns. */
const UPKEEP = ['ANALYZE', 'CHECK', 'OPTIMIZE', 'REPAIR', 'FLUSH', 'GRANT', 'REVOKE', 'SET'];
const OBJECTS = ['VIEW', 'PROCEDURE', 'FUNCTION', 'EVENT', 'LIBRARY'];
/** What takes nothing away from the columns, and no word for a change is left of it. */
const HARMLESS = [
  /^DROP INDEX\b/,
  /\bDROP (?:INDEX|KEY|FOREIGN KEY|CONSTRAINT|CHECK)\b/g,
  /\bRENAME (?:INDEX|KEY)\b/g,
  /\bALTER (?:INDEX|CHECK|CONSTRAINT)\b/g,
];
/** Rows of others take the run's value for one that they do not give; the columns as they are now tell which. */
const DEFAULTS = /\b(?:SET|DROP) DEFAULT\b/g;
/** Anything that may move, change or remove a column, or the rows with it. */
const CHANGING =
  /\b(?:FIRST|AFTER|CHANGE|MODIFY|RENAME|DROP|CONVERT|PARTITION|PARTITIONS|PARTITIONING|DISCARD|IMPORT|EXCHANGE|TRUNCATE|PRIMARY|ORDER|ENGINE|AUTO_INCREMENT|DEFAULTED)\b/;
/** Rows go or come with it, or what is left says nothing of what was. */
const REPLACING =
  /\b(?:DROP|TRUNCATE|EXCHANGE|DISCARD|IMPORT|PARTITION|PARTITIONS|PARTITIONING|PRIMARY|RENAME)\b/;
const CASCADING = /\bREFERENCES\b.*\bON (?:DELETE|UPDATE) (?:CASCADE|SET NULL|SET DEFAULT)\b/;

/** Reads what a statement of ours did, from its text in the log. */
export function readOwnDefinition(statement: LoggedStatement, names: SchemaNames): OwnDefinition {
  if (statement.isUnreadable)
    return { ...NOTHING, tables: [...names.tables.values()], keepsColumns: false, objects: 'all' };
  const definition = readLoggedDefinition(statement);
  const { verb, object, mentioned } = definition;
  if (mentioned.some((name) => name.startsWith(BARRIER_PREFIX) || name === STATE_TABLE)) return NOTHING;
  if (object === 'TRIGGER') return ofTrigger(definition, statement, names);
  if (OBJECTS.includes(object ?? '')) {
    const mayRun = object === 'EVENT' && verb !== 'DROP' && !/\bDISABLE\b/.test(definition.code);
    const event = mayRun ? definition.names[0]?.name : undefined;
    return { ...NOTHING, event, objects: keysOf(object!, definition.names) };
  }
  if (UPKEEP.includes(verb) || !isOfTables(definition)) return NOTHING;
  const inSchema = definition.names.filter((name) => isIn(name, statement, names));
  if (verb === 'CREATE' && object === 'TABLE') {
    const tables = inSchema.map(({ name }) => tableOf(name, names));
    return {
      ...NOTHING,
      tables,
      // One that was there is left as it was.
      keepsColumns: definition.isConditional && tables.every((table) => names.tables.has(names.fold(table))),
      // What goes with rows of others is its own rows, which stay with it.
    };
  }
  const { code } = definition;
  const isAdding = verb === 'ALTER' || object === 'INDEX';
  const rest = HARMLESS.reduce((text, form) => text.replace(form, ' '), code).replace(DEFAULTS, 'DEFAULTED');
  const keepsColumns = isAdding && !CHANGING.test(rest);
  const parents = definition.references.map(({ name }) => tableOf(name, names));
  const cascades =
    verb === 'ALTER' && CASCADING.test(code)
      ? inSchema.map(({ name }) => ({ child: tableOf(name, names), parents }))
      : [];
  // What is renamed may be a view.
  const objects = verb === 'RENAME' ? keysOf('VIEW', definition.names) : [];
  return {
    ...NOTHING,
    tables: knownOf(mentioned, names),
    keepsColumns,
    mayKeepColumns: verb === 'ALTER' && !REPLACING.test(rest),
    cascades,
    uniqueOn: uniqueOn(definition, inSchema, names),
    objects,
  };
}

function uniqueOn(
  { verb, code, on }: LoggedDefinition,
  altered: readonly LoggedName[],
  names: SchemaNames,
): readonly string[] {
  if (verb === 'CREATE' && /^CREATE UNIQUE INDEX\b/.test(code) && on) return [tableOf(on.name, names)];
  return verb === 'ALTER' && /\bUNIQUE\b/.test(code) ? altered.map(({ name }) => tableOf(name, names)) : [];
}

function keysOf(object: string, names: readonly LoggedName[]): readonly string[] {
  const kind = object.toLowerCase() as Exclude<ObjectKind, 'table' | 'trigger'>;
  return names.map(({ name }) => objectKey({ kind, name }).toLowerCase());
}

/** A statement that could not be read as anything else counts as one of tables. */
function isOfTables({ verb, object }: LoggedDefinition): boolean {
  if (!TABLE_VERBS.includes(verb)) return object === undefined;
  return object === undefined || object === 'TABLE' || object === 'INDEX';
}

function ofTrigger(
  { verb, on, time, fires, mentioned, code, names: [trigger] }: LoggedDefinition,
  statement: LoggedStatement,
  names: SchemaNames,
): OwnDefinition {
  const nothing = { meets: EVERY_CHANGE, mayWrite: [], calls: false };
  if (verb === 'DROP') {
    const table =
      trigger && isIn(trigger, statement, names) ? names.triggers.get(names.fold(trigger.name)) : undefined;
    if (table === undefined) return NOTHING;
    return { ...NOTHING, tables: [table], trigger: { ...nothing, time: 'dropped', table } };
  }
  if (!on) return NOTHING;
  const table = tableOf(on.name, names);
  const mayWrite = knownOf(mentioned, names).filter((name) => name !== table);
  return {
    ...NOTHING,
    // What it wrote elsewhere is brought back with them.
    tables: [table, ...mayWrite],
    trigger: {
      ...{ table, mayWrite, time: time === 'AFTER' ? 'after' : 'before' },
      ...{ meets: fires ? MEETS[fires] : EVERY_CHANGE, calls: /\bCALL\b/.test(code) },
    },
  };
}

const MEETS: Readonly<Record<RowChange, readonly RowChange[]>> = {
  insert: ['insert', 'update'],
  update: ['update'],
  delete: ['delete'],
};

/** True if a name may be one of the schema. */
function isIn({ schema }: LoggedName, statement: LoggedStatement, names: SchemaNames): boolean {
  const where = schema ?? statement.schema;
  return where === '' || names.fold(where) === names.fold(names.schema) || schema === undefined;
}

function tableOf(name: string, names: SchemaNames): string {
  return names.tables.get(names.fold(name)) ?? name;
}

function knownOf(mentioned: readonly string[], names: SchemaNames): readonly string[] {
  return [...new Set(mentioned.flatMap((name) => names.tables.get(names.fold(name)) ?? []))];
}
