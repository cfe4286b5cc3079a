import type { LoadProgress } from '../../mysql/load/load-dump.ts';
import type { Log } from '../../log/log.ts';
import { formatSize } from '../../report/wording.ts';

/** Milliseconds between two lines. */
const EVERY = 2000;

/** Tells now and then how far a load is; how much there is to come nobody knows, for the backup is compressed. */
export function restoreProgress(log: Log): (progress: LoadProgress) => void {
  const started = performance.now();
  let last = started;
  return ({ bytesRead, table }) => {
    const now = performance.now();
    if (now - last < EVERY) return;
    last = now;
    const rate = formatSize(Math.round((bytesRead * 1000) / (now - started)));
    const where = table === undefined ? '' : `, at table ${table}`;
    log({
      level: 'info',
      event: 'restore-progress',
      message: `${formatSize(bytesRead)} of SQL loaded, ${rate} a second${where}`,
      durationMs: Math.round(now - started),
    });
  };
}
