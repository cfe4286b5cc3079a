import { COMMANDS } from './commands.ts';
import { INPUTS, MODE_MEANINGS, MODES } from '../inputs/input-table.ts';

/** What `--help` prints. */
export function helpText(): string {
  const modes = MODES.map((mode) => `  ${mode.padEnd(12)}${MODE_MEANINGS[mode]}`);
  const flags = INPUTS.filter(({ name, kind }) => name !== 'mode' && kind !== 'secret').map(
    ({ name, meaning, default: otherwise, environment }) => {
      const notes = [
        ...(otherwise === undefined ? [] : [`default: ${otherwise}`]),
        ...(environment === undefined ? [] : [`or ${environment}`]),
      ];
      return `  --${name.padEnd(24)}${meaning}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
    },
  );
  const secrets = INPUTS.filter(({ name, kind }) => kind === 'secret' && name !== 'github-token').map(
    ({ environment, meaning }) => `  ${(environment ?? '').padEnd(26)}${meaning}`,
  );
  return [
    'db-deploy <mode> [--<input> <value>]…',
    '',
    'Deploys a reviewed YAML changelog of SQL to MySQL.',
    '',
    'Modes:',
    ...modes,
    '',
    'Also, without a database:',
    ...COMMANDS.flatMap(({ usage, meaning }) => [`  ${usage}`, `    ${meaning}`]),
    '',
    'Flags:',
    ...flags,
    `  --${'db-password-file'.padEnd(24)}file whose text is the password`,
    '',
    'Secrets, from the environment only:',
    ...secrets,
    '',
    'Exit code: 0 ok, 1 not ok, 2 wrong usage.',
  ].join('\n');
}
