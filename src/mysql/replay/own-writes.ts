import type { ChangedRow, RowChange, RowImage, RowsEvent } from '../binlog/rows-event.ts';
import type { TableMap } from '../binlog/table-map.ts';
import { mayBeDefault, type NewDefaults } from './new-defaults.ts';

/** What is known of a table as the backup has it. */
export interface TableShape {
  /** Positions of the primary key's columns, in the order of the table; none where it has no primary key. */
  readonly key: readonly number[];
  readonly columns: number;
  /** Set by the server at every update: the later write is right whatever was there. */
  readonly automatic: ReadonlySet<number>;
  /** Computed from other columns and stored: cannot be put together from two writes. */
  readonly hasStoredGenerated: boolean;
  /** Text in the key, by position: its collation says which values are one. */
  readonly textKeys: ReadonlyMap<number, TextKey>;
  /** By position and bytes what such a value is to its collation; filled before a key is asked for. */
  readonly weights: Map<string, string>;
  /** The column that counts by itself. */
  readonly counter: { readonly index: number; readonly isUnsigned: boolean } | undefined;
  /** Columns that foreign keys of other rows refer to. */
  readonly referenced: ReadonlySet<number>;
}

/** How values of a text column are compared. */
export interface TextKey {
  readonly characterSet: string;
  readonly collation: string;
  readonly pads: 'PAD SPACE' | 'NO PAD';
  /** Characters, where only the beginning is part of the key. */
  readonly prefix: number | undefined;
}

/** What a row is in the restored table, against what others saw: the effect of everything that is not replayed. */
export type Mark =
  /** Others saw a row that is not there. */
  | { readonly kind: 'added' }
  /** Others saw a row that is there under another key. */
  | { readonly kind: 'moved' }
  /** Others saw no row, and it is there. */
  | { readonly kind: 'removed' }
  /** Others saw another row than the one that is there. */
  | { readonly kind: 'replaced' }
  /** Others saw other values in these columns. */
  | { readonly kind: 'changed'; readonly columns: ReadonlySet<number> };

const MOST_ROWS = 2_000_000;

/** Everything that ran and is not replayed: our own transactions, and those of others that build on them. */
export class OwnWrites {
  readonly #shapes: ReadonlyMap<string, TableShape>;
  readonly #rows = new Map<string, Map<string, Mark>>();
  readonly #tables = new Map<string, Map<RowChange, string>>();
  readonly #defaults = new Map<string, NewDefaults>();
  #count = 0;

  constructor(shapes: ReadonlyMap<string, TableShape>) {
    this.#shapes = shapes;
  }

  /** Undefined for a table that the backup does not have. */
  shape(table: string): TableShape | undefined {
    return this.#shapes.get(table);
  }

  /** Why no change of this kind that is written to a table from now on can be replayed. */
  obstacle(table: string, change: RowChange): string | undefined {
    return this.#tables.get(table)?.get(change);
  }

  /** From now on no row of the table that is changed in such a way can be told from ours. */
  block(table: string, why: string, changes: readonly RowChange[] = ['insert', 'update', 'delete']): void {
    const known = this.#tables.get(table) ?? new Map<RowChange, string>();
    this.#tables.set(table, known);
    for (const change of changes) if (!known.has(change)) known.set(change, why);
  }

  /** From now on rows of others have these values where they give none. */
  setDefaults(table: string, defaults: NewDefaults): void {
    this.#defaults.set(table, defaults);
  }

  /** True if a row of others may have got a value from a default of the run. */
  hasNewDefault({ columns, table }: TableMap, row: ChangedRow): boolean {
    const shape = this.#shapes.get(table);
    const written = shape && row.before ? new Set(allChangedColumns(row, shape)) : undefined;
    return [...(this.#defaults.get(table) ?? [])].some(([index, value]) => {
      const after = row.after?.[index];
      if (after === undefined || written?.has(index) === false) return false;
      return mayBeDefault(columns[index]!, after, value);
    });
  }

