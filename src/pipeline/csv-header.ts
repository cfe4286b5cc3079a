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

function fixOfExtra(field: string, missing: readonly string[]): string {
  const meant = closest(field, missing);
  if (meant !== undefined) return didYouMean(meant);
  return 'add it to the columns of the manifest, or set "onExtraColumn: ignore"';
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
