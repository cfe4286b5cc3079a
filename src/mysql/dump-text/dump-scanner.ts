import type { ObjectKind, SchemaObject } from '../../backup/backup.ts';

/** Enough for a definer and a name, four bytes a character. */
const HEAD = 4096;
const LINE_FEED = 0x0a;

const NAME = '(?:`((?:[^`]|``)+)`|"((?:[^"]|"")+)")';
const ACCOUNT = '(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")@(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")';
const TABLE = new RegExp(`^CREATE TABLE ${NAME}`);
/** The last of the three lines that make a view; the placeholder before it is a `CREATE VIEW` in one line. */
const VIEW = new RegExp(String.raw`^/\*!50001 (?:JSON (?:RELATIONAL )?DUALITY )?VIEW ${NAME}`);
const IN_BLOCK = new RegExp(
  String.raw`^(?:/\*!\d+ )?CREATE(?:\*/)? (?:(?:/\*!\d+ )?DEFINER=${ACCOUNT}(?:\*/)? )?(?:/\*!\d+ )?` +
    `(?:AGGREGATE )?(PROCEDURE|FUNCTION|LIBRARY|TRIGGER|EVENT) (?:IF NOT EXISTS )?${NAME}`,
);

/**
 * Finds the objects in the output of `mysqldump` as it streams by. Only the first bytes of each line are looked at:
 * `mysqldump` and the server write line breaks in values, defaults and comments as `\n`, so a line of data is one line,
 * and the text of a routine stands between `DELIMITER ;;` and `DELIMITER ;`.
 */
export class DumpScanner {
  readonly #objects = new Map<string, SchemaObject>();
  #head = Buffer.alloc(0);
  #tail = '';
  #isInBlock = false;
  #isStatementStart = true;
  #lastLine = '';
  bytes = 0;

  scan(chunk: Buffer): void {
    this.bytes += chunk.length;
    let start = 0;
    for (;;) {
      const feed = chunk.indexOf(LINE_FEED, start);
      const end = feed < 0 ? chunk.length : feed;
      this.#take(chunk, start, end);
      if (feed < 0) return;
      this.#endLine();
      start = feed + 1;
    }
  }

  /** Whether an object was found: `mysqldump` opens its snapshot before it writes of the first. */
  get hasObjects(): boolean {
    return this.#objects.size > 0;
  }

  /** What was found; call it after the last chunk. */
  end(): { readonly objects: readonly SchemaObject[]; readonly isComplete: boolean } {
    if (this.#head.length > 0) this.#endLine();
    return {
      objects: [...this.#objects.values()],
      isComplete: this.#lastLine.startsWith('-- Dump completed'),
    };
  }

  #take(chunk: Buffer, start: number, end: number): void {
    if (end === start) return;
    const room = HEAD - this.#head.length;
    if (room > 0) {
      const part = chunk.subarray(start, Math.min(end, start + room));
      // Copied where the line goes on: the chunk may be used again.
      this.#head = this.#head.length === 0 ? Buffer.from(part) : Buffer.concat([this.#head, part]);
    }
    // Only the text of routines ends in a delimiter of two.
    if (this.#isInBlock) {
      this.#tail = (this.#tail + chunk.toString('latin1', Math.max(start, end - 2), end)).slice(-2);
    }
  }

  #endLine(): void {
    const line = this.#head.toString('utf8');
    const tail = this.#tail;
    this.#head = Buffer.alloc(0);
    this.#tail = '';
    if (line !== '') this.#lastLine = line;
    if (this.#isInBlock) this.#readBlockLine(line, tail);
    else if (line === 'DELIMITER ;;') this.#isInBlock = true;
    else if (line.startsWith('CREATE TABLE ')) this.#add('table', TABLE.exec(line), 1);
    else if (line.startsWith('/*!50001 ')) this.#add('view', VIEW.exec(line), 1);
  }

  #readBlockLine(line: string, tail: string): void {
    if (this.#isStatementStart) {
      if (line === 'DELIMITER ;') {
        this.#isInBlock = false;
        return;
      }
      const match = IN_BLOCK.exec(line);
      if (match) this.#add(match[1]!.toLowerCase() as ObjectKind, match, 2);
    }
    this.#isStatementStart = tail === ';;';
  }

  #add(kind: ObjectKind, match: RegExpExecArray | null, group: number): void {
    if (!match) return;
    const name = match[group]?.replaceAll('``', '`') ?? match[group + 1]!.replaceAll('""', '"');
    this.#objects.set(`${kind} ${name}`, { kind, name });
  }
}
