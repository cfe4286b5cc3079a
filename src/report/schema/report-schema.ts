import type { Risk } from '../../changelog/changeset.ts';
import type { InDoubtAnswer } from '../../changelog/journal.ts';
import { PLAN_PARTS, type PlanPart, type PlanParts } from '../../changelog/plan/plan-hash.ts';
import type { FilteredChangeset, Mismatch, PendingReason } from '../../changelog/plan/plan.ts';
import type { ErrorCode, Location, Problem } from '../../errors.ts';
import type { RuleName, Severity, Violation } from '../../policy/violation.ts';
import {
  about,
  choice,
  constant,
  count,
  digits,
  document,
  listOf,
  named,
  object,
  orNull,
  text,
  time,
  word,
  yesOrNo,
  type Schema,
} from './json-schema.ts';
import { pipelineSchema } from './pipeline-schema.ts';
import { stateSchema as state } from './state-schema.ts';
import type {
  ChangesetStatus,
  FailedStatement,
  Guarantee,
  Mode,
  Report,
  ReportedApproval,
  ReportedBackup,
  ReportedChangeset,
  ReportedRestore,
  ReportedResume,
  ReportedStatement,
  ReportedTable,
  ReportedTarget,
  Result,
} from '../report.ts';

const location = named(
  'location',
  object<Location>(
    { file: about('Relative to the working directory.', text), line: about('From 1.', count) },
    {},
  ),
);

const problem = named(
  'problem',
  object<Problem>(
    { code: word<ErrorCode>(), message: text },
    { at: location, fix: about('What to do next.', text) },
  ),
);

const violation = named(
  'violation',
  object<Violation>(
    {
      rule: word<RuleName>(),
      severity: choice<Severity>({ error: true, warning: true }),
      changeset: about('author:id; null where it is about a data contract.', orNull(text)),
      at: location,
      message: text,
      fix: text,
      excused: about('Why it passes all the same.', orNull(text)),
    },
    {},
  ),
);

const statement = named(
  'statement',
  object<ReportedStatement>(
    { number: about('From 1.', count), line: count, sql: about('Without its passwords.', text) },
    {},
  ),
);

const failedStatement = object<FailedStatement>(
  {
    number: about('From 1.', count),
    line: about('In the SQL file: where the server says that the fault is, else where it begins.', count),
  },
  {},
);

const changeset = named(
  'changeset',
  object<ReportedChangeset>(
    {
      key: about('author:id', text),
      id: text,
      author: text,
      at: location,
      sqlFile: text,
      checksum: text,
      risk: choice<Risk>({ low: true, medium: true, high: true }),
      contexts: text,
      labels: listOf(text),
      preconditions: listOf(text),
      tables: about('What its statements change, create or drop.', listOf(text)),
      comment: orNull(text),
      reason: about(
        'Why it is in the plan.',
        choice<PendingReason>({ new: true, changed: true, always: true }),
      ),
      statements: listOf(statement),
      status: about(
        'What became of it in this run.',
        choice<ChangesetStatus>({
          applied: true,
          skipped: true,
          'marked-ran': true,
          failed: true,
          unknown: true,
          'not-run': true,
        }),
      ),
      startedAt: orNull(time),
      durationMs: orNull(count),
      statementsDone: about(
        'Of one that failed or is unknown: how many statements are known to be done.',
        orNull(count),
      ),
      failedStatement: orNull(failedStatement),
      problem: orNull(problem),
      notes: listOf(text),
    },
    {},
  ),
);

const filtered = named(
  'filteredChangeset',
  object<FilteredChangeset>(
    {
      key: text,
      at: location,
      reason: choice<FilteredChangeset['reason']>({ 'already-ran': true, context: true, label: true }),
      detail: text,
    },
    {},
  ),
);

const mismatch = named(
  'mismatch',
  object<Mismatch>({ key: text, at: location, recorded: text, current: text }, {}),
);

const table = object<ReportedTable>({ name: text, rows: count, bytes: count }, {});

const target = object<ReportedTarget>(
  { host: text, port: count, schema: text, user: text, serverVersion: text, serverUuid: text },
  {},
);

