export const id = 784;
export const ids = [784];
export const modules = {

/***/ 64784:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  cli: () => (/* binding */ cli)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: ./lib/terminal/console-log.js
var console_log = __webpack_require__(12839);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(72705);
// EXTERNAL MODULE: ./lib/yaml/did-you-mean.js
var did_you_mean = __webpack_require__(56823);
// EXTERNAL MODULE: ./lib/inputs/input-table.js
var input_table = __webpack_require__(32713);
// EXTERNAL MODULE: ./lib/inputs/unbuilt-inputs.js
var unbuilt_inputs = __webpack_require__(73615);
;// CONCATENATED MODULE: ./lib/terminal/flags.js




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
var github_event = __webpack_require__(14398);
// EXTERNAL MODULE: ./lib/github/fork-head.js
var fork_head = __webpack_require__(95291);
;// CONCATENATED MODULE: ./lib/terminal/help.js

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
        'Also: db-deploy scaffold FILE.csv [--write] [--working-directory FOLDER]',
        '  proposes a dataset and its staging table from the first rows of a CSV file; overwrites nothing',
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

// EXTERNAL MODULE: ./lib/inputs/inputs.js + 3 modules
var inputs_inputs = __webpack_require__(13657);
// EXTERNAL MODULE: ./lib/modes/run/run-id.js
var run_id = __webpack_require__(51532);
// EXTERNAL MODULE: ./lib/modes/run-mode.js + 447 modules
var run_mode = __webpack_require__(97603);
// EXTERNAL MODULE: ./lib/log/run-events.js
var run_events = __webpack_require__(164);
// EXTERNAL MODULE: ./lib/report/schema/report-json.js
var report_json = __webpack_require__(52864);
// EXTERNAL MODULE: ./lib/log/redact-report.js
var redact_report = __webpack_require__(65419);
// EXTERNAL MODULE: ./lib/redaction/redact.js + 1 modules
var redaction_redact = __webpack_require__(52650);
// EXTERNAL MODULE: ./lib/report/text/plan-text.js + 2 modules
var plan_text = __webpack_require__(46588);
// EXTERNAL MODULE: external "node:readline"
var external_node_readline_ = __webpack_require__(80481);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
;// CONCATENATED MODULE: ./lib/terminal/password.js




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

// EXTERNAL MODULE: ./lib/log/log.js
var log_log = __webpack_require__(18079);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(38522);
// EXTERNAL MODULE: ./lib/yaml/path.js
var yaml_path = __webpack_require__(91699);
;// CONCATENATED MODULE: ./lib/pipeline/plain/csv-rows.js
/** The rows of a batch as texts, also of one that was not read yet; the header has so many fields. */
function csvRows(batch, delimiter, width) {
    if (batch.kind === 'rows')
        return batch;
    const rows = [];
    const lines = [];
    for (const [at, text] of batch.bytes
        .toString('utf8', 0, batch.bytes.length - 1)
        .split('\n')
        .entries()) {
        const row = text.endsWith('\r') ? text.slice(0, -1) : text;
        // A blank line is a row only where a row has one field.
        if (row === '' && width !== 1)
            continue;
        rows.push(row.split(delimiter));
        lines.push(batch.firstLine + at);
    }
    return { kind: 'rows', rows, lines, notes: new Map() };
}

;// CONCATENATED MODULE: ./lib/pipeline/scaffold/csv-sample.js
/** Texts by which files say that there is no value, the usual one first. */
const NULL_TEXTS = [
    ...['', 'NA', 'N/A', 'NULL', 'null', String.raw `\N`, 'NaN', 'nan', 'None', '?', '-'],
];
/** The values of a column that are not NULL, each once. */
function distinctValues({ values, quoted }, nullText) {
    const distinct = new Set(values);
    const isNull = distinct.has(nullText) && ![...quoted].some((row) => values[row] === nullText);
    if (isNull)
        distinct.delete(nullText);
    return distinct;
}
/** How many rows have no value. */
function countNulls({ values, quoted }, nullText) {
    let count = 0;
    for (const [row, value] of values.entries())
        if (value === nullText && !quoted.has(row))
            count += 1;
    return count;
}
/** `all 323 rows`, `the first 10,000 rows`. */
function describeRows({ rows, isWhole }) {
    const number = String(rows).replace(/\B(?=(?:\d{3})+$)/g, ',');
    return `${isWhole ? 'all' : 'the first'} ${number} ${rows === 1 ? 'row' : 'rows'}`;
}

// EXTERNAL MODULE: ./lib/pipeline/manifest/csv-dialect.js
var csv_dialect = __webpack_require__(44566);
;// CONCATENATED MODULE: ./lib/pipeline/scaffold/detect-dialect.js

const DELIMITERS = [',', ';', '\t', '|'];
const QUOTES = [
    { quote: '"', escape: '"' },
    { quote: '"', escape: '\\' },
    { quote: '', escape: '' },
    { quote: "'", escape: "'" },
];
/** The delimiter and quotes by which most rows have as many fields as the header, and those are most. */
function detectDialect(encoding, read) {
    let best;
    for (const quotes of QUOTES) {
        for (const delimiter of DELIMITERS) {
            const form = { delimiter, ...quotes };
            const rows = read({ ...form, encoding });
            const fit = rows && toFit(form, rows);
            if (fit && (!best || isBetter(fit, best)))
                best = fit;
        }
    }
    return { ...(best?.form ?? csv_dialect/* RFC_4180 */.s), encoding };
}
function toFit(form, rows) {
    const width = rows[0]?.length ?? 1;
    const fitting = rows.filter((row) => row.length === width).length;
    const isHidden = ['"', "'"].some((sign) => sign !== form.quote && rows.some((row) => isQuotedBy(row, sign)));
    return { form, share: (rows.length === 0 ? 1 : fitting / rows.length) - (isHidden ? 0.1 : 0), width };
}
/** A row whose fields stand in other quotes, each of them. */
function isQuotedBy(row, quote) {
    return (row.length > 0 &&
        row.every((field) => field.length > 1 && field.startsWith(quote) && field.endsWith(quote)));
}
/** One column alone fits always, so it is what is left. */
function isBetter(fit, best) {
    const [isWide, wasWide] = [fit.width > 1, best.width > 1];
    if (isWide !== wasWide)
        return isWide && fit.share > 0.8;
    return Math.abs(fit.share - best.share) > 0.02 ? fit.share > best.share : fit.width > best.width;
}

;// CONCATENATED MODULE: ./lib/pipeline/scaffold/detect-encoding.js
/** The encoding of a file by its first bytes, as the Encoding Standard calls it. */
function detectEncoding(bytes) {
    const [first, second] = bytes;
    if (first === 0xff && second === 0xfe)
        return 'utf-16le';
    if (first === 0xfe && second === 0xff)
        return 'utf-16be';
    // Letters of Europe have a NUL byte beside each in UTF-16, and no text has one in other encodings.
    const nul = bytes.indexOf(0);
    if (nul >= 0)
        return nul % 2 === 1 ? 'utf-16le' : 'utf-16be';
    return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}
/** The last bytes may be the beginning of a character. */
function isUtf8(bytes) {
    try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
        return true;
    }
    catch {
        return false;
    }
}
/** What a file is that cannot be CSV, by its first bytes; undefined where it may be. */
function otherFormat(bytes) {
    const begins = (...start) => start.every((byte, at) => bytes[at] === byte);
    if (begins(0x1f, 0x8b))
        return 'gzip, so its name has to end in .csv.gz';
    if (begins(0x50, 0x4b, 0x03, 0x04))
        return 'a ZIP archive, or a workbook of Excel: unpack it, or save it as CSV';
    if (begins(0x25, 0x50, 0x44, 0x46))
        return 'a PDF';
    return begins(0x50, 0x41, 0x52, 0x31) ? 'Parquet' : undefined;
}

