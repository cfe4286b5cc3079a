import type { BackupFacts, SchemaObject } from '../../backup/backup.ts';
import { NEVER_RESTORED } from '../../backup/backup.ts';
import { ExpectedError } from '../../errors.ts';
import type { Session } from '../connection.ts';
import type { Loaded } from './load-dump.ts';
import { sideSchema, STATE_TABLE } from './names.ts';
import { objectKey, readTableNames } from './read-definitions.ts';

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
  const isMeant = ({ kind, name }: SchemaObject): boolean =>
    !(kind === 'table' && (NEVER_RESTORED.includes(name) || only?.has(name) === false)) &&
    !(kind === 'view' && facts.brokenViews.includes(name));
  const tables = (await readTableNames(session, sideSchema(session.schema))).filter(
    (name) => name !== STATE_TABLE,
  );
  const found = new Set([
    ...tables.map((name) => objectKey({ kind: 'table', name })),
    ...loaded.definitions.filter(isMeant).map(objectKey),
  ]);
  const wanted = new Set(facts.objects.filter(isMeant).map(objectKey));
  const missing = [...wanted].filter((key) => !found.has(key));
  const extra = [...found].filter((key) => !wanted.has(key));
  if (missing.length === 0 && extra.length === 0) return;
  throw new ExpectedError({
    code: 'server-error',
    message: `the backup does not hold what it should: ${describe('missing', missing)}${describe('unexpected', extra)}`,
    fix: 'use another backup; the live schema was not touched',
  });
}

function describe(word: string, keys: readonly string[]): string {
  return keys.length === 0
    ? ''
    : `${word}: ${keys.slice(0, 20).join(', ')}${keys.length > 20 ? ', …' : ''}; `;
}
