import { randomBytes } from 'node:crypto';

/** `20261122-164500-3f9a1c07`: sorts by time, fits into names, and is unlike any other. */
export function newRunId(now: Date): string {
  const digits = now.toISOString().replace(/\D/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${randomBytes(4).toString('hex')}`;
}
