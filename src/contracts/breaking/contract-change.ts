/**
 * `breaking`: readers lose something, or data that was right is wrong now. `loosens`: readers may meet what was not allowed
 * before. `unclear`: which of these cannot be told. `compatible`: there is more, and all else is as it was.
 */
export type ChangeWeight = 'breaking' | 'loosens' | 'unclear' | 'compatible';

/** One promise of a contract that is another one now. */
export interface ContractChange {
  readonly weight: ChangeWeight;
  readonly message: string;
  /** In the file as it is now. */
  readonly line: number;
}

/** Notes a change. */
export type Note = (weight: ChangeWeight, line: number, message: string) => void;
