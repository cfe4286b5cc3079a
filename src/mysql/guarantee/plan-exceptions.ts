import type { LexableSql } from '../../sql/statements.ts';
import { readRow, type Session } from '../session/connection.ts';
import { readLoggedDefinition } from '../since-backup/logged-definition.ts';
import { quote } from '../session/names.ts';
import { readOwnDefinition, type OwnTrigger } from '../since-backup/own-definitions.ts';
import { readTableNames } from '../definitions/read-definitions.ts';
import { schemaNames, type SchemaNames } from '../definitions/schema-names.ts';

/** More are only counted: a person reads them. */
const SHOWN = 10;
const MOVES_COLUMNS = /\b(?:FIRST|AFTER|CHANGE|MODIFY|CONVERT)\b/;
const UNKNOWN = ['CALL', 'EXECUTE', 'PREPARE'];

/**
 * What others write that a lossless restore could not keep, because of what the plan itself changes; each completes
 * `lossless, except …`.
 */
export async function readPlanExceptions(
  session: Session,
  statements: readonly LexableSql[],
): Promise<readonly string[]> {
  if (statements.length === 0) return [];
  const { schema } = session;
  const { lowerCase } = await readRow<{ lowerCase: number }>(
    session,
    'SELECT @@lower_case_table_names AS lowerCase',
  );
  const tables = await readTableNames(session, schema);
  const names = schemaNames(schema, lowerCase === 0 ? 'kept-apart' : 'folded', tables, []);
  const found = [...new Set(statements.flatMap((statement) => exceptionsOf(statement, names)))];
  const more = found.length - SHOWN;
  return more <= 0 ? found : [...found.slice(0, SHOWN), `${more} more of the kind`];
}

function exceptionsOf({ text, backslash }: LexableSql, names: SchemaNames): readonly string[] {
  const statement = { schema: names.schema, sql: text, ...(backslash ? { backslash } : {}) };
  const { verb, code } = readLoggedDefinition(statement);
  if (UNKNOWN.includes(verb)) return [`what meets a change by ${verb}, which is not known beforehand`];
  if (!['CREATE', 'ALTER', 'DROP', 'RENAME', 'TRUNCATE'].includes(verb)) return [];
  const definition = readOwnDefinition(statement, names);
  const { tables, keepsColumns, mayKeepColumns, trigger, cascades, uniqueOn, event } = definition;
  // A table that the plan makes is nobody else's yet.
  const known = tables.filter((table) => names.tables.has(names.fold(table)));
  const of = (list: readonly string[], what: (table: string) => string): readonly string[] =>
    list.map((table) => what(quote(table)));
  const isHere = (table: string): boolean => names.tables.has(names.fold(table));
  return [
    ...(keepsColumns || (mayKeepColumns && !MOVES_COLUMNS.test(code))
      ? []
      : of(known, (table) => `writes to ${table} after its columns or rows were changed by ${verb}`)),
    ...(/\b(?:SET|DROP) DEFAULT\b/.test(code) && !keepsColumns
      ? of(known, (table) => `rows that others write to ${table} with a default that ${verb} changes`)
      : []),
    ...(trigger && isHere(trigger.table) ? exceptionsOfTrigger(trigger) : []),
    ...of(
      cascades.map(({ child }) => child).filter(isHere),
      (table) => `rows of ${table} that follow others' changes along the new foreign key`,
    ),
    ...of(
      uniqueOn.filter(isHere),
      (table) =>
        `REPLACE, INSERT IGNORE and ON DUPLICATE KEY UPDATE into ${table} that meet the new unique key`,
    ),
    ...(event === undefined
      ? []
      : [`what event ${quote(event)} does meanwhile, which is kept as if others had done it`]),
  ];
}

function exceptionsOfTrigger({ time, table, mayWrite, calls }: OwnTrigger): readonly string[] {
  const also = calls ? ', and what it does through a routine stays' : '';
  if (time !== 'after') return [`writes to ${quote(table)} after its triggers were changed${also}`];
  const written = mayWrite.map((name) => quote(name)).join(', ');
  if (written !== '') return [`writes to ${quote(table)} by which its new trigger changes ${written}${also}`];
  return calls ? [`what the new trigger on ${quote(table)} does through a routine, which stays`] : [];
}
