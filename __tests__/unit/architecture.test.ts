import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const src = join(root, 'src');

/**
 * Folder -> what it may import besides itself and errors.ts, types included. A change of architecture is a change of this
 * table. Within an area a folder stands below those that it imports.
 */
const MAY_IMPORT: Readonly<Record<string, string>> = {
  sql: 'node:crypto',
  'sql/read': 'sql',
  'sql/split': 'sql',
  yaml: '',
  'changelog/write': 'yaml',
  changelog: 'sql sql/read',
  'changelog/parse': 'changelog sql sql/read sql/split yaml',
  'changelog/plan': 'changelog sql sql/read node:crypto',
  'policy/reading': 'changelog sql sql/read sql/split',
  policy: 'changelog policy/reading sql yaml',
  'policy/alter': 'policy/reading',
  'policy/rules': 'policy policy/alter policy/reading sql',
  contracts: '',
  'contracts/odcs': 'contracts yaml ajv ajv/dist/2019.js',
  'contracts/rows': 'contracts pipeline/manifest pipeline/rows yaml',
  'contracts/checks': 'contracts contracts/rows pipeline/checks pipeline/manifest yaml',
  'contracts/breaking': 'contracts contracts/checks contracts/rows pipeline/manifest policy',
  'contracts/enforce': 'contracts contracts/checks contracts/rows pipeline/manifest yaml',
  'pipeline/manifest': 'changelog sql yaml re2js',
  pipeline: 'changelog pipeline/manifest policy/reading sql sql/read',
  'pipeline/checks': 'pipeline/manifest sql sql/read sql/split yaml',
  'pipeline/rows': 'pipeline/manifest yaml',
  'pipeline/plain': 'pipeline/manifest pipeline/rows',
  'pipeline/scaffold': 'pipeline/manifest pipeline/rows',
  backup: '',
  wording: '',
  redaction: 'sql wording',
  report: 'changelog changelog/plan pipeline policy redaction wording',
  'report/markdown': 'report wording',
  'report/schema': 'changelog changelog/plan pipeline pipeline/manifest policy report wording',
  'report/comment': 'changelog policy report report/markdown wording node:crypto',
  'report/summary': 'pipeline policy report report/markdown wording',
  'report/text': 'changelog/plan pipeline policy report report/summary wording',
  log: 'redaction report wording',
  'mysql/session': 'log sql mysql2/promise node:crypto node:fs/promises node:timers/promises',
  'mysql/binlog': 'backup mysql/session sql mysql2/promise node:timers/promises node:zlib',
  'mysql/dump-text': 'backup mysql/session sql node:stream',
  'mysql/staging': 'mysql/session pipeline pipeline/manifest pipeline/rows mysql2/promise',
  'mysql/definitions': 'backup mysql/dump-text mysql/session sql node:crypto',
  'mysql/exact': 'backup mysql/dump-text mysql/session mysql2/promise node:timers/promises node:zlib',
  'mysql/tracking': 'backup changelog log mysql/binlog mysql/session sql',
  'mysql/lock': 'log mysql/session mysql/tracking node:crypto node:timers/promises',
  'mysql/privileges': 'changelog/plan mysql/session mysql/tracking sql sql/read',
  'mysql/since-backup': 'backup mysql/binlog mysql/definitions mysql/session sql',
  'mysql/doubt': 'changelog mysql/binlog mysql/definitions mysql/privileges mysql/session sql sql/read',
  'mysql/dump':
    'backup mysql/binlog mysql/definitions mysql/dump-text mysql/exact mysql/privileges mysql/session node:child_process node:crypto node:fs node:fs/promises node:path node:stream node:tls node:util',
  'mysql/pipeline':
    'changelog mysql/lock mysql/session mysql/tracking pipeline pipeline/checks pipeline/manifest sql sql/read mysql2/promise',
  'mysql/replay': 'mysql/binlog mysql/definitions mysql/session mysql/since-backup',
  'mysql/script':
    'changelog/plan mysql/lock mysql/session mysql/tracking sql sql/read sql/split mysql2/promise',
  'mysql/apply':
    'changelog log mysql/binlog mysql/definitions mysql/doubt mysql/lock mysql/session mysql/tracking redaction report sql sql/read mysql2/promise node:timers/promises',
  'mysql/guarantee':
    'backup mysql/definitions mysql/dump mysql/privileges mysql/session mysql/since-backup report sql',
  'mysql/ingest':
    'log mysql/pipeline mysql/session mysql/staging pipeline pipeline/manifest pipeline/plain pipeline/rows mysql2/promise node:stream node:timers/promises',
  'mysql/load':
    'backup mysql/definitions mysql/dump mysql/dump-text mysql/exact mysql/lock mysql/privileges mysql/session node:stream',
  'mysql/swap':
    'backup log mysql/binlog mysql/definitions mysql/load mysql/lock mysql/session mysql/tracking node:timers/promises',
  'mysql/rehearse': 'backup mysql/load mysql/session mysql/swap node:stream',
  'mysql/restore':
    'backup log mysql/binlog mysql/definitions mysql/exact mysql/guarantee mysql/load mysql/replay mysql/session mysql/since-backup mysql/swap mysql/tracking node:stream node:timers/promises',
  'files/backup': 'backup node:crypto node:fs/promises node:path node:stream node:util node:zlib',
  files:
    'changelog changelog/parse contracts contracts/enforce contracts/odcs pipeline pipeline/checks pipeline/manifest sql sql/split yaml node:crypto node:fs node:path',
  'files/csv':
    'files pipeline/manifest pipeline/plain pipeline/rows pipeline/scaffold yaml node:buffer node:crypto node:fs node:stream node:zlib',
  git: 'changelog node:child_process',
  'github/artifact': 'backup @actions/artifact node:fs node:fs/promises node:path node:stream/promises',
  github:
    'changelog redaction report report/schema report/summary @actions/core @actions/github node:fs node:fs/promises node:path node:timers/promises',
  'github/comment': 'github report report/comment',
  'modes/scaffold': 'files files/csv pipeline/scaffold report node:fs node:path',
  'modes/grants':
    'inputs mysql/definitions mysql/dump mysql/guarantee mysql/load mysql/privileges mysql/session report',
  'modes/run':
    'backup changelog files/backup inputs log mysql/exact mysql/lock mysql/pipeline mysql/privileges mysql/session mysql/tracking report node:crypto',
  'modes/comment': 'files inputs modes/run report report/schema',
  'modes/first-day': 'changelog/write files modes/grants node:fs node:path node:path/posix',
  'modes/backup':
    'backup files/backup inputs modes/run mysql/definitions mysql/dump mysql/exact mysql/rehearse mysql/restore mysql/session mysql/tracking report node:timers/promises',
  'modes/restore':
    'backup files/backup inputs log modes/backup modes/run mysql/binlog mysql/exact mysql/guarantee mysql/load mysql/lock mysql/replay mysql/restore mysql/session mysql/since-backup mysql/swap mysql/tracking report',
  'modes/plan':
    'changelog changelog/plan files inputs log modes/restore modes/run mysql/definitions mysql/doubt mysql/guarantee mysql/lock mysql/privileges mysql/restore mysql/session mysql/tracking policy policy/rules report sql sql/read',
  'modes/pipeline':
    'changelog files files/csv inputs log modes/plan modes/run mysql/ingest mysql/lock mysql/pipeline mysql/privileges mysql/session mysql/tracking pipeline pipeline/manifest pipeline/rows report report/summary sql node:timers/promises',
  'modes/read':
    'changelog changelog/plan inputs log modes/plan modes/run mysql/apply mysql/script report node:fs/promises node:path',
  'modes/recover':
    'backup changelog inputs log modes/backup modes/plan modes/restore modes/run mysql/lock mysql/privileges mysql/restore mysql/session mysql/swap mysql/tracking report node:timers/promises',
  'modes/validate':
    'changelog changelog/plan contracts/breaking files inputs modes/plan modes/run policy policy/rules redaction report',
  'modes/rollback':
    'inputs log modes/backup modes/plan modes/recover modes/restore modes/run mysql/privileges mysql/restore mysql/session mysql/tracking report',
  'modes/update':
    'changelog changelog/plan files/backup inputs log modes/backup modes/plan modes/recover modes/restore modes/run mysql/apply mysql/binlog mysql/doubt mysql/lock mysql/privileges mysql/session mysql/tracking report sql/read',
  modes:
    'inputs log modes/comment modes/pipeline modes/read modes/recover modes/rollback modes/run modes/update modes/validate mysql/tracking report',
  inputs:
    'changelog changelog/parse changelog/plan files mysql/dump mysql/session report yaml node:os node:path',
  terminal:
    'git github inputs log modes modes/first-day modes/grants modes/run modes/scaffold redaction report report/schema report/text wording yaml node:fs/promises node:readline node:readline/promises node:stream',
  action:
    'changelog files git github github/artifact github/comment inputs log modes modes/run redaction report report/comment report/text terminal node:events',
  'errors.ts': '',
  'index.ts': 'action github redaction terminal node:fs node:module node:os node:path node:v8',
  'post.ts': 'index.ts',
};

