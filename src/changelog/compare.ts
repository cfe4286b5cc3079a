import type { Changelog, Changeset } from './changeset.ts';
import { statementHash } from './checksum.ts';

/** What became of the changesets of a base since; where they stand in the changelog, and in which file, is no change. */
export interface ChangelogComparison {
  readonly added: readonly Changeset[];
  /** Changed, and will run again because they say so. */
  readonly rerun: readonly Changeset[];
  readonly edited: readonly EditedChangeset[];
  /** As the base has them. */
  readonly removed: readonly Changeset[];
}

/** A changeset whose statements are others than those of the base. */
export interface EditedChangeset {
  readonly changeset: Changeset;
  /** In its SQL file: of the first statement that is another. */
  readonly line: number;
}

/** Compares by checksums, so an edited comment is no edit, and what `validCheckSum` accepts is none either. */
export function compareChangelogs(base: Changelog, now: Changelog): ChangelogComparison {
  const before = new Map(base.changesets.map((changeset) => [changeset.key, changeset]));
  const here = new Set(now.changesets.map(({ key }) => key));
  const differing = now.changesets.flatMap((changeset) => {
    const earlier = before.get(changeset.key);
    return earlier && isEdited(changeset, earlier) ? [{ changeset, earlier }] : [];
  });
  const runsAgain = ({ runOnChange, runAlways }: Changeset): boolean => runOnChange || runAlways;
  return {
    added: now.changesets.filter(({ key }) => !before.has(key)),
    rerun: differing.map(({ changeset }) => changeset).filter(runsAgain),
    edited: differing
      .filter(({ changeset }) => !runsAgain(changeset))
      .map(({ changeset, earlier }) => ({ changeset, line: firstDifference(changeset, earlier) })),
    removed: base.changesets.filter(({ key }) => !here.has(key)),
  };
}

function isEdited(changeset: Changeset, earlier: Changeset): boolean {
  const { checksum } = earlier.sql;
  return changeset.sql.checksum !== checksum && !changeset.validCheckSum.includes(checksum);
}

function firstDifference({ sql }: Changeset, earlier: Changeset): number {
  const other = sql.statements.find((statement, index) => {
    const before = earlier.sql.statements[index];
    return !before || statementHash(before) !== statementHash(statement);
  });
  return (other ?? sql.statements.at(-1))?.line ?? 1;
}
