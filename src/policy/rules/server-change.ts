import type { Command } from '../reading/command.ts';
import { unquote } from '../reading/object-name.ts';
import { isRoleChange } from '../reading/role-change.ts';
import { findKeyword, hasKeywords, keyword } from '../reading/token-walk.ts';
import { inEachCommand, type Finding, type Found, type Rule } from '../rule.ts';

const fix = 'leave it to whoever runs the server, outside of a deploy';

/** What the words after the verb have to be, any one of these; an empty list takes whatever follows. */
const ALWAYS: Readonly<Record<string, readonly string[]>> = {
  ...{ INSTALL: [], UNINSTALL: [], CLONE: [], SHUTDOWN: [], RESTART: [], RESET: [], PURGE: [], CHANGE: [] },
  ...{ STOP: [], BINLOG: [], KILL: [], IMPORT: [], CACHE: [] },
  LOAD: ['INDEX INTO'],
  START: ['REPLICA', 'SLAVE', 'GROUP_REPLICATION'],
  SET: ['RESOURCE GROUP'],
  CREATE: ['LOGFILE GROUP', 'RESOURCE GROUP', 'SERVER', 'TABLESPACE', 'UNDO TABLESPACE'],
  ALTER: ['LOGFILE GROUP', 'RESOURCE GROUP', 'SERVER', 'TABLESPACE', 'UNDO TABLESPACE', 'INSTANCE'],
  DROP: ['LOGFILE GROUP', 'RESOURCE GROUP', 'SERVER', 'TABLESPACE', 'UNDO TABLESPACE', 'MASKING POLICY'],
};
/** Words of a CREATE, before which others may stand. */
const SPATIAL = ['SPATIAL', 'REFERENCE', 'SYSTEM'] as const;
const FLUSHED = [
  ...['BINARY', 'ENGINE', 'ERROR', 'GENERAL', 'RELAY', 'SLOW', 'LOGS', 'HOSTS', 'STATUS'],
  ...['OPTIMIZER_COSTS', 'USER_RESOURCES', 'DES_KEY_FILE', 'QUERY'],
];
/** Functions that reach outside, most of them of components and plugins. */
const FUNCTIONS =
  /^(?:load_file|group_replication_(?:set|switch|disable|enable|reset).*|asynchronous_connection_failover_.*|keyring_key_(?:generate|remove|store)|audit_log_(?:filter_(?:set|remove|flush).*|rotate|encryption_password_set)|version_tokens_(?:set|edit|delete|lock|unlock).*|set_firewall_(?:mode|group_mode)|firewall_group_.*|masking_dictionary_.*|mysql_query_attribute_.*|service_(?:get_(?:read|write)_locks|release_locks)|wait_for_executed_gtid_set|(?:source|master)_pos_wait)$/i;
const VERBS = [...Object.keys(ALWAYS), 'FLUSH', 'GRANT', 'REVOKE', 'SELECT', 'WITH', 'TABLE', 'VALUES', '('];

/** What changes the server, or reaches outside of the schema: no backup covers it, and no review of a schema sees it. */
export const serverChange: Rule = {
  name: 'server-change',
  severity: 'error',
  destructive: false,
  excusable: false,
  example: "SELECT * FROM users INTO OUTFILE '/tmp/users'",
  check: (reading) => [...inCommands(reading), ...inCalls(reading), ...inHints(reading)],
};

const inCommands = inEachCommand(VERBS, (command) => {
  const found = inFiles(command) ?? inStatement(command) ?? inAccounts(command) ?? inTable(command);
  return found && [found];
});

function inStatement(command: Command): Found | undefined {
  const { verb, tokens } = command;
  if (verb === 'FLUSH') return inFlush(command);
  const following = ALWAYS[verb];
  const isListed =
    following?.length === 0 || following?.some((words) => hasKeywords(tokens, 1, ...words.split(' ')));
  if (isListed || isSpatial(command) || isMaskingPolicy(command)) {
    return {
      message: `${threeWords(tokens)} acts on the server, not on the schema that is deployed to`,
      fix,
    };
  }
  if (!isLoadable(command)) return undefined;
  return { message: 'CREATE FUNCTION … SONAME loads a library into the server', fix };
}

function isSpatial({ verb, tokens }: Command): boolean {
  const start = hasKeywords(tokens, 1, 'OR', 'REPLACE') ? 3 : 1;
  return ['CREATE', 'DROP'].includes(verb) && hasKeywords(tokens, start, ...SPATIAL);
}

function isMaskingPolicy({ verb, tokens }: Command): boolean {
  return (
    verb === 'CREATE' && findKeyword(tokens.slice(0, 5), 1, ['MASKING']) > 0 && keyword(tokens, 1) !== 'TABLE'
  );
}

function isLoadable({ verb, ddl, tokens }: Command): boolean {
  if (verb !== 'CREATE' || ddl?.object !== 'FUNCTION') return false;
  return keyword(tokens, ddl.next) === 'RETURNS' && findKeyword(tokens, ddl.next, ['SONAME']) > 0;
}

