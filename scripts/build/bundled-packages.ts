import { readFile } from 'node:fs/promises';

/** The parts of webpack's statistics that name modules; concatenated modules hold others. */
interface Module {
  readonly nameForCondition?: string | null;
  readonly identifier?: string;
  readonly modules?: readonly Module[];
}

interface Stats {
  readonly modules?: readonly Module[];
  readonly chunks?: readonly { readonly modules?: readonly Module[] }[];
}

const PACKAGE_FOLDER = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

/** The folders of all packages that have a module in the bundle or in one of its chunks. */
export async function bundledPackages(statsFile: string): Promise<readonly string[]> {
  const stats = JSON.parse(await readFile(statsFile, 'utf8')) as Stats;
  const folders = new Set<string>();
  const visit = (modules: readonly Module[] = []): void => {
    for (const module of modules) {
      const folder = PACKAGE_FOLDER.exec(module.nameForCondition ?? module.identifier ?? '')?.[0];
      if (folder) folders.add(folder.slice(folder.indexOf('|') + 1));
      visit(module.modules);
    }
  };
  visit(stats.modules);
  for (const chunk of stats.chunks ?? []) visit(chunk.modules);
  if (folders.size === 0) throw new Error('the statistics of ncc name no package: their format has changed');
  return [...folders];
}
