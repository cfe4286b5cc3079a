/** Errors of the server and of the connection, by what they mean; numbers are in MySQL's error reference. */
interface ServerError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
  /** Of an error of the operating system: what it was asked. */
  readonly syscall?: string;
  readonly fatal?: boolean;
  /** Of an AggregateError: a name with several addresses fails with one error for each, and no words of its own. */
  readonly errors?: readonly Error[];
}

const LOST_ERRNOS = new Set([1053, 1077, 1079, 1080, 1152, 1153, 1158, 1159, 1160, 1161, 1927, 3169, 4031]);
const LOST_CODES = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
]);
const UNREACHABLE_CODES = new Set([
  ...LOST_CODES,
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOENT',
]);

function asServerError(error: unknown): ServerError | undefined {
  // By its shape: an error of Node's own need not be an `Error` of this realm.
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  return isError ? (error as ServerError) : undefined;
}

function hasErrno(error: unknown, ...errnos: readonly number[]): boolean {
  const errno = asServerError(error)?.errno;
  return errno !== undefined && errnos.includes(errno);
}

/** The session is gone; what its last statement did is not known from here. */
export function isConnectionLost(error: unknown): boolean {
  const known = asServerError(error);
  if (!known) return false;
  if (known.code !== undefined && LOST_CODES.has(known.code)) return true;
  if (known.errno !== undefined && LOST_ERRNOS.has(known.errno)) return true;
  return /closed state|connection lost/i.test(known.message);
}

/** The driver knew that the connection was gone before it sent anything. */
export function wasNeverSent(error: unknown): boolean {
  const known = asServerError(error);
  return known?.code === 'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR' || /closed state/i.test(known?.message ?? '');
}

/**
 * No server answers there yet; worth trying again until `connect-timeout`. 1040: too many connections; 1203, 1226: too
 * many of this account. `ENOENT` is a socket that is not there, where it comes from a connection.
 */
export function isUnreachable(error: unknown): boolean {
  const { code, syscall } = asServerError(error) ?? {};
  const isMissingFile = code === 'ENOENT' && syscall !== 'connect' && syscall !== 'getaddrinfo';
  return (
    (code !== undefined && UNREACHABLE_CODES.has(code) && !isMissingFile) ||
    isConnectionLost(error) ||
    hasErrno(error, 1040, 1203, 1226)
  );
}

/** 1205: a lock was not granted in time; a DDL statement that waited for a metadata lock did nothing. */
export function isLockTimeout(error: unknown): boolean {
  return hasErrno(error, 1205);
}

/** 1213: InnoDB chose this transaction as the victim and rolled it back. */
export function isDeadlock(error: unknown): boolean {
  return hasErrno(error, 1213);
}

/** 1021, 1114, 1041, 3019, 3675 …: no room on the server's disk, or in one of its tablespaces or logs. */
export function isServerFull(error: unknown): boolean {
  const known = asServerError(error);
  return (
    hasErrno(error, 1021, 1114, 1874, 3019) || /no space left|disk full|errno: 28/i.test(known?.message ?? '')
  );
}

/** 1317: somebody ended the statement and not the session, as a server does first when it shuts down. */
export function isInterrupted(error: unknown): boolean {
  return hasErrno(error, 1317);
}

/** 1045, 1698: user or password are wrong. */
export function isLoginRefused(error: unknown): boolean {
  return hasErrno(error, 1045, 1698, 3118, 1820, 3032);
}

/** 1049: the schema does not exist. */
export function isUnknownSchema(error: unknown): boolean {
  return hasErrno(error, 1049);
}

/** 1142, 1143, 1044, 1227, 1370, 3619 …: a privilege is missing. */
export function isPrivilegeMissing(error: unknown): boolean {
  return hasErrno(error, 1044, 1142, 1143, 1227, 1370, 1410, 1419, 3619);
}

const REFUSED =
  /^(?<privilege>[a-z ]+?) command denied to user '(?<user>[^']*)'@'[^']*' for (?:column '[^']*' in )?(?<kind>table|routine) '(?<object>[^']*)'/i;

/** The GRANT that the server's refusal asks for; it names where the user came from, which its account need not. */
export function missingGrant(error: unknown): string {
  const { privilege, user, kind, object } = REFUSED.exec(asServerError(error)?.message ?? '')?.groups ?? {};
  if (!privilege || !user || !object) return 'grant what docs/privileges.md lists for this mode';
  const on = kind === 'routine' ? `ROUTINE ${object}` : object;
  return `GRANT ${privilege.toUpperCase()} ON ${on} TO the account of '${user}' (SELECT CURRENT_USER() names it)`;
}

/** 1146: the table does not exist. */
export function isUnknownTable(error: unknown): boolean {
  return hasErrno(error, 1146);
}

/** 1109: this series has no such table in information_schema. */
export function isUnknownSystemTable(error: unknown): boolean {
  return hasErrno(error, 1109);
}

/** 1356: what the view refers to is gone. */
export function isInvalidView(error: unknown): boolean {
  return hasErrno(error, 1356);
}

/** The server's words, with the error's name: `ER_DUP_ENTRY (1062): Duplicate entry …`. */
export function describeServerError(error: unknown): string {
  const known = asServerError(error);
  if (!known) return String(error);
  const name = [known.code, known.errno === undefined || known.errno < 1000 ? undefined : `(${known.errno})`]
    .filter((part) => part !== undefined)
    .join(' ');
  const parts = (known.errors ?? []).map(({ message }) => message);
  const words = known.message || parts.join('; ') || 'no message';
  return name === '' || words.includes(name) ? words : `${name}: ${words}`;
}

/** Their words name tables, columns, constraints and SQL, and no value of a row. */
const WITHOUT_VALUES = [
  ...[1044, 1045, 1046, 1048, 1049, 1051, 1052, 1054, 1064, 1109, 1136, 1140, 1142, 1143, 1146, 1205, 1213],
  ...[1222, 1227, 1241, 1242, 1248, 1264, 1267, 1305, 1317, 1318, 1364, 1365, 1370, 1406, 1451, 1452, 3024],
  ...[3065, 3572, 3579, 3819],
];

/** What the server said, where its words are known to hold no value; else the error by its name and number. */
export function harmlessWords(error: unknown): string {
  if (isConnectionLost(error) || hasErrno(error, ...WITHOUT_VALUES)) return describeServerError(error);
  const { code = 'unknown error', errno } = asServerError(error) ?? {};
  return `${code} (${errno ?? 'no number'}); its words may hold sensitive values and are not shown`;
}

/** Whether the server or the connection to it, not our own code, raised the error. */
export function isServerError(error: unknown): boolean {
  // The driver's own words for a connection that is closed come without a code.
  if (isConnectionLost(error) || isUnreachable(error)) return true;
  const { errno, code } = asServerError(error) ?? {};
  // Those of the operating system are negative.
  return errno !== undefined && errno > 0 && code !== undefined;
}

/** The machine that we run on refused something: a file, a folder, a program, a file handle. */
export function isRunnerError(error: unknown): boolean {
  const { errno, code } = asServerError(error) ?? {};
  return errno !== undefined && errno < 0 && code !== undefined && !isServerError(error);
}

/** 1062, 1032, 1451, 1452 …: a row of the log does not fit to the rows that are there. */
export function isReplayRefused(error: unknown): boolean {
  return hasErrno(error, 1032, 1062, 1216, 1217, 1451, 1452, 1048, 1364, 1406, 3819, 1677, 1535);
}
