import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a client had to wait for the server. */
export interface Turns {
  /** Stretches in which at least one request of any connection was unanswered: what overlaps counts once. */
  readonly chained: number;
  /** The same added up over the connections. */
  readonly summed: number;
  readonly connections: number;
}

/** A server that is far away. */
export interface DelayingProxy {
  readonly port: number;
  /** The turns since the last call. */
  readonly take: () => Turns;
  readonly close: () => void;
}

/**
 * Puts a round trip of so many milliseconds between clients and a server on this machine, half of it in each direction,
 * and counts turns: from the first byte of a request to the first byte of its answer. The greeting that a server sends
 * by itself is none.
 */
export async function delayingProxy(target: number, roundTripMs: number): Promise<DelayingProxy> {
  let turns = { chained: 0, summed: 0, connections: 0 };
  let waiting = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    turns.connections += 1;
    let isWaiting = false;
    const stop = (): void => {
      if (isWaiting) waiting -= 1;
      isWaiting = false;
    };
    forward(client, upstream, roundTripMs / 2, () => {
      if (isWaiting) return;
      isWaiting = true;
      turns.summed += 1;
      if (waiting === 0) turns.chained += 1;
      waiting += 1;
    });
    forward(upstream, client, roundTripMs / 2, () => undefined, stop);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          stop();
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    take: () => {
      const taken = turns;
      turns = { chained: 0, summed: 0, connections: 0 };
      return taken;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Bytes leave in the order in which they came, each so much later. */
function forward(
  from: Socket,
  to: Socket,
  delayMs: number,
  onSent: () => void,
  onArrived: () => void = () => undefined,
): void {
  let before = Promise.resolve();
  const pass = async (earlier: Promise<void>, due: number, bytes: Buffer): Promise<void> => {
    await earlier;
    const rest = due - performance.now();
    if (rest > 0) await sleep(rest);
    onArrived();
    to.write(bytes);
  };
  const end = async (): Promise<void> => {
    await before;
    to.end();
  };
  from.on('data', (bytes) => {
    onSent();
    before = pass(before, performance.now() + delayMs, bytes);
  });
  from.on('end', () => void end());
}
