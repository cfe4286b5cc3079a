import { expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { scene } from '../../support/lossless.ts';

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
  expect(await db.query('SHOW TABLES')).toHaveLength(1);
  expect(await db.query(`SELECT id FROM \`${swapped!.aside}\`.orders`)).toHaveLength(3);
  expect(await db.query('SHOW TRIGGERS')).toEqual([]);
});
