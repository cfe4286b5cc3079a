import type { CodeToken } from './code-token.ts';
import type { Command } from './command.ts';
import type { Definitions } from './known-definitions.ts';
import { unquote } from './object-name.ts';
import { bodyCommands, type BodyCommand } from './routine-body.ts';
import { findKeyword } from './token-walk.ts';

/** A routine or event, as it is kept among the definitions. */
export interface CalledProgram {
  readonly key: string;
  readonly name: string;
}

/** The stored programs that a command runs: by CALL, as functions, or by enabling an event. */
export function calledPrograms(
  { verb, objects, ddl, tokens }: Command,
  calls: readonly CodeToken[],
): readonly CalledProgram[] {
  const functions = calls.map((token) => program('FUNCTION', unquote(token)));
  if (verb === 'CALL') return [...objects.map(({ name }) => program('PROCEDURE', name)), ...functions];
  const isEnabled =
    verb === 'ALTER' && ddl?.object === 'EVENT' && findKeyword(tokens, ddl.next, ['ENABLE']) > 0;
  return isEnabled ? ddl.names.map(({ name }) => program('EVENT', name)) : functions;
}

/** The commands of a stored program, all on one line; undefined where it is not known. */
export function programBody(
  { programs }: Definitions,
  { key }: CalledProgram,
  line: number,
): readonly BodyCommand[] | undefined {
  const body = programs.get(key);
  return body && bodyCommands(body.map((token) => ({ ...token, line })));
}

function program(object: string, name: string): CalledProgram {
  return { key: `${object} ${name.toLowerCase()}`, name };
}
