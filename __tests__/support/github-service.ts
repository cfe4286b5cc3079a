import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { ACTIONS_BOT, blobId, toError, toSimpleUser, type Account } from './github/fixtures.ts';
import { toApprovals, toEnvironment, type StoredEnvironment, type StoredReview } from './github/approvals.ts';
import { apiDescription } from './github/openapi.ts';

type Json = Readonly<Record<string, unknown>>;

export interface StoredComment {
  readonly id: number;
  readonly issue: number;
  body: string;
  readonly author: Account;
}

/** A commit and the files of its tree. */
export interface StoredCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

export interface StoredPull {
  readonly number: number;
  readonly state: 'open' | 'closed';
  readonly headSha: string;
  readonly headBranch: string;
  readonly headOwner: string;
}

/** What goes wrong: an answer that is no success, no answer at all, or a connection that breaks. */
export interface Fault {
  /** A part of `METHOD /path`. */
  readonly at: string;
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly kind?: 'hang' | 'break';
  /** For ever, where it is not said. */
  readonly times?: number;
}

/** GitHub's API for one test: with a memory, and checked against GitHub's own description both ways. */
export interface GithubService {
  /** For `api_url` of the `github` context. */
  readonly url: string;
  readonly token: string;
  readonly comments: readonly StoredComment[];
  /** `METHOD /path` of everything that was asked. */
  readonly requests: readonly string[];
  readonly addComment: (issue: number, author: Account, body: string) => StoredComment;
  readonly addCommit: (commit: StoredCommit) => void;
  readonly addPull: (pull: StoredPull) => void;
  /** To the reviews of workflow run 8841. */
  readonly addReview: (review: StoredReview) => void;
  readonly addEnvironment: (environment: StoredEnvironment) => void;
  readonly fail: (fault: Fault) => void;
  /** Who the token is, and whether it may write comments; GitHub's bot, which may, by default. */
  readonly beTokenOf: (account: Account, permissions?: { readonly comments: 'write' | 'read' }) => void;
}

interface State {
  url: string;
  readonly comments: StoredComment[];
  readonly commits: Map<string, StoredCommit>;
  readonly pulls: StoredPull[];
  readonly reviews: StoredReview[];
  readonly environments: StoredEnvironment[];
  readonly requests: string[];
  readonly faults: (Fault & { left: number })[];
  /** What broke GitHub's description; none of it may be left when the test is over. */
  readonly broken: string[];
  account: Account;
  canComment: boolean;
  nextId: number;
}

type Answer = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];

const REPOSITORY = '/repos/org/shop';
const TOKEN = 'ghs_0123456789abcdefghijklmnopqrstuvwxyz';
/** GitHub gives no more on a page, whatever is asked for. */
const LARGEST_PAGE = 100;
const releases: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

