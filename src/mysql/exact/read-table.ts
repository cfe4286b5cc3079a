import type { RowException, TableProof } from '../../backup/backup.ts';
import { quoteName } from '../session/quote-name.ts';
import { InsertWriter } from './insert-writer.ts';
import { queryRaw } from './raw-query.ts';
import type { ReadingSession } from './reading-session.ts';
import { findChangingColumns } from './stored-columns.ts';
import { jsonColumns, selectRows, type TableForm } from './table-form.ts';
import { readChecksum, readRowSum, readSums, type ProofSource } from './table-proof.ts';

/** What was learnt of a table while it was read. */
export interface ReadTable {
  readonly proof: TableProof | undefined;
  readonly exceptions: readonly RowException[];
  /** Bytes of the longest statement. */
  readonly longest: number;
}

/** What waits for whoever compresses. */
const AHEAD_BYTES = 4 * 1024 * 1024;

/**
 * The rows of a table as INSERT statements, from the snapshot of the session. The savepoint lets go of the table
 * afterwards: otherwise nobody could alter it until the backup ends.
 */
export async function* readTable(
  reading: ReadingSession,
  schema: string,
  form: TableForm,
  expressions: ReadonlyMap<string, string>,
  mostBytes: number,
): AsyncGenerator<Buffer, ReadTable> {
  const { connection } = reading;
  await connection.query('SAVEPOINT db_deploy_table');
  const waiting: Buffer[] = [];
  let bytes = 0;
  let wake = (): void => undefined;
  const writer = new InsertWriter(form, mostBytes, (statement) => {
    waiting.push(statement);
    bytes += statement.length;
    if (bytes > AHEAD_BYTES) query.tap.pause();
    wake();
  });
  const query = queryRaw(connection, selectRows(form), (row, at, end) => writer.row(row, at, end));
  let isDone = false;
  const done = query.done.finally(() => {
    isDone = true;
    wake();
  });
  done.catch(() => undefined);
  for (;;) {
    const statement = waiting.shift();
    if (statement) {
      bytes -= statement.length;
      if (bytes < AHEAD_BYTES / 2) query.tap.resume();
      yield statement;
    } else if (isDone) break;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
  await done;
  writer.flush();
  yield* waiting;
  const measured = await measure({ connection, schema: quoteName(schema) }, form, writer, expressions);
  await connection.query('ROLLBACK TO SAVEPOINT db_deploy_table');
  return { ...measured, longest: writer.longest };
}

async function measure(
  source: ProofSource,
  form: TableForm,
  writer: InsertWriter,
  expressions: ReadonlyMap<string, string>,
): Promise<Omit<ReadTable, 'longest'>> {
  const { name: table } = form;
  const changing = await findChangingColumns(source.connection, table, form.stored, expressions);
  const exceptions: RowException[] = [
    ...changing.map((column) => ({
      table,
      kind: 'computed' as const,
      why: `stored generated column ${quoteName(column)} of ${quoteName(table)} depends on the session and is computed anew`,
    })),
    ...[...writer.unwritten].map(([column, documents]) => ({
      table,
      kind: 'documents' as const,
      why: `${documents} documents in ${quoteName(column)} of ${quoteName(table)} hold bytes whose type becomes STRING`,
    })),
  ];
  const checksum = await readChecksum(source, table);
  if (checksum === undefined) return { proof: undefined, exceptions };
  const documents = jsonColumns(form)
    .filter(({ name }) => !writer.unwritten.has(name))
    .map(({ name }) => [name, String(writer.lostTypes.get(name) ?? 0n)] as const);
  const proof: TableProof = {
    checksum,
    ...(form.isChecksumVague ? { rows: await readRowSum(source, form) } : {}),
    ...(documents.length > 0 ? { documents: Object.fromEntries(documents) } : {}),
    ...(form.stored.length > 0 ? { columns: await readSums(source, form, 'columns') } : {}),
  };
  return { proof, exceptions };
}
