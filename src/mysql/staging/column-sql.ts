import type { Column, Dataset } from '../../pipeline/manifest/manifest.ts';
import { quoteName } from './incoming-table.ts';
import type { StagingTable, TableColumn } from './staging-table.ts';

/** How values of a dataset get into the columns of its table, where the text of a value is not the value itself. */
export interface ColumnSql {
  /** For LOAD DATA: columns, and variables for what has to be turned into another thing. */
  readonly targets: string;
  /** ` SET …`, or empty. */
  readonly assignments: string;
  /** The value of a literal, for INSERT. */
  readonly literals: readonly ((literal: string) => string)[];
}

/** Made once a dataset. */
export function columnSql({ columns }: Dataset, table: StagingTable): ColumnSql {
  const converters = columns.map((column, index) => converterOf(column, table.columns[index]!));
  const targets = columns.map(({ name }, index) => (converters[index] ? `@v${index}` : quoteName(name)));
  const assignments = columns.flatMap(({ name }, index) => {
    const convert = converters[index];
    return convert ? `${quoteName(name)} = ${convert(`@v${index}`)}` : [];
  });
  return {
    targets: targets.join(', '),
    assignments: assignments.length === 0 ? '' : ` SET ${assignments.join(', ')}`,
    literals: converters.map((convert) => convert ?? ((literal) => literal)),
  };
}

/** BIT takes text for bytes, and so do BINARY and VECTOR. */
function converterOf({ type }: Column, { dataType }: TableColumn): ((value: string) => string) | undefined {
  if (dataType === 'bit') return (value) => `CAST(${value} AS UNSIGNED)`;
  if (type.kind === 'binary') return (value) => `UNHEX(${value})`;
  if (type.kind === 'vector') return (value) => `STRING_TO_VECTOR(${value})`;
  return undefined;
}
