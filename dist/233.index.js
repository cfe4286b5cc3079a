export const id = 233;
export const ids = [233];
export const modules = {

/***/ 55233:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main),
  post: () => (/* binding */ post)
});

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(72705);
// EXTERNAL MODULE: ./lib/files/repository-path.js
var repository_path = __webpack_require__(15292);
// EXTERNAL MODULE: ./lib/github/event.js
var github_event = __webpack_require__(14398);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./lib/wording/visible.js
var visible = __webpack_require__(73809);
;// CONCATENATED MODULE: ./lib/report/comment/marker.js


const RUN = /^<!-- run (\d{1,16})\.(\d{1,6}) -->$/m;
/** The first line of a comment, by which it is found again; nothing that others wrote can end it. */
function commentMarker(identity) {
    const { kind, environment = '', workingDirectory, changelogFile } = identity;
    const hash = (0,external_node_crypto_.createHash)('sha256')
        .update(JSON.stringify([kind, environment, workingDirectory, changelogFile]))
        .digest('hex')
        .slice(0, 16);
    const name = encodeURIComponent((0,visible/* clamp */.qE)(environment, 100).toWellFormed()).replaceAll('-', '%2D');
    return `<!-- db-deploy:${name}:${hash} -->`;
}
/** The second line. */
function runMarker({ id, attempt }) {
    return `<!-- run ${id}.${attempt} -->`;
}
/** Whether the comment is of a run that began after this one. */
function isOfLaterRun(body, { id, attempt }) {
    const [, theirs, theirAttempt] = RUN.exec(body.slice(0, 1000)) ?? [];
    if (theirs === undefined)
        return false;
    return Number(theirs) === id ? Number(theirAttempt) > attempt : Number(theirs) > id;
}

// EXTERNAL MODULE: ./lib/report/findings.js
var findings = __webpack_require__(43497);
// EXTERNAL MODULE: ./lib/report/markdown/markdown-blocks.js
var markdown_blocks = __webpack_require__(85051);
// EXTERNAL MODULE: ./lib/report/markdown/markdown.js
var markdown_markdown = __webpack_require__(27496);
// EXTERNAL MODULE: ./lib/report/wording.js
var wording = __webpack_require__(70179);
;// CONCATENATED MODULE: ./lib/report/comment/comment-links.js


/** A path that makes a longer address is nobody's file. */
const LONGEST = 1000;
/** `migrations/4.sql:3`, leading there. */
function placeLink(at, links) {
    return (0,markdown_markdown/* linked */.q)((0,markdown_markdown/* code */.aY)((0,errors/* formatLocation */.j$)(at)), fileUrl(at.file, links, `#L${at.line}`));
}
/** A file, leading there. */
function fileLink(file, links) {
    return (0,markdown_markdown/* linked */.q)((0,markdown_markdown/* code */.aY)(file), fileUrl(file, links, ''));
}
function fileUrl(file, { repository, commit, workingDirectory }, anchor) {
    if (repository === undefined || commit === undefined || commit === '')
        return '';
    const path = workingDirectory === '.' ? file : `${workingDirectory}/${file}`;
    const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
    if (segments.includes('..'))
        return '';
    const encoded = segments.map((segment) => encodeURIComponent(segment.toWellFormed()).replaceAll(/['()]/g, percent));
    const address = `${repository}/blob/${commit}/${encoded.join('/')}${anchor}`;
    return address.length > LONGEST ? '' : address;
}
function percent(character) {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

;// CONCATENATED MODULE: ./lib/report/comment/comment-changesets.js






const RISKS = {
    low: '🟢&nbsp;low',
    medium: '🟡&nbsp;medium',
    high: '🔴&nbsp;**high**',
};
/** No comment has room for more, so there is no use in rendering it. */
const LONGEST_SQL = 60_000;
const MOST_TABLES = 8;
/** The changesets that a comment may show at all: the riskiest ones, in the order of the plan. */
function toShown(report, most) {
    const refused = new Set((0,findings/* blockingViolations */.y9)(report).map(({ changeset }) => changeset));
    const weighed = report.pending.map((changeset, index) => ({
        changeset,
        number: index + 1,
        weight: refused.has(changeset.key) ? 'high' : changeset.risk,
    }));
    return riskiest(weighed, most).map((shown) => ({ ...shown, ...renderSql(shown.changeset) }));
}
const ORDER = { high: 0, medium: 1, low: 2 };
function riskiest(all, most) {
    if (all.length <= most)
        return all;
    return all
        .toSorted((left, right) => ORDER[left.weight] - ORDER[right.weight] || left.number - right.number)
        .slice(0, most)
        .toSorted((left, right) => left.number - right.number);
}
function renderSql({ statements }) {
    const sqlBytes = statements.reduce((sum, { sql }) => sum + Buffer.byteLength(sql) + 2, 0);
    if (sqlBytes > LONGEST_SQL)
        return { sql: undefined, sqlBytes };
    return { sql: (0,markdown_markdown/* sqlBlock */.oR)(statements.map(({ sql }) => `${sql.trim()};`).join('\n\n')), sqlBytes };
}
/** The plan in its order: risk, tables on the target, what decides whether it runs; then the SQL, closed. */
function changesets(report, all, links, detail) {
    const shown = riskiest(all, detail.rows);
    const tables = new Map(report.tables.map((known) => [known.name, known]));
    const hasTarget = report.target !== undefined;
    const rows = shown.map(({ changeset, number }) => [
        (0,markdown_markdown/* text */.Qq)(String(number)),
        comment_changesets_name(changeset, detail),
        { markdown: RISKS[changeset.risk] },
        touched(changeset.tables, tables, hasTarget),
        conditions(changeset, detail),
    ]);
    const missing = report.pending.length - shown.length;
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* table */.tp)(['#', 'changeset', 'risk', 'touches', 'when'], rows), missing === 0
        ? markdown_markdown/* nothing */.s6
        : (0,markdown_markdown/* inline */.mG) `*… and ${(0,wording/* count */.U9)(missing, 'more', 'more')}: the whole plan is in the ${summaryLink(links)}.*`, sqlParts(shown, links, detail));
}
function comment_changesets_name({ key, comment, reason }, detail) {
    const why = reason === 'new' ? markdown_markdown/* nothing */.s6 : (0,markdown_markdown/* inline */.mG) ` *${reason === 'changed' ? 'file changed' : 'runs always'}*`;
    const about = comment === undefined ? markdown_markdown/* nothing */.s6 : (0,markdown_markdown/* inline */.mG) `<br>${(0,markdown_markdown/* text */.Qq)(comment, Math.min(detail.text, 200))}`;
    return (0,markdown_markdown/* inline */.mG) `${(0,markdown_markdown/* code */.aY)(key, 100)}${why}${about}`;
}
function touched(names, known, hasTarget) {
    const parts = names.slice(0, MOST_TABLES).map((table_) => {
        const found = known.get(table_);
        if (found)
            return (0,markdown_markdown/* inline */.mG) `${(0,markdown_markdown/* code */.aY)(table_, 64)} ${tableSize(found)}`;
        return hasTarget ? (0,markdown_markdown/* inline */.mG) `${(0,markdown_markdown/* code */.aY)(table_, 64)} new` : (0,markdown_markdown/* code */.aY)(table_, 64);
    });
    const missing = names.length - parts.length;
    if (missing > 0)
        parts.push((0,markdown_markdown/* inline */.mG) `… and ${missing} more`);
    return joined(parts);
}
/** `12 M rows, 3.4 GB`, both estimates of the server; numbers stay with their units. */
function tableSize({ rows, bytes }) {
    const words = `${(0,wording/* formatEstimate */.eG)(rows)} ${rows === 1 ? 'row' : 'rows'}, ${(0,wording/* formatStorage */.Zl)(bytes)}`;
    return { markdown: words.replaceAll(/ (?!\d)/g, '&nbsp;') };
}
/** Words in which names stand between back-ticks. */
function withNames(words, limit) {
    const parts = (0,visible/* clamp */.qE)(words, limit).split('`');
    if (parts.length % 2 === 0)
        return (0,markdown_markdown/* text */.Qq)(words, limit);
    return {
        markdown: parts.map((part, index) => (index % 2 === 1 ? (0,markdown_markdown/* code */.aY)(part) : padded(part)).markdown).join(''),
    };
}
/** Blanks at both ends stay where they separate words. */
function padded(part) {
    const { markdown } = (0,markdown_markdown/* text */.Qq)(part);
    const [before, after] = [/^\s/.test(part) ? ' ' : '', /\s$/.test(part) ? ' ' : ''];
    return { markdown: markdown === '' ? before : before + markdown + after };
}
function conditions({ contexts, labels, preconditions }, detail) {
    const limit = Math.min(detail.text, 300);
    const parts = [
        contexts === '' ? [] : [(0,markdown_markdown/* inline */.mG) `in ${(0,markdown_markdown/* code */.aY)(contexts, limit)}`],
        labels.length === 0 ? [] : [(0,markdown_markdown/* inline */.mG) `labelled ${(0,markdown_markdown/* code */.aY)(labels.join(', '), limit)}`],
        preconditions.slice(0, 10).map((condition) => (0,markdown_markdown/* inline */.mG) `if ${withNames(condition, limit)}`),
        preconditions.length > 10 ? [(0,markdown_markdown/* inline */.mG) `… and ${preconditions.length - 10} more`] : [],
    ];
    return joined(parts.flat());
}
function joined(parts) {
    return { markdown: parts.map(({ markdown }) => markdown).join('<br>') };
}
function sqlParts(shown, links, detail) {
    const isShown = ({ sql, weight }) => sql !== undefined && sql.markdown.length <= detail.sql[weight];
    const kept = shown.filter(isShown);
    const left = shown.length - kept.length;
    return (0,markdown_blocks/* blocks */.Bv)(...kept.map(({ changeset, sql, sqlBytes }) => (0,markdown_blocks/* details */.zH)(sqlTitle(changeset, sqlBytes, links), sql ?? markdown_markdown/* nothing */.s6)), left === 0
        ? markdown_markdown/* nothing */.s6
        : (0,markdown_markdown/* inline */.mG) `*The SQL of ${(0,wording/* count */.U9)(left, 'changeset')} is left out here for its size: it is in the ${summaryLink(links)} and in the files.*`);
}
function sqlTitle({ key, statements, sqlFile }, bytes, links) {
    const title = (0,visible/* clamp */.qE)(key, 100);
    return (0,markdown_markdown/* inline */.mG) `SQL of <code>${title}</code>: ${(0,wording/* count */.U9)(statements.length, 'statement')}, ${(0,wording/* formatSize */.Xq)(bytes)}, ${asHtml(fileLink(sqlFile, links), sqlFile)}`;
}
/** In a `summary` there is no Markdown, only HTML. */
function asHtml({ markdown }, file) {
    const [, opening = ''] = /^(<a href="[^"]*">)/.exec(markdown) ?? [];
    return { markdown: `${opening}${(0,markdown_markdown/* text */.Qq)(file, 200).markdown}${opening === '' ? '' : '</a>'}` };
}
function summaryLink({ run }) {
    return (0,markdown_markdown/* linked */.q)((0,markdown_markdown/* text */.Qq)('step summary'), run ?? '');
}

;// CONCATENATED MODULE: ./lib/report/comment/comment-detail.js
/** No comment shows more: the summary does. */
const MOST_ROWS = 300;
const ALL = Infinity;
/**
 * What goes first is what a reviewer misses least: the SQL of low risk, the longest of it at first, then that of
 * medium and of high risk, then rows from the end of the plan, those of low risk before others, and the end of long
 * messages. A changeset with a policy error counts as high risk.
 */
const STEPS = [
    { sql: { low: ALL, medium: ALL, high: ALL }, rows: MOST_ROWS, text: 1000 },
    { sql: { low: 4000, medium: ALL, high: ALL }, rows: MOST_ROWS, text: 1000 },
    { sql: { low: 800, medium: ALL, high: ALL }, rows: MOST_ROWS, text: 1000 },
    { sql: { low: 0, medium: ALL, high: ALL }, rows: MOST_ROWS, text: 1000 },
    { sql: { low: 0, medium: 4000, high: ALL }, rows: MOST_ROWS, text: 1000 },
    { sql: { low: 0, medium: 0, high: ALL }, rows: 200, text: 500 },
    { sql: { low: 0, medium: 0, high: 8000 }, rows: 100, text: 500 },
    { sql: { low: 0, medium: 0, high: 2000 }, rows: 100, text: 300 },
    { sql: { low: 0, medium: 0, high: 0 }, rows: 100, text: 300 },
    { sql: { low: 0, medium: 0, high: 0 }, rows: 40, text: 200 },
    { sql: { low: 0, medium: 0, high: 0 }, rows: 15, text: 150 },
    { sql: { low: 0, medium: 0, high: 0 }, rows: 5, text: 80 },
];
/** The most detailed rendering that is no longer than `limit` characters. */
function renderWithin(limit, render) {
    let rendered = '';
    for (const detail of STEPS) {
        rendered = render(detail);
        if (rendered.length <= limit)
            return rendered;
    }
    return cutLines(rendered, limit);
}
/** For what even the last step cannot hold: whole lines from the start, which is where the verdict stands. */
function cutLines(rendered, limit) {
    const end = rendered.lastIndexOf('\n', limit);
    return rendered.slice(0, Math.max(0, end));
}

;// CONCATENATED MODULE: ./lib/report/comment/comment-findings.js





/** What keeps the plan from running, each with the way to correct it. */
function blockingFindings(report, links, detail) {
    const items = [
        ...ofChangesets((0,findings/* blockingViolations */.y9)(report)).map((violation) => violationItem(violation, links, detail)),
        ...report.mismatches.map(({ key, at }) => (0,markdown_markdown/* inline */.mG) `${(0,markdown_markdown/* code */.aY)(key)}, ${placeLink(at, links)}: its SQL is not what ran on the target<br>**Fix:** put the file back as it was, and make the change in a new changeset`),
        ...(0,findings/* problemsToShow */.hS)(report).map((problem) => problemItem(problem, links, detail)),
    ];
    return (0,markdown_blocks/* section */.uW)('What has to change first', cutList(items, detail));
}
/** Changes of data contracts: those that block, those that cannot be judged, and those that a major version excuses. */
function readers(report, links, detail) {
    const items = (0,findings/* contractViolations */.hh)(report).map(({ rule, at, message, fix, excused: reason }) => {
        const next = reason === undefined
            ? (0,markdown_markdown/* inline */.mG) `**Fix:** ${(0,markdown_markdown/* text */.Qq)(fix, detail.text)}`
            : (0,markdown_markdown/* inline */.mG) `**Meant:** ${(0,markdown_markdown/* text */.Qq)(reason, detail.text)}`;
        return (0,markdown_markdown/* inline */.mG) `**${rule}** in ${placeLink(at, links)}: ${(0,markdown_markdown/* text */.Qq)(message, detail.text)}<br>${next}`;
    });
    return (0,markdown_blocks/* section */.uW)('Who reads this may break', cutList(items, detail));
}
function ofChangesets(violations) {
    return violations.filter((violation) => !(0,findings/* isOfContract */._h)(violation));
}
/** What a person should look at though it stops nothing. */
function warnings(report, links, detail) {
    const items = [
        ...ofChangesets((0,findings/* warningViolations */.j6)(report)).map((violation) => violationItem(violation, links, detail)),
        ...(0,findings/* warningsToShow */.aI)(report).map((problem) => problemItem(problem, links, detail)),
    ];
    return (0,markdown_blocks/* section */.uW)('Worth a look', cutList(items, detail));
}
/** Violations that pass, each with the reason for which it does. */
function excused({ ...report }, links, detail) {
    const found = ofChangesets((0,findings/* excusedViolations */.Ku)(report));
    const items = found.map((violation) => (0,markdown_markdown/* inline */.mG) `${head(violation, links)}: ${(0,markdown_markdown/* text */.Qq)(violation.message, detail.text)}<br>**Excused:** ${(0,markdown_markdown/* text */.Qq)(violation.excused ?? '', detail.text)}`);
    return (0,markdown_blocks/* details */.zH)((0,markdown_markdown/* inline */.mG) `${(0,wording/* count */.U9)(found.length, 'excused violation')}`, cutList(items, detail));
}
function violationItem(violation, links, detail) {
    const { message, fix } = violation;
    return (0,markdown_markdown/* inline */.mG) `${head(violation, links)}: ${(0,markdown_markdown/* text */.Qq)(message, detail.text)}<br>**Fix:** ${(0,markdown_markdown/* text */.Qq)(fix, detail.text)}`;
}
function head({ rule, changeset, at }, links) {
    return (0,markdown_markdown/* inline */.mG) `**${rule}** in ${(0,markdown_markdown/* code */.aY)(changeset ?? '')}, ${placeLink(at, links)}`;
}
function problemItem({ at, message, fix }, links, detail) {
    const place = at ? (0,markdown_markdown/* inline */.mG) `${placeLink(at, links)}: ` : markdown_markdown/* nothing */.s6;
    const next = fix === undefined ? markdown_markdown/* nothing */.s6 : (0,markdown_markdown/* inline */.mG) `<br>**Fix:** ${(0,markdown_markdown/* text */.Qq)(fix, detail.text)}`;
    return (0,markdown_markdown/* inline */.mG) `${place}${(0,markdown_markdown/* text */.Qq)(message, detail.text)}${next}`;
}
function cutList(items, detail) {
    const { shown, rest } = (0,markdown_blocks/* atMost */.Tu)(items, Math.min(detail.rows, 50));
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* list */.p_)(shown), rest);
}

