import { keyTable, MUST, type DocumentedKey, type KeyRow } from '../../yaml/documented-key.ts';
import { anyText, count, name, names } from '../../yaml/json-schema.ts';
import type { Group, Question } from '../precondition.ts';

type Kind = Question['kind'];

const TABLE: KeyRow = ['tableName', 'name', MUST, '`customers`', 'a table of the target schema', name()];

/** The attributes of each precondition that asks something. */
export const QUESTION_KEYS: Readonly<Record<Kind, readonly DocumentedKey[]>> = {
  tableExists: keyTable([TABLE]),
  viewExists: keyTable([
    ['viewName', 'name', MUST, '`vw_order_summary`', 'a view of the target schema', name()],
  ]),
  columnExists: keyTable([TABLE, ['columnName', 'name', MUST, '`email`', 'a column of it', name()]]),
  indexExists: keyTable([
    ['tableName', 'name', 'any table', '`orders`', 'the table of the index', name()],
    ['indexName', 'name', 'any name', '`idx_orders_customer`', 'its name', name()],
    ['columnNames', 'names', 'any columns', '`[customer_id]`', 'its columns, in their order', names()],
  ]),
  foreignKeyConstraintExists: keyTable([
    ['foreignKeyName', 'name', MUST, '`fk_orders_customer`', 'the name of the constraint', name()],
    ['foreignKeyTableName', 'name', 'any table', '`orders`', 'the table that it stands in', name()],
  ]),
  primaryKeyExists: keyTable([TABLE]),
  tableIsEmpty: keyTable([TABLE]),
  rowCount: keyTable([TABLE, ['expectedRows', 'whole number', MUST, '`0`', 'how many rows it has', count]]),
  sqlCheck: keyTable([
    ['expectedResult', 'text', MUST, '`"0"`', 'the one value that the SELECT gives', anyText],
    ['sql', 'one SELECT', MUST, '`"SELECT COUNT(*) FROM t WHERE c IS NULL"`', 'runs read-only', anyText],
  ]),
  changeSetExecuted: keyTable([
    ['author', 'name', MUST, '`your-name`', 'author of the changeset', name()],
    ['id', 'name', MUST, '`"003"`', 'its id', name()],
  ]),
};

/** What a precondition asks, in words. */
export const QUESTION_MEANINGS: Readonly<Record<Kind, string>> = {
  tableExists: 'the table is there',
  viewExists: 'the view is there',
  columnExists: 'the column is there',
  indexExists: 'an index of that name, or over these columns of the table, is there',
  foreignKeyConstraintExists: 'the foreign key is there',
  primaryKeyExists: 'the table has a primary key',
  tableIsEmpty: 'the table has no rows',
  rowCount: 'the table has just so many rows',
  sqlCheck: 'a SELECT gives this value',
  changeSetExecuted: 'the changeset is in the history',
};

/** The kinds that ask something, in the order of the documentation. */
export const QUESTION_KINDS = Object.keys(QUESTION_KEYS) as readonly Kind[];

/** The ones that are judged over others. */
export const GROUP_KINDS: readonly Group['kind'][] = ['and', 'or', 'not'];

/** What a group comes to, in words. */
export const GROUP_MEANINGS: Readonly<Record<Group['kind'], string>> = {
  and: 'all of these hold',
  or: 'one of these holds',
  not: 'none of these holds',
};
