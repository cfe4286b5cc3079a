import type { ProblemSink } from '../../yaml/problem-sink.ts';
import type { BuiltinRule } from '../../pipeline/manifest/builtin-rule.ts';
import type { Check, Column } from '../../pipeline/manifest/manifest.ts';
import { parseSqlChecks } from '../../pipeline/checks/parse-checks.ts';
import type { Operator, QualityRule } from '../contract.ts';
import { distance, mostRows, numericBounds, rangeOfRows } from './operator-sql.ts';
import { countDuplicates, countWhere, isLike, isOneOf, quoteName } from './quality-sql.ts';
import type { ContractSinks } from '../rows/to-column.ts';

/** What a quality rule is about. */
export interface QualitySubject {
  readonly file: string;
  readonly table: string;
  /** The columns of the table, by their name in the contract. */
  readonly columns: ReadonlyMap<string, Column>;
  /** The column of the property that the rule stands under. */
  readonly column: Column | undefined;
  /** Makes a name for a check that no other has. */
  readonly nameOf: (rule: string) => string;
}

/** The check that a quality rule is; undefined where it cannot be one, which `warn` hears of. */
export function qualityCheck(
  rule: QualityRule,
  subject: QualitySubject,
  { warn, problem }: ContractSinks,
): Check | undefined {
  const { type, operator, line } = rule;
  const title = rule.name ?? rule.metric ?? type;
  const leave = (why: string, fix: string): undefined =>
    warn(line, `quality rule "${title}" is not enforced: ${why}`, fix);
  if (type === 'text') return leave('it is a text for people', 'write it as a metric or in SQL');
  if (type === 'custom') return leave('it is for another program', 'write it as a metric or in SQL');
  if (!operator) return leave('it does not say what must be', 'add for example "mustBe: 0"');
  if (!numericBounds(operator)) {
    return leave(
      `"${operator.name}" has no number`,
      'write a number of up to 15 digits, six of them behind the point',
    );
  }
  if (type === 'sql') return ownSql(rule, operator, subject, problem);
  const asked = askMetric(rule, operator, subject);
  if ('problem' in asked) return leave(asked.problem, asked.fix);
  const { file, nameOf, column } = subject;
  const name = nameOf([column?.name ?? '', title].filter((part) => part !== '').join('_'));
  const { severity } = rule;
  if ('builtin' in asked) {
    const { builtin, threshold } = asked;
    return { kind: 'builtin', name, severity, threshold, rule: builtin, at: { file, line } };
  }
  return sqlCheck({ name, severity, at: { file, line } }, asked.sql, operator);
}

type Asked =
  | { readonly builtin: BuiltinRule; readonly threshold: number }
  | { readonly sql: string }
  | { readonly problem: string; readonly fix: string };

/** A built-in check where there is one that asks the same, for it shows the rows that make it fail. */
function askMetric(rule: QualityRule, operator: Operator, subject: QualitySubject): Asked {
  const { metric, isPercent } = rule;
  const { table, column } = subject;
  const most = isPercent ? undefined : mostRows(operator);
  const counted = (builtin: BuiltinRule | undefined, sql: string): Asked =>
    builtin && most !== undefined ? { builtin, threshold: most } : { sql };
  if (metric === 'rowCount') return askRowCount(operator, table, isPercent);
  if (metric === 'duplicateValues') return askDuplicates(rule, subject, counted);
  if (!column) return { problem: `"${metric}" is about one property`, fix: 'put it under a property' };
  const isNull = `${quoteName(column.name)} IS NULL`;
  const one = { table, column: column.name };
  switch (metric) {
    case 'nullValues':
      return counted(
        { check: 'not_null', table, columns: [column.name] },
        countWhere(table, isNull, isPercent),
      );
    case 'missingValues': {
      const texts = textsOf(rule, 'missingValues');
      const condition = texts.length === 0 ? isNull : `${isNull} OR ${isOneOf(column, texts)}`;
      const builtin =
        texts.length === 0 ? ({ check: 'not_null', table, columns: [column.name] } as const) : undefined;
      return counted(builtin, countWhere(table, condition, isPercent));
    }
    case 'invalidValues': {
      const [values, patterns] = [rule.arguments.get('validValues'), textsOf(rule, 'pattern')];
      const valid = values && textsOf(rule, 'validValues');
      const conditions = [
        ...(valid ? [isOneOf(column, valid)] : []),
        ...patterns.map((pattern) => isLike(column, pattern)),
      ];
      if (conditions.length === 0) {
        return { problem: 'it says neither "validValues" nor "pattern"', fix: 'add one under "arguments:"' };
      }
      const broken = `NOT (${isNull}) AND NOT (${conditions.join(' AND ')})`;
      const builtin =
        valid && patterns.length === 0
          ? ({ check: 'accepted_values', ...one, values: valid } as const)
          : undefined;
      return counted(builtin, countWhere(table, broken, isPercent));
    }
    default:
      return { problem: `there is no metric "${metric ?? ''}" here`, fix: 'write it in SQL' };
  }
}

