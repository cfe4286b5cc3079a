import type { Changelog, Changeset } from '../changeset.ts';
import { statementHash } from '../../sql/checksum.ts';
import { changedSettings, describeAll } from './compare-settings.ts';

/** What became of the changesets of a base since; in which file they stand is no change. */
export interface ChangelogComparison {
  readonly added: readonly Changeset[];
  /** Will run again on databases that have them: changed, and they say so, or told to run always. */
  readonly rerun: readonly RerunChangeset[];
  readonly edited: readonly EditedChangeset[];
  /** As the base has them. */
  readonly removed: readonly Changeset[];
  /** Nothing to refuse, but not what was reviewed when they were merged. */
  readonly altered: readonly AlteredChangeset[];
  /** The first one that a new database runs earlier than it did, and before which other one. */
  readonly reordered: readonly [Changeset, Changeset] | undefined;
  /** The preconditions of the changelog itself, where they are others now. */
  readonly preconditions: { readonly before: string; readonly after: string } | undefined;
}

export interface RerunChangeset {
  readonly changeset: Changeset;
  readonly reason: 'changed' | 'always';
}

/** A changeset whose statements are others than those of the base. */
export interface EditedChangeset {
  readonly changeset: Changeset;
  /** In its SQL file: of the first statement that is another. */
  readonly line: number;
}

/** A changeset that is declared otherwise, or whose other statements `validCheckSum` accepts. */
export interface AlteredChangeset {
  readonly changeset: Changeset;
  /** In words, one for each setting. */
  readonly settings: readonly string[];
  /** Of the first statement that is another; undefined where none is. */
  readonly line: number | undefined;
}

interface Pair {
  readonly earlier: Changeset;
  readonly changeset: Changeset;
}

/** Compares by checksums, so an edited comment is no edit. */
export function compareChangelogs(base: Changelog, now: Changelog): ChangelogComparison {
  const before = new Map(base.changesets.map((changeset) => [changeset.key, changeset]));
  const here = new Set(now.changesets.map(({ key }) => key));
  const pairs = now.changesets.flatMap((changeset): Pair[] => {
    const earlier = before.get(changeset.key);
    return earlier ? [{ earlier, changeset }] : [];
  });
  return {
    added: now.changesets.filter(({ key }) => !before.has(key)),
    rerun: pairs.flatMap(runsAgain),
    edited: pairs
      .filter((pair) => isEdited(pair) && !isAccepted(pair) && !mayChange(pair.changeset))
      .map((pair) => ({ changeset: pair.changeset, line: firstDifference(pair) })),
    removed: base.changesets.filter(({ key }) => !here.has(key)),
    altered: pairs.flatMap(alter),
    reordered: findReordered(base, here, pairs),
    preconditions: comparePreconditions(base, now),
  };
}

function isEdited({ changeset, earlier }: Pair): boolean {
  return changeset.sql.checksum !== earlier.sql.checksum;
}

/** A database that ran the earlier statements has nothing against these. */
function isAccepted({ changeset, earlier }: Pair): boolean {
  return changeset.validCheckSum.includes(earlier.sql.checksum);
}

function mayChange({ runOnChange, runAlways }: Changeset): boolean {
  return runOnChange || runAlways;
}

function runsAgain(pair: Pair): readonly RerunChangeset[] {
  const { changeset, earlier } = pair;
  if (isEdited(pair) && mayChange(changeset) && (changeset.runAlways || !isAccepted(pair)))
    return [{ changeset, reason: 'changed' }];
  return changeset.runAlways && !earlier.runAlways ? [{ changeset, reason: 'always' }] : [];
}

function alter(pair: Pair): readonly AlteredChangeset[] {
  const { changeset, earlier } = pair;
  const settings = changedSettings(earlier, changeset);
  const isHidden = isEdited(pair) && isAccepted(pair) && !changeset.runAlways;
  if (settings.length === 0 && !isHidden) return [];
  return [{ changeset, settings, line: isHidden ? firstDifference(pair) : undefined }];
}

function firstDifference({ changeset: { sql }, earlier }: Pair): number {
  const other = sql.statements.find((statement, index) => {
    const before = earlier.sql.statements[index];
    return !before || statementHash(before) !== statementHash(statement);
  });
  return (other ?? sql.statements.at(-1))?.line ?? 1;
}

function findReordered(
  base: Changelog,
  here: ReadonlySet<string>,
  pairs: readonly Pair[],
): readonly [Changeset, Changeset] | undefined {
  const kept = base.changesets.filter(({ key }) => here.has(key));
  const index = kept.findIndex(({ key }, at) => pairs[at]?.changeset.key !== key);
  const [first, second] = [pairs[index]?.changeset, kept[index]];
  return first && second ? [first, second] : undefined;
}

function comparePreconditions(base: Changelog, now: Changelog): ChangelogComparison['preconditions'] {
  const [before, after] = [describeAll(base.preconditions), describeAll(now.preconditions)];
  return before === after ? undefined : { before, after };
}
