import { describe, expect, test } from '@jest/globals';
import { problemSink } from '../../../src/yaml/problem-sink.ts';
import { parseYaml } from '../../../src/yaml/parse-yaml.ts';
import { formatProblem, type Problem } from '../../../src/errors.ts';
import {
  findTwinChecks,
  parseBuiltinChecks,
  parseSqlChecks,
} from '../../../src/pipeline/checks/parse-checks.ts';

const FILE = 'sql/validation/dq_checks.sql';

function builtin(yaml: string) {
  const problems: Problem[] = [];
  const { root, problems: syntax } = parseYaml(yaml, 'data/pipeline.yml');
  expect(syntax).toEqual([]);
  const checks = parseBuiltinChecks(root, 'data/pipeline.yml', problemSink(problems, 'data/pipeline.yml'));
  return { checks, problems };
}

describe('a file of checks', () => {
  test('has checks with their metric, severity, threshold and examples', () => {
    const { checks, problems } = parseSqlChecks(
      [
        '-- Facts about facts.',
        '-- check: orphan_orders severity: error threshold: 0',
        "SELECT COUNT(*) FROM o WHERE a <> '-- check: none';",
        '',
        '-- examples:',
        '-- the oldest first',
        'SELECT order_id FROM o',
        'LIMIT 10;',
        '-- check: few  threshold: 1.5   severity: warning',
        '/* -- check: in_a_comment */',
        'WITH x AS (SELECT 1 AS n) SELECT n FROM x',
        '',
      ].join('\r\n'),
      FILE,
    );
    expect(problems).toEqual([]);
    expect(checks).toEqual([
      {
        kind: 'sql',
        name: 'orphan_orders',
        severity: 'error',
        threshold: 0,
        statement: expect.objectContaining({ line: 3 }),
        examples: expect.objectContaining({ line: 7, text: 'SELECT order_id FROM o\r\nLIMIT 10' }),
        at: { file: FILE, line: 2 },
      },
      {
        kind: 'sql',
        name: 'few',
        severity: 'warning',
        threshold: 1.5,
        statement: expect.objectContaining({ line: 11 }),
        examples: undefined,
        at: { file: FILE, line: 9 },
      },
    ]);
  });

  test.each([
    ['SELECT 1;', '1: the statement belongs to no check'],
    ['-- check:\nSELECT 1;', '1: the check has no name'],
    ['-- check: 1st\nSELECT 1;', '1: "1st" is no name for a check'],
    ['-- check: a\n-- check: b\nSELECT 1;', '1: check a: there is no statement under it'],
    ['-- check: a\nSELECT 1;\nSELECT 2;', '3: check a: a second statement'],
    ['-- check: a severity: fatal\nSELECT 1;', '1: check a: "fatal" is no severity'],
    ['-- check: a threshold: few\nSELECT 1;', '1: check a: "few" is no threshold'],
    ['-- check: a treshold: 1\nSELECT 1;', '1: check a: "treshold:" means nothing here'],
    ['-- check: a severity:\nSELECT 1;', '1: check a: "severity:" has no value'],
    ['-- check: a severity: error severity: error\nSELECT 1;', '1: check a: "severity:" is given twice'],
    ['-- check: a\nDELETE FROM t;', '2: check a: its statement is no SELECT: it begins with "DELETE"'],
    ['-- check: a\nSELECT 1 INTO @x;', '2: check a: its statement writes with INTO'],
    ["-- check: a\nSELECT GET_LOCK('a', 1);", '2: check a: its statement calls GET_LOCK'],
    ['-- check: a\nSELECT 1 FROM t FOR UPDATE;', '2: check a: its statement locks rows'],
    ['-- check: a\nSELECT 1 FROM t LOCK IN SHARE MODE;', '2: check a: its statement locks rows'],
    ['-- check: a\nSELECT 1\n-- check: b\nFROM t;', '3: "-- check:" stands inside a statement'],
    ['-- check: a\nSELECT 1;\n-- examples:', '3: check a: there is no statement under it'],
    ['-- examples:\nSELECT 1;', '1: "-- examples:" stands under no check'],
    ["-- check: a\nSELECT 'x;", '2: '],
  ])('%j is refused', (sql, message) => {
    const { problems } = parseSqlChecks(sql, FILE);
    expect(problems.map((problem) => formatProblem(problem))).toContainEqual(
      expect.stringContaining(`${FILE}:${message}`),
    );
    expect(problems.every(({ code, fix }) => code === 'invalid-sql' && fix)).toBe(true);
  });

  test('all that is wrong is said at once, by line', () => {
    const { problems } = parseSqlChecks(
      '-- check: a\nDELETE FROM t;\n-- check: b threshold: x\nSELECT 1;\n-- check: c\n',
      FILE,
    );
    expect(problems.map(({ at }) => at?.line)).toEqual([2, 3, 5]);
  });
});

