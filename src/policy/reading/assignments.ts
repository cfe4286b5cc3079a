import { foldName } from '../../sql/fold-name.ts';
import type { CodeToken } from './code-token.ts';
import type { Hint } from './hints.ts';
import { keyword, splitAtCommas } from './token-walk.ts';

/** A variable that a SET changes, in lower case. */
export interface Assignment {
  readonly scope: string | undefined;
  readonly name: string;
  readonly value: readonly CodeToken[];
  readonly line: number;
}

const SCOPES = ['global', 'session', 'local', 'persist', 'persist_only'];

/** Reads `SET GLOBAL a = 1, @@session.b = 2, c := 3`; user variables are left out. */
export function readAssignments(tokens: readonly CodeToken[]): readonly Assignment[] {
  if (keyword(tokens, 0) !== 'SET') return [];
  return splitAtCommas(tokens.slice(1)).flatMap(readAssignment);
}

/** Reads `SET_VAR(a = 1)`, which holds for one statement. */
export function readHintAssignments({ name, tokens }: Hint): readonly Assignment[] {
  return name === 'SET_VAR' ? readAssignment(tokens) : [];
}

function readAssignment(part: readonly CodeToken[]): readonly Assignment[] {
  const end = part.findIndex(({ text }) => text === '=' || text === ':=');
  const words = part.slice(0, end < 0 ? 2 : end).map(({ text }) => text);
  const value = end < 0 ? [] : part.slice(end + 1);
  const [scopeWord = '', ...rest] = words;
  const isScoped = SCOPES.includes(scopeWord.toLowerCase()) && rest.length > 0 && rest[0] !== '.';
  const names = namesOf(isScoped ? rest : words);
  if (!names) return [];
  const [first = '', ...others] = names;
  const hasScope = SCOPES.includes(first) && others.length > 0;
  const scope = isScoped ? scopeWord.toLowerCase() : hasScope ? first : undefined;
  return [{ scope, name: (hasScope ? others : names).join('.'), value, line: part[0]?.line ?? 0 }];
}

/** The names in ``@@`global`.x``, which may be spread over tokens; undefined for a user variable. */
function namesOf(words: readonly string[]): readonly string[] | undefined {
  const text = foldName(words.join(''));
  if (/^@(?!@)/.test(text)) return undefined;
  return text.replace(/^@@/, '').replaceAll('`', '').split('.');
}
