import { keyTable, MUST } from '../../yaml/documented-key.ts';
import {
  anyText,
  choice,
  count,
  matching,
  name,
  nameWithout,
  path,
  paths,
  someNames,
  type JsonSchema,
} from '../../yaml/json-schema.ts';

/** The choices of keys that have some. */
export const LATE = ['load', 'skip'] as const;
export const ON_EXTRA_COLUMN = ['fail', 'ignore'] as const;
export const DELETES = ['keep', 'close'] as const;
export const DECIMAL_SIGNS = ['.', ','] as const;

/** Transforms read `@changed_<name>`, and a variable of the server has at most 64 characters. */
export const MAX_NAME = 64 - 'changed_'.length;
/** The server's own limit for names. */
export const MAX_IDENTIFIER = 64;

const SIGN = String.raw`[^\r\n\0\p{L}\d]|\\t`;

const FILES = {
  allOf: [path, { type: 'string', pattern: String.raw`^[^[\]{}]*(\.csv|\.csv\.gz|\*)\s*$` }],
};
const MAX_REJECTED = { anyOf: [count, matching(String.raw`(0?\d?\d(\.\d+)?|100(\.0+)?) ?%`)] };
const COLUMNS = {
  type: 'object',
  minProperties: 1,
  propertyNames: { pattern: String.raw`^(?!\s)[^\u0000-\u001f\u007f-\u009f]{1,64}(?<!\s)$` },
  additionalProperties: { $ref: '#/$defs/column' },
};
/** The manifest itself. */
export const ROOT_KEYS = keyTable([
  [
    'datasets',
    'list of datasets',
    MUST,
    '`- { name: orders, files: data/raw/orders*.csv, table: stg_orders, key: [order_id], contract: contracts/orders.odcs.yaml }`',
    'the CSV sources, loaded in this order',
    { type: 'array', items: { $ref: '#/$defs/dataset' }, minItems: 1 },
  ],
  [
    'transforms',
    'list of paths',
    'none',
    '`[sql/transform/build_dims.sql]`',
    'SQL files that build from staging, run in this order in one transaction with the checks',
    paths,
  ],
  [
    'checks',
    'map: `file`, `builtin`',
    'none',
    '`file: sql/validation/dq_checks.sql`',
    'what must hold (see below)',
    { $ref: '#/$defs/checks' },
  ],
]);

/** One entry of `datasets:`. */
export const DATASET_KEYS = keyTable([
  [
    'name',
    'text of up to 56 characters',
    MUST,
    '`orders`',
    'unique; transforms read `@changed_<name>`',
    name(MAX_NAME),
  ],
  [
    'files',
    'glob with `*`, `?`, `**`',
    MUST,
    '`data/raw/orders*.csv`',
    'CSV files, from the working directory on, read in the order of their names; what ends in `.csv` or `.csv.gz` is read',
    FILES,
  ],
  [
    'table',
    'name',
    MUST,
    '`stg_orders`',
    'the staging table, of the schema `db-name`',
    nameWithout(
      String.raw`\.|^\s*([oO][pP][sS]_|[dD][aA][tT][aA][bB][aA][sS][eE][cC][hH][aA][nN][gG][eE][lL][oO][gG])`,
      MAX_IDENTIFIER,
    ),
  ],
  [
    'key',
    'column, or list of columns',
    MUST,
    '`[order_id]`',
    'makes a row of staging unique; each column has `required: true`, and the table a unique key of just these columns',
    someNames(),
  ],
  [
    'watermark',
    'column with `required: true`, of any type but `json`, `vector`, `boolean`; a `string` has `maxLength` of at most 64',
    'none: each new file is loaded whole',
    '`updated_at`',
    'grows with every change in the source: orders the rows of a key, and says what is late',
    name(),
  ],
  [
    'late',
    '`load` or `skip`',
    '`load`',
    '`skip`',
    'rows older than the checkpoint: load those that staging does not have, or count them and leave them out; `skip` needs a watermark',
    choice(LATE),
  ],
  [
    'maxRejected',
    'number of rows, or per cent',
    '`0`',
    '`1%`',
    'with more rejected rows nothing of the dataset is loaded and the run fails',
    MAX_REJECTED,
  ],
  [
    'onExtraColumn',
    '`fail` or `ignore`',
    '`fail`',
    '`ignore`',
    'a column of the file that the manifest does not know',
    choice(ON_EXTRA_COLUMN),
  ],
  [
    'deletes',
    '`keep` or `close`',
    '`keep`',
    '`close`',
    'each file is a full extract, and what the last one lacks is gone from the source: `close` deletes it from staging, and transforms see its key as changed',
    choice(DELETES),
  ],
  [
    'maxDuration',
    '`90s`, `30m`, `2h`',
    'none',
    '`30m`',
    'a load that takes longer is a warning; it is not ended',
    matching(String.raw`\d{1,6}\s*[smh]`),
  ],
  ['delimiter', 'one character', '`,`', '`";"`', 'between fields; `"\\t"` is a tab', exactly(SIGN)],
  [
    'quote',
    'one character, or empty',
    '`"`',
    '`"\'"`',
    'around fields; empty: quotes have no meaning',
    exactly(`(${SIGN})?`),
  ],
  [
    'escape',
    'one character',
    'the quote, doubled',
    "`'\\'`",
    'before a quote inside a quoted field',
    exactly(SIGN),
  ],
  ['encoding', 'label of the Encoding Standard', '`utf-8`', '`windows-1252`', 'of the files', name()],
  [
    'decimal',
    '`.` or `,`',
    '`.`',
    '`","`',
    'the decimal sign of `decimal`, `double` and `float`',
    choice(DECIMAL_SIGNS),
  ],
  [
    'dateFormat',
    'parts `YYYY MM M DD D HH H hh h mm ss SSS A`',
    'ISO 8601',
    '`DD.MM.YYYY`',
    'how `date` and `datetime` are written; without hours a `datetime` is such a day, a blank or `T`, and an ISO time',
    name(),
  ],
  [
    'rename',
    'map: column of the file to column of the table',
    'none',
    '`{ InvoiceNo: invoice_no }`',
    'names that differ',
    { type: 'object', additionalProperties: name() },
  ],
  [
    'null',
    'text',
    'empty',
    '`"NA"`',
    'unquoted text that means NULL',
    { ...anyText, pattern: String.raw`^[^"\r\n]*$` },
  ],
  [
    'columns',
    'map of columns',
    'those of `contract`',
    '`order_id: { type: bigint, required: true }`',
    'the contract of a row (see below); this or `contract`, not both',
    COLUMNS,
  ],
  [
    'contract',
    'path of a contract in the Open Data Contract Standard 3.x',
    'none',
    '`contracts/orders.odcs.yaml`',
    'gives the columns, and checks: [data-contracts.md](data-contracts.md)',
    path,
  ],
]);

/** What stands under `checks:`. */
export const CHECKS_KEYS = keyTable([
  ['file', 'path', 'none', '`sql/validation/dq_checks.sql`', 'checks in SQL', path],
  [
    'builtin',
    'list of checks',
    'none',
    '`- unique: { table: fact_order, columns: [order_id] }`',
    'checks by name',
    { type: 'array', items: { $ref: '#/$defs/check' } },
  ],
]);

/** A text that matches as it stands. */
function exactly(pattern: string): JsonSchema {
  return { type: 'string', pattern: `^(?:${pattern})$` };
}
