import { describe, expect, test } from '@jest/globals';
import { findFreePort } from '../../../scripts/mysql/free-port.ts';
import { publishComment, type CommentRequest } from '../../../src/github/comment/comment.ts';
import { commentMarker } from '../../../src/report/comment/marker.ts';
import type { Report } from '../../../src/report/report.ts';
import { aChangeset, aReport } from '../../support/builders.ts';
import { ACTIONS_BOT, OCTOCAT } from '../../support/github/fixtures.ts';
import { githubService, type Fault, type GithubService } from '../../support/github-service.ts';

const NUMBER = 7;
const identity = {
  kind: 'plan',
  environment: 'prod',
  workingDirectory: '.',
  changelogFile: 'changelog/changelog.yml',
} as const;
const marker = commentMarker(identity);
const pending = aReport({ mode: 'status', pending: [aChangeset()] });
const clean = aReport({ mode: 'status' });

function request(github: GithubService, more: Partial<CommentRequest> = {}): CommentRequest {
  const page = 'https://github.com/org/shop';
  return {
    access: { url: github.url, token: github.token, repository: 'org/shop' },
    number: NUMBER,
    isFork: false,
    identity,
    run: { id: 8841, attempt: 1 },
    links: {
      repository: page,
      commit: 'a'.repeat(40),
      workingDirectory: '.',
      run: `${page}/actions/runs/8841`,
    },
    ...more,
  };
}

function publishWithin(
  deadline: number,
  github: GithubService,
  report: Report = pending,
): ReturnType<typeof publishComment> {
  return publishComment(report, request(github, { access: { ...request(github).access, deadline } }));
}

describe('the comment is found again', () => {
  test('over all pages', async () => {
    const github = await githubService();
    for (let index = 0; index < 145; index += 1) github.addComment(NUMBER, OCTOCAT, `talk ${index}`);
    const ours = github.addComment(NUMBER, ACTIONS_BOT, `${marker}\n<!-- run 8000.1 -->\n\nold`);
    for (let index = 0; index < 80; index += 1) github.addComment(NUMBER, OCTOCAT, `more talk ${index}`);
    expect(await publishComment(pending, request(github))).toBeUndefined();
    expect(github.comments).toHaveLength(226);
    expect(ours.body).toContain('1 changeset would run on `prod`');
    await publishComment(clean, request(github));
    expect(github.comments).toHaveLength(226);
    expect(ours.body).toContain('Nothing pending on `prod`');
  });

  test('only among the own ones: who copies the marker keeps what they wrote', async () => {
    const github = await githubService();
    const theirs = github.addComment(NUMBER, OCTOCAT, `${marker}\n\nmine`);
    const quoting = github.addComment(NUMBER, ACTIONS_BOT, `another tool quotes ${marker}`);
    expect(await publishComment(pending, request(github))).toBeUndefined();
    expect(theirs.body).toBe(`${marker}\n\nmine`);
    expect(quoting.body).toBe(`another tool quotes ${marker}`);
    expect(github.comments).toHaveLength(3);
  });

  test('by the token of a person as by that of an app', async () => {
    for (const account of [OCTOCAT, { login: 'deployer[bot]', id: 4711, type: 'Bot' } as const]) {
      const github = await githubService();
      github.beTokenOf(account);
      const bots = github.addComment(NUMBER, ACTIONS_BOT, `${marker}\n\nof GitHub's bot`);
      await publishComment(pending, request(github));
      await publishComment(clean, request(github));
      expect(bots.body).toBe(`${marker}\n\nof GitHub's bot`);
      expect(github.comments.map(({ author }) => author.login)).toEqual([ACTIONS_BOT.login, account.login]);
    }
  });

  test('as that of GitHub Actions where nobody says whose the token is', async () => {
    const github = await githubService();
    github.fail({ at: '/graphql', status: 404 });
    github.fail({ at: '/user', status: 403, message: 'Resource not accessible by integration' });
    await publishComment(pending, request(github));
    await publishComment(clean, request(github));
    expect(github.comments).toHaveLength(1);
  });

  test('where there are several own ones, the first is kept', async () => {
    const github = await githubService();
    for (const text of ['one', 'two', 'three'])
      github.addComment(NUMBER, ACTIONS_BOT, `${marker}\n\n${text}`);
    const other = github.addComment(
      NUMBER,
      ACTIONS_BOT,
      `${commentMarker({ ...identity, environment: 'dev' })}\n\ndev`,
    );
    const [first] = github.comments;
    await publishComment(pending, request(github));
    expect(github.comments.map(({ id }) => id)).toEqual([first?.id, other.id]);
    expect(first?.body).toContain('1 changeset would run');
  });

  test('and stays as a run that began later left it', async () => {
    const github = await githubService();
    await publishComment(clean, request(github, { run: { id: 9000, attempt: 2 } }));
    await publishComment(pending, request(github));
    await publishComment(pending, request(github, { run: { id: 9000, attempt: 1 } }));
    expect(github.comments[0]?.body).toContain('Nothing pending');
    await publishComment(pending, request(github, { run: { id: 9000, attempt: 3 } }));
    expect(github.comments[0]?.body).toContain('1 changeset would run');
  });

  test('one that is as it should be is not written again', async () => {
    const github = await githubService();
    await publishComment(pending, request(github));
    await publishComment(pending, request(github));
    expect(github.requests.filter((name) => name.startsWith('PATCH'))).toEqual([]);
  });
});

