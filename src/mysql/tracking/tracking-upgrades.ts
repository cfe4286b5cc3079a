import type { TrackingState } from './tracking-state.ts';

/** What a table of an older db-deploy lacks. */
interface TrackingUpgrade {
  readonly table: string;
  /** In upper case. */
  readonly column: string;
  /** Left out where the column is new; else how many characters it has to hold at least. */
  readonly length?: number;
  /** Of the ALTER TABLE that brings it there. */
  readonly clause: string;
}

const LOCK = 'DATABASECHANGELOGLOCK';

/**
 * Every change of a table of ours that an older version or Liquibase made, with the clause as in
 * `tracking-definitions.ts`. What Liquibase's history lacks is brought by `adoptHistory`, in one step with its key.
 */
const UPGRADES: readonly TrackingUpgrade[] = [
  // Changed keys wait here for transforms.
  { table: 'ops_checkpoints', column: 'CHANGED', clause: 'ADD COLUMN changed JSON NULL' },
  // `v2:` and 64 hex digits; it was CHAR(64).
  {
    table: 'ops_migration_runs',
    column: 'PLAN_HASH',
    length: 80,
    clause: 'MODIFY COLUMN plan_hash VARCHAR(80) NULL',
  },
  { table: LOCK, column: 'RUN_ID', clause: 'ADD COLUMN RUN_ID VARCHAR(64) NULL' },
  { table: LOCK, column: 'CONNECTION_ID', clause: 'ADD COLUMN CONNECTION_ID BIGINT UNSIGNED NULL' },
  { table: LOCK, column: 'SERVER_UUID', clause: 'ADD COLUMN SERVER_UUID CHAR(36) NULL' },
  { table: LOCK, column: 'EPOCH', clause: 'ADD COLUMN EPOCH BIGINT UNSIGNED NOT NULL DEFAULT 0' },
  { table: LOCK, column: 'HEARTBEAT', clause: 'ADD COLUMN HEARTBEAT BIGINT UNSIGNED NOT NULL DEFAULT 0' },
  // Rows of before have none, and come before all others.
  { table: 'DATABASECHANGELOG', column: 'EPOCH', clause: 'ADD COLUMN EPOCH BIGINT UNSIGNED NULL' },
  ...['ops_migration_runs', 'ops_migration_statements', 'ops_pipeline_runs'].map((table) => ({
    ...{ table, column: 'EPOCH', clause: 'ADD COLUMN epoch BIGINT UNSIGNED NULL' },
  })),
];

/** The one atomic ALTER of each table that lacks something, by table. */
export function trackingUpgrades(state: TrackingState): ReadonlyMap<string, string> {
  const clauses = new Map<string, readonly string[]>();
  for (const upgrade of UPGRADES) {
    const columns = state.get(upgrade.table)?.columns;
    if (!columns || isDone(upgrade, columns)) continue;
    clauses.set(upgrade.table, [...(clauses.get(upgrade.table) ?? []), upgrade.clause]);
  }
  return new Map([...clauses].map(([table, list]) => [table, `ALTER TABLE ${table} ${list.join(', ')}`]));
}

function isDone(
  { column, length = 0 }: TrackingUpgrade,
  columns: ReadonlyMap<string, number | null>,
): boolean {
  const found = columns.get(column);
  return found !== undefined && (found ?? Infinity) >= length;
}
