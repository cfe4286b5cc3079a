import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { ExpectedError } from '../../../src/errors.ts';
import { openBackup, readBackupLabel, type OpenRequest } from '../../../src/files/open-backup.ts';
import { collect, factsOf, LABEL, seal, type SealOptions } from '../../support/backup.ts';
import { project } from '../../support/deploy.ts';

const run = promisify(execFile);
const PASSPHRASE = 'correct horse ☃ battery staple';
/** What cannot be compressed, so that the body has as many bytes as the test says. */
const noise = (length: number): Buffer => randomBytes(length);

async function written(sql: Buffer | string, options: SealOptions = {}): Promise<string> {
  const path = join(project({}), 'backup');
  writeFileSync(path, await collect((await seal(sql, options)).bytes));
  return path;
}

async function opened(path: string, more: Partial<OpenRequest> = {}): Promise<Buffer> {
  const backup = await openBackup({ path, passphrase: undefined, schema: 'app', ...more });
  return collect(backup.sql());
}

async function refusal(path: string, more: Partial<OpenRequest> = {}): Promise<string> {
  const error = await opened(path, more).then(
    () => undefined,
    (reason: unknown) => reason as ExpectedError,
  );
  expect(error?.problems[0]?.fix).toBeTruthy();
  return error!.code;
}

