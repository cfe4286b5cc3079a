import type { LogPoint } from '../../backup/backup.ts';
import { isAfter, placeOf, type LogPlace } from '../binlog/log-place.ts';
import { notLossless } from './not-lossless.ts';

/**
 * Tells a log that was reset since the backup, and has files and GTIDs of the same names again, from the one that was
 * there: in that one a transaction ended exactly where the backup was begun.
 */
export class LogBeginning {
  readonly #place: LogPlace | undefined;
  /** Of the last transaction before the place, where it ended in the same file. */
  #last: number | undefined;

  constructor(point: LogPoint) {
    this.#place = placeOf(point);
  }

  /** To be told of every transaction, in the order of the log. */
  note({ file, position }: LogPlace): void {
    const place = this.#place;
    if (!place) return;
    if (isAfter({ file, position }, place)) this.check();
    else if (file === place.file) this.#last = position;
  }

  /** To be called when everything up to the place was read. */
  check(): void {
    if (this.#last !== undefined && this.#last !== this.#place?.position) throw wasReset();
  }
}

/** What is in the log is not what followed the backup. */
export function wasReset(): Error {
  return notLossless('the binary log was reset since the backup');
}
