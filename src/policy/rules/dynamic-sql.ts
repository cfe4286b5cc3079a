import { readName } from '../reading/object-name.ts';
import { inEachCommand, type Rule } from '../rule.ts';
import type { Command } from '../reading/command.ts';

/** PREPARE, and EXECUTE of what the changeset did not prepare itself: what they run cannot be judged. */
export const dynamicSql: Rule = {
  name: 'dynamic-sql',
  severity: 'warning',
  destructive: false,
  check: inEachCommand((command, { commands }) => {
    if (command.verb !== 'PREPARE' && command.verb !== 'EXECUTE') return undefined;
    if (command.verb === 'EXECUTE' && commands.some((other) => prepares(other, command))) return undefined;
    return [
      {
        message: `${command.verb} runs SQL that is put together at run time and cannot be judged here`,
        fix: 'write the statement out, or say in an allow comment what it runs',
      },
    ];
  }),
};

/** Then the PREPARE was reported already. */
function prepares(other: Command, { tokens }: Command): boolean {
  return other.verb === 'PREPARE' && nameAfterVerb(other.tokens) === nameAfterVerb(tokens);
}

function nameAfterVerb(tokens: Command['tokens']): string | undefined {
  return readName(tokens, 1)?.name.name.toLowerCase();
}
