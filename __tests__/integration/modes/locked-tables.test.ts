import { expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';

test.each(['status', 'update'] as const)(
  '%s ends a wait for a table that somebody locked, with the reason',
  async (mode) => {
    const db = await testDatabase();
    await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
    const folder = project(changesets({ id: '1', sql: 'INSERT INTO t VALUES (1);' }));
    expect((await deploy('update', folder, db)).report.result).toBe('ok');
    const other = await db.connect();
    await other.query('LOCK TABLES DATABASECHANGELOG WRITE');
    const { report } = await deploy(mode, folder, db, { connectTimeout: 2, lockTimeout: 2 });
    expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'lock-held' }] });
    expect(report.problems[0]?.message).toContain('another session has locked a table');
    other.destroy();
  },
);
