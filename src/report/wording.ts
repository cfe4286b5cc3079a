import type { Guarantee, Report } from './report.ts';

/** `1 changeset`, `10,000 changesets`, `2 mismatches` with an irregular plural. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${formatNumber(number)} ${number === 1 ? one : many}`;
}

/** `10,000`. */
export function formatNumber(number: number): string {
  // 1e+21 and 1e-7 have no groups.
  if (/e/.test(String(number))) return String(number);
  return String(number).replace(/(?<!\.\d*)\B(?=(?:\d{3})+(?!\d))/g, ',');
}

/** `340 ms`, `1.2 s`, `2 min 5 s`, `1 h 3 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `900 bytes`, `12 KiB`, `5.1 MiB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return count(bytes, 'byte');
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** `3.4 GB`, as disks are measured. */
export function formatStorage(bytes: number): string {
  return bytes < 1000 ? count(bytes, 'byte') : rounded(bytes, ['kB', 'MB', 'GB', 'TB', 'PB']);
}

/** `850`, `12 k`, `3.4 M`: for numbers that are estimates. */
export function formatEstimate(number: number): string {
  return number < 1000 ? String(number) : rounded(number, ['k', 'M', 'G', 'T', 'P']);
}

function rounded(number: number, units: readonly string[]): string {
  let value = number / 1000;
  let at = 0;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  return `${value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${units[at]}`;
}

/** `prod (db app on db.example.com:3307)`; the default port goes without saying. */
export function formatTarget({ environment, target }: Pick<Report, 'environment' | 'target'>): string {
  if (!target) return environment ?? 'the database';
  const host = target.port === 3306 ? target.host : `${target.host}:${target.port}`;
  const database = `db ${target.schema} on ${host}`;
  return environment === undefined ? database : `${environment} (${database})`;
}

/** `statement 1`, `statements 1-2`: the first `done` ones. */
export function firstStatements(done: number): string {
  return done === 1 ? 'statement 1' : `statements 1-${done}`;
}

/** `statement 1 of 3 is in effect`, `statements 1-2 of 3 are in effect`. */
export function inEffect(done: number, total: number): string {
  return `${firstStatements(done)} of ${total} ${done === 1 ? 'is' : 'are'} in effect`;
}

/** How long the run took, from its two times. */
export function runDuration({ startedAt, finishedAt }: Pick<Report, 'startedAt' | 'finishedAt'>): number {
  return Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) || 0;
}

const COSTS: Readonly<Record<Guarantee['kind'], string>> = {
  lossless: 'lossless: a restore keeps what others write meanwhile',
  snapshot: 'snapshot: a restore undoes what others write after the backup',
  'in-place':
    'in place: a restore undoes what others write after the backup, and one that fails leaves the schema incomplete',
  none: 'none: a failure cannot be restored',
};

/** In one line what a failure would cost, and why not less. */
export function describeGuarantee({ kind, reasons, exceptions = [] }: Guarantee): string {
  const why = reasons.map(({ message }) => message).join('; ');
  const cost = why === '' ? COSTS[kind] : `${COSTS[kind]} (${why})`;
  return [cost, ...exceptions.map((exception) => `except ${exception}`)].join(', ');
}
