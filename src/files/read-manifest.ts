import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlFile } from '../changelog/changeset.ts';
import { checksum } from '../sql/checksum.ts';
import { problemSink } from '../yaml/problem-sink.ts';
import { resolvePath } from '../yaml/path.ts';
import { splitStatements } from '../sql/split/split.ts';
import { refuse, type Location, type Problem } from '../errors.ts';
import { judgeTransform } from '../pipeline/judge-transform.ts';
import type { Manifest, SqlCheck } from '../pipeline/manifest/manifest.ts';
import { findTwinChecks, parseBuiltinChecks, parseSqlChecks } from '../pipeline/checks/parse-checks.ts';
import { findContractPaths, parseManifest, type NamedFile } from '../pipeline/manifest/parse-manifest.ts';
import { findContract, readContracts } from './read-contracts.ts';
import { readText, type UnreadableFile } from './read-text.ts';

/** Whether there is something by that name; whether it can be read is for `readManifest` to say. */
export function hasManifest(workingDirectory: string, file: string): boolean {
  return existsSync(join(workingDirectory, file));
}

/**
 * Reads the manifest and every SQL file that it names; throws all problems of all of them as one error. CSV files are
 * not looked for: that needs `listCsvFiles`, and no database is needed for either.
 */
export async function readManifest(workingDirectory: string, file: string): Promise<Manifest> {
  const resolved = resolvePath(file);
  const path = typeof resolved === 'string' ? resolved : file;
  const text = readText(workingDirectory, path);
  if (typeof text !== 'string') {
    refuse([describeUnreadable({ ...text, message: `pipeline-file: ${text.message}` }, path, undefined)]);
    return Promise.reject(new Error('unreachable'));
  }
  const contracts = await readContracts(workingDirectory, findContractPaths(text, path));
  const problems: Problem[] = [];
  const parsed = parseManifest(text, path, (request) => findContract(contracts, request, problems));
  problems.unshift(...parsed.problems);
  const transforms = parsed.transforms.flatMap(
    (named) => readSqlFile(workingDirectory, named, problems) ?? [],
  );
  problems.push(...transforms.flatMap(judgeTransform));
  const checks = [
    ...readSqlChecks(workingDirectory, parsed.checksFile, problems),
    ...parseBuiltinChecks(parsed.builtinChecks, path, problemSink(problems, path, 'invalid-manifest')),
    ...parsed.datasets.flatMap(({ contract }) => contract?.checks ?? []),
  ];
  problems.push(...findTwinChecks(checks));
  refuse(problems);
  return Promise.resolve({ file: path, datasets: parsed.datasets, transforms, checks });
}

function readSqlChecks(root: string, named: NamedFile | undefined, problems: Problem[]): readonly SqlCheck[] {
  if (!named) return [];
  const text = readText(root, named.path);
  if (typeof text !== 'string') {
    problems.push(describeUnreadable(text, named.path, named.at));
    return [];
  }
  const parsed = parseSqlChecks(text, named.path);
  problems.push(...parsed.problems);
  return parsed.checks;
}

function readSqlFile(root: string, { path, at }: NamedFile, problems: Problem[]): SqlFile | undefined {
  const text = readText(root, path);
  if (typeof text !== 'string') {
    problems.push(describeUnreadable(text, path, at));
    return undefined;
  }
  const { statements, problems: found } = splitStatements(text, path);
  problems.push(...found);
  return { path, statements, checksum: checksum(statements) };
}

function describeUnreadable(file: UnreadableFile, path: string, namedAt: Location | undefined): Problem {
  const { code, message, fix, line } = file;
  const at = line === undefined ? namedAt : { file: path, line };
  return at === undefined ? { code, message, fix } : { code, message, fix, at };
}