function askRowCount(operator: Operator, table: string, isPercent: boolean): Asked {
  if (isPercent) return { problem: 'a number of rows is not a share of them', fix: 'remove "unit: percent"' };
  const range = rangeOfRows(operator);
  if (range) return { builtin: { check: 'row_count', table, ...range }, threshold: 0 };
  return { sql: `SELECT CAST(COUNT(*) AS SIGNED) FROM ${quoteName(table)}` };
}

function askDuplicates(
  rule: QualityRule,
  { table, column, columns }: QualitySubject,
  counted: (builtin: BuiltinRule | undefined, sql: string) => Asked,
): Asked {
  const names = textsOf(rule, 'properties');
  const found = names.map((name) => columns.get(name));
  if (found.includes(undefined)) {
    return { problem: 'it names a property that is no column here', fix: 'correct "properties:"' };
  }
  const key = found.length > 0 ? found.flatMap((known) => known ?? []) : column ? [column] : [];
  if (key.length === 0)
    return { problem: 'it names no property', fix: 'add "arguments: { properties: […] }"' };
  const builtin = { check: 'unique', table, columns: key.map(({ name }) => name) } as const;
  return counted(builtin, countDuplicates(table, key, rule.isPercent));
}

function textsOf({ arguments: given }: QualityRule, key: string): readonly string[] {
  return (given.get(key) ?? []).filter((value) => value !== null);
}

const TABLE = /[`"]?\$?\{(?:table|object|model|schema)\}[`"]?/g;
const COLUMN = /[`"]?\$?\{(?:column|field|property)\}[`"]?/g;

/** A query of the contract, with the names of table and column in it. */
function ownSql(
  rule: QualityRule,
  operator: Operator,
  { file, table, column, nameOf }: QualitySubject,
  problem: ProblemSink,
): Check | undefined {
  const { query, severity, line, name = 'sql' } = rule;
  if (!query) return problem(line, `quality rule "${name}" has no query`, 'add "query: SELECT COUNT(*) …"');
  if (!column && query.value.search(COLUMN) >= 0) {
    return problem(
      query.line,
      `quality rule "${name}" names a column, and stands under no property`,
      'name it',
    );
  }
  const sql = query.value
    .replaceAll(TABLE, () => quoteName(table))
    .replaceAll(COLUMN, () => quoteName(column?.name ?? ''))
    .trim()
    .replace(/;$/, '');
  const { problems } = parseSqlChecks(`-- check: asked\n${sql}\n;`, file);
  for (const found of problems)
    problem(query.line, `quality rule "${name}": ${found.message}`, found.fix ?? '');
  if (problems.length > 0) return undefined;
  const about = [column?.name ?? '', name].filter((part) => part !== '').join('_');
  return sqlCheck({ name: nameOf(about), severity, at: { file, line } }, sql, operator);
}

function sqlCheck(
  head: Pick<Check, 'name' | 'severity' | 'at'>,
  sql: string,
  operator: Operator,
): Check | undefined {
  const measured = `SELECT ${distance(operator)} AS metric FROM (\n${sql}\n) AS measured (n)`;
  const [check] = parseSqlChecks(`-- check: ${head.name}\n${measured};`, head.at.file).checks;
  return check && { ...check, ...head };
}
