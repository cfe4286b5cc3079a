import type { Readable } from 'node:stream';
import { NEVER_RESTORED, type BackupFacts, type SchemaObject } from '../../backup/backup.ts';
import { ExpectedError, type Problem } from '../../errors.ts';
import { tableItems } from '../dump-text/create-table.ts';
import { readDumpStatement } from '../dump-text/dump-statement.ts';
import { quote } from '../session/names.ts';
import { fromBytes, type Bytes } from '../session/raw-session.ts';
import { readDump } from '../dump-text/read-dump.ts';
import { objectKey } from '../definitions/read-definitions.ts';
import { unknownStatement } from '../definitions/refusal.ts';
import type { Definer } from '../definitions/try-definer.ts';

/** What a dump asks of the server that loads it, found by reading it from its first statement to its last. */
export interface DumpSurvey {
  readonly tables: readonly string[];
  readonly definitions: readonly SchemaObject[];
  /** Of views, routines, triggers and events, each once. */
  readonly definers: readonly Definer[];
  readonly keylessTables: readonly string[];
  /** Foreign keys on columns that no unique key of the table they refer to is made of. */
  readonly looseForeignKeys: readonly string[];
  /** Definitions whose stored text the server would not parse again. */
  readonly unparsable: readonly SchemaObject[];
  /** Bytes. */
  readonly longestStatement: number;
}

interface SurveyedTable {
  readonly uniqueKeys: ReadonlySet<Bytes>;
  readonly foreignKeys: readonly {
    readonly name: string;
    readonly parent: string;
    readonly columns: Bytes;
  }[];
  readonly hasPrimaryKey: boolean;
}

/** Reads a whole dump and sends nothing: a dump that ends in the middle or holds something unknown is refused. */
export async function surveyDump(dump: Readable): Promise<DumpSurvey> {
  const tables = new Map<string, SurveyedTable>();
  const definitions: SchemaObject[] = [];
  const definers = new Map<string, Definer>();
  const unparsable: SchemaObject[] = [];
  let longestStatement = 0;
  for await (const { sql } of readDump(dump)) {
    longestStatement = Math.max(longestStatement, sql.length);
    const statement = readDumpStatement(sql);
    if (statement.kind === 'unknown') throw unknownStatement(sql);
    if (statement.kind === 'create-table') tables.set(statement.name, surveyTable(sql));
    if (statement.kind !== 'definition') continue;
    const object = { kind: statement.of, name: statement.name };
    definitions.push(object);
    const definer = definerOf(sql);
    if (definer) definers.set(JSON.stringify(definer), definer);
    if (isUnparsable(sql)) unparsable.push(object);
  }
  return {
    ...{ tables: [...tables.keys()], definitions, unparsable, longestStatement },
    definers: [...definers.values()],
    keylessTables: [...tables].filter(([, { hasPrimaryKey }]) => !hasPrimaryKey).map(([name]) => name),
    looseForeignKeys: looseForeignKeys(tables),
  };
}

const COLUMNS = String.raw`\((?:[^()]|\(\d+\))*\)`;
const UNIQUE = new RegExp(`^(?:PRIMARY KEY|UNIQUE KEY \`(?:[^\`]|\`\`)*\`) (${COLUMNS})`);
const FOREIGN = new RegExp(
  `^CONSTRAINT \`((?:[^\`]|\`\`)*)\` FOREIGN KEY ${COLUMNS} REFERENCES \`((?:[^\`]|\`\`)*)\` (${COLUMNS})`,
);

function surveyTable(create: Bytes): SurveyedTable {
  const items = tableItems(create);
  return {
    uniqueKeys: new Set(items.map((item) => columnList(UNIQUE.exec(item)?.[1] ?? ''))),
    foreignKeys: items.flatMap((item) => {
      const [, name, parent, columns] = FOREIGN.exec(item) ?? [];
      if (name === undefined || parent === undefined || columns === undefined) return [];
      return { name: plainName(name), parent: plainName(parent), columns: columnList(columns) };
    }),
    hasPrimaryKey: items.some((item) => item.startsWith('PRIMARY KEY ')),
  };
}

/** One text for a list of columns: keys have no blank after a comma, foreign keys have one. */
function columnList(list: Bytes): Bytes {
  return (list.match(/`(?:[^`]|``)*`(?:\(\d+\))?/g) ?? []).join(',');
}

function looseForeignKeys(tables: ReadonlyMap<string, SurveyedTable>): readonly string[] {
  return [...tables].flatMap(([table, { foreignKeys }]) =>
    foreignKeys
      .filter(({ parent, columns }) => tables.get(parent)?.uniqueKeys.has(columns) === false)
      .map(({ name }) => `${name} of ${table}`),
  );
}

const DEFINER = /\bDEFINER ?= ?`((?:[^`]|``)*)`@`((?:[^`]|``)*)`/i;

function definerOf(sql: Bytes): Definer | undefined {
  // A body may speak of definers too; a definition's own stands before what it makes.
  const [, user, host] = DEFINER.exec(sql) ?? [];
  if (user === undefined || host === undefined) return undefined;
  return { user: plainName(user), host: plainName(host) };
}

/** As is stored of what was made as one of several statements in a packet, where `mysqldump` puts it into a comment. */
function isUnparsable(sql: Bytes): boolean {
  return sql.startsWith('/*!') && /;\s*\*\/\s*$/.test(sql);
}

function plainName(name: Bytes): string {
  return fromBytes(name.replaceAll('``', '`'));
}

/** Says whether the objects of a dump, or those that came of it, are those that were listed before it was made. */
export function compareObjects(
  found: readonly SchemaObject[],
  { objects, brokenViews }: Pick<BackupFacts, 'objects' | 'brokenViews'>,
): readonly Problem[] {
  const isMeant = ({ kind, name }: SchemaObject): boolean =>
    !(kind === 'table' && NEVER_RESTORED.includes(name)) && !(kind === 'view' && brokenViews.includes(name));
  const have = new Set(found.filter(isMeant).map(objectKey));
  const want = new Set(objects.filter(isMeant).map(objectKey));
  const list = (word: string, keys: readonly string[]): readonly string[] =>
    keys.length === 0 ? [] : [`${word}: ${keys.slice(0, 20).join(', ')}${keys.length > 20 ? ', …' : ''}`];
  const differences = [
    ...list(
      'missing',
      [...want].filter((key) => !have.has(key)),
    ),
    ...list(
      'unexpected',
      [...have].filter((key) => !want.has(key)),
    ),
  ];
  if (differences.length === 0) return [];
  const message = `the backup does not hold what it should: ${differences.join('; ')}`;
  return [{ code: 'server-error', message, fix: 'use another backup' }];
}

/** Throws what is wrong with the objects that were found. */
export function requireObjects(
  found: readonly SchemaObject[],
  facts: Pick<BackupFacts, 'objects' | 'brokenViews'>,
): void {
  const [problem] = compareObjects(found, facts);
  if (problem) throw new ExpectedError(problem);
}

/** `trigger `t1``, for messages. */
export function describeObject({ kind, name }: SchemaObject): string {
  return `${kind} ${quote(name)}`;
}
