import type { YamlEntry, YamlNode } from '../../yaml/yaml-node.ts';
import type { Contract, ContractProperty, ContractTable, Located, SlaProperty } from '../contract.ts';
import { entryOf, itemsOf, locatedText, textOf } from './contract-node.ts';
import { isSensitive } from './is-sensitive.ts';
import { parseQuality } from './parse-quality.ts';

/**
 * Reads what a contract promises from a file that follows the standard; of one that does not, as a base may, as much as
 * can be read.
 */
export function parseContract(root: YamlNode, file: string): Contract {
  return {
    file,
    id: textOf(entryOf(root, 'id')) ?? '',
    version: locatedText(entryOf(root, 'version')) ?? { value: '', line: 1 },
    status: textOf(entryOf(root, 'status')) ?? '',
    tables: itemsOf(root, 'schema').flatMap((node) => parseTable(node) ?? []),
    sla: itemsOf(root, 'slaProperties').map(parseSla),
  };
}

const TABLE_PROMISES = ['relationships'];
const PROPERTY_PROMISES = ['relationships', 'properties', 'items', 'map'];

function parseTable(node: YamlNode): ContractTable | undefined {
  const name = textOf(entryOf(node, 'name'));
  if (name === undefined) return undefined;
  return {
    name,
    table: textOf(entryOf(node, 'physicalName')) ?? name,
    line: node.line,
    properties: itemsOf(node, 'properties').flatMap((property) => parseProperty(property) ?? []),
    quality: itemsOf(node, 'quality').map(parseQuality),
    others: promises(node, TABLE_PROMISES),
  };
}

function parseProperty(node: YamlNode): ContractProperty | undefined {
  const name = textOf(entryOf(node, 'name'));
  if (name === undefined) return undefined;
  const options = entryOf(node, 'logicalTypeOptions')?.value;
  return {
    name,
    column: textOf(entryOf(node, 'physicalName')) ?? name,
    line: node.line,
    logicalType: locatedText(entryOf(node, 'logicalType')),
    physicalType: locatedText(entryOf(node, 'physicalType')),
    required: flag(entryOf(node, 'required')),
    unique: flag(entryOf(node, 'unique')),
    primaryKey: flag(entryOf(node, 'primaryKey')),
    keyPosition: Number(textOf(entryOf(node, 'primaryKeyPosition')) ?? -1),
    isSensitive: isSensitive(node),
    isMeasure: textOf(entryOf(node, 'semanticType')) === 'measure',
    options: new Map(
      options?.kind === 'map'
        ? options.entries.flatMap((entry) => {
            const located = locatedText(entry);
            return located ? [[entry.key, located] as const] : [];
          })
        : [],
    ),
    values: parseEnum(entryOf(node, 'enum')),
    quality: itemsOf(node, 'quality').map(parseQuality),
    others: promises(node, PROPERTY_PROMISES),
  };
}

function parseEnum(entry: YamlEntry | undefined): Located<readonly string[]> | undefined {
  if (entry?.value.kind !== 'list') return undefined;
  const values = entry.value.items.flatMap((item) => textOf(entryOf(item, 'value')) ?? []);
  return { value: values, line: entry.line };
}

function parseSla(node: YamlNode): SlaProperty {
  return {
    property: textOf(entryOf(node, 'property')) ?? '',
    value: textOf(entryOf(node, 'value')) ?? '',
    unit: textOf(entryOf(node, 'unit')),
    element: textOf(entryOf(node, 'element')),
    line: node.line,
  };
}

function promises(node: YamlNode, keys: readonly string[]): readonly Located<string>[] {
  return keys.flatMap((key) => {
    const entry = entryOf(node, key);
    return entry ? [{ value: key, line: entry.line }] : [];
  });
}

function flag(entry: YamlEntry | undefined): Located<boolean> | undefined {
  const text = textOf(entry);
  return entry && text !== undefined ? { value: text.toLowerCase() === 'true', line: entry.line } : undefined;
}
