import type { CodeToken } from './code-token.ts';
import { unquote } from './object-name.ts';
import { keyword, outerKeywords } from './token-walk.ts';

/** A column as CREATE TABLE, ADD, MODIFY or CHANGE define it. */
export interface ColumnDefinition {
  readonly name: string;
  readonly line: number;
  readonly isNotNull: boolean;
  /** It has a DEFAULT that is not NULL. */
  readonly hasDefault: boolean;
  readonly isAutoIncrement: boolean;
  readonly generated: 'stored' | 'virtual' | undefined;
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  readonly hasCheck: boolean;
  readonly isReference: boolean;
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
    isNotNull: isSerial,
    hasDefault: false,
    isAutoIncrement: isSerial,
    generated: undefined,
    isUnique: isSerial,
    isPrimary: false,
    hasCheck: false,
    isReference: false,
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
      // SERIAL DEFAULT VALUE is short for NOT NULL AUTO_INCREMENT UNIQUE.
      if (next === 'VALUE') column.isAutoIncrement = column.isNotNull = column.isUnique = true;
      break;
    case 'AUTO_INCREMENT':
      column.isAutoIncrement = true;
      break;
    case 'AS':
      column.generated ??= 'virtual';
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
      column.hasCheck = true;
  }
}
