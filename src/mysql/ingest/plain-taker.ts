import type { Layout } from '../../pipeline/rows/csv-header.ts';
import type { LineBuffer } from '../../pipeline/rows/line-block.ts';
import { plainRows, type PlainRows } from '../../pipeline/plain/plain-row.ts';
import { EXACT_DIGITS } from '../../pipeline/rows/seen-numbers.ts';
import type { Counts, FileIngest } from './ingest-file.ts';
import type { TakeLine } from './read-rows.ts';
import type { TwinFinder } from './duplicate-keys.ts';

/** Takes lines byte by byte that need no judging as text. */
export interface PlainTaker {
  readonly forLayout: (layout: Layout) => TakeLine | undefined;
  /** Notes the greatest watermark among what was taken. */
  readonly settle: () => void;
}

const ZERO = 48;
const ASCII = 128;

/** `undefined` where each row has to be looked at in another way too: its length, or whether it is late. */
export function plainTaker(
  ingest: FileIngest,
  twins: TwinFinder,
  lines: LineBuffer,
  counts: Counts,
): PlainTaker | undefined {
  const { dataset, table, checkpoint, fits } = ingest;
  if (fits || (dataset.late === 'skip' && checkpoint !== undefined)) return undefined;
  const positionOf = (name: string): number => dataset.columns.findIndex((column) => column.name === name);
  const watermark = dataset.watermark === undefined ? -1 : positionOf(dataset.watermark);
  const kind = dataset.columns[watermark]?.type.kind;
  // Only of times the greater one is the greater text.
  if (watermark >= 0 && kind !== 'date' && kind !== 'datetime') return undefined;
  const greatest = greatestText();
  const keys = dataset.key.map(positionOf);
  return {
    forLayout(layout) {
      const plain = plainRows(dataset, layout, table.storage);
      if (!plain) return undefined;
      const isTwin = twinAsker(plain, keys, twins);
      return (bytes, from, to, line) => {
        const out = lines.room(plain.roomFor(to - from));
        const end = plain.copy(bytes, from, to, out, lines.end());
        if (end < 0) return false;
        const twin = isTwin(out, line);
        if (twin === 'unknown') return false;
        counts.read += 1;
        if (twin) return true;
        if (watermark >= 0) greatest.add(out, plain.starts[watermark]!, plain.starts[watermark + 1]! - 1);
        lines.commit(end);
        return true;
      };
    },
    settle() {
      const seen = greatest.take();
      const { watermarks, compare } = ingest;
      if (seen === undefined) return;
      if (watermarks.greatest === undefined || compare(seen, watermarks.greatest) > 0)
        watermarks.greatest = seen;
    },
  };
}

function twinAsker(
  { starts }: PlainRows,
  keys: readonly number[],
  { mayBeTwinKey, mayBeTwinNumber }: TwinFinder,
): (out: Buffer, line: number) => boolean | 'unknown' {
  const [first = 0] = keys;
  return (out, line) => {
    const from = starts[first]!;
    const to = starts[first + 1]! - 1;
    if (mayBeTwinNumber && to - from <= EXACT_DIGITS) {
      let number = 0;
      for (let at = from; at < to; at += 1) number = number * 10 + out[at]! - ZERO;
      return mayBeTwinNumber(number, line);
    }
    let key = '';
    for (const index of keys) {
      const begin = starts[index]!;
      const end = starts[index + 1]! - 1;
      for (let at = begin; at < end; at += 1) if (out[at]! >= ASCII) return 'unknown';
      key += `${index === first ? '' : '\0'}${out.toString('latin1', begin, end)}`;
    }
    return mayBeTwinKey(key, line);
  };
}

/** Remembers the greatest of ASCII texts of one length, without making a text of each. */
function greatestText() {
  let kept = Buffer.alloc(0);
  return {
    add(bytes: Buffer, from: number, to: number): void {
      if (kept.length !== to - from) {
        kept = Buffer.from(bytes.subarray(from, to));
        return;
      }
      for (let at = 0; at < kept.length; at += 1) {
        const difference = bytes[from + at]! - kept[at]!;
        if (difference < 0) return;
        if (difference > 0) {
          bytes.copy(kept, at, from + at, to);
          return;
        }
      }
    },
    take(): string | undefined {
      const text = kept.length === 0 ? undefined : kept.toString('latin1');
      kept = Buffer.alloc(0);
      return text;
    },
  };
}