// EXTERNAL MODULE: ./lib/files/csv/parse-csv.js + 1 modules
var parse_csv = __webpack_require__(85692);
// EXTERNAL MODULE: ./lib/files/csv/read-csv.js
var read_csv = __webpack_require__(46494);
// EXTERNAL MODULE: ./lib/files/csv/text-lines.js
var text_lines = __webpack_require__(10838);
// EXTERNAL MODULE: ./lib/files/working-directory.js
var working_directory = __webpack_require__(48377);
;// CONCATENATED MODULE: ./lib/files/csv/read-csv-sample.js












/** Of the bytes by which the form of a file is found. */
const HEAD = 256 * 1024;
const MOST_ROWS = 10_000;
/** Of wide files fewer rows are read, for every value is tried as every type. */
const MOST_VALUES = 400_000;
/** Reads the header and the first rows of a file, by the form that its first bytes seem to have. */
async function readCsvSample(workingDirectory, named) {
    const file = (0,yaml_path/* resolvePath */.o1)(named);
    if (typeof file !== 'string')
        throw wrong('outside-working-directory', file.message, file.fix);
    if (!/\.csv(?:\.gz)?$/.test(file)) {
        throw wrong('invalid-csv', `${file} does not end in .csv or .csv.gz, so no pipeline would read it`, 'rename it');
    }
    const path = openable(workingDirectory, file);
    const { bytes: head, isCut } = readHead(path, file);
    const dialect = findDialect(head, file, isCut);
    return readRows((0,read_csv/* csvFile */.f)(path, file, (0,external_node_fs_.statSync)(path).size, dialect), dialect, file);
}
function openable(workingDirectory, file) {
    try {
        const path = (0,working_directory/* insideWorkingDirectory */.D)(workingDirectory, file);
        if (typeof path !== 'string')
            throw wrong('outside-working-directory', path.message, path.fix);
        if (!(0,external_node_fs_.statSync)(path).isFile())
            throw wrong('file-unreadable', `${file} is not a regular file`, 'name a file');
        return path;
    }
    catch (error) {
        const { code } = error;
        if (error instanceof errors/* ExpectedError */.Dh || code === undefined)
            throw error;
        throw wrong('file-unreadable', `${file} cannot be read (${code})`, 'name a file below the working directory');
    }
}
function readHead(path, file) {
    const descriptor = (0,external_node_fs_.openSync)(path, 'r');
    try {
        const buffer = Buffer.alloc(HEAD);
        const raw = buffer.subarray(0, (0,external_node_fs_.readSync)(descriptor, buffer, 0, HEAD, 0));
        const isCut = raw.length === HEAD;
        if (!file.endsWith('.gz'))
            return { bytes: raw, isCut };
        return { bytes: (0,external_node_zlib_.gunzipSync)(raw, { finishFlush: external_node_zlib_.constants.Z_SYNC_FLUSH }).subarray(0, HEAD * 4), isCut };
    }
    catch (error) {
        if (error.code?.startsWith('Z_') !== true)
            throw error;
        throw wrong('invalid-csv', `${file} cannot be unpacked`, 'it is damaged or no gzip file: transfer it again');
    }
    finally {
        (0,external_node_fs_.closeSync)(descriptor);
    }
}
function findDialect(head, file, isCut) {
    const format = otherFormat(head);
    if (format !== undefined)
        throw wrong('invalid-csv', `${file} is not CSV but ${format}`, 'name a CSV file');
    const encoding = detectEncoding(head);
    const text = new TextDecoder(encoding).decode(head);
    if (/^sep=/i.test(text)) {
        throw wrong('invalid-csv', `${file} begins with the line "sep=" that Excel reads`, 'remove that line');
    }
    // What is behind the last line feed may go on.
    const whole = isCut ? text.slice(0, text.lastIndexOf('\n') + 1) : `${text.replace(/\n$/, '')}\n`;
    return detectDialect(encoding, (dialect) => {
        try {
            const parser = (0,parse_csv/* parseCsv */.W)(file, dialect);
            const piece = { bytes: Buffer.from(whole), lines: (0,text_lines/* countLines */.lt)(whole), invalid: new Set() };
            const batches = whole === '' ? [] : parser.next(piece).filter(isFilled);
            const width = batches[0]?.kind === 'rows' ? (batches[0].rows[0]?.length ?? 1) : 1;
            const rows = batches.flatMap((batch) => csvRows(batch, dialect.delimiter, width).rows);
            if (!isCut)
                parser.end();
            // A quote that is none swallows what is behind it.
            return rows.length * 20 < (0,text_lines/* countLines */.lt)(whole) ? undefined : rows;
        }
        catch (error) {
            if (error instanceof errors/* ExpectedError */.Dh)
                return undefined;
            throw error;
        }
    });
}
function isFilled(batch) {
    return batch.kind === 'rows' ? batch.rows.length > 0 : batch.bytes.length > 0;
}
async function readRows(csv, dialect, file) {
    let titles;
    let values = [];
    let quoted = [];
    let [rows, misshapen] = [0, 0];
    let isWhole = true;
    for await (const found of csv.read().batches) {
        const batch = csvRows(found, dialect.delimiter, titles?.length ?? 1);
        for (const [at, fields] of batch.rows.entries()) {
            if (!titles) {
                titles = requireHeader(fields, file);
                values = titles.map(() => []);
                quoted = titles.map(() => new Set());
            }
            else if (fields.length !== titles.length)
                misshapen += 1;
            else {
                const marks = batch.notes.get(at)?.quoted;
                for (const [column, text] of fields.entries()) {
                    values[column].push(text);
                    if (marks?.[column] && NULL_TEXTS.includes(text))
                        quoted[column].add(rows);
                }
                rows += 1;
            }
        }
        if (rows < MOST_ROWS && rows * values.length < MOST_VALUES)
            continue;
        isWhole = false;
        break;
    }
    if (!titles)
        throw wrong('invalid-csv', `${file} is empty`, 'name a file with a header and some rows');
    const columns = titles.map((title, at) => ({ title, values: values[at], quoted: quoted[at] }));
    return { file, dialect, columns, rows, misshapen, isWhole };
}
/** The names of the header; two that are the same could not be told apart. */
function requireHeader(fields, file) {
    if (fields.some((field) => /[^\P{Cc}\r\n\t]/u.test(field))) {
        throw wrong('invalid-csv', `${file}: the header has control characters in it`, 'name a CSV file');
    }
    const twice = fields.find((field, at) => fields.indexOf(field) !== at);
    if (twice === undefined)
        return fields;
    throw wrong('invalid-csv', `${file}: the header names ${JSON.stringify(twice)} twice`, 'give each column a name of its own, in the first line of the file');
}
function wrong(code, message, fix) {
    return new errors/* ExpectedError */.Dh({ code, message, fix });
}

