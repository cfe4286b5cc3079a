import { Transform, type Readable } from 'node:stream';
import { callbackify } from 'node:util';
import type { LogPoint, ObjectKind, RowException, RowProof, SchemaObject } from '../../backup/backup.ts';
import { ExpectedError, refuse } from '../../errors.ts';
import { readLogPlace } from '../binlog/log-place.ts';
import type { ClientTools } from './client-tools.ts';
import { readRow, type DatabaseInputs, type Session } from '../session/connection.ts';
import { readMissingDumpPrivileges } from './dump-privileges.ts';
import { DumpScanner } from '../dump-text/dump-scanner.ts';
import { startTool, type RunningTool, type ToolEnd } from './run-tool.ts';
import { readSchemaContents, type SchemaContents } from '../definitions/schema-objects.ts';
import type { Server } from '../privileges/server.ts';

/** Proves that this user can take a complete backup, and lists what it must hold; refuses with every missing GRANT. */
export async function probeBackup(
  session: Session,
  server: Pick<Server, 'version'>,
): Promise<SchemaContents> {
  refuse(await readMissingDumpPrivileges(session, server));
  return readSchemaContents(session);
}

/** Where the server's history stands now. */
export async function readLogPoint(
  session: Session,
  server: Pick<Server, 'version' | 'gtidMode' | 'logBin'>,
): Promise<LogPoint> {
  const position = server.logBin ? await readLogPlace(session, server.version) : undefined;
  const { executed } = await readRow<{ executed: string }>(session, 'SELECT @@gtid_executed AS executed');
  return {
    gtidExecuted: server.gtidMode === 'ON' ? executed.replaceAll(/\s/g, '') : undefined,
    file: position?.file,
    position: position?.position,
  };
}

/** A dump on its way. */
export interface Dump {
  /** Ends only when the dump is proved to be complete; until then it may fail at any byte. */
  readonly sql: Readable;
  /** Resolves when the snapshot is known to be taken: what is committed from then on is not in the dump. Never rejects. */
  readonly snapshotTaken: Promise<void>;
  /** The place in the log of which it is the exact state; undefined where that is not known. */
  readonly place: LogPoint | undefined;
  /** What was proved, once `sql` has ended; rejects with the same error as the stream. */
  readonly proof: Promise<DumpProof>;
}

export interface DumpProof {
  /** Of SQL. */
  readonly bytes: number;
  readonly objects: readonly SchemaObject[];
  readonly rows: RowProof;
}

export interface DumpRequest {
  readonly tools: ClientTools;
  readonly database: DatabaseInputs;
  /** As the session has it. */
  readonly schema: string;
  readonly contents: SchemaContents;
  /** A folder for files that live for milliseconds. */
  readonly temporaryFolder: string;
  /** `with` by default. */
  readonly rows?: 'with' | 'without';
  readonly signal?: AbortSignal;
}

/** Dumps a schema without taking a lock. */
export async function dumpSchema(request: DumpRequest): Promise<Dump> {
  const { tools, database, schema, contents, temporaryFolder, signal } = request;
  const running = await startTool(tools, {
    args: dumpArguments(schema, contents, request.rows ?? 'with'),
    database,
    temporaryFolder,
    ...(signal && { signal }),
  });
  return prove(running, contents, signal);
}

function dumpArguments(
  schema: string,
  { leftOut, brokenViews }: SchemaContents,
  rows: 'with' | 'without',
): readonly string[] {
  const ignored = [...leftOut, ...brokenViews.map(({ name }) => name)];
  return [
    ...['--single-transaction', '--set-gtid-purged=OFF', '--no-tablespaces', '--hex-blob'],
    ...['--routines', '--triggers', '--events', ...(rows === 'without' ? ['--no-data'] : [])],
    // Not in every series; 9.7 reports an error for policies that it may not read.
    ...['--loose-skip-masking-policies', '--loose-column-statistics=0'],
    // Defaults that a distribution may have compiled otherwise.
    ...['--quick', '--skip-lock-tables', '--default-character-set=utf8mb4', '--max-allowed-packet=1G'],
    // A waiting dump holds nobody up, but it would wait for a year. Tools before 8.4 have no such option.
    '--loose-init-command=SET SESSION lock_wait_timeout=600',
    ...ignored.map((name) => `--ignore-table=${schema}.${name}`),
    ...['--', schema],
  ];
}

/** What waits here for whoever compresses; the tool goes on meanwhile. */
const AHEAD = 512 * 1024;

