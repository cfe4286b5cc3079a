import type { Levels, Shape } from './pairwise.ts';
import type { ColumnKind } from './zoo-kinds.ts';

/** What tables of the zoo differ in, beside their columns. */
export const SHAPE_LEVELS = {
  key: [
    ...[
      'primary',
      'none',
      'unique with NULL',
      'composite',
      'prefix',
      'functional',
      'descending',
      'invisible key',
    ],
    ...['by hash', 'by key', 'by range', 'by list', 'in subpartitions'],
    ...['foreign key', 'foreign key to itself', 'fulltext', 'spatial', 'multi-valued'],
  ],
  'row format': ['DYNAMIC', 'COMPACT', 'REDUNDANT', 'COMPRESSED'],
  generated: ['no', 'virtual', 'stored', 'both, with keys'],
  object: [
    'no',
    'view',
    'view of a view',
    'before trigger',
    'after trigger',
    'event',
    'routines',
    'library',
    'duality view',
    'CHECK',
  ],
  run: ['ADD COLUMN', 'UPDATE', 'DELETE', 'DROP TABLE', 'objects', 'CREATE INDEX'],
  driver: ['lossless', 'snapshot', 'in place', 'rollback'],
  others: ['no', 'before', 'during', 'after', 'always'],
} as const satisfies Levels;

const PARTITIONED = ['by hash', 'by key', 'by range', 'by list', 'in subpartitions'];

/** False for what does not exist, and for what is no restore: writes to a table that the run drops. */
export function isAllowedShape({ key, driver, others, run, object, 'row format': format }: Shape): boolean {
  const isLate = others === 'after' || others === 'always';
  // What is committed while a dump begins may be in it: only a lossless restore says exactly what becomes of it.
  if (driver !== 'lossless' && (others === 'during' || others === 'always')) return false;
  // A deploy that is rolled back has ended: what is written then is undone, which has a test of its own.
  if (driver === 'rollback' && others === 'after') return false;
  if (run === 'DROP TABLE' && (isLate || key?.startsWith('foreign key'))) return false;
  // What refers to the row that the run deletes cannot be written by others.
  if (run === 'DELETE' && key === 'foreign key to itself' && others !== 'no' && others !== 'before')
    return false;
  // The trigger that the run drops is missing in the writes of others.
  if (run === 'objects' && isLate && object?.endsWith('trigger')) return false;
  if (run === 'objects' && object === 'no') return false;
  if (object === 'duality view' && !['primary', 'functional', 'descending'].includes(key ?? '')) return false;
  // The server wants a key where it alters or makes a table.
  if (key === 'none' || key === 'unique with NULL') return run === 'UPDATE' || run === 'DELETE';
  if (format === 'COMPRESSED' && key === 'spatial') return false;
  return true;
}

/** False for columns that a table of this shape cannot have. */
export function acceptsKind(shape: Shape, name: string): boolean {
  const isPartitioned = PARTITIONED.includes(shape['key'] ?? '');
  if (isPartitioned && /GEOMETRY|POINT/.test(name)) return false;
  const isWide = /REPEAT|TEXT|BLOB|JSON|VARCHAR\(300\)/.test(name);
  // A row of these formats keeps 768 bytes of each long value in its page.
  return shape['row format'] === 'DYNAMIC' || !isWide || !/\b(?:TEXT|BLOB)$|LONG|MEDIUM/.test(name);
}

/** A table of the zoo, and what is done to it; others write rows from 2 on, the run touches row 1. */
export interface ZooCell {
  readonly table: string;
  readonly shape: Shape;
  readonly kinds: readonly ColumnKind[];
}

const ROWS = 6;

/** What makes the table, its rows and what belongs to it. */
export function makeCell(cell: ZooCell, schema: string): readonly string[] {
  const { table, shape, kinds } = cell;
  const lines = [
    ...kinds.map(({ type }, at) => `c${at} ${type}`),
    ...generatedColumns(shape['generated']!),
    ...keyLines(cell),
    ...(shape['object'] === 'CHECK'
      ? [`CONSTRAINT ${table}_ck CHECK (id > -5)`, "d VARCHAR(9) DEFAULT (LOWER('X'))"]
      : []),
  ];
  const format = shape['row format'] === 'COMPRESSED' ? 'COMPRESSED KEY_BLOCK_SIZE = 8' : shape['row format'];
  const needed =
    shape['key'] === 'foreign key'
      ? [
          `CREATE TABLE ${table}_p (id INT PRIMARY KEY, f FLOAT)`,
          `INSERT INTO ${table}_p VALUES (1, 0.1), (2, 52.520008), (3, 1)`,
        ]
      : [];
  return [
    `SET SESSION sql_generate_invisible_primary_key = ${shape['key'] === 'invisible key' ? 'ON' : 'OFF'}`,
    ...needed,
    `CREATE TABLE ${table} (${['id INT NOT NULL', ...lines].join(', ')}) ROW_FORMAT = ${format} ${partitions(shape['key']!)}`,
    ...Array.from({ length: ROWS }, (_, at) => insert(cell, at + 1, at)),
    ...objects(cell, schema),
  ];
}

