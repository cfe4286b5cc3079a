import { relative, resolve } from 'node:path';
import { ExpectedError, type Problem } from './errors.ts';
import { artifactStore, type ArtifactStore } from './github/artifact-store.ts';
import { readEvent, type GithubEvent } from './github/event.ts';
import { publishComment } from './github/comment.ts';
import { publish, type PublishTarget } from './github/publish.ts';
import { renderAnnotation, renderMasks } from './github/workflow-command.ts';
import { commentRequest } from './comment-request.ts';
import { logFormat, parseInputs, readActionInputs, secretValues } from './inputs.ts';
import type { RawInputs } from './input-reader.ts';
import { MODES } from './input-table.ts';
import { newDraft, tell } from './modes/draft.ts';
import { newRunId } from './modes/run-id.ts';
import { runMode } from './modes/run-mode.ts';
import type { OnInterrupt } from './modes/update-run.ts';
import { consoleLog, type Output } from './console-log.ts';
import type { Log } from './report/log.ts';
import { runFinished, runStarted } from './report/run-events.ts';
import { redactReport } from './report/redact-report.ts';
import { renderPlanText } from './report/plan-text.ts';
import type { Report } from './report/report.ts';
import { remark } from './report/annotations.ts';
import { verdict } from './report/verdict.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The action: inputs, mode, report, publish; gives the exit code. */
export async function main(env: Environment, output: Output, onInterrupt: OnInterrupt): Promise<number> {
  const raw = readActionInputs(env);
  const format = logFormat(raw);
  const secrets = secretValues(raw);
  // In JSON only JSON may stand on stdout; the runner reads commands on stderr as well.
  const writeCommand = format === 'json' ? output.err : output.out;
  for (const line of renderMasks(secrets)) writeCommand(line);
  const runId = newRunId(new Date());
  const log = consoleLog(output, {
    format,
    colour: false,
    secrets,
    runId,
    environment: raw.get('environment'),
  });
  // Before anything is rendered: escaped for Markdown, a secret would not be recognised any more.
  const event = await readEvent(env);
  const report = redactReport(await runSafely(raw, env, event, runId, log, onInterrupt), secrets);
  if (format === 'text') output.out(renderPlanText(report, { colour: false }));
  else log(runFinished(report));
  const failures = await publish(report, publishTarget(raw, env, writeCommand));
  for (const failure of failures) log({ level: 'warning', event: 'publish-failed', message: failure });
  const request = commentRequest(raw, env, event);
  const uncommented = request && (await publishComment(report, request));
  if (uncommented) warnOf(uncommented, log, writeCommand);
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
  runId: string,
  log: Log,
  onInterrupt: OnInterrupt,
): Promise<Report> {
  const artifacts = openArtifacts(raw, env);
  try {
    const inputs = parseInputs(raw, env, 'action', event.visibility);
    if (logFormat(raw) === 'json') log(runStarted(inputs.mode));
    return await runMode(inputs, runId, log, onInterrupt, { artifacts });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const mode = MODES.find((known) => known === raw.get('mode')) ?? 'validate';
    const draft = newDraft(mode, undefined, undefined, new Date());
    tell(draft, { environment: raw.get('environment'), result: 'blocked', problems: error.problems });
    return draft.report;
  } finally {
    await artifacts.removeFiles().catch(() => undefined);
  }
}

function openArtifacts(raw: RawInputs, env: Environment): ArtifactStore {
  return artifactStore({
    repository: env['GITHUB_REPOSITORY'] ?? '',
    workflowRun: env['GITHUB_RUN_ID'] ?? '0',
    token: raw.get('github-token'),
    temporaryFolder: env['RUNNER_TEMP'] ?? '/tmp',
  });
}

function publishTarget(
  raw: RawInputs,
  env: Environment,
  writeCommand: (line: string) => void,
): PublishTarget {
  return {
    summaryFile: env['GITHUB_STEP_SUMMARY'],
    temporaryFolder: env['RUNNER_TEMP'] ?? '/tmp',
    workingDirectory: inRepository(raw.get('working-directory') ?? '.', env['GITHUB_WORKSPACE']),
    writeCommand,
  };
}

/** Annotations name files as the repository knows them, whichever way the folder was given. */
function inRepository(folder: string, workspace: string | undefined): string {
  return workspace === undefined ? folder : relative(workspace, resolve(workspace, folder));
}
