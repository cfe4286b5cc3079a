import { afterAll, beforeAll, test } from '@jest/globals';
import { startServer, type Server } from '../../scripts/mysql/start-server.ts';
import { CELLS, expectRecovery, expectUndisturbed, printMatrix } from '../support/kill-matrix.ts';

let server: Server;
let withoutGtids: Server;

beforeAll(async () => {
  server = await startServer({ gtid: 'on', requirePrimaryKey: true });
  withoutGtids = await startServer({ gtid: 'off', requirePrimaryKey: true });
});

afterAll(async () => {
  printMatrix('the matrix of kill points');
  await server.stop();
  await withoutGtids.stop();
});

test.each(['ddl', 'dml'] as const)('undisturbed, the update %s takes effect', (name) =>
  expectUndisturbed(server, name),
);

test.each(CELLS)('%s %s', (way, _, moment) => expectRecovery(way, moment, server));

const WITHOUT_GTIDS = [
  'during a long ALTER',
  'between a statement and its journal',
  "during the restore's cut-over",
];

test.each(CELLS.filter(([way, when]) => way === 'runner destroyed' && WITHOUT_GTIDS.includes(when)))(
  '%s %s, on a server without GTIDs',
  (way, _, moment) => expectRecovery(way, moment, withoutGtids, `${way}, no GTIDs`),
);
