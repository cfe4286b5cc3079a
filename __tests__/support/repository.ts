import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { project, writeFiles } from './deploy.ts';

type Files = Readonly<Record<string, string>>;

/** A git repository for one test. */
export interface Repository {
  readonly folder: string;
  /** Makes the files those of the folder, all of them, and commits; gives the id. */
  readonly commit: (files: Files) => string;
  readonly git: (...args: readonly string[]) => string;
  /** Another folder with the last commits of a branch or ref, as `actions/checkout` makes it. */
  readonly clone: (ref: string, depth?: number) => string;
}

/** Starts a repository with an empty `main`. */
export function repository(): Repository {
  const folder = project({});
  const git = (...args: readonly string[]): string => runGit(folder, args);
  git('init', '--quiet', '--initial-branch', 'main');
  return {
    folder,
    git,
    commit: (files) => {
      for (const name of readdirSync(folder)) {
        if (name !== '.git') rmSync(join(folder, name), { recursive: true });
      }
      writeFiles(folder, files);
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', 'a commit');
      return git('rev-parse', 'HEAD');
    },
    clone: (ref, depth) => {
      const copy = project({});
      const shallow = depth === undefined ? [] : ['--depth', String(depth)];
      runGit(copy, ['init', '--quiet']);
      runGit(copy, ['fetch', '--quiet', ...shallow, `file://${folder}`, ref]);
      runGit(copy, ['checkout', '--quiet', 'FETCH_HEAD']);
      return copy;
    },
  };
}

/** All files of a folder but git's own, by path. */
export function filesOf(folder: string): Files {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true });
  const files = paths.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const kept = files.map((path) => path.slice(folder.length + 1)).filter((path) => !path.startsWith('.git/'));
  return Object.fromEntries(kept.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

function runGit(folder: string, args: readonly string[]): string {
  const who = [
    'user.name=test',
    'user.email=test@example.com',
    'commit.gpgsign=false',
    'core.autocrlf=false',
  ];
  const settings = who.flatMap((setting) => ['-c', setting]);
  return execFileSync('git', [...settings, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();
}
