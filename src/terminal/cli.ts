import { readFile } from 'node:fs/promises';
import { consoleLog, type Output } from './console-log.ts';
import { ExpectedError, type Problem } from '../errors.ts';
import { parseFlags } from './flags.ts';
import { readEvent } from '../github/event.ts';
import { refuseForkHead } from '../github/fork-head.ts';
import { helpText } from './help.ts';
import { logFormat, parseInputs, readTerminalInputs, secretValues, type Inputs } from '../inputs/inputs.ts';
import type { RawInputs } from '../inputs/input-reader.ts';
import { newRunId } from '../modes/run/run-id.ts';
import { runMode } from '../modes/run-mode.ts';
import type { OnInterrupt } from '../modes/run/update-run.ts';
import { runFinished, runStarted } from '../log/run-events.ts';
import { toJsonValue } from '../report/schema/report-json.ts';
import { redactEvent, redactReport } from '../log/redact-report.ts';
import { valueRedactor } from '../redaction/redact.ts';
import { renderPlanText } from '../report/text/plan-text.ts';
import { withPassword } from './password.ts';
import type { LogEventName } from '../log/log-events.ts';
import { formatTextEvent, type LogEvent } from '../log/log.ts';
import type { Report } from '../report/report.ts';
import { runCommand } from './command.ts';
import { COMMANDS } from './commands.ts';
import type { Terminal } from './terminal.ts';
import { verdict } from '../report/verdict.ts';
import { toSafeJson } from '../wording/workflow-command.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The same modes at a terminal; gives the exit code: 0 ok, 1 not ok, 2 wrong usage. */
export async function cli(
  argv: readonly string[],
  env: Environment,
  output: Output,
  terminal: Terminal,
  onInterrupt: OnInterrupt,
): Promise<0 | 1 | 2> {
  if (argv.includes('--help') || argv.includes('-h')) {
    output.out(helpText());
    return 0;
  }
  const command = COMMANDS.find(({ name }) => name === argv[0]);
  if (command) return runCommand(command, argv.slice(1), { env, terminal, output });
  let raw: RawInputs;
  let inputs: Inputs;
  let secrets: readonly string[] = [];
  const learn = (known: RawInputs): RawInputs => {
    secrets = secretValues(known);
    output.learnSecrets?.(secrets);
    return known;
  };
  try {
    const flags = parseFlags(argv);
    learn(readTerminalInputs(flags, env));
    raw = learn(readTerminalInputs(await withPassword(flags, env, terminal, output), env));
    inputs = parseInputs(raw, env, 'terminal');
    // In a step of a workflow this is a terminal as well.
    if ('database' in inputs) refuseForkHead(await readEvent(env));
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const redact = valueRedactor(secrets);
    for (const problem of error.problems)
      output.err(formatTextEvent(redactEvent(usageEvent(problem), redact), terminal));
    output.err('db-deploy --help explains modes and flags');
    return 2;
  }
  const runId = newRunId(new Date());
  const style = { format: logFormat(raw), colour: terminal.colour, secrets, runId };
  const log = consoleLog(output, {
    ...style,
    environment: inputs.environment,
    to: style.format === 'json' ? 'out' : 'err',
  });
  if (style.format === 'json') log(runStarted(inputs.mode));
  const report = redactReport(await runMode(inputs, runId, log, onInterrupt), secrets);
  if (style.format === 'json') log(runFinished(report));
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
        event: 'report' satisfies LogEventName,
        report: toJsonValue(report),
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

function usageEvent({ message, at, fix }: Problem): LogEvent {
  return {
    level: 'error',
    event: 'usage',
    message,
    ...(at ? { at } : {}),
    ...(fix === undefined ? {} : { fix }),
  };
}
