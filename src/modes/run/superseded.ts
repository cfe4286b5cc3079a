import { changesetKey } from '../../changelog/history.ts';
import { stateOfRows } from '../../changelog/journal.ts';
import type { ExpectedError, Problem } from '../../errors.ts';
import type { CommonInputs } from '../../inputs/inputs.ts';
import {
  makeReadOnly,
  withConnection,
  type DatabaseInputs,
  type Session,
} from '../../mysql/session/connection.ts';
import { readHistory } from '../../mysql/tracking/history.ts';
import { wasTransformed } from '../../mysql/pipeline/pipeline-runs.ts';
import { readTrackingState } from '../../mysql/tracking/tracking-state.ts';
import { readUnfinished } from '../../mysql/tracking/unfinished.ts';
import type { LiveState } from '../../report/database-state.ts';
import { supersededBy } from '../../report/deploy-state.ts';
import type { Log } from '../../log/log.ts';
import { updateReport, recordChangesetOutcome, recordState, type Draft } from './draft.ts';
import { runId } from './update-run.ts';

/** The run ends as `failed`, with the state in which the other run left the database, as far as it can be read. */
export async function recordSuperseded(
  inputs: CommonInputs & { readonly database: DatabaseInputs },
  draft: Draft,
  log: Log,
  { problems }: ExpectedError,
): Promise<void> {
  const others = draft.report.problems.filter(({ code }) => code !== 'superseded');
  log({ level: 'error', event: 'superseded', message: problems[0]!.message });
  updateReport(draft, { result: 'failed', problems: [...problems, ...others] as readonly Problem[] });
  const state = await withConnection(inputs.database, log, async (session) => {
    await makeReadOnly(session);
    return draft.report.pipeline ? describePipeline(session, draft) : describeChangesets(session, draft);
  }).catch((): Found => ({
    live: 'unknown',
    found: 'In which state the other run left the database could not be read.',
  }));
  recordState(draft, supersededBy(state.live, state.found));
}

/** What was found of this run after another one began. */
interface Found {
  readonly live: LiveState;
  /** In a sentence. */
  readonly found: string;
}

async function describePipeline(session: Session, draft: Draft): Promise<Found> {
  const isIn = await wasTransformed(session, runId(draft));
  return isIn
    ? { live: 'updated', found: 'What this run transformed was committed before.' }
    : { live: 'unchanged', found: 'What transforms build was not changed by this run.' };
}

async function describeChangesets(session: Session, draft: Draft): Promise<Found> {
  const state = await readTrackingState(session);
  const history = await readHistory(session, state);
  const unfinished = new Map((await readUnfinished(session, state)).map(({ key, rows }) => [key, rows]));
  const lists: Record<'applied' | 'half' | 'not', string[]> = { applied: [], half: [], not: [] };
  for (const { key } of draft.report.pending) {
    const row = [...history.values()].find(({ author, id }) => changesetKey(author, id) === key);
    if (unfinished.has(key)) lists.half.push(key);
    else if (!row) lists.not.push(key);
    else lists.applied.push(row.runId === runId(draft) ? key : `${key} (by run ${row.runId ?? 'unknown'})`);
    if (row && !unfinished.has(key))
      recordChangesetOutcome(draft, key, { status: 'applied', problem: undefined });
  }
  const parts = [
    ...(lists.applied.length > 0 ? [`applied: ${lists.applied.join(', ')}`] : []),
    ...(lists.half.length > 0 ? [`half applied: ${lists.half.join(', ')}`] : []),
    ...(lists.not.length > 0 ? [`not applied: ${lists.not.join(', ')}`] : []),
  ];
  const halfRows = lists.half.flatMap((key) => unfinished.get(key) ?? []);
  const whole = lists.applied.length > 0 ? 'updated' : 'unchanged';
  const live = lists.half.length > 0 ? stateOfRows(halfRows) : whole;
  if (parts.length === 0) return { live, found: 'Nothing of this run was applied.' };
  return { live, found: `Of this plan now ${parts.join('; ')}.` };
}
