import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { NEVER_RESTORED, type BackupFacts } from '../../backup/backup.ts';
import { ExpectedError, refuse, type Problem } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { readRows, type Session } from '../session/connection.ts';
import {
  describeServerError,
  isConnectionLost,
  isDeadlock,
  isLockTimeout,
  isServerError,
} from '../session/server-error.ts';
import { compareRows, type Comparison } from '../exact/compare-rows.ts';
import { judgeSurvey } from '../load/judge-survey.ts';
import { loadDump, prepareLoad, type LoadProgress } from '../load/load-dump.ts';
import { openLoadSessions } from '../load/load-sessions.ts';
import { qualified, quote } from '../session/names.ts';
import { toBytes, type RawSession } from '../session/raw-session.ts';
import { readDefinitions, readTableNames } from '../definitions/read-definitions.ts';
import { resolveDefinitions } from '../swap/resolve-definitions.ts';
import { requireObjects, surveyDump, type DumpSurvey } from '../load/survey-dump.ts';

/** A restore for an account that may make no other schema: what is live is dropped, then the backup is loaded. */
export interface InPlaceJob {
  /** The dump from its beginning; read twice, for nothing is dropped before it was read to its end. */
  readonly dump: () => Readable;
  readonly facts: BackupFacts;
  /** Seconds, as the inputs of the same names. */
  readonly statementLockTimeout: number;
  readonly lockTimeout: number;
  readonly log: Log;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Told in the end what of the rows is not as it was, or could not be shown to be. */
  readonly onExceptions?: (exceptions: readonly string[], comparison: Comparison) => void;
  /** The last moment at which everything is as it was: has to leave a record of what is begun, or to throw. */
  readonly beforeFirstDrop: (connections: readonly number[]) => Promise<void>;
}

/** Everything of a restore in place that can be known before the first drop; throws what speaks against it. */
export async function checkInPlace(
  session: Session,
  { dump, facts }: Pick<InPlaceJob, 'dump' | 'facts'>,
): Promise<DumpSurvey> {
  if (facts.schema !== session.schema) {
    throw new ExpectedError({
      code: 'wrong-backup',
      message: `this is a backup of schema ${quote(facts.schema)}, not of ${quote(session.schema)}`,
      fix: 'give the backup-ref of a backup of this schema; nothing was changed',
    });
  }
  const survey = await surveyDump(dump());
  refuse(await judgeSurvey(session, survey, facts));
  return survey;
}

/**
 * Drops what is live and loads the backup in its place. Whatever ends it after the first drop leaves the schema
 * incomplete; begun anew it comes to the same end, because it drops again whatever is there. Gives the milliseconds for
 * which the schema was incomplete.
 */
export async function inPlaceRestore(session: Session, job: InPlaceJob): Promise<number> {
  const survey = await checkInPlace(session, job);
  const sessions = await openLoadSessions(session);
  try {
    await job.beforeFirstDrop(sessions.map(({ id }) => id));
    const started = performance.now();
    try {
      await replaceAll(session, sessions, job, survey);
    } catch (error) {
      throw incomplete(error);
    }
    return Math.round(performance.now() - started);
  } finally {
    for (const each of sessions) each.close();
  }
}

async function replaceAll(
  session: Session,
  sessions: readonly RawSession[],
  { dump, facts, statementLockTimeout, lockTimeout, log, onProgress, onExceptions }: InPlaceJob,
  survey: DumpSurvey,
): Promise<void> {
  const { schema } = session;
  const [main, ...helpers] = sessions;
  await main!.run(`SET foreign_key_checks = 0, lock_wait_timeout = ${seconds(statementLockTimeout)}`);
  await withRetry(lockTimeout, () => dropAll(session, main!, facts));
  log({ level: 'debug', event: 'schema-emptied', message: 'what was live is dropped' });
  // In a load nobody waits behind us but for the one table that is being made.
  for (const each of sessions) await each.run(`SET lock_wait_timeout = ${seconds(lockTimeout)}`);
  const only = new Set(survey.tables.filter((table) => !NEVER_RESTORED.includes(table)));
  const options = { schema, rows: 'with', only, ...(onProgress ? { onProgress } : {}) } as const;
  const { definitions, warnings } = await loadDump(main!, helpers, dump(), options);
  await prepareLoad(main!);
  await main!.run(`SET lock_wait_timeout = ${seconds(statementLockTimeout)}`);
  const { brokenViews, characterSet, collation } = facts;
  // A dump says it only where it is not the schema's own.
  const wanted = definitions.map(({ context, ...rest }) => ({
    ...rest,
    context: { ...context, schemaCollation: context.schemaCollation ?? collation },
  }));
  const target = { wanted, brokenViews, characterSet, collation, outsideKeys: [], scope: 'all' as const };
  await resolveDefinitions(session, main!, target, Date.now() + lockTimeout * 1000);
  const tables = (await readTableNames(session, schema)).map((name) => ({ kind: 'table' as const, name }));
  requireObjects([...tables, ...(await readDefinitions(session, main!, schema))], facts);
  const comparison = await compareRows(session, schema, facts, [...only], warnings);
  const { differences, exceptions } = comparison;
  // Others may have written to the tables while they were loaded: a difference is no damage.
  onExceptions?.([...differences.map((each) => `not shown to be equal: ${each}`), ...exceptions], comparison);
}

function seconds(value: number): number {
  return Math.max(1, Math.ceil(value));
}

const SELECT_EVENTS = 'SELECT EVENT_NAME AS name FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?';
const SELECT_VIEWS = 'SELECT TABLE_NAME AS name FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?';

/**
 * Events first, for one may fire at any moment; then views and tables, each kind in one statement, which the server
 * carries out as a whole. Routines stay until they are compared: a drop would take their grants away.
 */
async function dropAll(session: Session, raw: RawSession, { brokenViews }: BackupFacts): Promise<void> {
  const { schema } = session;
  const namesOf = async (sql: string): Promise<readonly string[]> =>
    (await readRows<{ name: string }>(session, sql, [schema])).map(({ name }) => name);
  const drop = (kind: string, names: readonly string[]): Promise<void> => {
    const list = names.map((name) => toBytes(qualified(schema, name))).join(', ');
    return names.length === 0 ? Promise.resolve() : raw.run(`DROP ${kind} IF EXISTS ${list}`);
  };
  for (const name of await namesOf(SELECT_EVENTS)) await drop('EVENT', [name]);
  await drop(
    'VIEW',
    (await namesOf(SELECT_VIEWS)).filter((name) => !brokenViews.includes(name)),
  );
  const tables = await readTableNames(session, schema);
  await drop(
    'TABLE',
    tables.filter((name) => !NEVER_RESTORED.includes(name)),
  );
}

/** What waits for a lock is tried again for so many seconds. */
async function withRetry(limit: number, work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + limit * 1000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if ((!isLockTimeout(error) && !isDeadlock(error)) || Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

function incomplete(error: unknown): unknown {
  const causes = causesOf(error);
  if (!causes) return error;
  return new ExpectedError(
    {
      code: 'restore-incomplete',
      message: 'the restore stopped after it had begun to drop what was live: the schema is incomplete',
    },
    ...causes,
  );
}

function causesOf(error: unknown): readonly Problem[] | undefined {
  if (error instanceof ExpectedError) return error.problems;
  if (!isServerError(error)) return undefined;
  const said = describeServerError(error);
  if (isConnectionLost(error))
    return [{ code: 'connection-lost', message: said, fix: 'see that the server runs' }];
  return [
    { code: 'server-error', message: `the server refused: ${said}`, fix: 'correct what the server names' },
  ];
}
