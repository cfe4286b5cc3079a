import type { ParsedCommand } from './command.ts';
import { readName, type ObjectName } from './object-name.ts';
import { findKeyword, keyword } from './token-walk.ts';

/** Verbs of commands that write, change, create or drop something that has a name. */
export const WRITING_VERBS: readonly string[] = [
  'INSERT',
  'REPLACE',
  'UPDATE',
  'DELETE',
  'LOAD',
  'CALL',
  'RENAME',
  'CREATE',
  'ALTER',
  'DROP',
  'TRUNCATE',
];
const IN_A_SCHEMA = ['TABLE', 'VIEW', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'LIBRARY'];
const INSERT_WORDS = ['LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY', 'IGNORE', 'INTO'];

/** The tables, views and routines that a command writes to, changes, creates or drops. */
export function namedObjects(command: ParsedCommand): readonly ObjectName[] {
  switch (command.verb) {
    case 'INSERT':
    case 'REPLACE':
      return insertedInto(command);
    case 'UPDATE':
    case 'DELETE':
      return command.rows?.tables ?? [];
    case 'LOAD':
      return loadedInto(command);
    case 'CALL':
      return nameAt(command, 1);
    case 'RENAME':
      return command.renames.flat();
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
    case 'TRUNCATE':
      return definedObjects(command);
    default:
      return [];
  }
}

function insertedInto(command: ParsedCommand): readonly ObjectName[] {
  let at = 1;
  while (INSERT_WORDS.includes(keyword(command.tokens, at))) at++;
  return nameAt(command, at);
}

/** `LOAD DATA … REPLACE INTO TABLE t`: the file's name before it is a string. */
function loadedInto(command: ParsedCommand): readonly ObjectName[] {
  const { tokens } = command;
  const at = tokens.findIndex(
    (_, index) => keyword(tokens, index) === 'INTO' && keyword(tokens, index + 1) === 'TABLE',
  );
  return at < 0 ? [] : nameAt(command, at + 2);
}

function definedObjects({ ddl, clauses, tokens }: ParsedCommand): readonly ObjectName[] {
  if (!ddl || ddl.isTemporary) return [];
  if (ddl.object === 'EVENT') return [...ddl.names, ...renamedEvent(tokens, ddl.next)];
  const others = clauses.flatMap((clause) => {
    if (clause.kind === 'rename-table') return [clause.to];
    return clause.kind === 'partition' && clause.table ? [clause.table] : [];
  });
  const named = IN_A_SCHEMA.includes(ddl.object) ? ddl.names : [];
  return [...named, ...(ddl.on ? [ddl.on] : []), ...others];
}

/** `ALTER EVENT e … RENAME TO s.e` moves it. */
function renamedEvent(tokens: ParsedCommand['tokens'], from: number): readonly ObjectName[] {
  const at = findKeyword(tokens, from, ['RENAME']);
  const read = at < 0 ? undefined : readName(tokens, at + 2);
  return read ? [read.name] : [];
}

function nameAt({ tokens }: ParsedCommand, at: number): readonly ObjectName[] {
  const read = readName(tokens, at);
  return read ? [read.name] : [];
}
