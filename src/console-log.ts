import type { LogFormat } from './inputs.ts';
import { formatJsonEvent, formatTextEvent, type Log } from './report/log.ts';
import { redactValues } from './report/redact.ts';

/** Where lines go; the caller's are stdout and stderr. */
export interface Output {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** At a terminal: a line that the next one takes the place of; an empty one takes it away. */
  readonly progress?: (line: string) => void;
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
  let isInProgress = false;
  const clear = (): void => {
    if (isInProgress) output.progress?.('');
    isInProgress = false;
  };
  return (event) => {
    // Machines sort by level; people would read past it.
    if (event.level === 'debug' && format === 'text') return;
    // What is replaced at a terminal would fill a log.
    if (event.event.endsWith('-progress') && format === 'text' && !output.progress) return;
    clear();
    const line =
      format === 'json'
        ? formatJsonEvent(event, { time: new Date().toISOString(), runId, environment })
        : formatTextEvent(event, { colour });
    const safe = redactValues(line, secrets);
    // What begins is told by what ends; in between a person wants to see that something happens.
    isInProgress =
      format === 'text' && /-(?:started|progress)$/.test(event.event) && output.progress !== undefined;
    if (isInProgress) output.progress?.(safe);
    else write(safe);
  };
}
