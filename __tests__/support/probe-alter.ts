import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { AlterCase } from './alter-cases.ts';

/** Errors that say: not by this algorithm, or not with this lock. */
const NOT_THIS_WAY = [1221, 1845, 1846, 1847, 4092];

/** The server takes any ALGORITHM with these and does what it does. */
const IGNORES_WAYS = /(?:OPTIMIZE|TRUNCATE|ANALYZE|CHECK|EXCHANGE) PARTITION/;
/** An empty partition takes its place: nothing is written. */
const EMPTIES = /TRUNCATE PARTITION/;

const WAYS = [
  ['instant', 'INSTANT', undefined],
  ['inplace', 'INPLACE', 'NONE'],
  ['blocks', 'INPLACE', 'SHARED'],
  ['copy', 'COPY', 'SHARED'],
] as const;

/** What the server really does: each way in turn on empty tables of its own, the cheapest one that it takes. */
export async function probeAlter(connection: Connection, test: AlterCase): Promise<string> {
  const own = /ALGORITHM\s*=\s*(INSTANT|INPLACE|COPY)/.exec(test.sql)?.[1];
  // A way that is refused leaves the tables as they are.
  const ids = await prepareAlter(connection, test);
  for (const [outcome, algorithm, lock] of WAYS) {
    if (own !== undefined && own !== algorithm) continue;
    const refusal = await run(connection, withWay(test.sql, algorithm, lock));
    if (refusal === undefined) {
      const isRewritten =
        !EMPTIES.test(test.sql) &&
        (outcome === 'inplace' || IGNORES_WAYS.test(test.sql)) &&
        isWrittenAnew(ids, await tableIds(connection));
      if (!isRewritten) return outcome;
      return /LOCK = (?:SHARED|EXCLUSIVE)/.test(test.sql) ? 'blocks' : 'rewrite';
    }
    if (!NOT_THIS_WAY.includes(refusal)) return `refused ${refusal}`;
  }
  return 'refused';
}

/** Makes the tables of a case, and nothing else; gives the ids of what holds rows. */
export async function prepareAlter(
  connection: Connection,
  { setup, before, sql }: AlterCase,
): Promise<ReadonlySet<string>> {
  await connection.query('SET SESSION sql_mode = DEFAULT, foreign_key_checks = 0');
  const [rows] = await connection.query<RowDataPacket[]>('SHOW TABLES');
  for (const row of rows) await connection.query(`DROP TABLE \`${String(Object.values(row)[0])}\``);
  await connection.query('SET foreign_key_checks = 1');
  for (const definition of [...neededTables(setup, sql), ...before]) await connection.query(definition);
  return tableIds(connection);
}

/** The tables that a statement names, and those that they refer to, in the order in which they can be made. */
export function neededTables(setup: readonly string[], sql: string): readonly string[] {
  const isNamed = (definition: string, text: string): boolean =>
    new RegExp(`\\b${/^CREATE TABLE (\w+)/.exec(definition)?.[1] ?? ''}\\b`).test(text);
  const named = setup.filter((definition) => isNamed(definition, sql));
  const parents = setup.filter((definition) =>
    named.some((child) => child !== definition && /REFERENCES/.test(child) && isNamed(definition, child)),
  );
  return setup.filter((definition) => named.includes(definition) || parents.includes(definition));
}

/** An own ALGORITHM or LOCK stays: what is asked for there is added only where it says nothing. */
function withWay(sql: string, algorithm: string, lock: string | undefined): string {
  const hasAlgorithm = /ALGORITHM\s*=\s*(?:INSTANT|INPLACE|COPY)/.test(sql);
  const hasLock = /LOCK\s*=\s*(?:NONE|SHARED|EXCLUSIVE)/.test(sql);
  const bare = sql.replace(/, (?:ALGORITHM|LOCK) = DEFAULT/g, '');
  const parts = [
    ...(hasAlgorithm ? [] : [`ALGORITHM = ${algorithm}`]),
    ...(hasLock || lock === undefined ? [] : [`LOCK = ${lock}`]),
  ];
  if (parts.length === 0) return bare;
  if (IGNORES_WAYS.test(bare)) return bare;
  if (/^(?:CREATE|DROP)/.test(bare)) return `${bare} ${parts.join(' ')}`;
  if (bare.startsWith('OPTIMIZE'))
    return bare.replace(/OPTIMIZE TABLE (\w+)/, `ALTER TABLE $1 FORCE, ${parts.join(', ')}`);
  const match = /^(ALTER TABLE \w+) (.*)$/s.exec(bare);
  if (!match) throw new Error(`not an ALTER TABLE: ${sql}`);
  const [, head, rest] = match;
  const glue = /^(?:PARTITION BY|REMOVE)/.test(rest ?? '') ? ' ' : ', ';
  return `${head} ${parts.join(', ')}${glue}${rest}`;
}

async function run(connection: Connection, sql: string): Promise<number | undefined> {
  try {
    await connection.query(sql);
    return undefined;
  } catch (error) {
    return (error as { errno?: number }).errno ?? -1;
  }
}

/** Tables and tablespaces of the schema: a table that was written anew has another id. */
async function tableIds(connection: Connection): Promise<ReadonlySet<string>> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT CONCAT(TABLE_ID, ' ', SPACE) AS id FROM information_schema.INNODB_TABLES
     WHERE NAME LIKE CONCAT(DATABASE(), '/%') AND NAME NOT LIKE '%/fts\\_%'`,
  );
  return new Set(rows.map((row) => row['id'] as string));
}

/** A partition that is only added, or only dropped, is not. */
function isWrittenAnew(before: ReadonlySet<string>, after: ReadonlySet<string>): boolean {
  return [...before].some((id) => !after.has(id)) && [...after].some((id) => !before.has(id));
}
