import { codeTokens } from '../../sql/code-tokens.ts';

/** How a SELECT speaks of sensitive columns; `renamed`: a subquery may hand one on under any other name. */
export type SensitiveNaming = 'none' | 'named' | 'renamed';

/** What stands before a subquery whose columns are only compared. */
const COMPARED = new Set(['EXISTS', 'IN', 'ANY', 'SOME', 'ALL']);

/** In doubt a column counts as named, and a subquery as one that hands it on. */
export function namesSensitive(sql: string, sensitive: ReadonlySet<string>): SensitiveNaming {
  if (sensitive.size === 0) return 'none';
  const words = wordsOf(sql);
  const keywords = words.map((word) => word.toUpperCase());
  const isNamed = words.some((_, at) => isSensitive(words, at, sensitive) || keywords[at] === 'TABLE');
  if (!isNamed) return 'none';
  const isPlain = keywords.every((word, at) => {
    if (word === 'TABLE' || word === 'WITH' || word === 'UNION') return false;
    const isCompared = keywords[at - 1] === '(' && COMPARED.has(keywords[at - 2] ?? '');
    return word !== 'SELECT' || at === 0 || isCompared;
  });
  return isPlain ? 'named' : 'renamed';
}

/**
 * Whether the first column of a SELECT may be a value of a sensitive column, or made of one. Not where it is only
 * compared (WHERE, ON, HAVING, IN (SELECT …)) or counted (`COUNT(email)`).
 */
export function mayShowSensitive(sql: string, sensitive: ReadonlySet<string>): boolean {
  if (sensitive.size === 0) return false;
  const words = wordsOf(sql);
  const levels: Level[] = [{ isSelect: false, isListed: true, isHarmless: false }];
  for (const [at, written] of words.entries()) {
    const level = levels.at(-1)!;
    const word = written.toUpperCase();
    if (word === 'TABLE') return true;
    if (word === '(') {
      const before = words[at - 1]?.toUpperCase() ?? '';
      const isHarmless = level.isHarmless || before === 'COUNT' || COMPARED.has(before);
      levels.push({ isSelect: false, isListed: level.isListed, isHarmless });
    } else if (word === ')') {
      if (levels.length > 1) levels.pop();
    } else if (word === 'SELECT') {
      level.isSelect = true;
      level.isListed = true;
    } else if (word === 'FROM' && level.isSelect) level.isListed = false;
    else if (level.isListed && !level.isHarmless && isSensitive(words, at, sensitive)) return true;
  }
  return false;
}

interface Level {
  /** It is a SELECT, not the arguments of a function. */
  isSelect: boolean;
  /** Between SELECT and FROM, here or around it. */
  isListed: boolean;
  readonly isHarmless: boolean;
}

/** What a SELECT names, in lower case and without quotes. */
export interface SelectNames {
  readonly names: ReadonlySet<string>;
  /** Those with a dot behind them: schemas, tables and their other names. */
  readonly qualifiers: ReadonlySet<string>;
  /** It reads user variables. */
  readonly hasVariable: boolean;
}

/** The names that a SELECT has in it. */
export function namesIn(sql: string): SelectNames {
  const words = wordsOf(sql);
  return {
    names: new Set(words.map((word) => unquoted(word))),
    qualifiers: new Set(words.filter((_, at) => words[at + 1] === '.').map((word) => unquoted(word))),
    hasVariable: words.some((word) => word.startsWith('@') && !word.startsWith('@@')),
  };
}

function wordsOf(sql: string): readonly string[] {
  return [...codeTokens({ text: sql, line: 1 })].map(({ text }) => text);
}

function isSensitive(words: readonly string[], at: number, sensitive: ReadonlySet<string>): boolean {
  const word = words[at]!;
  // COUNT(*) is no column.
  return (word === '*' && words[at - 1] !== '(') || sensitive.has(unquoted(word));
}

function unquoted(word: string): string {
  return word.replaceAll(/[`"]/g, '').toLowerCase();
}
