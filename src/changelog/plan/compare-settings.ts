import type { Changeset } from '../changeset.ts';
import { describePrecondition, type PreconditionEntry } from '../precondition.ts';

/**
 * What is declared of a changeset otherwise than in the base and decides where, whether or how often it runs, each in
 * words. Its risk, comment, tag and place decide nothing of that.
 */
export function changedSettings(earlier: Changeset, now: Changeset): readonly string[] {
  return [
    switched(earlier.runAlways, now.runAlways, {
      on: 'runAlways: every update runs it again, also where it ran',
      off: 'runAlways is gone: where it ran it does not run again',
    }),
    switched(earlier.runOnChange, now.runOnChange, {
      on: 'runOnChange: an edit of its file runs again, also where it ran',
      off: 'runOnChange is gone: databases that ran it refuse an edit of its file',
    }),
    switched(earlier.allowDestructive, now.allowDestructive, {
      on: 'allowDestructive: one of the two gates for its destructive statements is open',
      off: 'allowDestructive is gone: its destructive statements are refused where it did not run',
    }),
    another('contexts', earlier.contexts?.source ?? '', now.contexts?.source ?? ''),
    another('labels', earlier.labels.toSorted().join(', '), now.labels.toSorted().join(', ')),
    another('preconditions', describeAll(earlier.preconditions), describeAll(now.preconditions)),
    ...checksums(earlier, now),
  ].filter((words) => words !== '');
}

/** The preconditions of a changelog file or changeset, in words. */
export function describeAll(entries: readonly PreconditionEntry[]): string {
  return entries
    .map(({ condition, onFail, onError }) => `${describePrecondition(condition)} (${onFail}, ${onError})`)
    .join('; ');
}

function switched(
  before: boolean,
  after: boolean,
  words: { readonly on: string; readonly off: string },
): string {
  if (before === after) return '';
  return after ? words.on : words.off;
}

function another(name: string, before: string, after: string): string {
  if (before === after) return '';
  return `${name} ${before === '' ? 'none' : `"${before}"`}, now ${after === '' ? 'none' : `"${after}"`}`;
}

function checksums(earlier: Changeset, now: Changeset): readonly string[] {
  const added = now.validCheckSum.filter((sum) => !earlier.validCheckSum.includes(sum));
  const gone = earlier.validCheckSum.filter((sum) => !now.validCheckSum.includes(sum));
  return [
    ...added.map((sum) => `validCheckSum: databases that ran ${short(sum)} accept it`),
    ...gone.map((sum) => `validCheckSum is gone: databases that ran ${short(sum)} refuse it`),
  ];
}

function short(checksum: string): string {
  return checksum.length > 15 ? `${checksum.slice(0, 14)}…` : checksum;
}
