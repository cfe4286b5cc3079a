import type { BackupFacts } from '../../backup/backup.ts';
import { ExpectedError } from '../../errors.ts';
import type { Session } from '../session/connection.ts';
import { compareRows, type Comparison } from '../exact/compare-rows.ts';
import type { Loaded } from './load-dump.ts';
import { sideSchema, STATE_TABLE } from '../session/names.ts';
import { readTableNames } from '../definitions/read-definitions.ts';
import { requireObjects } from './survey-dump.ts';

/**
 * Compares what was loaded with the list that was read before the backup, and the rows with those of its snapshot; gives
 * what that showed. Of triggers and events, which are not in the
 * side schema now, and of views and routines, the definitions count: the server has taken each of them once.
 */
export async function checkBeside(
  session: Session,
  loaded: Loaded,
  facts: BackupFacts,
  only?: ReadonlySet<string>,
): Promise<Comparison> {
  const tables = (await readTableNames(session, sideSchema(session.schema))).filter(
    (name) => name !== STATE_TABLE,
  );
  const found = [...tables.map((name) => ({ kind: 'table' as const, name })), ...loaded.definitions];
  const objects = facts.objects.filter(({ kind, name }) => kind !== 'table' || only?.has(name) !== false);
  requireObjects(found, { ...facts, objects });
  const side = sideSchema(session.schema);
  const comparison = await compareRows(session, side, facts, tables, loaded.warnings);
  if (comparison.differences.length > 0) throw notEqual(comparison.differences);
  return comparison;
}

function notEqual(differences: readonly string[]): ExpectedError {
  return new ExpectedError({
    code: 'server-error',
    message: `what was loaded beside the live schema is not what was backed up: ${differences.slice(0, 10).join('; ')}; nothing was restored`,
    fix: 'compare the tables by hand, or use another backup',
  });
}
