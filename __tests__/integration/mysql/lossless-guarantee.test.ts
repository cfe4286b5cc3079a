import { expect, test } from '@jest/globals';
import { probeGuarantee } from '../../../src/mysql/guarantee/guarantee.ts';
import { describeGuarantee } from '../../../src/report/wording.ts';
import { testDatabase } from '../../support/database.ts';
import { openSession } from '../../support/restore.ts';

test('with GTIDs off the reason names the variable and how to change it', async () => {
  const db = await testDatabase({ server: 'without-gtids' });
  const { kind, reasons } = await probeGuarantee(await openSession(db), 'deploys');
  expect(kind).toBe('snapshot');
  expect(reasons).toEqual([expect.objectContaining({ message: 'gtid_mode is OFF' })]);
  expect(reasons[0]?.fix).toContain('gtid_mode');
});

test('an account without the privileges to read and apply the log gets the one GRANT', async () => {
  const db = await testDatabase();
  const user = await db.userWith('ALL', 'REPLICATION CLIENT ON *.*');
  const { kind, reasons } = await probeGuarantee(await openSession(db, user), 'deploys');
  expect(kind).toBe('snapshot');
  expect(reasons.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('log_bin_trust_function_creators is OFF'),
  );
  expect(reasons[0]?.fix).toContain(
    'GRANT REPLICATION SLAVE, REPLICATION_APPLIER, SESSION_VARIABLES_ADMIN ON *.* TO',
  );
});

test('with SELECT alone it is said on which privileges of the deploying account it depends', async () => {
  const db = await testDatabase();
  await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
  const user = await db.userWith('SELECT');
  const { reasons } = await probeGuarantee(await openSession(db, user), 'reads');
  expect(reasons.map(({ message }) => message)).toEqual([
    expect.stringContaining('provided that the account that deploys has REPLICATION SLAVE'),
    expect.stringContaining('log_bin_trust_function_creators is OFF'),
  ]);
});

test('tables without transactions and foreign keys between schemas are named', async () => {
  const db = await testDatabase();
  const other = await testDatabase();
  await db.query('CREATE TABLE m (id INT PRIMARY KEY) ENGINE = MyISAM');
  await db.query('CREATE TABLE parent (id INT PRIMARY KEY)');
  await other.query(
    `CREATE TABLE child (id INT PRIMARY KEY, CONSTRAINT to_other FOREIGN KEY (id) REFERENCES \`${db.name}\`.parent (id))`,
  );
  const { kind, reasons } = await probeGuarantee(await openSession(db), 'deploys');
  expect(kind).toBe('snapshot');
  expect(reasons.map(({ message }) => message)).toEqual([
    'tables without transactions: m (MyISAM)',
    `foreign keys between schemas: to_other of ${other.name}.child`,
  ]);
  await other.query('DROP TABLE child');
});

test('what the plan itself changes is an exception, and a new table is none', async () => {
  const db = await testDatabase();
  await db.query('CREATE TABLE t (id INT PRIMARY KEY, n INT)');
  await db.query('CREATE TABLE p (id INT PRIMARY KEY)');
  const statements = [
    'ALTER TABLE t ADD COLUMN c INT',
    'ALTER TABLE t ENGINE = InnoDB',
    'CREATE TABLE fresh (id INT PRIMARY KEY)',
    'UPDATE t SET n = 1 WHERE id = 1',
    'ALTER TABLE t MODIFY n BIGINT',
    'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES p (id) ON DELETE CASCADE',
    'CREATE UNIQUE INDEX u ON t (n)',
  ].map((text) => ({ text, line: 1 }));
  const guarantee = await probeGuarantee(await openSession(db), 'deploys', statements);
  expect(guarantee).toEqual({
    kind: 'lossless',
    reasons: [],
    exceptions: [
      'writes to `t` after its columns or rows were changed by ALTER',
      "rows of `t` that follow others' changes along the new foreign key",
      'REPLACE, INSERT IGNORE and ON DUPLICATE KEY UPDATE into `t` that meet the new unique key',
    ],
  });
  expect(describeGuarantee(guarantee)).toContain(', except writes to `t` after');
});
