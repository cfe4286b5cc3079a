/** Matches ASCII bytes of a field against a pattern. */
export type PlainPattern = (bytes: Uint8Array, from: number, to: number) => boolean;

interface Part {
  /** 1 for each byte that it takes. */
  readonly takes: Uint8Array;
  readonly least: number;
  readonly most: number;
}

const ASCII = 128;
const PART = /\[(\^?)((?:[\w@ .,:;!#%&~=<>'"`/+-])+)\]|([\w@ ,:;!#%&~=<>'"`/-])/y;
const REPEAT = /[+*?]|\{(\d{1,4})(?:(,)(\d{0,4}))?\}/y;
const NOT_PLAIN = /[*+?{]/;

/**
 * A pattern that is nothing but a row of signs and classes from the beginning to the end, `^[^@ ]+@[^@ ]+$`, in which
 * each repeated one ends where the next begins: then one walk over the text decides, and no text has to be made of the
 * bytes. `undefined` for all others, which the engine of patterns has to match.
 */
export function plainPattern(source: string): PlainPattern | undefined {
  if (!source.startsWith('^') || !source.endsWith('$')) return undefined;
  const parts = readParts(source.slice(1, -1));
  if (!parts || !isDecided(parts)) return undefined;
  return (bytes, from, to) => {
    let at = from;
    for (const { takes, least, most } of parts) {
      const begin = at;
      while (at < to && at - begin < most && takes[bytes[at]!] === 1) at += 1;
      if (at - begin < least) return false;
    }
    return at === to;
  };
}

function readParts(text: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (let at = 0; at < text.length;) {
    PART.lastIndex = at;
    const part = PART.exec(text);
    if (!part) return undefined;
    at = PART.lastIndex;
    const takes = part[3] === undefined ? classOf(part[2]!, part[1] === '^') : classOf(part[3], false);
    if (!takes) return undefined;
    REPEAT.lastIndex = at;
    const repeat = REPEAT.exec(text);
    if (repeat) at = REPEAT.lastIndex;
    // What else repeats, such as `+?`, means another thing.
    if (repeat && NOT_PLAIN.test(text[at] ?? '')) return undefined;
    const [least, most] = repeat ? timesOf(repeat) : [1, 1];
    if (most < least) return undefined;
    parts.push({ takes, least, most });
  }
  return parts;
}

function timesOf([sign, low, comma, high]: RegExpExecArray): readonly [number, number] {
  if (sign === '+') return [1, Infinity];
  if (sign === '*') return [0, Infinity];
  if (sign === '?') return [0, 1];
  if (comma === undefined) return [Number(low), Number(low)];
  return [Number(low), high === '' ? Infinity : Number(high)];
}

/** `a-z0-9_`; a dash stands for itself nowhere but at an end. */
function classOf(text: string, isNegated: boolean): Uint8Array | undefined {
  const takes = new Uint8Array(256);
  const set = isNegated ? 0 : 1;
  if (isNegated) takes.fill(1, 0, ASCII);
  for (let at = 0; at < text.length; at += 1) {
    const first = text.charCodeAt(at);
    const isRange = text[at + 1] === '-' && at + 2 < text.length;
    if (text[at] === '-' && at > 0 && at < text.length - 1) return undefined;
    const last = isRange ? text.charCodeAt(at + 2) : first;
    if (last < first || (isRange && text[at + 2] === '-')) return undefined;
    takes.fill(set, first, last + 1);
    if (isRange) at += 2;
  }
  return takes;
}

/** Whether a part that may go on never takes what the parts behind it could begin with. */
function isDecided(parts: readonly Part[]): boolean {
  return parts.every((part, at) => {
    if (part.least === part.most) return true;
    for (const next of parts.slice(at + 1)) {
      if (part.takes.some((taken, byte) => taken === 1 && next.takes[byte] === 1)) return false;
      if (next.least > 0) break;
    }
    return true;
  });
}
