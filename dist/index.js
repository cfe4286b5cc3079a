#!/usr/bin/env node
import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 42613:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");

/***/ }),

/***/ 20181:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("buffer");

/***/ }),

/***/ 35317:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("child_process");

/***/ }),

/***/ 49140:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("constants");

/***/ }),

/***/ 76982:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");

/***/ }),

/***/ 24434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 79896:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

/***/ }),

/***/ 91943:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs/promises");

/***/ }),

/***/ 58611:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");

/***/ }),

/***/ 65692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");

/***/ }),

/***/ 69278:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");

/***/ }),

/***/ 34589:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:assert");

/***/ }),

/***/ 16698:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:buffer");

/***/ }),

/***/ 31421:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");

/***/ }),

/***/ 37540:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:console");

/***/ }),

/***/ 77598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 53053:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:diagnostics_channel");

/***/ }),

/***/ 40610:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:dns");

/***/ }),

/***/ 78474:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");

/***/ }),

/***/ 73024:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 51455:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");

/***/ }),

/***/ 37067:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");

/***/ }),

/***/ 32467:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http2");

/***/ }),

/***/ 44708:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");

/***/ }),

/***/ 98995:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:module");

/***/ }),

/***/ 77030:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");

/***/ }),

/***/ 48161:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");

/***/ }),

/***/ 76760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 53916:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path/posix");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:perf_hooks");

/***/ }),

/***/ 1708:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:process");

/***/ }),

/***/ 41792:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:querystring");

/***/ }),

/***/ 80481:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:readline");

/***/ }),

/***/ 26848:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:readline/promises");

/***/ }),

/***/ 57075:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");

/***/ }),

/***/ 46466:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/promises");

/***/ }),

/***/ 46193:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:string_decoder");

/***/ }),

/***/ 58500:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers/promises");

/***/ }),

/***/ 41692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");

/***/ }),

/***/ 73136:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");

/***/ }),

/***/ 57975:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

/***/ }),

/***/ 73429:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util/types");

/***/ }),

/***/ 78877:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:v8");

/***/ }),

/***/ 75919:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");

/***/ }),

/***/ 38522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 70857:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");

/***/ }),

/***/ 16928:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");

/***/ }),

/***/ 932:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("process");

/***/ }),

/***/ 2203:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("stream");

/***/ }),

/***/ 13193:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("string_decoder");

/***/ }),

/***/ 53557:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("timers");

/***/ }),

/***/ 64756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 52018:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tty");

/***/ }),

/***/ 87016:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("url");

/***/ }),

/***/ 39023:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 43106:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("zlib");

/***/ }),

/***/ 11064:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ interruptSignals)
/* harmony export */ });
const SIGNALS = ['SIGINT', 'SIGTERM'];
/**
 * SIGINT comes from Ctrl-C or a cancelled job, which sends SIGTERM 7.5 s later. A second Ctrl-C ends us at once. When the
 * work is done a first signal no longer ends anything: what was done has still to be reported, and that takes moments.
 */
function interruptSignals(from) {
    return (stop) => {
        let isDone = false;
        const once = () => {
            from.off('SIGINT', once);
            if (isDone)
                from.off('SIGTERM', once);
            else
                stop();
        };
        for (const signal of SIGNALS)
            from.on(signal, once);
        return () => void (isDone = true);
    };
}


/***/ }),

/***/ 94649:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ renderMasks),
/* harmony export */   q: () => (/* binding */ renderAnnotation)
/* harmony export */ });
/* harmony import */ var _redaction_secret_forms_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(28054);

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
    return (0,_redaction_secret_forms_js__WEBPACK_IMPORTED_MODULE_0__/* .secretForms */ .e)(secrets).map((form) => `::add-mask::${escapeData(form)}`);
}
function escapeData(text) {
    return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
function escapeProperty(text) {
    return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}


/***/ }),

