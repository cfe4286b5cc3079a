import { ExpectedError, type Problem } from '../../errors.ts';
import type { RestoreJob } from '../../mysql/restore/snapshot-restore.ts';
import { probeGuarantee } from '../../mysql/guarantee/guarantee.ts';
import type { Conflict } from '../../mysql/replay/judge-transaction.ts';
import { losslessRestore, type LosslessResult } from '../../mysql/restore/lossless-restore.ts';
import { readOwnWriters, requireKnownWriters } from '../../mysql/since-backup/own-writers.ts';
import { count } from '../../report/wording.ts';
import { updateReport } from '../run/draft.ts';
import type { WritingRun } from '../run/update-run.ts';
import { fixOfLoss, stopsAtLoss } from './assess-data-loss.ts';

/**
 * Restores a backup and keeps what others wrote since, where that is possible; else says why, and undefined means that
 * nothing was changed and that a restore would undo it.
 */
export async function restoreLossless(run: WritingRun, job: RestoreJob): Promise<LosslessResult | undefined> {
  const { session, inputs } = run;
  const { kind, reasons } = await probeGuarantee(session, 'restores');
  if (kind !== 'lossless') {
    recordNotLossless(run, reasons);
    return undefined;
  }
  try {
    await requireKnownWriters(session, job.facts);
    const result = await losslessRestore(session, {
      ...job,
      own: await readOwnWriters(session),
      onConflicts: (conflicts) => {
        if (stopsAtLoss(inputs.onDataLoss, countConflicting(conflicts))) throw stopped(conflicts, inputs);
      },
    });
    recordConflicts(run, result);
    return result;
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.code !== 'not-lossless') throw error;
    recordNotLossless(run, error.problems);
    return undefined;
  }
}

function recordNotLossless({ log, draft }: WritingRun, reasons: readonly Problem[]): void {
  const why = reasons.map(({ message }) => message).join('; ');
  const fix = reasons.flatMap((reason) => reason.fix ?? []).join('; ');
  const message = `this restore cannot keep what others wrote: ${why}`;
  log({ level: 'warning', event: 'restore-not-lossless', message, ...(fix === '' ? {} : { fix }) });
  const warning: Problem = { code: 'not-lossless', message, ...(fix === '' ? {} : { fix }) };
  updateReport(draft, { warnings: [...draft.report.warnings, warning] });
}

const SHOWN = 20;

function describe(conflicts: readonly Conflict[]): string {
  const lines = conflicts
    .slice(0, SHOWN)
    .map(({ gtid, table, key, why }) => `${table}${key === undefined ? '' : ` (${key})`} in ${gtid}: ${why}`);
  const more = conflicts.length > SHOWN ? `; and ${conflicts.length - SHOWN} more` : '';
  return `${lines.join('; ')}${more}`;
}

/** How many transactions of others could not be kept. */
export function countConflicting(conflicts: readonly Conflict[]): number {
  return new Set(conflicts.map(({ gtid }) => gtid)).size;
}

function stopped(conflicts: readonly Conflict[], inputs: WritingRun['inputs']): ExpectedError {
  const number = count(countConflicting(conflicts), 'transaction');
  return new ExpectedError({
    code: 'data-loss',
    message: `${number} of others cannot be kept by a restore: ${describe(conflicts)}; nothing was restored`,
    fix: fixOfLoss(inputs),
  });
}

function recordConflicts(
  { log, draft }: WritingRun,
  { conflicts, leftBehind, swapped }: LosslessResult,
): void {
  const where = swapped ? `; the rows as they were are in ${swapped.aside}` : '';
  const warn = (what: string, list: readonly Conflict[]): void => {
    if (list.length === 0) return;
    const message = `${count(countConflicting(list), 'transaction')} of others ${what}: ${describe(list)}${where}`;
    log({ level: 'warning', event: 'data-loss', message });
    updateReport(draft, { warnings: [...draft.report.warnings, { code: 'data-loss', message }] });
  };
  warn('could not be kept', conflicts);
  warn('wrote to tables that the run had made', leftBehind);
}
