import { addProblemAbout, problemSink, type ProblemSink } from '../../yaml/problem-sink.ts';
import { parseYaml } from '../../yaml/parse-yaml.ts';
import { resolvePath } from '../../yaml/path.ts';
import { readFields, readName, readNames, type Name } from '../../yaml/yaml-fields.ts';
import { describeNode, type YamlEntry, type YamlNode } from '../../yaml/yaml-node.ts';
import type { Location, Problem } from '../../errors.ts';
import { knownKeys } from '../../yaml/documented-key.ts';
import { CHECKS_KEYS, ROOT_KEYS } from './manifest-keys.ts';
import type { Dataset, FindContract } from './manifest.ts';
import { parseDataset } from './parse-dataset.ts';

/** A file that the manifest names. */
export interface NamedFile {
  /** Relative to the working directory. */
  readonly path: string;
  readonly at: Location;
}

/** The manifest before the files that it names were read; what could not be understood is among its problems. */
export interface ManifestFile {
  readonly datasets: readonly Dataset[];
  readonly transforms: readonly NamedFile[];
  readonly checksFile: NamedFile | undefined;
  /** What stands under `checks: builtin:`. */
  readonly builtinChecks: YamlNode | undefined;
  readonly problems: readonly Problem[];
}

const CODE = 'invalid-manifest';

/** Parses `data/pipeline.yml` and reports everything that is wrong with it, by line. */
export function parseManifest(
  text: string,
  file: string,
  findContract: FindContract = () => undefined,
): ManifestFile {
  const yaml = parseYaml(text, file, CODE);
  const problems = [...yaml.problems];
  const addProblem = problemSink(problems, file, CODE);
  const parsed = yaml.root ? parseRoot(yaml.root, file, addProblem, findContract) : NOTHING;
  return {
    ...parsed,
    problems: problems.toSorted((left, right) => (left.at?.line ?? 0) - (right.at?.line ?? 0)),
  };
}

/** The files with data contracts that a manifest names, whatever else is wrong with it. */
export function findContractPaths(text: string, file: string): readonly string[] {
  const { root } = parseYaml(text, file, CODE);
  const datasets =
    root?.kind === 'map' ? root.entries.find(({ key }) => key === 'datasets')?.value : undefined;
  const items = datasets?.kind === 'list' ? datasets.items : [];
  const paths = items.flatMap((item) => {
    const value = item.kind === 'map' ? item.entries.find(({ key }) => key === 'contract')?.value : undefined;
    const path = value?.kind === 'scalar' ? resolvePath(value.text.trim()) : undefined;
    return typeof path === 'string' ? path : [];
  });
  return [...new Set(paths)];
}

type Parsed = Omit<ManifestFile, 'problems'>;

const NOTHING: Parsed = { datasets: [], transforms: [], checksFile: undefined, builtinChecks: undefined };

function parseRoot(
  root: YamlNode,
  file: string,
  addProblem: ProblemSink,
  findContract: FindContract,
): Parsed {
  if (root.kind === 'nothing') {
    addProblem(root.line, 'the file is empty', 'begin it with "datasets:" and list the CSV sources under it');
    return NOTHING;
  }
  const fields = readFields(root, knownKeys(ROOT_KEYS), addProblem);
  if (!fields) return NOTHING;
  const checks = fields.get('checks');
  const known =
    checks && readFields(checks.value, knownKeys(CHECKS_KEYS), addProblemAbout(addProblem, 'checks'));
  const checksFile = known?.get('file');
  const path = readName(checksFile, addProblem);
  return {
    datasets: parseDatasets(fields.get('datasets'), file, addProblem, findContract),
    transforms: parseTransforms(fields.get('transforms'), file, addProblem),
    checksFile:
      checksFile && path !== undefined
        ? nameFile({ text: path, line: checksFile.value.line }, file, addProblem)
        : undefined,
    builtinChecks: known?.get('builtin')?.value,
  };
}

function parseDatasets(
  entry: YamlEntry | undefined,
  file: string,
  addProblem: ProblemSink,
  findContract: FindContract,
): readonly Dataset[] {
  if (!entry) return [];
  const { value } = entry;
  if (value.kind !== 'list' || value.items.length === 0) {
    const found = value.kind === 'list' ? 'an empty list' : describeNode(value);
    addProblem(value.line, `"datasets" must be a list, not ${found}`, 'list the CSV sources: "- name:"');
    return [];
  }
  const datasets = value.items.flatMap((item) => parseDataset(item, file, addProblem, findContract) ?? []);
  reportDuplicates(datasets, addProblem);
  return datasets;
}

/** Checkpoints and loaded files are kept by the name; variables are named after it, which do not tell cases apart. */
function reportDuplicates(datasets: readonly Dataset[], addProblem: ProblemSink): void {
  const seen = new Map<string, Dataset>();
  for (const dataset of datasets) {
    const name = dataset.name.toLowerCase();
    const first = seen.get(name);
    seen.set(name, first ?? dataset);
    if (!first) continue;
    const message = `dataset "${first.name}" is declared already on line ${first.at.line}`;
    addProblem(dataset.at.line, message, 'give it another name');
  }
}

function parseTransforms(
  entry: YamlEntry | undefined,
  file: string,
  addProblem: ProblemSink,
): readonly NamedFile[] {
  return readNames(entry, addProblem).flatMap((name) => nameFile(name, file, addProblem) ?? []);
}

function nameFile(name: Name, file: string, addProblem: ProblemSink): NamedFile | undefined {
  const path = resolvePath(name.text);
  if (typeof path === 'string') return { path, at: { file, line: name.line } };
  return addProblem(name.line, path.message, path.fix);
}
