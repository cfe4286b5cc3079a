import { afterAll, expect, test } from '@jest/globals';
import { startServer } from '../../../scripts/mysql/start-server.ts';
import { testDatabase } from '../../support/database.ts';
import { changesets, deploy, project, folderBackup } from '../../support/deploy.ts';
import type { BackupInputs } from '../../../src/inputs/inputs.ts';

const PACKET = 1024 * 1024;
/** Digests, for no function gives more than a packet. */
const VALUES =
  'SELECT id, LENGTH(a) AS la, SHA2(a, 256) AS a, SHA2(b, 256) AS b, JSON_LENGTH(j) AS lj, SHA2(j, 256) AS j FROM t';
const starting = startServer({ gtid: 'off', mysqldFlags: [`--max-allowed-packet=${PACKET}`] });
afterAll(async () => (await starting).stop());

test.each(['best', 'in-place'] as const)(
  'rows of about max_allowed_packet come back (%s)',
  async (restoreGuarantee) => {
    const db = await testDatabase({ server: await starting });
    await db.query('CREATE TABLE t (id INT PRIMARY KEY, a LONGBLOB, b LONGTEXT, j JSON)');
    const most = PACKET - 4096;
    await db.query(`INSERT INTO t (id, a, b) VALUES (1, REPEAT(x'00', ${most}), REPEAT('\\'', ${most / 2}))`);
    await db.query(
      `INSERT INTO t VALUES (2, 'short', 'short', JSON_ARRAY(REPEAT('"', ${PACKET / 4}), 1)), (3, NULL, NULL, NULL)`,
    );
    await db.query(
      `INSERT INTO t (id, a) VALUES (4, REPEAT(x'ff', ${most})), (5, REPEAT(x'5c', ${PACKET / 2}))`,
    );
    const before = await db.query(VALUES);
    const folder = project(
      changesets({ id: '1', sql: 'ALTER TABLE t ADD COLUMN n INT DEFAULT 7;\nSELECT no_such_column;' }),
    );
    const backup: BackupInputs = folderBackup(db, folder);
    const { report } = await deploy('update', folder, db, { backup, restoreGuarantee });
    expect(report).toMatchObject({ result: 'restored', problems: [{ code: 'statement-failed' }] });
    expect(report.databaseState).toContain('as it was before this run: ');
    expect(await db.query(VALUES)).toEqual(before);
    expect(before.map((row) => Object.values(row).filter((value) => value !== null).length)).toEqual([
      4, 6, 1, 3, 3,
    ]);
  },
);
