import { readRow, send, type Session } from '../session/connection.ts';

/** What the driver puts in the place of bytes that are not UTF-8, and what the server writes for what a set lacks. */
const DAMAGED = /\ufffd|\\[0-9A-F]{4}\b/;

/**
 * The server sends its errors in the session's `character_set_results`, and the driver reads UTF-8: after
 * `SET NAMES latin1` a name is not readable in them. The text is asked for once more, as text of its own.
 */
export async function exactError(session: Session, error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !DAMAGED.test(error.message)) return error;
  try {
    await send(session, 'GET DIAGNOSTICS CONDITION 1 @db_deploy_message = MESSAGE_TEXT');
    await send(session, 'SET NAMES utf8mb4');
    const { text } = await readRow<{ text: string | null }>(session, 'SELECT @db_deploy_message AS text');
    if (text !== null) error.message = text;
  } catch {
    // The error as it came says more than none.
  }
  return error;
}