// EXTERNAL MODULE: ./lib/pipeline/manifest/date-format.js
var date_format = __webpack_require__(77649);
// EXTERNAL MODULE: ./lib/pipeline/manifest/integer-range.js
var integer_range = __webpack_require__(13735);
// EXTERNAL MODULE: ./lib/pipeline/rows/judge-float.js
var judge_float = __webpack_require__(1917);
// EXTERNAL MODULE: ./lib/pipeline/rows/judge-json.js
var judge_json = __webpack_require__(42493);
// EXTERNAL MODULE: ./lib/pipeline/manifest/judge-number.js
var judge_number = __webpack_require__(19714);
// EXTERNAL MODULE: ./lib/pipeline/rows/judge-time.js
var judge_time = __webpack_require__(87362);
;// CONCATENATED MODULE: ./lib/pipeline/scaffold/propose-type.js







const INT = (0,judge_number/* integerJudge */.sF)((0,integer_range/* rangeOfType */.Zv)({ kind: 'int' }));
const BIGINT = (0,judge_number/* integerJudge */.sF)((0,integer_range/* rangeOfType */.Zv)({ kind: 'bigint' }));
const UNSIGNED = (0,judge_number/* integerJudge */.sF)((0,integer_range/* rangeOfType */.Zv)({ kind: 'bigint', unsigned: true }));
const DECIMAL = /^-?(\d+)(?:\.(\d+))?$/;
/** A code, as of a postal district: as a number it would lose its zeros. */
const CODE = /^(?:0\d+|\+\d*)/;
const WORDS = ['true', 'false'];
const MOST_SCALE = 30;
const MOST_DIGITS = 60;
/** The narrowest type that takes every value as it is; text where no other one does. */
function proposeType(column, notation) {
    const values = [...distinctValues(column, notation.nullText)];
    const longest = values.reduce((most, value) => Math.max(most, Array.from(value).length), 0);
    const fractionDigits = Math.min(6, Math.max(0, ...values.map(countFraction)));
    const type = values.length === 0 ? undefined : findType(values, notation);
    return { type: type ?? { kind: 'string' }, longest, fractionDigits };
}
function countFraction(value) {
    return /:\d\d[.,](\d*?)0*(?:Z|[+-][\d:]+)?$/i.exec(value)?.[1]?.length ?? 0;
}
function findType(values, notation) {
    const all = (judge) => values.every((value) => judge(value) !== undefined);
    if (values.every((value) => WORDS.includes(value.toLowerCase())))
        return { kind: 'boolean' };
    if (!values.some((value) => CODE.test(value))) {
        if (all(INT))
            return { kind: 'int' };
        if (all(BIGINT))
            return { kind: 'bigint' };
        if (all(UNSIGNED))
            return { kind: 'bigint', unsigned: true };
        const number = numberType(values, notation.decimal);
        if (number)
            return number;
    }
    const format = notation.dateFormat === undefined ? undefined : (0,date_format/* parseDateFormat */.x)(notation.dateFormat);
    const dates = format && 'toDate' in format ? format : undefined;
    const through = (read, judge) => read ? (text) => judge(read(text) ?? '') : judge;
    if (all(through(dates?.toDate, judge_time/* judgeDate */.S2)))
        return { kind: 'date' };
    if (all(through(dates?.toDatetime, (0,judge_time/* datetimeJudge */.Tu)(6))))
        return { kind: 'datetime' };
    if (values.every((value) => /^\d\d:\d\d/.test(value)) && all((0,judge_time/* timeJudge */.vw)(6)))
        return { kind: 'time' };
    return values.every((value) => /^[[{]/.test(value)) && all(judge_json/* judgeJson */.C) ? { kind: 'json' } : undefined;
}
/** Exact where the digits say how many there are; twice the room that was needed in front of the sign. */
function numberType(values, sign) {
    if (sign === ',' && values.some((value) => value.includes('.')))
        return undefined;
    let [whole, scale] = [0, 0];
    let isExact = true;
    for (const value of values) {
        const text = sign === ',' ? value.replace(',', '.') : value;
        const parts = DECIMAL.exec(text);
        if (parts) {
            whole = Math.max(whole, parts[1].length);
            scale = Math.max(scale, parts[2]?.length ?? 0);
        }
        else {
            isExact = false;
            if ((0,judge_float/* judgeDouble */.jJ)(text) === undefined)
                return undefined;
        }
    }
    if (isExact && scale <= MOST_SCALE && whole + scale <= MOST_DIGITS) {
        return { kind: 'decimal', precision: Math.min(65, whole + 3 + scale), scale };
    }
    const isKept = values.every((value) => (0,judge_float/* judgeDouble */.jJ)(sign === ',' ? value.replace(',', '.') : value) !== undefined);
    return isKept ? { kind: 'double' } : undefined;
}

;// CONCATENATED MODULE: ./lib/pipeline/scaffold/detect-notation.js


/** Ways to write days; where several fit as well, the first one is taken. */
const DATE_FORMATS = [
    undefined,
    ...[
        'DD.MM.YYYY',
        'D.M.YYYY',
        'MM/DD/YYYY',
        'M/D/YYYY',
        'DD/MM/YYYY',
        'D/M/YYYY',
        'DD-MM-YYYY',
        'MM-DD-YYYY',
    ],
    ...['YYYY/MM/DD', 'YYYY/M/D', 'YYYY.MM.DD', 'YYYYMMDD'],
].flatMap((day) => [
    day,
    ...(day === undefined || day === 'YYYYMMDD'
        ? []
        : ['H:mm', 'H:mm:ss', 'h:mm A', 'h:mm:ss A', 'hh:mm:ss A'].map((time) => `${day} ${time}`)),
]);
/** Finds how NULL, numbers and days are written: the way by which most columns are more than text. */
function detectNotation({ columns }) {
    const texts = columns.map((column) => new Set(column.values));
    const nulls = NULL_TEXTS.filter((text) => text === '' || texts.some((values) => values.has(text)));
    const typed = (notation) => columns.filter((column) => distinctValues(column, notation.nullText).size > 0 &&
        proposeType(column, notation).type.kind !== 'string').length;
    const base = { nullText: '', decimal: '.', dateFormat: undefined };
    const decimals = ['.', ','].map((decimal) => ({ ...base, decimal }));
    // Days are looked for with each text for NULL, because a column of both would be text with any other.
    const withNull = mostTyped(nulls.flatMap((nullText) => decimals.map((notation) => ({ ...notation, nullText }))), typed);
    const formats = DATE_FORMATS.filter((format) => format === undefined || looksSo(format, texts));
    const nullsToTry = [...new Set([withNull.nullText, ...nulls])];
    const found = mostTyped(nullsToTry.flatMap((nullText) => formats.map((dateFormat) => ({ ...withNull, nullText, dateFormat }))), typed);
    const count = typed(found);
    const other = formats.find((dateFormat) => dateFormat !== undefined &&
        found.dateFormat !== undefined &&
        isSwapped(dateFormat, found.dateFormat) &&
        typed({ ...found, dateFormat }) === count);
    return { notation: found, otherDates: other };
}
function mostTyped(notations, typed) {
    let best;
    for (const notation of notations) {
        const count = typed(notation);
        if (!best || count > best.count)
            best = { notation, count };
    }
    return best.notation;
}
/** Any value with the signs of the format in it, so that not every format is tried on every column. */
function looksSo(format, texts) {
    const source = format
        .replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw `\$&`)
        .replaceAll(/YYYY/g, String.raw `\d{4}`)
        .replaceAll(/MM|DD|hh|mm|ss/g, String.raw `\d\d`)
        .replaceAll(/[MDHh]/g, String.raw `\d\d?`)
        .replaceAll('A', '[AaPp][Mm]');
    const pattern = new RegExp(`^${source}(?:$|[ T]\\d\\d:)`);
    return texts.some((values) => {
        for (const value of values)
            if (pattern.test(value))
                return true;
        return false;
    });
}
/** The same but for the order of day and month. */
function isSwapped(format, other) {
    const swapped = format.replaceAll(/[MD]+(?=.*YYYY)/g, (part) => (part.startsWith('M') ? 'D' : 'M').repeat(part.length));
    return format !== other && swapped === other;
}

;// CONCATENATED MODULE: ./lib/pipeline/scaffold/propose-names.js
const LONGEST = 64;
/** Of the dataset: `@changed_<name>` is a variable of at most 64 characters, and the table is `stg_<name>`. */
const LONGEST_DATASET = 50;
/** Names for columns: those of the header where they are valid, else made of their letters and digits; none twice. */
function proposeNames(titles) {
    const taken = new Set();
    return titles.map((title, at) => {
        const name = toName(title, LONGEST - 4) || `column_${at + 1}`;
        let unique = name;
        for (let number = 2; taken.has(unique.toLowerCase()); number += 1)
            unique = `${name}_${number}`;
        taken.add(unique.toLowerCase());
        return unique;
    });
}
/** `data/raw/Online Retail.csv.gz` is the dataset `online_retail`. */
function proposeDatasetName(file) {
    const stem = (file.split('/').at(-1) ?? '').replace(/(?:\.csv)?(?:\.gz)?$/i, '');
    return toName(stem, LONGEST_DATASET).toLowerCase() || 'dataset';
}
/** Umlauts and accents lose their signs, and what is no letter, digit or underscore becomes one underscore. */
function toName(text, longest) {
    const plain = text
        .replaceAll('ß', 'ss')
        .replaceAll('%', ' percent ')
        .replaceAll('#', ' no ')
        .normalize('NFKD')
        .replaceAll(/\p{M}/gu, '');
    const name = plain.replaceAll(/[^A-Za-z0-9_]+/g, '_').replaceAll(/^_+|_+$/g, '');
    const isAsItWas = name === text;
    const valid = /^\d/.test(name) ? `c_${name}` : name;
    return (isAsItWas ? valid : valid.toLowerCase()).slice(0, longest);
}

;// CONCATENATED MODULE: ./lib/pipeline/scaffold/propose-key.js

const KINDS = ['int', 'bigint', 'string', 'date', 'datetime', 'time'];
const NAMED = /(?:^|_)(?:id|key|no|nr|num|number|code|uuid|guid|sku|isbn|ean)$|(?:Id|ID|No|Nr|Key|Code)$|^id/;
/** Characters of a text in an index. */
const MOST_CHARACTERS = 700;
/** Of more columns there are too many pairs and triples to try. */
const MOST_COLUMNS = 12;
/**
 * The first column, else the first two or three together, whose values were never NULL and never the same. One of them
 * is called like a key, where there is such a column; a time alone is unique by accident.
 */
function proposeKey(columns, samples, nullText) {
    // Of no row everything is unique.
    if ((samples[0]?.values.length ?? 0) === 0)
        return [];
    const candidates = columns
        .map((column, at) => ({ column, sample: samples[at], at }))
        .filter(({ column, sample }) => isPossible(column) && countNulls(sample, nullText) === 0)
        .toSorted((left, right) => rank(left) - rank(right) || left.at - right.at)
        .slice(0, MOST_COLUMNS);
    const isCalledSo = (chosen) => chosen.some((candidate) => rank(candidate) <= 1);
    const isMore = (chosen) => chosen.length > 1 || chosen.some((candidate) => rank(candidate) !== TIMES);
    const key = findUnique(candidates, isCalledSo) ?? findUnique(candidates, isMore) ?? [];
    return key.toSorted((left, right) => left.at - right.at).map(({ column }) => column.name);
}
function findUnique(candidates, isWanted) {
    for (const size of [1, 2, 3]) {
        for (const chosen of combinations(candidates, size)) {
            const characters = chosen.reduce((sum, { column }) => sum + (column.maxLength ?? 0), 0);
            if (characters <= MOST_CHARACTERS &&
                isWanted(chosen) &&
                areUnique(chosen.map(({ sample }) => sample))) {
                return chosen;
            }
        }
    }
    return undefined;
}
function isPossible({ type, maxLength }) {
    return KINDS.includes(type.kind) && (type.kind !== 'string' || maxLength !== undefined);
}
const TIMES = 3;
/** What is called like a key comes first, then the first column, numbers, times, texts. */
function rank({ column: { name, type }, at }) {
    if (['date', 'datetime', 'time'].includes(type.kind))
        return TIMES;
    if (NAMED.test(name))
        return 0;
    if (at === 0)
        return 1;
    return type.kind === 'string' ? 4 : 2;
}
function* combinations(items, size) {
    if (size === 0) {
        yield [];
        return;
    }
    for (const [at, item] of items.entries()) {
        for (const rest of combinations(items.slice(at + 1), size - 1))
            yield [item, ...rest];
    }
}
function areUnique(columns) {
    const seen = new Set();
    const rows = columns[0]?.values.length ?? 0;
    for (let row = 0; row < rows; row += 1) {
        // Blanks at the end and cases are left out, so that no collation and no CHAR finds two the same.
        const key = columns.map(({ values }) => values[row].trimEnd().toLowerCase()).join('\u0000');
        if (seen.has(key))
            return false;
        seen.add(key);
    }
    return true;
}

;// CONCATENATED MODULE: ./lib/pipeline/scaffold/proposal.js





/** Proposes a dataset; the first rows say what is possible, not what the rest of the file, or the next one, has. */
function propose(sample) {
    const detected = detectNotation(sample);
    const { notation } = detected;
    const names = proposeNames(sample.columns.map(({ title }) => title));
    const wide = sample.columns.map((column, at) => proposeColumn(column, names[at], detected));
    const columns = withinRow(wide);
    const key = proposeKey(columns, sample.columns, notation.nullText);
    const name = proposeDatasetName(sample.file);
    const changed = columns.find(({ name: column, type, nulls }) => /updated|modified|changed/i.test(column) && ['date', 'datetime'].includes(type.kind) && nulls === 0);
    return { ...detected, sample, name, table: `stg_${name}`, columns, key, changedAt: changed?.name };
}
function proposeColumn(column, name, { notation }) {
    const { type, longest, fractionDigits } = proposeType(column, notation);
    return {
        ...{ title: column.title, name, type, longest, fractionDigits },
        maxLength: type.kind === 'string' ? roomFor(longest) : undefined,
        nulls: countNulls(column, notation.nullText),
        isEmpty: distinctValues(column, notation.nullText).size === 0,
    };
}
const ROOMS = [10, 20, 50, 100, 255, 500];
/** Twice what was seen. */
function roomFor(longest) {
    return longest === 0 ? 255 : ROOMS.find((room) => room >= longest * 2);
}
/** Characters of all texts of a row that are kept in it, at four bytes each, below the 65,535 bytes of a row. */
const proposal_MOST_CHARACTERS = 12_000;
/** A row has no room for many long texts, but for as many TEXT columns as a table may have. */
function withinRow(columns) {
    const total = columns.reduce((sum, { maxLength }) => sum + (maxLength ?? 0), 0);
    if (total <= proposal_MOST_CHARACTERS)
        return columns;
    return columns.map((column) => column.maxLength !== undefined && column.maxLength > 100 ? { ...column, maxLength: undefined } : column);
}

;// CONCATENATED MODULE: ./lib/pipeline/scaffold/render-manifest.js


/** The dataset as it stands under `datasets:`. */
function renderDataset(proposal) {
    const { name, table, columns, key, changedAt, sample } = proposal;
    const unique = `unique in ${describeRows(sample)}`;
    const keyLine = key.length === 0
        ? `key: [] # no column, and no two or three of them, were unique in ${describeRows(sample)}: name what makes a row unique`
        : `key: [${key.map(yamlText).join(', ')}] # ${unique}; see that it always is`;
    const lines = [
        `- name: ${yamlText(name)}`,
        `  files: ${yamlText(globOf(sample.file))}`,
        `  table: ${yamlText(table)}`,
        `  ${keyLine}`,
        ...(changedAt === undefined
            ? []
            : [
                `  # watermark: ${yamlText(changedAt)} # with "required: true" there, if every change in the source makes it grow`,
            ]),
        ...formLines(proposal).map((line) => `  ${line}`),
        '  columns:',
        ...columns.map((column) => `    ${columnLine(column, key.includes(column.name))}`),
    ];
    return lines.map((line) => `  ${line}`).join('\n');
}
/** The manifest, for a project that has none. */
function renderManifest(proposal) {
    const { sample } = proposal;
    return [
        `# Proposed by \`db-deploy scaffold\` from ${describeRows(sample)} of ${oneLine(sample.file)}: look at the key, the types and the form.`,
        'datasets:',
        renderDataset(proposal),
        '',
    ].join('\n');
}
function formLines({ sample: { dialect }, notation, columns, otherDates }) {
    const { delimiter, quote, escape, encoding } = dialect;
    const renamed = columns.filter(({ title, name }) => title !== name);
    const dates = otherDates === undefined ? '' : ` # or ${otherDates}: by the rows that were read it may be either`;
    return [
        ...(delimiter === csv_dialect/* RFC_4180 */.s.delimiter ? [] : [`delimiter: ${JSON.stringify(delimiter)}`]),
        ...(quote === csv_dialect/* RFC_4180 */.s.quote ? [] : [`quote: ${JSON.stringify(quote)}`]),
        ...(escape === quote ? [] : [`escape: ${JSON.stringify(escape)}`]),
        ...(encoding === csv_dialect/* RFC_4180 */.s.encoding ? [] : [`encoding: ${encoding}`]),
        ...(notation.decimal === '.' || !columns.some(isNumber)
            ? []
            : [`decimal: ${JSON.stringify(notation.decimal)}`]),
        ...(notation.dateFormat === undefined ? [] : [`dateFormat: ${yamlText(notation.dateFormat)}${dates}`]),
        ...(notation.nullText === '' ? [] : [`"null": ${JSON.stringify(notation.nullText)}`]),
        ...(renamed.length === 0
            ? []
            : ['rename:', ...renamed.map(({ title, name }) => `  ${JSON.stringify(title)}: ${yamlText(name)}`)]),
    ];
}
function isNumber({ type }) {
    return type.kind === 'decimal' || type.kind === 'double';
}
function columnLine({ name, type, maxLength, nulls, isEmpty, longest }, isKey) {
    const parts = [
        `type: ${yamlText(typeText(type))}`,
        ...(maxLength === undefined ? [] : [`maxLength: ${maxLength}`]),
        ...(isKey ? ['required: true'] : []),
    ];
    const seen = [
        ...(isEmpty ? ['no value was read'] : []),
        ...(nulls > 0 && !isEmpty ? [`${nulls} without a value`] : []),
        ...(type.kind === 'string' && !isEmpty ? [`longest ${longest}`] : []),
    ];
    return `${yamlText(name)}: { ${parts.join(', ')} }${seen.length === 0 ? '' : ` # ${seen.join(', ')}`}`;
}
/** A type as the manifest has it. */
function typeText(type) {
    const sign = 'unsigned' in type && type.unsigned ? ' unsigned' : '';
    return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})${sign}` : `${type.kind}${sign}`;
}
/** Signs that have a meaning in a glob stand for any one sign. */
function globOf(file) {
    return file.replaceAll(/[[\]{}*]/g, '?');
}
const WORD = /^[A-Za-z_][\w./ -]*[\w.]$|^[A-Za-z_]$/;
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
function yamlText(text) {
    return WORD.test(text) && !RESERVED.test(text) ? text : JSON.stringify(text);
}
function oneLine(text) {
    return text.replaceAll(/\p{Cc}/gu, '?');
}

;// CONCATENATED MODULE: ./lib/pipeline/scaffold/render-table.js

/** The staging table, as the SQL file of a changeset. */
function renderTable({ table, columns, key, sample }) {
    const definitions = columns.map((column) => `  ${definition(column, key.includes(column.name))}`);
    const primary = key.length === 0 ? [] : [`  PRIMARY KEY (${key.map(quoteName).join(', ')})`];
    const missing = key.length === 0
        ? ['-- It has no key yet: add a PRIMARY KEY of the columns of "key" in the manifest.']
        : [];
    return [
        `-- Proposed by \`db-deploy scaffold\` from ${describeRows(sample)} of ${sample.file.replaceAll(/\p{Cc}/gu, '?')}.`,
        ...missing,
        `CREATE TABLE ${quoteName(table)} (`,
        [...definitions, ...primary].join(',\n'),
        ');',
        '',
    ].join('\n');
}
function definition(column, isKey) {
    // To the letter, or two keys of which the source knows the difference would be one.
    const collation = isKey && column.type.kind === 'string' ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin' : '';
    return `${quoteName(column.name)} ${render_table_typeText(column)}${collation} ${isKey ? 'NOT NULL' : 'NULL'}`;
}
function render_table_typeText({ type, maxLength, longest, fractionDigits }) {
    switch (type.kind) {
        case 'string':
            return maxLength === undefined ? (longest > 8000 ? 'LONGTEXT' : 'TEXT') : `VARCHAR(${maxLength})`;
        case 'decimal':
            return `DECIMAL(${type.precision}, ${type.scale})`;
        case 'boolean':
            return 'TINYINT(1)';
        case 'datetime':
        case 'time':
            return `${type.kind.toUpperCase()}${fractionDigits === 0 ? '' : `(${fractionDigits})`}`;
        default:
            return `${type.kind.toUpperCase()}${isUnsigned(type) ? ' UNSIGNED' : ''}`;
    }
}
function isUnsigned(type) {
    return 'unsigned' in type && (type.unsigned ?? false);
}
function quoteName(name) {
    return `\`${name.replaceAll('`', '``')}\``;
}