/** One transaction of others. */
export function writeCell(cell: ZooCell, n: number): readonly string[] {
  const { table, kinds } = cell;
  const value = (at: number, turn: number): string => kinds[at]!.values[turn % kinds[at]!.values.length]!;
  const sets = kinds.map((_, at) => `c${at} = ${value(at, n + 1)}`).join(', ');
  return [
    insert(cell, 100 + n, n),
    `UPDATE ${table} SET ${sets} WHERE id = ${2 + (n % 2)}`,
    `UPDATE ${table} SET id = ${200 + n} WHERE id = ${100 + n}`,
    ...(n % 2 === 0 ? [`DELETE FROM ${table} WHERE id = ${4 + ((n / 2) % 2)}`] : []),
  ];
}

/** What the run does to the table. */
export function runOnCell({ table, shape }: ZooCell): readonly string[] {
  switch (shape['run']) {
    case 'ADD COLUMN':
      return [`ALTER TABLE ${table} ADD COLUMN added_by_run INT`];
    case 'UPDATE':
      return [`UPDATE ${table} SET c0 = NULL WHERE id = 1`];
    case 'DELETE':
      return [`DELETE FROM ${table} WHERE id = 1`];
    case 'DROP TABLE':
      return [`DROP TABLE ${table}`];
    case 'CREATE INDEX':
      return [`CREATE INDEX made_by_run ON ${table} (id)`];
    default:
      return changeObjects(table, shape['object']!);
  }
}

