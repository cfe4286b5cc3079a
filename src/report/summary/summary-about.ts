import type { Detail } from '../markdown/detail.ts';
import { table } from '../markdown/markdown-blocks.ts';
import { code, link, inline, nothing, text, type Markdown } from '../markdown/markdown.ts';
import type { Report, ReportedTarget } from '../report.ts';
import { count, describeGuarantee, formatDuration, runDuration } from '../wording.ts';

/** The facts that tell this run from others: target, selection, plan hash, run, commit and times. */
export function aboutRun(report: Report, detail: Detail): Markdown {
  const { planHash, sqlFile, gitSha, contexts, labels } = report;
  const facts: readonly (readonly [string, Markdown])[] = [
    ['target', report.target ? target(report.target) : nothing],
    ['changelog', changelog(report)],
    ['contexts', code(contexts.join(', '), detail.text)],
    ['labels', code(labels, detail.text)],
    ['plan hash', code(planHash ?? '')],
    ['a failure', text(report.guarantee ? describeGuarantee(report.guarantee) : '', detail.text)],
    ['SQL file', code(sqlFile ?? '', detail.text)],
    ['run', run(report)],
    ['actor', code(report.actor)],
    ['commit', code(gitSha ?? '')],
    ['time', inline`${report.startedAt}, took ${formatDuration(runDuration(report))}`],
  ];
  const rows = facts.filter(([, fact]) => fact.markdown !== '').map(([name, fact]) => [text(name), fact]);
  return table(['This run', ''], rows);
}

function target({ host, port, schema, user, serverVersion }: ReportedTarget): Markdown {
  return inline`${code(schema)} on ${code(`${host}:${port}`)} as ${code(user)}, MySQL ${serverVersion}`;
}

function changelog({ changelogFile, changesetCount }: Report): Markdown {
  const number = changesetCount === undefined ? '' : `, ${count(changesetCount, 'changeset')}`;
  return inline`${code(changelogFile)}${number}`;
}

function run({ runId, runUrl }: Report): Markdown {
  if (runUrl !== undefined) return link(runId ?? 'workflow run', runUrl);
  return code(runId ?? '');
}
