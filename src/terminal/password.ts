import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { RawInputs } from '../inputs/input-reader.ts';
import type { Output } from './console-log.ts';
import { ExpectedError } from '../errors.ts';
import type { Terminal } from './terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A password comes from the environment, a file or a prompt; never from the command line, where others can read it. */
export async function withPassword(
  flags: Map<string, string>,
  env: Environment,
  terminal: Terminal,
  output: Output,
): Promise<RawInputs> {
  const file = flags.get('db-password-file');
  flags.delete('db-password-file');
  if (file !== undefined) {
    try {
      flags.set('db-password', (await readFile(file, 'utf8')).replace(/\r?\n$/, ''));
    } catch (error) {
      throw new ExpectedError({
        code: 'invalid-input',
        message: `--db-password-file: ${(error as Error).message}`,
        fix: 'name a file that can be read',
      });
    }
    return flags;
  }
  const isNeeded = flags.get('mode') !== 'validate' && env['DB_PASSWORD'] === undefined;
  const isComplete = (flags.get('db-user') ?? env['DB_USER']) !== undefined;
  if (isNeeded && isComplete && terminal.isInteractive) {
    flags.set('db-password', await askPassword(terminal, output));
  }
  return flags;
}

async function askPassword(terminal: Terminal, output: Output): Promise<string> {
  output.err('password (not shown):');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: terminal.input, output: silent, terminal: true });
  try {
    return await new Promise<string>((resolve) => {
      reader.question('', resolve);
      reader.on('close', () => resolve(''));
    });
  } finally {
    reader.close();
  }
}
