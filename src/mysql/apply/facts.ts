import { describeIndex, type Answer, type Question } from '../../changelog/precondition.ts';
import { changesetKey, type History } from '../../changelog/history.ts';
import { ExpectedError } from '../../errors.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import { describeServerError, isConnectionLost, isPrivilegeMissing } from '../session/server-error.ts';

const COUNT_TABLES = `SELECT COUNT(*) AS n FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND TABLE_TYPE = 'BASE TABLE'`;
const COUNT_VIEWS =
  'SELECT COUNT(*) AS n FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?';
const COUNT_COLUMNS = `SELECT COUNT(*) AS n FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COLUMN_NAME = ?`;
const SELECT_INDEX_COLUMNS = `SELECT TABLE_NAME AS tableName, INDEX_NAME AS indexName, COLUMN_NAME AS columnName
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ?
  AND (? IS NULL OR TABLE_NAME = ?) AND (? IS NULL OR INDEX_NAME = ?)
  ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`;
const COUNT_FOREIGN_KEYS = `SELECT COUNT(*) AS n FROM information_schema.TABLE_CONSTRAINTS
  WHERE CONSTRAINT_TYPE = 'FOREIGN KEY' AND CONSTRAINT_SCHEMA = ? AND CONSTRAINT_NAME = ?
  AND (? IS NULL OR TABLE_NAME = ?)`;
const COUNT_PRIMARY_KEYS = `SELECT COUNT(*) AS n FROM information_schema.TABLE_CONSTRAINTS
  WHERE CONSTRAINT_TYPE = 'PRIMARY KEY' AND TABLE_SCHEMA = ? AND TABLE_NAME = ?`;

/**
 * Answers one question of a precondition; throws the server's error when it cannot be asked. A lost connection is no
 * answer, whatever `onError` says.
 */
export async function answer(session: Session, history: History, question: Question): Promise<Answer> {
  try {
    return await ask(session, history, question);
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    throw new ExpectedError({
      code: 'connection-lost',
      message: `the connection was lost while a precondition was judged: ${describeServerError(error)}`,
      fix: 'see that the server runs, then run again',
    });
  }
}

async function ask(session: Session, history: History, question: Question): Promise<Answer> {
  const { schema } = session;
  switch (question.kind) {
    case 'tableExists':
      return existsIn(
        session,
        question.tableName,
        await count(session, COUNT_TABLES, schema, question.tableName),
        `table \`${question.tableName}\``,
      );
    case 'viewExists':
      return existsIn(
        session,
        question.viewName,
        await count(session, COUNT_VIEWS, schema, question.viewName),
        `view \`${question.viewName}\``,
      );
    case 'columnExists':
      return existsIn(
        session,
        question.tableName,
        await count(session, COUNT_COLUMNS, schema, question.tableName, question.columnName),
        `column \`${question.tableName}\`.\`${question.columnName}\``,
      );
    case 'indexExists':
      return answerIndex(session, question);
    case 'foreignKeyConstraintExists': {
      const table = question.foreignKeyTableName ?? null;
      const found = await count(session, COUNT_FOREIGN_KEYS, schema, question.foreignKeyName, table, table);
      const what = `foreign key \`${question.foreignKeyName}\``;
      return existsIn(session, question.foreignKeyTableName, found, what);
    }
    case 'primaryKeyExists':
      return existsIn(
        session,
        question.tableName,
        await count(session, COUNT_PRIMARY_KEYS, schema, question.tableName),
        `primary key of table \`${question.tableName}\``,
      );
    case 'tableIsEmpty':
      return answerIsEmpty(session, question.tableName);
    case 'rowCount':
      return answerRowCount(session, question.tableName, question.expectedRows);
    case 'sqlCheck':
      return answerSqlCheck(session, question.sql, question.expectedResult);
    case 'changeSetExecuted': {
      const key = changesetKey(question.author, question.id);
      return history.has(key)
        ? { holds: true, found: `changeset ${key} was executed` }
        : { holds: false, found: `changeset ${key} was not executed` };
    }
  }
}