describe('publishing tries again', () => {
  const passing: readonly (readonly [string, Fault])[] = [
    ['500', { at: 'POST /repos', status: 500, times: 1 }],
    ['502 with retry-after', { at: 'GET /repos', status: 502, headers: { 'retry-after': '1' }, times: 1 }],
    ['a connection that breaks', { at: 'GET /repos', kind: 'break', times: 1 }],
    ['429', { at: 'POST /repos', status: 429, times: 1 }],
    [
      'a secondary rate limit',
      {
        at: 'POST /repos',
        status: 403,
        message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
        headers: { 'retry-after': '1' },
        times: 1,
      },
    ],
  ];

  test.each(passing)('after %s', async (_, fault) => {
    const github = await githubService();
    github.fail(fault);
    expect(await publishComment(pending, request(github))).toBeUndefined();
    expect(github.comments).toHaveLength(1);
  });

  test('and does not make a second comment where the first was made and only the answer was lost', async () => {
    const github = await githubService();
    github.fail({ at: 'POST /repos', status: 502, times: 1 });
    github.addComment(NUMBER, ACTIONS_BOT, `${marker}\n\nmade by the request that failed`);
    expect(await publishComment(pending, request(github))).toBeUndefined();
    expect(github.comments).toHaveLength(1);
  });

  test('asks who it is again rather than take itself for another', async () => {
    const github = await githubService();
    github.beTokenOf(OCTOCAT);
    await publishComment(pending, request(github));
    github.fail({ at: '/graphql', status: 502, times: 1 });
    await publishComment(clean, request(github));
    expect(github.comments).toHaveLength(1);
  });
});

describe('publishing gives up and says why', () => {
  const lasting: readonly (readonly [string, Fault, RegExp, RegExp])[] = [
    [
      '403',
      { at: 'POST /repos', status: 403, message: 'Resource not accessible by integration' },
      /#7.*: 403 Resource not accessible/,
      /pull-requests: write/,
    ],
    [
      '404',
      { at: 'GET /repos', status: 404, message: 'Not Found' },
      /: 404 Not Found/,
      /pull-requests: write/,
    ],
    [
      '401',
      { at: 'GET /repos', status: 401, message: 'Bad credentials' },
      /: 401 Bad credentials/,
      /github\.token/,
    ],
    [
      '422',
      { at: 'POST /repos', status: 422, message: 'Validation Failed' },
      /: 422 Validation Failed/,
      /report/,
    ],
    ['500 for ever', { at: 'POST /repos', status: 500 }, /: 500 /, /githubstatus/],
    [
      'a limit that lasts longer',
      {
        at: 'GET /repos',
        status: 403,
        message: 'API rate limit exceeded',
        headers: { 'retry-after': '3600' },
      },
      /: 403 API rate limit/,
      /later/,
    ],
    [
      'a limit until a time',
      {
        at: 'GET /repos',
        status: 429,
        headers: { 'x-ratelimit-reset': '4102444800', 'x-ratelimit-remaining': '0' },
      },
      /: 429 /,
      /githubstatus/,
    ],
  ];

  test.each(lasting)('after %s', async (_, fault, message, fix) => {
    const github = await githubService();
    github.fail(fault);
    const problem = await publishComment(pending, request(github));
    expect(problem).toMatchObject({ code: 'publish-failed' });
    expect(problem?.message).toMatch(message);
    expect(problem?.fix).toMatch(fix);
  });

  test('when nobody answers within the time', async () => {
    const github = await githubService();
    github.fail({ at: 'GET /repos', kind: 'hang' });
    const problem = await publishWithin(700, github);
    expect(problem?.message).toMatch(/could not be published: no answer within \d+ ms/);
  });

  test('when nobody is there', async () => {
    const github = await githubService();
    const access = {
      ...request(github).access,
      url: `http://127.0.0.1:${await findFreePort()}`,
      deadline: 2000,
    };
    const problem = await publishComment(pending, request(github, { access }));
    expect(problem?.message).toMatch(/ECONNREFUSED/);
  });

  test('to a fork whose token may only read, with the other way', async () => {
    const github = await githubService();
    github.beTokenOf(ACTIONS_BOT, { comments: 'read' });
    const problem = await publishComment(pending, request(github, { isFork: true }));
    expect(problem?.fix).toMatch(/mode: comment .*workflow_run/);
  });

  test('without a token', async () => {
    const github = await githubService();
    const access = { ...request(github).access, token: undefined };
    expect(await publishComment(pending, request(github, { access }))).toMatchObject({
      fix: expect.stringContaining('github-token'),
    });
    expect(github.requests).toEqual([]);
  });
});
