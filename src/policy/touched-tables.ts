import type { Changeset } from '../changelog/changeset.ts';
import type { Statement } from '../sql/statements.ts';
import { isTemporary, type Command } from './reading/command.ts';
import type { ObjectName } from './reading/object-name.ts';
import { readChangeset } from './reading/reading.ts';

const OF_ROWS = ['INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'LOAD', 'RENAME'];
const OF_DEFINITIONS = ['CREATE', 'ALTER', 'DROP', 'TRUNCATE'];
/** The head of an INSERT that is not read any further. */
const PLAIN_INSERT = /^(?:insert|replace)\s+(?:ignore\s+)?into\s+(?:`([^`]+)`|([a-z_][\w$]*))/i;

/**
 * The tables that a changeset changes, creates or drops, in the order in which it meets them; those of the target's
 * schema without it. What a routine would do when it is called is not among them.
 */
export function touchedTables(changeset: Changeset, schema: string | undefined): readonly string[] {
  const names = readChangeset(changeset, schema).flatMap(({ statements }) =>
    statements.flatMap(({ statement, commands }) =>
      commands.length === 0 ? plainInsert(statement) : commands.flatMap((command) => tablesOf(command)),
    ),
  );
  return [
    ...new Set(
      names.map((name) =>
        name.schema === undefined || name.schema === schema ? name.name : `${name.schema}.${name.name}`,
      ),
    ),
  ];
}

function tablesOf(command: Command): readonly Pick<ObjectName, 'schema' | 'name'>[] {
  const { verb, ddl, isInBody, objects } = command;
  if (isInBody) return [];
  if (OF_DEFINITIONS.includes(verb)) {
    if (ddl?.object === 'INDEX' || ddl?.object === 'TRIGGER') return ddl.on ? [ddl.on] : [];
    if (ddl?.object !== 'TABLE') return [];
  } else if (!OF_ROWS.includes(verb)) return [];
  return objects.filter((name) => !isTemporary(command, name));
}

function plainInsert({ text }: Statement): readonly Pick<ObjectName, 'schema' | 'name'>[] {
  const [, quoted, plain] = PLAIN_INSERT.exec(text) ?? [];
  const name = quoted ?? plain;
  return name === undefined ? [] : [{ schema: undefined, name }];
}
