import type { Random } from './random.ts';
import type { KillReport } from './process.ts';

/** What the report says to do next, as arguments; undefined where it says that all is done. */
export function nextStep(report: KillReport | undefined, random: Random): readonly string[] | undefined {
  if (report?.result === 'ok') return undefined;
  const problems = report?.problems ?? [];
  const fixes = problems.map(({ fix }) => fix ?? '').join(' ');
  const ref = /backup-ref: (\S+?)[,;.]?(?:\s|$)/.exec(fixes)?.[1];
  const canResume = /resume: true/.test(fixes) && !/resume-in-doubt/.test(fixes);
  if (canResume && (ref === undefined || random.next() < 0.5)) return ['update', '--resume', 'true'];
  if (ref !== undefined) return ['rollback', '--backup-ref', ref];
  // Without a backup and without an answer there is no way on that a program could take.
  if (/resume-in-doubt/.test(fixes)) return ['ask'];
  return ['update'];
}
