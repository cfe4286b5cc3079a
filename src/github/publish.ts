import { appendFile, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { annotations } from '../report/annotations.ts';
import { outputs } from '../report/outputs.ts';
import { renderReportJson } from '../report/schema/report-json.ts';
import type { Report } from '../report/report.ts';
import { renderSummary } from '../report/summary/summary.ts';
import { renderAnnotation } from './workflow-command.ts';

/** Where the runner wants what: paths from its environment, and a stream for workflow commands. */
export interface PublishTarget {
  readonly summaryFile: string | undefined;
  readonly temporaryFolder: string;
  readonly writeCommand: (line: string) => void;
  /** Of the report file: no two steps of a job share one, nor do main and post. */
  readonly name: string;
}

/**
 * Renders the report to step summary, annotations, outputs and report file. A deploy that is done cannot be made to
 * fail by this: what could not be published is given back, in words.
 */
export async function publish(report: Report, target: PublishTarget): Promise<readonly string[]> {
  const failures: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.push(`${what} could not be written: ${(error as Error).message}`);
    }
  };
  for (const annotation of annotations(report)) {
    const { file } = annotation;
    // Annotations want their files relative to the repository.
    const path = file === undefined ? undefined : posix.join(report.workingDirectory, file);
    target.writeCommand(renderAnnotation({ ...annotation, file: path }));
  }
  await attempt('the step summary', async () => {
    if (target.summaryFile !== undefined) await appendFile(target.summaryFile, renderSummary(report));
  });
  const reportFile = join(target.temporaryFolder, `db-deploy-${target.name}.json`);
  await attempt('the report file', () => writeFile(reportFile, renderReportJson(report), { mode: 0o600 }));
  await attempt('the outputs', async () => {
    const { setOutput } = await import('@actions/core');
    for (const [name, value] of Object.entries({ ...outputs(report), 'report-file': reportFile })) {
      setOutput(name, value);
    }
  });
  return failures;
}
