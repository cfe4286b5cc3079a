import { parseYaml } from '../yaml/parse-yaml.ts';
import type { Problem } from '../errors.ts';
import { checkOdcs } from '../contracts/odcs/check-odcs.ts';
import type { Contract } from '../contracts/contract.ts';
import { parseContract } from '../contracts/odcs/parse-contract.ts';
import { rowContract } from '../contracts/enforce/row-contract.ts';
import type { ContractRequest, RowContract } from '../pipeline/manifest/manifest.ts';
import { readText, type UnreadableFile } from './read-text.ts';

/** A contract as far as it could be read. */
export interface ContractFile {
  readonly contract: Contract | undefined;
  readonly problems: readonly Problem[];
  readonly unreadable?: UnreadableFile;
}

/** Reads contracts and holds each against the JSON Schema of the standard. */
export async function readContracts(
  root: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, ContractFile>> {
  const files = new Map<string, ContractFile>();
  for (const path of paths) {
    const text = readText(root, path);
    const isText = typeof text === 'string';
    files.set(
      path,
      isText ? await readContract(text, path) : { contract: undefined, problems: [], unreadable: text },
    );
  }
  return files;
}

async function readContract(text: string, path: string): Promise<ContractFile> {
  const yaml = parseYaml(text, path, 'invalid-contract');
  if (!yaml.root) return { contract: undefined, problems: yaml.problems };
  const problems = [...yaml.problems, ...(await checkOdcs(yaml.root, path))];
  return { contract: problems.length === 0 ? parseContract(yaml.root, path) : undefined, problems };
}

/** The rows of a dataset by the contract that it names; what is in the way of that is added to the problems. */
export function findContract(
  files: ReadonlyMap<string, ContractFile>,
  request: ContractRequest,
  problems: Problem[],
): RowContract | undefined {
  const file = files.get(request.path);
  if (!file) return undefined;
  if (file.unreadable) {
    const { code, message, fix } = file.unreadable;
    problems.push({ code, message, fix, at: request.at });
    return undefined;
  }
  problems.push(...file.problems);
  if (!file.contract) return undefined;
  const found = rowContract(file.contract, request);
  problems.push(...found.problems);
  return found.contract;
}
