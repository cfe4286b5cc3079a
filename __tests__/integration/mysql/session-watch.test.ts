import { afterEach, expect, test } from '@jest/globals';
import { close, connect, readRows, send, type Session } from '../../../src/mysql/connection.ts';
import { isConnectionLost } from '../../../src/mysql/server-error.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { startRouter, type Router } from '../../support/router.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of closing.splice(0)) await end();
});

async function through(
  db: TestDatabase,
): Promise<{ readonly session: Session; readonly forget: Router['forget'] }> {
  const { port, forget } = await startRouter(db.port);
  const login = { host: '127.0.0.1', port, user: db.user, password: db.password, name: db.name };
  const session = await connect(
    { ...login, ssl: 'disabled', sslCa: undefined, connectTimeout: 1 },
    () => undefined,
  );
  closing.push(() => close(session));
  return { session, forget };
}

test.each(['open', 'all'] as const)(
  'a read whose connection a router forgot ends, where it forgot %s of them',
  async (which) => {
    const { session, forget } = await through(await testDatabase());
    forget(which);
    const started = Date.now();
    const error: unknown = await readRows(session, 'SELECT 1 AS one').catch((caught: unknown) => caught);
    expect(isConnectionLost(error)).toBe(true);
    expect(String(error)).toMatch(/no answer for 10 s, and /);
    expect(Date.now() - started).toBeLessThan(35_000);
  },
);

test('a statement that the server is at work on is waited for, however long it takes', async () => {
  const { session } = await through(await testDatabase());
  expect(await send(session, 'SELECT SLEEP(13) AS slept')).toEqual([{ slept: 0 }]);
});
