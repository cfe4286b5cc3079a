import { endsStatement, readRowChanges, type RowsEvent } from '../binlog/rows-event.ts';
import { quote } from '../session/names.ts';
import type { OwnDefinition, OwnTrigger } from '../since-backup/own-definitions.ts';
import { keyOf, type OwnWrites } from './own-writes.ts';

/** A table whose rows in a transaction of others may be the work of the run's definitions, and why. */
export interface MetDefinition {
  readonly table: string;
  readonly why: string;
}

/**
 * What definitions of the run do inside the statements of others: rows that follow along a foreign key, that a trigger
 * changes, that are replaced because of a unique key. In the log all of it is the work of others.
 */
export class MetDefinitions {
  readonly #writes: OwnWrites;
  /** By child, the tables with whose rows its own change. */
  readonly #parents = new Map<string, Set<string>>();
  readonly #uniqueOn = new Set<string>();
  readonly #triggers: OwnTrigger[] = [];

  constructor(writes: OwnWrites) {
    this.#writes = writes;
  }

  /** To be told of every statement of ours, in the order of the log. */
  note({ cascades, uniqueOn, trigger }: OwnDefinition): void {
    for (const { child, parents } of cascades)
      this.#parents.set(child, new Set([...(this.#parents.get(child) ?? []), ...parents]));
    for (const table of uniqueOn) this.#uniqueOn.add(table);
    if (!trigger) return;
    this.#triggers.push(trigger);
    if (trigger.time !== 'after')
      this.#writes.block(trigger.table, 'the run had changed the triggers of the table', trigger.meets);
  }

  /** What of a transaction of others they may have done; `rows` are those on tables that are restored. */
  find(rows: readonly RowsEvent[]): MetDefinition | undefined {
    return this.#followed(rows) ?? this.#triggered(rows) ?? this.#replaced(rows);
  }

  /** Rows that went with those of another table, or of their own, along a key that was not there before. */
  #followed(rows: readonly RowsEvent[]): MetDefinition | undefined {
    const changed = rows.filter(({ change }) => change !== 'insert');
    const child = changed.find(({ map: { table } }) => {
      const parents = this.#parents.get(table);
      // What the run made is not restored.
      if (!parents || !this.#writes.shape(table)) return false;
      return changed.some(
        (parent) =>
          parents.has(parent.map.table) &&
          this.#takesAlong(parent) &&
          (parent.map.table !== table || countRows(changed, table) > 1),
      );
    });
    const why = 'its rows may have changed through a foreign key that the run had added';
    return child && { table: child.map.table, why };
  }

  /** Rows go, or what others may refer to changes: the run's key may refer to any column. */
  #takesAlong(event: RowsEvent): boolean {
    if (event.change === 'delete') return true;
    const shape = this.#writes.shape(event.map.table);
    if (!shape || shape.referenced.size === 0) return true;
    return [...readRowChanges(event)].some(({ before, after }) =>
      [...shape.referenced].some((index) => !isEqual(before?.[index], after?.[index])),
    );
  }

  #triggered(rows: readonly RowsEvent[]): MetDefinition | undefined {
    for (const { table, meets, mayWrite } of this.#triggers) {
      if (!rows.some(({ map, change }) => map.table === table && meets.includes(change))) continue;
      const written = rows.find(({ map }) => mayWrite.includes(map.table));
      const why = `its rows may be the work of a trigger on ${quote(table)} that the run had made`;
      if (written) return { table: written.map.table, why };
    }
    return undefined;
  }

  /** REPLACE takes away the row that has the same unique key; it is one statement that deletes, then inserts. */
  #replaced(rows: readonly RowsEvent[]): MetDefinition | undefined {
    const why = 'a row of it may have been replaced because of a unique key that the run had added';
    let deleted: RowsEvent | undefined;
    for (const event of rows) {
      const { table } = event.map;
      if (!this.#uniqueOn.has(table)) continue;
      const took = event.change === 'insert' && deleted?.map.table === table ? deleted : undefined;
      if ((took && this.#hasOtherKeys(took, event)) || this.#changesKey(event)) return { table, why };
      deleted = event.change === 'delete' && !endsStatement(event) ? event : undefined;
    }
    return undefined;
  }

  #hasOtherKeys(deleted: RowsEvent, inserted: RowsEvent): boolean {
    const shape = this.#writes.shape(inserted.map.table);
    if (!shape || shape.key.length === 0) return true;
    const keys = new Set([...readRowChanges(inserted)].map(({ after }) => keyOf(after!, shape)));
    return [...readRowChanges(deleted)].some(({ before }) => !keys.has(keyOf(before!, shape)));
  }

  #changesKey(event: RowsEvent): boolean {
    const shape = this.#writes.shape(event.map.table);
    if (event.change !== 'update' || !shape || shape.key.length === 0) return false;
    return [...readRowChanges(event)].some(
      ({ before, after }) => keyOf(before!, shape) !== keyOf(after!, shape),
    );
  }
}

function countRows(rows: readonly RowsEvent[], table: string): number {
  return rows
    .filter(({ map }) => map.table === table)
    .reduce((sum, event) => sum + [...readRowChanges(event)].length, 0);
}

function isEqual(left: Buffer | null | undefined, right: Buffer | null | undefined): boolean {
  return left && right ? left.equals(right) : left === right;
}
