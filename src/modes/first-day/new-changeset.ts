import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import { appendChangeset } from '../../changelog/write/append-changeset.ts';
import { fileWords, nextNumber } from '../../changelog/write/next-number.ts';
import { ExpectedError, refuse } from '../../errors.ts';
import { listFiles } from '../../files/list-files.ts';
import { readChangelog } from '../../files/read-changelog.ts';
import { readText } from '../../files/read-text.ts';
import { insideWorkingDirectory } from '../../files/working-directory.ts';
import { writeNew } from './write-new.ts';

/** A change in words, and where it goes. */
export interface NewRequest {
  readonly workingDirectory: string;
  readonly changelogFile: string;
  readonly author: string;
  readonly text: string;
}

/** Appends a changeset to the changelog and writes its SQL file; gives the lines that say so. */
export async function newChangeset(request: NewRequest): Promise<readonly string[]> {
  const { workingDirectory, changelogFile, author, text } = request;
  const { changelog, problems } = await readChangelog(workingDirectory, changelogFile);
  refuse(problems);
  const { changesets } = changelog;
  const folder = dirname(changesets.at(-1)?.sqlFile ?? 'migrations/first');
  const listed = listFiles(workingDirectory, folder);
  const files = Array.isArray(listed) ? (listed as readonly string[]) : [];
  const names = files.map((path) => path.slice(path.lastIndexOf('/') + 1));
  const id = nextNumber([...changesets.map((changeset) => changeset.id), ...names]);
  const sqlFile = `${folder === '.' ? '' : `${folder}/`}${id}_${fileWords(text)}.up.sql`;
  const before = readText(workingDirectory, changelogFile);
  const after =
    typeof before === 'string' ? appendChangeset(before, { id, author, sqlFile, comment: text }) : undefined;
  if (after === undefined) {
    throw new ExpectedError({
      code: 'invalid-changelog',
      message: `${changelogFile} has no list under "databaseChangeLog" to which a changeset can be appended`,
      fix: 'write the list with one "- changeSet:" a line, not in brackets',
    });
  }
  if (!writeNew(workingDirectory, sqlFile, renderSql(text))) {
    throw new ExpectedError({
      code: 'invalid-input',
      message: `${sqlFile} is there already, and nothing is overwritten`,
      fix: 'move that file away, or use other words',
    });
  }
  const real = insideWorkingDirectory(workingDirectory, changelogFile);
  if (typeof real !== 'string') throw new ExpectedError({ code: 'outside-working-directory', ...real });
  writeFileSync(real, after);
  return [
    `appended changeset ${author}:${id} to ${changelogFile}`,
    `wrote ${sqlFile}: put your SQL there, in place of DO 0`,
  ];
}

/** Passes as it is; the rule `placeholder` warns of it. */
function renderSql(text: string): string {
  return `-- ${text}\n-- Replace the statement below by your SQL: it does nothing.\nDO 0;\n`;
}
