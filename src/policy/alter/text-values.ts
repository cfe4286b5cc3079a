import { maxBytes, TEXT_BYTES } from '../reading/charset.ts';
import type { ColumnType } from '../reading/column-type.ts';
import { changes, fails, KEEPS, type ValueChange } from './value-outcome.ts';

/** Their characters are in all the others that are not named here. */
const UNICODE = ['utf8mb4', 'utf16', 'utf16le', 'utf32'];
const UNICODE_OF_THREE_BYTES = ['utf8mb3', 'ucs2'];
/** Of these it is known that Unicode of three bytes has every character. */
const SMALL = [
  'ascii',
  'latin1',
  'latin2',
  'latin5',
  'latin7',
  'greek',
  'hebrew',
  'cp1250',
  'cp1251',
  'cp1256',
  'cp1257',
];
const SPACES = 'spaces at the end are cut off';

/** Numbers, dates and times written as at most so many characters. */
export function textFromPlain(to: ColumnType, characters: number): ValueChange | undefined {
  if (!isText(to)) return undefined;
  if (to.name === 'CHAR' && to.charset === 'binary') return changes('values are filled up with zero bytes');
  return charactersOf(to) >= characters ? KEEPS : fails(`values of more than ${charactersOf(to)} characters`);
}

export function textToText(from: ColumnType, to: ColumnType): ValueChange {
  const [isFromBinary, isToBinary] = [from.charset === 'binary', to.charset === 'binary'];
  if (isToBinary && to.name === 'CHAR') return toFixedBytes(from, to);
  const isShorter = isToBinary || isFromBinary ? bytesOf(to) < bytesOf(from) : isShorterText(from, to);
  const hasSpaces = from.name !== 'CHAR' || isFromBinary;
  if (!isToBinary && hasSpaces && to.name === 'CHAR') return changes(SPACES);
  if (isShorter && !isToBinary && hasSpaces) {
    return changes(`${SPACES} where a text is longer than ${sizeOf(to)}; other longer text is refused`);
  }
  if (isShorter) return fails(`values longer than ${sizeOf(to)}`);
  if (isFromBinary && !isToBinary) return fails(`bytes that are not text in ${to.charset}`);
  return isToBinary || holdsCharacters(from.charset, to.charset)
    ? KEEPS
    : fails(`characters that ${to.charset ?? 'the other character set'} does not have`);
}

/** Members by their text: one that is gone is refused, one that is written another way becomes that. */
export function listToList(from: ColumnType, to: ColumnType): ValueChange {
  if (from.name === 'SET' && to.name === 'ENUM') {
    return fails('values of several members');
  }
  const gone = from.members.filter((member) => !to.members.includes(member));
  if (gone.length === 0) return KEEPS;
  const respelt = gone.filter((member) =>
    to.members.some((other) => other.toLowerCase() === member.toLowerCase()),
  );
  if (respelt.length > 0) return changes(`${list(respelt)} is written another way`);
  const numbers = gone.filter((member) => /^\s*\d/.test(member));
  if (numbers.length > 0) return changes(`${list(numbers)} is read as the number of a member`);
  return fails(`the values ${list(gone)}`);
}

export function listToText(from: ColumnType, to: ColumnType): ValueChange {
  const lengths = from.members.map((member) => member.length);
  const longest =
    from.name === 'ENUM' ? Math.max(0, ...lengths) : lengths.reduce((sum, length) => sum + length + 1, -1);
  const change = textFromPlain(to, longest) ?? KEEPS;
  if (change.kind !== 'keeps' || to.charset === 'binary' || holdsCharacters(from.charset, to.charset))
    return change;
  return fails(`characters that ${to.charset ?? 'the other character set'} does not have`);
}

function list(members: readonly string[]): string {
  return members.map((member) => `'${member}'`).join(', ');
}

function isText({ name }: ColumnType): boolean {
  return /^(?:CHAR|VARCHAR|TINYTEXT|TEXT|MEDIUMTEXT|LONGTEXT)$/.test(name);
}

/** BINARY(n) is filled up with zero bytes to its length. */
function toFixedBytes(from: ColumnType, to: ColumnType): ValueChange {
  const isFixed = from.charset === 'binary' && from.name === 'CHAR';
  if (isFixed && from.length === to.length) return KEEPS;
  return changes(
    isFixed && from.length > to.length
      ? 'zero bytes at the end are cut off'
      : 'values are filled up with zero bytes',
  );
}

/** CHAR and VARCHAR are measured in characters, TEXT in bytes. */
function isShorterText(from: ColumnType, to: ColumnType): boolean {
  const isCounted = (type: ColumnType): boolean => type.name === 'CHAR' || type.name === 'VARCHAR';
  if (isCounted(from) && isCounted(to)) return to.length < from.length;
  if (isCounted(from)) return from.length * maxBytes(to.charset ?? 'binary') > bytesOf(to);
  if (isCounted(to)) return to.length < bytesOf(from);
  // The same character may take more bytes in the other one.
  const isGrowing =
    from.charset !== to.charset && maxBytes(to.charset ?? 'binary') > 1 && !isSameSize(from, to);
  return bytesOf(to) < bytesOf(from) || (isGrowing && bytesOf(to) === bytesOf(from));
}

function isSameSize(from: ColumnType, to: ColumnType): boolean {
  return from.charset === 'utf8mb3' && to.charset === 'utf8mb4';
}

function charactersOf(type: ColumnType): number {
  return type.name === 'CHAR' || type.name === 'VARCHAR'
    ? type.length
    : Math.floor(bytesOf(type) / maxBytes(type.charset ?? 'binary'));
}

function bytesOf({ name, length, charset }: ColumnType): number {
  return name in TEXT_BYTES
    ? TEXT_BYTES[name as keyof typeof TEXT_BYTES]
    : length * maxBytes(charset ?? 'binary');
}

function sizeOf(type: ColumnType): string {
  const isCounted = (type.name === 'CHAR' || type.name === 'VARCHAR') && type.charset !== 'binary';
  return isCounted ? `${type.length} characters` : `${bytesOf(type)} bytes`;
}

function holdsCharacters(from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined) return false;
  if (from === to || UNICODE.includes(to)) return from === to || isKnown(from);
  if (from === 'ascii') return to !== 'swe7';
  return (
    UNICODE_OF_THREE_BYTES.includes(to) && (SMALL.includes(from) || UNICODE_OF_THREE_BYTES.includes(from))
  );
}

function isKnown(charset: string): boolean {
  return SMALL.includes(charset) || UNICODE.includes(charset) || UNICODE_OF_THREE_BYTES.includes(charset);
}
