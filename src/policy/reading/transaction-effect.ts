import { statementKind } from '../../changelog/statement-kind.ts';
import type { ReadStatement } from './reading.ts';

/**
 * What a statement means to the transaction of its changeset: `rows` can be rolled back, `definition` commits by
 * itself, `temporary` makes or drops a temporary table, `none` is nothing to it or has a rule of its own.
 */
export type TransactionEffect = 'rows' | 'definition' | 'temporary' | 'none';

const SESSION_VERBS = ['SET', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'LOCK', 'UNLOCK', 'XA'];

/** Judges a whole statement, not what is in its body. */
export function transactionEffect({ statement, commands }: ReadStatement): TransactionEffect {
  const [command] = commands;
  // Only plain INSERTs, and statements of comments alone, have no command.
  const kind = statementKind(statement);
  if (kind === 'dml') return 'rows';
  if (kind !== 'ddl' || !command || SESSION_VERBS.includes(command.verb)) return 'none';
  return command.ddl?.isTemporary ? 'temporary' : 'definition';
}
