import { distinctValues, NULL_TEXTS, type CsvSample, type SampleNotation } from './csv-sample.ts';
import { proposeType } from './propose-type.ts';

/** Ways to write days; where several fit as well, the first one is taken. */
const DATE_FORMATS = [
  undefined,
  ...[
    'DD.MM.YYYY',
    'D.M.YYYY',
    'MM/DD/YYYY',
    'M/D/YYYY',
    'DD/MM/YYYY',
    'D/M/YYYY',
    'DD-MM-YYYY',
    'MM-DD-YYYY',
  ],
  ...['YYYY/MM/DD', 'YYYY/M/D', 'YYYY.MM.DD', 'YYYYMMDD'],
].flatMap((day) => [
  day,
  ...(day === undefined || day === 'YYYYMMDD'
    ? []
    : ['H:mm', 'H:mm:ss', 'h:mm A', 'h:mm:ss A', 'hh:mm:ss A'].map((time) => `${day} ${time}`)),
]);

/** A notation, with what about it is a guess. */
export interface DetectedNotation {
  readonly notation: SampleNotation;
  /** Another way to read days, by which all values that were read are days too. */
  readonly otherDates: string | undefined;
}

/** Finds how NULL, numbers and days are written: the way by which most columns are more than text. */
export function detectNotation({ columns }: CsvSample): DetectedNotation {
  const texts = columns.map((column) => new Set(column.values));
  const nulls = NULL_TEXTS.filter((text) => text === '' || texts.some((values) => values.has(text)));
  const typed = (notation: SampleNotation): number =>
    columns.filter(
      (column) =>
        distinctValues(column, notation.nullText).size > 0 &&
        proposeType(column, notation).type.kind !== 'string',
    ).length;
  const base: SampleNotation = { nullText: '', decimal: '.', dateFormat: undefined };
  const decimals = (['.', ','] as const).map((decimal) => ({ ...base, decimal }));
  // Days are looked for with each text for NULL, because a column of both would be text with any other.
  const withNull = mostTyped(
    nulls.flatMap((nullText) => decimals.map((notation) => ({ ...notation, nullText }))),
    typed,
  );
  const formats = DATE_FORMATS.filter((format) => format === undefined || looksSo(format, texts));
  const nullsToTry = [...new Set([withNull.nullText, ...nulls])];
  const found = mostTyped(
    nullsToTry.flatMap((nullText) => formats.map((dateFormat) => ({ ...withNull, nullText, dateFormat }))),
    typed,
  );
  const count = typed(found);
  const other = formats.find(
    (dateFormat) =>
      dateFormat !== undefined &&
      found.dateFormat !== undefined &&
      isSwapped(dateFormat, found.dateFormat) &&
      typed({ ...found, dateFormat }) === count,
  );
  return { notation: found, otherDates: other };
}

function mostTyped(
  notations: readonly SampleNotation[],
  typed: (notation: SampleNotation) => number,
): SampleNotation {
  let best: { readonly notation: SampleNotation; readonly count: number } | undefined;
  for (const notation of notations) {
    const count = typed(notation);
    if (!best || count > best.count) best = { notation, count };
  }
  return best!.notation;
}

/** Any value with the signs of the format in it, so that not every format is tried on every column. */
function looksSo(format: string, texts: readonly ReadonlySet<string>[]): boolean {
  const source = format
    .replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
    .replaceAll(/YYYY/g, String.raw`\d{4}`)
    .replaceAll(/MM|DD|hh|mm|ss/g, String.raw`\d\d`)
    .replaceAll(/[MDHh]/g, String.raw`\d\d?`)
    .replaceAll('A', '[AaPp][Mm]');
  const pattern = new RegExp(`^${source}(?:$|[ T]\\d\\d:)`);
  return texts.some((values) => {
    for (const value of values) if (pattern.test(value)) return true;
    return false;
  });
}

/** The same but for the order of day and month. */
function isSwapped(format: string, other: string): boolean {
  const swapped = format.replaceAll(/[MD]+(?=.*YYYY)/g, (part) =>
    (part.startsWith('M') ? 'D' : 'M').repeat(part.length),
  );
  return format !== other && swapped === other;
}
