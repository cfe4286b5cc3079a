import type { BackupFacts } from '../../backup/backup.ts';
import { ExpectedError } from '../../errors.ts';
import type { OnDataLoss, WritingInputs } from '../../inputs/inputs.ts';
import { readLogPlace, type LogPlace } from '../../mysql/binlog/log-place.ts';
import { countForeignWrites, type ForeignWrites } from '../../mysql/since-backup/foreign-writes.ts';
import { readOwnWriters } from '../../mysql/since-backup/own-writers.ts';
import { count } from '../../report/wording.ts';
import { updateReport } from '../run/draft.ts';
import type { WritingRun } from '../run/update-run.ts';

/**
 * Says what a restore would undo of what others wrote since the backup, and gives up where `on-data-loss: stop` asks for
 * that. What cannot be known counts as a loss.
 */
export async function assessDataLoss(run: WritingRun, facts: BackupFacts): Promise<Weighed> {
  const { session, server, log } = run;
  const until = await readLogPlace(session, server.version);
  const writes = await countForeignWrites(session, facts, await readOwnWriters(session), until);
  const message = describeWrites(writes, 'are undone by a restore');
  log({ level: isNothing(writes) ? 'info' : 'warning', event: 'data-loss', message });
  const transactions = writes.kind === 'known' ? writes.transactions : undefined;
  stopAtLoss(run, transactions, message);
  return { transactions, until };
}

/** What a restore was found to undo, and up to where in the log. */
export interface Weighed {
  /** Undefined where it is not known. */
  readonly transactions: number | undefined;
  readonly until: LogPlace | undefined;
}

/**
 * The same directly before the swap, when nobody writes any more: what others wrote while the backup was loaded counts
 * as well. Only that is read.
 */
export async function weighAgain(
  run: WritingRun,
  facts: BackupFacts,
  before: Weighed,
  now: LogPlace | undefined,
): Promise<void> {
  if (run.inputs.onDataLoss === 'restore') return;
  const since = before.until && { gtidExecuted: facts.before.gtidExecuted, ...before.until };
  const own = await readOwnWriters(run.session);
  const writes: ForeignWrites = since
    ? await countForeignWrites(run.session, { ...facts, before: since, after: since }, own, now)
    : { kind: 'unknown', why: 'the place in the binary log was not known' };
  const isKnown = writes.kind === 'known' && before.transactions !== undefined;
  const sum = isKnown ? before.transactions + writes.transactions : undefined;
  const message = describeWrites(writes, 'were committed while the backup was loaded');
  stopAtLoss(run, sum, message);
}

function stopAtLoss({ inputs }: WritingRun, transactions: number | undefined, message: string): void {
  if (!stopsAtLoss(inputs.onDataLoss, transactions)) return;
  throw new ExpectedError({
    code: 'data-loss',
    message: `${message}; nothing was restored`,
    fix: fixOfLoss(inputs),
  });
}

/** True if `on-data-loss` does not let a restore undo so many transactions of others; undefined is not known. */
export function stopsAtLoss(onDataLoss: OnDataLoss, transactions: number | undefined): boolean {
  switch (onDataLoss) {
    case 'restore':
      return false;
    case 'stop':
      return transactions !== 0;
    default:
      return transactions === undefined || transactions > onDataLoss;
  }
}

/** How to restore all the same. */
export function fixOfLoss({ restoreGuarantee }: Pick<WritingInputs, 'restoreGuarantee'>): string {
  const guarantee = restoreGuarantee === 'lossless' ? 'restore-guarantee: best and ' : '';
  return `look at these writes; if they may be undone, run with ${guarantee}on-data-loss: restore`;
}

/**
 * Says what a restore has undone, up to the place in the log at which it swapped. Gives the number of transactions,
 * where it can be known.
 */
export async function recordDataLoss(
  run: WritingRun,
  facts: BackupFacts,
  swapped: LogPlace | undefined,
): Promise<number | undefined> {
  const { session, draft, log } = run;
  const writes = await countForeignWrites(session, facts, await readOwnWriters(session), swapped);
  if (isNothing(writes)) return 0;
  const message = describeWrites(writes, 'were undone');
  log({ level: 'warning', event: 'data-loss', message });
  updateReport(draft, { warnings: [...draft.report.warnings, { code: 'data-loss', message }] });
  return writes.kind === 'known' ? writes.transactions : undefined;
}

function isNothing(writes: ForeignWrites): boolean {
  return writes.kind === 'known' && writes.transactions === 0;
}

function describeWrites(writes: ForeignWrites, fate: string): string {
  if (writes.kind === 'unknown') {
    return `whether others wrote since the backup cannot be known (${writes.why}); if they did, their writes ${fate}`;
  }
  const { transactions, uncertain, tables, definitions } = writes;
  if (transactions === 0) return '0 writes of others since the backup';
  const where = tables.length === 0 ? '' : ` on ${tables.slice(0, 10).join(', ')}`;
  const ddl = definitions.length === 0 ? '' : `, among them ${definitions.slice(0, 3).join('; ')}`;
  const maybe =
    uncertain === 0 ? '' : ` (${uncertain} of them while the dump began: the backup may have these)`;
  return `${count(transactions, 'transaction')} of others since the backup${where}${ddl} ${fate}${maybe}`;
}
