import { resolveType, resolveText, type TextDefaults } from './charset.ts';
import type { CodeToken } from './code-token.ts';
import { charsetName } from './column-type.ts';
import { readColumn, type ColumnDefinition } from './column-definition.ts';
import type { DdlHead } from './ddl-head.ts';
import { readKey, type KeyDefinition } from './key-definition.ts';
import { afterParentheses, findKeyword, hasKeywords, keyword, splitAtCommas } from './token-walk.ts';
import { valueOf } from './table-options.ts';

/** A table as far as it decides what a change of it costs and what happens to its values. */
export interface TableDefinition extends TableOptions {
  /** The character sets of their types are filled in. */
  readonly columns: readonly ColumnDefinition[];
  readonly keys: readonly KeyDefinition[];
}

/** What stands behind the parentheses. */
export interface TableOptions extends TextDefaults {
  /** In upper case. */
  readonly engine: string;
  /** In upper case. */
  readonly rowFormat: string;
  /** `HASH`, `RANGE` …; undefined where it is not partitioned. */
  readonly partitioning: string | undefined;
}

const NO_COLUMN = ['INDEX', 'KEY', 'UNIQUE', 'FULLTEXT', 'SPATIAL', 'FOREIGN', 'CHECK'];
const KEYS = ['PRIMARY', 'CONSTRAINT', ...NO_COLUMN];

/** Whether a CREATE TABLE takes its definition from another table: `LIKE t`, `(LIKE t)`. */
export function isLike(tokens: readonly CodeToken[], { next }: DdlHead): boolean {
  return keyword(tokens, next) === 'LIKE' || hasKeywords(tokens, next, '(', 'LIKE');
}

/** Whether a CREATE TABLE defines a primary key, as an element or at a column. */
export function hasPrimaryKey(tokens: readonly CodeToken[], head: DdlHead): boolean {
  return elementsOf(tokens, head).some((element) => {
    const word = keyword(element, 0);
    if (word === 'PRIMARY') return true;
    if (word === 'CONSTRAINT') return findKeyword(element, 1, ['PRIMARY']) > 0;
    return !NO_COLUMN.includes(word) && (readColumn(element)?.isPrimary ?? false);
  });
}

/**
 * The table that a CREATE TABLE makes; undefined where it takes its definition from elsewhere. `schema` is what text is
 * stored as where nothing is said.
 */
export function readTable(
  tokens: readonly CodeToken[],
  head: DdlHead,
  schema: TextDefaults,
): TableDefinition | undefined {
  if (keyword(tokens, head.next) !== '(' || isLike(tokens, head)) return undefined;
  const behind = tokens.slice(afterParentheses(tokens, head.next));
  if (findKeyword(behind, 0, ['SELECT', 'AS', 'TABLE', 'VALUES', 'WITH']) >= 0) return undefined;
  const options = readOptions(behind, {
    ...schema,
    ...{ engine: 'INNODB', rowFormat: 'DEFAULT', partitioning: undefined },
  });
  const elements = elementsOf(tokens, head);
  const columns = elements.flatMap((element) => {
    const column = KEYS.includes(keyword(element, 0)) ? undefined : readColumn(element);
    return column ? [withText(column, options)] : [];
  });
  const keys = withNames(
    elements.flatMap((element) => readKey(element) ?? []),
    head.names[0]?.name ?? '',
  );
  return { ...options, columns, keys: [...keys, ...columns.flatMap(keysOfColumn)] };
}

/** Names that the server makes up. */
function withNames(keys: readonly KeyDefinition[], table: string): readonly KeyDefinition[] {
  const count = { check: 0, foreign: 0 };
  return keys.map((key) => {
    if (key.name !== undefined) return key;
    if (key.kind === 'check') return { ...key, name: `${table}_chk_${++count.check}` };
    if (key.kind === 'foreign') return { ...key, name: `${table}_ibfk_${++count.foreign}` };
    return { ...key, name: key.parts[0]?.column ?? 'functional_index' };
  });
}

/** Table options over those that there were. */
export function readOptions(tokens: readonly CodeToken[], before: TableOptions): TableOptions {
  const found = { ...before };
  const text: { charset: string | undefined; collation: string | undefined } = {
    charset: undefined,
    collation: undefined,
  };
  for (let at = 0; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    if (word === '(') at = afterParentheses(tokens, at) - 1;
    else if (word === 'ENGINE') found.engine = valueOf(tokens, at) ?? found.engine;
    else if (word === 'ROW_FORMAT') found.rowFormat = valueOf(tokens, at) ?? found.rowFormat;
    else if (word === 'KEY_BLOCK_SIZE' && valueOf(tokens, at) !== '0') found.rowFormat = 'COMPRESSED';
    else if (word === 'CHARSET' || hasKeywords(tokens, at, 'CHARACTER', 'SET')) {
      text.charset = nameAt(tokens, word === 'CHARSET' ? at + 1 : at + 2);
    } else if (word === 'COLLATE') text.collation = nameAt(tokens, at + 1);
    else if (hasKeywords(tokens, at, 'PARTITION', 'BY')) {
      return { ...found, ...resolveText(text, before), partitioning: methodAt(tokens, at + 2) };
    }
  }
  return { ...found, ...resolveText(text, before) };
}

/** A column whose type has its character set. */
export function withText(column: ColumnDefinition, defaults: TextDefaults): ColumnDefinition {
  return column.type ? { ...column, type: resolveType(column.type, defaults) } : column;
}

/** The keys that attributes of a column make. */
export function keysOfColumn({ name, isPrimary, isUnique }: ColumnDefinition): readonly KeyDefinition[] {
  const key = { parts: [{ column: name, isPrefix: false }], isEnforced: true };
  const text = `( ${name.toLowerCase()} )`;
  return [
    ...(isPrimary ? [{ ...key, kind: 'primary' as const, name: 'PRIMARY', text: `primary ${text}` }] : []),
    ...(isUnique ? [{ ...key, kind: 'unique' as const, name, text: `unique ${text}` }] : []),
  ];
}

function elementsOf(tokens: readonly CodeToken[], { next }: DdlHead): readonly (readonly CodeToken[])[] {
  if (keyword(tokens, next) !== '(') return [];
  return splitAtCommas(tokens.slice(next + 1, afterParentheses(tokens, next) - 1));
}

function nameAt(tokens: readonly CodeToken[], at: number): string | undefined {
  const token = tokens[at]?.text === '=' ? tokens[at + 1] : tokens[at];
  return token && charsetName(token);
}

/** Past LINEAR. */
function methodAt(tokens: readonly CodeToken[], at: number): string {
  const word = keyword(tokens, at);
  return word === 'LINEAR' ? keyword(tokens, at + 1) : word;
}
