import type { ProblemSink } from '../../yaml/problem-sink.ts';
import { readBoolean, readCount, readName, readNames, readRaw, type Fields } from '../../yaml/yaml-fields.ts';
import { describeNode, type YamlEntry } from '../../yaml/yaml-node.ts';
import type { BuiltinCheckName, BuiltinRule } from '../manifest/builtin-rule.ts';
import { parseThreshold } from './check-header.ts';

/** A rule, and the threshold where an option of the rule gives it. */
export interface ParsedRule {
  readonly rule: BuiltinRule;
  readonly threshold?: number;
}

/** Reads the options that are the rule's own; what is missing was complained of before. */
export function parseRule(
  check: BuiltinCheckName,
  { line }: YamlEntry,
  fields: Fields,
  addProblem: ProblemSink,
): ParsedRule | undefined {
  const name = (key: string): string | undefined => readName(fields.get(key), addProblem);
  const [table = '', column = ''] = [name('table'), name('column')];
  const columns = readList(fields.get('columns'), addProblem);
  switch (check) {
    case 'not_null':
    case 'unique':
      return { rule: { check, table, columns } };
    case 'one_current_row':
      return {
        rule: {
          ...{ check, table, columns, current: name('current') ?? 'is_current' },
          allowNone: readBoolean(fields.get('allowNone'), addProblem) ?? false,
        },
      };
    case 'no_overlap':
      return {
        rule: { check, table, columns, from: name('from') ?? 'valid_from', to: name('to') ?? 'valid_to' },
      };
    case 'accepted_values':
      return { rule: { check, table, column, values: readValues(fields.get('values'), addProblem) } };
    case 'range': {
      const [min, max] = [readRaw(fields.get('min'), addProblem), readRaw(fields.get('max'), addProblem)];
      requireBound(fields, line, addProblem);
      return { rule: { check, table, column, min, max } };
    }
    case 'row_count': {
      const [min, max] = [readCount(fields.get('min'), addProblem), readCount(fields.get('max'), addProblem)];
      requireBound(fields, line, addProblem);
      return { rule: { check, table, min, max } };
    }
    case 'relationships':
      return parseRelationships(table, columns, fields, addProblem);
    case 'freshness':
      return parseFreshness(table, column, fields, addProblem);
    case 'reconcile':
      return parseReconcile(table, fields, line, addProblem);
  }
}

function parseRelationships(
  table: string,
  columns: readonly string[],
  fields: Fields,
  addProblem: ProblemSink,
): ParsedRule | undefined {
  const to = readName(fields.get('to'), addProblem) ?? '';
  const entry = fields.get('toColumns');
  const toColumns = entry ? readList(entry, addProblem) : columns;
  if (entry && toColumns.length !== columns.length) {
    const message = `"toColumns" names ${toColumns.length} columns, "columns" ${columns.length}`;
    return addProblem(entry.line, message, 'name as many, in the same order');
  }
  return { rule: { check: 'relationships', table, columns, to, toColumns } };
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function parseFreshness(
  table: string,
  column: string,
  fields: Fields,
  addProblem: ProblemSink,
): ParsedRule | undefined {
  const entry = fields.get('maxAge');
  const text = readRaw(entry, addProblem)?.trim();
  if (!entry || text === undefined) return undefined;
  const [, number, unit = ''] = /^(\d{1,6})\s*([smhd])$/.exec(text) ?? [];
  if (number === undefined) {
    return addProblem(
      entry.value.line,
      `"maxAge" cannot be ${describeNode(entry.value)}`,
      'write 90m, 36h or 2d',
    );
  }
  return { rule: { check: 'freshness', table, column }, threshold: Number(number) * (SECONDS[unit] ?? 1) };
}

function parseReconcile(
  table: string,
  fields: Fields,
  line: number,
  addProblem: ProblemSink,
): ParsedRule | undefined {
  const name = (key: string): string | undefined => readName(fields.get(key), addProblem);
  const column = name('column');
  const toColumn = name('toColumn') ?? column;
  if (column === undefined && toColumn !== undefined) {
    addProblem(
      line,
      '"toColumn" is given, but no "column" to compare it with',
      'add "column:", or remove it',
    );
  }
  const entry = fields.get('tolerance');
  const text = readRaw(entry, addProblem)?.trim() ?? '0';
  const threshold = parseThreshold(text.replace(/\s*%$/, ''));
  if (threshold === undefined || threshold < 0) {
    return addProblem(entry?.value.line ?? line, `"tolerance" cannot be "${text}"`, 'write 0, 0.01 or 1%');
  }
  return {
    rule: {
      check: 'reconcile',
      left: { table, column },
      right: { table: name('to') ?? '', column: toColumn },
      unit: text.endsWith('%') ? 'percent' : 'absolute',
    },
    threshold,
  };
}

function requireBound(fields: Fields, line: number, addProblem: ProblemSink): void {
  if (!fields.has('min') && !fields.has('max'))
    addProblem(line, 'it has neither "min" nor "max"', 'add one of them');
}

function readList(entry: YamlEntry | undefined, addProblem: ProblemSink): readonly string[] {
  const names = readNames(entry, addProblem).map(({ text }) => text);
  if (entry && names.length === 0)
    addProblem(entry.line, `"${entry.key}" names no column`, 'name at least one');
  return names;
}

function readValues(entry: YamlEntry | undefined, addProblem: ProblemSink): readonly string[] {
  if (!entry) return [];
  const { key, value } = entry;
  if (value.kind !== 'list' || value.items.length === 0) {
    addProblem(value.line, `"${key}" must be a list of values`, 'write [first, second]');
    return [];
  }
  return value.items.flatMap((item) => readRaw({ key, line: item.line, value: item }, addProblem) ?? []);
}
