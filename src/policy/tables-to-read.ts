import type { Changeset } from '../changelog/changeset.ts';
import { isTemporary, type Command } from './reading/command.ts';
import { readName, type ObjectName } from './reading/object-name.ts';
import { readChangeset } from './reading/reading.ts';
import { tableChanges } from './reading/table-change.ts';
import { isLike } from './reading/table-definition.ts';
import { keyword } from './reading/token-walk.ts';

/**
 * The tables of the target's schema whose present definition decides what the policy says of these changesets, in the
 * order in which they are met: those that are altered, renamed or copied and that no changeset before makes.
 */
export function tablesToRead(
  changesets: readonly Changeset[],
  schema: string | undefined,
): readonly string[] {
  const commands = changesets
    .flatMap((changeset) => readChangeset(changeset, schema))
    .flatMap(({ statements }) => statements.flatMap((read) => read.commands));
  const made = new Set<string>();
  const needed = new Set<string>();
  for (const command of commands) {
    if (command.isInBody) continue;
    for (const name of neededBy(command)) {
      const isOwn = name.schema === undefined || name.schema === schema;
      if (isOwn && !made.has(name.name) && !isTemporary(command, name)) needed.add(name.name);
    }
    const table =
      command.verb === 'CREATE' && command.ddl?.object === 'TABLE' ? command.ddl.names[0] : undefined;
    if (table && !command.ddl?.isConditional && !command.isConditional) made.add(table.name);
  }
  return [...needed];
}

function neededBy(command: Command): readonly ObjectName[] {
  const { verb, ddl, tokens, renames } = command;
  const names = [...tableChanges(command).map(({ table }) => table), ...renames.map(([from]) => from)];
  if (verb !== 'CREATE' || ddl?.object !== 'TABLE') return names;
  const like = isLike(tokens, ddl)
    ? readName(tokens, keyword(tokens, ddl.next) === '(' ? ddl.next + 2 : ddl.next + 1)
    : undefined;
  return [...names, ...(like ? [like.name] : []), ...(ddl.isConditional ? ddl.names : [])];
}
