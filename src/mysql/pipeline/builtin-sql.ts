import type { BuiltinRule, Measure } from '../../pipeline/manifest/builtin-rule.ts';
import { quote } from '../session/names.ts';
import { asKind, exact, type ColumnKinds } from './column-kind.ts';

/** A statement with its values, which travel apart from it. */
export interface BoundSql {
  readonly sql: string;
  readonly values: readonly string[];
}

/** What a built-in check asks: one number, and for a failure the rows that make it. */
export interface CheckSql {
  readonly metric: BoundSql;
  readonly examples: BoundSql | undefined;
}

/** How many rows a person is shown. */
export const MOST_EXAMPLES = 10;

/** What the server says of a table. */
export interface CheckedTable {
  /** Tells its rows apart. */
  readonly primaryKey: readonly string[];
  readonly kinds: ColumnKinds;
  /** The primary key has whole columns, not beginnings of them. */
  readonly isKeyWhole: boolean;
}

/**
 * The SQL of a built-in check. Values are compared exactly, whatever the collation of their column.
 */
export function builtinSql(rule: BuiltinRule, table: CheckedTable): CheckSql {
  const { primaryKey, kinds } = table;
  switch (rule.check) {
    case 'not_null':
      return rowsWhere(rule.table, primaryKey, [], {
        sql: rule.columns.map((column) => `t.${quote(column)} IS NULL`).join(' OR '),
        values: [],
      });
    case 'accepted_values':
      return rowsWhere(rule.table, primaryKey, [rule.column], otherValue(rule, kinds));
    case 'range':
      return rowsWhere(rule.table, primaryKey, [rule.column], outOfRange(rule, kinds));
    case 'relationships':
      return rowsWhere(rule.table, primaryKey, rule.columns, withoutPartner(rule));
    case 'unique':
      return isHeldUnique(rule, table) ? NONE : severalRows(rule, kinds);
    case 'one_current_row': {
      const current = `COALESCE(SUM(t.${quote(rule.current)} <> 0), 0)`;
      const having = rule.allowNone ? `${current} > 1` : `${current} <> 1`;
      return keysHaving(rule, kinds, having, current);
    }
    case 'no_overlap':
      return overlaps(rule, kinds);
    case 'row_count': {
      const { table, min, max } = rule;
      const parts = [
        ...(min === undefined ? [] : [`${min} - n`]),
        ...(max === undefined ? [] : [`n - ${max}`]),
      ];
      const counted = `(SELECT CAST(COUNT(*) AS SIGNED) AS n FROM ${quote(table)}) AS counted`;
      return {
        metric: plain(`SELECT GREATEST(0, ${parts.join(', ')}) AS metric FROM ${counted}`),
        examples: plain(`SELECT n AS ${quote('rows')} FROM ${counted}`),
      };
    }
    case 'freshness': {
      const { table, column } = rule;
      const newest = `MAX(${quote(column)})`;
      return {
        metric: plain(
          `SELECT TIMESTAMPDIFF(SECOND, ${newest}, UTC_TIMESTAMP()) AS metric FROM ${quote(table)}`,
        ),
        examples: plain(`SELECT ${newest} AS newest FROM ${quote(table)}`),
      };
    }
    case 'reconcile':
      return reconcile(rule.left, rule.right, rule.unit);
  }
}

function plain(sql: string): BoundSql {
  return { sql, values: [] };
}

function rowsWhere(
  table: string,
  primaryKey: readonly string[],
  columns: readonly string[],
  { sql, values }: BoundSql,
): CheckSql {
  const shown = [...new Set([...primaryKey, ...columns])].map((column) => `t.${quote(column)}`);
  const from = `FROM ${quote(table)} AS t WHERE ${sql}`;
  return {
    metric: { sql: `SELECT COUNT(*) AS metric ${from}`, values },
    examples: { sql: `SELECT ${shown.join(', ') || 't.*'} ${from} LIMIT ${MOST_EXAMPLES}`, values },
  };
}

