/** The pairs of a file such as `GITHUB_OUTPUT`: `name=value` lines and heredocs (FileCommandManager.cs). */
export function parsePairs(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const [line, after] = takeLine(rest);
    rest = after;
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.set(line.slice(0, equals), line.slice(equals + 1));
    } else if (heredoc >= 0) {
      const { value, after: behind } = takeHeredoc(line, heredoc, rest);
      pairs.set(line.slice(0, heredoc), value);
      rest = behind;
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return pairs;
}

function takeHeredoc(
  line: string,
  at: number,
  rest: string,
): { readonly value: string; readonly after: string } {
  const delimiter = line.slice(at + 2);
  if (at === 0 || delimiter === '') {
    throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
  }
  let value = '';
  let remaining = rest;
  for (;;) {
    if (remaining === '') throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
    const [next, after, isEnded] = takeLine(remaining);
    // The last line break before the delimiter is not part of the value.
    if (next === delimiter) return { value: value.replace(/\n$/, ''), after };
    if (!isEnded) throw new Error('Invalid value. EOF marker missing new line.');
    value += `${next}\n`;
    remaining = after;
  }
}

function takeLine(text: string): readonly [line: string, after: string, isEnded: boolean] {
  const at = text.indexOf('\n');
  return at < 0 ? [text, '', false] : [text.slice(0, at), text.slice(at + 1), true];
}
