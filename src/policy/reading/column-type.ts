import type { CodeToken } from './code-token.ts';
import { unquote } from './object-name.ts';
import { afterParentheses, keyword, splitAtCommas } from './token-walk.ts';

/** The names that remain when every synonym is resolved; text without a character set is the type with `binary`. */
export type TypeName =
  | ('TINYINT' | 'SMALLINT' | 'MEDIUMINT' | 'INT' | 'BIGINT')
  | ('DECIMAL' | 'FLOAT' | 'DOUBLE' | 'BIT' | 'YEAR')
  | ('DATE' | 'TIME' | 'DATETIME' | 'TIMESTAMP')
  | ('CHAR' | 'VARCHAR' | 'TINYTEXT' | 'TEXT' | 'MEDIUMTEXT' | 'LONGTEXT')
  | ('ENUM' | 'SET' | 'JSON' | 'VECTOR')
  | ('GEOMETRY' | 'POINT' | 'LINESTRING' | 'POLYGON' | 'MULTIPOINT' | 'MULTILINESTRING')
  | ('MULTIPOLYGON' | 'GEOMETRYCOLLECTION');

/** The type of a column, as one form whatever words it was written with. */
export interface ColumnType {
  readonly name: TypeName;
  /** Characters, digits, bits, or digits of a second; of TEXT as it was asked for, until its character set is known. */
  readonly length: number;
  /** Digits behind the point. */
  readonly scale: number;
  readonly isUnsigned: boolean;
  /** Of ENUM and SET. */
  readonly members: readonly string[];
  /** Undefined where it is the table's; only text has one. */
  readonly charset: string | undefined;
  readonly collation: string | undefined;
  readonly srid: string | undefined;
}

interface Synonym {
  readonly name: TypeName;
  readonly length?: number;
  readonly charset?: string;
  readonly isUnsigned?: boolean;
}

const SYNONYMS: Readonly<Record<string, Synonym>> = {
  BOOL: { name: 'TINYINT' },
  BOOLEAN: { name: 'TINYINT' },
  INT1: { name: 'TINYINT' },
  INT2: { name: 'SMALLINT' },
  INT3: { name: 'MEDIUMINT' },
  MIDDLEINT: { name: 'MEDIUMINT' },
  INT4: { name: 'INT' },
  INTEGER: { name: 'INT' },
  INT8: { name: 'BIGINT' },
  SERIAL: { name: 'BIGINT', isUnsigned: true },
  DEC: { name: 'DECIMAL' },
  NUMERIC: { name: 'DECIMAL' },
  FIXED: { name: 'DECIMAL' },
  FLOAT4: { name: 'FLOAT' },
  FLOAT8: { name: 'DOUBLE' },
  REAL: { name: 'DOUBLE' },
  CHARACTER: { name: 'CHAR' },
  NCHAR: { name: 'CHAR', charset: 'utf8mb3' },
  VARCHARACTER: { name: 'VARCHAR' },
  NVARCHAR: { name: 'VARCHAR', charset: 'utf8mb3' },
  BINARY: { name: 'CHAR', charset: 'binary' },
  VARBINARY: { name: 'VARCHAR', charset: 'binary' },
  TINYBLOB: { name: 'TINYTEXT', charset: 'binary' },
  BLOB: { name: 'TEXT', charset: 'binary' },
  MEDIUMBLOB: { name: 'MEDIUMTEXT', charset: 'binary' },
  LONGBLOB: { name: 'LONGTEXT', charset: 'binary' },
  GEOMCOLLECTION: { name: 'GEOMETRYCOLLECTION' },
};

