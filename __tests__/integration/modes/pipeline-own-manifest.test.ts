import { expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { deploy, project, writeFiles } from '../../support/deploy.ts';
import { runPipeline } from '../../support/shop.ts';

/** Nothing of the example: reserved words, names with dots and quotes, a key that knows no cases, a generated column. */
const PROJECT = {
  'changelog/changelog.yml':
    'databaseChangeLog:\n  - changeSet: { id: "1", author: me, sqlFile: migrations/1.sql }\n',
  'migrations/1.sql': `CREATE TABLE \`order\` (
      \`group\` VARCHAR(20) COLLATE utf8mb4_0900_ai_ci NOT NULL,
      \`select\` INT NOT NULL,
      \`when\` DATETIME(3) NOT NULL,
      \`note.\`\`1\` VARCHAR(300) COLLATE utf8mb4_general_ci NULL,
      twice INT AS (\`select\` * 2) VIRTUAL,
      PRIMARY KEY (\`group\`, \`select\`)
    );
    CREATE TABLE target (
      g VARCHAR(20) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY, total BIGINT NOT NULL, followed INT NULL
    );`,
  'data/pipeline.yml': `datasets:
  - name: Weird-set 1
    files: data/raw/*.csv
    table: order
    key: [group, select]
    watermark: when
    "null": NULL!
    columns:
      "note.\`1": { type: string, maxLength: 300, sensitive: true }
      group: { type: string, maxLength: 20, required: true }
      select: { type: int, required: true }
      when: { type: datetime, required: true }
transforms: [sql/t.sql]
checks:
  file: sql/c.sql
  builtin:
    - relationships: { table: order, columns: [group], to: target, toColumns: [g] }
    - reconcile: { table: order, column: select, to: target, toColumn: total }
    - accepted_values: { table: order, column: "note.\`1", values: [A, ''], severity: warning }
`,
  'sql/t.sql': `SET @followed = COALESCE(JSON_LENGTH(@\`changed_Weird-set 1\`), -1);
    INSERT INTO target (g, total, followed)
    SELECT built.* FROM (SELECT \`group\`, SUM(\`select\`) AS s, @followed FROM \`order\` GROUP BY \`group\`) AS built
    ON DUPLICATE KEY UPDATE total = built.s, followed = @followed;`,
  'sql/c.sql': `-- check: listing severity: warning
    SELECT total - 1000 FROM target;`,
  'data/raw/1.csv': `select,group,when,note.\`1
1,a,2026-01-01T00:00:00.5Z,a
2,A,2026-01-01T00:00:00Z,"NULL!"
3,ä,2026-01-01T00:00:00Z,NULL!
4,b,2026-01-01T00:00:00+14:00,
`,
};

test('a manifest of its own goes through, and the next run follows what changed', async () => {
  const db = await testDatabase();
  const folder = project(PROJECT);
  expect((await deploy('update', folder, db)).report.result).toBe('ok');
  const first = await runPipeline(folder, db);
  expect([first.result, first.problems]).toEqual(['ok', []]);
  expect(first.pipeline?.datasets[0]?.rows).toMatchObject({ read: 4, new: 4, rejected: 0 });
  expect(await db.query('SELECT `select` AS s, `note.``1` AS n, twice FROM `order` ORDER BY s')).toEqual([
    { s: 1, n: 'a', twice: 2 },
    { s: 2, n: 'NULL!', twice: 4 },
    { s: 3, n: null, twice: 6 },
    { s: 4, n: '', twice: 8 },
  ]);
  expect(await db.query('SELECT * FROM target ORDER BY g')).toEqual([
    { g: 'a', total: 6, followed: -1 },
    { g: 'b', total: 4, followed: -1 },
  ]);

  // Another spelling of a key would overwrite the row of the first one.
  writeFiles(folder, { 'data/raw/2.csv': 'select,group,when,note.`1\n1,Ä,2026-01-01T00:00:00.6Z,NULL!\n' });
  const refused = await runPipeline(folder, db);
  expect(refused.problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('"Ä, 1" (data/raw/2.csv:2) and "a, 1" (table order), loaded before'),
  ]);
  writeFiles(folder, { 'data/raw/2.csv': 'select,group,when,note.`1\n1,a,2026-01-01T00:00:00.6Z,NULL!\n' });
  const second = await runPipeline(folder, db);
  expect(second.pipeline?.datasets[0]?.rows).toMatchObject({ read: 1, new: 0, changed: 1 });
  expect(await db.query('SELECT followed FROM target')).toEqual([{ followed: 1 }, { followed: 1 }]);
  expect(await db.query('SELECT `group` AS g, `note.``1` AS n FROM `order` WHERE `select` = 1')).toEqual([
    { g: 'a', n: null },
  ]);
  // What lists instead of counting gives no number, however small its values are.
  expect(second.warnings.map(({ message }) => message)).toEqual([
    'check listing gave no number',
    'check accepted_values_order_note.`1 found 1, and its threshold is 0',
  ]);
});
