import { scaffold } from '../modes/scaffold/scaffold.ts';
import type { Command } from './command.ts';
import { readGiven } from './command-flags.ts';

const USAGE = 'db-deploy scaffold FILE.csv [--write] [--working-directory FOLDER]';

/** `db-deploy scaffold FILE.csv`. */
export const scaffoldCommand: Command = {
  name: 'scaffold',
  usage: USAGE,
  meaning: 'proposes a dataset and its staging table from the first rows of a CSV file; overwrites nothing',
  read: (argv) => {
    const { words, flags, isSet } = readGiven(argv, USAGE, ['working-directory'], ['write'], judgeFiles);
    const [file = ''] = words;
    const workingDirectory = flags.get('working-directory') ?? '.';
    return () => scaffold({ workingDirectory, file, isWritten: isSet('write') });
  },
};

function judgeFiles({ length }: readonly string[]): string | undefined {
  if (length === 1) return undefined;
  return length === 0 ? 'no file is named' : 'several files are named';
}
