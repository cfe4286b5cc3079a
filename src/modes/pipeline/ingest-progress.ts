import type { IngestProgress } from '../../mysql/ingest/ingest-dataset.ts';
import type { Log } from '../../log/log.ts';
import { formatNumber } from '../../report/wording.ts';

/** Milliseconds between two lines about one dataset. */
const EVERY = 500;

/** Tells now and then how far a dataset is and how fast it goes; a terminal shows it in one line that is replaced. */
export function ingestProgress(log: Log): (progress: IngestProgress) => void {
  const started = performance.now();
  let last = started;
  let rowsBefore = 0;
  let current: IngestProgress | undefined;
  return (progress) => {
    if (current && current.file !== progress.file) rowsBefore += current.rows;
    current = progress;
    const now = performance.now();
    if (now - last < EVERY) return;
    last = now;
    const { dataset, file, bytesRead, bytes } = progress;
    const rows = rowsBefore + progress.rows;
    const rate = Math.round((rows * 1000) / (now - started));
    const part = bytes > 0 ? `${Math.min(100, Math.floor((bytesRead * 100) / bytes))} %` : '';
    log({
      level: 'info',
      event: 'ingest-progress',
      message: `dataset ${dataset}: ${formatNumber(rows)} rows, ${formatNumber(rate)} rows/s, ${part} of ${file}`,
      durationMs: Math.round(now - started),
    });
  };
}
