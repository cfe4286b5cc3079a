import type { Plan } from '../../changelog/plan/plan.ts';
import type { LexableSql } from '../../sql/statements.ts';
import type { Problem } from '../../errors.ts';
import type { PlanInputs, RestoreGuarantee } from '../../inputs/inputs.ts';
import type { Session } from '../../mysql/session/connection.ts';
import { probeGuarantee, type Asker } from '../../mysql/guarantee/guarantee.ts';
import { probeSettings } from '../../mysql/guarantee/log-settings.ts';
import type { Log } from '../../log/log.ts';
import type { Guarantee, Report } from '../../report/report.ts';
import { describeGuarantee } from '../../report/wording.ts';
import { updateReport, type Draft } from '../run/draft.ts';

/** What was asked for, and what is to run. */
export interface GuaranteeWish {
  readonly backup: 'full' | 'none';
  readonly restoreGuarantee: RestoreGuarantee;
  readonly statements?: readonly LexableSql[];
}

/** The statements of a plan. */
export function statementsOf({ pending }: Plan): readonly LexableSql[] {
  return pending.flatMap(({ changeset }) => changeset.sql.statements);
}

/** Says before anything changes what a failure would cost, in log and report. */
export async function recordGuarantee(
  { draft, session, log }: { readonly draft: Draft; readonly session: Session; readonly log: Log },
  asker: Asker,
  wish: GuaranteeWish,
): Promise<Guarantee> {
  const guarantee = await guaranteeOf(session, asker, wish);
  updateReport(draft, { guarantee });
  const message = `if this fails: ${describeGuarantee(guarantee)}`;
  log({ level: 'info', event: 'restore-guarantee', message, ...fixOf(guarantee.reasons) });
  return guarantee;
}

/**
 * Why a run does not get the guarantee that the plan was approved with. A plan is made with another account, which sees
 * the settings of the server and not what this one may do or what the rows allow; so what those take away is refused
 * where the plan was reviewed, and not only shown.
 */
export async function guaranteeProblems(
  session: Session,
  { expectedPlan, restoreGuarantee }: Pick<PlanInputs, 'expectedPlan' | 'restoreGuarantee'>,
  { kind, reasons }: Guarantee,
): Promise<readonly Problem[]> {
  if (kind === 'lossless') return [];
  if (restoreGuarantee === 'lossless') return reasons;
  if (!expectedPlan || kind !== 'snapshot' || (await probeSettings(session)).length > 0) return [];
  const lost =
    'expected-plan-hash is given, and the settings of this server allow a lossless restore, which this run would not have';
  return reasons.map((reason) => ({ ...reason, message: `${lost}: ${reason.message}` }));
}

/** Why `update` would not start this plan with `restore-guarantee: lossless`, as far as this account can see. */
export function refusedGuarantee(
  { restoreGuarantee }: Pick<PlanInputs, 'restoreGuarantee'>,
  { guarantee, pending }: Pick<Report, 'guarantee' | 'pending'>,
): readonly Problem[] {
  if (!guarantee || pending.length === 0 || restoreGuarantee !== 'lossless') return [];
  return guarantee.kind === 'lossless' ? [] : guarantee.reasons;
}

function guaranteeOf(
  session: Session,
  asker: Asker,
  { backup, restoreGuarantee, statements = [] }: GuaranteeWish,
): Promise<Guarantee> {
  if (backup === 'none') return Promise.resolve(NO_BACKUP);
  return restoreGuarantee === 'in-place'
    ? Promise.resolve(IN_PLACE)
    : probeGuarantee(session, asker, statements);
}

/** Asked for in so many words, so nothing of the server is asked. */
const IN_PLACE: Guarantee = {
  kind: 'in-place',
  reasons: [
    {
      code: 'not-lossless',
      message:
        'restore-guarantee is in-place: the backup is read to its end beforehand, but not tried on the server',
      fix: 'let the account make schemas beside the live one (docs/privileges.md) and leave restore-guarantee out',
    },
  ],
};

const NO_BACKUP: Guarantee = {
  kind: 'none',
  reasons: [{ code: 'not-lossless', message: 'no backup is taken', fix: 'run with backup: full' }],
};

function fixOf(reasons: readonly Problem[]): { readonly fix?: string } {
  const fixes = reasons.flatMap(({ fix }) => fix ?? []);
  return fixes.length === 0 ? {} : { fix: fixes.join('; ') };
}
