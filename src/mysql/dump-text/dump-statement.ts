import type { ObjectKind } from '../../backup/backup.ts';
import { PART } from './value-parts.ts';
import { fromBytes, type Bytes } from '../session/raw-session.ts';

/** What a statement of a dump is for. */
export type DumpStatement =
  | { readonly kind: 'create-table'; readonly name: string }
  | { readonly kind: 'rows'; readonly table: string }
  | { readonly kind: 'placeholder'; readonly name: string }
  | {
      readonly kind: 'definition';
      readonly of: Exclude<ObjectKind, 'table'>;
      readonly name: string;
      readonly table: string | undefined;
    }
  | { readonly kind: 'set' }
  /** A part of a value of the row that follows. */
  | { readonly kind: 'part' }
  | { readonly kind: 'schema-collation'; readonly collation: string }
  | { readonly kind: 'superfluous' }
  | { readonly kind: 'unknown' };

const NAME = '(`(?:[^`]|``)*`|"(?:[^"]|"")*")';
const DEFINITION = new RegExp(
  `^CREATE (?:OR REPLACE )?(?:ALGORITHM ?= ?\\w+ )?(?:DEFINER ?= ?\\S+?@(?:${NAME}|\\S+) )?(?:SQL SECURITY \\w+ )?(?:JSON (?:RELATIONAL )?DUALITY )?(VIEW|TRIGGER|PROCEDURE|FUNCTION|LIBRARY|EVENT) (?:IF NOT EXISTS )?${NAME}(?: (?:BEFORE|AFTER) \\w+ ON ${NAME})?`,
  'i',
);
const DEFINER = new RegExp(`DEFINER ?= ?${NAME}@${NAME}`, 'i');
const CREATE_TABLE = new RegExp(`^CREATE TABLE ${NAME}`, 'i');
const ROWS = new RegExp(`^INSERT INTO ${NAME}`, 'i');
const PLACEHOLDER = new RegExp(`^CREATE VIEW ${NAME} AS SELECT\\s+1 AS `, 'i');
const SCHEMA_COLLATION = /^ALTER DATABASE .* COLLATE (\w+)\s*$/i;
const SUPERFLUOUS =
  /^(?:DROP (?:TABLE|VIEW|TRIGGER|FUNCTION|PROCEDURE|LIBRARY|EVENT) IF EXISTS|LOCK TABLES|UNLOCK TABLES$|ALTER TABLE .* (?:DISABLE|ENABLE) KEYS$)/i;

/** Reads what a statement of a dump is; `SET`s are not run but remembered, see `dump-context.ts`. */
export function readDumpStatement(sql: Bytes): DumpStatement {
  const rows = sql.startsWith('INSERT INTO ') ? ROWS.exec(sql.slice(0, 600)) : null;
  if (rows) return { kind: 'rows', table: unquote(rows[1]!) };
  if (sql.startsWith(`SET ${PART}`)) return { kind: 'part' };
  const table = CREATE_TABLE.exec(sql);
  if (table) return { kind: 'create-table', name: unquote(table[1]!) };
  const plain = plainDefinition(sql);
  if (/^SET\s/i.test(plain)) return { kind: 'set' };
  if (SUPERFLUOUS.test(plain)) return { kind: 'superfluous' };
  const collation = SCHEMA_COLLATION.exec(plain)?.[1];
  if (collation !== undefined) return { kind: 'schema-collation', collation };
  const placeholder = PLACEHOLDER.exec(plain);
  if (placeholder) return { kind: 'placeholder', name: unquote(placeholder[1]!) };
  // The definer may be any text in quotes: it is taken out before the rest is matched.
  const definition = DEFINITION.exec(plain.replace(DEFINER, 'DEFINER=`x`@`x`'));
  if (!definition) return { kind: 'unknown' };
  const [, , of = '', name = '', on] = definition;
  return {
    kind: 'definition',
    of: of.toLowerCase() as Exclude<ObjectKind, 'table'>,
    name: unquote(name),
    table: on === undefined ? undefined : unquote(on),
  };
}

const WRAPPED = /\/\*!\d{5,6} ?((?:[^*]|\*(?!\/))*?)\s*\*\//y;

/**
 * A definition as SHOW CREATE prints it: without the executable comments in which `mysqldump` puts its parts. The
 * last of them holds the body, which may have comments of its own, so it ends at the end of the text.
 */
export function plainDefinition(sql: Bytes): Bytes {
  if (!sql.startsWith('/*!')) return sql.trim();
  const parts: Bytes[] = [];
  let rest = sql.trim();
  for (;;) {
    const open = /^\/\*!\d{5,6} ?/.exec(rest)?.[0];
    if (open === undefined) break;
    WRAPPED.lastIndex = 0;
    const wrapped = WRAPPED.exec(rest);
    const next = wrapped ? rest.slice(WRAPPED.lastIndex).trimStart() : '';
    if (wrapped && next.startsWith('/*!')) {
      parts.push(wrapped[1]!.trim());
      rest = next;
      continue;
    }
    parts.push(rest.slice(open.length).replace(/\s*\*\/\s*$/, ''));
    return parts.join(' ').trim();
  }
  return [...parts, rest].join(' ').trim();
}

/** The name in back-quotes or double quotes; names in dumps are UTF-8. */
function unquote(name: Bytes): string {
  const mark = name.charAt(0);
  return fromBytes(name.slice(1, -1).replaceAll(mark + mark, mark));
}
