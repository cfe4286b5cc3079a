import { quoteName } from '../session/quote-name.ts';
import type { Plan } from '../../changelog/plan/plan.ts';
import type { Statement } from '../../sql/statements.ts';
import { ExpectedError, type Location, type Problem } from '../../errors.ts';
import { readRow, send, type Session } from '../session/connection.ts';
import { createsLoggedCode, privilegesFor, type Made } from './needed-privileges.ts';
import type { Server } from './server.ts';
import { historyAdoption } from '../tracking/adopt-history.ts';
import { TRACKING_TABLES } from '../tracking/tracking-definitions.ts';
import type { TrackingState } from '../tracking/tracking-state.ts';
import { trackingUpgrades } from '../tracking/tracking-upgrades.ts';

/** The tracking tables that `update` reads and writes; the others it only makes. */
const WRITTEN = [
  'DATABASECHANGELOG',
  'DATABASECHANGELOGLOCK',
  'ops_migration_runs',
  'ops_migration_statements',
];

/** On each of them. */
export const BOOKKEEPING_PRIVILEGES: readonly string[] = ['SELECT', 'INSERT', 'UPDATE'];

/** A privilege of the schema, on one table where that is known. */
interface Need {
  readonly privilege: string;
  readonly table?: string;
  readonly at?: Location;
}

/** Refuses before anything is written when the tracking tables cannot be made, read or written. */
export async function requireBookkeeping(session: Session, state: TrackingState): Promise<void> {
  const granted = await readGranted(session);
  if (granted === undefined) return;
  const needs = [
    ...WRITTEN.flatMap((table) => BOOKKEEPING_PRIVILEGES.map((privilege) => ({ privilege, table }))),
    ...[...TRACKING_TABLES.keys()]
      .filter((table) => !state.has(table))
      .map((table) => ({ privilege: 'CREATE', table })),
    ...(historyAdoption(state) === undefined ? [] : [{ privilege: 'ALTER', table: 'DATABASECHANGELOG' }]),
    ...[...trackingUpgrades(state).keys()].map((table) => ({ privilege: 'ALTER', table })),
  ];
  const [first, ...rest] = missingProblems(session, granted, needs);
  if (first) throw new ExpectedError(first, ...rest);
}

/** Names every privilege that the pending statements need and the user has nowhere, each with its GRANT. */
export async function checkPrivileges(
  session: Session,
  server: Server,
  plan: Plan,
): Promise<readonly Problem[]> {
  const needs: Need[] = [];
  const logged: Location[] = [];
  const problems: Problem[] = [];
  const routines = new Set<string>();
  for (const { changeset } of plan.pending) {
    const made: Made = { routines, temporaryTables: new Set() };
    for (const statement of changeset.sql.statements) {
      const at = { file: changeset.sql.path, line: statement.line };
      for (const privilege of privilegesFor(statement, made)) needs.push({ privilege, at });
      if (createsLoggedCode(statement)) logged.push(at);
      const problem = checkPacket(server, changeset.sql.path, statement);
      if (problem) problems.push(problem);
    }
  }
  const granted = await readGranted(session);
  if (granted === undefined) return problems;
  problems.push(...missingProblems(session, granted, needs));
  const [at] = logged;
  if (at && server.logBin && !granted.privileges.has('SUPER') && !(await trustsFunctionCreators(session))) {
    problems.push({
      code: 'missing-privilege',
      message: `${granted.user} lacks SUPER, without which this server refuses triggers and functions while binary logging is on (error 1419)`,
      at,
      fix: `SET PERSIST log_bin_trust_function_creators = 1, as an administrator; or GRANT SUPER ON *.* TO ${granted.user}`,
    });
  }
  return problems;
}

/** Whether the binary log can be read from here, which tells what became of a statement. */
export async function mayReadLog(session: Session): Promise<boolean> {
  const granted = await readGranted(session);
  return (
    granted !== undefined && ['REPLICATION SLAVE', 'REPLICATION CLIENT'].every((one) => granted.has(one))
  );
}

async function trustsFunctionCreators(session: Session): Promise<boolean> {
  const { trusts } = await readRow<{ trusts: number }>(
    session,
    'SELECT @@log_bin_trust_function_creators AS trusts',
  );
  return trusts === 1;
}

