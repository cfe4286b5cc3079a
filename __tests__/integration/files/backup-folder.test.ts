import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import {
  backupFileName,
  formatFolderRef,
  keepInFolder,
  parseFolderRef,
  removeOldBackups,
} from '../../../src/files/backup/backup-folder.ts';
import type { BackupLabel } from '../../../src/files/backup/backup-header.ts';
import { openBackup } from '../../../src/files/backup/open-backup.ts';
import { collect, LABEL, seal } from '../../support/backup.ts';
import { project } from '../../support/deploy.ts';

const run = promisify(execFile);
const NAME = backupFileName(LABEL, 'plain');

test('a kept backup is private, whole, and found again by its reference', async () => {
  const folder = join(project({}), 'deep/er');
  const kept = await keepInFolder(folder, NAME, await seal('SELECT 1;'));
  const path = join(folder, NAME);
  expect(readdirSync(folder)).toEqual([NAME]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  expect(kept).toMatchObject({ sha256, bytes: statSync(path).size, ref: `file:${path}#sha256=${sha256}` });
  const backup = await openBackup({ ...parseFolderRef(kept.ref)!, passphrase: undefined, schema: 'app' });
  expect((await collect(backup.sql())).toString()).toBe('SELECT 1;');
});

test('references keep any path, and those of other stores are not ours', () => {
  const sha256 = 'a'.repeat(64);
  for (const path of ['/var/backups/x.sql.zst', '/a#b/c#sha256=x', '/with blank/ü']) {
    expect(parseFolderRef(formatFolderRef(path, sha256))).toEqual({ path, sha256 });
  }
  expect(parseFolderRef('file:/x')).toEqual({ path: '/x', sha256: undefined });
  expect(parseFolderRef('artifact:1/2')).toBeUndefined();
});

test('a dump that fails leaves nothing, and its own error', async () => {
  const folder = project({});
  const sql = Readable.from(
    (async function* () {
      yield Buffer.alloc(100_000, 'x');
      throw new Error('the dump failed');
    })(),
    { objectMode: false },
  );
  await expect(keepInFolder(folder, NAME, await seal(sql))).rejects.toThrow('the dump failed');
  expect(readdirSync(folder)).toEqual([]);
});

test('what is read back must be what was written', async () => {
  const folder = project({});
  const sealed = await seal('SELECT 1;');
  const lying = {
    bytes: sealed.bytes,
    summary: sealed.summary.then((summary) => ({ ...summary, sha256: '00' })),
  };
  await expect(keepInFolder(folder, NAME, lying)).rejects.toMatchObject({ code: 'backup-failed' });
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that cannot be made or written to is named with a fix', async () => {
  const folder = project({ file: '' });
  await expect(keepInFolder(join(folder, 'file'), NAME, await seal('x'))).rejects.toMatchObject({
    code: 'backup-failed',
    message: expect.stringContaining('cannot be kept'),
  });
});

const FULL_DISK = `
  const { Readable } = await import('node:stream');
  const { randomBytes } = await import('node:crypto');
  const { seal } = await import(process.env.SUPPORT);
  const { keepInFolder } = await import(process.env.STORE);
  const sql = Readable.from((function* () { for (let i = 0; i < 100; i += 1) yield randomBytes(65536); })());
  await keepInFolder(process.env.FOLDER, 'x', await seal(sql)).then(
    () => console.log('kept'),
    (error) => console.log(error.code, error.message, '|', error.problems[0].fix, '|', sql.destroyed),
  );
`;

test('a disk without room is said to have none, and no part of a file stays', async () => {
  const folder = project({});
  const root = join(import.meta.dirname, '../../..');
  const { stdout } = await run(
    'sh',
    [
      '-c',
      'ulimit -f 1000; exec "$0" --no-warnings --input-type=module -e "$1"',
      process.execPath,
      FULL_DISK,
    ],
    {
      env: {
        FOLDER: folder,
        SUPPORT: join(root, '__tests__/support/backup.ts'),
        STORE: join(root, 'src/files/backup/backup-folder.ts'),
      },
    },
  );
  expect(stdout).toMatch(/^backup-failed there is no room for the backup in .*EFBIG.*make room.*true/);
  expect(readdirSync(folder)).toEqual([]);
});

test('retention removes old backups of the same target only, and never the newest', async () => {
  const folder = project({ 'notes.txt': 'mine', 'app-20200101T000000Z-x.sql.zst': 'not a backup' });
  const keep = async (label: Partial<BackupLabel>): Promise<string> => {
    const whole = { ...LABEL, ...label };
    const name = backupFileName(whole, 'plain');
    await keepInFolder(folder, name, await seal('x', { label: whole }));
    return name;
  };
  const old = await keep({ createdAt: '2026-01-01T00:00:00.000Z' });
  const inTime = await keep({ createdAt: '2026-02-25T00:00:00.000Z' });
  const others = [
    await keep({ schema: 'app2', createdAt: '2026-01-01T00:00:00.000Z' }),
    await keep({ environment: 'prod', runId: 'p', createdAt: '2026-01-01T00:00:00.000Z' }),
    await keep({ serverUuid: 'another', runId: 's', createdAt: '2026-01-01T00:00:00.000Z' }),
  ];
  const partial = `${inTime}.partial`;
  writeFileSync(join(folder, partial), '');
  utimesSync(join(folder, partial), new Date('2026-02-20'), new Date('2026-02-20'));
  const retention = { schema: 'app', environment: 'dev', days: 7, now: new Date('2026-02-28T00:00:00Z') };
  const removed = await removeOldBackups(folder, retention);
  expect(removed.toSorted()).toEqual([join(folder, old), join(folder, partial)].toSorted());
  const left = readdirSync(folder).toSorted();
  expect(left).toEqual([...others, inTime, 'notes.txt', 'app-20200101T000000Z-x.sql.zst'].toSorted());
  expect(await removeOldBackups(folder, { ...retention, now: new Date('2030-01-01') })).toEqual([]);
});
