import type { ProblemSink } from '../../yaml/problem-sink.ts';
import { closest, didYouMean } from '../../yaml/did-you-mean.ts';
import { readChoice, readName, readRaw, type Fields } from '../../yaml/yaml-fields.ts';
import { describeNode, type YamlEntry } from '../../yaml/yaml-node.ts';
import { RFC_4180, type CsvDialect } from './csv-dialect.ts';
import { DATE_PARTS, parseDateFormat, type DateFormat } from './date-format.ts';
import { DECIMAL_SIGNS } from './manifest-keys.ts';
import type { Column, Dataset } from './manifest.ts';

/** How the files of a dataset are written. */
type FileForm = Pick<Dataset, 'dialect' | 'decimal' | 'dateFormat' | 'rename'>;

/** Reads the keys that say how files are written; what cannot be read is as if it was left out. */
export function parseFileForm(fields: Fields, columns: readonly Column[], addProblem: ProblemSink): FileForm {
  return {
    dialect: readDialect(fields, addProblem),
    decimal: readChoice(fields.get('decimal'), DECIMAL_SIGNS, addProblem) ?? '.',
    dateFormat: readDateFormat(fields.get('dateFormat'), addProblem),
    rename: readRename(fields.get('rename'), columns, addProblem),
  };
}

function readDialect(fields: Fields, addProblem: ProblemSink): CsvDialect {
  const delimiter = readSign(fields.get('delimiter'), 'a comma', addProblem) ?? RFC_4180.delimiter;
  const quoteEntry = fields.get('quote');
  const isWithout = quoteEntry?.value.kind === 'scalar' && quoteEntry.value.text === '';
  const quote = isWithout ? '' : (readSign(quoteEntry, 'a quote', addProblem) ?? RFC_4180.quote);
  const escape = readSign(fields.get('escape'), 'a backslash', addProblem) ?? quote;
  const at = fields.get('delimiter') ?? quoteEntry ?? fields.get('escape');
  if (at && (delimiter === quote || delimiter === escape)) {
    addProblem(
      at.line,
      `"${at.key}": the delimiter cannot be the quote or the escape too`,
      'use another sign',
    );
  }
  return { delimiter, quote, escape, encoding: readEncoding(fields.get('encoding'), addProblem) };
}

/** One character that is in no number or name of its own. */
function readSign(entry: YamlEntry | undefined, such: string, addProblem: ProblemSink): string | undefined {
  const text = readRaw(entry, addProblem);
  if (!entry || text === undefined) return undefined;
  const sign = text === String.raw`\t` ? '\t' : text;
  if (sign.length === 1 && !/[\r\n\0\p{L}\d]/u.test(sign)) return sign;
  return addProblem(
    entry.value.line,
    `"${entry.key}" cannot be ${describeNode(entry.value)}`,
    `write one character such as ${such}, no letter, digit or line break`,
  );
}

function readEncoding(entry: YamlEntry | undefined, addProblem: ProblemSink): string {
  const label = readName(entry, addProblem)?.toLowerCase();
  if (!entry || label === undefined) return RFC_4180.encoding;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    const fix =
      'write a label of the Encoding Standard: utf-8, windows-1252, iso-8859-15, utf-16le, shift_jis';
    addProblem(entry.value.line, `"encoding" cannot be ${describeNode(entry.value)}`, fix);
    return RFC_4180.encoding;
  }
}

function readDateFormat(entry: YamlEntry | undefined, addProblem: ProblemSink): DateFormat | undefined {
  const source = readName(entry, addProblem);
  if (!entry || source === undefined) return undefined;
  const format = parseDateFormat(source);
  if (!('problem' in format)) return format;
  return addProblem(
    entry.value.line,
    `"dateFormat" cannot be "${source}": it ${format.problem}`,
    `put it together from ${DATE_PARTS}: DD.MM.YYYY, M/D/YYYY h:mm A`,
  );
}

function readRename(
  entry: YamlEntry | undefined,
  columns: readonly Column[],
  addProblem: ProblemSink,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  if (!entry) return names;
  if (entry.value.kind !== 'map') {
    addProblem(
      entry.value.line,
      `"rename" must be a map, not ${describeNode(entry.value)}`,
      'write "InFile: column"',
    );
    return names;
  }
  const known = columns.map(({ name }) => name);
  for (const renamed of entry.value.entries) {
    const to = readName(renamed, addProblem);
    if (to === undefined) continue;
    if (names.has(renamed.key)) addProblem(renamed.line, `"rename" names "${renamed.key}" twice`, 'keep one');
    else if ([...names.values()].includes(to)) {
      addProblem(renamed.line, `"rename" gives two columns the name "${to}"`, 'keep one');
    } else if (columns.length > 0 && !known.includes(to)) {
      const meant = closest(to, known);
      const fix = meant === undefined ? `the columns are ${known.join(', ')}` : didYouMean(meant);
      addProblem(renamed.line, `"rename" gives the name "${to}", which is not among the columns`, fix);
    } else names.set(renamed.key, to);
  }
  return names;
}
