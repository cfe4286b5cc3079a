import type { ErrorObject, ValidateFunction } from 'ajv';
import type { YamlNode } from '../../yaml/yaml-node.ts';
import type { Problem } from '../../errors.ts';
import { entryOf, textOf } from './contract-node.ts';

let compiled: Promise<ValidateFunction> | undefined;

/** The standard's own schema, loaded and compiled when the first contract is read. */
function validator(): Promise<ValidateFunction> {
  compiled ??= Promise.all([
    import('ajv/dist/2019.js'),
    import('./odcs-3.2.0.schema.json', { with: { type: 'json' } }),
  ]).then(([{ default: ajv }, { default: schema }]) =>
    // Not by its name: the bundle sees no names of a CommonJS module that is loaded late.
    new ajv.Ajv2019({ allErrors: true, strict: false, validateFormats: false, verbose: true }).compile(
      schema,
    ),
  );
  return compiled;
}

/** What is wrong with a contract by the JSON Schema of the standard, each with the line of the value. */
export async function checkOdcs(root: YamlNode, file: string): Promise<readonly Problem[]> {
  const old = entryOf(root, 'apiVersion');
  if (old && textOf(old)?.startsWith('v2')) return [describeOld(old.line, file)];
  const validate = await validator();
  if (validate(toValue(root))) return [];
  const problems = (validate.errors ?? []).filter(isCause).map((error) => toProblem(error, root, file));
  return [
    ...new Map(problems.map((problem) => [`${problem.at?.line} ${problem.message}`, problem])).values(),
  ];
}

function describeOld(line: number, file: string): Problem {
  return {
    code: 'invalid-contract',
    message: 'apiVersion is not one of v3.0.0 to v3.2.0: version 2 of the standard is another format',
    at: { file, line },
    fix: 'write it anew as version 3',
  };
}

/** The value that the schema is about: what is in quotes is a text, the rest as YAML 1.2 has it. */
function toValue(node: YamlNode): unknown {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, toValue(value)]));
    case 'list':
      return node.items.map(toValue);
    case 'nothing':
      return null;
    case 'scalar':
      if (node.isQuoted) return node.text;
      if (/^(?:true|false)$/i.test(node.text)) return node.text.toLowerCase() === 'true';
      return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(node.text) ? Number(node.text) : node.text;
  }
}

/** Keywords whose failure may be the consequence of another one inside. */
const CONSEQUENCES = ['if', 'oneOf', 'anyOf', 'unevaluatedProperties'];

/** A branch that does not fit says so too; and where anything is wrong, the schema has not looked at all keys. */
function isCause({ keyword, instancePath }: ErrorObject, _: number, all: readonly ErrorObject[]): boolean {
  if (keyword === 'if') return false;
  if (!CONSEQUENCES.includes(keyword)) return true;
  const inside = all.filter(
    (other) => other.instancePath === instancePath || other.instancePath.startsWith(`${instancePath}/`),
  );
  if (inside.some((other) => !CONSEQUENCES.includes(other.keyword))) return false;
  if (keyword !== 'unevaluatedProperties') return true;
  return !inside.some(
    (other) => ['oneOf', 'anyOf'].includes(other.keyword) || other.instancePath !== instancePath,
  );
}

function toProblem(error: ErrorObject, root: YamlNode, file: string): Problem {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  const key = unknownKey(error);
  const { line } = find(root, key === undefined ? path : [...path, key]);
  const where = path.length === 0 ? 'the contract' : path.join('/');
  return {
    code: 'invalid-contract',
    message: `${where} ${describe(error)}`,
    at: { file, line },
    fix: 'write it as the Open Data Contract Standard 3.2 has it (bitol-io.github.io/open-data-contract-standard)',
  };
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function unknownKey({ keyword, params }: ErrorObject): string | undefined {
  const { additionalProperty, unevaluatedProperty } = params as Readonly<Record<string, string | undefined>>;
  return keyword === 'additionalProperties'
    ? additionalProperty
    : keyword === 'unevaluatedProperties'
      ? unevaluatedProperty
      : undefined;
}

function describe(error: ErrorObject): string {
  const key = unknownKey(error);
  if (key !== undefined) return `has a key that the standard does not know here: "${key}"`;
  const { keyword, params, message = 'is wrong' } = error;
  const { allowedValues, missingProperty } = params as Readonly<Record<string, unknown>>;
  if (keyword === 'required') return `lacks "${String(missingProperty)}"`;
  if (keyword === 'enum' && Array.isArray(allowedValues)) {
    return `is not one of ${allowedValues.map(String).join(', ')}`;
  }
  if (keyword === 'oneOf') return 'fits none, or more than one, of the forms that the standard has for it';
  return message;
}

/** The node at a path, or as much of the way there as exists; of an entry, the line of its key. */
function find(root: YamlNode, path: readonly string[]): { readonly line: number } {
  let at: YamlNode = root;
  let line = root.line;
  for (const part of path) {
    if (at.kind === 'map') {
      const entry = at.entries.find(({ key }) => key === part);
      if (!entry) break;
      ({ line } = entry);
      at = entry.value;
    } else if (at.kind === 'list' && at.items[Number(part)]) {
      at = at.items[Number(part)]!;
      ({ line } = at);
    } else break;
  }
  return { line };
}