// EXTERNAL MODULE: ./lib/report/filtered.js
var report_filtered = __webpack_require__(49876);
;// CONCATENATED MODULE: ./lib/report/comment/comment-footer.js




/** What a failure would cost, how to deploy exactly this, and where all of it comes from. */
function footer(report, links) {
    const { planHash, guarantee, pending, filtered, schemaBytes } = report;
    const isPlan = planHash !== undefined && pending.length > 0;
    const facts = [
        isPlan && guarantee ? [(0,markdown_markdown/* inline */.mG) `**If it fails:** ${cost(guarantee, schemaBytes)}`] : [],
        isPlan
            ? [
                (0,markdown_markdown/* inline */.mG) `**Plan hash:** ${(0,markdown_markdown/* code */.aY)(planHash)} – pass it as ${(0,markdown_markdown/* code */.aY)('expected-plan-hash')} to deploy this and nothing else`,
            ]
            : [],
        (0,report_filtered/* keptOut */.x)(filtered).length > 0 ? [(0,markdown_markdown/* inline */.mG) `**Not in this plan:** ${(0,report_filtered/* countReasons */.V)(filtered)}`] : [],
    ];
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* section */.uW)('Before you deploy', (0,markdown_blocks/* list */.p_)(facts.flat())), origin(report, links));
}
/** Where the words come from: one small line. */
function origin(report, links) {
    const { target, comparedWith, changelogFile, finishedAt } = report;
    const parts = [
        target ? [(0,markdown_markdown/* inline */.mG) `${target.schema} on ${target.host}, MySQL ${target.serverVersion}`] : [],
        changelogFile === '' ? [] : [(0,markdown_markdown/* inline */.mG) `${changelogFile}`],
        comparedWith === undefined ? [] : [(0,markdown_markdown/* inline */.mG) `compared with ${comparedWith.slice(0, 7)}`],
        links.commit === undefined ? [] : [(0,markdown_markdown/* inline */.mG) `at ${links.commit.slice(0, 7)}`],
        [(0,markdown_markdown/* inline */.mG) `${finishedAt.slice(0, 16).replace('T', ' ')} UTC`],
        links.run === undefined ? [] : [(0,markdown_markdown/* linked */.q)((0,markdown_markdown/* text */.Qq)('workflow run'), links.run)],
    ];
    const line = parts
        .flat()
        .map(({ markdown }) => markdown)
        .join(' · ');
    return { markdown: `<sub>${line}</sub>` };
}
function cost(guarantee, schemaBytes) {
    const { kind, reasons, exceptions = [] } = guarantee;
    const size = schemaBytes === undefined || schemaBytes === 0 || kind === 'none'
        ? markdown_markdown/* nothing */.s6
        : (0,markdown_markdown/* inline */.mG) ` (${(0,wording/* formatStorage */.Zl)(schemaBytes)} to move)`;
    const except = exceptions.map((exception) => `, except ${exception}`).join('');
    return (0,markdown_markdown/* inline */.mG) `${outcome(kind)}${(0,markdown_markdown/* text */.Qq)(except, 600)}${size}.${whyNotBetter(kind, reasons)}`;
}
function outcome(kind) {
    switch (kind) {
        case 'none':
            return (0,markdown_markdown/* inline */.mG) `**nothing is restored**, what ran by then stays`;
        case 'snapshot':
            return (0,markdown_markdown/* inline */.mG) `the backup that is taken right before is restored, and **what others write meanwhile is undone**`;
        case 'lossless':
            return (0,markdown_markdown/* inline */.mG) `the backup that is taken right before is restored, and what others write meanwhile is kept`;
        case 'in-place':
            return (0,markdown_markdown/* inline */.mG) `the backup that is taken right before is loaded into the live schema: what others write meanwhile is undone, and **a restore that fails leaves the schema incomplete**`;
    }
}
function whyNotBetter(kind, reasons) {
    if (reasons.length === 0)
        return markdown_markdown/* nothing */.s6;
    const lead = kind === 'lossless' ? 'It depends' : 'Why not better';
    const why = reasons.map(({ message }) => message).join('; ');
    return (0,markdown_markdown/* inline */.mG) `<br><sub>${lead}: ${(0,markdown_markdown/* text */.Qq)(why, 400)}</sub>`;
}

;// CONCATENATED MODULE: ./lib/report/comment/comment-headline.js