/** Areas named after an idea: they do no I/O. */
const IDEAS = [
  ...['sql', 'yaml', 'changelog', 'policy', 'contracts', 'pipeline', 'backup'],
  ...['wording', 'redaction', 'report', 'log'],
];
/** Areas named after a technology: none imports another. */
const TECHNOLOGIES = ['mysql', 'files', 'git', 'github'];
/** What an idea may take from outside: libraries that compute and parse. */
const PURE_PACKAGES = ['node:crypto', 'yaml', 're2js', 'ajv', 'ajv/dist/2019.js'];
/** Lists of one kind of thing, which may be as long as they are. */
const LISTS = ['policy/rules', 'policy/reading'];
const MOST_FILES = 16;

/** What an idea room must be given instead of taking it. */
const IMPURE =
  /\b(process\.|console\.|Date\.now|new Date\(\)|performance\.|Math\.random|randomBytes|randomUUID)/;

const IMPORTS =
  /(?:^|\s)(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|(?:^|[^.\w])import\s*\(\s*['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/gm;

interface SourceFile {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly imports: readonly string[];
}

/** A file that lies directly in `src` is a folder of its own. */
function folderOf(path: string): string {
  const name = relative(src, path);
  return name.includes('/') ? dirname(name) : name;
}

function areaOf(folder: string): string {
  return folder.split('/')[0]!;
}

const files: readonly SourceFile[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => {
    const path = join(src, name);
    const text = readFileSync(path, 'utf8');
    const imports = [...text.matchAll(IMPORTS)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
    return { path: name, folder: folderOf(path), text, imports };
  });

const folders = [...new Set(files.map(({ folder }) => folder))].toSorted();

/** A relative import is named by the folder that it ends in, a package by its name. */
function importedFolder(file: SourceFile, specifier: string): string {
  return specifier.startsWith('.') ? folderOf(resolve(src, dirname(file.path), specifier)) : specifier;
}

function allowedFor(folder: string): readonly string[] {
  return (MAY_IMPORT[folder] ?? '').split(' ').filter((name) => name !== '');
}

describe('the one rule', () => {
  test.each(files.map((file) => [file.path, file] as const))(
    '%s imports only what its folder may',
    (_, file) => {
      expect(MAY_IMPORT).toHaveProperty([file.folder]);
      const allowed = allowedFor(file.folder);
      const wrong = file.imports
        .map((specifier) => importedFolder(file, specifier))
        .filter((folder) => folder !== file.folder && folder !== 'errors.ts' && !allowed.includes(folder));
      expect(wrong).toEqual([]);
    },
  );

  test('the table says nothing that is not so', () => {
    const used = (folder: string): ReadonlySet<string> =>
      new Set(
        files
          .filter((file) => file.folder === folder)
          .flatMap((file) => file.imports.map((specifier) => importedFolder(file, specifier))),
      );
    const unused = Object.keys(MAY_IMPORT).flatMap((folder) =>
      allowedFor(folder)
        .filter((name) => !used(folder).has(name))
        .map((name) => `${folder} -> ${name}`),
    );
    expect(unused).toEqual([]);
    expect(Object.keys(MAY_IMPORT).toSorted()).toEqual(folders);
  });

  test('no two folders import each other, not even by a detour or for a type', () => {
    const graph = new Map(folders.map((folder) => [folder, allowedFor(folder)]));
    expect(findCycle(graph)).toBeUndefined();
  });

  test('an idea imports ideas alone, and a technology no other technology', () => {
    const wrong = folders.flatMap((folder) =>
      allowedFor(folder)
        .filter((name) => !mayTouch(areaOf(folder), name))
        .map((name) => `${folder} -> ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test.each(
    files.filter(({ folder }) => IDEAS.includes(areaOf(folder))).map((file) => [file.path, file] as const),
  )('%s takes no clock, chance, process or console', (_, file) => {
    const code = file.text.replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, '');
    expect(IMPURE.exec(code)?.[0]).toBeUndefined();
  });

  test('no folder holds more than a reader takes in at once', () => {
    const crowded = folders.filter(
      (folder) =>
        !LISTS.includes(folder) && files.filter((file) => file.folder === folder).length > MOST_FILES,
    );
    expect(crowded).toEqual([]);
  });

  test('only inputs.ts, index.ts and post.ts read the environment of the process', () => {
    const readers = files.filter(({ text }) => /process\.(env|argv)/.test(text)).map(({ path }) => path);
    expect(readers.filter((path) => !['index.ts', 'inputs/inputs.ts', 'post.ts'].includes(path))).toEqual([]);
  });

  test('no file imports itself by a detour', () => {
    const graph = new Map(
      files.map((file) => [
        file.path,
        file.imports
          // Types are gone at run time; a cycle of them loads nothing twice.
          .filter((specifier) => specifier.startsWith('.') && !isTypeOnly(file, specifier))
          .map((specifier) => relative(src, resolve(src, dirname(file.path), specifier))),
      ]),
    );
    expect(findCycle(graph)).toBeUndefined();
  });

  test('the finder of cycles finds one', () => {
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['a']],
        ]),
      ),
    ).toEqual(['a', 'b', 'c', 'a']);
  });

  test('the map in src/README.md names every area', () => {
    const map = readFileSync(join(src, 'README.md'), 'utf8');
    const missing = [...new Set(folders.map(areaOf))].filter(
      (area) => !map.includes(`${area}${area.endsWith('.ts') ? '' : '/'}`),
    );
    expect(missing).toEqual([]);
  });
});

function mayTouch(area: string, name: string): boolean {
  const isFolder = name in MAY_IMPORT;
  if (IDEAS.includes(area)) return isFolder ? IDEAS.includes(areaOf(name)) : PURE_PACKAGES.includes(name);
  if (!TECHNOLOGIES.includes(area) || !isFolder) return true;
  return areaOf(name) === area || IDEAS.includes(areaOf(name));
}

function isTypeOnly(file: SourceFile, specifier: string): boolean {
  const quoted = specifier.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`import type [^;]*from '${quoted}'`).test(file.text);
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const finished = new Set<string>();
  const visit = (node: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (finished.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle) return cycle;
    }
    finished.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}
