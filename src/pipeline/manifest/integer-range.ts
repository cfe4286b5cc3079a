import type { IntegerRange } from './judge-number.ts';
import type { ColumnType, IntegerKind } from './manifest.ts';

const BITS: Readonly<Record<IntegerKind, bigint>> = {
  tinyint: 8n,
  smallint: 16n,
  mediumint: 24n,
  int: 32n,
  bigint: 64n,
};

/** Every type of whole numbers, from the smallest one on. */
export const INTEGER_KINDS = Object.keys(BITS) as readonly IntegerKind[];

/** Whether a type, or the server's name of one, is of whole numbers. */
export function isIntegerKind(kind: string): kind is IntegerKind {
  return kind in BITS;
}

/** How many bits a whole number of the type has. */
export function integerBits(kind: IntegerKind): number {
  return Number(BITS[kind]);
}

/** What a type of whole numbers holds. */
export function integerRange(kind: IntegerKind, isUnsigned: boolean): IntegerRange {
  const bits = BITS[kind];
  return isUnsigned
    ? { least: '0', greatest: String(2n ** bits - 1n) }
    : { least: String(-(2n ** (bits - 1n))), greatest: String(2n ** (bits - 1n) - 1n) };
}

/** Whether all that one type holds is among what the other one does. */
export function isWithin(inner: IntegerRange, outer: IntegerRange): boolean {
  return BigInt(inner.least) >= BigInt(outer.least) && BigInt(inner.greatest) <= BigInt(outer.greatest);
}

/** The range of a column type of whole numbers. */
export function rangeOfType(type: ColumnType & { readonly kind: IntegerKind }): IntegerRange {
  return integerRange(type.kind, type.unsigned ?? false);
}
