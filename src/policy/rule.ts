import type { Statement } from '../sql/statements.ts';
import type { Command } from './reading/command.ts';
import type { Reading } from './reading/reading.ts';
import type { RuleName, Severity } from './violation.ts';

/** What a rule has to say, before it is known whether anything excuses it. */
export interface Finding {
  /** Whose allow comments excuse it: one statement, or all that it is about. */
  readonly statements: readonly Statement[];
  readonly line: number;
  readonly message: string;
  readonly fix: string;
}

/** One thing that is looked for; it judges what a server would be told to do, never text. */
export interface Rule {
  readonly name: RuleName;
  readonly severity: Severity;
  /** Destructive ones pass with both gates open and in no other way. */
  readonly destructive: boolean;
  /** An allow comment above the statement lets it pass. */
  readonly excusable: boolean;
  /** SQL that it finds something in; a `;` divides statements of one changeset. */
  readonly example: string;
  /** The table that the example is about, where it has to be known. */
  readonly exampleOf?: string;
  readonly check: (reading: Reading) => readonly Finding[];
}

/** A finding in one command. */
export type Found = Pick<Finding, 'message' | 'fix'> & { readonly line?: number };

/** A check that looks at one command at a time, of these verbs; the command's line is the finding's, unless told. */
export function inEachCommand(
  verbs: readonly string[],
  judge: (command: Command, reading: Reading) => readonly Found[] | undefined,
): Rule['check'] {
  return (reading) => {
    const findings: Finding[] = [];
    for (const [verb, commands] of reading.byVerb) {
      if (!verbs.includes(verb)) continue;
      for (const command of commands) {
        for (const { line = command.line, message, fix } of judge(command, reading) ?? []) {
          const where = command.via === undefined ? '' : `in "${command.via}", which it runs: `;
          findings.push({ statements: [command.statement], line, message: `${where}${message}`, fix });
        }
      }
    }
    return findings;
  };
}
