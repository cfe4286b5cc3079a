import type { CodeToken } from './code-token.ts';
import { readColumn, type ColumnDefinition } from './column-definition.ts';
import { readName, unquote, type ObjectName } from './object-name.ts';
import { keyword, splitAtCommas } from './token-walk.ts';

export type KeyKind = 'primary' | 'unique' | 'fulltext' | 'spatial' | 'index' | 'foreign' | 'check';

/** What a DROP clause drops; `constraint` where it does not say which kind. */
export type Dropped = 'column' | 'index' | 'primary' | 'foreign' | 'check' | 'constraint' | 'partition';

type Clause =
  | { readonly kind: 'add-column'; readonly column: ColumnDefinition }
  /** Of a check that is not enforced, `columns` is empty and `isEnforced` false. */
  | {
      readonly kind: 'add-key';
      readonly key: KeyKind;
      readonly columns: readonly string[];
      readonly isEnforced: boolean;
      /** From ADD on, or of an element in the parentheses of ADD. */
      readonly element: readonly CodeToken[];
    }
  /** MODIFY is a CHANGE to the same name. */
  | { readonly kind: 'change-column'; readonly from: string; readonly column: ColumnDefinition }
  | { readonly kind: 'rename-column'; readonly from: string; readonly to: string }
  | { readonly kind: 'rename-table'; readonly to: ObjectName }
  | { readonly kind: 'drop'; readonly what: Dropped; readonly name: string }
  /** `TRUNCATE PARTITION`, `EXCHANGE PARTITION p WITH TABLE t`, `DISCARD TABLESPACE`. */
  | { readonly kind: 'partition'; readonly action: string; readonly table: ObjectName | undefined }
  | { readonly kind: 'other' };

/** One clause of an ALTER TABLE, between its commas. */
export type AlterClause = Clause & { readonly tokens: readonly CodeToken[]; readonly line: number };

const KEY_WORDS: Readonly<Record<string, KeyKind>> = {
  PRIMARY: 'primary',
  UNIQUE: 'unique',
  FULLTEXT: 'fulltext',
  SPATIAL: 'spatial',
  INDEX: 'index',
  KEY: 'index',
  FOREIGN: 'foreign',
  CHECK: 'check',
};
const DROPPED: Readonly<Record<string, Dropped>> = {
  INDEX: 'index',
  KEY: 'index',
  PRIMARY: 'primary',
  FOREIGN: 'foreign',
  CHECK: 'check',
  CONSTRAINT: 'constraint',
  PARTITION: 'partition',
};
const PARTITION_ACTIONS = [
  ...['TRUNCATE', 'DISCARD', 'IMPORT', 'EXCHANGE', 'COALESCE', 'REORGANIZE', 'REBUILD', 'OPTIMIZE'],
];

/** Reads the clauses of an ALTER TABLE; `tokens` begins after the name of the table. */
export function readAlterClauses(tokens: readonly CodeToken[]): readonly AlterClause[] {
  return splitAtCommas(tokens).flatMap((part) =>
    readClause(part).map((clause) => ({ ...clause, tokens: part, line: part[0]?.line ?? 0 })),
  );
}

function readClause(tokens: readonly CodeToken[]): readonly Clause[] {
  const verb = keyword(tokens, 0);
  const hasColumnWord = keyword(tokens, 1) === 'COLUMN';
  const rest = tokens.slice(hasColumnWord ? 2 : 1);
  switch (verb) {
    case 'ADD':
      return readAdd(rest, hasColumnWord);
    case 'DROP':
      return [readDrop(rest, hasColumnWord)];
    case 'MODIFY':
      return readChange(rest, rest);
    case 'CHANGE':
      return readChange(rest, rest.slice(1));
    case 'RENAME':
      return readRename(rest, hasColumnWord);
    default:
      return [readOther(tokens, verb)];
  }
}

