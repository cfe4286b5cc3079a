import type { CharacterSet, ColumnStorage } from '../../pipeline/rows/judge-value.ts';
import {
  integerBits,
  integerRange,
  isIntegerKind,
  isWithin,
  rangeOfType,
} from '../../pipeline/manifest/integer-range.ts';
import type { Column, ColumnType } from '../../pipeline/manifest/manifest.ts';
import type { TableColumn } from './staging-table.ts';

const TEXTS = ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext'];
const BINARIES = ['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'];

/** Whether the table has room for the type; what it would change of single values is for `toStorage` to say. */
export function holdsType({ type, maxLength }: Column, found: TableColumn): boolean {
  const { dataType, columnType } = found;
  const isSigned = !columnType.includes('unsigned');
  if (isIntegerKind(type.kind)) return holdsInteger({ ...type, kind: type.kind }, found);
  switch (type.kind) {
    case 'boolean':
      return isIntegerKind(dataType) || dataType === 'bit';
    case 'decimal': {
      const [precision, scale] = [Number(found.precision), Number(found.scale)];
      const isWide = scale >= type.scale && precision - scale >= type.precision - type.scale;
      return dataType === 'decimal' && isWide && (isSigned || type.unsigned === true);
    }
    case 'double':
      return dataType === 'double' && isSigned && found.scale === null;
    case 'float':
      return ['float', 'double'].includes(dataType) && isSigned && found.scale === null;
    case 'string':
      return dataType === 'enum' || (TEXTS.includes(dataType) && Number(found.maxLength) >= (maxLength ?? 0));
    case 'binary':
      return BINARIES.includes(dataType);
    case 'datetime':
      return dataType === 'datetime' || dataType === 'timestamp';
    case 'date':
    case 'time':
    case 'year':
    case 'json':
    case 'vector':
      return dataType === type.kind;
  }
}

type IntegerType = Parameters<typeof rangeOfType>[0];

function holdsInteger(type: IntegerType, { dataType, columnType, precision }: TableColumn): boolean {
  if (dataType === 'bit') return type.unsigned === true && Number(precision) >= integerBits(type.kind);
  if (!isIntegerKind(dataType)) return false;
  return isWithin(rangeOfType(type), integerRange(dataType, columnType.includes('unsigned')));
}

/** A type in the words of the manifest. */
export function describeType({ type, maxLength }: Pick<Column, 'type' | 'maxLength'>): string {
  if (type.kind === 'string') return maxLength === undefined ? 'text' : `text of ${maxLength} characters`;
  const sign = isUnsigned(type) ? ' unsigned' : '';
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})${sign}` : `${type.kind}${sign}`;
}

function isUnsigned(type: ColumnType): boolean {
  return 'unsigned' in type && (type.unsigned ?? false);
}

/** What the column keeps as it is. */
export function toStorage(
  column: TableColumn,
  characterSets: ReadonlyMap<string, CharacterSet>,
): ColumnStorage {
  const { characterSet, dataType } = column;
  const length = column.maxLength === null ? undefined : Number(column.maxLength);
  // The server tells the length of the TEXT types in bytes.
  const isInBytes = dataType.endsWith('text') || BINARIES.includes(dataType) || dataType === 'vector';
  const bytes = dataType === 'vector' ? vectorBytes(column.columnType) : length;
  return {
    dataType,
    fractionDigits: column.fractionDigits ?? 0,
    scale: Number(column.scale ?? 0),
    maxLength: isInBytes || dataType === 'enum' ? undefined : length,
    maxBytes: isInBytes ? bytes : undefined,
    characterSet: characterSets.get(characterSet ?? ''),
    members: dataType === 'enum' ? new Set(membersOf(column.columnType)) : undefined,
  };
}

/** `vector(3)` has four bytes a number. */
function vectorBytes(columnType: string): number {
  return 4 * Number(/\((\d+)\)/.exec(columnType)?.[1] ?? 0);
}

/** `enum('a','it''s')` */
function membersOf(columnType: string): readonly string[] {
  return [...columnType.matchAll(/'((?:[^']|'')*)'/g)].map(([, member = '']) => member.replaceAll("''", "'"));
}
