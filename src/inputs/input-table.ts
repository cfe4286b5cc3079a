import type { Mode } from '../report/report.ts';

/** What a value has to look like, whatever the mode. */
export type InputKind =
  | 'text'
  | 'secret'
  | 'boolean'
  | 'seconds'
  | 'days'
  | 'port'
  | 'choice'
  | 'store'
  /** A comma list. */
  | 'names'
  | 'expression'
  | 'plan-hash'
  | 'plan-parts';

/** One input of the contract: `action.yml` declares the same names, and the terminal has them as flags. */
export interface InputSpec {
  readonly name: string;
  readonly environment?: string;
  readonly kind: InputKind;
  /** Of a choice. */
  readonly values?: readonly string[];
  /** Of a choice: values beside those. */
  readonly beside?: RegExp;
  /** Values that the contract has and this version does not. */
  readonly unbuilt?: RegExp;
  /** For `--help`. */
  readonly meaning: string;
  /** Shown in `--help`; computed ones in words. */
  readonly default?: string;
  /** Modes for which it means something; all when left out. */
  readonly modes?: readonly Mode[];
  /**
   * It decides what is done, or promises a protection: a mode that does not take it refuses every value but the default.
   * Others may stand in what several modes share.
   */
  readonly isBinding?: true;
  /** Values that such a mode lets stand, because what they ask for is so there anyway. */
  readonly anyway?: Readonly<Record<string, readonly Mode[]>>;
  /** What to do in a mode that does not take it; without it: leave it out. */
  readonly instead?: string;
}

export const MODES: readonly Mode[] = [
  'validate',
  'status',
  'update-sql',
  'update',
  'verify',
  'pipeline',
  'rollback',
  'comment',
];

/** What each mode does, in a line, for `--help`. */
export const MODE_MEANINGS: Readonly<Record<Mode, string>> = {
  validate: 'check the changelog, its SQL files and the policy, without a database',
  status: 'list the changesets that are pending on the target',
  'update-sql': 'print the SQL that update would run, bookkeeping included',
  update: 'apply the pending changesets and record them',
  verify: 'confirm that applied changesets still have the checksum they were applied with',
  pipeline: 'load CSV files, build dimensions and facts, check them',
  rollback: 'restore a backup, after taking one of what is there now',
  comment: 'publish a saved report as a pull-request comment',
};

const WRITING: readonly Mode[] = ['update', 'rollback'];
/** They make the plan of an `update` with the same inputs. */
const PLANNING: readonly Mode[] = ['status', 'update-sql', 'verify', 'update'];
const ALL_BUT_ROLLBACK = MODES.filter((mode) => mode !== 'rollback');
const WHOLE = 'leave it out: a rollback restores the whole backup';
const NO_PLAN = 'leave it out: no plan of changesets is made in this mode';

