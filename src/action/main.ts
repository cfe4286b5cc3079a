import { ExpectedError, type Problem } from '../errors.ts';
import { repositoryPath } from '../files/repository-path.ts';
import { readEvent, type GithubEvent } from '../github/event.ts';
import { publishComment } from '../github/comment/comment.ts';
import { openPostState, readLeftForPost } from '../github/post-state.ts';
import { publish, type PublishTarget } from '../github/publish.ts';
import { renderAnnotation, renderMasks } from '../github/workflow-command.ts';
import { apiAccess, commentRequest, repositoryPage } from './comment-request.ts';
import { publishSaved, type Published } from './publish-saved.ts';
import { findBase, type BaseSearch } from './find-base.ts';
import { refuseForkHead } from '../github/fork-head.ts';
import { logFormat, parseInputs, readActionInputs, secretValues, type Inputs } from '../inputs/inputs.ts';
import type { RawInputs } from '../inputs/input-reader.ts';
import { MODES } from '../inputs/input-table.ts';
import { newDraft, updateReport } from '../modes/run/draft.ts';
import { newRunId } from '../modes/run/run-id.ts';
import { runMode, runPost } from '../modes/run-mode.ts';
import type { OnInterrupt } from '../modes/run/update-run.ts';
import { consoleLog, type Output } from '../terminal/console-log.ts';
import type { Log } from '../log/log.ts';
import { runFinished, runStarted } from '../log/run-events.ts';
import { redactReport } from '../log/redact-report.ts';
import { redactValues } from '../redaction/redact.ts';
import { runServices } from './run-services.ts';
import { renderPlanText } from '../report/text/plan-text.ts';
import type { Report } from '../report/report.ts';
import { remark } from '../report/annotations.ts';
import { verdict } from '../report/verdict.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The action: inputs, mode, report, publish; gives the exit code. */
export async function main(env: Environment, output: Output, onInterrupt: OnInterrupt): Promise<number> {
  output.learnSecrets?.(secretValues(readActionInputs(env)));
  const postStep = openPostState(env['GITHUB_STATE']);
  const onStop: OnInterrupt = (stop) =>
    onInterrupt(() => {
      postStep.noteInterrupt();
      stop();
    });
  const runId = newRunId(new Date());
  return publishing(env, output, runId, '', async (raw, event, log) => {
    const services = runServices(raw, env, { onKept: postStep.noteBackup });
    const report = await runSafely(raw, env, event, log, (inputs) => {
      const search = baseSearch(inputs, raw, env, event);
      const readBase = search ? { readBase: () => findBase(search) } : {};
      const saved = (report: Report): Promise<Published> => publishSaved(report, raw, env, event);
      return runMode(inputs, runId, log, onStop, { ...services, postStep, ...readBase, publishSaved: saved });
    });
    if (postStep.end(report.result) === 'finished')
      await services.artifacts.removeFiles().catch(() => undefined);
    return report;
  });
}

/** A cancelled job kills its steps after seconds, and after five minutes, less some, their post steps. */
const POST_MS = 5 * 60_000 - 30_000;

/** Finishes what main left, in a process of its own at the end of the job; gives the exit code. */
export async function post(env: Environment, output: Output): Promise<number> {
  output.learnSecrets?.(secretValues(readActionInputs(env)));
  const left = readLeftForPost(env);
  if (!left) return 0;
  const { runId, interruptedAt, backup } = left;
  const deadline = interruptedAt === undefined ? undefined : interruptedAt + POST_MS;
  return publishing(env, output, runId, '-post', async (raw, event, log) => {
    const { artifacts } = runServices(raw, env, { here: backup });
    const report = await runSafely(raw, env, event, log, (inputs) =>
      runPost(inputs, { runId, deadline }, log, { artifacts }),
    );
    await artifacts.removeFiles().catch(() => undefined);
    return report;
  });
}

