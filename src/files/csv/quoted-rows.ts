import type { CsvDialect } from '../../pipeline/manifest/csv-dialect.ts';
import { countLines } from './text-lines.ts';

/** A row as it stands in a text. */
export interface QuotedRow {
  readonly fields: readonly string[];
  /** For each field whether it stood in quotes; `undefined` where none did. */
  readonly quoted: readonly boolean[] | undefined;
  /** Lines of the file that it takes. */
  readonly lines: number;
  /** Where the next row begins. */
  readonly end: number;
}

/** `open`: the text ends inside quotes. A number: there a quoted field goes on behind its closing quote. */
export type RowReading = QuotedRow | 'open' | number;

const [LINE_FEED, RETURN] = [10, 13];

/**
 * Reads rows of a text of whole lines, one after the other; `at` never falls. Each sign is looked for once: what lies
 * ahead of `at` is remembered.
 */
export function quotedRows(
  text: string,
  { delimiter, quote, escape }: CsvDialect,
): (at: number) => RowReading {
  const quoteCode = quote.charCodeAt(0);
  const delimiterCode = delimiter.charCodeAt(0);
  const nextDelimiter = finder(text, delimiter);
  const nextFeed = finder(text, '\n');
  const closing = closingQuote(text, quote, escape);
  const unescape = unescaper(quote, escape);
  return (start) => {
    const fields: string[] = [];
    let quoted: boolean[] | undefined;
    let lines = 1;
    let at = start;
    for (;;) {
      if (text.charCodeAt(at) === quoteCode) {
        const close = closing(at + 1);
        if (close < 0) return 'open';
        const value = text.slice(at + 1, close);
        lines += countLines(value);
        quoted ??= fields.map(() => false);
        quoted.push(true);
        fields.push(unescape(value));
        at = close + 1;
        if (text.charCodeAt(at) === RETURN && text.charCodeAt(at + 1) === LINE_FEED) at += 1;
      } else {
        const feed = nextFeed(at);
        const end = Math.min(nextDelimiter(at), feed);
        const isReturn = end === feed && end > at && text.charCodeAt(end - 1) === RETURN;
        quoted?.push(false);
        fields.push(text.slice(at, isReturn ? end - 1 : end));
        at = end;
      }
      const sign = text.charCodeAt(at);
      at += 1;
      if (sign === LINE_FEED) return { fields, quoted, lines, end: at };
      if (sign !== delimiterCode) return at - 1;
    }
  };
}

/** Where a sign stands next; asked for places that do not fall, so that nothing is searched twice. */
function finder(text: string, sign: string): (at: number) => number {
  let found = -1;
  return (at) => {
    if (found < at) {
      found = text.indexOf(sign, at);
      if (found < 0) found = text.length;
    }
    return found;
  };
}

/** Finds the quote that ends a field, from behind its opening one; -1 where there is none. */
function closingQuote(text: string, quote: string, escape: string): (from: number) => number {
  if (escape === quote) {
    return (from) => {
      let at = text.indexOf(quote, from);
      while (at >= 0 && text[at + 1] === quote) at = text.indexOf(quote, at + 2);
      return at;
    };
  }
  const nextEscape = finder(text, escape);
  return (from) => {
    let at = from;
    for (;;) {
      const close = text.indexOf(quote, at);
      const escaped = nextEscape(at);
      if (close < 0 || escaped > close) return close;
      at = escaped + 2;
    }
  };
}

/** What a quoted field says. Before any sign but a quote or itself, an escape that is not the quote stands for itself. */
function unescaper(quote: string, escape: string): (value: string) => string {
  if (escape === quote) {
    return (value) => (value.includes(quote) ? value.replaceAll(quote + quote, quote) : value);
  }
  const special = new RegExp(`${literal(escape)}([${literal(escape)}${literal(quote)}])`, 'g');
  return (value) => (value.includes(escape) ? value.replaceAll(special, '$1') : value);
}

function literal(sign: string): string {
  return sign.replace(/[\\\]^$.*+?()[{}|/-]/, String.raw`\$&`);
}
