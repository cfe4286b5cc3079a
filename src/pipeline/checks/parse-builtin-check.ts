import { addProblemAbout, type ProblemSink } from '../../yaml/problem-sink.ts';
import { closest, didYouMean } from '../../yaml/did-you-mean.ts';
import { readChoice, readFields, readName, readRaw, type KnownKeys } from '../../yaml/yaml-fields.ts';
import { describeNode, type YamlEntry, type YamlNode } from '../../yaml/yaml-node.ts';
import type { BuiltinCheckName, BuiltinRule } from '../manifest/builtin-rule.ts';
import { knownKeys } from '../../yaml/documented-key.ts';
import { BUILTIN_CHECKS, CHECK_KEYS } from './check-keys.ts';
import { isCheckName, parseThreshold, SEVERITIES } from './check-header.ts';
import type { BuiltinCheck } from '../manifest/manifest.ts';
import { parseRule } from './parse-builtin-rule.ts';

const NO_THRESHOLD = { threshold: 'remove it: "maxAge:" or "tolerance:" is the threshold' };

/** Reads `unique: { table: fact_order, columns: [order_id], severity: error }`. */
export function parseBuiltinCheck(
  node: YamlNode,
  file: string,
  addProblem: ProblemSink,
): BuiltinCheck | undefined {
  const entry = node.kind === 'map' && node.entries.length === 1 ? node.entries[0] : undefined;
  if (!entry) {
    const found = node.kind === 'map' ? `${node.entries.length} keys` : describeNode(node);
    return addProblem(
      node.line,
      `expected one check, found ${found}`,
      `name one of ${BUILTIN_CHECKS.join(', ')}`,
    );
  }
  const check = BUILTIN_CHECKS.find((known) => known === entry.key);
  if (!check) {
    const meant = closest(entry.key, BUILTIN_CHECKS);
    const fix = meant === undefined ? `use one of ${BUILTIN_CHECKS.join(', ')}` : didYouMean(meant);
    return addProblem(entry.line, `there is no check "${entry.key}"`, fix);
  }
  return parseOptions(check, entry, file, addProblemAbout(addProblem, check));
}

function parseOptions(
  check: BuiltinCheckName,
  entry: YamlEntry,
  file: string,
  addProblem: ProblemSink,
): BuiltinCheck | undefined {
  let isWhole = true;
  const note: ProblemSink = (line, message, fix) => {
    isWhole = false;
    return addProblem(line, message, fix);
  };
  const fields = readFields(entry.value, keysOf(check), note);
  if (!fields) return undefined;
  const parsed = parseRule(check, entry, fields, note);
  const name = readCheckName(fields.get('name'), note);
  const severity = readChoice(fields.get('severity'), SEVERITIES, note) ?? 'error';
  const threshold = readThreshold(fields.get('threshold'), note);
  if (!isWhole || !parsed) return undefined;
  return {
    kind: 'builtin',
    name: name ?? defaultName(parsed.rule),
    severity,
    threshold: parsed.threshold ?? threshold ?? 0,
    rule: parsed.rule,
    at: { file, line: entry.line },
  };
}

function readCheckName(entry: YamlEntry | undefined, addProblem: ProblemSink): string | undefined {
  const name = readName(entry, addProblem);
  if (!entry || name === undefined || isCheckName(name)) return name;
  return addProblem(
    entry.value.line,
    `"${name}" is no name for a check`,
    'use letters, digits, "_", "." and "-"',
  );
}

function readThreshold(entry: YamlEntry | undefined, addProblem: ProblemSink): number | undefined {
  const text = readRaw(entry, addProblem)?.trim();
  if (!entry || text === undefined) return undefined;
  const message = `"threshold" cannot be ${describeNode(entry.value)}`;
  return parseThreshold(text) ?? addProblem(entry.value.line, message, 'write a number such as 0');
}

function keysOf(check: BuiltinCheckName): KnownKeys {
  const keys = CHECK_KEYS[check];
  const hasThreshold = keys.some(({ key }) => key === 'threshold');
  return knownKeys(keys, hasThreshold ? undefined : NO_THRESHOLD);
}

/** `unique_fact_order_order_id`: two checks of one kind on the same columns have to be named. */
function defaultName(rule: BuiltinRule): string {
  const parts =
    rule.check === 'reconcile'
      ? [rule.left.table, rule.left.column ?? [], rule.right.table].flat()
      : [rule.table, 'columns' in rule ? rule.columns : 'column' in rule ? rule.column : []].flat();
  return [rule.check, ...parts].join('_').slice(0, 200);
}
