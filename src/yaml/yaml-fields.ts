import type { ProblemSink } from './problem-sink.ts';
import { closest, didYouMean } from './did-you-mean.ts';
import { describeNode, type YamlEntry, type YamlNode } from './yaml-node.ts';

/** The keys that a map may have. */
export interface KnownKeys {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** For keys that people bring from elsewhere: what to do instead. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** The entries of a map by key; of a key given twice, the first. */
export type Fields = ReadonlyMap<string, YamlEntry>;

/** One of several names under a key. */
export interface Name {
  readonly text: string;
  readonly line: number;
}

/** The history keeps this many characters of each text. */
export const MAX_LENGTH = 255;

/** Checks the keys of a map: unknown ones, ones given twice, missing ones. */
export function readFields(node: YamlNode, keys: KnownKeys, addProblem: ProblemSink): Fields | undefined {
  const known = [...keys.required, ...keys.optional];
  if (node.kind !== 'map') {
    return addProblem(
      node.line,
      `expected a map, found ${describeNode(node)}`,
      `give it these keys: ${known.join(', ')}`,
    );
  }
  const fields = new Map<string, YamlEntry>();
  const meant = new Set<string | undefined>();
  for (const entry of node.entries) {
    const first = fields.get(entry.key);
    if (!known.includes(entry.key)) meant.add(reportUnknown(entry, keys, addProblem));
    else if (!first) fields.set(entry.key, entry);
    else addProblem(entry.line, `key "${entry.key}" is given twice, first on line ${first.line}`, 'keep one');
  }
  for (const key of keys.required) {
    if (!fields.has(key) && !meant.has(key))
      addProblem(node.line, `key "${key}" is missing`, `add "${key}:"`);
  }
  return fields;
}

/** Gives the key that was probably meant. */
function reportUnknown(
  { key, line }: YamlEntry,
  keys: KnownKeys,
  addProblem: ProblemSink,
): string | undefined {
  const known = [...keys.required, ...keys.optional];
  const instead = Object.entries(keys.instead ?? {}).find(([name]) => name === key)?.[1];
  const meant = instead === undefined ? closest(key, known) : undefined;
  const fix =
    instead ?? (meant === undefined ? `remove it; the keys here are ${known.join(', ')}` : didYouMean(meant));
  addProblem(line, `unknown key "${key}"`, fix);
  return meant;
}

/** A text as it is written, whatever it looks like: numbers and booleans are texts too. */
export function readRaw(entry: YamlEntry | undefined, addProblem: ProblemSink): string | undefined {
  if (entry === undefined) return undefined;
  const { key, value } = entry;
  if (value.kind === 'scalar') return value.text;
  const found = value.kind === 'nothing' ? 'has no value' : `must be a text, not ${describeNode(value)}`;
  return addProblem(
    value.line,
    `"${key}" ${found}`,
    value.kind === 'nothing' ? 'give it a value, or remove it' : 'write a text',
  );
}

/** A text of one line that fits into the history; blanks around it do not count. May be empty. */
export function readLine(entry: YamlEntry | undefined, addProblem: ProblemSink): string | undefined {
  const text = readRaw(entry, addProblem)?.trim();
  if (entry === undefined || text === undefined) return undefined;
  const { key, value } = entry;
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) {
    return addProblem(
      value.line,
      `"${key}" has line breaks or control characters in it`,
      'write it in one line of plain text',
    );
  }
  if (text.length > MAX_LENGTH && Array.from(text).length > MAX_LENGTH) {
    return addProblem(
      value.line,
      `"${key}" is longer than ${MAX_LENGTH} characters`,
      'shorten it: the history has no room',
    );
  }
  return text;
}

/** A line that is not empty. */
export function readName(entry: YamlEntry | undefined, addProblem: ProblemSink): string | undefined {
  const text = readLine(entry, addProblem);
  if (entry === undefined || text !== '') return text;
  return addProblem(entry.value.line, `"${entry.key}" is empty`, 'give it a value');
}

/** One of a few words; case does not matter. */
export function readChoice<Choice extends string>(
  entry: YamlEntry | undefined,
  choices: readonly Choice[],
  addProblem: ProblemSink,
): Choice | undefined {
  const text = readRaw(entry, addProblem);
  if (entry === undefined || text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate.toLowerCase() === text.trim().toLowerCase());
  if (choice !== undefined) return choice;
  const meant = closest(text, choices);
  const fix = meant === undefined ? `write one of ${choices.join(', ')}` : didYouMean(meant);
  return addProblem(entry.value.line, `"${entry.key}" cannot be ${describeNode(entry.value)}`, fix);
}

/** `true` or `false`; the other words of YAML 1.1 (`yes`, `on`) are refused rather than guessed. */
export function readBoolean(entry: YamlEntry | undefined, addProblem: ProblemSink): boolean | undefined {
  const text = readChoice(entry, ['true', 'false'], addProblem);
  return text === undefined ? undefined : text === 'true';
}

/** A whole number from 0. */
export function readCount(entry: YamlEntry | undefined, addProblem: ProblemSink): number | undefined {
  const text = readRaw(entry, addProblem)?.trim();
  if (entry === undefined || text === undefined) return undefined;
  const count = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  return (
    count ??
    addProblem(
      entry.value.line,
      `"${entry.key}" cannot be ${describeNode(entry.value)}`,
      'write a whole number',
    )
  );
}

/** A list of names, or one text with commas between them. */
export function readNames(entry: YamlEntry | undefined, addProblem: ProblemSink): readonly Name[] {
  if (entry === undefined) return [];
  const { key, value } = entry;
  if (value.kind === 'list') {
    return value.items.flatMap((item) => {
      const text = readName({ key, line: item.line, value: item }, addProblem);
      return text === undefined ? [] : { text, line: item.line };
    });
  }
  const { line } = value;
  const text = readLine(entry, addProblem);
  if (text === undefined || text === '') return [];
  const names = text.split(',').map((name) => ({ text: name.trim(), line }));
  if (!names.some((name) => name.text === '')) return names;
  addProblem(line, `"${key}" has a comma too many`, 'put a name on both sides of each comma');
  return [];
}
