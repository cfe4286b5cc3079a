import { closest, didYouMean } from '../../yaml/did-you-mean.ts';
import type { Problem } from '../../errors.ts';
import type { Dataset } from '../manifest/manifest.ts';

/** Where in a row each column of the contract stands. */
export interface Layout {
  /** How many fields a row has. */
  readonly width: number;
  /** For each column of the dataset, in its order, the index of its field. */
  readonly positions: readonly number[];
}

/** Finds the columns of a dataset in the header of a file, in whatever order; every problem with it is at its line. */
export function checkCsvHeader(
  fields: readonly string[],
  dataset: Dataset,
  file: string,
): { readonly layout: Layout; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report = (message: string, fix: string): void => {
    problems.push({ code: 'invalid-csv', message: `header: ${message}`, at: { file, line: 1 }, fix });
  };
  const header = fields.map((field) => dataset.rename.get(field) ?? field);
  const names = dataset.columns.map(({ name }) => name);
  const form = findForm(fields, header, dataset);
  if (form) report(...form);
  else compareNames(header, names, dataset, report);
  return { layout: { width: header.length, positions: names.map((name) => header.indexOf(name)) }, problems };
}

type Report = (message: string, fix: string) => void;

function compareNames(
  header: readonly string[],
  names: readonly string[],
  { onExtraColumn, rename }: Dataset,
  report: Report,
): void {
  const extra = header.filter((field) => !names.includes(field));
  const missing = names.filter((name) => !header.includes(name));
  for (const name of missing) {
    const meant = closest(name, extra);
    const instead = meant === undefined ? '' : `; it has ${quote(meant)}`;
    const before = [...rename].find(([, to]) => to === name)?.[0];
    const called = before === undefined ? '' : ` (called ${quote(before)} in the file)`;
    report(
      `the column ${quote(name)}${called} is missing${instead}`,
      'names must be as in the manifest, case included; "rename:" gives a column of the file another name',
    );
  }
  if (onExtraColumn === 'fail') {
    for (const field of new Set(extra)) report(...describeExtra(field, header, missing));
  }
  const twice = names.filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
  for (const name of twice) report(`the column ${quote(name)} stands there twice`, 'keep one of them');
}

function describeExtra(
  field: string,
  header: readonly string[],
  missing: readonly string[],
): readonly [message: string, fix: string] {
  if (field === '' && header.at(-1) === '') {
    return [
      'it ends in a delimiter, so its last column has no name',
      'remove the delimiter at the end of each line, or set "onExtraColumn: ignore"',
    ];
  }
  const meant = closest(field, missing);
  const fix =
    meant === undefined
      ? 'add it to the columns of the manifest, or set "onExtraColumn: ignore"'
      : didYouMean(meant);
  return [`unknown column ${quote(field)}`, fix];
}

/** What is wrong with the file as a whole, so that a header which is right stands there in another way. */
function findForm(
  fields: readonly string[],
  header: readonly string[],
  { columns, dialect }: Dataset,
): readonly [message: string, fix: string] | undefined {
  const text = fields.join(dialect.delimiter);
  const separator = /^sep=(.?)/.exec(text)?.[1];
  if (separator !== undefined) {
    const set = separator === '' ? '' : `, and set "delimiter: ${JSON.stringify(separator)}" if that is it`;
    return [`it is the line "sep=" that Excel reads`, `remove that line${set}`];
  }
  if (text.includes('\0')) {
    return ['it has NUL characters', 'the file may be UTF-16: set "encoding: utf-16le", or save it as UTF-8'];
  }
  if (/\r[^\r]/.test(text))
    return ['its line ends in CR alone', 'save it with LF or CRLF at the end of lines'];
  if (header.length > 1 || columns.length < 2) return undefined;
  const found = [',', ';', '\t', '|'].find(
    (sign) => sign !== dialect.delimiter && columns.some(({ name }) => text.split(sign).includes(name)),
  );
  if (found === undefined) return undefined;
  const is = JSON.stringify(found);
  const not = dialect.delimiter === ',' ? 'commas' : JSON.stringify(dialect.delimiter);
  return [`its fields are separated by ${is} and not by ${not}`, `set "delimiter: ${is}" in the manifest`];
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
