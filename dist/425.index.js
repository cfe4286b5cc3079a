export const id = 425;
export const ids = [425];
export const modules = {

/***/ 52425:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main)
});

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(72705);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(46466);
;// CONCATENATED MODULE: ./lib/github/artifact-client.js
/**
 * Lets the artifact client work until the signal says that it was long enough: it has no deadline of its own, retries
 * for minutes and cannot be stopped. What it does after that is no longer listened to.
 */
async function withArtifactClient(signal, work) {
    signal.throwIfAborted();
    // Loaded when it is needed: it takes longer than all the rest.
    const { DefaultArtifactClient: Client } = await Promise.all(/* import() */[__webpack_require__.e(927), __webpack_require__.e(884), __webpack_require__.e(212)]).then(__webpack_require__.bind(__webpack_require__, 96884));
    const { promise: given, reject } = Promise.withResolvers();
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp);
    try {
        return await Promise.race([given, quietly(() => work(new Client()))]);
    }
    finally {
        signal.removeEventListener('abort', giveUp);
    }
}
/** The client reports every block on stdout, where our log is, or JSON; what it has to say is in its errors. */
async function quietly(work) {
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = () => true;
    try {
        return await work();
    }
    finally {
        process.stdout.write = write;
    }
}

;// CONCATENATED MODULE: ./lib/github/artifact-error.js

const FIXES = [
    {
        matches: /GHESNotSupported|not currently supported on GHES/,
        fix: {
            keep: 'GitHub Enterprise Server has no such artifacts: use backup-store: file:<folder>',
            fetch: 'GitHub Enterprise Server has no such artifacts: use a backup-ref that begins with file:',
        },
    },
    {
        matches: /quota|insufficient usage/i,
        fix: {
            keep: 'the storage for artifacts is used up: delete old artifacts, or use backup-store: file:<folder>',
            fetch: 'look at the storage limits of the account',
        },
    },
    {
        matches: /ACTIONS_RUNTIME_TOKEN|ACTIONS_RESULTS_URL|ACTIONS_RUNTIME/,
        fix: {
            keep: 'the runner gives these only to a step that uses the action; at a terminal use --backup-store file:<folder>',
            fetch: 'the runner gives these only to a step that uses the action; at a terminal use a backup-ref with file:',
        },
    },
    {
        matches: /\b409\b|Conflict|already exists/i,
        fix: {
            keep: 'an artifact of this name is there already, and artifacts cannot be changed: run it again',
            fetch: 'run it again',
        },
    },
    {
        matches: /\b404\b|\b410\b|NotFound|not found|expired|No artifacts found/i,
        fix: {
            keep: 'the service does not know this run any more: run it again',
            fetch: 'the artifact has expired, was deleted or is of another repository: pick the backup-ref of a later run, or download the file elsewhere and pass backup-ref: file:<path>',
        },
    },
    {
        matches: /\b40[13]\b|Forbidden|Unauthorized|not accessible/i,
        fix: {
            keep: 'see that artifacts are allowed in this repository and that its storage is not used up, or use backup-store: file:<folder>',
            fetch: 'give the job `permissions: actions: read` and pass github-token; backups of other repositories cannot be read',
        },
    },
];
const OTHERWISE = {
    keep: 'try again, see https://www.githubstatus.com, or use backup-store: file:<folder>',
    fetch: 'try again, and see https://www.githubstatus.com',
};
/** Says what the service or its client reported, and what to do; what was foreseen already passes as it is. */
function describeArtifactError(error, task, what) {
    if (error instanceof errors/* ExpectedError */.Dh)
        return error;
    const said = textOf(error);
    const { fix } = FIXES.find(({ matches }) => matches.test(said)) ?? { fix: OTHERWISE };
    return new errors/* ExpectedError */.Dh({
        code: task === 'keep' ? 'backup-failed' : 'backup-unavailable',
        message: `${what}: ${said}; nothing was changed`,
        fix: fix[task],
    });
}
/** Errors of the blob storage may have an empty message: then status, code and name are all there is. */
function textOf(error) {
    if (!(error instanceof Error))
        return String(error);
    const { statusCode, status, code } = error;
    const number = [statusCode, status].find((value) => typeof value === 'number');
    // A signed address is as good as a password.
    const message = (error.message.trim().split('\n')[0] ?? '').replaceAll(/(https?:\/\/[^\s?]+)\?\S*/g, '$1');
    const parts = [
        error.name === 'Error' ? '' : error.name,
        ...[number, code].map((value) => (typeof value === 'number' || typeof value === 'string' ? value : '')),
        message,
    ].filter((part, index, all) => part !== '' && (index === 3 || !message.includes(String(part))) && all.indexOf(part) === index);
    return parts.join(' ') || 'no reason given';
}

