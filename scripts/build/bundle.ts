import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bundledPackages } from './bundled-packages.ts';
import { thirdPartyLicenses } from './third-party-licenses.ts';

/**
 * Compiles and bundles the sources into `dist` of the work folder, which lies two levels below the root:
 * ncc derives the names of its chunks from relative paths, and so they are the same in every clone.
 */
export async function bundle(root: string, work: string): Promise<string> {
  const dist = join(work, 'dist');
  const stats = join(work, 'stats.json');
  // The nearest package.json decides that ncc writes ES modules.
  await copyFile(join(root, 'package.json'), join(work, 'package.json'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await runNode(root, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(work, 'lib')]);
  const ncc = join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
  const flags = ['--no-cache', '--quiet', '--stats-out', stats];
  await runNode(work, [ncc, 'build', join('lib', 'index.js'), '--out', dist, ...flags]);
  // So small that it is no bundle: it starts the other one only where there is something to do.
  await copyFile(join(work, 'lib', 'post.js'), join(dist, 'post.js'));
  await cleanText(root, dist);
  const packages = await bundledPackages(stats);
  const standard = await readFile(join(root, 'src/contracts/odcs/LICENSE.txt'), 'utf8');
  await writeFile(
    join(dist, 'licenses.txt'),
    `${await thirdPartyLicenses(packages)}\n${ofStandard(standard)}`,
  );
  return dist;
}

/** The schema of a standard is in the bundle too, and is no package. */
function ofStandard(license: string): string {
  const title =
    'JSON Schema of the Open Data Contract Standard 3.2.0, by its contributors (Bitol); unchanged (Apache-2.0)';
  return `${'-'.repeat(80)}\n${title}\n\n${license.trim()}\n`;
}

async function runNode(cwd: string, args: readonly [string, ...string[]]): Promise<void> {
  const child = spawn(process.execPath, [...args], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${basename(args[0])} failed, see above`);
}

/** Line ends as git keeps them, and a proof that no path of this machine is in the bundle. */
async function cleanText(root: string, dist: string): Promise<void> {
  for (const file of await readdir(dist)) {
    const path = join(dist, file);
    const text = await readFile(path, 'utf8');
    if (text.includes(root)) throw new Error(`dist/${file} contains the path ${root}`);
    if (text.includes('\r\n')) await writeFile(path, text.replaceAll('\r\n', '\n'));
  }
}
