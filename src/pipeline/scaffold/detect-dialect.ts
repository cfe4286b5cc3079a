import { RFC_4180, type CsvDialect } from '../manifest/csv-dialect.ts';

/** The rows of a text by a dialect; undefined where its quotes cannot be read by that. */
export type ReadRows = (dialect: CsvDialect) => readonly (readonly string[])[] | undefined;

type Form = Pick<CsvDialect, 'delimiter' | 'quote' | 'escape'>;

const DELIMITERS = [',', ';', '\t', '|'];
const QUOTES: readonly Pick<CsvDialect, 'quote' | 'escape'>[] = [
  { quote: '"', escape: '"' },
  { quote: '"', escape: '\\' },
  { quote: '', escape: '' },
  { quote: "'", escape: "'" },
];

interface Fit {
  readonly form: Form;
  /** Share of the rows that have as many fields as the first. */
  readonly share: number;
  readonly width: number;
}

/** The delimiter and quotes by which most rows have as many fields as the header, and those are most. */
export function detectDialect(encoding: string, read: ReadRows): CsvDialect {
  let best: Fit | undefined;
  for (const quotes of QUOTES) {
    for (const delimiter of DELIMITERS) {
      const form = { delimiter, ...quotes };
      const rows = read({ ...form, encoding });
      const fit = rows && toFit(form, rows);
      if (fit && (!best || isBetter(fit, best))) best = fit;
    }
  }
  return { ...(best?.form ?? RFC_4180), encoding };
}

function toFit(form: Form, rows: readonly (readonly string[])[]): Fit {
  const width = rows[0]?.length ?? 1;
  const fitting = rows.filter((row) => row.length === width).length;
  const isHidden = ['"', "'"].some(
    (sign) => sign !== form.quote && rows.some((row) => isQuotedBy(row, sign)),
  );
  return { form, share: (rows.length === 0 ? 1 : fitting / rows.length) - (isHidden ? 0.1 : 0), width };
}

/** A row whose fields stand in other quotes, each of them. */
function isQuotedBy(row: readonly string[], quote: string): boolean {
  return (
    row.length > 0 &&
    row.every((field) => field.length > 1 && field.startsWith(quote) && field.endsWith(quote))
  );
}

/** One column alone fits always, so it is what is left. */
function isBetter(fit: Fit, best: Fit): boolean {
  const [isWide, wasWide] = [fit.width > 1, best.width > 1];
  if (isWide !== wasWide) return isWide && fit.share > 0.8;
  return Math.abs(fit.share - best.share) > 0.02 ? fit.share > best.share : fit.width > best.width;
}
