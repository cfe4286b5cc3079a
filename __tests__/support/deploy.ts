import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from '@jest/globals';
import type { PlanParts } from '../../src/changelog/plan/plan-hash.ts';
import { parseExpression } from '../../src/changelog/parse/parse-expression.ts';
import type {
  BackupInputs,
  Inputs,
  OnDataLoss,
  PipelineInputs,
  PlanInputs,
  ReadInputs,
  RestoreGuarantee,
  RollbackInputs,
  UpdateInputs,
  ValidateInputs,
} from '../../src/inputs/inputs.ts';
import { newRunId } from '../../src/modes/run/run-id.ts';
import { runMode, runPost } from '../../src/modes/run-mode.ts';
import type { DatabaseInputs } from '../../src/mysql/session/connection.ts';
import type { LogEvent } from '../../src/log/log.ts';
import type { Report } from '../../src/report/report.ts';
import type { ConnectionSettings } from './database.ts';
import type { DeployOrder } from './deploy-process.ts';
import { stateProblems } from './report-state.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files, by path; it is gone when the test is over. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'db-deploy-test-'));
  folders.push(folder);
  writeFiles(folder, files);
  return folder;
}

/** Writes or replaces files of a project. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** One changeset of `changesets`: its SQL, and lines that stand beside `sqlFile` in the changelog. */
export interface ChangesetFixture {
  readonly id: string;
  readonly sql: string;
  readonly yaml?: readonly string[];
}

/** The files of a project with these changesets, by author `test`, in this order. */
export function changesets(...fixtures: readonly ChangesetFixture[]): Readonly<Record<string, string>> {
  const entries = fixtures.map(({ id, yaml = [] }) =>
    [
      '  - changeSet:',
      `      id: "${id}"`,
      '      author: test',
      `      sqlFile: migrations/${id}.up.sql`,
      ...yaml.map((line) => `      ${line}`),
    ].join('\n'),
  );
  const sql = fixtures.map(({ id, sql: text }) => [`migrations/${id}.up.sql`, text] as const);
  return {
    'changelog/changelog.yml': `databaseChangeLog:\n${entries.join('\n')}\n`,
    ...Object.fromEntries(sql),
  };
}

/** Backups in a folder of the project, made with the client programs of a server; no passphrase unless it is given. */
export function folderBackup(
  { binDir }: { readonly binDir: string },
  folder: string,
  more: Partial<BackupInputs> = {},
): BackupInputs {
  return {
    store: { kind: 'folder', folder: join(folder, 'backups') },
    passphrase: undefined,
    retentionDays: 7,
    timeout: 60,
    client: 'path',
    toolEnvironment: { PATH: `${binDir}:${process.env['PATH'] ?? ''}` },
    ...more,
  };
}

/** What a run gave, with everything it logged on the way. */
export interface Deployed {
  readonly report: Report;
  readonly events: readonly LogEvent[];
}

export interface DeployOptions {
  readonly environment?: string;
  readonly contexts?: readonly string[];
  readonly labels?: string;
  readonly pipelineFile?: string;
  readonly allowDestructive?: boolean;
  readonly lockTimeout?: number;
  readonly statementLockTimeout?: number;
  readonly connectTimeout?: number;
  readonly resume?: boolean;
  readonly resumeInDoubt?: 'done' | 'not-done';
  readonly expectedPlanHash?: string;
  readonly expectedPlanParts?: PlanParts;
  /** What is asked for; without it `none` for an update without `backup`, else `full`. */
  readonly backupKind?: PlanInputs['backupKind'];
  /** Without it `backup: none`. */
  readonly backup?: BackupInputs;
  readonly backupRef?: string;
  readonly onFailure?: 'restore' | 'keep';
  readonly onDataLoss?: OnDataLoss;
  readonly restoreGuarantee?: RestoreGuarantee;
  readonly dryRun?: boolean;
  readonly requireApproval?: boolean;
  readonly database?: Partial<DatabaseInputs>;
  readonly onEvent?: (event: LogEvent) => void;
}

/** Runs a mode in this process against a database. */
export async function deploy(
  mode: Inputs['mode'],
  folder: string,
  settings: ConnectionSettings | undefined,
  options: DeployOptions = {},
): Promise<Deployed> {
  const events: LogEvent[] = [];
  const report = await runMode(toInputs(mode, folder, settings, options), newRunId(new Date()), (event) => {
    events.push(event);
    options.onEvent?.(event);
  });
  return { report: consistent(report), events };
}

