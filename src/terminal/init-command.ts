import { createInterface } from 'node:readline/promises';
import { init } from '../modes/first-day/init.ts';
import { readAuthor } from './author.ts';
import type { Command, Place } from './command.ts';
import { readGiven, refuseUsage } from './command-flags.ts';

const USAGE =
  'db-deploy init [--db-name NAME] [--yes] [--owner @org/team] [--author NAME] [--uses org/db-deploy@v1] [--working-directory FOLDER]';
const DEFAULTS = { 'db-name': 'app', owner: '@org/dba', author: 'db-deploy', uses: 'org/db-deploy@v1' };
/** No line break, and nothing that YAML, SQL or CODEOWNERS would read otherwise. */
const PATTERNS = {
  'db-name': /^[^\p{Cc}/\\"'$]{1,64}$/u,
  owner: /^@?[\w.@+/-]+$/,
  uses: /^[\w.-]+\/[\w./-]+@[\w./-]+(?: # [\w.-]+)?$/,
} as const;

/** `db-deploy init --db-name app`. */
export const initCommand: Command = {
  name: 'init',
  usage: USAGE,
  meaning:
    'writes changelog, first migration, workflows, CODEOWNERS and roles; --yes takes every default; overwrites nothing',
  read: (argv, place) => {
    if (argv.some((argument) => /^--from-database(?:=|$)/.test(argument))) {
      return refuseUsage('--from-database is not built yet', 'write the first migration by hand');
    }
    const named = ['db-name', 'owner', 'author', 'uses', 'working-directory'];
    const { words, flags, isSet } = readGiven(argv, USAGE, named, ['yes']);
    if (words.length > 0) return refuseUsage(`unexpected argument ${JSON.stringify(words[0])}`, USAGE);
    const isAsked = !isSet('yes') && !isSet('db-name');
    if (isAsked && !place.terminal.isInteractive)
      return refuseUsage(
        '--db-name is missing, and there is nobody to ask',
        `add --yes for the defaults: ${USAGE}`,
      );
    for (const name of ['db-name', 'owner', 'uses'] as const) check(name, flags.get(name) ?? DEFAULTS[name]);
    const workingDirectory = flags.get('working-directory') ?? '.';
    return async () => {
      const schema = isAsked ? await askSchema(place) : (flags.get('db-name') ?? DEFAULTS['db-name']);
      check('db-name', schema);
      const author = (await readAuthor(flags.get('author'), workingDirectory, place)) ?? DEFAULTS.author;
      const [owner, uses] = [flags.get('owner') ?? DEFAULTS.owner, flags.get('uses') ?? DEFAULTS.uses];
      const lines = init({ workingDirectory, schema, author, owner, uses });
      return { out: lines.join('\n'), said: [] };
    };
  },
};

function check(name: keyof typeof PATTERNS, value: string): void {
  if (!PATTERNS[name].test(value)) refuseUsage(`--${name} ${JSON.stringify(value)} is not valid`, USAGE);
}

async function askSchema({ terminal, output }: Place): Promise<string> {
  output.err(`name of the schema (${DEFAULTS['db-name']}):`);
  const reader = createInterface({ input: terminal.input });
  try {
    return (await reader.question('')).trim() || DEFAULTS['db-name'];
  } finally {
    reader.close();
  }
}
