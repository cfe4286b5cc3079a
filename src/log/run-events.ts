import type { LogEvent } from './log.ts';
import type { Mode, Report } from '../report/report.ts';
import { verdict } from '../report/verdict.ts';
import { runDuration } from '../report/wording.ts';

/** The first event of a run. */
export function runStarted(mode: Mode): LogEvent {
  return { level: 'info', event: 'run-started', message: `mode ${mode}`, mode };
}

/** The last event of a run: how it ended. */
export function runFinished(report: Report): LogEvent {
  const { exitCode, headline } = verdict(report);
  return {
    level: exitCode === 0 ? 'info' : 'error',
    event: 'run-finished',
    message: headline,
    mode: report.mode,
    result: report.result,
    databaseState: report.state.live,
    durationMs: runDuration(report),
  };
}
