import type { Backslash } from '../../sql/lexical.ts';

/** A statement in the log: what defines something, or what was not written as rows. */
export interface LoggedStatement {
  /** The default schema of its session. */
  readonly schema: string;
  readonly sql: string;
  /** How its session read a backslash; `escape` where nothing is said. */
  readonly backslash?: Backslash;
  /** What stood in double quotes for its session; where nothing is said it may be either. */
  readonly doubleQuotes?: 'names' | 'strings';
  /** The schemas that it changed; undefined where the log does not say. */
  readonly changedSchemas?: readonly string[];
  /** Its text is in a character set that is not read here. */
  readonly isUnreadable?: true;
}

/** What a Query event says. */
export interface QueryEvent {
  readonly threadId: number;
  readonly statement: LoggedStatement;
}

const ANSI_QUOTES = 4;
const NO_BACKSLASH_ESCAPES = 2 ** 20;
/** The server names no more schemas than fit. */
const TOO_MANY = 254;
/** How many bytes follow each code; a code that is not known ends the reading. */
const FIXED: Readonly<Record<number, number>> = {
  ...{ 0: 4, 3: 4, 7: 2, 8: 2, 9: 8, 10: 4, 13: 3, 16: 1, 17: 8, 18: 2, 19: 1, 20: 1 },
};
const CODE = {
  sqlMode: 1,
  oldCatalog: 2,
  characterSet: 4,
  timeZone: 5,
  catalog: 6,
  invoker: 11,
  schemas: 12,
} as const;

/** Reads the body of a Query event. */
export function readQueryEvent(body: Buffer): QueryEvent {
  const schemaLength = body[8]!;
  const statusLength = body.readUInt16LE(11);
  const schemaAt = 13 + statusLength;
  const status = readStatus(body.subarray(13, schemaAt));
  const bytes = body.subarray(schemaAt + schemaLength + 1);
  const { sqlMode, characterSet, changedSchemas } = status;
  const text = decode(bytes, characterSet);
  return {
    threadId: body.readUInt32LE(0),
    statement: {
      schema: body.subarray(schemaAt, schemaAt + schemaLength).toString('utf8'),
      sql: text ?? bytes.toString('latin1'),
      ...(sqlMode === undefined
        ? {}
        : {
            backslash: has(sqlMode, NO_BACKSLASH_ESCAPES) ? 'literal' : 'escape',
            doubleQuotes: has(sqlMode, ANSI_QUOTES) ? 'names' : 'strings',
          }),
      ...(changedSchemas ? { changedSchemas } : {}),
      ...(text === undefined ? { isUnreadable: true } : {}),
    },
  };
}

function has(sqlMode: bigint, flag: number): boolean {
  return (sqlMode / BigInt(flag)) % 2n === 1n;
}

interface Status {
  sqlMode?: bigint;
  /** Of the client, as the number of a collation. */
  characterSet?: number;
  changedSchemas?: readonly string[];
}

function readStatus(bytes: Buffer): Status {
  const status: Status = {};
  for (let at = 0; at < bytes.length;) {
    const code = bytes[at]!;
    at += 1;
    switch (code) {
      case CODE.sqlMode:
        status.sqlMode = bytes.readBigUInt64LE(at);
        at += 8;
        break;
      case CODE.characterSet:
        status.characterSet = bytes.readUInt16LE(at);
        at += 6;
        break;
      case CODE.oldCatalog:
        at += bytes[at]! + 2;
        break;
      case CODE.timeZone:
      case CODE.catalog:
        at += bytes[at]! + 1;
        break;
      case CODE.invoker:
        at += bytes[at]! + 1;
        at += bytes[at]! + 1;
        break;
      case CODE.schemas: {
        const count = bytes[at]!;
        at += 1;
        if (count === TOO_MANY) break;
        const names: string[] = [];
        for (let name = 0; name < count; name += 1) {
          const end = bytes.indexOf(0, at);
          names.push(bytes.toString('utf8', at, end));
          at = end + 1;
        }
        status.changedSchemas = names;
        break;
      }
      default: {
        const length = FIXED[code];
        if (length === undefined) return status;
        at += length;
      }
    }
  }
  return status;
}

const LATIN1 = new Set([5, 8, 15, 31, 47, 48, 49, 94]);
const UTF8 = [
  [33, 33],
  [45, 46],
  [63, 63],
  [76, 76],
  [83, 83],
  [192, 247],
  [255, 323],
] as const;

/** The text of a statement; undefined where it has other than ASCII in a character set that is not known here. */
function decode(bytes: Buffer, characterSet: number | undefined): string | undefined {
  const isUtf8 =
    characterSet === undefined || UTF8.some(([from, to]) => characterSet >= from && characterSet <= to);
  if (isUtf8) return bytes.toString('utf8');
  if (LATIN1.has(characterSet)) return new TextDecoder('windows-1252').decode(bytes);
  return bytes.every((byte) => byte < 128) ? bytes.toString('latin1') : undefined;
}
