import type { LogFormat } from '../inputs/inputs.ts';
import { formatJsonEvent, formatTextEvent, type Log } from '../log/log.ts';
import { redactEvent } from '../log/redact-report.ts';
import { valueRedactor } from '../redaction/redact.ts';

/** Where lines go; the caller's are stdout and stderr. */
export interface Output {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** At a terminal: a line that the next one takes the place of; an empty one takes it away. */
  readonly progress?: (line: string) => void;
  /** What must not be printed, not even in the last words of a run that nobody foresaw. */
  readonly learnSecrets?: (secrets: readonly string[]) => void;
}

export interface ConsoleStyle {
  readonly format: LogFormat;
  readonly colour: boolean;
  readonly secrets: readonly string[];
  readonly runId: string;
  readonly environment: string | undefined;
  /** At a terminal the log goes to stderr, so that stdout is the result alone. */
  readonly to?: 'out' | 'err';
}

/** A log that writes one line an event, with every known secret taken out. */
export function consoleLog(output: Output, style: ConsoleStyle): Log {
  const { format, colour, secrets, runId, environment } = style;
  const write = output[style.to ?? 'out'];
  const redact = valueRedactor(secrets);
  const context = { runId, environment: environment === undefined ? undefined : redact(environment) };
  let isInProgress = false;
  const clear = (): void => {
    if (isInProgress) output.progress?.('');
    isInProgress = false;
  };
  return (told) => {
    // Before it is escaped for its place, or a secret with `##[` in it would not be recognised any more.
    const event = redactEvent(told, redact);
    // Machines sort by level; people would read past it.
    if (event.level === 'debug' && format === 'text') return;
    // What is replaced at a terminal would fill a log.
    if (event.event.endsWith('-progress') && format === 'text' && !output.progress) return;
    clear();
    const line =
      format === 'json'
        ? formatJsonEvent(event, { time: new Date().toISOString(), ...context })
        : formatTextEvent(event, { colour });
    // What begins is told by what ends; in between a person wants to see that something happens.
    isInProgress =
      format === 'text' && /-(?:started|progress)$/.test(event.event) && output.progress !== undefined;
    if (isInProgress) output.progress?.(line);
    else write(line);
  };
}
