import type { Problem } from '../../errors.ts';
import { send, type Session } from '../session/connection.ts';
import { describeServerError, isPrivilegeMissing } from '../session/server-error.ts';
import { qualified, quote } from '../session/names.ts';
import { FIXES } from './refusal.ts';

/** An account as a definition names it. */
export interface Definer {
  readonly user: string;
  readonly host: string;
}

/**
 * Asks the server whether this account may make objects of another definer, and makes nothing: of an event that ends
 * before it starts the server judges the definer first (1227) and the times then (1543).
 */
export async function tryDefiner(session: Session, { user, host }: Definer): Promise<Problem | undefined> {
  const definer = `${quote(user)}@${quote(host)}`;
  const event = qualified(session.schema, 'db_deploy_never_made');
  const sql = `CREATE DEFINER = ${definer} EVENT ${event} ON SCHEDULE EVERY 1 DAY STARTS '2030-01-02' ENDS '2030-01-01' DO SELECT 1`;
  try {
    await send(session, sql);
  } catch (error) {
    if (!isPrivilegeMissing(error)) return undefined;
    return {
      code: 'missing-privilege',
      message: `objects of ${definer} could not be made again: ${describeServerError(error)}`,
      fix: FIXES[1227]!,
    };
  }
  return undefined;
}
