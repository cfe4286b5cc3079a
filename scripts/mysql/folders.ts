import { access, lstat, mkdir, rename } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** The longest path that a Unix socket can have everywhere, with room for the server's own part. */
const LONGEST_SERVERS_FOLDER = 60;

/** Where downloaded programs and initialised data are kept between runs. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'db-deploy', 'mysql');
}

/** Where running servers have their folders; refused when somebody else made it. */
export async function ensureServersFolder(): Promise<string> {
  const { uid } = userInfo();
  const name = `db-deploy-mysql-${uid}`;
  const preferred = join(tmpdir(), name);
  const folder = preferred.length <= LONGEST_SERVERS_FOLDER ? preferred : join('/tmp', name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || (uid >= 0 && found.uid !== uid)) {
    throw new Error(`"${folder}" belongs to another user; remove it or set TMPDIR`);
  }
  return folder;
}

/** Renames a folder into place; when another process was first, its result stands. */
export async function moveUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(await exists(to))) throw error;
  }
}

/** Whether there is anything at the path. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
