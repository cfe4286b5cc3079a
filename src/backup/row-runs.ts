/** Where, in the bytes that were scanned, rows of a table begin that could be left out, or end (`table` is undefined). */
export interface Cut {
  readonly at: number;
  readonly table: string | undefined;
}

export interface Scanned {
  readonly cuts: readonly Cut[];
  /** From here on it cannot be said yet: these bytes have to come again, at the beginning of the next ones. */
  readonly decided: number;
}

/** What a table's rows have to reach before those that follow are apart: smaller pieces compress worse. */
const LARGE = 256 * 1024;
/** Longer than `INSERT INTO ` and a name of 64 characters of four bytes, or any other line that is asked for. */
const HEAD = 640;
const LINE_FEED = 0x0a;
const ROWS_FOLLOW = /^\/\*!40000 ALTER TABLE (`(?:[^`]|``)+`) DISABLE KEYS \*\/;\r?$/;

/**
 * Finds the rows of large tables in the output of `mysqldump` as it streams by: the INSERT statements of a table, each of
 * which is a line (see `mysql/dump-scanner.ts`), but for the first ones. Those stay with the definition, so that a schema
 * of many small tables is not cut into as many pieces. What is in doubt is not cut.
 */
export class RowRuns {
  /** As it is quoted, one character a byte; of the table whose rows may come now. */
  #quoted: string | undefined;
  #isInRun = false;
  /** Of rows, since that line. */
  #rowBytes = 0;
  #isInBlock = false;
  #isLineStart = true;

  scan(bytes: Buffer, end: 'more' | 'last'): Scanned {
    const cuts: Cut[] = [];
    let at = 0;
    for (;;) {
      const feed = bytes.indexOf(LINE_FEED, at);
      if (this.#isLineStart) {
        if (feed < 0 && bytes.length - at < HEAD && end === 'more') return { cuts, decided: at };
        const cut = this.#take(
          bytes.toString('latin1', at, Math.min(feed < 0 ? bytes.length : feed, at + HEAD)),
        );
        if (cut) cuts.push({ at, table: cut.table });
        this.#isLineStart = false;
      }
      this.#rowBytes += (feed < 0 ? bytes.length : feed) - at;
      if (feed < 0) return { cuts, decided: bytes.length };
      this.#isLineStart = true;
      at = feed + 1;
    }
  }

  #take(line: string): Pick<Cut, 'table'> | undefined {
    if (this.#quoted !== undefined && line.startsWith(`INSERT INTO ${this.#quoted} `)) {
      if (this.#isInRun || this.#rowBytes < LARGE) return undefined;
      this.#isInRun = true;
      return { table: nameOf(this.#quoted) };
    }
    const ended = this.#isInRun ? { table: undefined } : undefined;
    this.#isInRun = false;
    this.#rowBytes = 0;
    // The body of a routine may have any line in it.
    if (line === 'DELIMITER ;;') this.#isInBlock = true;
    else if (line === 'DELIMITER ;') this.#isInBlock = false;
    this.#quoted = this.#isInBlock ? undefined : ROWS_FOLLOW.exec(line)?.[1];
    return ended;
  }
}

function nameOf(quoted: string): string {
  return Buffer.from(quoted.slice(1, -1).replaceAll('``', '`'), 'latin1').toString('utf8');
}
