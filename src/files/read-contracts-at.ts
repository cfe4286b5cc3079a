import type { CommitTree } from '../changelog/commit-tree.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { resolvePath } from '../yaml/path.ts';
import type { Contract } from '../contracts/contract.ts';
import { parseContract } from '../contracts/odcs/parse-contract.ts';
import { findContractPaths } from '../pipeline/manifest/parse-manifest.ts';
import { decodeText, readText } from './read-text.ts';

/** The contracts that a manifest names, and others that were asked for, as far as they can be read. */
export interface NamedContracts {
  readonly contracts: readonly Contract[];
  /** Paths that the manifest names. */
  readonly named: readonly string[];
}

/** Gives texts of files; what is not there, or is no text, is left out. */
type ReadTexts = (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** The contracts of the working directory. */
export function readPresentContracts(root: string, manifestFile: string): Promise<NamedContracts> {
  return readNamed(
    (paths) =>
      Promise.resolve(
        new Map(
          paths.flatMap((path) => {
            const text = readText(root, path);
            return typeof text === 'string' ? [[path, text] as const] : [];
          }),
        ),
      ),
    manifestFile,
    [],
  );
}

/** The contracts as a commit has them: those that its manifest names, and `others`, which are named now. */
export function readContractsAt(
  tree: CommitTree,
  manifestFile: string,
  others: readonly string[],
): Promise<NamedContracts> {
  const read: ReadTexts = async (paths) => {
    const wanted = paths.flatMap((path) => {
      const id = tree.files.get(path);
      return id === undefined ? [] : [[path, id] as const];
    });
    const blobs = await tree.read([...new Set(wanted.map(([, id]) => id))]);
    return new Map(
      wanted.flatMap(([path, id]) => {
        const bytes = blobs.get(id);
        const text = bytes && decodeText(Buffer.from(bytes), path);
        return typeof text === 'string' ? [[path, text] as const] : [];
      }),
    );
  };
  return readNamed(read, manifestFile, others);
}

async function readNamed(
  read: ReadTexts,
  manifestFile: string,
  others: readonly string[],
): Promise<NamedContracts> {
  const resolved = resolvePath(manifestFile);
  const path = typeof resolved === 'string' ? resolved : manifestFile;
  const manifest = (await read([path])).get(path);
  const named = manifest === undefined ? [] : findContractPaths(manifest, path);
  const texts = await read([...new Set([...named, ...others])]);
  const contracts = [...texts].flatMap(([file, text]) => {
    const { root } = parseYaml(text, file, 'invalid-contract');
    return root ? [parseContract(root, file)] : [];
  });
  return { contracts, named };
}
