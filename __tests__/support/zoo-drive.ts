import { join } from 'node:path';
import type { BackupInputs } from '../../src/inputs/inputs.ts';
import type { Report } from '../../src/report/report.ts';
import type { TestDatabase } from './database.ts';
import { changesets, deploy, project } from './deploy.ts';
import { makeCell, runOnCell, writeCell, type ZooCell } from './zoo-shapes.ts';

export type Driver = 'lossless' | 'snapshot' | 'in place' | 'rollback';

/** When others write, with the numbers of their transactions. */
const PHASES = { before: [1, 2], during: [3, 4], after: [5, 6] } as const;
type Phase = keyof typeof PHASES;

const RETRIED = [1205, 1213, 1412];
const APPLICATION =
  "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+05:30', foreign_key_checks = 1";

/** Makes all tables of the cells, as an application that allows much. */
export async function makeCells(db: TestDatabase, cells: readonly ZooCell[]): Promise<void> {
  const connection = await db.connect();
  await connection.query(
    "SET SESSION sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO', sql_require_primary_key = OFF",
  );
  for (const cell of cells)
    for (const statement of makeCell(cell, db.name)) {
      try {
        await connection.query(statement);
      } catch (error) {
        throw new Error(`${JSON.stringify(cell.shape)}: ${String(error)}: ${statement.slice(0, 2000)}`, {
          cause: error,
        });
      }
    }
  await connection.end();
}

/** What others write in one phase to the cells that have it, each transaction tried again where the server allows it. */
export async function writePhase(db: TestDatabase, cells: readonly ZooCell[], phase: Phase): Promise<void> {
  const connection = await db.connect();
  await connection.query(APPLICATION);
  for (const n of PHASES[phase])
    for (const cell of cells.filter(
      ({ shape }) => shape['others'] === phase || shape['others'] === 'always',
    )) {
      for (let isDone = false; !isDone;) {
        try {
          // Columns that follow the clock are to be equal in both databases.
          await connection.query(`SET timestamp = ${1_700_000_000 + n}`);
          await connection.query('BEGIN');
          for (const statement of writeCell(cell, n)) await connection.query(statement);
          await connection.query('COMMIT');
          isDone = true;
        } catch (error) {
          await connection.query('ROLLBACK');
          if (!RETRIED.includes((error as { errno?: number }).errno ?? 0))
            throw new Error(`${JSON.stringify(cell)} ${phase}: ${String(error)}`, { cause: error });
        }
      }
    }
  await connection.end();
}

/** Drives the tables through a failed update or a rollback while others write; gives the report of what restored. */
export async function drive(db: TestDatabase, cells: readonly ZooCell[], driver: Driver): Promise<Report> {
  await writePhase(db, cells, 'before');
  const statements = cells.flatMap((cell) => runOnCell(cell));
  const fails = driver === 'rollback' ? [] : ['DO SLEEP(1)', 'SELECT no_such_column'];
  const folder = project(
    changesets({
      id: '1',
      yaml: ['allowDestructive: true'],
      sql: ["SET SESSION sql_mode = 'ALLOW_INVALID_DATES'", ...statements, ...fails]
        .map((sql) => `${sql};\n`)
        .join(''),
    }),
  );
  const options = {
    ...{ backup: backupOf(db, folder), allowDestructive: true, statementLockTimeout: 10 },
    restoreGuarantee:
      ({ lossless: 'lossless', 'in place': 'in-place' } as const)[driver as 'lossless'] ?? ('best' as const),
  };
  const writing: Promise<void>[] = [];
  const write = (phase: Phase): void => {
    const done = writePhase(db, cells, phase);
    done.catch(() => undefined);
    writing.push(done);
  };
  const { report } = await deploy('update', folder, db, {
    ...options,
    onEvent: ({ event }) => {
      if (event === 'backup-started' && writing.length === 0) write('during');
      if (event === 'backup-taken' && driver !== 'rollback') write('after');
    },
  });
  await Promise.all(writing);
  if (driver !== 'rollback' || report.result !== 'ok') return report;
  return (await deploy('rollback', folder, db, options)).report;
}

/** What the twin has to get so that it is as the other should be in the end. */
export async function writeExpected(
  twin: TestDatabase,
  cells: readonly ZooCell[],
  driver: Driver,
): Promise<void> {
  await writePhase(twin, cells, 'before');
  if (driver !== 'lossless') return;
  await writePhase(twin, cells, 'during');
  await writePhase(twin, cells, 'after');
}

function backupOf(db: TestDatabase, folder: string): BackupInputs {
  return {
    store: { kind: 'folder', folder: join(folder, 'backups') },
    ...{ passphrase: undefined, retentionDays: 7, timeout: 300, client: 'path' },
    toolEnvironment: { PATH: `${db.binDir}:${process.env['PATH'] ?? ''}` },
  };
}

/** Every definition of a schema, without its own name and counters. */
export async function zooDefinitions(db: TestDatabase): Promise<Readonly<Record<string, string>>> {
  const named = await db.query<{ kind: string; name: string }>(
    `SELECT IF(TABLE_TYPE = 'VIEW', 'VIEW', 'TABLE') AS kind, TABLE_NAME AS name FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = ? AND TABLE_NAME NOT LIKE 'ops\\_%' AND TABLE_NAME NOT LIKE 'DATABASECHANGELOG%'
    UNION ALL SELECT 'TRIGGER', TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
    UNION ALL SELECT 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?
    UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?`,
    Array.from({ length: 4 }, () => db.name),
  );
  const definitions: Record<string, string> = {};
  for (const { kind, name } of named) {
    const [row = {}] = await db.query(`SHOW CREATE ${kind} \`${name}\``);
    const [, , created] = [
      '',
      '',
      Object.entries(row).find(([key]) => /^(?:Create |SQL Original)/.test(key))?.[1],
    ];
    // The server prints some keys in another order after it was given what it printed.
    definitions[`${kind} ${name}`] = linesOf(kind, String(created))
      .replaceAll(db.name, 'app')
      .replaceAll(/ AUTO_INCREMENT=\d+/g, '');
  }
  return definitions;
}

function linesOf(kind: string, created: string): string {
  if (kind !== 'TABLE') return created;
  const lines = created.split('\n').map((line) => line.replace(/,$/, ''));
  const isKey = (line: string): boolean => /^ +(?:UNIQUE |FULLTEXT |SPATIAL )?KEY/.test(line);
  return [...lines.filter((line) => !isKey(line)), ...lines.filter(isKey).toSorted()].join('\n');
}
