import type { BuiltinRule, Measure } from '../../pipeline/builtin-rule.ts';
import { quote } from '../restore/names.ts';

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

/** The SQL of a built-in check; `primaryKey` tells rows of its table apart. */
export function builtinSql(rule: BuiltinRule, primaryKey: readonly string[]): CheckSql {
  switch (rule.check) {
    case 'not_null':
      return rowsWhere(rule.table, primaryKey, [], {
        sql: rule.columns.map((column) => `t.${quote(column)} IS NULL`).join(' OR '),
        values: [],
      });
    case 'accepted_values':
      return acceptedValues(rule, primaryKey);
    case 'range':
      return rowsWhere(rule.table, primaryKey, [rule.column], outOfRange(rule));
    case 'relationships':
      return rowsWhere(rule.table, primaryKey, rule.columns, withoutPartner(rule));
    case 'unique':
      return keysHaving(rule, 'COUNT(*) > 1', 'COUNT(*)', rule.columns.map(notNull).join(' AND '));
    case 'one_current_row': {
      const current = `COALESCE(SUM(t.${quote(rule.current)} <> 0), 0)`;
      return keysHaving(rule, `${current} <> 1`, current, 'TRUE');
    }
    case 'no_overlap':
      return overlaps(rule);
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

/** Values are judged once each, and rows counted only of those that are wrong: an index serves both. */
function acceptedValues(
  { table, column, values }: BuiltinRule & { readonly check: 'accepted_values' },
  primaryKey: readonly string[],
): CheckSql {
  const wrong: BoundSql = {
    // A value that the type of the column cannot hold compares as NULL, and must not make a row pass.
    sql: `${notNull(column)} AND t.${quote(column)} IN (${values.map(() => '?').join(', ')}) IS NOT TRUE`,
    values,
  };
  const found = `SELECT DISTINCT t.${quote(column)} FROM ${quote(table)} AS t WHERE ${wrong.sql}`;
  const join = `JOIN ${quote(table)} AS r ON r.${quote(column)} = found.wrong`;
  return {
    metric: { sql: `SELECT COUNT(*) AS metric FROM (${found}) AS found (wrong) ${join}`, values },
    examples: rowsWhere(table, primaryKey, [column], wrong).examples,
  };
}

function outOfRange({ column, min, max }: BuiltinRule & { readonly check: 'range' }): BoundSql {
  const bounds = [
    { bound: min, sign: '>=' },
    { bound: max, sign: '<=' },
  ].filter(({ bound }) => bound !== undefined);
  const inside = bounds.map(({ bound = '', sign }) => `t.${quote(column)} ${sign} ${placeholder(bound)}`);
  return {
    sql: `${notNull(column)} AND (${inside.join(' AND ')}) IS NOT TRUE`,
    values: bounds.map(({ bound = '' }) => bound),
  };
}

/** A number is compared as one: as text the server would compare both in floating point. */
function placeholder(bound: string): string {
  return /^-?\d{1,30}(?:\.\d{1,30})?$/.test(bound) ? 'CAST(? AS DECIMAL(60, 30))' : '?';
}

function withoutPartner(rule: BuiltinRule & { readonly check: 'relationships' }): BoundSql {
  const joined = rule.columns.map(
    (column, at) => `p.${quote(rule.toColumns[at] ?? column)} = t.${quote(column)}`,
  );
  const partner = `SELECT 1 FROM ${quote(rule.to)} AS p WHERE ${joined.join(' AND ')}`;
  return plain(`${rule.columns.map(notNull).join(' AND ')} AND NOT EXISTS (${partner})`);
}

function notNull(column: string): string {
  return `t.${quote(column)} IS NOT NULL`;
}

function keysHaving(
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
  having: string,
  number: string,
  where: string,
): CheckSql {
  const key = columns.map((column) => `t.${quote(column)}`).join(', ');
  const grouped = `FROM ${quote(table)} AS t WHERE ${where} GROUP BY ${key} HAVING ${having}`;
  return {
    metric: plain(`SELECT COUNT(*) AS metric FROM (SELECT 1 ${grouped}) AS found`),
    examples: plain(`SELECT ${key}, ${number} AS ${quote('rows')} ${grouped} LIMIT ${MOST_EXAMPLES}`),
  };
}

function overlaps({ table, columns, from, to }: BuiltinRule & { readonly check: 'no_overlap' }): CheckSql {
  const shown = [...columns, from, to].map((column) => `t.${quote(column)}`);
  const begins = `t.${quote(from)}`;
  const key = columns.map((column) => `t.${quote(column)}`).join(', ');
  const next = `LEAD(${begins}) OVER (PARTITION BY ${key} ORDER BY ${begins})`;
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
