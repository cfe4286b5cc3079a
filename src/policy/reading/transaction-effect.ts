import { statementKind } from '../../sql/read/statement-kind.ts';
import type { Statement } from '../../sql/statements.ts';
import { isTemporary, type Command } from './command.ts';

/**
 * What a statement means to the transaction of its changeset: `rows` can be rolled back, `definition` commits by
 * itself, `temporary` touches temporary tables only, `none` is nothing to it or has a rule of its own.
 */
export type TransactionEffect = 'rows' | 'definition' | 'temporary' | 'none';

const SESSION_VERBS = ['SET', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'LOCK', 'UNLOCK', 'XA'];

/** Judges a statement by its own command, not by those in its body. */
export function transactionEffect(statement: Statement, command: Command): TransactionEffect {
  const kind = statementKind(statement);
  if (kind === 'dml') return isAllTemporary(command) ? 'temporary' : 'rows';
  if (kind !== 'ddl' || SESSION_VERBS.includes(command.verb)) return 'none';
  return isAllTemporary(command) ? 'temporary' : 'definition';
}

function isAllTemporary(command: Command): boolean {
  if (command.ddl?.isTemporary) return true;
  const names = command.ddl?.object === 'TABLE' ? command.ddl.names : command.objects;
  return names.length > 0 && names.every((name) => isTemporary(command, name));
}
