import { NEVER_RESTORED } from '../../backup/backup.ts';
import { codeTokens } from '../../changelog/code-tokens.ts';
import { ANY_SCHEMA } from '../binlog/log-transaction.ts';
import { BARRIER_PREFIX, sideSchema, STATE_TABLE } from './names.ts';

/** What a statement of ours that defines something means for the tables of the schema. */
export interface OwnDefinition {
  /** Tables that it may have changed; rather too many than too few. */
  readonly tables: readonly string[];
  /** Whether rows that others wrote after it still mean the same in the tables of before. */
  readonly keepsColumns: boolean;
  /** A trigger that others' writes did not meet before, or meet no more. */
  readonly trigger: 'before' | 'after' | 'dropped' | undefined;
}

const NO_TABLES =
  /^(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:ALGORITHM\s*=\s*\w+\s+)?(?:DEFINER\s*=\s*(?:`(?:[^`]|``)*`|[^\s@`]+)(?:@(?:`(?:[^`]|``)*`|\S+))?\s+)?(?:SQL\s+SECURITY\s+\w+\s+)?(?:VIEW|PROCEDURE|FUNCTION|EVENT|DATABASE|SCHEMA|LIBRARY|USER|ROLE)\b/i;
const NEW_TRIGGER =
  /^CREATE\s+(?:DEFINER\s*=\s*(?:`(?:[^`]|``)*`|[^\s@`]+)(?:@(?:`(?:[^`]|``)*`|\S+))?\s+)?TRIGGER\b/i;
const OLD_TRIGGER =
  /^DROP\s+TRIGGER\s+(?:IF\s+EXISTS\s+)?(?:(?:`(?:[^`]|``)*`|[^\s.]+)\s*\.\s*)?(`(?:[^`]|``)*`|[^\s;]+)/i;
const TRIGGER_HEAD =
  /\b(BEFORE|AFTER)\s+(?:INSERT|UPDATE|DELETE)\s+ON\s+(?:(?:`(?:[^`]|``)*`|[^\s.`]+)\s*\.\s*)?(`(?:[^`]|``)*`|[^\s(]+)/i;
/** What was made is new; tables that its text names beside are as they were. */
const NEW_TABLE =
  /^CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:(?:`(?:[^`]|``)*`|[^\s.`(]+)\s*\.\s*)?(`(?:[^`]|``)*`|[^\s(;]+)/i;
/** Only columns at the end, indexes and constraints: what was there keeps its name, place, type and character set. */
const ADDING = /^(?:ALTER\s+TABLE\b|(?:CREATE\s+(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)?|DROP\s+)INDEX\b)/i;
const HARMLESS =
  /^DROP\s+INDEX\b|\bDROP\s+(?:INDEX|KEY|FOREIGN\s+KEY|CONSTRAINT|CHECK)\b|\bRENAME\s+(?:INDEX|KEY)\b|'(?:[^'\\]|''|\\[^])*'|`(?:[^`]|``)*`/gi;
const CHANGING =
  /\b(?:FIRST|AFTER|CHANGE|MODIFY|RENAME|DROP|CONVERT|PARTITION|PARTITIONS|PARTITIONING|DISCARD|IMPORT|EXCHANGE|TRUNCATE|PRIMARY|ORDER|ENGINE|AUTO_INCREMENT)\b/i;
const NAME = /`((?:[^`]|``)+)`|([\p{L}\p{N}_$]+)/gu;

/** Reads what a statement of ours did, from its text in the log; `triggers` are those of the backup, with their tables. */
export function readOwnDefinition(
  sql: string,
  known: ReadonlyMap<string, string>,
  triggers: ReadonlyMap<string, string>,
): OwnDefinition {
  const text = plainText(sql);
  if (text.includes(BARRIER_PREFIX) || text.includes(STATE_TABLE))
    return { tables: [], keepsColumns: true, trigger: undefined };
  if (NEW_TRIGGER.test(text)) {
    const [, time = '', table = ''] = TRIGGER_HEAD.exec(text) ?? [];
    const trigger = time.toLowerCase() === 'after' ? 'after' : 'before';
    const name = unquote(table);
    return { tables: [known.get(name.toLowerCase()) ?? name], keepsColumns: true, trigger };
  }
  const dropped = OLD_TRIGGER.exec(text)?.[1];
  if (dropped !== undefined) {
    const table = triggers.get(unquote(dropped));
    return { tables: table === undefined ? [] : [table], keepsColumns: true, trigger: 'dropped' };
  }
  const made = NEW_TABLE.exec(text)?.[1];
  if (made !== undefined) {
    const name = unquote(made);
    return { tables: [known.get(name.toLowerCase()) ?? name], keepsColumns: false, trigger: undefined };
  }
  if (NO_TABLES.test(text)) return { tables: [], keepsColumns: true, trigger: undefined };
  // Whether a backslash escapes depends on the session that wrote it.
  const isPlain = ADDING.test(text) && !sql.includes('\\');
  const keepsColumns = isPlain && !CHANGING.test(text.replaceAll(HARMLESS, ' '));
  return { tables: mentioned(text, known), keepsColumns, trigger: undefined };
}

/** A statement without comments and literals. What stands in double quotes may be a name: it counts as one. */
function plainText(sql: string): string {
  const words = Array.from(codeTokens({ text: sql, line: 1 }), ({ kind, text }) => {
    if (kind === 'string') return "''";
    return kind === 'dquoted' ? `\`${text.slice(1, -1).replaceAll('`', '``')}\`` : text;
  });
  return words.join(' ').replaceAll(/ ?@ ?/g, '@');
}

