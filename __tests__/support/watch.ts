import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEvent } from '../../src/log/log.ts';
import type { TestDatabase } from './database.ts';

/** For `onEvent` of a deploy: `seen` is fulfilled by the first event of this name. */
export function watchFor(event: string): {
  readonly onEvent: (event: LogEvent) => void;
  readonly seen: Promise<LogEvent>;
} {
  const { promise, resolve } = Promise.withResolvers<LogEvent>();
  const onEvent = (happened: LogEvent): void => {
    if (happened.event === event) resolve(happened);
  };
  return { onEvent, seen: promise };
}

const SELECT_RUNNING = `SELECT ID AS id FROM performance_schema.processlist
  WHERE DB = ? AND INFO LIKE ? AND COALESCE(STATE, '') LIKE ? AND ID <> CONNECTION_ID()`;

/** Waits until another session of the database runs a statement like this (`%` is any text) and gives its id. */
export async function sessionRunning(db: TestDatabase, statement: string, state = '%'): Promise<number> {
  for (;;) {
    const [row] = await db.query<{ id: number }>(SELECT_RUNNING, [db.name, statement, state]);
    if (row) return row.id;
    await sleep(20);
  }
}

/** A table that statements wait for until it is let go: somebody's open transaction has read it. */
export async function holdTable(
  db: TestDatabase,
  table: string,
  how: '' | 'FOR UPDATE' = '',
): Promise<{ readonly id: number; readonly letGo: () => Promise<void> }> {
  const holder = await db.connect();
  await holder.query('START TRANSACTION');
  await holder.query(`SELECT * FROM ?? ${how}`, [table]);
  return { id: holder.threadId, letGo: async () => void (await holder.query('ROLLBACK')) };
}
