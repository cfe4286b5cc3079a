import type { Location } from '../errors.ts';

export type Severity = 'error' | 'warning';

export type RuleName =
  | 'drop-table'
  | 'drop-database'
  | 'truncate'
  | 'drop-column'
  | 'drop-partition'
  | 'delete-without-where'
  | 'update-without-where'
  | 'narrowing'
  | 'overwrites-rows'
  | 'other-schema'
  | 'server-change'
  | 'tracking-tables'
  | 'session-control'
  | 'dynamic-sql'
  | 'column-type-change'
  | 'rename'
  | 'not-null-without-default'
  | 'unique-on-existing'
  | 'drop-index'
  | 'drop-primary-key'
  | 'table-rebuild'
  | 'removed-in-server'
  | 'mixed-ddl-dml'
  | 'several-ddl'
  | 'no-primary-key'
  | 'privilege-change'
  | 'unchecked-writes'
  | 'breaks-readers'
  | 'placeholder'
  /** Of data contracts, which no changeset is about. */
  | 'contract-breaking'
  | 'contract-version-not-raised'
  /** No rule of the list: an allow comment that excuses nothing. */
  | 'allow-comment';

/** What a rule found in one changeset, or in a data contract. */
export interface Violation {
  readonly rule: RuleName;
  readonly severity: Severity;
  /** `author:id`; undefined where it is about a data contract. */
  readonly changeset: string | undefined;
  readonly at: Location;
  readonly message: string;
  readonly fix: string;
  /** Why it passes all the same: the reason of an allow comment, or both gates of a destructive rule being open. */
  readonly excused: string | undefined;
}