const LIGHTS = { low: '🟢', medium: '🟡', high: '🔴' };
/** The verdict, for a person who reads nothing else. */
function headline(report) {
    if (report.result === 'unknown')
        return (0,markdown_markdown/* inline */.mG) `❓ ${nameOf(report)} did not answer: what would run there is not known`;
    if (report.result !== 'ok')
        return (0,markdown_markdown/* inline */.mG) `⛔ ${refusal(report)}`;
    if (report.pending.length === 0)
        return (0,markdown_markdown/* inline */.mG) `${hasAltered(report) || mayBreak(report) ? '🟡' : '✅'} ${nothingToDo(report)}`;
    return (0,markdown_markdown/* inline */.mG) `${light(report)} ${plan(report)}`;
}
/** What is pending, for a plan that is refused: the headline says why. */
function whatIsPending(report) {
    return report.result !== 'ok' && report.pending.length > 0 ? (0,markdown_markdown/* inline */.mG) `${plan(report)}.` : markdown_markdown/* nothing */.s6;
}
function refusal(report) {
    if (report.mode === 'validate')
        return (0,markdown_markdown/* inline */.mG) `This pull request cannot be merged as it is: ${why(report)}`;
    if (report.planHash === undefined)
        return (0,markdown_markdown/* inline */.mG) `No plan for ${nameOf(report)}: ${why(report)}`;
    return (0,markdown_markdown/* inline */.mG) `${nameOf(report)} would refuse this: ${why(report)}`;
}
/** Counts of what is in the way; the words of a problem only where it is the only one. */
function why(report) {
    const problems = (0,findings/* problemsToShow */.hS)(report);
    const merged = problems.filter(({ code: kind }) => kind === 'merged-changeset').length;
    const others = problems.length - merged;
    const blocking = (0,findings/* blockingViolations */.y9)(report);
    const contracts = blocking.filter(findings/* isOfContract */._h).length;
    const parts = [
        [blocking.length - contracts, 'policy violation', 'policy violations'],
        [contracts, 'broken promise of a data contract', 'broken promises of a data contract'],
        [merged, 'merged changeset is changed', 'merged changesets are changed'],
        [report.mismatches.length, 'checksum mismatch', 'checksum mismatches'],
        [others, 'problem', 'problems'],
    ];
    const found = parts.filter(([number]) => number > 0);
    const [first] = problems;
    if (first && found.length === 1 && others === 1)
        return (0,markdown_markdown/* text */.Qq)(first.message, 200);
    return found.length === 0
        ? (0,markdown_markdown/* text */.Qq)('no reason was given')
        : (0,markdown_markdown/* text */.Qq)(found.map(([number, one, many]) => (0,wording/* count */.U9)(number, one, many)).join(' and '));
}
function nothingToDo(report) {
    if (report.mode !== 'validate')
        return (0,markdown_markdown/* inline */.mG) `Nothing pending on ${nameOf(report)}`;
    if (report.comparedWith === undefined)
        return (0,markdown_markdown/* inline */.mG) `The changelog is valid: ${(0,wording/* count */.U9)(report.changesetCount ?? 0, 'changeset')}`;
    if (hasAltered(report))
        return (0,markdown_markdown/* inline */.mG) `This pull request adds no changeset and ${altering(report)}`;
    if (mayBreak(report))
        return (0,markdown_markdown/* inline */.mG) `This pull request adds no changeset; who reads a data contract may break`;
    return (0,markdown_markdown/* inline */.mG) `This pull request adds no changeset; the changelog is valid`;
}
function mayBreak(report) {
    return (0,findings/* contractViolations */.hh)(report).length > 0;
}
/** What is declared otherwise of merged changesets: easy to overlook, and it may run SQL that nobody sees here. */
function alteredCount({ warnings }) {
    return warnings.filter(({ code: kind }) => kind === 'merged-changeset').length;
}
function hasAltered(report) {
    return report.mode === 'validate' && alteredCount(report) > 0;
}
function altering(report) {
    const number = alteredCount(report);
    return number === 1 ? 'alters how 1 merged changeset runs' : `alters how ${number} merged changesets run`;
}
function plan(report) {
    const number = (0,wording/* count */.U9)(report.pending.length, 'changeset');
    const lead = report.mode === 'validate'
        ? (0,markdown_markdown/* inline */.mG) `This pull request ${ofPullRequest(report)}`
        : (0,markdown_markdown/* inline */.mG) `${number} would run on ${nameOf(report)}`;
    const parts = [risks(report), largest(report)].filter(({ markdown }) => markdown !== '');
    if (parts.length === 0)
        return lead;
    return (0,markdown_markdown/* inline */.mG) `${lead}: ${{ markdown: parts.map(({ markdown }) => markdown).join(', ') }}`;
}
function ofPullRequest(report) {
    const { pending } = report;
    const added = pending.filter(({ reason }) => reason === 'new').length;
    const rerun = pending.length - added;
    const parts = [
        added > 0 ? [`adds ${(0,wording/* count */.U9)(added, 'changeset')}`] : [],
        rerun > 0 ? [`changes ${(0,wording/* count */.U9)(rerun, 'changeset')} that ${rerun === 1 ? 'runs' : 'run'} again`] : [],
        hasAltered(report) ? [altering(report)] : [],
    ].flat();
    const last = parts.pop();
    return parts.length === 0 ? (last ?? '') : `${parts.join(', ')} and ${last}`;
}
function risks({ pending }) {
    const number = (risk) => pending.filter((changeset) => changeset.risk === risk).length;
    const [high, medium] = [number('high'), number('medium')];
    if (high > 0)
        return (0,markdown_markdown/* inline */.mG) `${high} high risk`;
    return medium > 0 ? (0,markdown_markdown/* inline */.mG) `${medium} medium risk` : markdown_markdown/* nothing */.s6;
}
/** The largest table of the plan is the one that a reviewer worries about. */
function largest({ tables, pending }) {
    const [first, ...others] = tables.toSorted((left, right) => right.bytes - left.bytes);
    const names = new Set(pending.flatMap((changeset) => changeset.tables));
    if (!first)
        return names.size > 0 ? (0,markdown_markdown/* inline */.mG) `touches ${list([...names])}` : markdown_markdown/* nothing */.s6;
    const rest = others.length === 0 ? markdown_markdown/* nothing */.s6 : (0,markdown_markdown/* inline */.mG) ` and ${(0,wording/* count */.U9)(others.length, 'more table')}`;
    return (0,markdown_markdown/* inline */.mG) `touches ${tableWithSize(first)}${rest}`;
}
function tableWithSize(table) {
    return (0,markdown_markdown/* inline */.mG) `${(0,markdown_markdown/* code */.aY)(table.name, 64)} (${tableSize(table)})`;
}
function list(names) {
    const shown = names.slice(0, 2).map((name) => (0,markdown_markdown/* code */.aY)(name, 64).markdown);
    const missing = names.length - shown.length;
    return {
        markdown: missing > 0 ? `${shown.join(', ')} and ${(0,wording/* count */.U9)(missing, 'more table')}` : shown.join(' and '),
    };
}
function light(report) {
    if ((0,findings/* blockingViolations */.y9)(report).length > 0)
        return '⛔';
    const risksOf = new Set(report.pending.map(({ risk }) => risk));
    if (risksOf.has('high'))
        return LIGHTS.high;
    return risksOf.has('medium') || hasAltered(report) || mayBreak(report) ? LIGHTS.medium : LIGHTS.low;
}
function nameOf({ environment, target }) {
    if (environment !== undefined)
        return (0,markdown_markdown/* code */.aY)(environment, 100);
    return target ? (0,markdown_markdown/* inline */.mG) `${(0,markdown_markdown/* code */.aY)(target.schema, 64)} on ${(0,markdown_markdown/* code */.aY)(target.host, 100)}` : (0,markdown_markdown/* inline */.mG) `the target`;
}

;// CONCATENATED MODULE: ./lib/report/comment/comment.js








/** GitHub refuses a comment of more than 65,536 characters. */
const COMMENT_LIMIT = 65_000;
/** The comment under a pull request: verdict, what has to change, the plan with its SQL, and what a failure costs. */
function renderComment(report, options, limit = COMMENT_LIMIT) {
    const { marker, links } = options;
    if (isClean(report))
        return `${marker}\n\n${(0,markdown_blocks/* blocks */.Bv)(cleanLine(report, links), note(options)).markdown}\n`;
    const shown = toShown(report, MOST_ROWS);
    return renderWithin(limit, (detail) => `${marker}\n\n${body(report, shown, options, detail).markdown}\n`);
}
/** Nothing to decide and nothing to look at: one line says so. */
function isClean(report) {
    const contracts = (0,findings/* contractViolations */.hh)(report).length;
    const remarks = (0,findings/* warningsToShow */.aI)(report).length + (0,findings/* warningViolations */.j6)(report).length + contracts;
    return report.result === 'ok' && report.pending.length === 0 && remarks === 0;
}
function cleanLine(report, { run }) {
    const more = run === undefined ? markdown_markdown/* nothing */.s6 : (0,markdown_markdown/* inline */.mG) ` <sub>(${(0,markdown_markdown/* linked */.q)((0,markdown_markdown/* text */.Qq)('workflow run'), run)})</sub>`;
    return (0,markdown_markdown/* inline */.mG) `${headline(report)}.${more}`;
}
function body(report, shown, options, detail) {
    const { links } = options;
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_markdown/* inline */.mG) `### ${headline(report)}`, whatIsPending(report), readers(report, links, detail), blockingFindings(report, links, detail), warnings(report, links, detail), excused(report, links, detail), changesets(report, shown, links, detail), footer(report, links), note(options));
}
function note({ note: words }) {
    return words === undefined ? markdown_markdown/* nothing */.s6 : (0,markdown_markdown/* inline */.mG) `<sub>${words}</sub>`;
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./lib/github/api.js


const DEADLINE = 30_000;
const LONGEST_REQUEST = 10_000;
const MOST_ATTEMPTS = 4;
/**
 * Does a task with the API. The task is begun again, after the pause that GitHub asks for, when the service is out of
 * order, out of reach or asks to slow down; so it must be one that can be repeated. Throws what the last attempt threw.
 */
async function withApi(access, task) {
    const deadline = Date.now() + (access.deadline ?? DEADLINE);
    const ask = await openApi(access, deadline);
    for (let attempt = 1;; attempt += 1) {
        try {
            return await task(ask);
        }
        catch (error) {
            const pause = pauseAfter(error, attempt);
            if (pause === undefined || attempt === MOST_ATTEMPTS || Date.now() + pause >= deadline)
                throw error;
            await (0,promises_.setTimeout)(pause);
        }
    }
}
/** The status and words of a refusal; anything that the client did not throw is our bug and thrown on. */
function readRefusal(error) {
    if (!(error instanceof Error))
        throw error;
    const { status, response } = error;
    if (status === undefined)
        throw error;
    const message = response ? error.message.split(' - https://')[0] : innermost(error);
    return { status: response ? status : 0, message: message ?? '' };
}
/** "fetch failed" says nothing; what it was caused by does. */
function innermost(error) {
    const { cause, code } = error;
    if (typeof cause === 'object' && cause !== null)
        return innermost(cause);
    return error.message === '' ? String(code) : error.message;
}
/** Whether the same request may well be answered in a while. */
function isPassing(error) {
    return pauseAfter(error, 1) !== undefined;
}
/** Loaded when it is needed: most runs make no comment. */
async function openApi(access, deadline) {
    const { getOctokit } = await Promise.all(/* import() */[__webpack_require__.e(31), __webpack_require__.e(803)]).then(__webpack_require__.bind(__webpack_require__, 68803));
    const [owner = '', repo = ''] = access.repository.split('/');
    const octokit = getOctokit(access.token ?? '', {
        ...(access.url === undefined ? {} : { baseUrl: access.url }),
        log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    });
    return async (route, values = {}) => {
        const left = Math.max(1, Math.min(LONGEST_REQUEST, deadline - Date.now()));
        const controller = new AbortController();
        const giveUp = () => controller.abort(new Error(`no answer within ${(0,wording/* formatDuration */.a3)(left)}`));
        const timer = setTimeout(giveUp, left);
        try {
            return await octokit.request(route, { owner, repo, ...values, request: { signal: controller.signal } });
        }
        finally {
            clearTimeout(timer);
        }
    };
}
function ignore() {
    // Its warnings are for whoever writes the client.
}
/** Milliseconds to wait before another attempt; undefined where that would change nothing. */
function pauseAfter(error, attempt) {
    const { status, response, message } = error;
    if (status === undefined)
        return undefined;
    const headers = response?.headers ?? {};
    const backoff = 500 * 2 ** (attempt - 1);
    const asked = Number(headers['retry-after']);
    const isLimit = status === 429 ||
        (status === 403 &&
            (asked > 0 || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message)));
    if (!isLimit && status < 500)
        return undefined;
    if (asked > 0)
        return asked * 1000;
    const reset = Number(headers['x-ratelimit-reset']);
    if (isLimit && reset > 0)
        return Math.max(backoff, reset * 1000 - Date.now());
    return backoff;
}

;// CONCATENATED MODULE: ./lib/github/comment/sticky-comment.js

/** What `GITHUB_TOKEN` writes as. */
const ACTIONS_BOT = 'github-actions[bot]';
const PAGE = 100;
const COMMENTS = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
/**
 * Creates the comment, or brings the one up to date that carries its marker and is the token's own: whoever copies the
 * marker into a comment does not get it overwritten. Of several own ones the first is kept.
 */