/***/ 34640:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(73024);
/* harmony import */ var node_module__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(98995);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(48161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(76760);
/* harmony import */ var node_v8__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(78877);
/* harmony import */ var _github_workflow_command_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(94649);
/* harmony import */ var _action_interrupt_signals_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(11064);
/* harmony import */ var _redaction_crash_report_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(27204);








/** Written at once: a pipe must not lose what was said when the process ends. */
function writeLine(descriptor) {
    const stream = descriptor === 1 ? process.stdout : process.stderr;
    // Bound now: while a library that prints works, what others write to stdout is dropped.
    const write = stream.write.bind(stream);
    return (line) => void write(`${line}\n`);
}
let secrets = [];
const output = {
    out: writeLine(1),
    err: writeLine(2),
    learnSecrets: (known) => {
        secrets = known;
    },
    ...(process.stderr.isTTY
        ? { progress: (line) => void process.stderr.write(`\r\u001b[2K${line}`) }
        : {}),
};
const onInterrupt = (0,_action_interrupt_signals_js__WEBPACK_IMPORTED_MODULE_6__/* .interruptSignals */ .h)(process);
const argv = process.argv.slice(2);
// The runner gives an action no arguments; at a terminal there is no INPUT_MODE.
const isAction = argv.length === 0 && process.env['INPUT_MODE'] !== undefined;
// Rows of CSV files live for milliseconds, and V8 lets the space for such objects grow before it looks at them: kept
// small, loads were seen to take about a third less memory. By now only its growth can be set, not its size.
if (argv.includes('pipeline') || process.env['INPUT_MODE'] === 'pipeline') {
    (0,node_v8__WEBPACK_IMPORTED_MODULE_4__.setFlagsFromString)('--semi-space-growth-factor=1');
}
// Node would print it as it is: with what it holds of secrets, and what the runner takes for commands.
process.on('uncaughtException', (error) => {
    sayLastWords(error);
    process.exit(1);
});
try {
    if (isAction) {
        const flush = process.stdout.write.bind(process.stdout);
        const { main, post } = await Promise.all(/* import() */[__nccwpck_require__.e(131), __nccwpck_require__.e(329), __nccwpck_require__.e(233)]).then(__nccwpck_require__.bind(__nccwpck_require__, 55233));
        // Only post gets state, from main.
        const isPost = process.env['STATE_run-id'] !== undefined;
        process.exitCode = isPost
            ? await post(process.env, output)
            : await main(process.env, output, onInterrupt);
        // An upload that was given up goes on trying, for minutes, and the job would wait for it.
        flush('', () => process.exit());
    }
    else {
        // Compiling the bundle is a third of the time of a run with nothing to do. In the user's own folder, where nobody
        // else can put code; a runner of GitHub starts with an empty one each time.
        (0,node_module__WEBPACK_IMPORTED_MODULE_1__.enableCompileCache)((0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(process.env['XDG_CACHE_HOME'] ?? (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)((0,node_os__WEBPACK_IMPORTED_MODULE_2__.homedir)(), '.cache'), 'db-deploy', 'compile'));
        const { cli } = await Promise.all(/* import() */[__nccwpck_require__.e(131), __nccwpck_require__.e(329), __nccwpck_require__.e(55)]).then(__nccwpck_require__.bind(__nccwpck_require__, 55));
        const terminal = {
            input: process.stdin,
            isInteractive: process.stdin.isTTY && process.stderr.isTTY,
            colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
        };
        process.exitCode =
            argv.length === 0 ? await usage() : await cli(argv, process.env, output, terminal, onInterrupt);
    }
}
catch (error) {
    sayLastWords(error);
    process.exitCode = 1;
}
async function usage() {
    const { cli } = await Promise.all(/* import() */[__nccwpck_require__.e(131), __nccwpck_require__.e(329), __nccwpck_require__.e(55)]).then(__nccwpck_require__.bind(__nccwpck_require__, 55));
    await cli(['--help'], {}, { out: output.err, err: output.err }, { input: process.stdin, isInteractive: false, colour: false }, onInterrupt);
    return 2;
}
/** What was foreseen became a report: this is our bug, and its stack is wanted. */
function sayLastWords(error) {
    const words = (0,_redaction_crash_report_js__WEBPACK_IMPORTED_MODULE_5__/* .crashReport */ .W)(error, secrets);
    (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.writeSync)(2, `this is a bug in db-deploy, please report it:\n${words}\n`);
    if (!isAction)
        return;
    // On stderr, for stdout may be JSON; the runner reads commands on both.
    const [message = ''] = words.split('\n');
    const title = 'a bug in db-deploy, please report it';
    output.err((0,_github_workflow_command_js__WEBPACK_IMPORTED_MODULE_7__/* .renderAnnotation */ .q)({ level: 'error', file: undefined, line: undefined, title, message }));
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 27204:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ crashReport)
/* harmony export */ });
/* harmony import */ var _redact_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(52650);
/* harmony import */ var _wording_visible_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(73809);
/* harmony import */ var _wording_workflow_command_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3742);



const LONGEST = 20_000;
/** What is said of an error that nobody foresaw, its stack included: no secret is in it, and no command. */
function crashReport(error, secrets) {
    // Before it is cut or escaped, or half a secret would be left that nobody recognises.
    return (0,_wording_workflow_command_js__WEBPACK_IMPORTED_MODULE_1__/* .withoutCommands */ .W)((0,_wording_visible_js__WEBPACK_IMPORTED_MODULE_2__/* .toVisible */ .ws)((0,_wording_visible_js__WEBPACK_IMPORTED_MODULE_2__/* .clamp */ .qE)((0,_redact_js__WEBPACK_IMPORTED_MODULE_0__/* .redactValues */ .se)(stackOf(error), secrets), LONGEST)));
}
/** Of errors that come from another realm as well, which are no `Error` here. */
function stackOf(error) {
    if (typeof error !== 'object' || error === null)
        return String(error);
    const { stack, message } = error;
    if (typeof stack === 'string' && stack !== '')
        return stack;
    return typeof message === 'string' ? message : 'an error without words';
}


