import { NEVER_RESTORED, type BackupFacts } from '../../backup/backup.ts';
import { openLogStream } from '../binlog/log-stream.ts';
import { TransactionReader, type LogTransaction } from '../binlog/log-transaction.ts';
import type { TableMap } from '../binlog/table-map.ts';
import type { Session } from '../connection.ts';
import { LogFollower } from './follow-log.ts';
import { notLossless } from './not-lossless.ts';
import { readOwnDefinition, type OwnDefinition } from './own-definitions.ts';
import type { OwnWriters } from './own-writers.ts';
import { readTableNames } from './read-definitions.ts';

/** What of the schema the restore has to bring back. */
export interface Touched {
  /** Tables that our own transactions wrote to, defined or made. */
  readonly tables: ReadonlySet<string>;
  /** Of others, as far as they wrote to the schema. */
  readonly transactions: number;
}

/** Reads our own definitions as they were made, with the names of all tables before and after. */
export type ReadOwn = (sql: string) => OwnDefinition;

/** Whether rows of a table can ever be of interest. */
export function isRestored(schema: string): (map: TableMap) => boolean {
  return (map) => map.schema === schema && !NEVER_RESTORED.includes(map.table);
}

/** Makes the reader of our own definitions. */
export async function ownDefinitionReader(session: Session, facts: BackupFacts): Promise<ReadOwn> {
  const names = [
    ...facts.objects.filter(({ kind }) => kind === 'table').map(({ name }) => name),
    ...(await readTableNames(session, session.schema)),
  ].filter((name) => !NEVER_RESTORED.includes(name));
  const known = new Map(names.map((name) => [name.toLowerCase(), name]));
  const triggers = new Map(facts.ties?.triggers ?? []);
  return (sql) => readOwnDefinition(sql, known, triggers);
}

/** Reads the log since the backup once: what did we touch, and is there anything that no replay can repeat? */
export async function readTouched(
  session: Session,
  { before }: BackupFacts,
  own: OwnWriters,
  readOwn: ReadOwn,
): Promise<Touched> {
  const stream = await openLogStream(session, before.file!);
  try {
    const reader = new TransactionReader(stream, isRestored(session.schema), 0);
    const follower = new LogFollower(session, reader, own, before);
    const tables = new Set<string>();
    let transactions = 0;
    await follower.readUntilNow((transaction, by) => {
      if (by === 'others') transactions += transaction.tables.size > 0 ? 1 : 0;
      else for (const table of touchedBy(transaction, readOwn)) tables.add(table);
    });
    return { tables, transactions };
  } finally {
    stream.close();
  }
}

function touchedBy({ tables, statements }: LogTransaction, readOwn: ReadOwn): readonly string[] {
  const defined = statements.flatMap(({ sql }) => {
    const definition = readOwn(sql);
    if (definition.trigger === 'dropped' && definition.tables.length === 0) return [];
    return definition.tables;
  });
  return [...tables, ...defined];
}

const PURGED =
  'raise binlog_expire_logs_seconds so that the log reaches back to the backups that are to be restored';

/** Refuses a backup from which no log leads on to now. */
export function requireLog(facts: BackupFacts, serverUuid: string, logs: readonly string[]): void {
  const { before, after, ties } = facts;
  if (facts.serverUuid !== serverUuid) throw notLossless('the backup was taken on another server');
  if (!before.gtidExecuted || !after.gtidExecuted || before.file === undefined)
    throw notLossless('the place in the binary log was not known when the backup was taken');
  if (!ties) throw notLossless('the backup was taken by an earlier version of db-deploy');
  if (!logs.includes(before.file)) throw notLossless(`the binary log ${before.file} was purged`, PURGED);
}
