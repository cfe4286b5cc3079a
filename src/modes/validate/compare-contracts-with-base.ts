import type { CommitTree } from '../../changelog/commit-tree.ts';
import { contractGone, contractViolations } from '../../contracts/breaking/contract-violations.ts';
import { ExpectedError, type Problem } from '../../errors.ts';
import { readContractsAt, readPresentContracts } from '../../files/read-contracts-at.ts';
import type { ValidateInputs } from '../../inputs/inputs.ts';
import type { Violation } from '../../policy/violation.ts';
import { updateReport, type Draft } from '../run/draft.ts';

/** What a pull request does to the data contracts of its base; a contract is found again by its path or its id. */
export async function compareContractsWithBase(
  { workingDirectory, pipelineFile: { path } }: ValidateInputs,
  draft: Draft,
  base: Promise<CommitTree> | undefined,
): Promise<readonly Violation[]> {
  // That there is no base to compare with was said about the changelog already.
  const tree = await base?.catch(() => undefined);
  if (!tree) return [];
  try {
    const { contracts, named } = await readPresentContracts(workingDirectory, path);
    const before = await readContractsAt(tree, path, named);
    return before.contracts.flatMap((old) => {
      const now =
        contracts.find(({ file }) => file === old.file) ??
        contracts.find(({ id }) => id !== '' && id === old.id);
      if (now) return contractViolations(old, now);
      // One that is there and cannot be read is a problem of the manifest.
      const isGone = before.named.includes(old.file) && !named.includes(old.file);
      return isGone ? contractGone(old, path) : [];
    });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const [{ message, fix } = { message: '' }] = error.problems;
    const warning: Problem = {
      code: 'base-unknown',
      message: `data contracts are not compared with the base: ${message}`,
      ...(fix === undefined ? {} : { fix }),
    };
    updateReport(draft, { warnings: [...draft.report.warnings, warning] });
    return [];
  }
}
