import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach } from '@jest/globals';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { NEVER_RESTORED, type BackupFacts, type LogPoint } from '../../src/backup/backup.ts';
import { splitStatements } from '../../src/sql/split/split.ts';
import { close, connect, type Session } from '../../src/mysql/session/connection.ts';
import { readSchemaContents } from '../../src/mysql/definitions/schema-objects.ts';
import { TRACKING_TABLES } from '../../src/mysql/tracking/tracking-definitions.ts';
import { inPlaceRestore, type InPlaceJob } from '../../src/mysql/restore/in-place-restore.ts';
import { snapshotRestore, type RestoreJob } from '../../src/mysql/restore/snapshot-restore.ts';
import type { ConnectionSettings, TestDatabase } from './database.ts';

/** What a run did before it failed, one statement a line. */
export const FAILED_RUN = `ALTER TABLE parent ADD COLUMN added INT AFTER id
DROP TABLE parts
CREATE TABLE new_table (id INT PRIMARY KEY)
INSERT INTO new_table VALUES (1)
CREATE TRIGGER new_trigger BEFORE INSERT ON new_table FOR EACH ROW SET NEW.id = NEW.id + 1
DELETE FROM many WHERE id < 500
DELETE FROM child
CREATE OR REPLACE VIEW z_first AS SELECT id, code, added FROM parent
DROP VIEW a_second
CREATE VIEW new_view AS SELECT 1
DROP PROCEDURE p1
CREATE PROCEDURE p1 () SELECT 2
CREATE FUNCTION new_function () RETURNS INT DETERMINISTIC RETURN 1
DROP TRIGGER t1
CREATE TRIGGER t1 BEFORE INSERT ON parent FOR EACH ROW SET NEW.code = 'other'
DROP EVENT e1
ALTER EVENT e2 COMMENT 'changed'
CREATE EVENT new_event ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO DELETE FROM new_table
DROP TABLE zero
CREATE VIEW zero AS SELECT 1
ALTER DATABASE CHARACTER SET latin1
`;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of closing.splice(0).toReversed()) await end();
});

/** A session of the product's own; the side and aside schemas that it makes are dropped after the test. */
export async function openSession(db: TestDatabase, as: ConnectionSettings = db): Promise<Session> {
  const session = await connect(
    { ...as, name: db.name, ssl: 'disabled', sslCa: undefined, connectTimeout: 10 },
    () => undefined,
  );
  closing.push(async () => {
    await close(session);
    await dropBeside(db);
  });
  await beginEpoch(db, session);
  return session;
}

/** What the deploy lock gives a session: the row in which the epoch is, and the epoch. */
export async function beginEpoch(db: TestDatabase, session: Session): Promise<void> {
  await db.query(TRACKING_TABLES.get('DATABASECHANGELOGLOCK')!);
  await db.query('INSERT IGNORE INTO DATABASECHANGELOGLOCK (ID, LOCKED, EPOCH) VALUES (1, 0, 1)');
  session.group.begin({ runId: '2-1', epoch: 1 });
}

/** Drops what restores of a test left. */
export async function dropBeside(db: TestDatabase): Promise<void> {
  const { host, port, user, password } = db;
  // The database's own connection may be gone by now.
  const root = await createConnection({ host, port, user, password });
  const sql = 'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE ?';
  const [rows] = await root.query<RowDataPacket[]>(sql, [`${db.name}\\_\\_%`]);
  await root.query('SET foreign_key_checks = 0');
  for (const row of rows) await root.query('DROP DATABASE IF EXISTS ??', [row['name']]);
  await root.end();
}

/** Statement by statement, each alone in its packet: only then the server stores it as it is. */
export async function runStatements(db: TestDatabase, sql: string): Promise<void> {
  const connection = await db.connect();
  for (const text of splitScript(sql)) await connection.query(text);
  await connection.end();
}

/** One statement a line, so that routines need no DELIMITER. */
function splitScript(sql: string): readonly string[] {
  return sql.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    if (/^CREATE (?:TRIGGER|PROCEDURE|FUNCTION|EVENT)/.test(line)) return [line.replace(/;$/, '')];
    // The splitter must not see a backslash that the server takes literally.
    if (line.startsWith('CREATE PROCEDURE p2')) return [line.replace(/;$/, '')];
    return splitStatements(line, 'everything.sql').statements.map(({ text }) => text);
  });
}

