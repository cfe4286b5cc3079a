import { readAssignments, type Assignment } from '../reading/assignments.ts';
import type { Command } from '../reading/command.ts';
import { unquote } from '../reading/object-name.ts';
import { findKeyword, keyword } from '../reading/token-walk.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

const SESSION_VARIABLES = [
  ...['autocommit', 'completion_type', 'sql_log_bin', 'gtid_next', 'binlog_format', 'binlog_row_image'],
];
const SERVER_SCOPES = ['global', 'persist', 'persist_only'];
const TRANSACTIONS = ['BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE'];
const SERVER_VERBS = ['RESET', 'PURGE', 'CHANGE', 'STOP', 'KILL', 'SHUTDOWN', 'RESTART', 'CLONE', 'BINLOG'];

const VERBS = ['SET', 'START', ...TRANSACTIONS, 'XA', 'LOCK', 'UNLOCK', 'FLUSH', ...SERVER_VERBS];

/** What would take the session, the deploy lock, the transaction or the binary log out of the run's hands. */
export const sessionControl: Rule = {
  name: 'session-control',
  severity: 'error',
  destructive: false,
  check: (reading) => [...inCommands(reading), ...inLockCalls(reading)],
};

const inCommands = inEachCommand(VERBS, (command) => {
  if (command.verb === 'SET') return readAssignments(command.tokens).flatMap(inAssignment);
  const found = inTransaction(command) ?? inTableLocks(command) ?? inServer(command);
  return found && [found];
});

/** Anywhere in a statement: in conditions and declarations of a body too, which are no commands. */
function inLockCalls({ statements }: Parameters<Rule['check']>[0]): ReturnType<Rule['check']> {
  return statements.flatMap(({ statement, lockCalls }) =>
    lockCalls.map((token) => ({
      statements: [statement],
      line: token.line,
      message: `${unquote(token).toUpperCase()} takes or gives up named locks of the session that holds the deploy lock`,
      fix: 'remove it: the deploy lock is held for the whole run',
    })),
  );
}

function inAssignment({ scope, name, line }: Assignment): readonly Found[] {
  if (scope !== undefined && SERVER_SCOPES.includes(scope)) {
    const message = `SET ${scope.toUpperCase()} ${name} changes the server for everybody`;
    return [{ line, message, fix: "change it in the server's configuration, outside of a deploy" }];
  }
  if (!SESSION_VARIABLES.includes(name)) return [];
  const message = `SET ${name} changes how the run commits, or what the binary log gets`;
  return [{ line, message, fix: 'remove it: the run sets its session itself' }];
}

function inTransaction({ verb, tokens, isInBody }: Command): Found | undefined {
  const fix = 'remove it: a changeset of DML alone is one transaction';
  if (verb === 'XA') return { message: 'XA transactions outlive the run', fix };
  const isTransaction = verb === 'START' ? keyword(tokens, 1) === 'TRANSACTION' : TRANSACTIONS.includes(verb);
  if (isInBody || !isTransaction) return undefined;
  return { message: `${twoWords(tokens)} takes the transaction out of the run's hands`, fix };
}

function inTableLocks({ verb, tokens }: Command): Found | undefined {
  const isFlush = verb === 'FLUSH' && findKeyword(tokens, 1, ['TABLE', 'TABLES']) > 0;
  const isLocking = isFlush && findKeyword(tokens, 2, ['LOCK', 'EXPORT']) > 0;
  if (verb !== 'LOCK' && verb !== 'UNLOCK' && !isLocking) return undefined;
  return {
    message: `${isFlush ? 'FLUSH TABLES' : twoWords(tokens)} locks or unlocks what the run itself has to write to`,
    fix: 'remove it: nobody else deploys meanwhile, and DDL locks its table itself',
  };
}

function inServer({ verb, tokens }: Command): Found | undefined {
  const isReplication = verb === 'START' && keyword(tokens, 1) !== 'TRANSACTION';
  if (!isReplication && !SERVER_VERBS.includes(verb)) return undefined;
  return {
    message: `${twoWords(tokens)} acts on the server, its connections or its binary log`,
    fix: 'leave it to whoever runs the server, outside of a deploy',
  };
}

function twoWords(tokens: Command['tokens']): string {
  return `${keyword(tokens, 0)} ${keyword(tokens, 1)}`.trim();
}