;// CONCATENATED MODULE: ./lib/github/artifact-ref.js
const REF = /^artifact:(\d{1,15})\/(\d{1,15})(?:#sha256=([0-9a-f]{64}))?$/i;
/** `artifact:8841/77#sha256=…`: enough to find the artifact from any run, and to know its bytes again. */
function formatArtifactRef({ workflowRun, artifactId, sha256 }) {
    return `artifact:${workflowRun}/${artifactId}${sha256 === undefined ? '' : `#sha256=${sha256}`}`;
}
/** Undefined where it is the reference of another store, or none. */
function parseArtifactRef(ref) {
    const [, workflowRun, artifactId, sha256] = REF.exec(ref) ?? [];
    if (workflowRun === undefined || artifactId === undefined)
        return undefined;
    return { workflowRun, artifactId: Number(artifactId), sha256: sha256?.toLowerCase() };
}

;// CONCATENATED MODULE: ./lib/github/artifact-store.js








/**
 * Keeps backups as artifacts of the workflow run. The file that was uploaded stays on this machine until the run ends:
 * the restore after a failure then depends on nobody.
 */
function artifactStore(context) {
    const here = new Map();
    const folders = [];
    const newFolder = async () => {
        const folder = await (0,promises_.mkdtemp)((0,external_node_path_.join)(context.temporaryFolder, 'db-deploy-artifact-'));
        folders.push(folder);
        return folder;
    };
    return {
        name: `an artifact of run ${context.workflowRun}`,
        keep: async (request) => {
            const path = (0,external_node_path_.join)(await newFolder(), request.fileName);
            const kept = await keep(context, path, request);
            here.set(kept.ref, { path, sha256: kept.sha256 });
            return kept;
        },
        fetch: async (text, signal) => {
            const ref = parseArtifactRef(text);
            if (!ref)
                return undefined;
            const found = here.get(text) ?? (await fetch(context, ref, await newFolder(), signal));
            here.set(text, found);
            return found;
        },
        // The service removes what has expired.
        removeOld: async () => 0,
        removeFiles: async () => {
            for (const folder of folders.splice(0))
                await (0,promises_.rm)(folder, { recursive: true, force: true });
        },
    };
}
async function keep(context, path, request) {
    const { sealed, fileName, retentionDays, signal } = request;
    await writeSealed(path, request);
    const { sha256, bytes, facts } = await sealed.summary;
    const what = `the backup cannot be kept as an artifact`;
    try {
        const { uploaded, reported } = await withArtifactClient(signal, async (client) => {
            // Raw: it is compressed already. Its name is then the name of the file.
            const options = { retentionDays, skipArchive: true };
            const answer = await client.uploadArtifact(fileName, [path], (0,external_node_path_.join)(path, '..'), options);
            return { uploaded: answer, reported: (await client.getArtifact(fileName)).artifact };
        });
        const isSame = uploaded.digest === sha256 && reported.digest === `sha256:${sha256}` && reported.id === uploaded.id;
        if (!isSame)
            throw otherBytes(what, sha256, reported.digest);
        const ref = formatArtifactRef({ workflowRun: context.workflowRun, artifactId: reported.id, sha256 });
        return { ref, sha256, bytes, facts };
    }
    catch (error) {
        if (signal.aborted)
            throw error;
        throw describeArtifactError(error, 'keep', what);
    }
}
/** The client uploads files only; a file also gives the digest before anything leaves this machine. */
async function writeSealed(path, { sealed, signal }) {
    try {
        await (0,external_node_stream_promises_.pipeline)(sealed.bytes, (0,external_node_fs_.createWriteStream)(path, { flags: 'wx', mode: 0o600 }), { signal });
    }
    catch (error) {
        sealed.bytes.destroy();
        const { code, syscall, message } = error;
        // Errors of files have a system call; what the dump reports passes as it is.
        if (code === undefined || syscall === undefined)
            throw error;
        throw new errors/* ExpectedError */.Dh({
            code: 'backup-failed',
            message: `the backup cannot be written before it is uploaded: ${message}`,
            fix: 'make room in the temporary folder of the runner, or use backup-store: file:<folder>; nothing was changed',
        });
    }
}
function otherBytes(what, sha256, reported) {
    return new errors/* ExpectedError */.Dh({
        code: 'backup-failed',
        message: `${what}: the service reports ${reported ?? 'no digest'}, not sha256:${sha256}; nothing was changed`,
        fix: 'try again, or use backup-store: file:<folder>',
    });
}
async function fetch(context, ref, folder, signal) {
    const what = `${formatArtifactRef({ ...ref, sha256: undefined })} cannot be fetched`;
    const { sha256 } = ref;
    const options = {
        path: folder,
        // Only bytes are wanted, whatever the service says they are.
        skipDecompress: true,
        ...(sha256 === undefined ? {} : { expectedHash: `sha256:${sha256}` }),
        ...findBy(context, ref, what),
    };
    try {
        const { digestMismatch } = await withArtifactClient(signal, (client) => client.downloadArtifact(ref.artifactId, options));
        const [name, ...others] = await (0,promises_.readdir)(folder);
        if (digestMismatch || name === undefined || others.length > 0) {
            throw new errors/* ExpectedError */.Dh({
                code: 'backup-damaged',
                message: `${what}: the service gave other bytes than those of the reference; nothing was changed`,
                fix: 'try again; if it stays so, use another backup',
            });
        }
        return { path: (0,external_node_path_.join)(folder, name), sha256 };
    }
    catch (error) {
        if (signal.aborted)
            throw error;
        throw describeArtifactError(error, 'fetch', what);
    }
}
/** Artifacts of other runs are found with the API and the token, those of this run with the runner's own. */
function findBy({ repository, workflowRun, token }, ref, what) {
    if (ref.workflowRun === workflowRun)
        return {};
    if (token === undefined) {
        throw new errors/* ExpectedError */.Dh({
            code: 'backup-unavailable',
            message: `${what}: it is of another run, and there is no github-token`,
            fix: 'leave github-token at its default and give the job `permissions: actions: read`',
        });
    }
    const [repositoryOwner = '', repositoryName = ''] = repository.split('/');
    const workflowRunId = Number(ref.workflowRun);
    return { findBy: { token, workflowRunId, repositoryOwner, repositoryName } };
}

;// CONCATENATED MODULE: ./lib/github/event.js

/** Who can see the repository, as the event that started the run says; not every event does. */
async function readRepositoryVisibility(eventPath) {
    if (eventPath === undefined)
        return 'unknown';
    try {
        const event = JSON.parse(await (0,promises_.readFile)(eventPath, 'utf8'));
        const { visibility, private: isPrivate } = event.repository ?? {};
        if (visibility === 'public' || isPrivate === false)
            return 'public';
        return isPrivate === true || visibility === 'private' || visibility === 'internal'
            ? 'private'
            : 'unknown';
    }
    catch {
        return 'unknown';
    }
}

// EXTERNAL MODULE: ./lib/report/findings.js
var findings = __webpack_require__(43497);
// EXTERNAL MODULE: ./lib/report/visible.js
var visible = __webpack_require__(76961);
// EXTERNAL MODULE: ./lib/report/workflow-command.js
var workflow_command = __webpack_require__(50894);
;// CONCATENATED MODULE: ./lib/report/annotations.js



/** The runner takes no more of a level from one step. */
const MOST_OF_A_LEVEL = 10;
/** The runner cuts messages there. */
const LONGEST_MESSAGE = 4096;
/** What is wrong, worst first, at most ten of each level; the last of a level says how many more there are. */
function annotations(report) {
    return [
        ...atLevel('error', [
            ...(0,findings/* problemsToShow */.hS)(report).map(aboutProblem),
            ...(0,findings/* blockingViolations */.y9)(report).map(aboutViolation),
            ...report.mismatches.map(({ key, at, recorded, current }) => ({
                title: 'changed after it was applied',
                at,
                message: `changeset ${key} ran with checksum ${recorded} but its file has ${current} now`,
            })),
        ]),
        ...atLevel('warning', [
            ...(0,findings/* warningViolations */.j6)(report).map(aboutViolation),
            ...(0,findings/* warningsToShow */.aI)(report).map(aboutProblem),
        ]),
        ...atLevel('notice', (0,findings/* excusedViolations */.Ku)(report).map(aboutExcused)),
    ];
}
function aboutProblem({ code, at, message, fix }) {
    return { title: code, at, message: withFix(message, fix) };
}
function aboutViolation({ rule, at, message, fix }) {
    return { title: rule, at, message: withFix(message, fix) };
}
function aboutExcused({ rule, at, message, excused }) {
    return { title: `${rule} (excused)`, at, message: `${message}\nexcused: ${excused}` };
}
function withFix(message, fix) {
    return fix === undefined ? message : `${(0,visible/* clamp */.qE)(message, 3000)}\nfix: ${fix}`;
}
function atLevel(level, remarks) {
    const distinct = [
        ...new Map(remarks.map((remark) => [JSON.stringify([remark.at, remark.message]), remark])).values(),
    ];
    const missing = distinct.length - MOST_OF_A_LEVEL;
    return distinct.slice(0, MOST_OF_A_LEVEL).map(({ title, at, message }, index) => {
        const isLast = missing > 0 && index === MOST_OF_A_LEVEL - 1;
        const more = isLast ? `\n… and ${missing} more: see the step summary` : '';
        const body = (0,workflow_command/* withoutCommands */.W)((0,visible/* toVisible */.ws)((0,visible/* clamp */.qE)(message, LONGEST_MESSAGE)));
        return {
            level,
            file: at?.file,
            line: at?.line,
            title: (0,workflow_command/* withoutCommands */.W)((0,visible/* toVisibleLine */.yk)(title, 200)),
            message: (0,visible/* clamp */.qE)(body, LONGEST_MESSAGE - more.length) + more,
        };
    });
}

;// CONCATENATED MODULE: ./lib/report/outputs.js


/** An output lists no more changesets than this. */
const MOST_CHANGESETS = 100;
/** GitHub takes 1 MB of outputs from a job, counted in UTF-16: two lists of this many characters leave room. */
const LONGEST_LIST = 100_000;
/**
 * The step outputs that a report can fill. `pending` is what has not run when the run is over, `applied` what it ran
 * and was not undone.
 */
function outputs(report) {
    const isUndone = report.result === 'restored';
    const applied = isUndone ? [] : report.pending.filter(hasRun);
    const pending = isUndone ? report.pending : report.pending.filter((changeset) => !hasRun(changeset));
    const known = {
        result: report.result,
        'run-id': report.runId,
        'plan-hash': report.planHash,
        'pending-count': String(pending.length),
        pending: toList(pending.slice(0, MOST_CHANGESETS).map(toEntry)),
        'applied-count': String(applied.length),
        applied: toList(applied.slice(0, MOST_CHANGESETS).map((changeset) => ({
            ...toEntry(changeset),
            status: changeset.status,
            durationMs: changeset.durationMs ?? null,
        }))),
        'sql-file': report.sqlFile,
        'backup-ref': report.backup?.ref,
        'backup-sha256': report.backup?.sha256,
        restored: String(isUndone || report.isRestored),
    };
    const filled = Object.entries(known).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]);
    return Object.fromEntries(filled);
}
function hasRun({ status }) {
    return status === 'applied' || status === 'marked-ran';
}
function toEntry({ id, author, sqlFile, risk, contexts, labels, statements }) {
    return {
        id: (0,visible/* clamp */.qE)(id, 255),
        author: (0,visible/* clamp */.qE)(author, 255),
        file: (0,visible/* clamp */.qE)(sqlFile, 1000),
        risk,
        contexts: (0,visible/* clamp */.qE)(contexts, 1000),
        labels: labels.slice(0, 50).map((label) => (0,visible/* clamp */.qE)(label, 255)),
        statements: statements.length,
    };
}
/** JSON of as many entries, from the first, as there is room for. */
function toList(entries) {
    const written = [];
    let length = 2;
    for (const entry of entries) {
        const json = (0,workflow_command/* toSafeJson */.D)(entry);
        length += json.length + 1;
        if (length > LONGEST_LIST)
            break;
        written.push(json);
    }
    return `[${written.join(',')}]`;
}

