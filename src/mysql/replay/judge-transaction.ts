import { showValue } from '../binlog/column-value.ts';
import { formatGtid } from '../binlog/gtid-event.ts';
import type { LogTransaction } from '../binlog/log-transaction.ts';
import {
  asStatement,
  readRowChanges,
  writeRows,
  writeUpdate,
  type ChangedRow,
  type RowImage,
  type RowsEvent,
} from '../binlog/rows-event.ts';
import type { TableMap } from '../binlog/table-map.ts';
import { allChangedColumns, changedColumns, keyOf, type OwnWrites, type TableShape } from './own-writes.ts';

/** What somebody else wrote and a restore cannot keep without guessing. */
export interface Conflict {
  readonly gtid: string;
  readonly table: string;
  /** The row's primary key for people; undefined where the whole table is concerned. */
  readonly key: string | undefined;
  readonly why: string;
}

/** One change to be applied to a table of the side schema. */
export interface Replayed {
  readonly map: TableMap;
  /** For `BINLOG`. */
  readonly bytes: Buffer;
}

/** What becomes of a transaction of others. */
export type Judgement =
  | {
      readonly kind: 'replay';
      readonly changes: readonly Replayed[];
      /** Rows in tables that the run made: they stay with the state that failed. */
      readonly leftBehind: readonly Conflict[];
    }
  /** None of it is replayed: half a transaction is no transaction. */
  | { readonly kind: 'conflict'; readonly conflicts: readonly Conflict[] };

interface Judging {
  readonly gtid: string;
  readonly writes: OwnWrites;
  readonly conflicts: Conflict[];
  readonly changes: Replayed[];
  readonly leftBehind: Conflict[];
  /** What is known only when nothing of the transaction is in the way. */
  readonly later: (() => void)[];
}

/** Decides about a transaction of others; one that is a conflict is to be noted like one of ours. */
export function judgeTransaction(
  transaction: LogTransaction,
  writes: OwnWrites,
  closure: ReadonlySet<string>,
): Judgement {
  const gtid = transaction.gtid ? formatGtid(transaction.gtid) : '';
  const judging: Judging = { gtid, writes, conflicts: [], changes: [], leftBehind: [], later: [] };
  const rows = transaction.rows.filter(({ map }) => closure.has(map.table));
  for (const each of rows) judgeEvent(judging, each);
  const { conflicts, changes, leftBehind, later } = judging;
  if (conflicts.length > 0) {
    return { kind: 'conflict', conflicts: conflicts.map((each) => withRest(each, transaction, closure)) };
  }
  for (const forget of later) forget();
  return { kind: 'replay', changes, leftBehind };
}

/** Tables that the run did not touch are not restored, nor other schemas, so what the transaction wrote there stays. */
export function withRest(
  conflict: Conflict,
  { rows, elsewhere }: Pick<LogTransaction, 'rows' | 'elsewhere'>,
  closure: ReadonlySet<string>,
): Conflict {
  const here = rows.map(({ map }) => map.table).filter((table) => !closure.has(table));
  const rest = new Set([...here, ...elsewhere]);
  if (rest.size === 0) return conflict;
  return { ...conflict, why: `${conflict.why} (what it wrote to ${[...rest].join(', ')} stays)` };
}

/** What builds on a transaction that is not replayed cannot be replayed either. */
export function noteAsOwn(rows: readonly RowsEvent[], writes: OwnWrites): void {
  for (const event of rows) for (const row of readRowChanges(event)) writes.note(event, row);
}

function judgeEvent(judging: Judging, event: RowsEvent): void {
  const { table } = event.map;
  const shape = judging.writes.shape(table);
  const { gtid } = judging;
  if (!shape) {
    judging.leftBehind.push({ gtid, table, key: undefined, why: 'the backup does not have the table' });
    return;
  }
  const why = judging.writes.obstacle(table, event.change);
  if (why !== undefined) {
    judging.conflicts.push({ gtid, table, key: undefined, why });
    return;
  }
  const kept: ChangedRow[] = [];
  let isWhole = true;
  const flush = (): void => {
    if (kept.length > 0) judging.changes.push({ map: event.map, bytes: writeRows(event, kept.splice(0)) });
  };
  for (const row of readRowChanges(event)) {
    const verdict = judging.writes.hasNewDefault(event.map, row)
      ? conflict(judging, event, row.after!, shape, DEFAULTED)
      : shape.key.length === 0
        ? 'as-is'
        : judgeRow(judging, event, row, shape);
    if (verdict === 'as-is') {
      kept.push(row);
      continue;
    }
    isWhole = false;
    if (verdict === 'skip') continue;
    // Rows of one transaction are applied in their order.
    flush();
    judging.changes.push({ map: event.map, bytes: verdict });
  }
  if (isWhole) judging.changes.push({ map: event.map, bytes: asStatement(event.event) });
  else flush();
}

const DEFAULTED = 'it may have got its value from a default that the run had changed';

type RowVerdict = 'as-is' | 'skip' | Buffer;

function judgeRow(judging: Judging, event: RowsEvent, row: ChangedRow, shape: TableShape): RowVerdict {
  const { writes, later } = judging;
  const { table } = event.map;
  const before = row.before && keyOf(row.before, shape);
  const after = row.after && keyOf(row.after, shape);
  if (before !== undefined && before === after) return judgeUpdate(judging, event, row, shape, before);
  if (before !== undefined) {
    const mark = writes.mark(table, before);
    // Deleted by others: gone in both, whatever we had changed in it.
    if (mark && !row.after) {
      if (mark.kind === 'moved' || mark.kind === 'replaced')
        return conflict(judging, event, row.before!, shape, 'it was another row before the run');
      later.push(() => writes.forget(table, before));
      return mark.kind === 'added' ? 'skip' : 'as-is';
    }
    if (mark) return conflict(judging, event, row.before!, shape, 'the run had changed the row');
  }
  if (after !== undefined && writes.mark(table, after)) {
    return conflict(judging, event, row.after!, shape, 'the run had removed or changed the row of this key');
  }
  return 'as-is';
}

function judgeUpdate(
  judging: Judging,
  event: RowsEvent,
  row: ChangedRow,
  shape: TableShape,
  key: string,
): RowVerdict {
  const mark = judging.writes.mark(event.map.table, key);
  if (!mark) return 'as-is';
  const before = row.before!;
  if (mark.kind !== 'changed')
    return conflict(judging, event, before, shape, 'the run had inserted or removed the row');
  const changed = changedColumns(row, shape);
  const both = [...changed].filter((index) => mark.columns.has(index));
  if (both.length > 0)
    return conflict(judging, event, before, shape, 'the run had changed the same columns of the row');
  if (row.isPartial || shape.hasStoredGenerated) {
    return conflict(
      judging,
      event,
      before,
      shape,
      'the run had changed the row, and the two cannot be merged',
    );
  }
  const written = allChangedColumns(row, shape);
  return written.length === 0 ? 'skip' : writeUpdate(event, before, row.after!, written, shape.key);
}

function conflict(
  judging: Judging,
  { map }: RowsEvent,
  image: RowImage,
  shape: TableShape,
  why: string,
): RowVerdict {
  const key = shape.key.map((index) => showValue(map.columns[index]!, image[index] ?? null)).join(', ');
  judging.conflicts.push({ gtid: judging.gtid, table: map.table, key, why });
  return 'skip';
}
