import { judgeDouble } from './judge-float.ts';

/** The server's own limits: levels, and bytes of a key. */
const MOST_DEPTH = 100;
const MOST_KEY_BYTES = 65_535;
const LARGEST = 2n ** 64n - 1n;
const SMALLEST = -(2n ** 63n);
const WHOLE = /^-?\d+$/;
const NUMBER = /[-\d.eE+]+/y;

/**
 * JSON that the server keeps with all it says. Of what the standard allows it refuses deep nesting, numbers that no
 * double holds and half a character; of a key that stands twice it keeps one, and of a number as many digits as a double
 * has: such a text is rejected here.
 */
export function judgeJson(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return isKept(text) ? text : undefined;
}

/** Walks through a text that is JSON. */
function isKept(text: string): boolean {
  /** For each level that is open the keys that an object has, `undefined` for an array. */
  const levels: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length;) {
    const sign = text[at]!;
    if (sign === '"') {
      const end = endOfText(text, at);
      const isKey = isFollowedByColon(text, end);
      const value = JSON.parse(text.slice(at, end)) as string;
      if (!value.isWellFormed() || (isKey && !isNewKey(levels.at(-1), value))) return false;
      at = end;
    } else if (sign === '-' || (sign >= '0' && sign <= '9')) {
      NUMBER.lastIndex = at;
      const [number = ''] = NUMBER.exec(text) ?? [];
      if (!isKeptNumber(number)) return false;
      at += number.length;
    } else {
      if (sign === '{' || sign === '[') levels.push(sign === '{' ? new Set() : undefined);
      else if (sign === '}' || sign === ']') levels.pop();
      if (levels.length > MOST_DEPTH) return false;
      at += 1;
    }
  }
  return true;
}

function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function isFollowedByColon(text: string, end: number): boolean {
  let at = end;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\n' || text[at] === '\r') at += 1;
  return text[at] === ':';
}

function isNewKey(keys: Set<string> | undefined, key: string): boolean {
  if (!keys || keys.has(key) || Buffer.byteLength(key) > MOST_KEY_BYTES) return false;
  keys.add(key);
  return true;
}

function isKeptNumber(number: string): boolean {
  if (!WHOLE.test(number) || number === '-0') return judgeDouble(number) !== undefined;
  if (number.length < 18) return true;
  // In 64 bits all digits are kept, and above them as many as a double has.
  if (number.length < 24 && BigInt(number) <= LARGEST && BigInt(number) >= SMALLEST) return true;
  return judgeDouble(number) !== undefined;
}
