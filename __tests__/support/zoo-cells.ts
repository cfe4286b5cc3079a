import type { TestDatabase } from './database.ts';
import { pairwise, type Cell, type Factors } from './pairwise.ts';
import { valueTypes } from './value-types.ts';

/** Kinds of keys: what stands behind the columns `id`, `n`, `j`, `g`, `w`, `v` and `u`, and behind the table. */
const KEYS: Readonly<Record<string, readonly [inside: string, behind?: string]>> = {
  primary: [', PRIMARY KEY (id)'],
  none: [''],
  'unique with NULL': [', UNIQUE KEY (u)'],
  composite: [', PRIMARY KEY (n, id)'],
  prefix: [', PRIMARY KEY (id), KEY (w(3))'],
  functional: [', PRIMARY KEY (id), KEY ((n + 1))'],
  descending: [', PRIMARY KEY (id DESC), KEY (n DESC)'],
  generated: [''],
  'self-referencing': [
    ', PRIMARY KEY (id), KEY (u), FOREIGN KEY (u) REFERENCES `self` (id) ON DELETE CASCADE',
  ],
  fulltext: [', PRIMARY KEY (id), FULLTEXT KEY (w)'],
  spatial: [', PRIMARY KEY (id), SPATIAL KEY (g)'],
  'multi-valued': [', PRIMARY KEY (id), KEY ((CAST(j AS UNSIGNED ARRAY)))'],
  'by hash': [', PRIMARY KEY (id)', ' PARTITION BY HASH (id) PARTITIONS 3'],
  'by key': [', PRIMARY KEY (id)', ' PARTITION BY KEY (id) PARTITIONS 2'],
  'by range': [
    ', PRIMARY KEY (id)',
    ' PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (3), PARTITION b VALUES LESS THAN MAXVALUE)',
  ],
  'by list': [
    ', PRIMARY KEY (id)',
    ` PARTITION BY LIST (id % 2) (PARTITION a VALUES IN (0), PARTITION b VALUES IN (1))`,
  ],
};
const FORMATS = ['DYNAMIC', 'COMPACT', 'REDUNDANT', 'COMPRESSED'];
const GENERATED = ['', ', made INT AS (n * 2) VIRTUAL', ', made INT AS (n * 2) STORED'];
const KEY_NAMES = Object.keys(KEYS);

export interface CellTable {
  readonly name: string;
  /** What a reader of a failure needs: the levels by name. */
  readonly told: string;
  readonly sql: readonly string[];
  /** The server may want a key before it lets such a table be altered. */
  readonly isKeyless: boolean;
  readonly rows: number;
}

function tableOf(cell: Cell, at: number, collations: readonly string[]): CellTable {
  const name = `p_${at}`;
  const value = valueTypes[cell['type'] ?? 0];
  const key = KEY_NAMES[cell['key'] ?? 0] ?? '';
  const [inside, behind = ''] = KEYS[key] ?? [''];
  const collation = collations[cell['collation'] ?? 0] ?? '';
  const format = FORMATS[cell['format'] ?? 0] ?? '';
  const generated = GENERATED[cell['generated'] ?? 0] ?? '';
  // The server has no spatial columns in partitioned tables.
  const [spatial, place] = behind === '' ? ['POINT NOT NULL SRID 0', 'POINT'] : ['BLOB', 'CONCAT'];
  const columns = `id INT NOT NULL, n INT NOT NULL, u INT NULL, j JSON, g ${spatial},
    w VARCHAR(20) COLLATE ${collation}, v ${value?.type ?? 'INT'}${generated}`;
  const rows = [...(value?.values ?? []), 'NULL'].map(
    (each, id) => `(${id + 1}, ${id}, NULL, '[${id}, 7]', ${place}(${id}, 2), 'a~ \\\\', ${each})`,
  );
  return {
    name,
    told: `${value?.type ?? ''} × ${key} × ${collation} × ${format} × ${generated || 'not generated'}`,
    sql: [
      `SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION', sql_generate_invisible_primary_key = ${key === 'generated' ? 'ON' : 'OFF'}`,
      `CREATE TABLE ${name} (${columns}${inside.replace('self', name)}) ROW_FORMAT = ${format}${behind}`,
      `INSERT IGNORE INTO ${name} (id, n, u, j, g, w, v) VALUES ${rows.join(', ')}`,
    ],
    rows: rows.length,
    isKeyless: key === 'none' || key === 'unique with NULL',
  };
}

/** Tables that combine types, kinds of keys, collations of the server, row formats and generated columns by pairs. */
export async function cellTables(
  db: TestDatabase,
  seed: number,
  most: number,
): Promise<readonly CellTable[]> {
  const found = await db.query<{ name: string }>(
    'SELECT COLLATION_NAME AS name FROM information_schema.COLLATIONS ORDER BY 1',
  );
  // Bytes are no text: FULLTEXT refuses them, and the types have their own.
  const collations = found.map(({ name }) => name).filter((name) => name !== 'binary');
  const factors: Factors = {
    ...{ type: valueTypes.length, key: KEY_NAMES.length, collation: collations.length },
    ...{ format: FORMATS.length, generated: GENERATED.length },
  };
  return pairwise(factors, seed, most).map((cell, at) => tableOf(cell, at, collations));
}