const NAMES = new Set<string>([
  ...['TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'BIGINT', 'DECIMAL', 'FLOAT', 'DOUBLE', 'BIT', 'YEAR'],
  ...['DATE', 'TIME', 'DATETIME', 'TIMESTAMP', 'CHAR', 'VARCHAR', 'TINYTEXT', 'TEXT', 'MEDIUMTEXT'],
  ...['LONGTEXT', 'ENUM', 'SET', 'JSON', 'VECTOR', 'GEOMETRY', 'POINT', 'LINESTRING', 'POLYGON'],
  ...['MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON', 'GEOMETRYCOLLECTION'],
]);
const WITHOUT_LENGTH: Readonly<Partial<Record<TypeName, number>>> = {
  DECIMAL: 10,
  BIT: 1,
  CHAR: 1,
  VECTOR: 2048,
};
/** From so many bits on a FLOAT is a DOUBLE. */
const FLOAT_BITS = 24;

const TEXT_TYPES: ReadonlySet<TypeName> = new Set<TypeName>([
  ...(['CHAR', 'VARCHAR', 'TINYTEXT', 'TEXT', 'MEDIUMTEXT', 'LONGTEXT', 'ENUM', 'SET'] as const),
]);

/** Reads the type that begins at a position; undefined for one that is not known here. */
export function readColumnType(tokens: readonly CodeToken[], at: number): ColumnType | undefined {
  const head = readTypeName(tokens, at);
  if (!head) return undefined;
  const { synonym, next } = head;
  const args =
    keyword(tokens, next) === '(' ? tokens.slice(next + 1, afterParentheses(tokens, next) - 1) : [];
  const type = { ...sized(synonym.name, tokens[at]?.word ?? '', args), ...attributes(tokens, next) };
  return {
    ...type,
    isUnsigned: type.isUnsigned || synonym.isUnsigned === true,
    charset: synonym.charset ?? type.charset,
    collation: synonym.charset === undefined ? type.collation : undefined,
  };
}

/** Tells text, ENUM and SET from types that have no character set. */
export function hasCharset({ name }: ColumnType): boolean {
  return TEXT_TYPES.has(name);
}

function readTypeName(
  tokens: readonly CodeToken[],
  at: number,
): { readonly synonym: Synonym; readonly next: number } | undefined {
  const word = keyword(tokens, at);
  const second = keyword(tokens, at + 1);
  if (word === 'NATIONAL') {
    const inner = readTypeName(tokens, at + 1);
    return inner && { ...inner, synonym: { ...inner.synonym, charset: 'utf8mb3' } };
  }
  if (word === 'LONG') return readLong(second, at);
  if (/^(?:CHAR|CHARACTER|NCHAR)$/.test(word) && /^(?:VARYING|VARCHARACTER|VARCHAR)$/.test(second)) {
    const charset = word === 'NCHAR' ? { charset: 'utf8mb3' } : {};
    return { synonym: { name: 'VARCHAR', ...charset }, next: at + 2 };
  }
  if (word === 'DOUBLE' && second === 'PRECISION') return { synonym: { name: 'DOUBLE' }, next: at + 2 };
  const synonym = SYNONYMS[word] ?? (NAMES.has(word) ? { name: word as TypeName } : undefined);
  return synonym && { synonym, next: at + 1 };
}

/** `LONG`, `LONG VARCHAR`, `LONG VARBINARY`. */
function readLong(second: string, at: number): { readonly synonym: Synonym; readonly next: number } {
  if (second === 'VARBINARY') return { synonym: { name: 'MEDIUMTEXT', charset: 'binary' }, next: at + 2 };
  const isTwoWords = second === 'VARCHAR' || second === 'CHAR';
  return { synonym: { name: 'MEDIUMTEXT' }, next: at + (isTwoWords ? 2 : 1) };
}

function sized(
  name: TypeName,
  word: string,
  args: readonly CodeToken[],
): Pick<ColumnType, 'name' | 'length' | 'scale' | 'members'> {
  if (name === 'ENUM' || name === 'SET') {
    const members = splitAtCommas(args).map((part) => part.map(textOf).join(''));
    return { name, length: 0, scale: 0, members };
  }
  const [length, scale] = splitAtCommas(args).map(([token]) => Number(token?.text));
  if (name === 'FLOAT' && word !== 'FLOAT4' && scale === undefined && (length ?? 0) > FLOAT_BITS) {
    return { name: 'DOUBLE', length: 0, scale: 0, members: [] };
  }
  return { name, length: lengthOf(name, length), scale: scale ?? 0, members: [] };
}

/** The width of an integer, and digits of a FLOAT or YEAR, are for display alone. */
function lengthOf(name: TypeName, length: number | undefined): number {
  if (/INT$|^(?:FLOAT|DOUBLE|YEAR)$/.test(name)) return 0;
  return length ?? WITHOUT_LENGTH[name] ?? 0;
}

type Attributes = Pick<ColumnType, 'isUnsigned' | 'charset' | 'collation' | 'srid'>;

function attributes(tokens: readonly CodeToken[], from: number): Attributes {
  const found: { -readonly [Key in keyof Attributes]: Attributes[Key] } = {
    isUnsigned: false,
    charset: undefined,
    collation: undefined,
    srid: undefined,
  };
  for (let at = from; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    const next = tokens[at + 1];
    if (word === '(') at = afterParentheses(tokens, at) - 1;
    // What follows is of the other table or of the default.
    else if (word === 'REFERENCES' || word === 'DEFAULT' || word === 'COMMENT' || word === 'CHECK') {
      if (word === 'REFERENCES') break;
      at += 1;
      if (keyword(tokens, at) === '(') at = afterParentheses(tokens, at) - 1;
    } else if (word === 'UNSIGNED' || word === 'ZEROFILL') found.isUnsigned = true;
    else if (word === 'CHARSET' && next) found.charset = charsetName(tokens[++at] ?? next);
    else if (/^(?:CHARACTER|CHAR)$/.test(word) && next?.word === 'SET' && tokens[at + 2]) {
      found.charset = charsetName(tokens[(at += 2)] ?? next);
    } else if (word === 'COLLATE' && next) found.collation = charsetName(tokens[++at] ?? next);
    else if (word === 'ASCII') found.charset = 'latin1';
    else if (word === 'UNICODE') found.charset = 'ucs2';
    else if (word === 'BYTE') found.charset = 'binary';
    else if (word === 'BINARY' && found.charset !== 'binary') found.collation ??= 'bin';
    else if (word === 'SRID') found.srid = next?.text;
  }
  return found;
}

/** A character set or collation, in lower case and by its present name. */
export function charsetName(token: CodeToken): string {
  const name = textOf(token).toLowerCase();
  return name === 'utf8' || name.startsWith('utf8_') ? name.replace(/^utf8/, 'utf8mb3') : name;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', 0: '\0', Z: '\x1a' };

/** What a string stands for; other tokens as they are. */
export function textOf(token: CodeToken): string {
  const { kind, text } = token;
  if (kind !== 'string' && kind !== 'dquoted') return unquote(token);
  const quote = text.charAt(0);
  const inner = text.slice(1, -1).replaceAll(quote + quote, quote);
  return inner.replaceAll(/\\([\s\S])/g, (_, char: string) => ESCAPES[char] ?? char);
}
