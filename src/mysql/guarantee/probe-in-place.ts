import type { Problem } from '../../errors.ts';
import type { Session } from '../session/connection.ts';
import { readWideGrants } from '../dump/dump-privileges.ts';
import { quote } from '../session/names.ts';

/** On the whole schema: whatever the run makes has to be dropped again, and whatever there was has to be made. */
export const IN_PLACE_PRIVILEGES: readonly string[] = [
  ...['SELECT', 'INSERT', 'CREATE', 'DROP', 'ALTER', 'INDEX', 'REFERENCES', 'CREATE VIEW', 'SHOW VIEW'],
  ...['CREATE ROUTINE', 'ALTER ROUTINE', 'EXECUTE', 'EVENT', 'TRIGGER', 'LOCK TABLES'],
];

/** Names the one GRANT that a restore into the live schema lacks, before the first change. */
export async function probeInPlace(session: Session): Promise<readonly Problem[]> {
  const { user, onSchema } = await readWideGrants(session);
  const missing = IN_PLACE_PRIVILEGES.filter((privilege) => !onSchema.has(privilege)).join(', ');
  if (missing === '') return [];
  return [
    {
      code: 'missing-privilege',
      message: `${user} may not load a backup into schema ${session.schema} (restore-guarantee: in-place): ${missing} missing`,
      fix: `GRANT ${missing} ON ${quote(session.schema)}.* TO ${user}; or run with backup: none`,
    },
  ];
}
