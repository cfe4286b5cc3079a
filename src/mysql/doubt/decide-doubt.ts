import type { JournalRow } from '../../changelog/journal.ts';
import { statementKind } from '../../sql/read/statement-kind.ts';
import { mayStopHalfWay, NO_ROLLBACK } from '../../sql/read/run-unit.ts';
import type { Statement } from '../../sql/statements.ts';
import { codeTokens } from '../../sql/code-tokens.ts';
import { readLogFiles, readLogPlace } from '../binlog/log-place.ts';
import type { Session } from '../session/connection.ts';
import { digestDefinitions } from '../definitions/definition-digest.ts';
import { readTagged } from './gtid-tag.ts';
import { readOwnLog } from './own-log.ts';
import { describeServerError, isConnectionLost } from '../session/server-error.ts';

/** Whether a statement that was cut off took effect, and by what that is known. */
export type Decision =
  | { readonly kind: 'done' | 'not-done'; readonly by: string }
  | { readonly kind: 'undecided'; readonly why: string };

/** What was found after the last row of the journal: of the statement, for the session wrote nothing else. */
type Trace = { readonly after: 'nothing' | 'something'; readonly by: string } | { readonly why: string };

/** May leave nothing that lasts, or nothing that the log tells of. */
const UNLOGGED = [
  'ANALYZE',
  'OPTIMIZE',
  'REPAIR',
  'CHECK',
  'FLUSH',
  'RESET',
  'PURGE',
  'LOCK',
  'UNLOCK',
  'CACHE',
  'KILL',
];

/**
 * Decides what became of a statement whose session is gone for good: the deploy lock is ours. Ways from the surest on: the
 * number of the transactions with the run's tag; the binary log; definitions that are as they were.
 */
export async function decideDoubt(
  session: Session,
  row: JournalRow,
  statement: Statement,
  serverVersion: string,
): Promise<Decision> {
  const mayBePartial = mayHavePart(row, statement);
  const verb = [...codeTokens(statement)][0]?.text.toUpperCase() ?? '';
  if (UNLOGGED.includes(verb)) return { kind: 'undecided', why: `nothing tells what ${verb} did` };
  // One that ended with an error was journalled after it: what it left before that is not told apart.
  if (mayBePartial && row.status !== 'started') return { kind: 'undecided', why: 'it failed on its way' };
  const whys: string[] = [];
  for (const look of [lookAtTag, lookAtLog]) {
    const trace = await look(session, row, serverVersion);
    if ('why' in trace) {
      whys.push(trace.why);
      continue;
    }
    const { after, by } = trace;
    if (after === 'nothing') return { kind: 'not-done', by };
    return mayBePartial
      ? { kind: 'undecided', why: `it committed something, and nothing tells whether that is all (${by})` }
      : { kind: 'done', by };
  }
  const isSame = mayBePartial ? undefined : await hasSameDefinitions(session, row, statement);
  if (isSame) return { kind: 'not-done', by: 'because what it names is defined as before it' };
  if (isSame === false) whys.push('what it names is not defined as before it, which others may have done');
  return { kind: 'undecided', why: whys.join('; ') };
}

/** What such a statement left when it was cut off, or ended though it answered, need not be all of its work. */
function mayHavePart({ note, status }: JournalRow, statement: Statement): boolean {
  const kind = statementKind(statement);
  if (kind === 'call' || note?.startsWith(NO_ROLLBACK) === true) return true;
  return status === 'unknown' && mayStopHalfWay(statement);
}

const TAGGED = /^(db_[a-z0-9_]*):(\d+)$/;

async function lookAtTag(session: Session, { gtid }: JournalRow): Promise<Trace> {
  const [, tag, before] = TAGGED.exec(gtid ?? '') ?? [];
  if (tag === undefined)
    return {
      why: 'its transactions have no GTID tag (8.3 and newer: GRANT TRANSACTION_GTID_TAG, SESSION_VARIABLES_ADMIN)',
    };
  const beyond = (await readTagged(session, tag)) - Number(before);
  // The first is the journal's own row; without it the tag tells nothing.
  if (beyond < 1) return { why: `the journal is not among the transactions with the tag ${tag}` };
  return { after: beyond === 1 ? 'nothing' : 'something', by: `by the transactions with the tag ${tag}` };
}

async function lookAtLog(session: Session, row: JournalRow, serverVersion: string): Promise<Trace> {
  const { logFile: file, logPos: position } = row;
  const now = await readLogPlace(session, serverVersion);
  if (file === null || position === null || !now)
    return { why: 'its place in the binary log is not known (GRANT REPLICATION CLIENT, or there is no log)' };
  try {
    if (!(await readLogFiles(session)).includes(file)) return { why: `the binary log ${file} was purged` };
    const from = { file, position: Number(position) };
    const found = await readOwnLog(session, Number(row.connectionId), from, now);
    if (found === 'no-journal') return { why: 'the journal is not in the binary log' };
    return { after: found, by: `by the binary log from ${file}:${position} on` };
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return {
      why: `the binary log cannot be read (GRANT REPLICATION SLAVE): ${describeServerError(error)}`,
    };
  }
}

/** Undefined where they were not kept, or tell nothing. */
async function hasSameDefinitions(
  session: Session,
  { gtid }: JournalRow,
  statement: Statement,
): Promise<boolean | undefined> {
  if (!gtid?.startsWith('sha256:')) return undefined;
  return (await digestDefinitions(session, statement)) === gtid;
}