// EXTERNAL MODULE: ./lib/report/wording.js
var wording = __webpack_require__(70179);
;// CONCATENATED MODULE: ./lib/modes/scaffold/scaffold.js










const MANIFEST = 'data/pipeline.yml';
const CHANGELOG = 'changelog/changelog.yml';
/** Proposes a dataset of the manifest and its staging table from the first rows of a CSV file. Overwrites nothing. */
async function scaffold({ workingDirectory, file, isWritten }) {
    const proposal = propose(await readCsvSample(workingDirectory, file));
    const sqlFile = `migrations/${proposal.table}.up.sql`;
    const table = renderTable(proposal);
    if (!isWritten) {
        const out = [`# ${MANIFEST}`, renderManifest(proposal), `-- ${sqlFile}`, table].join('\n').trimEnd();
        return { out, said: [...describe(proposal), '--write writes both, and overwrites nothing'] };
    }
    const write = (path, text) => writeNew(workingDirectory, path, text);
    if (!write(sqlFile, table)) {
        throw new errors/* ExpectedError */.Dh({
            code: 'invalid-input',
            message: `${sqlFile} is there already, and nothing is overwritten`,
            fix: 'leave out --write to see the proposal, or move that file away',
        });
    }
    const said = [...describe(proposal), `wrote ${sqlFile}`];
    const out = [];
    if (write(MANIFEST, renderManifest(proposal)))
        said.push(`wrote ${MANIFEST}`);
    else
        out.push(`# add to "datasets:" of ${MANIFEST}`, renderDataset(proposal));
    const changeset = renderChangeset(proposal, sqlFile);
    if (write(CHANGELOG, `databaseChangeLog:\n${changeset}\n`))
        said.push(`wrote ${CHANGELOG}`);
    else
        out.push(`# add to the end of ${CHANGELOG}`, changeset);
    return { out: out.join('\n'), said };
}
function renderChangeset({ table }, sqlFile) {
    return `  - changeSet:\n      id: ${table}\n      author: scaffold\n      sqlFile: ${sqlFile}`;
}
/** True if the file was not there and is now. */
function writeNew(workingDirectory, path, text) {
    const whole = (0,external_node_path_.join)(workingDirectory, path);
    (0,external_node_fs_.mkdirSync)((0,external_node_path_.dirname)(whole), { recursive: true });
    const folder = (0,working_directory/* insideWorkingDirectory */.D)(workingDirectory, (0,external_node_path_.dirname)(path));
    if (typeof folder !== 'string')
        throw new errors/* ExpectedError */.Dh({ code: 'outside-working-directory', ...folder });
    try {
        (0,external_node_fs_.writeFileSync)(whole, text, { flag: 'wx' });
        return true;
    }
    catch (error) {
        if (error.code === 'EEXIST')
            return false;
        throw error;
    }
}
/** What was read, and what about the proposal is a guess. */
function describe({ sample, key, columns, otherDates, notation }) {
    const { file, misshapen, dialect } = sample;
    const numeric = columns.filter(({ title }) => /^-?\d+(?:[.,]\d+)?$/.test(title.trim())).length;
    return [
        `${file}: read ${describeRows(sample)}; other rows may have other values`,
        ...(dialect.encoding === 'windows-1252' ? ['it is not UTF-8: taken for windows-1252'] : []),
        ...(misshapen > 0
            ? [
                `${(0,wording/* count */.U9)(misshapen, 'row has', 'rows have')} another number of fields than the header: they would be rejected`,
            ]
            : []),
        ...(numeric > 0 ? ['the first row seems to hold values: a pipeline needs a header there'] : []),
        ...(otherDates === undefined
            ? []
            : [`days are read as ${notation.dateFormat}; by these rows they may be ${otherDates} as well`]),
        ...(key.length === 0 ? ['nothing in these rows is unique: name the key yourself'] : []),
    ];
}

