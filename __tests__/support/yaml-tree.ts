import { parseYaml } from '../../src/yaml/parse-yaml.ts';
import type { YamlNode } from '../../src/yaml/yaml-node.ts';
import { pick, type Random } from './random.ts';

/** The tree of a text that is YAML. */
export function toTree(text: string): YamlNode {
  const { root, problems } = parseYaml(text, 'tree.yml');
  if (!root) throw new Error(problems.map(({ message }) => message).join('; '));
  return root;
}

/** A small change somewhere: a key dropped or renamed, a value of another type, a word that is not known. */
export function mutate(random: Random, root: YamlNode, words: readonly string[]): YamlNode {
  const target = pick(random, nodesOf(root));
  const change = (node: YamlNode): YamlNode => {
    if (node === target) return changed(random, node, words);
    if (node.kind === 'list') return { ...node, items: node.items.map(change) };
    if (node.kind !== 'map') return node;
    return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: change(entry.value) })) };
  };
  return change(root);
}

function nodesOf(node: YamlNode): readonly YamlNode[] {
  if (node.kind === 'list') return [node, ...node.items.flatMap(nodesOf)];
  if (node.kind === 'map') return [node, ...node.entries.flatMap(({ value }) => nodesOf(value))];
  return [node];
}

const OTHER_VALUES = [
  ...['word', '5', '-1', '1.5', '007', 'true', 'FALSE', 'yes', '~', '""', '" "', '"5"', '"True"', '"a: b"'],
  ...[
    '[]',
    '{}',
    '[a]',
    '[a, ~]',
    '[[a]]',
    '[5, true]',
    '{ a: b }',
    '"a,b"',
    '"a,,b"',
    '"a\\nb"',
    'Low',
    'skip',
  ],
  ...[
    'STRING',
    '"decimal(5, 2)"',
    '"int  unsigned"',
    '/abs.sql',
    '"a\\\\b"',
    '10%',
    '101%',
    '30m',
    '";"',
    '"\\t"',
  ],
].map(toTree);

function changed(random: Random, node: YamlNode, words: readonly string[]): YamlNode {
  const isWhole = random() < 0.6;
  if (node.kind === 'map' && node.entries.length > 0 && isWhole) {
    const victim = pick(random, node.entries);
    if (random() < 0.4) return { ...node, entries: node.entries.filter((entry) => entry !== victim) };
    const key = newKey(random, victim.key, words);
    if (random() < 0.3) return { ...node, entries: [...node.entries, { ...victim, key }] };
    return { ...node, entries: node.entries.map((entry) => (entry === victim ? { ...entry, key } : entry)) };
  }
  if (node.kind === 'list' && node.items.length > 0 && isWhole) {
    const victim = pick(random, node.items);
    return random() < 0.5
      ? { ...node, items: node.items.filter((item) => item !== victim) }
      : { ...node, items: [...node.items, pick(random, OTHER_VALUES)] };
  }
  return random() < 0.2 ? { kind: 'scalar', text: pick(random, words), line: 1 } : pick(random, OTHER_VALUES);
}

function newKey(random: Random, key: string, words: readonly string[]): string {
  return pick(random, [`${key}s`, key.toUpperCase(), key.slice(1), pick(random, words), pick(random, words)]);
}
