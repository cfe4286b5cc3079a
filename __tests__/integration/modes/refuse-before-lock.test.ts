import { describe, expect, test } from '@jest/globals';

import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';

async function tables(db: TestDatabase): Promise<readonly unknown[]> {
  return db.query('SHOW TABLES');
}

describe('what the policy refuses is refused before the lock', () => {
  test.each([
    ['ALTER DATABASE … READ ONLY', 'ALTER DATABASE READ ONLY = 1;', 'session-control'],
    ['SET pseudo_thread_id', 'SET pseudo_thread_id = 5;', 'session-control'],
    ['SET session_track_gtids', "SET session_track_gtids = 'OWN_GTID';", 'session-control'],
    ['SET TRANSACTION READ ONLY', 'SET SESSION TRANSACTION READ ONLY;', 'session-control'],
    ['a change of the server', 'RESET PERSIST;', 'server-change'],
    ['a write to the history', 'CREATE TABLE DATABASECHANGELOG (id INT PRIMARY KEY);', 'tracking-tables'],
    ['a destructive statement', 'DROP TABLE users;', 'drop-table'],
  ])('%s leaves no table of this tool, and no lock', async (_, sql, rule) => {
    const db = await testDatabase();
    const { report } = await deploy('update', project(changesets({ id: '1', sql })), db);
    expect(report).toMatchObject({
      result: 'blocked',
      violations: [{ rule }],
      problems: [{ code: 'policy' }],
    });
    expect(await tables(db)).toEqual([]);
    expect(await db.query('SELECT IS_FREE_LOCK(?) AS free', [`db-deploy:${db.name}`])).toEqual([{ free: 1 }]);
  });

  test('while another run holds the lock, nothing that no gate opens waits for it', async () => {
    const db = await testDatabase();
    const other = await db.connect();
    await other.query('SELECT GET_LOCK(?, 0)', [`db-deploy:${db.name}`]);
    const strict = project(changesets({ id: '1', sql: 'RESET PERSIST;' }));
    const refused = await deploy('update', strict, db, { lockTimeout: 0 });
    expect(refused.report.problems.map(({ code }) => code)).toEqual(['policy']);
    // The run at work may have its gates open, and then there is nothing left to refuse.
    const destructive = project(changesets({ id: '1', sql: 'DROP TABLE users;' }));
    const waiting = await deploy('update', destructive, db, { lockTimeout: 0 });
    expect(waiting.report.problems.map(({ code }) => code)).toEqual(['lock-held']);
  });
});
