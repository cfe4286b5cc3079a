import type { BackupFacts, RowException } from '../../backup/backup.ts';
import type { Session } from '../session/connection.ts';
import { quoteName } from '../session/quote-name.ts';
import { openExact } from './reading-session.ts';
import { readTableForms } from './table-form.ts';
import { findDifference, STORED } from './table-proof.ts';

declare const COMPARED: unique symbol;

/** What comparing loaded tables with their backup showed; only `compareRows` makes one. */
export interface Comparison {
  readonly [COMPARED]: true;
  /**
   * `values`: with a digest that was taken in the snapshot. `text`: what the dump says was taken by the server without a
   * warning, and the dump says it exactly. `nothing`: an earlier version took the backup.
   */
  readonly by: 'values' | 'text' | 'nothing';
  /** Tables that are not what was backed up, in words; none was foreseen. */
  readonly differences: readonly string[];
  /** What is not as it was, or is not known to be; sentences without their end. */
  readonly exceptions: readonly string[];
}

/**
 * Compares tables that were loaded into a schema with what they were in the snapshot of the backup, by value. Nobody else
 * may write to them meanwhile.
 */
export async function compareRows(
  session: Session,
  schema: string,
  facts: Pick<BackupFacts, 'rows'>,
  tables: readonly string[],
  /** What the server warned of when it took their rows. */
  warnings: ReadonlyMap<string, string>,
): Promise<Comparison> {
  const { rows } = facts;
  if (!rows) {
    const why = 'the rows were not compared: an earlier version took the backup';
    return comparison('nothing', [], [why]);
  }
  const told = rows.exceptions.filter(({ table }) => tables.includes(table));
  const exceptions = told.filter(({ kind }) => kind !== 'computed').map(({ why }) => why);
  if (rows.how === 'text') {
    const bent = [...warnings].filter(([table]) => tables.includes(table));
    return comparison(
      'text',
      bent.map(([table, warning]) => `${quoteName(table)}: ${warning}`),
      exceptions,
    );
  }
  const differences: string[] = [];
  const forms = await readTableForms(session, schema);
  const connection = await openExact({ ...session, schema });
  try {
    for (const table of tables) {
      const [form, proof] = [forms.get(table), rows.tables[table]];
      if (!form) differences.push(`${quoteName(table)}: it is not there`);
      else if (!proof) exceptions.push(`${quoteName(table)} could not be measured when it was backed up`);
      else {
        const found = await findDifference({ connection, schema: quoteName(schema) }, form, proof);
        if (found?.startsWith(STORED)) exceptions.push(...computedAnew(table, found, told));
        else if (found !== undefined) differences.push(`${quoteName(table)}: ${found}`);
      }
    }
  } finally {
    connection.destroy();
  }
  return comparison('values', differences, exceptions);
}

function comparison(
  by: Comparison['by'],
  differences: readonly string[],
  exceptions: readonly string[],
): Comparison {
  return { by, differences, exceptions } as Comparison;
}

/** What was said beforehand is said in the same words. */
function computedAnew(table: string, found: string, told: readonly RowException[]): readonly string[] {
  const computed = told.filter((each) => each.table === table && each.kind === 'computed');
  return computed.length > 0
    ? computed.map(({ why }) => why)
    : [`${found} of ${quoteName(table)} is computed anew`];
}
