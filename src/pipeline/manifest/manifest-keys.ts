import { keyTable, MUST } from '../../yaml/documented-key.ts';
import {
  anyCase,
  anyText,
  choice,
  count,
  matching,
  name,
  nameWithout,
  path,
  paths,
  someNames,
  yesOrNo,
  type JsonSchema,
} from '../../yaml/json-schema.ts';
import { INTEGER_KINDS } from './integer-range.ts';

/** The choices of keys that have some. */
export const LATE = ['load', 'skip'] as const;
export const ON_EXTRA_COLUMN = ['fail', 'ignore'] as const;
export const DELETES = ['keep', 'close'] as const;
export const DECIMAL_SIGNS = ['.', ','] as const;

/** Transforms read `@changed_<name>`, and a variable of the server has at most 64 characters. */
export const MAX_NAME = 64 - 'changed_'.length;
/** The server's own limit for names. */
export const MAX_IDENTIFIER = 64;

/** Types that take neither digits nor `unsigned`, beside those of whole numbers. */
export const PLAIN_KINDS = [
  ...(['double', 'float', 'string', 'date', 'datetime', 'time', 'year'] as const),
  ...(['boolean', 'json', 'binary', 'vector'] as const),
];

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
const COLUMN_TYPE = {
  anyOf: [
    { enum: [...INTEGER_KINDS, ...INTEGER_KINDS.map((kind) => `${kind} unsigned`), ...PLAIN_KINDS] },
    anyCase(PLAIN_KINDS.join('|')),
    anyCase(String.raw`(${INTEGER_KINDS.join('|')})(\s+unsigned)?`),
    anyCase(String.raw`decimal\s*\(\s*\d{1,3}\s*,\s*\d{1,3}\s*\)(\s+unsigned)?`),
  ],
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

/** One entry of `columns:`. */
export const COLUMN_KEYS = keyTable([
  ['type', 'one of the types below', MUST, '`decimal(12,2)`', 'what its values are', COLUMN_TYPE],
  [
    'required',
    '`true` or `false`',
    '`false`',
    '`true`',
    'NULL is rejected; must be `true` for columns of `key` and `watermark`',
    yesOrNo,
  ],
  ['maxLength', 'number', 'that of the table', '`255`', 'characters, for `string` alone', count],
  [
    'pattern',
    "regular expression in RE2's syntax",
    'none',
    '`"^[A-Z]{2}$"`',
    'must be found in the value, for `string` alone; matched in linear time, so without look-around and back-references',
    anyText,
  ],
  [
    'sensitive',
    '`true` or `false`',
    '`false`',
    '`true`',
    'its values are masked wherever rows are shown',
    yesOrNo,
  ],
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