describe.each([undefined, PASSPHRASE])('with passphrase %s', (passphrase) => {
  const options = passphrase === undefined ? {} : { passphrase };

  test('what was sealed is what is opened, with its facts, as often as it is asked for', async () => {
    const sql = Buffer.concat([Buffer.from('-- first\n'), noise(500_000), Buffer.alloc(3_000_000, 'x')]);
    const sealed = await seal(sql, options);
    const bytes = await collect(sealed.bytes);
    const path = join(project({ backup: '' }), 'backup');
    writeFileSync(path, bytes);
    const summary = await sealed.summary;
    expect(summary).toMatchObject({ bytes: bytes.length, facts: factsOf() });
    const backup = await openBackup({ path, passphrase, schema: 'app', sha256: summary.sha256 });
    expect(backup).toMatchObject({ sha256: summary.sha256, bytes: bytes.length });
    expect(backup.facts).toEqual(JSON.parse(JSON.stringify(factsOf())));
    expect((await collect(backup.sql())).equals(sql)).toBe(true);
    expect((await collect(backup.sql())).equals(sql)).toBe(true);
  });

  test('nothing, a byte and many come back', async () => {
    for (const length of [0, 1, 65_536]) {
      const sql = noise(length);
      expect((await opened(await written(sql, options), { passphrase })).equals(sql)).toBe(true);
    }
  });

  test('a changed byte is noticed wherever it is, before any SQL is given', async () => {
    const path = await written(noise(200_000), options);
    const whole = readFileSync(path);
    const places = [
      3,
      6,
      12,
      30,
      60,
      150,
      300,
      600,
      70_000,
      whole.length - 300,
      whole.length - 50,
      whole.length - 1,
    ];
    for (const place of places) {
      const bytes = Buffer.from(whole);
      bytes[place]! ^= 1;
      writeFileSync(path, bytes);
      await expect(openBackup({ path, passphrase, schema: 'app' })).rejects.toMatchObject({
        name: 'ExpectedError',
      });
    }
  });

  test('a file that is cut off is damaged, also at the end of a chunk, of the header, and when it is empty', async () => {
    const path = await written(noise(300_000), options);
    const whole = readFileSync(path);
    const header = 8 + whole.readUInt32LE(4);
    const chunk = 65_536 + 16;
    for (const length of [header, header + chunk, header + 2 * chunk, header + 100, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      expect([length, await refusal(path, { passphrase })]).toEqual([length, 'backup-damaged']);
    }
    writeFileSync(path, whole.subarray(0, 5));
    expect(await refusal(path, { passphrase })).toBe('wrong-backup');
  });

  test('a backup of another schema, or with another digest, is refused', async () => {
    const path = await written('SELECT 1', options);
    expect(await refusal(path, { passphrase, schema: 'other' })).toBe('wrong-backup');
    expect(await refusal(path, { passphrase, sha256: 'f'.repeat(64) })).toBe('backup-damaged');
  });

  test('a dump that fails makes no backup', async () => {
    const sql = Readable.from(
      (async function* () {
        yield noise(300_000);
        throw new Error('the dump failed');
      })(),
      { objectMode: false },
    );
    const sealed = await seal(sql, options);
    await expect(collect(sealed.bytes)).rejects.toThrow('the dump failed');
    await expect(sealed.summary).rejects.toThrow('the dump failed');
  });

  test('a reader who goes away stops the dump', async () => {
    const sql = new Readable({ read() {} });
    sql.push(noise(1_000_000));
    const sealed = await seal(sql, options);
    sealed.bytes.read();
    sealed.bytes.destroy();
    await expect(sealed.summary).rejects.toThrow('not read to its end');
    expect(sql.destroyed).toBe(true);
  });

  test('one command writes the SQL to standard output', async () => {
    const path = await written('SELECT 1;\n', options);
    const script = join(import.meta.dirname, '../../../scripts/open-backup.ts');
    const { stdout, stderr } = await run(process.execPath, [script, path], {
      env: { BACKUP_PASSPHRASE: passphrase ?? '' },
    });
    expect(stdout).toBe('SELECT 1;\n');
    expect(stderr).toContain('"schema": "app"');
  });
});

test('chunks that change places, are doubled or left out do not open', async () => {
  const path = await written(noise(400_000), { passphrase: PASSPHRASE });
  const whole = readFileSync(path);
  const header = whole.subarray(0, 8 + whole.readUInt32LE(4));
  const size = 65_536 + 16;
  const chunk = (number: number): Buffer =>
    whole.subarray(header.length + number * size, header.length + (number + 1) * size);
  const orders = [
    [1, 0, 2, 3, 4, 5, 6],
    [0, 0, 2, 3, 4, 5, 6],
    [0, 1, 2, 3, 4, 6],
    [0, 1, 2, 3, 4, 5],
  ];
  for (const order of orders) {
    writeFileSync(path, Buffer.concat([header, ...order.map(chunk)]));
    expect(await refusal(path, { passphrase: PASSPHRASE })).toBe('backup-damaged');
  }
});

test('a wrong passphrase, or none, is told from a damaged file', async () => {
  const path = await written('SELECT 1', { passphrase: PASSPHRASE });
  expect(await refusal(path, { passphrase: 'wrong' })).toBe('wrong-passphrase');
  expect(await refusal(path)).toBe('wrong-passphrase');
});

test('who has a passphrase does not get the SQL of an unencrypted file that nothing vouches for', async () => {
  const path = await written('DROP TABLE everything');
  expect(await refusal(path, { passphrase: PASSPHRASE })).toBe('wrong-backup');
});

test('neither the SQL nor the passphrase nor the name of an object is in an encrypted file', async () => {
  const text = readFileSync(await written('secret row', { passphrase: PASSPHRASE })).toString('latin1');
  expect(text).toContain('db-deploy backup v2');
  expect(text).not.toContain('secret row');
  expect(text).not.toContain('"objects"');
  expect(text).not.toContain(Buffer.from(PASSPHRASE).toString('latin1'));
});

test('the label can be read without a passphrase, and other files have none', async () => {
  expect(await readBackupLabel(await written('x', { passphrase: PASSPHRASE }))).toEqual(LABEL);
  const folder = project({ text: 'just text, long enough to be something' });
  expect(await readBackupLabel(join(folder, 'text'))).toBeUndefined();
  expect(await refusal(join(folder, 'text'))).toBe('wrong-backup');
  expect(await refusal(join(folder, 'nothing'))).toBe('file-unreadable');
});

test('a newer format is named', async () => {
  const path = await written('x');
  const bytes = readFileSync(path);
  bytes.write('v3', bytes.indexOf('v2'));
  writeFileSync(path, bytes);
  await expect(opened(path)).rejects.toThrow('has format 3');
});

test('numbers of a header that would take all memory are refused', async () => {
  const path = await written('x', { passphrase: PASSPHRASE });
  const bytes = Buffer.from(readFileSync(path).toString('latin1').replace('"r":8', '"r":800'), 'latin1');
  bytes.writeUInt32LE(bytes.readUInt32LE(4) + 2, 4);
  writeFileSync(path, bytes);
  expect(await refusal(path, { passphrase: PASSPHRASE })).toBe('backup-damaged');
});
