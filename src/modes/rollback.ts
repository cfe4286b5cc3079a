import { ExpectedError, refuse } from '../errors.ts';
import type { RollbackInputs } from '../inputs.ts';
import { withConnection } from '../mysql/connection.ts';
import { withDeployLock } from '../mysql/lock.ts';
import { probeRestore } from '../mysql/restore/side-schema.ts';
import { finishRun, readLastBackupRef, recordRun, undoStatementsSince } from '../mysql/runs.ts';
import { readServer, requireWritable } from '../mysql/server.ts';
import { readTrackingState } from '../mysql/tracking-state.ts';
import { ensureTrackingTables } from '../mysql/tracking-tables.ts';
import type { Log } from '../report/log.ts';
import type { ReportedRestore } from '../report/report.ts';
import { count } from '../report/wording.ts';
import { tell, type Draft } from './draft.ts';
import { finishLeftRestore } from './finish-left-restore.ts';
import { tellTarget } from './read-target.ts';
import { requireApproval } from './require-approval.ts';
import { rehearseRestore, restoreBackup } from './restore-backup.ts';
import type { Services } from './services.ts';
import { openKept, takeBackup } from './take-backup.ts';
import { details, runId, runStart, type WritingRun } from './update-run.ts';

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
    tellTarget(inputs, draft, server);
    await requireWritable(session, server);
    const owner = { runId: runId(draft), actor: inputs.run.actor, runUrl: inputs.run.runUrl };
    await withDeployLock(session, inputs.lockTimeout, owner, log, () =>
      rollbackLocked({ inputs, draft, log, session, server, interrupt: NEVER, artifacts, postStep }, inputs),
    );
  });
}

/** A restore that is killed leaves the old state or the new one, so it needs no orderly end. */
const NEVER = new AbortController().signal;

async function rollbackLocked(run: WritingRun, inputs: RollbackInputs): Promise<void> {
  const { draft, log, session } = run;
  await ensureTrackingTables(session, await readTrackingState(session), log);
  await finishLeftRestore(session, inputs.lockTimeout);
  refuse(await probeRestore(session));
  const ref = inputs.backupRef ?? (await readLastBackupRef(session)) ?? noBackup();
  const { facts } = await openKept(run, inputs.backup, ref);
  run.postStep?.begin(runId(draft));
  await recordRun(session, runStart(run), 'running', { restores: ref, restoresTo: facts.createdAt });
  try {
    if (inputs.dryRun) {
      await rehearseRestore(run, inputs.backup, ref);
      tell(draft, { databaseState: 'The database was not changed; the backup can be restored.' });
    } else {
      const safety = await takeBackup(run, inputs.backup);
      tell(draft, { backup: safety });
      const restore = await restoreBackup(run, inputs.backup, ref);
      await undoStatementsSince(session, facts.createdAt);
      tell(draft, {
        isRestored: true,
        restore,
        databaseState: `${describeRollback(restore, facts.createdAt)} What was there before is kept in ${restore.aside}; to undo this rollback: backup-ref ${safety.ref}.`,
      });
    }
  } catch (error) {
    await finishRun(session, runId(draft), 'failed', 0, details(draft)).catch(() => undefined);
    throw error;
  }
  await finishRun(session, runId(draft), 'succeeded', 0, details(draft));
}

function describeRollback({ keptTransactions }: ReportedRestore, createdAt: string): string {
  if (keptTransactions === undefined) return `The database is as it was at ${createdAt}.`;
  return `What deploys did since ${createdAt} is undone, and ${count(keptTransactions, 'transaction')} of others since then ${keptTransactions === 1 ? 'is' : 'are'} kept.`;
}

function noBackup(): never {
  throw new ExpectedError({
    code: 'wrong-backup',
    message: 'no update of this schema has left a backup',
    fix: 'pass backup-ref: the output of the update to undo',
  });
}
