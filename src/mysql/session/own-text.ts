import { quoteName } from './quote-name.ts';

type Value = string | number | null;

/**
 * A value as SQL text that means the same in every session: pure ASCII, so no `character_set_client` matters, and
 * without quotes, so no `sql_mode` does.
 */
export function literal(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  return value === '' ? `_utf8mb4 ''` : `_utf8mb4 0x${Buffer.from(value, 'utf8').toString('hex')}`;
}

/** Our tables that are written on a session that a changeset moved. */
const OWN_TABLES = /\b(?:DATABASECHANGELOG|DATABASECHANGELOGLOCK|ops_migration_statements)\b/g;

/**
 * A statement of ours for a session that a changeset moved: values are literals, tables have their schema, and the
 * time is that of the control session, because `SET timestamp` would change this one's. `sql` has no `?` in its texts.
 */
export function ownText(schema: string, sql: string, values: readonly Value[], at: string): string {
  const qualifier = qualifierOf(schema);
  const parts = sql.split('?').map((part) =>
    part
      .replaceAll(OWN_TABLES, (table) => `${qualifier}${table}`)
      .replaceAll('UTC_TIMESTAMP(3)', literal(at))
      .replaceAll('UTC_TIMESTAMP()', literal(at.slice(0, 'YYYY-MM-DD hh:mm:ss'.length))),
  );
  if (parts.length !== values.length + 1) throw new Error(`${values.length} values do not fit: ${sql}`);
  return parts.map((part, index) => (index === 0 ? part : literal(values[index - 1]!) + part)).join('');
}

/** A name outside ASCII would be read in the character set of the session; the policy lets no changeset leave the schema. */
function qualifierOf(schema: string): string {
  return /^[\x20-\x7e]+$/.test(schema) ? `${quoteName(schema)}.` : '';
}

/** Drops temporary tables that stand in front of ours; it neither commits nor is logged. */
export function dropTemporaryText(schema: string): string {
  return ownText(
    schema,
    'DROP TEMPORARY TABLE IF EXISTS DATABASECHANGELOG, DATABASECHANGELOGLOCK, ops_migration_statements',
    [],
    '',
  );
}
