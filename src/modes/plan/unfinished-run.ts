import type { Changelog, Changeset } from '../../changelog/changeset.ts';
import { describeSessionNeed, findSessionNeed, type SessionNeed } from '../../sql/read/session-need.ts';
import { judgeProgress, type InDoubtAnswer, type Leftover } from '../../changelog/journal.ts';
import type { Plan } from '../../changelog/plan/plan.ts';
import type { Problem } from '../../errors.ts';
import { leftInTheMiddle } from '../../report/deploy-state.ts';
import { inEffect } from '../../report/wording.ts';
import { recordState, type Draft } from '../run/draft.ts';
import type { Findings } from './decide-doubts.ts';
import type { ResumePoint } from '../../mysql/tracking/journal.ts';
import type { UnfinishedChangeset } from '../../mysql/tracking/unfinished.ts';

/** What an unfinished run means for this one: reasons to refuse, or where to go on. */
export interface UnfinishedVerdict {
  readonly problems: readonly Problem[];
  /** The first changeset that an earlier run left in the middle, where that is a problem. */
  readonly stopped?: string | undefined;
  /** By `author:id`. */
  readonly resumePoints: ReadonlyMap<string, ResumePoint>;
}

/** Decides how to go on after runs that stopped in the middle of a changeset; without `resume` that is refused. */
export function judgeUnfinished(
  unfinished: readonly UnfinishedChangeset[],
  changelog: Changelog,
  plan: Plan,
  wish: { readonly resume: boolean; readonly resumeInDoubt: InDoubtAnswer | undefined },
  findings: Findings = new Map(),
): UnfinishedVerdict {
  const problems: Problem[] = [];
  const resumePoints = new Map<string, ResumePoint>();
  const changesets = new Map(changelog.changesets.map((changeset) => [changeset.key, changeset]));
  let stopped: string | undefined;
  for (const each of unfinished) {
    const { key, rows, run } = each;
    const changeset = changesets.get(key);
    if (!changeset) {
      stopped ??= key;
      problems.push(goneProblem(each, key, rows.length));
      continue;
    }
    const leftover = judgeProgress(changeset, rows);
    const verdict = judge(each, changeset, leftover, wish);
    if ('code' in verdict) problems.push(withFinding(verdict, findings.get(key)));
    else if (verdict.done > 0 && !isPending(plan, key)) problems.push(filteredProblem(each, changeset));
    else {
      if (verdict.done > 0) resumePoints.set(key, { runId: run.runId, done: verdict.done });
      continue;
    }
    stopped ??= key;
  }
  return { problems, stopped, resumePoints };
}

/** Records what the database is like where an earlier run stopped in the middle, and this one goes no further. */
export function recordUnfinishedState(draft: Draft, { problems, stopped }: UnfinishedVerdict): void {
  if (problems.length === 0) return;
  const isInDoubt = problems.some(({ code }) => code === 'statement-in-doubt');
  recordState(draft, leftInTheMiddle(isInDoubt ? 'in-doubt' : 'half-applied', stopped));
}

function isPending({ pending }: Plan, key: string): boolean {
  return pending.some(({ changeset }) => changeset.key === key);
}

function judge(
  unfinished: UnfinishedChangeset,
  changeset: Changeset,
  leftover: Leftover,
  wish: { readonly resume: boolean; readonly resumeInDoubt: InDoubtAnswer | undefined },
): { readonly done: number } | Problem {
  switch (leftover.kind) {
    case 'untouched':
      return { done: 0 };
    case 'partial': {
      const need = findSessionNeed(changeset.sql.statements, leftover.done);
      if (need) return needProblem(unfinished, changeset, leftover.done, need);
      return wish.resume ? { done: leftover.done } : partialProblem(unfinished, changeset, leftover.done);
    }
    case 'in-doubt': {
      const number = leftover.done + 1;
      if (!wish.resume || wish.resumeInDoubt === undefined)
        return doubtProblem(unfinished, changeset, number);
      const done = wish.resumeInDoubt === 'done' ? number : leftover.done;
      const need = findSessionNeed(changeset.sql.statements, done);
      return need ? needProblem(unfinished, changeset, done, need) : { done };
    }
    case 'edited':
      return editedProblem(unfinished, changeset, leftover.statementNo);
  }
}

