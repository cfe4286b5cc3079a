import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Expression } from '../changelog/expression.ts';
import type { InDoubtAnswer } from '../changelog/journal.ts';
import type { ExpectedPlan } from '../changelog/plan/plan-difference.ts';
import { checkInputs, misspeltInputs } from './check-inputs.ts';
import { refuse } from '../errors.ts';
import { repositoryPath } from '../files/repository-path.ts';
import { InputReader, type RawInputs, type RepositoryVisibility, type StoreChoice } from './input-reader.ts';
import { INPUTS } from './input-table.ts';
import { UNBUILT_INPUTS } from './unbuilt-inputs.ts';
import type { ClientChoice, ToolEnvironment } from '../mysql/dump/client-tools.ts';
import type { DatabaseInputs, SslMode } from '../mysql/session/connection.ts';
import type { Mode } from '../report/report.ts';

/** What every mode needs. */
export interface CommonInputs {
  readonly environment: string | undefined;
  /** Absolute. */
  readonly workingDirectory: string;
  readonly changelogFile: string;
  readonly pipelineFile: PipelineFile;
  readonly contexts: readonly string[];
  readonly labels: Expression | undefined;
  readonly allowDestructive: boolean;
  readonly run: RunContext;
}

/** Where the manifest is; without one there is no pipeline, unless it was asked for by name. */
export interface PipelineFile {
  readonly path: string;
  readonly isGiven: boolean;
}

/** Who runs this and where it can be read. */
export interface RunContext {
  readonly actor: string;
  readonly runUrl: string | undefined;
  readonly gitSha: string | undefined;
  /** The working directory as seen from the repository, with `/`; `.` for itself. */
  readonly repositoryPath: string;
  /** A folder for files of this run. */
  readonly temporaryFolder: string;
}

export interface ValidateInputs extends CommonInputs {
  readonly mode: 'validate';
}

export interface CommentInputs extends CommonInputs {
  readonly mode: 'comment';
  /** Relative to the working directory, or absolute. */
  readonly reportFile: string;
}

/**
 * `lossless`: do not start where a restore would lose writes of others; `in-place`: load a backup into the live schema,
 * for accounts that may make no other.
 */
/** A number: so many transactions of others may be lost. */
export type OnDataLoss = 'restore' | 'stop' | number;

export type RestoreGuarantee = 'best' | 'lossless' | 'in-place';

/** What decides what an `update` does and what its failure would cost; in a mode that reads, of one with these inputs. */
export interface PlanInputs {
  /** As asked for: `auto` is `full` until there is another. */
  readonly backupKind: 'auto' | 'full' | 'none';
  readonly onFailure: 'restore' | 'keep';
  /** What to do when a restore would undo writes of others, or when that cannot be known. */
  readonly onDataLoss: OnDataLoss;
  readonly restoreGuarantee: RestoreGuarantee;
  /** Going on after an unfinished run is a plan of its own. */
  readonly resume: boolean;
  readonly resumeInDoubt: InDoubtAnswer | undefined;
  /** The plan that was reviewed; any other is refused. */
  readonly expectedPlan: ExpectedPlan | undefined;
}

export interface ReadInputs extends CommonInputs, PlanInputs {
  readonly mode: 'status' | 'update-sql' | 'verify';
  readonly database: DatabaseInputs;
}

/** Which client tools are used and where they are found. */
export interface ToolInputs {
  readonly client: ClientChoice;
  readonly toolEnvironment: ToolEnvironment;
}

/** Where backups go and what takes them. */
export interface BackupInputs extends ToolInputs {
  readonly store: StoreChoice;
  readonly passphrase: string | undefined;
  readonly retentionDays: number;
  /** Seconds for dump and keeping together. */
  readonly timeout: number;
}

