import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseDocument } from 'yaml';
import { parseChangelogFile } from '../../src/changelog/parse/parse.ts';
import type { Problem } from '../../src/errors.ts';
import { parseBuiltinChecks } from '../../src/pipeline/checks/parse-checks.ts';
import { parseManifest } from '../../src/pipeline/manifest/parse-manifest.ts';
import { problemSink } from '../../src/yaml/problem-sink.ts';
import type { YamlNode } from '../../src/yaml/yaml-node.ts';

export type FileKind = 'changelog' | 'pipeline';

/** What no schema can see: kinds of faults, told by the parser's message. A fault of any other kind is one of shape. */
export const UNSEEN_KINDS: Readonly<Record<FileKind, Readonly<Record<string, RegExp>>>> = {
  changelog: {
    'an expression has a grammar':
      /"contexts" is not a valid expression|"labels" has a name that is not valid/,
    'labels are limited together': /"labels" are longer than/,
    'a path leaves the working directory': /leaves the working directory/,
    'SQL is no SELECT': /"sql"(:| is empty| has \d| is no SELECT| writes with| calls)/,
    'preconditions are nested too deep': /nested deeper than 20 levels/,
  },
  pipeline: {
    'a path leaves the working directory': /leaves the working directory/,
    'two datasets have one name': /is declared already/,
    'a column is named that is not there, or may be empty': /is not among the columns|which may be empty/,
    'a list has a name twice': /names ".*" twice|gives two columns the name/,
    'the type of the watermark': /"watermark" cannot be/,
    'digits of a decimal': /"type" cannot be decimal/,
    'a regular expression has a grammar': /"pattern" is not a regular expression/,
    'labels of the Encoding Standard': /"encoding" cannot be/,
    'a date format has a grammar': /"dateFormat" cannot be/,
    'the delimiter is the quote too': /the delimiter cannot be the quote/,
    'two lists are not of one length': /"toColumns" names \d+ columns/,
  },
};

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
/** The examples and defaults of a schema that are none by itself, and the keys that have no description or example. */
export function badExamples(kind: FileKind): readonly string[] {
  const schema = readSchema(kind);
  return propertiesIn(schema).flatMap(([key, property]) => {
    const isValid = ajv.compile({ ...property, $defs: schema.$defs });
    const shown = [...(property.examples ?? []), ...('default' in property ? [property.default] : [])];
    const wrong = shown.filter((value) => !isValid(value)).map((value) => `${key}: ${JSON.stringify(value)}`);
    const isDescribed =
      property.description !== undefined && (shown.length > 0 || property.$ref !== undefined);
    return isDescribed ? wrong : [...wrong, `${key} is not described`];
  });
}

/** Every key that a schema knows. */
export function keysOf(kind: FileKind): readonly string[] {
  return [...new Set(propertiesIn(readSchema(kind)).map(([key]) => key))];
}

interface Property {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly $ref?: string;
  readonly $defs?: object;
  readonly properties?: Readonly<Record<string, Property>>;
}

function propertiesIn(schema: Property): readonly (readonly [string, Property])[] {
  const maps = [schema, ...Object.values((schema.$defs ?? {}) as Record<string, Property>)];
  return maps.flatMap(({ properties = {} }) => Object.entries(properties));
}

const validators = { changelog: compile('changelog'), pipeline: compile('pipeline') };

/** What parser and schema say of one text. */
export interface Judgement {
  /** Kinds of faults that no schema can see. */
  readonly unseen: readonly string[];
  /** Messages of the parser about anything else. */
  readonly shape: readonly string[];
  /** What the schema has against it. */
  readonly schema: readonly string[];
}

/** Judges a text by both; undefined where it is no YAML, or has a key twice: an editor sees that without a schema. */
export function judge(kind: FileKind, text: string): Judgement | undefined {
  // As an editor reads it: by YAML's core schema, in which `004` is a number.
  const document = parseDocument(text, { logLevel: 'silent' });
  const problems = problemsOf(kind, text).map(({ message }) => message);
  if (document.errors.length > 0 || problems.some((message) => BEFORE_SCHEMA.test(message))) return undefined;
  const kinds = Object.entries(UNSEEN_KINDS[kind]);
  const kindOf = (message: string): string | undefined =>
    kinds.find(([, pattern]) => pattern.test(message))?.[0];
  const validate = validators[kind];
  validate(document.toJS());
  return {
    unseen: problems.flatMap((message) => kindOf(message) ?? []),
    shape: problems.filter((message) => kindOf(message) === undefined),
    schema: (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
  };
}

/** Faults of the YAML itself. */
const BEFORE_SCHEMA =
  /given twice|nested deeper than 50|the alias |its aliases|the tag |merge keys|a key must be a text|no valid YAML|a second YAML document/;

function problemsOf(kind: FileKind, text: string): readonly Problem[] {
  if (kind === 'changelog') return parseChangelogFile(text, 'changelog.yml').problems;
  const { problems, builtinChecks } = parseManifest(text, 'pipeline.yml');
  const found = [...problems];
  parseBuiltinChecks(builtinChecks, 'pipeline.yml', problemSink(found, 'pipeline.yml'));
  return found;
}

/** Writes a tree on one line; what was written without quotes stays without. */
export function toYaml(node: YamlNode): string {
  switch (node.kind) {
    case 'nothing':
      return '~';
    case 'list':
      return `[${node.items.map(toYaml).join(', ')}]`;
    case 'map':
      return `{ ${node.entries.map(({ key, value }) => `${JSON.stringify(key)}: ${toYaml(value)}`).join(', ')} }`;
    case 'scalar':
      return node.isQuoted || /[,[\]{}\n]/.test(node.text) ? JSON.stringify(node.text) : node.text;
  }
}

function readSchema(kind: FileKind): Property {
  const path = join(import.meta.dirname, `../../docs/${kind}.schema.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as Property;
}

function compile(kind: FileKind) {
  return ajv.compile(readSchema(kind));
}
