import type { Output } from './console-log.ts';
import { ExpectedError, type Problem } from '../errors.ts';
import { redactEvent } from '../log/redact-report.ts';
import { formatTextEvent } from '../log/log.ts';
import { valueRedactor } from '../redaction/redact.ts';
import type { Terminal } from './terminal.ts';

/** What a command has of the world. */
export interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly output: Output;
}

/** What goes to stdout, and what is said of it on stderr. */
export interface Said {
  readonly out: string;
  readonly said: readonly string[];
}

/** A command of the terminal that is no mode: it needs no database and deploys nothing. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly meaning: string;
  /** Reads the arguments, or refuses them; gives what to do. */
  readonly read: (argv: readonly string[], place: Place) => () => Promise<Said> | Said;
}

/** Gives the exit code: 0 ok, 1 not ok, 2 wrong usage. */
export async function runCommand(
  command: Command,
  argv: readonly string[],
  place: Place,
): Promise<0 | 1 | 2> {
  const { output, terminal } = place;
  let isRead = false;
  try {
    const act = command.read(argv, place);
    isRead = true;
    const { out, said } = await act();
    if (out !== '') output.out(out);
    for (const line of said) output.err(line);
    return 0;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    for (const problem of error.problems)
      output.err(formatTextEvent(redactEvent(toEvent(problem), valueRedactor([])), terminal));
    return isRead ? 1 : 2;
  }
}

function toEvent({ message, at, fix }: Problem): Parameters<typeof redactEvent>[0] {
  return {
    ...{ level: 'error', event: 'usage', message },
    ...(at ? { at } : {}),
    ...(fix === undefined ? {} : { fix }),
  };
}
