/** A value of a contract, with the line on which it stands. */
export interface Located<T> {
  readonly value: T;
  readonly line: number;
}

/** A data contract in the Open Data Contract Standard, as far as it promises something about rows. */
export interface Contract {
  /** Relative to the working directory. */
  readonly file: string;
  readonly id: string;
  readonly version: Located<string>;
  readonly status: string;
  readonly tables: readonly ContractTable[];
  readonly sla: readonly SlaProperty[];
}

/** One element of `schema:`. */
export interface ContractTable {
  readonly name: string;
  /** Its `physicalName`, else its name. */
  readonly table: string;
  readonly line: number;
  readonly properties: readonly ContractProperty[];
  readonly quality: readonly QualityRule[];
  /** Keys with promises of another kind. */
  readonly others: readonly Located<string>[];
}

/** One element of `properties:`. */
export interface ContractProperty {
  readonly name: string;
  /** Its `physicalName`, else its name. */
  readonly column: string;
  readonly line: number;
  readonly logicalType: Located<string> | undefined;
  readonly physicalType: Located<string> | undefined;
  readonly required: Located<boolean> | undefined;
  readonly unique: Located<boolean> | undefined;
  readonly primaryKey: Located<boolean> | undefined;
  /** Orders the columns of a key; -1 where it is not given. */
  readonly keyPosition: number;
  readonly isSensitive: boolean;
  /** Computed from others by whoever reads it, so no column of the table. */
  readonly isMeasure: boolean;
  /** `logicalTypeOptions`. */
  readonly options: ReadonlyMap<string, Located<string>>;
  /** `enum`. */
  readonly values: Located<readonly string[]> | undefined;
  readonly quality: readonly QualityRule[];
  readonly others: readonly Located<string>[];
}

export const OPERATORS = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
  'mustBeBetween',
  'mustNotBeBetween',
] as const;

export type OperatorName = (typeof OPERATORS)[number];

/** What a metric has to be; two bounds for the last two operators. */
export interface Operator {
  readonly name: OperatorName;
  readonly bounds: readonly string[];
}

/** One element of `quality:`. */
export interface QualityRule {
  /** Its `name` or `id`. */
  readonly name: string | undefined;
  readonly type: string;
  readonly metric: string | undefined;
  readonly query: Located<string> | undefined;
  readonly isPercent: boolean;
  readonly severity: 'error' | 'warning';
  /** Lists and texts under `arguments:`; `null` stands for NULL. */
  readonly arguments: ReadonlyMap<string, readonly (string | null)[]>;
  readonly operator: Operator | undefined;
  readonly line: number;
  /** All that decides what it asks, in one text, by which two versions of it are compared. */
  readonly meaning: string;
}

/** One element of `slaProperties:`. */
export interface SlaProperty {
  readonly property: string;
  readonly value: string;
  readonly unit: string | undefined;
  readonly element: string | undefined;
  readonly line: number;
}
