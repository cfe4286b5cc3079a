import { quoteName } from '../session/quote-name.ts';
import { readRow, send, type Session } from '../session/connection.ts';
import { isInvalidView, isLockTimeout, isPrivilegeMissing, isUnknownTable } from '../session/server-error.ts';

/** What decides beside the changesets what an ALTER TABLE does: the target as it is before the first of them. */
export interface PresentDefinitions {
  /** As executable comments write it: 90704 is 9.7.4. */
  readonly serverVersion: number;
  readonly foldsNames: boolean;
  readonly sqlMode: string;
  readonly checksForeignKeys: boolean;
  readonly text: { readonly charset: string; readonly collation: string };
  /** SHOW CREATE TABLE by name; null where there is no such table; those that cannot be read are left out. */
  readonly definitions: ReadonlyMap<string, string | null>;
}

interface SettingsRow {
  readonly version: string;
  readonly folds: number;
  readonly foreignKeys: number;
  readonly charset: string;
  readonly collation: string;
  readonly lockWait: number | string;
}

/** What a changeset's session begins with, and what text of the schema is stored as. */
const SELECT_SETTINGS = `SELECT VERSION() AS version, @@lower_case_table_names AS folds, @@GLOBAL.foreign_key_checks AS foreignKeys, @@character_set_database AS charset,
  @@collation_database AS collation, @@SESSION.lock_wait_timeout AS lockWait`;

/** Seconds to wait for a table that another session is changing. */
const LONGEST_WAIT = 5;

/** A plan that alters more tables than these is judged as if the others were not known. */
const MOST_TABLES = 500;

/**
 * Reads the definitions of tables: one statement for each, and three around them. SELECT on a table is all that it takes; a
 * table that this account may not see is left out.
 */
export async function readPresentDefinitions(
  session: Session,
  tables: readonly string[],
): Promise<PresentDefinitions> {
  const row = await readRow<SettingsRow>(session, SELECT_SETTINGS);
  const foldsNames = row.folds !== 0;
  const definitions = new Map<string, string | null>();
  await withShortWait(session, row.lockWait, async () => {
    for (const table of tables.slice(0, MOST_TABLES)) {
      const definition = await readDefinition(session, table);
      if (definition !== undefined) definitions.set(foldsNames ? table.toLowerCase() : table, definition);
    }
  });
  return {
    serverVersion: versionNumber(row.version),
    foldsNames,
    sqlMode: session.beginning.sqlMode,
    checksForeignKeys: row.foreignKeys !== 0,
    text: { charset: row.charset, collation: row.collation },
    definitions,
  };
}

async function readDefinition(session: Session, table: string): Promise<string | null | undefined> {
  const name = quoteName(table);
  try {
    const [row] = (await send(session, `SHOW CREATE TABLE ${name}`)) as unknown as Record<string, string>[];
    return row?.['Create Table'];
  } catch (error) {
    if (isUnknownTable(error)) return null;
    // It is not known then, and the policy says so.
    if (isPrivilegeMissing(error) || isLockTimeout(error) || isInvalidView(error)) return undefined;
    throw error;
  }
}

async function withShortWait(
  session: Session,
  lockWait: number | string,
  read: () => Promise<void>,
): Promise<void> {
  await send(session, `SET SESSION lock_wait_timeout = ${LONGEST_WAIT}`);
  await read();
  await send(session, `SET SESSION lock_wait_timeout = ${Number(lockWait)}`);
}

function versionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  return major * 10_000 + minor * 100 + patch;
}
