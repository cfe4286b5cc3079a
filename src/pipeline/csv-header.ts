import { closest, didYouMean } from '../changelog/did-you-mean.ts';
import type { Problem } from '../errors.ts';
import type { Dataset } from './manifest.ts';

/** Where in a row each column of the contract stands. */
export interface Layout {
  /** How many fields a row has. */
  readonly width: number;
  /** For each column of the dataset, in its order, the index of its field. */
  readonly positions: readonly number[];
}

/** Finds the columns of a dataset in the header of a file, in whatever order; every problem with it is at its line. */
export function checkCsvHeader(
  header: readonly string[],
  dataset: Dataset,
  file: string,
): { readonly layout: Layout; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const complain = (message: string, fix: string): void => {
    problems.push({ code: 'invalid-csv', message: `header: ${message}`, at: { file, line: 1 }, fix });
  };
  const names = dataset.columns.map(({ name }) => name);
  const form = findForm(header, names);
  if (form !== undefined) {
    complain(form, 'save it as UTF-8 with commas between the fields and LF or CRLF at the end of lines');
    return {
      layout: { width: header.length, positions: names.map((name) => header.indexOf(name)) },
      problems,
    };
  }
  const missing = names.filter((name) => !header.includes(name));
  for (const name of missing) {
    const meant = closest(
      name,
      header.filter((field) => !names.includes(field)),
    );
    const instead = meant === undefined ? '' : `; it has ${quote(meant)}`;
    complain(
      `the column ${quote(name)} is missing${instead}`,
      'names must be as in the manifest, case included',
    );
  }
  const extra = header.filter((field) => !names.includes(field));
  if (dataset.onExtraColumn === 'fail') {
    for (const field of new Set(extra))
      complain(`unknown column ${quote(field)}`, fixOfExtra(field, missing));
  }
  const twice = names.filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
  for (const name of twice) complain(`the column ${quote(name)} stands there twice`, 'keep one of them');
  return { layout: { width: header.length, positions: names.map((name) => header.indexOf(name)) }, problems };
}

/** What is wrong with the file as a whole, so that a header which is right stands there in another way. */
function findForm(header: readonly string[], names: readonly string[]): string | undefined {
  const text = header.join(',');
  if (text.includes('\0')) return 'it has NUL characters; the file may be UTF-16 without a mark';
  if (/\r[^\r]/.test(text)) return 'its line ends in CR alone';
  if (header.length > 1 || names.length < 2) return undefined;
  const separator = [';', '\t', '|'].find((sign) => names.some((name) => text.split(sign).includes(name)));
  return separator && `its fields are separated by ${JSON.stringify(separator)} and not by commas`;
}

function fixOfExtra(field: string, missing: readonly string[]): string {
  const meant = closest(field, missing);
  if (meant !== undefined) return didYouMean(meant);
  return 'add it to the columns of the manifest, or set "onExtraColumn: ignore"';
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
