import { MODES } from '../inputs/input-table.ts';
import { grants } from '../modes/grants/grants.ts';
import type { Mode } from '../report/report.ts';
import type { Command } from './command.ts';
import { readGiven, refuseUsage } from './command-flags.ts';

const USAGE =
  "db-deploy grants [MODE]… --db-name NAME [--db-user 'user'@'host'] [--restore-guarantee best|lossless|in-place] [--backup full|none]";
const GUARANTEES = ['best', 'lossless', 'in-place'] as const;
const BACKUPS = ['full', 'none'] as const;
const ACCOUNT = /^(?<user>[^@'"`\\]{1,32})(?:@(?<host>[^@'"`\\]{1,255}))?$/;

/** `db-deploy grants update --db-name app`. */
export const grantsCommand: Command = {
  name: 'grants',
  usage: USAGE,
  meaning:
    'prints the exact GRANTs for these modes (update, verify and rollback where none is named); needs no database',
  read: (argv, { env }) => {
    const { words, flags } = readGiven(argv, USAGE, ['db-name', 'db-user', 'restore-guarantee', 'backup']);
    const modes = words.map(
      (word) =>
        MODES.find((mode) => mode === word) ?? refuseUsage(`unknown mode ${JSON.stringify(word)}`, USAGE),
    );
    const schema = flags.get('db-name') ?? (env['DB_NAME'] || undefined);
    if (schema === undefined) return refuseUsage('--db-name is missing', USAGE);
    const guarantee = oneOf('restore-guarantee', GUARANTEES, flags.get('restore-guarantee') ?? 'best');
    const backup = oneOf('backup', BACKUPS, flags.get('backup') ?? 'full');
    const to = account(flags.get('db-user') ?? 'db_migrator');
    const asked: readonly Mode[] = modes.length === 0 ? ['update', 'verify', 'rollback'] : modes;
    return () => {
      const request = { schema, modes: asked, guarantee, backup, to, isRole: false };
      return { out: grants(request).join('\n'), said: [] };
    };
  },
};

function oneOf<T extends string>(name: string, choices: readonly T[], value: string): T {
  return (
    choices.find((choice) => choice === value) ??
    refuseUsage(`--${name} ${JSON.stringify(value)} is none of ${choices.join(', ')}`, USAGE)
  );
}

/** `migrator`, `migrator@10.%` and `'migrator'@'%'` are accounts. */
function account(text: string): string {
  const { user, host = '%' } = ACCOUNT.exec(text.replaceAll(/['"`]/g, ''))?.groups ?? {};
  return user === undefined
    ? refuseUsage(`--db-user ${JSON.stringify(text)} is not a valid account`, USAGE)
    : `'${user}'@'${host}'`;
}