function prove(running: RunningTool, contents: SchemaContents, signal: AbortSignal | undefined): Dump {
  const { promise: proof, resolve, reject } = Promise.withResolvers<DumpProof>();
  // The stream fails with the same error; who listens to it need not listen here.
  proof.catch(() => undefined);
  const scanner = new DumpScanner();
  const header = Buffer.from(describeBrokenViews(contents));
  // No generator: `mysqldump` writes some 5 KiB at a time, and each would wait for several promises.
  const snapshot = Promise.withResolvers<void>();
  const sql = new Transform({
    highWaterMark: AHEAD,
    transform(chunk: Buffer, _encoding, done) {
      scanner.scan(chunk);
      if (scanner.hasObjects) snapshot.resolve();
      done(null, chunk);
    },
    flush(done) {
      callbackify(async () => {
        const objects = await proveEnd(running, contents, scanner, signal);
        const exceptions = contents.notTransactional.map((table) => notOfOneMoment(table));
        resolve({
          bytes: header.length + scanner.bytes,
          objects,
          rows: { how: 'text', exceptions },
        });
      })(done);
    },
    destroy(error, done) {
      running.kill();
      running.stdout.destroy();
      done(error);
    },
  });
  if (header.length > 0) sql.push(header);
  running.stdout.pipe(sql, { end: false });
  // Closed, and not ended, where the tool could not be started: its end says why.
  running.stdout.once('close', () => sql.end());
  const giveUp = (): void => void sql.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', giveUp, { once: true });
  sql.once('close', () => {
    signal?.removeEventListener('abort', giveUp);
    snapshot.resolve();
    reject(sql.errored ?? new Error('the dump was not read to its end'));
  });
  // Listened to, because it may fail before anybody reads.
  sql.on('error', () => undefined);
  return { sql, snapshotTaken: snapshot.promise, place: undefined, proof };
}

/** What others wrote to it while it was read may be in the backup by halves. */
export function notOfOneMoment(table: string): RowException {
  return {
    table,
    kind: 'engine',
    why: `table \`${table}\` has no transactions, so its rows are not of one moment`,
  };
}

async function proveEnd(
  running: RunningTool,
  contents: SchemaContents,
  scanner: DumpScanner,
  signal: AbortSignal | undefined,
): Promise<readonly SchemaObject[]> {
  const end = await running.ended;
  signal?.throwIfAborted();
  const { objects, isComplete } = scanner.end();
  requireCleanEnd(end, isComplete);
  requireEqual(contents.objects, objects);
  return objects;
}

/** Such a view cannot be created again, and `mysqldump` gives up at it; so its definition is kept for people. */
function describeBrokenViews({ brokenViews }: SchemaContents): string {
  return brokenViews
    .map(({ name, definition }) => {
      const lines = `${name} was broken when this was dumped and is not restored; it was:\n${definition}`;
      return `${lines
        .split(/\r\n|\r|\n/)
        .map((line) => `-- ${line}`)
        .join('\n')}\n`;
    })
    .join('');
}

/** Words that every tool of the family puts before what is no error. */
const HARMLESS = /^(?:\S*mysqldump: )?\[?(?:Warning|Note)\b/i;

function requireCleanEnd({ code, stderr }: ToolEnd, isComplete: boolean): void {
  const errors = stderr.split('\n').filter((line) => line.trim() !== '' && !HARMLESS.test(line));
  if (code === 0 && isComplete && errors.length === 0) return;
  const why =
    errors.length > 0
      ? errors.slice(0, 5).join('; ')
      : code === 0
        ? 'it does not end in "-- Dump completed"'
        : `it ended with ${code === null ? 'a signal' : `exit code ${code}`}`;
  throw new ExpectedError({
    code: 'backup-failed',
    message: `mysqldump did not finish: ${why}`,
    fix: dumpFix(stderr),
  });
}

function dumpFix(stderr: string): string {
  if (/\b1412\b|\b1146\b/.test(stderr)) return 'somebody changed tables during the dump; run it again';
  if (/\b1205\b/.test(stderr)) return 'somebody holds a lock on a table; wait for them, then run it again';
  if (/\b(2002|2003|2005|2013|2026)\b/.test(stderr))
    return 'check the connection to the server, then run it again';
  return 'correct what it says, then run it again; nothing was changed';
}

/** A list read before and a dump made after it differ when somebody else is deploying, or when the dump has a hole. */
function requireEqual(expected: readonly SchemaObject[], found: readonly SchemaObject[]): void {
  const missing = difference(expected, found);
  const surplus = difference(found, expected);
  if (missing.length === 0 && surplus.length === 0) return;
  const parts = [
    ...(missing.length > 0 ? [`it lacks ${listed(missing)}`] : []),
    ...(surplus.length > 0 ? [`it has ${listed(surplus)}, not there just before`] : []),
  ];
  throw new ExpectedError({
    code: 'backup-failed',
    message: `the dump is not complete: ${parts.join('; ')}`,
    fix: 'if somebody else changes this schema, wait for them; then run it again. Nothing was changed',
  });
}

function difference(left: readonly SchemaObject[], right: readonly SchemaObject[]): readonly SchemaObject[] {
  const known = new Set(right.map(keyOf));
  return left.filter((object) => !known.has(keyOf(object)));
}

function keyOf({ kind, name }: { readonly kind: ObjectKind; readonly name: string }): string {
  return `${kind} ${name}`;
}

function listed(objects: readonly SchemaObject[]): string {
  const more = objects.length > 10 ? ` and ${objects.length - 10} more` : '';
  return `${objects.slice(0, 10).map(keyOf).join(', ')}${more}`;
}
