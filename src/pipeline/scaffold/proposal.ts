import type { ColumnType } from '../manifest/manifest.ts';
import { countNulls, distinctValues, type CsvSample, type SampleColumn } from './csv-sample.ts';
import { detectNotation, type DetectedNotation } from './detect-notation.ts';
import { proposeDatasetName, proposeNames } from './propose-names.ts';
import { proposeKey } from './propose-key.ts';
import { proposeType } from './propose-type.ts';

/** A column for the manifest and the staging table. */
export interface ProposedColumn {
  /** In the header of the file. */
  readonly title: string;
  readonly name: string;
  readonly type: ColumnType;
  /** In characters; undefined for other types, and for texts that are too long for a limit. */
  readonly maxLength: number | undefined;
  readonly longest: number;
  readonly fractionDigits: number;
  /** Rows without a value. */
  readonly nulls: number;
  readonly isEmpty: boolean;
}

/** A dataset for the manifest, made of the first rows of a file. */
export interface Proposal extends DetectedNotation {
  readonly sample: CsvSample;
  readonly name: string;
  readonly table: string;
  readonly columns: readonly ProposedColumn[];
  /** Empty where nothing was unique. */
  readonly key: readonly string[];
  /** A column that seems to say when a row was changed last. */
  readonly changedAt: string | undefined;
}

/** Proposes a dataset; the first rows say what is possible, not what the rest of the file, or the next one, has. */
export function propose(sample: CsvSample): Proposal {
  const detected = detectNotation(sample);
  const { notation } = detected;
  const names = proposeNames(sample.columns.map(({ title }) => title));
  const wide = sample.columns.map((column, at) => proposeColumn(column, names[at]!, detected));
  const columns = withinRow(wide);
  const key = proposeKey(columns, sample.columns, notation.nullText);
  const name = proposeDatasetName(sample.file);
  const changed = columns.find(
    ({ name: column, type, nulls }) =>
      /updated|modified|changed/i.test(column) && ['date', 'datetime'].includes(type.kind) && nulls === 0,
  );
  return { ...detected, sample, name, table: `stg_${name}`, columns, key, changedAt: changed?.name };
}

function proposeColumn(column: SampleColumn, name: string, { notation }: DetectedNotation): ProposedColumn {
  const { type, longest, fractionDigits } = proposeType(column, notation);
  return {
    ...{ title: column.title, name, type, longest, fractionDigits },
    maxLength: type.kind === 'string' ? roomFor(longest) : undefined,
    nulls: countNulls(column, notation.nullText),
    isEmpty: distinctValues(column, notation.nullText).size === 0,
  };
}

const ROOMS = [10, 20, 50, 100, 255, 500];

/** Twice what was seen. */
function roomFor(longest: number): number | undefined {
  return longest === 0 ? 255 : ROOMS.find((room) => room >= longest * 2);
}

/** Characters of all texts of a row that are kept in it, at four bytes each, below the 65,535 bytes of a row. */
const MOST_CHARACTERS = 12_000;

/** A row has no room for many long texts, but for as many TEXT columns as a table may have. */
function withinRow(columns: readonly ProposedColumn[]): readonly ProposedColumn[] {
  const total = columns.reduce((sum, { maxLength }) => sum + (maxLength ?? 0), 0);
  if (total <= MOST_CHARACTERS) return columns;
  return columns.map((column) =>
    column.maxLength !== undefined && column.maxLength > 100 ? { ...column, maxLength: undefined } : column,
  );
}
