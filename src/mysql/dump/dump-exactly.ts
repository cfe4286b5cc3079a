import { Readable } from 'node:stream';
import { ExpectedError } from '../../errors.ts';
import type { Session } from '../session/connection.ts';
import { dumpSchema, notOfOneMoment, type Dump, type DumpProof, type DumpRequest } from './dump.ts';
import { openExactRows } from '../exact/exact-rows.ts';
import type { TableForm } from '../exact/table-form.ts';
import { describeServerError, isServerError } from '../session/server-error.ts';

export interface ExactDumpRequest extends DumpRequest {
  /** Rows are read over connections like this one. */
  readonly session: Session;
  readonly forms: ReadonlyMap<string, TableForm>;
  readonly log: 'has-log' | 'no-log';
  /** The longest statement that the server takes. */
  readonly maxAllowedPacket: number;
}

/**
 * A dump whose definitions are those of `mysqldump` and whose rows are read here, as exact literals and in one snapshot.
 * Takes no lock.
 */
export async function dumpExactly(request: ExactDumpRequest): Promise<Dump> {
  const { session, forms, log, contents, signal, maxAllowedPacket } = request;
  const definitions = await dumpSchema({ ...request, rows: 'without' });
  const text = await collect(definitions.sql);
  const { objects } = await definitions.proof;
  const rows = await openExactRows(session, text, forms, { log, mostBytes: maxAllowedPacket });
  const { promise: proof, resolve, reject } = Promise.withResolvers<DumpProof>();
  // The stream fails with the same error; who listens to it need not listen here.
  proof.catch(() => undefined);
  const giveUp = (): void => void sql.destroy(signal?.reason as Error);
  const sql = Readable.from(
    (async function* () {
      let bytes = 0;
      try {
        for await (const part of rows.sql()) {
          bytes += part.length;
          yield part;
        }
      } catch (error) {
        throw signal?.aborted ? signal.reason : readingFailed(error);
      }
      const measured = rows.proof();
      const exceptions = [
        ...measured.exceptions,
        ...contents.notTransactional.map((table) => notOfOneMoment(table)),
      ];
      resolve({ bytes, objects, rows: { ...measured, exceptions } });
    })(),
    { objectMode: false },
  );
  signal?.addEventListener('abort', giveUp, { once: true });
  sql.once('close', () => {
    signal?.removeEventListener('abort', giveUp);
    rows.close();
    reject(sql.errored ?? new Error('the dump was not read to its end'));
  });
  // Listened to, because it may fail before anybody reads.
  sql.on('error', () => undefined);
  return { sql, snapshotTaken: Promise.resolve(), place: rows.place, proof };
}

async function collect(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

function readingFailed(error: unknown): unknown {
  if (!isServerError(error)) return error;
  return new ExpectedError({
    code: 'backup-failed',
    message: `the rows could not be read: ${describeServerError(error)}`,
    fix: /\b(?:1412|1146|1054)\b/.test(describeServerError(error))
      ? 'somebody changed tables during the backup; run it again'
      : 'correct what the server says, then run it again; nothing was changed',
  });
}