/** One problem for each privilege and, where some tables have it, for each table that has not. */
function missingProblems(session: Session, granted: Granted, needs: readonly Need[]): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const { privilege, table, at } of needs) {
    if (granted.has(privilege, table)) continue;
    const isElsewhere = table !== undefined && granted.privileges.has(privilege);
    const where = isElsewhere ? `table ${table}` : `schema ${session.schema}`;
    const object = `${quoteName(session.schema)}.${isElsewhere ? quoteName(table) : '*'}`;
    const grant = `GRANT ${privilege} ON ${object} TO ${granted.user}`;
    if (problems.has(grant)) continue;
    problems.set(grant, {
      code: 'missing-privilege',
      message: `${granted.user} lacks ${privilege} on ${where}`,
      ...(at === undefined ? {} : { at }),
      fix: `${grant}${roleHint(granted)}`,
    });
  }
  return [...problems.values()];
}

/** A role that is granted but not active counts for nothing. */
function roleHint({ user, inactiveRoles }: Granted): string {
  if (inactiveRoles.length === 0) return '';
  const one = inactiveRoles.length === 1;
  return `; or, if its ${one ? 'role' : 'roles'} ${inactiveRoles.join(', ')} ${one ? 'has' : 'have'} it: SET DEFAULT ROLE ALL TO ${user}`;
}

/** Command and headers count as well: MySQL 9.7 takes four bytes less than it says. */
const PACKET_OVERHEAD = 8;

/** A statement has to fit into one packet; the server would end the connection in the middle of it. */
function checkPacket(server: Server, file: string, statement: Statement): Problem | undefined {
  // Cheap first: a character has at most three bytes per UTF-16 unit.
  const most = server.maxAllowedPacket - PACKET_OVERHEAD;
  if (statement.text.length * 3 <= most) return undefined;
  const bytes = Buffer.byteLength(statement.text);
  if (bytes <= most) return undefined;
  return {
    code: 'server-error',
    message: `a statement of ${bytes} bytes does not fit into the server's max_allowed_packet of ${server.maxAllowedPacket}`,
    at: { file, line: statement.line },
    fix: 'split the statement, or raise max_allowed_packet on the server',
  };
}

/** What a user may do in the schema of the session. */
export interface Granted {
  /** As a GRANT names it: `'app'@'%'`. */
  readonly user: string;
  /** On the schema or on anything in it. */
  readonly privileges: ReadonlySet<string>;
  /** On a table, or without one anywhere in the schema. */
  readonly has: (privilege: string, table?: string) => boolean;
  readonly inactiveRoles: readonly string[];
}