/** A schema with everything that a restore could get wrong. */
export async function fillWithEverything(db: TestDatabase): Promise<void> {
  await runStatements(db, readFileSync(join(import.meta.dirname, 'everything.sql'), 'utf8'));
}

/** A backup as the product takes it. */
export interface TestBackup {
  readonly sql: Buffer;
  readonly facts: BackupFacts;
}

/** Where the history of the server stands now. */
export async function readPoint(db: TestDatabase): Promise<LogPoint> {
  // In this order: what is committed between the two is in the log behind the place, and known to be old.
  const [status] = await db.query<{ File: string; Position: number }>('SHOW BINARY LOG STATUS');
  const [gtids] = await db.query<{ executed: string }>('SELECT @@gtid_executed AS executed');
  const executed = gtids?.executed ?? '';
  return {
    gtidExecuted: executed === '' ? undefined : executed.replaceAll(/\s/g, ''),
    file: status?.File,
    position: Number(status?.Position),
  };
}

/** Takes a backup with the flags of the product. */
export async function takeTestBackup(db: TestDatabase, session: Session): Promise<TestBackup> {
  const contents = await readSchemaContents(session);
  const [server] = await db.query<{ uuid: string }>('SELECT @@server_uuid AS uuid');
  const uuid = server?.uuid ?? '';
  const point = await readPoint(db);
  const sql = await mysqldump(
    db,
    contents.brokenViews.map(({ name }) => name),
  );
  return {
    sql,
    facts: {
      ...{ formatVersion: 1, schema: session.schema, serverUuid: uuid, serverVersion: '9.7.4', runId: '1-1' },
      ...{ environment: 'dev', createdAt: '2026-11-22T10:00:00Z', before: point, after: point },
      ...{ characterSet: contents.characterSet, collation: contents.collation, objects: contents.objects },
      ties: contents.ties,
      brokenViews: contents.brokenViews.map(({ name }) => name),
    },
  };
}

async function mysqldump(db: TestDatabase, ignored: readonly string[]): Promise<Buffer> {
  const { host, port, user, password, name, binDir } = db;
  const child = spawn(
    join(binDir, 'mysqldump'),
    [
      ...['--no-defaults', `--host=${host}`, `--port=${port}`, `--user=${user}`, '--protocol=TCP'],
      ...['--single-transaction', '--set-gtid-purged=OFF', '--no-tablespaces', '--hex-blob', '--routines'],
      ...['--triggers', '--events', '--loose-skip-masking-policies', '--default-character-set=utf8mb4'],
      ...[...NEVER_RESTORED, ...ignored].map((table) => `--ignore-table=${name}.${table}`),
      name,
    ],
    { env: { ...process.env, MYSQL_PWD: password }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`mysqldump ended with ${String(code)}`);
  return Buffer.concat(chunks);
}

/** The bytes in chunks of an awkward size. */
export function streamOf(sql: Buffer, size = 1000): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < sql.length; at += size) yield sql.subarray(at, at + size);
    })(),
  );
}

/** Restores a backup with the settings of a test. */
export async function restore(session: Session, backup: TestBackup, overrides: Partial<RestoreJob> = {}) {
  return snapshotRestore(session, {
    ...{ dump: () => streamOf(backup.sql), facts: backup.facts, runId: '2-1', statementLockTimeout: 1 },
    ...{ lockTimeout: 10, log: () => undefined, until: 'swap' },
    ...overrides,
  });
}

/** Restores a backup into the live schema with the settings of a test; gives how often a record was asked for. */
export async function restoreInPlace(
  session: Session,
  backup: TestBackup,
  overrides: Partial<InPlaceJob> = {},
): Promise<number> {
  let records = 0;
  await inPlaceRestore(session, {
    ...{ dump: () => streamOf(backup.sql), facts: backup.facts, statementLockTimeout: 1, lockTimeout: 10 },
    log: () => undefined,
    beforeFirstDrop: () => Promise.resolve(void (records += 1)),
    ...overrides,
  });
  return records;
}
