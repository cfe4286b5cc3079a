import { codeTokens } from '../../sql/code-tokens.ts';
import type { WhyLasting } from '../../sql/read/run-unit.ts';
import { statementKind } from '../../sql/read/statement-kind.ts';
import type { LexableSql } from '../../sql/statements.ts';
import { readRows, type Session } from '../session/connection.ts';

const SYSTEM = `('mysql', 'information_schema', 'performance_schema', 'sys')`;

/** Tables of engines that cannot roll back, in every schema: a trigger may write elsewhere. */
const SELECT_LASTING = `SELECT t.TABLE_NAME AS name, t.ENGINE AS engine
  FROM information_schema.TABLES AS t LEFT JOIN information_schema.ENGINES AS e ON e.ENGINE = t.ENGINE
  WHERE t.TABLE_TYPE = 'BASE TABLE' AND t.ENGINE IS NOT NULL AND COALESCE(e.TRANSACTIONS, 'NO') <> 'YES'
    AND t.TABLE_SCHEMA NOT IN ${SYSTEM}`;

/** What runs other SQL than its name says; the body is NULL where this account may not read it. */
const SELECT_CODE = `SELECT EVENT_OBJECT_TABLE AS name, ACTION_STATEMENT AS body FROM information_schema.TRIGGERS
    WHERE TRIGGER_SCHEMA NOT IN ${SYSTEM}
  UNION ALL SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA NOT IN ${SYSTEM}
  UNION ALL SELECT ROUTINE_NAME, ROUTINE_DEFINITION FROM information_schema.ROUTINES
    WHERE ROUTINE_SCHEMA NOT IN ${SYSTEM}`;

const CHANGES = /ENGINE|STORAGE|LIKE|RENAME|TRIGGER|VIEW|PROCEDURE|FUNCTION/i;

/**
 * Knows which tables keep what was written to them whatever is rolled back (MyISAM, MEMORY, ARCHIVE, CSV, …), and what
 * writes to them behind another name: a view, a trigger, a function, and what those call. It asks again only behind a
 * statement that may have changed that.
 */
export class LastingRows {
  #found: WhyLasting | undefined;

  async read(session: Session): Promise<WhyLasting> {
    this.#found ??= await readLastingRows(session);
    return this.#found;
  }

  /** To be told of every statement that ran. */
  noteRan(statement: LexableSql): void {
    const kind = statementKind(statement);
    if (kind === 'call' || (kind === 'ddl' && CHANGES.test(statement.text))) this.#found = undefined;
  }
}

async function readLastingRows(session: Session): Promise<WhyLasting> {
  const tables = await readRows<{ name: string; engine: string }>(session, SELECT_LASTING);
  if (tables.length === 0) return () => undefined;
  const code = await readRows<{ name: string; body: string | null }>(session, SELECT_CODE);
  const reasons = new Map(
    tables.map(({ name, engine }) => [name.toLowerCase(), `it writes to ${name}, which is ${engine}`]),
  );
  for (let size = -1; size !== reasons.size;) {
    size = reasons.size;
    for (const { name, body } of code) {
      const key = name.toLowerCase();
      const reason = reasons.has(key) ? undefined : whyOf(body, reasons);
      if (reason !== undefined) reasons.set(key, reason);
    }
  }
  return (statement) => reasonOf(statement, reasons);
}

function whyOf(body: string | null, reasons: ReadonlyMap<string, string>): string | undefined {
  if (body === null)
    return 'it may run code that this account may not read, and there are tables whose engine has no rollback';
  return reasonOf({ text: body, line: 1 }, reasons);
}

/** A name that is only read counts as well: that it is written to cannot be told by its place for certain. */
function reasonOf(statement: LexableSql, reasons: ReadonlyMap<string, string>): string | undefined {
  for (const { kind, text } of codeTokens(statement)) {
    if (kind !== 'word' && kind !== 'name' && kind !== 'dquoted') continue;
    const name = kind === 'word' ? text : text.slice(1, -1).replaceAll('``', '`');
    const reason = reasons.get(name.toLowerCase());
    if (reason !== undefined) return reason;
  }
  return undefined;
}
