import { formatLocation, type Location, type Problem } from '../../errors.ts';
import type { ProblemSink } from '../../yaml/problem-sink.ts';
import { comparePaths, folderOf, resolvePath } from '../../yaml/path.ts';
import { MAX_LENGTH, readBoolean, readFields, readName, type Fields } from '../../yaml/yaml-fields.ts';
import { knownKeys } from '../../yaml/documented-key.ts';
import { INCLUDE_ALL_KEYS, INCLUDE_KEYS } from './changelog-keys.ts';
import type { YamlEntry } from '../../yaml/yaml-node.ts';

/** One more changelog file, in this place. */
export interface Include {
  readonly kind: 'include';
  /** Relative to the working directory. */
  readonly file: string;
  readonly at: Location;
}

/** The changelog files of a folder and of the folders in it, in this place, ordered by their paths. */
export interface IncludeAll {
  readonly kind: 'includeAll';
  /** Relative to the working directory, `.` for itself. */
  readonly folder: string;
  readonly endsWithFilter: string | undefined;
  readonly at: Location;
}

/** A file of the tree and where it was asked for; the root is asked for nowhere. */
export interface Visit {
  readonly file: string;
  readonly at: Location | undefined;
}

/** Parses `include: { file: teams/billing.yml, relativeToChangelogFile: true }`. */
export function parseInclude(entry: YamlEntry, file: string, addProblem: ProblemSink): Include | undefined {
  const fields = readFields(entry.value, knownKeys(INCLUDE_KEYS), addProblem);
  const path = fields && readPath(fields, 'file', file, addProblem);
  return path === undefined ? undefined : { kind: 'include', file: path, at: { file, line: entry.line } };
}

/** Parses `includeAll: { path: changelog/teams, endsWithFilter: .yml }`. */
export function parseIncludeAll(
  entry: YamlEntry,
  file: string,
  addProblem: ProblemSink,
): IncludeAll | undefined {
  const fields = readFields(entry.value, knownKeys(INCLUDE_ALL_KEYS), addProblem);
  if (!fields) return undefined;
  const folder = readPath(fields, 'path', file, addProblem);
  const endsWithFilter = readName(fields.get('endsWithFilter'), addProblem);
  const at = { file, line: entry.line };
  return folder === undefined ? undefined : { kind: 'includeAll', folder, endsWithFilter, at };
}

function readPath(fields: Fields, key: string, file: string, addProblem: ProblemSink): string | undefined {
  const entry = fields.get(key);
  const written = readName(entry, addProblem);
  const isRelative = readBoolean(fields.get('relativeToChangelogFile'), addProblem) ?? false;
  if (entry === undefined || written === undefined) return undefined;
  const path = resolvePath(written, isRelative ? folderOf(file) : '.');
  return typeof path === 'string' ? path : addProblem(entry.value.line, path.message, path.fix);
}

/** Which of the files under a folder `includeAll` takes, in order. Without a filter: `.yml` and `.yaml`. */
export function selectIncluded(
  files: readonly string[],
  endsWithFilter: string | undefined,
): readonly string[] {
  const endings = endsWithFilter === undefined ? ['.yml', '.yaml'] : [endsWithFilter.toLowerCase()];
  return files
    .filter((file) => endings.some((ending) => file.toLowerCase().endsWith(ending)))
    .toSorted(comparePaths);
}

/** Refuses a file that includes itself, shown with its chain, one that is in the tree already, and one with too long a path. */
export function checkVisit(
  visit: Visit,
  chain: readonly Visit[],
  visited: ReadonlyMap<string, Visit>,
): Problem | undefined {
  const { file, at } = visit;
  if (file.length > MAX_LENGTH) {
    const message = `${file} has a path of more than ${MAX_LENGTH} characters`;
    return toProblem(message, 'shorten it: the history has no room', at);
  }
  if (at === undefined) return undefined;
  const start = chain.findIndex((link) => link.file === file);
  if (start >= 0) {
    const links = [...chain.slice(start + 1).map((link) => link.at), at].flatMap((place) => place ?? []);
    const message = `${file} includes itself: ${[...links.map(formatLocation), file].join(' → ')}`;
    return toProblem(message, 'remove the include that closes the circle', at);
  }
  const earlier = visited.get(file);
  if (earlier === undefined) return undefined;
  const where = earlier.at ? `first at ${formatLocation(earlier.at)}` : 'it is the root';
  const message = `${file} is included twice, ${where}`;
  return toProblem(message, 'include it once, where its changesets shall run', at);
}

function toProblem(message: string, fix: string, at: Location | undefined): Problem {
  return at === undefined
    ? { code: 'invalid-changelog', message, fix }
    : { code: 'invalid-changelog', message, fix, at };
}
