import type { OpenedBackup } from '../../files/backup/open-backup.ts';
import { checkInPlace } from '../../mysql/restore/in-place-restore.ts';
import type { WritingRun } from '../run/update-run.ts';

/** Everything of a restore in place but the restore: for lack of a side schema the server is not asked to load anything. */
export async function rehearseInPlace({ session, log }: WritingRun, opened: OpenedBackup): Promise<void> {
  await checkInPlace(session, { dump: opened.sql, facts: opened.facts });
  log({
    level: 'info',
    event: 'restore-rehearsed',
    message:
      'the backup was read to its end and holds what it must; whether the server takes it was not tried (restore-guarantee: in-place)',
  });
}
