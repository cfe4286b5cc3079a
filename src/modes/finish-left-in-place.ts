import type { Problem } from '../errors.ts';
import type { BackupInputs } from '../inputs.ts';
import { readOpenInPlace, type InPlaceRecord } from '../mysql/restore/in-place-record.ts';
import { recordRestoring } from '../mysql/journal-restored.ts';
import { finishRun } from '../mysql/runs.ts';
import { incompleteSchema } from '../report/restore-state.ts';
import { formatDuration } from '../report/wording.ts';
import { tell, tellState } from './draft.ts';
import { tellRestored } from './finish-left-restore.ts';
import { foreseen } from './foreseen.ts';
import { openKept } from './take-backup.ts';
import { describeRun, incompleteProblem, restoreInPlace } from './restore-in-place.ts';
import type { WritingRun } from './update-run.ts';

/**
 * Loads a backup again whose restore in place somebody left in the middle, before anybody looks at what is live; where
 * that may not or cannot be done, nothing else is done either. Gives whether the schema is whole.
 */
export async function finishLeftInPlace(
  run: WritingRun,
  backup: BackupInputs | undefined,
): Promise<'whole' | 'made-whole' | 'incomplete'> {
  const record = await readOpenInPlace(run.session);
  if (record?.phase !== 'begun') return 'whole';
  const problem = incompleteProblem(record);
  if (!backup || run.inputs.restoreGuarantee !== 'in-place') {
    tell(run.draft, { result: 'blocked', problems: [problem] });
    tellState(run.draft, incompleteSchema(record.ref));
    return 'incomplete';
  }
  try {
    await finish(run, backup, record);
    return 'made-whole';
  } catch (error) {
    const causes = foreseen(error);
    if (!causes) throw error;
    await tellUnfinished(run, record, problem, causes);
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
  await tellRestored(session, record.runId);
  const message = `${left}; ${ref} was loaded again, and what others wrote meanwhile is undone`;
  log({ level: 'info', event: 'restored', message: `${message}; that took ${formatDuration(incompleteMs)}` });
  const warning: Problem = { code: 'restore-incomplete', message };
  tell(draft, { warnings: [...draft.report.warnings, warning] });
}

async function tellUnfinished(
  { draft, session }: WritingRun,
  record: InPlaceRecord,
  problem: Problem,
  causes: readonly Problem[],
): Promise<void> {
  const why = causes.filter(({ code }) => code !== 'restore-incomplete');
  tell(draft, {
    result: 'restore-failed',
    problems: [problem, ...why],
  });
  tellState(draft, incompleteSchema(record.ref));
  await finishRun(session, record.runId, 'restore-failed', null, {}).catch(() => undefined);
}
