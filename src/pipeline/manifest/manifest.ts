import type { SqlFile } from '../../changelog/changeset.ts';
import type { Statement } from '../../sql/statements.ts';
import type { Location, Problem } from '../../errors.ts';
import type { BuiltinRule } from './builtin-rule.ts';
import type { CsvDialect } from './csv-dialect.ts';
import type { DateFormat } from './date-format.ts';
import type { TextPattern } from './text-pattern.ts';
import type { ValueRule } from './value-rule.ts';

export type IntegerKind = 'tinyint' | 'smallint' | 'mediumint' | 'int' | 'bigint';

/** What a column of a CSV file may hold. A `datetime` without a zone is UTC. */
export type ColumnType =
  | { readonly kind: IntegerKind; readonly unsigned?: boolean }
  | {
      readonly kind: 'decimal';
      readonly precision: number;
      readonly scale: number;
      readonly unsigned?: boolean;
    }
  | { readonly kind: 'double' | 'float' | 'string' | 'date' | 'datetime' | 'time' | 'year' }
  | { readonly kind: 'boolean' | 'json' | 'binary' | 'vector' };

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly required: boolean;
  /** In characters. */
  readonly maxLength: number | undefined;
  readonly pattern: TextPattern | undefined;
  /** Never shown outside staging: masked in rejected rows, messages and reports. */
  readonly sensitive: boolean;
  /** What a data contract asks of its values beside the type. */
  readonly rules?: readonly ValueRule[];
  readonly at: Location;
}

/** What a data contract says of the rows of one dataset. */
export interface RowContract {
  readonly columns: readonly Column[];
  readonly checks: readonly Check[];
  /** What it promises and nothing here enforces. */
  readonly warnings: readonly Problem[];
}

/** A file with a data contract that a dataset names, and the table that it is about. */
export interface ContractRequest {
  readonly path: string;
  readonly dataset: string;
  readonly table: string;
  readonly key: readonly string[];
  readonly at: Location;
}

/** Gives the contract of a dataset; undefined where it cannot be had, which is then a problem already. */
export type FindContract = (request: ContractRequest) => RowContract | undefined;

/** How many rejected rows a dataset may have before nothing of it is loaded. */
export type RejectLimit =
  | { readonly kind: 'rows'; readonly rows: number }
  /** Of the rows read, from 0 to 100. */
  | { readonly kind: 'percent'; readonly percent: number };

/** A CSV source and its typed copy in staging. */
export interface Dataset {
  readonly name: string;
  /** Glob, relative to the working directory; files are read in name order. */
  readonly files: string;
  readonly filesAt: Location;
  readonly table: string;
  /** Column names; staging keeps one row a key. */
  readonly key: readonly string[];
  /** Orders the rows of a key, and all rows in time; without one each new file is loaded whole. */
  readonly watermark: string | undefined;
  readonly late: 'load' | 'skip';
  readonly maxRejected: RejectLimit;
  readonly onExtraColumn: 'fail' | 'ignore';
  /** Unquoted text that means NULL. */
  readonly nullText: string;
  readonly columns: readonly Column[];
  /** Where the columns come from, if not from the manifest. */
  readonly contract?: RowContract;
  readonly dialect: CsvDialect;
  readonly decimal: '.' | ',';
  /** How days are written where not in ISO 8601: `DD.MM.YYYY`. */
  readonly dateFormat: DateFormat | undefined;
  /** Names of columns in the header that are called otherwise here. */
  readonly rename: ReadonlyMap<string, string>;
  /** Whether a file is a full extract, so that what it lacks was deleted in the source. */
  readonly deletes: 'keep' | 'close';
  /** In milliseconds; a load that takes longer is a warning. */
  readonly maxDuration: number | undefined;
  readonly at: Location;
}

export type CheckSeverity = 'warning' | 'error';

/** A data-quality rule in SQL: its statement gives one number, the metric; above the threshold it fails. */
export interface SqlCheck {
  readonly kind: 'sql';
  readonly name: string;
  readonly severity: CheckSeverity;
  readonly threshold: number;
  readonly statement: Statement;
  /** Lists what makes the check fail; only asked then. */
  readonly examples: Statement | undefined;
  readonly at: Location;
}

/** The manifest, parsed and whole: every file that it names was read. */
export interface Manifest {
  /** Relative to the working directory. */
  readonly file: string;
  readonly datasets: readonly Dataset[];
  readonly transforms: readonly SqlFile[];
  readonly checks: readonly Check[];
}

/** A check that the manifest asks for by name. */
export interface BuiltinCheck {
  readonly kind: 'builtin';
  readonly name: string;
  readonly severity: CheckSeverity;
  readonly threshold: number;
  readonly rule: BuiltinRule;
  readonly at: Location;
}

/** Any check; names are unique in a manifest. */
export type Check = SqlCheck | BuiltinCheck;
