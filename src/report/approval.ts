import type { Problem } from '../errors.ts';
import type { ReportedApproval } from './report.ts';

/** One entry of the review history of a workflow run. */
export interface Review {
  readonly isApproved: boolean;
  readonly environments: readonly string[];
  readonly by: string;
  readonly isBot: boolean;
  readonly comment: string;
}

/** Whether the environment makes a job wait for a person. */
export type Protection =
  | { readonly kind: 'reviewers' }
  | { readonly kind: 'none' }
  /** It could not be read, for this reason. */
  | { readonly kind: 'unknown'; readonly why: string };

/** What an approval of this run would have to be. */
export interface ApprovalRequest {
  readonly environment: string;
  /** Who started the run, and who started this attempt of it: neither can approve it. */
  readonly actors: readonly string[];
  /** From 1; a re-run is a later attempt of the same run, with the same history of reviews. */
  readonly attempt: number;
}

/** An approval, or why there is none. */
export interface ApprovalVerdict {
  readonly approval: ReportedApproval | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Whether somebody other than the actors approved this run for the environment. GitHub does not say when, nor for which
 * attempt: a re-run counts only where the environment has reviewers, no actor is among those who approved, and there are
 * as many approvals as attempts. Who started a run through a program is not known, so such a run counts for nothing.
 */
export function judgeApproval(
  reviews: readonly Review[],
  protection: Protection,
  request: ApprovalRequest,
): ApprovalVerdict {
  const { environment, attempt, actors } = request;
  if (actors.length === 0 || actors.some((actor) => actor.endsWith('[bot]')))
    return refused(startedByProgram());
  const approvals = reviews.filter(
    ({ isApproved, isBot, environments }) => isApproved && !isBot && environments.some(isSame(environment)),
  );
  const others = approvals.filter(({ by }) => !request.actors.some(isSame(by)));
  const last = others.at(-1);
  if (!last) return refused(noApproval(approvals, protection, request));
  if (attempt > 1 && others.length < approvals.length) return refused(selfApprovedReRun(request));
  if (attempt > 1 && protection.kind !== 'reviewers') return refused(unguardedReRun(protection, request));
  if (others.length < attempt) return refused(borrowedApproval(request, others.length));
  return {
    approval: { environment, approvedBy: last.by, comment: last.comment },
    problems: [],
    warnings: protectionWarnings(protection, environment),
  };
}

function isSame(name: string): (other: string) => boolean {
  return (other) => other.toLowerCase() === name.toLowerCase();
}

function refused(problem: Problem): ApprovalVerdict {
  return { approval: undefined, problems: [problem], warnings: [] };
}

function noApproval(
  approvals: readonly Review[],
  protection: Protection,
  { environment, actors }: ApprovalRequest,
): Problem {
  const [own] = approvals;
  if (own) {
    return {
      code: 'not-approved',
      message: `only ${own.by} approved this run for environment ${environment}, who also started it`,
      fix: `have somebody else approve it, and switch on "Prevent self-review" in environment ${environment}`,
    };
  }
  const message = `nobody approved this run for environment ${environment}`;
  switch (protection.kind) {
    case 'none':
      return {
        code: 'not-approved',
        message: `${message}: the environment has no required reviewers, so GitHub asks nobody`,
        fix: `${setUp(environment)}; where the plan of this repository has no required reviewers (private ones on Free, Pro and Team), leave require-approval out and have a second person start the workflow with the expected-plan-hash`,
      };
    case 'reviewers':
      return {
        code: 'not-approved',
        message,
        fix: `give this job "environment: ${environment}", so that it waits for a reviewer; it was started by ${actors.join(' and ')}, who cannot approve it`,
      };
    case 'unknown':
      return { code: 'not-approved', message: `${message} (${protection.why})`, fix: setUp(environment) };
  }
}

function selfApprovedReRun({ environment, attempt, actors }: ApprovalRequest): Problem {
  return {
    code: 'not-approved',
    message: `this is attempt ${attempt} of the run, and ${actors.join(' or ')} approved one of its attempts for environment ${environment}: GitHub does not say which`,
    fix: 'start a new run and have somebody else approve it',
  };
}

function startedByProgram(): Problem {
  return {
    code: 'not-approved',
    message: 'a program started this run, so it is not known who may not approve it',
    fix: 'start the workflow by hand, and have somebody else approve it',
  };
}

function borrowedApproval({ environment, attempt }: ApprovalRequest, approvals: number): Problem {
  return {
    code: 'not-approved',
    message: `this is attempt ${attempt} of the run, and environment ${environment} was approved ${approvals === 1 ? 'once' : `${approvals} times`}: an approval of an earlier attempt does not count`,
    fix: 'start a new run and have somebody approve it',
  };
}

function unguardedReRun(protection: Protection, { environment, attempt }: ApprovalRequest): Problem {
  const why = protection.kind === 'unknown' ? protection.why : 'the environment has no required reviewers';
  return {
    code: 'not-approved',
    message: `this is attempt ${attempt} of the run, and nothing made it wait for an approval of its own (${why})`,
    fix: `start a new run; ${setUp(environment)}`,
  };
}

function setUp(environment: string): string {
  return `add required reviewers to environment ${environment} (Settings, Environments), and give this job "environment: ${environment}"`;
}

function protectionWarnings(protection: Protection, environment: string): readonly Problem[] {
  switch (protection.kind) {
    case 'reviewers':
      return [];
    case 'none':
      return [
        {
          code: 'not-approved',
          message: `environment ${environment} has no required reviewers (any more): the next run will wait for nobody`,
          fix: setUp(environment),
        },
      ];
    case 'unknown':
      return [
        {
          code: 'not-approved',
          message: `whether environment ${environment} has required reviewers is not known: ${protection.why}`,
          fix: 'give the job `permissions: actions: read`',
        },
      ];
  }
}
