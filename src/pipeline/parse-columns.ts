import { complainAbout, type Complain } from '../changelog/complain.ts';
import { readBoolean, readCount, readFields, readRaw, type Fields } from '../changelog/yaml-fields.ts';
import { describeNode, type YamlEntry } from '../changelog/yaml-node.ts';
import { closest, didYouMean } from '../changelog/did-you-mean.ts';
import { INTEGER_KINDS, isIntegerKind } from './integer-range.ts';
import { COLUMN_KEYS, knownKeys } from './manifest-keys.ts';
import type { Column, ColumnType } from './manifest.ts';
import { compilePattern, type TextPattern } from './text-pattern.ts';

const KEYS = knownKeys(COLUMN_KEYS);
const KINDS = [
  ...INTEGER_KINDS.toReversed(),
  ...(['double', 'float', 'string', 'date', 'datetime', 'time', 'year'] as const),
  ...(['boolean', 'json', 'binary', 'vector'] as const),
];
const MAX_IDENTIFIER = 64;
/** The server's own limits for DECIMAL. */
const MAX_PRECISION = 65;
const MAX_SCALE = 30;

/** Parses `columns:`, the contract of a dataset. */
export function parseColumns(
  entry: YamlEntry | undefined,
  file: string,
  complain: Complain,
): readonly Column[] {
  if (!entry) return [];
  const { value } = entry;
  if (value.kind !== 'map' || value.entries.length === 0) {
    const found = value.kind === 'map' ? 'empty' : describeNode(value);
    complain(value.line, `"columns" must be a map, not ${found}`, 'write "name: { type: string }"');
    return [];
  }
  const seen = new Map<string, YamlEntry>();
  return value.entries.flatMap((column) => {
    // The server does not tell cases apart in names of columns.
    const first = seen.get(column.key.toLowerCase());
    if (first) {
      complain(column.line, `column "${column.key}" is given twice, first on line ${first.line}`, 'keep one');
      return [];
    }
    seen.set(column.key.toLowerCase(), column);
    return parseColumn(column, file, complain) ?? [];
  });
}

function parseColumn(entry: YamlEntry, file: string, complainOfDataset: Complain): Column | undefined {
  const { key: name, line, value } = entry;
  if (name.trim() !== name || name === '' || name.length > MAX_IDENTIFIER || /\p{Cc}/u.test(name)) {
    return complainOfDataset(
      line,
      `"${name.slice(0, 80)}" is no name of a column`,
      'name it as the table does',
    );
  }
  const complain = complainAbout(complainOfDataset, `column ${name}`);
  const fields = readFields(value, KEYS, complain);
  if (!fields) return undefined;
  const type = readType(fields.get('type'), complain);
  const isText = type === undefined || type.kind === 'string';
  for (const key of ['maxLength', 'pattern']) {
    const given = fields.get(key);
    if (given && !isText) complain(given.line, `"${key}" is for type string alone`, 'remove it');
  }
  const rest = readRest(fields, complain);
  return type && { name, type, ...rest, at: { file, line } };
}

function readRest(
  fields: Fields,
  complain: Complain,
): Pick<Column, 'required' | 'maxLength' | 'pattern' | 'sensitive'> {
  return {
    required: readBoolean(fields.get('required'), complain) ?? false,
    maxLength: readCount(fields.get('maxLength'), complain),
    pattern: readPattern(fields.get('pattern'), complain),
    sensitive: readBoolean(fields.get('sensitive'), complain) ?? false,
  };
}

function readType(entry: YamlEntry | undefined, complain: Complain): ColumnType | undefined {
  const text = readRaw(entry, complain)?.trim().toLowerCase();
  if (!entry || text === undefined) return undefined;
  const { line } = entry.value;
  const [, name = text, word] = /^(.*?)\s+(unsigned)$/.exec(text) ?? [];
  const sign = word === undefined ? {} : { unsigned: true };
  const kind = KINDS.find((candidate) => candidate === name);
  if (kind && (isIntegerKind(kind) || word === undefined)) return { kind, ...sign };
  if (kind)
    return complain(line, `"type" cannot be ${text}`, '"unsigned" is for whole numbers and decimal(p,s)');
  const decimal = /^decimal\s*\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(name);
  if (!decimal) return complainOfType(text, line, complain);
  const [precision, scale] = [Number(decimal[1]), Number(decimal[2])];
  if (precision >= 1 && precision <= MAX_PRECISION && scale <= MAX_SCALE && scale <= precision) {
    return { kind: 'decimal', precision, scale, ...sign };
  }
  const fix = `use at most ${MAX_PRECISION} digits, of them at most ${MAX_SCALE} after the point`;
  return complain(line, `"type" cannot be ${text}`, fix);
}

function complainOfType(text: string, line: number, complain: Complain): undefined {
  if (text.startsWith('decimal')) {
    return complain(line, '"type" has no precision and scale', 'write for example decimal(12,2)');
  }
  const meant = closest(text, KINDS);
  const fix = meant === undefined ? `write one of ${KINDS.join(', ')}, decimal(p,s)` : didYouMean(meant);
  return complain(line, `"type" cannot be ${JSON.stringify(text.slice(0, 60))}`, fix);
}

/** Of whole code points, as `maxLength` counts them. */
function readPattern(entry: YamlEntry | undefined, complain: Complain): TextPattern | undefined {
  const source = readRaw(entry, complain);
  if (!entry || source === undefined) return undefined;
  const compiled = compilePattern(source);
  if (!('problem' in compiled)) return compiled;
  return complain(
    entry.value.line,
    `"pattern" is not a regular expression that is matched in linear time: ${compiled.problem}`,
    "write one in RE2's syntax: without look-around, back-references and \\u",
  );
}
