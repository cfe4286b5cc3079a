/** The transactions of one run by their GTIDs: its tag, and the number of the last of them that is known. */
export class OwnGtids {
  #tag: string | undefined;
  #last = 0;

  /** The tag that the transactions carry now. */
  get tag(): string | undefined {
    return this.#tag;
  }

  /** `<tag>:<number>` of the last transaction that is known, with the number 0 before the first; null without a tag. */
  get last(): string | null {
    return this.#tag === undefined ? null : `${this.#tag}:${this.#last}`;
  }

  /** From now on the transactions carry a tag that none did before. */
  start(tag: string): void {
    this.#tag = tag;
    this.#last = 0;
  }

  /** Returns true if there was a tag. */
  stop(): boolean {
    const hadTag = this.#tag !== undefined;
    this.#tag = undefined;
    return hadTag;
  }

  /** Keeps the number of a transaction if no later one is known. */
  keepNumber(number: number): void {
    this.#last = Math.max(this.#last, number);
  }

  /** Keeps what the server says of own transactions in the answer to a statement (`session_track_gtids`). */
  note(answer: unknown): void {
    const tag = this.#tag;
    if (tag === undefined) return;
    const packet: unknown = Array.isArray(answer) ? answer.at(-1) : answer;
    const { stateChanges } = (packet ?? {}) as { stateChanges?: { gtids?: readonly string[] } };
    for (const gtids of stateChanges?.gtids ?? []) this.keepNumber(lastNumber(gtids, tag));
  }
}

/** The greatest number of a tag in a set of GTIDs: `uuid:1-5:tag:1-3:7,uuid2:…`. */
export function lastNumber(gtidSet: string, tag: string): number {
  let greatest = 0;
  for (const source of gtidSet.split(',')) {
    let current = '';
    for (const part of source.split(':').slice(1)) {
      const number = /^\s*(?:\d+-)?(\d+)\s*$/.exec(part)?.[1];
      if (number === undefined) current = part.trim();
      else if (current === tag) greatest = Math.max(greatest, Number(number));
    }
  }
  return greatest;
}
