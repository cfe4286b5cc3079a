import { INTEGER_KINDS, integerBits, isIntegerKind } from '../../pipeline/manifest/integer-range.ts';
import type { ColumnType } from '../../pipeline/manifest/manifest.ts';

/** A type of the contract as this tool has it. */
export interface MappedType {
  readonly type: ColumnType;
  /** In characters. */
  readonly maxLength?: number;
  /** Of an ENUM. */
  readonly members?: readonly string[];
}

const WORD = /^([a-z][a-z ]*?)\s*(?:\((.*)\))?\s*((?:unsigned|signed|zerofill|\s)*)$/i;

const SIMPLE: Readonly<Record<string, ColumnType>> = {
  double: { kind: 'double' },
  'double precision': { kind: 'double' },
  real: { kind: 'double' },
  tinytext: { kind: 'string' },
  text: { kind: 'string' },
  mediumtext: { kind: 'string' },
  longtext: { kind: 'string' },
  date: { kind: 'date' },
  datetime: { kind: 'datetime' },
  timestamp: { kind: 'datetime' },
  time: { kind: 'time' },
  year: { kind: 'year' },
  json: { kind: 'json' },
  boolean: { kind: 'boolean' },
  bool: { kind: 'boolean' },
  binary: { kind: 'binary' },
  varbinary: { kind: 'binary' },
  tinyblob: { kind: 'binary' },
  blob: { kind: 'binary' },
  mediumblob: { kind: 'binary' },
  longblob: { kind: 'binary' },
  vector: { kind: 'vector' },
};

/** A type of MySQL, as `physicalType` has it; undefined where it is another system's, or none that is loaded. */
export function mapPhysicalType(text: string): MappedType | undefined {
  const [, word = '', options, signs = ''] = WORD.exec(text.trim()) ?? [];
  const name = word.toLowerCase().replaceAll(/\s+/g, ' ');
  const unsigned = /unsigned/i.test(signs) ? { unsigned: true } : {};
  const kind = name === 'integer' ? 'int' : name;
  if (isIntegerKind(kind)) {
    return kind === 'tinyint' && options === '1'
      ? { type: { kind: 'boolean' } }
      : { type: { kind, ...unsigned } };
  }
  const numbers = (options ?? '').split(',').map((part) => Number(part.trim() || Number.NaN));
  const [first = Number.NaN, second = 0] = numbers;
  switch (name) {
    case 'decimal':
    case 'numeric':
    case 'dec':
    case 'fixed':
      return mapDecimal(options === undefined ? 10 : first, second, unsigned);
    case 'float':
      return { type: { kind: first > 24 ? 'double' : 'float' } };
    case 'char':
    case 'varchar':
    case 'nchar':
    case 'nvarchar':
      return { type: { kind: 'string' }, ...(first >= 0 ? { maxLength: first } : {}) };
    case 'bit':
      return mapBits(options === undefined ? 1 : first);
    case 'enum':
      return mapEnum(options ?? '');
    default: {
      const type = Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : undefined;
      return type && { type };
    }
  }
}

function mapDecimal(
  precision: number,
  scale: number,
  unsigned: { readonly unsigned?: boolean },
): MappedType | undefined {
  const isPossible = precision >= 1 && precision <= 65 && scale >= 0 && scale <= Math.min(30, precision);
  return isPossible ? { type: { kind: 'decimal', precision, scale, ...unsigned } } : undefined;
}

function mapBits(bits: number): MappedType | undefined {
  if (bits === 1) return { type: { kind: 'boolean' } };
  const kind = INTEGER_KINDS.toReversed().find((candidate) => integerBits(candidate) <= bits);
  return kind && { type: { kind, unsigned: true } };
}

const MEMBER = /'((?:[^']|'')*)'/g;

function mapEnum(options: string): MappedType | undefined {
  const members = [...options.matchAll(MEMBER)].map(([, text = '']) => text.replaceAll("''", "'"));
  return members.length === 0 ? undefined : { type: { kind: 'string' }, members };
}

const FORMATS: Readonly<Record<string, ColumnType>> = {
  i8: { kind: 'tinyint' },
  i16: { kind: 'smallint' },
  i32: { kind: 'int' },
  i64: { kind: 'bigint' },
  i128: { kind: 'decimal', precision: 39, scale: 0 },
  u8: { kind: 'tinyint', unsigned: true },
  u16: { kind: 'smallint', unsigned: true },
  u32: { kind: 'int', unsigned: true },
  u64: { kind: 'bigint', unsigned: true },
  u128: { kind: 'decimal', precision: 39, scale: 0, unsigned: true },
};

/** A type of the standard. Without a format a whole number has 32 bits, which is what the standard says. */
export function mapLogicalType(name: string, format: string | undefined): ColumnType | undefined {
  switch (name) {
    case 'string':
      return { kind: format === 'binary' ? 'binary' : 'string' };
    case 'date':
      return { kind: 'date' };
    case 'timestamp':
      return { kind: 'datetime' };
    case 'time':
      return { kind: 'time' };
    case 'integer':
      return FORMATS[format ?? 'i32'];
    case 'number':
      return { kind: format === 'f32' ? 'float' : 'double' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'vector':
      return { kind: 'vector' };
    case 'object':
    case 'array':
    case 'map':
      return { kind: 'json' };
    default:
      return undefined;
  }
}

const NUMBERS = [...INTEGER_KINDS, 'decimal', 'double', 'float', 'year', 'boolean'];

/** True if every value of the column type is one of the logical type. */
export function isOfLogicalType({ kind, ...type }: ColumnType, logical: string): boolean {
  switch (logical) {
    case 'string':
      return ['string', 'binary'].includes(kind);
    case 'date':
      return kind === 'date';
    case 'timestamp':
      return ['datetime', 'date'].includes(kind);
    case 'time':
      return kind === 'time';
    case 'integer':
      return (
        isIntegerKind(kind) ||
        ['year', 'boolean'].includes(kind) ||
        (kind === 'decimal' && 'scale' in type && type.scale === 0)
      );
    case 'number':
      return NUMBERS.includes(kind);
    case 'boolean':
      return kind === 'boolean';
    case 'vector':
      return kind === 'vector';
    default:
      return kind === 'json';
  }
}
