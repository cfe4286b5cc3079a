import { afterAll, expect, test } from '@jest/globals';
import { startServer } from '../../../scripts/mysql/start-server.ts';
import { killRounds } from '../../../scripts/torture/kill/rounds.ts';

let server: Awaited<ReturnType<typeof startServer>> | undefined;
afterAll(() => server?.stop());

/** `npm run torture -- --kill` runs as many rounds as it is asked for; docs/torture.md has the figures. */
test('runs that are killed at random come to the right end if one follows what they report', async () => {
  server = await startServer({ gtid: 'on', database: 'torture', trustFunctionCreators: true });
  const options = {
    ...{ server, rounds: 4, seed: 20_261, store: undefined, stateFile: undefined },
    onProgress: () => undefined,
  };
  const rounds = await killRounds(options);
  expect(rounds.filter(({ end }) => end !== 'right')).toEqual([]);
  expect(rounds).toHaveLength(4);
}, 300_000);
