import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A TCP port of the loopback that was free a moment ago; whoever uses it must be ready to lose the race. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether a failed start says that somebody took the port first. */
export function isPortTaken(message: string): boolean {
  return /address already in use|port is already allocated|another mysqld server running on port/i.test(
    message,
  );
}
