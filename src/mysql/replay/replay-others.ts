import type { LogTransaction, TransactionReader } from '../binlog/log-transaction.ts';
import { readRowChanges, type RowChange, type RowsEvent } from '../binlog/rows-event.ts';
import { formatGtid } from '../binlog/gtid-event.ts';
import {
  describeServerError,
  isConnectionLost,
  isReplayRefused,
  isServerError,
} from '../session/server-error.ts';
import type { LogFollower, LoggedBy } from '../since-backup/follow-log.ts';
import { MetDefinitions } from './met-definitions.ts';
import type { NewDefaults } from './new-defaults.ts';
import { notLossless } from '../since-backup/not-lossless.ts';
import {
  judgeTransaction,
  noteAsOwn,
  withRest,
  type Conflict,
  type Judgement,
  type Replayed,
} from './judge-transaction.ts';
import { mayCascade, type OwnWrites } from './own-writes.ts';
import type { DumpWindow } from './dump-window.ts';
import type { OthersObstacles, RestoreScope } from '../since-backup/others-obstacles.ts';
import type { ReadOwn } from '../since-backup/read-touched.ts';
import type { SideReplay } from './side-replay.ts';
import { descendants } from '../definitions/table-ties.ts';

/** What a replay works with. */
export interface ReplayParts {
  readonly follower: LogFollower;
  readonly reader: TransactionReader;
  readonly side: SideReplay;
  readonly writes: OwnWrites;
  readonly readOwn: ReadOwn;
  /** What is restored. */
  readonly scope: RestoreScope;
  readonly obstacles: OthersObstacles;
  /** Tables whose columns are as before, though our own statements might have changed them, with defaults that are new. */
  readonly unchanged: ReadonlyMap<string, NewDefaults>;
  /** What was committed while the dump began. */
  readonly window: DumpWindow;
  /** To be asked before the keys of rows are compared. */
  readonly weighKeys: (rows: readonly RowsEvent[]) => Promise<void>;
  /** Tables whose rows change with those of a table, without a word in the log. */
  readonly silentCascades: ReadonlyMap<string, readonly string[]>;
}

/** What was replayed, and what was not. */
export interface ReplayResult {
  readonly transactions: number;
  /** Others' transactions in the schema that concern nothing that is restored: they stay. */
  readonly beside: number;
  readonly conflicts: readonly Conflict[];
  readonly leftBehind: readonly Conflict[];
}

interface Waiting {
  readonly transaction: LogTransaction;
  readonly changes: readonly Replayed[];
}

const MOST_WAITING = 100;
const MOST_BYTES = 512 * 1024;

