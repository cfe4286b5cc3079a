import type { CodeToken } from './code-token.ts';
import type { Expression } from './expression.ts';
import type { TableFacts } from './known-definitions.ts';
import type { ObjectName } from './object-name.ts';
import type { NamedQueries } from './query-shape.ts';
import type { RowSource, RowSources } from './row-sources.ts';

/** Rows that a statement or a subselect picks. */
export interface Selection extends RowSources {
  readonly queries: NamedQueries;
  readonly where: readonly CodeToken[] | undefined;
}

/** What is known of tables, by name. */
export type Facts = (table: ObjectName) => TableFacts | undefined;

/**
 * How a column is marked, in place of its table: it is of the row that is judged, of a partner that an outer join
 * finds for that row, or of anything else.
 */
export const TARGET = '\0target';
export const LINKED = '\0linked';
export const OTHER = '\0other';

/** Which rows the columns of a source are of. */
export type Roles = ReadonlyMap<RowSource, string>;

/** The judgement of a selection that a subselect needs, which may have subselects of its own. */
export type IsRestricted = (selection: Selection, target: RowSource, facts: Facts) => boolean;

/** All that a condition is judged by. */
export interface Judging {
  readonly selection: Selection;
  readonly target: RowSource;
  readonly facts: Facts;
  readonly roles: Roles;
  readonly known: TableFacts | undefined;
  readonly isRestricted: IsRestricted;
  /** True if a condition whose columns are marked keeps rows of the target out. */
  readonly restricts: (condition: Expression, judging: Judging) => boolean;
  /** True if no sample row meets it. */
  readonly isNeverMet: (condition: Expression, judging: Judging) => boolean;
}
