/**
 * What becomes of values when a column gets another type, in a session that is strict:
 * `keeps`: every value that there can be; `fails`: some are refused, none is changed; `changes`: some become another
 * value, or are read as one, without an error.
 */
export interface ValueChange {
  readonly kind: 'keeps' | 'fails' | 'changes';
  /** Which ones, and how; empty for `keeps`. */
  readonly how: string;
}

export const KEEPS: ValueChange = { kind: 'keeps', how: '' };

/** A change that the server refuses where a value does not fit. */
export function fails(how: string): ValueChange {
  return { kind: 'fails', how };
}

/** A change that the server makes without an error. */
export function changes(how: string): ValueChange {
  return { kind: 'changes', how };
}
