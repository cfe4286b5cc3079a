import type { IngestedFile } from '../../pipeline/ingest-outcome.ts';
import { readRows, write, type Session } from '../session/connection.ts';

const SELECT_CHECKPOINT = 'SELECT last_watermark AS watermark FROM ops_checkpoints WHERE dataset = ?';
const UPSERT_CHECKPOINT = `INSERT INTO ops_checkpoints (dataset, last_watermark, updated_at, run_id)
  VALUES (?, ?, UTC_TIMESTAMP(3), ?) AS new
  ON DUPLICATE KEY UPDATE last_watermark = new.last_watermark, updated_at = new.updated_at, run_id = new.run_id`;
const SELECT_LOADED = 'SELECT sha256 FROM ops_loaded_files WHERE dataset = ? AND sha256 = ?';
/** The same bytes under two names in one run are one file. */
const INSERT_LOADED = `INSERT INTO ops_loaded_files (dataset, file, sha256, run_id, loaded_at)
  VALUES (?, ?, ?, ?, UTC_TIMESTAMP(3)) AS new ON DUPLICATE KEY UPDATE run_id = ops_loaded_files.run_id`;

/** The greatest source timestamp up to which a dataset was fully loaded. */
export async function readCheckpoint(session: Session, dataset: string): Promise<string | undefined> {
  const [row] = await readRows<{ watermark: string | null }>(session, SELECT_CHECKPOINT, [dataset]);
  return row?.watermark ?? undefined;
}

/** Whether a file with these bytes was loaded into the dataset before, under whatever name. */
export async function isLoaded(session: Session, dataset: string, sha256: string): Promise<boolean> {
  const rows = await readRows(session, SELECT_LOADED, [dataset, sha256]);
  return rows.length > 0;
}

/** Part of the transaction that loads the last rows: what it says is true exactly if they are there. */
export async function recordLoaded(
  session: Session,
  dataset: string,
  files: readonly Pick<IngestedFile, 'file' | 'sha256'>[],
  watermark: string | undefined,
  runId: string,
): Promise<void> {
  for (const { file, sha256 } of files) await write(session, INSERT_LOADED, [dataset, file, sha256, runId]);
  if (watermark !== undefined) await write(session, UPSERT_CHECKPOINT, [dataset, watermark, runId]);
}