async function publishSticky(access, comment) {
    await withApi(access, async (ask) => {
        const marked = (await listComments(ask, comment.number)).filter(({ body }) => body.startsWith(comment.marker));
        const isMine = marked.length === 0 ? () => false : await identity(ask);
        const [mine, ...duplicates] = marked.filter(isMine);
        if (mine && comment.isNewer(mine.body))
            return;
        await write(ask, mine, comment);
        for (const { id } of duplicates) {
            await ask('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', { comment_id: id });
        }
    });
}
async function write(ask, mine, { number, body }) {
    if (mine?.body === body)
        return;
    if (mine) {
        try {
            await ask('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { comment_id: mine.id, body });
            return;
        }
        catch (error) {
            // Somebody deleted it since it was listed.
            if (readRefusal(error).status !== 404)
                throw error;
        }
    }
    await ask('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { issue_number: number, body });
}
async function listComments(ask, number) {
    const comments = [];
    for (let page = 1;; page += 1) {
        const { data, headers } = await ask(COMMENTS, { issue_number: number, per_page: PAGE, page });
        // An answer that broke off must not look like "no comments": a second one would be made.
        if (!Array.isArray(data))
            throw Object.assign(new Error('the list of comments is no list'), { status: 500 });
        comments.push(...data.map(toComment));
        if (!/rel="next"/.test(typeof headers['link'] === 'string' ? headers['link'] : ''))
            return comments;
    }
}
function toComment(value) {
    const { id, body, user } = value;
    return { id, body: body ?? '', authorId: user?.id, author: user?.login ?? '' };
}
/**
 * Whose comments are the token's own. A token of a person may ask for itself; one of an app may not, and GraphQL knows.
 * Where neither answers it is what a workflow has unless somebody changed it.
 */
async function identity(ask) {
    const id = (await viewer(ask)) ?? (await user(ask));
    if (id !== undefined)
        return ({ authorId }) => authorId === id;
    return ({ author }) => author === ACTIONS_BOT;
}
async function viewer(ask) {
    return known(async () => {
        const { data } = await ask('POST /graphql', { query: '{ viewer { databaseId } }' });
        return data.data?.viewer
            ?.databaseId;
    });
}
async function user(ask) {
    return known(async () => {
        const { data } = await ask('GET /user');
        return data.id;
    });
}
/** The number that was asked for, or undefined where this token may not know; trouble with the service is thrown on. */
async function known(question) {
    try {
        const answer = await question();
        return typeof answer === 'number' ? answer : undefined;
    }
    catch (error) {
        if (isPassing(error))
            throw error;
        readRefusal(error);
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/github/comment/comment.js




/** Publishes the report as the one comment of its kind; gives back why that was not possible, and never throws it. */
async function publishComment(report, request) {
    const { access, number, identity, run, links, note } = request;
    if (access.token === undefined) {
        const fix = 'pass github-token, or set comment: never';
        return { code: 'publish-failed', message: `${what(number)}: there is no token`, fix };
    }
    const marker = commentMarker(identity);
    const options = { marker: `${marker}\n${runMarker(run)}`, links, ...(note === undefined ? {} : { note }) };
    try {
        const body = renderComment(report, options);
        await publishSticky(access, { number, marker, body, isNewer: (there) => isOfLaterRun(there, run) });
        return undefined;
    }
    catch (error) {
        return describe(readRefusal(error), request);
    }
}
function what(number) {
    return `the comment on pull request #${number} could not be published`;
}
function describe(refusal, { number, isFork }) {
    const { status, message } = refusal;
    const said = status === 0 ? message : `${status} ${message}`;
    return { code: 'publish-failed', message: `${what(number)}: ${said}`, fix: fixOf(refusal, isFork) };
}
function fixOf({ status, message }, isFork) {
    if (status === 403 && /rate limit/i.test(message))
        return 'GitHub asks to slow down: run the job again later';
    if ((status === 403 || status === 404) && isFork) {
        return 'the token of a pull request from a fork may only read: save the report file as an artifact, and publish it with mode: comment in a workflow that runs on workflow_run';
    }
    if (status === 401)
        return 'github-token is not valid: pass ${{ github.token }}';
    if (status === 403 || status === 404)
        return 'give the job `permissions: pull-requests: write`, or set comment: never';
    if (status === 422)
        return 'please report this: GitHub refuses the text';
    return 'see https://www.githubstatus.com, and run the job again for the comment; nothing else depends on it';
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
;// CONCATENATED MODULE: ./lib/github/post-state.js

/** The runner sends SIGINT and, 7.5 s later, SIGTERM; what is left to say takes some of that. */
const PATIENCE_MS = 7500 - 2500;
/** Without a file nobody runs post, and everything is main's. */
function openPostState(file) {
    let interruptedAt;
    let isLeft = false;
    let canHandOver = file !== undefined;
    const save = (name, value) => {
        if (file === undefined)
            return;
        try {
            // At once: the process may be killed at any time. Values of ours have no line feeds.
            (0,external_node_fs_.appendFileSync)(file, `${name}=${value}\n`);
        }
        catch {
            // Post is a convenience: what it cannot be told, the next run finds in the database.
            canHandOver = false;
        }
    };
    return {
        begin: (runId) => save('run-id', runId),
        noteInterrupt: () => {
            interruptedAt ??= Date.now();
            save('interrupted-at', String(interruptedAt));
        },
        noteBackup: (ref, path) => {
            save('backup-ref', ref);
            save('backup-file', path);
        },
        takesOver: (milliseconds) => {
            if (!canHandOver || interruptedAt === undefined)
                return false;
            isLeft ||= Date.now() + milliseconds > interruptedAt + PATIENCE_MS;
            return isLeft;
        },
        end: (result) => {
            // The server may be back by then.
            isLeft ||= result === 'unknown';
            if (!isLeft)
                save('finished', 'true');
            return isLeft ? 'left' : 'finished';
        },
    };
}
/** Reads what main left; undefined where post has nothing to do. */
function readLeftForPost(env) {
    const runId = env['STATE_run-id'];
    if (runId === undefined || env['STATE_finished'] !== undefined)
        return undefined;
    const interruptedAt = Number(env['STATE_interrupted-at']);
    const [ref, path] = [env['STATE_backup-ref'], env['STATE_backup-file']];
    return {
        runId,
        interruptedAt: Number.isFinite(interruptedAt) && interruptedAt > 0 ? interruptedAt : undefined,
        backup: ref === undefined || path === undefined ? undefined : { ref, path },
    };
}

// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./lib/wording/workflow-command.js
var workflow_command = __webpack_require__(3742);
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
                message: withFix(`changeset ${key} ran with checksum ${recorded} but its file has ${current} now`, 'put the file back as it was when it ran, and make the change in a new changeset; if both texts are right, list the recorded checksum under validCheckSum'),
            })),
        ]),
        ...atLevel('warning', [
            ...(0,findings/* warningViolations */.j6)(report).map(aboutViolation),
            ...(0,findings/* warningsToShow */.aI)(report).map(aboutProblem),
        ]),
        ...atLevel('notice', (0,findings/* excusedViolations */.Ku)(report).map(aboutExcused)),
    ];
}
/** One remark that belongs to no file. */
function remark(level, title, message) {
    return atLevel(level, [{ title, at: undefined, message }]);
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

// EXTERNAL MODULE: ./lib/pipeline/pipeline-outcome.js
var pipeline_outcome = __webpack_require__(75784);
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
        'database-state': report.state.live,
        'run-id': report.runId,
        'plan-hash': report.planHash,
        'plan-parts': report.planParts && (0,workflow_command/* toSafeJson */.D)(report.planParts),
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
        'rejected-count': report.pipeline && String((0,pipeline_outcome/* rejectedCount */.C)(report.pipeline)),
        'failed-checks': report.pipeline && toList((0,pipeline_outcome/* failedChecks */.H)(report.pipeline).map(toCheck)),
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
function toCheck({ name, severity, metric, threshold }) {
    return { name: (0,visible/* clamp */.qE)(name, 255), severity, metric: metric ?? null, threshold };
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

// EXTERNAL MODULE: ./lib/report/schema/report-json.js
var report_json = __webpack_require__(52864);
;// CONCATENATED MODULE: ./lib/report/markdown/detail.js
/** A longer table helps nobody; the report file has all of it. */
const detail_MOST_ROWS = 2000;
/** Everything first; then without the largest SQL, without any, and with fewer and shorter rows. */
const detail_STEPS = [
    { sqlBytes: Infinity, rows: detail_MOST_ROWS, text: 1000 },
    { sqlBytes: 65_536, rows: detail_MOST_ROWS, text: 1000 },
    { sqlBytes: 16_384, rows: detail_MOST_ROWS, text: 1000 },
    { sqlBytes: 4096, rows: detail_MOST_ROWS, text: 1000 },
    { sqlBytes: 1024, rows: detail_MOST_ROWS, text: 1000 },
    { sqlBytes: 0, rows: detail_MOST_ROWS, text: 500 },
    { sqlBytes: 0, rows: 1000, text: 300 },
    { sqlBytes: 0, rows: 200, text: 300 },
    { sqlBytes: 0, rows: 50, text: 200 },
    { sqlBytes: 0, rows: 10, text: 100 },
];
/** The most detailed rendering that is no longer than `limit` bytes of UTF-8. */
function detail_renderWithin(limit, render) {
    let rendered = '';
    for (const detail of detail_STEPS) {
        rendered = render(detail);
        if (Buffer.byteLength(rendered) <= limit)
            return rendered;
    }
    return detail_cutLines(rendered, limit);
}
/** For what even the last step cannot hold: whole lines from the start, which is where the verdict stands. */
function detail_cutLines(rendered, limit) {
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

// EXTERNAL MODULE: ./lib/report/next-steps.js
var next_steps = __webpack_require__(78600);
;// CONCATENATED MODULE: ./lib/report/summary/summary-about.js



/** The facts that tell this run from others: target, selection, plan hash, run, commit and times. */
function aboutRun(report, detail) {
    const { planHash, sqlFile, gitSha, contexts, labels } = report;
    const facts = [
        ['target', report.target ? target(report.target) : markdown_markdown/* nothing */.s6],
        ['changelog', changelog(report)],
        ['contexts', (0,markdown_markdown/* code */.aY)(contexts.join(', '), detail.text)],
        ['labels', (0,markdown_markdown/* code */.aY)(labels, detail.text)],
        ['plan hash', (0,markdown_markdown/* code */.aY)(planHash ?? '')],
        ['a failure', (0,markdown_markdown/* text */.Qq)(report.guarantee ? (0,wording/* describeGuarantee */.Ey)(report.guarantee) : '', detail.text)],
        ['SQL file', (0,markdown_markdown/* code */.aY)(sqlFile ?? '', detail.text)],
        ['run', run(report)],
        ['actor', (0,markdown_markdown/* code */.aY)(report.actor)],
        ['commit', (0,markdown_markdown/* code */.aY)(gitSha ?? '')],
        ['time', (0,markdown_markdown/* inline */.mG) `${report.startedAt}, took ${(0,wording/* formatDuration */.a3)((0,wording/* runDuration */.Eo)(report))}`],
    ];
    const rows = facts.filter(([, fact]) => fact.markdown !== '').map(([name, fact]) => [(0,markdown_markdown/* text */.Qq)(name), fact]);
    return (0,markdown_blocks/* table */.tp)(['This run', ''], rows);
}
function target({ host, port, schema, user, serverVersion }) {
    return (0,markdown_markdown/* inline */.mG) `${(0,markdown_markdown/* code */.aY)(schema)} on ${(0,markdown_markdown/* code */.aY)(`${host}:${port}`)} as ${(0,markdown_markdown/* code */.aY)(user)}, MySQL ${serverVersion}`;
}
function changelog({ changelogFile, changesetCount }) {
    const number = changesetCount === undefined ? '' : `, ${(0,wording/* count */.U9)(changesetCount, 'changeset')}`;
    return (0,markdown_markdown/* inline */.mG) `${(0,markdown_markdown/* code */.aY)(changelogFile)}${number}`;
}
function run({ runId, runUrl }) {
    if (runUrl !== undefined)
        return (0,markdown_markdown/* link */.nf)(runId ?? 'workflow run', runUrl);
    return (0,markdown_markdown/* code */.aY)(runId ?? '');
}

// EXTERNAL MODULE: ./lib/report/summary/summary-backup.js
var summary_backup = __webpack_require__(88319);
// EXTERNAL MODULE: ./lib/report/changeset-status.js
var changeset_status = __webpack_require__(14446);
;// CONCATENATED MODULE: ./lib/report/summary/summary-changesets.js





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
        (0,markdown_markdown/* text */.Qq)((0,wording/* formatNumber */.ZV)(number)),
        (0,markdown_markdown/* code */.aY)(key),
        (0,markdown_markdown/* text */.Qq)((0,changeset_status/* markStatus */.O)(report, changeset)),
        risk === 'high' ? (0,markdown_markdown/* inline */.mG) `**high**` : (0,markdown_markdown/* text */.Qq)(risk),
        (0,markdown_markdown/* code */.aY)(contexts),
        (0,markdown_markdown/* code */.aY)(labels.join(', ')),
        (0,markdown_markdown/* inline */.mG) `${(0,wording/* count */.U9)(statements.length, 'statement')} in ${(0,markdown_markdown/* code */.aY)(sqlFile)}`,
        durationMs === undefined ? markdown_markdown/* nothing */.s6 : (0,markdown_markdown/* text */.Qq)((0,wording/* formatDuration */.a3)(durationMs)),
        (0,markdown_markdown/* text */.Qq)(comment ?? '', detail.text),
    ];
}
/** What is not in the plan: a count of what already ran, and the reason of each that contexts or labels keep out. */
function filteredChangesets({ filtered, mode }, detail) {
    const kept = (0,report_filtered/* keptOut */.x)(filtered);
    if (filtered.length === 0 || (mode === 'verify' && kept.length === 0))
        return markdown_markdown/* nothing */.s6;
    const title = `Not in the plan: ${(0,report_filtered/* countReasons */.V)(filtered)}`;
    if (kept.length === 0)
        return (0,markdown_markdown/* text */.Qq)(title);
    const { shown, rest } = (0,markdown_blocks/* atMost */.Tu)(kept, detail.rows);
    const rows = shown.map(({ key, detail: why }) => [(0,markdown_markdown/* code */.aY)(key), (0,markdown_markdown/* text */.Qq)(why, detail.text)]);
    return (0,markdown_blocks/* details */.zH)(title, (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* table */.tp)(['changeset', 'why'], rows), rest));
}

