import { runGit } from '../git/run-git.ts';
import { ExpectedError } from '../errors.ts';
import type { Place } from './command.ts';

/** The author as a flag gives it, else as git knows the person. */
export async function readAuthor(
  given: string | undefined,
  workingDirectory: string,
  { env }: Place,
): Promise<string | undefined> {
  if (given !== undefined) return checkAuthor(given);
  const place = { folder: workingDirectory, path: env['PATH'] ?? '', home: env['HOME'] ?? '' };
  const name = (await runGit(place, ['config', 'user.name']))?.toString().trim();
  // A colon would make it unclear where in author:id the id begins.
  return name === undefined || name === '' ? undefined : name.replaceAll(':', '');
}

function checkAuthor(author: string): string {
  if (!/[:\p{Cc}]/u.test(author)) return author;
  throw new ExpectedError({
    code: 'invalid-input',
    message: `--author ${JSON.stringify(author)} is not a valid author`,
    fix: 'leave out colons and control characters: changesets are named "author:id"',
  });
}
