import { ExpectedError } from '../../errors.ts';
import { withConnection } from '../../mysql/session/connection.ts';
import { finishPipelineRun, wasTransformed } from '../../mysql/pipeline/pipeline-runs.ts';
import { describeServerError, isConnectionLost } from '../../mysql/session/server-error.ts';
import { LOST_AT_COMMIT, LOST_BEFORE_COMMIT, TRANSACTION_LOST } from '../../report/pipeline-state.ts';
import { updateReport, recordState } from '../run/draft.ts';
import {
  outcome,
  pipelineDetails,
  recordRunFailure,
  recordPipeline,
  type PipelineRun,
} from './pipeline-run.ts';
import { recordCommitted } from './transform-and-check.ts';
import { isSuperseded } from '../../mysql/tracking/epoch.ts';
import { runId } from '../run/update-run.ts';
import { withRunLock } from '../run/with-run-lock.ts';

type LostPipeline = Omit<PipelineRun, 'session'>;

/**
 * After a lost connection: finds out whether the transforms were committed. The deploy lock is free only when the lost
 * session is gone, so whoever gets it sees what that session left for good; and the next run goes on from there.
 */
export async function resolveLostPipeline(run: LostPipeline, lost: unknown): Promise<void> {
  const { inputs, draft, log } = run;
  const message = `the connection was lost: ${describeServerError(lost)}`;
  updateReport(draft, { result: 'unknown' });
  recordState(draft, outcome(run).isCommitted === undefined ? LOST_AT_COMMIT : LOST_BEFORE_COMMIT);
  log({ level: 'warning', event: 'connection-lost', message: `${message}; finding out what is in effect` });
  const deadline = Date.now() + inputs.database.connectTimeout * 1000;
  for (;;) {
    try {
      await resolveLocked(run, message);
      return;
    } catch (error) {
      // A server that shuts down lets sessions in and ends them again.
      if (isConnectionLost(error) && Date.now() < deadline) continue;
      if (isSuperseded(error)) throw error;
      if (!(error instanceof ExpectedError) && !isConnectionLost(error)) throw error;
      const problems = error instanceof ExpectedError ? error.problems : [];
      const fix = 'see that the server runs, then run the pipeline again: it goes on where it stood';
      updateReport(draft, { problems: [{ code: 'connection-lost', message, fix }, ...problems] });
      return;
    }
  }
}

async function resolveLocked(run: LostPipeline, message: string): Promise<void> {
  const { inputs, draft, log } = run;
  const id = runId(draft);
  await withConnection(inputs.database, log, (session) =>
    withRunLock(run, session, async () => {
      if (await wasTransformed(session, id)) {
        updateReport(draft, { result: 'ok' });
        recordCommitted(run);
        await finishPipelineRun(session, id, 'succeeded', pipelineDetails(run));
        return;
      }
      recordPipeline(run, { isCommitted: false });
      const fix = 'run the pipeline again: it goes on where ingest stood';
      recordRunFailure(run, [{ code: 'connection-lost', message, fix }], TRANSACTION_LOST);
      await finishPipelineRun(session, id, 'failed', pipelineDetails(run));
    }),
  );
}
