import type { KnownKeys } from '../../yaml/yaml-fields.ts';

/** A key of the manifest, as the parser takes it and as the reference page shows it. */
export interface ManifestKey {
  readonly key: string;
  /** What may be written. */
  readonly type: string;
  /** What holds where it is left out; `undefined` where it must be there. */
  readonly default: string | undefined;
  readonly example: string;
  readonly meaning: string;
}

type Row = readonly [
  key: string,
  type: string,
  standard: string | undefined,
  example: string,
  meaning: string,
];

const MUST = undefined;

/** The manifest itself. */
export const ROOT_KEYS = table([
  ['datasets', 'list of datasets', MUST, '`- name: orders …`', 'the CSV sources, loaded in this order'],
  [
    'transforms',
    'list of paths',
    'none',
    '`[sql/transform/build_dims.sql]`',
    'SQL files that build from staging, run in this order in one transaction with the checks',
  ],
  [
    'checks',
    'map: `file`, `builtin`',
    'none',
    '`file: sql/validation/dq_checks.sql`',
    'what must hold (see below)',
  ],
]);

/** One entry of `datasets:`. */
export const DATASET_KEYS = table([
  ['name', 'text of up to 56 characters', MUST, '`orders`', 'unique; transforms read `@changed_<name>`'],
  [
    'files',
    'glob with `*`, `?`, `**`',
    MUST,
    '`data/raw/orders*.csv`',
    'CSV files, from the working directory on, read in the order of their names; what ends in `.csv` or `.csv.gz` is read',
  ],
  ['table', 'name', MUST, '`stg_orders`', 'the staging table, of the schema `db-name`'],
  [
    'key',
    'column, or list of columns',
    MUST,
    '`[order_id]`',
    'makes a row of staging unique; each column has `required: true`, and the table a unique key of just these columns',
  ],
  [
    'watermark',
    'column with `required: true`, of any type but `json`, `vector`, `boolean`; a `string` has `maxLength` of at most 64',
    'none: each new file is loaded whole',
    '`updated_at`',
    'grows with every change in the source: orders the rows of a key, and says what is late',
  ],
  [
    'late',
    '`load` or `skip`',
    '`load`',
    '`skip`',
    'rows older than the checkpoint: load those that staging does not have, or count them and leave them out; `skip` needs a watermark',
  ],
  [
    'maxRejected',
    'number of rows, or per cent',
    '`0`',
    '`1%`',
    'with more rejected rows nothing of the dataset is loaded and the run fails',
  ],
  [
    'onExtraColumn',
    '`fail` or `ignore`',
    '`fail`',
    '`ignore`',
    'a column of the file that the manifest does not know',
  ],
  [
    'deletes',
    '`keep` or `close`',
    '`keep`',
    '`close`',
    'each file is a full extract, and what the last one lacks is gone from the source: `close` deletes it from staging, and transforms see its key as changed',
  ],
  [
    'maxDuration',
    '`90s`, `30m`, `2h`',
    'none',
    '`30m`',
    'a load that takes longer is a warning; it is not ended',
  ],
  ['delimiter', 'one character', '`,`', '`";"`', 'between fields; `"\\t"` is a tab'],
  ['quote', 'one character, or empty', '`"`', '`"\'"`', 'around fields; empty: quotes have no meaning'],
  ['escape', 'one character', 'the quote, doubled', "`'\\'`", 'before a quote inside a quoted field'],
  ['encoding', 'label of the Encoding Standard', '`utf-8`', '`windows-1252`', 'of the files'],
  ['decimal', '`.` or `,`', '`.`', '`","`', 'the decimal sign of `decimal`, `double` and `float`'],
  [
    'dateFormat',
    'parts `YYYY MM M DD D HH H hh h mm ss SSS A`',
    'ISO 8601',
    '`DD.MM.YYYY`',
    'how `date` and `datetime` are written; without hours a `datetime` is such a day, a blank or `T`, and an ISO time',
  ],
  [
    'rename',
    'map: column of the file to column of the table',
    'none',
    '`{ InvoiceNo: invoice_no }`',
    'names that differ',
  ],
  ['null', 'text', 'empty', '`"NA"`', 'unquoted text that means NULL'],
  [
    'columns',
    'map of columns',
    'those of `contract`',
    '`order_id: { type: bigint, required: true }`',
    'the contract of a row (see below); this or `contract`, not both',
  ],
  [
    'contract',
    'path of a contract in the Open Data Contract Standard 3.x',
    'none',
    '`contracts/orders.odcs.yaml`',
    'gives the columns, and checks: [data-contracts.md](data-contracts.md)',
  ],
]);

