import type { Problem } from '../errors.ts';
import type { Session } from '../mysql/connection.ts';
import { probeGuarantee, type Asker } from '../mysql/restore/guarantee.ts';
import type { Log } from '../report/log.ts';
import type { Guarantee } from '../report/report.ts';
import { describeGuarantee } from '../report/wording.ts';
import { tell, type Draft } from './draft.ts';

/** Says before anything changes what a failure would cost, in log and report. */
export async function tellGuarantee(
  { draft, session, log }: { readonly draft: Draft; readonly session: Session; readonly log: Log },
  asker: Asker,
  backup: 'full' | 'none' = 'full',
): Promise<Guarantee> {
  const guarantee = backup === 'none' ? NO_BACKUP : await probeGuarantee(session, asker);
  tell(draft, { guarantee });
  const message = `if this fails: ${describeGuarantee(guarantee)}`;
  log({ level: 'info', event: 'restore-guarantee', message, ...fixOf(guarantee.reasons) });
  return guarantee;
}

const NO_BACKUP: Guarantee = {
  kind: 'none',
  reasons: [{ code: 'not-lossless', message: 'no backup is taken', fix: 'run with backup: full' }],
};

function fixOf(reasons: readonly Problem[]): { readonly fix?: string } {
  const fixes = reasons.flatMap(({ fix }) => fix ?? []);
  return fixes.length === 0 ? {} : { fix: fixes.join('; ') };
}
