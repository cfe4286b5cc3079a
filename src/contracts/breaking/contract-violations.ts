import type { RuleName, Severity, Violation } from '../../policy/violation.ts';
import type { Contract } from '../contract.ts';
import { compareContracts } from './compare-contracts.ts';
import type { ChangeWeight } from './contract-change.ts';
import { versionStep, type VersionStep } from './contract-version.ts';

/**
 * What the rules `contract-breaking` and `contract-version-not-raised` have against a contract as it is now; `before` is
 * what the base has. A raised major version says that a break is meant.
 */
export function contractViolations(before: Contract, after: Contract): readonly Violation[] {
  const changes = compareContracts(before, after);
  const [was, is] = [before.version.value, after.version.value];
  const step = versionStep(was, is);
  const isMeant = step === 'major' || step === 'other';
  const excused = isMeant ? `the version was raised from ${was} to ${is}` : undefined;
  const breaking = changes.flatMap(({ weight, line, message }): readonly Violation[] => {
    if (weight === 'compatible') return [];
    const fix =
      weight === 'breaking'
        ? `keep the promise, or raise "version" to ${nextMajor(was)}`
        : 'see who reads it';
    const severity = weight === 'breaking' ? 'error' : 'warning';
    const words = `${message}${REMARKS[weight]}`;
    return [violation('contract-breaking', severity, after, line, words, fix, excused)];
  });
  const isBroken = changes.some(({ weight }) => weight === 'breaking') && !isMeant;
  if (changes.length === 0 || !(isBroken || step === 'same' || step === 'lower')) return breaking;
  return [...breaking, notRaised(after, was, step, isBroken)];
}

const REMARKS: Readonly<Record<Exclude<ChangeWeight, 'compatible'>, string>> = {
  breaking: '',
  loosens: ': readers may meet values that were not allowed before',
  unclear: ': whether that breaks readers cannot be told',
};

/** A contract that the manifest named and that is not there any more; one that was retired may go. */
export function contractGone(before: Contract, manifest: string): readonly Violation[] {
  const { file, id, version, status } = before;
  if (status.toLowerCase() === 'retired') return [];
  return [
    {
      ...{ rule: 'contract-breaking', severity: 'error', changeset: undefined, excused: undefined },
      at: { file: manifest, line: 1 },
      message: `the contract ${file} (${id}, version ${version.value}) is gone, or no dataset names it`,
      fix: 'put it back; to end it, merge "status: retired" first, and take it out in the next pull request',
    },
  ];
}

function notRaised(after: Contract, was: string, step: VersionStep, isBroken: boolean): Violation {
  const { value: is, line } = after.version;
  const found = step === 'same' ? `is still ${is}` : `is ${is}, and was ${was}`;
  const what = isBroken ? 'readers may break' : 'promises have changed';
  const fix = isBroken ? `write "version: ${nextMajor(was)}"` : `raise it above ${was}`;
  return violation(
    ...([
      'contract-version-not-raised',
      'error',
      after,
      line,
      `${what}, and "version" ${found}`,
      fix,
    ] as const),
    undefined,
  );
}

function nextMajor(version: string): string {
  const major = /^v?(\d{1,9})/.exec(version)?.[1];
  return major === undefined ? 'another one' : `${Number(major) + 1}.0.0`;
}

function violation(
  rule: RuleName,
  severity: Severity,
  { file }: Contract,
  line: number,
  message: string,
  fix: string,
  excused: string | undefined,
): Violation {
  return { rule, severity, changeset: undefined, at: { file, line }, message, fix, excused };
}
