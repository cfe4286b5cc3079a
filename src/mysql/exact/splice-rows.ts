import { tableItems } from '../dump-text/create-table.ts';
import { fromBytes, toBytes } from '../session/raw-session.ts';
import { quoteName } from '../session/quote-name.ts';

/** The definitions of a schema cut where rows belong. */
export interface DefinitionPart {
  readonly bytes: Buffer;
  /** The table whose rows follow; undefined behind the last. */
  readonly table: string | undefined;
  /** The statement that makes it. */
  readonly create: string;
}

const LINE_FEED = 10;
const TABLE = /^CREATE TABLE `((?:[^`]|``)+)`/;
/** What `mysqldump` writes behind each table; its triggers come after that. */
const END = '/*!40101 SET character_set_client = @saved_cs_client */;';

/** Cuts the output of `mysqldump --no-data` behind each table. */
export function cutAtTables(definitions: Buffer): readonly DefinitionPart[] {
  const parts: DefinitionPart[] = [];
  let from = 0;
  let open: { readonly table: string; readonly at: number } | undefined;
  let isInBlock = false;
  for (let at = 0; at < definitions.length;) {
    const feed = definitions.indexOf(LINE_FEED, at);
    const end = feed < 0 ? definitions.length : feed;
    const line = definitions.toString('utf8', at, Math.min(end, at + 600));
    if (line === 'DELIMITER ;;') isInBlock = true;
    else if (line === 'DELIMITER ;') isInBlock = false;
    else if (!isInBlock) {
      const name = TABLE.exec(line)?.[1];
      if (name !== undefined) open = { table: name.replaceAll('``', '`'), at };
      else if (open && line === END) {
        const create = definitions.toString('utf8', open.at, at).replace(/;\s*$/, '');
        parts.push({ bytes: definitions.subarray(from, end + 1), table: open.table, create });
        from = end + 1;
        open = undefined;
      }
    }
    at = end + 1;
  }
  parts.push({ bytes: definitions.subarray(from), table: undefined, create: '' });
  return parts;
}

/** What stands before the rows of a table in a dump, and behind them. */
export function rowsFrame(table: string): { readonly before: Buffer; readonly after: Buffer } {
  const name = quoteName(table);
  return {
    before: Buffer.from(
      `LOCK TABLES ${name} WRITE;\n/*!40101 SET SQL_MODE='ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO' */;\n` +
        `/*!40000 ALTER TABLE ${name} DISABLE KEYS */;\n`,
    ),
    after: Buffer.from(
      `/*!40000 ALTER TABLE ${name} ENABLE KEYS */;\n/*!40101 SET SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\nUNLOCK TABLES;\n`,
    ),
  };
}

const GENERATED = /^`((?:[^`]|``)+)` [^]*? GENERATED ALWAYS AS \(([^]*)\) STORED\b/;

/** By name the expressions of stored generated columns in a CREATE TABLE. */
export function storedExpressions(create: string): ReadonlyMap<string, string> {
  const found = tableItems(toBytes(create)).flatMap((item) => {
    const [, name, expression] = GENERATED.exec(fromBytes(item)) ?? [];
    return name === undefined || expression === undefined
      ? []
      : [[name.replaceAll('``', '`'), expression] as const];
  });
  return new Map(found);
}
