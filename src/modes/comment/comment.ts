import { readReportFile } from '../../files/read-report-file.ts';
import { ExpectedError } from '../../errors.ts';
import type { CommentInputs } from '../../inputs/inputs.ts';
import { parseReport } from '../../report/schema/parse-report.ts';
import type { Mode } from '../../report/report.ts';
import { updateReport, type Draft } from '../run/draft.ts';
import type { Services } from '../run/services.ts';

const PUBLISHED: readonly Mode[] = ['status', 'update-sql', 'validate'];

/** Publishes a report that another run saved, perhaps one that ran the code of strangers, and says where. */
export async function comment(
  inputs: CommentInputs,
  draft: Draft,
  { publishSaved }: Services,
): Promise<void> {
  const report = parseReport(readReportFile(inputs.workingDirectory, inputs.reportFile));
  if (!PUBLISHED.includes(report.mode)) {
    throw new ExpectedError({
      code: 'invalid-input',
      message: `a report of mode ${report.mode} is no comment of a pull request`,
      fix: `save the report of ${PUBLISHED.join(', ')}`,
    });
  }
  if (!publishSaved) {
    throw new ExpectedError({
      code: 'invalid-input',
      message: 'there is no pull request here',
      fix: 'run mode comment in a workflow, on workflow_run',
    });
  }
  const { failures, warnings } = await publishSaved(report);
  updateReport(draft, { warnings: [...draft.report.warnings, ...warnings] });
  if (failures.length > 0) updateReport(draft, { result: 'failed', problems: failures });
}
