import type { LogPoint, RowException, RowProof, TableProof } from '../../backup/backup.ts';
import { openReading, type ReadingSession } from './reading-session.ts';
import type { Session } from '../session/connection.ts';
import { readTable } from './read-table.ts';
import { cutAtTables, rowsFrame, storedExpressions } from './splice-rows.ts';
import type { TableForm } from './table-form.ts';

/** What rows are read with, and what of them is known in the end. */
export interface ExactRows {
  /** The exact place of the snapshot in the log; undefined where no such place was found. */
  readonly place: LogPoint | undefined;
  readonly proof: () => RowProof;
  /** The definitions with the rows of each table behind it. */
  readonly sql: () => AsyncGenerator<Buffer, void>;
  readonly close: () => void;
}

/** Opens a snapshot of the whole schema from which all rows are read as exact literals. */
export async function openExactRows(
  session: Session,
  definitions: Buffer,
  forms: ReadonlyMap<string, TableForm>,
  { log, mostBytes }: { readonly log: 'has-log' | 'no-log'; readonly mostBytes: number },
): Promise<ExactRows> {
  const reading = await openReading(session, log);
  const tables: Record<string, TableProof> = {};
  const exceptions: RowException[] = [];
  return {
    place: reading.place,
    close: reading.close,
    proof: () => ({ how: 'measured', tables, exceptions }),
    sql: () => allRows(reading, session.schema, definitions, forms, { tables, exceptions, mostBytes }),
  };
}

async function* allRows(
  reading: ReadingSession,
  schema: string,
  definitions: Buffer,
  forms: ReadonlyMap<string, TableForm>,
  learnt: {
    readonly tables: Record<string, TableProof>;
    readonly exceptions: RowException[];
    readonly mostBytes: number;
  },
): AsyncGenerator<Buffer, void> {
  try {
    for (const { bytes, table, create } of cutAtTables(definitions)) {
      yield bytes;
      const form = table === undefined ? undefined : forms.get(table);
      if (!form) {
        if (table !== undefined) throw new Error(`table ${table} came into being during the backup`);
        continue;
      }
      const { before, after } = rowsFrame(form.name);
      yield before;
      const { proof, exceptions } = yield* readTable(
        reading,
        schema,
        form,
        storedExpressions(create),
        learnt.mostBytes,
      );
      yield after;
      if (proof) learnt.tables[form.name] = proof;
      learnt.exceptions.push(...exceptions);
    }
  } finally {
    reading.close();
  }
}
