import type { RejectedRow } from '../../pipeline/ingest-outcome.ts';
import type { Session } from '../session/connection.ts';
import { NotStraight } from './not-straight.ts';

/** Keeps rejected rows; each is committed by itself, because they are told whether the load succeeds or not. */
export interface RejectedRows {
  readonly add: (row: RejectedRow) => void;
  readonly flush: () => Promise<void>;
  readonly examples: readonly RejectedRow[];
}

const INSERT =
  'INSERT IGNORE INTO ops_rejected_rows (run_id, dataset, file, line_number, reason, raw) VALUES ?';
const EXAMPLES = 5;
const MAX_REASON = 1000;

/** Of one dataset in one run. */
export function rejectedRows(session: Session, runId: string, dataset: string): RejectedRows {
  const examples: RejectedRow[] = [];
  let waiting: RejectedRow[] = [];
  return {
    examples,
    add(row) {
      const shortened = Array.from(row.reason).slice(0, MAX_REASON).join('');
      waiting.push({ ...row, reason: shortened });
      if (examples.length < EXAMPLES) examples.push({ ...row, reason: shortened });
    },
    async flush() {
      const rows = waiting.map(({ file, line, reason, raw }) => [runId, dataset, file, line, reason, raw]);
      waiting = [];
      for (let at = 0; at < rows.length; at += 500) {
        await session.connection.query(INSERT, [rows.slice(at, at + 500)]);
      }
    },
  };
}

/** Rejected rows that wait for the end of a transaction, which would take them with it. */
export interface HeldRejections extends RejectedRows {
  readonly release: () => Promise<void>;
}

/** Characters of text that are held; as many as a transaction that goes well has any use for. */
const MOST_HELD = 4 * 1024 * 1024;

/** Throws `NotStraight` when more are added than can wait; they were recorded nowhere then. */
export function heldRejections(rejected: RejectedRows): HeldRejections {
  let held: RejectedRow[] = [];
  let length = 0;
  return {
    examples: rejected.examples,
    add(row) {
      held.push(row);
      length += row.reason.length + row.raw.length;
      if (length > MOST_HELD) throw new NotStraight('too many rows are rejected');
    },
    flush: () => Promise.resolve(),
    async release() {
      for (const row of held) rejected.add(row);
      held = [];
      await rejected.flush();
    },
  };
}