/** Starts a service; it is gone when the test is over, which fails if a request was not what GitHub describes. */
export async function githubService(): Promise<GithubService> {
  const state: State = {
    ...{
      url: '',
      comments: [],
      commits: new Map(),
      pulls: [],
      reviews: [],
      environments: [],
      requests: [],
      faults: [],
      broken: [],
    },
    ...{ account: ACTIONS_BOT, canComment: true, nextId: 1000 },
  };
  const server = createServer((request, response) => {
    serve(state, request, response).catch((error: unknown) => {
      state.broken.push(String(error));
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  releases.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    if (state.broken.length > 0) throw new Error(`not as GitHub describes it:\n${state.broken.join('\n')}`);
  });
  return {
    ...{ url: state.url, token: TOKEN, comments: state.comments, requests: state.requests },
    addComment: (issue, author, body) => addComment(state, issue, author, body),
    addCommit: (commit) => void state.commits.set(commit.sha, commit),
    addPull: (pull) => void state.pulls.push(pull),
    addReview: (review) => void state.reviews.push(review),
    addEnvironment: (environment) => void state.environments.push(environment),
    fail: (fault) => void state.faults.push({ ...fault, left: fault.times ?? Infinity }),
    beTokenOf: (account, permissions = { comments: 'write' }) => {
      state.account = account;
      state.canComment = permissions.comments === 'write';
    },
  };
}

function addComment(state: State, issue: number, author: Account, body: string): StoredComment {
  const comment = { id: (state.nextId += 1), issue, author, body };
  state.comments.push(comment);
  return comment;
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', state.url);
  const method = request.method ?? 'GET';
  const body = await readJson(request);
  const name = `${method} ${url.pathname}`;
  state.requests.push(name);
  const fault = state.faults.find((one) => one.left > 0 && name.includes(one.at));
  if (fault) {
    fault.left -= 1;
    if (fault.kind === 'hang') return;
    if (fault.kind === 'break') {
      request.socket.destroy();
      return;
    }
  }
  const [status, answer, headers = {}] = fault
    ? ([
        fault.status ?? 500,
        toError(fault.status ?? 500, fault.message ?? 'the test says no'),
        fault.headers,
      ] as const)
    : answerTo(state, method, url, body, request.headers.authorization);
  if (url.pathname !== '/graphql') {
    const api = apiDescription();
    const asked = fault ? [] : api.checkRequest(method, url.pathname, url.searchParams, body);
    const answered = api.checkAnswer(method, url.pathname, status, answer);
    // What is refused for its form is refused on purpose.
    if (status !== 422) state.broken.push(...[...asked, ...answered].map((problem) => `${name}: ${problem}`));
  }
  const text = answer === undefined ? undefined : JSON.stringify(answer);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(text);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

function answerTo(
  state: State,
  method: string,
  url: URL,
  body: unknown,
  authorization: string | undefined,
): Answer {
  if (authorization?.replace(/^\S+ /, '') !== TOKEN) return [401, toError(401, 'Bad credentials')];
  const { pathname } = url;
  if (pathname === '/graphql') return [200, { data: { viewer: { databaseId: state.account.id } } }];
  if (pathname === '/user') return user(state);
  const [, issue] = /^\/repos\/org\/shop\/issues\/(\d+)\/comments$/.exec(pathname) ?? [];
  if (issue !== undefined && method === 'GET') return listComments(state, Number(issue), url);
  if (issue !== undefined && method === 'POST') return createComment(state, Number(issue), body as Json);
  const [, id] = /^\/repos\/org\/shop\/issues\/comments\/(\d+)$/.exec(pathname) ?? [];
  if (id !== undefined) return changeComment(state, method, Number(id), body as Json);
  if (pathname === `${REPOSITORY}/actions/runs/8841/approvals`)
    return [200, toApprovals(state.url, state.reviews)];
  const [, environment] = /^\/repos\/org\/shop\/environments\/([^/]+)$/.exec(pathname) ?? [];
  if (environment !== undefined) return findEnvironment(state, decodeURIComponent(environment));
  if (pathname === `${REPOSITORY}/pulls`) return listPulls(state, url);
  const [, ofCommit] = /^\/repos\/org\/shop\/commits\/(\w+)\/pulls$/.exec(pathname) ?? [];
  if (ofCommit !== undefined) return pullsOf(state, ofCommit);
  if (pathname.startsWith(`${REPOSITORY}/compare/`)) return compare(state, pathname);
  const [, kind, sha = ''] = /^\/repos\/org\/shop\/git\/(trees|blobs)\/(\w+)$/.exec(pathname) ?? [];
  if (kind === 'trees') return tree(state, sha);
  if (kind === 'blobs') return blob(state, sha);
  return [404, toError(404, 'Not Found')];
}

/** An app has no user; who asks for it is told what everybody is told who lacks a permission. */
function user(state: State): Answer {
  if (state.account.type === 'Bot') return forbidden();
  const dates = { created_at: '2020-01-01T00:00:00Z', updated_at: '2020-01-01T00:00:00Z' };
  const texts = {
    name: null,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
  };
  const numbers = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
  return [200, { ...toSimpleUser(state.url, state.account), ...dates, ...texts, ...numbers }];
}

function forbidden(): Answer {
  return [403, toError(403, 'Resource not accessible by integration')];
}

function listComments(state: State, issue: number, url: URL): Answer {
  const size = Math.min(LARGEST_PAGE, Number(url.searchParams.get('per_page') ?? 30));
  const page = Number(url.searchParams.get('page') ?? 1);
  const all = state.comments.filter((comment) => comment.issue === issue);
  const shown = all.slice((page - 1) * size, page * size).map((comment) => toComment(state, comment));
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  const link = `<${next.href}>; rel="next", <${next.href}>; rel="last"`;
  return [200, shown, page * size < all.length ? { link } : {}];
}

function createComment(state: State, issue: number, { body }: Json): Answer {
  if (!state.canComment) return forbidden();
  const problem = bodyProblem(body);
  if (problem) return problem;
  return [201, toComment(state, addComment(state, issue, state.account, body as string))];
}

/** GitHub lets a token with the permission change the comments of others too: it is ours not to do that. */
function changeComment(state: State, method: string, id: number, body: Json | undefined): Answer {
  const comment = state.comments.find((one) => one.id === id);
  if (!comment) return [404, toError(404, 'Not Found')];
  if (!state.canComment) return forbidden();
  if (method === 'DELETE') {
    state.comments.splice(state.comments.indexOf(comment), 1);
    return [204, undefined];
  }
  const problem = bodyProblem(body?.['body']);
  if (problem) return problem;
  comment.body = body?.['body'] as string;
  return [200, toComment(state, comment)];
}

function bodyProblem(body: unknown): Answer | undefined {
  if (typeof body !== 'string' || body === '') return [422, toError(422, 'Validation Failed')];
  if (body.length > 65_536) return [422, toError(422, 'Body is too long (maximum is 65536 characters)')];
  return undefined;
}

function toComment(state: State, { id, issue, body, author }: StoredComment): Json {
  const api = `${state.url}${REPOSITORY}/issues`;
  return {
    ...{ id, node_id: `IC_${id}`, url: `${api}/comments/${id}`, issue_url: `${api}/${issue}` },
    html_url: `https://github.com/org/shop/pull/${issue}#issuecomment-${id}`,
    ...{ body, user: toSimpleUser(state.url, author), author_association: 'NONE' },
    ...{ created_at: '2026-11-22T10:00:00Z', updated_at: '2026-11-22T10:00:00Z' },
  };
}

function findEnvironment(state: State, name: string): Answer {
  const found = state.environments.find((environment) => environment.name === name);
  return found ? [200, toEnvironment(state.url, found)] : [404, toError(404, 'Not Found')];
}

function listPulls(state: State, url: URL): Answer {
  const [wanted, head] = [url.searchParams.get('state') ?? 'open', url.searchParams.get('head')];
  const found = state.pulls.filter(
    (pull) => pull.state === wanted && (head === null || head === `${pull.headOwner}:${pull.headBranch}`),
  );
  return [200, found.map(toPull)];
}

/** Of forks GitHub knows none here. */
function pullsOf(state: State, sha: string): Answer {
  return [200, state.pulls.filter((pull) => pull.headSha === sha && pull.headOwner === 'org').map(toPull)];
}

function toPull({ number, state, headSha, headBranch, headOwner }: StoredPull): Json {
  const [example] = apiDescription().example('pull-request-simple-items') as unknown as readonly Json[];
  const head = {
    ...(example?.['head'] as Json),
    sha: headSha,
    ref: headBranch,
    label: `${headOwner}:${headBranch}`,
  };
  // GitHub's own example of a team is not as GitHub describes it.
  return { ...example, number, state, head, requested_teams: [] };
}

function compare(state: State, pathname: string): Answer {
  const [base = '', head = ''] = decodeURIComponent(pathname.slice(`${REPOSITORY}/compare/`.length)).split(
    '...',
  );
  const ancestors = ancestorsOf(state, base);
  const mergeBase = ancestorsOf(state, head).find((sha) => ancestors.includes(sha));
  if (mergeBase === undefined) return [404, toError(404, 'Not Found')];
  const example = apiDescription().example('commit-comparison');
  const commit = example['base_commit'] as Json;
  return [200, { ...example, merge_base_commit: { ...commit, sha: mergeBase } }];
}

function ancestorsOf(state: State, sha: string): readonly string[] {
  const commit = state.commits.get(sha);
  return commit ? [sha, ...commit.parents.flatMap((parent) => ancestorsOf(state, parent))] : [];
}

function tree(state: State, sha: string): Answer {
  const commit = state.commits.get(sha);
  if (!commit) return [404, toError(404, 'Not Found')];
  const entries = Object.entries(commit.files).map(([path, text]) => ({
    ...{ path, mode: '100644', type: 'blob', sha: blobId(text), size: text.length },
    url: `${state.url}${REPOSITORY}/git/blobs/${blobId(text)}`,
  }));
  return [200, { sha, url: `${state.url}${REPOSITORY}/git/trees/${sha}`, truncated: false, tree: entries }];
}

function blob(state: State, sha: string): Answer {
  const texts = [...state.commits.values()].flatMap(({ files }) => Object.values(files));
  const text = texts.find((one) => blobId(one) === sha);
  if (text === undefined) return [404, toError(404, 'Not Found')];
  const content = Buffer.from(text).toString('base64').replaceAll(/.{60}/g, '$&\n');
  const url = `${state.url}${REPOSITORY}/git/blobs/${sha}`;
  return [200, { sha, url, node_id: `B_${sha}`, size: Buffer.byteLength(text), content, encoding: 'base64' }];
}