;// CONCATENATED MODULE: ./lib/report/summary/summary-findings.js





/** Problems with their place and fix, one an item. */
function problemList(problems, detail) {
    const { shown, rest } = (0,markdown_blocks/* atMost */.Tu)(problems, detail.rows);
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* list */.p_)(shown.map((problem) => summary_findings_problemItem(problem, detail))), rest);
}
function summary_findings_problemItem({ at, message, fix }, detail) {
    const place = at ? (0,markdown_markdown/* inline */.mG) `${where(at)}: ` : markdown_markdown/* nothing */.s6;
    const next = fix === undefined ? markdown_markdown/* nothing */.s6 : (0,markdown_markdown/* inline */.mG) `<br>**Fix:** ${(0,markdown_markdown/* text */.Qq)(fix, detail.text)}`;
    return (0,markdown_markdown/* inline */.mG) `${place}${(0,markdown_markdown/* text */.Qq)(message, detail.text)}${next}`;
}
function where(at) {
    return (0,markdown_markdown/* code */.aY)((0,errors/* formatLocation */.j$)(at));
}
/** What blocks first, then what only warns; the excused ones have a table of their own. */
function violationTable(report, detail) {
    const violations = [...(0,findings/* blockingViolations */.y9)(report), ...(0,findings/* warningViolations */.j6)(report)];
    const { shown, rest } = (0,markdown_blocks/* atMost */.Tu)(violations, detail.rows);
    const header = ['severity', 'rule', 'changeset', 'where', 'finding', 'fix'];
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* table */.tp)(header, shown.map((violation) => [...violationCells(violation, detail), (0,markdown_markdown/* text */.Qq)(violation.fix, detail.text)])), rest);
}
/** Violations that pass, each with the reason for which it does. */
function excusedTable(report, detail) {
    const { shown, rest } = (0,markdown_blocks/* atMost */.Tu)((0,findings/* excusedViolations */.Ku)(report), detail.rows);
    const header = ['severity', 'rule', 'changeset', 'where', 'finding', 'excused because'];
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* table */.tp)(header, shown.map((violation) => [
        ...violationCells(violation, detail),
        (0,markdown_markdown/* text */.Qq)(violation.excused ?? '', detail.text),
    ])), rest);
}
function violationCells(violation, detail) {
    const { severity, rule, changeset, at, message } = violation;
    const isBlocking = severity === 'error' && violation.excused === undefined;
    return [
        isBlocking ? (0,markdown_markdown/* inline */.mG) `**${severity}**` : (0,markdown_markdown/* text */.Qq)(severity),
        (0,markdown_markdown/* code */.aY)(rule),
        changeset === undefined ? (0,markdown_markdown/* text */.Qq)('a contract') : (0,markdown_markdown/* code */.aY)(changeset),
        where(at),
        (0,markdown_markdown/* text */.Qq)(message, detail.text),
    ];
}
/** Changesets whose SQL is not what ran, with both checksums. */
function mismatchTable({ mismatches }, detail) {
    const { shown, rest } = (0,markdown_blocks/* atMost */.Tu)(mismatches, detail.rows);
    const rows = shown.map(({ key, at, recorded, current }) => [
        (0,markdown_markdown/* code */.aY)(key),
        where(at),
        (0,markdown_markdown/* code */.aY)(recorded),
        (0,markdown_markdown/* code */.aY)(current),
    ]);
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* table */.tp)(['changeset', 'where', 'checksum when it ran', 'checksum now'], rows), rest);
}
/** The statement at which the run stopped, in full as far as that is sensible. */
function failedSql(changeset) {
    const failed = changeset?.failedStatement;
    const statement = changeset?.statements.find(({ number }) => number === failed?.number);
    if (!changeset || !failed || !statement)
        return markdown_markdown/* nothing */.s6;
    const at = { file: changeset.sqlFile, line: failed.line };
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_markdown/* inline */.mG) `Statement ${statement.number} of ${changeset.statements.length} of ${(0,markdown_markdown/* code */.aY)(changeset.key)}, ${where(at)}:`, (0,markdown_markdown/* sqlBlock */.oR)((0,visible/* clamp */.qE)(statement.sql, 4000)));
}

// EXTERNAL MODULE: ./lib/report/summary/summary-pipeline.js
var summary_pipeline = __webpack_require__(14455);
;// CONCATENATED MODULE: ./lib/report/summary/summary-sql.js



/** Renders the SQL of the changesets that are shown at all. */
function summary_sql_renderSql(pending, most) {
    return pending.slice(0, most).map((changeset) => ({ changeset, block: (0,markdown_markdown/* sqlBlock */.oR)(joinSql(changeset)) }));
}
/** The SQL of every changeset in the plan, closed; what is too long for `detail` is only named. */
function changesetSql(rendered, detail) {
    if (rendered.length === 0)
        return markdown_markdown/* nothing */.s6;
    if (detail.sqlBytes === 0)
        return (0,markdown_markdown/* inline */.mG) `*The SQL is left out here for its size: read it in the files.*`;
    const shown = rendered.filter(({ block }) => block.markdown.length <= detail.sqlBytes);
    const large = rendered.filter(({ block }) => block.markdown.length > detail.sqlBytes);
    return (0,markdown_blocks/* blocks */.Bv)(...shown.map(({ changeset, block }) => (0,markdown_blocks/* details */.zH)(summary_sql_sqlTitle(changeset), block)), large.length === 0 ? markdown_markdown/* nothing */.s6 : (0,markdown_markdown/* inline */.mG) `*SQL that is left out here for its size:*`, (0,markdown_blocks/* list */.p_)(large.map(({ changeset }) => leftOut(changeset))));
}
function leftOut(changeset) {
    const size = (0,wording/* formatSize */.Xq)(Buffer.byteLength(joinSql(changeset)));
    return (0,markdown_markdown/* inline */.mG) `${(0,markdown_markdown/* code */.aY)(changeset.key)}: ${size} in ${(0,markdown_markdown/* code */.aY)(changeset.sqlFile)}`;
}
function summary_sql_sqlTitle({ key, sqlFile, statements }) {
    return `SQL of ${key} (${(0,wording/* count */.U9)(statements.length, 'statement')}, ${sqlFile})`;
}
function joinSql({ statements }) {
    return statements.map(({ sql }) => `${sql.trim()};`).join('\n\n');
}

;// CONCATENATED MODULE: ./lib/report/summary/timeline.js




/** A picture of fewer says nothing that the table does not. */
const FEWEST_CHANGESETS = 4;
/** A longer picture is not looked at, and the largest part of a long deploy is in its longest changesets. */
const timeline_MOST_CHANGESETS = 40;
/** When what ran, as a Gantt chart that GitHub draws; nothing for a deploy of a few changesets. */
function timeline(report) {
    const began = report.pending.flatMap((changeset, index) => toTask(changeset, index + 1));
    if (began.length < FEWEST_CHANGESETS)
        return markdown_markdown/* nothing */.s6;
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
        ? (0,markdown_markdown/* inline */.mG) `*The ${shown.length} longest of ${(0,wording/* count */.U9)(began.length, 'changeset')} that ran.*`
        : markdown_markdown/* nothing */.s6);
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
;// CONCATENATED MODULE: ./lib/report/summary/summary.js














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
    const sql = summary_sql_renderSql(report.pending, detail_MOST_ROWS);
    return detail_renderWithin(limit, (detail) => `${summary(report, sql, detail).markdown}\n`);
}
function summary(report, sql, detail) {
    const { headline, details } = report.state;
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_markdown/* inline */.mG) `### ${ICONS[report.result]} ${(0,markdown_markdown/* text */.Qq)(headline, detail.text)}`, (0,markdown_markdown/* inline */.mG) `**${title(report)}**: ${(0,markdown_markdown/* text */.Qq)((0,verdict/* verdict */.W)(report).headline, detail.text)}`, (0,markdown_markdown/* text */.Qq)(details.join(' '), detail.text), wrong(report, detail), (0,markdown_blocks/* section */.uW)('What to do next', (0,markdown_blocks/* list */.p_)((0,next_steps/* nextSteps */.Z)(report).map((step) => stepItem(step, detail)))), worthALook(report, detail), (0,summary_pipeline/* pipelineStages */.SG)(report, detail), (0,summary_backup/* safetyNet */.C)(report, detail), (0,markdown_blocks/* section */.uW)(`${changesetTitle(report)} (${(0,wording/* formatNumber */.ZV)(report.pending.length)})`, changesetTable(report, detail), detail.rows < detail_MOST_ROWS ? markdown_markdown/* nothing */.s6 : timeline(report), changesetSql(sql, detail)), (0,markdown_blocks/* section */.uW)('Warnings', problemList((0,findings/* warningsToShow */.aI)(report), detail)), filteredChangesets(report, detail), aboutRun(report, detail));
}
function stepItem({ says, inputs = [] }, detail) {
    const given = inputs.map(([name, value]) => (0,markdown_markdown/* code */.aY)(`${name}: ${value}`, 500).markdown).join(' ');
    return given === '' ? (0,markdown_markdown/* text */.Qq)(says, detail.text) : (0,markdown_markdown/* inline */.mG) `${(0,markdown_markdown/* text */.Qq)(says, detail.text)}: ${{ markdown: given }}`;
}
function title({ mode, environment }) {
    return environment === undefined ? mode : `${mode} on ${environment}`;
}
function wrong(report, detail) {
    return (0,markdown_blocks/* blocks */.Bv)((0,markdown_blocks/* section */.uW)('Problems', problemList((0,findings/* problemsToShow */.hS)(report), detail), failedSql((0,findings/* failedChangeset */.w9)(report))), (0,findings/* blockingViolations */.y9)(report).length > 0
        ? (0,markdown_blocks/* section */.uW)('Policy violations', violationTable(report, detail))
        : markdown_markdown/* nothing */.s6, (0,markdown_blocks/* section */.uW)('Changed after they were applied', mismatchTable(report, detail)));
}
/** What stops nothing comes after what to do. */
function worthALook(report, detail) {
    return (0,markdown_blocks/* blocks */.Bv)((0,findings/* blockingViolations */.y9)(report).length > 0
        ? markdown_markdown/* nothing */.s6
        : (0,markdown_blocks/* section */.uW)('Policy warnings', violationTable(report, detail)), (0,markdown_blocks/* section */.uW)('Excused violations', excusedTable(report, detail)));
}
function changesetTitle({ mode, result, pending }) {
    if (mode === 'validate')
        return pending.every(({ reason }) => reason === 'new') ? 'New changesets' : 'Changesets that will run';
    return mode === 'update' && result !== 'blocked' ? 'Changesets' : 'Pending changesets';
}

