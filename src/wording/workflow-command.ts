/**
 * Text that the runner takes for no command wherever it is printed: `::x::` counts at the start of a line, the legacy
 * `##[x]` anywhere. See ActionCommand.cs in github.com/actions/runner.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^([^\S\n]*):(?=:)/gm, String.raw`$1\:`).replaceAll('##[', String.raw`##\[`);
}

/** JSON whose text cannot be a command, on one line unless `indent` is given; it parses back to the same value. */
export function toSafeJson(value: unknown, indent = 0): string {
  return (JSON.stringify(value, undefined, indent) ?? 'null')
    .replaceAll('##[', String.raw`#\u0023[`)
    .replace(
      UNSAFE_IN_TERMINALS,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

/** What JSON allows unescaped and a terminal or an editor acts on: 8-bit controls, line separators, direction marks. */
const UNSAFE_IN_TERMINALS = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
