type Node = Readonly<Record<string, unknown>>;

/** Longer lists are nobody's report, and everything in them would have to be looked at. */
const LONGEST_LIST = 50_000;

/**
 * What is wrong with a value by a schema of ours, in words; undefined when nothing is. Knows what those schemas use and
 * throws on anything else, so that a schema cannot say more than is checked. Unknown keys are refused.
 */
export function checkSchema(document: Node, value: unknown): string | undefined {
  return check(document, document, value, 'the report');
}

function check(document: Node, schema: Node, value: unknown, where: string): string | undefined {
  if ('$ref' in schema) return check(document, definition(document, String(schema['$ref'])), value, where);
  if ('anyOf' in schema) {
    const problems = (schema['anyOf'] as readonly Node[]).map((one) => check(document, one, value, where));
    return problems.includes(undefined) ? undefined : problems[0];
  }
  if ('const' in schema)
    return value === schema['const'] ? undefined : `${where} is not ${String(schema['const'])}`;
  switch (schema['type']) {
    case 'object':
      return checkObject(document, schema, value, where);
    case 'array':
      return checkList(document, schema, value, where);
    case 'string':
      return checkText(schema, value, where);
    case 'integer':
      return Number.isSafeInteger(value) && (value as number) >= Number(schema['minimum'] ?? -Infinity)
        ? undefined
        : `${where} is no number that could be`;
    case 'number':
      return Number.isFinite(value) ? undefined : `${where} is no number`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `${where} is neither true nor false`;
    case 'null':
      return value === null ? undefined : `${where} is not null`;
    default:
      throw new Error(`a schema with ${JSON.stringify(Object.keys(schema))} cannot be checked`);
  }
}

function definition(document: Node, reference: string): Node {
  const found = (document['$defs'] as Readonly<Record<string, Node>>)[reference.replace('#/$defs/', '')];
  if (!found) throw new Error(`the schema has no ${reference}`);
  return found;
}

function checkObject(document: Node, schema: Node, value: unknown, where: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${where} is no object`;
  const properties = new Map(Object.entries(schema['properties'] as Readonly<Record<string, Node>>));
  const given = new Map(Object.entries(value as Node));
  for (const key of given.keys()) if (!properties.has(key)) return `${where} has an unknown key`;
  for (const key of schema['required'] as readonly string[])
    if (!given.has(key)) return `${where} lacks ${key}`;
  for (const [key, inner] of given) {
    const problem = check(document, properties.get(key) ?? {}, inner, `${key} of ${where}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkList(document: Node, schema: Node, value: unknown, where: string): string | undefined {
  if (!Array.isArray(value)) return `${where} is no list`;
  if (value.length > LONGEST_LIST) return `${where} is too long`;
  for (const item of value as readonly unknown[]) {
    const problem = check(document, schema['items'] as Node, item, `an item of ${where}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkText(schema: Node, value: unknown, where: string): string | undefined {
  if (typeof value !== 'string') return `${where} is no text`;
  const { enum: allowed, pattern } = schema as {
    readonly enum?: readonly string[];
    readonly pattern?: string;
  };
  const isAllowed = allowed === undefined || allowed.includes(value);
  // No text that has a pattern is long, and a pattern is only asked of a short one.
  const isFitting = pattern === undefined || (value.length <= 200 && new RegExp(pattern).test(value));
  return isAllowed && isFitting ? undefined : `${where} is not one of the words that it may be`;
}
