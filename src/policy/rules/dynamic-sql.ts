import { readName } from '../reading/object-name.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';
import type { Command } from '../reading/command.ts';

/** PREPARE, and EXECUTE of what the changeset did not prepare itself: what they run cannot be judged. */
export const dynamicSql: Rule = {
  name: 'dynamic-sql',
  severity: 'warning',
  destructive: false,
  check: (reading) => {
    const prepared = new Set(reading.byVerb.get('PREPARE')?.map(statementName));
    return inEachCommand(['PREPARE', 'EXECUTE'], (command) => judge(command, prepared))(reading);
  },
};

function judge(command: Command, prepared: ReadonlySet<string | undefined>): readonly Found[] | undefined {
  const { verb } = command;
  // Its PREPARE is reported.
  if (verb === 'EXECUTE' && prepared.has(statementName(command))) return undefined;
  return [
    {
      message: `${verb} runs SQL that is put together at run time and cannot be judged here`,
      fix: 'write the statement out, or say in an allow comment what it runs',
    },
  ];
}

function statementName({ tokens }: Command): string | undefined {
  return readName(tokens, 1)?.name.name.toLowerCase();
}
