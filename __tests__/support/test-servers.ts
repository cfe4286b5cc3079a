import type { Address } from '../../scripts/mysql/server-folder.ts';
import type { Server } from '../../scripts/mysql/start-server.ts';

/** `main` has GTIDs and sql_require_primary_key on; the other has both off. */
export type ServerName = 'main' | 'without-gtids';

/** What tests know of the servers that were started for them. */
export type TestServers = Readonly<Record<ServerName, Address>>;

/** Workers inherit it: they are processes that start after the servers. */
const VARIABLE = 'DB_DEPLOY_TEST_SERVERS';

/** Servers of this jest run; setup and teardown are in one process but are loaded apart. */
interface Started {
  dbDeployTestServers?: readonly Server[];
}

/** Remembers the servers for teardown and tells the workers where they are. */
export function keepTestServers(servers: Readonly<Record<ServerName, Server>>): void {
  (globalThis as Started).dbDeployTestServers = Object.values(servers);
  process.env[VARIABLE] = JSON.stringify(servers satisfies TestServers);
}

/** The servers that `keepTestServers` remembered. */
export function keptTestServers(): readonly Server[] {
  return (globalThis as Started).dbDeployTestServers ?? [];
}

/** The address of a server; fails where jest did not start any. */
export function testServer(name: ServerName): Address {
  const text = process.env[VARIABLE];
  if (!text) {
    throw new Error(
      'no MySQL was started for this test: it belongs into __tests__/integration or __tests__/e2e',
    );
  }
  return (JSON.parse(text) as TestServers)[name];
}
