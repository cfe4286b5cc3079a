import { connect as connectSocket, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach } from '@jest/globals';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A router in front of a server: what goes wrong between the two without either of them having ended. */
export interface Router {
  readonly port: number;
  /** Connections stay open, and nothing comes through any more; `all`: through later ones neither. */
  readonly forget: (which: 'open' | 'all') => void;
  /** The client's end breaks; the server goes on with what it was sent. */
  readonly cut: (which: 'all' | 'newest') => void;
}

type Pair = readonly [client: Socket, upstream: Socket];

/** Starts a router to a port of this machine; it is gone when the test is over. */
export async function startRouter(port: number): Promise<Router> {
  let isDeaf = false;
  const pairs: Pair[] = [];
  const server: Server = createServer((client) => {
    const upstream = connectSocket(port, '127.0.0.1');
    pairs.push([client, upstream]);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    if (isDeaf) return;
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => client.destroyed || client.write(data));
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const each of pairs.flat()) each.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    forget: (which) => {
      isDeaf = which === 'all';
      for (const socket of pairs.flat())
        socket.removeAllListeners('data').removeAllListeners('close').resume();
    },
    cut: (which) => {
      const open = pairs.filter(([client]) => !client.destroyed);
      for (const [client] of which === 'all' ? open : open.slice(-1)) client.destroy();
    },
  };
}
