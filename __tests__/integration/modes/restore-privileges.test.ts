import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { testDatabase } from '../../support/database.ts';
import { changesets, deploy, project, folderBackup } from '../../support/deploy.ts';
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

const SCHEMA = [
  'CREATE TABLE t (id INT PRIMARY KEY, f FLOAT)',
  'INSERT INTO t VALUES (1, 52.520008)',
  'CREATE TABLE child (id INT PRIMARY KEY, t INT, KEY (t), FOREIGN KEY (t) REFERENCES t (id))',
  'CREATE VIEW v AS SELECT id FROM t',
  'CREATE PROCEDURE p () SELECT 1',
  "CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01' DO DO 0",
];

/** What else the page names, on `*.*`; of servers that have them. */
const GLOBAL = [
  ...['PROCESS', 'SHOW_ROUTINE', 'SYSTEM_USER', 'SET_ANY_DEFINER', 'ALLOW_NONEXISTENT_DEFINER'],
  ...['SESSION_VARIABLES_ADMIN', 'REPLICATION CLIENT', 'REPLICATION SLAVE', 'REPLICATION_APPLIER'],
  ...['TRANSACTION_GTID_TAG', 'XA_RECOVER_ADMIN'],
];

const CASES = [
  ['nothing', 'live', undefined],
  ...LIVE.map((privilege) => [privilege, 'live', privilege] as const),
  ...BESIDE.map((privilege) => [privilege, 'beside', privilege] as const),
  ...GLOBAL.map((privilege) => [privilege, 'global', privilege] as const),
] as const;

/** With GTIDs and without: a lossless restore, and a snapshot. */
const servers: Partial<Record<'lossless' | 'snapshot', Server>> = {};
beforeAll(async () => {
  servers.lossless = await startServer({ trustFunctionCreators: true });
  servers.snapshot = await startServer({ trustFunctionCreators: true, gtid: 'off' });
});
afterAll(async () => {
  for (const server of Object.values(servers)) await server.stop();
});

/** It changes something of every kind before it fails. */
const FAILS = `CREATE TABLE made (id INT PRIMARY KEY);
ALTER TABLE t ADD COLUMN n INT;
INSERT INTO t (id, f, n) VALUES (2, 2, 2);
CREATE TRIGGER g AFTER INSERT ON child FOR EACH ROW SET @seen = 1;
DROP VIEW v;
DROP PROCEDURE p;
DROP EVENT e;
SELECT no_such_column;`;

describe.each(['lossless', 'snapshot'] as const)('a restore that is %s', (kind) => {
  test.each(CASES)(
    'without %s (%s) a deploy that fails is restored, or was blocked before its first change',
    async (_, where, left) => {
      const db = await testDatabase({ server: servers[kind]! });
      for (const statement of SCHEMA) await db.query(statement);
      const grants = (all: readonly string[], here: string): string =>
        all.filter((privilege) => where !== here || privilege !== left).join(', ');
      const user = await db.userWith(
        grants(LIVE, 'live'),
        `${grants(BESIDE, 'beside')} ON \`${db.name}\\_\\_%\`.*`,
        `${grants(GLOBAL, 'global')} ON *.*`,
      );
      const before = await db.dump();
      const folder = project(changesets({ id: '1', sql: FAILS, yaml: ['allowDestructive: true'] }));
      const options = { backup: folderBackup(db, folder), allowDestructive: true };
      const { report } = await deploy('update', folder, user, options);
      const said = report.problems.map(({ message }) => message).join('; ');
      expect([report.result, said]).toEqual([expect.stringMatching(/^(?:restored|blocked)$/), said]);
      // What is missing is named, with its GRANT.
      if (report.result === 'blocked') expect(JSON.stringify(report.problems)).toContain(left);
      else expect(said).not.toMatch(/could not|refused/);
      expect(await db.dump()).toBe(before);
      if (left === undefined) {
        const kept = kind === 'lossless' ? { keptTransactions: 0 } : {};
        expect(report).toMatchObject({
          result: 'restored',
          problems: [{}],
          guarantee: { kind },
          restore: kept,
        });
      }
      await dropBeside(db);
    },
  );
});