/** What every mode needs that changes the target. */
export interface WritingInputs extends CommonInputs {
  readonly environment: string;
  readonly database: DatabaseInputs;
  /** Seconds. */
  readonly lockTimeout: number;
  /** Seconds. */
  readonly statementLockTimeout: number;
  /** What to do when a restore would undo writes of others, or when that cannot be known. */
  readonly onDataLoss: OnDataLoss;
  readonly restoreGuarantee: RestoreGuarantee;
  /** Refuse unless this workflow run was approved by somebody other than the actor. */
  readonly requireApproval: boolean;
}

export interface RollbackInputs extends WritingInputs {
  readonly mode: 'rollback';
  readonly backup: BackupInputs;
  /** The last update's where it is not given. */
  readonly backupRef: string | undefined;
  /** Everything but the cut-over. */
  readonly dryRun: boolean;
}

export interface UpdateInputs extends WritingInputs, PlanInputs {
  readonly mode: 'update';
  /** `undefined` for `backup: none`: a failure cannot be restored then. */
  readonly backup: BackupInputs | undefined;
}

/** Needs no backup: what it builds can be built again. */
export interface PipelineInputs extends CommonInputs {
  readonly mode: 'pipeline';
  readonly environment: string;
  readonly database: DatabaseInputs;
  /** Seconds. */
  readonly lockTimeout: number;
}

/** What this run is asked to do, read once, checked whole. */
export type Inputs =
  ValidateInputs | CommentInputs | ReadInputs | UpdateInputs | RollbackInputs | PipelineInputs;

export type LogFormat = 'text' | 'json';

type Environment = Readonly<Record<string, string | undefined>>;

const KNOWN_INPUTS = [...INPUTS, ...UNBUILT_INPUTS];

/** The inputs of an action: `INPUT_<NAME>` with dashes kept, else the environment variable. */
export function readActionInputs(env: Environment): RawInputs {
  return collect(env, (name) => env[`INPUT_${name.toUpperCase()}`]);
}

/** The inputs of a terminal: flags, else the environment variable. */
export function readTerminalInputs(flags: RawInputs, env: Environment): RawInputs {
  return collect(env, (name) => flags.get(name));
}

function collect(env: Environment, given: (name: string) => string | undefined): RawInputs {
  const raw = new Map<string, string>();
  for (const { name, environment, kind } of KNOWN_INPUTS) {
    // A password may begin or end with a blank; nothing else may mean anything by it.
    const clean = (value: string | undefined): string => (kind === 'secret' ? value : value?.trim()) ?? '';
    const value = clean(given(name)) || clean(environment === undefined ? undefined : env[environment]);
    if (value !== '') raw.set(name, value);
  }
  return raw;
}

/** The secret values among the inputs, to be masked before anything is printed. */
export function secretValues(raw: RawInputs): readonly string[] {
  return KNOWN_INPUTS.filter((spec) => spec.kind === 'secret').flatMap((spec) => raw.get(spec.name) ?? []);
}

/** How the log looks; asked before anything else so that even the first problem is printed in that form. */
export function logFormat(raw: RawInputs): LogFormat {
  return raw.get('log-format') === 'json' ? 'json' : 'text';
}

/** Turns raw values into inputs that cannot be wrong; throws all problems at once. */
export function parseInputs(
  raw: RawInputs,
  env: Environment,
  place: 'action' | 'terminal',
  visibility: RepositoryVisibility = 'unknown',
): Inputs {
  const reader = new InputReader(raw, visibility);
  const mode = reader.mode();
  const common = readCommon(reader, env, place, mode);
  const inputs = readMode(reader, mode, common, env, place);
  refuse([...checkInputs(raw), ...(place === 'action' ? misspeltInputs(env) : []), ...reader.problems]);
  return inputs;
}

