// Prints `backup-ref=…` of the newest backup that the runs of a workflow on a branch kept as artifacts, or nothing where
// none is left: node newest-backup.mjs <workflow file> <branch>. It needs Node and a token with `actions: read`.
// By workflow and branch, because whoever opens a pull request can have an artifact of any name.
import { setTimeout } from 'node:timers/promises';

const [, , workflow = '', branch = ''] = process.argv;
const { GITHUB_API_URL = 'https://api.github.com', GITHUB_REPOSITORY = '', GH_TOKEN = '' } = process.env;
const BACKUP = /^[\w-]+-(\d{8}T\d{6}Z)-[\w-]+\.sql\.zst(?:\.enc)?$/;
/** Runs without a pending changeset keep no backup, and those of months are not kept any more. */
const MOST_RUNS = 100;
const ATTEMPTS = 4;

try {
  const backup = await findNewest();
  if (backup !== undefined) console.log(`backup-ref=${backup}`);
  else {
    const what = `no run of ${workflow} on ${branch} has a backup that has not expired`;
    say('warning', `${what}: there is nothing to rehearse until the next deploy`);
  }
} catch (error) {
  say('error', `the newest backup cannot be found: ${error.message}`);
  process.exitCode = 1;
}

async function findNewest() {
  const query = `branch=${encodeURIComponent(branch)}&per_page=${MOST_RUNS}`;
  const { workflow_runs: runs } = await ask(
    `actions/workflows/${encodeURIComponent(workflow)}/runs?${query}`,
  );
  for (const { id } of runs) {
    const { artifacts } = await ask(`actions/runs/${id}/artifacts?per_page=100`);
    const [newest] = artifacts
      .filter(({ name, expired }) => BACKUP.test(name) && !expired)
      .sort((left, right) => (timeOf(left) < timeOf(right) ? 1 : -1));
    if (newest) return `artifact:${id}/${newest.id}${digestOf(newest)}`;
  }
  return undefined;
}

function timeOf({ name }) {
  return BACKUP.exec(name)?.[1] ?? '';
}

function digestOf({ digest }) {
  return /^sha256:[0-9a-f]{64}$/.test(digest ?? '') ? `#${digest.replace(':', '=')}` : '';
}

async function ask(path) {
  for (let attempt = 1; ; attempt += 1) {
    const headers = { authorization: `Bearer ${GH_TOKEN}`, accept: 'application/vnd.github+json' };
    const answer = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, { headers });
    if (answer.ok) return answer.json();
    const isPassing = answer.status >= 500 || answer.status === 429;
    if (!isPassing || attempt === ATTEMPTS) throw new Error(`${answer.status} for ${path.split('?')[0]}`);
    await setTimeout(1000 * 2 ** attempt);
  }
}

/** On stderr: stdout is the output of the step. */
function say(level, message) {
  console.error(`::${level} title=no backup::${message.replaceAll('%', '%25').replaceAll('\n', '%0A')}`);
}
