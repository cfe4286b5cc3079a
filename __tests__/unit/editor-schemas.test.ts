import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseYaml } from '../../src/yaml/parse-yaml.ts';
import type { YamlNode } from '../../src/yaml/yaml-node.ts';
import {
  badExamples,
  judge,
  keysOf,
  toYaml,
  UNSEEN_KINDS,
  type FileKind,
  type Judgement,
} from '../support/editor-schema.ts';
import { EVERY_KEY } from '../support/every-key.ts';
import { seededRandom } from '../support/random.ts';
import { piecesOf } from '../support/yaml-pieces.ts';
import { mutate, toTree } from '../support/yaml-tree.ts';

const repository = join(import.meta.dirname, '../..');
const FOLDERS = [
  ['changelog', '__tests__/cases/changelogs'],
  ['changelog', 'changelog'],
  ['pipeline', '__tests__/cases/manifests'],
  ['pipeline', 'data'],
] as const;

const files = FOLDERS.flatMap(([kind, folder]) =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => ({ kind, name: `${folder}/${name}`, text: read(`${folder}/${name}`) })),
);
const SOURCES: Readonly<Record<FileKind, readonly YamlNode[]>> = {
  changelog: [read('changelog/changelog.yml'), EVERY_KEY.changelog].map(toTree),
  pipeline: [read('data/pipeline.yml'), read('__tests__/cases/manifests/shop.yml'), EVERY_KEY.pipeline].map(
    toTree,
  ),
};
const MUTATIONS = Number(process.env['MUTATIONS'] ?? 500);
const met = new Set<string>();

/** True if both accept a text or both refuse it; what no schema can see it has to let pass. */
function isAgreed({ unseen, shape, schema }: Judgement, kind: FileKind): boolean {
  for (const one of unseen) met.add(`${kind}: ${one}`);
  return shape.length > 0 === schema.length > 0;
}

/** Nothing where it is no YAML. */
function withText(kind: FileKind, text: string): readonly (Judgement & { readonly text: string })[] {
  const judgement = judge(kind, text);
  return judgement ? [{ text, ...judgement }] : [];
}

function read(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}

describe('the schema for editors and the parser agree', () => {
  test.each(files)('on $name and on each piece of it', ({ kind, text }) => {
    const { root } = parseYaml(text, 'file.yml');
    const texts = [text, ...(root ? piecesOf(kind, root) : []).map(toYaml)];
    const judged = texts.flatMap((one) => withText(kind, one));
    expect(judged.filter((one) => !isAgreed(one, kind))).toEqual([]);
  });

  test.each(['changelog', 'pipeline'] as const)('that a %s with every key is valid', (kind) => {
    for (const source of SOURCES[kind]) {
      expect(judge(kind, toYaml(source))).toEqual({ unseen: [], shape: [], schema: [] });
    }
  });

  test.each(['changelog', 'pipeline'] as const)(
    'on every key of a %s, its example and its default',
    (kind) => {
      expect(badExamples(kind)).toEqual([]);
      const written = new Set(wordsOf(toTree(EVERY_KEY[kind])));
      expect(keysOf(kind).filter((key) => !written.has(key))).toEqual([]);
    },
  );

  test.each(['changelog', 'pipeline'] as const)('on small mutations of a valid %s', (kind) => {
    const words = [...new Set(SOURCES[kind].flatMap(wordsOf))];
    const judged = Array.from({ length: MUTATIONS }, (_, seed) => {
      const random = seededRandom(seed);
      let tree = SOURCES[kind][seed % SOURCES[kind].length]!;
      for (let left = random() < 0.8 ? 1 : 2; left > 0; left -= 1) tree = mutate(random, tree, words);
      return withText(kind, toYaml(tree));
    }).flat();
    expect(judged.filter((one) => !isAgreed(one, kind)).slice(0, 8)).toEqual([]);
    const valid = judged.filter(({ shape }) => shape.length === 0).length;
    expect(Math.min(valid, judged.length - valid)).toBeGreaterThan(MUTATIONS / 8);
  });

  test('and each kind that no schema can see was met', () => {
    const kinds = (['changelog', 'pipeline'] as const).flatMap((kind) =>
      Object.keys(UNSEEN_KINDS[kind]).map((unseen) => `${kind}: ${unseen}`),
    );
    expect([...met].toSorted()).toEqual(kinds.toSorted());
  });
});

function wordsOf(node: YamlNode): readonly string[] {
  if (node.kind === 'map') return node.entries.flatMap(({ key, value }) => [key, ...wordsOf(value)]);
  return node.kind === 'list' ? node.items.flatMap(wordsOf) : [];
}
