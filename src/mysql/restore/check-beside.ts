import type { BackupFacts } from '../../backup/backup.ts';
import type { Session } from '../connection.ts';
import type { Loaded } from './load-dump.ts';
import { sideSchema, STATE_TABLE } from './names.ts';
import { readTableNames } from './read-definitions.ts';
import { requireObjects } from './survey-dump.ts';

/**
 * Compares what was loaded with the list that was read before the backup. Of triggers and events, which are not in the
 * side schema now, and of views and routines, the definitions count: the server has taken each of them once.
 */
export async function checkBeside(
  session: Session,
  loaded: Loaded,
  facts: BackupFacts,
  only?: ReadonlySet<string>,
): Promise<void> {
  const tables = (await readTableNames(session, sideSchema(session.schema))).filter(
    (name) => name !== STATE_TABLE,
  );
  const found = [...tables.map((name) => ({ kind: 'table' as const, name })), ...loaded.definitions];
  const objects = facts.objects.filter(({ kind, name }) => kind !== 'table' || only?.has(name) !== false);
  requireObjects(found, { ...facts, objects });
}
