import { MOST_BYTES, type LogTransaction } from '../binlog/log-transaction.ts';
import { notLossless } from './not-lossless.ts';
import { readOthersDefinition } from './others-definitions.ts';
import type { SchemaNames } from '../definitions/schema-names.ts';

/** What a restore brings back. */
export interface RestoreScope {
  readonly tables: ReadonlySet<string>;
  /** Views, routines and events, by `objectKey` in lower case; `all` where it is not known which. */
  readonly objects: ReadonlySet<string> | 'all';
}

/**
 * What others did that no replay can repeat, by what it concerns. Only when it is known what is restored it can be said
 * whether it is in the way: definitions of other tables, and of views of others, are not.
 */
export class OthersObstacles {
  readonly #names: SchemaNames;
  /** By folded table, why. */
  readonly #tables = new Map<string, string>();
  readonly #objects = new Map<string, string>();
  readonly #begunXa = new Set<string>();
  #everything: string | undefined;

  constructor(names: SchemaNames) {
    this.#names = names;
  }

  /** To be told of every transaction of others. */
  note({ isXa, xa, statements, size, tables }: LogTransaction): void {
    if (xa?.step === 'begun') this.#begunXa.add(xa.id);
    // What it wrote is neither in the backup nor in the log since.
    if (xa?.step === 'committed' && !this.#begunXa.has(xa.id))
      this.#everything ??= 'others committed an XA transaction that was prepared before the backup';
    if (isXa) for (const table of tables) this.#put(table, 'others used XA transactions since the backup');
    if (size > MOST_BYTES)
      for (const table of tables) this.#put(table, 'others committed a transaction of more than 256 MiB');
    for (const statement of statements) {
      const defined = readOthersDefinition(statement, this.#names);
      if (!defined) continue;
      const why = `others changed definitions since the backup: ${statement.sql.slice(0, 100)}`;
      if (defined.tables === 'all') this.#everything ??= why;
      else for (const table of defined.tables) this.#put(table, why);
      if (defined.object !== undefined) this.#objects.set(defined.object, why);
    }
  }

  /** Throws where something of it concerns what is restored. */
  check({ tables, objects }: RestoreScope): void {
    const { fold } = this.#names;
    const why =
      this.#everything ??
      [...tables].map((table) => this.#tables.get(fold(table))).find((each) => each !== undefined) ??
      [...this.#objects].find(([object]) => concerns(object, tables, objects))?.[1];
    if (why !== undefined) throw notLossless(why);
  }

  #put(table: string, why: string): void {
    const key = this.#names.fold(table);
    if (!this.#tables.has(key)) this.#tables.set(key, why);
  }
}

/** A view may have taken the name of a table. */
function concerns(object: string, tables: ReadonlySet<string>, objects: RestoreScope['objects']): boolean {
  if (objects === 'all' || objects.has(object)) return true;
  return [...tables].some((table) => object === `view ${table.toLowerCase()}`);
}
