import { isAfter, type LogPlace } from '../binlog/log-place.ts';
import type { LogTransaction } from '../binlog/log-transaction.ts';
import { readTransactions } from '../binlog/read-transactions.ts';
import type { TableMap } from '../binlog/table-map.ts';
import type { Session } from '../session/connection.ts';

/** What a connection that is gone has left in the binary log after its last journal row. */
export type LoggedAfterJournal = 'nothing' | 'something' | 'no-journal';

const JOURNAL = 'ops_migration_statements';

/**
 * Reads what a connection wrote into the log between two places, the first of which the journal has, after the last
 * journal row, which another session may have written.
 */
export async function readOwnLog(
  session: Session,
  connectionId: number,
  from: LogPlace,
  until: LogPlace,
): Promise<LoggedAfterJournal> {
  const isOfSchema = ({ schema }: TableMap): boolean => schema === session.schema;
  let found: LoggedAfterJournal = 'no-journal';
  for await (const transaction of readTransactions(session, from, until, isOfSchema)) {
    // After the server started again another connection may have the same number.
    if (transaction.restarts > 0) break;
    if (!isAfter(transaction, from)) continue;
    if (transaction.threadId === connectionId) found = afterTransaction(found, transaction);
    else if (beginsStatement(transaction)) found = 'nothing';
  }
  return found;
}

/**
 * The journal is written before each statement, and together with what commits with it, so what the connection wrote
 * after its last row is that of the statement in doubt.
 */
export function afterTransaction(
  found: LoggedAfterJournal,
  transaction: Pick<LogTransaction, 'tables' | 'statements'>,
): LoggedAfterJournal {
  if (writesJournal(transaction)) return 'nothing';
  const isEmpty = transaction.tables.size === 0 && transaction.statements.length === 0;
  return found === 'no-journal' || isEmpty ? found : 'something';
}

/**
 * True if another session of ours wrote that a statement is about to be sent, which is a new row of the journal. What
 * it writes after a statement ended badly changes a row.
 */
export function beginsStatement({
  insertedInto,
  statements,
}: Pick<LogTransaction, 'insertedInto' | 'statements'>): boolean {
  return (
    insertedInto.has(JOURNAL) ||
    statements.some(({ sql }) => sql.includes(JOURNAL) && /IF\([^=]*'started'[^=]*=/.test(sql))
  );
}

/** With binlog_format STATEMENT the journal's rows come as what wrote them. */
function writesJournal({ tables, statements }: Pick<LogTransaction, 'tables' | 'statements'>): boolean {
  return tables.has(JOURNAL) || statements.some(({ sql }) => sql.includes(JOURNAL));
}
