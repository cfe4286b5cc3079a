import { isOwnTable } from '../reading/own-tables.ts';
import type { Command } from '../reading/command.ts';
import { readName, show, type ObjectName } from '../reading/object-name.ts';
import { WRITING_VERBS } from '../reading/named-objects.ts';
import { keyword } from '../reading/token-walk.ts';
import { inEachCommand, type Rule } from '../rule.ts';

/** Writes to the tables in which this tool keeps what ran: without them no run knows what it finds. */
export const trackingTables: Rule = {
  name: 'tracking-tables',
  severity: 'error',
  destructive: false,
  excusable: false,
  example: "DELETE FROM DATABASECHANGELOG WHERE ID = '004'",
  check: inEachCommand(WRITING_VERBS, (command) =>
    writtenNames(command)
      .filter(({ name }) => isOwnTable(name))
      .map((name) => ({
        line: name.line,
        message: `${command.verb} of ${show(name)}: that table is db-deploy's own`,
        fix: 'leave it to db-deploy; its rows may be read',
      })),
  ),
};

/** A temporary table of the name would hide the real one; a foreign key would keep rows in it. */
function writtenNames({ objects, ddl, tokens }: Command): readonly ObjectName[] {
  const temporary = ddl?.isTemporary ? ddl.names : [];
  const referenced = tokens.flatMap((_, at) => {
    const read = ddl && keyword(tokens, at) === 'REFERENCES' ? readName(tokens, at + 1) : undefined;
    return read ? [read.name] : [];
  });
  return [...objects, ...temporary, ...referenced];
}