/***/ }),

/***/ 52650:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Gn: () => (/* binding */ redactServerMessage),
  Mj: () => (/* binding */ redactSql),
  Rd: () => (/* binding */ redactText),
  se: () => (/* binding */ redactValues),
  _n: () => (/* binding */ valueRedactor)
});

// EXTERNAL MODULE: ./lib/redaction/secret-forms.js
var secret_forms = __nccwpck_require__(28054);
// EXTERNAL MODULE: ./lib/sql/tokenize.js
var tokenize = __nccwpck_require__(15654);
;// CONCATENATED MODULE: ./lib/redaction/secret-literals.js

/** Statements whose strings are names or secrets: one that does not stand where a name does counts as a secret. */
const ACCOUNT_STATEMENT = /^(?:(?:CREATE|ALTER) (?:USER|SERVER)|SET PASSWORD|GRANT|CHANGE|START (?:REPLICA|SLAVE|GROUP_REPLICATION))\b/;
const BEFORE_NAMES = new Set(`USER EXISTS TO , WITH FROM FOR ON ROLE AND COMMENT ATTRIBUTE SUBJECT ISSUER CIPHER HOST DATABASE SOCKET OWNER SERVER
  WRAPPER CHANNEL = (`.split(/\s+/));
const NOT_OF_PASSWORDS = /^(?:TERMINATED|ENCLOSED|ESCAPED|STARTING|ORDER|GROUP|PARTITION|SUBPARTITION)$/;
/** The tokens of a statement in their order, those inside executable comments too. */
function judgeTokens(sql, backslash) {
    const judged = [];
    judgeInto(judged, { head: [], recent: [] }, (0,tokenize/* tokenCursor */.eA)({ text: sql, backslash }), 0);
    return judged;
}
function judgeInto(judged, before, cursor, offset) {
    while ((0,tokenize/* nextToken */.Fu)(cursor)) {
        const { sql, kind, start, end, backslash } = cursor;
        if (kind === 'executable-comment') {
            const opening = /^\/\*!\d{0,6}/.exec(sql.slice(start, start + 9))?.[0].length ?? 3;
            const text = sql.slice(start + opening, Math.max(start + opening, end - 2));
            judgeInto(judged, before, (0,tokenize/* tokenCursor */.eA)({ text, backslash }), offset + start + opening);
            continue;
        }
        const isString = kind === 'string' || kind === 'dquoted';
        const isLiteral = isString || (kind === 'number' && /^(?:0x|x')/i.test(sql.slice(start, start + 2)));
        const isSecret = isLiteral && isSecretAfter(before);
        judged.push({ start: offset + start, end: offset + end, isString, isSecret });
        remember(before, end - start > 40 ? '…' : sql.slice(start, end).toUpperCase());
    }
}
function remember({ head, recent }, token) {
    if (token === ';')
        head.length = 0;
    else if (head.length < 2)
        head.push(token);
    recent.push(token);
    if (recent.length > 6)
        recent.shift();
}
function isSecretAfter({ head, recent }) {
    const [second = '', last = ''] = recent.slice(-2);
    if (recent.length < 2)
        return false;
    if (last === 'BY')
        return !NOT_OF_PASSWORDS.test(second);
    if (last === 'PASSWORD' || last === 'REPLACE')
        return true;
    if (last === '(')
        return second === 'PASSWORD' || second === 'OLD_PASSWORD';
    const isAccounts = ACCOUNT_STATEMENT.test(head.join(' '));
    if (last === '=' || last === ':=')
        return second.endsWith('PASSWORD') || (isAccounts && head[0] === 'SET');
    if (last === 'AS' && recent.includes('IDENTIFIED'))
        return true;
    return isAccounts && !BEFORE_NAMES.has(last);
}

;// CONCATENATED MODULE: ./lib/redaction/redact.js


const REDACTED = "'<redacted>'";
/**
 * SQL for the eyes of people: passwords and their hashes are gone, and nothing else, so that a reviewer sees all of
 * what runs. For `backslash` see `Statement`.
 */
function redactSql(sql, backslash = 'escape') {
    const pieces = [];
    let end = 0;
    for (const token of judgeTokens(sql, backslash)) {
        // Comment by comment: an open quote in one must not take the statement behind it along.
        if (token.start > end)
            pieces.push(redactText(sql.slice(end, token.start)));
        pieces.push(redactToken(sql.slice(token.start, token.end), token));
        end = token.end;
    }
    return [...pieces, redactText(sql.slice(end))].join('');
}
function redactToken(written, { isSecret, isString }) {
    if (isSecret)
        return REDACTED;
    // A string may hold SQL itself, for a PREPARE; its own quotes are not those of a password.
    return isString ? written.slice(0, 1) + redactText(written.slice(1, -1)) + written.slice(-1) : written;
}
/** The same for a message in which SQL may stand, cut off anywhere: of the server, a child process, a comment. */
function redactText(text) {
    if (text.length < 4 || !/password|identified|replace|\bby\b|:\/\//i.test(text))
        return text;
    return text
        .replace(IN_ADDRESS, '$1<redacted>@')
        .replace(AFTER_KEYWORD, (_, before) => before + REDACTED);
}
/** `mysql://user:password@host`; up to the last `@`, because a password may hold one. */
const IN_ADDRESS = /(\b[a-z][\w+.-]{0,30}:\/\/[^\s'"`:@/]{0,200}:)[^\s'"`]{0,1000}@/gi;
/** Blanks are bounded: a message of blanks alone must not keep the expression busy. */
const AFTER_KEYWORD = new RegExp([
    '((?:',
    String.raw `(?<!\b(?:terminated|enclosed|escaped|starting|order|group|partition)\s{1,9})\bby(?:\s{1,9}password)?\s{0,9}`,
    String.raw `|\bidentified\s{1,9}with\s{1,9}\S{1,99}\s{1,9}as\s{0,9}`,
    String.raw `|password(?:\s{1,9}for\s{1,9}\S{1,99})?\s{0,9}(?:[:=(]=?)?\s{0,9}(?:password\s{0,9}\(\s{0,9})?`,
    String.raw `|\breplace\s{1,9}`,
    '))(?:',
    // A string in a string: its quotes are doubled or escaped.
    String.raw `(\\["']|''|"")(?!\s|$)[^]*?(?:\2|$)`,
    String.raw `|'(?:[^'\\]|\\[^]|''(?! at line ))*'`,
    String.raw `|"(?:[^"\\]|\\[^]|"")*"`,
    String.raw `|['"][^\n]*`,
    String.raw `|0x[0-9a-f]+`,
    ')',
].join(''), 'gi');
/**
 * The server's words about a statement. When there is a secret in that, the excerpt of its text which a syntax error
 * quotes is dropped: it may begin or end in the middle of the secret.
 */
function redactServerMessage(message, sql, backslash = 'escape') {
    const secrets = judgeTokens(sql, backslash)
        .filter(({ isSecret }) => isSecret)
        .map(({ start, end }) => sql.slice(start, end).replace(/^n?['"]|['"]$/gi, ''));
    if (secrets.length === 0)
        return redactText(message);
    const known = secrets.filter((secret) => secret.length > 2);
    return redactText(redactValues(message.replace(/near '[^]*' at line/, `near ${REDACTED} at line`), known));
}
/** Text without any of the secrets, in whatever form they stand in it. */
function redactValues(text, secrets) {
    return valueRedactor(secrets)(text);
}
/** The same for many texts. */
function valueRedactor(secrets) {
    const forms = (0,secret_forms/* secretForms */.e)(secrets);
    if (forms.length === 0)
        return (text) => text;
    const any = new RegExp(forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw `\$&`)).join('|'), 'g');
    return (text) => text.replace(any, '***');
}


/***/ }),

/***/ 28054:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ secretForms)
/* harmony export */ });
/** A line this short of a multi-line secret says nothing, and hiding it would hide half the report. */
const SHORTEST_LINE = 4;
/** A shorter one is found by chance in any hash. */
const SHORTEST_FRAGMENT = 8;
/**
 * Every form in which a secret may show up, longest first: as it is, trimmed, each of its lines; URL-encoded,
 * escaped for JSON, SQL, HTML and shells; base64 in both alphabets, also as a part of something longer.
 */
function secretForms(secrets) {
    const plain = secrets.filter((secret) => secret.trim() !== '').flatMap(plainForms);
    return [...new Set(plain.flatMap(encodedForms))].sort((a, b) => b.length - a.length);
}
function plainForms(secret) {
    const lines = secret
        .split(/\r\n?|\n/)
        .map((line) => line.trim())
        .filter((line) => line.length >= SHORTEST_LINE);
    return [secret, secret.trim(), ...lines];
}
function encodedForms(plain) {
    const secret = plain.toWellFormed();
    const url = encodeURIComponent(secret);
    const quoted = JSON.stringify(secret).slice(1, -1);
    return [
        plain,
        url,
        url.toLowerCase(),
        url.replaceAll('%20', '+'),
        new URLSearchParams([['', secret]]).toString().slice(1),
        url.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
        encodeURI(secret),
        quoted,
        JSON.stringify(quoted).slice(1, -1),
        quoted.replaceAll('/', String.raw `\/`),
        secret.replaceAll("'", "''"),
        secret.replaceAll(/['"\\]/g, String.raw `\$&`),
        secret.replaceAll("'", String.raw `'\''`),
        secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
        ...base64Forms(secret),
    ];
}
/** In something longer the text starts at any of three places of a base64 group; only whole letters count. */
function base64Forms(secret) {
    const bytes = Buffer.from(secret);
    const fragments = [0, 1, 2].map((shift) => {
        const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
        const whole = Math.floor(((shift + bytes.length) * 8) / 6);
        return encoded.slice(shift === 0 ? 0 : shift + 1, whole);
    });
    const forms = [bytes.toString('base64'), bytes.toString('hex'), ...fragments];
    const others = forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''));
    return [...forms, ...others].filter((form) => form.length >= SHORTEST_FRAGMENT);
}


/***/ }),

