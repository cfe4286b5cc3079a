export const id = 778;
export const ids = [778];
export const modules = {

/***/ 5778:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   cli: () => (/* binding */ cli)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_readline__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(481);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7075);
/* harmony import */ var _console_log_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2218);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2705);
/* harmony import */ var _input_table_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(545);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3295);
/* harmony import */ var _modes_run_id_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(698);
/* harmony import */ var _modes_run_mode_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(4833);
/* harmony import */ var _report_plan_text_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(7044);
/* harmony import */ var _report_log_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(1313);
/* harmony import */ var _report_verdict_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(303);
/* harmony import */ var _report_workflow_command_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(894);













/** The same modes at a terminal; gives the exit code: 0 ok, 1 not ok, 2 wrong usage. */
async function cli(argv, env, output, terminal) {
    if (argv.includes('--help') || argv.includes('-h')) {
        output.out(helpText());
        return 0;
    }
    let raw;
    let inputs;
    try {
        const flags = parseFlags(argv);
        raw = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_6__/* .readTerminalInputs */ ._4)(await withPassword(flags, env, terminal, output), env);
        inputs = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_6__/* .parseInputs */ .TL)(raw, env, 'terminal');
    }
    catch (error) {
        if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .ExpectedError */ .Dh))
            throw error;
        for (const problem of error.problems)
            output.err((0,_report_log_js__WEBPACK_IMPORTED_MODULE_10__/* .formatTextEvent */ .F)(usageEvent(problem), terminal));
        output.err('db-deploy --help explains modes and flags');
        return 2;
    }
    const runId = (0,_modes_run_id_js__WEBPACK_IMPORTED_MODULE_7__/* .newRunId */ .F)(new Date());
    const style = { format: (0,_inputs_js__WEBPACK_IMPORTED_MODULE_6__/* .logFormat */ .yd)(raw), colour: terminal.colour, secrets: (0,_inputs_js__WEBPACK_IMPORTED_MODULE_6__/* .secretValues */ .VX)(raw), runId };
    const log = (0,_console_log_js__WEBPACK_IMPORTED_MODULE_3__/* .consoleLog */ .a)(output, {
        ...style,
        environment: inputs.environment,
        to: style.format === 'json' ? 'out' : 'err',
    });
    const report = await (0,_modes_run_mode_js__WEBPACK_IMPORTED_MODULE_8__/* .runMode */ .r)(inputs, runId, log);
    await printReport(report, output, style.format, terminal);
    return (0,_report_verdict_js__WEBPACK_IMPORTED_MODULE_11__/* .verdict */ .W)(report).exitCode;
}
/** stdout is the result: the SQL of `update-sql`, in JSON the report, else what a person reads. */
async function printReport(report, output, format, terminal) {
    if (format === 'json') {
        output.out((0,_report_workflow_command_js__WEBPACK_IMPORTED_MODULE_12__/* .toSafeJson */ .D)({
            ts: report.finishedAt,
            level: (0,_report_verdict_js__WEBPACK_IMPORTED_MODULE_11__/* .verdict */ .W)(report).exitCode === 0 ? 'info' : 'error',
            event: 'report',
            report,
        }));
        return;
    }
    const text = (0,_report_plan_text_js__WEBPACK_IMPORTED_MODULE_9__/* .renderPlanText */ .$)(report, { colour: terminal.colour });
    if (report.sqlFile === undefined) {
        output.out(text);
        return;
    }
    output.out((await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(report.sqlFile, 'utf8')).trimEnd());
    output.err(text);
}
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
        const [name = '', inline] = splitOnce(argument.slice(2), '=');
        const problem = checkFlag(name);
        if (problem) {
            problems.push(problem);
            if (inline === undefined && !(argv[index + 1] ?? '--').startsWith('--'))
                index += 1;
            continue;
        }
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
    const [first, ...rest] = problems;
    if (first)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .ExpectedError */ .Dh(first, ...rest);
    return flags;
}
function splitOnce(text, separator) {
    const at = text.indexOf(separator);
    return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
function isBoolean(name) {
    return _input_table_js__WEBPACK_IMPORTED_MODULE_5__/* .INPUTS */ .mc.find((input) => input.name === name)?.kind === 'boolean';
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
function usage(message, fix) {
    return { code: 'invalid-input', message, fix };
}
function checkFlag(name) {
    if (name === 'db-password-file')
        return undefined;
    const spec = _input_table_js__WEBPACK_IMPORTED_MODULE_5__/* .INPUTS */ .mc.find((input) => input.name === name);
    if (!spec || name === 'mode')
        return usage(`unknown flag --${name}`, 'db-deploy --help lists the flags');
    if (spec.kind !== 'secret')
        return undefined;
    const where = spec.environment ?? name.toUpperCase().replaceAll('-', '_');
    const fix = name === 'db-password'
        ? 'set DB_PASSWORD, or use --db-password-file, or wait for the prompt'
        : `set ${where} in the environment`;
    return usage(`--${name} would show a secret to everybody on this machine`, fix);
}
/** A password comes from the environment, a file or a prompt; never from the command line, where others can read it. */
async function withPassword(flags, env, terminal, output) {
    const file = flags.get('db-password-file');
    flags.delete('db-password-file');
    if (file !== undefined) {
        try {
            flags.set('db-password', (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(file, 'utf8')).replace(/\r?\n$/, ''));
        }
        catch (error) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .ExpectedError */ .Dh(usage(`--db-password-file: ${error.message}`, 'name a file that can be read'));
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
    const silent = new node_stream__WEBPACK_IMPORTED_MODULE_2__.Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = (0,node_readline__WEBPACK_IMPORTED_MODULE_1__.createInterface)({ input: terminal.input, output: silent, terminal: true });
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
function helpText() {
    const modes = _input_table_js__WEBPACK_IMPORTED_MODULE_5__/* .MODES */ .FN.map((mode) => `  ${mode.padEnd(12)}${_input_table_js__WEBPACK_IMPORTED_MODULE_5__/* .MODE_MEANINGS */ .JF[mode]}`);
    const flags = _input_table_js__WEBPACK_IMPORTED_MODULE_5__/* .INPUTS */ .mc.filter(({ name, kind }) => name !== 'mode' && kind !== 'secret').map(({ name, meaning, default: otherwise, environment }) => {
        const notes = [
            ...(otherwise === undefined ? [] : [`default: ${otherwise}`]),
            ...(environment === undefined ? [] : [`or ${environment}`]),
        ];
        return `  --${name.padEnd(24)}${meaning}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
    });
    const secrets = _input_table_js__WEBPACK_IMPORTED_MODULE_5__/* .INPUTS */ .mc.filter(({ name, kind }) => kind === 'secret' && name !== 'github-token').map(({ environment, meaning }) => `  ${(environment ?? '').padEnd(26)}${meaning}`);
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


/***/ })

};
