import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './build/bundle.ts';
import { compareFolders } from './build/compare-folders.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

/** Builds in a folder of its own, so that two builds at once do not meet, and gives its `dist` to the function. */
async function withBuild<T>(use: (dist: string) => Promise<T>): Promise<T> {
  const cache = join(ROOT, '.cache');
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'build-'));
  try {
    return await use(await bundle(ROOT, work));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Replaces `dist/` as a whole, so that no chunk of an earlier build stays in it. */
async function replaceDist(built: string): Promise<number> {
  await rm(DIST, { recursive: true, force: true });
  await rename(built, DIST);
  return 0;
}

async function checkDist(built: string): Promise<number> {
  const differences = await compareFolders(built, DIST);
  for (const difference of differences) console.error(`dist/${difference}`);
  if (differences.length === 0) return 0;
  console.error('dist/ is not what the sources build; run `npm run build` and commit dist/');
  return 1;
}

const [flag, ...others] = process.argv.slice(2);
if (others.length > 0 || (flag !== undefined && flag !== '--check')) {
  console.error('usage: npm run build, or npm run check:dist');
  process.exitCode = 2;
} else {
  process.exitCode = await withBuild(flag === '--check' ? checkDist : replaceDist).catch((error: Error) => {
    console.error(error.message);
    return 1;
  });
}