// EXTERNAL MODULE: ./lib/github/workflow-command.js
var github_workflow_command = __webpack_require__(94649);
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
        // Annotations want their files relative to the repository.
        const path = file === undefined ? undefined : external_node_path_.posix.join(report.workingDirectory, file);
        target.writeCommand((0,github_workflow_command/* renderAnnotation */.q)({ ...annotation, file: path }));
    }
    await attempt('the step summary', async () => {
        if (target.summaryFile !== undefined)
            await (0,external_node_fs_promises_.appendFile)(target.summaryFile, renderSummary(report));
    });
    const reportFile = (0,external_node_path_.join)(target.temporaryFolder, `db-deploy-${target.name}.json`);
    await attempt('the report file', () => (0,external_node_fs_promises_.writeFile)(reportFile, (0,report_json/* renderReportJson */.B)(report), { mode: 0o600 }));
    await attempt('the outputs', async () => {
        const { setOutput } = await Promise.all(/* import() */[__webpack_require__.e(31), __webpack_require__.e(927)]).then(__webpack_require__.bind(__webpack_require__, 40927));
        for (const [name, value] of Object.entries({ ...outputs(report), 'report-file': reportFile })) {
            setOutput(name, value);
        }
    });
    return failures;
}

;// CONCATENATED MODULE: ./lib/action/comment-request.js

/** Modes of which reviewers read the result in the pull request. */
const KINDS = {
    status: 'plan',
    'update-sql': 'plan',
    validate: 'changes',
};
/**
 * Where the report of this run is to be published as a comment; undefined outside of pull requests and where nobody
 * wants it. From the raw inputs: a comment must not stay as it was because an input is wrong now.
 */
function commentRequest(raw, env, { pullRequest }) {
    const kind = KINDS[raw.get('mode') ?? ''];
    if (kind === undefined || pullRequest === undefined || raw.get('comment') === 'never')
        return undefined;
    const workingDirectory = workingDirectoryOf(raw, env);
    const page = repositoryPage(env);
    const run = env['GITHUB_RUN_ID'];
    return {
        access: apiAccess(raw, env),
        number: pullRequest.number,
        isFork: pullRequest.isFork,
        identity: {
            kind,
            environment: raw.get('environment'),
            workingDirectory,
            changelogFile: raw.get('changelog-file') ?? 'changelog/changelog.yml',
        },
        run: commentRun(env),
        links: {
            repository: page,
            // What is checked out is a merge that nobody sees; the head has the same lines, nearly always.
            commit: pullRequest.headSha,
            workingDirectory,
            run: page === undefined || run === undefined ? undefined : `${page}/actions/runs/${run}`,
        },
    };
}
/** As the repository has it; as it was given where that is outside. */
function workingDirectoryOf(raw, env) {
    const given = raw.get('working-directory') ?? '.';
    return (0,repository_path/* repositoryPath */.S)(env['GITHUB_WORKSPACE'] ?? '.', given) ?? given;
}
/** GitHub's API as this run may use it. */
function apiAccess(raw, env) {
    return {
        url: env['GITHUB_API_URL'],
        token: raw.get('github-token'),
        repository: env['GITHUB_REPOSITORY'] ?? '',
    };
}
/** This run, as comments tell which of two is the later one. */
function commentRun(env) {
    const { GITHUB_RUN_ID: id = '0', GITHUB_RUN_ATTEMPT: attempt = '1' } = env;
    return { id: Number(id) || 0, attempt: Number(attempt) || 1 };
}
/** The address of the repository, for links; undefined outside of a workflow. */
function repositoryPage(env) {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository = '' } = env;
    return server === undefined || repository === '' ? undefined : `${server}/${repository}`;
}

;// CONCATENATED MODULE: ./lib/github/comment/find-pull-requests.js

const MOST = 5;
/**
 * The open pull requests of which the run's commit is the head, by GitHub's own knowledge: the event lists none where
 * the head is in a fork, and what the run saved could name any. A commit that was pushed over since is no head.
 */
async function findPullRequests(access, run) {
    const { headSha, headOwner, headBranch } = run;
    if (headSha === '')
        return [];
    return withApi(access, async (ask) => {
        const heads = (data) => (Array.isArray(data) ? data : []).flatMap(({ number, state, head }) => number !== undefined && state === 'open' && head?.sha === headSha ? [number] : []);
        if (headOwner !== '' && headBranch !== '') {
            const { data } = await ask('GET /repos/{owner}/{repo}/pulls', {
                state: 'open',
                head: `${headOwner}:${headBranch}`,
                per_page: 100,
            });
            const found = heads(data);
            if (found.length > 0)
                return found.slice(0, MOST);
        }
        const route = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls';
        const { data } = await ask(route, { commit_sha: headSha, per_page: 100 });
        return heads(data).slice(0, MOST);
    });
}

;// CONCATENATED MODULE: ./lib/action/publish-saved.js





/**
 * Publishes a report of which nothing is known: to the pull request that the event leads to, with links of our own, as
 * a comment that says where its words come from and never takes the place of one that this repository made itself.
 */
async function publishSaved(report, raw, env, event) {
    const { numbers, headSha, runId, isFork } = await findOrigin(raw, env, event);
    if (numbers.length === 0) {
        const message = `no open pull request has ${headSha.slice(0, 7)} as its head: nothing was published`;
        const fix = 'none is needed: it was closed, or pushed to since, and then a later run says more';
        return { failures: [], warnings: [{ code: 'publish-failed', message, fix }] };
    }
    const page = repositoryPage(env);
    const environment = raw.get('environment') ?? report.environment;
    const workingDirectory = raw.get('working-directory') === undefined ? report.workingDirectory : workingDirectoryOf(raw, env);
    const failures = [];
    for (const number of numbers) {
        const failure = await publishComment(withoutOrigin(report, environment), {
            ...{ access: apiAccess(raw, env), number, isFork: false },
            identity: identityOf(report, raw, env),
            run: runId === undefined ? commentRun(env) : { id: runId, attempt: 1 },
            links: {
                repository: page,
                commit: headSha,
                workingDirectory,
                run: page === undefined || runId === undefined ? undefined : `${page}/actions/runs/${runId}`,
            },
            note: `Saved by a run with the code of this pull request${isFork ? ', which is a fork' : ''}: nobody has checked what it says.`,
        });
        if (failure)
            failures.push(failure);
    }
    return { failures, warnings: [] };
}
/**
 * By what this workflow says and by nothing that the report does, or a stranger could have a comment for every name
 * that comes to mind. So there are two at most, unless this workflow tells environments or changelogs apart.
 */
function identityOf(report, raw, env) {
    return {
        kind: report.mode === 'validate' ? 'saved-changes' : 'saved-plan',
        environment: raw.get('environment'),
        workingDirectory: workingDirectoryOf(raw, env),
        changelogFile: raw.get('changelog-file') ?? '',
    };
}
/** What a report says of where it comes from counts for nothing. */
function withoutOrigin(report, environment) {
    return { ...report, environment, actor: '', runId: undefined, runUrl: undefined, gitSha: undefined };
}
async function findOrigin(raw, env, event) {
    const { workflowRun, pullRequest } = event;
    if (workflowRun) {
        const { headSha, id, isFork } = workflowRun;
        return { numbers: await find(raw, env, workflowRun), headSha, runId: id, isFork };
    }
    if (pullRequest) {
        const { number, headSha, isFork } = pullRequest;
        return { numbers: [number], headSha, runId: undefined, isFork };
    }
    throw new errors/* ExpectedError */.Dh({
        code: 'invalid-input',
        message: `mode comment cannot find a pull request on ${event.name || 'this event'}`,
        fix: 'run it on workflow_run, after the workflow that saved the report',
    });
}
async function find(raw, env, run) {
    try {
        return await findPullRequests(apiAccess(raw, env), run);
    }
    catch (error) {
        const { status, message } = readRefusal(error);
        throw new errors/* ExpectedError */.Dh({
            code: 'publish-failed',
            message: `the pull request of ${run.headSha.slice(0, 7)} cannot be found: ${status === 0 ? '' : `${status} `}${message}`,
            fix: 'give the job `permissions: pull-requests: write`',
        });
    }
}

// EXTERNAL MODULE: ./lib/git/run-git.js
var run_git = __webpack_require__(3171);
;// CONCATENATED MODULE: ./lib/git/commit-tree.js


const LINE_FEED = 10;
/** The folder as a commit of its repository has it; undefined where the repository lacks the commit. */
async function readCommitTree(place, commit) {
    // In a folder below the root git lists what is in that folder, by paths that begin there.
    const listed = await (0,run_git/* runGit */.E)(place, ['ls-tree', '-r', '-z', commit]);
    if (!listed)
        return undefined;
    return { commit, files: parseTree(listed.toString()), read: (ids) => readBlobs(place, commit, ids) };
}
/** `100644 blob <id>\t<path>`, ended by a NUL; links and submodules are no files. */
function parseTree(listed) {
    return new Map(listed.split('\0').flatMap((entry) => {
        const [, id, path] = /^100\d{3} blob ([0-9a-f]+)\t([^]+)$/.exec(entry) ?? [];
        return id === undefined || path === undefined ? [] : [[path, id]];
    }));
}
async function readBlobs(place, commit, ids) {
    const output = await (0,run_git/* runGit */.E)(place, ['cat-file', '--batch'], ids.map((id) => `${id}\n`).join(''));
    if (!output) {
        throw new errors/* ExpectedError */.Dh({
            code: 'base-unknown',
            message: `git cannot read the files of commit ${commit}`,
            fix: 'check out with fetch-depth: 0',
        });
    }
    return parseBatch(output);
}
/** `<id> blob <size>`, a line feed, the bytes, a line feed; `<id> missing` for what is not there. */
function parseBatch(output) {
    const blobs = new Map();
    for (let at = 0; at < output.length;) {
        const end = output.indexOf(LINE_FEED, at);
        const [id = '', type, size] = output.toString('utf8', at, end).split(' ');
        const isBlob = type === 'blob';
        const start = end + 1;
        if (isBlob)
            blobs.set(id, output.subarray(start, start + Number(size)));
        at = isBlob ? start + Number(size) + 1 : start;
    }
    return blobs;
}

;// CONCATENATED MODULE: ./lib/git/history.js