function readCommon(
  reader: InputReader,
  env: Environment,
  place: 'action' | 'terminal',
  mode: Mode,
): CommonInputs {
  const environment = reader.text('environment') ?? (place === 'terminal' ? 'dev' : undefined);
  const isWriting = mode === 'update' || mode === 'pipeline' || mode === 'rollback';
  if (environment === undefined && isWriting) {
    reader.problem(
      'environment',
      `is required for mode ${mode}`,
      'name the target, for example: environment: prod',
    );
  }
  return {
    environment,
    workingDirectory: resolve(startFolder(env, place), reader.text('working-directory') ?? '.'),
    changelogFile: reader.text('changelog-file') ?? 'changelog/changelog.yml',
    pipelineFile: {
      path: reader.text('pipeline-file') ?? 'data/pipeline.yml',
      isGiven: reader.text('pipeline-file') !== undefined,
    },
    contexts: reader.names('contexts') ?? (environment === undefined ? [] : [environment]),
    labels: reader.labels(),
    allowDestructive: reader.boolean('allow-destructive'),
    run: readRunContext(reader, env, place),
  };
}

function readMode(
  reader: InputReader,
  mode: Mode,
  common: CommonInputs,
  env: Environment,
  place: 'action' | 'terminal',
): Inputs {
  switch (mode) {
    case 'status':
    case 'update-sql':
    case 'verify':
      return {
        ...common,
        mode,
        database: readDatabase(reader),
        ...readPlan(reader),
      };
    case 'update': {
      const plan = readPlan(reader);
      reader.requirePlan();
      return {
        ...readWriting(reader, common, place, 'restore'),
        ...plan,
        mode,
        backup: plan.backupKind === 'none' ? undefined : readBackup(reader, common, env, place),
      };
    }
    case 'rollback':
      return {
        ...readWriting(reader, common, place, 'stop'),
        mode,
        backup: readBackup(reader, common, env, place),
        backupRef:
          place === 'action'
            ? reader.required('backup-ref', 'pass the output backup-ref of the update to undo')
            : reader.text('backup-ref'),
        dryRun: reader.boolean('dry-run'),
      };
    case 'pipeline':
      return {
        ...common,
        mode,
        environment: common.environment ?? '',
        database: readDatabase(reader),
        lockTimeout: reader.seconds('lock-timeout', 60),
      };
    case 'validate':
      return { ...common, mode: 'validate' };
    case 'comment': {
      const fix = 'name the file that the output report-file of the other run named';
      return { ...common, mode, reportFile: reader.required('report-file', fix) };
    }
  }
}

function readPlan(reader: InputReader): PlanInputs {
  const inDoubt = reader.text('resume-in-doubt');
  return {
    backupKind: reader.choice('backup', ['auto', 'full', 'none'], 'auto'),
    onFailure: reader.choice('on-failure', ['restore', 'keep'], 'restore'),
    onDataLoss: readDataLoss(reader, 'restore'),
    restoreGuarantee: readGuarantee(reader),
    resume: reader.boolean('resume'),
    resumeInDoubt: inDoubt === 'done' || inDoubt === 'not-done' ? inDoubt : undefined,
    expectedPlan: reader.expectedPlan(),
  };
}

function readWriting(
  reader: InputReader,
  common: CommonInputs,
  place: 'action' | 'terminal',
  onDataLoss: WritingInputs['onDataLoss'],
): WritingInputs {
  return {
    ...common,
    environment: common.environment ?? '',
    database: readDatabase(reader),
    lockTimeout: reader.seconds('lock-timeout', 60),
    statementLockTimeout: reader.seconds('statement-lock-timeout', 5),
    onDataLoss: readDataLoss(reader, onDataLoss),
    restoreGuarantee: readGuarantee(reader),
    requireApproval: reader.approval(place),
  };
}

/** Whoever asked for a lossless restore or none at all gets no other, whatever else was asked for. */
function readDataLoss(
  reader: InputReader,
  otherwise: WritingInputs['onDataLoss'],
): WritingInputs['onDataLoss'] {
  if (readGuarantee(reader) === 'lossless') return 'stop';
  const value = reader.text('on-data-loss');
  if (value !== undefined && /^\d{1,9}$/.test(value)) return Number(value);
  return value === 'restore' || value === 'stop' ? value : otherwise;
}

