/** Transactions of one source and tag: `3e11…` or `3e11…:tag`. */
type Source = string;

/** From and to, both included, in order and apart. */
type Interval = [from: number, to: number];

/** A set of GTIDs that can grow; MySQL's text for it is `uuid:1-5:7:tag:1-3,uuid2:1`. */
export class GtidSet {
  readonly #sources = new Map<Source, Interval[]>();

  constructor(text = '') {
    for (const part of text.replaceAll(/\s/g, '').split(',')) {
      const [uuid = '', ...rest] = part.toLowerCase().split(':');
      let source = uuid;
      for (const each of rest) {
        const match = /^(\d+)(?:-(\d+))?$/.exec(each);
        if (!match) source = `${uuid}:${each}`;
        else this.#insert(source, Number(match[1]), Number(match[2] ?? match[1]));
      }
    }
  }

  add(source: Source, number: number): void {
    const intervals = this.#sources.get(source);
    const last = intervals?.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else if (!this.has(source, number)) this.#insert(source, number, number);
  }

  has(source: Source, number: number): boolean {
    const intervals = this.#sources.get(source) ?? [];
    return intervals.some(([from, to]) => from <= number && number <= to);
  }

  contains(other: GtidSet): boolean {
    for (const [source, intervals] of other.#sources) {
      const own = this.#sources.get(source) ?? [];
      if (!intervals.every(([from, to]) => own.some((each) => each[0] <= from && to <= each[1])))
        return false;
    }
    return true;
  }

  #insert(source: Source, from: number, to: number): void {
    const all: Interval[] = [...(this.#sources.get(source) ?? []), [from, to]];
    const merged: Interval[] = [];
    for (const each of all.toSorted((left, right) => left[0] - right[0])) {
      const last = merged.at(-1);
      if (last && each[0] <= last[1] + 1) last[1] = Math.max(last[1], each[1]);
      else merged.push([each[0], each[1]]);
    }
    this.#sources.set(source, merged);
  }
}
