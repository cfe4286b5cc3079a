/** `breaking`: who reads by the old version may fail. `unclear`: that cannot be told. `compatible`: it does not. */
export type ChangeWeight = 'breaking' | 'unclear' | 'compatible';

/** One promise of a contract that is another one now. */
export interface ContractChange {
  readonly weight: ChangeWeight;
  readonly message: string;
  /** In the file as it is now. */
  readonly line: number;
}

/** Notes a change. */
export type Note = (weight: ChangeWeight, line: number, message: string) => void;
