import type { Complain } from '../changelog/complain.ts';
import {
  readBoolean,
  readCount,
  readName,
  readNames,
  readRaw,
  type Fields,
} from '../changelog/yaml-fields.ts';
import { describeNode, type YamlEntry } from '../changelog/yaml-node.ts';
import type { BuiltinCheckName, BuiltinRule } from './builtin-rule.ts';
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
  complain: Complain,
): ParsedRule | undefined {
  const name = (key: string): string | undefined => readName(fields.get(key), complain);
  const [table = '', column = ''] = [name('table'), name('column')];
  const columns = readList(fields.get('columns'), complain);
  switch (check) {
    case 'not_null':
    case 'unique':
      return { rule: { check, table, columns } };
    case 'one_current_row':
      return {
        rule: {
          ...{ check, table, columns, current: name('current') ?? 'is_current' },
          allowNone: readBoolean(fields.get('allowNone'), complain) ?? false,
        },
      };
    case 'no_overlap':
      return {
        rule: { check, table, columns, from: name('from') ?? 'valid_from', to: name('to') ?? 'valid_to' },
      };
    case 'accepted_values':
      return { rule: { check, table, column, values: readValues(fields.get('values'), complain) } };
    case 'range': {
      const [min, max] = [readRaw(fields.get('min'), complain), readRaw(fields.get('max'), complain)];
      requireBound(fields, line, complain);
      return { rule: { check, table, column, min, max } };
    }
    case 'row_count': {
      const [min, max] = [readCount(fields.get('min'), complain), readCount(fields.get('max'), complain)];
      requireBound(fields, line, complain);
      return { rule: { check, table, min, max } };
    }
    case 'relationships':
      return parseRelationships(table, columns, fields, complain);
    case 'freshness':
      return parseFreshness(table, column, fields, complain);
    case 'reconcile':
      return parseReconcile(table, fields, line, complain);
  }
}

function parseRelationships(
  table: string,
  columns: readonly string[],
  fields: Fields,
  complain: Complain,
): ParsedRule | undefined {
  const to = readName(fields.get('to'), complain) ?? '';
  const entry = fields.get('toColumns');
  const toColumns = entry ? readList(entry, complain) : columns;
  if (entry && toColumns.length !== columns.length) {
    const message = `"toColumns" names ${toColumns.length} columns, "columns" ${columns.length}`;
    return complain(entry.line, message, 'name as many, in the same order');
  }
  return { rule: { check: 'relationships', table, columns, to, toColumns } };
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function parseFreshness(
  table: string,
  column: string,
  fields: Fields,
  complain: Complain,
): ParsedRule | undefined {
  const entry = fields.get('maxAge');
  const text = readRaw(entry, complain)?.trim();
  if (!entry || text === undefined) return undefined;
  const [, number, unit = ''] = /^(\d{1,6})\s*([smhd])$/.exec(text) ?? [];
  if (number === undefined) {
    return complain(
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
  complain: Complain,
): ParsedRule | undefined {
  const name = (key: string): string | undefined => readName(fields.get(key), complain);
  const column = name('column');
  const toColumn = name('toColumn') ?? column;
  if (column === undefined && toColumn !== undefined) {
    complain(line, '"toColumn" is given, but no "column" to compare it with', 'add "column:", or remove it');
  }
  const entry = fields.get('tolerance');
  const text = readRaw(entry, complain)?.trim() ?? '0';
  const threshold = parseThreshold(text.replace(/\s*%$/, ''));
  if (threshold === undefined || threshold < 0) {
    return complain(entry?.value.line ?? line, `"tolerance" cannot be "${text}"`, 'write 0, 0.01 or 1%');
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

function requireBound(fields: Fields, line: number, complain: Complain): void {
  if (!fields.has('min') && !fields.has('max'))
    complain(line, 'it has neither "min" nor "max"', 'add one of them');
}

function readList(entry: YamlEntry | undefined, complain: Complain): readonly string[] {
  const names = readNames(entry, complain).map(({ text }) => text);
  if (entry && names.length === 0)
    complain(entry.line, `"${entry.key}" names no column`, 'name at least one');
  return names;
}

function readValues(entry: YamlEntry | undefined, complain: Complain): readonly string[] {
  if (!entry) return [];
  const { key, value } = entry;
  if (value.kind !== 'list' || value.items.length === 0) {
    complain(value.line, `"${key}" must be a list of values`, 'write [first, second]');
    return [];
  }
  return value.items.flatMap((item) => readRaw({ key, line: item.line, value: item }, complain) ?? []);
}
