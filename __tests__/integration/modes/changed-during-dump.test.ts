import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { zooDefinitions } from '../../support/zoo-drive.ts';
import { zooTables, zooValues } from '../../support/zoo.ts';

/** What somebody does to the schema while its backup is taken. */
const CHANGES: Readonly<Record<string, string>> = {
  'a column gets another name': 'ALTER TABLE t RENAME COLUMN c TO b',
  'a table is made': 'CREATE TABLE made (id INT PRIMARY KEY); INSERT INTO made VALUES (1)',
  'a table is dropped': 'DROP TABLE gone',
  'a table gets another name': 'RENAME TABLE gone TO moved',
  'two columns change places': 'ALTER TABLE t RENAME COLUMN a TO c, RENAME COLUMN c TO a',
  'a column gets another type': 'ALTER TABLE t MODIFY a BIGINT',
  'a trigger is another one':
    'DROP TRIGGER tr; CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 2',
  'a view is another one': 'CREATE OR REPLACE VIEW v AS SELECT 2 AS one',
  'a routine is another one': 'DROP PROCEDURE p; CREATE PROCEDURE p () SELECT 2',
  'an event is made': "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO DO 0",
};

/** Before it reads anything, and when it has read all. */
const MOMENTS = {
  'before its first statement': { before: 1, after: 0 },
  'after its last': { before: 0, after: 1 },
} as const;

/** A `mysqldump` beside whose first dump of rows or definitions somebody changes the schema. */
function changingTool(db: TestDatabase, folder: string, sql: string, moment: keyof typeof MOMENTS): string {
  const bin = join(folder, 'bin');
  const client = `MYSQL_PWD='${db.password}' '${db.binDir}/mysql' --no-defaults -h${db.host} -P${db.port} -u${db.user} --protocol=TCP`;
  const change = `case "$*" in *--single-transaction*|*--no-data*) [ -e '${folder}/changed' ] || { touch '${folder}/changed'; ${client} '${db.name}' -e "${sql}"; } ;; esac`;
  const { before, after } = MOMENTS[moment];
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'mysqldump'),
    `#!/bin/sh
${before ? change : ':'}
'${db.binDir}/mysqldump' "$@"
code=$?
${after ? change : ':'}
exit $code
`,
    { mode: 0o755 },
  );
  return `${bin}:${db.binDir}:${process.env['PATH'] ?? ''}`;
}

const CASES = Object.keys(CHANGES).flatMap((change, at) =>
  (Object.keys(MOMENTS) as (keyof typeof MOMENTS)[]).map(
    // Both readers of rows meet every change, each at one of the two moments.
    (moment, index) => [change, moment, (at + index) % 2 === 0 ? 'FLOAT' : 'INT'] as const,
  ),
);

test.each(CASES)('while a backup is taken %s, %s (rows with %s)', async (change, moment, type) => {
  const db = await testDatabase({ server: 'without-gtids' });
  for (const statement of [
    `CREATE TABLE t (id INT PRIMARY KEY, f ${type}, a INT, c INT)`,
    'INSERT INTO t VALUES (1, 1, 5, 6)',
    'CREATE TABLE gone (id INT PRIMARY KEY)',
    'INSERT INTO gone VALUES (1), (2)',
    'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1',
    'CREATE VIEW v AS SELECT 1 AS one',
    'CREATE PROCEDURE p () SELECT 1',
  ])
    await db.query(statement);
  const sql =
    'ALTER TABLE t ADD COLUMN added INT;\nUPDATE t SET f = 2 WHERE id = 1;\nCREATE OR REPLACE VIEW v AS SELECT 9 AS one;\nSELECT no_such_column;';
  const folder = project(changesets({ id: '1', sql }));
  const { report } = await deploy('update', folder, db, {
    backup: {
      store: { kind: 'folder', folder: join(folder, 'backups') },
      ...{ passphrase: undefined, retentionDays: 7, timeout: 60, client: 'path' as const },
      toolEnvironment: { PATH: changingTool(db, folder, CHANGES[change]!, moment) },
    },
  });
  // What is right afterwards: the schema as it was, with what the other session did.
  const wanted = await testDatabase({ server: 'without-gtids' });
  for (const statement of [
    `CREATE TABLE t (id INT PRIMARY KEY, f ${type}, a INT, c INT)`,
    'INSERT INTO t VALUES (1, 1, 5, 6)',
    'CREATE TABLE gone (id INT PRIMARY KEY)',
    'INSERT INTO gone VALUES (1), (2)',
    'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1',
    'CREATE VIEW v AS SELECT 1 AS one',
    'CREATE PROCEDURE p () SELECT 1',
    ...CHANGES[change]!.split('; '),
  ])
    await wanted.query(statement);
  expect([report.result, report.problems.map(({ message }) => message).join()]).toEqual([
    'restored',
    expect.stringContaining('no_such_column'),
  ]);
  expect(await zooDefinitions(db)).toEqual(await zooDefinitions(wanted));
  const tables = await zooTables(wanted);
  expect(await zooValues(db, tables)).toEqual(await zooValues(wanted, tables));
});
