import { withoutChecksums } from '../binlog/log-event.ts';
import { inSchema } from '../binlog/table-map.ts';
import type { Replayed } from './judge-transaction.ts';
import { notLossless } from '../since-backup/not-lossless.ts';
import type { RawSession } from '../session/raw-session.ts';

/** How the rows of a range of the log are applied: over a dump that may have them already, or exactly. */
export type ReplayMode = 'IDEMPOTENT' | 'STRICT';

const MOST_BYTES = 512 * 1024;
/** Of a packet. */
const HEAD = 64;

/** Applies changes of rows to the tables of the side schema, in one session that is kept open. */
export class SideReplay {
  readonly #raw: RawSession;
  readonly #side: string;
  #description: Buffer | undefined;
  #mode: ReplayMode | undefined;
  #mostBytes: number | undefined;

  constructor(raw: RawSession, side: string) {
    this.#raw = raw;
    this.#side = side;
  }

  /** The format of the log from here on; `BINLOG` has to know it before anything else. */
  async describe(description: Buffer): Promise<void> {
    if (this.#description?.equals(description)) return;
    await this.#binlog([withoutChecksums(description)]);
    // Without this the session would wait for the number of a replicated transaction.
    await this.#raw.run("SET SESSION gtid_next = 'AUTOMATIC'");
    this.#description = description;
  }

  async use(mode: ReplayMode): Promise<void> {
    if (this.#mode === mode) return;
    await this.#raw.run(`SET SESSION rbr_exec_mode = ${mode}`);
    this.#mode = mode;
  }

  /** Applies all of it in one transaction, or throws and nothing of it is applied. */
  async apply(changes: readonly Replayed[]): Promise<void> {
    await this.#raw.run('BEGIN');
    try {
      let waiting: Buffer[] = [];
      let size = 0;
      for (const { map, bytes } of changes) {
        // Each is a statement of its own, so that a transaction of any size fits through.
        waiting.push(inSchema(map, this.#side), bytes);
        size += bytes.length;
        if (size < MOST_BYTES) continue;
        await this.#binlog(waiting);
        [waiting, size] = [[], 0];
      }
      if (waiting.length > 0) await this.#binlog(waiting);
      await this.#raw.run('COMMIT');
    } catch (error) {
      await this.#raw.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  async #binlog(events: readonly Buffer[]): Promise<void> {
    const sql = `BINLOG '${Buffer.concat(events).toString('base64')}'`;
    // The server would end the connection, which says nothing of why.
    this.#mostBytes ??= await this.#readMostBytes();
    if (sql.length + HEAD > this.#mostBytes) {
      throw notLossless(
        `others wrote a row of ${sql.length} bytes as it is replayed, and max_allowed_packet is ${this.#mostBytes}`,
        'raise max_allowed_packet on the server',
      );
    }
    await this.#raw.run(sql);
  }

  async #readMostBytes(): Promise<number> {
    const [row] = await this.#raw.rows('SELECT @@max_allowed_packet AS bytes');
    return Number(row?.['bytes']);
  }
}
