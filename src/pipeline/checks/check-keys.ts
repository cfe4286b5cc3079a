import { keyTable, MUST, type DocumentedKey, type KeyRow } from '../../yaml/documented-key.ts';
import { anyText, choice, count, matching, name, someNames, yesOrNo } from '../../yaml/json-schema.ts';
import type { BuiltinCheckName } from '../manifest/builtin-rule.ts';
import { SEVERITIES } from './check-header.ts';

const THRESHOLD = {
  anyOf: [{ type: 'number' }, matching(String.raw`-?\d{1,15}(\.\d{1,6})?`)],
};
const TOLERANCE = {
  anyOf: [{ type: 'number', minimum: 0 }, matching(String.raw`\d{1,15}(\.\d{1,6})?\s*%?`)],
};
const VALUES = { type: 'array', items: anyText, minItems: 1 };

const TABLE: KeyRow = ['table', 'name', MUST, '`fact_order`', 'the table', name()];
const COLUMN: KeyRow = ['column', 'name', MUST, '`status`', 'the column', name()];
const COLUMNS: KeyRow = ['columns', 'names', MUST, '`[order_id]`', 'the columns', someNames()];

const ALWAYS: readonly KeyRow[] = [
  [
    'name',
    'letters, digits, `_`, `.`, `-`',
    'made of check, table and columns',
    '`orders_unique`',
    'what its results are kept under; unique',
    matching(String.raw`[A-Za-z_][\w.-]{0,199}`),
  ],
  [
    'severity',
    '`error` or `warning`',
    '`error`',
    '`warning`',
    'whether it fails the run',
    choice(SEVERITIES),
  ],
];
const COUNTED: readonly KeyRow[] = [
  ...ALWAYS,
  ['threshold', 'number', '`0`', '`10`', 'the check fails above it', THRESHOLD],
];

/** The options of each check that a manifest can ask for by name. */
export const CHECK_KEYS: Readonly<Record<BuiltinCheckName, readonly DocumentedKey[]>> = {
  not_null: keyTable([TABLE, COLUMNS, ...COUNTED]),
  unique: keyTable([TABLE, COLUMNS, ...COUNTED]),
  accepted_values: keyTable([
    TABLE,
    COLUMN,
    ['values', 'list', MUST, '`[new, paid]`', 'the values that may be', VALUES],
    ...COUNTED,
  ]),
  range: keyTable([
    TABLE,
    COLUMN,
    ['min', 'value', 'none', '`0`', 'the least one; this, `max` or both', anyText],
    ['max', 'value', 'none', '`100`', 'the greatest one', anyText],
    ...COUNTED,
  ]),
  relationships: keyTable([
    TABLE,
    COLUMNS,
    ['to', 'name', MUST, '`dim_customer`', 'the table in which the columns are looked up', name()],
    [
      'toColumns',
      'names',
      'those of `columns`',
      '`[customer_sk]`',
      'its columns, in the same order',
      someNames(),
    ],
    ...COUNTED,
  ]),
  row_count: keyTable([
    TABLE,
    ['min', 'whole number', 'none', '`1`', 'the fewest rows; this, `max` or both', count],
    ['max', 'whole number', 'none', '`1000000`', 'the most rows', count],
    ...COUNTED,
  ]),
  freshness: keyTable([
    TABLE,
    COLUMN,
    [
      'maxAge',
      '`90m`, `36h`, `2d`',
      MUST,
      '`36h`',
      'how old the greatest value may be',
      matching(String.raw`\d{1,6}\s*[smhd]`),
    ],
    ...ALWAYS,
  ]),
  one_current_row: keyTable([
    TABLE,
    COLUMNS,
    ['current', 'name', '`is_current`', '`is_current`', 'the column that marks the current row', name()],
    ['allowNone', '`true` or `false`', '`false`', '`true`', 'a key may have no current row', yesOrNo],
    ...COUNTED,
  ]),
  no_overlap: keyTable([
    TABLE,
    COLUMNS,
    ['from', 'name', '`valid_from`', '`valid_from`', 'the column in which an interval begins', name()],
    ['to', 'name', '`valid_to`', '`valid_to`', 'the column in which it ends', name()],
    ...COUNTED,
  ]),
  reconcile: keyTable([
    TABLE,
    ['to', 'name', MUST, '`stg_orders`', 'the table to compare with', name()],
    ['column', 'name', 'none: rows are counted', '`amount`', 'the column that is summed up', name()],
    ['toColumn', 'name', 'that of `column`', '`amount`', 'that of the other table', name()],
    ['tolerance', 'number, or per cent', '`0`', '`1%`', 'how far the two may differ', TOLERANCE],
    ...ALWAYS,
  ]),
};

/** The ten checks that a manifest can ask for. */
export const BUILTIN_CHECKS = Object.keys(CHECK_KEYS) as readonly BuiltinCheckName[];

/** What each of them counts, in words. */
export const CHECK_MEANINGS: Readonly<Record<BuiltinCheckName, string>> = {
  not_null: 'rows in which one of the columns is NULL',
  unique: 'keys, without NULL in them, that stand in several rows',
  accepted_values: 'rows with another value; NULL is none',
  range: 'rows with a value outside; NULL is none',
  relationships: 'rows whose columns, none of them NULL, are found nowhere in the other table',
  row_count: 'how many rows there are too few or too many',
  freshness: 'seconds since the greatest value, in UTC',
  one_current_row: 'keys that have no current row, or several',
  no_overlap: 'rows whose interval reaches into the next one of their key',
  reconcile: 'the difference of two sums, or of two counts',
};