;// CONCATENATED MODULE: ./lib/report/report-json.js

/** The whole report as JSON: keys sorted, so that equal reports are equal files; what is not known is null. */
function renderReportJson(report) {
    return `${(0,workflow_command/* toSafeJson */.D)(sorted(report), 2)}\n`;
}
function sorted(value) {
    if (value === undefined)
        return null;
    if (Array.isArray(value))
        return value.map(sorted);
    if (typeof value !== 'object' || value === null)
        return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

;// CONCATENATED MODULE: ./lib/report/detail.js
/** A longer table helps nobody; the report file has all of it. */
const MOST_ROWS = 2000;
/** Everything first; then without the largest SQL, without any, and with fewer and shorter rows. */
const STEPS = [
    { sqlBytes: Infinity, rows: MOST_ROWS, text: 1000 },
    { sqlBytes: 65_536, rows: MOST_ROWS, text: 1000 },
    { sqlBytes: 16_384, rows: MOST_ROWS, text: 1000 },
    { sqlBytes: 4096, rows: MOST_ROWS, text: 1000 },
    { sqlBytes: 1024, rows: MOST_ROWS, text: 1000 },
    { sqlBytes: 0, rows: MOST_ROWS, text: 500 },
    { sqlBytes: 0, rows: 1000, text: 300 },
    { sqlBytes: 0, rows: 200, text: 300 },
    { sqlBytes: 0, rows: 50, text: 200 },
    { sqlBytes: 0, rows: 10, text: 100 },
];
/** The most detailed rendering that is no longer than `limit` bytes of UTF-8. */
function renderWithin(limit, render) {
    let rendered = '';
    for (const detail of STEPS) {
        rendered = render(detail);
        if (Buffer.byteLength(rendered) <= limit)
            return rendered;
    }
    return cutLines(rendered, limit);
}
/** For what even the last step cannot hold: whole lines from the start, which is where the verdict stands. */
function cutLines(rendered, limit) {
    const kept = [];
    let bytes = 0;
    for (const line of rendered.split('\n')) {
        bytes += Buffer.byteLength(line) + 1;
        if (bytes > limit)
            break;
        kept.push(line);
    }
    return kept.join('\n');
}

// EXTERNAL MODULE: ./lib/report/markdown-blocks.js
var markdown_blocks = __webpack_require__(20153);
// EXTERNAL MODULE: ./lib/report/markdown.js
var markdown = __webpack_require__(55238);
// EXTERNAL MODULE: ./lib/report/next-steps.js
var next_steps = __webpack_require__(78600);
// EXTERNAL MODULE: ./lib/report/wording.js
var wording = __webpack_require__(70179);
;// CONCATENATED MODULE: ./lib/report/summary-about.js



/** The facts that tell this run from others: target, selection, plan hash, run, commit and times. */
function aboutRun(report, detail) {
    const { planHash, sqlFile, gitSha, contexts, labels } = report;
    const facts = [
        ['target', report.target ? target(report.target) : markdown/* nothing */.s6],
        ['changelog', changelog(report)],
        ['contexts', (0,markdown/* code */.aY)(contexts.join(', '), detail.text)],
        ['labels', (0,markdown/* code */.aY)(labels, detail.text)],
        ['plan hash', (0,markdown/* code */.aY)(planHash ?? '')],
        ['a failure', (0,markdown/* text */.Qq)(report.guarantee ? (0,wording/* describeGuarantee */.Ey)(report.guarantee) : '', detail.text)],
        ['SQL file', (0,markdown/* code */.aY)(sqlFile ?? '', detail.text)],
        ['run', run(report)],
        ['actor', (0,markdown/* code */.aY)(report.actor)],
        ['commit', (0,markdown/* code */.aY)(gitSha ?? '')],
        ['time', (0,markdown/* inline */.mG) `${report.startedAt}, took ${(0,wording/* formatDuration */.a3)((0,wording/* runDuration */.Eo)(report))}`],
    ];
    const rows = facts.filter(([, fact]) => fact.markdown !== '').map(([name, fact]) => [(0,markdown/* text */.Qq)(name), fact]);
    return (0,markdown_blocks/* table */.tp)(['This run', ''], rows);
}
function target({ host, port, schema, user, serverVersion }) {
    return (0,markdown/* inline */.mG) `${(0,markdown/* code */.aY)(schema)} on ${(0,markdown/* code */.aY)(`${host}:${port}`)} as ${(0,markdown/* code */.aY)(user)}, MySQL ${serverVersion}`;
}
function changelog({ changelogFile, changesetCount }) {
    const number = changesetCount === undefined ? '' : `, ${(0,wording/* count */.U9)(changesetCount, 'changeset')}`;
    return (0,markdown/* inline */.mG) `${(0,markdown/* code */.aY)(changelogFile)}${number}`;
}
function run({ runId, runUrl }) {
    if (runUrl !== undefined)
        return (0,markdown/* link */.nf)(runId ?? 'workflow run', runUrl);
    return (0,markdown/* code */.aY)(runId ?? '');
}

// EXTERNAL MODULE: ./lib/report/summary-backup.js
var summary_backup = __webpack_require__(17458);
// EXTERNAL MODULE: ./lib/report/changeset-status.js
var changeset_status = __webpack_require__(14446);
// EXTERNAL MODULE: ./lib/report/filtered.js
var report_filtered = __webpack_require__(49876);
;// CONCATENATED MODULE: ./lib/report/summary-changesets.js





const HEADER = ['#', 'changeset', 'status', 'risk', 'contexts', 'labels', 'SQL', 'took', 'comment'];
/** The plan in its order; where rows are left out, what failed is still there. */
function changesetTable(report, detail) {
    const numbered = report.pending.map((changeset, index) => ({ changeset, number: index + 1 }));
    const shown = numbered.filter(({ changeset, number }) => number <= detail.rows || changeset.status === 'failed' || changeset.status === 'unknown');
    const rest = (0,markdown_blocks/* atMost */.Tu)(numbered, shown.length).rest;
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* table */.tp)(HEADER, shown.map(({ changeset, number }) => changesetRow(report, changeset, number, detail))), rest);
}
function changesetRow(report, changeset, number, detail) {
    const { key, risk, contexts, labels, statements, sqlFile, durationMs, comment } = changeset;
    return [
        (0,markdown/* text */.Qq)((0,wording/* formatNumber */.ZV)(number)),
        (0,markdown/* code */.aY)(key),
        (0,markdown/* text */.Qq)((0,changeset_status/* markStatus */.O)(report, changeset)),
        risk === 'high' ? (0,markdown/* inline */.mG) `**high**` : (0,markdown/* text */.Qq)(risk),
        (0,markdown/* code */.aY)(contexts),
        (0,markdown/* code */.aY)(labels.join(', ')),
        (0,markdown/* inline */.mG) `${(0,wording/* count */.U9)(statements.length, 'statement')} in ${(0,markdown/* code */.aY)(sqlFile)}`,
        durationMs === undefined ? markdown/* nothing */.s6 : (0,markdown/* text */.Qq)((0,wording/* formatDuration */.a3)(durationMs)),
        (0,markdown/* text */.Qq)(comment ?? '', detail.text),
    ];
}
/** What is not in the plan: a count of what already ran, and the reason of each that contexts or labels keep out. */
function filteredChangesets({ filtered, mode }, detail) {
    const kept = (0,report_filtered/* keptOut */.x)(filtered);
    if (filtered.length === 0 || (mode === 'verify' && kept.length === 0))
        return markdown/* nothing */.s6;
    const title = `Not in the plan: ${(0,report_filtered/* countReasons */.V)(filtered)}`;
    if (kept.length === 0)
        return (0,markdown/* text */.Qq)(title);
    const { shown, rest } = (0,markdown_blocks/* atMost */.Tu)(kept, detail.rows);
    const rows = shown.map(({ key, detail: why }) => [(0,markdown/* code */.aY)(key), (0,markdown/* text */.Qq)(why, detail.text)]);
    return (0,markdown_blocks/* details */.zH)(title, (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* table */.tp)(['changeset', 'why'], rows), rest));
}

