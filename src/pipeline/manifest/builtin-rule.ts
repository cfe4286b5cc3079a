/** Rows of one table, told apart by some of its columns. */
interface OfColumns {
  readonly table: string;
  readonly columns: readonly string[];
}

interface OfColumn {
  readonly table: string;
  readonly column: string;
}

/** One side of a comparison: the sum of a column, or the number of rows. */
export interface Measure {
  readonly table: string;
  readonly column: string | undefined;
}

/** What a manifest can ask for by name, and what the check counts. */
export type BuiltinRule =
  /** Rows in which one of the columns is NULL. */
  | (OfColumns & { readonly check: 'not_null' })
  /** Keys that stand in more than one row. */
  | (OfColumns & { readonly check: 'unique' })
  /** Rows with another value; NULL is none. */
  | (OfColumn & { readonly check: 'accepted_values'; readonly values: readonly string[] })
  /** Rows with a value below `min` or above `max`; NULL is no value. */
  | (OfColumn & {
      readonly check: 'range';
      readonly min: string | undefined;
      readonly max: string | undefined;
    })
  /** Rows whose columns, none of them NULL, are found nowhere in the other table. */
  | (OfColumns & {
      readonly check: 'relationships';
      readonly to: string;
      readonly toColumns: readonly string[];
    })
  /** How many rows there are below `min` or above `max`. */
  | {
      readonly check: 'row_count';
      readonly table: string;
      readonly min: number | undefined;
      readonly max: number | undefined;
    }
  /** Seconds since the greatest value, a time in UTC; the threshold is the `maxAge`. */
  | (OfColumn & { readonly check: 'freshness' })
  /** Keys that have no current row, or several; with `allowNone` several alone. */
  | (OfColumns & {
      readonly check: 'one_current_row';
      readonly current: string;
      readonly allowNone: boolean;
    })
  /** Rows whose interval `[from, to)` reaches into the next one of the same key. */
  | (OfColumns & { readonly check: 'no_overlap'; readonly from: string; readonly to: string })
  /** The difference of two counts or sums, as it is or in per cent of the second; the threshold is the tolerance. */
  | {
      readonly check: 'reconcile';
      readonly left: Measure;
      readonly right: Measure;
      readonly unit: 'absolute' | 'percent';
    };

export type BuiltinCheckName = BuiltinRule['check'];
