import type { YamlNode } from '../../yaml/yaml-node.ts';
import { OPERATORS, type Operator, type QualityRule } from '../contract.ts';
import { entryOf, locatedText, textOf } from './contract-node.ts';

/** Words for what a reader need not be stopped by. */
const MILD = ['info', 'warning', 'warn', 'low', 'minor', 'trivial'];
const PERCENT = ['percent', 'percentage', '%'];

/** Reads one element of `quality:`. */
export function parseQuality(node: YamlNode): QualityRule {
  const text = (key: string): string | undefined => textOf(entryOf(node, key));
  const metric = canonicalMetric(text('metric') ?? text('rule'));
  const rule = {
    name: text('name') ?? text('id'),
    type: text('type') ?? 'library',
    metric,
    query: locatedText(entryOf(node, 'query')),
    isPercent: PERCENT.includes(text('unit')?.trim().toLowerCase() ?? ''),
    severity: MILD.includes(text('severity')?.trim().toLowerCase() ?? '') ? 'warning' : 'error',
    arguments: parseArguments(entryOf(node, 'arguments')?.value, node),
    operator: parseOperator(node),
    line: node.line,
  } as const;
  const { type, query, isPercent, severity, operator } = rule;
  const asked = [type, metric, query?.value, isPercent, [...rule.arguments], operator, text('engine')];
  const meaning = JSON.stringify([...asked, plain(entryOf(node, 'implementation')?.value), severity]);
  return { ...rule, meaning };
}

/** Names that earlier versions of the standard, and its own documents, have for the metrics of today. */
function canonicalMetric(name: string | undefined): string | undefined {
  switch (name) {
    case 'nullCheck':
      return 'nullValues';
    case 'unique':
    case 'duplicateCount':
      return 'duplicateValues';
    default:
      return name;
  }
}

function parseArguments(node: YamlNode | undefined, rule: YamlNode): QualityRule['arguments'] {
  const values = new Map<string, readonly (string | null)[]>();
  const valid = entryOf(rule, 'validValues');
  for (const { key, value } of [...(node?.kind === 'map' ? node.entries : []), ...(valid ? [valid] : [])]) {
    values.set(key, (value.kind === 'list' ? value.items : [value]).map(scalar));
  }
  return values;
}

function scalar(node: YamlNode): string | null {
  return node.kind === 'scalar' ? node.text : null;
}

function parseOperator(node: YamlNode): Operator | undefined {
  for (const name of OPERATORS) {
    const value = entryOf(node, name)?.value;
    if (!value) continue;
    const items = value.kind === 'list' ? value.items : [value];
    return { name, bounds: items.map((item) => scalar(item) ?? '') };
  }
  return undefined;
}

/** The tree without its lines. */
function plain(node: YamlNode | undefined): unknown {
  switch (node?.kind) {
    case 'map':
      return node.entries.map(({ key, value }) => [key, plain(value)]);
    case 'list':
      return node.items.map(plain);
    case 'scalar':
      return node.text;
    default:
      return null;
  }
}