/** The report, unless its state contradicts its result. */
function consistent(report: Report): Report {
  const problems = stateProblems(report);
  if (problems.length === 0) return report;
  throw new Error(`${problems.join('; ')}: ${report.databaseState}\n${JSON.stringify(report.problems)}`);
}

/** Runs a mode in a process that kills itself at a step of the log; gives the signal that it died of. */
export async function deployToDeath(
  mode: Inputs['mode'],
  folder: string,
  settings: ConnectionSettings,
  options: DeployOptions,
  death: Omit<DeployOrder, 'inputs'>,
): Promise<NodeJS.Signals | null> {
  const order: DeployOrder = { inputs: toInputs(mode, folder, settings, options), ...death };
  const script = join(import.meta.dirname, 'deploy-process.ts');
  const child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(order)], {
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('exit', (_code, signal) => resolve(signal));
  });
}

/** Finishes what a process that is gone left of a run, as the post step does, with so many milliseconds of time. */
export async function finishLeft(
  folder: string,
  settings: ConnectionSettings,
  runId: string,
  room: number,
  options: DeployOptions,
  mode: 'update' | 'rollback' = 'update',
): Promise<Report> {
  const left = { runId, deadline: Date.now() + room };
  return consistent(await runPost(toInputs(mode, folder, settings, options), left, () => undefined, {}));
}

/** A test database knows where the tools of its server are. */

function toInputs(
  mode: Inputs['mode'],
  folder: string,
  settings: ConnectionSettings | undefined,
  options: DeployOptions,
): Inputs {
  const environment = options.environment ?? 'dev';
  const labels = options.labels === undefined ? undefined : parseExpression(options.labels);
  if (labels && !('root' in labels)) throw new Error(labels.message);
  const common = {
    environment,
    workingDirectory: folder,
    changelogFile: 'changelog/changelog.yml',
    pipelineFile: {
      path: options.pipelineFile ?? 'data/pipeline.yml',
      isGiven: options.pipelineFile !== undefined,
    },
    contexts: options.contexts ?? [environment],
    labels,
    allowDestructive: options.allowDestructive ?? false,
    run: {
      actor: 'octocat',
      runUrl: undefined,
      gitSha: undefined,
      repositoryPath: '.',
      temporaryFolder: folder,
    },
  };
  if (mode === 'validate') return { ...common, mode } satisfies ValidateInputs;
  const database: DatabaseInputs = {
    host: settings?.host ?? '127.0.0.1',
    port: settings?.port ?? 1,
    user: settings?.user ?? 'nobody',
    password: settings?.password ?? '',
    name: settings?.name ?? 'nothing',
    ssl: 'disabled',
    sslCa: undefined,
    connectTimeout: options.connectTimeout ?? 10,
    ...options.database,
  };
  const writing = {
    ...common,
    database,
    lockTimeout: options.lockTimeout ?? 10,
    statementLockTimeout: options.statementLockTimeout ?? 1,
    restoreGuarantee: options.restoreGuarantee ?? 'best',
    requireApproval: options.requireApproval ?? false,
  };
  if (mode === 'pipeline') {
    return { ...common, mode, database, lockTimeout: writing.lockTimeout } satisfies PipelineInputs;
  }
  if (mode === 'rollback') {
    if (!options.backup) throw new Error('a rollback needs a backup folder');
    const { backup, backupRef, onDataLoss = 'stop', dryRun = false } = options;
    return { ...writing, mode, backup, backupRef, onDataLoss, dryRun } satisfies RollbackInputs;
  }
  if (mode === 'comment') throw new Error('comment needs a workflow: see e2e');
  const plan = {
    backupKind: options.backupKind ?? (options.backup || mode !== 'update' ? 'full' : 'none'),
    onFailure: options.onFailure ?? 'restore',
    onDataLoss: options.onDataLoss ?? 'restore',
    restoreGuarantee: writing.restoreGuarantee,
    resume: options.resume ?? false,
    resumeInDoubt: options.resumeInDoubt,
    expectedPlan:
      options.expectedPlanHash === undefined
        ? undefined
        : { hash: options.expectedPlanHash, parts: options.expectedPlanParts },
  } satisfies PlanInputs;
  if (mode !== 'update') return { ...common, ...plan, mode, database } satisfies ReadInputs;
  return { ...writing, ...plan, mode, backup: options.backup } satisfies UpdateInputs;
}
