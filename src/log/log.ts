import { formatLocation, type Location } from '../errors.ts';
import type { LiveState } from '../report/database-state.ts';
import type { LogEventName } from './log-events.ts';
import { palette, type Palette } from '../wording/palette.ts';
import type { Mode, Result } from '../report/report.ts';
import { clamp, toVisible, toVisibleLine } from '../wording/visible.ts';
import { formatDuration } from '../report/wording.ts';
import { toSafeJson, withoutCommands } from '../wording/workflow-command.ts';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** One thing that happened; `message` is for people. */
export interface LogEvent {
  readonly level: LogLevel;
  readonly event: LogEventName;
  readonly message: string;
  readonly at?: Location;
  /** `author:id`. */
  readonly changeset?: string;
  /** Statement number from 1. */
  readonly statement?: number;
  readonly durationMs?: number;
  readonly mode?: Mode;
  readonly result?: Result;
  readonly databaseState?: LiveState;
  readonly fix?: string;
}

/** Where modes tell what they are doing; the sink decides how it looks. */
export type Log = (event: LogEvent) => void;

/** An event for people, without a line feed at the end: further lines are indented, and none is a command. */
export function formatTextEvent(event: LogEvent, style: { readonly colour: boolean }): string {
  const paint = palette(style);
  const { level, message, changeset, statement, durationMs, fix } = event;
  // A problem names its changeset itself.
  const isNamed = changeset !== undefined && message.startsWith(`changeset ${changeset} `);
  const about = (isNamed ? [] : [changeset, statement === undefined ? undefined : `statement ${statement}`])
    .filter((part) => part !== undefined)
    .map((part) => toVisibleLine(part));
  const head = [
    levelWord(level, paint),
    placeWord(event),
    ...(about.length > 0 ? [`${about.join(' ')}:`] : []),
  ];
  const took = durationMs === undefined ? '' : paint.dim(` (${formatDuration(durationMs)})`);
  const first = [...head.filter((part) => part !== ''), `${indented(message)}${took}`].join(' ');
  return withoutCommands(fix === undefined ? first : `${first}\n  ${paint.cyan('fix:')} ${indented(fix)}`);
}

function levelWord(level: LogLevel, paint: Palette): string {
  switch (level) {
    case 'debug':
      return paint.dim('debug:');
    case 'info':
      return '';
    case 'warning':
      return paint.yellow('warning:');
    case 'error':
      return paint.red('error:');
  }
}

/** Where to look matters when something is wrong; else it is noise. */
function placeWord({ level, at }: LogEvent): string {
  return at && (level === 'warning' || level === 'error') ? `${toVisibleLine(formatLocation(at))}:` : '';
}

function indented(text: string): string {
  return toVisible(clamp(text, 20_000)).trim().replaceAll('\n', '\n  ');
}

/** What every line of a JSON log repeats. */
export interface LogContext {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly runId: string | undefined;
  readonly environment: string | undefined;
}

/** An event for machines: one JSON object on one line, without a line feed at the end. What is not known is left out. */
export function formatJsonEvent(event: LogEvent, context: LogContext): string {
  return toSafeJson({
    ts: context.time,
    level: event.level,
    event: event.event,
    run_id: context.runId,
    environment: context.environment,
    mode: event.mode,
    result: event.result,
    databaseState: event.databaseState,
    changeset: event.changeset,
    statement: event.statement,
    duration_ms: event.durationMs,
    message: event.message,
    file: event.at?.file,
    line: event.at?.line,
    fix: event.fix,
  });
}
