import { isSpace, skipInert } from '../../sql/lexical.ts';
import type { Bytes } from '../session/raw-session.ts';

/** A table in two steps: bare, to be filled, and what is added when its rows are there. */
export interface SplitTable {
  readonly bare: Bytes;
  /** For ALTER TABLE: `ADD KEY …`; building an index of sorted rows beats inserting into it. */
  readonly keys: readonly Bytes[];
  /** For ALTER TABLE; a foreign key without its index would make one of its own. */
  readonly foreignKeys: readonly Bytes[];
}

/** Splits a CREATE TABLE as SHOW CREATE TABLE prints it. */
export function splitTable(create: Bytes): SplitTable {
  const { head, items, tail } = splitBody(create);
  const primary = items.find((item) => item.startsWith('PRIMARY KEY '));
  const counter = items.find((item) => item.startsWith('`') && / AUTO_INCREMENT\b/.test(item));
  const counterName = counter === undefined ? undefined : /^`(?:[^`]|``)*`/.exec(counter)?.[0];
  const isWhole =
    primary === undefined || (counterName !== undefined && !primary.includes(`(${counterName}`));
  // Without a primary key an index may be what the rows are ordered by; a counter needs one that begins with it.
  if (isWhole) return { bare: create, keys: [], foreignKeys: [] };
  const keys = items.filter(isLateKey);
  if (keys.length === 0) return { bare: create, keys: [], foreignKeys: [] };
  const foreignKeys = items.filter(isForeignKey);
  const kept = items.filter((item) => !keys.includes(item) && !foreignKeys.includes(item));
  const add = (item: Bytes): Bytes => `ADD ${item}`;
  return {
    bare: `${head}\n${kept.map((item) => `  ${item}`).join(',\n')}\n${tail}`,
    keys: keys.map(add),
    foreignKeys: foreignKeys.map(add),
  };
}

/** Not FULLTEXT (adding one rebuilds the table), SPATIAL or one over expressions (it has columns of its own). */
function isLateKey(item: Bytes): boolean {
  return /^(?:UNIQUE )?KEY `(?:[^`]|``)*` \((?!\()/.test(item) && !/,\(/.test(item);
}

function isForeignKey(item: Bytes): boolean {
  return /^CONSTRAINT `(?:[^`]|``)*` FOREIGN KEY /.test(item);
}

/** Columns, keys and constraints of a CREATE TABLE. */
export function tableItems(create: Bytes): readonly Bytes[] {
  return splitBody(create).items;
}

function splitBody(create: Bytes): { head: Bytes; items: readonly Bytes[]; tail: Bytes } {
  const items: Bytes[] = [];
  let depth = 0;
  let from = 0;
  let head = '';
  for (let at = 0; at < create.length; at += 1) {
    const end = skipInert(create, at, 'escape');
    if (end > at) {
      at = end - 1;
      continue;
    }
    const character = create.charAt(at);
    if (character === '(' && (depth += 1) === 1) {
      head = create.slice(0, at + 1);
      from = at + 1;
    } else if (character === ')' && (depth -= 1) === 0) {
      items.push(trim(create.slice(from, at)));
      return { head, items, tail: create.slice(at) };
    } else if (character === ',' && depth === 1) {
      items.push(trim(create.slice(from, at)));
      from = at + 1;
    }
  }
  return { head: create, items: [], tail: '' };
}

function trim(text: Bytes): Bytes {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
