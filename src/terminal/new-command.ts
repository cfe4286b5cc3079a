import { ExpectedError } from '../errors.ts';
import { newChangeset } from '../modes/first-day/new-changeset.ts';
import { readAuthor } from './author.ts';
import type { Command } from './command.ts';
import { readGiven, refuseUsage } from './command-flags.ts';

const USAGE =
  'db-deploy new "what it does" [--author NAME] [--changelog-file FILE] [--working-directory FOLDER]';

/** `db-deploy new "add orders.note"`. */
export const newCommand: Command = {
  name: 'new',
  usage: USAGE,
  meaning: 'appends a changeset to the changelog and writes its SQL file, which is yours to fill in',
  read: (argv, place) => {
    const { words, flags } = readGiven(argv, USAGE, ['author', 'changelog-file', 'working-directory']);
    const [text, more] = words;
    if (text === undefined || text.trim() === '')
      return refuseUsage('it is not said what the change does', USAGE);
    if (more !== undefined) return refuseUsage('the change is several words: put them in quotes', USAGE);
    if (/\p{Cc}/u.test(text)) return refuseUsage('the change is said in one line', USAGE);
    const workingDirectory = flags.get('working-directory') ?? '.';
    const changelogFile = flags.get('changelog-file') ?? 'changelog/changelog.yml';
    return async () => {
      const author = await readAuthor(flags.get('author'), workingDirectory, place);
      if (author === undefined) {
        throw new ExpectedError({
          code: 'invalid-input',
          message: 'git does not know who the author is',
          fix: 'add --author NAME, or run: git config user.name NAME',
        });
      }
      const said = await newChangeset({ workingDirectory, changelogFile, author, text: text.trim() });
      return { out: said.join('\n'), said: [] };
    };
  },
};
