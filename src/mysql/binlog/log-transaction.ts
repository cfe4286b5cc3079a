import { readGtid, type Gtid } from './gtid-event.ts';
import { EVENT, HEADER_LENGTH, placeAfter, unpackTransaction, type LogEvent } from './log-event.ts';
import { isAfter, type LogPlace } from './log-place.ts';
import type { LogStream } from './log-stream.ts';
import { readQueryEvent, type LoggedStatement } from './query-event.ts';
import { changeOf, tableIdOf, type RowsEvent } from './rows-event.ts';
import { readTableMap, type TableMap } from './table-map.ts';

/** The schema of what may concern every schema. */
export const ANY_SCHEMA = '*';

/** One transaction of the log, as far as it is of interest. */
export interface LogTransaction {
  /** Undefined for one that was written without GTIDs. */
  readonly gtid: Gtid | undefined;
  readonly file: string;
  /** Where it ends in the file. */
  readonly position: number;
  /** Connection ids begin again with the server: how often it did since the beginning of the stream. */
  readonly restarts: number;
  readonly threadId: number;
  /** Of the tables that were asked for; none where `size` is more than was to be kept. */
  readonly rows: readonly RowsEvent[];
  /** The names of these tables. */
  readonly tables: ReadonlySet<string>;
  /** Those of them that got new rows. */
  readonly insertedInto: ReadonlySet<string>;
  readonly statements: readonly LoggedStatement[];
  readonly isXa: boolean;
  /** Of an XA transaction its number, as the log writes it, and whether it is only now committed. */
  readonly xa: { readonly id: string; readonly step: 'begun' | 'committed' } | undefined;
  /** Tables of other schemas that got or lost rows, as `schema.table`. */
  readonly elsewhere: ReadonlySet<string>;
  /** Bytes of all changes of rows of these tables. */
  readonly size: number;
}

type Building = {
  -readonly [Key in keyof LogTransaction]: LogTransaction[Key] extends readonly (infer Item)[]
    ? Item[]
    : LogTransaction[Key] extends ReadonlySet<infer Item>
      ? Set<Item>
      : LogTransaction[Key];
};

/** The most of one transaction that is held in memory. */
export const MOST_BYTES = 256 * 1024 * 1024;

/** What stands behind `XA START` or `XA COMMIT`. */
function xaId(sql: string): string {
  return sql.replace(/^XA \w+\s+|\s+ONE PHASE$/gi, '');
}

/** Puts the events of a stream together to transactions; `wants` says of which tables rows are kept. */
export class TransactionReader {
  readonly #stream: LogStream;
  readonly #wants: (map: TableMap) => boolean;
  readonly #mostBytes: number;
  readonly #maps = new Map<bigint, TableMap>();
  readonly #ready: LogTransaction[] = [];
  #building: Building | undefined;
  /** Between BEGIN and its end. */
  #isOpen = false;
  #file = '';
  #restarts = 0;
  #files = 0;
  /** The description of the log's format that is in force, for `BINLOG`. */
  description: Buffer | undefined;
  /** How far the log was read. */
  position = 0;

  constructor(stream: LogStream, wants: (map: TableMap) => boolean, mostBytes = MOST_BYTES) {
    this.#stream = stream;
    this.#wants = wants;
    this.#mostBytes = mostBytes;
  }

  get file(): string {
    return this.#file;
  }

  /** The next transaction; waits until there is one, and gives undefined when the stream was closed. */
  async next(): Promise<LogTransaction | undefined> {
    while (this.#ready.length === 0) {
      const event = await this.#stream.next();
      if (!event) return undefined;
      this.#take(event);
    }
    return this.#ready.shift();
  }

  /** The next transaction that ends at a place or before it; undefined when there is none. */
  async nextUntil(place: LogPlace): Promise<LogTransaction | undefined> {
    while (this.#ready.length === 0 && isAfter(place, this)) {
      const event = await this.#stream.next();
      if (!event) return undefined;
      this.#take(event);
    }
    const next = this.#ready[0];
    return next && !isAfter(next, place) ? this.#ready.shift() : undefined;
  }

