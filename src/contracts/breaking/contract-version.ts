/** How a version of a contract stands to the one before. */
export type VersionStep = 'major' | 'minor' | 'same' | 'lower' | 'other';

const NUMBERS = /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:[-+].*)?$/;

/** By semantic versioning, where missing numbers are 0; versions of another form can only be the same or not. */
export function versionStep(before: string, after: string): VersionStep {
  if (before === after) return 'same';
  const [old, now] = [NUMBERS.exec(before), NUMBERS.exec(after)];
  if (!old || !now) return 'other';
  for (const at of [1, 2, 3]) {
    const difference = Number(now[at] ?? 0) - Number(old[at] ?? 0);
    if (difference < 0) return 'lower';
    if (difference > 0) return at === 1 ? 'major' : 'minor';
  }
  return 'same';
}
