import type { Changeset } from '../../../src/changelog/changeset.ts';
import { splitStatements } from '../../../src/sql/split/split.ts';
import type { Statement } from '../../../src/sql/statements.ts';

/** A changeset with these statements; nothing else of it matters to policy but the gate. */
export function changesetOf(
  statements: readonly Statement[],
  { allowDestructive }: { readonly allowDestructive: boolean } = { allowDestructive: false },
): Changeset {
  return {
    id: '1',
    author: 'ann',
    key: 'ann:1',
    at: { file: 'changelog/changelog.yml', line: 2 },
    sqlFile: 'migrations/1.sql',
    sqlFileAt: { file: 'changelog/changelog.yml', line: 5 },
    risk: 'low',
    allowDestructive,
    contexts: undefined,
    labels: [],
    comment: undefined,
    runOnChange: false,
    runAlways: false,
    validCheckSum: [],
    tag: undefined,
    preconditions: [],
    sql: { path: 'migrations/1.sql', statements, checksum: 'v1:0' },
  };
}

/** The same from SQL. */
export function changesetOfSql(sql: string, gate?: { readonly allowDestructive: boolean }): Changeset {
  return changesetOf(splitStatements(sql, 'migrations/1.sql').statements, gate);
}
