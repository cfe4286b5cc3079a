import type { Backslash } from './lexical.ts';

/** What of a session decides where the server sees quoted text end; `unknown` after a change that cannot be read. */
export interface TextMode {
  /** `literal` under NO_BACKSLASH_ESCAPES. */
  readonly backslash: Backslash | 'unknown';
  /** `name` under ANSI_QUOTES; a backslash never escapes in a name. */
  readonly doubleQuotes: 'string' | 'name' | 'unknown';
  /** `greedy`: in sjis, gbk and their like, a backslash or back quote may be the second byte of a character. */
  readonly characters: 'plain' | 'greedy';
}

/** What a fresh session of a target says of itself. */
export interface Beginning {
  /** Its own `sql_mode`, which `init_connect` may have set. */
  readonly sqlMode: string;
  /** The server's, which `SET sql_mode = DEFAULT` brings back. */
  readonly defaultSqlMode: string;
  readonly characterSet: string;
}

/** What is assumed where there is no target: the defaults of MySQL. */
export const DEFAULT_BEGINNING: Beginning = { sqlMode: '', defaultSqlMode: '', characterSet: 'utf8mb4' };

/** All character sets of a client but big5, cp932, gb18030, gbk and sjis: there every ASCII byte is a character. */
const PLAIN = new Set(
  (
    'armscii8 ascii binary cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 dec8 eucjpms euckr gb2312 geostd8 greek ' +
    'hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 latin5 latin7 macce macroman swe7 tis620 ujis utf8 utf8mb3 utf8mb4'
  ).split(' '),
);

/** How a session reads text that begins like this. */
export function beginningMode({ sqlMode, characterSet }: Beginning): TextMode {
  return { ...readSqlMode(sqlMode), characters: readCharacterSet(characterSet) };
}

/** What the names in a `sql_mode` say of text. */
export function readSqlMode(sqlMode: string): Pick<TextMode, 'backslash' | 'doubleQuotes'> {
  const modes = new Set(
    sqlMode
      .toUpperCase()
      .split(',', 100)
      .map((mode) => mode.trim()),
  );
  return {
    backslash: modes.has('NO_BACKSLASH_ESCAPES') ? 'literal' : 'escape',
    doubleQuotes: modes.has('ANSI_QUOTES') || modes.has('ANSI') ? 'name' : 'string',
  };
}

/** What a character set of the client says of text; one that is not known could be any. */
export function readCharacterSet(name: string | undefined): TextMode['characters'] {
  return name !== undefined && PLAIN.has(name.toLowerCase()) ? 'plain' : 'greedy';
}
