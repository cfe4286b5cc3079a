import type { Mode } from './report/report.ts';

/** One input of the contract: `action.yml` declares the same names, and the terminal has them as flags. */
export interface InputSpec {
  readonly name: string;
  readonly environment?: string;
  readonly kind: 'text' | 'boolean' | 'seconds' | 'secret';
  /** For `--help`. */
  readonly meaning: string;
  /** Shown in `--help`; computed ones in words. */
  readonly default?: string;
  /** Modes for which it means something; all when left out. */
  readonly modes?: readonly Mode[];
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

/** Every input, in the order in which `--help` explains them. */
export const INPUTS: readonly InputSpec[] = [
  { name: 'mode', kind: 'text', meaning: 'what to do; at a terminal the first argument' },
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
    kind: 'text',
    meaning: 'comma list; a changeset that has contexts runs only if they match',
    default: 'the environment',
  },
  {
    name: 'labels',
    kind: 'text',
    meaning: 'label expression; unlabelled changesets always match',
  },
  { name: 'db-host', environment: 'DB_HOST', kind: 'text', meaning: 'server', default: '127.0.0.1' },
  { name: 'db-port', environment: 'DB_PORT', kind: 'text', meaning: 'port', default: '3306' },
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
    kind: 'text',
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
    kind: 'text',
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
    kind: 'text',
    meaning: 'full or none; none means that a failure cannot be restored',
    default: 'full',
    modes: ['status', 'update-sql', 'update'],
  },
  {
    name: 'backup-store',
    kind: 'text',
    meaning: 'artifact (in Actions) or file:<folder>',
    default: "artifact in Actions, else a folder in the user's state directory",
    modes: WRITING,
  },
  {
    name: 'backup-retention-days',
    kind: 'text',
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
    kind: 'text',
    meaning: 'restore or keep',
    default: 'restore',
    modes: WRITING,
  },
  {
    name: 'on-data-loss',
    kind: 'text',
    meaning: 'restore or stop, when a restore would undo writes of others, or when that cannot be known',
    default: 'restore for update',
    modes: WRITING,
  },
  {
    name: 'restore-guarantee',
    kind: 'text',
    meaning:
      'best, lossless or in-place: the last loads a backup into the live schema, where nothing else is granted',
    default: 'best',
    modes: ['status', 'update-sql', 'update', 'rollback'],
  },
  { name: 'backup-ref', kind: 'text', meaning: 'rollback: which backup to restore', modes: ['rollback'] },
  {
    name: 'dry-run',
    kind: 'boolean',
    meaning: 'rollback: everything but the cut-over',
    default: 'false',
    modes: ['rollback'],
  },
  {
    name: 'resume',
    kind: 'boolean',
    meaning: 'go on after the last statement that is known to be done; status: plan that',
    default: 'false',
    modes: ['update', 'status'],
  },
  {
    name: 'resume-in-doubt',
    kind: 'text',
    meaning: 'done or not-done: your answer for the statement that cannot be decided',
    modes: ['update', 'status'],
  },
  {
    name: 'expected-plan-hash',
    kind: 'text',
    meaning: 'refuse to run a plan other than the one that was reviewed',
    modes: ['update'],
  },
  {
    name: 'require-approval',
    kind: 'boolean',
    meaning: 'refuse unless this run was approved by somebody other than the actor',
    default: 'false',
    modes: WRITING,
  },
  { name: 'github-token', kind: 'secret', meaning: 'token for the GitHub API' },
  {
    name: 'comment',
    kind: 'text',
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
    kind: 'text',
    meaning: 'text or json (one object a line on stdout)',
    default: 'text',
  },
];
