import { ExpectedError, refuse, type Problem } from '../../errors.ts';
import type { RollbackInputs } from '../../inputs/inputs.ts';
import { withConnection } from '../../mysql/session/connection.ts';
import { readOpenInPlace } from '../../mysql/restore/in-place-record.ts';
import { journalRestored } from '../../mysql/tracking/journal-restored.ts';
import { finishRun, readLastBackupRef, recordBackup, recordRun } from '../../mysql/tracking/runs.ts';
import { readServer, requireWritable } from '../../mysql/privileges/server.ts';
import { readTrackingState } from '../../mysql/tracking/tracking-state.ts';
import { ensureTrackingTables } from '../../mysql/tracking/tracking-tables.ts';
import type { Log } from '../../log/log.ts';
import { incompleteSchema, rehearsedRestore, rolledBack } from '../../report/restore-state.ts';
import { updateReport, recordState, type Draft } from '../run/draft.ts';
import { recoverRestore } from '../recover/recover-restore.ts';
import { recordTarget } from '../plan/read-target.ts';
import { requireApproval } from '../plan/require-approval.ts';
import { toProblems } from '../run/to-problems.ts';
import {
  openRef,
  probeRight,
  rehearseRestore,
  restoreBackup,
  type OpenedRef,
} from '../restore/restore-backup.ts';
import { isIncomplete, waysOn } from '../restore/restore-in-place.ts';
import { comparedRows } from '../restore/row-exceptions.ts';
import type { Services } from '../run/services.ts';
import { estimateOf, takeBackup } from '../backup/take-backup.ts';
import { recordGuarantee } from '../plan/record-guarantee.ts';
import { details, runId, runStart, type WritingRun } from '../run/update-run.ts';
import { withRunLock } from '../run/with-run-lock.ts';

/** Restores a named backup, after taking one of what is there now: a rollback can itself be undone. */
export async function rollback(
  inputs: RollbackInputs,
  draft: Draft,
  log: Log,
  services: Services,
): Promise<void> {
  refuse(await requireApproval(inputs, draft, log, services));
  const { artifacts, postStep } = services;
  await withConnection(inputs.database, log, async (session) => {
    const server = await readServer(session);
    recordTarget(inputs, draft, server);
    await requireWritable(session, server);
    await withRunLock({ inputs, draft, log }, session, () =>
      rollbackLocked(
        { inputs, draft, log, session, server, interrupt: NEVER, artifacts, postStep, keys: new Map() },
        inputs,
      ),
    );
  });
}

/** A restore that is killed leaves the old state or the new one, so it needs no orderly end. */
const NEVER = new AbortController().signal;

async function rollbackLocked(run: WritingRun, inputs: RollbackInputs): Promise<void> {
  const { draft, log, session } = run;
  await ensureTrackingTables(session, await readTrackingState(session), log);
  await recoverRestore(session, inputs.lockTimeout);
  refuse(await probeRight(run));
  const { restoreGuarantee } = inputs;
  if (restoreGuarantee === 'in-place')
    await recordGuarantee(run, 'deploys', { backup: 'full', restoreGuarantee });
  const ref = inputs.backupRef ?? (await readLastBackupRef(session)) ?? noBackup();
  const opened = await openRef(run, inputs.backup, ref);
  const { facts } = opened.opened;
  run.postStep?.begin(runId(draft));
  await recordRun(session, runStart(run), 'running', { restores: ref, restoresTo: facts.createdAt });
  try {
    if (inputs.dryRun) {
      await rehearseRestore(run, opened);
      const known = inputs.restoreGuarantee === 'in-place' ? 'is whole' : 'can be restored';
      recordState(draft, rehearsedRestore(known));
    } else {
      await restoreSafely(run, inputs, opened);
      await journalRestored(session, facts);
    }
  } catch (error) {
    if (isIncomplete(error)) return recordIncomplete(run, ref, toProblems(error) ?? []);
    await finishRun(session, runId(draft), 'failed', 0, details(draft)).catch(() => undefined);
    throw error;
  }
  await finishRun(session, runId(draft), 'succeeded', 0, details(draft));
}

/** What is there is backed up first, unless an earlier restore left it incomplete: then nobody wants it back. */
async function restoreSafely(run: WritingRun, inputs: RollbackInputs, opened: OpenedRef): Promise<void> {
  const { draft, session } = run;
  const left = await readOpenInPlace(session);
  const safety = left?.phase === 'begun' ? undefined : await takeBackup(run, inputs.backup, opened.ref);
  if (safety) {
    await recordBackup(session, runId(draft), safety, await estimateOf(session, safety));
    updateReport(draft, { backup: safety });
  }
  const restore = await restoreBackup(run, opened);
  updateReport(draft, { isRestored: true, restore });
  recordState(draft, rolledBack(comparedRows(draft), restore, opened.opened.facts.createdAt, safety?.ref));
}

/** Not `blocked`: what was live is dropped. */
async function recordIncomplete(
  { draft, session }: WritingRun,
  ref: string,
  [problem, ...causes]: readonly Problem[],
): Promise<void> {
  const { backup } = draft.report;
  updateReport(draft, {
    result: 'restore-failed',
    problems: [{ ...problem!, fix: waysOn(ref, backup?.ref) }, ...causes],
  });
  recordState(draft, incompleteSchema(ref));
  await finishRun(session, runId(draft), 'restore-failed', 0, details(draft)).catch(() => undefined);
}

function noBackup(): never {
  throw new ExpectedError({
    code: 'wrong-backup',
    message: 'no update of this schema has left a backup',
    fix: 'pass backup-ref: the output of the update to undo',
  });
}
