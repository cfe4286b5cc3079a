import type { FieldPacket, RowDataPacket } from 'mysql2/promise';
import { ExpectedError } from '../../errors.ts';
import type { Check } from '../../pipeline/manifest/manifest.ts';
import type { CheckOutcome, ExampleKeys } from '../../pipeline/pipeline-outcome.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import {
  describeServerError,
  harmlessWords,
  isConnectionLost,
  isServerError,
} from '../session/server-error.ts';
import { builtinSql, MOST_EXAMPLES, readable, type BoundSql } from './builtin-sql.ts';
import { columnKind, type ColumnKinds } from './column-kind.ts';
import { putSessionRight } from './own-settings.ts';
import { isWorthAnotherTry, requireGoOn } from './run-transform.ts';
import type { ShownValues } from './shown-values.ts';

/** What a check needs to know besides itself. */
export interface CheckContext {
  readonly interrupt: AbortSignal;
  readonly shown: ShownValues;
  /** Whether the server's words may hold a sensitive value. */
  readonly hasSecrets: boolean;
  /** Metrics of the last run, by check. */
  readonly previous: ReadonlyMap<string, number>;
}

interface Asked {
  readonly metric: BoundSql;
  readonly examples: BoundSql | undefined;
  readonly query: string;
}

/** Asks for the metric, and where it is above the threshold for what makes it so. */
export async function runCheck(session: Session, check: Check, context: CheckContext): Promise<CheckOutcome> {
  requireGoOn(context.interrupt);
  const started = performance.now();
  try {
    const asked = await toSql(session, check);
    const { metric, hasPassed, examples } = await inPlainMode(session, check, async () => {
      const found = await session.group.whileKillable(session, () => readMetric(session, asked.metric));
      const isWithin = found !== undefined && found <= check.threshold;
      const rows = isWithin ? undefined : await readExamples(session, asked, context);
      return { metric: found, hasPassed: isWithin, examples: rows };
    });
    const isHidden =
      metric !== undefined && check.kind === 'sql' && context.shown.hidesMetric(asked.metric.sql);
    return {
      ...describe(check, context),
      status: hasPassed ? 'passed' : 'failed',
      metric: isHidden ? undefined : metric,
      ...(isHidden ? { isMetricHidden: true } : {}),
      examples,
      query: hasPassed ? undefined : asked.query,
      durationMs: Math.round(performance.now() - started),
    };
  } catch (error) {
    requireGoOn(context.interrupt);
    if (isWorthAnotherTry(error) || isConnectionLost(error) || !isServerError(error)) throw error;
    throw new ExpectedError({
      code: 'check-failed',
      message: `the server refused check ${check.name}: ${context.hasSecrets ? harmlessWords(error) : describeServerError(error)}`,
      at: check.at,
      fix: 'correct the check, then run the pipeline again: staging is loaded already',
    });
  }
}

/** A check before it was asked. */
export function describe(check: Check, { previous }: Pick<CheckContext, 'previous'>): CheckOutcome {
  return {
    name: check.name,
    at: check.at,
    severity: check.severity,
    threshold: check.threshold,
    status: 'not-run',
    metric: undefined,
    previous: previous.get(check.name),
    examples: undefined,
    query: undefined,
    durationMs: undefined,
  };
}

async function toSql(session: Session, check: Check): Promise<Asked> {
  if (check.kind === 'builtin') {
    const { rule } = check;
    const table = rule.check === 'reconcile' ? rule.left.table : rule.table;
    const key = await readPrimaryKey(session, table);
    const checked = {
      primaryKey: key.map(({ name }) => name),
      isKeyWhole: key.length > 0 && key.every(({ part }) => part === null),
      kinds: await readKinds(session, table),
    };
    const { metric, examples } = builtinSql(rule, checked);
    return { metric, examples, query: readable(examples ?? metric) };
  }
  const { statement, examples } = check;
  return {
    metric: { sql: statement.text, values: [] },
    examples: examples && { sql: examples.text, values: [] },
    query: (examples ?? statement).text,
  };
}

const SELECT_KEY = `SELECT COLUMN_NAME AS name, SUB_PART AS part FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX`;

interface KeyPart {
  readonly name: string;
  /** Of a key that has the beginning of a column alone, how long that is. */
  readonly part: number | null;
}

async function readPrimaryKey(session: Session, table: string): Promise<readonly KeyPart[]> {
  return readRows<KeyPart>(session, SELECT_KEY, [table]);
}

const SELECT_KINDS = `SELECT LOWER(COLUMN_NAME) AS name, DATA_TYPE AS type FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?`;

async function readKinds(session: Session, table: string): Promise<ColumnKinds> {
  const rows = await readRows<{ name: string; type: string }>(session, SELECT_KINDS, [table]);
  return new Map(rows.map(({ name, type }) => [name, columnKind(type)]));
}

/**
 * Built-in checks mean the same whatever `sql_mode` the server has; those in SQL run as the client would run them, and
 * leave nothing behind.
 */
async function inPlainMode<T>(session: Session, check: Check, work: () => Promise<T>): Promise<T> {
  if (check.kind === 'sql') {
    const result = await work();
    await putSessionRight(session);
    return result;
  }
  await send(session, "SET SESSION sql_mode = ''");
  try {
    return await work();
  } finally {
    await send(session, 'SET SESSION sql_mode = DEFAULT');
  }
}

interface Table {
  readonly rows: readonly (readonly unknown[])[];
  readonly fields: readonly FieldPacket[];
}

/** The driver's own reading of a text as a number is wrong in the last digit of some. */
function typeCast(
  field: { readonly type: string; readonly string: () => string | null },
  next: () => unknown,
): unknown {
  if (field.type !== 'DOUBLE' && field.type !== 'FLOAT') return next();
  const text = field.string();
  return text === null ? null : Number(text);
}

async function ask(session: Session, { sql, values }: BoundSql): Promise<Table> {
  const { connection } = session;
  const options = { sql, rowsAsArray: true, typeCast };
  const [rows, fields] =
    values.length === 0
      ? await connection.query<RowDataPacket[][]>(options)
      : await connection.execute<RowDataPacket[][]>({ sql, rowsAsArray: true }, [...values]);
  return { rows, fields };
}

/**
 * No row and a number are a metric; NULL and anything else are none, and the check fails. So are several rows: whoever
 * lists what is wrong instead of counting it must not pass because the first value is a small one.
 */
async function readMetric(session: Session, sql: BoundSql): Promise<number | undefined> {
  const { rows } = await ask(session, sql);
  if (rows.length === 0) return 0;
  if (rows.length > 1) return undefined;
  const value = rows[0]?.[0];
  const metric = value === null || value === undefined || value === '' ? Number.NaN : Number(value);
  return Number.isFinite(metric) ? metric : undefined;
}

async function readExamples(
  session: Session,
  { examples }: Asked,
  { shown }: CheckContext,
): Promise<ExampleKeys | undefined> {
  if (!examples) return undefined;
  await send(session, `SET SESSION sql_select_limit = ${MOST_EXAMPLES}`);
  try {
    const { rows, fields } = await session.group.whileKillable(session, () => ask(session, examples));
    const isHidden = shown.hidden(examples.sql, fields);
    return {
      columns: fields.map(({ name }) => name),
      rows: rows
        .slice(0, MOST_EXAMPLES)
        .map((row) => row.map((value, at) => (isHidden[at] ? '***' : toText(value)))),
    };
  } finally {
    await send(session, 'SET SESSION sql_select_limit = DEFAULT');
  }
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Buffer.isBuffer(value)) return `0x${value.subarray(0, 32).toString('hex')}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
