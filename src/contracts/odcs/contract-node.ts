import type { YamlEntry, YamlNode } from '../../yaml/yaml-node.ts';
import type { Located } from '../contract.ts';

/** The entry of a map, where it is one and has it. */
export function entryOf(node: YamlNode | undefined, key: string): YamlEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** A text as it is written. */
export function textOf(entry: YamlEntry | undefined): string | undefined {
  return entry?.value.kind === 'scalar' ? entry.value.text : undefined;
}

/** The items of a list under a key; none where there is no such list. */
export function itemsOf(node: YamlNode | undefined, key: string): readonly YamlNode[] {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'list' ? value.items : [];
}

/** A text with the line of its key. */
export function locatedText(entry: YamlEntry | undefined): Located<string> | undefined {
  const value = textOf(entry);
  return entry && value !== undefined ? { value, line: entry.line } : undefined;
}
