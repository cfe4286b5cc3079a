import type { BackupStore } from '../../backup/backup-store.ts';
import type { CommitTree } from '../../changelog/commit-tree.ts';
import type { Problem } from '../../errors.ts';
import type { ApprovalVerdict } from '../../report/approval.ts';
import type { Report } from '../../report/report.ts';

/** What a workflow run offers beside the database, given from outside because modes know no GitHub; none at a terminal. */
export interface Services {
  /** Whether somebody else approved this run for an environment. */
  readonly readApproval?: (environment: string) => Promise<ApprovalVerdict>;
  readonly artifacts?: BackupStore;
  /** Publishes a report that another run saved; gives what kept it from being published, and what is worth knowing. */
  readonly publishSaved?: (report: Report) => Promise<{
    readonly failures: readonly Problem[];
    readonly warnings: readonly Problem[];
  }>;
  /** In a pull request: what it is compared with. Throws an `ExpectedError` where that cannot be had. */
  readonly readBase?: () => Promise<CommitTree>;
  /** A process of its own that runs when the job ends, whatever became of this one. */
  readonly postStep?: PostStep;
}

/** What the post step has to know, told in time: this process may be killed. */
export interface PostStep {
  /** From here on an end without a word is the post step's to finish. */
  readonly begin: (runId: string) => void;
  /** Whether work of so many milliseconds is left to it, because this process is killed before it could be done. */
  readonly takesOver: (milliseconds: number) => boolean;
}
