/** Chance that can be repeated: mulberry32. */
export interface Chance {
  /** A whole number from 0, below this one. */
  readonly below: (number: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
  /** True once in so many times. */
  readonly once: (times: number) => boolean;
}

export function chance(seed: number): Chance {
  let state = seed;
  const below = (number: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % number;
  };
  return { below, pick: (list) => list[below(list.length)]!, once: (times) => below(times) === 0 };
}
