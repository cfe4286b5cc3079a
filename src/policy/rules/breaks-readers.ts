import { inEachClause } from './in-each-clause.ts';
import type { AlterClause } from '../reading/alter-clauses.ts';
import { isMade, type Command } from '../reading/command.ts';
import { show, showAll } from '../reading/object-name.ts';
import { findKeyword, hasKeywords, keyword } from '../reading/token-walk.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

const OBJECTS: Readonly<Record<string, string>> = {
  ...{ VIEW: 'view', PROCEDURE: 'procedure', FUNCTION: 'function', TRIGGER: 'trigger', EVENT: 'event' },
  LIBRARY: 'library',
};
const fix =
  'make sure that the running application does not need it as it was, or add the new one under another name';

const inCommands = inEachCommand(['DROP', 'ALTER', 'CREATE'], (command) => {
  const what = OBJECTS[command.ddl?.object ?? ''];
  const found = what === undefined ? undefined : inObject(command, what);
  return found && [found];
});

const inClauses = inEachClause('existing', (clause, table): Found | undefined => {
  const what = changed(clause);
  if (what === undefined) return undefined;
  return { message: `${what} of table ${show(table)}, which readers and writers may rely on`, fix };
});

/** Views, routines, triggers and events that change under a running application; rules that tables no longer keep. */
export const breaksReaders: Rule = {
  name: 'breaks-readers',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'DROP VIEW active_users',
  check: (reading) => [...inCommands(reading), ...inClauses(reading)],
};

function inObject(command: Command, what: string): Found | undefined {
  const { verb, ddl } = command;
  const names = ddl?.names.filter((name) => !isMade(command, name)) ?? [];
  if (names.length === 0) return undefined;
  if (verb === 'DROP') return { message: `drops ${showAll(what, names)}, which others may still use`, fix };
  const isReplacing = verb === 'CREATE' && ddl?.isReplacing;
  if (!isReplacing && (verb !== 'ALTER' || isCommentOnly(command))) return undefined;
  const how = isReplacing ? 'replaces' : 'changes';
  return {
    message: `${how} ${showAll(what, names)} under those who use ${names.length === 1 ? 'it' : 'them'}`,
    fix,
  };
}

/** `ALTER PROCEDURE p COMMENT 'x'`. */
function isCommentOnly({ ddl, tokens }: Command): boolean {
  return ddl !== undefined && keyword(tokens, ddl.next) === 'COMMENT' && tokens.length === ddl.next + 2;
}

function changed(clause: AlterClause): string | undefined {
  const { tokens } = clause;
  if (clause.kind === 'drop') return droppedConstraint(clause.what, clause.name);
  if (clause.kind !== 'other' || keyword(tokens, 0) !== 'ALTER') return undefined;
  const isOf = (...words: readonly string[]): boolean => findKeyword(tokens, 1, words) > 0;
  if (isOf('ENFORCED')) return 'changes whether a constraint is enforced';
  if (isOf('VISIBLE', 'INVISIBLE'))
    return hasKeywords(tokens, 1, 'INDEX')
      ? 'changes the visibility of an index'
      : 'changes the visibility of a column';
  return isOf('DEFAULT') ? 'changes the default of a column' : undefined;
}

function droppedConstraint(what: string, name: string): string | undefined {
  if (what === 'foreign') return `drops foreign key "${name}"`;
  return what === 'check' ? `drops check "${name}"` : undefined;
}
