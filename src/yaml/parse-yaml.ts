import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLError } from 'yaml';
import type { ErrorCode, Problem } from '../errors.ts';
import { problemSink, type ProblemSink } from './problem-sink.ts';
import type { YamlEntry, YamlNode } from './yaml-node.ts';

/** The tree of a file, or none where its syntax is wrong. */
export interface YamlFile {
  readonly root: YamlNode | undefined;
  readonly problems: readonly Problem[];
}

interface Building {
  readonly lineOf: (node: Node) => number;
  readonly addProblem: ProblemSink;
  readonly anchors: Map<string, { readonly node: YamlNode; readonly size: number }>;
  /** How many nodes a walk over the tree meets: an aliased one counts each time. */
  size: number;
}

const MAX_DEPTH = 50;
const MAX_SIZE = 2_000_000;

/**
 * Parses one YAML document; of several syntax errors only the first, because the others are mostly its consequence.
 * Anchors and aliases are resolved; tags, merge keys and keys that are not text are refused.
 */
export function parseYaml(text: string, file: string, code: ErrorCode = 'invalid-changelog'): YamlFile {
  const problems: Problem[] = [];
  const addProblem = problemSink(problems, file, code);
  const tooDeep = findDeepBracket(text);
  if (tooDeep !== undefined) {
    addProblem(tooDeep, `it is nested deeper than ${MAX_DEPTH} levels`, 'nest less');
    return { root: undefined, problems };
  }
  const lines = new LineCounter();
  // `silent` would also keep silent about a second document.
  const options = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'error' } as const;
  const document = parseDocument(text, { ...options, lineCounter: lines });
  const [error] = document.errors;
  if (error) {
    const [message, fix] = describeSyntaxError(error);
    addProblem(lines.linePos(error.pos[0]).line, message, fix);
    return { root: undefined, problems };
  }
  const lineOf = (node: Node): number => lines.linePos(node.range?.[0] ?? 0).line;
  const building: Building = { lineOf, addProblem, anchors: new Map(), size: 0 };
  const root: YamlNode = document.contents
    ? build(document.contents, building, 1)
    : { kind: 'nothing', line: 1 };
  if (building.size > MAX_SIZE) {
    addProblem(
      root.line,
      'its aliases multiply its size beyond all bounds',
      'write out what the aliases stand for',
    );
  }
  return { root: problems.length === 0 ? root : undefined, problems };
}

/** So many open brackets are no text that happens to have some. */
const MAX_BRACKETS = 1000;

/** The parser of YAML takes seconds for a megabyte of brackets, so they are counted before; gives the line. */
function findDeepBracket(text: string): number | undefined {
  let [depth, line] = [0, 1];
  for (const [found] of text.matchAll(/[[{\]}\n]/g)) {
    if (found === '\n') line += 1;
    else if (found === '[' || found === '{') depth += 1;
    else depth = Math.max(0, depth - 1);
    if (depth > MAX_BRACKETS) return line;
  }
  return undefined;
}

function build(source: Node, building: Building, depth: number): YamlNode {
  const line = building.lineOf(source);
  if (depth > MAX_DEPTH) {
    building.addProblem(line, `it is nested deeper than ${MAX_DEPTH} levels`, 'nest less');
    return { kind: 'nothing', line };
  }
  if (isAlias(source)) return resolveAlias(source.source, line, building);
  const before = building.size;
  building.size += 1;
  if (source.tag?.startsWith('!')) {
    building.addProblem(line, `the tag "${source.tag}" means nothing here`, 'remove it');
  }
  const node = buildContent(source, line, building, depth);
  if (source.anchor !== undefined)
    building.anchors.set(source.anchor, { node, size: building.size - before });
  return node;
}

function buildContent(source: Node, line: number, building: Building, depth: number): YamlNode {
  if (isMap<Node, Node | null>(source)) {
    const entries = source.items.map((pair) => buildEntry(pair.key, pair.value, building, depth));
    return { kind: 'map', entries, line };
  }
  if (isSeq<Node>(source)) {
    return { kind: 'list', items: source.items.map((item) => build(item, building, depth + 1)), line };
  }
  const text = isScalar<string>(source) ? source.value : '';
  const isPlain = isScalar(source) && source.type === 'PLAIN';
  return isPlain && /^(~|null|Null|NULL)?$/.test(text)
    ? { kind: 'nothing', line }
    : { kind: 'scalar', text, line, ...(isPlain ? {} : { isQuoted: true as const }) };
}

function buildEntry(key: Node, value: Node | null, building: Building, depth: number): YamlEntry {
  const line = building.lineOf(key);
  const name = build(key, building, depth + 1);
  if (name.kind !== 'scalar') building.addProblem(line, 'a key must be a text', 'put the key into quotes');
  if (name.kind === 'scalar' && name.text === '<<') {
    building.addProblem(
      line,
      'merge keys ("<<") are not supported',
      'write out the keys that it would merge',
    );
  }
  return {
    key: name.kind === 'scalar' ? name.text : '',
    line,
    value: value ? build(value, building, depth + 1) : { kind: 'nothing', line },
  };
}

function resolveAlias(name: string, line: number, building: Building): YamlNode {
  const anchor = building.anchors.get(name);
  building.size += anchor?.size ?? 1;
  if (anchor) return anchor.node;
  // Inside the anchored value itself the anchor is not there yet either, so no cycle can be built.
  building.addProblem(
    line,
    `the alias "*${name}" has no anchor "&${name}" before it`,
    'set the anchor before its alias',
  );
  return { kind: 'nothing', line };
}

function describeSyntaxError(error: YAMLError): readonly [message: string, fix: string] {
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return ['a tab is used as indentation', 'indent with spaces: YAML allows no tabs'];
    case 'MULTIPLE_DOCS':
      return ['a second YAML document starts here', 'make it one document: remove the "---" between them'];
    case 'RESOURCE_EXHAUSTION':
      return ['it is nested too deep', 'nest less'];
    default:
      return [`this is no valid YAML: ${lowerFirst(error.message)}`, FIX_SYNTAX];
  }
}

const FIX_SYNTAX = 'check indentation, quotes and brackets here and on the line before';

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