/** The tables whose name stands anywhere in a text; `known` has them by their name in lower case. */
function mentioned(text: string, known: ReadonlyMap<string, string>): readonly string[] {
  const found = new Set<string>();
  for (const [, quoted, bare] of text.matchAll(NAME)) {
    const name = quoted === undefined ? bare! : quoted.replaceAll('``', '`');
    const table = known.get(name.toLowerCase());
    if (table !== undefined) found.add(table);
  }
  return [...found];
}

function unquote(name: string): string {
  return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
}

const NOT_OF_THE_SCHEMA =
  /^(?:GRANT|REVOKE|SET|FLUSH|ANALYZE|CHECK|OPTIMIZE|REPAIR|(?:CREATE|ALTER|DROP|RENAME)\s+(?:USER|ROLE)|(?:CREATE|DROP)\s+TEMPORARY)\b/i;

/** What restores make that are rehearsed, or broken off before they swap: nobody's rows depend on it. */
const OF_A_RESTORE = new RegExp(
  `^CREATE TABLE \\S+\\.\`${STATE_TABLE}\`|^(?:CREATE DEFINER=.+ TRIGGER|DROP TRIGGER IF EXISTS) \\S+\\.\`${BARRIER_PREFIX}\\w+\`(?: BEFORE|$)`,
);
/** Its own tables, which are never restored. */
const OF_DB_DEPLOY = new RegExp(`^CREATE TABLE IF NOT EXISTS \`?(?:${NEVER_RESTORED.join('|')})\`? `);

/** Whether a statement of somebody else may have changed what a schema is; rather once too often. */
export function definesSchema(
  { schema: current, sql }: { readonly schema: string; readonly sql: string },
  schema: string,
): boolean {
  // Our own loads beside; what they define may hold the schema's name in a comment or a definer.
  if (current === sideSchema(schema)) return false;
  const text = sql.replace(/^(?:\s|\/\*(?![!+])[^]*?\*\/)+/, '');
  if (NOT_OF_THE_SCHEMA.test(text) || OF_A_RESTORE.test(text) || OF_DB_DEPLOY.test(text)) return false;
  if (current === schema || current === ANY_SCHEMA) return true;
  for (const [, quoted, bare] of text.matchAll(NAME)) {
    const name = quoted === undefined ? bare! : quoted.replaceAll('``', '`');
    if (name.toLowerCase() === schema.toLowerCase()) return true;
  }
  return false;
}