;// CONCATENATED MODULE: ./lib/report/summary-findings.js





/** Problems with their place and fix, one an item. */
function problemList(problems, detail) {
    const { shown, rest } = (0,markdown_blocks/* atMost */.Tu)(problems, detail.rows);
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* list */.p_)(shown.map((problem) => problemItem(problem, detail))), rest);
}
function problemItem({ at, message, fix }, detail) {
    const place = at ? (0,markdown/* inline */.mG) `${where(at)}: ` : markdown/* nothing */.s6;
    const next = fix === undefined ? markdown/* nothing */.s6 : (0,markdown/* inline */.mG) `<br>**Fix:** ${(0,markdown/* text */.Qq)(fix, detail.text)}`;
    return (0,markdown/* inline */.mG) `${place}${(0,markdown/* text */.Qq)(message, detail.text)}${next}`;
}
function where(at) {
    return (0,markdown/* code */.aY)((0,errors/* formatLocation */.j$)(at));
}
/** What blocks first, then what only warns; the excused ones have a table of their own. */
function violationTable(report, detail) {
    const violations = [...(0,findings/* blockingViolations */.y9)(report), ...(0,findings/* warningViolations */.j6)(report)];
    const { shown, rest } = (0,markdown_blocks/* atMost */.Tu)(violations, detail.rows);
    const header = ['severity', 'rule', 'changeset', 'where', 'finding', 'fix'];
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* table */.tp)(header, shown.map((violation) => [...violationCells(violation, detail), (0,markdown/* text */.Qq)(violation.fix, detail.text)])), rest);
}
/** Violations that pass, each with the reason for which it does. */
function excusedTable(report, detail) {
    const { shown, rest } = (0,markdown_blocks/* atMost */.Tu)((0,findings/* excusedViolations */.Ku)(report), detail.rows);
    const header = ['severity', 'rule', 'changeset', 'where', 'finding', 'excused because'];
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* table */.tp)(header, shown.map((violation) => [
        ...violationCells(violation, detail),
        (0,markdown/* text */.Qq)(violation.excused ?? '', detail.text),
    ])), rest);
}
function violationCells(violation, detail) {
    const { severity, rule, changeset, at, message } = violation;
    const isBlocking = severity === 'error' && violation.excused === undefined;
    return [
        isBlocking ? (0,markdown/* inline */.mG) `**${severity}**` : (0,markdown/* text */.Qq)(severity),
        (0,markdown/* code */.aY)(rule),
        (0,markdown/* code */.aY)(changeset),
        where(at),
        (0,markdown/* text */.Qq)(message, detail.text),
    ];
}
/** Changesets whose SQL is not what ran, with both checksums. */
function mismatchTable({ mismatches }, detail) {
    const { shown, rest } = (0,markdown_blocks/* atMost */.Tu)(mismatches, detail.rows);
    const rows = shown.map(({ key, at, recorded, current }) => [
        (0,markdown/* code */.aY)(key),
        where(at),
        (0,markdown/* code */.aY)(recorded),
        (0,markdown/* code */.aY)(current),
    ]);
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* table */.tp)(['changeset', 'where', 'checksum when it ran', 'checksum now'], rows), rest);
}
/** The statement at which the run stopped, in full as far as that is sensible. */
function failedSql(changeset) {
    const failed = changeset?.failedStatement;
    const statement = changeset?.statements.find(({ number }) => number === failed?.number);
    if (!changeset || !failed || !statement)
        return markdown/* nothing */.s6;
    const at = { file: changeset.sqlFile, line: failed.line };
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown/* inline */.mG) `Statement ${statement.number} of ${changeset.statements.length} of ${(0,markdown/* code */.aY)(changeset.key)}, ${where(at)}:`, (0,markdown/* sqlBlock */.oR)((0,visible/* clamp */.qE)(statement.sql, 4000)));
}

