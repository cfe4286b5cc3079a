/** The server's own limit. */
const MOST_DEPTH = 100;
const LARGE_EXPONENT = /[eE]\+?0*\d{3}/;
const MANY_DIGITS = /\d{300}/;
const SURROGATE = /\\u[dD][89a-fA-F]/;

/** JSON as the server takes it: of what the standard allows it refuses deep nesting, numbers that no double holds, and half a character. */
export function judgeJson(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (text.length > 2 * MOST_DEPTH && isDeeper(text, MOST_DEPTH)) return undefined;
  const isSuspect = LARGE_EXPONENT.test(text) || MANY_DIGITS.test(text) || SURROGATE.test(text);
  return isSuspect && !isKept(value) ? undefined : text;
}

/** Counts brackets outside of texts. */
function isDeeper(text: string, most: number): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (isInText) {
      if (sign === '\\') at += 1;
      else if (sign === '"') isInText = false;
    } else if (sign === '"') isInText = true;
    else if (sign === '[' || sign === '{') {
      depth += 1;
      if (depth > most) return true;
    } else if (sign === ']' || sign === '}') depth -= 1;
  }
  return false;
}

function isKept(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isKept(inner));
}
