import { parseArgs } from 'node:util';
import { startServer } from './mysql/start-server.ts';
import { describeTorture, torture } from './torture/torture.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    writers: { type: 'string', default: '16' },
    /** Milliseconds between two transactions of a writer. */
    pause: { type: 'string', default: '10' },
    'mysqld-flag': { type: 'string', multiple: true, default: [] as string[] },
  },
});

const server = await startServer({
  ...{ gtid: 'on', database: 'torture', trustFunctionCreators: true, mysqldFlags: values['mysqld-flag'] },
  onProgress: (line) => void process.stderr.write(`${line}\n`),
});
try {
  const result = await torture({
    ...{ server, database: 'torture', seconds: Number(values.seconds), writers: Number(values.writers) },
    pauseMs: Number(values.pause),
    onProgress: (line) => void process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${describeTorture(result)}\n`);
  const isClean = result.lost + result.doubled + result.foreign + result.wrong.length === 0;
  process.exitCode = isClean && result.isSchemaEqual && result.strange.length === 0 ? 0 : 1;
} finally {
  await server.stop();
}