;// CONCATENATED MODULE: ./lib/report/summary-sql.js



/** Renders the SQL of the changesets that are shown at all. */
function renderSql(pending, most) {
    return pending.slice(0, most).map((changeset) => ({ changeset, block: (0,markdown/* sqlBlock */.oR)(joinSql(changeset)) }));
}
/** The SQL of every changeset in the plan, closed; what is too long for `detail` is only named. */
function changesetSql(rendered, detail) {
    if (rendered.length === 0)
        return markdown/* nothing */.s6;
    if (detail.sqlBytes === 0)
        return (0,markdown/* inline */.mG) `*The SQL is left out here for its size: read it in the files.*`;
    const shown = rendered.filter(({ block }) => block.markdown.length <= detail.sqlBytes);
    const large = rendered.filter(({ block }) => block.markdown.length > detail.sqlBytes);
    return (0,markdown_blocks/* blocks */.Bv)(...shown.map(({ changeset, block }) => (0,markdown_blocks/* details */.zH)(sqlTitle(changeset), block)), large.length === 0 ? markdown/* nothing */.s6 : (0,markdown/* inline */.mG) `*SQL that is left out here for its size:*`, (0,markdown_blocks/* list */.p_)(large.map(({ changeset }) => leftOut(changeset))));
}
function leftOut(changeset) {
    const size = (0,wording/* formatSize */.Xq)(Buffer.byteLength(joinSql(changeset)));
    return (0,markdown/* inline */.mG) `${(0,markdown/* code */.aY)(changeset.key)}: ${size} in ${(0,markdown/* code */.aY)(changeset.sqlFile)}`;
}
function sqlTitle({ key, sqlFile, statements }) {
    return `SQL of ${key} (${(0,wording/* count */.U9)(statements.length, 'statement')}, ${sqlFile})`;
}
function joinSql({ statements }) {
    return statements.map(({ sql }) => `${sql.trim()};`).join('\n\n');
}

