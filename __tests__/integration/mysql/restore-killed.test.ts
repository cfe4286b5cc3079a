import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { finishInterruptedRestore } from '../../../src/mysql/swap/finish.ts';
import { restoreLockName, sideSchema } from '../../../src/mysql/session/names.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { project } from '../../support/deploy.ts';
import type { RestoreOrder } from '../../support/restore-process.ts';
import {
  FAILED_RUN,
  fillWithEverything,
  openSession,
  restore,
  restoreInPlace,
  runStatements,
  takeTestBackup,
} from '../../support/restore.ts';

/** Where the process is killed, and which state must be live when the server has done what it was sent. */
const KILLS: readonly (readonly [at: string | number, delay: number, live: 'old' | 'new' | 'either'])[] = [
  [1, 0, 'old'],
  [5000, 0, 'old'],
  ['backup-loaded', 0, 'old'],
  ['tables-locked', 0, 'old'],
  ['cut-over-sent', 0, 'new'],
  ['cut-over-sent', 2, 'new'],
  ['cut-over-sent', 20, 'new'],
  ['cut-over-sent', 80, 'new'],
  ['tables-swapped', 0, 'new'],
  ['tables-swapped', 30, 'new'],
];

test.each(KILLS)(
  'killed at %s + %i ms the %s state is live and whole, and the next run clears up',
  async (killAt, delay, live) => {
    const db = await testDatabase();
    await fillWithEverything(db);
    const session = await openSession(db);
    const { sql, facts } = await takeTestBackup(db, session);
    const backup = await db.dump();
    await runStatements(db, FAILED_RUN);
    const failed = await db.dump();
    const folder = project({});
    const dumpFile = join(folder, 'dump.sql');
    writeFileSync(dumpFile, sql);
    const { host, port, user, password, name } = db;
    const database = {
      host,
      port,
      user,
      password,
      name,
      ssl: 'disabled',
      sslCa: undefined,
      connectTimeout: 10,
    } as const;
    expect(await runToDeath({ database, facts, dumpFile, killAt, delay })).toBe('SIGKILL');

    await settled(db, session.schema);
    // Where a body is a single statement its text may still end in the `;` of the packet: it means the same.
    const now = withoutSemicolons(await db.dump());
    const isOld = now === withoutSemicolons(failed);
    if (!isOld) expect(now).toBe(withoutSemicolons(backup));
    if (live !== 'either') expect(isOld ? 'old' : 'new').toBe(live);

    const finished = await finishInterruptedRestore(session, 10);
    expect(await db.dump()).toBe(isOld ? failed : backup);
    expect(finished.kind).toBe(
      isOld ? 'old-state-kept' : finished.kind === 'nothing' ? 'nothing' : 'new-state-finished',
    );
    expect(await db.query(`SHOW DATABASES LIKE '${sideSchema(session.schema)}'`)).toEqual([]);
    expect(await finishInterruptedRestore(session, 10)).toEqual({ kind: 'nothing' });
  },
);

test.each([1, 3000, 6000, 9000, 12_000, 'schema-emptied'])(
  'killed at %s of a restore in place, the same restore begun anew comes to its end',
  async (killAt) => {
    const db = await testDatabase();
    await fillWithEverything(db);
    const session = await openSession(db);
    const { sql, facts } = await takeTestBackup(db, session);
    const before = await db.dump();
    await runStatements(db, FAILED_RUN);
    const dumpFile = join(project({}), 'dump.sql');
    writeFileSync(dumpFile, sql);
    const { host, port, user, password, name } = db;
    const database = {
      ...{ host, port, user, password, name },
      ...({ ssl: 'disabled', sslCa: undefined, connectTimeout: 10 } as const),
    };
    const order = { database, facts, dumpFile, killAt, delay: 0, place: 'live' } as const;
    expect(await runToDeath(order)).toBe('SIGKILL');
    // At once: what the server still does for the dead process must not mix with what is loaded now.
    await restoreInPlace(session, { sql, facts });
    expect(await db.dump()).toBe(before);
  },
);

function runToDeath(order: RestoreOrder): Promise<NodeJS.Signals | null> {
  const script = join(import.meta.dirname, '../../support/restore-process.ts');
  const child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(order)], {
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('exit', (_code, signal) => resolve(signal));
  });
}

/** Waits until the server is done with what the dead process had sent. */
async function settled(db: TestDatabase, schema: string): Promise<void> {
  await db.query(`DO GET_LOCK('${restoreLockName(schema)}', 20)`);
  await db.query('DO RELEASE_ALL_LOCKS()');
}

function withoutSemicolons(dump: string): string {
  return dump.replaceAll(/\s*(?:;\s*)?(\*\/)?\s*;;\n/g, '$1;;\n');
}

test.each(['tables-locked', 'cut-over-sent'])(
  'when the connection of the cut-over is killed at %s, the restore knows which state is live',
  async (event) => {
    const db = await testDatabase();
    await fillWithEverything(db);
    const session = await openSession(db);
    const backup = await takeTestBackup(db, session);
    const before = await db.dump();
    await runStatements(db, FAILED_RUN);
    const failed = await db.dump();
    const kill = async (): Promise<void> => {
      const sql = `SELECT IS_USED_LOCK('${restoreLockName(session.schema)}') AS id`;
      const [row] = await db.query<{ id: number }>(sql);
      await db.query(`KILL ${row!.id}`);
    };
    let killed: Promise<void> = Promise.resolve();
    const outcome = await restore(session, backup, {
      ...(event === 'tables-locked' && { beforeCutOver: kill }),
      log: (each) => {
        if (each.event === event && event !== 'tables-locked') killed = kill();
      },
    }).then(
      () => 'restored',
      () => 'failed',
    );
    await killed;
    if (event === 'tables-locked') expect(outcome).toBe('failed');
    expect(await db.dump()).toBe(outcome === 'restored' ? before : failed);
    expect(await finishInterruptedRestore(session, 10)).toEqual({ kind: 'nothing' });
  },
);
