import { expect, test } from '@jest/globals';
import { judgeLogText } from '../../../src/mysql/own-log.ts';

const HEAD = '#261122 16:45:00 server id 1  end_log_pos 100 CRC32 0x12345678 \t';
const START = (how: string): string =>
  `${HEAD}Start: binlog v 4, server v 9.7.4 created 261122 16:45:00${how}`;
const query = (thread: number, ...sql: readonly string[]): readonly string[] => [
  `${HEAD}Query\tthread_id=${thread}\texec_time=0\terror_code=0`,
  'use `app`/*!*/;',
  'SET TIMESTAMP=1795366000/*!*/;',
  ...sql,
  '/*!*/;',
];
const rows = (table: string): string => `${HEAD}Table_map: \`app\`.\`${table}\` mapped to number 90`;
const end = `${HEAD}Xid = 7`;
const journal = (thread: number): readonly string[] => [
  `${HEAD}GTID\tlast_committed=1`,
  ...query(thread, 'BEGIN'),
  rows('ops_migration_statements'),
  end,
];
const ddl = (thread: number): readonly string[] => [
  `${HEAD}Anonymous_GTID\tlast_committed=1`,
  ...query(thread, 'ALTER TABLE t ADD COLUMN n INT'),
];

async function judge(...parts: readonly (string | readonly string[])[]): Promise<string> {
  const lines = [START(''), ...parts.flat()];
  return judgeLogText(
    (async function* () {
      yield* lines;
    })(),
    7,
    'app',
  );
}

test('what comes after the last row of the journal is the statement in doubt', async () => {
  expect(await judge(journal(7), ddl(7))).toBe('definition');
  expect(await judge(journal(7), ddl(7), journal(7))).toBe('nothing');
  expect(await judge(journal(7), ddl(8))).toBe('nothing');
  expect(await judge(journal(7), query(7, 'BEGIN'), rows('t'), end)).toBe('rows');
});

test('rows that commit together with the journal belong to what is done', async () => {
  expect(await judge(query(7, 'BEGIN'), rows('t'), rows('ops_migration_statements'), end)).toBe('nothing');
});

test('after the server started again the same number is another connection', async () => {
  expect(await judge(journal(7), START(''), ddl(7))).toBe('definition');
  expect(await judge(journal(7), START(' at startup'), ddl(7))).toBe('nothing');
});

test('in a log of statements the journal is known by its name', async () => {
  const written = query(7, 'INSERT INTO ops_migration_statements (run_id) VALUES (1)');
  expect(
    await judge(query(7, 'BEGIN'), written, end, query(7, 'BEGIN'), query(7, 'DELETE FROM t'), end),
  ).toBe('rows');
  expect(await judge(query(7, 'BEGIN'), written, end, ddl(7))).toBe('definition');
});

test('a log without our journal tells nothing', async () => {
  expect(await judge(ddl(7))).toBe('no-journal');
});
