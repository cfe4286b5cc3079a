import type { Connection } from 'mysql2/promise';

/** The tag of a connection's transactions, and the number of the last of them that is known. */
interface Tagged {
  readonly tag: string;
  readonly last: number;
}

const connections = new WeakMap<Connection, Tagged>();

/** From now on the connection's transactions carry a tag that none did before. */
export function startTag(connection: Connection, tag: string): void {
  connections.set(connection, { tag, last: 0 });
}

/** Gives whether there was one. */
export function stopTag(connection: Connection): boolean {
  return connections.delete(connection);
}

/** The tag that the connection's transactions carry now. */
export function ownTag(connection: Connection): string | undefined {
  return connections.get(connection)?.tag;
}

/** Keeps the number of a transaction if no later one is known. */
export function keepNumber(connection: Connection, number: number): void {
  const known = connections.get(connection);
  if (known && number > known.last) connections.set(connection, { ...known, last: number });
}

/** Keeps what the server says of own transactions in the answer to a statement (`session_track_gtids`). */
export function noteOwnGtids(connection: Connection, answer: unknown): void {
  const known = connections.get(connection);
  if (!known) return;
  const packet: unknown = Array.isArray(answer) ? answer.at(-1) : answer;
  const { stateChanges } = (packet ?? {}) as { stateChanges?: { gtids?: readonly string[] } };
  for (const gtids of stateChanges?.gtids ?? []) keepNumber(connection, lastNumber(gtids, known.tag));
}

/** `<tag>:<number>` of the last transaction that is known, with the number 0 before the first; null without a tag. */
export function lastOwnGtid(connection: Connection): string | null {
  const known = connections.get(connection);
  return known ? `${known.tag}:${known.last}` : null;
}

/** The greatest number of a tag in a set of GTIDs: `uuid:1-5:tag:1-3:7,uuid2:…`. */
export function lastNumber(gtidSet: string, tag: string): number {
  let greatest = 0;
  for (const source of gtidSet.split(',')) {
    let current = '';
    for (const part of source.split(':').slice(1)) {
      const number = /^\s*(?:\d+-)?(\d+)\s*$/.exec(part)?.[1];
      if (number === undefined) current = part.trim();
      else if (current === tag) greatest = Math.max(greatest, Number(number));
    }
  }
  return greatest;
}
