import { keptTestServers } from './test-servers.ts';

/** Jest runs this once at the end. */
export default async function stopServers(): Promise<void> {
  await Promise.all(keptTestServers().map((server) => server.stop()));
}
