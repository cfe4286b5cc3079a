import type { RejectedRow } from '../../pipeline/ingest-outcome.ts';
import type { Session } from '../connection.ts';

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
