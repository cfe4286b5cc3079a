import {
  losslessRestore,
  type LosslessJob,
  type LosslessResult,
} from '../../src/mysql/restore/lossless-restore.ts';
import { OwnWriters } from '../../src/mysql/since-backup/own-writers.ts';
import type { Session } from '../../src/mysql/session/connection.ts';
import type { Connection } from 'mysql2/promise';
import type { ConnectionSettings, TestDatabase } from './database.ts';
import { openSession, streamOf, takeTestBackup, type TestBackup } from './restore.ts';

/** A run that failed, with writers before and after each of its statements. */
export interface Scene {
  readonly db: TestDatabase;
  readonly session: Session;
  readonly backup: TestBackup;
  /** Runs statements as the failed run. */
  readonly run: (...statements: readonly string[]) => Promise<void>;
  /** Runs statements as somebody else, in one transaction. */
  readonly others: (...statements: readonly string[]) => Promise<void>;
  readonly restore: (overrides?: Partial<LosslessJob>) => Promise<LosslessResult>;
}

/** Makes tables and takes a backup of them. */
export async function scene(db: TestDatabase, ...schema: readonly string[]): Promise<Scene> {
  return sceneAs(db, db, ...schema);
}

/** The same with a restore by another account. */
export async function sceneAs(
  db: TestDatabase,
  user: ConnectionSettings,
  ...schema: readonly string[]
): Promise<Scene> {
  for (const statement of schema) await db.query(statement);
  const session = await openSession(db, user);
  const backup = await takeTestBackup(db, session);
  const own = await db.connect();
  const other = await db.connect();
  const send = async (connection: Connection, statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await connection.query(statement);
  };
  return {
    ...{ db, session, backup },
    run: (...statements) => send(own, statements),
    others: async (...statements) => {
      if (statements.length > 1) await send(other, ['BEGIN', ...statements, 'COMMIT']);
      else await send(other, statements);
    },
    restore: (overrides) =>
      losslessRestore(session, {
        ...{ dump: () => streamOf(backup.sql), facts: backup.facts, runId: '2-1', statementLockTimeout: 1 },
        ...{ lockTimeout: 10, log: () => undefined, until: 'swap' },
        own: new OwnWriters([
          { id: own.threadId, from: undefined },
          { id: session.id, from: undefined },
        ]),
        onConflicts: () => undefined,
        ...overrides,
      }),
  };
}
