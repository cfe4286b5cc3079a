/** Remembers keys in memory that does not grow with their number; may take a new key for a seen one, never the reverse. */
export interface SeenKeys {
  /** Notes a key and says whether it may have been noted before. */
  readonly add: (key: string) => boolean;
}

const { imul } = Math;

/** A block is a line of the processor's cache: one key touches one of them. */
const WORDS_IN_BLOCK = 16;
const BITS_OF_KEY = 8;
const LEAST_BYTES = 64 * 1024;
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * A blocked Bloom filter for about so many keys. At a million keys it errs about once in a billion; beyond some ten
 * million it errs more often, which costs a second look at the file and never an error.
 */
export function seenKeys(expected: number): SeenKeys {
  const bytes = Math.min(MOST_BYTES, Math.max(LEAST_BYTES, 2 ** Math.ceil(Math.log2(expected * 16 + 1))));
  const words = new Uint32Array(bytes / 4);
  const blocks = words.length / WORDS_IN_BLOCK;
  return {
    add(key) {
      let [low, high] = [0x811c9dc5, 0x9747b28c];
      for (let index = 0; index < key.length; index += 1) {
        const unit = key.charCodeAt(index);
        low = imul(low ^ unit, 0x01000193);
        high = imul(high ^ unit, 0x5bd1e995);
        high ^= high >>> 15;
      }
      [low, high] = [mix(low), mix(high ^ low)];
      const block = (high % blocks) * WORDS_IN_BLOCK;
      let wasSeen = true;
      for (let bit = 0; bit < BITS_OF_KEY; bit += 1) {
        low = imul(low, 0x2c1b3c6d) + 0x297a2d39;
        const place = (low ^ (low >>> 15)) >>> 0;
        const word = block + (place & (WORDS_IN_BLOCK - 1));
        const mask = 1 << ((place >>> 4) & 31);
        if ((words[word]! & mask) === 0) wasSeen = false;
        words[word]! |= mask;
      }
      return wasSeen;
    },
  };
}

/** Spreads every bit of a number over all of them. */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
