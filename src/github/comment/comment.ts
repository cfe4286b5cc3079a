import type { Problem } from '../../errors.ts';
import {
  commentMarker,
  isOfLaterRun,
  runMarker,
  type CommentIdentity,
  type CommentRun,
} from '../../report/comment/marker.ts';
import type { CommentLinks } from '../../report/comment/comment-links.ts';
import { renderComment } from '../../report/comment/comment.ts';
import type { Report } from '../../report/report.ts';
import { readRefusal, type ApiAccess, type Refusal } from '../api.ts';
import { publishSticky } from './sticky-comment.ts';

/** Under which pull request a report shall stand, and as which comment. */
export interface CommentRequest {
  readonly access: ApiAccess;
  /** Of the pull request. */
  readonly number: number;
  readonly isFork: boolean;
  readonly identity: CommentIdentity;
  readonly run: CommentRun;
  readonly links: CommentLinks;
  readonly note?: string;
}

/** Publishes the report as the one comment of its kind; gives back why that was not possible, and never throws it. */
export async function publishComment(report: Report, request: CommentRequest): Promise<Problem | undefined> {
  const { access, number, identity, run, links, note } = request;
  if (access.token === undefined) {
    const fix = 'pass github-token, or set comment: never';
    return { code: 'publish-failed', message: `${what(number)}: there is no token`, fix };
  }
  const marker = commentMarker(identity);
  const options = { marker: `${marker}\n${runMarker(run)}`, links, ...(note === undefined ? {} : { note }) };
  try {
    const body = renderComment(report, options);
    await publishSticky(access, { number, marker, body, isNewer: (there) => isOfLaterRun(there, run) });
    return undefined;
  } catch (error) {
    return describe(readRefusal(error), request);
  }
}

function what(number: number): string {
  return `the comment on pull request #${number} could not be published`;
}

function describe(refusal: Refusal, { number, isFork }: CommentRequest): Problem {
  const { status, message } = refusal;
  const said = status === 0 ? message : `${status} ${message}`;
  return { code: 'publish-failed', message: `${what(number)}: ${said}`, fix: fixOf(refusal, isFork) };
}

function fixOf({ status, message }: Refusal, isFork: boolean): string {
  if (status === 403 && /rate limit/i.test(message))
    return 'GitHub asks to slow down: run the job again later';
  if ((status === 403 || status === 404) && isFork) {
    return 'the token of a pull request from a fork may only read: save the report file as an artifact, and publish it with mode: comment in a workflow that runs on workflow_run';
  }
  if (status === 401) return 'github-token is not valid: pass ${{ github.token }}';
  if (status === 403 || status === 404)
    return 'give the job `permissions: pull-requests: write`, or set comment: never';
  if (status === 422) return 'please report this: GitHub refuses the text';
  return 'see https://www.githubstatus.com, and run the job again for the comment; nothing else depends on it';
}
