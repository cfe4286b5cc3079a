import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Parts of the protocol at which a test can let the service go wrong. */
export type ArtifactStep =
  | 'CreateArtifact'
  | 'FinalizeArtifact'
  | 'ListArtifacts'
  | 'GetSignedArtifactURL'
  | 'upload'
  | 'download'
  | 'rest';

/** What goes wrong: an HTTP status, no answer at all, other bytes than were sent, or half of them and a closed line. */
export type Fault = number | 'hang' | 'change' | 'drop';

export interface StoredArtifact {
  readonly id: number;
  readonly run: string;
  readonly name: string;
  readonly expiresAt: string | undefined;
  readonly body: Buffer;
  readonly digest: string;
}

/** GitHub's artifacts: results service, blob storage and REST API at one address, with a memory. */
export interface ArtifactService {
  /** `ACTIONS_RESULTS_URL` and `ACTIONS_RUNTIME_TOKEN` of a job of this workflow run. */
  readonly environment: (run?: string) => Readonly<Record<string, string>>;
  /** For `api_url` of the `github` context. */
  readonly url: string;
  readonly artifacts: readonly StoredArtifact[];
  /** What was asked for so far: methods of the results service, `upload`, `download`, and paths of the API. */
  readonly requests: readonly string[];
  readonly fail: (step: ArtifactStep, fault: Fault) => void;
  /** As when the retention is over. */
  readonly expireAll: () => void;
  /** The token that the API accepts; any, while it is not set. */
  readonly requireToken: (token: string) => void;
}

interface Upload {
  readonly run: string;
  readonly name: string;
  readonly expiresAt: string | undefined;
  readonly blocks: Map<string, Buffer>;
  body: Buffer;
}

interface State {
  readonly url: string;
  readonly uploads: Map<string, Upload>;
  readonly artifacts: StoredArtifact[];
  readonly requests: string[];
  readonly faults: Map<ArtifactStep, Fault>;
  token: string | undefined;
}

const SERVICE = '/twirp/github.actions.results.api.v1.ArtifactService/';

/** Starts a service that runs until it is closed. */
export async function startArtifactServer(): Promise<
  ArtifactService & { readonly close: () => Promise<void> }