/***/ 67759:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F9: () => (/* binding */ executableVersion),
/* harmony export */   eI: () => (/* binding */ OLDEST_SERVER),
/* harmony export */   v8: () => (/* binding */ executableMarker)
/* harmony export */ });
/** 8.0.19, the oldest supported server; executable comments up to this version are run everywhere. */
const OLDEST_SERVER = 80019;
/** The version that an executable comment asks for, 80019 for 8.0.19; 0 where it asks for none. */
function executableVersion(comment) {
    return executableMarker(comment, 0)[1];
}
/** The length of the `/*!80019` that begins at a position, and the version that it asks for. */
function executableMarker(sql, start) {
    const digits = /^\d{5,6}/.exec(sql.slice(start + 3, start + 9))?.[0] ?? '';
    return [3 + digits.length, Number(digits)];
}


/***/ }),

/***/ 48043:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $f: () => (/* binding */ isNameCharacter),
/* harmony export */   D: () => (/* binding */ skipComment),
/* harmony export */   FR: () => (/* binding */ endOfExecutable),
/* harmony export */   Lc: () => (/* binding */ endOfQuoted),
/* harmony export */   S1: () => (/* binding */ isIn),
/* harmony export */   kW: () => (/* binding */ skipInert),
/* harmony export */   on: () => (/* binding */ endOfBlock),
/* harmony export */   tp: () => (/* binding */ table),
/* harmony export */   vT: () => (/* binding */ endOfLine),
/* harmony export */   xC: () => (/* binding */ isSpace),
/* harmony export */   yp: () => (/* binding */ isDigit)
/* harmony export */ });
const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const BACK_QUOTE = 96;
const BACKSLASH = 92;
const DOLLAR = 36;
const HASH = 35;
const DASH = 45;
const SLASH = 47;
const STAR = 42;
const BANG = 33;
const PLUS = 43;
const SPACE = table(' \t\n\v\f\r');
const DIGIT = table('0123456789');
const NAME = table('0123456789$_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ');
/** A lookup table of ASCII characters, for loops that look at every character of a large file. */
function table(characters) {
    const codes = new Uint8Array(128);
    for (const character of characters)
        codes[character.charCodeAt(0)] = 1;
    return codes;
}
/** Whether such a table has a character; for what is past its end and for no character (NaN) it is false, fast. */
function isIn(codes, code) {
    return code < 128 && codes[code] === 1;
}
/** What MySQL takes for a blank; a no-break space is none, it is part of a name. */
function isSpace(code) {
    return isIn(SPACE, code);
}
function isDigit(code) {
    return isIn(DIGIT, code);
}
/** What an unquoted name may consist of. */
function isNameCharacter(code) {
    return isIn(NAME, code) || code > 127;
}
/**
 * The end of the quoted text, comment or hint that begins at `start`: `start` itself where none begins there, -1
 * where it never ends. `/*! … *\/` is code, so it is not skipped.
 */
