import type { Problem } from '../../errors.ts';
import type { BackupInputs } from '../../inputs/inputs.ts';
import { readOpenInPlace, type InPlaceRecord } from '../../mysql/restore/in-place-record.ts';
import { recordRestoring } from '../../mysql/tracking/journal-restored.ts';
import { finishRun } from '../../mysql/tracking/runs.ts';
import { incompleteSchema } from '../../report/restore-state.ts';
import { formatDuration } from '../../report/wording.ts';
import { updateReport, recordState } from '../run/draft.ts';
import { recordRestored } from './recover-restore.ts';
import { toProblems } from '../run/to-problems.ts';
import { openKept } from '../backup/take-backup.ts';
import { describeRun, incompleteProblem, restoreInPlace } from '../restore/restore-in-place.ts';
import type { WritingRun } from '../run/update-run.ts';

/**
 * Loads a backup again whose restore in place somebody left in the middle, before anybody looks at what is live; where
 * that may not or cannot be done, nothing else is done either. Gives whether the schema is whole.
 */
export async function recoverInPlace(
  run: WritingRun,
  backup: BackupInputs | undefined,
): Promise<'whole' | 'made-whole' | 'incomplete'> {
  const record = await readOpenInPlace(run.session);
  if (record?.phase !== 'begun') return 'whole';
  const problem = incompleteProblem(record);
  if (!backup || run.inputs.restoreGuarantee !== 'in-place') {
    updateReport(run.draft, { result: 'blocked', problems: [problem] });
    recordState(run.draft, incompleteSchema(record.ref));
    return 'incomplete';
  }
  try {
    await finish(run, backup, record);
    return 'made-whole';
  } catch (error) {
    const causes = toProblems(error);
    if (!causes) throw error;
    await recordUnfinished(run, record, problem, causes);
    return 'incomplete';
  }
}

async function finish(run: WritingRun, backup: BackupInputs, record: InPlaceRecord): Promise<void> {
  const { draft, session, log } = run;
  const { ref } = record;
  const left = `${describeRun(record)} left the schema incomplete`;
  log({ level: 'warning', event: 'restore-started', message: `${left}: loading ${ref} again` });
  const opened = await openKept(run, backup, ref);
  await recordRestoring(session, record.runId, opened.facts);
  const { incompleteMs } = await restoreInPlace(run, opened, record);
  await recordRestored(session, record.runId);
  const message = `${left}; ${ref} was loaded again, and what others wrote meanwhile is undone`;
  log({ level: 'info', event: 'restored', message: `${message}; that took ${formatDuration(incompleteMs)}` });
  const warning: Problem = { code: 'restore-incomplete', message };
  updateReport(draft, { warnings: [...draft.report.warnings, warning] });
}

async function recordUnfinished(
  { draft, session }: WritingRun,
  record: InPlaceRecord,
  problem: Problem,
  causes: readonly Problem[],
): Promise<void> {
  const why = causes.filter(({ code }) => code !== 'restore-incomplete');
  updateReport(draft, {
    result: 'restore-failed',
    problems: [problem, ...why],
  });
  recordState(draft, incompleteSchema(record.ref));
  await finishRun(session, record.runId, 'restore-failed', null, {}).catch(() => undefined);
}
