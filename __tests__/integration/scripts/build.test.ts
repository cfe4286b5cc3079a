import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { compareFolders } from '../../../scripts/build/compare-folders.ts';
import { thirdPartyLicenses } from '../../../scripts/build/third-party-licenses.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'db-deploy-build-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
  return path;
}

describe('a check of the bundle', () => {
  test('names every file that differs, is missing or is left over', async () => {
    const built = await write('built', { 'index.js': 'a', '1.js': 'b', 'same.js': 'c' });
    const committed = await write('dist', { 'index.js': 'A', '2.js': 'b', 'same.js': 'c' });
    expect(await compareFolders(built, committed)).toEqual([
      '1.js is missing',
      '2.js is left over from another build',
      'index.js differs',
    ]);
  });

  test('sees that a program can no longer be executed', async () => {
    const built = await write('built', { 'index.js': 'a' });
    await chmod(join(built, 'index.js'), 0o755);
    const committed = await write('dist', { 'index.js': 'a' });
    expect(await compareFolders(built, committed)).toEqual(['index.js differs']);
  });

  test('reports a bundle that was never committed', async () => {
    const built = await write('built', { 'index.js': 'a' });
    expect(await compareFolders(built, join(folder, 'dist'))).toEqual(['index.js is missing']);
  });
});

describe('licences', () => {
  const manifest = (name: string, license: string): string =>
    JSON.stringify({ name, version: '1.0.0', license });

  test('stand in the order of their packages, with every text that a package has', async () => {
    const zebra = await write('zebra', { 'package.json': manifest('zebra', 'MIT'), LICENSE: 'free' });
    const ant = await write('ant', {
      'package.json': manifest('ant', 'ISC'),
      'LICENSE.md': 'as you like\r\n',
      NOTICE: 'by Ann',
    });
    const text = await thirdPartyLicenses([zebra, ant]);
    expect(text).toMatch(/ant@1\.0\.0 \(ISC\)\n\nas you like\n\nby Ann\n[^]*zebra@1\.0\.0 \(MIT\)\n\nfree\n/);
  });

  test('that are missing, or that do not let us ship the package, stop the build', async () => {
    const bare = await write('bare', { 'package.json': manifest('bare', 'MIT') });
    const strict = await write('strict', { 'package.json': manifest('strict', 'GPL-3.0'), LICENSE: 'x' });
    await expect(thirdPartyLicenses([bare])).rejects.toThrow('bare@1.0.0 has no licence text');
    await expect(thirdPartyLicenses([strict])).rejects.toThrow('strict@1.0.0 is under "GPL-3.0"');
  });
});