function skipInert(sql, start, backslash) {
    switch (sql.charCodeAt(start)) {
        case QUOTE:
        case DOUBLE_QUOTE:
        case BACK_QUOTE:
            return endOfQuoted(sql, start, backslash);
        case DOLLAR:
            return endOfDollarQuoted(sql, start);
        case SLASH:
            return sql.startsWith('/*+', start) ? endOfBlock(sql, start) : skipComment(sql, start);
        default:
            return skipComment(sql, start);
    }
}
/** The end of the comment that begins at `start`, in the same terms; neither `/*!` nor `/*+` begins one. */
function skipComment(sql, start) {
    switch (sql.charCodeAt(start)) {
        case HASH:
            return endOfLine(sql, start);
        case DASH:
            return isDashComment(sql, start) ? endOfLine(sql, start) : start;
        case SLASH: {
            if (sql.charCodeAt(start + 1) !== STAR)
                return start;
            const third = sql.charCodeAt(start + 2);
            return third === BANG || third === PLUS ? start : endOfBlock(sql, start);
        }
        default:
            return start;
    }
}
/** The position of the line feed that ends the line, or of the end of the text. */
function endOfLine(sql, start) {
    const end = sql.indexOf('\n', start);
    return end < 0 ? sql.length : end;
}
/** The end of a `/*! … *\/`, or -1: quoted text and comments in it are lexed, as the server does when it runs it. */
function endOfExecutable(sql, start, backslash) {
    let at = start + 3;
    while (at < sql.length) {
        if (sql.charCodeAt(at) === STAR && sql.charCodeAt(at + 1) === SLASH)
            return at + 2;
        const end = skipInert(sql, at, backslash);
        if (end < 0)
            return -1;
        at = end === at ? at + 1 : end;
    }
    return -1;
}
/** Two dashes begin a comment only before a blank, a control character or the end; `5--1` is a double minus. */
function isDashComment(sql, start) {
    if (sql.charCodeAt(start + 1) !== DASH)
        return false;
    const third = sql.charCodeAt(start + 2);
    return Number.isNaN(third) || third <= 32 || third === 127;
}
/** The end of the block comment that begins at `start`, or -1. */
function endOfBlock(sql, start) {
    const end = sql.indexOf('*/', start + 2);
    return end < 0 ? -1 : end + 2;
}
/**
 * The end of the text in quotes that begins at `start`, or -1. A doubled quote is part of the text; a backslash never
 * escapes in a back-quoted name.
 */