const ALL_ON_SCHEMA = [
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER'],
  ...['CREATE TEMPORARY TABLES', 'LOCK TABLES', 'EXECUTE', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE'],
  ...['ALTER ROUTINE', 'EVENT', 'TRIGGER'],
];

const SELECT_USER =
  'SELECT CURRENT_USER() AS user, CURRENT_ROLE() AS roles, @@partial_revokes AS partialRevokes';

/** What SHOW GRANTS says of the user of a session, roles that are active included. */
export interface GrantLines {
  /** As a GRANT names it: `'app'@'%'`. */
  readonly user: string;
  readonly lines: readonly string[];
  readonly partialRevokes: boolean;
  readonly inactiveRoles: readonly string[];
}

const known = new WeakMap<Session['connection'], GrantLines>();

/** Asked once a connection: what is granted later counts for the next run. */
export async function readGrantLines(session: Session): Promise<GrantLines> {
  const before = known.get(session.connection);
  if (before) return before;
  const { user, roles, partialRevokes } = await readRow<{
    user: string;
    roles: string;
    partialRevokes: number;
  }>(session, SELECT_USER);
  const using = roles === 'NONE' ? '' : ` USING ${roles}`;
  const lines = await readLines(session, `SHOW GRANTS FOR CURRENT_USER()${using}`);
  const [name, host] = splitUser(user);
  const read = {
    user: `'${name}'@'${host}'`,
    lines,
    partialRevokes: partialRevokes === 1,
    inactiveRoles: rolesIn(lines).filter((role) => !roles.includes(role)),
  };
  known.set(session.connection, read);
  return read;
}

/** Reads the grants in force; undefined when they cannot be read. */
export async function readGranted(session: Session): Promise<Granted | undefined> {
  try {
    const { user, lines, partialRevokes, inactiveRoles } = await readGrantLines(session);
    return { user, ...judgeGrants(lines, session.schema, partialRevokes), inactiveRoles };
  } catch {
    return undefined;
  }
}

async function readLines(session: Session, sql: string): Promise<readonly string[]> {
  const rows = (await send(session, sql)) as unknown as object[];
  return rows.map((row) => String(Object.values(row)[0]));
}

function splitUser(user: string): [string, string] {
  const at = user.lastIndexOf('@');
  return [user.slice(0, at), user.slice(at + 1)];
}

/** `GRANT \`a\`@\`%\`,\`b\`@\`%\` TO …` is a line about roles. */
function rolesIn(lines: readonly string[]): readonly string[] {
  const isRoles = /^GRANT ((?:`(?:[^`]|``)*`@`(?:[^`]|``)*`,?)+) TO /;
  return lines.flatMap((line) => isRoles.exec(line)?.[1]?.match(/`(?:[^`]|``)*`@`(?:[^`]|``)*`/g) ?? []);
}

/** What lines of SHOW GRANTS come to in one schema, partial revokes subtracted. */
export function judgeGrants(
  lines: readonly string[],
  schema: string,
  partialRevokes: boolean,
): Pick<Granted, 'privileges' | 'has'> {
  const grants = lines.flatMap((line) => readGrant(line, schema, partialRevokes) ?? []);
  const revoked = new Set(
    grants.filter(({ verb }) => verb === 'REVOKE').flatMap((grant) => grant.privileges),
  );
  const inForce = grants
    .filter(({ verb }) => verb === 'GRANT')
    .map((grant) =>
      grant.isGlobal
        ? { ...grant, privileges: grant.privileges.filter((privilege) => !revoked.has(privilege)) }
        : grant,
    );
  return {
    privileges: new Set(inForce.flatMap(({ privileges }) => privileges)),
    has: (privilege, table) =>
      inForce.some(
        (grant) =>
          grant.privileges.includes(privilege) &&
          (table === undefined || grant.object === undefined || grant.object === table),
      ),
  };
}

interface Grant {
  readonly verb: 'GRANT' | 'REVOKE';
  readonly privileges: readonly string[];
  readonly isGlobal: boolean;
  /** The table or routine; undefined for all in the schema. */
  readonly object: string | undefined;
}

const GRANT_LINE =
  /^(?<verb>GRANT|REVOKE) (?<list>.+?) ON (?:(?:TABLE|FUNCTION|PROCEDURE) )?(?<where>\*|`(?:[^`]|``)*`)\.(?<object>\*|`(?:[^`]|``)*`)/;

function readGrant(line: string, schema: string, partialRevokes: boolean): Grant | undefined {
  const match = GRANT_LINE.exec(line);
  if (!match?.groups) return undefined;
  const { verb, list = '', where = '', object = '' } = match.groups;
  const pattern = unquote(where);
  const isLiteral = partialRevokes || object !== '*';
  const isHere = isLiteral ? pattern === schema : matchesPattern(pattern, schema);
  if (where !== '*' && !isHere) return undefined;
  return {
    verb: verb === 'REVOKE' ? 'REVOKE' : 'GRANT',
    privileges: list === 'ALL PRIVILEGES' ? ALL_ON_SCHEMA : namesOf(list),
    isGlobal: where === '*',
    object: object === '*' ? undefined : unquote(object),
  };
}

function namesOf(list: string): readonly string[] {
  return list
    .replaceAll(/\s*\([^)]*\)/g, '')
    .split(',')
    .map((privilege) => privilege.trim().toUpperCase());
}

function unquote(name: string): string {
  return name === '*' ? name : name.slice(1, -1).replaceAll('``', '`');
}

/** Schema names in grants are patterns: `_` one character, `%` any, a backslash takes that away. */
function matchesPattern(pattern: string, schema: string): boolean {
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index]!;
    if (character === '\\' && index + 1 < pattern.length) source += escape(pattern[(index += 1)]!);
    else if (character === '_') source += '.';
    else if (character === '%') source += '.*';
    else source += escape(character);
  }
  return new RegExp(`^${source}$`, 'is').test(schema);
}

function escape(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, String.raw`\$&`);
}
