import { isIntegerKind } from '../manifest/integer-range.ts';
import { compareDecimals, compareIntegers } from '../manifest/judge-number.ts';
import type { Dataset } from '../manifest/manifest.ts';

/** Orders two watermarks of a dataset, in the server's form. */
export type CompareWatermarks = (left: string, right: string) => number;

/** Days and instants in the server's form are in the order of their text; texts are in that of their characters. */
export function watermarkOrder({ columns, watermark }: Dataset): CompareWatermarks {
  const kind = columns.find(({ name }) => name === watermark)?.type.kind ?? 'datetime';
  if (isIntegerKind(kind)) return compareIntegers;
  if (kind === 'decimal') return compareDecimals;
  if (kind === 'double' || kind === 'float' || kind === 'year')
    return (left, right) => Number(left) - Number(right);
  if (kind === 'time') return (left, right) => microseconds(left) - microseconds(right);
  if (kind === 'string') return (left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right));
  // Files are mostly in order, so greater is asked first.
  return (left, right) => (left > right ? 1 : left < right ? -1 : 0);
}

/** Of `-838:59:59.000000`. */
function microseconds(time: string): number {
  const [hours = '', minutes = '', seconds = ''] = time.replace('-', '').split(':');
  const total =
    (Number(hours) * 60 + Number(minutes)) * 60_000_000 + Number(seconds.replace('.', '').padEnd(8, '0'));
  return time.startsWith('-') ? -total : total;
}

/** What a run has seen of the watermarks of a dataset. */
export interface SeenWatermarks {
  /** Of all accepted rows. */
  greatest: string | undefined;
  /** Of all rejected rows that have one. */
  leastRejected: string | undefined;
  /** A rejected row without a watermark that can be read: it may be of any time. */
  hasUnknown: boolean;
}

/**
 * Where the checkpoint stands after a load: never before it stood, and never after a row that was rejected, so that
 * the corrected row is not late.
 */
export function advanceCheckpoint(
  before: string | undefined,
  { greatest, leastRejected, hasUnknown }: Readonly<SeenWatermarks>,
  compare: CompareWatermarks,
): string | undefined {
  if (hasUnknown || greatest === undefined) return before;
  const reached =
    leastRejected !== undefined && compare(leastRejected, greatest) < 0 ? leastRejected : greatest;
  return before === undefined || compare(reached, before) > 0 ? reached : before;
}
