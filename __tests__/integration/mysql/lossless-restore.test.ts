import { afterAll, expect, test } from '@jest/globals';
import { startServer } from '../../../scripts/mysql/start-server.ts';
import { probeGuarantee } from '../../../src/mysql/guarantee/guarantee.ts';
import { testDatabase } from '../../support/database.ts';
import { scene, sceneAs } from '../../support/lossless.ts';

const stopping: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stopping) await stop();
});

const ORDERS = 'CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, n INT NOT NULL, note VARCHAR(40))';

test('what others wrote before, between and after the statements of a failed run is kept, and nothing of the run', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(
    db,
    ORDERS,
    "INSERT INTO orders VALUES (1, 10, 'a'), (2, 20, 'b')",
  );
  await others('INSERT INTO orders (n) VALUES (30)');
  await run('ALTER TABLE orders ADD COLUMN extra INT', 'UPDATE orders SET extra = n WHERE id < 10');
  await others('INSERT INTO orders (n, note) VALUES (40, "c")', 'UPDATE orders SET n = n + 1 WHERE id = 1');
  await run('CREATE TABLE made_by_run (id INT PRIMARY KEY)', 'DELETE FROM orders WHERE id = 2');
  await others('UPDATE orders SET note = "z" WHERE id = 3');
  const { kept, conflicts, tables, swapped } = await restore();
  expect(await db.query('SELECT * FROM orders ORDER BY id')).toEqual([
    { id: 1, n: 11, note: 'a' },
    { id: 2, n: 20, note: 'b' },
    { id: 3, n: 30, note: 'z' },
    { id: 4, n: 40, note: 'c' },
  ]);
  expect({ kept, conflicts, tables }).toEqual({ kept: 3, conflicts: [], tables: ['made_by_run', 'orders'] });
  // Beside the table there is the lock row's.
  expect(await db.query('SHOW TABLES')).toHaveLength(2);
  expect(await db.query(`SELECT id FROM \`${swapped!.aside}\`.orders`)).toHaveLength(3);
  expect(await db.query('SHOW TRIGGERS')).toEqual([]);
});

test('the documented privileges are enough', async () => {
  const server = await startServer({ gtid: 'on', trustFunctionCreators: true });
  stopping.push(server.stop);
  const db = await testDatabase({ server, lifetime: 'file' });
  const user = await db.userWith(
    'ALL',
    `ALL ON \`${db.name}\\_\\_%\`.*`,
    'PROCESS, REPLICATION SLAVE, REPLICATION CLIENT, REPLICATION_APPLIER, SESSION_VARIABLES_ADMIN, SHOW_ROUTINE, SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER ON *.*',
  );
  const { run, others, restore, session } = await sceneAs(
    db,
    user,
    ORDERS,
    'INSERT INTO orders (n) VALUES (10)',
  );
  expect(await probeGuarantee(session, 'deploys')).toEqual({ kind: 'lossless', reasons: [] });
  await run('ALTER TABLE orders ADD COLUMN extra INT');
  await others('INSERT INTO orders (n) VALUES (20)');
  await others('UPDATE orders SET n = n + 1');
  const { kept, conflicts } = await restore();
  expect({ kept, conflicts }).toEqual({ kept: 2, conflicts: [] });
  expect(await db.query('SELECT id, n FROM orders')).toEqual([
    { id: 1, n: 11 },
    { id: 2, n: 21 },
  ]);
});
