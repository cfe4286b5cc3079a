import { keyTable, MUST } from '../../yaml/documented-key.ts';
import { anyCase, anyText, count, yesOrNo } from '../../yaml/json-schema.ts';
import { INTEGER_KINDS } from './integer-range.ts';

/** Types that take neither digits nor `unsigned`, beside those of whole numbers. */
export const PLAIN_KINDS = [
  ...(['double', 'float', 'string', 'date', 'datetime', 'time', 'year'] as const),
  ...(['boolean', 'json', 'binary', 'vector'] as const),
];

const COLUMN_TYPE = {
  anyOf: [
    { enum: [...INTEGER_KINDS, ...INTEGER_KINDS.map((kind) => `${kind} unsigned`), ...PLAIN_KINDS] },
    anyCase(PLAIN_KINDS.join('|')),
    anyCase(String.raw`(${INTEGER_KINDS.join('|')})(\s+unsigned)?`),
    anyCase(String.raw`decimal\s*\(\s*\d{1,3}\s*,\s*\d{1,3}\s*\)(\s+unsigned)?`),
  ],
};

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
