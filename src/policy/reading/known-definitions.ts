import type { Changeset } from '../../changelog/changeset.ts';
import { bodyStart } from './body-start.ts';
import { readAlterClauses, type AlterClause } from './alter-clauses.ts';
import { readTokens, type CodeToken } from './code-token.ts';
import { readColumn, type ColumnDefinition } from './column-definition.ts';
import { readDdlHead, type DdlHead } from './ddl-head.ts';
import { isNamePart, unquote } from './object-name.ts';
import { afterParentheses, keyword, splitAtCommas } from './token-walk.ts';

/** What is known of a column. */
export interface ColumnFacts {
  readonly isNotNull: boolean;
  /** The primary key is this column alone. */
  readonly isKey: boolean;
  /** What its values are; undefined for a type that is not known here. */
  readonly values: 'numbers' | 'texts' | 'times' | undefined;
}

/** What is known of a table from the statements that made it; columns by name in lower case. */
export interface TableFacts {
  readonly columns: ReadonlyMap<string, ColumnFacts>;
}

/** Tables and stored programs that a changelog defines, as they are at one place in it; names in lower case. */
export interface Definitions {
  readonly tables: Map<string, TableFacts>;
  /** The bodies of routines and events, by `PROCEDURE name`. */
  readonly programs: Map<string, readonly CodeToken[]>;
}

const PROGRAMS = ['PROCEDURE', 'FUNCTION', 'EVENT'];
const DEFINES = /^(?:\s|\/\*!\d*)*(?:create|alter|drop)\b/i;
const NUMBERS =
  /^(?:TINYINT|SMALLINT|MEDIUMINT|INT|INTEGER|BIGINT|DECIMAL|NUMERIC|FLOAT|DOUBLE|REAL|SERIAL|BOOL|BOOLEAN)$/;
const TEXTS = /^(?:CHAR|VARCHAR|TINYTEXT|TEXT|MEDIUMTEXT|LONGTEXT|ENUM|SET)$/;
const TIMES = /^(?:DATE|DATETIME|TIMESTAMP)$/;
const ANY_SERVER = 999_999;
const NOT_A_COLUMN = [
  ...['INDEX', 'KEY', 'UNIQUE', 'FULLTEXT', 'SPATIAL', 'FOREIGN', 'CHECK', 'CONSTRAINT', 'PRIMARY', 'LIKE'],
];

export function noDefinitions(): Definitions {
  return { tables: new Map(), programs: new Map() };
}

export function copyOf({ tables, programs }: Definitions): Definitions {
  return { tables: new Map(tables), programs: new Map(programs) };
}

/** Takes in what a changeset defines. */
export function learnChangeset(definitions: Definitions, { sql }: Changeset): void {
  for (const statement of sql.statements) {
    if (DEFINES.test(statement.text)) learnDefinition(definitions, readTokens(statement, ANY_SERVER));
  }
}

/** Takes in what one statement defines, if it does. */
export function learnDefinition(definitions: Definitions, tokens: readonly CodeToken[]): void {
  const verb = keyword(tokens, 0);
  if (!['CREATE', 'ALTER', 'DROP'].includes(verb)) return;
  const head = readDdlHead(tokens);
  const name = head?.names[0]?.name.toLowerCase();
  if (!head || name === undefined) return;
  if (head.object === 'TABLE' && !head.isTemporary) learnTable(definitions, verb, tokens, head);
  if (!PROGRAMS.includes(head.object)) return;
  const key = `${head.object} ${name}`;
  if (verb === 'DROP') definitions.programs.delete(key);
  const start = verb === 'DROP' ? undefined : bodyStart(tokens, head);
  if (start !== undefined) definitions.programs.set(key, tokens.slice(start));
}

function learnTable(
  { tables }: Definitions,
  verb: string,
  tokens: readonly CodeToken[],
  head: DdlHead,
): void {
  const name = head.names[0]?.name.toLowerCase() ?? '';
  if (verb === 'CREATE') {
    // A table that is there already stays as it is.
    if (head.isConditional && tables.has(name)) return;
    if (keyword(tokens, head.next) === '(') tables.set(name, readTable(tokens, head.next));
    else tables.delete(name);
    return;
  }
  if (verb === 'DROP') for (const { name: dropped } of head.names) tables.delete(dropped.toLowerCase());
  const before = tables.get(name);
  if (verb !== 'ALTER' || !before) return;
  const columns = new Map(before.columns);
  for (const clause of readAlterClauses(tokens.slice(head.next))) {
    if (clause.kind === 'rename-column') columns.delete(clause.from.toLowerCase());
    if (clause.kind === 'change-column') columns.delete(clause.from.toLowerCase());
    if (clause.kind === 'drop' && clause.what === 'column') columns.delete(clause.name.toLowerCase());
    if (clause.kind === 'rename-table') {
      tables.delete(name);
      tables.set(clause.to.name.toLowerCase(), { columns });
    }
    if (clause.kind !== 'add-column' && clause.kind !== 'change-column') continue;
    columns.set(clause.column.name.toLowerCase(), factsOf(clause.column, typeIn(clause)));
  }
  if (tables.has(name)) tables.set(name, { columns });
}

function readTable(tokens: readonly CodeToken[], open: number): TableFacts {
  const elements = splitAtCommas(tokens.slice(open + 1, afterParentheses(tokens, open) - 1));
  const columns = new Map<string, ColumnFacts>();
  for (const element of elements) {
    const column = NOT_A_COLUMN.includes(keyword(element, 0)) ? undefined : readColumn(element);
    if (column) columns.set(column.name.toLowerCase(), factsOf(column, keyword(element, 1)));
  }
  const key = elements.flatMap(primaryKey);
  for (const name of key) {
    if (columns.has(name))
      columns.set(name, { ...(columns.get(name) as ColumnFacts), isNotNull: true, isKey: key.length === 1 });
  }
  return { columns };
}

/** The columns of `[CONSTRAINT c] PRIMARY KEY (a, b)`. */
function primaryKey(element: readonly CodeToken[]): readonly string[] {
  const isKey = keyword(element, 0) === 'PRIMARY' || keyword(element, 0) === 'CONSTRAINT';
  const at = element.findIndex(({ word }) => word === 'PRIMARY');
  if (!isKey || at < 0) return [];
  const open = element.findIndex(({ word }) => word === '(');
  return splitAtCommas(element.slice(open + 1, -1)).flatMap(([name]) =>
    name ? [unquote(name).toLowerCase()] : [],
  );
}

/** The word after the name of the column that a clause defines. */
function typeIn({ tokens, ...clause }: AlterClause): string {
  const name = clause.kind === 'add-column' || clause.kind === 'change-column' ? clause.column.name : '';
  const at = tokens.findLastIndex(
    (token, index) =>
      index < 5 && isNamePart(token) && unquote(token) === name && tokens[index + 1]?.kind === 'word',
  );
  return keyword(tokens, at + 1);
}

function factsOf(column: ColumnDefinition, type: string): ColumnFacts {
  const isKey = column.isPrimary || column.isAutoIncrement;
  const values = NUMBERS.test(type)
    ? 'numbers'
    : TEXTS.test(type)
      ? 'texts'
      : TIMES.test(type)
        ? 'times'
        : undefined;
  return { isNotNull: column.isNotNull || isKey, isKey, values };
}
