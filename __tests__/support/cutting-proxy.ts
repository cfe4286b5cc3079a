import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that breaks. */
export interface CuttingProxy {
  readonly port: number;
  /** How often a connection was cut. */
  readonly cuts: () => number;
  readonly close: () => void;
}

/**
 * Passes on to a server, and cuts each connection when it has sent as many bytes as `allow` says for it; asked once for
 * each connection.
 */
export async function cuttingProxy(target: () => number, allow: () => number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect({ port: target(), host: '127.0.0.1' });
    let left = allow();
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      const part = chunk.subarray(0, left);
      left -= part.length;
      // What was allowed arrives; only then the connection is gone.
      if (left > 0) client.write(part);
      else if (!client.writableEnded) {
        cuts += 1;
        client.end(part);
        upstream.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cuts: () => cuts,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
