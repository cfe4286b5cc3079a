import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readChangelogAt } from '../../../src/files/read-changelog-at.ts';
import { findBase } from '../../../src/action/find-base.ts';
import { readCommitTree } from '../../../src/git/commit-tree.ts';
import { runGit } from '../../../src/git/run-git.ts';
import { changesets, project } from '../../support/deploy.ts';
import { githubService, type GithubService } from '../../support/github-service.ts';
import { filesOf, repository, type Repository } from '../../support/repository.ts';

const ONE = { id: '1', sql: 'CREATE TABLE a (id INT PRIMARY KEY);' };
const TWO = { id: '2', sql: 'CREATE TABLE b (id INT PRIMARY KEY);' };
const OF_MAIN = { id: 'main', sql: 'CREATE TABLE m (id INT PRIMARY KEY);' };

interface PullRequest {
  readonly repository: Repository;
  readonly start: string;
  /** What the branch is to be merged into. */
  readonly base: string;
  readonly head: string;
  /** What GitHub makes of both, and checks out. */
  readonly merge: string;
}

/** A branch that adds a changeset while main got another. */
function pullRequest(): PullRequest {
  const made = repository();
  const start = made.commit(changesets(ONE));
  made.git('checkout', '--quiet', '-b', 'feature');
  const head = made.commit(changesets(ONE, TWO));
  made.git('checkout', '--quiet', 'main');
  const base = made.commit(changesets(ONE, OF_MAIN));
  const tree = changesets(ONE, OF_MAIN, TWO);
  made.git('checkout', '--quiet', '--detach');
  made.git('merge', '--quiet', '--no-commit', '--strategy', 'ours', 'feature');
  const merge = made.commit(tree);
  made.git('branch', 'merged');
  return { repository: made, start, base, head, merge };
}

function search(
  folder: string,
  { base, head }: PullRequest,
  github: GithubService,
): Parameters<typeof findBase>[0] {
  return {
    pullRequest: { number: 7, headSha: head, baseSha: base, isFork: false },
    place: { folder, path: process.env['PATH'] ?? '', home: '/nonexistent' },
    access: { url: github.url, token: github.token, repository: 'org/shop', deadline: 5000 },
    folder: '.',
    commit: undefined,
  };
}

async function keysAt(
  tree: Awaited<ReturnType<typeof findBase>>,
  folder: string,
): Promise<readonly string[]> {
  const { changelog, problems } = await readChangelogAt(tree, folder, 'changelog/changelog.yml');
  expect(problems).toEqual([]);
  return changelog.changesets.map(({ id }) => id);
}

/** GitHub knows the commits that the repository has. */
function teach(github: GithubService, made: PullRequest): void {
  const { repository: source, start, base, head, merge } = made;
  const parents: readonly (readonly [string, readonly string[]])[] = [
    [start, []],
    [base, [start]],
    [head, [start]],
    [merge, [base, head]],
  ];
  for (const [sha, of] of parents) {
    source.git('checkout', '--quiet', sha);
    github.addCommit({ sha, parents: of, files: filesOf(source.folder) });
  }
}