function insert({ table, kinds, shape }: ZooCell, id: number, turn: number): string {
  const names = ['id', ...kinds.map((_, at) => `c${at}`)];
  const values = [String(id), ...kinds.map(({ values: all }) => all[turn % all.length]!)];
  const more = KEY_VALUES[shape['key']!];
  if (more) {
    names.push(more.name);
    values.push(more.value(turn));
  }
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${values.join(', ')})`;
}

const KEY_VALUES: Readonly<
  Record<string, { readonly name: string; readonly value: (turn: number) => string }>
> = {
  'unique with NULL': { name: 'u', value: (turn) => (turn % 2 === 0 ? 'NULL' : 'id') },
  'foreign key': { name: 'up', value: (turn) => String(1 + (turn % 3)) },
  'foreign key to itself': { name: 'up', value: (turn) => (turn === 0 ? 'NULL' : '1') },
  fulltext: { name: 'txt', value: (turn) => `'words of row ${turn}'` },
  spatial: { name: 'loc', value: (turn) => `ST_GeomFromText('POINT(${turn} 2)', 4326)` },
  'multi-valued': { name: 'tags', value: (turn) => `JSON_ARRAY(${turn}, 7)` },
  composite: { name: 'k2', value: (turn) => `'K${turn}'` },
  prefix: { name: 'k2', value: (turn) => `CONCAT('${turn}', id)` },
};

function keyLines({ table, shape }: ZooCell): readonly string[] {
  switch (shape['key']) {
    case 'none':
      return [];
    case 'invisible key':
      return ['KEY (id) INVISIBLE'];
    case 'unique with NULL':
      return ['u INT', 'UNIQUE KEY (u)', 'KEY (id)'];
    case 'composite':
      return ["k2 VARCHAR(9) COLLATE utf8mb4_0900_ai_ci NOT NULL DEFAULT 'é'", 'PRIMARY KEY (k2, id)'];
    case 'prefix':
      return ['k2 VARCHAR(20) CHARACTER SET latin1 NOT NULL', 'PRIMARY KEY (k2(6))', 'KEY (k2(2), id)'];
    case 'functional':
      return ['PRIMARY KEY (id)', 'UNIQUE KEY ((id * 2))', "KEY ((CONCAT('x', id)))"];
    case 'descending':
      return ['PRIMARY KEY (id DESC)', 'KEY (id)'];
    case 'foreign key':
      return [
        'up INT',
        'PRIMARY KEY (id)',
        `CONSTRAINT ${table}_fk FOREIGN KEY (up) REFERENCES ${table}_p (id) ON DELETE CASCADE`,
      ];
    case 'foreign key to itself':
      return [
        'up INT',
        'PRIMARY KEY (id)',
        `CONSTRAINT ${table}_fk FOREIGN KEY (up) REFERENCES ${table} (id) ON DELETE SET NULL`,
      ];
    case 'fulltext':
      return ['txt VARCHAR(60)', 'PRIMARY KEY (id)', 'FULLTEXT KEY (txt)'];
    case 'spatial':
      return ['loc POINT NOT NULL SRID 4326', 'PRIMARY KEY (id)', 'SPATIAL KEY (loc)'];
    case 'multi-valued':
      return ['tags JSON', 'PRIMARY KEY (id)', "KEY ((CAST(tags->'$' AS UNSIGNED ARRAY)))"];
    default:
      return ['PRIMARY KEY (id)'];
  }
}

function partitions(key: string): string {
  switch (key) {
    case 'by hash':
      return 'PARTITION BY LINEAR HASH (id) PARTITIONS 3';
    case 'by key':
      return 'PARTITION BY KEY () PARTITIONS 3';
    case 'by range':
      return 'PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (3), PARTITION p1 VALUES LESS THAN MAXVALUE)';
    case 'by list': {
      const lists = Array.from({ length: 3 }, (_, list) => `PARTITION p${list} VALUES IN (${list})`);
      return `PARTITION BY LIST (id MOD 3) (${lists.join(', ')})`;
    }
    case 'in subpartitions':
      return 'PARTITION BY RANGE COLUMNS (id) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (150), PARTITION p1 VALUES LESS THAN (MAXVALUE))';
    default:
      return '';
  }
}

function generatedColumns(generated: string): readonly string[] {
  const virtual = 'gv INT AS (id * 2) VIRTUAL';
  const stored = "gs VARCHAR(40) AS (CONCAT('x', id)) STORED";
  if (generated === 'virtual') return [virtual];
  if (generated === 'stored') return [stored];
  return generated === 'no' ? [] : [virtual, stored, 'KEY (gv)', 'KEY (gs)'];
}

function objects({ table, shape }: ZooCell, schema: string): readonly string[] {
  switch (shape['object']) {
    case 'view':
      return [`CREATE VIEW ${table}_v AS SELECT * FROM ${table}`];
    case 'view of a view':
      return [
        `CREATE VIEW ${table}_v AS SELECT id AS n FROM ${table}`,
        `CREATE VIEW ${table}_a AS SELECT n FROM ${table}_v WHERE n > 0`,
      ];
    case 'duality view':
      return [
        `CREATE JSON RELATIONAL DUALITY VIEW ${table}_v AS SELECT JSON_DUALITY_OBJECT('_id': id) FROM ${table}`,
      ];
    case 'before trigger':
      return [
        `CREATE TRIGGER ${table}_b BEFORE INSERT ON ${table} FOR EACH ROW SET @seen = NEW.id, NEW.c0 = NEW.c0`,
      ];
    case 'after trigger':
      return [
        `CREATE TABLE ${table}_log (n INT AUTO_INCREMENT PRIMARY KEY, row_id INT)`,
        `CREATE TRIGGER ${table}_t AFTER UPDATE ON ${table} FOR EACH ROW INSERT INTO ${table}_log (row_id) VALUES (NEW.id)`,
      ];
    case 'event':
      return [`CREATE EVENT ${table}_e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO DELETE FROM ${table}`];
    case 'routines':
      return [
        `CREATE PROCEDURE ${table}_r () SELECT COUNT(*) FROM ${table}`,
        `CREATE FUNCTION ${table}_f () RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM ${table})`,
      ];
    case 'library':
      return [
        `CREATE LIBRARY ${table}_l LANGUAGE JAVASCRIPT AS 'export function f(n) { return n; }'`,
        `CREATE FUNCTION ${table}_f (n INT) RETURNS INT DETERMINISTIC LANGUAGE JAVASCRIPT USING (${schema}.${table}_l AS m) AS 'return m.f(n)'`,
      ];
    default:
      return [];
  }
}

function changeObjects(table: string, object: string): readonly string[] {
  switch (object) {
    case 'view':
      return [`CREATE OR REPLACE VIEW ${table}_v AS SELECT 1 AS id`];
    case 'duality view':
      return [`DROP VIEW ${table}_v`];
    case 'view of a view':
      return [`DROP VIEW ${table}_a`, `CREATE OR REPLACE VIEW ${table}_v AS SELECT 2 AS n`];
    case 'before trigger':
      return [`DROP TRIGGER ${table}_b`];
    case 'after trigger':
      return [
        `DROP TRIGGER ${table}_t`,
        `CREATE TRIGGER ${table}_t AFTER UPDATE ON ${table} FOR EACH ROW SET @seen = 1`,
      ];
    case 'event':
      return [`ALTER EVENT ${table}_e DISABLE`];
    case 'routines':
      return [
        `DROP PROCEDURE ${table}_r`,
        `DROP FUNCTION ${table}_f`,
        `CREATE FUNCTION ${table}_f () RETURNS INT DETERMINISTIC RETURN 1`,
      ];
    case 'library':
      return [`DROP FUNCTION ${table}_f`];
    default:
      return [`ALTER TABLE ${table} DROP CHECK ${table}_ck`];
  }
}
