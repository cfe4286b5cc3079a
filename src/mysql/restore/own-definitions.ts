import type { ObjectKind } from '../../backup/backup.ts';
import type { LoggedStatement } from '../binlog/query-event.ts';
import { readLoggedDefinition, type LoggedDefinition, type LoggedName } from './logged-definition.ts';
import { BARRIER_PREFIX, STATE_TABLE } from './names.ts';
import { objectKey } from './read-definitions.ts';
import type { SchemaNames } from './schema-names.ts';

/** What a statement of ours that defines something means for the tables of the schema. */
export interface OwnDefinition {
  /** Tables that it may have changed; rather too many than too few. */
  readonly tables: readonly string[];
  /** True if rows that others wrote after it still mean the same in the tables of before. */
  readonly keepsColumns: boolean;
  /** True if it may have kept them all the same: the columns as they are now tell. */
  readonly mayKeepColumns: boolean;
  /** A trigger that others' writes did not meet before, or meet no more. */
  readonly trigger: 'before' | 'after' | 'dropped' | undefined;
  /** By it the rows of these tables may change with those of others: it made a foreign key that does so. */
  readonly cascadesInto: readonly string[];
  /** Views, routines and events that it made, changed or dropped, by `objectKey`; `all` where it is not known. */
  readonly objects: readonly string[] | 'all';
}

const NOTHING: OwnDefinition = {
  ...{
    tables: [],
    keepsColumns: true,
    mayKeepColumns: false,
    trigger: undefined,
    cascadesInto: [],
    objects: [],
  },
};
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
/** Anything that may move, change or remove a column, or the rows with it. */
const CHANGING =
  /\b(?:FIRST|AFTER|CHANGE|MODIFY|RENAME|DROP|CONVERT|PARTITION|PARTITIONS|PARTITIONING|DISCARD|IMPORT|EXCHANGE|TRUNCATE|PRIMARY|ORDER|ENGINE|AUTO_INCREMENT)\b/;
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
  if (OBJECTS.includes(object ?? '')) return { ...NOTHING, objects: keysOf(object!, definition.names) };
  if (UPKEEP.includes(verb) || !isOfTables(definition)) return NOTHING;
  const inSchema = definition.names.filter((name) => isIn(name, statement, names));
  if (verb === 'CREATE' && object === 'TABLE') {
    const tables = inSchema.map(({ name }) => tableOf(name, names));
    return {
      ...NOTHING,
      tables,
      // One that was there is left as it was.
      keepsColumns: definition.isConditional && tables.every((table) => names.tables.has(names.fold(table))),
      cascadesInto: CASCADING.test(definition.code) ? tables : [],
    };
  }
  const { code } = definition;
  const isAdding = verb === 'ALTER' || object === 'INDEX';
  const rest = HARMLESS.reduce((text, form) => text.replace(form, ' '), code);
  const keepsColumns = isAdding && !CHANGING.test(rest);
  const cascadesInto =
    verb === 'ALTER' && CASCADING.test(code) ? inSchema.map(({ name }) => tableOf(name, names)) : [];
  // What is renamed may be a view.
  const objects = verb === 'RENAME' ? keysOf('VIEW', definition.names) : [];
  return {
    ...NOTHING,
    tables: knownOf(mentioned, names),
    keepsColumns,
    mayKeepColumns: verb === 'ALTER' && !REPLACING.test(rest),
    cascadesInto,
    objects,
  };
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
  { verb, on, time, names: [trigger] }: LoggedDefinition,
  statement: LoggedStatement,
  names: SchemaNames,
): OwnDefinition {
  if (verb === 'DROP') {
    const table =
      trigger && isIn(trigger, statement, names) ? names.triggers.get(names.fold(trigger.name)) : undefined;
    return { ...NOTHING, tables: table === undefined ? [] : [table], trigger: 'dropped' };
  }
  if (!on) return NOTHING;
  return { ...NOTHING, tables: [tableOf(on.name, names)], trigger: time === 'AFTER' ? 'after' : 'before' };
}

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