  mark(table: string, key: string): Mark | undefined {
    return this.#rows.get(table)?.get(key);
  }

  /** The row is again what others saw. */
  forget(table: string, key: string): void {
    this.#rows.get(table)?.delete(key);
  }

  /** Notes one row that is not replayed. */
  note(rows: RowsEvent, row: ChangedRow): void {
    const { table } = rows.map;
    const shape = this.#shapes.get(table);
    if (!shape) return;
    if (shape.key.length === 0) {
      this.block(table, 'the table has no primary key, and the run wrote to it');
      return;
    }
    const before = row.before && keyOf(row.before, shape);
    const after = row.after && keyOf(row.after, shape);
    if (before !== undefined && before === after) this.#change(table, before, changedColumns(row, shape));
    else {
      const isNew = before === undefined || this.mark(table, before)?.kind === 'added';
      if (before !== undefined) this.#remove(table, before);
      if (after !== undefined) this.#add(table, after, isNew ? 'added' : 'moved');
    }
  }

  #set(table: string, key: string, mark: Mark): void {
    const rows = this.#rows.get(table) ?? new Map<string, Mark>();
    this.#rows.set(table, rows);
    if (!rows.has(key)) this.#count += 1;
    rows.set(key, mark);
    if (this.#count > MOST_ROWS) this.block(table, `the run changed more than ${MOST_ROWS} rows`);
  }

  #change(table: string, key: string, columns: ReadonlySet<number>): void {
    const known = this.mark(table, key);
    if ((known && known.kind !== 'changed') || columns.size === 0) return;
    this.#set(table, key, { kind: 'changed', columns: new Set([...(known?.columns ?? []), ...columns]) });
  }

  #remove(table: string, key: string): void {
    const known = this.mark(table, key)?.kind;
    if (known === 'added' || known === 'moved') this.forget(table, key);
    else this.#set(table, key, { kind: 'removed' });
  }

  #add(table: string, key: string, kind: 'added' | 'moved'): void {
    const isThere = this.mark(table, key)?.kind === 'removed';
    this.#set(table, key, { kind: isThere ? 'replaced' : kind });
  }
}

/** The primary key of a row as text that is equal only for equal keys. */
export function keyOf(image: RowImage, shape: TableShape): string {
  return shape.key
    .map((index) => {
      const value = image[index];
      if (!value) return '-1:';
      const bytes = value.toString('latin1');
      if (!shape.textKeys.has(index)) return `${bytes.length}:${bytes}`;
      const weight = shape.weights.get(weightKey(index, bytes));
      if (weight === undefined) throw new Error(`the weight of a key in column ${index} was not read`);
      return `${weight.length}:${weight}`;
    })
    .join();
}

/** Under which a weight is kept. */
export function weightKey(index: number, bytes: string): string {
  return `${index}:${bytes}`;
}

/**
 * The columns of the backup's table that an update changed, but for those that the server sets by itself when others
 * change; where nothing else changed, somebody set them.
 */
export function changedColumns(row: ChangedRow, shape: TableShape): ReadonlySet<number> {
  const all = allChangedColumns(row, shape);
  const meant = all.filter((index) => !shape.automatic.has(index));
  return new Set(meant.length > 0 ? meant : all);
}

/** Whether other rows may follow this change along a foreign key: the row goes, or what they refer to changes. */
export function mayCascade(row: ChangedRow, shape: TableShape): boolean {
  if (!row.before) return false;
  if (!row.after) return true;
  return allChangedColumns(row, shape).some((index) => shape.referenced.has(index));
}

/** Every column that an update changed. */
export function allChangedColumns({ before, after }: ChangedRow, { columns }: TableShape): readonly number[] {
  return [...Array(columns).keys()].filter((index) => !isSame(before?.[index], after?.[index]));
}

function isSame(left: Buffer | null | undefined, right: Buffer | null | undefined): boolean {
  if (!left || !right) return left === right;
  return left.equals(right);
}