function endOfQuoted(sql, start, backslash) {
    const quote = sql.charCodeAt(start);
    const escapes = backslash === 'escape' && quote !== BACK_QUOTE;
    for (let at = start + 1; at < sql.length; at++) {
        const code = sql.charCodeAt(at);
        if (code === quote) {
            if (sql.charCodeAt(at + 1) !== quote)
                return at + 1;
            at++;
        }
        else if (code === BACKSLASH && escapes) {
            at++;
        }
    }
    return -1;
}
/** `$$ … $$` and `$tag$ … $tag$`, as MySQL 9 reads the bodies of external routines; `a$$` is a name. */
function endOfDollarQuoted(sql, start) {
    if (start > 0 && isNameCharacter(sql.charCodeAt(start - 1)))
        return start;
    let at = start + 1;
    while (isNameCharacter(sql.charCodeAt(at)) && sql.charCodeAt(at) !== DOLLAR)
        at++;
    if (sql.charCodeAt(at) !== DOLLAR)
        return start;
    const tag = sql.slice(start, at + 1);
    const end = sql.indexOf(tag, at + 1);
    return end < 0 ? -1 : end + tag.length;
}


/***/ }),

/***/ 15654:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Fu: () => (/* binding */ nextToken),
/* harmony export */   eA: () => (/* binding */ tokenCursor),
/* harmony export */   k8: () => (/* binding */ tokensOf)
/* harmony export */ });
/* unused harmony export tokenize */
/* harmony import */ var _executable_comment_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(67759);
/* harmony import */ var _lexical_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(48043);


const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const BACK_QUOTE = 96;
const DOLLAR = 36;
const AT = 64;
const DOT = 46;
const SLASH = 47;
const STAR = 42;
const OPERATORS = ['<=>', '->>', '<=', '>=', '<>', '!=', '<<', '>>', ':=', '||', '&&', '->'];
const OPERATOR_STARTS = (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .table */ .tp)(OPERATORS.map((operator) => operator[0]).join(''));
const EXPONENT = /\d+(?:\.\d*)?[eE][+-]?\d+/y;
const HEX_OR_BITS = /0(?:x[0-9a-fA-F]+|b[01]+)(?![\w$\u0080-\uffff])/y;
const DECIMAL = /\d*\.?\d*(?:[eE][+-]?\d+)?/y;
/**
 * The tokens of a statement, lexed as they are asked for. `a.b` is three tokens and `_utf8mb4'…'` two, as the server
 * allows a blank between them; `N'…'`, `x'…'`, `@x`, `@'x'` and `@@global.x` are one, as it does not.
 */
