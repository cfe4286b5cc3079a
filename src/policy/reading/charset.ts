import { hasCharset, type ColumnType } from './column-type.ts';

/** What text is stored as. */
export interface TextDefaults {
  readonly charset: string | undefined;
  readonly collation: string | undefined;
}

/** Of the others it is `<charset>_general_ci`. */
const DEFAULT_COLLATIONS: Readonly<Record<string, string>> = {
  big5: 'big5_chinese_ci',
  dec8: 'dec8_swedish_ci',
  hp8: 'hp8_english_ci',
  latin1: 'latin1_swedish_ci',
  swe7: 'swe7_swedish_ci',
  ujis: 'ujis_japanese_ci',
  sjis: 'sjis_japanese_ci',
  tis620: 'tis620_thai_ci',
  euckr: 'euckr_korean_ci',
  gb2312: 'gb2312_chinese_ci',
  gbk: 'gbk_chinese_ci',
  latin5: 'latin5_turkish_ci',
  cp932: 'cp932_japanese_ci',
  eucjpms: 'eucjpms_japanese_ci',
  gb18030: 'gb18030_chinese_ci',
  utf8mb4: 'utf8mb4_0900_ai_ci',
  binary: 'binary',
};

/** Bytes of the longest character; 1 for all others. */
const MAX_BYTES: Readonly<Record<string, number>> = {
  ...{ big5: 2, sjis: 2, euckr: 2, gb2312: 2, gbk: 2, ucs2: 2, cp932: 2 },
  ...{ ujis: 3, utf8mb3: 3, eucjpms: 3 },
  ...{ utf8mb4: 4, utf16: 4, utf16le: 4, utf32: 4, gb18030: 4 },
};

/** The collation that a character set has where none is named. */
function defaultCollation(charset: string): string {
  return DEFAULT_COLLATIONS[charset] ?? `${charset}_general_ci`;
}

/** The character set that a collation is of. */
function charsetOf(collation: string): string {
  return collation.split('_')[0] ?? collation;
}

/** The most bytes that a character of it takes. */
export function maxBytes(charset: string): number {
  return MAX_BYTES[charset] ?? 1;
}

/** Fills in what a definition leaves out: the other one of character set and collation, or the table's. */
export function resolveText({ charset, collation }: TextDefaults, defaults: TextDefaults): TextDefaults {
  if (collation === 'bin') {
    const own = charset ?? defaults.charset;
    return { charset: own, collation: own && `${own}_bin` };
  }
  if (collation !== undefined) return { charset: charset ?? charsetOf(collation), collation };
  if (charset !== undefined) return { charset, collation: defaultCollation(charset) };
  return { charset: defaults.charset, collation: defaults.collation };
}

/** The most bytes that text of a type holds. */
export const TEXT_BYTES = { TINYTEXT: 255, TEXT: 65_535, MEDIUMTEXT: 16_777_215, LONGTEXT: 4_294_967_295 };
const TEXT_NAMES = ['TINYTEXT', 'TEXT', 'MEDIUMTEXT', 'LONGTEXT'] as const;

/** A type with the character set that its text has in a table with these defaults. */
export function resolveType(type: ColumnType, defaults: TextDefaults): ColumnType {
  if (!hasCharset(type)) return type;
  const text = resolveText(type, defaults);
  if (type.name !== 'TEXT' || type.length === 0) return { ...type, ...text };
  // TEXT(n) is the smallest that holds n characters.
  const bytes = type.length * maxBytes(text.charset ?? 'binary');
  const name = TEXT_NAMES.find((candidate) => bytes <= TEXT_BYTES[candidate]) ?? 'LONGTEXT';
  return { ...type, ...text, name, length: 0 };
}

/** Text in another character set after CONVERT TO: it becomes the next larger type where a character may take more. */
export function convertedType(type: ColumnType, text: TextDefaults): ColumnType {
  const isGrowing = maxBytes(text.charset ?? 'binary') > maxBytes(type.charset ?? 'binary');
  const at = TEXT_NAMES.findIndex((name) => name === type.name);
  const name = isGrowing && at >= 0 ? (TEXT_NAMES[at + 1] ?? 'LONGTEXT') : type.name;
  return { ...type, ...text, name };
}
