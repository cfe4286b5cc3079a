import { startServer } from '../../scripts/mysql/start-server.ts';
import { keepTestServers } from './test-servers.ts';

/** Jest runs this once before all projects that need MySQL; scripts/mysql destroys the servers if jest is killed. */
export default async function startServers(): Promise<void> {
  const onProgress = (line: string): void => void process.stderr.write(`\n${line}\n`);
  // One after the other: the first may have to install MySQL for both.
  const main = await startServer({ gtid: 'on', requirePrimaryKey: true, localInfile: true, onProgress });
  const withoutGtids = await startServer({ gtid: 'off', localInfile: true, onProgress });
  keepTestServers({ main, 'without-gtids': withoutGtids });
}
