import { addProblemAbout, type ProblemSink } from '../../yaml/problem-sink.ts';
import { closest, didYouMean } from '../../yaml/did-you-mean.ts';
import { resolvePath } from '../../yaml/path.ts';
import { readChoice, readFields, readName, readNames, readRaw, type Fields } from '../../yaml/yaml-fields.ts';
import { describeNode, type YamlEntry, type YamlNode } from '../../yaml/yaml-node.ts';
import { knownKeys } from '../../yaml/documented-key.ts';
import { DATASET_KEYS, DELETES, LATE, MAX_IDENTIFIER, MAX_NAME, ON_EXTRA_COLUMN } from './manifest-keys.ts';
import type { Column, Dataset, FindContract, RejectLimit, RowContract } from './manifest.ts';
import { parseColumns } from './parse-columns.ts';
import { parseFileForm } from './parse-file-form.ts';

const KEYS = knownKeys(DATASET_KEYS);

const UNORDERED = ['json', 'vector', 'boolean'];
/** Characters that `ops_checkpoints.last_watermark` has room for. */
const MAX_WATERMARK = 64;

/** Parses one entry of `datasets:`. */
export function parseDataset(
  node: YamlNode,
  file: string,
  reportFile: ProblemSink,
  findContract: FindContract,
): Dataset | undefined {
  const addProblem = addProblemAbout(reportFile, `dataset ${nameOf(node)}`.trimEnd());
  const fields = readFields(node, KEYS, addProblem);
  if (!fields) return undefined;
  const name = readShort(fields.get('name'), MAX_NAME, addProblem);
  const files = readGlob(fields.get('files'), addProblem);
  const table = readTable(fields.get('table'), addProblem);
  requireOneContract(fields, node.line, addProblem);
  const contract = readContract(fields, { name, table }, file, addProblem, findContract);
  const columns = contract?.columns ?? parseColumns(fields.get('columns'), file, addProblem);
  const key = readKey(fields, columns, addProblem);
  const watermark = readWatermark(fields.get('watermark'), columns, addProblem);
  const late = readChoice(fields.get('late'), LATE, addProblem) ?? 'load';
  if (late === 'skip' && !fields.has('watermark')) {
    addProblem(fields.get('late')!.line, '"late: skip" needs a watermark', 'name one, or remove it');
  }
  const deletes = readChoice(fields.get('deletes'), DELETES, addProblem) ?? 'keep';
  if (late === 'skip' && deletes === 'close') {
    addProblem(
      fields.get('deletes')!.line,
      '"deletes: close" needs every row of a file',
      'remove "late: skip"',
    );
  }
  const options = {
    late,
    maxRejected: readLimit(fields.get('maxRejected'), addProblem),
    onExtraColumn: readChoice(fields.get('onExtraColumn'), ON_EXTRA_COLUMN, addProblem) ?? 'fail',
    nullText: readNullText(fields.get('null'), addProblem),
    deletes,
    maxDuration: readDuration(fields.get('maxDuration'), addProblem),
    ...parseFileForm(fields, columns, addProblem),
  } as const;
  if (name === undefined || files === undefined || table === undefined) return undefined;
  const filesAt = { file, line: fields.get('files')?.line ?? node.line };
  const at = { file, line: node.line };
  const from = contract ? { contract } : {};
  return { name, files, filesAt, table, key, watermark, columns, ...from, at, ...options };
}

/** Two sources for one thing would differ some day. */
function requireOneContract(fields: Fields, line: number, addProblem: ProblemSink): void {
  const [contract, columns] = [fields.get('contract'), fields.get('columns')];
  if (contract && columns) {
    const message = '"contract" and "columns" are both given';
    addProblem(columns.line, message, 'remove "columns": the contract says what a row is');
  } else if (!contract && !columns) {
    addProblem(line, 'key "columns" is missing', 'add "columns:", or "contract:" with a data contract');
  }
}

function readContract(
  fields: Fields,
  { name, table }: Readonly<Record<'name' | 'table', string | undefined>>,
  file: string,
  addProblem: ProblemSink,
  findContract: FindContract,
): RowContract | undefined {
  const entry = fields.get('contract');
  const written = readName(entry, addProblem);
  if (!entry || written === undefined || fields.has('columns')) return undefined;
  const path = resolvePath(written);
  if (typeof path !== 'string') return addProblem(entry.value.line, path.message, path.fix);
  if (name === undefined || table === undefined) return undefined;
  const key = readNames(fields.get('key'), () => undefined).map(({ text }) => text);
  return findContract({ path, dataset: name, table, key, at: { file, line: entry.value.line } });
}

/** The name for messages, from a dataset that may be wrong in every way. */
function nameOf(node: YamlNode): string {
  if (node.kind !== 'map') return '';
  const name = node.entries.find(({ key }) => key === 'name')?.value;
  return name?.kind === 'scalar' && /^[\w.-]{1,80}$/.test(name.text) ? name.text : '';
}

function readShort(entry: YamlEntry | undefined, most: number, addProblem: ProblemSink): string | undefined {
  const text = readName(entry, addProblem);
  if (!entry || text === undefined || Array.from(text).length <= most) return text;
  return addProblem(entry.value.line, `"${entry.key}" is longer than ${most} characters`, 'shorten it');
}