/** Logs, counters and caches of the server; all tables of it; locks on tables that others need. */
function inFlush({ tokens }: Command): Found | undefined {
  const at = ['LOCAL', 'NO_WRITE_TO_BINLOG'].includes(keyword(tokens, 1)) ? 2 : 1;
  const isTables = /^TABLES?$/.test(keyword(tokens, at));
  const isLocking = isTables && findKeyword(tokens, at, ['LOCK', 'EXPORT']) > 0;
  const isAll = isTables && at + 1 >= tokens.length;
  const isServer =
    !isTables && tokens.some((_, index) => index >= at && FLUSHED.includes(keyword(tokens, index)));
  if (!isLocking && !isAll && !isServer) return undefined;
  const what = isAll ? 'closes all tables of the server' : isLocking ? 'locks tables' : 'acts on the server';
  return { message: `${threeWords(tokens)} ${what}, whoever uses it`, fix };
}

/** Roles that accounts get, lose or have from the start; privileges have a rule of their own. */
function inAccounts(command: Command): Found | undefined {
  if (!isRoleChange(command)) return undefined;
  const message = `${command.verb} changes the roles of accounts, which belong to the server`;
  return { message, fix: 'keep roles with what a DBA sets up once for each environment' };
}

function inFiles({ verb, tokens }: Command): Found | undefined {
  const into = tokens.findIndex(
    (_, at) => keyword(tokens, at) === 'INTO' && /^(?:OUTFILE|DUMPFILE)$/.test(keyword(tokens, at + 1)),
  );
  if (into >= 0) {
    const message = `INTO ${keyword(tokens, into + 1)} writes a file on the server`;
    return {
      line: tokens[into]?.line ?? 0,
      message,
      fix: 'keep the rows in a table, or read them from a client',
    };
  }
  const isLoad = verb === 'LOAD' && /^(?:DATA|XML)$/.test(keyword(tokens, 1));
  if (!isLoad || findKeyword(tokens, 2, ['LOCAL']) > 0) return undefined;
  return {
    message: `LOAD ${keyword(tokens, 1)} without LOCAL reads a file on the server`,
    fix: 'write LOAD DATA LOCAL, or load the file by a pipeline',
  };
}

/** A table whose rows are in files that are named, or on another server. */
function inTable({ verb, ddl, tokens, clauses }: Command): Found | undefined {
  if (ddl?.object !== 'TABLE' || (verb !== 'CREATE' && verb !== 'ALTER')) return undefined;
  const isImport = clauses.some((clause) => clause.kind === 'partition' && clause.action === 'IMPORT');
  if (isImport) return { message: 'IMPORT TABLESPACE reads files on the server', fix };
  const from = verb === 'ALTER' ? ddl.next : 0;
  const isPlaced = tokens.some(
    (_, at) =>
      at > from && /^(?:DATA|INDEX)$/.test(keyword(tokens, at)) && isOption(tokens, at + 1, 'DIRECTORY'),
  );
  if (isPlaced) return { message: 'DATA DIRECTORY puts the table into a folder of the server', fix };
  const engine = tokens.findIndex((_, at) => isOption(tokens, at, 'ENGINE'));
  const name = engine < 0 ? undefined : tokens.slice(engine + 1).find(({ text }) => text !== '=');
  if (!name || unquote(name).replaceAll("'", '').toUpperCase() !== 'FEDERATED') return undefined;
  return { message: 'ENGINE = FEDERATED keeps the rows on another server', fix };
}

function isOption(tokens: Command['tokens'], at: number, word: string): boolean {
  const value = tokens[keyword(tokens, at + 1) === '=' ? at + 2 : at + 1];
  return (
    keyword(tokens, at) === word && value !== undefined && /^(?:string|dquoted|word|name)$/.test(value.kind)
  );
}

/** Anywhere in a statement, in conditions and declarations of a body too. */
function inCalls({ statements }: Parameters<Rule['check']>[0]): readonly Finding[] {
  return statements.flatMap(({ statement, calls }) =>
    calls
      .filter((token) => FUNCTIONS.test(unquote(token)))
      .map((token) => ({
        statements: [statement],
        line: token.line,
        message: `${unquote(token).toUpperCase()}() reaches outside of the schema, into the server or its files`,
        fix,
      })),
  );
}

function inHints({ statements }: Parameters<Rule['check']>[0]): readonly Finding[] {
  return statements.flatMap(({ statement, hints }) =>
    hints
      .filter(({ name }) => name === 'RESOURCE_GROUP')
      .map(({ line }) => ({
        statements: [statement],
        line,
        message: 'the hint RESOURCE_GROUP moves the session to other threads of the server',
        fix: 'remove it',
      })),
  );
}

function threeWords(tokens: Command['tokens']): string {
  const words = [0, 1, 2].map((at) => keyword(tokens, at));
  const end = words.findIndex((word) => !/^[A-Z_]+$/.test(word));
  return (end < 0 ? words : words.slice(0, end)).join(' ');
}
