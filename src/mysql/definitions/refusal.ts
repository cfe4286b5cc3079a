import { ExpectedError } from '../../errors.ts';
import {
  describeServerError,
  isConnectionLost,
  isInterrupted,
  isServerError,
} from '../session/server-error.ts';
import type { Definition } from './definition.ts';
import { quote } from '../session/names.ts';
import { fromBytes, type Bytes } from '../session/raw-session.ts';

/** On `*.*`, to make objects of another definer again; from 8.2 on. */
export const DEFINER_PRIVILEGES: readonly string[] = ['SET_ANY_DEFINER', 'ALLOW_NONEXISTENT_DEFINER'];

/** What helps against each refusal, by the server's number for it. */
export const FIXES: Readonly<Record<number, string>> = {
  1419: 'set log_bin_trust_function_creators = 1 on the server, or deploy as a user with SUPER',
  1227: `GRANT ${DEFINER_PRIVILEGES.join(', ')} ON *.* to the user (SET_USER_ID before 8.2; SYSTEM_USER too where the definer has it), or give the object a definer that is the user`,
  1449: 'GRANT ALLOW_NONEXISTENT_DEFINER ON *.* to the user, or give the object a definer that exists',
  6125: 'GRANT SESSION_VARIABLES_ADMIN ON *.* to the user, or make the key that the foreign key refers to unique',
  3750: 'GRANT SESSION_VARIABLES_ADMIN ON *.* to the user (sql_require_primary_key has to be off), or give the table a primary key',
  1118: 'GRANT SESSION_VARIABLES_ADMIN ON *.* to the user (innodb_strict_mode has to be off), or make the row smaller',
  1153: 'raise max_allowed_packet on the server: a row of the backup is larger',
};
const PARSE_ERROR = 1064;
const PACKET_TOO_LARGE = 1153;

/** Says of what the server refused while it loaded a backup: which object, why, and what helps. */
export function explainRefusal(
  error: unknown,
  sql: Bytes,
  definition: Definition | undefined,
  schema: string,
): unknown {
  if (!isServerError(error)) return error;
  const what = definition ? `${definition.kind} ${quote(definition.name)}` : describeSql(sql);
  const errno = (error as { errno?: number }).errno ?? 0;
  // It ends the connection, and the server is well.
  if (errno !== PACKET_TOO_LARGE && (isConnectionLost(error) || isInterrupted(error))) {
    return new ExpectedError({
      code: 'connection-lost',
      message: `the server broke off while ${what} was loaded: ${describeServerError(error)}`,
      fix: 'see that the server runs, then run again',
    });
  }
  return new ExpectedError({
    code: [1044, 1142, 1227, 1370, 1419, 1449].includes(errno) ? 'missing-privilege' : 'server-error',
    message: `this backup cannot be restored: the server refused ${what} in ${quote(schema)}: ${describeServerError(error)}`,
    fix: fixFor(errno, sql, definition),
  });
}

/** A statement of a dump that is none of those that `mysqldump` writes. */
export function unknownStatement(sql: Bytes): ExpectedError {
  return new ExpectedError({
    code: 'server-error',
    message: `the backup holds a statement that db-deploy does not know: ${fromBytes(sql).slice(0, 200)}`,
    fix: 'restore it by hand with the mysql client',
  });
}

function fixFor(errno: number, sql: Bytes, definition: Definition | undefined): string {
  if (errno === PARSE_ERROR && definition && /;\s*(?:\*\/)?$/.test(sql)) {
    const { kind, name } = definition;
    return `its stored text ends in ";", as happens when it is made as one of several statements sent at once: drop and create ${kind} ${quote(name)} once more, in a statement of its own`;
  }
  return FIXES[errno] ?? 'correct or drop the object, then deploy again';
}

function describeSql(sql: Bytes): string {
  const head = /^(?:CREATE TABLE|INSERT INTO|ALTER TABLE|CREATE VIEW) `(?:[^`]|``)*`/i.exec(sql)?.[0];
  return fromBytes(head ?? sql.slice(0, 100));
}
