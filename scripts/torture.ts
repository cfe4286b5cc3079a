import { parseArgs } from 'node:util';
import { startServer } from './mysql/start-server.ts';
import { describeTorture, isLossless, isToldExactly, torture } from './torture/torture.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    writers: { type: 'string', default: '16' },
    /** Milliseconds between two transactions of a writer. */
    pause: { type: 'string', default: '10' },
    /** `off`: restores undo what others wrote, and have to say how much. */
    gtid: { type: 'string', default: 'on' },
    'mysqld-flag': { type: 'string', multiple: true, default: [] as string[] },
  },
});

const gtid = values.gtid === 'off' ? 'off' : 'on';
const server = await startServer({
  ...{ gtid, database: 'torture', trustFunctionCreators: true, mysqldFlags: values['mysqld-flag'] },
  onProgress: (line) => void process.stderr.write(`${line}\n`),
});
try {
  const result = await torture({
    ...{ server, database: 'torture', seconds: Number(values.seconds), writers: Number(values.writers) },
    pauseMs: Number(values.pause),
    onProgress: (line) => void process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${describeTorture(result)}\n`);
  process.exitCode = (gtid === 'on' ? isLossless(result) : isToldExactly(result)) ? 0 : 1;
} finally {
  await server.stop();
}