;// CONCATENATED MODULE: ./lib/terminal/scaffold-command.js





const USAGE = 'db-deploy scaffold FILE.csv [--write] [--working-directory FOLDER]';
/** `db-deploy scaffold FILE.csv`: no mode, for it needs no database and deploys nothing; gives the exit code. */
async function scaffoldCommand(argv, output, terminal) {
    let request;
    try {
        request = parseArguments(argv);
        const { out, said } = await scaffold(request);
        if (out !== '')
            output.out(out);
        for (const line of said)
            output.err(line);
        return 0;
    }
    catch (error) {
        if (!(error instanceof errors/* ExpectedError */.Dh))
            throw error;
        for (const problem of error.problems)
            output.err((0,log_log/* formatTextEvent */.F)((0,redact_report/* redactEvent */.g)(toEvent(problem), (0,redaction_redact/* valueRedactor */._n)([])), terminal));
        return request ? 1 : 2;
    }
}
function toEvent({ message, at, fix }) {
    return {
        ...{ level: 'error', event: 'usage', message },
        ...(at ? { at } : {}),
        ...(fix === undefined ? {} : { fix }),
    };
}
function parseArguments(argv) {
    const problems = [];
    const files = [];
    let [workingDirectory, isWritten] = ['.', false];
    const rest = [...argv];
    for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
        const [name, value] = argument.split(/=(.*)/s);
        if (argument === '--write')
            isWritten = true;
        else if (name === '--working-directory') {
            const given = value ?? rest.shift();
            if (given === undefined || given === '')
                problems.push(scaffold_command_usage('--working-directory needs a value'));
            else
                workingDirectory = given;
        }
        else if (argument.startsWith('-'))
            problems.push(scaffold_command_usage(`unknown flag ${argument}`));
        else
            files.push(argument);
    }
    const [file = ''] = files;
    if (files.length !== 1)
        problems.push(scaffold_command_usage(files.length === 0 ? 'no file is named' : 'several files are named'));
    (0,errors/* refuse */.TR)(problems);
    return { workingDirectory, file, isWritten };
}
function scaffold_command_usage(message) {
    return { code: 'invalid-input', message, fix: USAGE };
}

