import { compareIntegers } from '../manifest/judge-number.ts';
import { seenKeys, type SeenKeys } from './seen-keys.ts';

/** As `SeenKeys`, for whole numbers as texts and as what they are. */
export interface SeenNumbers extends SeenKeys {
  /** Of at most `EXACT_DIGITS` digits. */
  readonly addNumber: (number: number) => boolean;
}

/** A run of numbers shorter than this is kept number by number. */
const LEAST_RUN = 256;
const MOST_RUNS = 100_000;
/** Digits, a sign included, that a number of JavaScript holds exactly. */
export const EXACT_DIGITS = 15;

/**
 * Remembers whole numbers, as a judge lets them through. Exports are mostly in order and mostly without gaps: a number above
 * all others is new, and a run without a gap is remembered by its two ends. What is not like that goes to the filter of
 * all keys. It errs as that one does: a new number may be taken for a seen one, never the reverse.
 */
export function seenNumbers(expected: number): SeenNumbers {
  const runs: { readonly first: number; readonly last: number }[] = [];
  let rest: SeenKeys | undefined;
  let greatest = Number.NEGATIVE_INFINITY;
  /** Where the run that `greatest` ends begins. */
  let first = 0;
  let greatestLong: string | undefined;
  const addToRest = (key: string): boolean => (rest ??= seenKeys(expected)).add(key);
  const endRun = (): void => {
    if (greatest - first + 1 >= LEAST_RUN && runs.length < MOST_RUNS) runs.push({ first, last: greatest });
    else for (let number = first; number <= greatest; number += 1) addToRest(String(number));
  };
  const addLong = (key: string): boolean => {
    const wasSeen = addToRest(key);
    if (greatestLong !== undefined && compareIntegers(key, greatestLong) <= 0) return wasSeen;
    greatestLong = key;
    return false;
  };
  const addNumber = (number: number): boolean => {
    if (number === greatest + 1) {
      greatest = number;
      return false;
    }
    if (number > greatest) {
      if (Number.isFinite(greatest)) endRun();
      first = number;
      greatest = number;
      return false;
    }
    if (number >= first || isInRuns(runs, number)) return true;
    return addToRest(String(number));
  };
  return {
    add: (key) => (key.length > EXACT_DIGITS ? addLong(key) : addNumber(Number(key))),
    addNumber,
  };
}

function isInRuns(
  runs: readonly { readonly first: number; readonly last: number }[],
  number: number,
): boolean {
  let [from, to] = [0, runs.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (runs[middle]!.last < number) from = middle + 1;
    else to = middle;
  }
  return from < runs.length && runs[from]!.first <= number;
}