function withFinding(problem: Problem, finding: string | undefined): Problem {
  return finding === undefined ? problem : { ...problem, message: `${problem.message}; ${finding}` };
}

function describeRun({ run }: UnfinishedChangeset): string {
  const url = run.runUrl === null ? '' : `, ${run.runUrl}`;
  return `run ${run.runId} of ${run.actor} (started ${run.startedAt} UTC${url})`;
}

/** Forward, or back: to the backup where there is one, else by hand. */
function waysOn({ run }: UnfinishedChangeset, forward: string): string {
  const back =
    run.backupRef === null
      ? `undo what is in effect by hand and set status = 'undone' for run_id '${run.runId}' in ops_migration_statements`
      : `run mode: rollback with backup-ref: ${run.backupRef}`;
  return `${forward}; or ${back}`;
}

function partialProblem(unfinished: UnfinishedChangeset, changeset: Changeset, done: number): Problem {
  const total = changeset.sql.statements.length;
  return {
    code: 'unfinished-run',
    message: `${describeRun(unfinished)} stopped in changeset ${changeset.key}: ${inEffect(done, total)}`,
    at: { file: changeset.sql.path, line: changeset.sql.statements[done]?.line ?? 1 },
    fix: waysOn(unfinished, `run with resume: true to go on at statement ${done + 1}`),
  };
}

/** The values that a statement needs are gone with the session that had them. */
function needProblem(
  unfinished: UnfinishedChangeset,
  changeset: Changeset,
  done: number,
  need: SessionNeed,
): Problem {
  const total = changeset.sql.statements.length;
  return {
    code: 'unfinished-run',
    message: `${describeRun(unfinished)} stopped in changeset ${changeset.key}: ${inEffect(done, total)}; ${describeSessionNeed(need)}`,
    at: { file: changeset.sql.path, line: changeset.sql.statements[need.needs - 1]?.line ?? 1 },
    fix: waysOn(
      unfinished,
      `write into statement ${need.needs} the value that it needs (statements that are not in effect may be edited), then run with resume: true`,
    ),
  };
}

function doubtProblem(unfinished: UnfinishedChangeset, changeset: Changeset, number: number): Problem {
  return {
    code: 'statement-in-doubt',
    message: `${describeRun(unfinished)} was cut off while statement ${number} of changeset ${changeset.key} ran: whether it took effect is not known`,
    at: { file: changeset.sql.path, line: changeset.sql.statements[number - 1]?.line ?? 1 },
    fix: waysOn(
      unfinished,
      'look at the schema, then run with resume: true and resume-in-doubt: done or not-done',
    ),
  };
}

function editedProblem(unfinished: UnfinishedChangeset, changeset: Changeset, number: number): Problem {
  return {
    code: 'unfinished-run',
    message: `${describeRun(unfinished)} stopped in changeset ${changeset.key}, and statement ${number}, which is in effect, was edited since`,
    at: { file: changeset.sql.path, line: changeset.sql.statements[number - 1]?.line ?? 1 },
    fix: waysOn(
      unfinished,
      'restore the statements that are in effect as they ran and edit only those after them',
    ),
  };
}

function filteredProblem(unfinished: UnfinishedChangeset, changeset: Changeset): Problem {
  return {
    code: 'unfinished-run',
    message: `${describeRun(unfinished)} stopped in changeset ${changeset.key}, which contexts or labels keep out of this run`,
    at: changeset.at,
    fix: 'run with the contexts and labels of that run',
  };
}

function goneProblem(unfinished: UnfinishedChangeset, key: string, statements: number): Problem {
  return {
    code: 'unfinished-run',
    message: `${describeRun(unfinished)} stopped in changeset ${key} after ${statements} statements, and the changeset is gone from the changelog`,
    fix: waysOn(unfinished, 'put the changeset back, then run with resume: true'),
  };
}