/** Every input, in the order in which `--help` explains them. */
export const INPUTS: readonly InputSpec[] = [
  { name: 'mode', kind: 'choice', values: MODES, meaning: 'what to do; at a terminal the first argument' },
  {
    name: 'environment',
    environment: 'DB_ENVIRONMENT',
    kind: 'text',
    meaning: 'name of the target; recorded, shown, and the default of contexts',
    default: 'dev at a terminal',
  },
  {
    name: 'working-directory',
    kind: 'text',
    meaning: 'where changelog, SQL and CSV paths start',
    default: '.',
  },
  {
    name: 'changelog-file',
    kind: 'text',
    meaning: 'the root changelog',
    default: 'changelog/changelog.yml',
  },
  { name: 'pipeline-file', kind: 'text', meaning: 'the pipeline manifest', default: 'data/pipeline.yml' },
  {
    name: 'contexts',
    kind: 'names',
    meaning: 'comma list; a changeset that has contexts runs only if they match',
    default: 'the environment',
    modes: ALL_BUT_ROLLBACK,
    isBinding: true,
    instead: WHOLE,
  },
  {
    name: 'labels',
    kind: 'expression',
    meaning: 'label expression; unlabelled changesets always match',
    modes: ALL_BUT_ROLLBACK,
    isBinding: true,
    instead: WHOLE,
  },
  { name: 'db-host', environment: 'DB_HOST', kind: 'text', meaning: 'server', default: '127.0.0.1' },
  { name: 'db-port', environment: 'DB_PORT', kind: 'port', meaning: 'port', default: '3306' },
  { name: 'db-user', environment: 'DB_USER', kind: 'text', meaning: 'user' },
  {
    name: 'db-password',
    environment: 'DB_PASSWORD',
    kind: 'secret',
    meaning: 'password; at a terminal from DB_PASSWORD, --db-password-file or a prompt',
  },
  { name: 'db-name', environment: 'DB_NAME', kind: 'text', meaning: 'schema' },
  {
    name: 'db-ssl',
    environment: 'DB_SSL',
    kind: 'choice',
    values: ['disabled', 'required', 'verify-ca', 'verify-identity'],
    meaning: 'disabled, required, verify-ca or verify-identity',
    default: 'disabled on loopback, else required',
  },
  {
    name: 'db-ssl-ca',
    environment: 'DB_SSL_CA',
    kind: 'text',
    meaning: 'certificate authority: a file or PEM text',
  },
  {
    name: 'connect-timeout',
    kind: 'seconds',
    meaning: 'seconds to keep trying to connect',
    default: '60',
  },
  {
    name: 'mysql-client',
    kind: 'choice',
    values: ['auto', 'path', 'docker'],
    meaning: 'where mysqldump comes from',
    default: 'auto',
    modes: WRITING,
  },
  {
    name: 'allow-destructive',
    environment: 'ALLOW_DESTRUCTIVE',
    kind: 'boolean',
    meaning: 'one of the two gates for destructive statements; the other is on the changeset',
    default: 'false',
  },
  { name: 'lock-timeout', kind: 'seconds', meaning: 'seconds to wait for the deploy lock', default: '60' },
  {
    name: 'statement-lock-timeout',
    kind: 'seconds',
    meaning: 'seconds a DDL statement waits for a metadata lock before it is tried again',
    default: '5',
  },
  {
    name: 'backup',
    kind: 'choice',
    values: ['auto', 'full', 'none'],
    unbuilt: /^touched$/,
    meaning: 'auto or full: all of the schema; none: a failure cannot be restored',
    default: 'auto',
    modes: PLANNING,
    isBinding: true,
    anyway: { none: ['validate', 'pipeline', 'comment'], full: ['rollback'] },
  },
  {
    name: 'backup-store',
    kind: 'store',
    unbuilt: /^(?:s3|azblob|gs):\/\//,
    meaning: 'artifact (in Actions) or file:<folder>',
    default: "artifact in Actions, else a folder in the user's state directory",
    modes: WRITING,
  },
  {
    name: 'backup-retention-days',
    kind: 'days',
    meaning: 'days to keep a backup',
    default: '30 for dev, 90 for prod, else 7',
    modes: WRITING,
  },
  {
    name: 'backup-passphrase',
    environment: 'BACKUP_PASSPHRASE',
    kind: 'secret',
    meaning: 'encrypts the backup before it leaves this machine',
    modes: WRITING,
  },
  {
    name: 'allow-plaintext-backup',
    kind: 'boolean',
    meaning: 'an artifact without passphrase, for throwaway data; never in a public repository',
    default: 'false',
    modes: WRITING,
  },
  {
    name: 'backup-timeout',
    kind: 'seconds',
    meaning: 'seconds for dump and upload together',
    default: '1800',
    modes: WRITING,
  },
  {
    name: 'on-failure',
    kind: 'choice',
    values: ['restore', 'keep'],
    meaning: 'restore or keep',
    default: 'restore',
    modes: PLANNING,
    isBinding: true,
  },
  {
    name: 'on-data-loss',
    kind: 'choice',
    values: ['restore', 'stop'],
    beside: /^\d{1,9}$/,
    meaning:
      'restore, stop, or a number of transactions above which to stop: when a restore would undo writes of others, or when that cannot be known',
    default: 'restore; for rollback stop',
    modes: [...PLANNING, 'rollback'],
    isBinding: true,
  },
  {
    name: 'restore-guarantee',
    kind: 'choice',
    values: ['best', 'lossless', 'in-place'],
    meaning:
      'best, lossless or in-place: the last loads a backup into the live schema, where nothing else is granted',
    default: 'best',
    modes: [...PLANNING, 'rollback'],
    isBinding: true,
  },
  {
    name: 'backup-ref',
    kind: 'text',
    meaning: 'rollback: which backup to restore',
    modes: ['rollback'],
    isBinding: true,
  },
  {
    name: 'dry-run',
    kind: 'boolean',
    meaning: 'rollback: everything but the cut-over',
    default: 'false',
    modes: ['rollback'],
    isBinding: true,
    anyway: { true: ['validate', 'status', 'update-sql', 'verify'] },
    instead: 'use mode: update-sql or status to see what update would do',
  },
  {
    name: 'resume',
    kind: 'boolean',
    meaning: 'go on after the last statement that is known to be done; in modes that read: plan that',
    default: 'false',
    modes: PLANNING,
    isBinding: true,
  },
  {
    name: 'resume-in-doubt',
    kind: 'choice',
    values: ['done', 'not-done'],
    meaning: 'with resume; done or not-done: your answer for the statement that cannot be decided',
    modes: PLANNING,
    isBinding: true,
  },
  {
    name: 'expected-plan-hash',
    kind: 'plan-hash',
    meaning: 'refuse a plan other than the one that was reviewed',
    modes: PLANNING,
    isBinding: true,
    instead: NO_PLAN,
  },
  {
    name: 'expected-plan-parts',
    kind: 'plan-parts',
    meaning: 'with expected-plan-hash: the output plan-parts of the same run, so that a difference is named',
    modes: PLANNING,
    isBinding: true,
    instead: NO_PLAN,
  },
  {
    name: 'require-approval',
    kind: 'boolean',
    meaning: 'refuse unless this run was approved by somebody other than the actor',
    default: 'false',
    modes: WRITING,
    isBinding: true,
  },
  { name: 'github-token', kind: 'secret', meaning: 'token for the GitHub API' },
  {
    name: 'comment',
    kind: 'choice',
    values: ['auto', 'never'],
    meaning: 'auto or never: the pull-request comment',
    default: 'auto',
  },
  {
    name: 'report-file',
    kind: 'text',
    meaning: 'comment: the saved report',
    modes: ['comment'],
  },
  {
    name: 'log-format',
    environment: 'LOG_FORMAT',
    kind: 'choice',
    values: ['text', 'json'],
    meaning: 'text or json (one object a line on stdout)',
    default: 'text',
  },
];