function otherValue(
  { column, values }: BuiltinRule & { readonly check: 'accepted_values' },
  kinds: ColumnKinds,
): BoundSql {
  const kind = kinds.get(column.toLowerCase());
  const bound = values.flatMap((value) => asKind(value, kind) ?? []);
  // A value that the type of the column cannot hold compares as NULL, and must not make a row pass.
  const isAccepted =
    bound.length === 0
      ? 'FALSE'
      : `${exact(`t.${quote(column)}`, kind)} IN (${bound.map(({ sql }) => sql).join(', ')}) IS TRUE`;
  return {
    sql: `${notNull(column)} AND NOT (${isAccepted})`,
    values: bound.map(({ value }) => value),
  };
}

const NUMBER = /^-?\d{1,30}(?:\.\d{1,30})?$/;

function outOfRange(
  { column, min, max }: BuiltinRule & { readonly check: 'range' },
  kinds: ColumnKinds,
): BoundSql {
  const kind = kinds.get(column.toLowerCase());
  const given = [min, max].filter((bound) => bound !== undefined);
  const isNumeric = kind === 'text' && given.every((bound) => NUMBER.test(bound));
  const name = `t.${quote(column)}`;
  // Texts that are numbers are compared as numbers; one that is none is outside.
  const value = isNumeric ? `CAST(${name} AS DECIMAL(65, 30))` : exact(name, kind);
  const bounds = [
    { bound: min, sign: '>=' },
    { bound: max, sign: '<=' },
  ].flatMap(({ bound, sign }) => {
    if (bound === undefined) return [];
    const limit = asKind(bound, isNumeric ? 'exact' : kind);
    return [{ sql: limit ? `${value} ${sign} ${limit.sql}` : 'FALSE', values: limit ? [limit.value] : [] }];
  });
  const isNumber = isNumeric ? [`${name} REGEXP '^ *[+-]{0,1}[0-9]+([.][0-9]*){0,1} *$'`] : [];
  const inside = [...isNumber, ...bounds.map(({ sql }) => sql)];
  return {
    sql: `${notNull(column)} AND (${inside.join(' AND ')}) IS NOT TRUE`,
    values: bounds.flatMap(({ values }) => values),
  };
}

/** Found as a join finds it: which texts are the same is for the collations of the two columns to say. */
function withoutPartner(rule: BuiltinRule & { readonly check: 'relationships' }): BoundSql {
  const joined = rule.columns.map(
    (column, at) => `p.${quote(rule.toColumns[at] ?? column)} = t.${quote(column)}`,
  );
  const found = `SELECT 1 FROM ${quote(rule.to)} AS p WHERE ${joined.join(' AND ')}`;
  return plain(`${rule.columns.map(notNull).join(' AND ')} AND NOT EXISTS (${found})`);
}

function notNull(column: string): string {
  return `t.${quote(column)} IS NOT NULL`;
}

interface OfKey {
  readonly table: string;
  readonly columns: readonly string[];
}

function exactKey({ columns }: OfKey, kinds: ColumnKinds): string {
  return columns.map((column) => exact(`t.${quote(column)}`, kinds.get(column.toLowerCase()))).join(', ');
}

function nativeKey({ columns }: OfKey): string {
  return columns.map((column) => `t.${quote(column)}`).join(', ');
}

/** No row has to be read for it. */
const NONE: CheckSql = { metric: plain('SELECT 0 AS metric'), examples: undefined };

/**
 * Whether the server itself holds that no two rows are the same in these columns, because its primary key is among them:
 * rows that are the same exactly are the same to its collation too. Another unique index proves nothing, because
 * `unique_checks = 0` lets rows past it.
 */
function isHeldUnique({ columns }: OfKey, { primaryKey, isKeyWhole }: CheckedTable): boolean {
  const asked = new Set(columns.map((column) => column.toLowerCase()));
  return isKeyWhole && primaryKey.every((column) => asked.has(column.toLowerCase()));
}

/** Rows that are the same exactly are the same to the collation: only those are looked at, which an index can find. */
function severalRows(rule: OfKey, kinds: ColumnKinds): CheckSql {
  const { table, columns } = rule;
  const [native, key] = [nativeKey(rule), exactKey(rule, kinds)];
  const where = columns.map(notNull).join(' AND ');
  const grouped = `FROM ${quote(table)} AS t WHERE ${where} GROUP BY ${native} HAVING COUNT(*) > 1`;
  if (native === key) return groups(native, 'COUNT(*)', grouped);
  const shown = titled(rule, kinds);
  const names = columns.map((_, at) => `k${at}`);
  const join = columns.map((column, at) => `t.${quote(column)} = d.k${at}`).join(' AND ');
  const twins = `(SELECT ${native} ${grouped}) AS d (${names.join(', ')})`;
  return groups(
    shown,
    'COUNT(*)',
    `FROM ${twins} JOIN ${quote(table)} AS t ON ${join} GROUP BY ${key} HAVING COUNT(*) > 1`,
  );
}