  #take(event: LogEvent): void {
    // An event that is in no file says 0, and one within a compressed transaction the place of the whole.
    if (event.type !== EVENT.rotate && event.end > 0) this.position = placeAfter(this.position, event.end);
    switch (event.type) {
      case EVENT.rotate:
        this.#file = event.body.subarray(8).toString('utf8');
        this.position = Number(event.body.readBigUInt64LE(0));
        return;
      case EVENT.formatDescription:
        this.description = event.bytes;
        this.#files += 1;
        // It says when the server started only in the first file after that.
        if (this.#files > 1 && event.body.readUInt32LE(52) !== 0) this.#restarts += 1;
        return;
      case EVENT.gtid:
      case EVENT.gtidTagged:
      case EVENT.anonymousGtid:
        this.#end();
        this.#begin(readGtid(event));
        return;
      case EVENT.transactionPayload:
        for (const each of unpackTransaction(event.body)) this.#takeInside(each);
        return;
      default:
        this.#takeInside(event);
    }
  }

  #begin(gtid: Gtid | undefined): void {
    this.#maps.clear();
    this.#building = {
      ...{ gtid, file: this.#file, position: this.position, restarts: this.#restarts, threadId: 0 },
      ...{ rows: [], tables: new Set(), insertedInto: new Set(), statements: [], isXa: false, size: 0 },
      ...{ xa: undefined, elsewhere: new Set() },
    };
  }

  #takeInside(event: LogEvent): void {
    const building = this.#building;
    if (!building) return;
    switch (event.type) {
      case EVENT.query:
        this.#takeQuery(building, event);
        return;
      case EVENT.tableMap: {
        const map = readTableMap(event.bytes, HEADER_LENGTH);
        this.#maps.set(map.id, map);
        return;
      }
      case EVENT.xaPrepare:
        building.isXa = true;
        this.#end();
        return;
      case EVENT.xid:
        this.#end();
        return;
      case EVENT.incident:
        building.statements.push({
          schema: ANY_SCHEMA,
          sql: '(the server could not write to the binary log)',
        });
        return;
      default:
        this.#takeRows(building, event);
    }
  }

  #takeRows(building: Building, event: LogEvent): void {
    const change = changeOf(event);
    if (!change) return;
    const map = this.#maps.get(tableIdOf(event));
    if (!map) return;
    if (!this.#wants(map)) {
      building.elsewhere.add(`${map.schema}.${map.table}`);
      return;
    }
    building.tables.add(map.table);
    if (change === 'insert') building.insertedInto.add(map.table);
    building.size += event.bytes.length;
    if (building.size <= this.#mostBytes) building.rows.push({ change, map, event });
    else building.rows = [];
  }

  #takeQuery(building: Building, { body }: LogEvent): void {
    const { threadId, statement } = readQueryEvent(body);
    building.threadId = threadId;
    const { sql } = statement;
    if (sql === 'BEGIN' || /^XA (?:START|BEGIN)\b/i.test(sql)) {
      building.isXa = sql !== 'BEGIN';
      if (building.isXa) building.xa = { id: xaId(sql), step: 'begun' };
      this.#isOpen = true;
      return;
    }
    if (/^(?:SAVEPOINT|ROLLBACK TO)\b/i.test(sql)) return;
    if (sql === 'COMMIT' || sql === 'ROLLBACK') {
      if (sql === 'ROLLBACK') {
        building.rows = [];
        building.tables.clear();
        building.insertedInto.clear();
      }
      this.#end();
      return;
    }
    if (/^XA\b/i.test(sql)) {
      building.isXa = true;
      if (/^XA COMMIT\b/i.test(sql)) building.xa ??= { id: xaId(sql), step: 'committed' };
    } else building.statements.push(statement);
    // What defines something is a transaction by itself.
    if (!this.#isOpen) this.#end();
  }

  #end(): void {
    if (!this.#building) return;
    this.#ready.push({ ...this.#building, position: this.position });
    this.#building = undefined;
    this.#isOpen = false;
  }
}
