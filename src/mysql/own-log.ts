import { isAfter, type LogPlace } from './binlog/log-place.ts';
import type { LogTransaction } from './binlog/log-transaction.ts';
import { readTransactions } from './binlog/read-transactions.ts';
import type { TableMap } from './binlog/table-map.ts';
import type { Session } from './connection.ts';

/** What a connection that is gone has left in the binary log after its last journal row. */
export type LoggedAfterJournal = 'nothing' | 'something' | 'no-journal';

const JOURNAL = 'ops_migration_statements';

/** Reads what a connection wrote into the log between two places, the first of which the journal has. */
export async function readOwnLog(
  session: Session,
  connectionId: number,
  from: LogPlace,
  until: LogPlace,
): Promise<LoggedAfterJournal> {
  const isOfSchema = ({ schema }: TableMap): boolean => schema === session.schema;
  let found: LoggedAfterJournal = 'no-journal';
  for await (const transaction of readTransactions(session, from.file, until, isOfSchema)) {
    // After the server started again another connection may have the same number.
    if (transaction.restarts > 0) break;
    const isOurs = transaction.threadId === connectionId && isAfter(transaction, from);
    if (isOurs) found = afterTransaction(found, transaction);
  }
  return found;
}

/**
 * The journal is written in the same session before each statement, and together with what commits with it, so what
 * comes after its last row is that of the statement in doubt.
 */
export function afterTransaction(
  found: LoggedAfterJournal,
  { tables, statements }: Pick<LogTransaction, 'tables' | 'statements'>,
): LoggedAfterJournal {
  // With binlog_format STATEMENT the journal's rows come as what wrote them.
  if (tables.has(JOURNAL) || statements.some(({ sql }) => sql.includes(JOURNAL))) return 'nothing';
  const isEmpty = tables.size === 0 && statements.length === 0;
  return found === 'no-journal' || isEmpty ? found : 'something';
}
