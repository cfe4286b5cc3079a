import type { Plan } from '../changelog/plan.ts';
import { codeTokens } from '../changelog/code-tokens.ts';
import type { Statement } from '../changelog/statements.ts';
import type { Problem } from '../errors.ts';
import { readRow, send, type Session } from './connection.ts';
import type { Server } from './server.ts';

/** What `update` itself writes: its tracking tables. */
const BOOKKEEPING = ['SELECT', 'INSERT', 'UPDATE', 'CREATE'] as const;

/** What a statement of a changeset needs at the least, by its first words. */
const NEEDED: readonly (readonly [pattern: RegExp, privileges: readonly string[]])[] = [
  [/^CREATE (OR REPLACE |ALGORITHM \S+ \S+ |DEFINER .*|SQL SECURITY \S+ )*VIEW\b/, ['CREATE VIEW']],
  [/^CREATE (DEFINER .*)?TRIGGER\b/, ['TRIGGER']],
  [/^CREATE (DEFINER .*)?(PROCEDURE|FUNCTION)\b/, ['CREATE ROUTINE']],
  [/^CREATE (DEFINER .*)?EVENT\b/, ['EVENT']],
  [/^CREATE (UNIQUE |FULLTEXT |SPATIAL )?INDEX\b/, ['INDEX']],
  [/^CREATE TEMPORARY TABLE\b/, ['CREATE TEMPORARY TABLES']],
  [/^CREATE TABLE\b/, ['CREATE']],
  [/^ALTER TABLE\b/, ['ALTER']],
  [/^DROP INDEX\b/, ['INDEX']],
  [/^DROP TRIGGER\b/, ['TRIGGER']],
  [/^DROP EVENT\b/, ['EVENT']],
  [/^DROP (PROCEDURE|FUNCTION)\b/, ['ALTER ROUTINE']],
  [/^DROP (TABLE|VIEW)\b/, ['DROP']],
  [/^TRUNCATE\b/, ['DROP']],
  [/^RENAME TABLE\b/, ['ALTER', 'DROP', 'CREATE', 'INSERT']],
  [/^INSERT\b/, ['INSERT']],
  [/^REPLACE\b/, ['INSERT', 'DELETE']],
  [/^UPDATE\b/, ['UPDATE']],
  [/^DELETE\b/, ['DELETE']],
];

/** Names every privilege that this run needs and the user has nowhere, each with its GRANT. */
export async function checkPrivileges(
  session: Session,
  server: Server,
  plan: Plan,
): Promise<readonly Problem[]> {
  const needed = new Set<string>(BOOKKEEPING);
  const packets: Problem[] = [];
  for (const { changeset } of plan.pending) {
    for (const statement of changeset.sql.statements) {
      for (const privilege of privilegesFor(statement)) needed.add(privilege);
      const problem = checkPacket(server, changeset.sql.path, statement);
      if (problem) packets.push(problem);
    }
  }
  const granted = await readGranted(session);
  if (granted === undefined) return packets;
  const missing = [...needed].filter((privilege) => !granted.privileges.has(privilege));
  return [...packets, ...missing.map((privilege) => missingProblem(session, granted.user, privilege))];
}

/** The privileges that a statement needs at the least; nothing for what is not known here. */
export function privilegesFor(statement: Statement): readonly string[] {
  const words: string[] = [];
  for (const token of codeTokens(statement)) {
    words.push(token.text.toUpperCase());
    if (words.length === 24) break;
  }
  const head = words.join(' ');
  return NEEDED.find(([pattern]) => pattern.test(head))?.[1] ?? [];
}

function missingProblem(session: Session, user: string, privilege: string): Problem {
  return {
    code: 'missing-privilege',
    message: `${user} lacks ${privilege} on schema ${session.schema}`,
    fix: `GRANT ${privilege} ON \`${session.schema.replaceAll('`', '``')}\`.* TO ${user}`,
  };
}

/** A statement has to fit into one packet; the server would end the connection in the middle of it. */
function checkPacket(server: Server, file: string, statement: Statement): Problem | undefined {
  // Cheap first: a character has at most three bytes per UTF-16 unit.
  if (statement.text.length * 3 < server.maxAllowedPacket) return undefined;
  const bytes = Buffer.byteLength(statement.text) + 1;
  if (bytes < server.maxAllowedPacket) return undefined;
  return {
    code: 'server-error',
    message: `a statement of ${bytes} bytes is larger than the server's max_allowed_packet of ${server.maxAllowedPacket}`,
    at: { file, line: statement.line },
    fix: 'split the statement, or raise max_allowed_packet on the server',
  };
}

interface Granted {
  readonly user: string;
  readonly privileges: ReadonlySet<string>;
}

const ALL_ON_SCHEMA = [
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER'],
  ...['CREATE TEMPORARY TABLES', 'LOCK TABLES', 'EXECUTE', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE'],
  ...['ALTER ROUTINE', 'EVENT', 'TRIGGER'],
];

/** Reads the grants in force, roles that are active included; undefined when they cannot be read. */
export async function readGranted(session: Session): Promise<Granted | undefined> {
  try {
    const { user, roles } = await readRow<{ user: string; roles: string }>(
      session,
      'SELECT CURRENT_USER() AS user, CURRENT_ROLE() AS roles',
    );
    const using = roles === 'NONE' ? '' : ` USING ${roles}`;
    const rows = (await send(session, `SHOW GRANTS FOR CURRENT_USER()${using}`)) as unknown as object[];
    const lines = rows.map((row) => String(Object.values(row)[0]));
    const privileges = new Set(lines.flatMap((line) => privilegesOf(line, session.schema)));
    const [name, host] = splitUser(user);
    return { user: `'${name}'@'${host}'`, privileges };
  } catch {
    return undefined;
  }
}

function splitUser(user: string): [string, string] {
  const at = user.lastIndexOf('@');
  return [user.slice(0, at), user.slice(at + 1)];
}

/**
 * The privileges of one line of SHOW GRANTS as far as they can touch the schema. A grant on a single table counts
 * for the whole schema: whether it is the right table is left to the server.
 */
export function privilegesOf(line: string, schema: string): readonly string[] {
  const match =
    /^GRANT (?<list>.+?) ON (?:(?:TABLE|FUNCTION|PROCEDURE) )?(?<where>\*|`(?:[^`]|``)*`)\.(?:\*|`(?:[^`]|``)*`)/.exec(
      line,
    );
  if (!match?.groups) return [];
  const { list = '', where = '' } = match.groups;
  if (where !== '*' && !matchesPattern(where.slice(1, -1).replaceAll('``', '`'), schema)) return [];
  if (list === 'ALL PRIVILEGES') return ALL_ON_SCHEMA;
  return list
    .replaceAll(/\s*\([^)]*\)/g, '')
    .split(',')
    .map((privilege) => privilege.trim().toUpperCase());
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
