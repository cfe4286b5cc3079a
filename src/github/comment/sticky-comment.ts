import { isPassing, readRefusal, withApi, type ApiAccess, type Ask } from '../api.ts';

/** What shall stand under a pull request. */
export interface StickyComment {
  /** Of the pull request. */
  readonly number: number;
  /** The first line of the body, by which the comment is found again. */
  readonly marker: string;
  readonly body: string;
  /** Whether a comment that is there was made by a run that began later. */
  readonly isNewer: (body: string) => boolean;
}

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly authorId: number | undefined;
  readonly author: string;
}

/** What `GITHUB_TOKEN` writes as. */
const ACTIONS_BOT = 'github-actions[bot]';
const PAGE = 100;
const COMMENTS = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';

/**
 * Creates the comment, or brings the one up to date that carries its marker and is the token's own: whoever copies the
 * marker into a comment does not get it overwritten. Of several own ones the first is kept.
 */
export async function publishSticky(access: ApiAccess, comment: StickyComment): Promise<void> {
  await withApi(access, async (ask) => {
    const marked = (await listComments(ask, comment.number)).filter(({ body }) =>
      body.startsWith(comment.marker),
    );
    const isMine = marked.length === 0 ? () => false : await identity(ask);
    const [mine, ...duplicates] = marked.filter(isMine);
    if (mine && comment.isNewer(mine.body)) return;
    await write(ask, mine, comment);
    for (const { id } of duplicates) {
      await ask('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', { comment_id: id });
    }
  });
}

async function write(ask: Ask, mine: Comment | undefined, { number, body }: StickyComment): Promise<void> {
  if (mine?.body === body) return;
  if (mine) {
    try {
      await ask('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { comment_id: mine.id, body });
      return;
    } catch (error) {
      // Somebody deleted it since it was listed.
      if (readRefusal(error).status !== 404) throw error;
    }
  }
  await ask('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { issue_number: number, body });
}

async function listComments(ask: Ask, number: number): Promise<readonly Comment[]> {
  const comments: Comment[] = [];
  for (let page = 1; ; page += 1) {
    const { data, headers } = await ask(COMMENTS, { issue_number: number, per_page: PAGE, page });
    // An answer that broke off must not look like "no comments": a second one would be made.
    if (!Array.isArray(data))
      throw Object.assign(new Error('the list of comments is no list'), { status: 500 });
    comments.push(...data.map(toComment));
    if (!/rel="next"/.test(typeof headers['link'] === 'string' ? headers['link'] : '')) return comments;
  }
}

function toComment(value: unknown): Comment {
  const { id, body, user } = value as {
    readonly id: number;
    readonly body?: string | null;
    readonly user?: { readonly id?: number; readonly login?: string } | null;
  };
  return { id, body: body ?? '', authorId: user?.id, author: user?.login ?? '' };
}

/**
 * Whose comments are the token's own. A token of a person may ask for itself; one of an app may not, and GraphQL knows.
 * Where neither answers it is what a workflow has unless somebody changed it.
 */
async function identity(ask: Ask): Promise<(comment: Comment) => boolean> {
  const id = (await viewer(ask)) ?? (await user(ask));
  if (id !== undefined) return ({ authorId }) => authorId === id;
  return ({ author }) => author === ACTIONS_BOT;
}

async function viewer(ask: Ask): Promise<number | undefined> {
  return known(async () => {
    const { data } = await ask('POST /graphql', { query: '{ viewer { databaseId } }' });
    return (data as { readonly data?: { readonly viewer?: { readonly databaseId?: unknown } } }).data?.viewer
      ?.databaseId;
  });
}

async function user(ask: Ask): Promise<number | undefined> {
  return known(async () => {
    const { data } = await ask('GET /user');
    return (data as { readonly id?: unknown }).id;
  });
}

/** The number that was asked for, or undefined where this token may not know; trouble with the service is thrown on. */
async function known(question: () => Promise<unknown>): Promise<number | undefined> {
  try {
    const answer = await question();
    return typeof answer === 'number' ? answer : undefined;
  } catch (error) {
    if (isPassing(error)) throw error;
    readRefusal(error);
    return undefined;
  }
}
