import type { Chance } from './chance.ts';

/** How a file is written, and the lines of the manifest that say so. */
export interface FuzzDialect {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  readonly newline: string;
  readonly nullText: string;
  readonly encoding: 'utf8' | 'utf16le' | 'latin1';
  readonly decimal: '.' | ',';
  readonly isGerman: boolean;
  readonly yaml: readonly string[];
}

export function randomDialect({ pick, once }: Chance): FuzzDialect {
  const delimiter = pick([',', ',', ';', '\t', '|']);
  const quote = pick(['"', '"', "'"]);
  const escape = pick([quote, quote, '\\']);
  const nullText = pick(['', '', 'NULL', '\\N']);
  const encoding = pick(['utf8', 'utf8', 'utf16le', 'latin1'] as const);
  const decimal = once(3) ? ',' : '.';
  const isGerman = once(3);
  const labels = { utf8: 'utf-8', utf16le: 'utf-16le', latin1: 'windows-1252' };
  const yaml = [
    `delimiter: ${JSON.stringify(delimiter)}`,
    `quote: ${JSON.stringify(quote)}`,
    `escape: ${JSON.stringify(escape)}`,
    `"null": ${JSON.stringify(nullText)}`,
    `encoding: ${labels[encoding]}`,
    `decimal: "${decimal}"`,
    ...(isGerman ? ['dateFormat: DD.MM.YYYY'] : []),
  ];
  return {
    delimiter,
    quote,
    escape,
    nullText,
    encoding,
    decimal,
    isGerman,
    newline: pick(['\n', '\r\n']),
    yaml,
  };
}

/** Writes rows of texts and NULL, quoted where they must be and sometimes where they need not. */
export function writeCsv(
  dialect: FuzzDialect,
  { once }: Chance,
  header: readonly string[],
  rows: readonly (readonly (string | null)[])[],
): { readonly bytes: Buffer; readonly lines: readonly number[] } {
  const { delimiter, quote, escape, newline, nullText } = dialect;
  const field = (value: string | null): string => {
    if (value === null) return nullText;
    const isSpecial =
      value === nullText || [delimiter, quote, '\n', '\r'].some((sign) => value.includes(sign));
    if (!isSpecial && !once(4)) return value;
    const escaped =
      escape === quote
        ? value.replaceAll(quote, quote + quote)
        : value.replaceAll(escape, escape + escape).replaceAll(quote, escape + quote);
    return quote + escaped + quote;
  };
  const lines: number[] = [];
  let text = `${header.join(delimiter)}${newline}`;
  let line = 2;
  for (const row of rows) {
    // A blank line counts as no row.
    if (once(8)) {
      text += newline;
      line += 1;
    }
    const written = row.map(field).join(delimiter);
    lines.push(line);
    text += written + newline;
    line += 1 + written.split('\n').length - 1;
  }
  const isCut = once(5);
  const whole = isCut ? text.slice(0, -newline.length) : text;
  const bytes = dialect.encoding === 'utf8' ? Buffer.from(whole) : Buffer.from(whole, dialect.encoding);
  return { bytes, lines };
}

/** A day or an instant as the file writes it. */
export function writeDay({ isGerman }: FuzzDialect, iso: string): string {
  if (!isGerman) return iso;
  return `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)}${iso.slice(10)}`;
}
