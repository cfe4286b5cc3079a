import { addProblemAbout, type ProblemSink } from '../../yaml/problem-sink.ts';
import { readBoolean, readCount, readFields, readRaw, type Fields } from '../../yaml/yaml-fields.ts';
import { describeNode, type YamlEntry } from '../../yaml/yaml-node.ts';
import { closest, didYouMean } from '../../yaml/did-you-mean.ts';
import { INTEGER_KINDS, isIntegerKind } from './integer-range.ts';
import { knownKeys } from '../../yaml/documented-key.ts';
import { COLUMN_KEYS, PLAIN_KINDS } from './column-keys.ts';
import { MAX_IDENTIFIER } from './manifest-keys.ts';
import type { Column, ColumnType } from './manifest.ts';
import { compilePattern, type TextPattern } from './text-pattern.ts';

const KEYS = knownKeys(COLUMN_KEYS);
const KINDS = [...INTEGER_KINDS.toReversed(), ...PLAIN_KINDS];
/** The server's own limits for DECIMAL. */
const MAX_PRECISION = 65;
const MAX_SCALE = 30;

/** Parses `columns:`, the contract of a dataset. */
export function parseColumns(
  entry: YamlEntry | undefined,
  file: string,
  addProblem: ProblemSink,
): readonly Column[] {
  if (!entry) return [];
  const { value } = entry;
  if (value.kind !== 'map' || value.entries.length === 0) {
    const found = value.kind === 'map' ? 'empty' : describeNode(value);
    addProblem(value.line, `"columns" must be a map, not ${found}`, 'write "name: { type: string }"');
    return [];
  }
  const seen = new Map<string, YamlEntry>();
  return value.entries.flatMap((column) => {
    // The server does not tell cases apart in names of columns.
    const first = seen.get(column.key.toLowerCase());
    if (first) {
      addProblem(
        column.line,
        `column "${column.key}" is given twice, first on line ${first.line}`,
        'keep one',
      );
      return [];
    }
    seen.set(column.key.toLowerCase(), column);
    return parseColumn(column, file, addProblem) ?? [];
  });
}

function parseColumn(entry: YamlEntry, file: string, reportDataset: ProblemSink): Column | undefined {
  const { key: name, line, value } = entry;
  if (name.trim() !== name || name === '' || name.length > MAX_IDENTIFIER || /\p{Cc}/u.test(name)) {
    return reportDataset(line, `"${name.slice(0, 80)}" is no name of a column`, 'name it as the table does');
  }
  const addProblem = addProblemAbout(reportDataset, `column ${name}`);
  const fields = readFields(value, KEYS, addProblem);
  if (!fields) return undefined;
  const type = readType(fields.get('type'), addProblem);
  const isText = type === undefined || type.kind === 'string';
  for (const key of ['maxLength', 'pattern']) {
    const given = fields.get(key);
    if (given && !isText) addProblem(given.line, `"${key}" is for type string alone`, 'remove it');
  }
  const rest = readRest(fields, addProblem);
  return type && { name, type, ...rest, at: { file, line } };
}

function readRest(
  fields: Fields,
  addProblem: ProblemSink,
): Pick<Column, 'required' | 'maxLength' | 'pattern' | 'sensitive'> {
  return {
    required: readBoolean(fields.get('required'), addProblem) ?? false,
    maxLength: readCount(fields.get('maxLength'), addProblem),
    pattern: readPattern(fields.get('pattern'), addProblem),
    sensitive: readBoolean(fields.get('sensitive'), addProblem) ?? false,
  };
}

function readType(entry: YamlEntry | undefined, addProblem: ProblemSink): ColumnType | undefined {
  const text = readRaw(entry, addProblem)?.trim().toLowerCase();
  if (!entry || text === undefined) return undefined;
  const { line } = entry.value;
  const [, name = text, word] = /^(.*?)\s+(unsigned)$/.exec(text) ?? [];
  const sign = word === undefined ? {} : { unsigned: true };
  const kind = KINDS.find((candidate) => candidate === name);
  if (kind && (isIntegerKind(kind) || word === undefined)) return { kind, ...sign };
  if (kind)
    return addProblem(line, `"type" cannot be ${text}`, '"unsigned" is for whole numbers and decimal(p,s)');
  const decimal = /^decimal\s*\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(name);
  if (!decimal) return reportType(text, line, addProblem);
  const [precision, scale] = [Number(decimal[1]), Number(decimal[2])];
  if (precision >= 1 && precision <= MAX_PRECISION && scale <= MAX_SCALE && scale <= precision) {
    return { kind: 'decimal', precision, scale, ...sign };
  }
  const fix = `use at most ${MAX_PRECISION} digits, of them at most ${MAX_SCALE} after the point`;
  return addProblem(line, `"type" cannot be ${text}`, fix);
}

function reportType(text: string, line: number, addProblem: ProblemSink): undefined {
  if (text.startsWith('decimal')) {
    return addProblem(line, '"type" has no precision and scale', 'write for example decimal(12,2)');
  }
  const meant = closest(text, KINDS);
  const fix = meant === undefined ? `write one of ${KINDS.join(', ')}, decimal(p,s)` : didYouMean(meant);
  return addProblem(line, `"type" cannot be ${JSON.stringify(text.slice(0, 60))}`, fix);
}

/** Of whole code points, as `maxLength` counts them. */
function readPattern(entry: YamlEntry | undefined, addProblem: ProblemSink): TextPattern | undefined {
  const source = readRaw(entry, addProblem);
  if (!entry || source === undefined) return undefined;
  const compiled = compilePattern(source);
  if (!('problem' in compiled)) return compiled;
  return addProblem(
    entry.value.line,
    `"pattern" is not a regular expression that is matched in linear time: ${compiled.problem}`,
    "write one in RE2's syntax: without look-around, back-references and \\u",
  );
}
