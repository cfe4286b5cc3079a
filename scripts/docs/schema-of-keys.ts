import { parse } from 'yaml';
import type { DocumentedKey } from '../../src/yaml/documented-key.ts';
import type { JsonSchema } from '../../src/yaml/json-schema.ts';

/** A map with these keys and no others, as an editor explains and completes it. */
export function mapOf(keys: readonly DocumentedKey[], rest: JsonSchema = {}): JsonSchema {
  return {
    type: 'object',
    properties: propertiesOf(keys),
    required: keys.filter((key) => key.default === undefined).map(({ key }) => key),
    additionalProperties: false,
    ...rest,
  };
}

/** Each key with its description, type, default and example. */
export function propertiesOf(keys: readonly DocumentedKey[]): Record<string, JsonSchema> {
  return Object.fromEntries(keys.map((key) => [key.key, propertyOf(key)]));
}

/** The value that stands in backquotes in a table; what is no YAML by itself is a text. */
export function valueOf(cell: string): unknown {
  const source = cell.slice(1, -1);
  try {
    return parse(source) as unknown;
  } catch {
    return source;
  }
}

function propertyOf({ type, default: standard, example, meaning, schema }: DocumentedKey): JsonSchema {
  const isValue = standard !== undefined && /^`[^`]+`$/.test(standard);
  const about = standard === undefined ? 'Required.' : `Default: ${standard}.`;
  return {
    description: `${upperFirst(meaning)}.\nValue: ${type}. ${about}`,
    ...(isValue ? { default: valueOf(standard) } : {}),
    examples: [valueOf(example)],
    ...schema,
  };
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