/** One entry of `columns:`. */
export const COLUMN_KEYS = table([
  ['type', 'one of the types below', MUST, '`decimal(12,2)`', 'what its values are'],
  [
    'required',
    '`true` or `false`',
    '`false`',
    '`true`',
    'NULL is rejected; must be `true` for columns of `key` and `watermark`',
  ],
  ['maxLength', 'number', 'that of the table', '`255`', 'characters, for `string` alone'],
  [
    'pattern',
    "regular expression in RE2's syntax",
    'none',
    '`"^[A-Z]{2}$"`',
    'must be found in the value, for `string` alone; matched in linear time, so without look-around and back-references',
  ],
  ['sensitive', '`true` or `false`', '`false`', '`true`', 'its values are masked wherever rows are shown'],
]);

/** What may stand under `type:`, the columns of the server that have room for it, and what is accepted. */
export const COLUMN_TYPES: readonly (readonly [type: string, columns: string, accepted: string])[] = [
  [
    '`tinyint` `smallint` `mediumint` `int` `bigint`, each also `unsigned`',
    'the same or a wider one; `BIT(n)` for unsigned ones of up to n bits',
    'whole numbers of 8, 16, 24, 32 and 64 bits; leading zeros do not count',
  ],
  [
    '`decimal(p,s)`, also `unsigned`',
    '`DECIMAL` with as many digits on either side of the point',
    'digits and a decimal sign; digits that do not fit are never cut off, zeros at the end do not count',
  ],
  [
    '`double` `float`',
    '`DOUBLE`; `float` also `FLOAT`',
    'numbers, also with an exponent; what is stored, written with as many digits as were read, has to be what was read: 16777217 is no `float`',
  ],
  [
    '`string`',
    '`CHAR` `VARCHAR` `TEXT` of any kind and character set, `ENUM`',
    'any text without NUL, as it stands; what the column would change is rejected: blanks at the end in `CHAR`, characters that its character set lacks, another spelling of an `ENUM` value, more bytes than a `TEXT` has',
  ],
  ['`date`', '`DATE`', '`YYYY-MM-DD` or the `dateFormat`; a day of the calendar from the year 1000 on'],
  [
    '`datetime`',
    '`DATETIME` `TIMESTAMP`',
    'ISO 8601 or the `dateFormat`; with a zone it is turned into UTC, without one it is UTC; digits of a second up to those of the column. As `watermark` it is before 9999-12-31, which stands for an open end',
  ],
  ['`time`', '`TIME`', '`HH:MM[:SS[.fraction]]`, from -838:59:59 to 838:59:59'],
  ['`year`', '`YEAR`', '1901 to 2155'],
  ['`boolean`', 'any whole number, `BIT`', '`true` `false` `1` `0`'],
  [
    '`json`',
    '`JSON`',
    'JSON of up to 100 levels; a key that stands twice and a number of which digits would be lost are rejected',
  ],
  [
    '`binary`',
    '`BINARY` `VARBINARY` `BLOB` of any kind',
    'hexadecimal digits, `0x` in front or not; as many bytes as a `BINARY` has. In `@changed_<dataset>` they are digits too',
  ],
  ['`vector`', '`VECTOR` (MySQL 9)', '`[1,2.5]`, each number as `float`'],
];

/** What stands under `checks:`. */
export const CHECKS_KEYS = table([
  ['file', 'path', 'none', '`sql/validation/dq_checks.sql`', 'checks in SQL'],
  [
    'builtin',
    'list of checks',
    'none',
    '`- unique: { table: fact_order, columns: [order_id] }`',
    'checks by name',
  ],
]);

/** The keys as the reader of YAML wants them. */
export function knownKeys(keys: readonly ManifestKey[]): KnownKeys {
  const names = (isRequired: boolean): string[] =>
    keys.filter((key) => (key.default === undefined) === isRequired).map(({ key }) => key);
  return { required: names(true), optional: names(false) };
}

function table(rows: readonly Row[]): readonly ManifestKey[] {
  return rows.map(([key, type, standard, example, meaning]) => ({
    ...{ key, type, default: standard, example, meaning },
  }));
}
