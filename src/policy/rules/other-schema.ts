import { writtenObjects, type Command } from '../reading/command.ts';
import { show, unquote, type ObjectName } from '../reading/object-name.ts';
import type { Reading } from '../reading/reading.ts';
import { keyword } from '../reading/token-walk.ts';
import { WRITING_VERBS } from '../reading/named-objects.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

/** `ALTER DATABASE CHARACTER SET …` means the schema that is in use. */
const NO_SCHEMA = ['CHARACTER', 'CHARSET', 'COLLATE', 'DEFAULT', 'ENCRYPTION', 'READ'];

/**
 * USE, and writes outside the schema that is deployed to. Offline nobody knows which one that is, so there every
 * qualified name counts: changesets that name no schema run in any environment.
 */
export const otherSchema: Rule = {
  name: 'other-schema',
  severity: 'error',
  destructive: false,
  excusable: false,
  example: 'INSERT INTO archive.users SELECT * FROM users',
  check: inEachCommand(['USE', ...WRITING_VERBS], (command, reading) => {
    if (command.verb === 'USE') return [inUse(command)];
    if (command.ddl?.object === 'DATABASE') return schemas(command, reading);
    return writtenObjects(command)
      .filter((name) => isElsewhere(name.schema, reading))
      .map((name) => elsewhere(command, name, reading));
  }),
};

function isElsewhere(schema: string | undefined, reading: Reading): boolean {
  return schema !== undefined && schema !== reading.schema;
}

function inUse({ tokens }: Command): Found {
  const name = tokens[1] ? unquote(tokens[1]) : '';
  return {
    message: `USE "${name}" decides where the statements after it go, whatever schema is deployed and backed up`,
    fix: 'remove it: statements run in the schema of db-name',
  };
}

function schemas(command: Command, reading: Reading): readonly Found[] {
  const { verb, ddl, tokens } = command;
  const name = ddl?.names[0];
  const isNamed = ddl && name && !NO_SCHEMA.includes(keyword(tokens, ddl.next - 1));
  // Offline it may well be the schema that is deployed to, and dropping that has a rule of its own.
  if (!isNamed || (verb === 'DROP' && reading.schema === undefined)) return [];
  if (!isElsewhere(name.name, reading)) return [];
  return [
    {
      message: `${verb} DATABASE ${show(name)} is outside of what the backup covers`,
      fix: 'leave schemas to whoever runs the server',
    },
  ];
}

function elsewhere({ verb }: Command, name: ObjectName, { schema }: Reading): Found {
  const message =
    schema === undefined
      ? `${verb} of ${show(name)} names a schema, and the backup covers no other than the deployed one`
      : `${verb} of ${show(name)} is outside of the schema "${schema}", which is all that the backup covers`;
  return {
    line: name.line,
    message,
    fix: `write "${name.name}" without the schema, or deploy to "${name.schema}" with a changelog of its own`,
  };
}
