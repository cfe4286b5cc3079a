import { quoteName } from '../session/quote-name.ts';
import type { Problem } from '../../errors.ts';
import { send, type Session } from '../session/connection.ts';
import { judgeGrants, readGrantLines } from '../privileges/privileges.ts';
import { isPrivilegeMissing, isUnknownTable } from '../session/server-error.ts';
import type { Server } from '../privileges/server.ts';

/** On the schema, each with what a dump lacks without it. */
const DUMP = { SELECT: 'tables', 'SHOW VIEW': 'views', TRIGGER: 'triggers', EVENT: 'events' } as const;

/** On the schema, for a dump without holes; SHOW_ROUTINE on `*.*` comes beside them. */
export const DUMP_PRIVILEGES: readonly string[] = Object.keys(DUMP);

/**
 * Names every privilege that a complete dump needs and this user has not, each with its GRANT. On the whole schema,
 * because what a user may not see is missing from the lists too: without TRIGGER or SHOW_ROUTINE the dump has holes, and
 * says nothing.
 */
export async function readMissingDumpPrivileges(
  session: Session,
  server: Pick<Server, 'version'>,
): Promise<readonly Problem[]> {
  const granted = await readWideGrants(session);
  const missing: Problem[] = [];
  const schema = quoteName(session.schema);
  const lacksHere = (privilege: keyof typeof DUMP): void => lacks(privilege, `${schema}.*`, DUMP[privilege]);
  const lacks = (privilege: string, where: string, loss: string): void => {
    missing.push({
      code: 'missing-privilege',
      message: `${granted.user} lacks ${privilege} on ${where}: a backup would lack ${loss}`,
      fix: `GRANT ${privilege} ON ${where} TO ${granted.user}`,
    });
  };
  if (!(await maySelect(session))) lacksHere('SELECT');
  if (!granted.onSchema.has('SHOW VIEW')) lacksHere('SHOW VIEW');
  if (!granted.onSchema.has('TRIGGER')) lacksHere('TRIGGER');
  if (!(await maySeeEvents(session))) lacksHere('EVENT');
  if (!(await maySeeRoutines(session, granted))) {
    lacks(hasShowRoutine(server.version) ? 'SHOW_ROUTINE' : 'SELECT', '*.*', 'procedures and functions');
  }
  return missing;
}

/** SHOW_ROUTINE came with 8.0.20. */
function hasShowRoutine(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  return major > 8 || minor > 0 || patch >= 20;
}

/** A table that does not exist is said not to exist only to those who may read every table. */
async function maySelect(session: Session): Promise<boolean> {
  const table = `${quoteName(session.schema)}.${quoteName('db-deploy: no such table')}`;
  try {
    await send(session, `SELECT 1 FROM ${table} LIMIT 0`);
    return true;
  } catch (error) {
    if (isUnknownTable(error)) return true;
    if (isPrivilegeMissing(error)) return false;
    throw error;
  }
}

async function maySeeEvents(session: Session): Promise<boolean> {
  try {
    await send(session, `SHOW EVENTS FROM ${quoteName(session.schema)} WHERE FALSE`);
    return true;
  } catch (error) {
    if (isPrivilegeMissing(error)) return false;
    throw error;
  }
}

/** Nobody but its definer, whom nobody is, sees this body without a global privilege; `sys` may have been dropped. */
async function maySeeRoutines(session: Session, granted: WideGrants): Promise<boolean> {
  if (granted.everywhere.has('SHOW_ROUTINE') || granted.everywhere.has('SELECT')) return true;
  try {
    const [row] = (await send(session, 'SHOW CREATE PROCEDURE sys.diagnostics')) as unknown as object[];
    return row !== undefined && (row as { 'Create Procedure': string | null })['Create Procedure'] !== null;
  } catch {
    return false;
  }
}

/** What counts for all there is in the schema, and for all that there may be. */
export interface WideGrants {
  readonly user: string;
  /** Of the whole schema, global ones included. */
  readonly onSchema: ReadonlySet<string>;
  readonly everywhere: ReadonlySet<string>;
}

/** What is granted on `*.*`, and on the schema with all that is in it; roles in force included. */
export async function readWideGrants(session: Session): Promise<WideGrants> {
  const { user, lines, partialRevokes } = await readGrantLines(session);
  const judge = (where: RegExp): ReadonlySet<string> =>
    judgeGrants(
      lines.filter((line) => where.test(line)),
      session.schema,
      partialRevokes,
    ).privileges;
  return {
    user,
    onSchema: judge(/ ON (?:\*|`(?:[^`]|``)*`)\.\* (?:TO|FROM) /),
    everywhere: judge(/ ON \*\.\* TO /),
  };
}
