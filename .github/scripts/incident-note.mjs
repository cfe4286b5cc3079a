// Writes an incident note in Markdown from the report of a run: node incident-note.mjs <report.json>
// Whatever the report says stands in code, so nothing in it is a mention, a link or HTML. It needs nothing but Node.
import { readFileSync } from 'node:fs';

const [, , path = ''] = process.argv;
const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_SHA, ENVIRONMENT = 'prod' } = process.env;
const repository = `${GITHUB_SERVER_URL ?? 'https://github.com'}/${GITHUB_REPOSITORY ?? ''}`;
const run = `[workflow run ${GITHUB_RUN_ID ?? ''}](${repository}/actions/runs/${GITHUB_RUN_ID ?? ''})`;
const runbook = `[Runbook](${repository}/blob/${GITHUB_SHA ?? 'HEAD'}/docs/runbook.md)`;

const report = readReport();
console.log((report ? noteOf(report) : noteOfLostRun()).join('\n'));

function readReport() {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function noteOfLostRun() {
  return [
    `# The deploy to ${code(ENVIRONMENT)} ended without a report`,
    '',
    'If a reviewer rejected it, nothing ran, and this can be closed. Otherwise the runner is gone, and nobody has written',
    'down how far it came; the database knows.',
    '',
    '## What to do',
    '',
    `1. Look at the ${run}, and start no other deploy of this environment.`,
    '2. Run the workflow again with operation `resume`: its plan says what the lost run left behind, and changes nothing.',
    '3. Approve that, or run the workflow with operation `rollback` and the `backup-ref` that the plan names.',
    '',
    runbook,
  ];
}

function noteOf({
  result,
  databaseState,
  backup,
  restore,
  approval,
  problems,
  pending,
  startedAt,
  finishedAt,
  actor,
}) {
  const failed = (pending ?? []).find(({ status }) => status === 'failed' || status === 'unknown');
  const facts = [
    ['result', code(result)],
    ['run', run],
    ['from, to', `${code(startedAt)}, ${code(finishedAt)}`],
    ['started by', code(actor)],
    ['approved by', approval ? code(approval.approvedBy) : 'nobody was asked'],
    ['stopped at', failed ? stoppedAt(failed) : 'no changeset'],
    ['backup', backup ? code(backup.ref) : '**none**'],
    ['restored', restore ? `${code(restore.ref)}; what failed is in schema ${code(restore.aside)}` : 'no'],
  ];
  return [
    `# The deploy to ${code(ENVIRONMENT)} did not end well`,
    '',
    '## State of the database',
    '',
    block(databaseState),
    '',
    '## What happened',
    '',
    '| | |',
    '| --- | --- |',
    ...facts.map(([name, fact]) => `| ${name} | ${fact} |`),
    '',
    block(
      (problems ?? []).map(({ message, fix }) => [message, fix ? `  fix: ${fix}` : ''].join('\n')).join('\n'),
    ),
    '',
    '## What to do',
    '',
    ...nextSteps(result, backup, failed).map((step, index) => `${index + 1}. ${step}`),
    '',
    runbook,
  ];
}

function stoppedAt({ key, sqlFile, failedStatement }) {
  const place = failedStatement
    ? `, statement ${Number(failedStatement.number)}, ${code(`${sqlFile}:${failedStatement.line}`)}`
    : '';
  return `${code(key)}${place}`;
}

function nextSteps(result, backup, failed) {
  const back = backup
    ? [`or go back: operation \`rollback\` with backup-ref ${code(backup.ref)}`]
    : ['there is no backup of this run: going back is work by hand'];
  switch (result) {
    case 'restored':
      return [
        'nothing has to be cleaned up: the application may go on',
        'find out why it failed, correct the SQL in a pull request, and deploy again',
      ];
    case 'restore-failed':
      return [
        '**somebody has to look now**: stop other deploys, and keep the backup',
        'mend what kept the backup from being restored',
        ...(backup ? [`operation \`rollback\` with backup-ref ${code(backup.ref)}`] : back),
      ];
    case 'unknown':
      return [
        'see that the server runs',
        'operation `resume`: its plan says whether the statement that was running took effect, and asks where nobody can tell',
        ...back,
      ];
    default:
      return [
        failed
          ? 'correct the SQL from the statement that failed on; those before it stay as they are'
          : 'do what the problems ask for',
        'operation `resume` (or `update`, where nothing took effect)',
        ...back,
      ];
  }
}

/** Inline code on one line, in more back-ticks than stand anywhere in it; no cell of a table ends in it. */
function code(text) {
  const line = String(text ?? '')
    .replace(/\s+/g, ' ')
    .replaceAll('|', '¦')
    .slice(0, 500)
    .trim();
  const ticks = '`'.repeat(longestTicks(line) + 1);
  return line === '' ? '–' : `${ticks} ${line} ${ticks}`;
}

function block(text) {
  const body = String(text ?? '').slice(0, 8000);
  const fence = '`'.repeat(Math.max(3, longestTicks(body) + 1));
  return `${fence}text\n${body}\n${fence}`;
}

function longestTicks(text) {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}
