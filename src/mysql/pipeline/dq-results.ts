import type { CheckOutcome } from '../../pipeline/pipeline-outcome.ts';
import { readRows, write, type Session } from '../session/connection.ts';

const SELECT_PREVIOUS = `SELECT d.check_name AS name, d.metric_value AS metric FROM ops_dq_results AS d
  JOIN ops_pipeline_runs AS r USING (run_id)
  WHERE d.metric_value IS NOT NULL AND d.run_id = (
    SELECT run_id FROM ops_pipeline_runs AS last
    WHERE EXISTS (SELECT 1 FROM ops_dq_results AS o WHERE o.run_id = last.run_id)
    ORDER BY COALESCE(last.epoch, 0) DESC, last.started_at DESC, last.run_id DESC LIMIT 1
  )`;

/** The metrics of the last run that came to its checks. */
export async function readPreviousMetrics(session: Session): Promise<ReadonlyMap<string, number>> {
  const rows = await readRows<{ name: string; metric: number | string }>(session, SELECT_PREVIOUS);
  return new Map(rows.map(({ name, metric }) => [name, Number(metric)]));
}

const INSERT_RESULT = `INSERT INTO ops_dq_results
    (run_id, check_name, passed, metric_value, threshold, severity, details)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** Writes what the checks found; those that were not asked have no row. */
export async function recordResults(
  session: Session,
  runId: string,
  checks: readonly CheckOutcome[],
): Promise<void> {
  for (const check of checks.filter(({ status }) => status !== 'not-run')) {
    const { examples, query, at, durationMs, isMetricHidden } = check;
    await write(session, INSERT_RESULT, [
      runId,
      check.name,
      check.status === 'passed' ? 1 : 0,
      check.metric ?? null,
      check.threshold,
      check.severity,
      JSON.stringify({ at, durationMs, examples, query, isMetricHidden }),
    ]);
  }
}
