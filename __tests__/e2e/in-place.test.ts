import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { databaseInputs, testDatabase } from '../support/database.ts';
import { changesets, project } from '../support/deploy.ts';
import { runAction, type ActionOptions } from '../support/runner.ts';

const SQL = `CREATE TABLE extra (id INT PRIMARY KEY);
UPDATE t SET name = 'changed' WHERE id = 1;
SELECT nothing;`;

test('an account that may make no other schema asks for it, is told what it risks, and its failed update ends restored', async () => {
  const db = await testDatabase();
  const account = await db.userWith('ALL', 'SHOW_ROUTINE ON *.*');
  const owner = await db.connect(account);
  await owner.query('CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20))');
  await owner.query('CREATE VIEW v AS SELECT name FROM t');
  await owner.query("INSERT INTO t VALUES (1, 'Ada')");
  await owner.end();
  const before = await db.dump();
  const workspace = project(changesets({ id: '1', sql: SQL }));
  const step = (inputs: Readonly<Record<string, string>>): ActionOptions => ({
    ...{ workspace, path: [db.binDir], secrets: [account.password] },
    inputs: {
      ...{ environment: 'dev', 'mysql-client': 'path', 'backup-store': `file:${join(workspace, 'backups')}` },
      ...databaseInputs(account),
      ...inputs,
    },
  });

  const refused = await runAction(step({ mode: 'update' }));
  expect(refused.outputs['result']).toBe('blocked');
  expect(refused.log).toContain('GRANT SELECT, INSERT');
  expect(refused.log).toContain('restore-guarantee: in-place');

  const inPlace = { 'restore-guarantee': 'in-place' };
  const planned = await runAction(step({ mode: 'update-sql', ...inPlace }));
  expect(planned.outputs['result']).toBe('ok');
  expect(planned.summary).toContain('leaves the schema incomplete');

  const failed = await runAction(step({ mode: 'update', ...inPlace }));
  expect(failed.outputs).toMatchObject({ result: 'restored', restored: 'true' });
  expect(await db.dump()).toBe(before);
  expect(failed.log.indexOf('leaves the schema incomplete')).toBeLessThan(failed.log.indexOf('statement 3'));
  expect(failed.summary).toContain('until it was done the schema was incomplete');
  const report = JSON.parse(readFileSync(failed.outputs['report-file'] ?? '', 'utf8')) as object;
  expect(report).toMatchObject({ guarantee: { kind: 'in-place' }, restore: { aside: null } });
});
