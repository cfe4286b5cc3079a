import type { Command } from '../reading/command.ts';
import type { ReadStatement } from '../reading/reading.ts';
import type { Rule } from '../rule.ts';
import { isPrivilegeChange } from './privilege-change.ts';

const VERBS = ['CREATE', 'ALTER', 'DROP', 'RENAME', 'TRUNCATE'];
const WITHOUT_REPLACE = ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'VIEW'];

/**
 * Several DDL statements in one changeset: each commits by itself. Privileges have a rule of their own, and may be
 * granted twice; `DROP … IF EXISTS` and CREATE of the same routine are one, as MySQL cannot replace one.
 */
export const severalDdl: Rule = {
  name: 'several-ddl',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INT PRIMARY KEY)',
  check: ({ statements }) => {
    const definitions = statements.filter(isDefinition);
    const counted = definitions.filter((read, index) => !isReplacedBy(read, definitions[index + 1]));
    const [, second] = counted;
    if (!second) return [];
    return [
      {
        statements: definitions.map(({ statement }) => statement),
        line: second.statement.line,
        message: `holds ${counted.length} DDL statements, each of which commits by itself: a failure in the middle leaves half of it`,
        fix: isOneTable(counted)
          ? 'write one ALTER TABLE with all clauses: it happens whole or not at all'
          : 'give each statement a changeset of its own',
      },
    ];
  },
};

function isDefinition(read: ReadStatement): boolean {
  const [command] = read.commands;
  if (!command || !VERBS.includes(command.verb) || isPrivilegeChange(command)) return false;
  return read.effect === 'definition';
}

function isReplacedBy(read: ReadStatement, next: ReadStatement | undefined): boolean {
  const dropped = read.commands[0];
  const created = next?.commands[0];
  if (dropped?.verb !== 'DROP' || created?.verb !== 'CREATE' || !dropped.ddl?.isConditional) return false;
  return WITHOUT_REPLACE.includes(dropped.ddl.object) && subject(dropped) === subject(created);
}

function isOneTable(reads: readonly ReadStatement[]): boolean {
  const commands = reads.map(({ commands: [command] }) => command);
  const first = commands[0];
  return (
    first !== undefined &&
    commands.every((command) => command?.verb === 'ALTER' && subject(command) === subject(first))
  );
}

function subject({ ddl }: Command): string {
  return JSON.stringify([ddl?.object, ddl?.names[0]?.schema, ddl?.names[0]?.name]);
}
