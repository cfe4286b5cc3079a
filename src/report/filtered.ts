import type { FilteredChangeset } from '../changelog/plan/plan.ts';
import { formatNumber } from './wording.ts';

/** Those that contexts or labels keep out: what already ran is no surprise to anybody. */
export function keptOut(filtered: readonly FilteredChangeset[]): readonly FilteredChangeset[] {
  return filtered.filter(({ reason }) => reason !== 'already-ran');
}

/** `3 already ran, 1 for other contexts, 2 for other labels`. */
export function countReasons(filtered: readonly FilteredChangeset[]): string {
  const phrases = [
    ['already-ran', 'already ran'],
    ['context', 'for other contexts'],
    ['label', 'for other labels'],
  ] as const;
  return phrases
    .map(([reason, phrase]) => ({ phrase, number: filtered.filter((one) => one.reason === reason).length }))
    .filter(({ number }) => number > 0)
    .map(({ phrase, number }) => `${formatNumber(number)} ${phrase}`)
    .join(', ');
}
