import type { LiveState } from '../../src/report/database-state.ts';
import { stateSentence } from '../../src/report/database-state.ts';
import type { Report } from '../../src/report/report.ts';

/** What is contradictory in the state of a report; every report of a test is asked. */
export function stateProblems(report: Report): readonly string[] {
  const { result, mode, state, databaseState, isRestored } = report;
  const problems: string[] = [];
  if (databaseState !== stateSentence(state)) problems.push('databaseState is not the sentence of state');
  if (!possible(report).includes(state.live))
    problems.push(`state ${state.live} with result ${result} of ${mode}`);
  if (isRestored !== (state.live === 'restored'))
    problems.push(`state ${state.live}, and isRestored is ${isRestored}`);
  if ((state.certainty === 'unknown') !== (state.live === 'unknown'))
    problems.push(`state ${state.live} is ${state.certainty}`);
  if (state.changeset && state.live === 'half-applied' && state.changeset.statementsDone === 0)
    problems.push('half applied, and no statement is done');
  if (state.live === 'in-doubt' && state.certainty !== 'partial')
    problems.push(`in doubt, and ${state.certainty}`);
  return problems;
}

const LEFT: readonly LiveState[] = ['half-applied', 'in-doubt', 'incomplete'];

function possible({ result, mode }: Report): readonly LiveState[] {
  switch (result) {
    case 'ok':
      if (mode === 'update') return ['up-to-date', 'updated', 'restored'];
      if (mode === 'pipeline') return ['updated'];
      if (mode === 'rollback') return ['restored', 'unchanged'];
      // It asks only whether what was applied is still the same, and warns of an unfinished run.
      if (mode === 'verify') return ['unchanged', 'up-to-date', ...LEFT];
      return ['unchanged', 'up-to-date'];
    case 'blocked':
      return ['unchanged', 'up-to-date', ...LEFT];
    case 'restored':
      return ['restored'];
    case 'failed':
      return ['unchanged', 'updated', 'unknown', ...LEFT];
    case 'restore-failed':
      return ['unchanged', 'updated', 'unknown', ...LEFT];
    case 'unknown':
      return ['unknown', 'unchanged'];
  }
}
