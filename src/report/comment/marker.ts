import { createHash } from 'node:crypto';
import { clamp } from '../../wording/visible.ts';

/** What makes two runs speak of the same thing, so that the later one replaces what the earlier one said. */
export interface CommentIdentity {
  /** `plan` of `status` and `update-sql`, `changes` of `validate`; `saved-…` where another run saved the report. */
  readonly kind: 'plan' | 'changes' | 'saved-plan' | 'saved-changes';
  readonly environment: string | undefined;
  readonly workingDirectory: string;
  readonly changelogFile: string;
}

/** The run that writes a comment; of two runs the one with the greater id began later. */
export interface CommentRun {
  readonly id: number;
  readonly attempt: number;
}

const RUN = /^<!-- run (\d{1,16})\.(\d{1,6}) -->$/m;

/** The first line of a comment, by which it is found again; nothing that others wrote can end it. */
export function commentMarker(identity: CommentIdentity): string {
  const { kind, environment = '', workingDirectory, changelogFile } = identity;
  const hash = createHash('sha256')
    .update(JSON.stringify([kind, environment, workingDirectory, changelogFile]))
    .digest('hex')
    .slice(0, 16);
  const name = encodeURIComponent(clamp(environment, 100).toWellFormed()).replaceAll('-', '%2D');
  return `<!-- db-deploy:${name}:${hash} -->`;
}

/** The second line. */
export function runMarker({ id, attempt }: CommentRun): string {
  return `<!-- run ${id}.${attempt} -->`;
}

/** Whether the comment is of a run that began after this one. */
export function isOfLaterRun(body: string, { id, attempt }: CommentRun): boolean {
  const [, theirs, theirAttempt] = RUN.exec(body.slice(0, 1000)) ?? [];
  if (theirs === undefined) return false;
  return Number(theirs) === id ? Number(theirAttempt) > attempt : Number(theirs) > id;
}
