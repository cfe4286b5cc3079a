import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { consoleLog, type Output } from './console-log.ts';
import { ExpectedError, type Problem } from './errors.ts';
import { INPUTS, MODE_MEANINGS, MODES } from './input-table.ts';
import {
  logFormat,
  parseInputs,
  readTerminalInputs,
  secretValues,
  type Inputs,
  type RawInputs,
} from './inputs.ts';
import { newRunId } from './modes/run-id.ts';
import { runMode } from './modes/run-mode.ts';
import { renderPlanText } from './report/plan-text.ts';
import { formatTextEvent, type LogEvent } from './report/log.ts';
import type { Report } from './report/report.ts';
import { verdict } from './report/verdict.ts';
import { toSafeJson } from './report/workflow-command.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a terminal has that a pipe has not. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly isInteractive: boolean;
  readonly colour: boolean;
}

/** The same modes at a terminal; gives the exit code: 0 ok, 1 not ok, 2 wrong usage. */
export async function cli(
  argv: readonly string[],
  env: Environment,
  output: Output,
  terminal: Terminal,
): Promise<0 | 1 | 2> {
  if (argv.includes('--help') || argv.includes('-h')) {
    output.out(helpText());
    return 0;
  }
  let raw: RawInputs;
  let inputs: Inputs;
  try {
    const flags = parseFlags(argv);
    raw = readTerminalInputs(await withPassword(flags, env, terminal, output), env);
    inputs = parseInputs(raw, env, 'terminal');
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    for (const problem of error.problems) output.err(formatTextEvent(usageEvent(problem), terminal));
    output.err('db-deploy --help explains modes and flags');
    return 2;
  }
  const runId = newRunId(new Date());
  const style = { format: logFormat(raw), colour: terminal.colour, secrets: secretValues(raw), runId };
  const log = consoleLog(output, {
    ...style,
    environment: inputs.environment,
    to: style.format === 'json' ? 'out' : 'err',
  });
  const report = await runMode(inputs, runId, log);
  await printReport(report, output, style.format, terminal);
  return verdict(report).exitCode;
}

/** stdout is the result: the SQL of `update-sql`, in JSON the report, else what a person reads. */
async function printReport(
  report: Report,
  output: Output,
  format: 'text' | 'json',
  terminal: Terminal,
): Promise<void> {
  if (format === 'json') {
    output.out(
      toSafeJson({
        ts: report.finishedAt,
        level: verdict(report).exitCode === 0 ? 'info' : 'error',
        event: 'report',
        report,
      }),
    );
    return;
  }
  const text = renderPlanText(report, { colour: terminal.colour });
  if (report.sqlFile === undefined) {
    output.out(text);
    return;
  }
  output.out((await readFile(report.sqlFile, 'utf8')).trimEnd());
  output.err(text);
}

/** `<mode> [--<input> <value>]…`; all wrong flags are told at once. */
function parseFlags(argv: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>();
  const problems: Problem[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index]!;
    if (!argument.startsWith('--')) {
      if (flags.has('mode'))
        problems.push(usage(`unexpected argument ${JSON.stringify(argument)}`, 'flags begin with --'));
      else flags.set('mode', argument);
      continue;
    }
    const [name = '', inline] = splitOnce(argument.slice(2), '=');
    const problem = checkFlag(name);
    if (problem) {
      problems.push(problem);
      if (inline === undefined && !(argv[index + 1] ?? '--').startsWith('--')) index += 1;
      continue;
    }
    const next = argv[index + 1];
    if (inline !== undefined) flags.set(name, inline);
    else if (isBoolean(name) && next !== 'true' && next !== 'false') flags.set(name, 'true');
    else if (next === undefined || next.startsWith('--'))
      problems.push(usage(`--${name} needs a value`, `--${name} <value>`));
    else flags.set(name, argv[(index += 1)]!);
  }
  const [first, ...rest] = problems;
  if (first) throw new ExpectedError(first, ...rest);
  return flags;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function isBoolean(name: string): boolean {
  return INPUTS.find((input) => input.name === name)?.kind === 'boolean';
}

function usageEvent({ message, at, fix }: Problem): LogEvent {
  return {
    level: 'error',
    event: 'usage',
    message,
    ...(at ? { at } : {}),
    ...(fix === undefined ? {} : { fix }),
  };
}

function usage(message: string, fix: string): Problem {
  return { code: 'invalid-input', message, fix };
}

function checkFlag(name: string): Problem | undefined {
  if (name === 'db-password-file') return undefined;
  const spec = INPUTS.find((input) => input.name === name);
  if (!spec || name === 'mode') return usage(`unknown flag --${name}`, 'db-deploy --help lists the flags');
  if (spec.kind !== 'secret') return undefined;
  const where = spec.environment ?? name.toUpperCase().replaceAll('-', '_');
  const fix =
    name === 'db-password'
      ? 'set DB_PASSWORD, or use --db-password-file, or wait for the prompt'
      : `set ${where} in the environment`;
  return usage(`--${name} would show a secret to everybody on this machine`, fix);
}

/** A password comes from the environment, a file or a prompt; never from the command line, where others can read it. */
async function withPassword(
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
      throw new ExpectedError(
        usage(`--db-password-file: ${(error as Error).message}`, 'name a file that can be read'),
      );
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

function helpText(): string {
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
