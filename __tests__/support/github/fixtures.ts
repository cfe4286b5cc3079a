import { createHash } from 'node:crypto';

/** Somebody who can write on GitHub. */
export interface Account {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot';
}

export const ACTIONS_BOT: Account = { login: 'github-actions[bot]', id: 41_898_282, type: 'Bot' };
export const OCTOCAT: Account = { login: 'octocat', id: 583_231, type: 'User' };

type Json = Readonly<Record<string, unknown>>;

/** As every answer names people. */
export function toSimpleUser(url: string, { login, id, type }: Account): Json {
  const user = `${url}/users/${encodeURIComponent(login)}`;
  const links = 'followers following gists starred subscriptions organizations repos events received_events';
  return {
    ...{ login, id, type, node_id: `U_${id}`, avatar_url: `${url}/avatar/${id}`, gravatar_id: '' },
    ...{ url: user, html_url: user, site_admin: false },
    ...Object.fromEntries(links.split(' ').map((name) => [`${name}_url`, `${user}/${name}`])),
  };
}

/** The error that GitHub answers with. */
export function toError(status: number, message: string): Json {
  return { message, documentation_url: 'https://docs.github.com/rest', status: String(status) };
}

/** The id that git gives to a file with this text. */
export function blobId(text: string): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
