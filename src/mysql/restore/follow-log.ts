import { ExpectedError } from '../../errors.ts';
import { GtidSet } from '../binlog/gtid-set.ts';
import { MOST_BYTES, type LogTransaction, type TransactionReader } from '../binlog/log-transaction.ts';
import { readRow, type Session } from '../connection.ts';
import { describeServerError } from '../server-error.ts';
import type { OwnWriters } from './own-writers.ts';
import { definesSchema } from './own-definitions.ts';

/** What there is to know of a transaction before it is decided about. */
export type LoggedBy = 'us' | 'others';

/** Reads the log from a set of GTIDs on, every transaction once, and stops before what no replay can repeat. */
export class LogFollower {
  readonly #session: Session;
  readonly #reader: TransactionReader;
  readonly #own: OwnWriters;
  readonly #start: GtidSet;
  readonly #seen: GtidSet;

  constructor(session: Session, reader: TransactionReader, own: OwnWriters, start: string) {
    this.#session = session;
    this.#reader = reader;
    this.#own = own;
    this.#start = new GtidSet(start);
    this.#seen = new GtidSet(start);
  }

  async #next(): Promise<LogTransaction | undefined> {
    try {
      return await this.#reader.next();
    } catch (error) {
      throw notLossless(`the binary log could not be read: ${describeServerError(error)}`);
    }
  }

  /** Gives every transaction that was committed by now and not given before, in the order of the log. */
  async readUntilNow(
    take: (transaction: LogTransaction, by: LoggedBy) => Promise<void> | void,
  ): Promise<void> {
    const { executed } = await readRow<{ executed: string }>(
      this.#session,
      'SELECT @@GLOBAL.gtid_executed AS executed',
    );
    const target = new GtidSet(executed);
    if (!target.contains(this.#start)) throw notLossless('the binary log was reset since the backup');
    while (!this.#seen.contains(target)) {
      const transaction = await this.#next();
      if (!transaction) throw new Error('the binary log was closed while it was read');
      this.#own.note(transaction);
      const { gtid } = transaction;
      if (!gtid) throw notLossless('the binary log has transactions without GTIDs');
      if (this.#start.has(gtid.source, gtid.number)) continue;
      this.#seen.add(gtid.source, gtid.number);
      const by = this.#own.isOwn(transaction) ? 'us' : 'others';
      if (by === 'others') requireRepeatable(transaction, this.#session.schema);
      await take(transaction, by);
    }
  }
}

/** Of what others did, rows can be repeated, and nothing else. */
function requireRepeatable(transaction: LogTransaction, schema: string): void {
  const { isXa, statements, size } = transaction;
  if (isXa) throw notLossless('others used XA transactions since the backup');
  if (size > MOST_BYTES) throw notLossless('others committed a transaction of more than 256 MiB');
  const statement = statements.find((each) => definesSchema(each, schema));
  if (!statement) return;
  throw notLossless(
    `others changed definitions or wrote without row format since the backup: ${statement.sql.slice(0, 100)}`,
  );
}

/** This restore cannot keep what others wrote; nothing was changed. */
export function notLossless(message: string, fix?: string): ExpectedError {
  return new ExpectedError({ code: 'not-lossless', message, ...(fix === undefined ? {} : { fix }) });
}