function readTable(entry: YamlEntry | undefined, addProblem: ProblemSink): string | undefined {
  const table = readShort(entry, MAX_IDENTIFIER, addProblem);
  if (!entry || table === undefined) return undefined;
  if (table.includes('.')) {
    return addProblem(entry.value.line, `"${table}" has a dot in it`, 'name a table of the schema db-name');
  }
  if (!/^(ops_|databasechangelog)/i.test(table)) return table;
  return addProblem(entry.value.line, `"${table}" is a table of db-deploy itself`, 'name a staging table');
}

function readGlob(entry: YamlEntry | undefined, addProblem: ProblemSink): string | undefined {
  const written = readName(entry, addProblem);
  if (!entry || written === undefined) return undefined;
  const path = resolvePath(written);
  if (typeof path !== 'string') return addProblem(entry.value.line, path.message, path.fix);
  if (/[[\]{}]/.test(path)) {
    return addProblem(
      entry.value.line,
      `"${written}" has brackets in it`,
      'use * (any text), ? (one character) and ** (any folders) alone',
    );
  }
  if (/(\.csv|\.csv\.gz|\*)$/.test(path)) return path;
  return addProblem(
    entry.value.line,
    `"${written}" names no CSV files`,
    'let it end in .csv, .csv.gz or *; of what it finds, only .csv and .csv.gz are read',
  );
}

function readKey(fields: Fields, columns: readonly Column[], addProblem: ProblemSink): readonly string[] {
  const entry = fields.get('key');
  const names = readNames(entry, addProblem);
  const isEmpty =
    entry?.value.kind === 'scalar' ? entry.value.text.trim() === '' : entry?.value.kind === 'list';
  if (entry && names.length === 0 && isEmpty) {
    addProblem(entry.value.line, '"key" is empty', 'name the columns that make a row of staging unique');
  }
  const seen = new Set<string>();
  for (const { text, line } of names) {
    if (seen.has(text)) addProblem(line, `"key" names "${text}" twice`, 'keep one');
    seen.add(text);
    requireColumn('key', text, line, columns, addProblem);
  }
  return [...seen];
}

function readWatermark(
  entry: YamlEntry | undefined,
  columns: readonly Column[],
  addProblem: ProblemSink,
): string | undefined {
  const name = readName(entry, addProblem);
  if (!entry || name === undefined) return undefined;
  const column = requireColumn('watermark', name, entry.value.line, columns, addProblem);
  if (!column) return name;
  const { kind } = column.type;
  if (UNORDERED.includes(kind)) {
    return addProblem(
      entry.value.line,
      `"watermark" cannot be "${name}": its type is ${kind}`,
      'name a column with an order that grows with every change in the source, or leave it out',
    );
  }
  if (kind !== 'string' || (column.maxLength ?? Infinity) <= MAX_WATERMARK) return name;
  return addProblem(
    entry.value.line,
    `"watermark" cannot be "${name}": it may be longer than ${MAX_WATERMARK} characters`,
    `set "maxLength: ${MAX_WATERMARK}" or less on it`,
  );
}

/** A row without key or watermark could be neither found again nor ordered. */
function requireColumn(
  what: string,
  name: string,
  line: number,
  columns: readonly Column[],
  addProblem: ProblemSink,
): Column | undefined {
  const column = columns.find((candidate) => candidate.name === name);
  if (column?.required) return column;
  if (column) {
    return addProblem(line, `"${what}" names "${name}", which may be empty`, 'set "required: true" on it');
  }
  // Where the columns could not be read at all, that is the problem.
  if (columns.length === 0) return undefined;
  const names = columns.map((candidate) => candidate.name);
  const meant = closest(name, names);
  const fix = meant === undefined ? `the columns are ${names.join(', ')}` : didYouMean(meant);
  return addProblem(line, `"${what}" names "${name}", which is not among the columns`, fix);
}

function readLimit(entry: YamlEntry | undefined, addProblem: ProblemSink): RejectLimit {
  const text = readRaw(entry, addProblem)?.trim();
  if (!entry || text === undefined) return { kind: 'rows', rows: 0 };
  if (/^\d{1,15}$/.test(text)) return { kind: 'rows', rows: Number(text) };
  const percent = /^(\d{1,3}(?:\.\d+)?) ?%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return { kind: 'percent', percent: Number(percent) };
  addProblem(
    entry.value.line,
    `"maxRejected" cannot be ${describeNode(entry.value)}`,
    'write a number of rows, or a share such as "1%"',
  );
  return { kind: 'rows', rows: 0 };
}

/** May be empty, which is the default. */
function readNullText(entry: YamlEntry | undefined, addProblem: ProblemSink): string {
  const text = readRaw(entry, addProblem) ?? '';
  if (!entry || !/["\r\n]/.test(text)) return text;
  addProblem(
    entry.value.line,
    '"null" has quotes or line breaks in it',
    'name a text that can stand unquoted',
  );
  return '';
}

const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

function readDuration(entry: YamlEntry | undefined, addProblem: ProblemSink): number | undefined {
  const text = readRaw(entry, addProblem)?.trim();
  if (!entry || text === undefined) return undefined;
  const [, number, unit = ''] = /^(\d{1,6})\s*([smh])$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * MILLISECONDS[unit]!;
  const message = `"maxDuration" cannot be ${describeNode(entry.value)}`;
  return addProblem(entry.value.line, message, 'write 90s, 30m or 2h');
}