describe('built-in checks', () => {
  test('each has its options, and a name of its own', () => {
    const { checks, problems } = builtin(`
- not_null: { table: t, columns: [a, b] }
- unique: { table: t, columns: a, severity: warning, threshold: 2, name: mine }
- accepted_values: { table: t, column: a, values: [x, 1, "y, z"] }
- range: { table: t, column: a, min: -1.5 }
- relationships: { table: t, columns: [a], to: u, toColumns: [id] }
- relationships: { table: t, columns: [a, b], to: v }
- row_count: { table: t, min: 1, max: 10 }
- freshness: { table: t, column: a, maxAge: 36h }
- one_current_row: { table: t, columns: [a] }
- no_overlap: { table: t, columns: [a], from: x, to: y }
- reconcile: { table: t, to: u }
- reconcile: { table: t, column: a, to: u, tolerance: 1.5% }
`);
    expect(problems).toEqual([]);
    const told = checks.map(({ name, severity, threshold, rule }) => ({ name, severity, threshold, rule }));
    const of = (name: string, rule: object, threshold = 0, severity = 'error') => ({
      name,
      severity,
      threshold,
      rule,
    });
    expect(told).toEqual([
      of('not_null_t_a_b', { check: 'not_null', table: 't', columns: ['a', 'b'] }),
      of('mine', { check: 'unique', table: 't', columns: ['a'] }, 2, 'warning'),
      of('accepted_values_t_a', {
        check: 'accepted_values',
        table: 't',
        column: 'a',
        values: ['x', '1', 'y, z'],
      }),
      of('range_t_a', { check: 'range', table: 't', column: 'a', min: '-1.5', max: undefined }),
      of('relationships_t_a', {
        check: 'relationships',
        table: 't',
        columns: ['a'],
        to: 'u',
        toColumns: ['id'],
      }),
      of('relationships_t_a_b', {
        check: 'relationships',
        table: 't',
        columns: ['a', 'b'],
        to: 'v',
        toColumns: ['a', 'b'],
      }),
      of('row_count_t', { check: 'row_count', table: 't', min: 1, max: 10 }),
      of('freshness_t_a', { check: 'freshness', table: 't', column: 'a' }, 129_600),
      of('one_current_row_t_a', {
        check: 'one_current_row',
        table: 't',
        columns: ['a'],
        current: 'is_current',
        allowNone: false,
      }),
      of('no_overlap_t_a', { check: 'no_overlap', table: 't', columns: ['a'], from: 'x', to: 'y' }),
      of('reconcile_t_u', {
        check: 'reconcile',
        left: { table: 't', column: undefined },
        right: { table: 'u', column: undefined },
        unit: 'absolute',
      }),
      of(
        'reconcile_t_a_u',
        {
          check: 'reconcile',
          left: { table: 't', column: 'a' },
          right: { table: 'u', column: 'a' },
          unit: 'percent',
        },
        1.5,
      ),
    ]);
    expect(checks[2]?.at).toEqual({ file: 'data/pipeline.yml', line: 4 });
  });

  test.each([
    ['unique: { table: t }', 'checks: builtin: expected a list, found a map'],
    ['- unique', 'checks: builtin: expected one check, found "unique"'],
    ['- uniqe: { table: t, columns: [a] }', 'there is no check "uniqe"'],
    ['- unique: { columns: [a] }', 'unique: key "table" is missing'],
    ['- unique: { table: t, column: a }', 'unique: unknown key "column"'],
    ['- unique: { table: t, columns: [] }', 'unique: "columns" names no column'],
    ['- unique: { table: t, columns: [a], severity: fatal }', 'unique: "severity" cannot be "fatal"'],
    ['- unique: { table: t, columns: [a], threshold: few }', 'unique: "threshold" cannot be "few"'],
    ['- unique: { table: t, columns: [a], name: a b }', 'unique: "a b" is no name for a check'],
    ['- accepted_values: { table: t, column: a, values: x }', '"values" must be a list of values'],
    ['- range: { table: t, column: a }', 'range: it has neither "min" nor "max"'],
    ['- row_count: { table: t, min: -1 }', 'row_count: "min" cannot be "-1"'],
    ['- freshness: { table: t, column: a, maxAge: 1y }', 'freshness: "maxAge" cannot be "1y"'],
    ['- freshness: { table: t, column: a, maxAge: 1h, threshold: 1 }', 'unknown key "threshold"'],
    [
      '- relationships: { table: t, columns: [a, b], to: u, toColumns: [c] }',
      '"toColumns" names 1 columns, "columns" 2',
    ],
    ['- reconcile: { table: t, to: u, tolerance: much }', 'reconcile: "tolerance" cannot be "much"'],
    ['- reconcile: { table: t, to: u, toColumn: a }', 'reconcile: "toColumn" is given, but no "column"'],
  ])('%s is refused', (yaml, message) => {
    const { checks, problems } = builtin(`# first line\n${yaml}\n`);
    expect(checks).toEqual([]);
    expect(problems[0]?.message).toContain(message);
    expect(problems[0]?.at).toEqual({ file: 'data/pipeline.yml', line: 2 });
    expect(problems[0]?.fix).toMatch(/./);
  });
});

test('two checks with one name are refused, wherever they stand', () => {
  const { checks } = builtin('- unique: { table: t, columns: [a], name: same }');
  const { checks: sql } = parseSqlChecks('-- check: same\nSELECT 0;\n-- check: other\nSELECT 0;', FILE);
  expect(findTwinChecks([...checks, ...sql])).toEqual([
    expect.objectContaining({
      message: 'a check named "same" is there already, at data/pipeline.yml:1',
      at: { file: FILE, line: 1 },
    }),
  ]);
});
