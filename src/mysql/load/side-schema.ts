import type { Readable } from 'node:stream';
import type { Problem } from '../../errors.ts';
import { readRow, readRows, send, type Session } from '../session/connection.ts';
import { readWideGrants } from '../dump/dump-privileges.ts';
import { requireNoOtherOwner } from '../lock/lock.ts';
import { readGranted } from '../privileges/privileges.ts';
import { loadDump, type Loaded, type LoadOptions } from './load-dump.ts';
import { asideSchema, quote, sideSchema, STATE_TABLE, qualified } from '../session/names.ts';
import { openRaws } from '../session/raw-session.ts';

/** On the schemas in which a backup is loaded and what was live is kept. */
export const SIDE_PRIVILEGES: readonly string[] = [
  ...[
    'SELECT',
    'INSERT',
    'UPDATE',
    'DELETE',
    'CREATE',
    'DROP',
    'ALTER',
    'INDEX',
    'REFERENCES',
    'CREATE VIEW',
  ],
  ...['SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EVENT', 'TRIGGER', 'LOCK TABLES'],
];

/** Names the one GRANT that a restore lacks, on the pattern of the names of side and aside schemas. */
export async function probeRestore(session: Session): Promise<readonly Problem[]> {
  const names = [sideSchema(session.schema), asideSchema(session.schema, 'probe')];
  const missing = new Set<string>();
  let user = '';
  for (const schema of names) {
    const granted = await readGranted({ ...session, schema });
    // What cannot be read is left to the rehearsal, which tries it.
    if (granted === undefined) return [];
    ({ user } = granted);
    for (const privilege of SIDE_PRIVILEGES) if (!granted.privileges.has(privilege)) missing.add(privilege);
  }
  if (missing.size === 0) return [];
  const pattern = sidePattern(session.schema);
  const { partial } = await readRow<{ partial: number }>(session, 'SELECT @@partial_revokes AS partial');
  const where = partial === 1 ? '*.*' : `${quote(pattern)}.*`;
  return [
    {
      code: 'missing-privilege',
      message: `${user} may not use the schemas in which a backup is restored (${names[0]}, ${asideSchema(session.schema, '…')}): ${[...missing].join(', ')} missing`,
      fix: `GRANT ${SIDE_PRIVILEGES.join(', ')} ON ${where} TO ${user}; or run with restore-guarantee: in-place (docs/restore.md says what that risks), or with backup: none`,
    },
  ];
}

/** What the swap needs on the live schema, whatever the changesets need. */
export const SWAP_PRIVILEGES: readonly string[] = [
  ...['SELECT', 'INSERT', 'CREATE', 'DROP', 'ALTER', 'TRIGGER', 'LOCK TABLES', 'CREATE VIEW', 'SHOW VIEW'],
  ...['CREATE ROUTINE', 'ALTER ROUTINE', 'EVENT'],
];

/** Names what a restore lacks on the live schema. */
export async function probeLive(session: Session): Promise<readonly Problem[]> {
  const { user, onSchema } = await readWideGrants(session);
  const missing = SWAP_PRIVILEGES.filter((privilege) => !onSchema.has(privilege)).join(', ');
  if (missing === '') return [];
  return [
    {
      code: 'missing-privilege',
      message: `${user} may not swap a backup into schema ${session.schema}: ${missing} missing`,
      fix: `GRANT ${missing} ON ${quote(session.schema)}.* TO ${user}; or run with backup: none`,
    },
  ];
}

/** In grants `_` stands for any character unless a backslash takes that away. */
export function sidePattern(schema: string): string {
  const side = sideSchema(schema).replace(/__restore$/, '');
  const aside = asideSchema(schema, '').replace(/__aside_$/, '');
  const common = side === aside ? side : aside.slice(0, 30);
  return `${common.replaceAll('_', String.raw`\_`)}\\_\\_%`;
}

const SELECT_DEFAULTS = `SELECT DEFAULT_CHARACTER_SET_NAME AS characterSet, DEFAULT_COLLATION_NAME AS collation
  FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?`;

/** A new schema with these defaults, or those of the live one. */
export async function createLike(
  session: Session,
  schema: string,
  like?: { readonly characterSet: string; readonly collation: string },
): Promise<void> {
  const defaults =
    like ??
    (await readRow<{ characterSet: string; collation: string }>(session, SELECT_DEFAULTS, [session.schema]));
  await send(
    session,
    `CREATE DATABASE ${quote(schema)} CHARACTER SET ${defaults.characterSet} COLLATE ${defaults.collation}`,
  );
}

const SELECT_STATE = `SELECT COUNT(*) AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`;
const COUNT_TABLES = `SELECT COUNT(*) AS n FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'`;

/** Whether a schema was made by this tool, or holds no table, as after a swap: the only ones that it ever drops. */
export async function isOurs(session: Session, schema: string): Promise<boolean> {
  const count = async (sql: string, values: string[]): Promise<number> =>
    Number((await readRow<{ n: number | string }>(session, sql, values)).n);
  if ((await count(COUNT_TABLES, [schema])) === 0) return true;
  return (await count(SELECT_STATE, [schema, STATE_TABLE])) > 0;
}

/** Whether there is such a schema. */
export async function schemaExists(session: Session, schema: string): Promise<boolean> {
  const rows = await readRows(
    session,
    'SELECT 1 AS found FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?',
    [schema],
  );
  return rows.length > 0;
}

/** Removes the side schema with all that is in it; the one of another run, which holds the deploy lock, is left alone. */
export async function dropSide(session: Session): Promise<void> {
  await requireNoOtherOwner(session, 'the side schema may be that of its restore, and was left as it is');
  await send(session, `DROP DATABASE IF EXISTS ${quote(sideSchema(session.schema))}`);
}

/** Connections that insert rows and build indexes at the same time; two cores are busy with three. */
const HELPERS = 3;

/** Loads a dump into a fresh side schema; the live schema is not touched. */
export async function loadIntoSide(
  session: Session,
  dump: Readable,
  options: Omit<LoadOptions, 'schema'>,
  like?: { readonly characterSet: string; readonly collation: string },
): Promise<Loaded> {
  const schema = sideSchema(session.schema);
  await requireNoOtherOwner(session, 'no backup was loaded');
  await createLike(session, schema, like);
  await send(
    session,
    `CREATE TABLE ${qualified(schema, STATE_TABLE)} (
      n INT NOT NULL PRIMARY KEY, part VARCHAR(20) NOT NULL, kind VARCHAR(20) NOT NULL, name VARCHAR(255) NOT NULL,
      definition LONGBLOB NULL, written_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
    ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,
  );
  const helpers = options.rows === 'with' ? HELPERS : 0;
  const sessions = await openRaws(session, schema, helpers + 1);
  try {
    const [main, ...others] = sessions;
    return await loadDump(main!, others, dump, { ...options, schema });
  } finally {
    for (const each of sessions) each.close();
  }
}
