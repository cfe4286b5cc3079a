import { ExpectedError, type Problem } from '../../errors.ts';
import { hasManifest, readManifest } from '../../files/read-manifest.ts';
import { checkChangesets } from '../../policy/check-policy.ts';
import { rules } from '../../policy/rules/index.ts';
import type { ValidateInputs } from '../../inputs/inputs.ts';
import { updateReport, type Draft } from '../run/draft.ts';
import { compareContractsWithBase } from './compare-contracts-with-base.ts';
import { compareWithBase } from './compare-with-base.ts';
import { loadChangelog, planProblems } from '../plan/read-target.ts';
import type { Services } from '../run/services.ts';

/**
 * Parses the changelog tree, the pipeline and every SQL file and judges the policy, without a database. In a pull
 * request it judges what that adds, and refuses that it changes what is merged.
 */
export async function validate(inputs: ValidateInputs, draft: Draft, services: Services): Promise<void> {
  const ofPipeline = await judgeManifest(inputs);
  updateReport(draft, {
    problems: ofPipeline.problems,
    warnings: [...draft.report.warnings, ...ofPipeline.warnings],
  });
  const changelog = await loadChangelog(inputs, draft);
  const { readBase } = services;
  const base = readBase && readBase();
  // Its failure is told by whoever waits for it first.
  base?.catch(() => undefined);
  const judged = (await compareWithBase(inputs, draft, changelog, base)) ?? changelog.changesets;
  const contracts = await compareContractsWithBase(inputs, draft, base);
  const gates = { allowDestructive: inputs.allowDestructive };
  const violations = checkChangesets(rules, changelog.changesets, judged, gates);
  updateReport(draft, { violations: [...violations, ...contracts] });
  const problems = planProblems(draft);
  if (problems.length > 0) updateReport(draft, { result: 'blocked', problems });
}

/** A project need not have a pipeline; where it has one, all of it is judged, and what nothing enforces is said. */
async function judgeManifest({
  workingDirectory,
  pipelineFile,
}: ValidateInputs): Promise<Record<'problems' | 'warnings', readonly Problem[]>> {
  const { path, isGiven } = pipelineFile;
  if (!isGiven && !hasManifest(workingDirectory, path)) return { problems: [], warnings: [] };
  try {
    const { datasets } = await readManifest(workingDirectory, path);
    return { problems: [], warnings: datasets.flatMap(({ contract }) => contract?.warnings ?? []) };
  } catch (error) {
    if (error instanceof ExpectedError) return { problems: error.problems, warnings: [] };
    throw error;
  }
}
