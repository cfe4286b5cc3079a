import type { Layout } from './csv-header.ts';
import type { RowNote } from './csv-file.ts';
import { columnJudge, type ColumnJudge, type ColumnStorage } from './judge-value.ts';
import type { Column, Dataset } from '../manifest/manifest.ts';

/** Values in the order of the dataset's columns, in the server's form. */
export type RowValues = (string | null)[];

/**
 * Judges one row: fills `values`, or gives every reason why it is rejected. Either way `values` is of this row alone: what
 * is wrong in it, or cannot be told, is NULL. The reasons show no value of a sensitive column.
 */
export type RowJudge = (
  fields: readonly string[],
  note: RowNote | undefined,
  values: RowValues,
) => readonly string[] | undefined;

const SHOWN_VALUE = 60;
const NUL = '\0';

/** Makes the judge of a file's rows. */
export function rowJudge(dataset: Dataset, layout: Layout, storage: readonly ColumnStorage[]): RowJudge {
  const { columns, nullText } = dataset;
  const judges = columns.map((column, index) => columnJudge(column, storage[index]!, dataset));
  const { positions, width } = layout;
  const required = columns.map((column) => column.required);
  const isNull = (text: string, note: RowNote | undefined, position: number): boolean =>
    text === nullText && note?.quoted?.[position] !== true;
  return (fields, note, values) => {
    if (fields.length !== width || note?.broken !== undefined) {
      values.fill(null);
      return [describeShape(fields, width, note)];
    }
    let isWrong = false;
    for (let index = 0; index < positions.length; index += 1) {
      const position = positions[index]!;
      const text = fields[position]!;
      if (isNull(text, note, position)) {
        values[index] = null;
        if (required[index]) isWrong = true;
        continue;
      }
      const value = judges[index]!.judge(text);
      const isKept = value !== undefined && !(judges[index]!.needsEscape && value.includes(NUL));
      values[index] = isKept ? value : null;
      if (!isKept) isWrong = true;
    }
    if (!isWrong) return undefined;
    return columns.flatMap((column, index) => {
      const position = positions[index]!;
      const text = fields[position]!;
      return explain(column, judges[index]!, text, isNull(text, note, position)) ?? [];
    });
  };
}

function describeShape(fields: readonly string[], width: number, note: RowNote | undefined): string {
  const { length } = fields;
  return note?.broken ?? `${length} ${length === 1 ? 'field' : 'fields'} where the header has ${width}`;
}

function explain(column: Column, judge: ColumnJudge, text: string, isNull: boolean): string | undefined {
  const { name, required, sensitive, type } = column;
  if (isNull) return required ? `${name}: is required` : undefined;
  if (text === '' && type.kind !== 'string') return `${name}: is empty, which only unquoted text can be`;
  if (text.includes(NUL)) return `${name}: has a NUL character in it`;
  if (judge.judge(text) !== undefined) return undefined;
  const shown = sensitive ? '' : `${JSON.stringify(shorten(text))} `;
  return `${name}: ${shown}${judge.explain(text)}`;
}

function shorten(text: string): string {
  return text.length <= SHOWN_VALUE
    ? text
    : `${Array.from(text.slice(0, SHOWN_VALUE)).slice(0, -1).join('')}…`;
}
