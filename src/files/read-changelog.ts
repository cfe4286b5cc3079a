import { existsSync } from 'node:fs';
import type { Changelog, Changeset, ChangesetHeader, SqlFile } from '../changelog/changeset.ts';
import { checkUniqueKeys } from '../changelog/parse/check-unique-keys.ts';
import { checksum } from '../sql/checksum.ts';
import { checkVisit, selectIncluded, type IncludeAll, type Visit } from '../changelog/parse/include.ts';
import { parseChangelogFile } from '../changelog/parse/parse.ts';
import { resolvePath } from '../yaml/path.ts';
import type { PreconditionEntry } from '../changelog/precondition.ts';
import { splitStatements } from '../sql/split/split.ts';
import type { Location, Problem } from '../errors.ts';
import { listFiles, type UnlistableFolder } from './list-files.ts';
import { readText, type UnreadableFile } from './read-text.ts';

/** Where changelog and SQL files are read from; paths are relative to the working directory. */
export interface ChangelogSource {
  readonly readText: (path: string) => string | UnreadableFile;
  /** All files under a folder, at any depth, without those that begin with a dot. */
  readonly listFiles: (folder: string) => readonly string[] | UnlistableFolder;
}

/** What the walk through the tree has found; grows in place, in the order in which changesets run. */
interface Walk {
  readonly source: ChangelogSource;
  readonly visited: Map<string, Visit>;
  readonly headers: ChangesetHeader[];
  readonly preconditions: PreconditionEntry[];
  readonly problems: Problem[];
}

/**
 * Reads the whole changelog tree, every SQL file included, and gives all problems of all files at once, by file in the
 * order of the tree and by line. Where there are problems, the changesets are not all there.
 */
export async function readChangelog(
  workingDirectory: string,
  changelogFile: string,
): Promise<{ readonly changelog: Changelog; readonly problems: readonly Problem[] }> {
  if (!existsSync(workingDirectory)) {
    const changelog = { file: changelogFile, preconditions: [], changesets: [] };
    return { changelog, problems: [describeNoWorkingDirectory(workingDirectory)] };
  }
  const source: ChangelogSource = {
    readText: (path) => readText(workingDirectory, path),
    listFiles: (folder) => listFiles(workingDirectory, folder),
  };
  return readChangelogFrom(source, changelogFile);
}

/** The same from anywhere. */
export function readChangelogFrom(
  source: ChangelogSource,
  changelogFile: string,
): { readonly changelog: Changelog; readonly problems: readonly Problem[] } {
  const path = resolvePath(changelogFile);
  const file = typeof path === 'string' ? path : changelogFile;
  const walk: Walk = { source, visited: new Map(), headers: [], preconditions: [], problems: [] };
  visit(walk, { file, at: undefined }, []);
  walk.problems.push(...checkUniqueKeys(walk.headers));
  const changesets = readChangesets(walk);
  return { changelog: { file, preconditions: walk.preconditions, changesets }, problems: inFileOrder(walk) };
}

/** Reads one changelog file and, where they stand in it, the files that it includes. */
function visit(walk: Walk, here: Visit, chain: readonly Visit[]): void {
  const obstacle = checkVisit(here, chain, walk.visited);
  if (obstacle) {
    walk.problems.push(obstacle);
    return;
  }
  walk.visited.set(here.file, here);
  const text = walk.source.readText(here.file);
  if (typeof text !== 'string') {
    walk.problems.push(describeUnreadable(text, here.file, here.at));
    return;
  }
  const { entries, preconditions, problems } = parseChangelogFile(text, here.file);
  walk.problems.push(...problems);
  walk.preconditions.push(...preconditions);
  for (const entry of entries) {
    if (entry.kind === 'changeSet') walk.headers.push(entry.header);
    else if (entry.kind === 'include') visit(walk, entry, [...chain, here]);
    else for (const file of expand(walk, entry)) visit(walk, { file, at: entry.at }, [...chain, here]);
  }
}

function expand(walk: Walk, include: IncludeAll): readonly string[] {
  const { folder, endsWithFilter, at } = include;
  const listed = walk.source.listFiles(folder);
  const refuse = (message: string, fix: string): readonly string[] => {
    walk.problems.push({ code: 'invalid-changelog', message: `includeAll: ${message}`, at, fix });
    return [];
  };
  if ('message' in listed) return refuse(listed.message, listed.fix);
  const files = selectIncluded(listed, endsWithFilter);
  const ending = endsWithFilter ?? '.yml or .yaml';
  if (files.length > 0) return files;
  return refuse(`no file under ${folder} ends in ${ending}`, 'add a changelog there, or remove the entry');
}

/** Reads each SQL file once, however many changesets name it. */
function readChangesets(walk: Walk): readonly Changeset[] {
  const known = new Map<string, SqlFile | UnreadableFile>();
  return walk.headers.flatMap((header) => {
    const path = header.sqlFile;
    const sql = known.get(path) ?? readSqlFile(walk, path);
    const isKnown = known.has(path);
    known.set(path, sql);
    if ('checksum' in sql) return [{ ...header, sql }];
    const message = `changeSet ${header.id}: ${sql.message}`;
    if (!isKnown || sql.line === undefined) {
      walk.problems.push(describeUnreadable({ ...sql, message }, path, header.sqlFileAt));
    }
    return [];
  });
}

function readSqlFile(walk: Walk, path: string): SqlFile | UnreadableFile {
  const text = walk.source.readText(path);
  if (typeof text !== 'string') return text;
  const { statements, problems } = splitStatements(text, path);
  walk.problems.push(...problems);
  return { path, statements, checksum: checksum(statements) };
}

function describeUnreadable(file: UnreadableFile, path: string, namedAt: Location | undefined): Problem {
  const { code, message, fix, line } = file;
  const at = line === undefined ? namedAt : { file: path, line };
  return at === undefined ? { code, message, fix } : { code, message, fix, at };
}

function describeNoWorkingDirectory(folder: string): Problem {
  return {
    code: 'invalid-input',
    message: `the working directory ${folder} does not exist`,
    fix: 'check the input working-directory',
  };
}

/** Changelog files as they are met, then SQL files as changesets name them; within a file by line. */
function inFileOrder(walk: Walk): readonly Problem[] {
  const files = new Set([...walk.visited.keys(), ...walk.headers.map(({ sqlFile }) => sqlFile)]);
  const ranks = new Map([...files].map((file, index) => [file, index]));
  const rank = ({ at }: Problem): number => (at === undefined ? -1 : (ranks.get(at.file) ?? files.size));
  const line = ({ at }: Problem): number => at?.line ?? 0;
  return walk.problems.toSorted((left, right) => rank(left) - rank(right) || line(left) - line(right));
}
