import { describe, expect, test } from '@jest/globals';
import { asideSchema, sideSchema } from '../../../src/mysql/restore/names.ts';
import { testDatabase } from '../../support/database.ts';
import {
  fillWithEverything,
  openSession,
  restore,
  runStatements,
  takeTestBackup,
} from '../../support/restore.ts';

const FAILED_RUN = `ALTER TABLE parent ADD COLUMN added INT AFTER id
DROP TABLE parts
CREATE TABLE new_table (id INT PRIMARY KEY)
INSERT INTO new_table VALUES (1)
CREATE TRIGGER new_trigger BEFORE INSERT ON new_table FOR EACH ROW SET NEW.id = NEW.id + 1
DELETE FROM many WHERE id < 500
DELETE FROM child
CREATE OR REPLACE VIEW z_first AS SELECT id, code, added FROM parent
DROP VIEW a_second
CREATE VIEW new_view AS SELECT 1
DROP PROCEDURE p1
CREATE PROCEDURE p1 () SELECT 2
CREATE FUNCTION new_function () RETURNS INT DETERMINISTIC RETURN 1
DROP TRIGGER t1
CREATE TRIGGER t1 BEFORE INSERT ON parent FOR EACH ROW SET NEW.code = 'other'
DROP EVENT e1
ALTER EVENT e2 COMMENT 'changed'
CREATE EVENT new_event ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO DELETE FROM new_table
DROP TABLE zero
CREATE VIEW zero AS SELECT 1
ALTER DATABASE CHARACTER SET latin1
`;

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
