import type { Random } from './random.ts';
import type { KillReport } from './running.ts';

/** A mode with its inputs; `ask` where only a person could go on. */
export interface Step {
  readonly mode: 'update' | 'rollback' | 'ask';
  readonly inputs?: Readonly<Record<string, string>>;
}

/** What the report says to do next; undefined where it says that all is done. */
export function nextStep(report: KillReport | undefined, random: Random): Step | undefined {
  if (report?.result === 'ok') return undefined;
  const problems = report?.problems ?? [];
  const fixes = problems.map(({ fix }) => fix ?? '').join(' ');
  const ref = /backup-ref: (\S+?)[,;.]?(?:\s|$)/.exec(fixes)?.[1];
  const canResume = /resume: true/.test(fixes) && !/resume-in-doubt/.test(fixes);
  if (canResume && (ref === undefined || random.next() < 0.5)) {
    return { mode: 'update', inputs: { resume: 'true' } };
  }
  if (ref !== undefined) return { mode: 'rollback', inputs: { 'backup-ref': ref } };
  // Without a backup and without an answer there is no way on that a program could take.
  if (/resume-in-doubt/.test(fixes)) return { mode: 'ask' };
  return { mode: 'update' };
}
