import type { CodeToken } from './code-token.ts';
import { keyword } from './token-walk.ts';

/** A table, view, routine or column as a statement names it, without its quotes. */
export interface ObjectName {
  /** Undefined where the name is not qualified. */
  readonly schema: string | undefined;
  readonly name: string;
  readonly line: number;
}

export interface ReadName {
  readonly name: ObjectName;
  /** The position after it. */
  readonly next: number;
}

/** Reads `t`, `` `s`.`t` ``, `s . t` or `.t`; undefined where no name stands. */
export function readName(tokens: readonly CodeToken[], at: number): ReadName | undefined {
  const start = keyword(tokens, at) === '.' ? at + 1 : at;
  const first = tokens[start];
  if (!first || !isNamePart(first)) return undefined;
  const second = keyword(tokens, start + 1) === '.' ? tokens[start + 2] : undefined;
  if (!second || !isNamePart(second)) {
    return { name: { schema: undefined, name: unquote(first), line: first.line }, next: start + 1 };
  }
  return { name: { schema: unquote(first), name: unquote(second), line: first.line }, next: start + 3 };
}

/** Reads names separated by commas. */
export function readNames(tokens: readonly CodeToken[], from: number): readonly ObjectName[] {
  const names: ObjectName[] = [];
  for (let at = from; ;) {
    const read = readName(tokens, at);
    if (!read) return names;
    names.push(read.name);
    if (keyword(tokens, read.next) !== ',') return names;
    at = read.next + 1;
  }
}

/** A word, a back-quoted name, or what is a name under ANSI_QUOTES. */
export function isNamePart(token: CodeToken): boolean {
  return token.kind === 'word' || token.kind === 'name' || token.kind === 'dquoted';
}

/** The name inside the quotes. */
export function unquote({ kind, text }: CodeToken): string {
  if (kind !== 'name' && kind !== 'dquoted') return text;
  const quote = text.charAt(0);
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** `"s.t"`, as messages show it. */
export function show({ schema, name }: Pick<ObjectName, 'schema' | 'name'>): string {
  return schema === undefined ? `"${name}"` : `"${schema}.${name}"`;
}

/** `tables "a", "b"`, with the noun in the number that it needs. */
export function showAll(noun: string, names: readonly Pick<ObjectName, 'schema' | 'name'>[]): string {
  return `${noun}${names.length === 1 ? '' : 's'} ${names.map(show).join(', ')}`;
}