function readAdd(tokens: readonly CodeToken[], isColumn: boolean): readonly Clause[] {
  if (keyword(tokens, 0) !== '(') return readElement(tokens, isColumn);
  return splitAtCommas(tokens.slice(1, -1)).flatMap((element) => readElement(element, false));
}

function readElement(tokens: readonly CodeToken[], isColumn: boolean): readonly Clause[] {
  const key = isColumn ? undefined : readKey(tokens);
  if (key) return [key];
  if (!isColumn && keyword(tokens, 0) === 'PARTITION') {
    return [{ kind: 'partition', action: 'ADD', table: undefined }];
  }
  const column = readColumn(tokens);
  return column ? [{ kind: 'add-column', column }] : [];
}

/** Reads a key or constraint, `CONSTRAINT name UNIQUE (a, b)`; undefined for a column. */
function readKey(tokens: readonly CodeToken[]): Clause | undefined {
  const isConstraint = keyword(tokens, 0) === 'CONSTRAINT';
  const at = !isConstraint ? 0 : KEY_WORDS[keyword(tokens, 1)] ? 1 : 2;
  const key = KEY_WORDS[keyword(tokens, at)];
  if (!key) return undefined;
  const isEnforced = !(
    keyword(tokens, tokens.length - 1) === 'ENFORCED' && keyword(tokens, tokens.length - 2) === 'NOT'
  );
  return {
    kind: 'add-key',
    key,
    columns: key === 'check' ? [] : keyColumns(tokens),
    isEnforced,
    element: tokens,
  };
}

/** The first names of the parts in the first parentheses; an expression has none. */
function keyColumns(tokens: readonly CodeToken[]): readonly string[] {
  const open = tokens.findIndex((token) => token.text === '(');
  const close = tokens.findLastIndex((token) => token.text === ')');
  return splitAtCommas(tokens.slice(open + 1, close)).flatMap((part) => {
    const name = readName(part, 0)?.name.name;
    return name === undefined ? [] : [name];
  });
}

/** Without the word COLUMN it is still a column that is dropped, unless another kind is named. */
function readDrop(tokens: readonly CodeToken[], isColumn: boolean): Clause {
  const what = isColumn ? 'column' : (DROPPED[keyword(tokens, 0)] ?? 'column');
  const nameAt = what === 'column' ? 0 : what === 'foreign' || what === 'primary' ? 2 : 1;
  const token = tokens[nameAt];
  const name = token ? unquote(token) : '';
  // The primary key is also the index, and the constraint, of this name.
  const isPrimary = (what === 'index' || what === 'constraint') && name.toUpperCase() === 'PRIMARY';
  return { kind: 'drop', what: isPrimary ? 'primary' : what, name };
}

function readChange(from: readonly CodeToken[], definition: readonly CodeToken[]): readonly Clause[] {
  const column = readColumn(definition);
  return column && from[0] ? [{ kind: 'change-column', from: unquote(from[0]), column }] : [];
}

function readRename(tokens: readonly CodeToken[], isColumn: boolean): readonly Clause[] {
  const [from, , to] = tokens;
  if (isColumn) return from && to ? [{ kind: 'rename-column', from: unquote(from), to: unquote(to) }] : [];
  if (['INDEX', 'KEY'].includes(keyword(tokens, 0))) return [{ kind: 'other' }];
  const read = readName(tokens, ['TO', 'AS', '='].includes(keyword(tokens, 0)) ? 1 : 0);
  return read ? [{ kind: 'rename-table', to: read.name }] : [];
}

function readOther(tokens: readonly CodeToken[], verb: string): Clause {
  if (!PARTITION_ACTIONS.includes(verb)) return { kind: 'other' };
  const at = tokens.findIndex(
    (_, index) => keyword(tokens, index) === 'TABLE' && keyword(tokens, index - 1) === 'WITH',
  );
  return { kind: 'partition', action: verb, table: at < 0 ? undefined : readName(tokens, at + 1)?.name };
}
