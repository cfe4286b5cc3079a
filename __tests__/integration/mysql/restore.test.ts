import { describe, expect, test } from '@jest/globals';
import { asideSchema, sideSchema } from '../../../src/mysql/session/names.ts';
import { testDatabase } from '../../support/database.ts';
import {
  FAILED_RUN,
  fillWithEverything,
  openSession,
  restore,
  runStatements,
  takeTestBackup,
} from '../../support/restore.ts';

describe.each(['main', 'without-gtids'] as const)('on server %s', (server) => {
  test('a schema with everything is as it was, to the byte, after a run that changed it in every way', async () => {
    const db = await testDatabase({ server });
    await fillWithEverything(db);
    await runStatements(
      db,
      'CREATE TABLE ops_migration_runs (id INT PRIMARY KEY)\nINSERT INTO ops_migration_runs VALUES (1)\n',
    );
    const session = await openSession(db);
    const backup = await takeTestBackup(db, session);
    const before = await db.dump();
    await runStatements(db, `${FAILED_RUN}INSERT INTO ops_migration_runs VALUES (2)\n`);
    expect(await db.dump()).not.toBe(before);
    const swapped = await restore(session, backup);
    expect(await db.dump()).toBe(before);
    expect(await db.query('SELECT * FROM ops_migration_runs')).toHaveLength(2);
    const aside = asideSchema(session.schema, '2-1');
    expect(swapped?.aside).toBe(aside);
    expect(await db.query(`SELECT * FROM \`${aside}\`.new_table`)).toHaveLength(1);
    expect(await db.query(`SHOW DATABASES LIKE '${sideSchema(session.schema)}'`)).toEqual([]);
  });
});