const approval = object<ReportedApproval>({ environment: text, approvedBy: text, comment: text }, {});

const backup = object<ReportedBackup>(
  {
    ref: about('What the input backup-ref takes.', text),
    sha256: text,
    bytes: count,
    retentionDays: count,
    startedAt: time,
    durationMs: count,
  },
  {},
);

const restore = object<ReportedRestore>(
  {
    ref: text,
    startedAt: time,
    durationMs: count,
    blockedMs: about('How long writers waited; null when that was not measured.', orNull(count)),
    keptTransactions: about(
      'Transactions of others that it kept; null when it could keep none.',
      orNull(count),
    ),
    undoneTransactions: about(
      'Transactions of others that it undid; null when that cannot be known.',
      orNull(count),
    ),
    aside: about(
      'The schema in which the state before is kept; null after a restore in place.',
      orNull(text),
    ),
  },
  {},
);

const resume = object<ReportedResume>(
  { inDoubt: orNull(choice<InDoubtAnswer>({ done: true, 'not-done': true })) },
  {},
);

const guarantee = object<Guarantee>(
  {
    kind: choice<Guarantee['kind']>({ lossless: true, snapshot: true, 'in-place': true, none: true }),
    reasons: listOf(problem),
  },
  { exceptions: listOf(text) },
);

const planParts = object<PlanParts>(
  Object.fromEntries(PLAN_PARTS.map((name) => [name, digits])) as Record<PlanPart, Schema<string>>,
  {},
);

const report = object<Report>(
  {
    schemaVersion: constant(1),
    mode: choice<Mode>({
      validate: true,
      status: true,
      'update-sql': true,
      update: true,
      verify: true,
      pipeline: true,
      rollback: true,
      comment: true,
    }),
    result: choice<Result>({
      ok: true,
      blocked: true,
      failed: true,
      restored: true,
      'restore-failed': true,
      unknown: true,
    }),
    environment: orNull(text),
    contexts: listOf(text),
    labels: text,
    actor: text,
    runId: orNull(text),
    runUrl: orNull(text),
    gitSha: orNull(text),
    startedAt: time,
    finishedAt: time,
    changelogFile: text,
    workingDirectory: about('Relative to the repository: where the files of this report start.', text),
    target: orNull(target),
    planHash: orNull(text),
    planParts: about('A part of two plans is the same if its digits are.', orNull(planParts)),
    resume: about('Where the plan goes on after a run that stopped; null where it begins.', orNull(resume)),
    changesetCount: orNull(count),
    pending: about('The plan in its order, with what became of it.', listOf(changeset)),
    filtered: about('Changesets that do not run, and why.', listOf(filtered)),
    tables: about('Touched tables that are there.', listOf(table)),
    schemaBytes: about('What a backup and its restore have to move.', orNull(count)),
    comparedWith: about('The commit that a pull request was compared with.', orNull(text)),
    violations: listOf(violation),
    mismatches: about('Applied changesets whose file is not what ran.', listOf(mismatch)),
    problems: about('Whatever keeps the result from being ok.', listOf(problem)),
    warnings: listOf(problem),
    sqlFile: orNull(text),
    approval: orNull(approval),
    backup: orNull(backup),
    restore: orNull(restore),
    guarantee: about('What a failure would cost.', orNull(guarantee)),
    isRestored: about('Whether a backup is what is live now.', yesOrNo),
    pipeline: about('What each stage of a pipeline did.', orNull(pipelineSchema(location, problem))),
    state: about('In which state the database is now.', state),
    databaseState: about('The sentences of `state`.', text),
  },
  {},
);

/** The published schema of `report-file`. A key that goes or changes its meaning is a new `schemaVersion`. */
export const reportSchema = document(
  {
    $id: 'urn:db-deploy:report:1',
    title: 'Report of a run of db-deploy',
    description:
      'What the output report-file names: everything that is known of a run. What is not known is null.',
  },
  report,
  [location, problem, violation, statement, changeset, filtered, mismatch],
);
