import { redactValues } from './redact.ts';
import { clamp, toVisible } from '../wording/visible.ts';
import { withoutCommands } from '../wording/workflow-command.ts';

const LONGEST = 20_000;

/** What is said of an error that nobody foresaw, its stack included: no secret is in it, and no command. */
export function crashReport(error: unknown, secrets: readonly string[]): string {
  // Before it is cut or escaped, or half a secret would be left that nobody recognises.
  return withoutCommands(toVisible(clamp(redactValues(stackOf(error), secrets), LONGEST)));
}

/** Of errors that come from another realm as well, which are no `Error` here. */
function stackOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { stack, message } = error as { readonly stack?: unknown; readonly message?: unknown };
  if (typeof stack === 'string' && stack !== '') return stack;
  return typeof message === 'string' ? message : 'an error without words';
}
