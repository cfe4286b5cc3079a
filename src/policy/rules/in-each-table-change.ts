import type { AlterContext } from '../alter/effect.ts';
import { alterTable } from '../reading/altered-table.ts';
import { isNew, type Command } from '../reading/command.ts';
import { settingsAt, tableAt } from '../reading/table-history.ts';
import { tableChanges, type TableChange } from '../reading/table-change.ts';
import type { TableDefinition } from '../reading/table-definition.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

/** A change of a table that was there before the changeset, with what is known of it. */
export interface JudgedChange extends TableChange {
  readonly before: TableDefinition | undefined;
  readonly after: TableDefinition | undefined;
  readonly context: AlterContext;
}

/** A check that looks at one altered table at a time, by whatever statement it is altered. */
export function inEachTableChange(judge: (change: JudgedChange) => readonly Found[]): Rule['check'] {
  return inEachCommand(['ALTER', 'CREATE', 'DROP', 'OPTIMIZE'], (command) =>
    tableChanges(command)
      .filter(({ table }) => !isNew(command, table))
      .flatMap((change) => judge(withTables(command, change))),
  );
}

function withTables(command: Command, change: TableChange): JudgedChange {
  const { history, order } = command;
  // A body runs later: the table is another one by then.
  const before = command.isInBody ? undefined : tableAt(history, order, change.table);
  const after = before && alterTable(before, change.clauses);
  return {
    ...change,
    before: after && before,
    after,
    context: { ...settingsAt(history, order), serverVersion: history.present?.serverVersion },
  };
}
