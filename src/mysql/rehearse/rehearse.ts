import type { Readable } from 'node:stream';
import type { ReadSql } from '../../backup/backup.ts';
import type { Session } from '../session/connection.ts';
import { clearSide } from '../swap/finish.ts';
import { dropSide, loadIntoSide } from '../load/side-schema.ts';

/**
 * Loads the definitions of a backup once into the side schema, before the first change of a deploy: what the server
 * refuses there is an ExpectedError with its fix. The side schema is gone afterwards.
 */
export async function rehearseDefinitions(session: Session, dump: ReadSql<Readable>): Promise<void> {
  await clearSide(session);
  try {
    await loadIntoSide(
      session,
      dump(() => false),
      { rows: 'without' },
    );
  } finally {
    await dropSide(session);
  }
}