function keysHaving(rule: OfKey, kinds: ColumnKinds, having: string, number: string): CheckSql {
  const key = exactKey(rule, kinds);
  return groups(
    titled(rule, kinds),
    number,
    `FROM ${quote(rule.table)} AS t GROUP BY ${key} HAVING ${having}`,
  );
}

/** The key for people: an expression would have itself as title. */
function titled({ columns }: OfKey, kinds: ColumnKinds): string {
  return columns
    .map((column) => {
      const name = `t.${quote(column)}`;
      const value = exact(name, kinds.get(column.toLowerCase()));
      return value === name ? name : `${value} AS ${quote(column)}`;
    })
    .join(', ');
}

function groups(key: string, number: string, grouped: string): CheckSql {
  return {
    metric: plain(`SELECT COUNT(*) AS metric FROM (SELECT 1 ${grouped}) AS found`),
    examples: plain(`SELECT ${key}, ${number} AS ${quote('rows')} ${grouped} LIMIT ${MOST_EXAMPLES}`),
  };
}

function overlaps(rule: BuiltinRule & { readonly check: 'no_overlap' }, kinds: ColumnKinds): CheckSql {
  const { table, columns, from, to } = rule;
  const shown = [...columns, from, to].map((column) => `t.${quote(column)}`);
  const begins = `t.${quote(from)}`;
  const next = `LEAD(${begins}) OVER (PARTITION BY ${exactKey(rule, kinds)} ORDER BY ${begins})`;
  // Names of its own: the table may have a column `next`, and `from` may be part of the key.
  const names = [...shown.map((_, at) => `c${at}`), 'begins_next'];
  const end = `c${shown.length - 1}`;
  const inner = `SELECT ${shown.join(', ')}, ${next} FROM ${quote(table)} AS t`;
  const where = `FROM (${inner}) AS found (${names.join(', ')})
    WHERE begins_next < ${end} OR ${end} IS NULL AND begins_next IS NOT NULL`;
  const titles = [...columns, 'from', 'to', 'next'].map((title) => quote(title));
  const listed = names.map((name, at) => `${name} AS ${titles[at]}`);
  return {
    metric: plain(`SELECT COUNT(*) AS metric ${where}`),
    examples: plain(`SELECT ${listed.join(', ')} ${where} LIMIT ${MOST_EXAMPLES}`),
  };
}

function reconcile(left: Measure, right: Measure, unit: 'absolute' | 'percent'): CheckSql {
  const from = `FROM (${measured(left)}) AS a, (${measured(right)}) AS b`;
  const metric =
    unit === 'absolute'
      ? 'ABS(a.n - b.n)'
      : 'CASE WHEN a.n = b.n THEN 0 ELSE 100 * ABS(a.n - b.n) / NULLIF(ABS(b.n), 0) END';
  return {
    metric: plain(`SELECT ${metric} AS metric ${from}`),
    examples: plain(`SELECT a.n AS ${quote(nameOf(left))}, b.n AS ${quote(nameOf(right))} ${from}`),
  };
}

function measured({ table, column }: Measure): string {
  const number = column === undefined ? 'CAST(COUNT(*) AS SIGNED)' : `COALESCE(SUM(${quote(column)}), 0)`;
  return `SELECT ${number} AS n FROM ${quote(table)}`;
}

function nameOf({ table, column }: Measure): string {
  return column === undefined ? `rows of ${table}` : `sum of ${table}.${column}`;
}

/** The statement as a person can run it: its values in quotes. */
export function readable({ sql, values }: BoundSql): string {
  let at = 0;
  // A name in backquotes may hold a question mark of its own.
  return sql.replace(/`(?:[^`]|``)*`|\?/g, (found) =>
    found === '?' ? `'${(values[at++] ?? '').replace(/['\\]/g, (all) => all + all)}'` : found,
  );
}
