import { quoteName } from '../session/quote-name.ts';
import { createHash } from 'node:crypto';
import { codeTokens } from '../../sql/code-tokens.ts';
import type { LexableSql } from '../../sql/statements.ts';
import { readRows, send, type Session } from '../session/connection.ts';

const SELECT_NAMED = `SELECT IF(TABLE_TYPE = 'VIEW', 'VIEW', 'TABLE') AS kind, TABLE_NAME AS name
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?
  UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES
    WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION')
  UNION ALL SELECT 'TRIGGER', TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
  UNION ALL SELECT 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?
  ORDER BY 1, 2`;

/**
 * The definitions of every object of the schema that a statement names, in one digest: where it is the same before and
 * after, the statement did not take effect. Undefined where that does not follow.
 */
export async function digestDefinitions(
  session: Session,
  statement: LexableSql,
): Promise<string | undefined> {
  const tokens = [...codeTokens(statement)].map(({ text }) => text);
  if (!isToldByDefinitions(tokens, session.schema)) return undefined;
  const names = new Set(tokens.map((text) => plain(text).toLowerCase()));
  const { schema } = session;
  const objects = await readRows<{ kind: string; name: string }>(session, SELECT_NAMED, [
    ...[schema, schema, schema, schema],
  ]);
  const hash = createHash('sha256');
  for (const { kind, name } of objects) {
    if (!names.has(name.toLowerCase())) continue;
    const [row] = (await send(session, `SHOW CREATE ${kind} ${quoteName(name)}`)) as unknown as object[];
    // The next number of a table moves with everybody's rows.
    hash.update(`${kind} ${name}\n${JSON.stringify(row).replace(/ AUTO_INCREMENT=\d+/, '')}\n`);
  }
  return `sha256:${hash.digest('hex')}`;
}

const BODIES = ['VIEW', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT'];
/** What changes rows or files and leaves the definition as it is. */
const SILENT = /\b(?:PARTITION|TABLESPACE|TEMPORARY)\b/;

function isToldByDefinitions(tokens: readonly string[], schema: string): boolean {
  const words = tokens.map((text) => text.toUpperCase());
  if (!['CREATE', 'ALTER', 'DROP', 'RENAME'].includes(words[0] ?? '')) return false;
  const at = words.findIndex((word) => ['TABLE', 'INDEX', ...BODIES].includes(word));
  if (at < 0 || at > 20) return false;
  // In a body any name may have a dot; before it stands the object's own.
  const end = BODIES.includes(words[at]!) ? at + 8 : words.indexOf('(', at);
  const head = tokens.slice(at, end < 0 ? undefined : end);
  const isElsewhere = head.some(
    (text, index) => head[index + 1] === '.' && plain(text).toLowerCase() !== schema.toLowerCase(),
  );
  return !isElsewhere && !(words[at] === 'TABLE' && SILENT.test(words.join(' ')));
}

function plain(text: string): string {
  return /^[`"]/.test(text) ? text.slice(1, -1).replaceAll('``', '`') : text;
}