async function count(session: Session, sql: string, ...values: (string | null)[]): Promise<number> {
  const [row] = await readRows<{ n: number | string }>(session, sql, values);
  return Number(row?.n ?? 0);
}

/** The server hides from information_schema what this user has no privilege on: then nothing is known. */
async function existsIn(
  session: Session,
  tableName: string | undefined,
  found: number,
  what: string,
): Promise<Answer> {
  if (found > 0) return { holds: true, found: `${what} exists` };
  if (tableName !== undefined) await requireVisible(session, tableName);
  return { holds: false, found: `${what} does not exist` };
}

/** Says of a table that is missing another thing (1146) than of one that may not be looked at (1142). */
async function requireVisible(session: Session, tableName: string): Promise<void> {
  try {
    await send(session, `SHOW COLUMNS FROM ${await quoteTable(tableName)}`);
  } catch (error) {
    if (isPrivilegeMissing(error) || isConnectionLost(error)) throw error;
  }
}

async function answerIndex(
  session: Session,
  question: Extract<Question, { kind: 'indexExists' }>,
): Promise<Answer> {
  const { tableName, indexName, columnNames } = question;
  const [table, index] = [tableName ?? null, indexName ?? null];
  const rows = await readRows<IndexColumn>(session, SELECT_INDEX_COLUMNS, [
    ...[session.schema, table, table, index, index],
  ]);
  const indexes = new Map<string, string[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.tableName, row.indexName]);
    // A part that is an expression has no column.
    indexes.set(key, [...(indexes.get(key) ?? []), row.columnName?.toLowerCase() ?? '']);
  }
  const wanted = JSON.stringify(columnNames.map((name) => name.toLowerCase()));
  const found = [...indexes.values()].filter(
    (columns) => columnNames.length === 0 || JSON.stringify(columns) === wanted,
  );
  return existsIn(session, tableName, found.length, describeIndex(question));
}

interface IndexColumn {
  readonly tableName: string;
  readonly indexName: string;
  readonly columnName: string | null;
}

async function answerIsEmpty(session: Session, tableName: string): Promise<Answer> {
  const table = await quoteTable(tableName);
  const rows = await readRows(session, `SELECT 1 AS found FROM ${table} LIMIT 1`);
  return rows.length === 0
    ? { holds: true, found: `table ${table} is empty` }
    : { holds: false, found: `table ${table} is not empty` };
}

async function answerRowCount(session: Session, tableName: string, expected: number): Promise<Answer> {
  const table = await quoteTable(tableName);
  const [row] = await readRows<{ n: number | string }>(session, `SELECT COUNT(*) AS n FROM ${table}`);
  const found = Number(row?.n ?? 0);
  return { holds: found === expected, found: `table ${table} has ${found} rows, expected ${expected}` };
}

async function quoteTable(tableName: string): Promise<string> {
  const { escapeId } = await import('mysql2/promise');
  // `true`: a dot in the name is part of the name, not a schema.
  return escapeId(tableName, true);
}

/** One SELECT, in a transaction that cannot write; its first column is compared as the text that the server sends. */
async function answerSqlCheck(session: Session, sql: string, expected: string): Promise<Answer> {
  await send(session, 'START TRANSACTION READ ONLY');
  try {
    const [rows] = await session.connection.query({
      sql,
      rowsAsArray: true,
      typeCast: (field) => field.buffer()?.toString() ?? null,
    });
    const [first] = rows as (string | null)[][];
    const found = first?.[0];
    if (found === undefined) return { holds: false, found: 'the SELECT of sqlCheck returned no row' };
    const shown = found === null ? 'NULL' : JSON.stringify(found);
    return {
      holds: found === expected,
      found: `sqlCheck found ${shown}, expected ${JSON.stringify(expected)}`,
    };
  } finally {
    await send(session, 'ROLLBACK');
  }
}
