export const id = 302;
export const ids = [302];
export const modules = {

/***/ 24302:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  cli: () => (/* binding */ cli)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: ./lib/console-log.js
var console_log = __webpack_require__(1644);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(75447);
// EXTERNAL MODULE: ./lib/changelog/did-you-mean.js
var did_you_mean = __webpack_require__(77712);
// EXTERNAL MODULE: ./lib/input-table.js
var input_table = __webpack_require__(82087);
// EXTERNAL MODULE: ./lib/unbuilt-inputs.js
var unbuilt_inputs = __webpack_require__(53393);
;// CONCATENATED MODULE: ./lib/flags.js




/** One that is not built yet is refused as such, not as unknown. */
const FLAGS = [...input_table/* INPUTS */.mc, ...unbuilt_inputs/* UNBUILT_INPUTS */.A];
/** `<mode> [--<input> <value>]…`; all wrong flags are told at once. */
function parseFlags(argv) {
    const flags = new Map();
    const problems = [];
    for (let index = 0; index < argv.length; index += 1) {
        const argument = argv[index];
        if (!argument.startsWith('--')) {
            if (flags.has('mode'))
                problems.push(usage(`unexpected argument ${JSON.stringify(argument)}`, 'flags begin with --'));
            else
                flags.set('mode', argument);
            continue;
        }
        const [name, inline] = splitOnce(argument.slice(2), '=');
        const problem = checkFlag(name);
        if (problem) {
            problems.push(problem);
            if (inline === undefined && !(argv[index + 1] ?? '--').startsWith('--'))
                index += 1;
            continue;
        }
        if (flags.has(name))
            problems.push(usage(`--${name} is given twice`, 'give it once'));
        const next = argv[index + 1];
        if (inline !== undefined)
            flags.set(name, inline);
        else if (isBoolean(name) && next !== 'true' && next !== 'false')
            flags.set(name, 'true');
        else if (next === undefined || next.startsWith('--'))
            problems.push(usage(`--${name} needs a value`, `--${name} <value>`));
        else
            flags.set(name, argv[(index += 1)]);
    }
    (0,errors/* refuse */.TR)(problems);
    return flags;
}
function splitOnce(text, separator) {
    const at = text.indexOf(separator);
    return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
function isBoolean(name) {
    return FLAGS.find((input) => input.name === name)?.kind === 'boolean';
}
function usage(message, fix) {
    return { code: 'invalid-input', message, fix };
}
function checkFlag(name) {
    if (name === 'db-password-file')
        return undefined;
    const spec = FLAGS.find((input) => input.name === name);
    if (!spec) {
        const meant = (0,did_you_mean/* closest */.k)(name, input_table/* INPUTS */.mc.map((input) => input.name));
        return usage(`unknown flag --${name}`, meant === undefined ? 'db-deploy --help lists the flags' : (0,did_you_mean/* didYouMean */.a)(`--${meant}`));
    }
    if (spec.kind !== 'secret')
        return undefined;
    const where = spec.environment ?? name.toUpperCase().replaceAll('-', '_');
    const fix = name === 'db-password'
        ? 'set DB_PASSWORD, or use --db-password-file, or wait for the prompt'
        : `set ${where} in the environment`;
    return usage(`--${name} would show a secret to everybody on this machine`, fix);
}

// EXTERNAL MODULE: ./lib/github/event.js
var github_event = __webpack_require__(44260);
// EXTERNAL MODULE: ./lib/github/fork-head.js
var fork_head = __webpack_require__(76825);
;// CONCATENATED MODULE: ./lib/help.js

/** What `--help` prints. */
function helpText() {
    const modes = input_table/* MODES */.FN.map((mode) => `  ${mode.padEnd(12)}${input_table/* MODE_MEANINGS */.JF[mode]}`);
    const flags = input_table/* INPUTS */.mc.filter(({ name, kind }) => name !== 'mode' && kind !== 'secret').map(({ name, meaning, default: otherwise, environment }) => {
        const notes = [
            ...(otherwise === undefined ? [] : [`default: ${otherwise}`]),
            ...(environment === undefined ? [] : [`or ${environment}`]),
        ];
        return `  --${name.padEnd(24)}${meaning}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
    });
    const secrets = input_table/* INPUTS */.mc.filter(({ name, kind }) => kind === 'secret' && name !== 'github-token').map(({ environment, meaning }) => `  ${(environment ?? '').padEnd(26)}${meaning}`);
    return [
        'db-deploy <mode> [--<input> <value>]…',
        '',
        'Deploys a reviewed YAML changelog of SQL to MySQL.',
        '',
        'Modes:',
        ...modes,
        '',
        'Flags:',
        ...flags,
        `  --${'db-password-file'.padEnd(24)}file whose text is the password`,
        '',
        'Secrets, from the environment only:',
        ...secrets,
        '',
        'Exit code: 0 ok, 1 not ok, 2 wrong usage.',
    ].join('\n');
}

// EXTERNAL MODULE: ./lib/inputs.js + 3 modules
var lib_inputs = __webpack_require__(56551);
// EXTERNAL MODULE: ./lib/modes/run-id.js
var run_id = __webpack_require__(73960);
// EXTERNAL MODULE: ./lib/modes/run-mode.js + 423 modules
var run_mode = __webpack_require__(96787);
// EXTERNAL MODULE: ./lib/report/run-events.js
var run_events = __webpack_require__(26432);
// EXTERNAL MODULE: ./lib/report/report-json.js
var report_json = __webpack_require__(87506);
// EXTERNAL MODULE: ./lib/report/redact-report.js
var redact_report = __webpack_require__(38343);
// EXTERNAL MODULE: ./lib/report/redact.js + 1 modules
var report_redact = __webpack_require__(72098);
// EXTERNAL MODULE: ./lib/report/plan-text.js + 2 modules
var plan_text = __webpack_require__(82728);
// EXTERNAL MODULE: external "node:readline"
var external_node_readline_ = __webpack_require__(80481);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
;// CONCATENATED MODULE: ./lib/password.js




/** A password comes from the environment, a file or a prompt; never from the command line, where others can read it. */
async function withPassword(flags, env, terminal, output) {
    const file = flags.get('db-password-file');
    flags.delete('db-password-file');
    if (file !== undefined) {
        try {
            flags.set('db-password', (await (0,promises_.readFile)(file, 'utf8')).replace(/\r?\n$/, ''));
        }
        catch (error) {
            throw new errors/* ExpectedError */.Dh({
                code: 'invalid-input',
                message: `--db-password-file: ${error.message}`,
                fix: 'name a file that can be read',
            });
        }
        return flags;
    }
    const isNeeded = flags.get('mode') !== 'validate' && env['DB_PASSWORD'] === undefined;
    const isComplete = (flags.get('db-user') ?? env['DB_USER']) !== undefined;
    if (isNeeded && isComplete && terminal.isInteractive) {
        flags.set('db-password', await askPassword(terminal, output));
    }
    return flags;
}
async function askPassword(terminal, output) {
    output.err('password (not shown):');
    const silent = new external_node_stream_.Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = (0,external_node_readline_.createInterface)({ input: terminal.input, output: silent, terminal: true });
    try {
        return await new Promise((resolve) => {
            reader.question('', resolve);
            reader.on('close', () => resolve(''));
        });
    }
    finally {
        reader.close();
    }
}

// EXTERNAL MODULE: ./lib/report/log.js
var report_log = __webpack_require__(62155);
// EXTERNAL MODULE: ./lib/report/verdict.js + 1 modules
var verdict = __webpack_require__(20797);
// EXTERNAL MODULE: ./lib/report/workflow-command.js
var workflow_command = __webpack_require__(45636);
;// CONCATENATED MODULE: ./lib/cli.js



















/** The same modes at a terminal; gives the exit code: 0 ok, 1 not ok, 2 wrong usage. */
async function cli(argv, env, output, terminal, onInterrupt) {
    if (argv.includes('--help') || argv.includes('-h')) {
        output.out(helpText());
        return 0;
    }
    let raw;
    let inputs;
    let secrets = [];
    const learn = (known) => {
        secrets = (0,lib_inputs/* secretValues */.VX)(known);
        output.learnSecrets?.(secrets);
        return known;
    };
    try {
        const flags = parseFlags(argv);
        learn((0,lib_inputs/* readTerminalInputs */._4)(flags, env));
        raw = learn((0,lib_inputs/* readTerminalInputs */._4)(await withPassword(flags, env, terminal, output), env));
        inputs = (0,lib_inputs/* parseInputs */.TL)(raw, env, 'terminal');
        // In a step of a workflow this is a terminal as well.
        if ('database' in inputs)
            (0,fork_head/* refuseForkHead */.F)(await (0,github_event/* readEvent */.j)(env));
    }
    catch (error) {
        if (!(error instanceof errors/* ExpectedError */.Dh))
            throw error;
        const redact = (0,report_redact/* valueRedactor */._n)(secrets);
        for (const problem of error.problems)
            output.err((0,report_log/* formatTextEvent */.F)((0,redact_report/* redactEvent */.g)(usageEvent(problem), redact), terminal));
        output.err('db-deploy --help explains modes and flags');
        return 2;
    }
    const runId = (0,run_id/* newRunId */.F)(new Date());
    const style = { format: (0,lib_inputs/* logFormat */.yd)(raw), colour: terminal.colour, secrets, runId };
    const log = (0,console_log/* consoleLog */.a)(output, {
        ...style,
        environment: inputs.environment,
        to: style.format === 'json' ? 'out' : 'err',
    });
    if (style.format === 'json')
        log((0,run_events/* runStarted */.d)(inputs.mode));
    const report = (0,redact_report/* redactReport */.a)(await (0,run_mode/* runMode */.r)(inputs, runId, log, onInterrupt), secrets);
    if (style.format === 'json')
        log((0,run_events/* runFinished */.u)(report));
    await printReport(report, output, style.format, terminal);
    return (0,verdict/* verdict */.W)(report).exitCode;
}
/** stdout is the result: the SQL of `update-sql`, in JSON the report, else what a person reads. */
async function printReport(report, output, format, terminal) {
    if (format === 'json') {
        output.out((0,workflow_command/* toSafeJson */.D)({
            ts: report.finishedAt,
            level: (0,verdict/* verdict */.W)(report).exitCode === 0 ? 'info' : 'error',
            event: 'report',
            report: (0,report_json/* toJsonValue */.x)(report),
        }));
        return;
    }
    const text = (0,plan_text/* renderPlanText */.$)(report, { colour: terminal.colour });
    if (report.sqlFile === undefined) {
        output.out(text);
        return;
    }
    output.out((await (0,promises_.readFile)(report.sqlFile, 'utf8')).trimEnd());
    output.err(text);
}
function usageEvent({ message, at, fix }) {
    return {
        level: 'error',
        event: 'usage',
        message,
        ...(at ? { at } : {}),
        ...(fix === undefined ? {} : { fix }),
    };
}


/***/ })

};