;// CONCATENATED MODULE: ./lib/report/timeline.js




/** A picture of fewer says nothing that the table does not. */
const FEWEST_CHANGESETS = 4;
/** A longer picture is not looked at, and the largest part of a long deploy is in its longest changesets. */
const timeline_MOST_CHANGESETS = 40;
/** When what ran, as a Gantt chart that GitHub draws; nothing for a deploy of a few changesets. */
function timeline(report) {
    const began = report.pending.flatMap((changeset, index) => toTask(changeset, index + 1));
    if (began.length < FEWEST_CHANGESETS)
        return markdown/* nothing */.s6;
    const shown = longest(began);
    const { backup, restore } = report;
    const lines = [
        'gantt',
        '    dateFormat x',
        '    axisFormat %H:%M:%S',
        ...section('Backup', backup ? [{ name: 'backup', tag: 'active', ...backup }] : []),
        ...section('Changesets', shown),
        ...section('Restore', restore ? [{ name: 'restore', tag: 'active', ...restore }] : []),
    ];
    return (0,markdown_blocks/* blocks */.Bv)({ markdown: ['```mermaid', ...lines, '```'].join('\n') }, shown.length < began.length
        ? (0,markdown/* inline */.mG) `*The ${shown.length} longest of ${(0,wording/* count */.U9)(began.length, 'changeset')} that ran.*`
        : markdown/* nothing */.s6);
}
function toTask(changeset, number) {
    const { key, startedAt, durationMs, status } = changeset;
    if (startedAt === undefined || durationMs === undefined)
        return [];
    const tag = status === 'failed' || status === 'unknown' ? 'crit' : 'done';
    return [{ name: `${number} ${key}`, tag, startedAt, durationMs }];
}
/** The longest ones and whatever failed, in their order. */
function longest(tasks) {
    if (tasks.length <= timeline_MOST_CHANGESETS)
        return tasks;
    const weight = ({ tag, durationMs }) => (tag === 'crit' ? Infinity : durationMs);
    const kept = new Set(tasks.toSorted((a, b) => weight(b) - weight(a)).slice(0, timeline_MOST_CHANGESETS));
    return tasks.filter((task) => kept.has(task));
}
function section(title, tasks) {
    const lines = tasks.map(({ name, tag, startedAt, durationMs }) => {
        const start = Date.parse(startedAt);
        return `    ${mermaidText(name)} :${tag}, ${start}, ${start + Math.max(1, durationMs)}`;
    });
    return lines.length === 0 ? [] : [`    section ${title}`, ...lines];
}
/** Letters and digits of any script, and what means nothing to Mermaid; the table has the exact names. */
function mermaidText(name) {
    return (0,visible/* clamp */.qE)(name, 60)
        .replaceAll(/[^\p{L}\p{N} ._/-]/gu, ' ')
        .replaceAll(/ {2,}/g, ' ')
        .trim();
}

