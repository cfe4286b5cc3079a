import type { LogPoint } from '../../backup/backup.ts';
import { GtidSet } from '../binlog/gtid-set.ts';
import { NoSuchPlace } from '../binlog/log-cursor.ts';
import { readLogPlace, type LogPlace } from '../binlog/log-place.ts';
import type { LogTransaction, TransactionReader } from '../binlog/log-transaction.ts';
import { readRow, type Session } from '../session/connection.ts';
import { describeServerError } from '../session/server-error.ts';
import { notLossless } from './not-lossless.ts';
import type { OwnWriters } from './own-writers.ts';

/** What there is to know of a transaction before it is decided about. */
export type LoggedBy = 'us' | 'others';

const SELECT_EXECUTED = 'SELECT @@GLOBAL.gtid_executed AS executed, VERSION() AS version';

/** Reads the log from a set of GTIDs on, every transaction once, and stops before what no replay can repeat. */
export class LogFollower {
  readonly #session: Session;
  readonly #reader: TransactionReader;
  readonly #own: OwnWriters;
  readonly #start: GtidSet;
  readonly #seen: GtidSet;

  constructor(session: Session, reader: TransactionReader, own: OwnWriters, before: LogPoint) {
    this.#session = session;
    this.#reader = reader;
    this.#own = own;
    this.#start = new GtidSet(before.gtidExecuted);
    this.#seen = new GtidSet(before.gtidExecuted);
    if (before.file !== undefined) own.begin(before.file);
  }

  async #next(until: LogPlace | undefined): Promise<LogTransaction | undefined> {
    const next = until ? this.#reader.nextUntil(until) : this.#reader.next();
    const transaction = await next.catch((error: unknown) => {
      if (error instanceof NoSuchPlace) throw wasReset();
      throw notLossless(`the binary log could not be read: ${describeServerError(error)}`);
    });
    if (!transaction && !until) throw new Error('the binary log was closed while it was read');
    return transaction;
  }

  /** The same, where nothing may be missing. */
  async readAllUntilNow(
    take: (transaction: LogTransaction, by: LoggedBy) => Promise<void> | void,
  ): Promise<void> {
    if ((await this.readUntilNow(take)) === 'missing')
      throw notLossless('the server has executed transactions that are not in its binary log');
  }

  /**
   * Gives every transaction that was committed by now and not given before, in the order of the log; `missing` where the
   * server has executed more than stands in the log from where it is read.
   */
  async readUntilNow(
    take: (transaction: LogTransaction, by: LoggedBy) => Promise<void> | void,
  ): Promise<'all' | 'missing'> {
    const { executed, version } = await readRow<{ executed: string; version: string }>(
      this.#session,
      SELECT_EXECUTED,
    );
    // All that is executed by now stands before it.
    const place = await readLogPlace(this.#session, version);
    const target = new GtidSet(executed);
    if (!target.contains(this.#start)) throw wasReset();
    while (!this.#seen.contains(target)) {
      const transaction = await this.#next(place);
      if (!transaction) return 'missing';
      this.#own.note(transaction);
      const { gtid } = transaction;
      if (!gtid) throw notLossless('the binary log has transactions without GTIDs');
      if (this.#start.has(gtid.source, gtid.number)) continue;
      this.#seen.add(gtid.source, gtid.number);
      const by = this.#own.isOwn(transaction) ? 'us' : 'others';
      requireRows(transaction, by, this.#session.schema);
      await take(transaction, by);
    }
    return 'all';
  }
}

/** What is in the log is not what followed the backup: files and GTIDs have the same names again. */
function wasReset(): Error {
  return notLossless('the binary log was reset since the backup');
}

const WRITES = /^(?:\s|\/\*[^]*?\*\/)*(?:INSERT|UPDATE|DELETE|REPLACE|LOAD|WITH|SELECT|CALL|DO)\b/i;

/** What a statement wrote, through a view, a trigger or a routine, is known where the log names the schemas. */
function requireRows({ statements }: LogTransaction, by: LoggedBy, schema: string): void {
  const statement = statements.find(
    ({ sql, changedSchemas }) => WRITES.test(sql) && changedSchemas?.includes(schema) !== false,
  );
  if (!statement) return;
  const who = by === 'us' ? 'the run' : 'others';
  throw notLossless(`${who} wrote without row format since the backup: ${statement.sql.slice(0, 100)}`);
}
