import { afterAll, beforeAll, test } from '@jest/globals';
import { startServer, type Server } from '../../scripts/mysql/start-server.ts';
import { CELLS, expectSecondIsRight, expectUndisturbed, printMatrix } from '../support/kill-matrix.ts';

let server: Server;

beforeAll(async () => {
  server = await startServer({ gtid: 'on', requirePrimaryKey: true });
});

afterAll(async () => {
  printMatrix('the matrix of kill points, with two runners');
  await server.stop();
});

test.each(['ddl', 'dml'] as const)('undisturbed, the update %s takes effect', (name) =>
  expectUndisturbed(server, name),
);

test.each(CELLS)('%s %s, and another run waits', (way, _, moment) =>
  expectSecondIsRight(way, moment, server),
);
