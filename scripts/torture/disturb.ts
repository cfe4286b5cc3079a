import type { Connection } from 'mysql2/promise';
import type { Run } from './writer.ts';

/** What happens on any busy server, on tables that no deploy touches. */
const DISTURBANCES: readonly (readonly string[])[] = [
  ['FLUSH BINARY LOGS'],
  ['CREATE TABLE scratch (id INT PRIMARY KEY)', 'INSERT INTO scratch VALUES (1), (2)', 'DROP TABLE scratch'],
  [
    'CREATE TABLE copied (PRIMARY KEY (id)) SELECT id FROM quiet',
    'TRUNCATE TABLE copied',
    'DROP TABLE copied',
  ],
  ['ALTER TABLE quiet ADD COLUMN more INT', 'ALTER TABLE quiet DROP COLUMN more'],
  ['OPTIMIZE TABLE quiet', 'ANALYZE TABLE quiet'],
  ['CREATE EVENT once ON SCHEDULE AT CURRENT_TIMESTAMP DO UPDATE quiet SET n = n + 1', 'DO SLEEP(1.2)'],
  [
    'CREATE TEMPORARY TABLE mine (id INT PRIMARY KEY)',
    'INSERT INTO mine VALUES (1)',
    'DROP TEMPORARY TABLE mine',
  ],
  ['CREATE OR REPLACE VIEW theirs AS SELECT n FROM quiet', 'DROP VIEW theirs'],
];

/** A backup is taken again when a definition changed meanwhile, and given up after three times. */
const PAUSE_MS = 2000;

export const QUIET = ['CREATE TABLE quiet (id INT PRIMARY KEY, n INT)', 'INSERT INTO quiet VALUES (1, 0)'];

/** Does one after the other until the run is over; gives how many were done, and what the server refused. */
export async function disturbUntilOver(
  connection: Connection,
  run: Run,
): Promise<{ readonly done: number; readonly refused: readonly string[] }> {
  const refused: string[] = [];
  let done = 0;
  for (; run.isOn; done += 1) {
    for (const statement of DISTURBANCES[done % DISTURBANCES.length]!) {
      await connection
        .query(statement)
        .catch((error: Error) => refused.push(`${statement}: ${error.message}`));
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return { done, refused };
}
