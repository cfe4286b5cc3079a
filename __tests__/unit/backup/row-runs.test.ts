import { expect, test } from '@jest/globals';
import { RowRuns } from '../../../src/backup/row-runs.ts';

const LARGE = 'x'.repeat(300 * 1024);
const head = (name: string): string => `/*!40000 ALTER TABLE ${name} DISABLE KEYS */;\n`;
const row = (name: string, data = LARGE): string => `INSERT INTO ${name} VALUES ('${data}');\n`;
const tail = (name: string): string => `/*!40000 ALTER TABLE ${name} ENABLE KEYS */;\nUNLOCK TABLES;\n`;

/** The pieces of a dump that comes in parts of this size, each with the table whose rows it holds. */
function piecesOf(text: string, size: number): readonly (readonly [string | undefined, string])[] {
  const bytes = Buffer.from(text);
  const runs = new RowRuns();
  const pieces: [string | undefined, Buffer[]][] = [[undefined, []]];
  let rest = Buffer.alloc(0);
  for (let at = 0; at < bytes.length || rest.length > 0; at += size) {
    const part = Buffer.concat([rest, bytes.subarray(at, at + size)]);
    const { cuts, decided } = runs.scan(part, at + size >= bytes.length ? 'last' : 'more');
    let from = 0;
    for (const cut of cuts) {
      pieces.at(-1)![1].push(part.subarray(from, cut.at));
      pieces.push([cut.table, []]);
      from = cut.at;
    }
    pieces.at(-1)![1].push(part.subarray(from, decided));
    rest = Buffer.from(part.subarray(decided));
  }
  return pieces.map(([table, parts]) => [table, Buffer.concat(parts).toString()]);
}

test.each([1024 * 1024, 4096, 700, 97])(
  'in parts of %s bytes, the rows of a large table after the first are cut out, and nothing else',
  (size) => {
    const text = [
      ...[
        `CREATE TABLE \`a\` (id INT);\n`,
        head('`a`'),
        row('`a`'),
        row('`a`', 'second'),
        row('`a`', 'third'),
      ],
      ...[tail('`a`'), head('`small`'), row('`small`', '1'), row('`small`', '2'), tail('`small`')],
      ...[head('`b``ä`'), row('`b``ä`'), row('`b``ä`', 'second'), tail('`b``ä`'), '-- Dump completed\n'],
    ].join('');
    const pieces = piecesOf(text, size);
    expect(pieces.map(([, part]) => part).join('') === text).toBe(true);
    expect(pieces.map(([table]) => table)).toEqual([undefined, 'a', undefined, 'b`ä', undefined]);
    expect(pieces[1]![1]).toBe(row('`a`', 'second') + row('`a`', 'third'));
    expect(pieces[3]![1]).toBe(row('`b``ä`', 'second'));
  },
);

test('lines in the text of a routine are never taken for rows', () => {
  const body = `${head('`a`')}${row('`a`')}${row('`a`')}${row('`a`')}`;
  const text = `DELIMITER ;;\nCREATE PROCEDURE p() BEGIN\n${body}END ;;\nDELIMITER ;\n${row('`a`')}${row('`a`')}`;
  expect(piecesOf(text, 4096)).toHaveLength(1);
});

test('rows that do not follow the line that announces those of their table stay where they are', () => {
  expect(piecesOf(`${head('`a`')}${row('`b`')}${row('`b`')}`, 4096)).toHaveLength(1);
  expect(piecesOf(`${head('`a`')}SELECT 1;\n${row('`a`')}${row('`a`')}`, 4096)).toHaveLength(1);
  expect(piecesOf(`${row('`a`')}${row('`a`')}`, 4096)).toHaveLength(1);
});