function tokenize(statement) {
    return tokensOf(statement, undefined);
}
/** The same, with the executable comments opened up that a server of this version runs. */
function* tokensOf(statement, serverVersion) {
    const { text } = statement;
    const cursor = tokenCursor(statement, serverVersion);
    let { line } = statement;
    let lineEnd = text.indexOf('\n');
    while (nextToken(cursor)) {
        for (; lineEnd >= 0 && lineEnd < cursor.start; lineEnd = text.indexOf('\n', lineEnd + 1))
            line++;
        yield { kind: cursor.kind, text: text.slice(cursor.start, cursor.end), line };
    }
}
/** A cursor before the first token; with a version it opens the executable comments that such a server runs. */
function tokenCursor(statement, serverVersion) {
    const { text: sql, backslash = 'escape' } = statement;
    return { sql, backslash, serverVersion, isInComment: false, kind: 'word', start: 0, end: 0 };
}
/** Moves to the next token; false after the last one. */
function nextToken(cursor) {
    const { sql } = cursor;
    const start = skipBlanks(cursor, cursor.end);
    if (start >= sql.length)
        return false;
    cursor.start = start;
    cursor.end = readToken(cursor, start);
    return true;
}
function skipBlanks(cursor, from) {
    const { sql } = cursor;
    let at = from;
    for (;;) {
        while ((0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isSpace */ .xC)(sql.charCodeAt(at)))
            at++;
        const end = skipOpened(cursor, at) ?? (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .skipComment */ .D)(sql, at);
        if (end === at)
            return at;
        at = end < 0 ? sql.length : end;
    }
}
/** Passes the ends of an executable comment that is run, or all of one that is not; undefined where there is none. */
function skipOpened(cursor, at) {
    const { sql, serverVersion } = cursor;
    const code = sql.charCodeAt(at);
    if (serverVersion === undefined || (code !== SLASH && code !== STAR))
        return undefined;
    if (cursor.isInComment && sql.startsWith('*/', at)) {
        cursor.isInComment = false;
        return at + 2;
    }
    if (!sql.startsWith('/*!', at))
        return undefined;
    const [marker, version] = (0,_executable_comment_js__WEBPACK_IMPORTED_MODULE_1__/* .executableMarker */ .v8)(sql, at);
    if (version > serverVersion)
        return (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .endOfBlock */ .on)(sql, at);
    cursor.isInComment = true;
    return at + marker;
}
function readToken(cursor, start) {
    const { sql } = cursor;
    const code = sql.charCodeAt(start);
    switch (code) {
        case QUOTE:
            return readInert(cursor, start, 'string');
        case DOUBLE_QUOTE:
            return readInert(cursor, start, 'dquoted');
        case BACK_QUOTE:
            return readInert(cursor, start, 'name');
        case DOLLAR:
            return readDollar(cursor, start);
        case AT:
            return readVariable(cursor, start);
        case DOT:
            return readDot(cursor, start);
        case SLASH:
            return readSlash(cursor, start);
    }
    if ((0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isDigit */ .yp)(code))
        return readDigit(cursor, start);
    return (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isNameCharacter */ .$f)(code) ? readWord(cursor, start) : readOperator(cursor, start);
}
/** After `t.` everything is a name: `t.1e5` has no number in it. */
function readDigit(cursor, start) {
    const isName = cursor.sql.charCodeAt(start - 1) === DOT && followsName(cursor.sql, start - 1);
    return isName ? readWord(cursor, start) : readNumber(cursor, start);
}
function readDot(cursor, start) {
    const isNumber = (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isDigit */ .yp)(cursor.sql.charCodeAt(start + 1)) && !followsName(cursor.sql, start);
    return isNumber ? readNumber(cursor, start) : readOperator(cursor, start);
}
function readDollar(cursor, start) {
    const isWord = (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .skipInert */ .kW)(cursor.sql, start, cursor.backslash) === start;
    return isWord ? readWord(cursor, start) : readInert(cursor, start, 'string');
}
function followsName(sql, at) {
    const before = sql.charCodeAt(at - 1);
    return before === BACK_QUOTE || (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isNameCharacter */ .$f)(before);
}
function readInert(cursor, start, kind) {
    cursor.kind = kind;
    const end = (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .skipInert */ .kW)(cursor.sql, start, cursor.backslash);
    return end < 0 ? cursor.sql.length : end;
}
function readWord(cursor, start) {
    const { sql } = cursor;
    let at = start + 1;
    while ((0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isNameCharacter */ .$f)(sql.charCodeAt(at)))
        at++;
    cursor.kind = 'word';
    if (at !== start + 1 || sql.charCodeAt(at) !== QUOTE)
        return at;
    if (!'nNxXbB'.includes(sql.charAt(start)))
        return at;
    return readInert(cursor, at, 'nN'.includes(sql.charAt(start)) ? 'string' : 'number');
}
function readNumber(cursor, start) {
    const { sql } = cursor;
    let at = start;
    while ((0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isDigit */ .yp)(sql.charCodeAt(at)))
        at++;
    cursor.kind = 'number';
    const code = sql.charCodeAt(at);
    if (code !== DOT && !(0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isNameCharacter */ .$f)(code))
        return at;
    for (const form of [HEX_OR_BITS, EXPONENT]) {
        const end = endOfMatch(form, sql, start);
        if (end > start)
            return end;
    }
    return code === DOT ? endOfMatch(DECIMAL, sql, start) : readWord(cursor, start);
}
function readVariable(cursor, start) {
    const { sql } = cursor;
    cursor.kind = 'variable';
    if ('\'"`'.includes(sql[start + 1] ?? ' '))
        return readInert(cursor, start + 1, 'variable');
    const isSystem = sql[start + 1] === '@';
    const end = isSystem ? endOfPath(cursor, start + 2) : endOfUserVariable(sql, start + 1);
    return end > start + (isSystem ? 2 : 1) ? end : readOperator(cursor, start);
}
function endOfUserVariable(sql, start) {
    let at = start;
    while ((0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isNameCharacter */ .$f)(sql.charCodeAt(at)) || sql.charCodeAt(at) === DOT)
        at++;
    return at;
}
/** Names with dots between them, each plain or back-quoted; `start` where no name begins. */
function endOfPath({ sql, backslash }, start) {
    let end = start;
    for (let at = start;; at = end + 1) {
        let next = at;
        if (sql.charCodeAt(at) === BACK_QUOTE)
            next = Math.max(at, (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .skipInert */ .kW)(sql, at, backslash));
        else
            while ((0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isNameCharacter */ .$f)(sql.charCodeAt(next)))
                next++;
        if (next === at)
            return end;
        end = next;
        if (sql.charCodeAt(end) !== DOT)
            return end;
    }
}
function readSlash(cursor, start) {
    const { sql } = cursor;
    if (sql.startsWith('/*+', start))
        return readInert(cursor, start, 'hint');
    if (!sql.startsWith('/*!', start))
        return readOperator(cursor, start);
    cursor.kind = 'executable-comment';
    const end = (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .endOfExecutable */ .FR)(sql, start, cursor.backslash);
    return end < 0 ? sql.length : end;
}
function readOperator(cursor, start) {
    const { sql } = cursor;
    cursor.kind = 'operator';
    if (!(0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isIn */ .S1)(OPERATOR_STARTS, sql.charCodeAt(start)))
        return start + 1;
    return start + (OPERATORS.find((operator) => sql.startsWith(operator, start))?.length ?? 1);
}
function endOfMatch(form, sql, start) {
    form.lastIndex = start;
    return form.test(sql) ? form.lastIndex : start;
}


