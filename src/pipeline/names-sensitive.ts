import { codeTokens } from '../changelog/code-tokens.ts';

/** How a SELECT speaks of sensitive columns; `renamed`: a subquery may hand one on under any other name. */
export type SensitiveNaming = 'none' | 'named' | 'renamed';

/** What stands before a subquery whose columns are only compared. */
const COMPARED = new Set(['EXISTS', 'IN', 'ANY', 'SOME', 'ALL']);

/** In doubt a column counts as named, and a subquery as one that hands it on. */
export function namesSensitive(sql: string, sensitive: ReadonlySet<string>): SensitiveNaming {
  if (sensitive.size === 0) return 'none';
  const words = [...codeTokens({ text: sql, line: 1 })].map(({ text }) => text);
  const keywords = words.map((word) => word.toUpperCase());
  const isNamed = words.some(
    (word, at) =>
      // COUNT(*) is no column.
      (word === '*' && words[at - 1] !== '(') ||
      keywords[at] === 'TABLE' ||
      sensitive.has(word.replaceAll(/[`"]/g, '').toLowerCase()),
  );
  if (!isNamed) return 'none';
  const isPlain = keywords.every((word, at) => {
    if (word === 'TABLE' || word === 'WITH') return false;
    const isCompared = keywords[at - 1] === '(' && COMPARED.has(keywords[at - 2] ?? '');
    return word !== 'SELECT' || at === 0 || isCompared;
  });
  return isPlain ? 'named' : 'renamed';
}
