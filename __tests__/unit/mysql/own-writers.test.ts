import { expect, test } from '@jest/globals';
import type { LogTransaction } from '../../../src/mysql/binlog/log-transaction.ts';
import { OwnWriters } from '../../../src/mysql/since-backup/own-writers.ts';

function written(threadId: number, file: string, position: number, restarts = 0): LogTransaction {
  return {
    ...{ gtid: undefined, file, position, restarts, threadId },
    ...{
      rows: [],
      tables: new Set<string>(),
      insertedInto: new Set<string>(),
      statements: [],
      isXa: false,
      xa: undefined,
      elsewhere: new Set(),
      size: 0,
    },
  };
}

test('a connection id is ours from the position in the journal to the next start of the server', () => {
  const own = new OwnWriters([{ id: 7, from: { file: 'log.000002', position: 100 } }]);
  const judged = [
    written(7, 'log.000001', 900),
    written(7, 'log.000002', 90),
    written(7, 'log.000002', 120),
    written(8, 'log.000002', 130),
    written(7, 'log.000003', 4),
    written(7, 'log.000004', 500, 1),
  ].map((transaction) => {
    own.note(transaction);
    return own.isOwn(transaction);
  });
  expect(judged).toEqual([false, false, true, false, true, false]);
});

test('a connection that is open now is ours only since the last start', () => {
  const own = new OwnWriters([{ id: 7, from: undefined }]);
  const [before, after] = [written(7, 'log.000001', 10), written(7, 'log.000002', 10, 1)];
  for (const each of [before, after]) own.note(each);
  expect([own.isOwn(before), own.isOwn(after)]).toEqual([false, true]);
});

test('server, tag and connection have to be ours together', () => {
  const uuid = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
  const own = new OwnWriters([{ id: 7, from: { file: 'log.000001', position: 4 }, tag: 'db_1_1' }], uuid);
  const isOwn = (source: string, threadId = 7): boolean => {
    const transaction = { ...written(threadId, 'log.000001', 10), gtid: { source, number: 1 } };
    own.note(transaction);
    return own.isOwn(transaction);
  };
  expect(isOwn(`${uuid}:db_1_1`)).toBe(true);
  expect(isOwn(`${uuid}:db_1_1`, 8)).toBe(false);
  // Another session under our number.
  expect(isOwn(uuid)).toBe(false);
  expect(isOwn(`${uuid}:db_2_1`)).toBe(false);
  expect(isOwn('00000000-71ca-11e1-9e33-c80aa9429562:db_1_1')).toBe(false);
});

test('a connection of the file in which the log is begun is ours where that file has nothing left to read', () => {
  const own = new OwnWriters([{ id: 7, from: { file: 'log.000001', position: 100 } }]);
  own.begin('log.000001');
  const transaction = written(7, 'log.000002', 200);
  own.note(transaction);
  expect(own.isOwn(transaction)).toBe(true);
});