/** The commit that is checked out; undefined where the folder is in no repository. */
async function readHead(place) {
    return commitIn(await (0,run_git/* runGit */.E)(place, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']));
}
/** The folder as seen from the root of its repository, `.` for the root; undefined where it is in none. */
async function readPrefix(place) {
    const output = await (0,run_git/* runGit */.E)(place, ['rev-parse', '--show-prefix']);
    return output && (output.toString().replace(/\/?\n$/, '') || '.');
}
/** Whether the commit and its files are in the repository. */
async function hasCommit(place, commit) {
    return (await (0,run_git/* runGit */.E)(place, ['cat-file', '-e', `${commit}^{tree}`])) !== undefined;
}
/**
 * The last commit that two have in common; undefined where the repository does not know for certain, as one does that
 * was cloned without its history.
 */
async function mergeBase(place, base, head) {
    if (!(await hasCommit(place, base)))
        return undefined;
    // True even where the history is cut off: the way from one to the other is there.
    if (await (0,run_git/* runGit */.E)(place, ['merge-base', '--is-ancestor', base, head]))
        return base;
    const isShallow = await (0,run_git/* runGit */.E)(place, ['rev-parse', '--is-shallow-repository']);
    if (isShallow?.toString().trim() !== 'false')
        return undefined;
    return commitIn(await (0,run_git/* runGit */.E)(place, ['merge-base', base, head]));
}
function commitIn(output) {
    const text = output?.toString().trim() ?? '';
    return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined;
}

;// CONCATENATED MODULE: ./lib/github/base-tree.js


/** Files of the base that are not in the working directory as they were; each costs a request. */
const MOST_FILES = 300;
const AT_ONCE = 8;
/** The last commit that two have in common, by GitHub's own knowledge. */
async function askMergeBase(access, base, head) {
    return asked(`${base.slice(0, 7)} cannot be compared with ${head.slice(0, 7)}`, () => withApi(access, async (ask) => {
        const { data } = await ask('GET /repos/{owner}/{repo}/compare/{basehead}', {
            basehead: `${base}...${head}`,
            per_page: 1,
        });
        return String(data.merge_base_commit?.sha);
    }));
}
/** The working directory, a folder of the repository, as a commit has it. */
async function askCommitTree(access, commit, folder) {
    const what = `the files of ${commit.slice(0, 7)} cannot be read`;
    const { tree, truncated } = await asked(what, () => withApi(access, async (ask) => {
        const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
        const { data } = await ask(route, { tree_sha: commit, recursive: '1' });
        return data;
    }));
    if (truncated)
        throw unknown(`${what}: there are too many for the API`);
    return {
        commit,
        files: filesUnder(tree, folder),
        read: async (ids) => {
            if (ids.length > MOST_FILES)
                throw tooManyEdits(ids.length);
            return asked(what, () => base_tree_readBlobs(access, ids));
        },
    };
}
/** Which files differ is the choice of the pull request, so it must not be a way around the comparison. */
function tooManyEdits(number) {
    return new errors/* ExpectedError */.Dh({
        code: 'merged-changeset',
        message: `${number} files of merged changesets are not as they were, more than are compared without git's history`,
        fix: 'put back those that need no change, or check out with fetch-depth: 0',
    });
}
function filesUnder(tree, folder) {
    const prefix = folder === '.' ? '' : `${folder}/`;
    return new Map(tree.flatMap(({ path = '', mode = '', sha }) => sha !== undefined && mode.startsWith('100') && path.startsWith(prefix)
        ? [[path.slice(prefix.length), sha]]
        : []));
}
async function base_tree_readBlobs(access, ids) {
    const blobs = new Map();
    const waiting = [...ids];
    const work = async () => {
        for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
            const file_sha = id;
            const { data } = await withApi(access, (ask) => ask('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { file_sha }));
            const { content = '' } = data;
            blobs.set(file_sha, Buffer.from(content, 'base64'));
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return blobs;
}
async function asked(what, task) {
    try {
        return await task();
    }
    catch (error) {
        if (error instanceof errors/* ExpectedError */.Dh)
            throw error;
        const { status, message } = readRefusal(error);
        throw unknown(`${what}: ${status === 0 ? '' : `${status} `}${message}`);
    }
}
function unknown(message) {
    const fix = 'check out with fetch-depth: 0, or give the job `permissions: contents: read`';
    return new errors/* ExpectedError */.Dh({ code: 'base-unknown', message, fix });
}

;// CONCATENATED MODULE: ./lib/action/find-base.js




/**
 * What a pull request is compared with: the last commit that its base has in common with what is checked out, which is
 * the merge of both or the head alone. From the repository that is here, and from GitHub as far as that was cloned
 * without its history.
 */
async function findBase(search) {
    const { pullRequest, place, access, folder, commit } = search;
    const { baseSha, headSha } = pullRequest;
    if (baseSha === '')
        throw find_base_unknown('the event does not name its base');
    const head = (await readHead(place)) ?? commit ?? headSha;
    const base = (await mergeBase(place, baseSha, head)) ?? (await askEither(access, baseSha, head, headSha));
    const tree = await readCommitTree(place, base);
    if (tree)
        return tree;
    // Where there is no repository, the workspace is taken for its root: it was unpacked there.
    const within = (await readPrefix(place)) ?? folder;
    if (within === undefined)
        throw find_base_unknown('the working directory is not in the repository');
    return askCommitTree(access, base, within);
}
/** What is checked out may be a commit that GitHub does not know, as one that an earlier step made. */
async function askEither(access, base, head, headSha) {
    if (access.token === undefined)
        throw find_base_unknown('the history is not checked out and there is no token');
    try {
        return await askMergeBase(access, base, head);
    }
    catch (error) {
        if (!(error instanceof errors/* ExpectedError */.Dh) || headSha === '' || headSha === head)
            throw error;
        return askMergeBase(access, base, headSha);
    }
}
function find_base_unknown(message) {
    const fix = 'check out with fetch-depth: 0, or pass github-token';
    return new errors/* ExpectedError */.Dh({ code: 'base-unknown', message, fix });
}

// EXTERNAL MODULE: ./lib/github/fork-head.js
var fork_head = __webpack_require__(95291);
// EXTERNAL MODULE: ./lib/inputs/inputs.js + 3 modules
var inputs_inputs = __webpack_require__(13657);
// EXTERNAL MODULE: ./lib/inputs/input-table.js
var input_table = __webpack_require__(32713);
// EXTERNAL MODULE: ./lib/modes/run/draft.js
var run_draft = __webpack_require__(40338);
// EXTERNAL MODULE: ./lib/modes/run/run-id.js
var run_id = __webpack_require__(51532);
// EXTERNAL MODULE: ./lib/modes/run-mode.js + 375 modules
var run_mode = __webpack_require__(25632);
// EXTERNAL MODULE: ./lib/terminal/console-log.js
var console_log = __webpack_require__(12839);
// EXTERNAL MODULE: ./lib/log/run-events.js
var run_events = __webpack_require__(164);
// EXTERNAL MODULE: ./lib/log/redact-report.js
var redact_report = __webpack_require__(65419);
// EXTERNAL MODULE: ./lib/redaction/redact.js + 1 modules
var redact = __webpack_require__(52650);
;// CONCATENATED MODULE: ./lib/report/approval.js
/**
 * Whether somebody other than the actors approved this run for the environment. GitHub does not say when, nor for which
 * attempt: a re-run counts only where the environment has reviewers, no actor is among those who approved, and there are
 * as many approvals as attempts. Who started a run through a program is not known, so such a run counts for nothing.
 */
function judgeApproval(reviews, protection, request) {
    const { environment, attempt, actors } = request;
    if (actors.length === 0 || actors.some((actor) => actor.endsWith('[bot]')))
        return refused(startedByProgram());
    const approvals = reviews.filter(({ isApproved, isBot, environments }) => isApproved && !isBot && environments.some(isSame(environment)));
    const others = approvals.filter(({ by }) => !request.actors.some(isSame(by)));
    const last = others.at(-1);
    if (!last)
        return refused(noApproval(approvals, protection, request));
    if (attempt > 1 && others.length < approvals.length)
        return refused(selfApprovedReRun(request));
    if (attempt > 1 && protection.kind !== 'reviewers')
        return refused(unguardedReRun(protection, request));
    if (others.length < attempt)
        return refused(borrowedApproval(request, others.length));
    return {
        approval: { environment, approvedBy: last.by, comment: last.comment },
        problems: [],
        warnings: protectionWarnings(protection, environment),
    };
}
function isSame(name) {
    return (other) => other.toLowerCase() === name.toLowerCase();
}
function refused(problem) {
    return { approval: undefined, problems: [problem], warnings: [] };
}
function noApproval(approvals, protection, { environment, actors }) {
    const [own] = approvals;
    if (own) {
        return {
            code: 'not-approved',
            message: `only ${own.by} approved this run for environment ${environment}, who also started it`,
            fix: `have somebody else approve it, and switch on "Prevent self-review" in environment ${environment}`,
        };
    }
    const message = `nobody approved this run for environment ${environment}`;
    switch (protection.kind) {
        case 'none':
            return {
                code: 'not-approved',
                message: `${message}: the environment has no required reviewers, so GitHub asks nobody`,
                fix: `${setUp(environment)}; where the plan of this repository has no required reviewers (private ones on Free, Pro and Team), leave require-approval out and have a second person start the workflow with the expected-plan-hash`,
            };
        case 'reviewers':
            return {
                code: 'not-approved',
                message,
                fix: `give this job "environment: ${environment}", so that it waits for a reviewer; it was started by ${actors.join(' and ')}, who cannot approve it`,
            };
        case 'unknown':
            return { code: 'not-approved', message: `${message} (${protection.why})`, fix: setUp(environment) };
    }
}
function selfApprovedReRun({ environment, attempt, actors }) {
    return {
        code: 'not-approved',
        message: `this is attempt ${attempt} of the run, and ${actors.join(' or ')} approved one of its attempts for environment ${environment}: GitHub does not say which`,
        fix: 'start a new run and have somebody else approve it',
    };
}
function startedByProgram() {
    return {
        code: 'not-approved',
        message: 'a program started this run, so it is not known who may not approve it',
        fix: 'start the workflow by hand, and have somebody else approve it',
    };
}
function borrowedApproval({ environment, attempt }, approvals) {
    return {
        code: 'not-approved',
        message: `this is attempt ${attempt} of the run, and environment ${environment} was approved ${approvals === 1 ? 'once' : `${approvals} times`}: an approval of an earlier attempt does not count`,
        fix: 'start a new run and have somebody approve it',
    };
}
function unguardedReRun(protection, { environment, attempt }) {
    const why = protection.kind === 'unknown' ? protection.why : 'the environment has no required reviewers';
    return {
        code: 'not-approved',
        message: `this is attempt ${attempt} of the run, and nothing made it wait for an approval of its own (${why})`,
        fix: `start a new run; ${setUp(environment)}`,
    };
}
function setUp(environment) {
    return `add required reviewers to environment ${environment} (Settings, Environments), and give this job "environment: ${environment}"`;
}
function protectionWarnings(protection, environment) {
    switch (protection.kind) {
        case 'reviewers':
            return [];
        case 'none':
            return [
                {
                    code: 'not-approved',
                    message: `environment ${environment} has no required reviewers (any more): the next run will wait for nobody`,
                    fix: setUp(environment),
                },
            ];
        case 'unknown':
            return [
                {
                    code: 'not-approved',
                    message: `whether environment ${environment} has required reviewers is not known: ${protection.why}`,
                    fix: 'give the job `permissions: actions: read`',
                },
            ];
    }
}

;// CONCATENATED MODULE: ./lib/github/approval.js



/** Reads who approved this run for an environment; refuses where GitHub does not tell. */
async function readApproval(access, run, environment) {
    if (access.token === undefined)
        throw unreadable('there is no token', 'pass github-token');
    const reviews = await withApi(access, (ask) => readReviews(ask, run.id)).catch(notReadable);
    const protection = await withApi(access, (ask) => readProtection(ask, environment)).catch(unknownProtection);
    return judgeApproval(reviews, protection, { ...run, environment });
}
async function readReviews(ask, run) {
    const { data } = await ask('GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals', { run_id: run });
    const entries = data;
    if (!Array.isArray(entries))
        return [];
    return entries.map(({ state, environments, user, comment }) => ({
        isApproved: state === 'approved',
        environments: environments.flatMap(({ name }) => name ?? []),
        // An account that is gone is nobody who could be asked.
        by: user?.login ?? '',
        isBot: user?.type !== 'User',
        comment,
    }));
}
async function readProtection(ask, environment) {
    const route = 'GET /repos/{owner}/{repo}/environments/{environment_name}';
    const { data } = await ask(route, { environment_name: environment });
    const { protection_rules: rules = [] } = data;
    const hasReviewers = rules.some(({ type, reviewers = [] }) => type === 'required_reviewers' && reviewers.length > 0);
    return { kind: hasReviewers ? 'reviewers' : 'none' };
}
function notReadable(error) {
    const refusal = readRefusal(error);
    throw unreadable(approval_describe(refusal), approval_fixOf(refusal));
}
/** An approval that is there is one all the same: without the rules only a warning about them is missing. */
function unknownProtection(error) {
    const refusal = readRefusal(error);
    const isMissing = refusal.status === 404;
    return {
        kind: 'unknown',
        why: isMissing ? 'GitHub knows no such environment, or the token may not see it' : approval_describe(refusal),
    };
}
function unreadable(why, fix) {
    return new errors/* ExpectedError */.Dh({
        code: 'not-approved',
        message: `who approved this run could not be read: ${why}`,
        fix,
    });
}
function approval_describe({ status, message }) {
    return status === 0 ? message : `GitHub answered ${status}: ${message}`;
}
function approval_fixOf({ status }) {
    if (status === 401)
        return 'github-token is not valid: pass ${{ github.token }}';
    if (status === 403 || status === 404)
        return 'give the job `permissions: actions: read`';
    return 'see https://www.githubstatus.com, then run again: without an approval nothing is deployed';
}

// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(46466);
;// CONCATENATED MODULE: ./lib/github/artifact/artifact-client.js
/**
 * Lets the artifact client work until the signal says that it was long enough: it has no deadline of its own, retries
 * for minutes and cannot be stopped. What it does after that is no longer listened to.
 */
async function withArtifactClient(signal, work) {
    signal.throwIfAborted();
    // Loaded when it is needed: it takes longer than all the rest.
    const { DefaultArtifactClient: Client } = await Promise.all(/* import() */[__webpack_require__.e(31), __webpack_require__.e(803), __webpack_require__.e(927), __webpack_require__.e(705), __webpack_require__.e(212)]).then(__webpack_require__.bind(__webpack_require__, 43705));
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

;// CONCATENATED MODULE: ./lib/github/artifact/artifact-error.js

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

;// CONCATENATED MODULE: ./lib/github/artifact/artifact-ref.js
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

;// CONCATENATED MODULE: ./lib/github/artifact/artifact-store.js








/**
 * Keeps backups as artifacts of the workflow run. The file that was uploaded stays on this machine until the run ends:
 * the restore after a failure then depends on nobody.
 */
function artifactStore(context) {
    const here = new Map();
    const folders = [];
    if (context.here) {
        const { ref, path } = context.here;
        here.set(ref, { path, sha256: parseArtifactRef(ref)?.sha256 });
        folders.push((0,external_node_path_.dirname)(path));
    }
    const newFolder = async () => {
        const folder = await (0,external_node_fs_promises_.mkdtemp)((0,external_node_path_.join)(context.temporaryFolder, 'db-deploy-artifact-'));
        folders.push(folder);
        return folder;
    };
    return {
        name: `an artifact of run ${context.workflowRun}`,
        keep: async (request) => {
            const path = (0,external_node_path_.join)(await newFolder(), request.fileName);
            const kept = await keep(context, path, request);
            here.set(kept.ref, { path, sha256: kept.sha256 });
            context.onKept?.(kept.ref, path);
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
                await (0,external_node_fs_promises_.rm)(folder, { recursive: true, force: true });
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
        const [name, ...others] = await (0,external_node_fs_promises_.readdir)(folder);
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

;// CONCATENATED MODULE: ./lib/action/run-services.js



/** What this workflow run offers to its modes; nothing is asked for before a mode needs it. */
function runServices(raw, env, kept) {
    const actors = [env['GITHUB_ACTOR'], env['GITHUB_TRIGGERING_ACTOR']].filter((actor) => actor !== undefined);
    const run = {
        id: Number(env['GITHUB_RUN_ID'] ?? 0),
        attempt: Number(env['GITHUB_RUN_ATTEMPT'] ?? 1),
        actors: [...new Set(actors)],
    };
    return {
        artifacts: artifactStore({
            repository: env['GITHUB_REPOSITORY'] ?? '',
            workflowRun: env['GITHUB_RUN_ID'] ?? '0',
            token: raw.get('github-token'),
            temporaryFolder: env['RUNNER_TEMP'] ?? '/tmp',
            ...kept,
        }),
        readApproval: (environment) => readApproval(apiAccess(raw, env), run, environment),
    };
}

// EXTERNAL MODULE: ./lib/report/text/plan-text.js + 2 modules
var plan_text = __webpack_require__(46588);
;// CONCATENATED MODULE: ./lib/action/main.js
























/** The action: inputs, mode, report, publish; gives the exit code. */
async function main(env, output, onInterrupt) {
    output.learnSecrets?.((0,inputs_inputs/* secretValues */.VX)((0,inputs_inputs/* readActionInputs */.Ui)(env)));
    const postStep = openPostState(env['GITHUB_STATE']);
    const onStop = (stop) => onInterrupt(() => {
        postStep.noteInterrupt();
        stop();
    });
    const runId = (0,run_id/* newRunId */.F)(new Date());
    return publishing(env, output, runId, '', async (raw, event, log) => {
        const services = runServices(raw, env, { onKept: postStep.noteBackup });
        const report = await runSafely(raw, env, event, log, (inputs) => {
            const search = baseSearch(inputs, raw, env, event);
            const readBase = search ? { readBase: () => findBase(search) } : {};
            const saved = (report) => publishSaved(report, raw, env, event);
            return (0,run_mode/* runMode */.r)(inputs, runId, log, onStop, { ...services, postStep, ...readBase, publishSaved: saved });
        });
        if (postStep.end(report.result) === 'finished')
            await services.artifacts.removeFiles().catch(() => undefined);
        return report;
    });
}
/** A cancelled job kills its steps after seconds, and after five minutes, less some, their post steps. */
const POST_MS = 5 * 60_000 - 30_000;
/** Finishes what main left, in a process of its own at the end of the job; gives the exit code. */
async function post(env, output) {
    output.learnSecrets?.((0,inputs_inputs/* secretValues */.VX)((0,inputs_inputs/* readActionInputs */.Ui)(env)));
    const left = readLeftForPost(env);
    if (!left)
        return 0;
    const { runId, interruptedAt, backup } = left;
    const deadline = interruptedAt === undefined ? undefined : interruptedAt + POST_MS;
    return publishing(env, output, runId, '-post', async (raw, event, log) => {
        const { artifacts } = runServices(raw, env, { here: backup });
        const report = await runSafely(raw, env, event, log, (inputs) => (0,run_mode/* runPost */.a)(inputs, { runId, deadline }, log, { artifacts }));
        await artifacts.removeFiles().catch(() => undefined);
        return report;
    });
}
/** Everything around a run: secrets are masked before it, its report is published after it. */
async function publishing(env, output, runId, suffix, run) {
    const raw = (0,inputs_inputs/* readActionInputs */.Ui)(env);
    const format = (0,inputs_inputs/* logFormat */.yd)(raw);
    const secrets = (0,inputs_inputs/* secretValues */.VX)(raw);
    // In JSON only JSON may stand on stdout; the runner reads commands on stderr as well.
    const writeCommand = format === 'json' ? output.err : output.out;
    for (const line of (0,github_workflow_command/* renderMasks */.i)(secrets))
        writeCommand(line);
    const log = (0,console_log/* consoleLog */.a)(output, {
        format,
        colour: false,
        secrets,
        runId,
        environment: raw.get('environment'),
    });
    // Before anything is rendered: escaped for Markdown, a secret would not be recognised any more.
    const event = await (0,github_event/* readEvent */.j)(env);
    const report = (0,redact_report/* redactReport */.a)(await run(raw, event, log), secrets);
    if (format === 'text')
        output.out((0,plan_text/* renderPlanText */.$)(report, { colour: false }));
    else
        log((0,run_events/* runFinished */.u)(report));
    const failures = await publish(report, publishTarget(env, writeCommand, `${runId}${suffix}`));
    for (const failure of failures)
        log({ level: 'warning', event: 'publish-failed', message: failure });
    // What post knows of a run is less than what main said of it there.
    const request = suffix === '' ? commentRequest(raw, env, event) : undefined;
    const uncommented = request && (await publishComment(report, request));
    if (uncommented) {
        const message = (0,redact/* redactValues */.se)(uncommented.message, secrets);
        warnOf({ ...uncommented, message }, log, writeCommand);
    }
    return (0,verdict/* verdict */.W)(report).exitCode;
}
/** In the log, and where people look who never open a log. */
function warnOf({ message, fix = '' }, log, writeCommand) {
    log({ level: 'warning', event: 'publish-failed', message, fix });
    const [annotation] = remark('warning', 'no comment', `${message}\nfix: ${fix}`);
    if (annotation)
        writeCommand((0,github_workflow_command/* renderAnnotation */.q)(annotation));
}
/** Inputs that are wrong make a report as well: outputs and summary say what is wrong. */
async function runSafely(raw, env, event, log, run) {
    try {
        const inputs = (0,inputs_inputs/* parseInputs */.TL)(raw, env, 'action', event.visibility);
        if ('database' in inputs)
            (0,fork_head/* refuseForkHead */.F)(event);
        if ((0,inputs_inputs/* logFormat */.yd)(raw) === 'json')
            log((0,run_events/* runStarted */.d)(inputs.mode));
        return await run(inputs);
    }
    catch (error) {
        if (!(error instanceof errors/* ExpectedError */.Dh))
            throw error;
        const mode = input_table/* MODES */.FN.find((known) => known === raw.get('mode')) ?? 'validate';
        const draft = (0,run_draft/* newDraft */.cr)(mode, undefined, undefined, new Date());
        const { GITHUB_ACTOR: actor = 'unknown', GITHUB_RUN_ID: id, GITHUB_SHA: gitSha } = env;
        const page = repositoryPage(env);
        const runUrl = page === undefined || id === undefined ? undefined : `${page}/actions/runs/${id}`;
        (0,run_draft/* updateReport */.A0)(draft, { environment: raw.get('environment'), actor, runUrl, gitSha });
        (0,run_draft/* updateReport */.A0)(draft, { result: 'blocked', problems: error.problems });
        return draft.report;
    }
}
function baseSearch(inputs, raw, env, { pullRequest }) {
    if (!pullRequest || inputs.mode !== 'validate')
        return undefined;
    const { workingDirectory, run } = inputs;
    const workspace = env['GITHUB_WORKSPACE'] ?? workingDirectory;
    return {
        pullRequest,
        place: { folder: workingDirectory, path: env['PATH'] ?? '', home: env['HOME'] ?? '/' },
        access: apiAccess(raw, env),
        folder: (0,repository_path/* repositoryPath */.S)(workspace, workingDirectory),
        commit: run.gitSha,
    };
}
function publishTarget(env, writeCommand, name) {
    return {
        summaryFile: env['GITHUB_STEP_SUMMARY'],
        temporaryFolder: env['RUNNER_TEMP'] ?? '/tmp',
        writeCommand,
        name,
    };
}


/***/ })

};
