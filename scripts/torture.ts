import { parseArgs } from 'node:util';
import { startServer, type Server } from './mysql/start-server.ts';
import { STORES } from './torture/kill/place.ts';
import { killRounds, readRounds } from './torture/kill/rounds.ts';
import { describeRounds } from './torture/kill/table.ts';
import { describeTorture, isLossless, isToldExactly, torture } from './torture/torture.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '600' },
    writers: { type: 'string', default: '16' },
    /** Milliseconds between two transactions of a writer. */
    pause: { type: 'string', default: '10' },
    /** `off`: restores undo what others wrote, and have to say how much. */
    gtid: { type: 'string', default: 'on' },
    /** Kills runs at random, and follows what their reports say. */
    kill: { type: 'boolean', default: false },
    /** Two runs of two commits, one of which is stopped for a while. */
    schedules: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    /** Rounds are added to this file; with the same seed it goes on where it was. */
    state: { type: 'string' },
    /** Where backups are kept: `folder`, `artifact`, or as the seed decides for each round. */
    store: { type: 'string' },
    /** Runs `dist/` and not the sources. */
    bundle: { type: 'boolean', default: false },
    /** Runs this round alone. */
    only: { type: 'string' },
    /** Prints the figures of these state files together, and runs nothing. */
    table: { type: 'boolean', default: false },
    'mysqld-flag': { type: 'string', multiple: true, default: [] as string[] },
  },
});

const gtid = values.gtid === 'off' ? 'off' : 'on';
const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
if (values.table) {
  const rounds = (await Promise.all(positionals.map(readRounds))).flat();
  process.stdout.write(`${describeRounds(rounds)}\n`);
} else {
  process.exitCode = (await onServer()) ? 0 : 1;
}

async function onServer(): Promise<boolean> {
  const server = await startServer({
    ...{ gtid, database: 'torture', trustFunctionCreators: true, mysqldFlags: values['mysqld-flag'] },
    onProgress,
  });
  try {
    return await (values.kill || values.schedules ? killAtRandom(server) : tortureWriters(server));
  } finally {
    await server.stop();
  }
}

async function killAtRandom(server: Server): Promise<boolean> {
  const rounds = await killRounds({
    ...{ server, rounds: Number(values.rounds), seed: Number(values.seed) },
    store: STORES.find((store) => store === values.store),
    stateFile: values.state,
    bundle: values.bundle,
    schedules: values.schedules,
    only: values.only === undefined ? undefined : Number(values.only),
    onProgress,
  });
  process.stdout.write(`${describeRounds(rounds)}\n`);
  return rounds.every(({ end }) => end === 'right');
}

async function tortureWriters(server: Server): Promise<boolean> {
  const result = await torture({
    ...{ server, database: 'torture', seconds: Number(values.seconds), writers: Number(values.writers) },
    ...{ pauseMs: Number(values.pause), onProgress },
  });
  process.stdout.write(`${describeTorture(result)}\n`);
  return gtid === 'on' ? isLossless(result) : isToldExactly(result);
}
