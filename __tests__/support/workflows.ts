import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** One step of a job, as far as tests look at it. */
export interface WorkflowStep {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | boolean | number>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorkflowJob {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly WorkflowStep[];
}

export interface Workflow {
  readonly file: string;
  readonly text: string;
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': unknown };
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

export const REPOSITORY = join(import.meta.dirname, '../..');

/** The workflows of this repository. */
export const workflows: readonly Workflow[] = readdirSync(join(REPOSITORY, '.github/workflows')).map(
  (file) => {
    const text = readFileSync(join(REPOSITORY, '.github/workflows', file), 'utf8');
    return { ...(parse(text) as Omit<Workflow, 'file' | 'text'>), file, text };
  },
);

/** All steps of a workflow. */
export function stepsOf({ jobs }: Workflow): readonly WorkflowStep[] {
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

/** The lines that a step of this name runs. */
export function runLines(file: string, name: string): string {
  const workflow = workflows.find((one) => one.file === file);
  const run = workflow && stepsOf(workflow).find((step) => step.name === name)?.run;
  if (run === undefined) throw new Error(`${file} has no step "${name}" that runs something`);
  return run;
}