/** Everything around a run: secrets are masked before it, its report is published after it. */
async function publishing(
  env: Environment,
  output: Output,
  runId: string,
  suffix: string,
  run: (raw: RawInputs, event: GithubEvent, log: Log) => Promise<Report>,
): Promise<number> {
  const raw = readActionInputs(env);
  const format = logFormat(raw);
  const secrets = secretValues(raw);
  // In JSON only JSON may stand on stdout; the runner reads commands on stderr as well.
  const writeCommand = format === 'json' ? output.err : output.out;
  for (const line of renderMasks(secrets)) writeCommand(line);
  const log = consoleLog(output, {
    format,
    colour: false,
    secrets,
    runId,
    environment: raw.get('environment'),
  });
  // Before anything is rendered: escaped for Markdown, a secret would not be recognised any more.
  const event = await readEvent(env);
  const report = redactReport(await run(raw, event, log), secrets);
  if (format === 'text') output.out(renderPlanText(report, { colour: false }));
  else log(runFinished(report));
  const failures = await publish(report, publishTarget(env, writeCommand, `${runId}${suffix}`));
  for (const failure of failures) log({ level: 'warning', event: 'publish-failed', message: failure });
  // What post knows of a run is less than what main said of it there.
  const request = suffix === '' ? commentRequest(raw, env, event) : undefined;
  const uncommented = request && (await publishComment(report, request));
  if (uncommented) {
    const message = redactValues(uncommented.message, secrets);
    warnOf({ ...uncommented, message }, log, writeCommand);
  }
  return verdict(report).exitCode;
}

/** In the log, and where people look who never open a log. */
function warnOf({ message, fix = '' }: Problem, log: Log, writeCommand: (line: string) => void): void {
  log({ level: 'warning', event: 'publish-failed', message, fix });
  const [annotation] = remark('warning', 'no comment', `${message}\nfix: ${fix}`);
  if (annotation) writeCommand(renderAnnotation(annotation));
}

/** Inputs that are wrong make a report as well: outputs and summary say what is wrong. */
async function runSafely(
  raw: RawInputs,
  env: Environment,
  event: GithubEvent,
  log: Log,
  run: (inputs: Inputs) => Promise<Report>,
): Promise<Report> {
  try {
    const inputs = parseInputs(raw, env, 'action', event.visibility);
    if ('database' in inputs) refuseForkHead(event);
    if (logFormat(raw) === 'json') log(runStarted(inputs.mode));
    return await run(inputs);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const mode = MODES.find((known) => known === raw.get('mode')) ?? 'validate';
    const draft = newDraft(mode, undefined, undefined, new Date());
    const { GITHUB_ACTOR: actor = 'unknown', GITHUB_RUN_ID: id, GITHUB_SHA: gitSha } = env;
    const page = repositoryPage(env);
    const runUrl = page === undefined || id === undefined ? undefined : `${page}/actions/runs/${id}`;
    updateReport(draft, { environment: raw.get('environment'), actor, runUrl, gitSha });
    updateReport(draft, { result: 'blocked', problems: error.problems });
    return draft.report;
  }
}

function baseSearch(
  inputs: Inputs,
  raw: RawInputs,
  env: Environment,
  { pullRequest }: GithubEvent,
): BaseSearch | undefined {
  if (!pullRequest || inputs.mode !== 'validate') return undefined;
  const { workingDirectory, run } = inputs;
  const workspace = env['GITHUB_WORKSPACE'] ?? workingDirectory;
  return {
    pullRequest,
    place: { folder: workingDirectory, path: env['PATH'] ?? '', home: env['HOME'] ?? '/' },
    access: apiAccess(raw, env),
    folder: repositoryPath(workspace, workingDirectory),
    commit: run.gitSha,
  };
}

function publishTarget(env: Environment, writeCommand: (line: string) => void, name: string): PublishTarget {
  return {
    summaryFile: env['GITHUB_STEP_SUMMARY'],
    temporaryFolder: env['RUNNER_TEMP'] ?? '/tmp',
    writeCommand,
    name,
  };
}
