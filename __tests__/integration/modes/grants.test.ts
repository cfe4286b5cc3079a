import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { init } from '../../../src/modes/first-day/init.ts';
import { grants } from '../../../src/modes/grants/grants.ts';
import type { Report } from '../../../src/report/report.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project, folderBackup } from '../../support/deploy.ts';
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

/** A deploy that fails, by an account that was granted this and made what there is. */
async function failedDeploy(
  db: TestDatabase,
  guarantee: 'lossless' | 'in-place',
  isLeftOut: (line: string) => boolean,
): Promise<{ readonly report: Report; readonly isAsBefore: boolean }> {
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
  const granted = grants(request).filter((line) => !line.startsWith('--'));
  for (const line of granted) if (!isLeftOut(line)) await db.query(line);
  // What another account made needs more, as the comments of the output say.
  const own = await db.connect(user);
  await own.query('CREATE VIEW v AS SELECT id FROM t; CREATE PROCEDURE p () SELECT 1');
  const before = await db.dump();
  const folder = project(changesets({ id: '1', sql: FAILS, yaml: ['allowDestructive: true'] }));
  const { report } = await deploy('update', folder, user, {
    backup: folderBackup(db, folder),
    allowDestructive: true,
    restoreGuarantee: guarantee,
  });
  const isAsBefore = (await db.dump()) === before;
  await dropBeside(db);
  return { report, isAsBefore };
}

test.each(['lossless', 'in-place'] as const)(
  'an account with what grants prints for %s may deploy, and is restored that way',
  async (guarantee) => {
    const { report, isAsBefore } = await failedDeploy(await testDatabase({ server }), guarantee, () => false);
    const said = report.problems.map(({ message }) => message).join('; ');
    expect([report.result, report.guarantee?.kind, said]).toEqual(['restored', guarantee, said]);
    expect(isAsBefore).toBe(true);
  },
);

test.each(['SHOW_ROUTINE', '__%', 'REPLICATION SLAVE'])(
  'without the line of %s a lossless deploy is blocked',
  async (words) => {
    const isLeftOut = (line: string): boolean => line.replaceAll('\\', '').includes(words);
    const { report, isAsBefore } = await failedDeploy(await testDatabase({ server }), 'lossless', isLeftOut);
    expect([report.result, isAsBefore]).toEqual(['blocked', true]);
  },
);

test('the roles that init writes are SQL that a server takes, more than once', async () => {
  const db = await testDatabase({ server });
  const folder = project({});
  init({ workingDirectory: folder, schema: db.name, author: 'a', owner: '@o', uses: 'org/db-deploy@v1' });
  const roles = readFileSync(join(folder, 'sql/rbac/roles.sql'), 'utf8');
  for (const _ of [1, 2]) await db.query(roles);
  const lines = await db.query<object>("SHOW GRANTS FOR 'planner'");
  expect(lines.flatMap((line) => Object.values(line))).toContain(
    `GRANT SELECT ON \`${db.name}\`.* TO \`planner\`@\`%\``,
  );
});
