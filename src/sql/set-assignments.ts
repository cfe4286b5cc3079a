import { codeTokens, type CodeOptions } from './code-tokens.ts';
import { foldName } from './fold-name.ts';
import type { LexableSql, Token } from './statements.ts';

/** One assignment of a `SET`. */
export interface SetAssignment {
  /** `user` is a variable `@x`. */
  readonly scope: 'session' | 'global' | 'user';
  /** In lower case, without quotes and scope: `sql_mode`; `names` and `character set` for `SET NAMES` and its like. */
  readonly name: string;
  readonly value: readonly Token[];
  readonly line: number;
}

const SCOPES = ['GLOBAL', 'PERSIST', 'PERSIST_ONLY', 'SESSION', 'LOCAL'];
const OWN = ['SESSION', 'LOCAL'];
const ASSIGNS = ['=', ':='];

/** The assignments of a `SET`, in order; none of any other statement. */
export function setAssignments(statement: LexableSql, options: CodeOptions = {}): readonly SetAssignment[] {
  const tokens = codeTokens(statement, options);
  if (wordOf(tokens.next().value ?? undefined) !== 'SET') return [];
  let scope: SetAssignment['scope'] = 'session';
  return splitAtCommas(tokens).flatMap((part): readonly SetAssignment[] => {
    const isScoped = SCOPES.includes(wordOf(part[0])) && !ASSIGNS.includes(part[1]?.text ?? '');
    // A scope holds for what follows too, until the next one.
    if (isScoped) scope = OWN.includes(wordOf(part[0])) ? 'session' : 'global';
    return readAssignment(isScoped ? part.slice(1) : part, scope);
  });
}

function readAssignment(part: readonly Token[], inherited: SetAssignment['scope']): readonly SetAssignment[] {
  const [first] = part;
  if (!first) return [];
  const { line } = first;
  const at = part.findIndex(({ text }) => ASSIGNS.includes(text));
  if (at < 0) return readCharacterSetting(part, line);
  const value = part.slice(at + 1);
  const written = foldName(part.slice(0, at).map(unquote).join(''));
  if (!written.startsWith('@')) return [{ scope: inherited, name: written, value, line }];
  if (!written.startsWith('@@')) return [{ scope: 'user', name: written, value, line }];
  const [, own, name = ''] =
    /^@@(?:(global|persist|persist_only|session|local)\.)?(.*)$/s.exec(written) ?? [];
  const isOwn = own === undefined || OWN.includes(own.toUpperCase());
  return [{ scope: isOwn ? 'session' : 'global', name, value, line }];
}

/** `NAMES x`, `CHARACTER SET x`, `CHARSET x`. */
function readCharacterSetting(part: readonly Token[], line: number): readonly SetAssignment[] {
  const [first, second] = part.map(wordOf);
  if (first === 'NAMES') return [{ scope: 'session', name: 'names', value: part.slice(1), line }];
  const isLong = (first === 'CHARACTER' || first === 'CHAR') && second === 'SET';
  if (!isLong && first !== 'CHARSET') return [];
  return [{ scope: 'session', name: 'character set', value: part.slice(isLong ? 2 : 1), line }];
}

function wordOf(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : '';
}

/** A name without its quotes, whichever they are: `"sql_mode"` is one under ANSI_QUOTES. */
function unquote({ text }: Token): string {
  return text.replaceAll(/[`"']/g, '');
}

function splitAtCommas(tokens: Iterable<Token>): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    if (token.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
