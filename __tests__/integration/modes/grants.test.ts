import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { grants } from '../../../src/modes/grants/grants.ts';
import { testDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { dropBeside } from '../../support/restore.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ trustFunctionCreators: true });
});
afterAll(() => server.stop());

/** Something of every kind, before it fails. */
const FAILS = `CREATE TABLE made (id INT PRIMARY KEY);
ALTER TABLE t ADD COLUMN n INT;
INSERT INTO t (id, n) VALUES (2, 2);
CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW SET @seen = 1;
DROP VIEW v;
DROP PROCEDURE p;
SELECT no_such_column;`;

test.each(['lossless', 'in-place'] as const)(
  'an account with what grants prints for %s may deploy, and is restored that way',
  async (guarantee) => {
    const db = await testDatabase({ server });
    await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
    const user = await db.userWith();
    const to = `'${user.user}'@'%'`;
    const request = {
      schema: db.name,
      modes: ['update'],
      guarantee,
      backup: 'full',
      to,
      isRole: false,
    } as const;
    for (const line of grants(request)) if (!line.startsWith('--')) await db.query(line);
    // What another account made needs more, as the comments of the output say.
    const own = await db.connect(user);
    await own.query('CREATE VIEW v AS SELECT id FROM t; CREATE PROCEDURE p () SELECT 1');
    const before = await db.dump();
    const folder = project(changesets({ id: '1', sql: FAILS, yaml: ['allowDestructive: true'] }));
    const { report } = await deploy('update', folder, user, {
      backup: {
        store: { kind: 'folder', folder: join(folder, 'backups') },
        passphrase: undefined,
        retentionDays: 7,
        timeout: 60,
        client: 'path',
        toolEnvironment: { PATH: `${db.binDir}:${process.env['PATH'] ?? ''}` },
      },
      allowDestructive: true,
      restoreGuarantee: guarantee,
    });
    const said = report.problems.map(({ message }) => message).join('; ');
    expect([report.result, report.guarantee?.kind, said]).toEqual(['restored', guarantee, said]);
    expect(await db.dump()).toBe(before);
    await dropBeside(db);
  },
);
