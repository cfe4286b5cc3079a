import type { RejectLimit } from '../manifest/manifest.ts';

/** Beyond so many rejected rows nobody learns from one more: where they are too many already, reading stops. */
const ENOUGH = 10_000;

/** Whether a dataset has more rejected rows than its manifest allows. */
export function isOverLimit(limit: RejectLimit, rejected: number, read: number): boolean {
  return limit.kind === 'rows' ? rejected > limit.rows : rejected * 100 > limit.percent * read;
}

/** Whether it can be given up before its end. */
export function isHopeless(limit: RejectLimit, rejected: number, read: number): boolean {
  return rejected > ENOUGH && isOverLimit(limit, rejected, read);
}

/** In words, for a message. */
export function describeLimit(limit: RejectLimit): string {
  return limit.kind === 'rows' ? String(limit.rows) : `${limit.percent}% of the rows`;
}
