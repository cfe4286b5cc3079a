import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const src = join(root, 'src');

/** Room -> what it may import besides itself and errors.ts. A change of architecture is a change of this table. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // ideas: no I/O
  changelog: ['node:crypto', 'yaml'],
  backup: [],
  policy: ['changelog'],
  pipeline: ['changelog', 'policy', 'yaml', 're2js'],
  contracts: ['changelog', 'pipeline', 'policy', 'ajv', 'ajv/dist/2019.js'],
  report: ['policy', 'pipeline', 'changelog', 'node:crypto'],
  // technology: none imports another
  mysql: [
    ...[
      'changelog',
      'pipeline',
      'backup',
      'pipeline',
      'report',
      'mysql2/promise',
      'node:child_process',
      'node:crypto',
      'node:fs/promises',
    ],
    ...[
      'node:fs',
      'node:os',
      'node:path',
      'node:readline',
      'node:stream',
      'node:timers/promises',
      'node:tls',
      'node:util',
      'node:zlib',
    ],
  ],
  files: [
    ...['changelog', 'backup', 'pipeline', 'contracts', 'node:crypto', 'node:fs'],
    ...['node:fs/promises', 'node:path'],
    ...['node:buffer', 'node:stream', 'node:util', 'node:zlib'],
  ],
  github: [
    ...['report', 'changelog', 'policy', 'backup', '@actions/core', '@actions/artifact', '@actions/github'],
    ...['node:fs', 'node:fs/promises', 'node:path', 'node:stream/promises', 'node:timers/promises'],
  ],
  // The one that runs git, for what a pull request is compared with.
  git: ['changelog', 'node:child_process'],
  // start
  modes: [
    ...['changelog', 'backup', 'pipeline', 'contracts', 'policy', 'report', 'mysql', 'files', 'inputs.ts'],
    ...['node:crypto', 'node:fs', 'node:fs/promises', 'node:path', 'node:timers/promises'],
  ],
  'inputs.ts': [
    'changelog',
    'report',
    'mysql',
    'files',
    ...['input-reader.ts', 'input-table.ts', 'check-inputs.ts', 'unbuilt-inputs.ts'],
    'node:os',
    'node:path',
  ],
  'input-reader.ts': [
    ...['changelog', 'report', 'input-table.ts', 'check-inputs.ts', 'input-value.ts', 'node:path'],
  ],
  'check-inputs.ts': ['changelog', 'report', 'input-table.ts', 'input-value.ts', 'unbuilt-inputs.ts'],
  'input-value.ts': ['changelog', 'input-table.ts'],
  'unbuilt-inputs.ts': ['input-table.ts'],
  'input-table.ts': ['report'],
  'console-log.ts': ['report', 'inputs.ts'],
  'main.ts': [
    ...['modes', 'github', 'files', 'report', 'inputs.ts', 'input-reader.ts', 'console-log.ts'],
    ...['comment-request.ts', 'input-table.ts', 'run-services.ts', 'find-base.ts', 'publish-saved.ts'],
  ],
  'run-services.ts': ['comment-request.ts', 'github', 'input-reader.ts', 'modes'],
  'publish-saved.ts': ['github', 'report', 'input-reader.ts', 'comment-request.ts'],
  'find-base.ts': ['changelog', 'git', 'github'],
  'comment-request.ts': ['github', 'report', 'files', 'input-reader.ts'],
  'cli.ts': [
    ...['modes', 'github', 'report', 'inputs.ts', 'input-reader.ts', 'console-log.ts', 'node:fs/promises'],
    ...['flags.ts', 'help.ts', 'password.ts', 'scaffold-command.ts', 'terminal.ts'],
  ],
  'scaffold-command.ts': ['modes', 'report', 'console-log.ts', 'terminal.ts'],
  'flags.ts': ['changelog', 'input-table.ts', 'unbuilt-inputs.ts'],
  'help.ts': ['input-table.ts'],
  'password.ts': [
    'input-reader.ts',
    'console-log.ts',
    'terminal.ts',
    'node:fs/promises',
    'node:readline',
    'node:stream',
  ],
  'terminal.ts': [],
  'interrupt-signals.ts': ['modes', 'node:events'],
  'index.ts': [
    'main.ts',
    'interrupt-signals.ts',
    'cli.ts',
    'console-log.ts',
    'github',
    'report',
    'node:fs',
    'node:module',
    'node:os',
    'node:path',
    'node:v8',
  ],
  'post.ts': ['index.ts'],
  'errors.ts': [],
};

const IDEAS = ['changelog', 'backup', 'policy', 'report', 'pipeline', 'contracts'];
/** What an idea room must be given instead of taking it. */
const IMPURE =
  /\b(process\.|console\.|Date\.now|new Date\(\)|performance\.|Math\.random|randomBytes|randomUUID)/;

const IMPORTS =
  /(?:^|\s)(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|(?:^|[^.\w])import\s*\(\s*['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/gm;

interface SourceFile {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function roomOf(path: string): string {
  return relative(src, path).split('/')[0] ?? '';
}

const files: readonly SourceFile[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => {
    const path = join(src, name);
    const text = readFileSync(path, 'utf8');
    const imports = [...text.matchAll(IMPORTS)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
    return { path: name, room: roomOf(path), text, imports };
  });

/** A relative import is named by the room that it ends in, a package by its name. */
function importedRoom(file: SourceFile, specifier: string): string {
  return specifier.startsWith('.') ? roomOf(resolve(src, dirname(file.path), specifier)) : specifier;
}

describe('the one rule', () => {
  test.each(files.map((file) => [file.path, file] as const))(
    '%s imports only what its room may',
    (_, file) => {
      const allowed = MAY_IMPORT[file.room];
      expect(allowed).toBeDefined();
      const wrong = file.imports
        .map((specifier) => importedRoom(file, specifier))
        .filter((room) => room !== file.room && room !== 'errors.ts' && !allowed?.includes(room));
      expect(wrong).toEqual([]);
    },
  );

  test.each(files.filter(({ room }) => IDEAS.includes(room)).map((file) => [file.path, file] as const))(
    '%s takes no clock, chance, process or console',
    (_, file) => {
      const code = file.text.replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, '');
      expect(IMPURE.exec(code)?.[0]).toBeUndefined();
    },
  );

  test('only inputs.ts, index.ts and post.ts read the environment of the process', () => {
    const readers = files.filter(({ text }) => /process\.(env|argv)/.test(text)).map(({ path }) => path);
    expect(readers.filter((path) => !['index.ts', 'inputs.ts', 'post.ts'].includes(path))).toEqual([]);
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
});

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