// EXTERNAL MODULE: ./lib/report/verdict.js + 1 modules
var verdict = __webpack_require__(60303);
// EXTERNAL MODULE: ./lib/wording/workflow-command.js
var workflow_command = __webpack_require__(3742);
;// CONCATENATED MODULE: ./lib/terminal/cli.js




















/** The same modes at a terminal; gives the exit code: 0 ok, 1 not ok, 2 wrong usage. */
async function cli(argv, env, output, terminal, onInterrupt) {
    if (argv.includes('--help') || argv.includes('-h')) {
        output.out(helpText());
        return 0;
    }
    if (argv[0] === 'scaffold')
        return scaffoldCommand(argv.slice(1), output, terminal);
    let raw;
    let inputs;
    let secrets = [];
    const learn = (known) => {
        secrets = (0,inputs_inputs/* secretValues */.VX)(known);
        output.learnSecrets?.(secrets);
        return known;
    };
    try {
        const flags = parseFlags(argv);
        learn((0,inputs_inputs/* readTerminalInputs */._4)(flags, env));
        raw = learn((0,inputs_inputs/* readTerminalInputs */._4)(await withPassword(flags, env, terminal, output), env));
        inputs = (0,inputs_inputs/* parseInputs */.TL)(raw, env, 'terminal');
        // In a step of a workflow this is a terminal as well.
        if ('database' in inputs)
            (0,fork_head/* refuseForkHead */.F)(await (0,github_event/* readEvent */.j)(env));
    }
    catch (error) {
        if (!(error instanceof errors/* ExpectedError */.Dh))
            throw error;
        const redact = (0,redaction_redact/* valueRedactor */._n)(secrets);
        for (const problem of error.problems)
            output.err((0,log_log/* formatTextEvent */.F)((0,redact_report/* redactEvent */.g)(usageEvent(problem), redact), terminal));
        output.err('db-deploy --help explains modes and flags');
        return 2;
    }
    const runId = (0,run_id/* newRunId */.F)(new Date());
    const style = { format: (0,inputs_inputs/* logFormat */.yd)(raw), colour: terminal.colour, secrets, runId };
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
