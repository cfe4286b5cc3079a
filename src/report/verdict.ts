import { describeBlock, describeFailure } from './failure.ts';
import { excusedViolations, warningsToShow, warningViolations, withStatus } from './findings.ts';
import { rejectedCount, type PipelineOutcome } from '../pipeline/pipeline-outcome.ts';
import type { Report } from './report.ts';
import { count, formatDuration, formatNumber, formatTarget, runDuration } from './wording.ts';

export interface Verdict {
  readonly exitCode: 0 | 1;
  /** One sentence, in plain text of which parts may come from others. */
  readonly headline: string;
}

/** Whether the run did what it was asked, and the one sentence that says so. */
export function verdict(report: Report): Verdict {
  return { exitCode: report.result === 'ok' ? 0 : 1, headline: headline(report) };
}

function headline(report: Report): string {
  switch (report.result) {
    case 'ok':
      return `${success(report)}${remarks(report)}`;
    case 'blocked':
      return `blocked: ${describeBlock(report)}${consequence(report)}`;
    case 'failed':
      return `failed: ${describeFailure(report, 'kept')}`;
    case 'restored':
      return `restored: ${describeFailure(report, 'undone')}; the database is back to its backup`;
    case 'restore-failed':
      if (report.problems.some(({ code }) => code === 'restore-incomplete'))
        return `restore failed in the middle after ${describeFailure(report, 'undone')}; the schema is incomplete and needs a person now`;
      return `restore failed after ${describeFailure(report, 'kept')}; the database needs a person now`;
    case 'unknown':
      return `unknown: ${describeFailure(report, 'kept')}`;
  }
}

function success(report: Report): string {
  const target = formatTarget(report);
  const pending = count(report.pending.length, 'changeset');
  const upToDate = `nothing pending: ${target} is up to date`;
  switch (report.mode) {
    case 'validate':
      return `changelog is valid: ${validated(report)}`;
    case 'status':
      return report.pending.length === 0 ? upToDate : `${pending} would be applied to ${target}`;
    case 'update-sql':
      return report.pending.length === 0 ? upToDate : `SQL of ${pending} for ${target} ${written(report)}`;
    case 'update':
      return report.pending.length === 0 ? upToDate : updated(report);
    case 'verify':
      return verified(report);
    case 'rollback':
      return rolledBack(report);
    case 'pipeline':
      return report.pipeline ? pipelined(report, report.pipeline) : `pipeline succeeded on ${target}`;
    case 'comment':
      return report.warnings.length === 0 ? 'published the saved report' : 'nothing to publish';
  }
}

function rolledBack(report: Report): string {
  const { restore } = report;
  if (!restore) return `the backup can be restored on ${formatTarget(report)}, nothing was changed`;
  return `${formatTarget(report)} is back to its backup, restored in ${formatDuration(restore.durationMs)}`;
}

function pipelined(report: Report, { datasets, checks }: PipelineOutcome): string {
  const read = datasets.reduce((sum, { rows }) => sum + rows.read, 0);
  const rejected = rejectedCount({ datasets });
  const parts = [
    `${count(read, 'row')} of ${count(datasets.length, 'dataset')} read`,
    ...(rejected > 0 ? [`${formatNumber(rejected)} rejected`] : []),
    `${count(checks.filter(({ status }) => status === 'passed').length, 'check')} passed`,
  ];
  return `${parts.join(', ')} on ${formatTarget(report)} in ${formatDuration(runDuration(report))}`;
}

function validated({ changesetCount, pending }: Report): string {
  const all = count(changesetCount ?? 0, 'changeset');
  const added = pending.filter(({ reason }) => reason === 'new').length;
  const again = pending.length - added;
  const parts = [
    ...(added > 0 ? [`, ${added} of them new`] : []),
    ...(again > 0 ? [`, ${again} to run again`] : []),
  ];
  return `${all}${parts.join('')}`;
}

function written({ sqlFile }: Report): string {
  return sqlFile === undefined
    ? 'printed, nothing was changed'
    : `written to ${sqlFile}, nothing was changed`;
}

function updated(report: Report): string {
  const others = (['marked-ran', 'skipped', 'not-run'] as const)
    .map((status) => ({ status, number: withStatus(report, status).length }))
    .filter(({ number }) => number > 0)
    .map(({ status, number }) => `, ${number} ${status}`);
  const applied = count(withStatus(report, 'applied').length, 'changeset');
  return `applied ${applied} to ${formatTarget(report)} in ${formatDuration(runDuration(report))}${others.join('')}`;
}

function verified(report: Report): string {
  const ran = report.filtered.filter(({ reason }) => reason === 'already-ran').length;
  const target = formatTarget(report);
  if (ran === 0) return `nothing to verify: no changeset of this changelog was applied to ${target}`;
  if (ran === 1) return `the one changeset applied to ${target} still has its checksum`;
  return `all ${count(ran, 'changeset')} applied to ${target} still have their checksums`;
}

/** What a success should not hide. */
function remarks(report: Report): string {
  const warnings = warningsToShow(report).length + warningViolations(report).length;
  const excused = excusedViolations(report).filter(({ severity }) => severity === 'error').length;
  const parts = [
    warnings > 0 ? [count(warnings, 'warning')] : [],
    excused > 0 ? [`${count(excused, 'policy error')} excused`] : [],
  ].flat();
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

function consequence({ mode, planHash }: Report): string {
  switch (mode) {
    case 'update':
    case 'pipeline':
    case 'rollback':
      return ', nothing was changed';
    case 'status':
    case 'update-sql':
      return planHash === undefined ? '' : ', update would refuse';
    case 'validate':
    case 'verify':
    case 'comment':
      return '';
  }
}
