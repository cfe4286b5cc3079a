import { describe, expect, test } from '@jest/globals';
import { rowJudge, type RowValues } from '../../../src/pipeline/rows/judge-row.ts';
import type { ColumnStorage } from '../../../src/pipeline/rows/judge-value.ts';
import { lineWriter } from '../../../src/pipeline/rows/load-line.ts';
import { parseManifest } from '../../../src/pipeline/manifest/parse-manifest.ts';
import { plainPattern } from '../../../src/pipeline/plain/plain-pattern.ts';
import { plainRows } from '../../../src/pipeline/plain/plain-row.ts';
import { compilePattern } from '../../../src/pipeline/manifest/text-pattern.ts';
import { chance } from '../../support/fuzz/chance.ts';

/** A column of the manifest with the column of the table that it goes to. */
interface Kind {
  readonly yaml: string;
  readonly storage: Partial<ColumnStorage> & { readonly dataType: string };
  readonly texts: readonly string[];
}

const NUMBERS = ['0', '1', '00', '01', '7', '-1', '+1', '128', '999999999', '2147483648', '1'.repeat(18)];
const KINDS: readonly Kind[] = [
  {
    yaml: 'bigint',
    storage: { dataType: 'bigint' },
    texts: [...NUMBERS, '1'.repeat(19), '9223372036854775808'],
  },
  { yaml: 'tinyint', storage: { dataType: 'tinyint' }, texts: [...NUMBERS, '127', '99'] },
  { yaml: 'smallint unsigned', storage: { dataType: 'smallint' }, texts: NUMBERS },
  ...[2, 4, 0].map((scale) => ({
    yaml: scale === 0 ? 'decimal(4,0)' : 'decimal(6,2)',
    storage: { dataType: 'decimal', scale },
    texts: [
      '0',
      '0.5',
      '12.50',
      '12.5',
      '12.',
      '.5',
      '1234.56',
      '12345.1',
      '1.234',
      '007.5',
      '-1.5',
      '-0',
      '1.50000',
    ],
  })),
  {
    yaml: 'decimal(2,2)',
    storage: { dataType: 'decimal', scale: 2 },
    texts: ['0.5', '0', '1.0', '0.555', '00.5'],
  },
  { yaml: 'boolean', storage: { dataType: 'tinyint' }, texts: ['0', '1', '2', 'true', 'FALSE', '01'] },
  ...['date', 'timestamp', 'datetime'].map((dataType) => ({
    yaml: dataType === 'date' ? 'date' : 'datetime',
    storage: { dataType, fractionDigits: dataType === 'datetime' ? 6 : 0 },
    texts: [
      ...[
        '2026-01-05',
        '2024-02-29',
        '2026-02-29',
        '1900-02-29',
        '0999-01-01',
        '9999-12-31',
        '2026-13-01',
        '2026-1-05',
      ],
      ...[
        '2026-01-05T09:30:00Z',
        '2026-01-05 09:30:00',
        '2026-01-05T09:30',
        '2026-01-05T24:00:00',
        '2026-01-05T09:60:00',
      ],
      ...[
        '1970-01-01 00:00:00',
        '2038-01-19 03:14:08',
        '9999-12-31 00:00:00',
        '2026-01-05T09:30:00+02:00',
        '2026-01-05x09:30:00',
      ],
    ],
  })),
  ...['varchar', 'char', 'text'].map((dataType) => ({
    yaml: 'string, maxLength: 5',
    storage: { dataType, ...(dataType === 'text' ? { maxBytes: 6 } : { maxLength: 4 }) },
    texts: [
      'abcd',
      'abcde',
      'abcdef',
      'äöü',
      'ab ',
      ' ',
      '\u{1f600}\u{1f600}',
      'a\\b',
      'a\tb',
      'a\rb',
      'a\0',
      '\\N',
      'NULL',
    ],
  })),
  {
    yaml: 'string, pattern: "^[^@ ]+@[^@ ]+$"',
    storage: { dataType: 'varchar', maxLength: 50 },
    texts: ['a@b', 'a', '@b', 'a@b@c', 'ä@b', 'a @b', 'a@'],
  },
  {
    yaml: 'string, pattern: "(ab|c)+"',
    storage: { dataType: 'varchar', maxLength: 50 },
    texts: ['ab', 'x', 'abc', 'äab'],
  },
];

