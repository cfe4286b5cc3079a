import { readChangedRows } from './changed-rows.ts';
import { isTemporary, type Command } from './command.ts';
import { readName, type ObjectName } from './object-name.ts';
import { keyword } from './token-walk.ts';

const IN_A_SCHEMA = ['TABLE', 'VIEW', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'LIBRARY'];
const INSERT_WORDS = ['LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY', 'IGNORE', 'INTO'];

/** The tables, views and routines that a command writes to, changes, creates or drops; temporary ones are none. */
export function writtenObjects(command: Command): readonly ObjectName[] {
  return namedObjects(command).filter((name) => !isTemporary(command, name));
}

/** The same, with the temporary ones that a statement does not call so. */
export function namedObjects(command: Command): readonly ObjectName[] {
  const { tokens, verb } = command;
  switch (verb) {
    case 'INSERT':
    case 'REPLACE':
      return insertedInto(command);
    case 'UPDATE':
    case 'DELETE':
      return readChangedRows(tokens)?.tables ?? [];
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

function insertedInto(command: Command): readonly ObjectName[] {
  let at = 1;
  while (INSERT_WORDS.includes(keyword(command.tokens, at))) at++;
  return nameAt(command, at);
}

/** `LOAD DATA … REPLACE INTO TABLE t`: the file's name before it is a string. */
function loadedInto(command: Command): readonly ObjectName[] {
  const { tokens } = command;
  const at = tokens.findIndex(
    (_, index) => keyword(tokens, index) === 'INTO' && keyword(tokens, index + 1) === 'TABLE',
  );
  return at < 0 ? [] : nameAt(command, at + 2);
}

function definedObjects({ ddl, clauses }: Command): readonly ObjectName[] {
  if (!ddl || ddl.isTemporary) return [];
  const others = clauses.flatMap((clause) => {
    if (clause.kind === 'rename-table') return [clause.to];
    return clause.kind === 'partition' && clause.table ? [clause.table] : [];
  });
  const named = IN_A_SCHEMA.includes(ddl.object) ? ddl.names : [];
  return [...named, ...(ddl.on ? [ddl.on] : []), ...others];
}

function nameAt({ tokens }: Command, at: number): readonly ObjectName[] {
  const read = readName(tokens, at);
  return read ? [read.name] : [];
}
