import type { CodeToken } from './code-token.ts';
import { isNamePart, readName, unquote, type ObjectName } from './object-name.ts';
import { afterParentheses, hasKeywords, keyword } from './token-walk.ts';

/** A table that an UPDATE or DELETE works on, under the name that the rest of the statement uses for it. */
export interface TableReference {
  readonly table: ObjectName;
  readonly alias: string | undefined;
}

const JOINS = ['JOIN', 'STRAIGHT_JOIN', ','];
const QUERIES = ['SELECT', 'WITH', 'VALUES', 'TABLE', '('];
/** What may follow a table and is no alias of it. */
const AFTER_A_TABLE = [
  ...['JOIN', 'INNER', 'CROSS', 'LEFT', 'RIGHT', 'NATURAL', 'STRAIGHT_JOIN', 'ON', 'USING', 'SET', 'WHERE'],
  ...['ORDER', 'LIMIT', 'USE', 'FORCE', 'IGNORE', 'PARTITION', 'FROM', 'TABLESAMPLE'],
];

/** Reads `a JOIN (b, s.c AS x) ON …, d`; derived tables are no tables. */
export function readTableReferences(tokens: readonly CodeToken[]): readonly TableReference[] {
  const references: TableReference[] = [];
  let isExpected = true;
  for (let at = 0; at < tokens.length;) {
    const word = keyword(tokens, at);
    if (!isExpected) {
      isExpected = JOINS.includes(word);
      at = word === '(' ? afterParentheses(tokens, at) : at + 1;
    } else if (word === '(' && !isDerived(tokens, at)) {
      at++;
    } else if (word === '(') {
      isExpected = false;
      at = afterParentheses(tokens, at);
    } else if (word === '{' || word === 'OJ' || word === 'LATERAL') {
      at++;
    } else {
      const read = readReference(tokens, at);
      if (read.reference) references.push(read.reference);
      isExpected = false;
      at = read.next;
    }
  }
  return references;
}

/** `(SELECT …)`, `((SELECT …))`; `(a, b)` and `(a JOIN b)` hold tables. */
function isDerived(tokens: readonly CodeToken[], open: number): boolean {
  let at = open + 1;
  while (keyword(tokens, at) === '(') at++;
  return QUERIES.includes(keyword(tokens, at));
}

function readReference(
  tokens: readonly CodeToken[],
  at: number,
): { readonly reference?: TableReference; readonly next: number } {
  const read = readName(tokens, at);
  // JSON_TABLE(…) is a function.
  if (!read || keyword(tokens, read.next) === '(') return { next: read?.next ?? at + 1 };
  const next = hasKeywords(tokens, read.next, 'PARTITION', '(')
    ? afterParentheses(tokens, read.next + 1)
    : read.next;
  const aliasAt = keyword(tokens, next) === 'AS' ? next + 1 : next;
  const token = tokens[aliasAt];
  const isAlias = token && isNamePart(token) && !AFTER_A_TABLE.includes(keyword(tokens, aliasAt));
  const alias = isAlias ? unquote(token) : undefined;
  return { reference: { table: read.name, alias }, next: isAlias ? aliasAt + 1 : next };
}

/** The table that a name means among references: by alias, by its own name, or as it stands. */
export function resolveTable(name: ObjectName, references: readonly TableReference[]): ObjectName {
  if (name.schema !== undefined) return name;
  const byAlias = references.find(({ alias }) => alias?.toLowerCase() === name.name.toLowerCase());
  const found =
    byAlias ?? references.find(({ alias, table }) => alias === undefined && table.name === name.name);
  return found ? { ...found.table, line: name.line } : name;
}
