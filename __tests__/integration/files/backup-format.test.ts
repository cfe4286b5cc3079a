import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { ExpectedError } from '../../../src/errors.ts';
import { toFrame } from '../../../src/files/backup/backup-header.ts';
import { openBackup, readBackupLabel, type OpenRequest } from '../../../src/files/backup/open-backup.ts';
import { sealBackup } from '../../../src/files/backup/seal-backup.ts';
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

/** What `mysqldump` writes of a table, with as many INSERT statements of 300 KB of noise. */
function tableOf(name: string, inserts: number): string {
  const row = (): string => `INSERT INTO \`${name}\` VALUES ('${noise(150_000).toString('hex')}');\n`;
  return [
    `CREATE TABLE \`${name}\` (\n  t longtext\n);\n/*!40000 ALTER TABLE \`${name}\` DISABLE KEYS */;\n`,
    ...Array.from({ length: inserts }, row),
    `/*!40000 ALTER TABLE \`${name}\` ENABLE KEYS */;\n`,
  ].join('');
}

describe.each([undefined, PASSPHRASE])('the rows of large tables, with passphrase %s', (passphrase) => {
  const options = passphrase === undefined ? {} : { passphrase };
  const rowsOf = (name: string) => (line: string) => line.startsWith(`INSERT INTO \`${name}\``);

  test('are left out where they are not wanted, and everything else is there', async () => {
    const sql = `${tableOf('a', 12)}${tableOf('b', 1)}${tableOf('c', 20)}-- Dump completed\n`;
    const backup = await openBackup({ path: await written(sql, options), passphrase, schema: 'app' });
    expect((await collect(backup.sql())).toString() === sql).toBe(true);
    const lines = sql.split('\n');
    for (const wanted of ['a', 'b', 'c', 'none']) {
      const given = (await collect(backup.sql((table) => table === wanted))).toString().split('\n');
      const isGone = (line: string): boolean => !given.includes(line);
      expect(lines.filter(isGone).every((line) => ['a', 'c'].some((name) => rowsOf(name)(line)))).toBe(true);
      expect(lines.filter(rowsOf(wanted)).some(isGone)).toBe(false);
      // The first ones stay with the definition.
      const kept = ['a', 'c'].filter((name) => name !== wanted);
      for (const name of kept) expect(given.filter(rowsOf(name))).toHaveLength(1);
    }
  });

  test('of `zstd -d`, or of a stream read to its end, are all there', async () => {
    const sql = `${tableOf('a', 8)}${tableOf('b', 8)}-- Dump completed\n`;
    const path = await written(sql, options);
    const backup = await openBackup({ path, passphrase, schema: 'app' });
    const facts = JSON.parse(JSON.stringify(factsOf())) as unknown;
    expect(backup.facts).toEqual(facts);
    if (passphrase === undefined) {
      writeFileSync(`${path}.zst`, readFileSync(path));
      const { stdout } = await run('zstd', ['-dc', `${path}.zst`], { maxBuffer: 2 ** 26 });
      expect(stdout === sql).toBe(true);
    }
  });
});

/** A backup whose facts are edited as its maker could have written them: every digest fits. */
async function withFacts(sql: string, edit: (text: string) => string): Promise<string> {
  const path = await written(sql);
  const whole = readFileSync(path).subarray(0, -40);
  const length = whole.readUInt32LE(whole.length - 4);
  const start = whole.length - 4 - length;
  const json = Buffer.from(edit(whole.toString('utf8', start, start + length)));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(json.length);
  const before = Buffer.concat([whole.subarray(0, start - 8), toFrame(Buffer.concat([json, size]))]);
  const digest = createHash('sha256').update(before).digest();
  writeFileSync(path, Buffer.concat([before, toFrame(digest)]));
  return path;
}

describe('a list of sections', () => {
  const sql = `${tableOf('a', 8)}-- Dump completed\n`;

  test.each([
    ['does not add up to the file', (text: string) => text.replace(/"bytes":(\d+)/, '"bytes":9$1')],
    ['has a size that is none', (text: string) => text.replace(/"sqlBytes":\d+/, '"sqlBytes":-1')],
    ['is no list', (text: string) => text.replace(/"sections":\[.*\]/, '"sections":{}')],
  ])('that %s is refused before any SQL is given', async (_what, edit) => {
    const path = await withFacts(sql, edit);
    await expect(openBackup({ path, passphrase: undefined, schema: 'app' })).rejects.toMatchObject({
      code: 'backup-damaged',
    });
  });

  test('that says another size of SQL than there is fails the reader', async () => {
    const path = await withFacts(sql, (text) => text.replace(/"sqlBytes":\d+/, '"sqlBytes":7'));
    expect(await refusal(path)).toBe('backup-damaged');
  });
});

test('a backup of the first format, one frame and no list, gives all its SQL whatever is wanted', async () => {
  const sql = `${tableOf('a', 8)}-- Dump completed\n`;
  const json = JSON.stringify(factsOf());
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const header = JSON.stringify({ label: LABEL, compression: 'zstd', encryption: null });
  const whole = Buffer.concat([
    toFrame(Buffer.from(`db-deploy backup v1\n${header}\n`)),
    zstdCompressSync(sql),
    toFrame(Buffer.concat([Buffer.from(json), length])),
  ]);
  const path = join(project({}), 'backup');
  writeFileSync(path, Buffer.concat([whole, toFrame(createHash('sha256').update(whole).digest())]));
  const backup = await openBackup({ path, passphrase: undefined, schema: 'app' });
  expect(backup.facts).toEqual(JSON.parse(json));
  expect((await collect(backup.sql(() => false))).toString() === sql).toBe(true);
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

test('a dump without a key to seal it is stopped, one that failed before is told', async () => {
  const sql = new Readable({ read() {} });
  const encryption = Promise.reject(new Error('no memory'));
  const request = { label: LABEL, readFacts: async () => factsOf() };
  await expect(sealBackup({ ...request, sql, encryption })).rejects.toThrow('no memory');
  expect(sql.destroyed).toBe(true);
  const failed = new Readable({ read() {} }).on('error', () => undefined);
  failed.destroy(new Error('no connection'));
  await new Promise((resolve) => failed.once('close', resolve));
  const sealed = await sealBackup({ ...request, sql: failed, encryption: undefined });
  await expect(collect(sealed.bytes)).rejects.toThrow('no connection');
});

test('where the digest vouches for a file, a chunk that does not open is noticed when it is read', async () => {
  const path = await written(`${tableOf('a', 8)}-- Dump completed\n`, { passphrase: PASSPHRASE });
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
  const request = { passphrase: PASSPHRASE, sha256: createHash('sha256').update(bytes).digest('hex') };
  await expect(openBackup({ ...request, path, schema: 'app' })).rejects.toMatchObject({
    code: 'backup-damaged',
  });
  const backup = await openBackup({ ...request, path, schema: 'app', proof: 'digest' });
  await expect(collect(backup.sql())).rejects.toMatchObject({ code: 'backup-damaged' });
  // It is among rows that are not wanted.
  expect((await collect(backup.sql(() => false))).toString()).toContain('-- Dump completed');
  // Without a digest from elsewhere, every chunk is opened first.
  const { sha256: _, ...unknown } = request;
  await expect(openBackup({ ...unknown, path, schema: 'app', proof: 'digest' })).rejects.toThrow('chunk');
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
