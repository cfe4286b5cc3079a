import type { Problem } from '../../errors.ts';
import type { ChangesetHeader } from '../changeset.ts';
import { addProblemAbout, problemSink, type ProblemSink } from '../../yaml/problem-sink.ts';
import { closest, didYouMean } from '../../yaml/did-you-mean.ts';
import { parseInclude, parseIncludeAll, type Include, type IncludeAll } from './include.ts';
import { parseChangeset } from './parse-changeset.ts';
import { parsePreconditions } from './parse-preconditions.ts';
import { knownKeys } from '../../yaml/documented-key.ts';
import { ENTRY_KEYS, ROOT_KEYS } from './changelog-keys.ts';
import { parseYaml } from '../../yaml/parse-yaml.ts';
import type { PreconditionEntry } from '../precondition.ts';
import { readFields } from '../../yaml/yaml-fields.ts';
import { describeNode, type YamlEntry, type YamlList, type YamlNode } from '../../yaml/yaml-node.ts';

/** What a changelog file lists, in its order. */
export type ChangelogEntry =
  { readonly kind: 'changeSet'; readonly header: ChangesetHeader } | Include | IncludeAll;

/** One file of the tree; what could not be read is missing from it and among its problems. */
export interface ChangelogFile {
  readonly entries: readonly ChangelogEntry[];
  readonly preconditions: readonly PreconditionEntry[];
  readonly problems: readonly Problem[];
}

interface ParsedItem {
  readonly entry?: ChangelogEntry | undefined;
  readonly preconditions?: readonly PreconditionEntry[];
}

const KINDS = ENTRY_KEYS.map(({ key }) => key);

/** Parses one changelog file and reports everything that is wrong with it, by line. */
export function parseChangelogFile(text: string, file: string): ChangelogFile {
  const yaml = parseYaml(text, file);
  const problems = [...yaml.problems];
  const addProblem = problemSink(problems, file);
  const list = yaml.root && findList(yaml.root, addProblem);
  const parsed = (list?.items ?? []).map((item) => parseItem(item, file, addProblem));
  return {
    entries: parsed.flatMap(({ entry }) => entry ?? []),
    preconditions: parsed.flatMap(({ preconditions }) => preconditions ?? []),
    problems: problems.toSorted((left, right) => (left.at?.line ?? 0) - (right.at?.line ?? 0)),
  };
}

function findList(root: YamlNode, addProblem: ProblemSink): YamlList | undefined {
  const fix = 'begin the file with "databaseChangeLog:" and list the changesets under it';
  if (root.kind === 'nothing') return addProblem(root.line, 'the file is empty', fix);
  if (root.kind !== 'map')
    return addProblem(root.line, `expected "databaseChangeLog:", found ${describeNode(root)}`, fix);
  const entry = readFields(root, knownKeys(ROOT_KEYS), addProblem)?.get('databaseChangeLog');
  if (!entry) return undefined;
  const { value } = entry;
  if (value.kind === 'list') return value;
  const toList = 'list changesets under it: "- changeSet:"';
  if (value.kind === 'nothing')
    return addProblem(
      value.line,
      'the changelog is empty',
      `${toList}; an empty one is "databaseChangeLog: []"`,
    );
  return addProblem(value.line, `"databaseChangeLog" must be a list, not ${describeNode(value)}`, toList);
}

function parseItem(item: YamlNode, file: string, addProblem: ProblemSink): ParsedItem {
  if (item.kind !== 'map' || item.entries.length === 0) {
    const found = item.kind === 'map' ? 'an empty map' : describeNode(item);
    addProblem(item.line, `expected one of ${KINDS.join(', ')}, found ${found}`, 'write "- changeSet:"');
    return {};
  }
  const known = item.entries.filter((entry) => KINDS.includes(entry.key));
  const [first, second] = known;
  if (first?.value.kind === 'nothing' && item.entries.length > 1) {
    addProblem(first.line, `"${first.key}" has nothing under it`, 'indent what follows by two more spaces');
    return {};
  }
  for (const entry of item.entries) if (!known.includes(entry)) reportKind(entry, addProblem);
  if (second)
    addProblem(
      second.line,
      `"${second.key}" is in the entry of "${first?.key}"`,
      'begin a new entry with "- "',
    );
  return first ? parseEntry(first, file, addProblem) : {};
}

function parseEntry(entry: YamlEntry, file: string, reportFile: ProblemSink): ParsedItem {
  if (entry.key === 'changeSet') {
    const header = parseChangeset(entry, file, reportFile);
    return { entry: header && { kind: 'changeSet', header } };
  }
  const addProblem = addProblemAbout(reportFile, entry.key);
  if (entry.key === 'include') return { entry: parseInclude(entry, file, addProblem) };
  if (entry.key === 'includeAll') return { entry: parseIncludeAll(entry, file, addProblem) };
  return { preconditions: parsePreconditions(entry, file, reportFile) };
}

function reportKind(entry: YamlEntry, addProblem: ProblemSink): undefined {
  const meant = closest(entry.key, KINDS);
  const fix = meant === undefined ? `an entry is one of ${KINDS.join(', ')}` : didYouMean(meant);
  return addProblem(entry.line, `unknown entry "${entry.key}"`, fix);
}
