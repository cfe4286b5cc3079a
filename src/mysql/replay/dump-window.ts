import type { GtidSet } from '../binlog/gtid-set.ts';
import type { LogTransaction } from '../binlog/log-transaction.ts';
import {
  readRowChanges,
  writeImages,
  type ChangedRow,
  type ForeignKeys,
  type RowImage,
  type RowsEvent,
} from '../binlog/rows-event.ts';
import { notLossless } from '../since-backup/not-lossless.ts';
import type { Replayed } from './judge-transaction.ts';
import { keyOf, mayCascade, type OwnWrites, type TableShape } from './own-writes.ts';
import type { SideReplay } from './side-replay.ts';
import { descendants } from '../definitions/table-ties.ts';

interface TouchedRow {
  /** Has at least the columns of the key. */
  readonly named: RowImage;
  /** As the last transaction left it; undefined where that deleted it. */
  last: RowImage | undefined;
  /** Rows that referred to it then went or changed without a word in the log. */
  wasDeleted: boolean;
}

interface TouchedTable {
  readonly name: string;
  readonly shape: TableShape;
  /** Any event of the table: the pattern for those that are made. */
  readonly pattern: RowsEvent;
  readonly rows: Map<string, TouchedRow>;
}

const MOST_BYTES = 256 * 1024 * 1024;
const EVENT_BYTES = 256 * 1024;

/**
 * What others committed while the dump began: some of it is in the dump, and some is not. Repeating it statement by
 * statement over a dump that has it already would push rows out: an insert takes the place of whatever has one of its
 * unique keys now. So what is repeated is only how each row was left: the dump's state of all rows that were touched is
 * taken away, then they are put back as the last transaction left them.
 */
export class DumpWindow {
  readonly #set: GtidSet;
  readonly #writes: OwnWrites;
  readonly #silentCascades: ReadonlyMap<string, readonly string[]>;
  readonly #tables = new Map<string, TouchedTable>();
  #bytes = 0;
  #transactions = 0;

  constructor(set: GtidSet, writes: OwnWrites, silentCascades: ReadonlyMap<string, readonly string[]>) {
    this.#set = set;
    this.#writes = writes;
    this.#silentCascades = silentCascades;
  }

  /** Whether the dump may or may not have a transaction. */
  covers({ gtid }: LogTransaction): boolean {
    return gtid !== undefined && this.#set.has(gtid.source, gtid.number);
  }

  /** Notes a transaction; `rows` are those on tables that are restored. */
  take(rows: readonly RowsEvent[]): void {
    this.#transactions += 1;
    for (const event of rows) {
      this.#bytes += event.event.bytes.length;
      this.#takeEvent(event);
    }
    if (this.#bytes > MOST_BYTES) throw notLossless('others wrote more than 256 MiB while the backup began');
  }

  #takeEvent(event: RowsEvent): void {
    const { table } = event.map;
    const shape = this.#writes.shape(table);
    if (!shape) throw notLossless(`others wrote to ${table} while the backup began, and it is not in it`);
    if (shape.key.length === 0) {
      throw notLossless(
        `table ${table} has no primary key, and others wrote to it while the backup began`,
        'give the table a primary key',
      );
    }
    const known = this.#tables.get(table) ?? { name: table, shape, pattern: event, rows: new Map() };
    this.#tables.set(table, known);
    for (const row of readRowChanges(event)) {
      if (row.isPartial || row.after?.includes(undefined)) {
        throw notLossless(
          `others changed ${table} while the backup began, and the log has not the whole row`,
        );
      }
      if (this.#silentCascades.has(table) && mayCascade(row, shape)) this.#requireKnownChildren(table, row);
      if (row.before) leave(known, row.before, undefined);
      if (row.after) leave(known, row.after, row.after);
    }
  }

  /** Rows that change in silence change after what the log says of them. */
  #requireKnownChildren(table: string, { after }: ChangedRow): void {
    const children = [...descendants(this.#silentCascades, table)];
    const rows = children.flatMap((child) => [...(this.#tables.get(child)?.rows.values() ?? [])]);
    const isTouched = rows.some(({ last }) => last !== undefined);
    if (!after && !isTouched) return;
    throw notLossless(
      `others changed rows of ${table} while the backup began, and the log does not tell what that did to ${children.join(', ')}`,
    );
  }

  /** Brings it into the side schema, and gives the number of transactions. */
  async apply(side: SideReplay): Promise<number> {
    const tables = [...this.#tables.values()];
    const parents = this.#childrenFirst().flatMap((name) => this.#tables.get(name) ?? []);
    const taken = this.#transactions;
    await side.use('IDEMPOTENT');
    await side.apply(tables.filter((table) => !parents.includes(table)).flatMap((table) => removal(table)));
    for (const table of parents) {
      await side.apply(removal(table, 'checked'));
    }
    for (const table of parents) await side.apply(removal(table));
    await side.use('STRICT');
    await side.apply(tables.flatMap(putBack));
    this.#tables.clear();
    [this.#bytes, this.#transactions] = [0, 0];
    return taken;
  }

  /** The tables on which rows of others follow in silence. */
  #childrenFirst(): readonly string[] {
    const found = new Set<string>();
    const visiting = new Set<string>();
    const visit = (table: string): void => {
      if (visiting.has(table)) return;
      visiting.add(table);
      for (const child of this.#silentCascades.get(table) ?? []) visit(child);
      if (this.#silentCascades.has(table)) found.add(table);
    };
    for (const table of this.#silentCascades.keys()) visit(table);
    return [...found];
  }
}

function leave({ rows, shape }: TouchedTable, named: RowImage, last: RowImage | undefined): void {
  const key = keyOf(named, shape);
  const known = rows.get(key) ?? { named, last, wasDeleted: false };
  known.last = last;
  known.wasDeleted ||= last === undefined;
  rows.set(key, known);
}

/** `checked`: those that were deleted at some time, and what follows them along foreign keys. */
function removal({ shape, pattern, rows }: TouchedTable, foreignKeys: ForeignKeys = 'unchecked'): Replayed[] {
  const gone = [...rows.values()].filter(({ wasDeleted }) => foreignKeys === 'unchecked' || wasDeleted);
  const images = gone.map(({ named }) => named);
  return events(pattern, 'delete', images, shape.key, foreignKeys);
}

function putBack({ pattern, rows }: TouchedTable): Replayed[] {
  const images = [...rows.values()].flatMap(({ last }) => (last ? [last] : []));
  return events(pattern, 'insert', images, [...pattern.map.columns.keys()], 'unchecked');
}

function events(
  pattern: RowsEvent,
  change: 'insert' | 'delete',
  images: readonly RowImage[],
  columns: readonly number[],
  foreignKeys: ForeignKeys,
): Replayed[] {
  const { map } = pattern;
  const made: Replayed[] = [];
  let part: RowImage[] = [];
  let size = 0;
  const flush = (): void => {
    if (part.length > 0) {
      made.push({ map, bytes: writeImages(pattern, change, part, columns, foreignKeys) });
    }
    [part, size] = [[], 0];
  };
  for (const image of images) {
    part.push(image);
    for (const index of columns) size += image[index]?.length ?? 0;
    if (size > EVENT_BYTES) flush();
  }
  flush();
  return made;
}
