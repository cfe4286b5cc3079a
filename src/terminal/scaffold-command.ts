import type { Output } from './console-log.ts';
import { ExpectedError, refuse, type Problem } from '../errors.ts';
import { scaffold, type ScaffoldRequest } from '../modes/scaffold/scaffold.ts';
import { redactEvent } from '../log/redact-report.ts';
import { formatTextEvent } from '../log/log.ts';
import { valueRedactor } from '../redaction/redact.ts';
import type { Terminal } from './terminal.ts';

const USAGE = 'db-deploy scaffold FILE.csv [--write] [--working-directory FOLDER]';

/** `db-deploy scaffold FILE.csv`: no mode, for it needs no database and deploys nothing; gives the exit code. */
export async function scaffoldCommand(
  argv: readonly string[],
  output: Output,
  terminal: Terminal,
): Promise<0 | 1 | 2> {
  let request: ScaffoldRequest | undefined;
  try {
    request = parseArguments(argv);
    const { out, said } = await scaffold(request);
    if (out !== '') output.out(out);
    for (const line of said) output.err(line);
    return 0;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    for (const problem of error.problems)
      output.err(formatTextEvent(redactEvent(toEvent(problem), valueRedactor([])), terminal));
    return request ? 1 : 2;
  }
}

function toEvent({ message, at, fix }: Problem): Parameters<typeof redactEvent>[0] {
  return {
    ...{ level: 'error', event: 'usage', message },
    ...(at ? { at } : {}),
    ...(fix === undefined ? {} : { fix }),
  };
}

function parseArguments(argv: readonly string[]): ScaffoldRequest {
  const problems: Problem[] = [];
  const files: string[] = [];
  let [workingDirectory, isWritten] = ['.', false];
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [name, value] = argument.split(/=(.*)/s);
    if (argument === '--write') isWritten = true;
    else if (name === '--working-directory') {
      const given = value ?? rest.shift();
      if (given === undefined || given === '') problems.push(usage('--working-directory needs a value'));
      else workingDirectory = given;
    } else if (argument.startsWith('-')) problems.push(usage(`unknown flag ${argument}`));
    else files.push(argument);
  }
  const [file = ''] = files;
  if (files.length !== 1)
    problems.push(usage(files.length === 0 ? 'no file is named' : 'several files are named'));
  refuse(problems);
  return { workingDirectory, file, isWritten };
}

function usage(message: string): Problem {
  return { code: 'invalid-input', message, fix: USAGE };
}
