import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ExpectedError, formatProblem } from '../../../src/errors.ts';
import { csvFile } from '../../../src/files/csv/read-csv.ts';
import type { CsvBatch } from '../../../src/pipeline/rows/csv-file.ts';
import { RFC_4180 } from '../../../src/pipeline/manifest/csv-dialect.ts';
import { project, writeFiles } from '../../support/deploy.ts';

interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

async function readAll(
  path: string,
  dialect = RFC_4180,
): Promise<{ rows: number; last: Row | undefined; bytes: number; problem: string }> {
  const reading = csvFile(path, 'x.csv', statSync(path).size, dialect).read();
  let rows = 0;
  let last: Row | undefined;
  let problem = '';
  try {
    for await (const batch of reading.batches) {
      const { read, last: found } = inRows(batch, dialect.delimiter);
      rows += read;
      last = found ?? last;
    }
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    problem = formatProblem(error.problems[0]!);
  }
  return { rows, last, bytes: reading.bytesRead(), problem };
}

/** Lines without quotes are not read yet; a blank one is no row here. */
function inRows(
  batch: CsvBatch,
  delimiter: string,
): { readonly read: number; readonly last: Row | undefined } {
  if (batch.kind === 'rows')
    return { read: batch.rows.length, last: { line: batch.lines.at(-1)!, fields: batch.rows.at(-1)! } };
  const lines = batch.bytes.toString().split('\n').slice(0, -1);
  const rows = lines
    .map((line, at) => ({ line: batch.firstLine + at, fields: line.replace(/\r$/, '').split(delimiter) }))
    .filter(({ fields }) => fields.length > 1 || fields[0] !== '');
  return { read: rows.length, last: rows.at(-1) };
}

function write(text: string): string {
  const folder = project({});
  writeFiles(folder, { 'x.csv': text });
  return join(folder, 'x.csv');
}

/** A file of about so many mebibytes, made of one piece of text over and over. */
function writeLarge(mebibytes: number, head: string, tail: string): { path: string; lines: number } {
  const path = write('');
  const piece = '1,2026-01-01,some text,1234.50\n'.repeat(32 * 1024);
  const file = openSync(path, 'w');
  writeSync(file, head);
  for (let index = 0; index < mebibytes; index += 1) writeSync(file, piece);
  writeSync(file, tail);
  closeSync(file);
  return { path, lines: mebibytes * 32 * 1024 };
}

describe('a CSV file', () => {
  test('without a line feed at its end has its last row', async () => {
    expect(await readAll(write('a,b\n1,2'))).toMatchObject({
      rows: 2,
      last: { line: 2, fields: ['1', '2'] },
    });
  });

  test('keeps the line of each row through pieces of a mebibyte, quoted or not', async () => {
    const { path, lines } = writeLarge(3, 'a,b,c,d\n"x\n\ny",2,3,4\n', 'last,2,3,"4\n"\n');
    expect(await readAll(path)).toMatchObject({
      rows: lines + 3,
      last: { line: lines + 5, fields: ['last', '2', '3', '4\n'] },
      problem: '',
    });
  });

  test('with a quote that is opened near its end and not closed is found out at that line', async () => {
    const { path, lines } = writeLarge(20, 'a,b,c,d\n', '"1,2,3,4\n5,6,7,8\n');
    expect((await readAll(path)).problem).toBe(
      `x.csv:${lines + 2}: a quote is opened in the row that begins here and not closed`,
    );
  });

  test('with a quote that is opened at its beginning is given up, not read into memory', async () => {
    const { path } = writeLarge(60, 'a,b,c,d\n1,"2,3,4\n', '');
    const { problem, bytes } = await readAll(path);
    expect(problem).toBe('x.csv:2: a quote is opened in the row that begins here and not closed');
    expect(bytes).toBeLessThan(20 * 1024 * 1024);
  });

  test('of one endless line is given up', async () => {
    const path = write(`a,b\n${'x'.repeat(18 * 1024 * 1024)}`);
    expect((await readAll(path)).problem).toBe('x.csv:2: a line is longer than 16 MiB');
  });
});
