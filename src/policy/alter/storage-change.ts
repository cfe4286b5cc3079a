import { maxBytes } from '../reading/charset.ts';
import type { ColumnType } from '../reading/column-type.ts';

/** What another type costs where the values stay as they are stored, or else a copy of the table. */
export type StorageChange = 'none' | 'members' | 'length' | 'charset' | 'copy';

/** How much longer the length of a VARCHAR is above so many bytes. */
const SHORT_BYTES = 255;

/**
 * Compares two types as the server does when it decides whether rows must be copied. `isIndexed`: the column is part
 * of an index, which is in the order of a collation.
 */
export function storageChange(
  before: ColumnType,
  after: ColumnType,
  { isIndexed }: { readonly isIndexed: boolean },
): StorageChange {
  if (before.name !== after.name) return 'copy';
  switch (before.name) {
    case 'ENUM':
      return listChange(before, after, (count) => (count < 256 ? 1 : 2));
    case 'SET':
      return listChange(before, after, bytesOfSet);
    case 'VARCHAR':
    case 'CHAR':
    case 'TINYTEXT':
    case 'TEXT':
    case 'MEDIUMTEXT':
    case 'LONGTEXT':
      return textChange(before, after, isIndexed);
    case 'DECIMAL':
      return unless(
        before.length === after.length && before.scale === after.scale && isSameSign(before, after),
      );
    case 'GEOMETRY':
      return unless(before.srid === after.srid);
    default:
      return unless(
        before.length === after.length && before.srid === after.srid && isSameSign(before, after),
      );
  }
}

function unless(isSame: boolean): StorageChange {
  return isSame ? 'none' : 'copy';
}

function isSameSign(before: ColumnType, after: ColumnType): boolean {
  return before.isUnsigned === after.isUnsigned;
}

/** Members may be added at the end; their character set is that of the definition, not of the rows. */
function listChange(before: ColumnType, after: ColumnType, bytes: (count: number) => number): StorageChange {
  const isPrefix = before.members.every((member, at) => fold(member) === fold(after.members[at]));
  if (!isPrefix || bytes(before.members.length) !== bytes(after.members.length)) return 'copy';
  return before.members.length === after.members.length ? 'none' : 'members';
}

function fold(member: string | undefined): string | undefined {
  return member?.toLowerCase().trimEnd();
}

function bytesOfSet(count: number): number {
  const bytes = Math.ceil(count / 8);
  return bytes > 4 ? 8 : bytes;
}

function textChange(before: ColumnType, after: ColumnType, isIndexed: boolean): StorageChange {
  const isSameText = before.charset === after.charset && before.collation === after.collation;
  if (!isSameText && (isIndexed || !isReadAlike(before.charset, after.charset))) return 'copy';
  if (before.name === 'CHAR' && before.length !== after.length) return 'copy';
  if (before.name !== 'VARCHAR') return isSameText ? 'none' : 'charset';
  const [from, to] = [bytesOf(before), bytesOf(after)];
  if (from > to || from <= SHORT_BYTES !== to <= SHORT_BYTES) return 'copy';
  if (!isSameText) return 'charset';
  return from === to ? 'none' : 'length';
}

/** The bytes of the one are those of the other. */
function isReadAlike(before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return before === after || after === 'binary' || (before === 'utf8mb3' && after === 'utf8mb4');
}

function bytesOf({ length, charset }: ColumnType): number {
  return length * maxBytes(charset ?? 'binary');
}