describe('the base of a pull request', () => {
  test('is what the target branch has, where the merge of both is checked out', async () => {
    const [made, github] = [pullRequest(), await githubService()];
    const folder = made.repository.clone('merged');
    const tree = await findBase(search(folder, made, github));
    expect(tree.commit).toBe(made.base);
    expect(await keysAt(tree, folder)).toEqual(['1', 'main']);
    expect(github.requests).toEqual([]);
  });

  test('is where the branch began, where only its head is checked out', async () => {
    const [made, github] = [pullRequest(), await githubService()];
    made.repository.git('checkout', '--quiet', 'feature');
    const tree = await findBase(search(made.repository.folder, made, github));
    expect(tree.commit).toBe(made.start);
    expect(await keysAt(tree, made.repository.folder)).toEqual(['1']);
    expect(github.requests).toEqual([]);
  });

  test('comes from git for a checkout of two commits', async () => {
    const [made, github] = [pullRequest(), await githubService()];
    const tree = await findBase(search(made.repository.clone('merged', 2), made, github));
    expect(tree.commit).toBe(made.base);
    expect(github.requests).toEqual([]);
  });

  test.each(['merged', 'feature'] as const)(
    'comes from GitHub for a shallow checkout of %s, and gets only what is not here',
    async (ref) => {
      const [made, github] = [pullRequest(), await githubService()];
      teach(github, made);
      const folder = made.repository.clone(ref, 1);
      const tree = await findBase(search(folder, made, github));
      expect(tree.commit).toBe(ref === 'merged' ? made.base : made.start);
      expect(await keysAt(tree, folder)).toEqual(ref === 'merged' ? ['1', 'main'] : ['1']);
      // The changelog itself; every SQL file is here as it was there.
      expect(github.requests.filter((name) => name.includes('/git/blobs/'))).toHaveLength(1);
    },
  );

  test('comes from GitHub where there is no repository at all', async () => {
    const [made, github] = [pullRequest(), await githubService()];
    teach(github, made);
    const folder = project({});
    const tree = await findBase({ ...search(folder, made, github), commit: made.merge });
    expect(await keysAt(tree, folder)).toEqual(['1', 'main']);
  });

  test('is told of the head where GitHub does not know what is checked out', async () => {
    const [made, github] = [pullRequest(), await githubService()];
    teach(github, made);
    const folder = made.repository.clone('merged', 1);
    writeFileSync(join(folder, 'note'), 'x');
    const options = { ...search(project({}), made, github), commit: 'f'.repeat(40) };
    expect((await findBase(options)).commit).toBe(made.start);
  });

  test('cannot be had: GitHub says no, or there is no token', async () => {
    const [made, github] = [pullRequest(), await githubService()];
    const options = search(project({}), made, github);
    await expect(findBase(options)).rejects.toMatchObject({ code: 'base-unknown' });
    github.fail({ at: 'GET', status: 403, message: 'Resource not accessible by integration' });
    await expect(findBase(options)).rejects.toThrow(/403 Resource not accessible/);
    const access = { ...options.access, token: undefined };
    await expect(findBase({ ...options, access })).rejects.toThrow(/no token/);
  });
});

describe('the tree of a commit', () => {
  test('of a folder has paths from there, whatever they are called, and no links', async () => {
    const made = repository();
    const files = { 'shop/a b.sql': 'one', 'shop/ö"\n\t.sql': 'two\n', 'shop/sub/x': '', 'other/c': 'three' };
    made.commit(files);
    made.git(
      'update-index',
      '--add',
      '--cacheinfo',
      `120000,${made.git('hash-object', '-w', 'other/c')},shop/link`,
    );
    made.git('commit', '--quiet', '--message', 'a link');
    const place = {
      folder: join(made.folder, 'shop'),
      path: process.env['PATH'] ?? '',
      home: '/nonexistent',
    };
    const tree = await readCommitTree(place, made.git('rev-parse', 'HEAD'));
    expect([...(tree?.files.keys() ?? [])].toSorted()).toEqual(['a b.sql', 'sub/x', 'ö"\n\t.sql']);
    const ids = [...(tree?.files.values() ?? [])];
    const texts = [...((await tree?.read([...ids, '0'.repeat(40)])) ?? [])].map(([, bytes]) =>
      Buffer.from(bytes).toString(),
    );
    expect(texts.toSorted()).toEqual(['', 'one', 'two\n']);
  });

  test('is unknown where git does not know the commit, or is not there', async () => {
    const made = repository();
    made.commit({});
    const place = { folder: made.folder, path: process.env['PATH'] ?? '', home: '/nonexistent' };
    expect(await readCommitTree(place, 'e'.repeat(40))).toBeUndefined();
    expect(await readCommitTree({ ...place, path: '/nonexistent' }, 'HEAD')).toBeUndefined();
  });
});

test('files of a pull request that look like a repository are none, and nothing that they name is run', async () => {
  const { folder, commit } = repository();
  commit(changesets(ONE));
  const bare = join(folder, 'db');
  mkdirSync(join(bare, 'objects/info'), { recursive: true });
  mkdirSync(join(bare, 'refs/heads'), { recursive: true });
  const trace = join(folder, 'was-run');
  writeFileSync(join(bare, 'HEAD'), `${'1'.repeat(40)}\n`);
  writeFileSync(
    join(bare, 'config'),
    `[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\tpromisor = true\n\turl = ext::touch ${trace}\n[protocol "ext"]\n\tallow = always\n`,
  );
  const place = { folder: bare, path: process.env['PATH'] ?? '', home: '/nonexistent' };
  expect(await runGit(place, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])).toBeUndefined();
  expect(existsSync(trace)).toBe(false);
});
