import type { CommonInputs } from '../../inputs/inputs.ts';
import { stateSentence, type DatabaseState } from '../../report/database-state.ts';
import { NOT_CHANGED } from '../../report/deploy-state.ts';
import type { Comparison } from '../../mysql/exact/compare-rows.ts';
import type { Mode, Report, ReportedChangeset } from '../../report/report.ts';

/** A report in the making: whatever stops a run, what was known by then is still told. */
export interface Draft {
  report: Report;
  /** Of the run, from its first deploy lock on. */
  epoch?: number | undefined;
  /** What comparing rows showed before a restore swapped them in; without it nobody may say that they are as they were. */
  compared?: Comparison | undefined;
}

/** A report of a run that has only just begun. */
export function newDraft(
  mode: Mode,
  inputs: CommonInputs | undefined,
  runId: string | undefined,
  startedAt: Date,
): Draft {
  return {
    report: {
      schemaVersion: 1,
      mode,
      result: 'ok',
      environment: inputs?.environment,
      contexts: inputs?.contexts ?? [],
      labels: inputs?.labels?.source ?? '',
      actor: inputs?.run.actor ?? 'unknown',
      runId,
      runUrl: inputs?.run.runUrl,
      gitSha: inputs?.run.gitSha,
      startedAt: startedAt.toISOString(),
      finishedAt: startedAt.toISOString(),
      changelogFile: inputs?.changelogFile ?? '',
      workingDirectory: inputs?.run.repositoryPath ?? '.',
      target: undefined,
      planHash: undefined,
      planParts: undefined,
      resume: undefined,
      changesetCount: undefined,
      pending: [],
      filtered: [],
      tables: [],
      schemaBytes: undefined,
      comparedWith: undefined,
      violations: [],
      mismatches: [],
      problems: [],
      warnings: [],
      sqlFile: undefined,
      approval: undefined,
      backup: undefined,
      restore: undefined,
      guarantee: undefined,
      isRestored: false,
      pipeline: undefined,
      state: NOT_CHANGED,
      databaseState: stateSentence(NOT_CHANGED),
    },
  };
}

/** Adds to what is known. */
export function updateReport(draft: Draft, known: Partial<Report>): void {
  draft.report = { ...draft.report, ...known };
}

/** Records the state of the database, as data and as its sentence. */
export function recordState(draft: Draft, state: DatabaseState): void {
  updateReport(draft, { state, databaseState: stateSentence(state) });
}

/** Writes down what became of one changeset. */
export function recordChangesetOutcome(draft: Draft, key: string, outcome: Partial<ReportedChangeset>): void {
  const pending = draft.report.pending.map((changeset) =>
    changeset.key === key ? { ...changeset, ...outcome } : changeset,
  );
  updateReport(draft, { pending });
}
