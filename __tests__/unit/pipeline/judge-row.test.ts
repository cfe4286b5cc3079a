import { describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../../src/errors.ts';
import type { RowNote } from '../../../src/pipeline/rows/csv-file.ts';
import { checkCsvHeader } from '../../../src/pipeline/rows/csv-header.ts';
import { rowJudge, type RowValues } from '../../../src/pipeline/rows/judge-row.ts';
import { lineValues, lineWriter } from '../../../src/pipeline/rows/load-line.ts';
import type { Dataset } from '../../../src/pipeline/manifest/manifest.ts';
import { maskedRow } from '../../../src/pipeline/rows/masked-row.ts';
import { parseManifest } from '../../../src/pipeline/manifest/parse-manifest.ts';
import { advanceCheckpoint, watermarkOrder } from '../../../src/pipeline/rows/watermark.ts';

function people(...options: readonly string[]): Dataset {
  const text = [
    'datasets:',
    '  - name: people',
    '    files: p.csv',
    '    table: stg_people',
    '    key: id',
    '    watermark: id',
    ...options.map((line) => `    ${line}`),
    '    columns:',
    '      id: { type: bigint, required: true }',
    '      email: { type: string, pattern: "@", sensitive: true }',
    '      city: { type: string }',
    '      born: { type: date }',
  ];
  return parseManifest(text.join('\n'), 'm.yml').datasets[0]!;
}

const HEADER = ['id', 'email', 'city', 'born'];
const STORAGE = { dataType: 'varchar', fractionDigits: 6, scale: 0, maxLength: 20 };

function quoted(...flags: readonly boolean[]): RowNote {
  return { quoted: flags, lines: 1, broken: undefined };
}

function headerProblems(header: readonly string[], dataset = people()): readonly string[] {
  return checkCsvHeader(header, dataset, 'p.csv').problems.map((problem) => formatProblem(problem));
}

function judge(
  fields: readonly string[],
  note?: RowNote,
  dataset = people(),
): RowValues | readonly string[] | undefined {
  const { layout } = checkCsvHeader(HEADER, dataset, 'p.csv');
  const values: RowValues = [];
  const reasons = rowJudge(dataset, layout, [STORAGE, STORAGE, STORAGE, STORAGE])(fields, note, values);
  return reasons ?? values;
}

describe('a header', () => {
  test('may be in any order', () => {
    const { layout, problems } = checkCsvHeader(['born', 'city', 'email', 'id'], people(), 'p.csv');
    expect(problems).toEqual([]);
    expect(layout).toEqual({ width: 4, positions: [3, 2, 1, 0] });
  });

  test('has every column, named as in the manifest', () => {
    expect(headerProblems(['id', 'EMAIL', 'born'])).toEqual([
      'p.csv:1: header: the column "email" is missing; it has "EMAIL"',
      'p.csv:1: header: the column "city" is missing',
      'p.csv:1: header: unknown column "EMAIL"',
    ]);
  });

  test.each([
    [['id;email;city;born'], 'its fields are separated by ";" and not by commas'],
    [['id\temail\tcity\tborn'], 'its fields are separated by "\\t" and not by commas'],
    [['id', 'email', 'city', 'born\r1', 'a@b', 'x', '2000-01-01'], 'its line ends in CR alone'],
    [['i\0d\0', '\0e\0'], 'it has NUL characters'],
  ])('%j is one problem, with the form of the file', (header, problem) => {
    expect(headerProblems(header)).toEqual([`p.csv:1: header: ${problem}`]);
  });

  test('has no column twice, and no unknown one unless they are ignored', () => {
    const header = [...HEADER, 'id', 'note'];
    const twice = 'p.csv:1: header: the column "id" stands there twice';
    expect(headerProblems(header)).toEqual(['p.csv:1: header: unknown column "note"', twice]);
    expect(headerProblems(header, people('onExtraColumn: ignore'))).toEqual([twice]);
  });
});

describe('a row', () => {
  test('gives its values in the order of the manifest', () => {
    expect(judge(['1', 'a@b', 'Rome', '2000-01-01'])).toEqual(['1', 'a@b', 'Rome', '2000-01-01']);
  });

  test('has NULL where the unquoted text for it stands, and an empty text where it is quoted', () => {
    expect(judge(['1', '', '', ''])).toEqual(['1', null, null, null]);
    expect(judge(['1', '', '', ''], quoted(false, false, true, false))).toEqual(['1', null, '', null]);
    const dataset = people("'null': 'NULL'");
    expect(judge(['1', 'NULL', '', 'NULL'], undefined, dataset)).toEqual(['1', null, '', null]);
    expect(judge(['1', 'NULL', 'NULL', 'NULL'], quoted(false, false, true, false), dataset)).toEqual([
      ...['1', null, 'NULL', null],
    ]);
  });

  test('is rejected with every reason, and without a sensitive value', () => {
    expect(judge(['x', 'secret', 'Llanfairpwllgwyngyllgogerych', '2026-02-31'])).toEqual([
      'id: "x" is not a valid bigint (a whole number from -9223372036854775808 to 9223372036854775807)',
      'email: does not match the pattern @',
      'city: "Llanfairpwllgwyngyllgogerych" is longer than 20 characters',
      'born: "2026-02-31" is not a valid date (YYYY-MM-DD, a day of the calendar from the year 1000 on)',
    ]);
    expect(judge(['', 'a@b\0', '\0', ''], quoted(false, false, false, true))).toEqual([
      'id: is required',
      'email: has a NUL character in it',
      'city: has a NUL character in it',
      'born: is empty, which only unquoted text can be',
    ]);
  });

  test('is rejected for its form', () => {
    expect(judge(['1', 'a@b', 'Rome'])).toEqual(['3 fields where the header has 4']);
    expect(judge(['1', 'a@b', 'Rome', '', ''])).toEqual(['5 fields where the header has 4']);
    expect(
      judge(['1', 'a@b', 'Rome', ''], { quoted: undefined, lines: 1, broken: 'is not valid UTF-8' }),
    ).toEqual(['is not valid UTF-8']);
  });

  test('is shown without sensitive values, and without any where they cannot be told apart', () => {
    const { layout } = checkCsvHeader([...HEADER, 'note'], people('onExtraColumn: ignore'), 'p.csv');
    const mask = (fields: readonly string[], broken?: string): string =>
      maskedRow(fields, people(), layout, { quoted: undefined, lines: 1, broken }).row;
    expect(mask(['x', 'secret', 'a "b", c', '', 'secret'])).toBe('x,***,"a ""b"", c",,***');
    expect(mask(['x', 'se', 'cret', 'Rome', '', ''])).toBe('***,***,***,***,***,***');
    expect(mask(['x', 'secret', 'Rome', '', ''], 'is not valid UTF-8')).toBe('***,***,***,***,***');
    expect(mask(['x', 'secret', 'y'.repeat(10_000), '', '']).length).toBeLessThan(4100);
  });
});

test('values of a row that is rejected are its own, never those of the row before', () => {
  const { layout } = checkCsvHeader(HEADER, people(), 'p.csv');
  const judgeRow = rowJudge(people(), layout, [STORAGE, STORAGE, STORAGE, STORAGE]);
  const rows: readonly (readonly [readonly string[], RowNote?])[] = [
    [['1', 'a@b', 'Rome', '2000-01-01']],
    [['x', 'a@b', 'Rome', 'y']],
    [['2', 'a@b', 'Rome', '2000-01-01']],
    [['3', 'a@b']],
    [['4', 'a@b', 'Rome', '2000-01-01']],
    [['5', 'a@b', 'Rome', ''], { quoted: undefined, lines: 1, broken: 'is not valid UTF-8' }],
  ];
  const reused: RowValues = [];
  for (const [fields, note] of rows) {
    const fresh: RowValues = [null, null, null, null];
    expect(judgeRow(fields, note, reused)).toEqual(judgeRow(fields, note, fresh));
    expect(reused).toEqual(fresh);
  }
});

test('a row of several lines is shown line by line, and masked lines are counted too', () => {
  const { layout } = checkCsvHeader(HEADER, people(), 'p.csv');
  const note: RowNote = { quoted: [false, true, true, false], lines: 4, broken: undefined };
  expect(maskedRow(['1', 'secret\nx', 'Rome\n2,b@c,Oslo\n3', ''], people(), layout, note).lines).toEqual([
    '1,***,"Rome',
    '2,b@c,Oslo',
    '3",',
    '***',
  ]);
});

describe('a line of LOAD DATA', () => {
  const loadLine = (values: RowValues): string =>
    lineWriter(values.map(() => ({ type: { kind: 'string' } })))(values);

  test.each([
    [['1', null, '']],
    [[String.raw`\N`, String.raw`\\N`, '\\']],
    [['a\tb', 'a\nb', String.raw`a\tb`]],
    [['\r', '\0', "'"]],
  ])('has the values %j', (values) => {
    expect(lineValues(loadLine(values))).toEqual(values);
    expect(loadLine(values).split('\t')).toHaveLength(values.length);
    expect(loadLine(values)).not.toContain('\n');
  });

  test('tells NULL from its own text', () => {
    expect(loadLine([null])).not.toBe(loadLine([String.raw`\N`]));
  });
});

describe('the checkpoint', () => {
  const compare = watermarkOrder(people());
  const seen = { greatest: '100', leastRejected: undefined, hasUnknown: false };

  test('goes to the greatest watermark and never back', () => {
    expect(advanceCheckpoint(undefined, seen, compare)).toBe('100');
    expect(advanceCheckpoint('20', seen, compare)).toBe('100');
    expect(advanceCheckpoint('1000', seen, compare)).toBe('1000');
    expect(advanceCheckpoint('20', { ...seen, greatest: undefined }, compare)).toBe('20');
  });

  test('does not pass a row that was rejected', () => {
    expect(advanceCheckpoint('20', { ...seen, leastRejected: '50' }, compare)).toBe('50');
    expect(advanceCheckpoint('20', { ...seen, leastRejected: '500' }, compare)).toBe('100');
    expect(advanceCheckpoint('70', { ...seen, leastRejected: '50' }, compare)).toBe('70');
    expect(advanceCheckpoint('20', { ...seen, hasUnknown: true }, compare)).toBe('20');
  });
});
