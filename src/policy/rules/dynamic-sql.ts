import { readName, show } from '../reading/object-name.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';
import type { Command } from '../reading/command.ts';

/** PREPARE, EXECUTE of what the changeset did not prepare itself, CALL of an unknown routine: nothing can be judged. */
export const dynamicSql: Rule = {
  name: 'dynamic-sql',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'PREPARE s FROM @sql',
  check: (reading) => {
    const prepared = new Set(reading.byVerb.get('PREPARE')?.map(statementName));
    return inEachCommand(['PREPARE', 'EXECUTE', 'CALL'], (command) => judge(command, prepared))(reading);
  },
};

function judge(command: Command, prepared: ReadonlySet<string | undefined>): readonly Found[] | undefined {
  const { verb } = command;
  if (verb === 'CALL') return unknownRoutine(command);
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

function unknownRoutine({ objects, isKnownCall }: Command): readonly Found[] | undefined {
  const [routine] = objects;
  if (!routine || isKnownCall) return undefined;
  return [
    {
      message: `CALL of ${show(routine)}, which the changelog does not define: what it does cannot be judged here`,
      fix: 'say in an allow comment what it does to which rows',
    },
  ];
}
