import { describe, expect, test } from '@jest/globals';
import type { Connection } from 'mysql2/promise';
import { readBlockers } from '../../../src/mysql/apply/blockers.ts';
import type { Session } from '../../../src/mysql/session/connection.ts';
import { SessionGroup } from '../../../src/mysql/session/session-group.ts';
import { watchBlockers } from '../../../src/mysql/apply/watch-blockers.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';

const SETUP = `CREATE TABLE parent (id INT PRIMARY KEY); CREATE TABLE child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id));
  CREATE TABLE plain (id INT PRIMARY KEY); CREATE TABLE unrelated (id INT PRIMARY KEY); INSERT INTO plain VALUES (1); INSERT INTO parent VALUES (1), (2);
  CREATE VIEW v AS SELECT * FROM plain; CREATE TRIGGER trg BEFORE INSERT ON plain FOR EACH ROW SET @a = 1;
  CREATE PROCEDURE pr() SELECT * FROM unrelated`;

/** What of a session is used to ask. */
function sessionOf(connection: Connection, { name }: TestDatabase): Session {
  const beginning = { sqlMode: '', defaultSqlMode: '', characterSet: 'utf8mb4' };
  return {
    ...{ connection, id: connection.threadId, schema: name, serverUuid: '', beginning },
    ...{ group: new SessionGroup(), connectTimeout: 10 },
  };
}

/** What holds, what waits, and the object that the server waits for. */
const WAITS: readonly (readonly [hold: string, waits: string, object: string])[] = [
  ['SELECT * FROM plain', 'ALTER TABLE plain ADD COLUMN n INT', 'plain'],
  ['SELECT * FROM child', 'ALTER TABLE parent ADD COLUMN n INT', 'child'],
  ['SELECT * FROM child', 'CREATE INDEX i ON parent (id)', 'child'],
  ['SELECT * FROM child', 'DROP TABLE parent', 'child'],
  ['SELECT * FROM parent', 'ALTER TABLE plain ADD FOREIGN KEY (id) REFERENCES parent (id)', 'parent'],
  ['SELECT * FROM parent', 'DROP TABLE child', 'parent'],
  ['SELECT * FROM v', 'ALTER TABLE plain ADD COLUMN n INT', 'plain'],
  ['SELECT * FROM v', 'DROP VIEW v', 'v'],
  ['SELECT * FROM plain', 'DROP TRIGGER trg', 'plain'],
  ['CALL pr()', 'DROP PROCEDURE pr', 'pr'],
  ['UPDATE plain SET id = 2', 'UPDATE plain SET id = 3', 'plain'],
];

describe('who blocks a statement', () => {
  test.each(WAITS)('%s, then %s: the holder of %s', async (hold, waits, object) => {
    const db = await testDatabase();
    await db.query(SETUP);
    const [holder, reader, work] = [await db.connect(), await db.connect(), await db.connect()];
    const observer = await db.connect();
    for (const connection of [holder, reader]) await connection.query('START TRANSACTION');
    await holder.query(hold);
    // Holds locks as well, and blocks nothing.
    await reader.query('SELECT * FROM unrelated');
    await work.query('SET SESSION lock_wait_timeout = 2, innodb_lock_wait_timeout = 2');
    const watch = watchBlockers(sessionOf(observer, db), work.threadId, 2);
    await expect(work.query(waits)).rejects.toMatchObject({ errno: 1205 });
    expect(await watch.stop()).toEqual([
      expect.objectContaining({ connectionId: holder.threadId, table: object }),
    ]);
    const names = new Set(waits.toLowerCase().split(/\W+/));
    const later = (await readBlockers(sessionOf(work, db), names)) ?? [];
    expect(later.map(({ connectionId }) => connectionId)).toContain(holder.threadId);
    expect(later.map(({ connectionId }) => connectionId)).not.toContain(reader.threadId);
  });

  test('is a session that has flushed the table for a backup, too', async () => {
    const db = await testDatabase();
    await db.query(SETUP);
    const [holder, work] = [await db.connect(), await db.connect()];
    const observer = await db.connect();
    await holder.query('FLUSH TABLES plain WITH READ LOCK');
    await work.query('SET SESSION lock_wait_timeout = 2');
    const watch = watchBlockers(sessionOf(observer, db), work.threadId, 2);
    await expect(work.query('ALTER TABLE plain ADD COLUMN n INT')).rejects.toMatchObject({ errno: 1205 });
    expect(await watch.stop()).toEqual([expect.objectContaining({ connectionId: holder.threadId })]);
    await holder.query('UNLOCK TABLES');
  });

  test('is not asked of a statement that waits for nothing', async () => {
    const db = await testDatabase();
    const [observer, work] = [await db.connect(), await db.connect()];
    const watch = watchBlockers(sessionOf(observer, db), work.threadId, 2);
    await work.query('DO SLEEP(0.7)');
    expect(await watch.stop()).toBeUndefined();
  });

  test('is named by a deploy: the reader of a child, and no other', async () => {
    const db = await testDatabase();
    await db.query(SETUP);
    const [holder, reader] = [await db.connect(), await db.connect()];
    for (const connection of [holder, reader]) await connection.query('START TRANSACTION');
    await holder.query('SELECT * FROM child');
    await reader.query('SELECT * FROM unrelated');
    const sql = 'ALTER TABLE parent ADD COLUMN unrelated INT;';
    const { report } = await deploy('update', project(changesets({ id: '1', sql })), db, { lockTimeout: 1 });
    expect(report.result).toBe('failed');
    expect(report.problems[0]?.message).toContain(`held by connection ${holder.threadId} (root@`);
    expect(report.problems[0]?.message).not.toContain(`connection ${reader.threadId} `);
  });
});
