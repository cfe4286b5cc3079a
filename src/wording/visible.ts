/** Colours of terminals, which say nothing. Other sequences stay to be seen: what they hide may be SQL that runs. */
const COLOURS = /\u001b\[[\d;]*m/g;

/**
 * Control characters but tab and line feed, direction marks, tag characters, and what has no width. The joiners
 * U+200C and U+200D stay: writing systems and emoji need them.
 */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** Most text: worth a look first, for SQL may be megabytes. */
const PLAIN = /^[\t\n -~]*$/;

/** Text in which nothing hides, moves or recolours other text: `\u{202e}` stands for a right-to-left override. */
export function toVisible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(COLOURS, '')
    .replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Like `toVisible`, on one line and no longer than `limit` characters. */
export function toVisibleLine(text: string, limit = 1000): string {
  // Cut first, so that a megabyte is not escaped for the sake of its first kilobyte; escaping only makes it longer.
  const lines = toVisible(clamp(text, limit))
    .split('\n')
    .map((line) => line.trim());
  return clamp(lines.filter((line) => line !== '').join(' '), limit);
}

/** The first `limit` characters, the last of them an ellipsis when something is missing. */
export function clamp(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
