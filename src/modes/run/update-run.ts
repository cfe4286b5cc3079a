import type { BackupStore } from '../../backup/backup-store.ts';
import type { Changelog } from '../../changelog/changeset.ts';
import type { Problem } from '../../errors.ts';
import type { NewEncryption } from '../../files/backup/backup-header.ts';
import type { UpdateInputs, WritingInputs } from '../../inputs/inputs.ts';
import type { Session } from '../../mysql/session/connection.ts';
import type { RunStart } from '../../mysql/tracking/runs.ts';
import type { Server } from '../../mysql/privileges/server.ts';
import type { Log } from '../../log/log.ts';
import type { Progress } from '../../report/deploy-state.ts';
import type { Draft } from './draft.ts';
import type { PostStep } from './services.ts';

/**
 * Calls `stop` once when somebody cancels the job or presses Ctrl-C; gives what takes that back. While it is in force the
 * process does not end by itself.
 */
export type OnInterrupt = (stop: () => void) => () => void;

/** Everything that a run under the lock works with, whatever it changes. */
export interface WritingRun {
  readonly inputs: WritingInputs;
  readonly draft: Draft;
  readonly log: Log;
  readonly session: Session;
  readonly server: Server;
  /** Aborted when the run is to stop as soon as it can. */
  readonly interrupt: AbortSignal;
  /** Undefined outside of a workflow run, as the next. */
  readonly artifacts: BackupStore | undefined;
  readonly postStep?: PostStep | undefined;
  /** What this run sealed with, by salt: to make a key again takes a third of a second and 64 MiB. */
  readonly keys: Map<string, NewEncryption>;
}

/** The same for `update`. */
export interface UpdateRun extends WritingRun {
  readonly inputs: UpdateInputs;
  readonly changelog: Changelog;
  /** Why this run may not go on, whatever its plan is: nobody approved it. */
  readonly refusals: readonly Problem[];
}

/** The run's id; `update` always has one. */
export function runId(draft: Draft): string {
  return draft.report.runId ?? '';
}

/** How many changesets took effect so far. */
export function appliedCount(draft: Draft): number {
  return draft.report.pending.filter(({ status }) => status === 'applied').length;
}

/** How far the run came, for the sentences of its state. */
export function progressOf(draft: Draft): Progress {
  return { applied: appliedCount(draft), backupRef: draft.report.backup?.ref };
}

/** What the audit row keeps of the report; the SQL is in the repository. */
export function details({ report }: Draft): Readonly<Record<string, unknown>> {
  const { contexts, labels, pending, problems, warnings } = report;
  return {
    contexts,
    labels,
    // The post step does not plan: what main wrote stays.
    ...(pending.length > 0 && {
      changesets: pending.map(({ key, status, durationMs, statementsDone }) => ({
        key,
        status,
        durationMs,
        statementsDone,
      })),
    }),
    problems,
    warnings,
  };
}

/** The audit row as it is known now. */
export function runStart({ inputs, draft }: WritingRun): RunStart {
  return {
    runId: runId(draft),
    environment: inputs.environment,
    mode: draft.report.mode,
    actor: inputs.run.actor,
    planHash: draft.report.planHash ?? null,
    gitSha: inputs.run.gitSha ?? null,
    runUrl: inputs.run.runUrl ?? null,
    approvedBy: draft.report.approval?.approvedBy ?? null,
  };
}