> {
  const server = createServer((request, response) => {
    answer(state, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const state: State = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ uploads: new Map(), artifacts: [], requests: [], faults: new Map(), token: undefined },
  };
  return {
    environment: (run = '8841') => ({
      ACTIONS_RESULTS_URL: `${state.url}/`,
      ACTIONS_RUNTIME_TOKEN: runtimeToken(run),
    }),
    url: state.url,
    artifacts: state.artifacts,
    requests: state.requests,
    fail: (step, fault) => void state.faults.set(step, fault),
    expireAll: () => void state.artifacts.splice(0),
    requireToken: (token) => void (state.token = token),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the client reads of it is the scope; nobody checks the signature. */
function runtimeToken(run: string): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = { scp: `Actions.ExampleScope Actions.Results:run-${run}:job-1`, exp: 4_102_444_800 };
  return `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(payload)}.c2lnbmF0dXJl`;
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', state.url);
  const body = await readBody(request);
  if (url.pathname.startsWith(SERVICE)) {
    const method = url.pathname.slice(SERVICE.length) as ArtifactStep;
    if (isBroken(state, method, response)) return;
    const given = JSON.parse(body.toString()) as Readonly<Record<string, string>>;
    sendJson(response, ...callMethod(state, method, given));
  } else if (url.pathname.startsWith('/blob/') && request.method === 'PUT') {
    if (isBroken(state, 'upload', response)) return;
    receive(state, url, body);
    response.writeHead(201, { etag: '"1"', 'x-ms-request-id': randomUUID() }).end();
  } else if (url.pathname.startsWith('/blob/')) {
    if (isBroken(state, 'download', response)) return;
    send(state, url, response);
  } else {
    if (isBroken(state, 'rest', response, url.pathname)) return;
    answerApi(state, url, request, response);
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

function isBroken(state: State, step: ArtifactStep, response: ServerResponse, name: string = step): boolean {
  state.requests.push(name);
  const fault = state.faults.get(step);
  if (fault === 'hang') return true;
  if (fault === 'drop' && step === 'upload') {
    response.destroy();
    return true;
  }
  if (typeof fault !== 'number') return false;
  // Azure says nothing in the body of some refusals, and the client's error is then empty.
  if (step === 'upload') response.writeHead(fault).end();
  else sendJson(response, fault, { code: 'fault', msg: 'the test says no', message: 'the test says no' });
  return true;
}

function callMethod(
  state: State,
  method: string,
  given: Readonly<Record<string, string>>,
): [number, Readonly<Record<string, unknown>>] {
  const run = given['workflow_run_backend_id'] ?? '';
  const { name = '' } = given;
  const ofRun = state.artifacts.filter((artifact) => artifact.run === run);
  switch (method) {
    case 'CreateArtifact': {
      const isTaken = ofRun.some((artifact) => artifact.name === name);
      if (isTaken) return [409, { code: 'already_exists', msg: 'an artifact with this name already exists' }];
      const key = randomUUID();
      const expiresAt = given['expires_at'];
      state.uploads.set(key, { run, name, expiresAt, blocks: new Map(), body: Buffer.alloc(0) });
      return [200, { ok: true, signed_upload_url: `${state.url}/blob/${key}?sig=signed` }];
    }
    case 'FinalizeArtifact': {
      const upload = [...state.uploads.values()].find((one) => one.run === run && one.name === name);
      if (!upload || String(upload.body.length) !== given['size']) return [400, { msg: 'no such upload' }];
      const { body, expiresAt } = upload;
      const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
      const id = 1000 + state.artifacts.length;
      state.artifacts.push({ id, run, name, expiresAt, body, digest });
      return [200, { ok: true, artifact_id: String(id) }];
    }
    case 'ListArtifacts': {
      const { name_filter: byName, id_filter: byId } = given;
      const found = ofRun.filter(
        (one) =>
          (byName === undefined || one.name === byName) && (byId === undefined || String(one.id) === byId),
      );
      return [200, { artifacts: found.map((one) => describe(state, one)) }];
    }
    case 'GetSignedArtifactURL': {
      const found = ofRun.find((artifact) => artifact.name === name);
      return found
        ? [200, { signed_url: `${state.url}/blob/artifact/${found.id}?sig=signed` }]
        : [404, { code: 'not_found', msg: 'no such artifact' }];
    }
    default:
      return [404, { code: 'bad_route', msg: `no method ${method}` }];
  }
}

function describe(state: State, artifact: StoredArtifact): Readonly<Record<string, unknown>> {
  const isChanged = state.faults.get('ListArtifacts') === 'change';
  return {
    workflow_run_backend_id: artifact.run,
    workflow_job_run_backend_id: 'job-1',
    database_id: String(artifact.id),
    name: artifact.name,
    size: String(artifact.body.length),
    created_at: '2026-02-28T12:00:00Z',
    digest: isChanged ? `sha256:${'0'.repeat(64)}` : artifact.digest,
  };
}

/** Blocks, then their list; or all at once. */
function receive(state: State, url: URL, body: Buffer): void {
  const upload = state.uploads.get(url.pathname.slice('/blob/'.length));
  if (!upload) throw new Error(`no upload at ${url.pathname}`);
  switch (url.searchParams.get('comp')) {
    case 'block':
      upload.blocks.set(url.searchParams.get('blockid') ?? '', body);
      break;
    case 'blocklist': {
      const ids = [...body.toString().matchAll(/<Latest>([^<]*)<\/Latest>/g)].map(([, id = '']) => id);
      upload.body = Buffer.concat(ids.map((id) => upload.blocks.get(id) ?? Buffer.alloc(0)));
      break;
    }
    default:
      upload.body = body;
  }
}

function send(state: State, url: URL, response: ServerResponse): void {
  const found = state.artifacts.find(({ id }) => url.pathname === `/blob/artifact/${id}`);
  if (!found) {
    response.writeHead(404).end();
    return;
  }
  const body = Buffer.from(found.body);
  if (state.faults.get('download') === 'change') body[body.length - 40]! ^= 1;
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': String(body.length),
    'content-disposition': `attachment; filename="${found.name}"; filename*=UTF-8''${found.name}`,
  });
  if (state.faults.get('download') === 'drop') {
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
    return;
  }
  response.end(body);
}

/** `GET /repos/{owner}/{repo}/actions/artifacts/{id}/zip`: the only request that a download from another run makes. */
function answerApi(state: State, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const id = /^\/repos\/org\/shop\/actions\/artifacts\/(\d+)\/zip$/.exec(url.pathname)?.[1];
  const found = state.artifacts.find((artifact) => String(artifact.id) === id);
  const token = request.headers.authorization?.replace(/^\S+ /, '');
  if (state.token !== undefined && token !== state.token) {
    sendJson(response, 403, { message: 'Resource not accessible by integration' });
  } else if (found) {
    response.writeHead(302, { location: `${state.url}/blob/artifact/${found.id}?sig=signed` }).end();
  } else {
    sendJson(response, 404, { message: 'Not Found' });
  }
}

function sendJson(response: ServerResponse, status: number, body: Readonly<Record<string, unknown>>): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
