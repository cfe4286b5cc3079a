import type { CodeToken } from './code-token.ts';
import { readColumnType, type ColumnType } from './column-type.ts';
import { unquote } from './object-name.ts';
import { afterParentheses, hasKeywords, keyword, outerKeywords } from './token-walk.ts';

/** A column as CREATE TABLE, ADD, MODIFY or CHANGE define it. */
export interface ColumnDefinition {
  readonly name: string;
  readonly line: number;
  /** Undefined for one that is not known here. */
  readonly type: ColumnType | undefined;
  readonly isNotNull: boolean;
  /** It has a DEFAULT that is not NULL. */
  readonly hasDefault: boolean;
  /** `DEFAULT (…)`. */
  readonly hasExpressionDefault: boolean;
  readonly isAutoIncrement: boolean;
  readonly generated: 'stored' | 'virtual' | undefined;
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  /** The expression that generates it. */
  readonly expression: readonly CodeToken[];
  /** A check that is enforced. */
  readonly hasCheck: boolean;
  readonly isReference: boolean;
  /** The column that it is put behind, null for the first place, undefined where nothing is said. */
  readonly after: string | null | undefined;
}

type Attributes = { -readonly [Key in keyof ColumnDefinition]: ColumnDefinition[Key] };

/** Reads `name type attribute …`; undefined where there is no name. */
export function readColumn(tokens: readonly CodeToken[]): ColumnDefinition | undefined {
  const name = tokens[0];
  if (!name) return undefined;
  const isSerial = keyword(tokens, 1) === 'SERIAL';
  const column: Attributes = {
    name: unquote(name),
    line: name.line,
    type: readColumnType(tokens, 1),
    isNotNull: isSerial,
    hasDefault: false,
    hasExpressionDefault: false,
    isAutoIncrement: isSerial,
    generated: undefined,
    isUnique: isSerial,
    isPrimary: false,
    expression: [],
    hasCheck: false,
    isReference: false,
    after: placeOf(tokens),
  };
  for (const [word, at] of outerKeywords(tokens, 1)) {
    column.isReference ||= word === 'REFERENCES';
    // What follows is of the other table: ON DELETE SET DEFAULT is no DEFAULT.
    if (column.isReference) break;
    readAttribute(column, tokens, word, at);
  }
  return column;
}

function readAttribute(column: Attributes, tokens: readonly CodeToken[], word: string, at: number): void {
  const next = keyword(tokens, at + 1);
  switch (word) {
    case 'NOT':
      column.isNotNull ||= next === 'NULL';
      break;
    case 'DEFAULT':
      column.hasDefault = next !== 'NULL';
      column.hasExpressionDefault = next === '(';
      // SERIAL DEFAULT VALUE is short for NOT NULL AUTO_INCREMENT UNIQUE.
      if (next === 'VALUE') column.isAutoIncrement = column.isNotNull = column.isUnique = true;
      break;
    case 'AUTO_INCREMENT':
      column.isAutoIncrement = true;
      break;
    case 'AS':
      column.generated ??= 'virtual';
      column.expression = tokens.slice(at + 2, afterParentheses(tokens, at + 1) - 1);
      break;
    case 'STORED':
      column.generated = 'stored';
      break;
    case 'UNIQUE':
      column.isUnique = true;
      break;
    case 'KEY':
      if (keyword(tokens, at - 1) !== 'UNIQUE') column.isPrimary = column.isNotNull = true;
      break;
    case 'CHECK':
      column.hasCheck ||= !hasKeywords(tokens, afterParentheses(tokens, at + 1), 'NOT', 'ENFORCED');
  }
}

/** `FIRST`, or `AFTER name`, at the end of a definition. */
function placeOf(tokens: readonly CodeToken[]): string | null | undefined {
  const last = tokens.at(-1);
  if (tokens.length > 2 && last?.word === 'FIRST') return null;
  if (tokens.length > 3 && last && tokens.at(-2)?.word === 'AFTER') return unquote(last);
  return undefined;
}
