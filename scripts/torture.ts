import { parseArgs } from 'node:util';
import { startServer } from './mysql/start-server.ts';
import { describeRounds, killRounds } from './torture/kill/rounds.ts';
import { describeTorture, isLossless, isToldExactly, torture } from './torture/torture.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    writers: { type: 'string', default: '16' },
    /** Milliseconds between two transactions of a writer. */
    pause: { type: 'string', default: '10' },
    /** `off`: restores undo what others wrote, and have to say how much. */
    gtid: { type: 'string', default: 'on' },
    /** Kills runs at random, and follows what their reports say. */
    kill: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    /** Rounds are added to this file; with the same seed it goes on where it was. */
    state: { type: 'string' },
    'mysqld-flag': { type: 'string', multiple: true, default: [] as string[] },
  },
});

const gtid = values.gtid === 'off' ? 'off' : 'on';
const server = await startServer({
  ...{ gtid, database: 'torture', trustFunctionCreators: true, mysqldFlags: values['mysqld-flag'] },
  onProgress: (line) => void process.stderr.write(`${line}\n`),
});
const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
try {
  process.exitCode = (await (values.kill ? killAtRandom() : tortureWriters())) ? 0 : 1;
} finally {
  await server.stop();
}

async function killAtRandom(): Promise<boolean> {
  const rounds = await killRounds({
    ...{
      server,
      rounds: Number(values.rounds),
      seed: Number(values.seed),
      stateFile: values.state,
      onProgress,
    },
  });
  process.stdout.write(`${describeRounds(rounds)}\n`);
  return rounds.every(({ end }) => end === 'right');
}

async function tortureWriters(): Promise<boolean> {
  const result = await torture({
    ...{ server, database: 'torture', seconds: Number(values.seconds), writers: Number(values.writers) },
    ...{ pauseMs: Number(values.pause), onProgress },
  });
  process.stdout.write(`${describeTorture(result)}\n`);
  return gtid === 'on' ? isLossless(result) : isToldExactly(result);
}
