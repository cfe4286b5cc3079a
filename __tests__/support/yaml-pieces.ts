import type { YamlEntry, YamlNode } from '../../src/yaml/yaml-node.ts';
import { toTree } from './yaml-tree.ts';
import type { FileKind } from './editor-schema.ts';

const BASES = {
  changelog: toTree('{ id: "1", author: me, sqlFile: a.sql }'),
  pipeline: toTree('{ name: a, files: a.csv, table: t, key: id, contract: a.yml }'),
};

/**
 * Takes a file apart, so that one fault does not hide another: every entry of its list alone, and every value of a
 * changeset, a dataset, a column or a precondition alone in one that is valid otherwise.
 */
export function piecesOf(kind: FileKind, root: YamlNode): readonly YamlNode[] {
  if (root.kind !== 'map') return [];
  const listed = kind === 'changelog' ? 'databaseChangeLog' : 'datasets';
  const valid = map(entry(listed, list(itemOf(kind, BASES[kind]))));
  const items = root.entries.flatMap(({ key, value }) =>
    key === listed && value.kind === 'list' ? value.items : [],
  );
  return [
    ...root.entries.map((one) => (kind === 'changelog' ? map(one) : withEntry(valid, one))),
    ...items.flatMap((item) => [item, ...valuesOf(kind, item)]).map((item) => map(entry(listed, list(item)))),
    ...root.entries.flatMap((one) => checksOf(one)).map((check) => withEntry(valid, check)),
  ];
}

function valuesOf(kind: FileKind, item: YamlNode): readonly YamlNode[] {
  const inner =
    kind === 'changelog' && item.kind === 'map'
      ? (item.entries.find(({ key }) => key === 'changeSet')?.value ?? map(...item.entries))
      : item;
  if (inner.kind !== 'map') return [];
  return inner.entries
    .flatMap((one) => [one, ...partsOf(one)])
    .map((one) => itemOf(kind, withEntry(BASES[kind], one)));
}

/** Each precondition and each column alone. */
function partsOf({ key, value }: YamlEntry): readonly YamlEntry[] {
  if (key === 'preconditions' && value.kind === 'list') {
    return value.items.map((item) => entry(key, list(item)));
  }
  if (key !== 'columns' || value.kind !== 'map') return [];
  return value.entries.map((column) => entry(key, map(column)));
}

function checksOf({ key, value }: YamlEntry): readonly YamlEntry[] {
  if (key !== 'checks' || value.kind !== 'map') return [];
  const checks = value.entries.flatMap(({ value: inner }) => (inner.kind === 'list' ? inner.items : []));
  return checks.map((check) => entry(key, map(entry('builtin', list(check)))));
}

function itemOf(kind: FileKind, node: YamlNode): YamlNode {
  return kind === 'changelog' ? map(entry('changeSet', node)) : node;
}

/** A map with one key more, or with another value of it; columns and contract exclude one another. */
export function withEntry(base: YamlNode, added: YamlEntry): YamlNode {
  const entries = base.kind === 'map' ? base.entries : [];
  const gone = added.key === 'columns' ? 'contract' : added.key;
  return map(...entries.filter(({ key }) => key !== added.key && key !== gone), added);
}

function map(...entries: readonly YamlEntry[]): YamlNode {
  return { kind: 'map', entries, line: 1 };
}

function list(...items: readonly YamlNode[]): YamlNode {
  return { kind: 'list', items, line: 1 };
}

function entry(key: string, value: YamlNode): YamlEntry {
  return { key, value, line: 1 };
}
