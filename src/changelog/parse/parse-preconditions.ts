import { addProblemAbout, type ProblemSink } from '../../yaml/problem-sink.ts';
import { closest, didYouMean } from '../../yaml/did-you-mean.ts';
import { REACTION_KEYS, REACTIONS } from './changelog-keys.ts';
import { isQuestionKind, parseQuestion } from './parse-question.ts';
import { GROUP_KINDS, QUESTION_KINDS } from './question-keys.ts';
import type { Precondition, PreconditionEntry, Reaction } from '../precondition.ts';
import { readChoice } from '../../yaml/yaml-fields.ts';
import { describeNode, type YamlEntry, type YamlMap, type YamlNode } from '../../yaml/yaml-node.ts';

const REACTION_NAMES: readonly string[] = REACTION_KEYS.map(({ key }) => key);
const KINDS: readonly string[] = [...QUESTION_KINDS, ...GROUP_KINDS];
const MAX_DEPTH = 20;

/** Parses the list under `preconditions:`. */
export function parsePreconditions(
  entry: YamlEntry | undefined,
  file: string,
  addProblem: ProblemSink,
): readonly PreconditionEntry[] {
  if (entry === undefined) return [];
  const { value } = entry;
  if (value.kind !== 'list') {
    addProblem(
      value.line,
      `"preconditions" must be a list, not ${describeNode(value)}`,
      'put "- " before each of them',
    );
    return [];
  }
  if (value.items.length === 0)
    addProblem(value.line, '"preconditions" is empty', 'add one, or remove the key');
  return value.items.flatMap((item) => parseEntry(item, file, addProblem) ?? []);
}

function parseEntry(node: YamlNode, file: string, addProblem: ProblemSink): PreconditionEntry | undefined {
  if (node.kind !== 'map') return reportShape(node, addProblem);
  const [onFail, onError] = REACTION_NAMES.map((key) => parseReaction(node, key, addProblem));
  const entries = node.entries.filter((entry) => !REACTION_NAMES.includes(entry.key));
  const [condition] = entries.map((entry) => parseCondition(entry, addProblem, 1));
  const [first, second] = entries.filter((entry) => KINDS.includes(entry.key));
  if (second) {
    addProblem(
      second.line,
      `"${second.key}" is in the entry of "${first?.key}"`,
      'start an entry of its own with "- ", or put both under "and"',
    );
  }
  if (entries.length === 0) {
    const fix = 'put onFail and onError into the entry of the precondition that they belong to';
    addProblem(node.line, 'this entry has no precondition', fix);
  }
  if (!first || !condition) return undefined;
  return { condition, onFail: onFail ?? 'HALT', onError: onError ?? 'HALT', at: { file, line: first.line } };
}

function parseReaction(node: YamlMap, key: string, addProblem: ProblemSink): Reaction | undefined {
  const [entry, second] = node.entries.filter((candidate) => candidate.key === key);
  if (second)
    addProblem(second.line, `key "${key}" is given twice, first on line ${entry?.line}`, 'keep one');
  return readChoice(entry, REACTIONS, addProblem);
}

function parseCondition(entry: YamlEntry, addProblem: ProblemSink, depth: number): Precondition | undefined {
  const { key: kind, value, line } = entry;
  if (isQuestionKind(kind)) return parseQuestion(kind, value, addProblemAbout(addProblem, kind));
  if (kind !== 'and' && kind !== 'or' && kind !== 'not') return reportKind(entry, addProblem);
  if (depth > MAX_DEPTH) return addProblem(line, `it is nested deeper than ${MAX_DEPTH} levels`, 'nest less');
  const entries = entriesOf(value, addProblem);
  if (entries.length === 0)
    return addProblem(line, `"${kind}" is empty`, 'put a list of preconditions under it');
  const conditions = entries.flatMap((inner) => parseCondition(inner, addProblem, depth + 1) ?? []);
  return conditions.length < entries.length ? undefined : { kind, conditions };
}

/** What is under `and`, `or`, `not`: a list of preconditions, or a map where there is one of a kind. */
function entriesOf(node: YamlNode, addProblem: ProblemSink): readonly YamlEntry[] {
  if (node.kind === 'map') return node.entries;
  if (node.kind !== 'list') return [];
  return node.items.flatMap((item) =>
    item.kind === 'map' ? item.entries : (reportShape(item, addProblem) ?? []),
  );
}

function reportShape(node: YamlNode, addProblem: ProblemSink): undefined {
  return addProblem(
    node.line,
    `expected a precondition, found ${describeNode(node)}`,
    'write it like "- tableExists: { tableName: customers }"',
  );
}

function reportKind(entry: YamlEntry, addProblem: ProblemSink): undefined {
  if (REACTION_NAMES.includes(entry.key)) {
    const fix = 'put it into the outermost entry: it decides for the whole of it';
    return addProblem(entry.line, `"${entry.key}" is inside of "and", "or" or "not"`, fix);
  }
  const meant = closest(entry.key, [...KINDS, ...REACTION_NAMES]);
  const fix = meant === undefined ? `the kinds are ${KINDS.join(', ')}` : didYouMean(meant);
  return addProblem(entry.line, `unknown precondition "${entry.key}"`, fix);
}