/***/ }),

/***/ 73809:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   qE: () => (/* binding */ clamp),
/* harmony export */   ws: () => (/* binding */ toVisible),
/* harmony export */   yk: () => (/* binding */ toVisibleLine)
/* harmony export */ });
/** Colours of terminals, which say nothing. Other sequences stay to be seen: what they hide may be SQL that runs. */
const COLOURS = /\u001b\[[\d;]*m/g;
/**
 * Control characters but tab and line feed, direction marks, tag characters, and what has no width. The joiners
 * U+200C and U+200D stay: writing systems and emoji need them.
 */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
/** Most text: worth a look first, for SQL may be megabytes. */
const PLAIN = /^[\t\n -~]*$/;
/** Text in which nothing hides, moves or recolours other text: `\u{202e}` stands for a right-to-left override. */
function toVisible(text) {
    if (PLAIN.test(text))
        return text;
    return text
        .toWellFormed()
        .replaceAll('\r\n', '\n')
        .replace(COLOURS, '')
        .replace(HIDDEN, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);
}
/** Like `toVisible`, on one line and no longer than `limit` characters. */
function toVisibleLine(text, limit = 1000) {
    // Cut first, so that a megabyte is not escaped for the sake of its first kilobyte; escaping only makes it longer.
    const lines = toVisible(clamp(text, limit))
        .split('\n')
        .map((line) => line.trim());
    return clamp(lines.filter((line) => line !== '').join(' '), limit);
}
/** The first `limit` characters, the last of them an ellipsis when something is missing. */
function clamp(text, limit) {
    if (text.length <= limit)
        return text;
    return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}


/***/ }),

/***/ 3742:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ toSafeJson),
/* harmony export */   W: () => (/* binding */ withoutCommands)
/* harmony export */ });
/**
 * Text that the runner takes for no command wherever it is printed: `::x::` counts at the start of a line, the legacy
 * `##[x]` anywhere. See ActionCommand.cs in github.com/actions/runner.
 */
function withoutCommands(text) {
    return text.replace(/^([^\S\n]*):(?=:)/gm, String.raw `$1\:`).replaceAll('##[', String.raw `##\[`);
}
/** JSON whose text cannot be a command, on one line unless `indent` is given; it parses back to the same value. */
function toSafeJson(value, indent = 0) {
    return (JSON.stringify(value, undefined, indent) ?? 'null')
        .replaceAll('##[', String.raw `#\u0023[`)
        .replace(UNSAFE_IN_TERMINALS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
/** What JSON allows unescaped and a terminal or an editor acts on: 8-bit controls, line separators, direction marks. */
const UNSAFE_IN_TERMINALS = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		id: moduleId,
/******/ 		loaded: false,
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId].call(module.exports, module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Flag the module as loaded
/******/ 	module.loaded = true;
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return "" + chunkId + ".index.js";
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/node module decorator */
/******/ (() => {
/******/ 	__nccwpck_require__.nmd = (module) => {
/******/ 		module.paths = [];
/******/ 		if (!module.children) module.children = [];
/******/ 		return module;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(34640);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