// EXTERNAL MODULE: ./lib/report/verdict.js + 1 modules
var verdict = __webpack_require__(60303);
;// CONCATENATED MODULE: ./lib/report/summary.js













/** GitHub drops a step summary of more than 1 MiB as a whole; some room is left for the masking of secrets. */
const SUMMARY_LIMIT = 1_000_000;
const ICONS = {
    ok: '✅',
    blocked: '⛔',
    failed: '❌',
    restored: '↩️',
    'restore-failed': '🚨',
    unknown: '❓',
};
/** The step summary: state of the database, verdict, what is wrong and what to do, then the plan and its SQL. */
function renderSummary(report, limit = SUMMARY_LIMIT) {
    const sql = renderSql(report.pending, MOST_ROWS);
    return renderWithin(limit, (detail) => `${summary(report, sql, detail).markdown}\n`);
}
function summary(report, sql, detail) {
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown/* inline */.mG) `### ${ICONS[report.result]} ${(0,markdown/* text */.Qq)(report.databaseState, detail.text)}`, (0,markdown/* inline */.mG) `**${title(report)}**: ${(0,markdown/* text */.Qq)((0,verdict/* verdict */.W)(report).headline, detail.text)}`, wrong(report, detail), (0,markdown_blocks/* section */.uW)('What to do next', (0,markdown_blocks/* list */.p_)((0,next_steps/* nextSteps */.Z)(report).map((step) => stepItem(step, detail)))), (0,summary_backup/* safetyNet */.C)(report, detail), (0,markdown_blocks/* section */.uW)(`${changesetTitle(report)} (${(0,wording/* formatNumber */.ZV)(report.pending.length)})`, changesetTable(report, detail), detail.rows < MOST_ROWS ? markdown/* nothing */.s6 : timeline(report), changesetSql(sql, detail)), (0,markdown_blocks/* section */.uW)('Warnings', problemList((0,findings/* warningsToShow */.aI)(report), detail)), filteredChangesets(report, detail), aboutRun(report, detail));
}
function stepItem({ says, inputs = [] }, detail) {
    const given = inputs.map(([name, value]) => (0,markdown/* code */.aY)(`${name}: ${value}`, 500).markdown).join(' ');
    return given === '' ? (0,markdown/* text */.Qq)(says, detail.text) : (0,markdown/* inline */.mG) `${(0,markdown/* text */.Qq)(says, detail.text)}: ${{ markdown: given }}`;
}
function title({ mode, environment }) {
    return environment === undefined ? mode : `${mode} on ${environment}`;
}
function wrong(report, detail) {
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* section */.uW)('Problems', problemList((0,findings/* problemsToShow */.hS)(report), detail), failedSql((0,findings/* failedChangeset */.w9)(report))), (0,markdown_blocks/* section */.uW)('Policy violations', violationTable(report, detail)), (0,markdown_blocks/* section */.uW)('Excused violations', excusedTable(report, detail)), (0,markdown_blocks/* section */.uW)('Changed after they were applied', mismatchTable(report, detail)));
}
function changesetTitle({ mode, result }) {
    if (mode === 'validate')
        return 'New changesets';
    return mode === 'update' && result !== 'blocked' ? 'Changesets' : 'Pending changesets';
}

// EXTERNAL MODULE: ./lib/report/secret-forms.js
var secret_forms = __webpack_require__(73117);
;// CONCATENATED MODULE: ./lib/github/workflow-command.js

