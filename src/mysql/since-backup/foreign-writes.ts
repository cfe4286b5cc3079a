import type { BackupFacts } from '../../backup/backup.ts';
import { isAfter, placeOf, readLogFiles, type LogPlace } from '../binlog/log-place.ts';
import { NoSuchPlace } from '../binlog/log-cursor.ts';
import type { LogTransaction } from '../binlog/log-transaction.ts';
import { readTransactions } from '../binlog/read-transactions.ts';
import { readRow, type Session } from '../session/connection.ts';
import { describeServerError } from '../session/server-error.ts';
import { asidePrefix, sideSchema } from '../session/names.ts';
import { readOthersDefinition } from './others-definitions.ts';
import type { OwnWriters } from './own-writers.ts';
import { isRestored } from './read-touched.ts';
import { readSchemaNames, type SchemaNames } from '../definitions/schema-names.ts';

/** What others committed since a backup; a restore of it undoes that. */
export type ForeignWrites =
  | {
      readonly kind: 'known';
      readonly transactions: number;
      /** So many of them were committed while the dump began: it may have them. */
      readonly uncertain: number;
      readonly tables: readonly string[];
      /** The beginnings of statements that define something. */
      readonly definitions: readonly string[];
    }
  | { readonly kind: 'unknown'; readonly why: string };

/** Counts the transactions of others from a backup up to a place in the log. */
export async function countForeignWrites(
  session: Session,
  facts: BackupFacts,
  own: OwnWriters,
  until: LogPlace | undefined,
): Promise<ForeignWrites> {
  const obstacle = await findObstacle(session, facts);
  if (obstacle !== undefined) return { kind: 'unknown', why: obstacle };
  if (!until) return { kind: 'unknown', why: 'the place in the binary log cannot be read' };
  try {
    return await readWrites(session, facts, own, until);
  } catch (error) {
    if (error instanceof NoSuchPlace) return { kind: 'unknown', why: error.message };
    return {
      kind: 'unknown',
      why: `the binary log cannot be read (GRANT REPLICATION SLAVE): ${describeServerError(error)}`,
    };
  }
}

/** What one connection wrote; its id is good until the server starts again. */
interface Writer {
  readonly tables: Set<string>;
  readonly definitions: string[];
  transactions: number;
  uncertain: number;
  /** Ours: it names a schema in which backups are loaded or kept aside. */
  isRestoring: boolean;
}

async function readWrites(
  session: Session,
  facts: BackupFacts,
  own: OwnWriters,
  until: LogPlace,
): Promise<ForeignWrites> {
  const { schema } = session;
  const names = await readSchemaNames(session, facts);
  const { before, after } = facts;
  const [begin, sure] = [placeOf(before)!, placeOf(after) ?? placeOf(before)!];
  const writers = new Map<string, Writer>();
  own.begin(begin.file);
  for await (const transaction of readTransactions(session, begin, until, isRestored(schema))) {
    own.note(transaction);
    if (!isAfter(transaction, begin) || own.isOwn(transaction)) continue;
    note(writerOf(writers, transaction), transaction, names, isAfter(transaction, sure) ? 0 : 1);
  }
  const others = [...writers.values()].filter(({ isRestoring }) => !isRestoring);
  return {
    kind: 'known',
    transactions: others.reduce((sum, { transactions }) => sum + transactions, 0),
    uncertain: others.reduce((sum, { uncertain }) => sum + uncertain, 0),
    tables: [...new Set(others.flatMap(({ tables }) => [...tables]))].toSorted(),
    definitions: others.flatMap(({ definitions }) => definitions).slice(0, 20),
  };
}

function note(
  writer: Writer,
  { tables, statements }: LogTransaction,
  names: SchemaNames,
  uncertain: 0 | 1,
): void {
  const beside = [sideSchema(names.schema), asidePrefix(names.schema)];
  writer.isRestoring ||= statements.some(({ sql }) => beside.some((name) => sql.includes(`\`${name}`)));
  const defined = statements.filter((statement) => readOthersDefinition(statement, names) !== undefined);
  if (tables.size === 0 && defined.length === 0) return;
  writer.transactions += 1;
  writer.uncertain += uncertain;
  for (const table of tables) writer.tables.add(table);
  if (writer.definitions.length < 20) writer.definitions.push(...defined.map(({ sql }) => sql.slice(0, 100)));
}

function writerOf(
  writers: Map<string, Writer>,
  { restarts, threadId }: Pick<LogTransaction, 'restarts' | 'threadId'>,
): Writer {
  const key = `${restarts}:${threadId}`;
  const none = { transactions: 0, uncertain: 0, isRestoring: false };
  const known = writers.get(key) ?? { ...none, tables: new Set<string>(), definitions: [] };
  writers.set(key, known);
  return known;
}

const SELECT_LOG = 'SELECT @@log_bin AS logBin, @@GLOBAL.binlog_format AS format, @@server_uuid AS uuid';

async function findObstacle(
  session: Session,
  { before, serverUuid }: BackupFacts,
): Promise<string | undefined> {
  const server = await readRow<{ logBin: number; format: string; uuid: string }>(session, SELECT_LOG);
  if (server.logBin !== 1) return 'the server writes no binary log';
  if (server.format !== 'ROW') return `binlog_format is ${server.format}, which does not name the tables`;
  if (server.uuid !== serverUuid) return 'the backup was taken on another server';
  if (before.file === undefined || before.position === undefined) {
    return 'the place in the binary log was not known when the backup was taken: GRANT REPLICATION CLIENT ON *.*';
  }
  try {
    if ((await readLogFiles(session)).includes(before.file)) return undefined;
    return `the binary log ${before.file} was purged`;
  } catch (error) {
    return `the binary logs cannot be listed: ${describeServerError(error)}`;
  }
}
