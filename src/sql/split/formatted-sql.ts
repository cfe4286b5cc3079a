import type { SqlText } from '../sql-text.ts';

/** The header that Liquibase asks for, and its `--changeset author:id`, which without a blank is no comment in MySQL. */
const HEADER = /^\s*--[ \t]*liquibase[ \t]+formatted[ \t]+sql/i;
const CHANGESET = /^--changeset[ \t]+\S+:\S/im;
/** Both stand at the top. */
const LOOKED_AT = 20_000;

/** Reports a file in Liquibase's formatted SQL; true if it is one, and then nothing in it is worth reading. */
export function findFormattedSql(text: SqlText): boolean {
  const top = text.sql.slice(0, LOOKED_AT);
  const at = HEADER.test(top) ? top.search(/\S/) : top.search(CHANGESET);
  if (at < 0) return false;
  text.report(
    text.lineAt(at),
    "this is Liquibase's formatted SQL, which holds changesets of its own",
    'give each "--changeset" a file without these comments, and list it in the changelog as changeSet with sqlFile',
  );
  return true;
}
