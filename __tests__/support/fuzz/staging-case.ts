import { parseManifest } from '../../../src/pipeline/manifest/parse-manifest.ts';
import type { Dataset } from '../../../src/pipeline/manifest/manifest.ts';
import type { Chance } from './chance.ts';
import { randomDialect, writeCsv, writeDay, type FuzzDialect } from './dialect.ts';
import type { ModelDataset, ModelRow } from './staging-model.ts';
import { COLLATIONS, FUZZ_TYPES, KEY_WORDS, type FuzzType } from './values.ts';

/** A random table, created once and emptied for each case. */
export interface FuzzTable {
  readonly name: string;
  readonly create: string;
  readonly isTextKey: boolean;
  readonly collation: string;
  readonly watermark: 'none' | 'column' | 'version';
  readonly types: readonly FuzzType[];
  /** One row as an object of texts. */
  readonly select: string;
}

export function randomTable(chance: Chance, number: number): FuzzTable {
  const { pick, below, once } = chance;
  const isTextKey = once(2);
  const collation = pick(Object.keys(COLLATIONS));
  const watermark = pick(['none', 'column', 'version'] as const);
  const types = Array.from({ length: 1 + below(4) }, () => pick(FUZZ_TYPES));
  const name = `stg_fuzz_${number}`;
  const key = watermark === 'version' ? 'k, w' : 'k';
  const columns = [
    isTextKey ? `k VARCHAR(10) COLLATE ${collation} NOT NULL` : 'k BIGINT NOT NULL',
    ...(watermark === 'none' ? [] : ['w DATETIME(6) NOT NULL']),
    ...types
      .map(({ column }, at) => `c${at} ${column}`.replace(/ NULL$/, ''))
      .map((column) => `${column} NULL`),
  ];
  const isSurrogate = once(3);
  const keys = isSurrogate
    ? ['sk BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY', `UNIQUE KEY business (${key})`]
    : [`PRIMARY KEY (${key})`];
  const shown = [
    'CAST(k AS CHAR) AS k',
    ...(watermark === 'none' ? [] : ['CAST(w AS CHAR) AS w']),
    ...types.map(({ select = '#' }, at) => `${select.replaceAll('#', `c${at}`)} AS c${at}`),
  ];
  return {
    ...{ name, isTextKey, collation, watermark, types },
    create: `CREATE TABLE ${name} (${[...columns, ...keys].join(', ')}) CHARACTER SET utf8mb4`,
    select: `SELECT ${shown.join(', ')} FROM ${name}`,
  };
}

/** The files of one case, run after run, with what the model has to know of them. */
export interface StagingCase {
  readonly dataset: Dataset;
  readonly model: ModelDataset;
  readonly runs: readonly (readonly FuzzFile[])[];
}

export interface FuzzFile {
  readonly bytes: Buffer;
  readonly rows: readonly ModelRow[];
}

export function randomCase(chance: Chance, table: FuzzTable): StagingCase {
  const { pick, below, once } = chance;
  const dialect = randomDialect(chance);
  const hasWatermark = table.watermark !== 'none';
  const deletes = once(4) ? 'close' : 'keep';
  const late = hasWatermark && deletes === 'keep' && once(3) ? 'skip' : 'load';
  const maxRejected = pick([0, 2, 100, 100]);
  const key = table.watermark === 'version' ? ['k', 'w'] : ['k'];
  const columns = [
    `      k: { type: ${table.isTextKey ? 'string' : 'bigint'}, required: true }`,
    ...(hasWatermark ? ['      w: { type: datetime, required: true }'] : []),
    ...table.types.map(({ type }, at) => `      c${at}: { type: "${type}" }`),
  ];
  const yaml = [
    'datasets:',
    '  - name: fuzz',
    `    table: ${table.name}`,
    '    files: data/raw/f*.csv',
    `    key: [${key.join(', ')}]`,
    ...(hasWatermark ? ['    watermark: w'] : []),
    ...[
      `    late: ${late}`,
      `    deletes: ${deletes}`,
      `    maxRejected: ${maxRejected}`,
      '    onExtraColumn: ignore',
    ],
    ...dialect.yaml.map((line) => `    ${line}`),
    ...['    rename: { Key: k }', '    columns:', ...columns],
  ].join('\n');
  const { datasets, problems } = parseManifest(yaml, 'm.yml');
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  const fold = table.isTextKey ? COLLATIONS[table.collation]! : (text: string): string => text;
  const order = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
  const files = (): readonly FuzzFile[] =>
    Array.from({ length: 1 + below(3) }, () => randomFile(chance, table, dialect));
  return {
    dataset: datasets[0]!,
    model: { key, watermark: hasWatermark ? 'w' : undefined, late, maxRejected, deletes, fold, order },
    runs: Array.from({ length: 1 + below(3) }, files),
  };
}

let files = 0;

function randomFile(chance: Chance, table: FuzzTable, dialect: FuzzDialect): FuzzFile {
  files += 1;
  const made = Array.from({ length: chance.below(10) }, () => randomRow(chance, table, dialect));
  // Sometimes a row once more, as it is.
  if (made.length > 0 && chance.once(3)) made.push(chance.pick(made));
  const names = [
    'Key',
    ...(table.watermark === 'none' ? [] : ['w']),
    ...table.types.map((_, at) => `c${at}`),
  ];
  // No two files have the same bytes: such a one would be skipped.
  const header = [...names, `u${files}`];
  const { bytes, lines } = writeCsv(
    dialect,
    chance,
    header,
    made.map(({ fields }) => fields),
  );
  return {
    bytes,
    rows: made.map(({ fields, values, watermark }, at) => ({
      ...{ line: lines[at]!, values, watermark, lines: linesOf(fields) },
    })),
  };
}

function linesOf(fields: readonly (string | null)[]): number {
  return 1 + fields.reduce((sum, field) => sum + (field ?? '').split('\n').length - 1, 0);
}

function randomRow(chance: Chance, table: FuzzTable, dialect: FuzzDialect) {
  const { pick, below, once } = chance;
  const fields: (string | null)[] = [];
  const values: Record<string, string | null> = {};
  let isWrong = false;
  const add = (name: string, text: string | null, stored: string | null | undefined): void => {
    fields.push(text);
    if (stored === undefined) isWrong = true;
    else values[name] = stored;
  };
  const key = table.isTextKey ? pick(once(3) ? KEY_WORDS : ['a', 'b', 'c']) : String(1 + below(6));
  if (once(25)) add('k', null, undefined);
  else add('k', key, key);
  let watermark: string | undefined;
  if (table.watermark !== 'none') {
    const iso = `2026-01-0${1 + below(9)}T0${below(3)}:00:00Z`;
    if (once(25)) add('w', pick(['soon', '9999-12-31T00:00:00Z', '']), undefined);
    else {
      watermark = `${iso.slice(0, 19).replace('T', ' ')}.000000`;
      add('w', writeDay(dialect, iso), watermark);
    }
  }
  for (const [at, type] of table.types.entries()) {
    // Few rows are wrong, though most values could be.
    let value = type.make(chance, dialect);
    while (value.stored === undefined && !once(6)) value = type.make(chance, dialect);
    if (once(5)) add(`c${at}`, null, null);
    else add(`c${at}`, value.text, value.stored);
  }
  fields.push('');
  if (once(25)) {
    if (once(2)) fields.push('one more');
    else fields.pop();
    return { fields, values: undefined, watermark: undefined };
  }
  return { fields, values: isWrong ? undefined : values, watermark };
}
