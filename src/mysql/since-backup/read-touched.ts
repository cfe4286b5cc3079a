import { NEVER_RESTORED, type BackupFacts, type LogPoint } from '../../backup/backup.ts';
import { FIRST_POSITION, placeOf, type LogPlace } from '../binlog/log-place.ts';
import { openLogStream } from '../binlog/log-stream.ts';
import { TransactionReader, type LogTransaction } from '../binlog/log-transaction.ts';
import type { LoggedStatement } from '../binlog/query-event.ts';
import type { TableMap } from '../binlog/table-map.ts';
import type { Session } from '../session/connection.ts';
import { LogFollower } from './follow-log.ts';
import { quote } from '../session/names.ts';
import { notLossless } from './not-lossless.ts';
import { OthersObstacles } from './others-obstacles.ts';
import { readOwnDefinition, type OwnDefinition } from './own-definitions.ts';
import type { OwnWriters } from './own-writers.ts';
import type { SchemaNames } from '../definitions/schema-names.ts';

/** What of the schema the restore has to bring back. */
export interface Touched {
  /** Tables that our own transactions wrote to, defined or made. */
  readonly tables: ReadonlySet<string>;
  /** Views, routines and events that our own statements defined, by `objectKey`; `all` where it is not known. */
  readonly objects: ReadonlySet<string> | 'all';
  /** How often our own statements may have changed the columns of each table. */
  readonly changes: ReadonlyMap<string, number>;
  /** What our definitions did inside the work of others and the log does not show; sentences without their end. */
  readonly untold: readonly string[];
  /** Of others, as far as they wrote to the schema. */
  readonly transactions: number;
  /** What others did that cannot be repeated, if it concerns what is restored. */
  readonly obstacles: OthersObstacles;
  /** From there on the log has everything that the backup may lack. */
  readonly from: LogPlace;
}

/** Reads our own definitions as they were made, with the names of all tables before and after. */
export type ReadOwn = (statement: LoggedStatement) => OwnDefinition;

/** Whether rows of a table can ever be of interest. */
export function isRestored(schema: string): (map: TableMap) => boolean {
  return (map) => map.schema === schema && !NEVER_RESTORED.includes(map.table);
}

/** Makes the reader of our own definitions. */
export function ownDefinitionReader(names: SchemaNames): ReadOwn {
  return (statement) => readOwnDefinition(statement, names);
}

/** Reads the log since the backup once: what did we touch, and is there anything that no replay can repeat? */
export async function readTouched(
  session: Session,
  { before }: BackupFacts,
  own: OwnWriters,
  names: SchemaNames,
): Promise<Touched> {
  const place = placeOf(before)!;
  // What was in the log when the backup began, and not executed yet, stands before the place: rare enough to look again.
  const touched =
    (await readTouchedFrom(place, session, before, own, names)) ??
    (await readTouchedFrom({ ...place, position: FIRST_POSITION }, session, before, own, names));
  if (touched) return touched;
  throw notLossless('the server has executed transactions that are not in its binary log');
}

async function readTouchedFrom(
  from: LogPlace,
  session: Session,
  before: LogPoint,
  own: OwnWriters,
  names: SchemaNames,
): Promise<Touched | undefined> {
  const stream = await openLogStream(session, from);
  try {
    const reader = new TransactionReader(stream, isRestored(session.schema), 0);
    const follower = new LogFollower(session, reader, own, before);
    const touched = new OwnTouch(ownDefinitionReader(names));
    const obstacles = new OthersObstacles(names);
    let transactions = 0;
    const found = await follower.readUntilNow((transaction, by) => {
      if (by === 'us') {
        touched.note(transaction);
        return;
      }
      transactions += transaction.tables.size > 0 ? 1 : 0;
      obstacles.note(transaction);
    });
    if (found === 'missing') return undefined;
    const { tables, changes } = touched;
    const objects = touched.isKnown ? touched.objects : 'all';
    const untold = [...touched.untold];
    return { tables, objects, changes, transactions, obstacles, untold, from };
  } finally {
    stream.close();
  }
}

/** What our own transactions touched, one after the other. */
class OwnTouch {
  readonly #readOwn: ReadOwn;
  readonly tables = new Set<string>();
  readonly objects = new Set<string>();
  readonly changes = new Map<string, number>();
  readonly untold = new Set<string>();
  isKnown = true;

  constructor(readOwn: ReadOwn) {
    this.#readOwn = readOwn;
  }

  note({ tables, statements }: LogTransaction): void {
    for (const table of tables) this.tables.add(table);
    for (const statement of statements) {
      const definition = this.#readOwn(statement);
      for (const table of definition.tables) {
        this.tables.add(table);
        if (!definition.keepsColumns) this.changes.set(table, (this.changes.get(table) ?? 0) + 1);
      }
      for (const each of untoldBy(definition)) this.untold.add(each);
      if (definition.objects === 'all') this.isKnown = false;
      else for (const object of definition.objects) this.objects.add(object);
    }
  }
}

function untoldBy({ uniqueOn, trigger, event }: OwnDefinition): readonly string[] {
  return [
    ...uniqueOn.map(
      (table) =>
        `INSERT IGNORE and ON DUPLICATE KEY UPDATE of others into ${quote(table)} count as they went with the unique key of the run`,
    ),
    ...(trigger?.calls
      ? [`what the run's trigger on ${quote(trigger.table)} did through a routine for others stays`]
      : []),
    ...(event === undefined ? [] : [`what event ${quote(event)} of the run did meanwhile is kept`]),
  ];
}

const PURGED =
  'raise binlog_expire_logs_seconds so that the log reaches back to the backups that are to be restored';

/** Refuses a backup from which no log leads on to now. */
export function requireLog(facts: BackupFacts, serverUuid: string, logs: readonly string[]): void {
  const { before, after, ties } = facts;
  if (facts.serverUuid !== serverUuid) throw notLossless('the backup was taken on another server');
  if (!before.gtidExecuted || !after.gtidExecuted || !placeOf(before))
    throw notLossless('the place in the binary log was not known when the backup was taken');
  if (!ties) throw notLossless('the backup was taken by an earlier version of db-deploy');
  if (!logs.includes(before.file!)) throw notLossless(`the binary log ${before.file} was purged`, PURGED);
}
