import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { NEVER_RESTORED } from '../../../src/backup/backup.ts';
import { testDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';

const text = readFileSync(join(import.meta.dirname, '../../../docs/audit-tables.md'), 'utf8');

/** Table and columns of each section of the page, in its order. */
const documented = text
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    table: /^`(\w+)`/.exec(section)?.[1] ?? '',
    isMarked: /^`\w+` †/.test(section),
    columns: [...section.matchAll(/^\| `(\w+)`/gm)].map(([, column]) => column),
  }));

test('docs/audit-tables.md has every table of ours with its columns, in their order', async () => {
  const db = await testDatabase();
  await deploy('update', project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' })), db);
  const rows = await db.query<{ name: string; columns: string }>(
    `SELECT TABLE_NAME AS name, GROUP_CONCAT(COLUMN_NAME ORDER BY ORDINAL_POSITION) AS columns
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME <> 't' GROUP BY 1`,
  );
  const real = rows.map(({ name, columns }) => [name, columns.split(',')] as const);
  const told = documented.map(({ table, columns }) => [table, columns] as const);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(real));
});

test('and marks those that no restore touches', () => {
  const marked = documented.filter(({ isMarked }) => isMarked).map(({ table }) => table);
  expect(marked.sort()).toEqual([...NEVER_RESTORED].sort());
});
