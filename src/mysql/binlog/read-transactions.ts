import type { Session } from '../session/connection.ts';
import type { LogPlace } from './log-place.ts';
import { openLogStream } from './log-stream.ts';
import { TransactionReader, type LogTransaction } from './log-transaction.ts';
import type { TableMap } from './table-map.ts';

/**
 * Every transaction from a place up to another, over all files between: which tables it wrote to, of
 * those that are asked for, and what it defined; no rows.
 */
export async function* readTransactions(
  session: Session,
  from: LogPlace,
  until: LogPlace,
  wants: (map: TableMap) => boolean,
): AsyncGenerator<LogTransaction, void> {
  const stream = await openLogStream(session, from);
  try {
    const reader = new TransactionReader(stream, wants, 0);
    for (;;) {
      const transaction = await reader.nextUntil(until);
      if (!transaction) return;
      yield transaction;
    }
  } finally {
    stream.close();
  }
}