function readGuarantee(reader: InputReader): RestoreGuarantee {
  return reader.choice('restore-guarantee', ['best', 'lossless', 'in-place'], 'best');
}

function readBackup(
  reader: InputReader,
  common: CommonInputs,
  env: Environment,
  place: 'action' | 'terminal',
): BackupInputs {
  const store = place === 'terminal' ? readTerminalStore(reader, env) : readActionStore(reader, env);
  return {
    store,
    passphrase: reader.text('backup-passphrase'),
    retentionDays: reader.days('backup-retention-days', RETENTION_DAYS[common.environment ?? ''] ?? 7),
    timeout: reader.seconds('backup-timeout', 1800),
    ...readTools(reader, env),
  };
}

function readTools(reader: InputReader, env: Environment): ToolInputs {
  return {
    client: reader.choice('mysql-client', ['auto', 'path', 'docker'], 'auto'),
    toolEnvironment: env,
  };
}

function readTerminalStore(reader: InputReader, env: Environment): StoreChoice {
  const store = reader.store(`file:${join(stateFolder(env), 'db-deploy', 'backups')}`);
  if (store.kind === 'artifact')
    reader.problem('backup-store', 'there are no artifacts at a terminal', 'use file:<folder>');
  return store;
}

function readActionStore(reader: InputReader, env: Environment): StoreChoice {
  const store = reader.store('artifact');
  if (store.kind === 'folder') return store;
  if (isEnterpriseServer(env['GITHUB_SERVER_URL'])) {
    reader.problem('backup-store', 'GitHub Enterprise Server has no such artifacts', 'use file:<folder>');
  }
  reader.requireProtection();
  return store;
}

const GITHUB_HOST = /^(?:github\.com|.*\.ghe\.com|.*\.localhost)$/i;

function isEnterpriseServer(server: string | undefined): boolean {
  return server !== undefined && URL.canParse(server) && !GITHUB_HOST.test(new URL(server).hostname);
}

const RETENTION_DAYS: Readonly<Record<string, number>> = { dev: 30, prod: 90 };

function stateFolder(env: Environment): string {
  return env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state');
}

/** In a `run:` step of a workflow the shell's own folder counts, as it does at any terminal. */
function startFolder(env: Environment, place: 'action' | 'terminal'): string {
  return (place === 'action' ? env['GITHUB_WORKSPACE'] : undefined) ?? process.cwd();
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

function readDatabase(reader: InputReader): DatabaseInputs {
  const host = reader.text('db-host') ?? '127.0.0.1';
  const ssl = reader.choice<SslMode>(
    'db-ssl',
    ['disabled', 'required', 'verify-ca', 'verify-identity'],
    LOOPBACK.test(host) ? 'disabled' : 'required',
  );
  return {
    host,
    port: reader.port(),
    user: reader.required('db-user', 'set the input or DB_USER'),
    password: reader.text('db-password') ?? '',
    name: reader.required('db-name', 'set the input or DB_NAME'),
    ssl,
    sslCa: reader.text('db-ssl-ca'),
    connectTimeout: reader.seconds('connect-timeout', 60),
  };
}

function readRunContext(reader: InputReader, env: Environment, place: 'action' | 'terminal'): RunContext {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  const hasRun = server !== undefined && repository !== undefined && run !== undefined;
  return {
    actor: env['GITHUB_ACTOR'] ?? (place === 'terminal' ? terminalUser() : 'unknown'),
    runUrl: hasRun ? `${server}/${repository}/actions/runs/${run}` : undefined,
    gitSha: env['GITHUB_SHA'],
    // At a terminal nobody knows where the repository begins.
    repositoryPath:
      place === 'terminal'
        ? '.'
        : (repositoryPath(startFolder(env, place), reader.text('working-directory') ?? '.') ?? '.'),
    temporaryFolder: env['RUNNER_TEMP'] ?? env['TMPDIR'] ?? '/tmp',
  };
}

function terminalUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