/** `::error file=…,line=…,title=…::message`: the runner shows it on the line of the file. */
function renderAnnotation({ level, file, line, title, message }) {
    const properties = [
        ...(file === undefined ? [] : [`file=${escapeProperty(file)}`]),
        ...(line === undefined ? [] : [`line=${line}`]),
        `title=${escapeProperty(title)}`,
    ];
    return `::${level} ${properties.join(',')}::${escapeData(message)}`;
}
/** The commands that make the runner hide the secrets, in every form in which they may show up. */
function renderMasks(secrets) {
    return (0,secret_forms/* secretForms */.e)(secrets).map((form) => `::add-mask::${escapeData(form)}`);
}
function escapeData(text) {
    return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
function escapeProperty(text) {
    return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

;// CONCATENATED MODULE: ./lib/github/publish.js







/**
 * Renders the report to step summary, annotations, outputs and report file. A deploy that is done cannot be made to
 * fail by this: what could not be published is given back, in words.
 */
async function publish(report, target) {
    const failures = [];
    const attempt = async (what, work) => {
        try {
            await work();
        }
        catch (error) {
            failures.push(`${what} could not be written: ${error.message}`);
        }
    };
    for (const annotation of annotations(report)) {
        const { file } = annotation;
        const path = file === undefined ? undefined : external_node_path_.posix.join(target.workingDirectory, file);
        target.writeCommand(renderAnnotation({ ...annotation, file: path }));
    }
    await attempt('the step summary', async () => {
        if (target.summaryFile !== undefined)
            await (0,promises_.appendFile)(target.summaryFile, renderSummary(report));
    });
    const reportFile = (0,external_node_path_.join)(target.temporaryFolder, `db-deploy-${report.runId ?? report.mode}.json`);
    await attempt('the report file', () => (0,promises_.writeFile)(reportFile, renderReportJson(report), { mode: 0o600 }));
    await attempt('the outputs', async () => {
        const { setOutput } = await __webpack_require__.e(/* import() */ 927).then(__webpack_require__.bind(__webpack_require__, 40927));
        for (const [name, value] of Object.entries({ ...outputs(report), 'report-file': reportFile })) {
            setOutput(name, value);
        }
    });
    return failures;
}

// EXTERNAL MODULE: ./lib/inputs.js + 1 modules
var inputs = __webpack_require__(53880);
// EXTERNAL MODULE: ./lib/modes/draft.js
var modes_draft = __webpack_require__(82444);
// EXTERNAL MODULE: ./lib/modes/run-id.js
var run_id = __webpack_require__(50698);
// EXTERNAL MODULE: ./lib/modes/run-mode.js + 169 modules
var run_mode = __webpack_require__(92495);
// EXTERNAL MODULE: ./lib/console-log.js
var console_log = __webpack_require__(82218);
// EXTERNAL MODULE: ./lib/report/redact-report.js
var redact_report = __webpack_require__(20641);
// EXTERNAL MODULE: ./lib/report/plan-text.js + 1 modules
var plan_text = __webpack_require__(87044);
;// CONCATENATED MODULE: ./lib/main.js













/** The action: inputs, mode, report, publish; gives the exit code. */
async function main(env, output, onInterrupt) {
    const raw = (0,inputs/* readActionInputs */.Ui)(env);
    const format = (0,inputs/* logFormat */.yd)(raw);
    const secrets = (0,inputs/* secretValues */.VX)(raw);
    // In JSON only JSON may stand on stdout; the runner reads commands on stderr as well.
    const writeCommand = format === 'json' ? output.err : output.out;
    for (const line of renderMasks(secrets))
        writeCommand(line);
    const runId = (0,run_id/* newRunId */.F)(new Date());
    const log = (0,console_log/* consoleLog */.a)(output, {
        format,
        colour: false,
        secrets,
        runId,
        environment: raw.get('environment'),
    });
    // Before anything is rendered: escaped for Markdown, a secret would not be recognised any more.
    const report = (0,redact_report/* redactReport */.a)(await runSafely(raw, env, runId, log, onInterrupt), secrets);
    const { exitCode, headline } = (0,verdict/* verdict */.W)(report);
    if (format === 'text')
        output.out((0,plan_text/* renderPlanText */.$)(report, { colour: false }));
    else
        log({ level: exitCode === 0 ? 'info' : 'error', event: 'run-finished', message: headline });
    const failures = await publish(report, publishTarget(raw, env, writeCommand));
    for (const failure of failures)
        log({ level: 'warning', event: 'publish-failed', message: failure });
    return exitCode;
}
/** Inputs that are wrong make a report as well: outputs and summary say what is wrong. */
async function runSafely(raw, env, runId, log, onInterrupt) {
    const artifacts = openArtifacts(raw, env);
    try {
        const visibility = await readRepositoryVisibility(env['GITHUB_EVENT_PATH']);
        return await (0,run_mode/* runMode */.r)((0,inputs/* parseInputs */.TL)(raw, env, 'action', visibility), runId, log, onInterrupt, { artifacts });
    }
    catch (error) {
        if (!(error instanceof errors/* ExpectedError */.Dh))
            throw error;
        const draft = (0,modes_draft/* newDraft */.cr)('validate', undefined, undefined, new Date());
        (0,modes_draft/* tell */.qz)(draft, { result: 'blocked', problems: error.problems });
        return draft.report;
    }
    finally {
        await artifacts.removeFiles().catch(() => undefined);
    }
}
function openArtifacts(raw, env) {
    return artifactStore({
        repository: env['GITHUB_REPOSITORY'] ?? '',
        workflowRun: env['GITHUB_RUN_ID'] ?? '0',
        token: raw.get('github-token'),
        temporaryFolder: env['RUNNER_TEMP'] ?? '/tmp',
    });
}
function publishTarget(raw, env, writeCommand) {
    return {
        summaryFile: env['GITHUB_STEP_SUMMARY'],
        temporaryFolder: env['RUNNER_TEMP'] ?? '/tmp',
        workingDirectory: raw.get('working-directory') ?? '.',
        writeCommand,
    };
}


/***/ })

};
