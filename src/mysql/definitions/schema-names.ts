import { NEVER_RESTORED, type BackupFacts } from '../../backup/backup.ts';
import { readRow, type Session } from '../session/connection.ts';
import { readTableNames } from './read-definitions.ts';

/** The names of a schema, compared as its server compares them. */
export interface SchemaNames {
  readonly schema: string;
  /** Equal for names that are one to the server: `lower_case_table_names` alone decides. */
  readonly fold: (name: string) => string;
  /** Tables of the backup and of now, by their folded name. */
  readonly tables: ReadonlyMap<string, string>;
  /** The tables of the backup's triggers, by the folded name of the trigger. */
  readonly triggers: ReadonlyMap<string, string>;
}

/** Makes them of lists. */
export function schemaNames(
  schema: string,
  lowerCase: 'kept-apart' | 'folded',
  tables: readonly string[],
  triggers: readonly (readonly [name: string, table: string])[],
): SchemaNames {
  const fold = lowerCase === 'kept-apart' ? (name: string) => name : (name: string) => name.toLowerCase();
  return {
    schema,
    fold,
    tables: new Map(tables.map((name) => [fold(name), name])),
    triggers: new Map(triggers.map(([name, table]) => [fold(name), table])),
  };
}

/** Reads them: of the backup, and as they are now. */
export async function readSchemaNames(session: Session, facts: BackupFacts): Promise<SchemaNames> {
  const { lowerCase } = await readRow<{ lowerCase: number }>(
    session,
    'SELECT @@lower_case_table_names AS lowerCase',
  );
  const tables = [
    ...facts.objects.filter(({ kind }) => kind === 'table').map(({ name }) => name),
    ...(await readTableNames(session, session.schema)),
  ].filter((name) => !NEVER_RESTORED.includes(name));
  const triggers = facts.ties?.triggers ?? [];
  return schemaNames(session.schema, lowerCase === 0 ? 'kept-apart' : 'folded', tables, triggers);
}