test('a line that is copied is the line that judging gives, for every column alone and for many together', () => {
  const draw = chance(11);
  let [copied, judged] = [0, 0];
  for (let round = 0; round < 1500; round += 1) {
    const kinds = Array.from({ length: 1 + draw.below(4) }, () => draw.pick(KINDS));
    const watermark = kinds.findIndex(({ yaml }) => yaml.startsWith('date'));
    const nullText = draw.pick(['', '', 'NULL', '0']);
    const yaml = [
      ...['datasets:', '  - name: d', '    files: x*.csv', '    table: t', '    key: [k]'],
      ...[
        `    delimiter: ${JSON.stringify(draw.pick([',', ';', '\t']))}`,
        `    "null": ${JSON.stringify(nullText)}`,
      ],
      ...(watermark >= 0 ? [`    watermark: c${watermark}`] : []),
      ...['    columns:', '      k: { type: bigint, required: true }'],
      ...kinds.map(
        (kind, at) =>
          `      c${at}: { type: ${kind.yaml.replace(/^(decimal\(\d,\d\))/, '"$1"')}, required: ${at === watermark || draw.once(4)} }`,
      ),
    ].join('\n');
    const { datasets, problems } = parseManifest(yaml, 'm.yml');
    expect(problems).toEqual([]);
    const dataset = datasets[0]!;
    const storage = [{ dataType: 'bigint' } as Kind['storage'], ...kinds.map((kind) => kind.storage)].map(
      (known) => ({
        ...{ fractionDigits: 0, scale: 0, maxLength: undefined },
        ...known,
      }),
    );
    const order = dataset.columns.map((_, at) => at).toSorted(() => draw.below(3) - 1);
    const layout = { width: order.length, positions: dataset.columns.map((_, at) => order.indexOf(at)) };
    const plain = plainRows(dataset, layout, storage);
    expect(plain).toBeDefined();
    const judge = rowJudge(dataset, layout, storage);
    const write = lineWriter(dataset.columns);
    for (let row = 0; row < 8; row += 1) {
      const texts = [
        String(1 + draw.below(1000)),
        ...kinds.map(({ texts }) => (draw.once(9) ? nullText : draw.pick(texts))),
      ];
      if (draw.once(20)) texts.pop();
      const line = order
        .map((at) => texts[at])
        .filter((text) => text !== undefined)
        .join(dataset.dialect.delimiter);
      const bytes = Buffer.from(`before\n${line}${draw.pick(['', '\r'])}\nbehind\n`);
      const to = bytes.lastIndexOf(10, bytes.length - 2);
      const out = Buffer.alloc(5 + plain!.roomFor(to - 7));
      const end = plain!.copy(bytes, 7, to, out, 5);
      const values: RowValues = [];
      // A line feed in a text would have been a quoted field.
      const reasons = judge(line.split(dataset.dialect.delimiter), undefined, values);
      if (end < 0) {
        judged += 1;
        continue;
      }
      copied += 1;
      expect([line, reasons, out.toString('utf8', 5, end)]).toEqual([line, undefined, write(values)]);
      expect(out.toString('utf8', plain!.starts[0], plain!.starts[1]! - 1)).toBe(values[0]);
    }
  }
  expect(copied).toBeGreaterThan(1000);
  expect(judged).toBeGreaterThan(1000);
});

describe('a pattern', () => {
  const SOURCES = [
    ...[
      '^[^@ ]+@[^@ ]+$',
      '^[A-Z]{2}$',
      '^a?b*c+$',
      '^[a-z0-9_-]{1,3}$',
      '^ab$',
      '^$',
      '^[0-9]{3}-[0-9]{2,}$',
      '^a*a$',
      '^[ab]?b$',
    ],
    ...[
      '^a+?b$',
      '^a.b$',
      '^(a)$',
      'ab',
      '^a|b$',
      '^[a\\d]$',
      '^\\d+$',
      '^[b-a]$',
      '^[a-]$',
      '^[^a-]+$',
      '^a{2}{2}$',
      '^a?[^b]$',
    ],
  ];

  test('that is walked through finds what the engine of patterns finds', () => {
    const draw = chance(5);
    const walked = SOURCES.filter((source) => plainPattern(source) !== undefined);
    expect(walked).toEqual(expect.arrayContaining(['^[^@ ]+@[^@ ]+$', '^[A-Z]{2}$', '^[0-9]{3}-[0-9]{2,}$']));
    expect(walked).not.toContain('^a*a$');
    for (const source of walked) {
      const compiled = compilePattern(source);
      if ('problem' in compiled) throw new Error(compiled.problem);
      for (let round = 0; round < 2000; round += 1) {
        const text = Array.from({ length: draw.below(8) }, () => draw.pick(Array.from('aabbcAZ09-@ .'))).join(
          '',
        );
        expect([source, text, plainPattern(source)!(Buffer.from(text), 0, text.length)]).toEqual([
          source,
          text,
          compiled.test(text),
        ]);
      }
    }
  });
});
