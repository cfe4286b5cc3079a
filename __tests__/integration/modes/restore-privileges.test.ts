import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { BackupInputs } from '../../../src/inputs.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { dropBeside } from '../../support/restore.ts';

/** What `docs/privileges.md` names for a deploy with a backup: on the live schema, and on those beside it. */
const LIVE = [
  ...[
    'SELECT',
    'INSERT',
    'UPDATE',
    'DELETE',
    'CREATE',
    'DROP',
    'ALTER',
    'INDEX',
    'REFERENCES',
    'CREATE VIEW',
  ],
  ...['SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EXECUTE', 'EVENT', 'TRIGGER', 'LOCK TABLES'],
];
const BESIDE = LIVE.filter((privilege) => privilege !== 'EXECUTE');

function backupOf(db: TestDatabase, folder: string): BackupInputs {
  return {
    store: { kind: 'folder', folder: join(folder, 'backups') },
    passphrase: undefined,
    retentionDays: 7,
    timeout: 60,
    client: 'path',
    toolEnvironment: { PATH: `${db.binDir}:${process.env['PATH'] ?? ''}` },
  };
}

const CASES = [
  ['nothing', 'live', undefined],
  ...LIVE.map((privilege) => [privilege, 'live', privilege] as const),
  ...BESIDE.map((privilege) => [privilege, 'beside', privilege] as const),
] as const;

test.each(CASES)(
  'without %s on the schema %s a deploy that fails is restored, or was blocked before its first change',
  async (_, where, left) => {
    const db = await testDatabase({ server: 'without-gtids' });
    await db.query(
      `CREATE TABLE t (id INT PRIMARY KEY, f FLOAT); INSERT INTO t VALUES (1, 52.520008);
       CREATE TABLE child (id INT PRIMARY KEY, t INT, KEY (t), FOREIGN KEY (t) REFERENCES t (id));
       CREATE VIEW v AS SELECT id FROM t; CREATE PROCEDURE p () SELECT 1;
       CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01' DO DO 0`,
    );
    const grants = (all: readonly string[], here: string): string =>
      all.filter((privilege) => where !== here || privilege !== left).join(', ');
    const user = await db.userWith(
      grants(LIVE, 'live'),
      `${grants(BESIDE, 'beside')} ON \`${db.name}\\_\\_%\`.*`,
      'PROCESS, SHOW_ROUTINE, SYSTEM_USER, SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER, SESSION_VARIABLES_ADMIN, REPLICATION CLIENT ON *.*',
    );
    const before = await db.dump();
    const folder = project(
      changesets({ id: '1', sql: 'CREATE TABLE made (id INT PRIMARY KEY);\nSELECT no_such_column;' }),
    );
    const { report } = await deploy('update', folder, user, { backup: backupOf(db, folder) });
    expect(report.problems.map(({ message }) => message).join()).not.toMatch(/could not|refused/);
    expect(['restored', 'blocked']).toContain(report.result);
    expect(await db.dump()).toBe(before);
    if (left === undefined) expect(report).toMatchObject({ result: 'restored', problems: [{}] });
    await dropBeside(db);
  },
);
