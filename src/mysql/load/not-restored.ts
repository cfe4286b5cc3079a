import type { BackupFacts } from '../../backup/backup.ts';
import { readRows, type Session } from '../session/connection.ts';
import { quote } from '../session/names.ts';

const SELECT_ROUTINES = `SELECT LOWER(ROUTINE_TYPE) AS kind, ROUTINE_NAME AS name,
    CREATED > FROM_UNIXTIME(?) AS isNew FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?`;
const SELECT_VIEWS = 'SELECT TABLE_NAME AS name FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?';

/** Nothing is newer. */
const LATEST = 2_147_483_647;

/** What no backup has and the run took away, as sentences without their end; to be called before the swap. */
export async function readNotRestored(
  session: Session,
  { objects, brokenViews, serverTime }: Pick<BackupFacts, 'objects' | 'brokenViews' | 'serverTime'>,
): Promise<readonly string[]> {
  const { schema } = session;
  const routines = await readRows<{ kind: string; name: string; isNew: number }>(session, SELECT_ROUTINES, [
    serverTime ?? LATEST,
    schema,
  ]);
  const kept = new Set(
    routines.filter(({ isNew }) => isNew !== 1).map(({ kind, name }) => `${kind} ${name}`),
  );
  const dropped = objects.filter(
    ({ kind, name }) => (kind === 'procedure' || kind === 'function') && !kept.has(`${kind} ${name}`),
  );
  const views = new Set(
    (await readRows<{ name: string }>(session, SELECT_VIEWS, [schema])).map(({ name }) => name),
  );
  return [
    ...dropped.map(
      ({ kind, name }) => `what was granted on ${kind} ${quote(name)} alone is gone, because it was dropped`,
    ),
    ...brokenViews
      .filter((name) => !views.has(name))
      .map((name) => `view ${quote(name)}, which was broken already, was dropped; the backup has its text`),
  ];
}