/** Brings what others wrote to the tables of the backup into the side schema. */
export class OthersReplay {
  readonly #parts: ReplayParts;
  readonly #waiting: Waiting[] = [];
  readonly #unread: { readonly transaction: LogTransaction; readonly by: LoggedBy }[] = [];
  readonly #conflicts: Conflict[] = [];
  readonly #leftBehind: Conflict[] = [];
  readonly #changes = new Map<string, Set<RowChange>>();
  readonly #usedNumbers = new Map<string, bigint>();
  readonly #met: MetDefinitions;
  #bytes = 0;
  #transactions = 0;
  #beside = 0;
  #isInWindow = false;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
    this.#met = new MetDefinitions(parts.writes);
  }

  get result(): ReplayResult {
    const [transactions, conflicts, leftBehind] = [this.#transactions, this.#conflicts, this.#leftBehind];
    return { transactions, beside: this.#beside, conflicts, leftBehind };
  }

  /** How others changed rows of the restored tables so far. */
  get changes(): ReadonlyMap<string, ReadonlySet<RowChange>> {
    return this.#changes;
  }

  /** By table, the greatest number of a counter that others used. */
  get usedNumbers(): ReadonlyMap<string, bigint> {
    return this.#usedNumbers;
  }

  /** Replays everything that is committed by now. */
  async catchUp(): Promise<void> {
    for (const { transaction, by } of this.#unread.splice(0)) await this.#take(transaction, by);
    await this.#parts.follower.readAllUntilNow((transaction, by) => this.#take(transaction, by));
    await this.#leaveWindow();
    await this.#flush();
  }

  /** Whether others wrote since the last `catchUp`; what they wrote is kept for the next. */
  async hasMore(): Promise<boolean> {
    await this.#parts.follower.readAllUntilNow((transaction, by) => {
      this.#unread.push({ transaction, by });
    });
    return this.#unread.some(({ transaction, by }) => by === 'others' && this.#concerns(transaction));
  }

  #concerns(transaction: LogTransaction): boolean {
    return this.#restored(transaction).length > 0;
  }

  #restored({ rows }: LogTransaction): readonly RowsEvent[] {
    return rows.filter(({ map }) => this.#parts.scope.tables.has(map.table));
  }

  async #take(transaction: LogTransaction, by: LoggedBy): Promise<void> {
    await this.#parts.weighKeys(this.#restored(transaction));
    if (by === 'us') {
      if (transaction.tables.size === 0 && transaction.statements.length === 0) return;
      // What others wrote before it does not build on it.
      await this.#flush();
      this.#noteOwn(transaction);
      return;
    }
    this.#parts.obstacles.note(transaction);
    this.#parts.obstacles.check(this.#parts.scope);
    if (!this.#concerns(transaction)) {
      if (transaction.tables.size > 0) this.#beside += 1;
      return;
    }
    for (const { map, change } of transaction.rows) {
      const known = this.#changes.get(map.table) ?? new Set<RowChange>();
      this.#changes.set(map.table, known.add(change));
    }
    this.#noteNumbers(transaction);
    if (this.#parts.window.covers(transaction)) return this.#takeInWindow(transaction);
    await this.#leaveWindow();
    await this.#judge(transaction);
    if (this.#waiting.length >= MOST_WAITING || this.#bytes >= MOST_BYTES) await this.#flush();
  }

  #noteNumbers(transaction: LogTransaction): void {
    for (const event of this.#restored(transaction)) {
      const { table } = event.map;
      const counter = this.#parts.writes.shape(table)?.counter;
      if (!counter || event.change === 'delete') continue;
      for (const { after } of readRowChanges(event)) {
        const value = after?.[counter.index];
        if (!value) continue;
        const number = readInteger(value, counter);
        if (number > (this.#usedNumbers.get(table) ?? 0n)) this.#usedNumbers.set(table, number);
      }
    }
  }

  async #takeInWindow(transaction: LogTransaction): Promise<void> {
    const { reader, side, window } = this.#parts;
    await this.#flush();
    if (reader.description) await side.describe(reader.description);
    this.#isInWindow = true;
    window.take(this.#restored(transaction));
  }

  /** Whatever comes now is in no dump. */
  async #leaveWindow(): Promise<void> {
    if (!this.#isInWindow) return;
    this.#isInWindow = false;
    const { side, window } = this.#parts;
    try {
      this.#transactions += await window.apply(side);
    } catch (error) {
      throw notApplied(error);
    }
  }

  async #judge(transaction: LogTransaction): Promise<void> {
    const { reader, side, writes, scope } = this.#parts;
    const judgement: Judgement =
      this.#metDefinition(transaction) ?? judgeTransaction(transaction, writes, scope.tables);
    if (judgement.kind === 'conflict') {
      // What was committed before it does not build on it.
      await this.#flush();
      noteAsOwn(this.#restored(transaction), writes);
      this.#conflicts.push(...judgement.conflicts);
      return;
    }
    this.#leftBehind.push(...judgement.leftBehind);
    if (judgement.changes.length === 0) return;
    if (reader.description) await side.describe(reader.description);
    await side.use('STRICT');
    this.#waiting.push({ transaction, changes: judgement.changes });
    this.#bytes += transaction.size;
  }

  #metDefinition(transaction: LogTransaction): Judgement | undefined {
    const met = this.#met.find(this.#restored(transaction));
    if (!met) return undefined;
    const gtid = transaction.gtid ? formatGtid(transaction.gtid) : '';
    const conflict = withRest({ ...met, gtid, key: undefined }, transaction, this.#parts.scope.tables);
    return { kind: 'conflict', conflicts: [conflict] };
  }

  /** Applies what waits in one transaction; when that fails, each by itself, to learn which cannot be applied. */
  async #flush(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    this.#bytes = 0;
    if (waiting.length === 0) return;
    try {
      await this.#parts.side.apply(waiting.flatMap(({ changes }) => changes));
      this.#transactions += waiting.length;
    } catch (error) {
      if (!isReplayRefused(error)) throw notApplied(error);
      for (const each of waiting) await this.#applyOne(each);
    }
  }

  async #applyOne({ transaction }: Waiting): Promise<void> {
    const { side, writes, scope } = this.#parts;
    // Again, for one before it may have failed: then it is another change that brings the same about.
    const judgement = judgeTransaction(transaction, writes, scope.tables);
    const isBlocked = judgement.kind === 'conflict';
    try {
      if (isBlocked) throw new Error('it builds on a transaction that could not be replayed');
      await side.apply(judgement.changes);
      this.#transactions += 1;
    } catch (error) {
      if (!isBlocked && !isReplayRefused(error)) throw notApplied(error);
      const rows = this.#restored(transaction);
      noteAsOwn(rows, writes);
      const conflict = {
        gtid: transaction.gtid ? formatGtid(transaction.gtid) : '',
        table: [...new Set(rows.map(({ map }) => map.table))].join(', '),
        key: undefined,
        why: isBlocked ? (error as Error).message : describeServerError(error),
      };
      this.#conflicts.push(withRest(conflict, transaction, scope.tables));
    }
  }

  #noteOwn({ rows, tables: written, statements }: LogTransaction): void {
    const { writes, readOwn, silentCascades, scope, unchanged } = this.#parts;
    const late = [...written].find((table) => !scope.tables.has(table));
    if (late !== undefined) throw notLossless(`the run wrote to ${late} while it was being restored`);
    for (const statement of statements) {
      const definition = readOwn(statement);
      this.#met.note(definition);
      if (definition.keepsColumns) continue;
      for (const table of definition.tables) {
        const defaults = definition.mayKeepColumns ? unchanged.get(table) : undefined;
        if (defaults) writes.setDefaults(table, defaults);
        else writes.block(table, 'the run had changed the definition of the table');
      }
    }
    noteAsOwn(rows, writes);
    const cascading = rows.filter(
      (event) => silentCascades.has(event.map.table) && this.#maySilentlyCascade(event),
    );
    for (const { map } of cascading) this.#blockChildren(map.table);
    if (rows.length > 0) return;
    // More than is held in memory: which rows these were is not known.
    for (const table of written) {
      writes.block(table, 'the run changed too much of the table in one transaction');
      this.#blockChildren(table);
    }
  }

  #blockChildren(table: string): void {
    const { writes, silentCascades } = this.#parts;
    for (const child of descendants(silentCascades, table))
      writes.block(child, `the run changed its rows through a foreign key on ${table}`);
  }

  #maySilentlyCascade(event: RowsEvent): boolean {
    const shape = this.#parts.writes.shape(event.map.table);
    return !shape || [...readRowChanges(event)].some((row) => mayCascade(row, shape));
  }
}

/** As the log has it: the least significant byte first. */
function readInteger(value: Buffer, { isUnsigned }: { readonly isUnsigned: boolean }): bigint {
  const bits = value.length * 8;
  const number = BigInt(`0x${Buffer.from(value.toReversed()).toString('hex')}`);
  return isUnsigned ? number : BigInt.asIntN(bits, number);
}

/** Not a matter of this transaction: a packet that is too large, a privilege. */
function notApplied(error: unknown): unknown {
  if (!isServerError(error) || isConnectionLost(error)) return error;
  return notLossless(`the server refused to apply what others wrote: ${describeServerError(error)}`);
}
