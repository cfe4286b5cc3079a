import type { Location } from '../../errors.ts';
import type { Changelog, Changeset } from '../changeset.ts';
import { matchesContexts, matchesLabels, type Expression } from '../expression.ts';
import { changesetKey, type History, type HistoryRow } from '../history.ts';

/** Why a changeset is in the plan. */
export type PendingReason = 'new' | 'changed' | 'always';

/** What decides which changesets run here. */
export interface Selection {
  readonly contexts: readonly string[];
  readonly labels: Expression | undefined;
}

/** A changeset that would run, in its place. */
export interface PlannedChangeset {
  readonly changeset: Changeset;
  readonly reason: PendingReason;
  /** Its history row, when it ran before. */
  readonly earlier: HistoryRow | undefined;
}

/** A changeset that does not run, and why. */
export interface FilteredChangeset {
  readonly key: string;
  readonly at: Location;
  readonly reason: 'already-ran' | 'context' | 'label';
  /** What was compared, for people: `contexts "prod" do not match "dev"`. */
  readonly detail: string;
}

/** An applied changeset whose file is not what ran. */
export interface Mismatch {
  readonly key: string;
  readonly at: Location;
  readonly recorded: string;
  readonly current: string;
}

/** What a run would do, and what history and changelog disagree about. */
export interface Plan {
  readonly pending: readonly PlannedChangeset[];
  readonly filtered: readonly FilteredChangeset[];
  readonly mismatches: readonly Mismatch[];
  /** History rows whose changeset is gone from the changelog. */
  readonly missing: readonly HistoryRow[];
  /** Applied changesets whose row has no checksum yet: Liquibase's. */
  readonly unfilled: readonly { readonly row: HistoryRow; readonly checksum: string }[];
}

/** Decides what is pending: history against changelog, contexts and labels. */
export function planUpdate(changelog: Changelog, history: History, selection: Selection): Plan {
  const pending: PlannedChangeset[] = [];
  const filtered: FilteredChangeset[] = [];
  for (const changeset of changelog.changesets) {
    const excluded = exclusion(changeset, selection);
    const earlier = history.get(changeset.key);
    const reason = pendingReason(changeset, earlier);
    if (reason === undefined)
      filtered.push(filter(changeset, 'already-ran', `ran at ${earlier?.executedAt} UTC`));
    else if (excluded) filtered.push(excluded);
    else pending.push({ changeset, reason, earlier });
  }
  const keys = new Set(changelog.changesets.map((changeset) => changeset.key));
  return {
    pending,
    filtered,
    mismatches: findMismatches(changelog, history),
    missing: [...history.values()].filter((row) => !keys.has(changesetKey(row.author, row.id))),
    unfilled: findUnfilled(changelog, history),
  };
}

function exclusion(changeset: Changeset, selection: Selection): FilteredChangeset | undefined {
  if (!matchesContexts(changeset.contexts, selection.contexts)) {
    const given = selection.contexts.length === 0 ? 'no context' : `"${selection.contexts.join(',')}"`;
    return filter(changeset, 'context', `contexts "${changeset.contexts?.source}" do not match ${given}`);
  }
  if (!matchesLabels(selection.labels, changeset.labels)) {
    return filter(
      changeset,
      'label',
      `labels "${changeset.labels.join(',')}" do not match "${selection.labels?.source}"`,
    );
  }
  return undefined;
}

function filter(
  changeset: Changeset,
  reason: FilteredChangeset['reason'],
  detail: string,
): FilteredChangeset {
  return { key: changeset.key, at: changeset.at, reason, detail };
}

function pendingReason(changeset: Changeset, earlier: HistoryRow | undefined): PendingReason | undefined {
  if (!earlier) return 'new';
  if (changeset.runAlways) return 'always';
  return changeset.runOnChange && isChanged(changeset, earlier) ? 'changed' : undefined;
}

/** Whether the file is another than the one that ran; a row without a checksum is accepted once. */
function isChanged(changeset: Changeset, earlier: HistoryRow): boolean {
  return (
    earlier.checksum !== null &&
    earlier.checksum !== changeset.sql.checksum &&
    !changeset.validCheckSum.includes(earlier.checksum)
  );
}

function findMismatches(changelog: Changelog, history: History): Mismatch[] {
  return changelog.changesets.flatMap((changeset) => {
    const earlier = history.get(changeset.key);
    if (
      !earlier?.checksum ||
      changeset.runAlways ||
      changeset.runOnChange ||
      !isChanged(changeset, earlier)
    ) {
      return [];
    }
    const { key, at, sql } = changeset;
    return [{ key, at, recorded: earlier.checksum, current: sql.checksum }];
  });
}

function findUnfilled(changelog: Changelog, history: History): Plan['unfilled'] {
  return changelog.changesets.flatMap((changeset) => {
    const row = history.get(changeset.key);
    return row && row.checksum === null ? [{ row, checksum: changeset.sql.checksum }] : [];
  });
}
