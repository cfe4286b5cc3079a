import { ExpectedError, type Problem } from '../../errors.ts';
import type { WritingInputs } from '../../inputs/inputs.ts';
import type { Log } from '../../log/log.ts';
import { updateReport, type Draft } from '../run/draft.ts';
import type { Services } from '../run/services.ts';

/** With `require-approval`: says who said yes to this run, or gives the reasons to refuse it. */
export async function requireApproval(
  { requireApproval: isRequired, environment }: WritingInputs,
  draft: Draft,
  log: Log,
  { readApproval }: Services,
): Promise<readonly Problem[]> {
  if (!isRequired) return [];
  try {
    const { approval, problems, warnings } = await (readApproval ?? noRun)(environment);
    updateReport(draft, { approval, warnings: [...draft.report.warnings, ...warnings] });
    if (approval) {
      const message = `approved by ${approval.approvedBy} in environment ${environment}`;
      log({ level: 'info', event: 'approved', message });
    }
    return problems;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return error.problems;
  }
}

function noRun(): never {
  throw new ExpectedError({
    code: 'not-approved',
    message: 'there is no workflow run that somebody could approve',
    fix: 'run it in a workflow, or leave require-approval out',
  });
}
