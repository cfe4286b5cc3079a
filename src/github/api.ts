import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '../report/wording.ts';

/** Where GitHub's API is, as whom to use it, and for how long to try. */
export interface ApiAccess {
  /** `GITHUB_API_URL`; github.com's where it is not set. */
  readonly url: string | undefined;
  readonly token: string | undefined;
  /** `owner/name`. */
  readonly repository: string;
  /** Milliseconds for all requests of one task together, pauses included; 30 seconds where it is not set. */
  readonly deadline?: number;
}

/** One request: `GET /repos/{owner}/{repo}/…`, with values for all braces but those two. */
export type Ask = (
  route: string,
  values?: Readonly<Record<string, unknown>>,
) => Promise<{ readonly data: unknown; readonly headers: Readonly<Record<string, unknown>> }>;

/** What GitHub said no with; `status` is 0 where nobody answered. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

const DEADLINE = 30_000;
const LONGEST_REQUEST = 10_000;
const MOST_ATTEMPTS = 4;

/**
 * Does a task with the API. The task is begun again, after the pause that GitHub asks for, when the service is out of
 * order, out of reach or asks to slow down; so it must be one that can be repeated. Throws what the last attempt threw.
 */
export async function withApi<T>(access: ApiAccess, task: (ask: Ask) => Promise<T>): Promise<T> {
  const deadline = Date.now() + (access.deadline ?? DEADLINE);
  const ask = await openApi(access, deadline);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await task(ask);
    } catch (error) {
      const pause = pauseAfter(error, attempt);
      if (pause === undefined || attempt === MOST_ATTEMPTS || Date.now() + pause >= deadline) throw error;
      await sleep(pause);
    }
  }
}

/** The status and words of a refusal; anything that the client did not throw is our bug and thrown on. */
export function readRefusal(error: unknown): Refusal {
  if (!(error instanceof Error)) throw error;
  const { status, response } = error as RequestFailure;
  if (status === undefined) throw error;
  const message = response ? error.message.split(' - https://')[0] : innermost(error);
  return { status: response ? status : 0, message: message ?? '' };
}

/** "fetch failed" says nothing; what it was caused by does. */
function innermost(error: Error): string {
  const { cause, code } = error as Error & { readonly code?: unknown };
  if (typeof cause === 'object' && cause !== null) return innermost(cause as Error);
  return error.message === '' ? String(code) : error.message;
}

/** Whether the same request may well be answered in a while. */
export function isPassing(error: unknown): boolean {
  return pauseAfter(error, 1) !== undefined;
}

/** What `@octokit/request-error` throws. */
interface RequestFailure extends Error {
  readonly status?: number;
  readonly response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

/** Loaded when it is needed: most runs make no comment. */
async function openApi(access: ApiAccess, deadline: number): Promise<Ask> {
  const { getOctokit } = await import('@actions/github');
  const [owner = '', repo = ''] = access.repository.split('/');
  const octokit = getOctokit(access.token ?? '', {
    ...(access.url === undefined ? {} : { baseUrl: access.url }),
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  return async (route, values = {}) => {
    const left = Math.max(1, Math.min(LONGEST_REQUEST, deadline - Date.now()));
    const controller = new AbortController();
    const giveUp = (): void => controller.abort(new Error(`no answer within ${formatDuration(left)}`));
    const timer = setTimeout(giveUp, left);
    try {
      return await octokit.request(route, { owner, repo, ...values, request: { signal: controller.signal } });
    } finally {
      clearTimeout(timer);
    }
  };
}

function ignore(): void {
  // Its warnings are for whoever writes the client.
}

/** Milliseconds to wait before another attempt; undefined where that would change nothing. */
function pauseAfter(error: unknown, attempt: number): number | undefined {
  const { status, response, message } = error as RequestFailure;
  if (status === undefined) return undefined;
  const headers = response?.headers ?? {};
  const backoff = 500 * 2 ** (attempt - 1);
  const asked = Number(headers['retry-after']);
  const isLimit =
    status === 429 ||
    (status === 403 &&
      (asked > 0 || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message)));
  if (!isLimit && status < 500) return undefined;
  if (asked > 0) return asked * 1000;
  const reset = Number(headers['x-ratelimit-reset']);
  if (isLimit && reset > 0) return Math.max(backoff, reset * 1000 - Date.now());
  return backoff;
}
