import { ExpectedError } from '../../errors.ts';

export type ArtifactTask = 'keep' | 'fetch';

const FIXES: readonly { readonly matches: RegExp; readonly fix: Readonly<Record<ArtifactTask, string>> }[] = [
  {
    matches: /GHESNotSupported|not currently supported on GHES/,
    fix: {
      keep: 'GitHub Enterprise Server has no such artifacts: use backup-store: file:<folder>',
      fetch: 'GitHub Enterprise Server has no such artifacts: use a backup-ref that begins with file:',
    },
  },
  {
    matches: /quota|insufficient usage/i,
    fix: {
      keep: 'the storage for artifacts is used up: delete old artifacts, or use backup-store: file:<folder>',
      fetch: 'look at the storage limits of the account',
    },
  },
  {
    matches: /ACTIONS_RUNTIME_TOKEN|ACTIONS_RESULTS_URL|ACTIONS_RUNTIME/,
    fix: {
      keep: 'the runner gives these only to a step that uses the action; at a terminal use --backup-store file:<folder>',
      fetch:
        'the runner gives these only to a step that uses the action; at a terminal use a backup-ref with file:',
    },
  },
  {
    matches: /\b409\b|Conflict|already exists/i,
    fix: {
      keep: 'an artifact of this name is there already, and artifacts cannot be changed: run it again',
      fetch: 'run it again',
    },
  },
  {
    matches: /\b404\b|\b410\b|NotFound|not found|expired|No artifacts found/i,
    fix: {
      keep: 'the service does not know this run any more: run it again',
      fetch:
        'the artifact has expired, was deleted or is of another repository: pick the backup-ref of a later run, or download the file elsewhere and pass backup-ref: file:<path>',
    },
  },
  {
    matches: /\b40[13]\b|Forbidden|Unauthorized|not accessible/i,
    fix: {
      keep: 'see that artifacts are allowed in this repository and that its storage is not used up, or use backup-store: file:<folder>',
      fetch:
        'give the job `permissions: actions: read` and pass github-token; backups of other repositories cannot be read',
    },
  },
];

const OTHERWISE: Readonly<Record<ArtifactTask, string>> = {
  keep: 'try again, see https://www.githubstatus.com, or use backup-store: file:<folder>',
  fetch: 'try again, and see https://www.githubstatus.com',
};

/** Says what the service or its client reported, and what to do; what was foreseen already passes as it is. */
export function describeArtifactError(error: unknown, task: ArtifactTask, what: string): ExpectedError {
  if (error instanceof ExpectedError) return error;
  const said = textOf(error);
  const { fix } = FIXES.find(({ matches }) => matches.test(said)) ?? { fix: OTHERWISE };
  return new ExpectedError({
    code: task === 'keep' ? 'backup-failed' : 'backup-unavailable',
    message: `${what}: ${said}; nothing was changed`,
    fix: fix[task],
  });
}

/** Errors of the blob storage may have an empty message: then status, code and name are all there is. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { statusCode, status, code } = error as Error & Readonly<Record<string, unknown>>;
  const number = [statusCode, status].find((value) => typeof value === 'number');
  // A signed address is as good as a password.
  const message = (error.message.trim().split('\n')[0] ?? '').replaceAll(/(https?:\/\/[^\s?]+)\?\S*/g, '$1');
  const parts = [
    error.name === 'Error' ? '' : error.name,
    ...[number, code].map((value) => (typeof value === 'number' || typeof value === 'string' ? value : '')),
    message,
  ].filter(
    (part, index, all) =>
      part !== '' && (index === 3 || !message.includes(String(part))) && all.indexOf(part) === index,
  );
  return parts.join(' ') || 'no reason given';
}
