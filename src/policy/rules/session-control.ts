import { isReadableMode } from '../../sql/sql-mode.ts';
import { readAssignments, readHintAssignments, type Assignment } from '../reading/assignments.ts';
import type { Command } from '../reading/command.ts';
import { unquote } from '../reading/object-name.ts';
import type { Reading } from '../reading/reading.ts';
import { hasKeywords, keyword } from '../reading/token-walk.ts';
import { inEachCommand, type Finding, type Found, type Rule } from '../rule.ts';

const SESSION_VARIABLES = [
  ...['autocommit', 'completion_type', 'sql_log_bin', 'gtid_next', 'gtid_next_list', 'binlog_format'],
  ...[
    'binlog_row_image',
    'pseudo_thread_id',
    'pseudo_replica_mode',
    'pseudo_slave_mode',
    'require_row_format',
  ],
  ...['transaction_read_only', 'tx_read_only', 'original_commit_timestamp', 'immediate_server_version'],
  ...[
    'original_server_version',
    'resultset_metadata',
    'binlog_direct_non_transactional_updates',
    'rbr_exec_mode',
  ],
];
const SERVER_SCOPES = ['global', 'persist', 'persist_only'];
const TRANSACTIONS = ['BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE'];
const LOCK_FUNCTIONS = ['get_lock', 'release_lock', 'release_all_locks'];
const VERBS = ['SET', 'START', ...TRANSACTIONS, 'XA', 'LOCK', 'UNLOCK', 'ALTER'];

/** What would take the session, the deploy lock, the transaction or the binary log out of the run's hands. */
export const sessionControl: Rule = {
  name: 'session-control',
  severity: 'error',
  destructive: false,
  excusable: false,
  example: 'SET sql_log_bin = 0',
  check: (reading) => [...inCommands(reading), ...inLockCalls(reading), ...inHints(reading)],
};

const inCommands = inEachCommand(VERBS, (command) => {
  if (command.verb === 'SET') return inSet(command);
  const found = inTransaction(command) ?? inTableLocks(command) ?? inDatabase(command);
  return found && [found];
});

/** Anywhere in a statement: in conditions and declarations of a body too, which are no commands. */
function inLockCalls({ statements }: Reading): readonly Finding[] {
  return statements.flatMap(({ statement, calls }) =>
    calls
      .filter((token) => LOCK_FUNCTIONS.includes(unquote(token).toLowerCase()))
      .map((token) => ({
        statements: [statement],
        line: token.line,
        message: `${unquote(token).toUpperCase()} takes or gives up named locks, which deploys are kept apart by`,
        fix: 'remove it: the deploy lock is held for the whole run',
      })),
  );
}

function inHints({ statements }: Reading): readonly Finding[] {
  return statements.flatMap(({ statement, hints }) =>
    hints.flatMap((hint) =>
      readHintAssignments(hint)
        .flatMap(inAssignment)
        .map(({ message, fix }) => ({ statements: [statement], line: hint.line, message, fix })),
    ),
  );
}

function inSet({ tokens }: Command): readonly Found[] {
  const scope = /^(?:GLOBAL|SESSION|LOCAL)$/.test(keyword(tokens, 1)) ? keyword(tokens, 1) : undefined;
  const at = scope === undefined ? 1 : 2;
  if (keyword(tokens, at) !== 'TRANSACTION') return readAssignments(tokens).flatMap(inAssignment);
  if (scope === 'GLOBAL') return [ofServer('GLOBAL', 'TRANSACTION')];
  const isReadOnly = tokens.some((_, index) => hasKeywords(tokens, index, 'READ', 'ONLY'));
  return isReadOnly ? [ofSession('TRANSACTION READ ONLY')] : [];
}

function inAssignment({ scope, name, value, line }: Assignment): readonly Found[] {
  if (scope !== undefined && SERVER_SCOPES.includes(scope)) return [{ line, ...ofServer(scope, name) }];
  const isTracking = name.startsWith('session_track_');
  if (isTracking || SESSION_VARIABLES.includes(name)) return [{ line, ...ofSession(name) }];
  return name === 'sql_mode' && !isReadableMode(value) ? [{ line, ...ofMode() }] : [];
}

function ofServer(scope: string, name: string): Found {
  const message = `SET ${scope.toUpperCase()} ${name} changes the server for everybody`;
  return { message, fix: "change it in the server's configuration, outside of a deploy" };
}

function ofSession(name: string): Found {
  const message = `SET ${name} changes how the run commits, what it learns, or what the binary log gets`;
  return { message, fix: 'remove it: the run sets its session itself' };
}

function ofMode(): Found {
  return {
    message: 'SET sql_mode to what is not a literal: how the statements after it are read is not known',
    fix: "write the modes out: SET sql_mode = 'STRICT_TRANS_TABLES,…'; each changeset begins with the server's own",
  };
}

function inTransaction({ verb, tokens, isInBody }: Command): Found | undefined {
  const fix = 'remove it: a changeset of DML alone is one transaction';
  if (verb === 'XA') return { message: 'XA transactions outlive the run', fix };
  const isTransaction = verb === 'START' ? keyword(tokens, 1) === 'TRANSACTION' : TRANSACTIONS.includes(verb);
  if (isInBody || !isTransaction) return undefined;
  return { message: `${twoWords(tokens)} takes the transaction out of the run's hands`, fix };
}

function inTableLocks({ verb, tokens }: Command): Found | undefined {
  if (verb !== 'LOCK' && verb !== 'UNLOCK') return undefined;
  return {
    message: `${twoWords(tokens)} locks or unlocks what the run itself has to write to`,
    fix: 'remove it: nobody else deploys meanwhile, and DDL locks its table itself',
  };
}

/** The run could not write its own tables any more. */
function inDatabase({ verb, ddl, tokens }: Command): Found | undefined {
  if (verb !== 'ALTER' || ddl?.object !== 'DATABASE') return undefined;
  if (!tokens.some((_, at) => hasKeywords(tokens, at, 'READ', 'ONLY'))) return undefined;
  return {
    message: 'ALTER DATABASE … READ ONLY keeps the run from writing, or ends what keeps others from it',
    fix: 'leave it to whoever runs the server, outside of a deploy',
  };
}

function twoWords(tokens: Command['tokens']): string {
  return `${keyword(tokens, 0)} ${keyword(tokens, 1)}`.trim();
}
