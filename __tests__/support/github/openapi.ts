import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';

type Json = Readonly<Record<string, unknown>>;

/** GitHub's own description of its API, as far as it is asked for. */
export interface ApiDescription {
  /** What is wrong with a request, by the description; undefined where the path is none of GitHub's. */
  readonly checkRequest: (
    method: string,
    path: string,
    query: URLSearchParams,
    body: unknown,
  ) => readonly string[];
  /** What is wrong with an answer; a status that is not described must still be an error as GitHub writes them. */
  readonly checkAnswer: (method: string, path: string, status: number, body: unknown) => readonly string[];
  /** An example of the description, to be filled with a test's own values. */
  readonly example: (name: string) => Json;
}

interface Operation {
  readonly parameters?: readonly Json[];
  readonly requestBody?: Json;
  readonly responses: Readonly<Record<string, Json>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

let loaded: ApiDescription | undefined;

/** Reads the description once for all tests of a file: it has 13 MB. */
export function apiDescription(): ApiDescription {
  return (loaded ??= describeApi(readDocument()));
}

function readDocument(): Document {
  const folder = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  return JSON.parse(readFileSync(folder, 'utf8')) as Document;
}

function describeApi(document: Document): ApiDescription {
  const ajv = new Ajv({ strict: false, allErrors: true });
  for (const format of ['email', 'int64', 'int32', 'timestamp', 'uri-template', 'uuid', 'hostname', 'ipv4']) {
    ajv.addFormat(format, true);
  }
  ajv.addFormat('uri', (text) => URL.canParse(text));
  ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
  const added = new Set<string>();
  const validators = new Map<string, ValidateFunction>();
  const check = (name: string, schema: unknown, value: unknown): readonly string[] => {
    const key = JSON.stringify(schema);
    addReferred(document, ajv, added, key);
    const validate = validators.get(key) ?? ajv.compile(toJsonSchema(schema) as Json);
    validators.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? [])
      .slice(0, 5)
      .map((error) => `${name}${error.instancePath} ${error.message ?? ''}`);
  };
  return {
    checkRequest: (method, path, query, body) => {
      const found = findOperation(document, method, path);
      if (!found) return [`${method} ${path} is no request of GitHub's API`];
      return [
        ...parameterProblems(document, found, query, check),
        ...bodyProblems(found.operation, body, check),
      ];
    },
    checkAnswer: (method, path, status, body) => {
      const found = findOperation(document, method, path);
      if (!found) return [];
      const answer = resolve(document, found.operation.responses[String(status)] ?? {});
      const schema =
        schemaOf(answer) ?? (status >= 400 ? { $ref: '#/components/schemas/basic-error' } : undefined);
      return schema === undefined ? [] : check(`answer ${status}`, schema, body);
    },
    example: (name) => structuredClone(document.components['examples']?.[name]?.['value'] as Json),
  };
}

interface Found {
  readonly operation: Operation;
  readonly pathValues: Readonly<Record<string, string>>;
}

function findOperation(document: Document, method: string, path: string): Found | undefined {
  const matches = Object.entries(document.paths).flatMap(([template, operations]) => {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const pattern = template
      .replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
      .replaceAll(/\{\w+\}/g, '([^/]+)');
    const values = new RegExp(`^${pattern}$`).exec(path)?.slice(1);
    const operation = operations[method.toLowerCase()];
    if (!values || !operation) return [];
    const pathValues = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
    return [{ operation, pathValues, literal: template.length - names.length }];
  });
  return matches.toSorted(
    (left, right) => Object.keys(left.pathValues).length - Object.keys(right.pathValues).length,
  )[0];
}

type Check = (name: string, schema: unknown, value: unknown) => readonly string[];

function parameterProblems(
  document: Document,
  { operation, pathValues }: Found,
  query: URLSearchParams,
  check: Check,
): readonly string[] {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document, parameter));
  const known = new Set(parameters.filter((one) => one['in'] === 'query').map((one) => one['name']));
  const unknown = [...query.keys()].filter((name) => !known.has(name)).map((name) => `no parameter ${name}`);
  const wrong = parameters.flatMap((parameter) => {
    const name = parameter['name'] as string;
    const given = parameter['in'] === 'path' ? pathValues[name] : (query.get(name) ?? undefined);
    if (given === undefined) return parameter['required'] === true ? [`${name} is missing`] : [];
    const schema = parameter['schema'] as Json;
    const isNumber = schema['type'] === 'integer' || schema['type'] === 'number';
    return check(name, schema, isNumber ? Number(given) : decodeURIComponent(given));
  });
  return [...unknown, ...wrong];
}

function bodyProblems(operation: Operation, body: unknown, check: Check): readonly string[] {
  const schema = operation.requestBody && schemaOf(operation.requestBody);
  if (schema === undefined) return body === undefined ? [] : ['it takes no body'];
  return check('body', schema, body ?? {});
}

function schemaOf(message: Json): unknown {
  const content = message['content'] as Readonly<Record<string, Json>> | undefined;
  return content?.['application/json']?.['schema'];
}

function resolve(document: Document, value: Json): Json {
  const reference = value['$ref'];
  if (typeof reference !== 'string') return value;
  const [, , kind = '', name = ''] = reference.split('/');
  return document.components[kind]?.[name] ?? {};
}

/** Gives ajv every schema that a schema refers to, at any depth. */
function addReferred(document: Document, ajv: Ajv, added: Set<string>, json: string): void {
  for (const [reference, name = ''] of json.matchAll(/#\/components\/schemas\/([\w-]+)/g)) {
    if (added.has(reference)) continue;
    added.add(reference);
    const schema = document.components['schemas']?.[name];
    ajv.addSchema(toJsonSchema(schema) as Json, `components-${name}`);
    addReferred(document, ajv, added, JSON.stringify(schema));
  }
}

/** OpenAPI 3.0 says `nullable` where JSON schema lists the type `null`. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Json)
    .filter(([key]) => key !== 'example' && key !== 'nullable' && key !== 'discriminator')
    .map(([key, inner]) => [key, key === '$ref' ? toName(inner as string) : toJsonSchema(inner)]);
  const schema = Object.fromEntries(entries) as Record<string, unknown>;
  if ((value as Json)['nullable'] !== true) return schema;
  return { anyOf: [schema, { type: 'null' }] };
}

function toName(reference: string): string {
  return `components-${reference.split('/').at(-1) ?? ''}`;
}
