export const id = 519;
export const ids = [519];
export const modules = {

/***/ 95686:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ didYouMean),
/* harmony export */   k: () => (/* binding */ closest)
/* harmony export */ });
/** The fix for what is probably misspelt. */
function didYouMean(meant) {
    return `did you mean "${meant}"?`;
}
/** The candidate that was probably meant by a misspelt word, if one is close enough. */
function closest(word, candidates) {
    const limit = Math.max(1, Math.floor(word.length / 3));
    let meant;
    let least = limit + 1;
    for (const candidate of candidates) {
        const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), least);
        if (distance < least)
            [meant, least] = [candidate, distance];
    }
    return meant;
}
/** Insertions, deletions, replacements and swaps of neighbours; `limit` where there are that many or more. */
function editDistance(left, right, limit) {
    if (Math.abs(left.length - right.length) >= limit)
        return limit;
    let before = [];
    let above = Array.from({ length: right.length + 1 }, (_, column) => column);
    for (let row = 1; row <= left.length; row += 1) {
        const current = [row];
        for (let column = 1; column <= right.length; column += 1) {
            const isSame = left[row - 1] === right[column - 1];
            const replaced = above[column - 1] + (isSame ? 0 : 1);
            const isSwap = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
            const swapped = isSwap ? before[column - 2] + 1 : replaced;
            current.push(Math.min(replaced, swapped, above[column] + 1, current[column - 1] + 1));
        }
        [before, above] = [above, current];
    }
    return above[right.length];
}


/***/ }),

/***/ 11991:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   YK: () => (/* binding */ parseExpression),
/* harmony export */   kW: () => (/* binding */ matchesContexts),
/* harmony export */   r1: () => (/* binding */ matchesLabels),
/* harmony export */   wN: () => (/* binding */ isExpressionName)
/* harmony export */ });
/* unused harmony exports judgeExpression, isBadExpression */
const BETWEEN = 'put "and", "or" or a comma between names';
const GRAMMAR = 'combine names with "and", "or", "not", "!", commas and parentheses';
/**
 * Parses `and`, `or`, `not`, `!`, parentheses and commas (an `or`) over names. `and` binds tighter than `or`, case does
 * not matter, `@name` is a name that must be given. A text without a name is the expression that everything matches.
 */
function parseExpression(source) {
    const words = splitWords(source);
    if (words.length === 0)
        return { source, root: { kind: 'and', operands: [] } };
    const parsed = parseOr(words);
    if (isBad(parsed))
        return parsed;
    const [root, [next]] = parsed;
    if (next === undefined)
        return { source, root };
    if (next.text === ')')
        return bad(`")" at column ${next.column} closes nothing`);
    return bad(`there is no operator before "${next.text}" at column ${next.column}`, BETWEEN);
}
/** Whether a text may be a name in an expression, so that a label can be asked for. */
function isExpressionName(text) {
    return /^[^\s,()!@][^\s,()!]*$/.test(text) && !isOperator(text);
}
/**
 * Whether a changeset runs where these contexts are given; one without contexts always does. Unlike Liquibase, a
 * changeset that asks for a context does not run because none was given.
 */
function matchesContexts(expression, given) {
    return expression === undefined || judgeExpression(expression, given, false) === true;
}
/**
 * Whether a changeset with these labels is asked for by the label expression of the run, as Liquibase has it: one
 * without labels matches, unless the expression requires a label with `@`.
 */
function matchesLabels(expression, labels) {
    return expression === undefined || judgeExpression(expression, labels, undefined) !== false;
}
/**
 * Judges an expression over names. `whenNoneGiven` is what an ordinary name is worth where there are no names at all:
 * `false` is strict; `undefined`, not known, is Liquibase's rule, under which neither `a` nor `not a` rules anything out.
 */
function judgeExpression(expression, given, whenNoneGiven) {
    const names = new Set(given.map((name) => name.trim().toLowerCase()));
    return judge(expression.root, names, whenNoneGiven);
}
function judge(node, names, whenNoneGiven) {
    switch (node.kind) {
        case 'name':
            if (node.name === 'nocontexts')
                return names.size === 0;
            return names.size === 0 && !node.required ? whenNoneGiven : names.has(node.name);
        case 'not': {
            const inner = judge(node.operand, names, whenNoneGiven);
            return inner === undefined ? undefined : !inner;
        }
        case 'and':
        case 'or': {
            // Three-valued: one `false` decides an `and`, one `true` an `or`, whatever the others are.
            const decisive = node.kind === 'or';
            const answers = node.operands.map((operand) => judge(operand, names, whenNoneGiven));
            if (answers.includes(decisive))
                return decisive;
            return answers.includes(undefined) ? undefined : !decisive;
        }
    }
}
function splitWords(source) {
    return [...source.matchAll(/[,()!]|[^\s,()!]+/g)].map((match) => ({
        text: match[0].toLowerCase(),
        column: match.index + 1,
    }));
}
function parseOr(words) {
    return parseChain(words, 'or', parseAnd, (word) => word.text === 'or' || word.text === ',');
}
function parseAnd(words) {
    return parseChain(words, 'and', parseOperand, (word) => word.text === 'and');
}
function parseChain(words, kind, parseNext, joins) {
    const operands = [];
    let rest = words;
    for (;;) {
        const parsed = parseNext(rest);
        if (isBad(parsed))
            return parsed;
        operands.push(parsed[0]);
        const [joint, ...others] = parsed[1];
        if (joint === undefined || !joins(joint)) {
            return [operands.length === 1 ? parsed[0] : { kind, operands }, parsed[1]];
        }
        rest = others;
    }
}
function parseOperand([word, ...rest]) {
    if (word === undefined)
        return bad('it ends where a name is expected');
    if (word.text === '!' || word.text === 'not')
        return parseNot(rest);
    if (word.text === '(')
        return parseParentheses(word, rest);
    const [next, required, ...others] = rest;
    if (word.text === '@' && next?.text === '!' && required) {
        return parseOperand([next, { ...required, text: `@${required.text}` }, ...others]);
    }
    const name = word.text.replace(/^@/, '');
    if (!isExpressionName(name))
        return bad(`"${word.text}" at column ${word.column} stands where a name is expected`);
    return [{ kind: 'name', name, required: name !== word.text }, rest];
}
function parseNot(words) {
    const parsed = parseOperand(words);
    return isBad(parsed) ? parsed : [{ kind: 'not', operand: parsed[0] }, parsed[1]];
}
function parseParentheses(opening, words) {
    const parsed = parseOr(words);
    if (isBad(parsed))
        return parsed;
    const [next, ...rest] = parsed[1];
    if (next?.text === ')')
        return [parsed[0], rest];
    return next === undefined
        ? bad(`"(" at column ${opening.column} is never closed`, 'add the missing ")"')
        : bad(`there is no operator before "${next.text}" at column ${next.column}`, BETWEEN);
}
function isOperator(text) {
    return ['and', 'or', 'not'].includes(text.toLowerCase());
}
/** Tells the two results of `parseExpression` apart. */
function isBadExpression(parsed) {
    return 'message' in parsed;
}
function isBad(step) {
    return 'message' in step;
}
function bad(message, fix = GRAMMAR) {
    return { message, fix };
}


/***/ }),

/***/ 81377:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $f: () => (/* binding */ isNameCharacter),
/* harmony export */   D: () => (/* binding */ skipComment),
/* harmony export */   FR: () => (/* binding */ endOfExecutable),
/* harmony export */   S1: () => (/* binding */ isIn),
/* harmony export */   kW: () => (/* binding */ skipInert),
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
function endOfBlock(sql, start) {
    const end = sql.indexOf('*/', start + 2);
    return end < 0 ? -1 : end + 2;
}
/** A doubled quote is part of the text. A backslash never escapes in a back-quoted name. */
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

/***/ 24476:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fu: () => (/* binding */ nextToken),
/* harmony export */   eA: () => (/* binding */ tokenCursor),
/* harmony export */   qw: () => (/* binding */ tokenize)
/* harmony export */ });
/* harmony import */ var _lexical_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(81377);

const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const BACK_QUOTE = 96;
const DOLLAR = 36;
const AT = 64;
const DOT = 46;
const SLASH = 47;
const OPERATORS = ['<=>', '->>', '<=', '>=', '<>', '!=', '<<', '>>', ':=', '||', '&&', '->'];
const OPERATOR_STARTS = (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .table */ .tp)(OPERATORS.map((operator) => operator[0]).join(''));
const EXPONENT = /\d+(?:\.\d*)?[eE][+-]?\d+/y;
const HEX_OR_BITS = /0(?:x[0-9a-fA-F]+|b[01]+)(?![\w$\u0080-\uffff])/y;
const DECIMAL = /\d*\.?\d*(?:[eE][+-]?\d+)?/y;
const SYSTEM_VARIABLE = /@@(?:`(?:[^`]|``)*`|[\w$\u0080-\uffff]+)(?:\.(?:`(?:[^`]|``)*`|[\w$\u0080-\uffff]+))*/y;
const USER_VARIABLE = /@[\w$.\u0080-\uffff]+/y;
/**
 * The tokens of a statement, lexed as they are asked for. `a.b` is three tokens and `_utf8mb4'…'` two, as the server
 * allows a blank between them; `N'…'`, `x'…'`, `@x`, `@'x'` and `@@global.x` are one, as it does not.
 */
function* tokenize(statement) {
    const { text } = statement;
    const cursor = tokenCursor(statement);
    let { line } = statement;
    let lineEnd = text.indexOf('\n');
    while (nextToken(cursor)) {
        for (; lineEnd >= 0 && lineEnd < cursor.start; lineEnd = text.indexOf('\n', lineEnd + 1))
            line++;
        yield { kind: cursor.kind, text: text.slice(cursor.start, cursor.end), line };
    }
}
/** A cursor before the first token. */
function tokenCursor(statement) {
    const { text: sql, backslash = 'escape' } = statement;
    return { sql, backslash, kind: 'word', start: 0, end: 0 };
}
/** Moves to the next token; false after the last one. */
function nextToken(cursor) {
    const { sql } = cursor;
    const start = skipBlanks(sql, cursor.end);
    if (start >= sql.length)
        return false;
    cursor.start = start;
    cursor.end = readToken(cursor, start);
    return true;
}
function skipBlanks(sql, from) {
    let at = from;
    for (;;) {
        while ((0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .isSpace */ .xC)(sql.charCodeAt(at)))
            at++;
        const end = (0,_lexical_js__WEBPACK_IMPORTED_MODULE_0__/* .skipComment */ .D)(sql, at);
        if (end === at)
            return at;
        at = end < 0 ? sql.length : end;
    }
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
    const end = endOfMatch(sql[start + 1] === '@' ? SYSTEM_VARIABLE : USER_VARIABLE, sql, start);
    return end > start ? end : readOperator(cursor, start);
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

/***/ 82218:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ consoleLog)
/* harmony export */ });
/* harmony import */ var _report_log_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(81313);
/* harmony import */ var _report_redact_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(44107);


/** A log that writes one line an event, with every known secret taken out. */
function consoleLog(output, style) {
    const { format, colour, secrets, runId, environment } = style;
    const write = output[style.to ?? 'out'];
    let isInProgress = false;
    const clear = () => {
        if (isInProgress)
            output.progress?.('');
        isInProgress = false;
    };
    return (event) => {
        // Machines sort by level; people would read past it.
        if (event.level === 'debug' && format === 'text')
            return;
        // What is replaced at a terminal would fill a log.
        if (event.event.endsWith('-progress') && format === 'text' && !output.progress)
            return;
        clear();
        const line = format === 'json'
            ? (0,_report_log_js__WEBPACK_IMPORTED_MODULE_0__/* .formatJsonEvent */ .k)(event, { time: new Date().toISOString(), runId, environment })
            : (0,_report_log_js__WEBPACK_IMPORTED_MODULE_0__/* .formatTextEvent */ .F)(event, { colour });
        const safe = (0,_report_redact_js__WEBPACK_IMPORTED_MODULE_1__/* .redactValues */ .se)(line, secrets);
        // What begins is told by what ends; in between a person wants to see that something happens.
        isInProgress =
            format === 'text' && /-(?:started|progress)$/.test(event.event) && output.progress !== undefined;
        if (isInProgress)
            output.progress?.(safe);
        else
            write(safe);
    };
}


/***/ }),

/***/ 72705:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Dh: () => (/* binding */ ExpectedError),
/* harmony export */   TR: () => (/* binding */ refuse),
/* harmony export */   Vw: () => (/* binding */ formatProblem),
/* harmony export */   j$: () => (/* binding */ formatLocation)
/* harmony export */ });
/** A run that cannot start or go on, for reasons that were foreseen: all its problems at once, never a stack. */
class ExpectedError extends Error {
    problems;
    constructor(...problems) {
        super(problems.map((problem) => problem.message).join('\n'));
        this.name = 'ExpectedError';
        this.problems = problems;
    }
    get code() {
        return this.problems[0].code;
    }
}
/** Throws all problems as one error, if there are any. */
function refuse(problems) {
    const [first, ...rest] = problems;
    if (first)
        throw new ExpectedError(first, ...rest);
}
/** `changelog/changelog.yml:8`, the form that editors and terminals make clickable. */
function formatLocation(at) {
    return `${at.file}:${at.line}`;
}
/** `changelog/changelog.yml:8: unknown key "auther"`. */
function formatProblem(problem) {
    return problem.at ? `${formatLocation(problem.at)}: ${problem.message}` : problem.message;
}


/***/ }),

/***/ 14398:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ readEvent)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);

/** Reads the event that started the run. */
async function readEvent(env) {
    const payload = await readPayload(env['GITHUB_EVENT_PATH']);
    const repository = text(at(payload, 'repository', 'full_name')) || (env['GITHUB_REPOSITORY'] ?? '');
    return {
        name: env['GITHUB_EVENT_NAME'] ?? '',
        visibility: visibilityOf(payload),
        pullRequest: pullRequestOf(at(payload, 'pull_request'), repository),
        workflowRun: workflowRunOf(at(payload, 'workflow_run'), repository),
    };
}
async function readPayload(path) {
    if (path === undefined)
        return undefined;
    try {
        return JSON.parse(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(path, 'utf8'));
    }
    catch {
        return undefined;
    }
}
function visibilityOf(payload) {
    const visibility = at(payload, 'repository', 'visibility');
    const isPrivate = at(payload, 'repository', 'private');
    if (visibility === 'public' || isPrivate === false)
        return 'public';
    return isPrivate === true || visibility === 'private' || visibility === 'internal' ? 'private' : 'unknown';
}
function pullRequestOf(value, repository) {
    const number = at(value, 'number');
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1)
        return undefined;
    return {
        number,
        headSha: commitId(at(value, 'head', 'sha')),
        baseSha: commitId(at(value, 'base', 'sha')),
        isFork: isElsewhere(at(value, 'head', 'repo', 'full_name'), repository),
    };
}
function workflowRunOf(value, repository) {
    const id = at(value, 'id');
    if (typeof id !== 'number')
        return undefined;
    return {
        id,
        event: text(at(value, 'event')),
        headSha: commitId(at(value, 'head_sha')),
        headBranch: text(at(value, 'head_branch')),
        headOwner: text(at(value, 'head_repository', 'owner', 'login')),
        isFork: isElsewhere(at(value, 'head_repository', 'full_name'), repository),
    };
}
/** A repository that is gone, or not told, was not ours as far as anybody knows. */
function isElsewhere(head, repository) {
    return repository === '' || text(head).toLowerCase() !== repository.toLowerCase();
}
/** Empty where it is none: what is no commit must not become part of an address or of a command. */
function commitId(value) {
    return typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : '';
}
function text(value) {
    return typeof value === 'string' ? value : '';
}
function at(value, ...path) {
    let here = value;
    for (const key of path) {
        if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key))
            return undefined;
        here = here[key];
    }
    return here;
}


/***/ }),

/***/ 95291:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ refuseForkHead)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(72705);

/**
 * Refuses to touch a database for a pull request from a fork on events that have secrets: its SQL, or its changelog, is
 * code of people who may not write here. An event of these that does not say where the head is counts as one of a fork.
 */
function refuseForkHead({ name, pullRequest, workflowRun }) {
    const isFork = (name === 'pull_request_target' && (pullRequest?.isFork ?? true)) ||
        (name === 'workflow_run' && (workflowRun?.isFork ?? true));
    if (!isFork)
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ExpectedError */ .Dh({
        code: 'untrusted-head',
        message: `on ${name} this runs with secrets for a head of another repository: no connection is made`,
        fix: 'plan forks on pull_request, against a service container, and publish the saved report with mode: comment',
    });
}


/***/ }),

/***/ 60545:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   FN: () => (/* binding */ MODES),
/* harmony export */   JF: () => (/* binding */ MODE_MEANINGS),
/* harmony export */   mc: () => (/* binding */ INPUTS)
/* harmony export */ });
const MODES = [
    'validate',
    'status',
    'update-sql',
    'update',
    'verify',
    'pipeline',
    'rollback',
    'comment',
];
/** What each mode does, in a line, for `--help`. */
const MODE_MEANINGS = {
    validate: 'check the changelog, its SQL files and the policy, without a database',
    status: 'list the changesets that are pending on the target',
    'update-sql': 'print the SQL that update would run, bookkeeping included',
    update: 'apply the pending changesets and record them',
    verify: 'confirm that applied changesets still have the checksum they were applied with',
    pipeline: 'load CSV files, build dimensions and facts, check them',
    rollback: 'restore a backup, after taking one of what is there now',
    comment: 'publish a saved report as a pull-request comment',
};
const WRITING = ['update', 'rollback'];
/** Every input, in the order in which `--help` explains them. */
const INPUTS = [
    { name: 'mode', kind: 'text', meaning: 'what to do; at a terminal the first argument' },
    {
        name: 'environment',
        environment: 'DB_ENVIRONMENT',
        kind: 'text',
        meaning: 'name of the target; recorded, shown, and the default of contexts',
        default: 'dev at a terminal',
    },
    {
        name: 'working-directory',
        kind: 'text',
        meaning: 'where changelog, SQL and CSV paths start',
        default: '.',
    },
    {
        name: 'changelog-file',
        kind: 'text',
        meaning: 'the root changelog',
        default: 'changelog/changelog.yml',
    },
    { name: 'pipeline-file', kind: 'text', meaning: 'the pipeline manifest', default: 'data/pipeline.yml' },
    {
        name: 'contexts',
        kind: 'text',
        meaning: 'comma list; a changeset that has contexts runs only if they match',
        default: 'the environment',
    },
    {
        name: 'labels',
        kind: 'text',
        meaning: 'label expression; unlabelled changesets always match',
    },
    { name: 'db-host', environment: 'DB_HOST', kind: 'text', meaning: 'server', default: '127.0.0.1' },
    { name: 'db-port', environment: 'DB_PORT', kind: 'text', meaning: 'port', default: '3306' },
    { name: 'db-user', environment: 'DB_USER', kind: 'text', meaning: 'user' },
    {
        name: 'db-password',
        environment: 'DB_PASSWORD',
        kind: 'secret',
        meaning: 'password; at a terminal from DB_PASSWORD, --db-password-file or a prompt',
    },
    { name: 'db-name', environment: 'DB_NAME', kind: 'text', meaning: 'schema' },
    {
        name: 'db-ssl',
        environment: 'DB_SSL',
        kind: 'text',
        meaning: 'disabled, required, verify-ca or verify-identity',
        default: 'disabled on loopback, else required',
    },
    {
        name: 'db-ssl-ca',
        environment: 'DB_SSL_CA',
        kind: 'text',
        meaning: 'certificate authority: a file or PEM text',
    },
    {
        name: 'connect-timeout',
        kind: 'seconds',
        meaning: 'seconds to keep trying to connect',
        default: '60',
    },
    {
        name: 'mysql-client',
        kind: 'text',
        meaning: 'where mysqldump comes from',
        default: 'auto',
        modes: WRITING,
    },
    {
        name: 'allow-destructive',
        environment: 'ALLOW_DESTRUCTIVE',
        kind: 'boolean',
        meaning: 'one of the two gates for destructive statements; the other is on the changeset',
        default: 'false',
    },
    { name: 'lock-timeout', kind: 'seconds', meaning: 'seconds to wait for the deploy lock', default: '60' },
    {
        name: 'statement-lock-timeout',
        kind: 'seconds',
        meaning: 'seconds a DDL statement waits for a metadata lock before it is tried again',
        default: '5',
    },
    {
        name: 'backup',
        kind: 'text',
        meaning: 'full or none; none means that a failure cannot be restored',
        default: 'full',
        modes: ['status', 'update-sql', 'update'],
    },
    {
        name: 'backup-store',
        kind: 'text',
        meaning: 'artifact (in Actions) or file:<folder>',
        default: "artifact in Actions, else a folder in the user's state directory",
        modes: WRITING,
    },
    {
        name: 'backup-retention-days',
        kind: 'text',
        meaning: 'days to keep a backup',
        default: '30 for dev, 90 for prod, else 7',
        modes: WRITING,
    },
    {
        name: 'backup-passphrase',
        environment: 'BACKUP_PASSPHRASE',
        kind: 'secret',
        meaning: 'encrypts the backup before it leaves this machine',
        modes: WRITING,
    },
    {
        name: 'allow-plaintext-backup',
        kind: 'boolean',
        meaning: 'an artifact without passphrase, for throwaway data; never in a public repository',
        default: 'false',
        modes: WRITING,
    },
    {
        name: 'backup-timeout',
        kind: 'seconds',
        meaning: 'seconds for dump and upload together',
        default: '1800',
        modes: WRITING,
    },
    {
        name: 'on-failure',
        kind: 'text',
        meaning: 'restore or keep',
        default: 'restore',
        modes: WRITING,
    },
    {
        name: 'on-data-loss',
        kind: 'text',
        meaning: 'restore or stop, when a restore would undo writes of others, or when that cannot be known',
        default: 'restore for update',
        modes: WRITING,
    },
    {
        name: 'restore-guarantee',
        kind: 'text',
        meaning: 'best, lossless or in-place',
        default: 'best',
        built: ['best', 'lossless'],
        modes: WRITING,
    },
    { name: 'backup-ref', kind: 'text', meaning: 'rollback: which backup to restore', modes: ['rollback'] },
    {
        name: 'dry-run',
        kind: 'boolean',
        meaning: 'rollback: everything but the cut-over',
        default: 'false',
        modes: ['rollback'],
    },
    {
        name: 'resume',
        kind: 'boolean',
        meaning: 'go on after the last statement that is known to be done; status: plan that',
        default: 'false',
        modes: ['update', 'status'],
    },
    {
        name: 'resume-in-doubt',
        kind: 'text',
        meaning: 'done or not-done: your answer for the statement that cannot be decided',
        modes: ['update', 'status'],
    },
    {
        name: 'expected-plan-hash',
        kind: 'text',
        meaning: 'refuse to run a plan other than the one that was reviewed',
        modes: ['update'],
    },
    {
        name: 'require-approval',
        kind: 'boolean',
        meaning: 'refuse unless this run was approved by somebody other than the actor',
        default: 'false',
        modes: WRITING,
    },
    { name: 'github-token', kind: 'secret', meaning: 'token for the GitHub API' },
    {
        name: 'comment',
        kind: 'text',
        meaning: 'auto or never: the pull-request comment',
        default: 'auto',
    },
    {
        name: 'report-file',
        kind: 'text',
        meaning: 'comment: the saved report',
        modes: ['comment'],
    },
    {
        name: 'log-format',
        environment: 'LOG_FORMAT',
        kind: 'text',
        meaning: 'text or json (one object a line on stdout)',
        default: 'text',
    },
];


/***/ }),

/***/ 53880:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  yd: () => (/* binding */ logFormat),
  TL: () => (/* binding */ parseInputs),
  Ui: () => (/* binding */ readActionInputs),
  _4: () => (/* binding */ readTerminalInputs),
  VX: () => (/* binding */ secretValues)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(72705);
// EXTERNAL MODULE: ./lib/changelog/expression.js
var expression = __webpack_require__(11991);
// EXTERNAL MODULE: ./lib/input-table.js
var input_table = __webpack_require__(60545);
;// CONCATENATED MODULE: ./lib/input-reader.js



/** Reads one input after the other and keeps every problem, so that all are told at once. */
class InputReader {
    problems = [];
    #raw;
    #visibility;
    constructor(raw, visibility) {
        this.#raw = raw;
        this.#visibility = visibility;
    }
    problem(name, what, fix) {
        this.problems.push({ code: 'invalid-input', message: `input ${name}: ${what}`, fix });
    }
    text(name) {
        return this.#raw.get(name);
    }
    required(name, fix) {
        const value = this.text(name);
        if (value === undefined)
            this.problem(name, 'is required', fix);
        return value ?? '';
    }
    mode() {
        const value = this.required('mode', `one of: ${input_table/* MODES */.FN.join(', ')}`);
        const mode = input_table/* MODES */.FN.find((known) => known === value);
        if (mode === undefined && value !== '') {
            this.problem('mode', `${JSON.stringify(value)} is no mode`, `use one of: ${input_table/* MODES */.FN.join(', ')}`);
        }
        return mode ?? 'validate';
    }
    choice(name, allowed, otherwise) {
        const value = this.text(name);
        if (value === undefined)
            return otherwise;
        const found = allowed.find((known) => known === value);
        if (found === undefined) {
            this.problem(name, `${JSON.stringify(value)} is not allowed`, `use one of: ${allowed.join(', ')}`);
        }
        return found ?? otherwise;
    }
    boolean(name) {
        const value = this.text(name)?.toLowerCase() ?? 'false';
        if (value !== 'true' && value !== 'false') {
            this.problem(name, `${JSON.stringify(this.text(name))} is neither true nor false`, 'use true or false');
        }
        return value === 'true';
    }
    seconds(name, otherwise) {
        const value = this.text(name) ?? String(otherwise);
        const isNumber = /^\d{1,7}(\.\d+)?$/.test(value);
        if (!isNumber)
            this.problem(name, `${JSON.stringify(value)} is no number of seconds`, 'use a number such as 60');
        return isNumber ? Number(value) : otherwise;
    }
    days(name, otherwise) {
        const value = this.text(name) ?? String(otherwise);
        const isNumber = /^\d{1,4}$/.test(value) && Number(value) > 0;
        if (!isNumber)
            this.problem(name, `${JSON.stringify(value)} is no number of days`, 'use a number such as 30');
        return isNumber ? Number(value) : otherwise;
    }
    /** `artifact` or `file:<folder>`. */
    store(otherwise) {
        const value = this.text('backup-store') ?? otherwise;
        if (value === 'artifact')
            return { kind: 'artifact' };
        if (!value.startsWith('file:') || value === 'file:')
            this.problem('backup-store', `${JSON.stringify(value)} is no store`, 'use artifact (in a workflow) or file:<folder>');
        return { kind: 'folder', folder: (0,external_node_path_.resolve)(value.slice('file:'.length)) };
    }
    /** Whoever can read the repository can download an artifact, so it is encrypted or of no worth to anybody. */
    requireProtection() {
        const allowsPlaintext = this.boolean('allow-plaintext-backup');
        if (this.text('backup-passphrase') !== undefined)
            return;
        if (!allowsPlaintext) {
            this.problem('backup-passphrase', 'is required by backup-store: artifact', 'pass a secret, or for throwaway data in a private repository allow-plaintext-backup: true');
        }
        else if (this.#visibility !== 'private') {
            const why = this.#visibility === 'public'
                ? 'the repository is public: any signed-in user could download the data'
                : 'the event does not say whether the repository is private';
            this.problem('allow-plaintext-backup', `is refused, ${why}`, 'pass backup-passphrase from a secret');
        }
    }
    port() {
        const value = this.text('db-port') ?? '3306';
        const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
        if (port < 1 || port > 65_535) {
            this.problem('db-port', `${JSON.stringify(value)} is no port`, 'use a number from 1 to 65535');
        }
        return port;
    }
    list(name) {
        const items = this.text(name)
            ?.split(',')
            .map((item) => item.trim());
        return items?.filter((item) => item !== '');
    }
    labels() {
        const source = this.text('labels');
        if (source === undefined)
            return undefined;
        const parsed = (0,expression/* parseExpression */.YK)(source);
        if ('root' in parsed)
            return parsed;
        this.problem('labels', parsed.message, 'use names with and, or, not, commas and parentheses');
        return undefined;
    }
    /** Whether somebody has to approve the run, which only a workflow has. */
    approval(place) {
        const isRequired = this.boolean('require-approval');
        if (isRequired && place === 'terminal') {
            this.problem('require-approval', 'there is no workflow run at a terminal that somebody could approve', 'leave it out; expected-plan-hash holds a run to the plan that was reviewed');
        }
        return isRequired;
    }
    planHash() {
        const value = this.text('expected-plan-hash')?.toLowerCase();
        if (value === undefined && this.text('require-approval')?.toLowerCase() === 'true') {
            this.problem('expected-plan-hash', 'is required by require-approval: an approval is for a plan', 'pass the output plan-hash of the job that showed the plan');
        }
        if (value !== undefined && !/^[0-9a-f]{64}$/.test(value)) {
            this.problem('expected-plan-hash', 'is no plan hash', 'copy the 64 hex digits of the output plan-hash');
        }
        return value;
    }
    /** What is documented but not built is refused for the modes that would need it. */
    checkBuilt(mode) {
        for (const spec of input_table/* INPUTS */.mc) {
            if (spec.built === undefined || !(spec.modes ?? [mode]).includes(mode))
                continue;
            const value = this.text(spec.name) ?? spec.default;
            if (value !== undefined && !spec.built.includes(value))
                this.#notBuilt(spec.name, value, builtFix(spec));
        }
    }
    #notBuilt(name, value, fix) {
        const shown = input_table/* INPUTS */.mc.find((spec) => spec.name === name)?.kind === 'secret' ? '' : ` ${JSON.stringify(value)}`;
        this.problems.push({ code: 'not-built-yet', message: `input ${name}:${shown} is not built yet`, fix });
    }
}
function builtFix({ name, built = [] }) {
    return built.length === 0 ? `leave ${name} out for now` : `set ${name}: ${built.join(' or ')} for now`;
}

;// CONCATENATED MODULE: ./lib/inputs.js





/** The inputs of an action: `INPUT_<NAME>` with dashes kept, else the environment variable. */
function readActionInputs(env) {
    return collect(env, (name) => env[`INPUT_${name.toUpperCase()}`]);
}
/** The inputs of a terminal: flags, else the environment variable. */
function readTerminalInputs(flags, env) {
    return collect(env, (name) => flags.get(name));
}
function collect(env, given) {
    const raw = new Map();
    for (const { name, environment, kind } of input_table/* INPUTS */.mc) {
        // A password may begin or end with a blank; nothing else may mean anything by it.
        const clean = (value) => (kind === 'secret' ? value : value?.trim()) ?? '';
        const value = clean(given(name)) || clean(environment === undefined ? undefined : env[environment]);
        if (value !== '')
            raw.set(name, value);
    }
    return raw;
}
/** The secret values among the inputs, to be masked before anything is printed. */
function secretValues(raw) {
    return input_table/* INPUTS */.mc.filter((spec) => spec.kind === 'secret').flatMap((spec) => raw.get(spec.name) ?? []);
}
/** How the log looks; asked before anything else so that even the first problem is printed in that form. */
function logFormat(raw) {
    return raw.get('log-format') === 'json' ? 'json' : 'text';
}
/** Turns raw values into inputs that cannot be wrong; throws all problems at once. */
function parseInputs(raw, env, place, visibility = 'unknown') {
    const reader = new InputReader(raw, visibility);
    const mode = reader.mode();
    reader.checkBuilt(mode);
    reader.choice('log-format', ['text', 'json'], 'text');
    reader.choice('comment', ['auto', 'never'], 'auto');
    const common = readCommon(reader, env, place, mode);
    const inputs = readMode(reader, mode, common, env, place);
    (0,errors/* refuse */.TR)(reader.problems);
    return inputs;
}
function readCommon(reader, env, place, mode) {
    const environment = reader.text('environment') ?? (place === 'terminal' ? 'dev' : undefined);
    const isWriting = mode === 'update' || mode === 'pipeline' || mode === 'rollback';
    if (environment === undefined && isWriting) {
        reader.problem('environment', `is required for mode ${mode}`, 'name the target, for example: environment: prod');
    }
    return {
        environment,
        workingDirectory: (0,external_node_path_.resolve)(startFolder(env, place), reader.text('working-directory') ?? '.'),
        changelogFile: reader.text('changelog-file') ?? 'changelog/changelog.yml',
        pipelineFile: {
            path: reader.text('pipeline-file') ?? 'data/pipeline.yml',
            isGiven: reader.text('pipeline-file') !== undefined,
        },
        contexts: reader.list('contexts') ?? (environment === undefined ? [] : [environment]),
        labels: reader.labels(),
        allowDestructive: reader.boolean('allow-destructive'),
        run: readRunContext(reader, env, place),
    };
}
function readMode(reader, mode, common, env, place) {
    switch (mode) {
        case 'status':
        case 'update-sql':
        case 'verify':
            return {
                ...common,
                mode,
                database: readDatabase(reader),
                // SQL for the mysql client begins at the first statement, whatever ran before.
                ...(mode === 'status' ? readResume(reader) : { resume: false, resumeInDoubt: undefined }),
                backup: reader.choice('backup', ['full', 'none'], 'full') ?? 'full',
            };
        case 'update':
            return {
                ...readWriting(reader, common, place, 'restore'),
                mode,
                backup: reader.choice('backup', ['full', 'none'], 'full') === 'none'
                    ? undefined
                    : readBackup(reader, common, env, place),
                onFailure: reader.choice('on-failure', ['restore', 'keep'], 'restore') ?? 'restore',
                ...readResume(reader),
                expectedPlanHash: reader.planHash(),
            };
        case 'rollback':
            return {
                ...readWriting(reader, common, place, 'stop'),
                mode,
                backup: readBackup(reader, common, env, place),
                backupRef: place === 'action'
                    ? reader.required('backup-ref', 'pass the output backup-ref of the update to undo')
                    : reader.text('backup-ref'),
                dryRun: reader.boolean('dry-run'),
            };
        case 'pipeline':
            return {
                ...common,
                mode,
                environment: common.environment ?? '',
                database: readDatabase(reader),
                lockTimeout: reader.seconds('lock-timeout', 60),
            };
        case 'validate':
            return { ...common, mode: 'validate' };
        case 'comment': {
            const fix = 'name the file that the output report-file of the other run named';
            return { ...common, mode, reportFile: reader.required('report-file', fix) };
        }
    }
}
function readResume(reader) {
    return {
        resume: reader.boolean('resume'),
        resumeInDoubt: reader.choice('resume-in-doubt', ['done', 'not-done'], undefined),
    };
}
function readWriting(reader, common, place, onDataLoss) {
    return {
        ...common,
        environment: common.environment ?? '',
        database: readDatabase(reader),
        lockTimeout: reader.seconds('lock-timeout', 60),
        statementLockTimeout: reader.seconds('statement-lock-timeout', 5),
        onDataLoss: reader.choice('on-data-loss', ['restore', 'stop'], onDataLoss) ?? onDataLoss,
        restoreGuarantee: reader.choice('restore-guarantee', ['best', 'lossless'], 'best') ?? 'best',
        requireApproval: reader.approval(place),
    };
}
function readBackup(reader, common, env, place) {
    const store = place === 'terminal' ? readTerminalStore(reader, env) : readActionStore(reader, env);
    return {
        store,
        passphrase: reader.text('backup-passphrase'),
        retentionDays: reader.days('backup-retention-days', RETENTION_DAYS[common.environment ?? ''] ?? 7),
        timeout: reader.seconds('backup-timeout', 1800),
        ...readTools(reader, env),
    };
}
function readTools(reader, env) {
    return {
        client: reader.choice('mysql-client', ['auto', 'path', 'docker'], 'auto') ?? 'auto',
        toolEnvironment: env,
    };
}
function readTerminalStore(reader, env) {
    const store = reader.store(`file:${(0,external_node_path_.join)(stateFolder(env), 'db-deploy', 'backups')}`);
    if (store.kind === 'artifact')
        reader.problem('backup-store', 'there are no artifacts at a terminal', 'use file:<folder>');
    return store;
}
function readActionStore(reader, env) {
    const store = reader.store('artifact');
    if (store.kind === 'folder')
        return store;
    if (isEnterpriseServer(env['GITHUB_SERVER_URL'])) {
        reader.problem('backup-store', 'GitHub Enterprise Server has no such artifacts', 'use file:<folder>');
    }
    reader.requireProtection();
    return store;
}
const GITHUB_HOST = /^(?:github\.com|.*\.ghe\.com|.*\.localhost)$/i;
function isEnterpriseServer(server) {
    return server !== undefined && URL.canParse(server) && !GITHUB_HOST.test(new URL(server).hostname);
}
const RETENTION_DAYS = { dev: 30, prod: 90 };
function stateFolder(env) {
    return env['XDG_STATE_HOME'] ?? (0,external_node_path_.join)((0,external_node_os_.homedir)(), '.local', 'state');
}
/** In a `run:` step of a workflow the shell's own folder counts, as it does at any terminal. */
function startFolder(env, place) {
    return (place === 'action' ? env['GITHUB_WORKSPACE'] : undefined) ?? process.cwd();
}
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;
function readDatabase(reader) {
    const host = reader.text('db-host') ?? '127.0.0.1';
    const ssl = reader.choice('db-ssl', ['disabled', 'required', 'verify-ca', 'verify-identity'], LOOPBACK.test(host) ? 'disabled' : 'required');
    return {
        host,
        port: reader.port(),
        user: reader.required('db-user', 'set the input or DB_USER'),
        password: reader.text('db-password') ?? '',
        name: reader.required('db-name', 'set the input or DB_NAME'),
        ssl: ssl ?? 'required',
        sslCa: reader.text('db-ssl-ca'),
        connectTimeout: reader.seconds('connect-timeout', 60),
    };
}
/** At a terminal nobody knows where the repository begins. */
function repositoryPath(workingDirectory, place) {
    const path = external_node_path_.posix.normalize(workingDirectory).replace(/(?<=.)\/$/, '');
    return place === 'terminal' || external_node_path_.posix.isAbsolute(path) || path.startsWith('..') ? '.' : path;
}
function readRunContext(reader, env, place) {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
    const hasRun = server !== undefined && repository !== undefined && run !== undefined;
    return {
        actor: env['GITHUB_ACTOR'] ?? (place === 'terminal' ? terminalUser() : 'unknown'),
        runUrl: hasRun ? `${server}/${repository}/actions/runs/${run}` : undefined,
        gitSha: env['GITHUB_SHA'],
        repositoryPath: repositoryPath(reader.text('working-directory') ?? '.', place),
        temporaryFolder: env['RUNNER_TEMP'] ?? env['TMPDIR'] ?? '/tmp',
    };
}
function terminalUser() {
    try {
        return (0,external_node_os_.userInfo)().username;
    }
    catch {
        return 'unknown';
    }
}


/***/ }),

/***/ 82444:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   cr: () => (/* binding */ newDraft),
/* harmony export */   qz: () => (/* binding */ tell),
/* harmony export */   wg: () => (/* binding */ tellChangeset)
/* harmony export */ });
/** A report of a run that has only just begun. */
function newDraft(mode, inputs, runId, startedAt) {
    return {
        report: {
            schemaVersion: 1,
            mode,
            result: 'ok',
            environment: inputs?.environment,
            contexts: inputs?.contexts ?? [],
            labels: inputs?.labels?.source ?? '',
            actor: inputs?.run.actor ?? 'unknown',
            runId,
            runUrl: inputs?.run.runUrl,
            gitSha: inputs?.run.gitSha,
            startedAt: startedAt.toISOString(),
            finishedAt: startedAt.toISOString(),
            changelogFile: inputs?.changelogFile ?? '',
            workingDirectory: inputs?.run.repositoryPath ?? '.',
            target: undefined,
            planHash: undefined,
            changesetCount: undefined,
            pending: [],
            filtered: [],
            tables: [],
            schemaBytes: undefined,
            comparedWith: undefined,
            violations: [],
            mismatches: [],
            problems: [],
            warnings: [],
            sqlFile: undefined,
            approval: undefined,
            backup: undefined,
            restore: undefined,
            guarantee: undefined,
            isRestored: false,
            pipeline: undefined,
            databaseState: 'The database was not changed.',
        },
    };
}
/** Adds to what is known. */
function tell(draft, known) {
    draft.report = { ...draft.report, ...known };
}
/** Writes down what became of one changeset. */
function tellChangeset(draft, key, outcome) {
    const pending = draft.report.pending.map((changeset) => changeset.key === key ? { ...changeset, ...outcome } : changeset);
    tell(draft, { pending });
}


/***/ }),

/***/ 50698:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ newRunId)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);

/** `20261122-164500-3f9a1c07`: sorts by time, fits into names, and is unlike any other. */
function newRunId(now) {
    const digits = now.toISOString().replace(/\D/g, '');
    return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(4).toString('hex')}`;
}


/***/ }),

/***/ 66990:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  r: () => (/* binding */ runMode),
  a: () => (/* binding */ runPost)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./lib/errors.js
var lib_errors = __webpack_require__(72705);
;// CONCATENATED MODULE: ./lib/files/read-report-file.js



/** No report of a plan that a person reviews is larger, and all of it has to be held at once. */
const LARGEST = 32 * 1024 * 1024;
/** The text of a saved report, which is where the workflow put it: nothing is known of what is in it. */
function readReportFile(workingDirectory, path) {
    const where = (0,external_node_path_.resolve)(workingDirectory, path);
    try {
        const stats = (0,external_node_fs_.statSync)(where);
        if (!stats.isFile())
            throw unreadable(path, 'is no file');
        if (stats.size > LARGEST)
            throw unreadable(path, 'is too large');
        return (0,external_node_fs_.readFileSync)(where, 'utf8');
    }
    catch (error) {
        if (error instanceof lib_errors/* ExpectedError */.Dh)
            throw error;
        throw unreadable(path, `cannot be read (${error.code ?? ''})`);
    }
}
function unreadable(path, what) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'file-unreadable',
        message: `report-file ${JSON.stringify(path)} ${what}`,
        fix: 'download the artifact of the run that made the report first, and name the file in it',
    });
}

;// CONCATENATED MODULE: ./lib/report/check-schema.js
/** Longer lists are nobody's report, and everything in them would have to be looked at. */
const LONGEST_LIST = 50_000;
/**
 * What is wrong with a value by a schema of ours, in words; undefined when nothing is. Knows what those schemas use and
 * throws on anything else, so that a schema cannot say more than is checked. Unknown keys are refused.
 */
function checkSchema(document, value) {
    return check(document, document, value, 'the report');
}
function check(document, schema, value, where) {
    if ('$ref' in schema)
        return check(document, definition(document, String(schema['$ref'])), value, where);
    if ('anyOf' in schema) {
        const problems = schema['anyOf'].map((one) => check(document, one, value, where));
        return problems.includes(undefined) ? undefined : problems[0];
    }
    if ('const' in schema)
        return value === schema['const'] ? undefined : `${where} is not ${String(schema['const'])}`;
    switch (schema['type']) {
        case 'object':
            return checkObject(document, schema, value, where);
        case 'array':
            return checkList(document, schema, value, where);
        case 'string':
            return checkText(schema, value, where);
        case 'integer':
            return Number.isSafeInteger(value) && value >= Number(schema['minimum'] ?? -Infinity)
                ? undefined
                : `${where} is no number that could be`;
        case 'number':
            return Number.isFinite(value) ? undefined : `${where} is no number`;
        case 'boolean':
            return typeof value === 'boolean' ? undefined : `${where} is neither true nor false`;
        case 'null':
            return value === null ? undefined : `${where} is not null`;
        default:
            throw new Error(`a schema with ${JSON.stringify(Object.keys(schema))} cannot be checked`);
    }
}
function definition(document, reference) {
    const found = document['$defs'][reference.replace('#/$defs/', '')];
    if (!found)
        throw new Error(`the schema has no ${reference}`);
    return found;
}
function checkObject(document, schema, value, where) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        return `${where} is no object`;
    const properties = new Map(Object.entries(schema['properties']));
    const given = new Map(Object.entries(value));
    for (const key of given.keys())
        if (!properties.has(key))
            return `${where} has an unknown key`;
    for (const key of schema['required'])
        if (!given.has(key))
            return `${where} lacks ${key}`;
    for (const [key, inner] of given) {
        const problem = check(document, properties.get(key) ?? {}, inner, `${key} of ${where}`);
        if (problem !== undefined)
            return problem;
    }
    return undefined;
}
function checkList(document, schema, value, where) {
    if (!Array.isArray(value))
        return `${where} is no list`;
    if (value.length > LONGEST_LIST)
        return `${where} is too long`;
    for (const item of value) {
        const problem = check(document, schema['items'], item, `an item of ${where}`);
        if (problem !== undefined)
            return problem;
    }
    return undefined;
}
function checkText(schema, value, where) {
    if (typeof value !== 'string')
        return `${where} is no text`;
    const { enum: allowed, pattern } = schema;
    const isAllowed = allowed === undefined || allowed.includes(value);
    // No text that has a pattern is long, and a pattern is only asked of a short one.
    const isFitting = pattern === undefined || (value.length <= 200 && new RegExp(pattern).test(value));
    return isAllowed && isFitting ? undefined : `${where} is not one of the words that it may be`;
}

;// CONCATENATED MODULE: ./lib/report/json-schema.js
/** An object with these keys and no others. */
function object(required, optional) {
    const properties = [...Object.entries(required), ...Object.entries(optional)];
    return {
        json: {
            type: 'object',
            additionalProperties: false,
            required: Object.keys(required),
            properties: Object.fromEntries(properties.map(([key, { json }]) => [key, json])),
        },
    };
}
/** The same schema with a sentence for its reader. */
function about(description, { json }) {
    return { json: { description, ...json } };
}
function listOf(items) {
    return { json: { type: 'array', items: items.json } };
}
function orNull({ json }) {
    return { json: { anyOf: [json, { type: 'null' }] } };
}
/** One of a closed set: a new value is a new version of the schema. */
function choice(values) {
    return { json: { type: 'string', enum: Object.keys(values) } };
}
/** One of an open set of words: new ones may come with the same version. */
function word() {
    return { json: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' } };
}
function constant(value) {
    return { json: { const: value } };
}
const json_schema_text = { json: { type: 'string' } };
const yesOrNo = { json: { type: 'boolean' } };
const number = { json: { type: 'number' } };
const count = { json: { type: 'integer', minimum: 0 } };
/** ISO 8601, UTC, to the millisecond. */
const time = {
    json: { type: 'string', pattern: String.raw `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$` },
};
/** Gives a schema a name: wherever it is used then, there is only a reference. */
function named(name, { json }) {
    return { name, body: json, json: { $ref: `#/$defs/${name}` } };
}
/** A schema that stands for itself, with those that it refers to. */
function json_schema_document(head, root, definitions) {
    return {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        ...head,
        ...root.json,
        $defs: Object.fromEntries(definitions.map(({ name, body }) => [name, body])),
    };
}

;// CONCATENATED MODULE: ./lib/report/pipeline-schema.js

const rows = object({
    read: about('Each of them is counted once more below.', count),
    new: count,
    changed: count,
    unchanged: count,
    late: count,
    stale: count,
    repeated: count,
    rejected: count,
}, {});
const file = object({
    file: json_schema_text,
    status: choice({ loaded: true, skipped: true, refused: true }),
    sha256: json_schema_text,
    bytes: count,
    rows,
}, {});
const rejected = object({ file: json_schema_text, line: count, reason: json_schema_text, raw: about('Sensitive values are masked.', json_schema_text) }, {});
const transform = object({
    file: json_schema_text,
    status: choice({ done: true, failed: true, 'not-run': true }),
    rowsAffected: about('Rows inserted, changed or deleted, summed over its statements; a row that an upsert changes counts once.', orNull(count)),
    durationMs: orNull(count),
    versionsOpened: orNull(count),
    versionsClosed: orNull(count),
}, {});
const examples = object({ columns: listOf(json_schema_text), rows: listOf(listOf(json_schema_text)) }, {});
/** The section of a pipeline, with the schemas of the report that it shares. */
function pipelineSchema(location, problem) {
    const dataset = object({
        dataset: json_schema_text,
        table: json_schema_text,
        files: listOf(file),
        rows,
        rejectedExamples: about('The first few; all are in ops_rejected_rows.', listOf(rejected)),
        watermarkBefore: orNull(json_schema_text),
        watermarkAfter: orNull(json_schema_text),
        method: orNull(choice({ 'load-data': true, batches: true })),
        durationMs: count,
        problem: orNull(problem),
    }, {});
    const check = object({
        name: json_schema_text,
        at: location,
        severity: choice({ error: true, warning: true }),
        threshold: about('Above it the check fails.', number),
        status: choice({ passed: true, failed: true, 'not-run': true }),
        metric: orNull(number),
        previous: about('The metric of the last run.', orNull(number)),
        examples: about('Up to ten rows that make it fail.', orNull(examples)),
        query: about('To look further.', orNull(json_schema_text)),
        durationMs: orNull(count),
    }, {});
    return object({
        manifestFile: json_schema_text,
        datasets: listOf(dataset),
        missing: about('Datasets that were not loaded to their end.', listOf(json_schema_text)),
        transforms: listOf(transform),
        checks: listOf(check),
        isCommitted: about('Whether what transforms built is in effect; null while nobody knows.', orNull(yesOrNo)),
    }, {});
}

;// CONCATENATED MODULE: ./lib/report/report-schema.js


const report_schema_location = named('location', object({ file: about('Relative to the working directory.', json_schema_text), line: about('From 1.', count) }, {}));
const problem = named('problem', object({ code: word(), message: json_schema_text }, { at: report_schema_location, fix: about('What to do next.', json_schema_text) }));
const violation = named('violation', object({
    rule: word(),
    severity: choice({ error: true, warning: true }),
    changeset: about('author:id', json_schema_text),
    at: report_schema_location,
    message: json_schema_text,
    fix: json_schema_text,
    excused: about('Why it passes all the same.', orNull(json_schema_text)),
}, {}));
const statement = named('statement', object({ number: about('From 1.', count), line: count, sql: about('Without its passwords.', json_schema_text) }, {}));
const failedStatement = object({
    number: about('From 1.', count),
    line: about('In the SQL file: where the server says that the fault is, else where it begins.', count),
}, {});
const changeset = named('changeset', object({
    key: about('author:id', json_schema_text),
    id: json_schema_text,
    author: json_schema_text,
    at: report_schema_location,
    sqlFile: json_schema_text,
    checksum: json_schema_text,
    risk: choice({ low: true, medium: true, high: true }),
    contexts: json_schema_text,
    labels: listOf(json_schema_text),
    preconditions: listOf(json_schema_text),
    tables: about('What its statements change, create or drop.', listOf(json_schema_text)),
    comment: orNull(json_schema_text),
    reason: about('Why it is in the plan.', choice({ new: true, changed: true, always: true })),
    statements: listOf(statement),
    status: about('What became of it in this run.', choice({
        applied: true,
        skipped: true,
        'marked-ran': true,
        failed: true,
        unknown: true,
        'not-run': true,
    })),
    startedAt: orNull(time),
    durationMs: orNull(count),
    statementsDone: about('Of one that failed or is unknown: how many statements are known to be done.', orNull(count)),
    failedStatement: orNull(failedStatement),
    problem: orNull(problem),
    notes: listOf(json_schema_text),
}, {}));
const filtered = named('filteredChangeset', object({
    key: json_schema_text,
    at: report_schema_location,
    reason: choice({ 'already-ran': true, context: true, label: true }),
    detail: json_schema_text,
}, {}));
const mismatch = named('mismatch', object({ key: json_schema_text, at: report_schema_location, recorded: json_schema_text, current: json_schema_text }, {}));
const table = object({ name: json_schema_text, rows: count, bytes: count }, {});
const target = object({ host: json_schema_text, port: count, schema: json_schema_text, user: json_schema_text, serverVersion: json_schema_text, serverUuid: json_schema_text }, {});
const approval = object({ environment: json_schema_text, approvedBy: json_schema_text, comment: json_schema_text }, {});
const backup = object({
    ref: about('What the input backup-ref takes.', json_schema_text),
    sha256: json_schema_text,
    bytes: count,
    retentionDays: count,
    startedAt: time,
    durationMs: count,
}, {});
const restore = object({
    ref: json_schema_text,
    startedAt: time,
    durationMs: count,
    blockedMs: about('How long writers waited; null when that was not measured.', orNull(count)),
    keptTransactions: about('Transactions of others that it kept; null when it could keep none.', orNull(count)),
    undoneTransactions: about('Transactions of others that it undid; null when that cannot be known.', orNull(count)),
    aside: about('The schema in which the state before is kept.', json_schema_text),
}, {});
const guarantee = object({
    kind: choice({ lossless: true, snapshot: true, 'in-place': true, none: true }),
    reasons: listOf(problem),
}, {});
const report = object({
    schemaVersion: constant(1),
    mode: choice({
        validate: true,
        status: true,
        'update-sql': true,
        update: true,
        verify: true,
        pipeline: true,
        rollback: true,
        comment: true,
    }),
    result: choice({
        ok: true,
        blocked: true,
        failed: true,
        restored: true,
        'restore-failed': true,
        unknown: true,
    }),
    environment: orNull(json_schema_text),
    contexts: listOf(json_schema_text),
    labels: json_schema_text,
    actor: json_schema_text,
    runId: orNull(json_schema_text),
    runUrl: orNull(json_schema_text),
    gitSha: orNull(json_schema_text),
    startedAt: time,
    finishedAt: time,
    changelogFile: json_schema_text,
    workingDirectory: about('Relative to the repository: where the files of this report start.', json_schema_text),
    target: orNull(target),
    planHash: orNull(json_schema_text),
    changesetCount: orNull(count),
    pending: about('The plan in its order, with what became of it.', listOf(changeset)),
    filtered: about('Changesets that do not run, and why.', listOf(filtered)),
    tables: about('Touched tables that are there.', listOf(table)),
    schemaBytes: about('What a backup and its restore have to move.', orNull(count)),
    comparedWith: about('The commit that a pull request was compared with.', orNull(json_schema_text)),
    violations: listOf(violation),
    mismatches: about('Applied changesets whose file is not what ran.', listOf(mismatch)),
    problems: about('Whatever keeps the result from being ok.', listOf(problem)),
    warnings: listOf(problem),
    sqlFile: orNull(json_schema_text),
    approval: orNull(approval),
    backup: orNull(backup),
    restore: orNull(restore),
    guarantee: about('What a failure would cost.', orNull(guarantee)),
    isRestored: about('Whether a backup is what is live now.', yesOrNo),
    pipeline: about('What each stage of a pipeline did.', orNull(pipelineSchema(report_schema_location, problem))),
    databaseState: about('One sentence: in which state the database is now.', json_schema_text),
}, {});
/** The published schema of `report-file`. A key that goes or changes its meaning is a new `schemaVersion`. */
const reportSchema = json_schema_document({
    $id: 'urn:db-deploy:report:1',
    title: 'Report of a run of db-deploy',
    description: 'What the output report-file names: everything that is known of a run. What is not known is null.',
}, report, [report_schema_location, problem, violation, statement, changeset, filtered, mismatch]);

;// CONCATENATED MODULE: ./lib/report/parse-report.js



/** Reads a saved report, which anybody may have written: it has the form of one, and nothing else is known of it. */
function parseReport(text) {
    const value = parseJson(text);
    const problem = checkSchema(reportSchema, value);
    if (problem !== undefined)
        throw refused(`report-file is no report of this version: ${problem}`);
    return withoutNulls(value);
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        throw refused('report-file is not JSON');
    }
}
function refused(message) {
    const fix = 'save the file that the output report-file names, of the same version of this action, as it is';
    return new lib_errors/* ExpectedError */.Dh({ code: 'invalid-input', message, fix });
}
/** JSON has null for what is not known. */
function withoutNulls(value) {
    if (value === null)
        return undefined;
    if (Array.isArray(value))
        return value.map(withoutNulls);
    if (typeof value !== 'object')
        return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNulls(inner)]));
}

// EXTERNAL MODULE: ./lib/modes/draft.js
var modes_draft = __webpack_require__(82444);
;// CONCATENATED MODULE: ./lib/modes/comment.js




const PUBLISHED = ['status', 'update-sql', 'validate'];
/** Publishes a report that another run saved, perhaps one that ran the code of strangers, and says where. */
async function comment(inputs, draft, { publishSaved }) {
    const report = parseReport(readReportFile(inputs.workingDirectory, inputs.reportFile));
    if (!PUBLISHED.includes(report.mode)) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'invalid-input',
            message: `a report of mode ${report.mode} is no comment of a pull request`,
            fix: `save the report of ${PUBLISHED.join(', ')}`,
        });
    }
    if (!publishSaved) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'invalid-input',
            message: 'there is no pull request here',
            fix: 'run mode comment in a workflow, on workflow_run',
        });
    }
    const { failures, warnings } = await publishSaved(report);
    (0,modes_draft/* tell */.qz)(draft, { warnings: [...draft.report.warnings, ...warnings] });
    if (failures.length > 0)
        (0,modes_draft/* tell */.qz)(draft, { result: 'failed', problems: failures });
}

;// CONCATENATED MODULE: ./lib/changelog/history.js
/** The one name of a changeset in all places. */
function changesetKey(author, id) {
    return `${author}:${id}`;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./lib/changelog/tokenize.js
var tokenize = __webpack_require__(24476);
;// CONCATENATED MODULE: ./lib/changelog/checksum.js


const SIZE = 65_536;
const SPACE = 32;
const SEMICOLON = 59;
const LINE_FEED = 10;
/** One for all hashes: each is filled and emptied without a pause. */
const BYTES = Buffer.allocUnsafe(SIZE);
/** `v1:` and the SHA-256 of the normal form, in which neither comments nor layout count. */
function checksum(statements) {
    return `v1:${hashOf(statements)}`;
}
/** The SHA-256 of the normal form of one statement. */
function statementHash(statement) {
    return hashOf([statement]);
}
function hashOf(statements) {
    const sink = { hash: (0,external_node_crypto_.createHash)('sha256'), bytes: BYTES, length: 0 };
    for (const statement of statements)
        writeStatement(sink, statement);
    flush(sink);
    return sink.hash.digest('hex');
}
/** Its tokens, joined by one space and ended by `;` and a line feed. */
function writeStatement(sink, statement) {
    const cursor = (0,tokenize/* tokenCursor */.eA)(statement);
    for (let first = true; (0,tokenize/* nextToken */.Fu)(cursor); first = false) {
        if (!first)
            writeByte(sink, SPACE);
        writeToken(sink, cursor);
    }
    writeByte(sink, SEMICOLON);
    writeByte(sink, LINE_FEED);
}
function writeToken(sink, cursor) {
    const { sql, start, end } = cursor;
    // One UTF-16 unit makes at most three bytes.
    if ((end - start) * 3 > SIZE) {
        flush(sink);
        sink.hash.update(sql.slice(start, end));
        return;
    }
    if ((end - start) * 3 > SIZE - sink.length)
        flush(sink);
    const { bytes } = sink;
    let to = sink.length;
    for (let at = start; at < end; at++, to++) {
        const code = sql.charCodeAt(at);
        if (code > 127) {
            sink.length = to + bytes.write(sql.slice(at, end), to);
            return;
        }
        bytes[to] = code;
    }
    sink.length = to;
}
function writeByte(sink, byte) {
    if (sink.length === SIZE)
        flush(sink);
    sink.bytes[sink.length++] = byte;
}
function flush(sink) {
    sink.hash.update(sink.bytes.subarray(0, sink.length));
    sink.length = 0;
}

// EXTERNAL MODULE: ./lib/changelog/lexical.js
var lexical = __webpack_require__(81377);
;// CONCATENATED MODULE: ./lib/changelog/executable-comment.js

/** 8.0.19, the oldest supported server; executable comments up to this version are run everywhere. */
const OLDEST_SERVER = 80019;
/** The version that an executable comment asks for, 80019 for 8.0.19; 0 where it asks for none. */
function executableVersion(comment) {
    return Number(/^\/\*!(\d{5,6})/.exec(comment)?.[1] ?? 0);
}
/** The SQL in an executable comment. */
function executableBody(comment) {
    return comment.replace(/^\/\*!(?:\d{5,6})?/, '').replace(/\*\/$/, '');
}
/**
 * Whether servers disagree on where an executable comment ends: one that skips it stops at the first `*\/`, one that
 * runs it reads quoted text and comments in it. `/*!99999 SELECT '*\/ DROP TABLE t -- ' *\/` would hide the DROP.
 */
function isAmbiguous(sql, start, backslash) {
    if (executableVersion(sql.slice(start, start + 9)) <= OLDEST_SERVER)
        return false;
    const skipped = sql.indexOf('*/', start);
    return skipped >= 0 && (0,lexical/* endOfExecutable */.FR)(sql, start, backslash) !== skipped + 2;
}

;// CONCATENATED MODULE: ./lib/changelog/code-tokens.js


/**
 * What the server executes: hints are left out and `/*!80000 … *\/` is opened up into the tokens inside it. An
 * unversioned reader has to judge both readings of a comment whose version some servers do not have.
 */
function* codeTokens(statement, options = {}) {
    for (const token of (0,tokenize/* tokenize */.qw)(statement)) {
        if (token.kind === 'hint')
            continue;
        if (token.kind === 'executable-comment')
            yield* codeTokens(inside(statement, token, options), options);
        else
            yield token;
    }
}
function inside(statement, token, options) {
    const runs = executableVersion(token.text) <= (options.serverVersion ?? Infinity);
    return { ...statement, text: runs ? executableBody(token.text) : '', line: token.line };
}

;// CONCATENATED MODULE: ./lib/changelog/statement-kind.js


/** From the kind that promises most to the one that promises nothing. */
const KINDS = ['neutral', 'dml', 'call', 'ddl'];
const DML = ['INSERT', 'REPLACE', 'UPDATE', 'DELETE'];
const CALL = ['CALL', 'EXECUTE'];
const NEUTRAL = [
    ...['SELECT', 'TABLE', 'VALUES', 'DO', 'SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC', 'USE', 'HELP', 'HANDLER'],
    ...['PREPARE', 'DEALLOCATE', 'CHECKSUM', 'SAVEPOINT', 'RELEASE', 'SIGNAL', 'RESIGNAL', 'GET'],
];
const AFTER_WITH = ['SELECT', 'TABLE', 'VALUES', ...DML];
/** After these a `SET` names what it assigns. */
const ASSIGNS_NEXT = ['SET', ',', 'SESSION', 'LOCAL'];
/** What no rollback takes back; assigning `autocommit` may commit. */
const LASTING = /^(?:(?:@@(?:SESSION\.|LOCAL\.)?)?`?AUTOCOMMIT`?|GLOBAL|PERSIST|PERSIST_ONLY|@@(?:GLOBAL|PERSIST|PERSIST_ONLY)\..*)$/;
/** The kind of a statement; where servers read it differently (`/*!90000 … *\/`), the one that promises less. */
function statementKind(statement) {
    const kind = kindFor(statement, {});
    if (!statement.text.includes('/*!'))
        return kind;
    const oldest = kindFor(statement, { serverVersion: OLDEST_SERVER });
    return KINDS.indexOf(oldest) > KINDS.indexOf(kind) ? oldest : kind;
}
/** Whether all statements can run in one transaction, and there is a reason to. */
function isDmlOnly(statements) {
    const kinds = new Set(statements.map(statementKind));
    return kinds.has('dml') && !kinds.has('ddl') && !kinds.has('call');
}
/** What is not known here is `ddl`; an executable comment that is skipped as a whole does nothing. */
function kindFor(statement, options) {
    const words = wordsOf(statement, options);
    const verb = words.next().value;
    if (verb === undefined || NEUTRAL.includes(verb))
        return 'neutral';
    if (DML.includes(verb))
        return 'dml';
    if (CALL.includes(verb))
        return 'call';
    switch (verb) {
        case 'WITH':
            return kindOfWith(codeTokens(statement, options));
        case 'LOAD':
            return ['DATA', 'XML'].includes(words.next().value ?? '') ? 'dml' : 'ddl';
        case 'ROLLBACK':
            return [...words].includes('TO') ? 'neutral' : 'ddl';
        case 'SET':
            return kindOfSet(words);
        default:
            return 'ddl';
    }
}
/** The tokens of a statement in upper case, without opening parentheses: `(SELECT 1)` begins with SELECT. */
function* wordsOf(statement, options) {
    for (const token of codeTokens(statement, options))
        if (token.text !== '(')
            yield upper(token);
}
/** The verb of a `WITH` stands after the last common table expression, outside parentheses. */
function kindOfWith(tokens) {
    let depth = 0;
    for (const token of tokens) {
        const word = upper(token);
        if (word === '(')
            depth++;
        if (word === ')')
            depth--;
        if (depth === 0 && AFTER_WITH.includes(word))
            return DML.includes(word) ? 'dml' : 'neutral';
    }
    return 'neutral';
}
function kindOfSet(words) {
    let previous = 'SET';
    for (const word of words) {
        if (previous === 'SET' && ['PASSWORD', 'DEFAULT'].includes(word))
            return 'ddl';
        if (ASSIGNS_NEXT.includes(previous) && LASTING.test(word))
            return 'ddl';
        previous = word;
    }
    return 'neutral';
}
function upper(token) {
    return token.kind === 'string' || token.kind === 'dquoted' ? token.text : token.text.toUpperCase();
}

;// CONCATENATED MODULE: ./lib/changelog/journal.js


/** Judges the journal rows that an unfinished run left for a changeset against its file as it is now. */
function judgeLeftover(changeset, rows) {
    const statements = changeset.sql.statements;
    const isSame = (row) => {
        const statement = statements[row.statementNo - 1];
        return statement !== undefined && statementHash(statement) === row.sha256;
    };
    const done = rows.filter((row) => row.status === 'done');
    const open = rows.filter((row) => row.status === 'started' || row.status === 'unknown');
    // In a changeset of DML alone every statement is `started` before BEGIN, and `done` only with the history row.
    const isOneTransaction = isDmlOnly(statements) && open.length === statements.length && open.every(isSame);
    if (isOneTransaction)
        return { kind: 'untouched' };
    const edited = done.find((row) => !isSame(row));
    if (edited)
        return { kind: 'edited', done: done.length, statementNo: edited.statementNo };
    if (open.some((row) => !isSame(row) || isUndecidable(statementKind(statements[row.statementNo - 1])))) {
        return { kind: 'in-doubt', done: done.length };
    }
    return done.length === 0 ? { kind: 'untouched' } : { kind: 'partial', done: done.length };
}
/** DML commits together with its `done` row and a SET changes nothing that lasts, so only these can be in doubt. */
function isUndecidable(kind) {
    return kind === 'ddl' || kind === 'call';
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./lib/mysql/own-gtid.js
const connections = new WeakMap();
/** From now on the connection's transactions carry a tag that none did before. */
function startTag(connection, tag) {
    connections.set(connection, { tag, last: 0 });
}
/** Gives whether there was one. */
function stopTag(connection) {
    return connections.delete(connection);
}
/** The tag that the connection's transactions carry now. */
function ownTag(connection) {
    return connections.get(connection)?.tag;
}
/** Keeps the number of a transaction if no later one is known. */
function keepNumber(connection, number) {
    const known = connections.get(connection);
    if (known && number > known.last)
        connections.set(connection, { ...known, last: number });
}
/** Keeps what the server says of own transactions in the answer to a statement (`session_track_gtids`). */
function noteOwnGtids(connection, answer) {
    const known = connections.get(connection);
    if (!known)
        return;
    const packet = Array.isArray(answer) ? answer.at(-1) : answer;
    const { stateChanges } = (packet ?? {});
    for (const gtids of stateChanges?.gtids ?? [])
        keepNumber(connection, lastNumber(gtids, known.tag));
}
/** `<tag>:<number>` of the last transaction that is known, with the number 0 before the first; null without a tag. */
function lastOwnGtid(connection) {
    const known = connections.get(connection);
    return known ? `${known.tag}:${known.last}` : null;
}
/** The greatest number of a tag in a set of GTIDs: `uuid:1-5:tag:1-3:7,uuid2:…`. */
function lastNumber(gtidSet, tag) {
    let greatest = 0;
    for (const source of gtidSet.split(',')) {
        let current = '';
        for (const part of source.split(':').slice(1)) {
            const number = /^\s*(?:\d+-)?(\d+)\s*$/.exec(part)?.[1];
            if (number === undefined)
                current = part.trim();
            else if (current === tag)
                greatest = Math.max(greatest, Number(number));
        }
    }
    return greatest;
}

;// CONCATENATED MODULE: ./lib/mysql/server-error.js
const LOST_ERRNOS = new Set([1053, 1077, 1079, 1080, 1152, 1153, 1158, 1159, 1160, 1161, 1927, 3169, 4031]);
const LOST_CODES = new Set([
    'PROTOCOL_CONNECTION_LOST',
    'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
]);
const UNREACHABLE_CODES = new Set([
    ...LOST_CODES,
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EAI_AGAIN',
    'ENOENT',
]);
function asServerError(error) {
    // By its shape: an error of Node's own need not be an `Error` of this realm.
    const isError = typeof error === 'object' && error !== null && 'message' in error;
    return isError ? error : undefined;
}
function hasErrno(error, ...errnos) {
    const errno = asServerError(error)?.errno;
    return errno !== undefined && errnos.includes(errno);
}
/** The session is gone; what its last statement did is not known from here. */
function isConnectionLost(error) {
    const known = asServerError(error);
    if (!known)
        return false;
    if (known.code !== undefined && LOST_CODES.has(known.code))
        return true;
    if (known.errno !== undefined && LOST_ERRNOS.has(known.errno))
        return true;
    return /closed state|connection lost/i.test(known.message);
}
/** The driver knew that the connection was gone before it sent anything. */
function wasNeverSent(error) {
    const known = asServerError(error);
    return known?.code === 'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR' || /closed state/i.test(known?.message ?? '');
}
/** Nobody answers there yet; worth trying again until `connect-timeout`. 1040: too many connections. */
function isUnreachable(error) {
    const code = asServerError(error)?.code;
    return ((code !== undefined && UNREACHABLE_CODES.has(code)) || isConnectionLost(error) || hasErrno(error, 1040));
}
/** 1205: a lock was not granted in time; a DDL statement that waited for a metadata lock did nothing. */
function isLockTimeout(error) {
    return hasErrno(error, 1205);
}
/** 1213: InnoDB chose this transaction as the victim and rolled it back. */
function isDeadlock(error) {
    return hasErrno(error, 1213);
}
/** 1021, 1114, 1041, 3019, 3675 …: no room on the server's disk, or in one of its tablespaces or logs. */
function isServerFull(error) {
    const known = asServerError(error);
    return (hasErrno(error, 1021, 1114, 1874, 3019) || /no space left|disk full|errno: 28/i.test(known?.message ?? ''));
}
/** 1317: somebody ended the statement and not the session, as a server does first when it shuts down. */
function isInterrupted(error) {
    return hasErrno(error, 1317);
}
/** 1045, 1698: user or password are wrong. */
function isLoginRefused(error) {
    return hasErrno(error, 1045, 1698, 3118, 1820, 3032);
}
/** 1049: the schema does not exist. */
function isUnknownSchema(error) {
    return hasErrno(error, 1049);
}
/** 1142, 1143, 1044, 1227, 1370, 3619 …: a privilege is missing. */
function isPrivilegeMissing(error) {
    return hasErrno(error, 1044, 1142, 1143, 1227, 1370, 1410, 1419, 3619);
}
const REFUSED = /^(?<privilege>[a-z ]+?) command denied to user '(?<user>[^']*)'@'[^']*' for (?:column '[^']*' in )?(?<kind>table|routine) '(?<object>[^']*)'/i;
/** The GRANT that the server's refusal asks for; it names where the user came from, which its account need not. */
function missingGrant(error) {
    const { privilege, user, kind, object } = REFUSED.exec(asServerError(error)?.message ?? '')?.groups ?? {};
    if (!privilege || !user || !object)
        return 'grant what docs/privileges.md lists for this mode';
    const on = kind === 'routine' ? `ROUTINE ${object}` : object;
    return `GRANT ${privilege.toUpperCase()} ON ${on} TO the account of '${user}' (SELECT CURRENT_USER() names it)`;
}
/** 1146: the table does not exist. */
function isUnknownTable(error) {
    return hasErrno(error, 1146);
}
/** 1109: this series has no such table in information_schema. */
function isUnknownSystemTable(error) {
    return hasErrno(error, 1109);
}
/** 1356: what the view refers to is gone. */
function isInvalidView(error) {
    return hasErrno(error, 1356);
}
/** The server's words, with the error's name: `ER_DUP_ENTRY (1062): Duplicate entry …`. */
function describeServerError(error) {
    const known = asServerError(error);
    if (!known)
        return String(error);
    const name = [known.code, known.errno === undefined || known.errno < 1000 ? undefined : `(${known.errno})`]
        .filter((part) => part !== undefined)
        .join(' ');
    const parts = (known.errors ?? []).map(({ message }) => message);
    const words = known.message || parts.join('; ') || 'no message';
    return name === '' || words.includes(name) ? words : `${name}: ${words}`;
}
/** Whether the server or the connection to it, not our own code, raised the error. */
function isServerError(error) {
    // The driver's own words for a connection that is closed come without a code.
    return (isConnectionLost(error) ||
        (asServerError(error)?.errno !== undefined && asServerError(error)?.code !== undefined));
}
/** 1062, 1032, 1451, 1452 …: a row of the log does not fit to the rows that are there. */
function isReplayRefused(error) {
    return hasErrno(error, 1032, 1062, 1216, 1217, 1451, 1452, 1048, 1364, 1406, 3819, 1677, 1535);
}

;// CONCATENATED MODULE: ./lib/mysql/connection.js





/** Runs one statement with bound values and gives its rows. */
async function readRows(session, sql, values = []) {
    const [rows] = await session.connection.execute(sql, [...values]);
    return rows;
}
/** Like `readRows`, for the one row that must be there. */
async function readRow(session, sql, values = []) {
    const [row] = await readRows(session, sql, values);
    if (row === undefined)
        throw new Error(`the server gave no row for: ${sql}`);
    return row;
}
/** Runs one statement of ours with bound values, so that no `sql_mode` of a changeset can change their meaning. */
async function write(session, sql, values = []) {
    const [result] = await session.connection.execute(sql, [...values]);
    noteOwnGtids(session.connection, result);
    return result;
}
/** Sends one statement as it is: for what cannot be prepared, and for the statements of changesets. */
async function send(session, sql) {
    const [result] = await session.connection.query(sql);
    noteOwnGtids(session.connection, result);
    return result;
}
/** Opens a session, trying for up to `connectTimeout` seconds while nobody answers, and closes it in the end. */
async function withConnection(database, log, use) {
    const session = await connect(database, log);
    try {
        return await use(session);
    }
    finally {
        await connection_close(session);
    }
}
/** From here on the server refuses every write of this session: read modes cannot change anything by mistake. */
async function makeReadOnly(session) {
    await send(session, 'SET SESSION TRANSACTION READ ONLY');
}
/** Ends a session. */
async function connection_close(session) {
    // A session that hangs must not hang us: the socket goes after a second whatever happens.
    const ended = session.connection.end().catch(() => undefined);
    await Promise.race([ended, (0,external_node_timers_promises_.setTimeout)(1000, undefined, { ref: false })]);
    session.connection.destroy();
}
/** Opens a session; the caller closes it. */
async function connect(database, log) {
    const options = await connectionOptions(database);
    const { createConnection } = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 82384, 19));
    const deadline = Date.now() + database.connectTimeout * 1000;
    for (let attempt = 1;; attempt += 1) {
        try {
            const connection = await createConnection({
                ...options,
                connectTimeout: Math.max(1000, Math.min(10_000, deadline - Date.now())),
            });
            return await toSession(connection, database.name);
        }
        catch (error) {
            const pause = Math.min(2000, 100 * 2 ** attempt);
            if (!isUnreachable(error) || Date.now() + pause > deadline)
                throw connectionError(error, database);
            if (attempt === 1) {
                log({
                    level: 'info',
                    event: 'waiting-for-server',
                    message: `waiting up to ${database.connectTimeout} s for ${database.host}:${database.port} (${describeServerError(error)})`,
                });
            }
            await (0,external_node_timers_promises_.setTimeout)(pause);
        }
    }
}
const SELECT_SCHEMA = 'SELECT IF(@@lower_case_table_names = 0, DATABASE(), LOWER(DATABASE())) AS schema_name';
async function toSession(connection, schema) {
    // An error between two statements would otherwise end the process; the next statement reports it.
    connection.on('error', () => undefined);
    const session = { connection, id: connection.threadId, schema };
    try {
        const { schema_name } = await readRow(session, SELECT_SCHEMA);
        return { ...session, schema: schema_name };
    }
    catch (error) {
        connection.destroy();
        throw error;
    }
}
async function connectionOptions(database) {
    return {
        host: database.host,
        port: database.port,
        user: database.user,
        password: database.password,
        database: database.name,
        charset: 'utf8mb4',
        timezone: 'Z',
        dateStrings: true,
        supportBigNumbers: true,
        multipleStatements: false,
        // A statement may run for hours without a byte: probes keep routers from forgetting it, and find a dead peer.
        enableKeepAlive: true,
        keepAliveInitialDelay: 10_000,
        ...(await sslOptions(database)),
    };
}
async function sslOptions(database) {
    const { ssl, sslCa, host } = database;
    if (ssl === 'disabled')
        return {};
    // The driver checks the certificate of an address against the name `localhost`.
    if (ssl === 'verify-identity' && /^[\d.]+$|:/.test(host)) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'invalid-input',
            message: `db-ssl: verify-identity compares the certificate with a host name, and db-host ${host} is an address`,
            fix: "give the host name that stands in the server's certificate as db-host, or use verify-ca",
        });
    }
    if (ssl === 'required')
        return { ssl: { rejectUnauthorized: false } };
    const ca = sslCa === undefined ? {} : { ca: await readCertificate(sslCa) };
    return { ssl: { ...ca, rejectUnauthorized: true, verifyIdentity: ssl === 'verify-identity' } };
}
async function readCertificate(sslCa) {
    if (isPem(sslCa))
        return sslCa;
    const text = await readCertificateFile(sslCa);
    if (isPem(text))
        return text;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'invalid-input',
        message: `db-ssl-ca: there is no certificate in ${JSON.stringify(sslCa)}`,
        fix: 'give the path of a PEM file, or its text',
    });
}
function isPem(text) {
    return text.includes('-----BEGIN ');
}
async function readCertificateFile(path) {
    try {
        return await (0,promises_.readFile)(path, 'utf8');
    }
    catch (error) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'invalid-input',
            message: `db-ssl-ca: cannot read ${JSON.stringify(path)}: ${error.message}`,
            fix: 'give the path of a PEM file, or its text',
        });
    }
}
function connectionError(error, database) {
    const words = describeServerError(error);
    const where = `${database.host}:${database.port}`;
    if (isLoginRefused(error)) {
        return new lib_errors/* ExpectedError */.Dh({
            code: 'access-denied',
            message: `${where} refused the login of ${database.user}: ${words}`,
            fix: 'check db-user and db-password',
        });
    }
    if (isUnknownSchema(error)) {
        return new lib_errors/* ExpectedError */.Dh({
            code: 'connection-failed',
            message: `${where}: ${words}`,
            fix: `create the schema once: CREATE DATABASE \`${database.name}\`, or check db-name`,
        });
    }
    if (isUnreachable(error)) {
        return new lib_errors/* ExpectedError */.Dh({
            code: 'connection-lost',
            message: `no MySQL server answered at ${where} for ${database.connectTimeout} s: ${words}`,
            fix: 'check db-host and db-port, that the server runs, and that this machine may reach it',
        });
    }
    return new lib_errors/* ExpectedError */.Dh({
        code: 'connection-failed',
        message: `cannot connect to ${where}: ${words}`,
        fix: connectionFix(words),
    });
}
function connectionFix(words) {
    if (/ENOTFOUND/.test(words))
        return 'check db-host: no such name is known';
    if (/ssl|certificate|tls|secure.transport/i.test(words))
        return 'check db-ssl and db-ssl-ca against what the server offers';
    if (/1044|denied/i.test(words))
        return 'grant the user access to the schema, or check db-name';
    return 'check db-host, db-port, db-user, db-name and db-ssl';
}

;// CONCATENATED MODULE: ./lib/mysql/journal.js



const UPSERT_ONE = `INSERT INTO ops_migration_statements (run_id, author, changeset_id, statement_no, sha256, status,
    connection_id, log_file, log_pos, gtid, started_at, finished_at, rows_affected, error)
  VALUES (?, ?, ?, ?, ?, ?, CONNECTION_ID(), ?, ?, ?, UTC_TIMESTAMP(3), IF(? = 'started', NULL, UTC_TIMESTAMP(3)), ?, ?) AS latest
  ON DUPLICATE KEY UPDATE status = latest.status, gtid = latest.gtid, finished_at = latest.finished_at,
    rows_affected = latest.rows_affected, error = latest.error`;
/** The `done` of one statement and the `started` of the next in one commit: half the cost of two. */
const UPSERT_TWO = `INSERT INTO ops_migration_statements (run_id, author, changeset_id, statement_no, sha256, status,
    connection_id, log_file, log_pos, gtid, started_at, finished_at, rows_affected, error)
  VALUES (?, ?, ?, ?, ?, ?, CONNECTION_ID(), ?, ?, ?, UTC_TIMESTAMP(3), IF(? = 'started', NULL, UTC_TIMESTAMP(3)), ?, ?),
    (?, ?, ?, ?, ?, ?, CONNECTION_ID(), ?, ?, ?, UTC_TIMESTAMP(3), IF(? = 'started', NULL, UTC_TIMESTAMP(3)), ?, ?) AS latest
  ON DUPLICATE KEY UPDATE status = latest.status, gtid = latest.gtid, finished_at = latest.finished_at,
    rows_affected = latest.rows_affected, error = latest.error`;
function rowValues(context, number, status, outcome = {}) {
    const { changeset, logPosition } = context;
    return [
        context.runId,
        changeset.author,
        changeset.id,
        number,
        statementHash(changeset.sql.statements[number - 1]),
        status,
        logPosition?.file ?? null,
        logPosition?.position ?? null,
        outcome.gtid?.slice(0, 512) ?? null,
        status,
        outcome.rowsAffected ?? null,
        outcome.error?.slice(0, 16_000) ?? null,
    ];
}
/**
 * A statement that is about to be sent has the GTID of the own transaction before this row's: one that comes after this
 * row's is the statement's, and tells that it took effect. Without tags it may have another witness in its place.
 */
async function startedValues(session, context, number) {
    const gtid = lastOwnGtid(session.connection) ?? (await context.readWitness?.(number)) ?? null;
    return rowValues(context, number, 'started', { gtid });
}
/** Writes that a statement is about to be sent. */
async function journalStarted(session, context, number) {
    await write(session, UPSERT_ONE, await startedValues(session, context, number));
}
/** Writes that a statement is done and, in the same commit, that the next one is about to be sent. */
async function journalDone(session, context, done, next) {
    const doneValues = rowValues(context, done.number, 'done', done);
    if (next === undefined)
        await write(session, UPSERT_ONE, doneValues);
    else
        await write(session, UPSERT_TWO, [...doneValues, ...(await startedValues(session, context, next))]);
}
/** Writes that a statement did not do its work, or that nobody knows. */
async function journalEnded(session, context, number, status, error) {
    await write(session, UPSERT_ONE, rowValues(context, number, status, { error }));
}
const SETTLE_STARTED = `UPDATE ops_migration_statements SET status = ?, error = ?, finished_at = UTC_TIMESTAMP(3)
  WHERE run_id = ? AND author = ? AND changeset_id = ? AND status = 'started'`;
/** Writes what became of the statements that a lost session left `started`. */
async function journalSettled(session, runId, changeset, status, error) {
    const values = [status, error?.slice(0, 16_000) ?? null, runId, changeset.author, changeset.id];
    await write(session, SETTLE_STARTED, values);
}
const DECIDE = `UPDATE ops_migration_statements SET status = ?, error = ?, finished_at = UTC_TIMESTAMP(3)
  WHERE run_id = ? AND author = ? AND changeset_id = ? AND statement_no = ?`;
/** Writes what was found out of a statement that had been in doubt, so that it is not asked again. */
async function journalDecided(session, row, status, by) {
    await write(session, DECIDE, [
        status,
        `decided ${by}`,
        row.runId,
        row.author,
        row.changesetId,
        row.statementNo,
    ]);
}
const COPY_DONE = `INSERT INTO ops_migration_statements (run_id, author, changeset_id, statement_no, sha256, status,
    connection_id, log_file, log_pos, gtid, started_at, finished_at, rows_affected, error)
  SELECT ?, author, changeset_id, statement_no, sha256, 'done', connection_id, log_file, log_pos, gtid, started_at,
    finished_at, rows_affected, error
  FROM ops_migration_statements AS earlier
  WHERE earlier.run_id = ? AND earlier.author = ? AND earlier.changeset_id = ? AND earlier.statement_no <= ?`;
/** Takes over what an earlier run did of a changeset, so that the journal of the newest run alone tells all. */
async function journalResumed(session, runId, changeset, point) {
    await write(session, COPY_DONE, [runId, point.runId, changeset.author, changeset.id, point.done]);
}
/** A run that died before its first statement must not hide what the one before it left. */
const SELECT_LAST_RUN = `SELECT run_id AS runId, status, actor, run_url AS runUrl, started_at AS startedAt,
    backup_ref AS backupRef
  FROM ops_migration_runs AS r WHERE status IN ('succeeded', 'restored')
    OR (status <> 'blocked' AND EXISTS (SELECT 1 FROM ops_migration_statements AS s WHERE s.run_id = r.run_id))
  ORDER BY started_at DESC, run_id DESC LIMIT 1`;
const SELECT_OPEN_STATEMENTS = `SELECT s.run_id AS runId, s.author, s.changeset_id AS changesetId,
    s.statement_no AS statementNo, s.sha256, s.status, s.connection_id AS connectionId,
    s.log_file AS logFile, s.log_pos AS logPos, s.gtid
  FROM ops_migration_statements s
  LEFT JOIN DATABASECHANGELOG h ON h.ID = s.changeset_id AND h.AUTHOR = s.author AND h.RUN_ID = s.run_id
  WHERE s.run_id = ? AND h.ID IS NULL AND s.status IN ('started', 'done', 'unknown')
  ORDER BY s.author, s.changeset_id, s.statement_no`;
/** Reads whether the last run that tried something stopped in the middle of a changeset. */
async function readUnfinishedRun(session, state) {
    if (!state.has('ops_migration_statements') || !state.get('DATABASECHANGELOG')?.columns.has('RUN_ID')) {
        return undefined;
    }
    const [run] = await readRows(session, SELECT_LAST_RUN);
    if (!run || run.status === 'succeeded')
        return undefined;
    const rows = await readOpenStatements(session, run.runId);
    return rows.length === 0 ? undefined : { run, rows };
}
/** The statements of one run whose changeset has no history row of that run. */
async function readOpenStatements(session, runId) {
    return readRows(session, SELECT_OPEN_STATEMENTS, [runId]);
}

;// CONCATENATED MODULE: ./lib/mysql/tracking-tables.js



/** Liquibase's columns first, then ours. The key is what Liquibase identifies a changeset by. */
const CREATE_HISTORY = `CREATE TABLE IF NOT EXISTS DATABASECHANGELOG (
  ID VARCHAR(255) NOT NULL,
  AUTHOR VARCHAR(255) NOT NULL,
  FILENAME VARCHAR(255) NOT NULL,
  DATEEXECUTED DATETIME NOT NULL,
  ORDEREXECUTED INT NOT NULL,
  EXECTYPE VARCHAR(10) NOT NULL,
  MD5SUM VARCHAR(35) NULL,
  DESCRIPTION VARCHAR(255) NULL,
  COMMENTS VARCHAR(255) NULL,
  TAG VARCHAR(255) NULL,
  LIQUIBASE VARCHAR(20) NULL,
  CONTEXTS VARCHAR(255) NULL,
  LABELS VARCHAR(255) NULL,
  DEPLOYMENT_ID VARCHAR(10) NULL,
  CHECKSUM VARCHAR(80) NULL,
  RUN_ID VARCHAR(64) NULL,
  EXECUTION_MS BIGINT NULL,
  PRIMARY KEY (ID, AUTHOR, FILENAME)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;
const CREATE_LOCK = `CREATE TABLE IF NOT EXISTS DATABASECHANGELOGLOCK (
  ID INT NOT NULL,
  LOCKED TINYINT(1) NOT NULL,
  LOCKGRANTED DATETIME NULL,
  LOCKEDBY VARCHAR(255) NULL,
  RUN_ID VARCHAR(64) NULL,
  CONNECTION_ID BIGINT UNSIGNED NULL,
  PRIMARY KEY (ID)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;
const CREATE_RUNS = `CREATE TABLE IF NOT EXISTS ops_migration_runs (
  run_id VARCHAR(64) NOT NULL,
  environment VARCHAR(255) NOT NULL,
  mode VARCHAR(20) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  status VARCHAR(20) NOT NULL,
  backup_ref VARCHAR(512) NULL,
  plan_hash CHAR(64) NULL,
  git_sha VARCHAR(64) NULL,
  run_url VARCHAR(512) NULL,
  approved_by VARCHAR(255) NULL,
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  applied_count INT NOT NULL DEFAULT 0,
  details JSON NULL,
  PRIMARY KEY (run_id),
  KEY idx_ops_migration_runs_started (started_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;
const CREATE_JOURNAL = `CREATE TABLE IF NOT EXISTS ops_migration_statements (
  run_id VARCHAR(64) NOT NULL,
  author VARCHAR(255) NOT NULL,
  changeset_id VARCHAR(255) NOT NULL,
  statement_no INT NOT NULL,
  sha256 CHAR(64) NOT NULL,
  status VARCHAR(10) NOT NULL,
  connection_id BIGINT UNSIGNED NOT NULL,
  log_file VARCHAR(255) NULL,
  log_pos BIGINT UNSIGNED NULL,
  gtid VARCHAR(512) NULL,
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  rows_affected BIGINT NULL,
  error TEXT NULL,
  PRIMARY KEY (run_id, author, changeset_id, statement_no),
  KEY idx_ops_migration_statements_status (status)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;
const CREATE_PIPELINE_RUNS = `CREATE TABLE IF NOT EXISTS ops_pipeline_runs (
  run_id VARCHAR(64) NOT NULL,
  environment VARCHAR(255) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  status VARCHAR(20) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  details JSON NULL,
  PRIMARY KEY (run_id),
  KEY idx_ops_pipeline_runs_started (started_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;
const CREATE_DQ_RESULTS = `CREATE TABLE IF NOT EXISTS ops_dq_results (
  run_id VARCHAR(64) NOT NULL,
  check_name VARCHAR(255) NOT NULL,
  passed TINYINT(1) NOT NULL,
  metric_value DECIMAL(38, 6) NULL,
  threshold DECIMAL(38, 6) NULL,
  severity VARCHAR(10) NOT NULL,
  details JSON NULL,
  PRIMARY KEY (run_id, check_name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;
const CREATE_CHECKPOINTS = `CREATE TABLE IF NOT EXISTS ops_checkpoints (
  dataset VARCHAR(255) NOT NULL,
  last_watermark VARCHAR(64) NULL,
  updated_at DATETIME(3) NOT NULL,
  run_id VARCHAR(64) NOT NULL,
  changed JSON NULL,
  PRIMARY KEY (dataset)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;
const CREATE_LOADED_FILES = `CREATE TABLE IF NOT EXISTS ops_loaded_files (
  dataset VARCHAR(255) NOT NULL,
  file VARCHAR(512) NOT NULL,
  sha256 CHAR(64) NOT NULL,
  run_id VARCHAR(64) NOT NULL,
  loaded_at DATETIME(3) NOT NULL,
  PRIMARY KEY (dataset, sha256)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;
const CREATE_REJECTED_ROWS = `CREATE TABLE IF NOT EXISTS ops_rejected_rows (
  run_id VARCHAR(64) NOT NULL,
  dataset VARCHAR(128) NOT NULL,
  file VARCHAR(512) NOT NULL,
  line_number BIGINT UNSIGNED NOT NULL,
  reason VARCHAR(1024) NOT NULL,
  raw TEXT NULL,
  PRIMARY KEY (run_id, dataset, file, line_number)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;
/** Every table of ours with the statement that creates it. */
const TRACKING_TABLES = new Map([
    ['DATABASECHANGELOGLOCK', CREATE_LOCK],
    ['DATABASECHANGELOG', CREATE_HISTORY],
    ['ops_migration_runs', CREATE_RUNS],
    ['ops_migration_statements', CREATE_JOURNAL],
    ['ops_pipeline_runs', CREATE_PIPELINE_RUNS],
    ['ops_dq_results', CREATE_DQ_RESULTS],
    ['ops_checkpoints', CREATE_CHECKPOINTS],
    ['ops_loaded_files', CREATE_LOADED_FILES],
    ['ops_rejected_rows', CREATE_REJECTED_ROWS],
]);
/** Columns that Liquibase's tables lack. */
const ADOPT_HISTORY = new Map([
    ['CHECKSUM', 'ADD COLUMN CHECKSUM VARCHAR(80) NULL'],
    ['RUN_ID', 'ADD COLUMN RUN_ID VARCHAR(64) NULL'],
    ['EXECUTION_MS', 'ADD COLUMN EXECUTION_MS BIGINT NULL'],
]);
const ADOPT_LOCK = new Map([
    ['RUN_ID', 'ADD COLUMN RUN_ID VARCHAR(64) NULL'],
    ['CONNECTION_ID', 'ADD COLUMN CONNECTION_ID BIGINT UNSIGNED NULL'],
]);
const SELECT_COLUMNS = `SELECT TABLE_NAME AS name, COLUMN_NAME AS col
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ?
  AND TABLE_NAME IN ('DATABASECHANGELOG', 'DATABASECHANGELOGLOCK', 'ops_migration_runs',
    'ops_migration_statements', 'ops_pipeline_runs', 'ops_dq_results', 'ops_checkpoints',
    'ops_loaded_files', 'ops_rejected_rows')`;
const SELECT_KEYS = `SELECT INDEX_NAME AS name, UPPER(COLUMN_NAME) AS col, SUB_PART AS prefix
  FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'DATABASECHANGELOG' AND NON_UNIQUE = 0 ORDER BY 1, SEQ_IN_INDEX`;
/** What a history row is found by. */
const IDENTITY = ['ID', 'AUTHOR', 'FILENAME'];
/** Reads which tracking tables exist, with SELECT alone. */
async function readTrackingState(session) {
    const rows = await readRows(session, SELECT_COLUMNS, [session.schema]);
    const tables = new Map();
    for (const row of rows) {
        // Where lower_case_table_names is on, the server gives the name in lower case.
        const name = nameOf(row.name);
        tables.set(name, (tables.get(name) ?? new Set()).add(row.col.toUpperCase()));
    }
    const historyKeys = await readHistoryKeys(session);
    return new Map([...tables].map(([name, columns]) => [
        name,
        { columns, keys: name === 'DATABASECHANGELOG' ? historyKeys : new Map() },
    ]));
}
function nameOf(found) {
    const known = [...TRACKING_TABLES.keys()];
    return known.find((table) => table.toLowerCase() === found.toLowerCase()) ?? found;
}
/** Columns of each unique key by its name; one over a part of a column is none that can be relied on. */
async function readHistoryKeys(session) {
    const rows = await readRows(session, SELECT_KEYS, [session.schema]);
    const keys = new Map();
    for (const { name, col, prefix } of rows) {
        const column = prefix === null ? (col ?? '') : `${col}(${prefix})`;
        keys.set(name, [...(keys.get(name) ?? []), column]);
    }
    return keys;
}
/**
 * The one atomic ALTER that Liquibase's history lacks, if there is one and it lacks something. Text is made to compare
 * by code point: under another collation the changesets `a` and `A` would share a row.
 */
function historyAdoption(state) {
    const history = state.get('DATABASECHANGELOG');
    if (!history)
        return undefined;
    const { columns, keys } = history;
    const clauses = missingColumns(ADOPT_HISTORY, columns);
    const isIdentity = (key) => key.length === IDENTITY.length && IDENTITY.every((column) => key.includes(column));
    const primary = keys.get('PRIMARY');
    if (![...keys.values()].some(isIdentity)) {
        clauses.push(...(primary ? replaceKey(primary) : [ADD_KEY]));
    }
    if (clauses.length === 0)
        return undefined;
    return `ALTER TABLE DATABASECHANGELOG
  CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, ENGINE = InnoDB, ROW_FORMAT = DYNAMIC,
  ${clauses.join(',\n  ')}`;
}
const ADD_KEY = 'ADD PRIMARY KEY (ID, AUTHOR, FILENAME)';
/** A key over less than what identifies a changeset would make one take the place of another; any other may stay. */
function replaceKey(primary) {
    const isTooNarrow = primary.every((column) => IDENTITY.includes(column.replace(/\(.*/, '')));
    return isTooNarrow
        ? ['DROP PRIMARY KEY', ADD_KEY]
        : ['ADD UNIQUE KEY uq_databasechangelog_changeset (ID, AUTHOR, FILENAME)'];
}
/**
 * Creates the tables that are missing and upgrades Liquibase's in place; each step is one atomic statement that the
 * next run finds done or repeats. Gives the state that the tables are in then.
 */
async function ensureTrackingTables(session, state, log) {
    const missing = [...TRACKING_TABLES].filter(([table]) => !state.has(table));
    const isAdopted = await adoptHistory(session, state, log);
    for (const [, create] of missing)
        await send(session, create);
    const isExtended = await extendCheckpoints(session, state);
    return missing.length === 0 && !isAdopted && !isExtended ? state : readTrackingState(session);
}
/** Gives a table of an older db-deploy the column in which changed keys wait for transforms. */
async function extendCheckpoints(session, state) {
    const lacks = state.has('ops_checkpoints') && !hasChangedKeys(state);
    if (lacks)
        await send(session, 'ALTER TABLE ops_checkpoints ADD COLUMN changed JSON NULL');
    return lacks;
}
/** Whether `ops_checkpoints` is as this db-deploy makes it. */
function hasChangedKeys(state) {
    return state.get('ops_checkpoints')?.columns.has('CHANGED') ?? false;
}
/** Whether the lock table is one that Liquibase made. */
function lacksLockColumns(state) {
    const lock = state.get('DATABASECHANGELOGLOCK');
    return lock !== undefined && missingColumns(ADOPT_LOCK, lock.columns).length > 0;
}
/** Creates the lock table, or gives Liquibase's the two columns it lacks. */
async function ensureLockTable(session, state) {
    const lock = state.get('DATABASECHANGELOGLOCK');
    if (!lock) {
        await send(session, CREATE_LOCK);
        return;
    }
    const clauses = missingColumns(ADOPT_LOCK, lock.columns);
    if (clauses.length > 0)
        await send(session, `ALTER TABLE DATABASECHANGELOGLOCK ${clauses.join(', ')}`);
}
function missingColumns(wanted, present) {
    return [...wanted].filter(([column]) => !present.has(column)).map(([, clause]) => clause);
}
/** Rows that say twice of a changeset that it ran, and rows that cannot both have the key. */
const SELECT_DUPLICATES = `SELECT MIN(AUTHOR) AS author, MIN(ID) AS id, COUNT(*) AS copies FROM DATABASECHANGELOG
  GROUP BY CONVERT(AUTHOR USING utf8mb4) COLLATE utf8mb4_bin, CONVERT(ID USING utf8mb4) COLLATE utf8mb4_bin
  HAVING SUM(EXECTYPE IN ('EXECUTED', 'RERAN', 'MARK_RAN')) > 1
    OR COUNT(*) > COUNT(DISTINCT CONVERT(FILENAME USING utf8mb4) COLLATE utf8mb4_bin)
  ORDER BY 1, 2 LIMIT 20`;
/** Refuses to take a history for absent that this user may not see: then everything would seem to be pending. */
async function requireNoHistory(session) {
    try {
        await send(session, 'SHOW COLUMNS FROM DATABASECHANGELOG');
    }
    catch (error) {
        if (!isUnknownTable(error))
            throw error;
    }
}
/** Refuses a history in which one `author:id` stands twice, because it is not certain what ran. */
async function requireCertainHistory(session) {
    const duplicates = await readRows(session, SELECT_DUPLICATES);
    if (duplicates.length === 0)
        return;
    const list = duplicates.map((row) => `${row.author}:${row.id} (${row.copies} rows)`).join(', ');
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'ambiguous-history',
        message: `DATABASECHANGELOG has several rows for one author:id: ${list}`,
        fix: 'keep one row of each, so that it is certain what ran; nothing was changed',
    });
}
async function adoptHistory(session, state, log) {
    const adoption = historyAdoption(state);
    if (adoption === undefined)
        return false;
    await requireCertainHistory(session);
    await send(session, adoption);
    log({
        level: 'info',
        event: 'history-adopted',
        message: 'adopted the DATABASECHANGELOG that Liquibase made: columns and key were added',
    });
    return true;
}

;// CONCATENATED MODULE: ./lib/mysql/lock.js






/** Seconds an idle lock session may live without us: a vanished runner must not hold the lock for hours. */
const IDLE_SECONDS = 120;
const KEEP_ALIVE_MS = 30_000;
/**
 * `GET_LOCK` names belong to the whole server, so they name the schema. They have at most 64 characters and their
 * case does not count, which that of a schema may.
 */
function lockName(schema) {
    const name = `db-deploy:${schema}`;
    return name.length <= 64 && /^[\x20-\x40\x5b-\x7e]+$/.test(name)
        ? name
        : `db-deploy:${(0,external_node_crypto_.createHash)('sha256').update(schema).digest('hex').slice(0, 40)}`;
}
/**
 * Holds the deploy lock while `use` runs: `GET_LOCK`, which the server frees when the session dies, and the row in
 * DATABASECHANGELOGLOCK, which tells others who holds it and keeps Liquibase out. Waits up to `timeout` seconds.
 */
async function withDeployLock(session, timeout, owner, log, use) {
    const deadline = Date.now() + timeout * 1000;
    await limitWaits(session, timeout);
    await takeNamedLock(session, deadline, timeout, log);
    const keepAlive = keepSessionAlive(session);
    try {
        await takeRow(session, deadline, timeout, owner, log);
        return await use();
    }
    finally {
        clearInterval(keepAlive);
        await release(session, owner, log);
    }
}
/** By default the server waits a year for the metadata lock on a tracking table that somebody else holds. */
async function limitWaits(session, timeout) {
    const seconds = Math.max(1, Math.ceil(timeout));
    await send(session, `SET SESSION wait_timeout = ${IDLE_SECONDS}, lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds}`);
}
/** Whether any session holds the deploy lock now. */
async function isLockHeld(session) {
    const { connection_id: holder } = await readRow(session, SELECT_USED, [lockName(session.schema)]);
    return holder !== null;
}
/** Whether this session still owns the lock; asked before every statement of a changeset. */
async function requireLock(session) {
    const { owned } = await readRow(session, SELECT_OWNED, [
        lockName(session.schema),
    ]);
    if (owned !== 1) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'lock-lost',
            message: 'this session no longer holds the deploy lock; nothing more was run',
            fix: 'look for what released it (RELEASE_ALL_LOCKS in a routine?), then run again',
        });
    }
}
/**
 * Ends the session that holds the lock for a run, if it does: whoever calls this knows that the process of that session
 * is gone, and an ALTER that it began might go on for hours.
 */
async function endSessionOf(session, runId) {
    const { connection_id: holder } = await readRow(session, SELECT_USED, [lockName(session.schema)]);
    if (holder === null)
        return;
    const row = await readLockRow(session).catch(() => undefined);
    if (row?.RUN_ID !== runId || String(row.CONNECTION_ID) !== String(holder))
        return;
    // It may have ended by itself in this moment; whether it has, the lock tells.
    await send(session, `KILL CONNECTION ${Number(holder)}`).catch(() => undefined);
}
const SELECT_OWNED = 'SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS owned';
async function takeNamedLock(session, deadline, timeout, log) {
    let isAnnounced = false;
    for (;;) {
        const seconds = Math.max(0, Math.min(2, Math.ceil((deadline - Date.now()) / 1000)));
        // The first try does not wait, so that who holds the lock is said at once.
        const { got } = await readRow(session, 'SELECT GET_LOCK(?, ?) AS got', [
            lockName(session.schema),
            isAnnounced ? seconds : 0,
        ]);
        if (got === 1)
            return;
        if (got === null)
            throw lockRefused();
        const holder = await describeHolder(session);
        if (Date.now() >= deadline)
            throw lockHeld(holder, timeout);
        if (!isAnnounced)
            announceWait(holder, timeout, log);
        isAnnounced = true;
    }
}
function announceWait(holder, timeout, log) {
    log({
        level: 'info',
        event: 'waiting-for-lock',
        message: `waiting up to ${timeout} s for the deploy lock: ${holder}`,
    });
}
function lockRefused() {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'server-error',
        message: 'the server could not take the deploy lock: GET_LOCK gave NULL, as when it was killed',
        fix: 'find out who ended it, then run again',
    });
}
const SELECT_USED = 'SELECT IS_USED_LOCK(?) AS connection_id';
async function describeHolder(session) {
    const used = await readRow(session, SELECT_USED, [
        lockName(session.schema),
    ]);
    const row = await readLockRow(session).catch(() => undefined);
    if (row?.IS_LOCKED && String(row.CONNECTION_ID) === String(used.connection_id))
        return describeRow(row);
    return `lock is held by connection ${used.connection_id ?? 'unknown'} of the server`;
}
function describeRow(row) {
    const run = row.RUN_ID === null ? '' : ` (run ${row.RUN_ID})`;
    return `lock is held by ${row.LOCKEDBY ?? 'an unknown owner'}${run} since ${row.LOCKGRANTED ?? 'an unknown time'} UTC`;
}
function lockHeld(holder, timeout) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'lock-held',
        message: `${holder}; waited ${timeout} s`,
        fix: 'wait for it to end, or raise lock-timeout',
    });
}
/** LOCKED is a BIT(1) in tables of older Liquibases; added to 0 it is a number everywhere. */
const SELECT_LOCK_ROW = 'SELECT l.*, l.LOCKED + 0 AS IS_LOCKED FROM DATABASECHANGELOGLOCK AS l WHERE l.ID = 1';
/** The row that says who holds the lock; Liquibase's has no RUN_ID and CONNECTION_ID. */
async function readLockRow(session) {
    const [row] = await readRows(session, SELECT_LOCK_ROW);
    return row && { ...row, RUN_ID: row.RUN_ID ?? null, CONNECTION_ID: row.CONNECTION_ID ?? null };
}
const INSERT_LOCK_ROW = 'INSERT IGNORE INTO DATABASECHANGELOGLOCK (ID, LOCKED) VALUES (1, 0)';
const TAKE_FREE_ROW = `UPDATE DATABASECHANGELOGLOCK
  SET LOCKED = 1, LOCKGRANTED = UTC_TIMESTAMP(), LOCKEDBY = ?, RUN_ID = ?, CONNECTION_ID = CONNECTION_ID()
  WHERE ID = 1 AND (LOCKED = 0 OR CONNECTION_ID IS NOT NULL)`;
/**
 * Takes the row. We hold `GET_LOCK` already, so a row with a connection id belongs to a session that is gone: it is
 * taken over. A row without one is Liquibase's, which cannot be asked: it counts as alive and is waited for.
 */
async function takeRow(session, deadline, timeout, owner, log) {
    let before = await readLockRowIfAny(session);
    let isAnnounced = false;
    while (before?.IS_LOCKED && before.CONNECTION_ID === null) {
        if (Date.now() >= deadline)
            throw liquibaseHolds(before, timeout);
        if (!isAnnounced)
            announceWait(describeRow(before), timeout, log);
        isAnnounced = true;
        await (0,external_node_timers_promises_.setTimeout)(Math.min(500, Math.max(1, deadline - Date.now())));
        before = await readLockRow(session);
    }
    await ensureLockTable(session, await readTrackingState(session));
    if (!before)
        await write(session, INSERT_LOCK_ROW);
    const by = lockedBy(owner);
    const { affectedRows } = await write(session, TAKE_FREE_ROW, [by, owner.runId]);
    if (affectedRows === 0)
        throw liquibaseHolds((await readLockRow(session)), timeout);
    if (before?.IS_LOCKED) {
        log({
            level: 'warning',
            event: 'lock-taken-over',
            message: `took over the deploy lock: ${describeRow(before)}, but its session is gone`,
        });
    }
}
const SELECT_HAS_LOCK_TABLE = `SELECT COUNT(*) AS tables_found FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'DATABASECHANGELOGLOCK'`;
async function readLockRowIfAny(session) {
    const found = await readRow(session, SELECT_HAS_LOCK_TABLE, [
        session.schema,
    ]);
    return Number(found.tables_found) === 0 ? undefined : readLockRow(session);
}
function liquibaseHolds(row, timeout) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'lock-held',
        message: `${describeRow(row)}; the row has no connection id, so Liquibase wrote it and it counts as alive; waited ${timeout} s`,
        fix: 'wait for Liquibase to end; if it is certain that it died: UPDATE DATABASECHANGELOGLOCK SET LOCKED = 0 WHERE ID = 1',
    });
}
/** LOCKEDBY has 255 characters: the actor and where the run can be read. */
function lockedBy(owner) {
    return (owner.runUrl === undefined ? owner.actor : `${owner.actor} ${owner.runUrl}`).slice(0, 255);
}
const RELEASE_ROW = `UPDATE DATABASECHANGELOGLOCK
  SET LOCKED = 0, LOCKGRANTED = NULL, LOCKEDBY = NULL, RUN_ID = NULL, CONNECTION_ID = NULL
  WHERE ID = 1 AND RUN_ID = ? AND CONNECTION_ID = CONNECTION_ID()`;
/** A lock that cannot be released is not lost work: the server frees it with the session, the next run the row. */
async function release(session, owner, log) {
    try {
        await send(session, 'ROLLBACK');
        await write(session, RELEASE_ROW, [owner.runId]);
        await readRow(session, 'SELECT RELEASE_LOCK(?) AS released', [lockName(session.schema)]);
    }
    catch (error) {
        log({
            level: 'debug',
            event: 'lock-not-released',
            message: `the deploy lock was not released (${describeServerError(error)}); the server frees it with the session`,
        });
    }
}
function keepSessionAlive(session) {
    let isPinging = false;
    const timer = setInterval(() => {
        if (isPinging)
            return;
        isPinging = true;
        session.connection
            .ping()
            .catch(() => undefined)
            .finally(() => (isPinging = false));
    }, KEEP_ALIVE_MS);
    timer.unref();
    return timer;
}

;// CONCATENATED MODULE: ./lib/mysql/runs.js

const INSERT_RUN = `INSERT INTO ops_migration_runs
    (run_id, environment, mode, actor, status, plan_hash, git_sha, run_url, approved_by, started_at, finished_at, details)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3), IF(? = 'running', NULL, UTC_TIMESTAMP(3)), ?)`;
/** Writes the audit row: `running` before the first change, or at once how it ended. */
async function recordRun(session, run, status, details) {
    await write(session, INSERT_RUN, [
        run.runId,
        run.environment.slice(0, 255),
        run.mode,
        run.actor.slice(0, 255),
        status,
        run.planHash,
        run.gitSha,
        run.runUrl?.slice(0, 512) ?? null,
        run.approvedBy?.slice(0, 255) ?? null,
        status,
        JSON.stringify(details),
    ]);
}
const FINISH_RUN = `UPDATE ops_migration_runs
  SET status = ?, finished_at = UTC_TIMESTAMP(3), applied_count = COALESCE(?, applied_count),
    details = JSON_MERGE_PATCH(COALESCE(details, '{}'), ?) WHERE run_id = ?`;
/** Writes how a run ended; without a count that of before stays. */
async function finishRun(session, runId, status, appliedCount, details) {
    await write(session, FINISH_RUN, [status, appliedCount, JSON.stringify(details), runId]);
}
const CLOSE_DEAD_RUNS = `UPDATE ops_migration_runs
  SET status = 'interrupted', finished_at = UTC_TIMESTAMP(3) WHERE status = 'running'`;
/** Marks runs that were left `running`: we hold the deploy lock, so none of them lives. */
async function closeDeadRuns(session, state) {
    if (state.has('ops_migration_runs'))
        await write(session, CLOSE_DEAD_RUNS);
}
const KEEP_BACKUP = `UPDATE ops_migration_runs SET backup_ref = ?, details = JSON_MERGE_PATCH(COALESCE(details, '{}'), ?)
  WHERE run_id = ?`;
/** Writes where the backup of a run is and what it took, before its first change: a lost runner cannot say it any more. */
async function recordBackup(session, runId, { ref, ...about }) {
    const { bytes, durationMs } = about;
    await write(session, KEEP_BACKUP, [ref, JSON.stringify({ backup: { bytes, durationMs } }), runId]);
}
const SELECT_RUN = `SELECT status, mode, backup_ref AS backupRef,
    CAST(JSON_UNQUOTE(JSON_EXTRACT(details, '$.backup.durationMs')) AS SIGNED) AS backupMs,
    JSON_UNQUOTE(JSON_EXTRACT(details, '$.restoresTo')) AS restoresTo
  FROM ops_migration_runs WHERE run_id = ?`;
/** Reads what the audit knows of a run. */
async function readRun(session, runId) {
    const [run] = await readRows(session, SELECT_RUN, [runId]);
    return run;
}
const COUNT_APPLIED = `SELECT COUNT(*) AS n FROM DATABASECHANGELOG WHERE RUN_ID = ? AND EXECTYPE <> 'MARK_RAN'`;
/** How many changesets a run recorded as applied. */
async function countApplied(session, runId) {
    const [row] = await readRows(session, COUNT_APPLIED, [runId]);
    return Number(row?.n ?? 0);
}
const SELECT_LAST_BACKUP = `SELECT backup_ref AS ref FROM ops_migration_runs
  WHERE mode = 'update' AND backup_ref IS NOT NULL ORDER BY started_at DESC, run_id DESC LIMIT 1`;
/** The backup that the last update took. */
async function readLastBackupRef(session) {
    const [row] = await readRows(session, SELECT_LAST_BACKUP);
    return row?.ref;
}
/** Statements that the run took over from an earlier one are older than it: they are in its backup, and stay done. */
const UNDO_STATEMENTS = `UPDATE ops_migration_statements AS s JOIN ops_migration_runs AS r USING (run_id)
  SET s.status = 'undone' WHERE s.run_id = ? AND s.status <> 'failed' AND s.started_at >= r.started_at`;
/** Marks what a run did as undone: its backup was restored. */
async function undoStatements(session, runId) {
    await write(session, UNDO_STATEMENTS, [runId]);
}
const UNDO_SINCE = `UPDATE ops_migration_statements SET status = 'undone' WHERE status <> 'failed' AND started_at >= ?`;
/** Marks everything that ran after a time as undone: a backup of then was restored. */
async function undoStatementsSince(session, createdAt) {
    await write(session, UNDO_SINCE, [toDatetime(createdAt)]);
}
function toDatetime(iso) {
    return iso.replace('T', ' ').replace('Z', '');
}

;// CONCATENATED MODULE: ./lib/mysql/needed-privileges.js


/** What a statement needs at the least, by its first words; SELECT, INSERT and UPDATE are needed by every run. */
const NEEDED = [
    [/^CREATE OR REPLACE .*?\bVIEW\b/, ['CREATE VIEW', 'DROP']],
    [/^ALTER (ALGORITHM .*|DEFINER .*|SQL SECURITY .*)?VIEW\b/, ['CREATE VIEW', 'DROP']],
    [/^CREATE (ALGORITHM .*|DEFINER .*|SQL SECURITY .*)?VIEW\b/, ['CREATE VIEW']],
    [/^CREATE (DEFINER .*)?TRIGGER\b/, ['TRIGGER']],
    [/^CREATE (DEFINER .*|AGGREGATE )?(PROCEDURE|FUNCTION)\b/, ['CREATE ROUTINE']],
    [/^(CREATE|ALTER) (DEFINER .*)?EVENT\b/, ['EVENT']],
    [/^CREATE (UNIQUE |FULLTEXT |SPATIAL )?INDEX\b/, ['INDEX']],
    [/^CREATE TEMPORARY TABLE\b/, ['CREATE TEMPORARY TABLES']],
    [/^CREATE TABLE\b.*?\bFOREIGN KEY\b/, ['CREATE', 'REFERENCES']],
    [/^CREATE TABLE\b/, ['CREATE']],
    [/^ALTER TABLE\b/, ['ALTER']],
    [/^DROP INDEX\b/, ['INDEX']],
    [/^DROP TRIGGER\b/, ['TRIGGER']],
    [/^DROP EVENT\b/, ['EVENT']],
    [/^(ALTER|DROP) (PROCEDURE|FUNCTION)\b/, ['ALTER ROUTINE']],
    [/^CALL\b/, ['EXECUTE']],
    [/^DROP (TABLE|VIEW)\b/, ['DROP']],
    [/^TRUNCATE\b/, ['DROP']],
    [/^RENAME TABLE\b/, ['ALTER', 'DROP', 'CREATE']],
    [/^REPLACE\b/, ['DELETE']],
    [/^DELETE\b/, ['DELETE']],
    [/^WITH\b.*?\) DELETE\b/, ['DELETE']],
];
/** What clauses of ALTER TABLE need beside ALTER. */
const IN_ALTER = [
    [/\bFOREIGN KEY\b.*? REFERENCES\b/, ['REFERENCES']],
    [/\b(DROP|TRUNCATE) PARTITION\b/, ['DROP']],
    [/\bRENAME (?!COLUMN\b|INDEX\b|KEY\b)/, ['DROP', 'CREATE']],
];
/** Enough for the head of any statement; rows of a long INSERT need not be read. */
const MANY = 4000;
/** The privileges that a statement needs on the schema at the least; nothing for what is not known here. */
function privilegesFor(statement, made) {
    const words = [];
    const names = [];
    const isDml = statementKind(statement) === 'dml';
    for (const token of codeTokens(statement)) {
        words.push(token.kind === 'string' || token.kind === 'dquoted' ? "''" : token.text.toUpperCase());
        names.push(needed_privileges_nameOf(token));
        if (words.length === (isDml ? 200 : MANY))
            break;
    }
    const text = words.join(' ');
    if (made && names.slice(0, 12).some((name) => made.temporaryTables.has(name)))
        return [];
    const privileges = NEEDED.find(([pattern]) => pattern.test(text))?.[1] ?? [];
    const isRoutine = privileges.includes('ALTER ROUTINE') || privileges.includes('EXECUTE');
    if (isRoutine && made?.routines.has(routineIn(words, names)))
        return [];
    remember(text, words, names, made);
    if (!text.startsWith('ALTER TABLE '))
        return privileges;
    return [
        ...new Set([...privileges, ...IN_ALTER.flatMap(([pattern, more]) => (pattern.test(text) ? more : []))]),
    ];
}
function remember(text, words, names, made) {
    if (!made)
        return;
    if (/^CREATE (DEFINER .*|AGGREGATE )?(PROCEDURE|FUNCTION)\b/.test(text)) {
        made.routines.add(routineIn(words, names));
    }
    if (text.startsWith('CREATE TEMPORARY TABLE '))
        made.temporaryTables.add(nameAfter('TABLE', words, names));
}
function routineIn(words, names) {
    const kind = words.find((word) => ['PROCEDURE', 'FUNCTION', 'CALL'].includes(word)) ?? '';
    return nameAfter(kind, words, names);
}
/** The object's name: what follows the word, without IF [NOT] EXISTS and without its schema. */
function nameAfter(word, words, names) {
    let at = words.indexOf(word) + 1;
    if (words[at] === 'IF')
        at += words[at + 1] === 'NOT' ? 3 : 2;
    return names[words[at + 1] === '.' ? at + 2 : at] ?? '';
}
function needed_privileges_nameOf(token) {
    const text = token.kind === 'name' ? token.text.slice(1, -1).replaceAll('``', '`') : token.text;
    return text.toLowerCase();
}
/** Whether the binary log makes the server ask for SUPER (error 1419). */
function createsLoggedCode(statement) {
    const words = [...codeTokens(statement)].slice(0, 24).map(({ text }) => text.toUpperCase());
    return /^(CREATE|ALTER) (DEFINER .*|AGGREGATE )?(TRIGGER|FUNCTION)\b/.test(words.join(' '));
}

;// CONCATENATED MODULE: ./lib/mysql/privileges.js




/** The tracking tables that `update` reads and writes; the others it only makes. */
const WRITTEN = [
    'DATABASECHANGELOG',
    'DATABASECHANGELOGLOCK',
    'ops_migration_runs',
    'ops_migration_statements',
];
/** Refuses before anything is written when the tracking tables cannot be made, read or written. */
async function requireBookkeeping(session, state) {
    const granted = await readGranted(session);
    if (granted === undefined)
        return;
    const needs = [
        ...WRITTEN.flatMap((table) => ['SELECT', 'INSERT', 'UPDATE'].map((privilege) => ({ privilege, table }))),
        ...[...TRACKING_TABLES.keys()]
            .filter((table) => !state.has(table))
            .map((table) => ({ privilege: 'CREATE', table })),
        ...(historyAdoption(state) === undefined ? [] : [{ privilege: 'ALTER', table: 'DATABASECHANGELOG' }]),
        ...(lacksLockColumns(state) ? [{ privilege: 'ALTER', table: 'DATABASECHANGELOGLOCK' }] : []),
    ];
    const [first, ...rest] = missingProblems(session, granted, needs);
    if (first)
        throw new lib_errors/* ExpectedError */.Dh(first, ...rest);
}
/** Names every privilege that the pending statements need and the user has nowhere, each with its GRANT. */
async function checkPrivileges(session, server, plan) {
    const needs = [];
    const logged = [];
    const problems = [];
    const routines = new Set();
    for (const { changeset } of plan.pending) {
        const made = { routines, temporaryTables: new Set() };
        for (const statement of changeset.sql.statements) {
            const at = { file: changeset.sql.path, line: statement.line };
            for (const privilege of privilegesFor(statement, made))
                needs.push({ privilege, at });
            if (createsLoggedCode(statement))
                logged.push(at);
            const problem = checkPacket(server, changeset.sql.path, statement);
            if (problem)
                problems.push(problem);
        }
    }
    const granted = await readGranted(session);
    if (granted === undefined)
        return problems;
    problems.push(...missingProblems(session, granted, needs));
    const [at] = logged;
    if (at && server.logBin && !granted.privileges.has('SUPER') && !(await trustsFunctionCreators(session))) {
        problems.push({
            code: 'missing-privilege',
            message: `${granted.user} lacks SUPER, without which this server refuses triggers and functions while binary logging is on (error 1419)`,
            at,
            fix: `SET PERSIST log_bin_trust_function_creators = 1, as an administrator; or GRANT SUPER ON *.* TO ${granted.user}`,
        });
    }
    return problems;
}
/** Whether the binary log can be read from here, which tells what became of a statement. */
async function mayReadLog(session) {
    const granted = await readGranted(session);
    return (granted !== undefined && ['REPLICATION SLAVE', 'REPLICATION CLIENT'].every((one) => granted.has(one)));
}
async function trustsFunctionCreators(session) {
    const { trusts } = await readRow(session, 'SELECT @@log_bin_trust_function_creators AS trusts');
    return trusts === 1;
}
/** One problem for each privilege and, where some tables have it, for each table that has not. */
function missingProblems(session, granted, needs) {
    const problems = new Map();
    for (const { privilege, table, at } of needs) {
        if (granted.has(privilege, table))
            continue;
        const isElsewhere = table !== undefined && granted.privileges.has(privilege);
        const where = isElsewhere ? `table ${table}` : `schema ${session.schema}`;
        const object = `${quoteName(session.schema)}.${isElsewhere ? quoteName(table) : '*'}`;
        const grant = `GRANT ${privilege} ON ${object} TO ${granted.user}`;
        if (problems.has(grant))
            continue;
        problems.set(grant, {
            code: 'missing-privilege',
            message: `${granted.user} lacks ${privilege} on ${where}`,
            ...(at === undefined ? {} : { at }),
            fix: `${grant}${roleHint(granted)}`,
        });
    }
    return [...problems.values()];
}
/** A role that is granted but not active counts for nothing. */
function roleHint({ user, inactiveRoles }) {
    if (inactiveRoles.length === 0)
        return '';
    const one = inactiveRoles.length === 1;
    return `; or, if its ${one ? 'role' : 'roles'} ${inactiveRoles.join(', ')} ${one ? 'has' : 'have'} it: SET DEFAULT ROLE ALL TO ${user}`;
}
function quoteName(name) {
    return `\`${name.replaceAll('`', '``')}\``;
}
/** Command and headers count as well: MySQL 9.7 takes four bytes less than it says. */
const PACKET_OVERHEAD = 8;
/** A statement has to fit into one packet; the server would end the connection in the middle of it. */
function checkPacket(server, file, statement) {
    // Cheap first: a character has at most three bytes per UTF-16 unit.
    const most = server.maxAllowedPacket - PACKET_OVERHEAD;
    if (statement.text.length * 3 <= most)
        return undefined;
    const bytes = Buffer.byteLength(statement.text);
    if (bytes <= most)
        return undefined;
    return {
        code: 'server-error',
        message: `a statement of ${bytes} bytes does not fit into the server's max_allowed_packet of ${server.maxAllowedPacket}`,
        at: { file, line: statement.line },
        fix: 'split the statement, or raise max_allowed_packet on the server',
    };
}
const ALL_ON_SCHEMA = [
    ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER'],
    ...['CREATE TEMPORARY TABLES', 'LOCK TABLES', 'EXECUTE', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE'],
    ...['ALTER ROUTINE', 'EVENT', 'TRIGGER'],
];
const SELECT_USER = 'SELECT CURRENT_USER() AS user, CURRENT_ROLE() AS roles, @@partial_revokes AS partialRevokes';
const known = new WeakMap();
/** Asked once a connection: what is granted later counts for the next run. */
async function readGrantLines(session) {
    const before = known.get(session.connection);
    if (before)
        return before;
    const { user, roles, partialRevokes } = await readRow(session, SELECT_USER);
    const using = roles === 'NONE' ? '' : ` USING ${roles}`;
    const lines = await readLines(session, `SHOW GRANTS FOR CURRENT_USER()${using}`);
    const [name, host] = splitUser(user);
    const read = {
        user: `'${name}'@'${host}'`,
        lines,
        partialRevokes: partialRevokes === 1,
        inactiveRoles: rolesIn(lines).filter((role) => !roles.includes(role)),
    };
    known.set(session.connection, read);
    return read;
}
/** Reads the grants in force; undefined when they cannot be read. */
async function readGranted(session) {
    try {
        const { user, lines, partialRevokes, inactiveRoles } = await readGrantLines(session);
        return { user, ...judgeGrants(lines, session.schema, partialRevokes), inactiveRoles };
    }
    catch {
        return undefined;
    }
}
async function readLines(session, sql) {
    const rows = (await send(session, sql));
    return rows.map((row) => String(Object.values(row)[0]));
}
function splitUser(user) {
    const at = user.lastIndexOf('@');
    return [user.slice(0, at), user.slice(at + 1)];
}
/** `GRANT \`a\`@\`%\`,\`b\`@\`%\` TO …` is a line about roles. */
function rolesIn(lines) {
    const isRoles = /^GRANT ((?:`(?:[^`]|``)*`@`(?:[^`]|``)*`,?)+) TO /;
    return lines.flatMap((line) => isRoles.exec(line)?.[1]?.match(/`(?:[^`]|``)*`@`(?:[^`]|``)*`/g) ?? []);
}
/** What lines of SHOW GRANTS come to in one schema, partial revokes subtracted. */
function judgeGrants(lines, schema, partialRevokes) {
    const grants = lines.flatMap((line) => readGrant(line, schema, partialRevokes) ?? []);
    const revoked = new Set(grants.filter(({ verb }) => verb === 'REVOKE').flatMap((grant) => grant.privileges));
    const inForce = grants
        .filter(({ verb }) => verb === 'GRANT')
        .map((grant) => grant.isGlobal
        ? { ...grant, privileges: grant.privileges.filter((privilege) => !revoked.has(privilege)) }
        : grant);
    return {
        privileges: new Set(inForce.flatMap(({ privileges }) => privileges)),
        has: (privilege, table) => inForce.some((grant) => grant.privileges.includes(privilege) &&
            (table === undefined || grant.object === undefined || grant.object === table)),
    };
}
const GRANT_LINE = /^(?<verb>GRANT|REVOKE) (?<list>.+?) ON (?:(?:TABLE|FUNCTION|PROCEDURE) )?(?<where>\*|`(?:[^`]|``)*`)\.(?<object>\*|`(?:[^`]|``)*`)/;
function readGrant(line, schema, partialRevokes) {
    const match = GRANT_LINE.exec(line);
    if (!match?.groups)
        return undefined;
    const { verb, list = '', where = '', object = '' } = match.groups;
    const pattern = unquote(where);
    const isLiteral = partialRevokes || object !== '*';
    const isHere = isLiteral ? pattern === schema : matchesPattern(pattern, schema);
    if (where !== '*' && !isHere)
        return undefined;
    return {
        verb: verb === 'REVOKE' ? 'REVOKE' : 'GRANT',
        privileges: list === 'ALL PRIVILEGES' ? ALL_ON_SCHEMA : namesOf(list),
        isGlobal: where === '*',
        object: object === '*' ? undefined : unquote(object),
    };
}
function namesOf(list) {
    return list
        .replaceAll(/\s*\([^)]*\)/g, '')
        .split(',')
        .map((privilege) => privilege.trim().toUpperCase());
}
function unquote(name) {
    return name === '*' ? name : name.slice(1, -1).replaceAll('``', '`');
}
/** Schema names in grants are patterns: `_` one character, `%` any, a backslash takes that away. */
function matchesPattern(pattern, schema) {
    let source = '';
    for (let index = 0; index < pattern.length; index += 1) {
        const character = pattern[index];
        if (character === '\\' && index + 1 < pattern.length)
            source += privileges_escape(pattern[(index += 1)]);
        else if (character === '_')
            source += '.';
        else if (character === '%')
            source += '.*';
        else
            source += privileges_escape(character);
    }
    return new RegExp(`^${source}$`, 'is').test(schema);
}
function privileges_escape(character) {
    return character.replace(/[\\^$.*+?()[\]{}|/-]/, String.raw `\$&`);
}

;// CONCATENATED MODULE: ./lib/mysql/server.js



const SELECT_SERVER = `SELECT VERSION() AS version, @@server_uuid AS uuid, @@read_only AS read_only,
  @@super_read_only AS super_read_only, @@gtid_mode AS gtid_mode, @@log_bin AS log_bin,
  @@max_allowed_packet AS max_allowed_packet`;
/** Reads what kind of server this is and refuses one that is not MySQL 8.0.19 or newer. */
async function readServer(session) {
    const { version } = await readRow(session, 'SELECT VERSION() AS version');
    const problem = checkVersion(version);
    if (problem)
        throw new lib_errors/* ExpectedError */.Dh(problem);
    const row = await readRow(session, SELECT_SERVER);
    return {
        version: row.version,
        uuid: row.uuid,
        readOnly: row.read_only === 1,
        superReadOnly: row.super_read_only === 1,
        gtidMode: row.gtid_mode,
        logBin: row.log_bin === 1,
        maxAllowedPacket: Number(row.max_allowed_packet),
    };
}
/** MySQL 8.0.19 brought `VALUES ROW()` and row aliases; older servers and MariaDB are refused. */
function checkVersion(version) {
    const fix = 'use MySQL 8.0.19 or newer';
    if (/mariadb/i.test(version)) {
        return { code: 'unsupported-server', message: `this server is MariaDB (${version}), not MySQL`, fix };
    }
    const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
    const isOld = major < 8 || (major === 8 && minor === 0 && patch < 19);
    return isOld
        ? { code: 'unsupported-server', message: `this server is MySQL ${version}, too old for db-deploy`, fix }
        : undefined;
}
/** Channels that bring changes from elsewhere; those of Group Replication are the group's own. */
const SELECT_CHANNELS = `SELECT c.HOST AS host
  FROM performance_schema.replication_connection_configuration c
  JOIN performance_schema.replication_applier_status a USING (CHANNEL_NAME)
  WHERE c.CHANNEL_NAME NOT LIKE 'group\\_replication\\_%' AND a.SERVICE_STATE = 'ON'`;
/** Refuses a server that takes no writes, or whose writes come from another one. */
async function requireWritable(session, server) {
    if (server.superReadOnly || (server.readOnly && !(await isExemptFromReadOnly(session)))) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'unsupported-server',
            message: `this server is read-only (${server.superReadOnly ? 'super_read_only' : 'read_only'} is ON)`,
            fix: 'connect to the primary, or turn read_only off there',
        });
    }
    // Without SELECT on performance_schema this cannot be asked; read_only above covers the usual replica.
    const channels = await readRows(session, SELECT_CHANNELS).catch(() => []);
    const [source] = channels;
    if (source) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'unsupported-server',
            message: `this server is a replica of ${source.host}: what is deployed here would not reach the source`,
            fix: 'connect to the primary',
        });
    }
}
async function isExemptFromReadOnly(session) {
    const privileges = (await readGranted(session))?.privileges;
    return privileges !== undefined && (privileges.has('SUPER') || privileges.has('CONNECTION_ADMIN'));
}

// EXTERNAL MODULE: ./lib/report/wording.js
var wording = __webpack_require__(70179);
;// CONCATENATED MODULE: ./lib/mysql/binlog/log-place.js
/** Whether a place lies behind another one. */
function isAfter(place, other) {
    const [left, right] = [numberOf(place.file), numberOf(other.file)];
    return left > right || (left === right && place.position > other.position);
}
/** Files of the log are numbered, with more digits where six are not enough. */
function numberOf(file) {
    return Number(/\.(\d+)$/.exec(file)?.[1] ?? 0);
}
/** Until 8.2 the statement had another name; both need REPLICATION CLIENT. Undefined where there is no answer. */
async function readLogPlace(session, version) {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const isOld = major < 8 || (major === 8 && minor < 2);
    const sql = isOld ? 'SHOW MASTER STATUS' : 'SHOW BINARY LOG STATUS';
    try {
        const [rows] = await session.connection.query(sql);
        const [row] = rows;
        return row && { file: row.File, position: Number(row.Position) };
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/mysql/definition-digest.js



const SELECT_NAMED = `SELECT IF(TABLE_TYPE = 'VIEW', 'VIEW', 'TABLE') AS kind, TABLE_NAME AS name
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?
  UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES
    WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION')
  UNION ALL SELECT 'TRIGGER', TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
  UNION ALL SELECT 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?
  ORDER BY 1, 2`;
/**
 * The definitions of every object of the schema that a statement names, in one digest: where it is the same before and
 * after, the statement did not take effect. Undefined where that does not follow.
 */
async function digestDefinitions(session, statement) {
    const tokens = [...codeTokens(statement)].map(({ text }) => text);
    if (!isToldByDefinitions(tokens, session.schema))
        return undefined;
    const names = new Set(tokens.map((text) => plain(text).toLowerCase()));
    const { schema } = session;
    const objects = await readRows(session, SELECT_NAMED, [
        ...[schema, schema, schema, schema],
    ]);
    const hash = (0,external_node_crypto_.createHash)('sha256');
    for (const { kind, name } of objects) {
        if (!names.has(name.toLowerCase()))
            continue;
        const [row] = (await send(session, `SHOW CREATE ${kind} \`${name.replaceAll('`', '``')}\``));
        // The next number of a table moves with everybody's rows.
        hash.update(`${kind} ${name}\n${JSON.stringify(row).replace(/ AUTO_INCREMENT=\d+/, '')}\n`);
    }
    return `sha256:${hash.digest('hex')}`;
}
const BODIES = ['VIEW', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT'];
/** What changes rows or files and leaves the definition as it is. */
const SILENT = /\b(?:PARTITION|TABLESPACE|TEMPORARY)\b/;
function isToldByDefinitions(tokens, schema) {
    const words = tokens.map((text) => text.toUpperCase());
    if (!['CREATE', 'ALTER', 'DROP', 'RENAME'].includes(words[0] ?? ''))
        return false;
    const at = words.findIndex((word) => ['TABLE', 'INDEX', ...BODIES].includes(word));
    if (at < 0 || at > 20)
        return false;
    // In a body any name may have a dot; before it stands the object's own.
    const end = BODIES.includes(words[at]) ? at + 8 : words.indexOf('(', at);
    const head = tokens.slice(at, end < 0 ? undefined : end);
    const isElsewhere = head.some((text, index) => head[index + 1] === '.' && plain(text).toLowerCase() !== schema.toLowerCase());
    return !isElsewhere && !(words[at] === 'TABLE' && SILENT.test(words.join(' ')));
}
function plain(text) {
    return /^[`"]/.test(text) ? text.slice(1, -1).replaceAll('``', '`') : text;
}

;// CONCATENATED MODULE: ./lib/mysql/gtid-tag.js



/**
 * The tag of a run's transactions in GTIDs (`<uuid>:<tag>:1-5`), which tells them from those of others. At most 32
 * characters, and the first no digit.
 */
function gtidTag(runId) {
    return `db_${runId.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`.slice(0, 32);
}
/** Tags came with 8.3. */
function hasTags({ version, gtidMode }) {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return gtidMode === 'ON' && (major > 8 || (major === 8 && minor >= 3));
}
/**
 * From here on the transactions of the session carry the run's tag, where the server has tags and the user may set one
 * (TRANSACTION_GTID_TAG with SESSION_VARIABLES_ADMIN or REPLICATION_APPLIER); gives whether they do.
 */
async function tagTransactions(session, server, runId) {
    if (!hasTags(server))
        return false;
    const tag = gtidTag(runId);
    try {
        await send(session, `SET SESSION gtid_next = 'AUTOMATIC:${tag}'`);
    }
    catch (error) {
        if (isConnectionLost(error))
            throw error;
        return false;
    }
    startTag(session.connection, tag);
    return true;
}
/** What follows is no part of what the journal tells of. */
async function untagTransactions(session) {
    if (!stopTag(session.connection))
        return;
    await send(session, `SET SESSION gtid_next = 'AUTOMATIC'`);
}
/** The server does not tell of every transaction, such as that of ANALYZE or those within a CALL: then it is asked. */
async function refreshGtid(session) {
    const tag = ownTag(session.connection);
    if (tag !== undefined)
        keepNumber(session.connection, await readTagged(session, tag));
}
/** The number of the last transaction with a tag that the server has executed; 0 where there is none. */
async function readTagged(session, tag) {
    const { executed } = await readRow(session, 'SELECT @@GLOBAL.gtid_executed AS executed');
    return lastNumber(executed, tag);
}

// EXTERNAL MODULE: ../../node_modules/mysql2/promise.js
var promise = __webpack_require__(82384);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(38522);
;// CONCATENATED MODULE: ./lib/mysql/binlog/log-event.js

/** The events of a binary log that matter here, by their number in the format. */
const EVENT = {
    query: 2,
    rotate: 4,
    formatDescription: 15,
    xid: 16,
    tableMap: 19,
    incident: 26,
    writeRowsV1: 23,
    updateRowsV1: 24,
    deleteRowsV1: 25,
    writeRows: 30,
    updateRows: 31,
    deleteRows: 32,
    gtid: 33,
    anonymousGtid: 34,
    xaPrepare: 38,
    partialUpdateRows: 39,
    transactionPayload: 40,
    gtidTagged: 42,
};
const HEADER_LENGTH = 19;
/** Reads an event; `checksum` bytes at its end are left out. */
function readEvent(bytes, checksum) {
    const whole = bytes.subarray(0, bytes.length - checksum);
    return {
        type: whole[4],
        end: whole.readUInt32LE(13),
        flags: whole.readUInt16LE(17),
        bytes: whole,
        body: whole.subarray(HEADER_LENGTH),
    };
}
/** Whether events have a checksum is said by the description at the beginning of each file, in its last byte but four. */
function checksumLength(formatDescription) {
    return formatDescription.at(-5) === 1 ? 4 : 0;
}
/** A description that says of the events after it that they have no checksum. */
function withoutChecksums(formatDescription) {
    const copy = Buffer.from(formatDescription);
    copy[copy.length - 5] = 0;
    return copy;
}
/** An integer as the protocol packs it: its value and how many bytes it took. */
function readLength(bytes, at) {
    const first = bytes[at];
    if (first < 0xfb)
        return [first, 1];
    if (first === 0xfc)
        return [bytes.readUInt16LE(at + 1), 3];
    if (first === 0xfd)
        return [bytes.readUIntLE(at + 1, 3), 4];
    return [Number(bytes.readBigUInt64LE(at + 1)), 9];
}
const PAYLOAD_END = 0;
const PAYLOAD_COMPRESSION = 2;
const UNCOMPRESSED = 255;
/** The events of a transaction that was written compressed; none of them has a checksum. */
function unpackTransaction(body) {
    let at = 0;
    let compression = UNCOMPRESSED;
    for (;;) {
        const [field, fieldSize] = readLength(body, at);
        at += fieldSize;
        if (field === PAYLOAD_END)
            break;
        const [length, lengthSize] = readLength(body, at);
        at += lengthSize;
        if (field === PAYLOAD_COMPRESSION)
            [compression] = readLength(body, at);
        at += length;
    }
    const packed = body.subarray(at);
    const bytes = compression === UNCOMPRESSED ? packed : (0,external_node_zlib_.zstdDecompressSync)(packed);
    const events = [];
    for (let start = 0; start < bytes.length;) {
        const size = bytes.readUInt32LE(start + 9);
        events.push(readEvent(bytes.subarray(start, start + size), 0));
        start += size;
    }
    return events;
}

;// CONCATENATED MODULE: ./lib/mysql/binlog/log-stream.js


const DUMP_COMMAND = 0x12;
const FIRST_POSITION = 4;
/** So much is kept that was not asked for yet; then the server has to wait. */
const MOST_WAITING = 8 * 1024 * 1024;
const HEARTBEAT_NANOSECONDS = 30_000_000_000;
/**
 * Follows the binary log from the beginning of a file, over all files after it. The driver has no working way for
 * this, so the one packet is written here; it needs REPLICATION SLAVE.
 */
async function openLogStream(like, file) {
    const { host, port, user, password, ssl, connectTimeout } = like.connection.config;
    const connection = await (0,promise.createConnection)({
        ...{ host, port, user, password, connectTimeout },
        ...(ssl === undefined ? {} : { ssl }),
        enableKeepAlive: true,
    });
    connection.on('error', () => undefined);
    await connection.query(`SET @source_binlog_checksum = @@GLOBAL.binlog_checksum, @master_binlog_checksum = @@GLOBAL.binlog_checksum,
      @source_heartbeat_period = ${HEARTBEAT_NANOSECONDS}, @master_heartbeat_period = ${HEARTBEAT_NANOSECONDS}`);
    const [rows] = await connection.query('SELECT @@GLOBAL.binlog_checksum AS checksum');
    return follow(connection, file, rows[0]?.['checksum'] === 'NONE' ? 0 : 4);
}
function follow(connection, file, firstChecksum) {
    const core = connection.connection;
    const waiting = [];
    let size = 0;
    // Before the first description comes the name of the file.
    let checksum = firstChecksum;
    let ended;
    let wake = () => undefined;
    const end = (error) => {
        ended ??= { error };
        wake();
    };
    const take = (bytes) => {
        if (bytes[4] === EVENT.formatDescription)
            checksum = checksumLength(bytes);
        // The description keeps its own: it is in its layout whether it counts or not.
        const event = readEvent(bytes, bytes[4] === EVENT.formatDescription ? 0 : checksum);
        waiting.push(event);
        size += bytes.length;
        if (size > MOST_WAITING)
            core.stream.pause();
        wake();
    };
    core.on('error', end);
    core.stream.on('close', () => end(new Error('the connection that reads the binary log was lost')));
    core.addCommand({
        execute: (packet, self) => {
            if (!packet) {
                // oxlint-disable-next-line no-underscore-dangle -- the driver's own commands begin with it
                self._resetSequenceId();
                self.writePacket(dumpPacket(file));
                return false;
            }
            if (packet.isError())
                end(packet.asError('utf8'));
            else if (packet.isEOF())
                end(new Error('the server ended the binary log'));
            // The driver uses its buffers again.
            else
                take(Buffer.from(packet.buffer.subarray(packet.offset + 1, packet.end)));
            return ended !== undefined;
        },
    });
    return {
        id: connection.threadId,
        next: async () => {
            while (waiting.length === 0) {
                if (ended?.error)
                    throw ended.error;
                if (ended)
                    return undefined;
                await new Promise((resolve) => (wake = resolve));
            }
            const event = waiting.shift();
            size -= event.bytes.length;
            if (size < MOST_WAITING / 2)
                core.stream.resume();
            return event;
        },
        close: () => {
            end(undefined);
            // The driver would only say goodbye, which the server does not hear while it sends.
            connection.destroy();
            core.stream.destroy();
        },
    };
}
function dumpPacket(file) {
    const name = Buffer.from(file);
    const buffer = Buffer.alloc(15 + name.length);
    buffer[4] = DUMP_COMMAND;
    buffer.writeUInt32LE(FIRST_POSITION, 5);
    buffer.writeUInt16LE(0, 9);
    // Not 0, which would end at the end of the log; another reader with the same number would be thrown out.
    buffer.writeUInt32LE(3_000_000_000 + Math.floor(Math.random() * 1_000_000_000), 11);
    name.copy(buffer, 15);
    return {
        buffer,
        length: () => buffer.length,
        writeHeader: (sequence) => {
            buffer.writeUIntLE(buffer.length - 4, 0, 3);
            buffer[3] = sequence;
        },
    };
}

;// CONCATENATED MODULE: ./lib/mysql/binlog/gtid-event.js

/** `3e11…:tag:7`. */
function formatGtid({ source, number }) {
    return `${source}:${number}`;
}
/** Reads the event with which a transaction begins; undefined for one without a number. */
function readGtid({ type, body }) {
    if (type === EVENT.gtid) {
        return { source: toUuid(body.subarray(1, 17)), number: Number(body.readBigUInt64LE(17)) };
    }
    return type === EVENT.gtidTagged ? gtid_event_readTagged(body) : undefined;
}
function toUuid(bytes) {
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
/**
 * From 8.3 on, tagged numbers are written as fields with numbers of their own, every integer in as many bytes as it
 * takes: flags (0), UUID (1), number (2), tag (3).
 */
function gtid_event_readTagged(body) {
    let at = 0;
    const integer = () => {
        const first = body[at];
        let more = 0;
        while (more < 8 && (first >> more) % 2 === 1)
            more += 1;
        let value = 0n;
        if (more === 8)
            value = body.readBigUInt64LE(at + 1);
        else {
            for (let index = more; index >= 0; index -= 1)
                value = value * 256n + BigInt(body[at + index]);
            value >>= BigInt(more + 1);
        }
        at += more + 1;
        return Number(value);
    };
    // Version, size, last field that may not be ignored; then the fields.
    for (let head = 0; head < 3; head += 1)
        integer();
    const expect = (field) => {
        const found = integer();
        if (found !== field)
            throw new Error(`a tagged GTID event has field ${found} where ${field} was expected`);
    };
    expect(0);
    integer();
    expect(1);
    const uuid = toUuid(Buffer.from(Array.from({ length: 16 }, integer)));
    expect(2);
    const number = integer() / 2;
    expect(3);
    const length = integer();
    const tag = body.subarray(at, at + length).toString();
    return { source: tag === '' ? uuid : `${uuid}:${tag}`, number };
}

;// CONCATENATED MODULE: ./lib/mysql/binlog/table-map.js

/** Types of the log, by the number that it has for them. */
const TYPE = {
    decimal: 0,
    tiny: 1,
    short: 2,
    long: 3,
    float: 4,
    double: 5,
    null: 6,
    timestamp: 7,
    longlong: 8,
    int24: 9,
    date: 10,
    time: 11,
    datetime: 12,
    year: 13,
    newdate: 14,
    varchar: 15,
    bit: 16,
    timestamp2: 17,
    datetime2: 18,
    time2: 19,
    vector: 242,
    json: 245,
    newdecimal: 246,
    enum: 247,
    set: 248,
    tinyBlob: 249,
    mediumBlob: 250,
    longBlob: 251,
    blob: 252,
    varString: 253,
    string: 254,
    geometry: 255,
};
const ONE_BYTE_META = new Set([
    ...[TYPE.float, TYPE.double, TYPE.timestamp2, TYPE.datetime2, TYPE.time2, TYPE.json, TYPE.blob],
    ...[TYPE.tinyBlob, TYPE.mediumBlob, TYPE.longBlob, TYPE.geometry, TYPE.vector],
]);
const TWO_BYTE_META = new Set([TYPE.varchar, TYPE.bit, TYPE.varString]);
/** For these the first byte of the meta is the more significant one. */
const TYPED_META = new Set([TYPE.newdecimal, TYPE.string, TYPE.enum, TYPE.set]);
const TABLE_ID_BYTES = 6;
/** The number that rows use for their table, at the beginning of both kinds of event. */
function tableId(body) {
    return BigInt(body.readUIntLE(0, TABLE_ID_BYTES));
}
/** Reads a table map event. */
function readTableMap(bytes, headerLength) {
    const body = bytes.subarray(headerLength);
    let at = TABLE_ID_BYTES + 2;
    const schemaAt = headerLength + at;
    const schema = body.subarray(at + 1, at + 1 + body[at]).toString('utf8');
    at += body[at] + 2;
    const table = body.subarray(at + 1, at + 1 + body[at]).toString('utf8');
    at += body[at] + 2;
    const [count, countSize] = readLength(body, at);
    at += countSize;
    const types = [...body.subarray(at, at + count)];
    at += count;
    at += readLength(body, at)[1];
    const columns = types.map((type) => {
        if (ONE_BYTE_META.has(type))
            return { type, meta: body[at++] };
        if (TWO_BYTE_META.has(type))
            return { type, meta: body.readUInt16LE((at += 2) - 2) };
        if (TYPED_META.has(type))
            return { type, meta: body.readUInt16BE((at += 2) - 2) };
        return { type, meta: 0 };
    });
    return { id: tableId(body), schema, table, columns, bytes, schemaAt };
}
/** The same event for a table of the same name in another schema. */
function inSchema(map, schema) {
    const name = Buffer.from(schema, 'utf8');
    const { bytes, schemaAt } = map;
    const rest = bytes.subarray(schemaAt + 1 + bytes[schemaAt]);
    const moved = Buffer.concat([bytes.subarray(0, schemaAt), Buffer.from([name.length]), name, rest]);
    moved.writeUInt32LE(moved.length, 9);
    return moved;
}

;// CONCATENATED MODULE: ./lib/mysql/binlog/column-value.js

const FIXED = {
    [TYPE.tiny]: 1,
    [TYPE.short]: 2,
    [TYPE.int24]: 3,
    [TYPE.long]: 4,
    [TYPE.longlong]: 8,
    [TYPE.float]: 4,
    [TYPE.double]: 8,
    [TYPE.timestamp]: 4,
    [TYPE.date]: 3,
    [TYPE.newdate]: 3,
    [TYPE.time]: 3,
    [TYPE.datetime]: 8,
    [TYPE.year]: 1,
    [TYPE.null]: 0,
};
const DIGIT_BYTES = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4];
/** How many bytes a value takes that is not NULL and begins at `at`. */
function valueLength({ type, meta }, bytes, at) {
    const fixed = FIXED[type];
    if (fixed !== undefined)
        return fixed;
    switch (type) {
        case TYPE.timestamp2:
            return 4 + fractionBytes(meta);
        case TYPE.datetime2:
            return 5 + fractionBytes(meta);
        case TYPE.time2:
            return 3 + fractionBytes(meta);
        case TYPE.newdecimal:
            return decimalBytes(meta >> 8, meta & 0xff);
        case TYPE.bit:
            return (meta >> 8) + ((meta & 0xff) > 0 ? 1 : 0);
        case TYPE.varchar:
        case TYPE.varString:
            return meta > 255 ? 2 + bytes.readUInt16LE(at) : 1 + bytes[at];
        case TYPE.string:
        case TYPE.enum:
        case TYPE.set:
            return stringLength(meta, bytes, at);
        case TYPE.blob:
        case TYPE.tinyBlob:
        case TYPE.mediumBlob:
        case TYPE.longBlob:
        case TYPE.geometry:
        case TYPE.json:
        case TYPE.vector:
            return meta + bytes.readUIntLE(at, meta);
        default:
            throw new Error(`the binary log has a column of type ${type}, which is not known`);
    }
}
function fractionBytes(digits) {
    return Math.ceil(digits / 2);
}
function decimalBytes(precision, scale) {
    const whole = precision - scale;
    const bytes = (digits) => Math.floor(digits / 9) * 4 + DIGIT_BYTES[digits % 9];
    return bytes(whole) + bytes(scale);
}
/** CHAR, ENUM and SET: the real type and two more bits of the length are packed into the first byte of the meta. */
function stringLength(meta, bytes, at) {
    const first = meta >> 8;
    const low = meta & 0xff;
    const type = (first & 0x30) === 0x30 ? first : first | 0x30;
    if (type === TYPE.enum || type === TYPE.set)
        return low;
    const most = (first & 0x30) === 0x30 ? low : low | (((first & 0x30) ^ 0x30) << 4);
    return most > 255 ? 2 + bytes.readUInt16LE(at) : 1 + bytes[at];
}
/** A value for people: numbers and text as they are, the rest in hex. */
function showValue({ type, meta }, value) {
    if (value === null)
        return 'NULL';
    switch (type) {
        case TYPE.tiny:
        case TYPE.short:
        case TYPE.int24:
        case TYPE.long:
            return String(value.readIntLE(0, value.length));
        case TYPE.longlong:
            return String(value.readBigInt64LE(0));
        case TYPE.varchar:
        case TYPE.varString:
            return JSON.stringify(value.subarray(meta > 255 ? 2 : 1).toString('utf8'));
        case TYPE.string:
            return JSON.stringify(value.subarray(1).toString('utf8'));
        default:
            return `0x${value.toString('hex')}`;
    }
}

;// CONCATENATED MODULE: ./lib/mysql/binlog/rows-event.js



const CHANGES = {
    [EVENT.writeRowsV1]: 'insert',
    [EVENT.updateRowsV1]: 'update',
    [EVENT.deleteRowsV1]: 'delete',
    [EVENT.writeRows]: 'insert',
    [EVENT.updateRows]: 'update',
    [EVENT.deleteRows]: 'delete',
    [EVENT.partialUpdateRows]: 'update',
};
const LENGTH_AT = 9;
const FLAGS_AT = 6;
const STATEMENT_END = 1;
const NO_FOREIGN_KEY_CHECKS = 2;
/** How an event changes rows; undefined for one that does not. */
function changeOf({ type }) {
    return CHANGES[type];
}
/** The number of the table that the rows belong to. */
function tableIdOf({ body }) {
    return tableId(body);
}
/** The same event as a statement of its own: `BINLOG` then carries it out without waiting for more. */
function asStatement({ bytes }) {
    const copy = Buffer.from(bytes);
    const at = HEADER_LENGTH + FLAGS_AT;
    copy.writeUInt16LE(copy.readUInt16LE(at) | STATEMENT_END, at);
    // The checksum counted as well.
    copy.writeUInt32LE(copy.length, LENGTH_AT);
    return copy;
}
/** Reads the rows of an event one after the other. */
function* readRowChanges({ change, map, event }) {
    const { body } = event;
    const layout = readLayout(event, change);
    const isPartial = event.type === EVENT.partialUpdateRows;
    const jsonColumns = map.columns.flatMap(({ type }, index) => (type === TYPE.json ? [index] : []));
    let at = layout.start;
    const read = (present, partial) => {
        const [image, end] = readImage(map, body, at, present, partial);
        at = end;
        return image;
    };
    while (at < body.length) {
        const start = at;
        const first = read(layout.before, NONE);
        if (change !== 'update') {
            const [before, after] = change === 'insert' ? [undefined, first] : [first, undefined];
            yield { before, after, isPartial: false, bytes: body.subarray(start, at) };
            continue;
        }
        let partial = NONE;
        if (isPartial)
            [partial, at] = readPartialColumns(body, at, jsonColumns);
        const after = read(layout.after, partial);
        yield { before: first, after, isPartial: partial.size > 0, bytes: body.subarray(start, at) };
    }
}
const NONE = new Set();
function readLayout({ type, body }, change) {
    const isOld = type <= EVENT.deleteRowsV1;
    // From version 2 on there is a length of more, itself included.
    let at = FLAGS_AT + 2;
    if (!isOld)
        at += body.readUInt16LE(at);
    const [columns, size] = readLength(body, at);
    at += size;
    const bytes = Math.ceil(columns / 8);
    const before = body.subarray(at, (at += bytes));
    const after = change === 'update' ? body.subarray(at, (at += bytes)) : before;
    return { columns, before, after, start: at };
}
function readImage(map, body, start, present, partial) {
    const there = map.columns.flatMap((_, index) => (isSet(present, index) ? [index] : []));
    const nulls = body.subarray(start, start + Math.ceil(there.length / 8));
    let at = start + nulls.length;
    const image = Array.from(map.columns, () => undefined);
    for (const [order, index] of there.entries()) {
        if (isSet(nulls, order)) {
            image[index] = null;
            continue;
        }
        const length = partial.has(index)
            ? 4 + body.readUInt32LE(at)
            : valueLength(map.columns[index], body, at);
        image[index] = body.subarray(at, (at += length));
    }
    return [image, at];
}
const PARTIAL_JSON = 1;
/** Which documents of the after image are only the difference. */
function readPartialColumns(body, start, jsonColumns) {
    const [options, size] = readLength(body, start);
    if ((options & PARTIAL_JSON) === 0)
        return [NONE, start + size];
    const bits = body.subarray(start + size, start + size + Math.ceil(jsonColumns.length / 8));
    const partial = jsonColumns.filter((_, order) => isSet(bits, order));
    return [new Set(partial), start + size + bits.length];
}
function isSet(bits, index) {
    return ((bits[index >> 3] >> (index & 7)) & 1) === 1;
}
/** The same change of some of the rows of an event. */
function writeRows(rows, chosen) {
    const { start } = readLayout(rows.event, rows.change);
    const head = rows.event.bytes.subarray(0, HEADER_LENGTH + start);
    const bytes = Buffer.concat([head, ...chosen.map((row) => row.bytes)]);
    return asStatement({ ...rows.event, bytes });
}
/** An update of the same table that changes these columns alone, of the row that `before` names by its key. */
function writeUpdate(rows, before, after, changed, key) {
    const count = rows.map.columns.length;
    return asWhole(rows, EVENT.updateRows, flagsOf(rows), [
        ...[packLength(count), bitsOf(key, count), bitsOf(changed, count)],
        ...[packImage(before, key), packImage(after, changed)],
    ]);
}
/** An insert or a delete of rows of the same table, with these columns of each. */
function writeImages(rows, change, images, columns, foreignKeys) {
    const count = rows.map.columns.length;
    const type = change === 'insert' ? EVENT.writeRows : EVENT.deleteRows;
    const flags = foreignKeys === 'unchecked'
        ? flagsOf(rows) | NO_FOREIGN_KEY_CHECKS
        : flagsOf(rows) & ~NO_FOREIGN_KEY_CHECKS;
    return asWhole(rows, type, flags, [
        ...[packLength(count), bitsOf(columns, count)],
        ...images.map((image) => packImage(image, columns)),
    ]);
}
function flagsOf({ event }) {
    return event.body.readUInt16LE(FLAGS_AT);
}
function asWhole({ event }, type, flags, rest) {
    const head = Buffer.alloc(HEADER_LENGTH);
    event.bytes.copy(head, 0, 0, HEADER_LENGTH);
    head[4] = type;
    const post = Buffer.alloc(FLAGS_AT + 4);
    event.body.copy(post, 0, 0, FLAGS_AT);
    post.writeUInt16LE(flags | STATEMENT_END, FLAGS_AT);
    // From version 2 on there is a length of more, itself included.
    post.writeUInt16LE(2, FLAGS_AT + 2);
    const whole = Buffer.concat([head, post, ...rest]);
    whole.writeUInt32LE(whole.length, LENGTH_AT);
    return whole;
}
function packLength(value) {
    return value < 0xfb ? Buffer.from([value]) : Buffer.from([0xfc, value & 0xff, value >> 8]);
}
function bitsOf(indexes, count) {
    const bits = Buffer.alloc(Math.ceil(count / 8));
    for (const index of indexes)
        bits[index >> 3] |= 1 << (index & 7);
    return bits;
}
function packImage(image, indexes) {
    const nulls = bitsOf(indexes.flatMap((index, order) => (image[index] === null ? [order] : [])), indexes.length);
    return Buffer.concat([nulls, ...indexes.flatMap((index) => image[index] ?? [])]);
}

;// CONCATENATED MODULE: ./lib/mysql/binlog/log-transaction.js





/** The schema of what may concern every schema. */
const ANY_SCHEMA = '*';
/** The most of one transaction that is held in memory. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Puts the events of a stream together to transactions; `wants` says of which tables rows are kept. */
class TransactionReader {
    #stream;
    #wants;
    #mostBytes;
    #maps = new Map();
    #ready = [];
    #building;
    /** Between BEGIN and its end. */
    #isOpen = false;
    #file = '';
    #restarts = 0;
    #files = 0;
    /** The description of the log's format that is in force, for `BINLOG`. */
    description;
    /** How far the log was read. */
    position = 0;
    constructor(stream, wants, mostBytes = MOST_BYTES) {
        this.#stream = stream;
        this.#wants = wants;
        this.#mostBytes = mostBytes;
    }
    get file() {
        return this.#file;
    }
    /** The next transaction; waits until there is one, and gives undefined when the stream was closed. */
    async next() {
        while (this.#ready.length === 0) {
            const event = await this.#stream.next();
            if (!event)
                return undefined;
            this.#take(event);
        }
        return this.#ready.shift();
    }
    /** The next transaction that ends at a place or before it; undefined when there is none. */
    async nextUntil(place) {
        while (this.#ready.length === 0 && isAfter(place, this)) {
            const event = await this.#stream.next();
            if (!event)
                return undefined;
            this.#take(event);
        }
        const next = this.#ready[0];
        return next && !isAfter(next, place) ? this.#ready.shift() : undefined;
    }
    #take(event) {
        // An event that is in no file says 0, and one within a compressed transaction the place of the whole.
        if (event.type !== EVENT.rotate && event.end > 0)
            this.position = event.end;
        switch (event.type) {
            case EVENT.rotate:
                this.#file = event.body.subarray(8).toString('utf8');
                this.position = Number(event.body.readBigUInt64LE(0));
                return;
            case EVENT.formatDescription:
                this.description = event.bytes;
                this.#files += 1;
                // It says when the server started only in the first file after that.
                if (this.#files > 1 && event.body.readUInt32LE(52) !== 0)
                    this.#restarts += 1;
                return;
            case EVENT.gtid:
            case EVENT.gtidTagged:
            case EVENT.anonymousGtid:
                this.#end();
                this.#begin(readGtid(event));
                return;
            case EVENT.transactionPayload:
                for (const each of unpackTransaction(event.body))
                    this.#takeInside(each);
                return;
            default:
                this.#takeInside(event);
        }
    }
    #begin(gtid) {
        this.#maps.clear();
        this.#building = {
            ...{ gtid, file: this.#file, position: this.position, restarts: this.#restarts, threadId: 0 },
            ...{ rows: [], tables: new Set(), statements: [], isXa: false, size: 0 },
        };
    }
    #takeInside(event) {
        const building = this.#building;
        if (!building)
            return;
        switch (event.type) {
            case EVENT.query:
                this.#takeQuery(building, event);
                return;
            case EVENT.tableMap: {
                const map = readTableMap(event.bytes, HEADER_LENGTH);
                this.#maps.set(map.id, map);
                return;
            }
            case EVENT.xaPrepare:
                building.isXa = true;
                this.#end();
                return;
            case EVENT.xid:
                this.#end();
                return;
            case EVENT.incident:
                building.statements.push({
                    schema: ANY_SCHEMA,
                    sql: '(the server could not write to the binary log)',
                });
                return;
            default:
                this.#takeRows(building, event);
        }
    }
    #takeRows(building, event) {
        const change = changeOf(event);
        if (!change)
            return;
        const map = this.#maps.get(tableIdOf(event));
        if (!map || !this.#wants(map))
            return;
        building.tables.add(map.table);
        building.size += event.bytes.length;
        if (building.size <= this.#mostBytes)
            building.rows.push({ change, map, event });
        else
            building.rows = [];
    }
    #takeQuery(building, { body }) {
        building.threadId = body.readUInt32LE(0);
        const schemaLength = body[8];
        const statusLength = body.readUInt16LE(11);
        const schemaAt = 13 + statusLength;
        const schema = body.subarray(schemaAt, schemaAt + schemaLength).toString('utf8');
        const sql = body.subarray(schemaAt + schemaLength + 1).toString('utf8');
        if (sql === 'BEGIN' || /^XA (?:START|BEGIN)\b/i.test(sql)) {
            building.isXa = sql !== 'BEGIN';
            this.#isOpen = true;
            return;
        }
        if (/^(?:SAVEPOINT|ROLLBACK TO)\b/i.test(sql))
            return;
        if (sql === 'COMMIT' || sql === 'ROLLBACK') {
            if (sql === 'ROLLBACK') {
                building.rows = [];
                building.tables.clear();
            }
            this.#end();
            return;
        }
        if (/^XA\b/i.test(sql))
            building.isXa = true;
        else
            building.statements.push({ schema, sql });
        // What defines something is a transaction by itself.
        if (!this.#isOpen)
            this.#end();
    }
    #end() {
        if (!this.#building)
            return;
        this.#ready.push({ ...this.#building, position: this.position });
        this.#building = undefined;
        this.#isOpen = false;
    }
}

;// CONCATENATED MODULE: ./lib/mysql/own-log.js



const JOURNAL = 'ops_migration_statements';
/** Reads what a connection wrote into the log between two places, the first of which the journal has. */
async function readOwnLog(session, connectionId, from, until) {
    const stream = await openLogStream(session, from.file);
    try {
        const reader = new TransactionReader(stream, ({ schema }) => schema === session.schema, 0);
        let found = 'no-journal';
        for (;;) {
            const transaction = await reader.nextUntil(until);
            // After the server started again another connection may have the same number.
            if (!transaction || transaction.restarts > 0)
                return found;
            const isOurs = transaction.threadId === connectionId && isAfter(transaction, from);
            if (isOurs)
                found = afterTransaction(found, transaction);
        }
    }
    finally {
        stream.close();
    }
}
/**
 * The journal is written in the same session before each statement, and together with what commits with it, so what
 * comes after its last row is that of the statement in doubt.
 */
function afterTransaction(found, { tables, statements }) {
    // With binlog_format STATEMENT the journal's rows come as what wrote them.
    if (tables.has(JOURNAL) || statements.some(({ sql }) => sql.includes(JOURNAL)))
        return 'nothing';
    const isEmpty = tables.size === 0 && statements.length === 0;
    return found === 'no-journal' || isEmpty ? found : 'something';
}

;// CONCATENATED MODULE: ./lib/mysql/decide-doubt.js








/** May leave nothing that lasts, or nothing that the log tells of. */
const UNLOGGED = [
    'ANALYZE',
    'OPTIMIZE',
    'REPAIR',
    'CHECK',
    'FLUSH',
    'RESET',
    'PURGE',
    'LOCK',
    'UNLOCK',
    'CACHE',
    'KILL',
];
/**
 * Decides what became of a statement whose session is gone for good: the deploy lock is ours. Ways from the surest on: the
 * number of the transactions with the run's tag; the binary log; definitions that are as they were.
 */
async function decideDoubt(session, row, statement, serverVersion) {
    const isCall = statementKind(statement) === 'call';
    const verb = [...codeTokens(statement)][0]?.text.toUpperCase() ?? '';
    if (UNLOGGED.includes(verb))
        return { kind: 'undecided', why: `nothing tells what ${verb} did` };
    // One that ended with an error was journalled after it: what it left before that is not told apart.
    if (isCall && row.status !== 'started')
        return { kind: 'undecided', why: 'the routine failed on its way' };
    const whys = [];
    for (const look of [lookAtTag, lookAtLog]) {
        const trace = await look(session, row, serverVersion);
        if ('why' in trace) {
            whys.push(trace.why);
            continue;
        }
        const { after, by } = trace;
        if (after === 'nothing')
            return { kind: 'not-done', by };
        return isCall
            ? { kind: 'undecided', why: `it committed something, and nothing tells whether that is all (${by})` }
            : { kind: 'done', by };
    }
    const isSame = isCall ? undefined : await hasSameDefinitions(session, row, statement);
    if (isSame)
        return { kind: 'not-done', by: 'because what it names is defined as before it' };
    if (isSame === false)
        whys.push('what it names is not defined as before it, which others may have done');
    return { kind: 'undecided', why: whys.join('; ') };
}
const TAGGED = /^(db_[a-z0-9_]*):(\d+)$/;
async function lookAtTag(session, { gtid }) {
    const [, tag, before] = TAGGED.exec(gtid ?? '') ?? [];
    if (tag === undefined)
        return {
            why: 'its transactions have no GTID tag (8.3 and newer: GRANT TRANSACTION_GTID_TAG, SESSION_VARIABLES_ADMIN)',
        };
    const beyond = (await readTagged(session, tag)) - Number(before);
    // The first is the journal's own row; without it the tag tells nothing.
    if (beyond < 1)
        return { why: `the journal is not among the transactions with the tag ${tag}` };
    return { after: beyond === 1 ? 'nothing' : 'something', by: `by the transactions with the tag ${tag}` };
}
async function lookAtLog(session, row, serverVersion) {
    const { logFile: file, logPos: position } = row;
    const now = await readLogPlace(session, serverVersion);
    if (file === null || position === null || !now)
        return { why: 'its place in the binary log is not known (GRANT REPLICATION CLIENT, or there is no log)' };
    try {
        const logs = (await send(session, 'SHOW BINARY LOGS'));
        if (!logs.some(({ Log_name: name }) => name === file))
            return { why: `the binary log ${file} was purged` };
        const from = { file, position: Number(position) };
        const found = await readOwnLog(session, Number(row.connectionId), from, now);
        if (found === 'no-journal')
            return { why: 'the journal is not in the binary log' };
        return { after: found, by: `by the binary log from ${file}:${position} on` };
    }
    catch (error) {
        if (isConnectionLost(error))
            throw error;
        return {
            why: `the binary log cannot be read (GRANT REPLICATION SLAVE): ${describeServerError(error)}`,
        };
    }
}
/** Undefined where they were not kept, or tell nothing. */
async function hasSameDefinitions(session, { gtid }, statement) {
    if (!gtid?.startsWith('sha256:'))
        return undefined;
    return (await digestDefinitions(session, statement)) === gtid;
}

;// CONCATENATED MODULE: ./lib/modes/decide-doubts.js




/**
 * Finds out of every statement in doubt whether it took effect, and writes it into the journal; to be called under the
 * deploy lock, so that the session of the run is gone. Who reads the journal after that has fewer doubts.
 */
async function decideDoubts(session, rows, changelog, serverVersion, log) {
    const findings = new Map();
    for (const changeset of changelog.changesets) {
        const own = rows.filter((row) => changesetKey(row.author, row.changesetId) === changeset.key);
        if (own.length === 0 || judgeLeftover(changeset, own).kind !== 'in-doubt')
            continue;
        const row = own.find(({ status }) => status !== 'done');
        const statement = row && changeset.sql.statements[row.statementNo - 1];
        if (!statement)
            continue;
        const decision = await decideDoubt(session, row, statement, serverVersion);
        if (decision.kind !== 'undecided')
            await journalDecided(session, row, decision.kind === 'done' ? 'done' : 'undone', decision.by);
        const words = describe(row.statementNo, decision);
        findings.set(changeset.key, words);
        log({ level: 'info', event: 'doubt-settled', message: words, changeset: changeset.key });
    }
    return findings;
}
function describe(number, decision) {
    switch (decision.kind) {
        case 'done':
            return `statement ${number}, which was cut off, took effect (known ${decision.by})`;
        case 'not-done':
            return `statement ${number}, which was cut off, did not take effect (known ${decision.by})`;
        case 'undecided':
            return `whether statement ${number} took effect cannot be decided: ${decision.why}`;
    }
}

;// CONCATENATED MODULE: ./lib/mysql/restore/create-table.js

/** Splits a CREATE TABLE as SHOW CREATE TABLE prints it. */
function splitTable(create) {
    const { head, items, tail } = splitBody(create);
    const primary = items.find((item) => item.startsWith('PRIMARY KEY '));
    const counter = items.find((item) => item.startsWith('`') && / AUTO_INCREMENT\b/.test(item));
    const counterName = counter === undefined ? undefined : /^`(?:[^`]|``)*`/.exec(counter)?.[0];
    const isWhole = primary === undefined || (counterName !== undefined && !primary.includes(`(${counterName}`));
    // Without a primary key an index may be what the rows are ordered by; a counter needs one that begins with it.
    if (isWhole)
        return { bare: create, keys: [], foreignKeys: [] };
    const keys = items.filter(isLateKey);
    if (keys.length === 0)
        return { bare: create, keys: [], foreignKeys: [] };
    const foreignKeys = items.filter(isForeignKey);
    const kept = items.filter((item) => !keys.includes(item) && !foreignKeys.includes(item));
    const add = (item) => `ADD ${item}`;
    return {
        bare: `${head}\n${kept.map((item) => `  ${item}`).join(',\n')}\n${tail}`,
        keys: keys.map(add),
        foreignKeys: foreignKeys.map(add),
    };
}
/** Not FULLTEXT (adding one rebuilds the table), SPATIAL or one over expressions (it has columns of its own). */
function isLateKey(item) {
    return /^(?:UNIQUE )?KEY `(?:[^`]|``)*` \((?!\()/.test(item) && !/,\(/.test(item);
}
function isForeignKey(item) {
    return /^CONSTRAINT `(?:[^`]|``)*` FOREIGN KEY /.test(item);
}
/** Columns, keys and constraints of a CREATE TABLE. */
function tableItems(create) {
    return splitBody(create).items;
}
function splitBody(create) {
    const items = [];
    let depth = 0;
    let from = 0;
    let head = '';
    for (let at = 0; at < create.length; at += 1) {
        const end = (0,lexical/* skipInert */.kW)(create, at, 'escape');
        if (end > at) {
            at = end - 1;
            continue;
        }
        const character = create.charAt(at);
        if (character === '(' && (depth += 1) === 1) {
            head = create.slice(0, at + 1);
            from = at + 1;
        }
        else if (character === ')' && (depth -= 1) === 0) {
            items.push(trim(create.slice(from, at)));
            return { head, items, tail: create.slice(at) };
        }
        else if (character === ',' && depth === 1) {
            items.push(trim(create.slice(from, at)));
            from = at + 1;
        }
    }
    return { head: create, items: [], tail: '' };
}
function trim(text) {
    let start = 0;
    let end = text.length;
    while (start < end && (0,lexical/* isSpace */.xC)(text.charCodeAt(start)))
        start += 1;
    while (end > start && (0,lexical/* isSpace */.xC)(text.charCodeAt(end - 1)))
        end -= 1;
    return text.slice(start, end);
}

;// CONCATENATED MODULE: ./lib/mysql/session-drift.js

const drifts = new WeakMap();
/** Notices what a statement of a changeset changed, and puts it back: our tables are named without a schema, in UTF-8. */
async function putBack(session, changes) {
    const { schema, systemVariables } = changes;
    const characterSet = systemVariables?.['character_set_client'];
    const before = drifts.get(session);
    const drift = {
        schema: changed(schema ?? undefined, session.schema, before?.schema),
        characterSet: changed(characterSet, 'utf8mb4', before?.characterSet),
    };
    if (drift.schema === undefined && drift.characterSet === undefined)
        drifts.delete(session);
    else
        drifts.set(session, drift);
    if (drift.schema !== undefined)
        await useSchema(session, session.schema);
    if (drift.characterSet !== undefined)
        await send(session, 'SET character_set_client = utf8mb4');
}
/** What holds from now on: news from the statement, or what held before it. */
function changed(news, ours, before) {
    if (news === undefined)
        return before;
    return news === ours ? undefined : news;
}
/** Gives the next statement of the changeset the session as the one before it left it. */
async function bringBack(session) {
    const drift = drifts.get(session);
    if (drift?.schema !== undefined)
        await useSchema(session, drift.schema);
    if (drift?.characterSet !== undefined) {
        await send(session, `SET character_set_client = '${drift.characterSet.replaceAll(/\W/g, '')}'`);
    }
}
/** The next changeset starts without it. */
function forgetDrift(session) {
    drifts.delete(session);
}
/** Makes a schema the default of the session. */
async function useSchema(session, schema) {
    await send(session, `USE \`${schema.replaceAll('`', '``')}\``);
}

;// CONCATENATED MODULE: ./lib/mysql/restore/raw-session.js


/** UTF-8 text as bytes. */
function toBytes(text) {
    return Buffer.from(text, 'utf8').toString('latin1');
}
/** Bytes that are known to be UTF-8 as text. */
function fromBytes(bytes) {
    return Buffer.from(bytes, 'latin1').toString('utf8');
}
/** Opens a connection like that of another session, with `schema` as its default. */
async function openRaw(like, schema) {
    const { host, port, user, password, ssl, connectTimeout } = like.connection.config;
    const connection = await (0,promise.createConnection)({
        ...{ host, port, user, password, connectTimeout },
        ...(ssl === undefined ? {} : { ssl }),
        // The driver's encoding of this one is a byte for a character, in both directions.
        charset: 'BINARY',
        multipleStatements: true,
        enableKeepAlive: true,
        keepAliveInitialDelay: 10_000,
    });
    connection.on('error', () => undefined);
    // Else the driver would follow `SET character_set_client` and encode the next statement.
    await connection.query("SET SESSION session_track_system_variables = ''");
    await useSchema({ connection, id: connection.threadId, schema }, schema);
    return {
        id: connection.threadId,
        run: async (sql) => void (await connection.query(sql)),
        rows: async (sql) => readBytes(connection, sql),
        close: () => connection.destroy(),
    };
}
async function readBytes(connection, sql) {
    const [rows] = await connection.query({
        sql,
        typeCast: (field) => field.buffer()?.toString('latin1') ?? null,
    });
    return rows;
}

;// CONCATENATED MODULE: ./lib/mysql/restore/names.js

const LONGEST = 64;
/** The table in a side or aside schema that tells how far a restore came; no user has a table of this name. */
const STATE_TABLE = 'db_deploy_restore_state';
/** Where a backup is loaded before it takes the place of the live schema. */
function sideSchema(schema) {
    return `${shortened(schema, 55)}__restore`;
}
/** Where the tables go that were live; every run has its own. */
function asideSchema(schema, runId) {
    const prefix = asidePrefix(schema);
    const run = runId.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
    return prefix.length + run.length <= LONGEST
        ? `${prefix}${run}`
        : `${prefix}${shortHash(runId).slice(0, 8)}`;
}
/** What the names of all aside schemas of a schema begin with. */
function asidePrefix(schema) {
    return `${shortened(schema, 48)}__aside_`;
}
/** The named lock of a cut-over: whoever gets it knows that the server has finished the one before. */
function restoreLockName(schema) {
    return `db-deploy-restore:${shortHash(schema)}`;
}
/** What the names of triggers begin with that stop writers for the moment of a cut-over. */
const BARRIER_PREFIX = 'db_deploy_barrier_';
/** The named lock of the barrier: while somebody holds it, its triggers refuse writes. */
function barrierLockName(schema) {
    return `db-deploy-barrier:${shortHash(schema)}`;
}
/** An identifier in back-quotes. */
function quote(name) {
    return `\`${name.replaceAll('`', '``')}\``;
}
/** Schema and name, each in back-quotes. */
function qualified(schema, name) {
    return `${quote(schema)}.${quote(name)}`;
}
/** A name that is too long keeps its beginning and gets a hash, so that two of them stay apart. */
function shortened(schema, room) {
    const characters = Array.from(schema);
    if (characters.length <= room)
        return schema;
    return `${characters.slice(0, room - 9).join('')}_${shortHash(schema).slice(0, 8)}`;
}
function shortHash(text) {
    return (0,external_node_crypto_.createHash)('sha256').update(text).digest('hex').slice(0, 32);
}

;// CONCATENATED MODULE: ./lib/mysql/restore/definition.js


/** The state of a fresh dump, before it sets anything. */
const DUMP_CONTEXT = {
    client: 'utf8mb4',
    connection: 'utf8mb4_0900_ai_ci',
    sqlMode: 'NO_AUTO_VALUE_ON_ZERO',
    timeZone: '+00:00',
    schemaCollation: undefined,
};
/** What of a session the `SET`s of a dump change. */
function contextAfter(sql, before) {
    const value = (name) => new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:'([^']*)'|([\\w+:/-]+))`, 'i')
        .exec(sql)
        ?.slice(1)
        .find((each) => each !== undefined);
    return {
        client: value('character_set_client') ?? before.client,
        connection: value('collation_connection') ?? before.connection,
        sqlMode: value('sql_mode') ?? before.sqlMode,
        timeZone: value('time_zone') ?? before.timeZone,
        schemaCollation: before.schemaCollation,
    };
}
/** Puts a session into the state in which a definition was made. */
function setContext({ client, connection, sqlMode, timeZone }) {
    return `SET character_set_client = ${client}, collation_connection = ${connection}, sql_mode = '${sqlMode}', time_zone = '${timeZone}'`;
}
/** What `setContext` changed, as this tool has it. */
const RESET_CONTEXT = `SET character_set_client = utf8mb4, collation_connection = utf8mb4_0900_ai_ci, sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'`;
/** Makes the object, which must not be there; the last statement is the one that makes it. */
function createStatements(definition) {
    return [setContext(definition.context), definition.sql];
}
/** Removes the object if it is there. */
function dropStatement({ kind, name }) {
    return `DROP ${kind.toUpperCase()} IF EXISTS ${toBytes(quote(name))}`;
}

;// CONCATENATED MODULE: ./lib/mysql/restore/dump-statement.js

const NAME = '(`(?:[^`]|``)*`|"(?:[^"]|"")*")';
const DEFINITION = new RegExp(`^CREATE (?:OR REPLACE )?(?:ALGORITHM ?= ?\\w+ )?(?:DEFINER ?= ?\\S+?@(?:${NAME}|\\S+) )?(?:SQL SECURITY \\w+ )?(VIEW|TRIGGER|PROCEDURE|FUNCTION|LIBRARY|EVENT) (?:IF NOT EXISTS )?${NAME}(?: (?:BEFORE|AFTER) \\w+ ON ${NAME})?`, 'i');
const DEFINER = new RegExp(`DEFINER ?= ?${NAME}@${NAME}`, 'i');
const CREATE_TABLE = new RegExp(`^CREATE TABLE ${NAME}`, 'i');
const ROWS = new RegExp(`^INSERT INTO ${NAME}`, 'i');
const PLACEHOLDER = new RegExp(`^CREATE VIEW ${NAME} AS SELECT\\s+1 AS `, 'i');
const SCHEMA_COLLATION = /^ALTER DATABASE .* COLLATE (\w+)\s*$/i;
const SUPERFLUOUS = /^(?:DROP (?:TABLE|VIEW|TRIGGER|FUNCTION|PROCEDURE|LIBRARY|EVENT) IF EXISTS|LOCK TABLES|UNLOCK TABLES$|ALTER TABLE .* (?:DISABLE|ENABLE) KEYS$)/i;
/** Reads what a statement of a dump is; `SET`s are not run but remembered, see `dump-context.ts`. */
function readDumpStatement(sql) {
    const rows = sql.startsWith('INSERT INTO ') ? ROWS.exec(sql.slice(0, 600)) : null;
    if (rows)
        return { kind: 'rows', table: dump_statement_unquote(rows[1]) };
    const table = CREATE_TABLE.exec(sql);
    if (table)
        return { kind: 'create-table', name: dump_statement_unquote(table[1]) };
    const plain = plainDefinition(sql);
    if (/^SET\s/i.test(plain))
        return { kind: 'set' };
    if (SUPERFLUOUS.test(plain))
        return { kind: 'superfluous' };
    const collation = SCHEMA_COLLATION.exec(plain)?.[1];
    if (collation !== undefined)
        return { kind: 'schema-collation', collation };
    const placeholder = PLACEHOLDER.exec(plain);
    if (placeholder)
        return { kind: 'placeholder', name: dump_statement_unquote(placeholder[1]) };
    // The definer may be any text in quotes: it is taken out before the rest is matched.
    const definition = DEFINITION.exec(plain.replace(DEFINER, 'DEFINER=`x`@`x`'));
    if (!definition)
        return { kind: 'unknown' };
    const [, , of = '', name = '', on] = definition;
    return {
        kind: 'definition',
        of: of.toLowerCase(),
        name: dump_statement_unquote(name),
        table: on === undefined ? undefined : dump_statement_unquote(on),
    };
}
const WRAPPED = /\/\*!\d{5,6} ?((?:[^*]|\*(?!\/))*?)\s*\*\//y;
/**
 * A definition as SHOW CREATE prints it: without the executable comments in which `mysqldump` puts its parts. The
 * last of them holds the body, which may have comments of its own, so it ends at the end of the text.
 */
function plainDefinition(sql) {
    if (!sql.startsWith('/*!'))
        return sql.trim();
    const parts = [];
    let rest = sql.trim();
    for (;;) {
        const open = /^\/\*!\d{5,6} ?/.exec(rest)?.[0];
        if (open === undefined)
            break;
        WRAPPED.lastIndex = 0;
        const wrapped = WRAPPED.exec(rest);
        const next = wrapped ? rest.slice(WRAPPED.lastIndex).trimStart() : '';
        if (wrapped && next.startsWith('/*!')) {
            parts.push(wrapped[1].trim());
            rest = next;
            continue;
        }
        parts.push(rest.slice(open.length).replace(/\s*\*\/\s*$/, ''));
        return parts.join(' ').trim();
    }
    return [...parts, rest].join(' ').trim();
}
/** The name in back-quotes or double quotes; names in dumps are UTF-8. */
function dump_statement_unquote(name) {
    const mark = name.charAt(0);
    return fromBytes(name.slice(1, -1).replaceAll(mark + mark, mark));
}

;// CONCATENATED MODULE: ./lib/changelog/sql-mode.js

const SETS_SQL_MODE = /^(?:\/\*!\d*\s*)?set\b[^]*sql_mode/i;
const NO_ESCAPES = /\bno_backslash_escapes\b/i;
const ASSIGNED = new Set(['=', ':=']);
/**
 * How a backslash reads after a statement, as far as the file says: a `SET sql_mode` with the name in it turns
 * escapes off, any other value on, and an expression over `@@sql_mode` without the name leaves them.
 */
function backslashAfter(statement, before) {
    if (!SETS_SQL_MODE.test(statement.text.slice(0, 10_000)))
        return before;
    const tokens = [...codeTokens(statement)];
    return tokens.reduce((now, token, index) => {
        if (!isSessionMode(token, tokens[index - 1]) || !ASSIGNED.has(tokens[index + 1]?.text ?? ''))
            return now;
        return backslashOf(valueFrom(tokens, index + 2), now);
    }, before);
}
function isSessionMode(token, previous) {
    if (/^(?:global|persist|persist_only)$/i.test(previous?.text ?? ''))
        return false;
    return /^(?:@@(?:(?:session|local)\.)?)?`?sql_mode`?$/i.test(token.text);
}
/** The tokens of one assigned value: up to the next comma outside parentheses. */
function valueFrom(tokens, start) {
    let depth = 0;
    const end = tokens.findIndex((token, index) => {
        if (index < start)
            return false;
        if (token.text === '(')
            depth++;
        if (token.text === ')')
            depth--;
        return token.text === ',' && depth === 0;
    });
    return tokens.slice(start, end < 0 ? undefined : end);
}
function backslashOf(value, now) {
    const names = value.some((token) => NO_ESCAPES.test(token.text));
    const changes = value.some((token) => /^@@(?:(?:session|local)\.)?sql_mode$/i.test(token.text));
    if (names)
        return changes && /^replace$/i.test(value[0]?.text ?? '') ? 'escape' : 'literal';
    return changes ? now : 'escape';
}

;// CONCATENATED MODULE: ./lib/mysql/restore/read-dump.js



const read_dump_LINE_FEED = 10;
const COMPLETED = /^-- Dump completed/;
const DELIMITER = /^DELIMITER (\S+)\s*$/i;
/**
 * The statements of a dump by `mysqldump`, read as they arrive. It writes each statement from the beginning of a line
 * to the end of one, and a row of data never has a line feed in it (it is escaped), so only definitions are lexed.
 */
async function* readDump(dump) {
    let delimiter = ';';
    let backslash = 'escape';
    let statement = '';
    let isCompleted = false;
    for await (const { line, bytesRead } of read_dump_readLines(dump)) {
        if (statement === '') {
            if (line.trim() === '' || line.startsWith('--')) {
                isCompleted ||= COMPLETED.test(line);
                continue;
            }
            const changed = DELIMITER.exec(line)?.[1];
            if (changed !== undefined) {
                delimiter = changed;
                continue;
            }
        }
        statement = statement === '' ? line : `${statement}\n${line}`;
        const trimmed = line.trimEnd();
        if (!trimmed.endsWith(delimiter))
            continue;
        const text = statement.trimEnd().slice(0, -delimiter.length).trimEnd();
        if (!text.startsWith('INSERT INTO ') && !endsInCode(text, backslash))
            continue;
        statement = '';
        if (text === '')
            continue;
        backslash = backslashAfter({ text, line: 1, backslash }, backslash);
        yield { sql: text, bytesRead };
    }
    if (statement !== '' || !isCompleted) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'server-error',
            message: 'the backup ends in the middle: its last line is not "-- Dump completed"',
            fix: 'use another backup; nothing was restored',
        });
    }
}
/** Whether the text does not end inside quoted text or a comment. */
function endsInCode(text, backslash) {
    let at = 0;
    while (at < text.length) {
        const end = (0,lexical/* skipInert */.kW)(text, at, backslash);
        if (end < 0)
            return false;
        at = end === at ? at + 1 : end;
    }
    return true;
}
async function* read_dump_readLines(dump) {
    let parts = [];
    let bytesRead = 0;
    for await (const chunk of dump) {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
        let from = 0;
        for (let end = bytes.indexOf(read_dump_LINE_FEED); end >= 0; end = bytes.indexOf(read_dump_LINE_FEED, from)) {
            parts.push(bytes.subarray(from, end));
            bytesRead += end + 1 - from;
            const line = parts.length === 1 ? parts[0] : Buffer.concat(parts);
            parts = [];
            from = end + 1;
            yield { line: line.toString('latin1'), bytesRead };
        }
        if (from < bytes.length) {
            parts.push(bytes.subarray(from));
            bytesRead += bytes.length - from;
        }
    }
    if (parts.length > 0)
        yield { line: Buffer.concat(parts).toString('latin1'), bytesRead };
}

;// CONCATENATED MODULE: ./lib/mysql/restore/refusal.js




const FIXES = {
    1419: 'set log_bin_trust_function_creators = 1 on the server, or deploy as a user with SUPER',
    1227: 'GRANT SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER ON *.* to the user (SET_USER_ID before 8.2; SYSTEM_USER too where the definer has it), or give the object a definer that is the user',
    1449: 'GRANT ALLOW_NONEXISTENT_DEFINER ON *.* to the user, or give the object a definer that exists',
    6125: 'GRANT SESSION_VARIABLES_ADMIN ON *.* to the user, or make the key that the foreign key refers to unique',
    3750: 'GRANT SESSION_VARIABLES_ADMIN ON *.* to the user (sql_require_primary_key has to be off), or give the table a primary key',
    1118: 'GRANT SESSION_VARIABLES_ADMIN ON *.* to the user (innodb_strict_mode has to be off), or make the row smaller',
    1153: 'raise max_allowed_packet on the server: a row of the backup is larger',
};
const PARSE_ERROR = 1064;
/** Says of what the server refused while it loaded a backup: which object, why, and what helps. */
function explainRefusal(error, sql, definition, schema) {
    if (!isServerError(error))
        return error;
    const what = definition ? `${definition.kind} ${quote(definition.name)}` : describeSql(sql);
    if (isConnectionLost(error) || isInterrupted(error)) {
        return new lib_errors/* ExpectedError */.Dh({
            code: 'connection-lost',
            message: `the server broke off while ${what} was loaded: ${describeServerError(error)}`,
            fix: 'see that the server runs, then run again; the live schema was not touched',
        });
    }
    const errno = error.errno ?? 0;
    return new lib_errors/* ExpectedError */.Dh({
        code: [1044, 1142, 1227, 1370, 1419, 1449].includes(errno) ? 'missing-privilege' : 'server-error',
        message: `this backup cannot be restored: the server refused ${what} in ${quote(schema)}: ${describeServerError(error)}`,
        fix: fixFor(errno, sql, definition),
    });
}
function fixFor(errno, sql, definition) {
    if (errno === PARSE_ERROR && definition && /;\s*(?:\*\/)?$/.test(sql)) {
        const { kind, name } = definition;
        return `its stored text ends in ";", as happens when it is made as one of several statements sent at once: drop and create ${kind} ${quote(name)} once more, in a statement of its own`;
    }
    return FIXES[errno] ?? 'mend or drop the object, then deploy again';
}
function describeSql(sql) {
    const head = /^(?:CREATE TABLE|INSERT INTO|ALTER TABLE|CREATE VIEW) `(?:[^`]|``)*`/i.exec(sql)?.[0];
    return fromBytes(head ?? sql.slice(0, 100));
}

;// CONCATENATED MODULE: ./lib/mysql/restore/writers.js
/** The first failure ends it: nothing is begun after that. */
function writersOver(sessions) {
    const free = [...sessions];
    const running = new Set();
    let failure;
    const check = () => {
        if (failure)
            throw failure.error;
    };
    const perform = async (work, session) => {
        try {
            await work(session);
        }
        catch (error) {
            failure ??= { error };
        }
        free.push(session);
    };
    return {
        give: async (work) => {
            while (free.length === 0)
                await Promise.race(running);
            check();
            const session = free.pop();
            const done = perform(work, session).finally(() => running.delete(done));
            running.add(done);
            return { done };
        },
        settle: async () => {
            await Promise.all(running);
            check();
        },
    };
}

;// CONCATENATED MODULE: ./lib/mysql/restore/load-dump.js










/** Settings without which a dump of what the server holds might not load; those that may not be set are left alone. */
const SETTINGS = [
    'sql_require_primary_key',
    'restrict_fk_on_non_standard_key',
    'innodb_strict_mode',
    'sql_generate_invisible_primary_key',
];
const SET_LOAD = `SET NAMES utf8mb4, foreign_key_checks = 0, unique_checks = 0, sql_notes = 0, max_execution_time = 0, net_read_timeout = 600`;
const SORT_BYTES = 64 * 1024 * 1024;
/** Makes a session ready to load into a schema. */
async function prepareLoad(session) {
    await session.run(SET_LOAD);
    await session.run(RESET_CONTEXT);
    for (const setting of SETTINGS)
        await session.run(`SET SESSION ${setting} = OFF`).catch(() => undefined);
    await session.run(`SET SESSION innodb_ddl_buffer_size = ${SORT_BYTES}`).catch(() => undefined);
}
/**
 * Loads a dump into a schema that is empty, statement by statement: rows over several connections, secondary indexes
 * after the rows, triggers last. Triggers cannot move to another schema, so they are made for proof and dropped.
 */
async function loadDump(main, helpers, dump, options) {
    const load = {
        ...{ main, options, writers: writersOver(helpers), context: DUMP_CONTEXT, table: undefined },
        ...{ tables: [], definitions: [], placeholders: new Map(), foreignKeys: [] },
    };
    for (const session of [main, ...helpers])
        await prepareLoad(session);
    try {
        for await (const { sql, bytesRead } of readDump(dump)) {
            await take(load, sql);
            options.onProgress?.({ bytesRead, table: load.table?.name });
        }
        await endTable(load);
    }
    finally {
        await load.writers.settle();
    }
    for (const { table, added } of load.foreignKeys) {
        await run(load, `ALTER TABLE ${toBytes(quote(table))} ${added.join(', ')}`);
    }
    const definitions = await makeDefinitions(load);
    return { tables: load.tables, definitions };
}
async function take(load, sql) {
    const statement = readDumpStatement(sql);
    switch (statement.kind) {
        case 'create-table':
            await endTable(load);
            if (load.options.only?.has(statement.name) === false)
                return;
            load.tables.push(statement.name);
            load.table = {
                name: statement.name,
                create: sql,
                firstRows: undefined,
                isCreated: false,
                keys: [],
                rows: [],
            };
            return;
        case 'rows':
            return takeRows(load, statement.table, sql);
        case 'placeholder':
            await endTable(load);
            load.placeholders.set(statement.name, plainDefinition(sql));
            return;
        case 'definition': {
            const { of: kind, name, table } = statement;
            const { context } = load;
            load.definitions.push({ kind, name, table, context, sql, placeholder: undefined });
            return;
        }
        case 'set':
            load.context = contextAfter(sql, load.context);
            return;
        case 'schema-collation':
            load.context = { ...load.context, schemaCollation: statement.collation };
            return;
        case 'superfluous':
            return;
        case 'unknown':
            throw new lib_errors/* ExpectedError */.Dh({
                code: 'server-error',
                message: `the backup holds a statement that db-deploy does not know: ${fromBytes(sql).slice(0, 200)}`,
                fix: 'restore it by hand with the mysql client',
            });
    }
}
async function takeRows(load, name, sql) {
    if (load.options.rows === 'without' || load.options.only?.has(name) === false)
        return;
    const { table } = load;
    if (table?.name !== name)
        throw new Error(`the dump has rows of ${name} without its table`);
    if (!table.isCreated && table.firstRows === undefined) {
        table.firstRows = sql;
        return;
    }
    if (!table.isCreated) {
        const { bare, keys, foreignKeys } = splitTable(table.create);
        await createTable(load, table, bare);
        table.keys = keys;
        if (foreignKeys.length > 0)
            load.foreignKeys.push({ table: name, added: foreignKeys });
        await insert(load, table, table.firstRows);
        table.firstRows = undefined;
    }
    await insert(load, table, sql);
}
/** No more rows come: a small table is made as it is, a large one gets its indexes. */
async function endTable(load) {
    const { table } = load;
    if (!table)
        return;
    load.table = undefined;
    if (!table.isCreated)
        await createTable(load, table, table.create);
    if (table.firstRows !== undefined)
        await insert(load, table, table.firstRows);
    table.firstRows = undefined;
    if (table.keys.length === 0)
        return;
    const sql = `ALTER TABLE ${toBytes(quote(table.name))} ${table.keys.join(', ')}`;
    await Promise.all(table.rows.map(({ done }) => done));
    await load.writers.give((session) => runOn(session, load.options.schema, sql));
}
async function createTable(load, table, sql) {
    await run(load, sql);
    table.isCreated = true;
}
async function insert(load, table, sql) {
    const taken = await load.writers.give((session) => runOn(session, load.options.schema, sql));
    if (table.rows.length > 32)
        table.rows.splice(0, 16);
    table.rows.push(taken);
}
/** Everything but tables: what the server refuses here it would refuse after the swap. Events would fire; none here. */
async function makeDefinitions(load) {
    const definitions = load.definitions.map((definition) => {
        const placeholder = definition.kind === 'view' ? load.placeholders.get(definition.name) : undefined;
        return { ...definition, placeholder };
    });
    const { schema, only } = load.options;
    // They may stand on tables that are not here; that the server takes them was proved before the deploy.
    if (only)
        return definitions;
    for (const placeholder of load.placeholders.values())
        await run(load, placeholder);
    for (const definition of definitions) {
        const { kind, name, context } = definition;
        if (kind === 'event' || (kind === 'view' && load.options.brokenViews?.includes(name)))
            continue;
        if (kind === 'view')
            await run(load, `DROP VIEW IF EXISTS ${toBytes(quote(name))}`);
        if (context.schemaCollation !== undefined) {
            await run(load, `ALTER DATABASE ${toBytes(quote(schema))} COLLATE ${context.schemaCollation}`);
        }
        for (const sql of createStatements(definition))
            await run(load, sql, definition);
    }
    await load.main.run(RESET_CONTEXT);
    for (const { kind, name } of definitions) {
        if (kind === 'trigger')
            await run(load, `DROP TRIGGER ${toBytes(qualified(schema, name))}`);
    }
    return definitions;
}
async function run(load, sql, definition) {
    await runOn(load.main, load.options.schema, sql, definition);
}
async function runOn(session, schema, sql, definition) {
    for (let attempt = 1;; attempt += 1) {
        try {
            await session.run(sql);
            return;
        }
        catch (error) {
            if (isDeadlock(error) && attempt < 10)
                continue;
            throw explainRefusal(error, sql, definition, schema);
        }
    }
}

;// CONCATENATED MODULE: ./lib/backup/backup.js
/** Tables that are left out of every backup and never restored. */
const NEVER_RESTORED = [
    'DATABASECHANGELOGLOCK',
    'ops_migration_runs',
    'ops_migration_statements',
    'ops_pipeline_runs',
    'ops_dq_results',
];

;// CONCATENATED MODULE: ./lib/mysql/restore/outside-keys.js





const SELECT_OUTSIDE = `SELECT CONSTRAINT_SCHEMA AS childSchema, TABLE_NAME AS tableName, CONSTRAINT_NAME AS name,
    REFERENCED_TABLE_NAME AS parent
  FROM information_schema.REFERENTIAL_CONSTRAINTS
  WHERE UNIQUE_CONSTRAINT_SCHEMA = ? AND CONSTRAINT_SCHEMA <> ?`;
/** The foreign keys of other schemas on tables of a schema; those between our own schemas are not meant. */
async function readOutsideKeys(session, schema, restored) {
    const rows = await readRows(session, SELECT_OUTSIDE, [schema, schema]);
    const { schema: live } = session;
    const others = rows.filter(({ childSchema }) => childSchema !== sideSchema(live) && !childSchema.startsWith(asidePrefix(live)));
    const keys = [];
    for (const { childSchema, tableName, name, parent } of others) {
        if (!restored.includes(parent))
            throw orphaned(childSchema, tableName, name, parent);
        const [row] = (await send(session, `SHOW CREATE TABLE ${qualified(childSchema, tableName)}`));
        const start = toBytes(`CONSTRAINT ${quote(name)} FOREIGN KEY `);
        const clause = tableItems(toBytes(row['Create Table'] ?? '')).find((item) => item.startsWith(start));
        if (clause !== undefined)
            keys.push({ schema: childSchema, table: tableName, name, clause });
    }
    return keys;
}
/** Points a key back at the live schema; two statements, for one may not drop and add the same name. */
function repointStatements({ schema, table, name, clause }) {
    const alter = `ALTER TABLE ${toBytes(qualified(schema, table))}`;
    return [`${alter} DROP FOREIGN KEY ${toBytes(quote(name))}`, `${alter} ADD ${clause}`];
}
function orphaned(schema, table, name, parent) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'server-error',
        message: `foreign key ${quote(name)} of ${qualified(schema, table)} refers to table ${quote(parent)}, which the backup does not have`,
        fix: `drop that foreign key, then restore again; nothing was changed`,
    });
}

;// CONCATENATED MODULE: ./lib/mysql/restore/read-definitions.js





/** Triggers in the order in which they fire, so that making them again in this order keeps it. */
const SELECT_OBJECTS = `SELECT kind, name, tableName FROM (
    SELECT LOWER(ROUTINE_TYPE) AS kind, ROUTINE_NAME AS name, NULL AS tableName, 0 AS position
      FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION')
    UNION ALL SELECT 'view', TABLE_NAME, NULL, 0 FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?
    UNION ALL SELECT 'event', EVENT_NAME, NULL, 0 FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?
    UNION ALL SELECT 'trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_ORDER
      FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
  ) AS objects ORDER BY kind, tableName, position, name`;
const SELECT_LIBRARIES = `SELECT 'library' AS kind, LIBRARY_NAME AS name, NULL AS tableName
  FROM information_schema.LIBRARIES WHERE LIBRARY_SCHEMA = ?`;
const SELECT_TABLES = `SELECT TABLE_NAME AS name FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME`;
/** The tables of a schema. */
async function readTableNames(session, schema) {
    const rows = await readRows(session, SELECT_TABLES, [schema]);
    return rows.map(({ name }) => name);
}
/** Views, routines, triggers and events of the schema that is the default of `raw`, as they are stored. */
async function readDefinitions(session, raw, schema) {
    const objects = [
        ...(await readLibraries(session, schema)),
        ...(await readRows(session, SELECT_OBJECTS, [schema, schema, schema, schema])),
    ];
    // Definitions come as they are stored, whatever their character set.
    await raw.run('SET character_set_results = NULL');
    const definitions = [];
    for (const { kind, name, tableName } of objects) {
        const [row] = await raw.rows(`SHOW CREATE ${kind.toUpperCase()} ${toBytes(quote(name))}`);
        if (!row)
            continue;
        definitions.push(toDefinition(kind, name, tableName ?? undefined, row));
    }
    return definitions;
}
/** Servers before 9.2 have none. */
async function readLibraries(session, schema) {
    try {
        return await readRows(session, SELECT_LIBRARIES, [schema]);
    }
    catch (error) {
        if (isUnknownTable(error))
            return [];
        throw error;
    }
}
const COLUMN = {
    view: 'Create View',
    trigger: 'SQL Original Statement',
    procedure: 'Create Procedure',
    function: 'Create Function',
    event: 'Create Event',
    library: 'Create Library',
};
function toDefinition(kind, name, table, row) {
    return {
        ...{ kind, name, table },
        context: {
            client: row['character_set_client'] ?? 'utf8mb4',
            connection: row['collation_connection'] ?? 'utf8mb4_0900_ai_ci',
            sqlMode: row['sql_mode'] ?? '',
            timeZone: row['time_zone'] ?? '+00:00',
            schemaCollation: row['Database Collation'] ?? undefined,
        },
        sql: row[COLUMN[kind]] ?? '',
        placeholder: undefined,
    };
}
/** All that names or text of the schema's objects would show; asked where SHOW CREATE is not possible: under locks. */
const SELECT_FINGERPRINT = `SELECT 'table' AS kind, TABLE_NAME AS name, TABLE_TYPE AS text, '' AS more
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?
  UNION ALL SELECT 'view', TABLE_NAME, SHA2(VIEW_DEFINITION, 256), CONCAT(DEFINER, SECURITY_TYPE)
    FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?
  UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME, SHA2(COALESCE(ROUTINE_DEFINITION, ''), 256), CAST(LAST_ALTERED AS CHAR)
    FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?
  UNION ALL SELECT 'event', EVENT_NAME, SHA2(EVENT_DEFINITION, 256), CAST(LAST_ALTERED AS CHAR)
    FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?
  UNION ALL SELECT 'trigger', TRIGGER_NAME, SHA2(ACTION_STATEMENT, 256), CONCAT(EVENT_OBJECT_TABLE, ACTION_ORDER, ACTION_TIMING)
    FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
  ORDER BY 1, 2, 3, 4`;
/** Changes when anybody creates, alters or drops something; not when rows change. */
async function readFingerprint(session, schema) {
    const rows = await readRows(session, SELECT_FINGERPRINT, [schema, schema, schema, schema, schema]);
    return JSON.stringify(rows);
}
/** Whether two definitions are the same to the server. */
function isSameDefinition(left, right) {
    if (left.kind !== right.kind || left.name !== right.name || left.table !== right.table)
        return false;
    const [a, b] = [left.context, right.context];
    if (a.client !== b.client || a.connection !== b.connection)
        return false;
    if (left.kind !== 'view' && modesOf(a.sqlMode) !== modesOf(b.sqlMode))
        return false;
    if (left.kind !== 'view' && a.schemaCollation !== b.schemaCollation)
        return false;
    if (left.kind === 'event' && a.timeZone !== b.timeZone)
        return false;
    return plainDefinition(left.sql) === plainDefinition(right.sql);
}
function modesOf(sqlMode) {
    return sqlMode.split(',').toSorted().join(',');
}
/** One word for an object: routines of both kinds may have one name. */
function objectKey({ kind, name }) {
    return `${kind} ${name}`;
}

;// CONCATENATED MODULE: ./lib/mysql/restore/plan-definitions.js





const ORDER = ['library', 'function', 'procedure', 'view', 'event'];
/** What is equal is left alone: dropping a routine would take its grants away, and an event its last run. */
function planDefinitions(live, wanted, schema, brokenViews) {
    const isOurs = ({ kind, name }) => kind !== 'trigger' && !(kind === 'view' && brokenViews.includes(name));
    const now = new Map(live.filter(isOurs).map((each) => [objectKey(each), each]));
    const target = wanted.filter(isOurs);
    const names = new Set(target.map(objectKey));
    const extra = [...now.values()].filter((each) => !names.has(objectKey(each)));
    const changed = target.filter((each) => {
        const found = now.get(objectKey(each));
        return !found || !isSameDefinition(found, each);
    });
    const packets = extra.map((each) => [dropStatement(each)]);
    for (const kind of ORDER) {
        const ofKind = changed.filter((each) => each.kind === kind);
        // Views may stand on one another in any order: first all of them with their columns alone.
        if (kind === 'view')
            packets.push(...ofKind.flatMap(placeholderPacket));
        packets.push(...ofKind.flatMap((each) => makePackets(each, schema)));
    }
    return { packets };
}
function placeholderPacket({ placeholder }) {
    return placeholder === undefined ? [] : [[RESET_CONTEXT, orReplace(placeholder)]];
}
function makePackets(definition, schema) {
    const { kind, context } = definition;
    const make = kind === 'view'
        ? [setContext(context), orReplace(plainDefinition(definition.sql))]
        : [dropStatement(definition), ...createStatements(definition)];
    if (hasCollationOf(definition, schema))
        return [make];
    const alter = (collation) => [
        `ALTER DATABASE ${toBytes(quote(schema.name))} COLLATE ${collation}`,
    ];
    return [alter(context.schemaCollation), make, alter(schema.collation)];
}
/** The schema's default collation is stored with routines, triggers and events, and says how their text compares. */
function hasCollationOf({ kind, context }, { collation }) {
    return kind === 'view' || (context.schemaCollation ?? collation) === collation;
}
function orReplace(sql) {
    return sql.replace(/^CREATE /, 'CREATE OR REPLACE ');
}
/** The tables whose triggers are not those that are wanted. */
function planTriggers(live, wanted, schema) {
    const isTrigger = ({ kind }) => kind === 'trigger';
    const [now, target] = [byTable(live.filter(isTrigger)), byTable(wanted.filter(isTrigger))];
    const groups = [];
    for (const table of new Set([...now.keys(), ...target.keys()])) {
        const [have, want] = [now.get(table) ?? [], target.get(table) ?? []];
        const isSame = have.length === want.length &&
            inFiringOrder(have).every((each, at) => isSameDefinition(each, inFiringOrder(want)[at]));
        if (isSame)
            continue;
        groups.push({
            table,
            drop: have.filter((each) => !want.some(({ name }) => name === each.name)).map(dropStatement),
            make: placed(have, want).flatMap((each) => makePackets(each, schema)),
            mayLock: want.every((each) => hasCollationOf(each, schema)),
        });
    }
    return groups;
}
function byTable(triggers) {
    const tables = new Map();
    for (const each of triggers)
        tables.set(each.table ?? '', [...(tables.get(each.table ?? '') ?? []), each]);
    return tables;
}
/** The order among triggers of one time and event is kept, the order of those groups does not matter. */
function inFiringOrder(triggers) {
    return triggers.toSorted((left, right) => firingTime(left).localeCompare(firingTime(right)));
}
function firingTime({ sql }) {
    return / (BEFORE|AFTER) (INSERT|UPDATE|DELETE) ON /i.exec(plainDefinition(sql))?.[0].toUpperCase() ?? '';
}
const plan_definitions_NAME = '(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")';
const TRIGGER_HEAD = new RegExp(`^CREATE (?:DEFINER ?= ?${plan_definitions_NAME}@${plan_definitions_NAME} )?TRIGGER ${plan_definitions_NAME} (?:BEFORE|AFTER) \\w+ ON ${plan_definitions_NAME} FOR EACH ROW(?=\\s)`, 'i');
/** Says of each trigger next to which it fires, so that the order is right after each; the server does not keep it. */
function placed(have, want) {
    return want.map((each, at) => {
        const isPeer = (other) => other !== each && firingTime(other) === firingTime(each);
        const before = want.slice(0, at).findLast(isPeer);
        const after = want
            .slice(at + 1)
            .find((other) => isPeer(other) && have.some(({ name }) => name === other.name));
        if (before)
            return { ...each, sql: inPlace(each, `FOLLOWS ${quote(before.name)}`) };
        return after ? { ...each, sql: inPlace(each, `PRECEDES ${quote(after.name)}`) } : each;
    });
}
function inPlace({ sql }, clause) {
    return plainDefinition(sql).replace(TRIGGER_HEAD, (head) => `${head} ${toBytes(clause)}`);
}

;// CONCATENATED MODULE: ./lib/mysql/restore/cut-over.js






/** Every table that the cut-over moves or mends, and views that are in the way of one. */
function lockStatement(cutOver) {
    const { schema, liveTables, sideTables, outsideKeys } = cutOver;
    const side = sideSchema(schema);
    const names = new Set([
        ...moving(liveTables).map((table) => qualified(schema, table)),
        ...[...sideTables, STATE_TABLE].map((table) => qualified(side, table)),
        ...outsideKeys.map((key) => qualified(key.schema, key.table)),
        ...viewsInTheWay(cutOver).map(({ name }) => qualified(schema, name)),
    ]);
    return toBytes(`LOCK TABLES ${[...names].map((name) => `${name} WRITE`).join(', ')}`);
}
/**
 * The whole cut-over as one packet, sent while the tables are locked. The server carries a packet out to its end even
 * if the client that sent it was killed, and stops at the first statement that fails; so from outside it is one step.
 */
function cutOverPacket(cutOver) {
    const { schema, collation, liveCollation, characterSet, live, wanted, outsideKeys, brokenViews } = cutOver;
    const plan = planDefinitions(withoutViewsInTheWay(cutOver), wanted, { name: schema, collation }, brokenViews);
    const [early, late] = triggersBy(cutOver);
    const statements = [
        RESET_CONTEXT,
        // A table with triggers cannot move to another schema.
        ...(cutOver.barrier ?? []).map((name) => dropStatement({ kind: 'trigger', name })),
        ...live.filter((each) => isMovingTrigger(each, cutOver)).map(dropStatement),
        renameStatement(cutOver),
        ...outsideKeys.flatMap(repointStatements),
        ...early.flatMap(createStatements),
        RESET_CONTEXT,
        'UNLOCK TABLES',
        ...(collation === liveCollation ? [] : [defaultsStatement(schema, characterSet, collation)]),
        // From here on writers go on; what follows is not possible under LOCK TABLES.
        ...late.flatMap((each) => [
            alter(schema, each.context.schemaCollation ?? collation),
            ...createStatements(each),
            alter(schema, collation),
        ]),
        ...plan.packets.flat(),
        RESET_CONTEXT,
    ];
    // A line feed first: a body may end in a `--` comment.
    return statements.join('\n;\n');
}
function isMovingTrigger({ kind, table = '' }, { liveTables }) {
    return kind === 'trigger' && !NEVER_RESTORED.includes(table) && liveTables.includes(table);
}
/** A trigger that was made under another default collation of the schema needs ALTER DATABASE, so it comes late. */
function triggersBy({ wanted, sideTables, collation, liveCollation, }) {
    const triggers = wanted.filter(({ kind, table = '' }) => kind === 'trigger' && sideTables.includes(table));
    const isLate = ({ context }) => (context.schemaCollation ?? collation) !== liveCollation;
    return [triggers.filter((each) => !isLate(each)), triggers.filter(isLate)];
}
/** Gives a schema the defaults that it had. */
function defaultsStatement(schema, characterSet, collation) {
    return `ALTER DATABASE ${toBytes(quote(schema))} CHARACTER SET ${characterSet} COLLATE ${collation}`;
}
function alter(schema, collation) {
    return `ALTER DATABASE ${toBytes(quote(schema))} COLLATE ${collation}`;
}
/** One atomic statement: until it is done the old state is live, from then on the new one. */
function renameStatement(cutOver) {
    const { schema, aside, liveTables, sideTables } = cutOver;
    const side = sideSchema(schema);
    const pairs = [
        ...viewsInTheWay(cutOver).map(({ name }, at) => [
            qualified(schema, name),
            qualified(schema, viewName(at)),
        ]),
        ...moving(liveTables).map((table) => [qualified(schema, table), qualified(aside, table)]),
        ...sideTables.map((table) => [qualified(side, table), qualified(schema, table)]),
        [qualified(side, STATE_TABLE), qualified(aside, STATE_TABLE)],
    ];
    return toBytes(`RENAME TABLE ${pairs.map(([from, to]) => `${from} TO ${to}`).join(', ')}`);
}
/** Views with the name of a table of the backup: they are renamed, for DROP VIEW is not possible under locks. */
function viewsInTheWay({ live, sideTables }) {
    return live.filter(({ kind, name }) => kind === 'view' && sideTables.includes(name));
}
function withoutViewsInTheWay(cutOver) {
    const inTheWay = viewsInTheWay(cutOver);
    return cutOver.live.map((each) => {
        const at = inTheWay.indexOf(each);
        return at < 0 ? each : { ...each, name: viewName(at) };
    });
}
function viewName(at) {
    return `db_deploy_old_view_${at}`;
}
function moving(tables) {
    return tables.filter((table) => !NEVER_RESTORED.includes(table));
}

;// CONCATENATED MODULE: ./lib/mysql/restore/settle-definitions.js











/**
 * Makes views, routines, triggers and events of the live schema equal to those that are wanted, and changes nothing
 * where they are. It can be broken off anywhere and begun again.
 */
async function settleDefinitions(session, raw, target, deadline) {
    for (;;) {
        try {
            await settleOnce(session, raw, target);
            return;
        }
        catch (error) {
            await raw.run('UNLOCK TABLES').catch(() => undefined);
            if (!isLockTimeout(error) && !isDeadlock(error))
                throw error;
            if (Date.now() > deadline)
                throw unsettled(error);
            await (0,external_node_timers_promises_.setTimeout)(200);
        }
    }
}
async function settleOnce(session, raw, target) {
    const { schema: name } = session;
    const live = await readDefinitions(session, raw, name);
    const { collation } = await readRow(session, SELECT_COLLATION, [name]);
    if (target.scope === 'all') {
        if (collation !== target.collation) {
            await raw.run(defaultsStatement(name, target.characterSet, target.collation));
        }
        await mendOutsideKeys(session, raw, target.outsideKeys);
    }
    const schema = { name, collation: target.scope === 'all' ? target.collation : collation };
    for (const group of planTriggers(live, target.wanted, schema)) {
        // Nobody writes between the drop of a trigger and its return; if we die, the lock goes after the packet.
        if (group.mayLock)
            await raw.run(`LOCK TABLES ${toBytes(qualified(name, group.table))} WRITE`);
        for (const packet of [...group.drop.map((drop) => [drop]), ...group.make])
            await settle_definitions_send(raw, packet);
        await raw.run('UNLOCK TABLES');
    }
    if (target.scope === 'triggers')
        return;
    for (const packet of planDefinitions(live, target.wanted, schema, target.brokenViews).packets) {
        await settle_definitions_send(raw, packet);
    }
}
const SELECT_COLLATION = 'SELECT DEFAULT_COLLATION_NAME AS collation FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?';
async function settle_definitions_send(raw, packet) {
    await raw.run(packet.join('\n;\n'));
    await raw.run(`SET character_set_client = ${DUMP_CONTEXT.client}, character_set_results = NULL`);
}
const SELECT_REFERENCED = `SELECT UNIQUE_CONSTRAINT_SCHEMA AS parentSchema FROM information_schema.REFERENTIAL_CONSTRAINTS
  WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME = ? AND CONSTRAINT_NAME = ?`;
async function mendOutsideKeys(session, raw, keys) {
    for (const key of keys) {
        const [found] = await readRows(session, SELECT_REFERENCED, [
            key.schema,
            key.table,
            key.name,
        ]);
        if (found?.parentSchema === session.schema)
            continue;
        const [drop, add] = repointStatements(key);
        if (found)
            await raw.run(drop);
        await raw.run(add);
    }
}
function unsettled(error) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'server-error',
        message: `the tables of the backup are live, but not yet all of its views, routines, triggers and events: ${describeServerError(error)}`,
        fix: 'end what holds the lock, then run again: the next run finishes it',
    });
}

;// CONCATENATED MODULE: ./lib/mysql/restore/side-schema.js





const side_schema_NEEDED = [
    ...[
        'SELECT',
        'INSERT',
        'UPDATE',
        'DELETE',
        'CREATE',
        'DROP',
        'ALTER',
        'INDEX',
        'REFERENCES',
        'CREATE VIEW',
    ],
    ...['SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EVENT', 'TRIGGER', 'LOCK TABLES'],
];
/** Names the one GRANT that a restore lacks, on the pattern of the names of side and aside schemas. */
async function probeRestore(session) {
    const names = [sideSchema(session.schema), asideSchema(session.schema, 'probe')];
    const missing = new Set();
    let user = '';
    for (const schema of names) {
        const granted = await readGranted({ ...session, schema });
        // What cannot be read is left to the rehearsal, which tries it.
        if (granted === undefined)
            return [];
        ({ user } = granted);
        for (const privilege of side_schema_NEEDED)
            if (!granted.privileges.has(privilege))
                missing.add(privilege);
    }
    if (missing.size === 0)
        return [];
    const pattern = commonPattern(session.schema);
    const { partial } = await readRow(session, 'SELECT @@partial_revokes AS partial');
    const where = partial === 1 ? '*.*' : `${quote(pattern)}.*`;
    return [
        {
            code: 'missing-privilege',
            message: `${user} may not use the schemas in which a backup is restored (${names[0]}, ${asideSchema(session.schema, '…')}): ${[...missing].join(', ')} missing`,
            fix: `GRANT ${side_schema_NEEDED.join(', ')} ON ${where} TO ${user}; or run with backup: none`,
        },
    ];
}
/** In grants `_` stands for any character unless a backslash takes that away. */
function commonPattern(schema) {
    const side = sideSchema(schema).replace(/__restore$/, '');
    const aside = asideSchema(schema, '').replace(/__aside_$/, '');
    const common = side === aside ? side : aside.slice(0, 30);
    return `${common.replaceAll('_', String.raw `\_`)}\\_\\_%`;
}
const SELECT_DEFAULTS = `SELECT DEFAULT_CHARACTER_SET_NAME AS characterSet, DEFAULT_COLLATION_NAME AS collation
  FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?`;
/** A new schema with these defaults, or those of the live one. */
async function createLike(session, schema, like) {
    const defaults = like ??
        (await readRow(session, SELECT_DEFAULTS, [session.schema]));
    await send(session, `CREATE DATABASE ${quote(schema)} CHARACTER SET ${defaults.characterSet} COLLATE ${defaults.collation}`);
}
const SELECT_STATE = `SELECT COUNT(*) AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`;
const COUNT_TABLES = `SELECT COUNT(*) AS n FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'`;
/** Whether a schema was made by this tool, or holds no table, as after a swap: the only ones that it ever drops. */
async function isOurs(session, schema) {
    const count = async (sql, values) => Number((await readRow(session, sql, values)).n);
    if ((await count(COUNT_TABLES, [schema])) === 0)
        return true;
    return (await count(SELECT_STATE, [schema, STATE_TABLE])) > 0;
}
/** Whether there is such a schema. */
async function schemaExists(session, schema) {
    const rows = await readRows(session, 'SELECT 1 AS found FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?', [schema]);
    return rows.length > 0;
}
/** Removes the side schema with all that is in it. */
async function dropSide(session) {
    await send(session, `DROP DATABASE IF EXISTS ${quote(sideSchema(session.schema))}`);
}
/** Connections that insert rows and build indexes at the same time; two cores are busy with three. */
const HELPERS = 3;
/** Loads a dump into a fresh side schema; the live schema is not touched. */
async function loadIntoSide(session, dump, options, like) {
    const schema = sideSchema(session.schema);
    await createLike(session, schema, like);
    await send(session, `CREATE TABLE ${qualified(schema, STATE_TABLE)} (
      n INT NOT NULL PRIMARY KEY, part VARCHAR(20) NOT NULL, kind VARCHAR(20) NOT NULL, name VARCHAR(255) NOT NULL,
      definition LONGBLOB NULL, written_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
    ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    const helpers = options.rows === 'with' ? HELPERS : 0;
    const sessions = await Promise.all(Array.from({ length: helpers + 1 }, () => openRaw(session, schema)));
    try {
        const [main, ...others] = sessions;
        return await loadDump(main, others, dump, { ...options, schema });
    }
    finally {
        for (const each of sessions)
            each.close();
    }
}

;// CONCATENATED MODULE: ./lib/mysql/restore/state.js


const PARTS = ['wanted', 'was', 'outsideKeys', 'brokenViews'];
/** Writes the state; before that there is nothing to finish. */
async function writeState(session, schema, state) {
    const table = qualified(schema, STATE_TABLE);
    await send(session, 'START TRANSACTION');
    await send(session, `DELETE FROM ${table}`);
    const insert = `INSERT INTO ${table} (n, part, kind, name, definition) VALUES (?, ?, ?, ?, CAST(? AS BINARY))`;
    const { runId, aside, phase, characterSet, collation } = state;
    await write(session, insert, [
        0,
        'run',
        phase,
        state.schema,
        JSON.stringify({ runId, aside, characterSet, collation }),
    ]);
    let n = 0;
    for (const part of PARTS) {
        for (const each of state[part]) {
            n += 1;
            const [kind, name] = typeof each === 'string' ? ['view', each] : 'kind' in each ? [each.kind, each.name] : ['', each.name];
            await write(session, insert, [n, part, kind, name, JSON.stringify(each)]);
        }
    }
    await send(session, 'COMMIT');
}
/** Reads the state; undefined where the restore did not come so far as to write it. */
async function readState(session, schema) {
    const rows = await readRows(session, `SELECT part, kind, name, CONVERT(definition USING utf8mb4) AS definition FROM ${qualified(schema, STATE_TABLE)} ORDER BY n`);
    const run = rows.find(({ part }) => part === 'run');
    if (!run)
        return undefined;
    const list = (wanted) => rows.filter(({ part }) => part === wanted).map(({ definition }) => JSON.parse(definition));
    const known = JSON.parse(run.definition);
    return {
        ...{ ...known, schema: run.name, phase: run.kind === 'done' ? 'done' : 'prepared' },
        wanted: list('wanted'),
        was: list('was'),
        outsideKeys: list('outsideKeys'),
        brokenViews: list('brokenViews'),
    };
}
/** Writes that nothing is left to do. */
async function markDone(session, schema) {
    const sql = `UPDATE ${qualified(schema, STATE_TABLE)} SET kind = 'done', written_at = UTC_TIMESTAMP() WHERE n = 0`;
    await send(session, sql);
}

;// CONCATENATED MODULE: ./lib/mysql/restore/swap.js














/**
 * Swaps the side schema in. Until the RENAME in the cut-over packet everything is as it was; the packet is carried out
 * to its end whatever becomes of us; what it could not do is in the state, for `finishInterruptedRestore`.
 */
async function swap(session, options) {
    const { schema } = session;
    const raw = await openRaw(session, schema);
    const deadline = Date.now() + options.lockTimeout * 1000;
    const aside = asideSchema(schema, options.runId);
    try {
        await prepareLoad(raw);
        await raw.run(`SET lock_wait_timeout = ${Math.max(1, Math.ceil(options.statementLockTimeout))}`);
        await takeRestoreLock(raw, schema);
        await createLike(session, aside);
        const oldTransactions = await waitForOldTransactions(session, deadline, options.log);
        const { state, blockedMs } = await cutOver(session, raw, aside, options, deadline);
        await settleDefinitions(session, raw, { ...state, scope: 'all' }, Date.now() + options.lockTimeout * 1000);
        await markDone(session, aside);
        return { aside, blockedMs, oldTransactions };
    }
    catch (error) {
        // A server that we do not hear any more may still move tables into it: then it is left to the next that has the lock.
        if (!isConnectionLost(error) && (await readTableNames(session, aside).catch(() => ['?'])).length === 0) {
            await send(session, `DROP DATABASE IF EXISTS ${quote(aside)}`).catch(() => undefined);
        }
        throw error;
    }
    finally {
        raw.close();
    }
}
/** Held by the session that cuts over, until the server has done all that it was sent. */
async function takeRestoreLock(raw, schema) {
    const [row] = await raw.rows(`SELECT GET_LOCK('${restoreLockName(schema)}', 60) AS got`);
    if (row?.['got'] === '1')
        return;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'lock-held',
        message: 'another restore of this schema is at its cut-over',
        fix: 'wait for it to end, then run again',
    });
}
/** Locks all tables, reads anew what is there, and sends the packet; tried again while somebody else holds a lock. */
async function cutOver(session, raw, aside, options, deadline) {
    for (let attempt = 1;; attempt += 1) {
        const before = await readFingerprint(session, session.schema);
        const planned = await readCutOver(session, raw, aside, options);
        const state = {
            ...planned,
            ...{ runId: options.runId, phase: 'prepared', was: planned.live },
        };
        await writeState(session, sideSchema(session.schema), state);
        try {
            await raw.run(lockStatement(planned));
            const started = performance.now();
            // Somebody else's DDL between the plan and the locks: plan again.
            if ((await readFingerprint(session, session.schema)) === before) {
                options.log({
                    level: 'debug',
                    event: 'tables-locked',
                    message: 'all tables are locked for the swap',
                });
                await options.beforeCutOver?.();
                await sendPacket(session, raw, planned, { state, deadline, log: options.log });
                options.log({
                    level: 'debug',
                    event: 'tables-swapped',
                    message: 'the tables of the backup are live',
                });
                return { state, blockedMs: Math.round(performance.now() - started) };
            }
            await raw.run('UNLOCK TABLES');
        }
        catch (error) {
            await raw.run('UNLOCK TABLES').catch(() => undefined);
            if (!isLockTimeout(error) && !isDeadlock(error))
                throw error;
            tellBlocked(options.log, error);
        }
        if (Date.now() > deadline)
            throw gaveUp(options.lockTimeout);
        await (0,external_node_timers_promises_.setTimeout)(Math.min(5000, 100 * 2 ** attempt));
    }
}
/** Reads what is live and what is to be live. */
async function readCutOver(session, raw, aside, { loaded, facts, only }) {
    const { schema } = session;
    const { collation } = await readRow(session, SELECT_COLLATION, [schema]);
    return {
        ...{ schema, liveCollation: collation, aside, brokenViews: facts.brokenViews },
        ...{ characterSet: facts.characterSet, collation: facts.collation },
        liveTables: (await readTableNames(session, schema)).filter((table) => only?.has(table) !== false),
        live: (await readDefinitions(session, raw, schema)).filter(({ name }) => !name.startsWith(BARRIER_PREFIX)),
        sideTables: loaded.tables.filter((table) => !NEVER_RESTORED.includes(table)),
        wanted: loaded.definitions,
        // Tables with keys from outside are never restored alone.
        outsideKeys: only ? [] : await readOutsideKeys(session, schema, loaded.tables),
    };
}
/** A packet that failed before its RENAME has at most dropped triggers, which are made again under the same lock. */
async function sendPacket(session, raw, planned, { state, deadline, log }) {
    try {
        const done = raw.run(cutOverPacket(planned));
        log({ level: 'debug', event: 'cut-over-sent', message: 'the server swaps the tables' });
        await done;
    }
    catch (error) {
        if (!isConnectionLost(error) && (await readTableNames(session, planned.aside)).includes(STATE_TABLE))
            return;
        if (!isConnectionLost(error))
            await putTriggersBack(session, raw, state, deadline);
        throw error;
    }
}
/** Makes the triggers again that a cut-over dropped before it was broken off. */
async function putTriggersBack(session, raw, state, deadline) {
    await raw.run('UNLOCK TABLES').catch(() => undefined);
    const target = { ...state, wanted: state.was, scope: 'triggers' };
    await settleDefinitions(session, raw, target, deadline);
}
const SELECT_OLD = `SELECT trx_mysql_thread_id AS id, trx_started AS started FROM information_schema.INNODB_TRX
  WHERE trx_started <= ? AND trx_mysql_thread_id NOT IN (0, CONNECTION_ID())`;
/**
 * A REPEATABLE READ transaction that began during the load would see the new tables empty: it is waited for, for half
 * of the time that there is, and named when it stays.
 */
async function waitForOldTransactions(session, deadline, log) {
    const { now } = await readRow(session, 'SELECT CAST(NOW() AS CHAR) AS now');
    const until = Date.now() + (deadline - Date.now()) / 2;
    for (let isSaid = false;;) {
        // Needs PROCESS; without it nobody can be waited for.
        const rows = await readRows(session, SELECT_OLD, [now]).catch(() => []);
        const names = rows.map(({ id, started }) => `connection ${id} (in a transaction since ${started})`);
        if (names.length === 0 || Date.now() > until)
            return names;
        if (!isSaid)
            log({
                level: 'info',
                event: 'waiting-for-transactions',
                message: `waiting for transactions that began before the backup was loaded: ${names.slice(0, 5).join(', ')}`,
            });
        isSaid = true;
        await (0,external_node_timers_promises_.setTimeout)(100);
    }
}
/** Says that the cut-over is tried again, and why. */
function tellBlocked(log, error) {
    const message = `the tables could not be locked: ${describeServerError(error)}; trying again`;
    log({ level: 'info', event: 'swap-blocked', message });
}
/** No lock in the time that there was. */
function gaveUp(seconds) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'server-error',
        message: `the tables could not be locked for the swap within ${seconds} s; everything is as it was before the restore`,
        fix: 'end the transactions that hold the tables, or raise lock-timeout, then restore again',
    });
}

;// CONCATENATED MODULE: ./lib/mysql/restore/finish.js









const SELECT_BESIDE = `SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA
  WHERE SCHEMA_NAME = ? OR LEFT(SCHEMA_NAME, CHAR_LENGTH(?)) = ?`;
/** The side schema and the aside schemas that there are: without any, no restore has left anything. */
async function readBeside(session) {
    const prefix = asidePrefix(session.schema);
    const values = [sideSchema(session.schema), prefix, prefix];
    return (await readRows(session, SELECT_BESIDE, values)).map(({ name }) => name);
}
/** Ends what a process that is gone has still at work in the side schema: nobody else has any business there. */
async function endSideSessions(session) {
    const side = sideSchema(session.schema);
    const rows = (await send(session, 'SHOW PROCESSLIST'));
    for (const { Id: id, db } of rows) {
        if (db === side)
            await send(session, `KILL CONNECTION ${id}`).catch(() => undefined);
    }
}
/** Finishes or takes back what a killed restore left; to be called under the deploy lock, by every writing mode. */
async function finishInterruptedRestore(session, lockTimeout) {
    const side = sideSchema(session.schema);
    const hasSide = await schemaExists(session, side);
    const asides = await readOpenAsides(session);
    if (!hasSide && asides.length === 0)
        return { kind: 'nothing' };
    const deadline = Date.now() + lockTimeout * 1000;
    await endSideSessions(session);
    const raw = await openRaw(session, session.schema);
    try {
        await prepareLoad(raw);
        // The server may still be at the cut-over of a client that is gone.
        await takeRestoreLock(raw, session.schema);
        return await finishWith(session, raw, side, deadline);
    }
    finally {
        raw.close();
    }
}
async function finishWith(session, raw, side, deadline) {
    for (const { aside, state } of await readOpenAsides(session)) {
        await settleDefinitions(session, raw, { ...state, scope: 'all' }, deadline);
        await markDone(session, aside);
        await clearSide(session);
        return { kind: 'new-state-finished', runId: state.runId, aside };
    }
    if (!(await schemaExists(session, side)))
        return { kind: 'nothing' };
    const state = (await hasState(session, side)) ? await readState(session, side) : undefined;
    if (state) {
        await putTriggersBack(session, raw, state, deadline);
    }
    // It may have been killed before it wrote down which of them is its own.
    for (const schema of await readBeside(session))
        if (schema !== side)
            await dropIfEmpty(session, schema);
    await clearSide(session);
    return { kind: 'old-state-kept', runId: state?.runId };
}
/** Drops the side schema of an earlier restore; one that is not ours is refused. */
async function clearSide(session) {
    const side = sideSchema(session.schema);
    if (!(await schemaExists(session, side)))
        return;
    if (!(await isOurs(session, side))) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'server-error',
            message: `schema ${quote(side)} is where a backup would be restored, and it holds tables that db-deploy did not make`,
            fix: 'rename or drop it',
        });
    }
    await dropSide(session);
}
const SELECT_ASIDES = `SELECT TABLE_SCHEMA AS name FROM information_schema.TABLES
  WHERE LEFT(TABLE_SCHEMA, CHAR_LENGTH(?)) = ? AND TABLE_NAME = ? ORDER BY TABLE_SCHEMA`;
const SELECT_HAS_STATE = 'SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?';
async function hasState(session, schema) {
    return (await readRows(session, SELECT_HAS_STATE, [schema, STATE_TABLE])).length > 0;
}
/** The aside schemas of this schema that were made by a restore. */
async function readAsides(session) {
    const prefix = asidePrefix(session.schema);
    const rows = await readRows(session, SELECT_ASIDES, [prefix, prefix, STATE_TABLE]);
    return rows.map(({ name }) => name);
}
async function readOpenAsides(session) {
    const open = [];
    for (const aside of await readAsides(session)) {
        const state = await readState(session, aside);
        if (state?.phase === 'prepared')
            open.push({ aside, state });
    }
    return open;
}
async function dropIfEmpty(session, schema) {
    const rows = await readRows(session, 'SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? LIMIT 1', [schema]);
    if (rows.length === 0)
        await send(session, `DROP DATABASE IF EXISTS ${quote(schema)}`);
}

;// CONCATENATED MODULE: ./lib/mysql/restore/aside.js



/** Drops what restores put aside longer ago than that, and gives the names; an unfinished one is kept. */
async function dropAsideSchemas(session, olderThanDays) {
    const dropped = [];
    for (const aside of await readAsides(session)) {
        const sql = `SELECT COUNT(*) AS n FROM ${qualified(aside, STATE_TABLE)}
      WHERE n = 0 AND kind = 'done' AND written_at <= UTC_TIMESTAMP() - INTERVAL ? DAY`;
        const { n } = await readRow(session, sql, [String(olderThanDays)]);
        if (Number(n) === 0)
            continue;
        await send(session, `DROP DATABASE IF EXISTS ${quote(aside)}`);
        dropped.push(aside);
    }
    return dropped;
}

;// CONCATENATED MODULE: ./lib/modes/finish-left-restore.js




/** How long the state before a restore is kept aside. */
const ASIDE_DAYS = 7;
/**
 * Finishes or takes back what a killed restore left, and lets journal and audit say what is live now; to be called under
 * the deploy lock, before anybody reads what an earlier run left. Between the swap of a restore and its last word in the
 * audit a process may die: what is kept aside tells that there was a swap. What was kept aside for long enough is dropped.
 */
async function finishLeftRestore(session, lockTimeout) {
    if ((await readBeside(session)).length === 0)
        return;
    await finishInterruptedRestore(session, lockTimeout);
    for (const aside of await readAsides(session)) {
        const state = await readState(session, aside);
        if (state?.phase === 'done')
            await tellRestored(session, state.runId);
    }
    await dropAsideSchemas(session, ASIDE_DAYS);
}
async function tellRestored(session, runId) {
    const run = await readRun(session, runId);
    if (!run || run.status === 'restored' || run.status === 'succeeded')
        return;
    if (run.mode === 'rollback') {
        if (run.restoresTo !== null)
            await undoStatementsSince(session, run.restoresTo);
        await finishRun(session, runId, 'succeeded', null, {});
    }
    else {
        await undoStatements(session, runId);
        await finishRun(session, runId, 'restored', 0, {});
    }
}

// EXTERNAL MODULE: ./lib/changelog/did-you-mean.js
var did_you_mean = __webpack_require__(95686);
;// CONCATENATED MODULE: ./lib/policy/allowances.js

/** The allow comment, above any statement that a finding is about, which names the rule. */
function findAllowance(rule, { statements }) {
    for (const { allowances } of statements) {
        const found = allowances.find((allowance) => allowance.rule === rule.name);
        if (found)
            return found;
    }
    return undefined;
}
/** Allow comments that cannot do what whoever wrote them meant: their rule does not exist, or cannot be excused. */
function badAllowances(rules, changeset) {
    return changeset.sql.statements.flatMap(({ allowances }) => allowances.flatMap((allowance) => {
        const rule = rules.find(({ name }) => name === allowance.rule);
        if (rule && !rule.destructive)
            return [];
        return [
            {
                rule: 'allow-comment',
                severity: 'error',
                changeset: changeset.key,
                at: { file: changeset.sql.path, line: allowance.line },
                ...(rule ? ofDestructive(allowance) : ofUnknown(rules, allowance)),
                excused: undefined,
            },
        ];
    }));
}
function ofDestructive({ rule }) {
    return {
        message: `a comment cannot allow "${rule}": it is destructive`,
        fix: 'remove the comment; both gates open it: allowDestructive: true on the changeset and allow-destructive: true for the run',
    };
}
function ofUnknown(rules, { rule }) {
    const names = rules.filter(({ destructive }) => !destructive).map(({ name }) => name);
    const meant = (0,did_you_mean/* closest */.k)(rule, names);
    return {
        message: `the allow comment names no rule: "${rule}"`,
        fix: meant === undefined ? `name one of ${names.join(', ')}` : (0,did_you_mean/* didYouMean */.a)(meant),
    };
}

;// CONCATENATED MODULE: ./lib/policy/gates.js
const SET_CHANGESET = 'set allowDestructive: true on the changeset';
const SET_RUN = 'run with allow-destructive: true';
/** Both gates have to be open: the changeset's, set by its author, and the run's, set by whoever deploys. */
function judgeGates(changeset, gates) {
    const mine = changeset.allowDestructive;
    const theirs = gates.allowDestructive;
    if (mine && theirs) {
        return {
            state: 'both gates are open',
            opening: '',
            excused: 'the changeset has allowDestructive: true and the run has allow-destructive: true',
        };
    }
    if (mine)
        return gates_closed("the run's gate (allow-destructive) is closed", SET_RUN);
    if (theirs)
        return gates_closed("the changeset's gate (allowDestructive) is closed", SET_CHANGESET);
    return gates_closed("both gates are closed, the changeset's (allowDestructive) and the run's (allow-destructive)", `${SET_CHANGESET} and ${SET_RUN}`);
}
function gates_closed(state, opening) {
    return { state, opening, excused: undefined };
}

;// CONCATENATED MODULE: ./lib/policy/reading/code-token.js

/** The tokens that a server of a version executes, at most `limit` of them. */
function readTokens(statement, serverVersion, limit = Infinity) {
    const tokens = [];
    let previous = '';
    for (const { kind, text, line } of codeTokens(statement, { serverVersion })) {
        const isKeyword = kind === 'word' && previous !== '.';
        const word = kind === 'operator' ? text : isKeyword ? text.toUpperCase() : '';
        tokens.push({ kind, text, line, word });
        if (tokens.length >= limit)
            break;
        previous = text;
    }
    return tokens;
}

;// CONCATENATED MODULE: ./lib/policy/reading/token-walk.js
/** The keyword or operator at a position; empty past the end too. */
function keyword(tokens, at) {
    return tokens[at]?.word ?? '';
}
/** Whether these keywords stand one after the other from a position on. */
function hasKeywords(tokens, at, ...words) {
    return words.every((word, index) => keyword(tokens, at + index) === word);
}
/** The position after the parenthesis that closes the one at `open`. */
function afterParentheses(tokens, open) {
    let depth = 0;
    for (let at = open; at < tokens.length; at++) {
        const word = keyword(tokens, at);
        if (word === '(')
            depth++;
        if (word === ')' && --depth === 0)
            return at + 1;
    }
    return tokens.length;
}
/** The first position from `from` on, outside parentheses, where one of the keywords stands; -1 if none does. */
function findKeyword(tokens, from, words) {
    for (let at = from; at < tokens.length; at++) {
        const word = keyword(tokens, at);
        if (words.includes(word))
            return at;
        if (word === '(')
            at = afterParentheses(tokens, at) - 1;
    }
    return -1;
}
/** The keywords outside parentheses, each with its position. */
function* outerKeywords(tokens, from = 0) {
    for (let at = from; at < tokens.length; at++) {
        const word = keyword(tokens, at);
        if (word !== '')
            yield [word, at];
        if (word === '(')
            at = afterParentheses(tokens, at) - 1;
    }
}
/** The parts between commas that stand outside parentheses. */
function splitAtCommas(tokens) {
    const parts = [];
    let start = 0;
    for (const [word, at] of outerKeywords(tokens)) {
        if (word !== ',')
            continue;
        parts.push(tokens.slice(start, at));
        start = at + 1;
    }
    parts.push(tokens.slice(start));
    return parts.filter((part) => part.length > 0);
}

;// CONCATENATED MODULE: ./lib/policy/reading/object-name.js

/** Reads `t`, `` `s`.`t` ``, `s . t` or `.t`; undefined where no name stands. */
function readName(tokens, at) {
    const start = keyword(tokens, at) === '.' ? at + 1 : at;
    const first = tokens[start];
    if (!first || !isNamePart(first))
        return undefined;
    const second = keyword(tokens, start + 1) === '.' ? tokens[start + 2] : undefined;
    if (!second || !isNamePart(second)) {
        return { name: { schema: undefined, name: object_name_unquote(first), line: first.line }, next: start + 1 };
    }
    return { name: { schema: object_name_unquote(first), name: object_name_unquote(second), line: first.line }, next: start + 3 };
}
/** Reads names separated by commas. */
function readNames(tokens, from) {
    const names = [];
    for (let at = from;;) {
        const read = readName(tokens, at);
        if (!read)
            return names;
        names.push(read.name);
        if (keyword(tokens, read.next) !== ',')
            return names;
        at = read.next + 1;
    }
}
/** A word, a back-quoted name, or what is a name under ANSI_QUOTES. */
function isNamePart(token) {
    return token.kind === 'word' || token.kind === 'name' || token.kind === 'dquoted';
}
/** The name inside the quotes. */
function object_name_unquote({ kind, text }) {
    if (kind !== 'name' && kind !== 'dquoted')
        return text;
    const quote = text.charAt(0);
    return text.slice(1, -1).replaceAll(quote + quote, quote);
}
/** `"s.t"`, as messages show it. */
function show({ schema, name }) {
    return schema === undefined ? `"${name}"` : `"${schema}.${name}"`;
}
/** `tables "a", "b"`, with the noun in the number that it needs. */
function showAll(noun, names) {
    return `${noun}${names.length === 1 ? '' : 's'} ${names.map(show).join(', ')}`;
}

;// CONCATENATED MODULE: ./lib/policy/reading/body-start.js


/** Words between the parameters and the body of a routine. */
const CHARACTERISTICS = [
    ...['RETURNS', 'COMMENT', 'LANGUAGE', 'SQL', 'NOT', 'DETERMINISTIC', 'CONTAINS', 'NO', 'READS', 'MODIFIES'],
    ...['DATA', 'SECURITY', 'DEFINER', 'INVOKER'],
];
/** Words that may follow the first one of the type after RETURNS. */
const TYPE_WORDS = [
    ...['UNSIGNED', 'SIGNED', 'ZEROFILL', 'CHARACTER', 'CHAR', 'CHARSET', 'COLLATE', 'SET', 'BINARY', 'ASCII'],
    ...['UNICODE', 'BYTE', 'PRECISION', 'VARYING', 'VARCHAR', 'VARCHARACTER', 'VARBINARY'],
];
const BEFORE_A_NAME = ['CHARSET', 'COLLATE', 'LANGUAGE'];
/** Where the body of a CREATE or ALTER begins; undefined for what has no body in SQL. */
function bodyStart(tokens, head) {
    const start = startAfterHead(tokens, head);
    return start !== undefined && start < tokens.length ? start : undefined;
}
function startAfterHead(tokens, head) {
    switch (head.object) {
        case 'TRIGGER':
            return triggerBody(tokens, head.next);
        case 'EVENT': {
            const at = findKeyword(tokens, head.next, ['DO']);
            return at < 0 ? undefined : at + 1;
        }
        case 'PROCEDURE':
        case 'FUNCTION':
            return keyword(tokens, head.next) === '(' ? routineBody(tokens, head.next) : undefined;
        default:
            return undefined;
    }
}
function triggerBody(tokens, from) {
    const each = findKeyword(tokens, from, ['EACH']);
    if (each < 0)
        return undefined;
    const start = each + 2;
    if (!['FOLLOWS', 'PRECEDES'].includes(keyword(tokens, start)))
        return start;
    return readName(tokens, start + 1)?.next;
}
function routineBody(tokens, parameters) {
    let at = afterParentheses(tokens, parameters);
    let isType = false;
    while (at < tokens.length) {
        const word = keyword(tokens, at);
        const isCharacteristic = CHARACTERISTICS.includes(word);
        if (word === 'LANGUAGE' && !hasKeywords(tokens, at + 1, 'SQL'))
            return undefined;
        if (word === '(')
            at = afterParentheses(tokens, at);
        else if (word === 'RETURNS')
            at += 2;
        else if (isCharacteristic || (isType && TYPE_WORDS.includes(word)) || tokens[at]?.kind === 'string')
            at++;
        else
            return at;
        if (isCharacteristic)
            isType = word === 'RETURNS';
        if (BEFORE_A_NAME.includes(word) || isCharacterSet(tokens, at))
            at++;
    }
    return undefined;
}
/** The position is past `CHARACTER SET`, so a name comes next. */
function isCharacterSet(tokens, at) {
    return keyword(tokens, at - 1) === 'SET' && ['CHARACTER', 'CHAR'].includes(keyword(tokens, at - 2));
}

;// CONCATENATED MODULE: ./lib/policy/reading/constant-condition.js

/** Reserved words of expressions; those that MySQL takes for names too, like DATE or END, are not among them. */
const RESERVED = new Set(('ALL AND AS BETWEEN BINARY BOTH BY CASE CAST COLLATE CONVERT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP ' +
    'CURRENT_USER DISTINCT DIV DUAL ELSE EXISTS FALSE FROM GROUP HAVING IN INTERVAL IS LEADING LIKE LIMIT ' +
    'LOCALTIME LOCALTIMESTAMP MOD NOT NULL OR ORDER REGEXP RLIKE SELECT THEN TRAILING TRUE UNION USING ' +
    'UTC_DATE UTC_TIME UTC_TIMESTAMP VALUES WHEN WITH XOR').split(' '));
const BEFORE_NO_COLUMN = ['AS', 'COLLATE', 'USING', 'IS'];
const OPERANDS = new Set(['string', 'dquoted', 'number', 'variable']);
/** Deeper parentheses than anybody writes are not looked into. */
const MOST_LEVELS = 50;
/** Whether a condition holds for all rows or for none: it names no column, like `1 = 1`, or says so after an OR. */
function isConstant(condition, level = 0) {
    const inner = withoutParentheses(condition);
    const operands = level < MOST_LEVELS ? splitAtOr(inner) : [];
    if (operands.length > 1)
        return operands.some((operand) => isConstant(operand, level + 1));
    return !inner.some((token, at) => token.kind === 'name' || isColumn(inner, at));
}
function isColumn(condition, at) {
    const word = keyword(condition, at);
    const next = condition[at + 1];
    if (condition[at]?.kind !== 'word')
        return false;
    if (RESERVED.has(word) || next?.text === '(')
        return false;
    // DATE '2020-01-01' and _utf8mb4 'a'.
    if (next?.kind === 'string' && (word.startsWith('_') || /^(?:DATE|TIME|TIMESTAMP)$/.test(word)))
        return false;
    if (word === 'END' && condition.some((_, index) => keyword(condition, index) === 'CASE'))
        return false;
    const previous = condition[at - 1];
    // Two operands never stand side by side: in INTERVAL 1 DAY it is a unit.
    if (previous && (OPERANDS.has(previous.kind) || previous.text === ')'))
        return false;
    return !BEFORE_NO_COLUMN.includes(keyword(condition, at - 1));
}
function withoutParentheses(condition) {
    let inner = condition;
    for (let level = 0; level < MOST_LEVELS && keyword(inner, 0) === '('; level++) {
        if (afterParentheses(inner, 0) < inner.length)
            break;
        inner = inner.slice(1, -1);
    }
    return inner;
}
function splitAtOr(condition) {
    const parts = [];
    let start = 0;
    for (const [word, at] of outerKeywords(condition)) {
        if (word !== 'OR' && word !== '||')
            continue;
        parts.push(condition.slice(start, at));
        start = at + 1;
    }
    return [...parts, condition.slice(start)];
}

;// CONCATENATED MODULE: ./lib/policy/reading/table-references.js


const JOINS = ['JOIN', 'STRAIGHT_JOIN', ','];
const QUERIES = ['SELECT', 'WITH', 'VALUES', 'TABLE', '('];
/** What may follow a table and is no alias of it. */
const AFTER_A_TABLE = [
    ...['JOIN', 'INNER', 'CROSS', 'LEFT', 'RIGHT', 'NATURAL', 'STRAIGHT_JOIN', 'ON', 'USING', 'SET', 'WHERE'],
    ...['ORDER', 'LIMIT', 'USE', 'FORCE', 'IGNORE', 'PARTITION', 'FROM', 'TABLESAMPLE'],
];
/** Reads `a JOIN (b, s.c AS x) ON …, d`; derived tables are no tables. */
function readTableReferences(tokens) {
    const references = [];
    let isExpected = true;
    for (let at = 0; at < tokens.length;) {
        const word = keyword(tokens, at);
        if (!isExpected) {
            isExpected = JOINS.includes(word);
            at = word === '(' ? afterParentheses(tokens, at) : at + 1;
        }
        else if (word === '(' && !isDerived(tokens, at)) {
            at++;
        }
        else if (word === '(') {
            isExpected = false;
            at = afterParentheses(tokens, at);
        }
        else if (word === '{' || word === 'OJ' || word === 'LATERAL') {
            at++;
        }
        else {
            const read = readReference(tokens, at);
            if (read.reference)
                references.push(read.reference);
            isExpected = false;
            at = read.next;
        }
    }
    return references;
}
/** `(SELECT …)`, `((SELECT …))`; `(a, b)` and `(a JOIN b)` hold tables. */
function isDerived(tokens, open) {
    let at = open + 1;
    while (keyword(tokens, at) === '(')
        at++;
    return QUERIES.includes(keyword(tokens, at));
}
function readReference(tokens, at) {
    const read = readName(tokens, at);
    // JSON_TABLE(…) is a function.
    if (!read || keyword(tokens, read.next) === '(')
        return { next: read?.next ?? at + 1 };
    const next = hasKeywords(tokens, read.next, 'PARTITION', '(')
        ? afterParentheses(tokens, read.next + 1)
        : read.next;
    const aliasAt = keyword(tokens, next) === 'AS' ? next + 1 : next;
    const token = tokens[aliasAt];
    const isAlias = token && isNamePart(token) && !AFTER_A_TABLE.includes(keyword(tokens, aliasAt));
    const alias = isAlias ? object_name_unquote(token) : undefined;
    return { reference: { table: read.name, alias }, next: isAlias ? aliasAt + 1 : next };
}
/** The table that a name means among references: by alias, by its own name, or as it stands. */
function resolveTable(name, references) {
    if (name.schema !== undefined)
        return name;
    const byAlias = references.find(({ alias }) => alias?.toLowerCase() === name.name.toLowerCase());
    const found = byAlias ?? references.find(({ alias, table }) => alias === undefined && table.name === name.name);
    return found ? { ...found.table, line: name.line } : name;
}

;// CONCATENATED MODULE: ./lib/policy/reading/changed-rows.js




const MODIFIERS = ['LOW_PRIORITY', 'QUICK', 'IGNORE'];
const AFTER_WHERE = ['ORDER', 'LIMIT'];
/** Reads an UPDATE or a DELETE of one table or of several; undefined for other commands. */
function readChangedRows(tokens) {
    const verb = keyword(tokens, 0);
    if (verb !== 'UPDATE' && verb !== 'DELETE')
        return undefined;
    let start = 1;
    while (MODIFIERS.includes(keyword(tokens, start)))
        start++;
    const tables = verb === 'UPDATE' ? updatedTables(tokens, start) : deletedTables(tokens, start);
    return { tables, isUnconditional: isConstant(whereOf(tokens, start)) };
}
function whereOf(tokens, from) {
    const where = findKeyword(tokens, from, ['WHERE']);
    if (where < 0)
        return [];
    const end = findKeyword(tokens, where + 1, AFTER_WHERE);
    return tokens.slice(where + 1, end < 0 ? undefined : end);
}
function updatedTables(tokens, start) {
    const set = findKeyword(tokens, start, ['SET']);
    if (set < 0)
        return [];
    const references = readTableReferences(tokens.slice(start, set));
    if (references.length === 1)
        return references.map(({ table }) => table);
    const end = findKeyword(tokens, set, ['WHERE', 'ORDER', 'LIMIT']);
    const assignments = splitAtCommas(tokens.slice(set + 1, end < 0 ? undefined : end));
    const written = assignments.map(tableOfColumn);
    // A column without a table may be one of any of them.
    if (written.includes(undefined))
        return references.map(({ table }) => table);
    return distinct(written.flatMap((name) => (name ? [resolveTable(name, references)] : [])));
}
/** The table in `t.c = 1` or `s.t.c = 1`. */
function tableOfColumn(assignment) {
    const end = assignment.findIndex(({ text }) => text === '=' || text === ':=');
    const [first, second, third] = assignment.slice(0, end).filter(isNamePart);
    if (!first || !second)
        return undefined;
    return third
        ? { schema: object_name_unquote(first), name: object_name_unquote(second), line: first.line }
        : { schema: undefined, name: object_name_unquote(first), line: first.line };
}
function deletedTables(tokens, start) {
    const isFromFirst = keyword(tokens, start) === 'FROM';
    const listAt = isFromFirst ? start + 1 : start;
    const divider = findKeyword(tokens, listAt, [isFromFirst ? 'USING' : 'FROM', 'WHERE']);
    if (divider < 0 || keyword(tokens, divider) === 'WHERE') {
        return readTableReferences(tokens.slice(listAt, divider < 0 ? undefined : divider))
            .slice(0, 1)
            .map(({ table }) => table);
    }
    const where = findKeyword(tokens, divider, ['WHERE']);
    const references = readTableReferences(tokens.slice(divider + 1, where < 0 ? undefined : where));
    return splitAtCommas(tokens.slice(listAt, divider)).flatMap((part) => {
        const name = readName(part, 0)?.name;
        return name ? [resolveTable(name, references)] : [];
    });
}
function distinct(names) {
    return [...new Map(names.map((name) => [JSON.stringify([name.schema, name.name]), name])).values()];
}

;// CONCATENATED MODULE: ./lib/policy/reading/column-definition.js


/** Reads `name type attribute …`; undefined where there is no name. */
function readColumn(tokens) {
    const name = tokens[0];
    if (!name)
        return undefined;
    const isSerial = keyword(tokens, 1) === 'SERIAL';
    const column = {
        name: object_name_unquote(name),
        line: name.line,
        isNotNull: isSerial,
        hasDefault: false,
        isAutoIncrement: isSerial,
        generated: undefined,
        isUnique: isSerial,
        isPrimary: false,
        hasCheck: false,
        isReference: false,
    };
    for (const [word, at] of outerKeywords(tokens, 1)) {
        column.isReference ||= word === 'REFERENCES';
        // What follows is of the other table: ON DELETE SET DEFAULT is no DEFAULT.
        if (column.isReference)
            break;
        readAttribute(column, tokens, word, at);
    }
    return column;
}
function readAttribute(column, tokens, word, at) {
    const next = keyword(tokens, at + 1);
    switch (word) {
        case 'NOT':
            column.isNotNull ||= next === 'NULL';
            break;
        case 'DEFAULT':
            column.hasDefault = next !== 'NULL';
            // SERIAL DEFAULT VALUE is short for NOT NULL AUTO_INCREMENT UNIQUE.
            if (next === 'VALUE')
                column.isAutoIncrement = column.isNotNull = column.isUnique = true;
            break;
        case 'AUTO_INCREMENT':
            column.isAutoIncrement = true;
            break;
        case 'AS':
            column.generated ??= 'virtual';
            break;
        case 'STORED':
            column.generated = 'stored';
            break;
        case 'UNIQUE':
            column.isUnique = true;
            break;
        case 'KEY':
            if (keyword(tokens, at - 1) !== 'UNIQUE')
                column.isPrimary = column.isNotNull = true;
            break;
        case 'CHECK':
            column.hasCheck = true;
    }
}

;// CONCATENATED MODULE: ./lib/policy/reading/alter-clauses.js



const KEY_WORDS = {
    PRIMARY: 'primary',
    UNIQUE: 'unique',
    FULLTEXT: 'fulltext',
    SPATIAL: 'spatial',
    INDEX: 'index',
    KEY: 'index',
    FOREIGN: 'foreign',
    CHECK: 'check',
};
const DROPPED = {
    INDEX: 'index',
    KEY: 'index',
    PRIMARY: 'primary',
    FOREIGN: 'foreign',
    CHECK: 'check',
    CONSTRAINT: 'constraint',
    PARTITION: 'partition',
};
const PARTITION_ACTIONS = [
    ...['TRUNCATE', 'DISCARD', 'IMPORT', 'EXCHANGE', 'COALESCE', 'REORGANIZE', 'REBUILD', 'OPTIMIZE'],
];
/** Reads the clauses of an ALTER TABLE; `tokens` begins after the name of the table. */
function readAlterClauses(tokens) {
    return splitAtCommas(tokens).flatMap((part) => readClause(part).map((clause) => ({ ...clause, tokens: part, line: part[0]?.line ?? 0 })));
}
function readClause(tokens) {
    const verb = keyword(tokens, 0);
    const hasColumnWord = keyword(tokens, 1) === 'COLUMN';
    const rest = tokens.slice(hasColumnWord ? 2 : 1);
    switch (verb) {
        case 'ADD':
            return readAdd(rest, hasColumnWord);
        case 'DROP':
            return [readDrop(rest, hasColumnWord)];
        case 'MODIFY':
            return readChange(rest, rest);
        case 'CHANGE':
            return readChange(rest, rest.slice(1));
        case 'RENAME':
            return readRename(rest, hasColumnWord);
        default:
            return [readOther(tokens, verb)];
    }
}
function readAdd(tokens, isColumn) {
    if (keyword(tokens, 0) !== '(')
        return readElement(tokens, isColumn);
    return splitAtCommas(tokens.slice(1, -1)).flatMap((element) => readElement(element, false));
}
function readElement(tokens, isColumn) {
    const key = isColumn ? undefined : readKey(tokens);
    if (key)
        return [key];
    if (!isColumn && keyword(tokens, 0) === 'PARTITION') {
        return [{ kind: 'partition', action: 'ADD', table: undefined }];
    }
    const column = readColumn(tokens);
    return column ? [{ kind: 'add-column', column }] : [];
}
/** Reads a key or constraint, `CONSTRAINT name UNIQUE (a, b)`; undefined for a column. */
function readKey(tokens) {
    const isConstraint = keyword(tokens, 0) === 'CONSTRAINT';
    const at = !isConstraint ? 0 : KEY_WORDS[keyword(tokens, 1)] ? 1 : 2;
    const key = KEY_WORDS[keyword(tokens, at)];
    if (!key)
        return undefined;
    const isEnforced = !(keyword(tokens, tokens.length - 1) === 'ENFORCED' && keyword(tokens, tokens.length - 2) === 'NOT');
    return { kind: 'add-key', key, columns: key === 'check' ? [] : keyColumns(tokens), isEnforced };
}
/** The first names of the parts in the first parentheses; an expression has none. */
function keyColumns(tokens) {
    const open = tokens.findIndex((token) => token.text === '(');
    const close = tokens.findLastIndex((token) => token.text === ')');
    return splitAtCommas(tokens.slice(open + 1, close)).flatMap((part) => {
        const name = readName(part, 0)?.name.name;
        return name === undefined ? [] : [name];
    });
}
/** Without the word COLUMN it is still a column that is dropped, unless another kind is named. */
function readDrop(tokens, isColumn) {
    const what = isColumn ? 'column' : (DROPPED[keyword(tokens, 0)] ?? 'column');
    const nameAt = what === 'column' ? 0 : what === 'foreign' || what === 'primary' ? 2 : 1;
    const token = tokens[nameAt];
    const name = token ? object_name_unquote(token) : '';
    // The primary key is also the index, and the constraint, of this name.
    const isPrimary = (what === 'index' || what === 'constraint') && name.toUpperCase() === 'PRIMARY';
    return { kind: 'drop', what: isPrimary ? 'primary' : what, name };
}
function readChange(from, definition) {
    const column = readColumn(definition);
    return column && from[0] ? [{ kind: 'change-column', from: object_name_unquote(from[0]), column }] : [];
}
function readRename(tokens, isColumn) {
    const [from, , to] = tokens;
    if (isColumn)
        return from && to ? [{ kind: 'rename-column', from: object_name_unquote(from), to: object_name_unquote(to) }] : [];
    if (['INDEX', 'KEY'].includes(keyword(tokens, 0)))
        return [{ kind: 'other' }];
    const read = readName(tokens, ['TO', 'AS', '='].includes(keyword(tokens, 0)) ? 1 : 0);
    return read ? [{ kind: 'rename-table', to: read.name }] : [];
}
function readOther(tokens, verb) {
    if (!PARTITION_ACTIONS.includes(verb))
        return { kind: 'other' };
    const at = tokens.findIndex((_, index) => keyword(tokens, index) === 'TABLE' && keyword(tokens, index - 1) === 'WITH');
    return { kind: 'partition', action: verb, table: at < 0 ? undefined : readName(tokens, at + 1)?.name };
}

;// CONCATENATED MODULE: ./lib/policy/reading/ddl-head.js


const OBJECTS = [
    ...['TABLE', 'TABLES', 'VIEW', 'INDEX', 'DATABASE', 'SCHEMA', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT'],
    ...[
        'USER',
        'ROLE',
        'SERVER',
        'TABLESPACE',
        'LOGFILE',
        'INSTANCE',
        'RESOURCE',
        'REFERENCE',
        'LIBRARY',
        'PREPARE',
    ],
];
const ALIASES = { SCHEMA: 'DATABASE', TABLES: 'TABLE', TRUNCATE: 'TABLE' };
const LISTS = ['TABLE', 'VIEW'];
/** Reads the head of a DDL command; undefined where it names no kind of object. */
function readDdlHead(tokens) {
    const at = objectAt(tokens);
    if (at === undefined)
        return undefined;
    const word = keyword(tokens, at);
    const object = ALIASES[word] ?? word;
    const modifiers = tokens.slice(1, at).map((_, index) => keyword(tokens, index + 1));
    const isConditional = keyword(tokens, at + 1) === 'IF';
    const named = isConditional ? at + (keyword(tokens, at + 2) === 'NOT' ? 4 : 3) : at + 1;
    const first = readName(tokens, named);
    const isList = keyword(tokens, 0) === 'DROP' && LISTS.includes(object);
    const next = first?.next ?? named;
    return {
        object,
        isTemporary: modifiers.includes('TEMPORARY'),
        isUnique: modifiers.includes('UNIQUE'),
        isConditional,
        names: isList ? readNames(tokens, named) : first ? [first.name] : [],
        on: object === 'INDEX' || object === 'TRIGGER' ? readOn(tokens, next) : undefined,
        next,
    };
}
/** The position of the word for the kind of object, past `OR REPLACE`, `DEFINER = …`, `ALGORITHM = …`. */
function objectAt(tokens) {
    if (keyword(tokens, 0) === 'TRUNCATE' && keyword(tokens, 1) !== 'TABLE')
        return 0;
    for (let at = 1; at < tokens.length; at++) {
        const word = keyword(tokens, at);
        if (word === 'DEFINER' && keyword(tokens, at + 1) === '=')
            at = lastOfDefiner(tokens, at);
        else if (OBJECTS.includes(word))
            return at;
        else if (word === '(' || word === ';')
            return undefined;
    }
    return undefined;
}
/** `DEFINER = event@localhost` has a user in it, no event. */
function lastOfDefiner(tokens, at) {
    const user = at + 2;
    if (hasKeywords(tokens, user + 1, '(', ')'))
        return user + 2;
    const host = tokens[user + 1]?.text ?? '';
    if (host === '@')
        return user + 2;
    return host.startsWith('@') ? user + 1 : user;
}
function readOn(tokens, from) {
    const at = findKeyword(tokens, from, ['ON']);
    return at < 0 ? undefined : readName(tokens, at + 1)?.name;
}

;// CONCATENATED MODULE: ./lib/policy/reading/known-tables.js
/** Nothing known yet; `schema` is the one that unqualified names are in. */
function noTables(schema) {
    return { schema, temporary: new Map(), created: new Map() };
}
/** Whether at the time of a command the name stands for a temporary table. */
function isTemporaryAt(tables, order, name) {
    return isAlive(tables.temporary.get(key(tables, name)), order);
}
/** Whether at the time of a command the name stands for a table that was not there before the changeset. */
function isNewAt(tables, order, name) {
    return isTemporaryAt(tables, order, name) || isAlive(tables.created.get(key(tables, name)), order);
}
/** Takes in what a command makes, drops or renames. What may not happen, or may not be new, is not believed. */
function learnTables(tables, order, command) {
    const { verb, ddl, clauses, renames } = command;
    for (const [from, to] of renames)
        rename(tables.created, tables, order, from, to);
    const table = ddl?.object === 'TABLE' ? ddl.names[0] : undefined;
    if (!ddl || !table)
        return;
    if (verb === 'CREATE')
        create(tables, order, command, table);
    if (verb === 'DROP')
        for (const name of ddl.names)
            drop(tables, order, ddl, name);
    for (const clause of clauses) {
        if (clause.kind !== 'rename-table')
            continue;
        const lives = isTemporaryAt(tables, order, table) ? tables.temporary : tables.created;
        rename(lives, tables, order, table, clause.to);
    }
}
function create(tables, order, command, table) {
    if (command.isConditional || !command.ddl)
        return;
    if (command.ddl.isTemporary)
        begin(tables.temporary, key(tables, table), order);
    else if (!command.ddl.isConditional)
        begin(tables.created, key(tables, table), order);
}
/** A temporary table hides one of the same name: it is dropped first. */
function drop(tables, order, ddl, name) {
    if (isTemporaryAt(tables, order, name))
        end(tables.temporary, key(tables, name), order);
    else if (!ddl.isTemporary)
        end(tables.created, key(tables, name), order);
}
function rename(lives, tables, order, from, to) {
    if (!isOpen(lives.get(key(tables, from))))
        return;
    end(lives, key(tables, from), order);
    begin(lives, key(tables, to), order);
}
function begin(lives, name, order) {
    const earlier = lives.get(name);
    if (earlier && isOpen(earlier))
        return;
    lives.set(name, [...(earlier ?? []), { from: order, to: Infinity }]);
}
function end(lives, name, order) {
    const life = lives.get(name)?.at(-1);
    if (life)
        life.to = Math.min(life.to, order);
}
function isOpen(lives) {
    return lives?.at(-1)?.to === Infinity;
}
function isAlive(lives, order) {
    return lives?.some(({ from, to }) => from < order && order <= to) ?? false;
}
/** Names are compared as they are written, as servers on Linux do. */
function key(tables, { schema, name }) {
    return schema === undefined || schema === tables.schema ? name : `${schema}\0${name}`;
}

;// CONCATENATED MODULE: ./lib/policy/reading/named-objects.js


/** Verbs of commands that write, change, create or drop something that has a name. */
const WRITING_VERBS = [
    'INSERT',
    'REPLACE',
    'UPDATE',
    'DELETE',
    'LOAD',
    'CALL',
    'RENAME',
    'CREATE',
    'ALTER',
    'DROP',
    'TRUNCATE',
];
const IN_A_SCHEMA = ['TABLE', 'VIEW', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'LIBRARY'];
const INSERT_WORDS = ['LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY', 'IGNORE', 'INTO'];
/** The tables, views and routines that a command writes to, changes, creates or drops. */
function namedObjects(command) {
    switch (command.verb) {
        case 'INSERT':
        case 'REPLACE':
            return insertedInto(command);
        case 'UPDATE':
        case 'DELETE':
            return command.rows?.tables ?? [];
        case 'LOAD':
            return loadedInto(command);
        case 'CALL':
            return nameAt(command, 1);
        case 'RENAME':
            return command.renames.flat();
        case 'CREATE':
        case 'ALTER':
        case 'DROP':
        case 'TRUNCATE':
            return definedObjects(command);
        default:
            return [];
    }
}
function insertedInto(command) {
    let at = 1;
    while (INSERT_WORDS.includes(keyword(command.tokens, at)))
        at++;
    return nameAt(command, at);
}
/** `LOAD DATA … REPLACE INTO TABLE t`: the file's name before it is a string. */
function loadedInto(command) {
    const { tokens } = command;
    const at = tokens.findIndex((_, index) => keyword(tokens, index) === 'INTO' && keyword(tokens, index + 1) === 'TABLE');
    return at < 0 ? [] : nameAt(command, at + 2);
}
function definedObjects({ ddl, clauses, tokens }) {
    if (!ddl || ddl.isTemporary)
        return [];
    if (ddl.object === 'EVENT')
        return [...ddl.names, ...renamedEvent(tokens, ddl.next)];
    const others = clauses.flatMap((clause) => {
        if (clause.kind === 'rename-table')
            return [clause.to];
        return clause.kind === 'partition' && clause.table ? [clause.table] : [];
    });
    const named = IN_A_SCHEMA.includes(ddl.object) ? ddl.names : [];
    return [...named, ...(ddl.on ? [ddl.on] : []), ...others];
}
/** `ALTER EVENT e … RENAME TO s.e` moves it. */
function renamedEvent(tokens, from) {
    const at = findKeyword(tokens, from, ['RENAME']);
    const read = at < 0 ? undefined : readName(tokens, at + 2);
    return read ? [read.name] : [];
}
function nameAt({ tokens }, at) {
    const read = readName(tokens, at);
    return read ? [read.name] : [];
}

;// CONCATENATED MODULE: ./lib/policy/reading/command.js







const DDL = ['CREATE', 'ALTER', 'DROP', 'TRUNCATE'];
const RUNS = ['SELECT', 'UPDATE', 'DELETE', 'INSERT', 'REPLACE', 'TABLE', 'VALUES', '('];
/** Reads a command and lets its scope learn from it; undefined where there are no tokens. */
function readCommand(all, origin, scope) {
    const parsed = parse(fromVerb(all));
    const first = parsed.tokens[0];
    if (!first)
        return undefined;
    const command = {
        ...origin,
        ...parsed,
        // All that matters of these is read, and a file of data may have 20 MB of them.
        tokens: parsed.rows ? [] : parsed.tokens,
        line: first.line,
        objects: namedObjects(parsed),
        order: ++scope.order,
        tables: scope.tables,
    };
    learnTables(scope.tables, command.order, command);
    return command;
}
function parse(tokens) {
    const verb = keyword(tokens, 0);
    const ddl = DDL.includes(verb) ? readDdlHead(tokens) : undefined;
    const isAlterTable = verb === 'ALTER' && ddl?.object === 'TABLE';
    return {
        tokens,
        verb,
        ddl,
        clauses: isAlterTable ? readAlterClauses(tokens.slice(ddl.next)) : [],
        rows: readChangedRows(tokens),
        renames: verb === 'RENAME' && /^TABLES?$/.test(keyword(tokens, 1)) ? readRenames(tokens) : [],
    };
}
/** Nobody else sees it, so nobody loses anything by what happens to it. */
function isTemporary(command, name) {
    return isTemporaryAt(command.tables, command.order, name);
}
/** The table was made by this changeset, so nobody depends on it and it holds no rows of others. */
function isNew(command, name) {
    return isNewAt(command.tables, command.order, name);
}
/** What it writes to, temporary tables aside. */
function writtenObjects(command) {
    return command.objects.filter((name) => !isTemporary(command, name));
}
/** The tables, temporary ones aside, of which an UPDATE or DELETE takes whatever rows there are. */
function unconditionalTables(command) {
    return command.rows?.isUnconditional ? writtenObjects(command) : [];
}
/** Past `WITH … AS (…)`, and past an EXPLAIN ANALYZE, which runs what it explains. */
function fromVerb(tokens) {
    const verb = keyword(tokens, 0);
    const isRunning = /^(?:EXPLAIN|DESCRIBE|DESC)$/.test(verb) && hasKeywords(tokens, 1, 'ANALYZE');
    if (verb !== 'WITH' && !isRunning)
        return tokens;
    const at = findKeyword(tokens, 1, isRunning ? [...RUNS, 'WITH'] : RUNS.slice(0, 3));
    if (at < 0)
        return tokens;
    return isRunning ? fromVerb(tokens.slice(at)) : tokens.slice(at);
}
function readRenames(tokens) {
    return splitAtCommas(tokens.slice(2)).flatMap((part) => {
        const from = readName(part, 0);
        const to = from && keyword(part, from.next) === 'TO' ? readName(part, from.next + 1) : undefined;
        return from && to ? [[from.name, to.name]] : [];
    });
}

;// CONCATENATED MODULE: ./lib/policy/reading/find-lock-calls.js

const LOCK_FUNCTIONS = ['get_lock', 'release_lock', 'release_all_locks'];
/** Calls of the functions that the deploy lock lives by; the server knows them in back quotes too. */
function findLockCalls(tokens) {
    return tokens.filter((token, at) => tokens[at + 1]?.word === '(' &&
        isNamePart(token) &&
        tokens[at - 1]?.word !== '.' &&
        LOCK_FUNCTIONS.includes(object_name_unquote(token).toLowerCase()));
}

;// CONCATENATED MODULE: ./lib/policy/reading/routine-body.js

const OPENS = ['IF', 'CASE', 'WHILE', 'LOOP', 'REPEAT'];
const PASSED = [';', 'THEN', 'ELSE', 'DO'];
const HAS_CONDITION = ['IF', 'CASE', 'WHILE', 'ELSEIF', 'WHEN'];
/** What a command can begin with; anything else means that the walk is off the path, as END and DO may be names. */
const VERBS = new Set(('ALTER ANALYZE BINLOG CACHE CALL CHANGE CHECK CHECKSUM CLONE CLOSE COMMIT CREATE DEALLOCATE DELETE DESC ' +
    'DESCRIBE DROP EXECUTE EXPLAIN FETCH FLUSH GET GRANT HANDLER HELP IMPORT INSERT INSTALL ITERATE KILL LEAVE ' +
    'LOAD LOCK OPEN OPTIMIZE PREPARE PURGE RELEASE RENAME REPAIR REPLACE RESET RESIGNAL RESTART RETURN REVOKE ' +
    'ROLLBACK SAVEPOINT SELECT SET SHOW SHUTDOWN SIGNAL START STOP TABLE TRUNCATE UNINSTALL UNLOCK UPDATE USE ' +
    'VALUES WITH XA (').split(' '));
/** All commands of a body, whatever blocks they are nested in, up to their `;`. */
function bodyCommands(tokens) {
    const walk = { tokens, commands: [], blocks: [], at: 0, isHandled: false };
    while (walk.at < tokens.length)
        step(walk);
    return walk.commands;
}
function step(walk) {
    const { tokens, at } = walk;
    const word = keyword(tokens, at);
    if (OPENS.includes(word))
        walk.blocks.push(word);
    if (word === 'BEGIN')
        beginBlock(walk);
    else if (HAS_CONDITION.includes(word))
        walk.at = afterCondition(tokens, at + 1);
    else if (PASSED.includes(word) || OPENS.includes(word))
        walk.at++;
    else if (keyword(tokens, at + 1) === ':')
        walk.at += 2;
    else if (word === 'UNTIL' || isBlockEnd(tokens, at))
        endBlock(walk);
    else if (word === 'DECLARE')
        declare(walk);
    else if (VERBS.has(word))
        addCommand(walk);
    else
        walk.at++;
}
/** The block that follows a handler is as conditional as the handler. */
function beginBlock(walk) {
    walk.blocks.push(walk.isHandled ? 'HANDLER' : 'BEGIN');
    walk.isHandled = false;
    walk.at++;
}
/** Not the END of a CASE expression, nor a column of that name. */
function isBlockEnd(tokens, at) {
    if (keyword(tokens, at) !== 'END')
        return false;
    const isLast = (next) => next >= tokens.length || keyword(tokens, next) === ';';
    return OPENS.includes(keyword(tokens, at + 1)) || isLast(at + 1) || isLast(at + 2);
}
/** `END`, `END IF`, `END label`; `UNTIL x END REPEAT`. */
function endBlock(walk) {
    walk.blocks.pop();
    walk.at = endOfCommand(walk.tokens, walk.at);
}
function addCommand(walk) {
    const { tokens, at } = walk;
    const end = endOfCommand(tokens, at);
    const isConditional = walk.isHandled || walk.blocks.some((block) => block !== 'BEGIN');
    walk.commands.push({ tokens: tokens.slice(at, end), isConditional });
    walk.isHandled = false;
    walk.at = end;
}
/** A handler is followed by a command or block; any other declaration ends at its `;`. */
function declare(walk) {
    const { tokens, at } = walk;
    if (keyword(tokens, at + 2) !== 'HANDLER') {
        walk.at = endOfCommand(tokens, at);
        return;
    }
    walk.isHandled = true;
    walk.at = at + 4;
    do
        walk.at = afterHandledCondition(tokens, walk.at);
    while (keyword(tokens, walk.at - 1) === ',');
}
/** Past `NOT FOUND`, `SQLSTATE VALUE '…'`, `1062` or a name, and the comma after it. */
function afterHandledCondition(tokens, from) {
    let at = from;
    if (['NOT', 'SQLSTATE'].includes(keyword(tokens, at)))
        at++;
    if (keyword(tokens, at) === 'VALUE')
        at++;
    at++;
    return keyword(tokens, at) === ',' ? at + 1 : at;
}
/** Past the THEN or DO of a condition, in which CASE expressions may have THENs of their own. */
function afterCondition(tokens, from) {
    let cases = 0;
    for (let at = from; at < tokens.length; at++) {
        const word = keyword(tokens, at);
        if (word === 'CASE')
            cases++;
        else if (word === 'END')
            cases = Math.max(0, cases - 1);
        else if (cases === 0 && (word === 'THEN' || word === 'DO'))
            return at + 1;
    }
    return tokens.length;
}
function endOfCommand(tokens, from) {
    for (let at = from; at < tokens.length; at++)
        if (keyword(tokens, at) === ';')
            return at;
    return tokens.length;
}

;// CONCATENATED MODULE: ./lib/policy/reading/transaction-effect.js


const SESSION_VERBS = ['SET', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'LOCK', 'UNLOCK', 'XA'];
/** Judges a statement by its own command, not by those in its body. */
function transactionEffect(statement, command) {
    const kind = statementKind(statement);
    if (kind === 'dml')
        return isAllTemporary(command) ? 'temporary' : 'rows';
    if (kind !== 'ddl' || SESSION_VERBS.includes(command.verb))
        return 'none';
    return isAllTemporary(command) ? 'temporary' : 'definition';
}
function isAllTemporary(command) {
    if (command.ddl?.isTemporary)
        return true;
    const names = command.ddl?.object === 'TABLE' ? command.ddl.names : command.objects;
    return names.length > 0 && names.every((name) => isTemporary(command, name));
}

;// CONCATENATED MODULE: ./lib/policy/reading/reading.js










/** Every supported server runs executable comments up to this version. */
const reading_OLDEST_SERVER = 80_019;
const COMMENT = /\/\*!\d{5,6}/g;
/** Judged by their text, as a file of data may have 20 MB of them: no rule has anything to say of a plain INSERT. */
const INSERT = /^(?:insert|replace)\b/i;
const PLAIN_INSERT = /^(?:insert|replace)\s+(?:ignore\s+)?into\s+(?:`[^`]+`|[a-z_][\w$]*)\s*(?:\(|values?\b|select\b|set\b)/i;
/** What may matter far behind: calls of lock functions, and executable comments. */
const SUSPICIOUS = /get_|release_|\/\*!/i;
/** `INSERT LOW_PRIORITY IGNORE INTO s . t`, and some more. */
const LONGEST_INSERT_HEAD = 12;
const STORED_PROGRAMS = ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT'];
/** One reading for each group of servers that run the same; nearly always there is one. */
function readChangeset(changeset, schema) {
    const versions = new Set([reading_OLDEST_SERVER]);
    for (const { text } of changeset.sql.statements) {
        if (!text.includes('/*!'))
            continue;
        for (const [comment] of text.matchAll(COMMENT)) {
            versions.add(Math.max(reading_OLDEST_SERVER, executableVersion(comment)));
        }
    }
    return [...versions].map((version) => readFor(version, changeset, schema));
}
function readFor(serverVersion, changeset, schema) {
    const scope = { tables: noTables(schema), order: 0 };
    const statements = changeset.sql.statements.map((statement) => readStatement(statement, serverVersion, scope));
    return {
        changeset,
        schema,
        statements,
        byVerb: Map.groupBy(statements.flatMap(({ commands }) => commands), ({ verb }) => verb),
    };
}
function readStatement(statement, serverVersion, scope) {
    const { text } = statement;
    const isInsert = INSERT.test(text) && !SUSPICIOUS.test(text);
    // Whether an INSERT is into a temporary table matters only where there is one.
    if (isInsert && scope.tables.temporary.size === 0 && PLAIN_INSERT.test(text)) {
        return { statement, lockCalls: [], commands: [], effect: 'rows' };
    }
    const tokens = readTokens(statement, serverVersion, isInsert ? LONGEST_INSERT_HEAD : Infinity);
    const commands = readCommands(statement, tokens, scope);
    const effect = commands[0] ? transactionEffect(statement, commands[0]) : 'none';
    return { statement, lockCalls: findLockCalls(tokens), commands, effect };
}
function readCommands(statement, tokens, scope) {
    const origin = { statement, isInBody: false, isConditional: false };
    const start = storedBodyStart(tokens);
    if (start === undefined) {
        return splitAtSemicolons(tokens).flatMap((part) => readCommand(part, origin, scope) ?? []);
    }
    // A body runs later and in another session: it knows no table of the changeset, and the changeset none of its.
    const inner = { tables: noTables(scope.tables.schema), order: 0 };
    const body = bodyCommands(tokens.slice(start)).flatMap(({ tokens: part, isConditional }) => readCommand(part, { statement, isInBody: true, isConditional }, inner) ?? []);
    return [readCommand(tokens.slice(0, start), origin, scope) ?? [], body].flat();
}
function storedBodyStart(tokens) {
    if (!['CREATE', 'ALTER'].includes(keyword(tokens, 0)))
        return undefined;
    const head = readDdlHead(tokens);
    return head && STORED_PROGRAMS.includes(head.object) ? bodyStart(tokens, head) : undefined;
}
/** Statements come one by one, but an executable comment may hide a `;` from what splits them. */
function splitAtSemicolons(tokens) {
    if (!tokens.some((token) => token.text === ';'))
        return [tokens];
    const parts = [[]];
    for (const token of tokens) {
        if (token.text === ';')
            parts.push([]);
        else
            parts.at(-1)?.push(token);
    }
    return parts;
}

;// CONCATENATED MODULE: ./lib/policy/check-policy.js



/** Judges one changeset by all rules; what is excused is reported too, with the reason. */
function checkPolicy(rules, changeset, gates) {
    const readings = readChangeset(changeset, gates.schema);
    const violations = rules.flatMap((rule) => {
        const findings = readings.flatMap((reading) => rule.check(reading));
        return check_policy_distinct(findings).map((finding) => judge(rule, finding, changeset, gates));
    });
    return [...violations, ...badAllowances(rules, changeset)].sort((left, right) => left.at.line - right.at.line);
}
/** Whether it keeps the changeset from running. */
function isBlocking(violation) {
    return violation.severity === 'error' && violation.excused === undefined;
}
function judge(rule, finding, changeset, gates) {
    const allowance = findAllowance(rule, finding);
    const common = {
        rule: rule.name,
        severity: rule.severity,
        changeset: changeset.key,
        at: { file: changeset.sql.path, line: finding.line },
    };
    const { message, fix } = finding;
    if (!rule.destructive)
        return { ...common, message, fix, excused: allowance?.reason };
    const { state, opening, excused } = judgeGates(changeset, gates);
    if (excused !== undefined)
        return { ...common, message, fix, excused };
    const ignored = allowance ? `; the allow comment in line ${allowance.line} cannot excuse it` : '';
    return {
        ...common,
        message: `${message}: ${state}${ignored}`,
        fix: `${fix}; if the loss is meant, ${opening}`,
        excused,
    };
}
/** Readings for several servers find the same things. */
function check_policy_distinct(findings) {
    if (findings.length < 2)
        return findings;
    return [...new Map(findings.map((finding) => [`${finding.line} ${finding.message}`, finding])).values()];
}

;// CONCATENATED MODULE: ./lib/policy/rule.js
/** A check that looks at one command at a time, of these verbs; the command's line is the finding's, unless told. */
function inEachCommand(verbs, judge) {
    return (reading) => {
        const findings = [];
        for (const [verb, commands] of reading.byVerb) {
            if (!verbs.includes(verb))
                continue;
            for (const command of commands) {
                for (const { line = command.line, message, fix } of judge(command, reading) ?? []) {
                    findings.push({ statements: [command.statement], line, message, fix });
                }
            }
        }
        return findings;
    };
}

;// CONCATENATED MODULE: ./lib/policy/in-each-clause.js


/** A check that looks at one clause of an ALTER TABLE at a time. */
function inEachClause(concern, judge) {
    return inEachCommand(['ALTER'], (command) => {
        const table = alteredTable(command, concern);
        return table && command.clauses.flatMap((clause) => in_each_clause_placed(judge(clause, table), clause.line));
    });
}
/** The table of an ALTER TABLE, if it is of concern. */
function alteredTable(command, concern) {
    const table = command.clauses.length > 0 ? command.ddl?.names[0] : undefined;
    if (!table)
        return undefined;
    const isExempt = concern === 'lasting' ? isTemporary(command, table) : isNew(command, table);
    return isExempt ? undefined : table;
}
function in_each_clause_placed(found, line) {
    return found ? [{ line, ...found }] : [];
}

;// CONCATENATED MODULE: ./lib/policy/rules/column-type-change.js



const fix = 'compare with SHOW CREATE TABLE that no type, length, sign or character set shrinks and no attribute is left out';
/** MODIFY, CHANGE and CONVERT TO CHARACTER SET: what the column was is not known here, so any may lose data. */
const columnTypeChange = {
    name: 'column-type-change',
    severity: 'warning',
    destructive: false,
    check: inEachClause('existing', (clause, table) => {
        if (clause.kind === 'change-column') {
            const message = `redefines column "${clause.column.name}" of table ${show(table)}: values may not fit its type`;
            return { message, fix };
        }
        if (clause.kind !== 'other' || !hasKeywords(clause.tokens, 0, 'CONVERT', 'TO'))
            return undefined;
        return { message: `converts the text columns of table ${show(table)} to another character set`, fix };
    }),
};

;// CONCATENATED MODULE: ./lib/policy/rules/delete-without-where.js



/** DELETE that takes every row: no WHERE of its own, or one that names no column; LIMIT and joins are no WHERE. */
const deleteWithoutWhere = {
    name: 'delete-without-where',
    severity: 'error',
    destructive: true,
    check: inEachCommand(['DELETE'], (command) => {
        const tables = unconditionalTables(command);
        if (tables.length === 0)
            return undefined;
        return [
            {
                message: `deletes rows of ${showAll('table', tables)} without a WHERE that names a column`,
                fix: 'add a WHERE that says which rows',
            },
        ];
    }),
};

;// CONCATENATED MODULE: ./lib/policy/rules/drop-column.js


/** DROP COLUMN, with or without the word COLUMN. */
const dropColumn = {
    name: 'drop-column',
    severity: 'error',
    destructive: true,
    check: inEachClause('lasting', (clause, table) => {
        if (clause.kind !== 'drop' || clause.what !== 'column')
            return undefined;
        return {
            message: `drops column "${clause.name}" of table ${show(table)} with its values`,
            fix: 'stop using the column first, and drop it in a later release',
        };
    }),
};

;// CONCATENATED MODULE: ./lib/policy/rules/drop-database.js


/** DROP DATABASE, DROP SCHEMA. */
const dropDatabase = {
    name: 'drop-database',
    severity: 'error',
    destructive: true,
    check: inEachCommand(['DROP'], ({ ddl }) => {
        if (ddl?.object !== 'DATABASE')
            return undefined;
        return [
            {
                message: `drops ${showAll('schema', ddl.names)} with everything in it`,
                fix: 'leave schemas to whoever runs the server',
            },
        ];
    }),
};

;// CONCATENATED MODULE: ./lib/policy/rules/drop-index.js




const inCommands = inEachCommand(['DROP'], (command) => {
    const { ddl } = command;
    const index = ddl?.names[0];
    if (ddl?.object !== 'INDEX' || !ddl.on || !index)
        return undefined;
    // DROP INDEX `PRIMARY` is drop-primary-key's.
    if (index.name.toUpperCase() === 'PRIMARY' || isNew(command, ddl.on))
        return undefined;
    return [dropped(index.name, ddl.on)];
});
const inClauses = inEachClause('existing', (clause, table) => {
    if (clause.kind !== 'drop')
        return undefined;
    if (clause.what === 'index')
        return dropped(clause.name, table);
    if (clause.what !== 'constraint')
        return undefined;
    return {
        message: `drops constraint "${clause.name}" of table ${show(table)}, which may be a unique index`,
        fix: 'write DROP FOREIGN KEY or DROP CHECK if it is one of those; else make the index INVISIBLE first',
    };
});
/** DROP INDEX and DROP KEY, and DROP CONSTRAINT where it may be one. */
const dropIndex = {
    name: 'drop-index',
    severity: 'warning',
    destructive: false,
    check: (reading) => [...inCommands(reading), ...inClauses(reading)],
};
function dropped(index, table) {
    return {
        message: `drops index "${index}" of table ${show(table)}: queries may become slow, and duplicates possible`,
        fix: `make it INVISIBLE first (ALTER TABLE … ALTER INDEX … INVISIBLE), drop it when nothing got slower`,
    };
}

;// CONCATENATED MODULE: ./lib/policy/rules/drop-partition.js


/** ALTER TABLE … DROP PARTITION: the rows in it go with it. */
const dropPartition = {
    name: 'drop-partition',
    severity: 'error',
    destructive: true,
    check: inEachClause('lasting', (clause, table) => {
        if (clause.kind !== 'drop' || clause.what !== 'partition')
            return undefined;
        return {
            message: `drops a partition of table ${show(table)} with all rows in it`,
            fix: 'EXCHANGE PARTITION with an empty table first, or REORGANIZE PARTITION to keep the rows',
        };
    }),
};

;// CONCATENATED MODULE: ./lib/policy/rules/drop-primary-key.js




const drop_primary_key_inCommands = inEachCommand(['DROP'], (command) => {
    const { ddl } = command;
    if (ddl?.object !== 'INDEX' || !ddl.on || isNew(command, ddl.on))
        return undefined;
    return ddl.names[0]?.name.toUpperCase() === 'PRIMARY' ? [drop_primary_key_dropped(ddl.on)] : undefined;
});
const drop_primary_key_inClauses = inEachClause('existing', (clause, table) => clause.kind === 'drop' && clause.what === 'primary' ? drop_primary_key_dropped(table) : undefined);
/** DROP PRIMARY KEY, also under its other names: the index and the constraint `PRIMARY`. */
const dropPrimaryKey = {
    name: 'drop-primary-key',
    severity: 'warning',
    destructive: false,
    check: (reading) => [...drop_primary_key_inCommands(reading), ...drop_primary_key_inClauses(reading)],
};
function drop_primary_key_dropped(table) {
    return {
        message: `drops the primary key of table ${show(table)}: duplicates become possible, replicas slow`,
        fix: 'add the new primary key in the same ALTER TABLE, and see that queries by the old one keep an index',
    };
}

;// CONCATENATED MODULE: ./lib/policy/rules/drop-table.js



/** DROP TABLE of anything but a temporary table. */
const dropTable = {
    name: 'drop-table',
    severity: 'error',
    destructive: true,
    check: inEachCommand(['DROP'], (command) => {
        const { ddl } = command;
        if (ddl?.object !== 'TABLE' || ddl.isTemporary)
            return undefined;
        const lost = ddl.names.filter((name) => !isTemporary(command, name));
        if (lost.length === 0)
            return undefined;
        return [
            {
                message: `drops ${showAll('table', lost)} with all rows`,
                fix: 'rename the table and drop it in a later release; for a temporary table, write DROP TEMPORARY TABLE',
            },
        ];
    }),
};

;// CONCATENATED MODULE: ./lib/policy/rules/dynamic-sql.js


/** PREPARE, and EXECUTE of what the changeset did not prepare itself: what they run cannot be judged. */
const dynamicSql = {
    name: 'dynamic-sql',
    severity: 'warning',
    destructive: false,
    check: (reading) => {
        const prepared = new Set(reading.byVerb.get('PREPARE')?.map(statementName));
        return inEachCommand(['PREPARE', 'EXECUTE'], (command) => dynamic_sql_judge(command, prepared))(reading);
    },
};
function dynamic_sql_judge(command, prepared) {
    const { verb } = command;
    // Its PREPARE is reported.
    if (verb === 'EXECUTE' && prepared.has(statementName(command)))
        return undefined;
    return [
        {
            message: `${verb} runs SQL that is put together at run time and cannot be judged here`,
            fix: 'write the statement out, or say in an allow comment what it runs',
        },
    ];
}
function statementName({ tokens }) {
    return readName(tokens, 1)?.name.name.toLowerCase();
}

;// CONCATENATED MODULE: ./lib/policy/rules/mixed-ddl-dml.js
/** DDL and DML in one changeset: what ran before a failure stays, what comes after it is missing. */
const mixedDdlDml = {
    name: 'mixed-ddl-dml',
    severity: 'warning',
    destructive: false,
    check: ({ statements }) => {
        const parts = statements.filter(({ effect }) => effect !== 'none');
        const rows = parts.filter(({ effect }) => effect === 'rows').length;
        const hasDefinition = parts.some(({ effect }) => effect === 'definition');
        const turn = parts.find(({ effect }) => effect !== parts[0]?.effect);
        // Tables that vanish by themselves and one statement beside them cannot be left half done.
        if (!turn || rows === 0 || (!hasDefinition && rows === 1))
            return [];
        return [
            {
                statements: parts.map(({ statement }) => statement),
                line: turn.statement.line,
                message: hasDefinition
                    ? 'mixes DDL, which commits by itself, with changes of rows: a failure in the middle leaves half of it'
                    : 'creates or drops temporary tables, so its changes of rows are not one transaction',
                fix: 'put the changes of rows into a changeset of their own: alone they are one transaction',
            },
        ];
    },
};

;// CONCATENATED MODULE: ./lib/policy/reading/table-definition.js


const NO_COLUMN = ['INDEX', 'KEY', 'UNIQUE', 'FULLTEXT', 'SPATIAL', 'FOREIGN', 'CHECK'];
/** Whether a CREATE TABLE takes its definition from another table: `LIKE t`, `(LIKE t)`. */
function isLike(tokens, { next }) {
    return keyword(tokens, next) === 'LIKE' || hasKeywords(tokens, next, '(', 'LIKE');
}
/** Whether a CREATE TABLE defines a primary key, as an element or at a column. */
function hasPrimaryKey(tokens, { next }) {
    if (keyword(tokens, next) !== '(')
        return false;
    const elements = splitAtCommas(tokens.slice(next + 1, afterParentheses(tokens, next) - 1));
    return elements.some((element) => {
        const word = keyword(element, 0);
        if (word === 'PRIMARY')
            return true;
        if (word === 'CONSTRAINT')
            return findKeyword(element, 1, ['PRIMARY']) > 0;
        return !NO_COLUMN.includes(word) && (readColumn(element)?.isPrimary ?? false);
    });
}

;// CONCATENATED MODULE: ./lib/policy/rules/no-primary-key.js



/** CREATE TABLE without PRIMARY KEY, unless the same changeset adds one later. */
const noPrimaryKey = {
    name: 'no-primary-key',
    severity: 'warning',
    destructive: false,
    check: (reading) => {
        const keyed = new Set(reading.byVerb.get('ALTER')?.flatMap(givenPrimaryKey));
        return inEachCommand(['CREATE'], (command) => no_primary_key_judge(command, keyed))(reading);
    },
};
function no_primary_key_judge({ ddl, tokens }, keyed) {
    const table = ddl?.names[0];
    if (ddl?.object !== 'TABLE' || ddl.isTemporary || !table)
        return undefined;
    if (isLike(tokens, ddl) || hasPrimaryKey(tokens, ddl) || keyed.has(table.name))
        return undefined;
    return [
        {
            message: `creates table ${show(table)} without a primary key: replicas are slow on it, clusters refuse it`,
            fix: 'add a PRIMARY KEY; without a natural one, id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY',
        },
    ];
}
/** The table to which an ALTER TABLE adds a primary key. */
function givenPrimaryKey({ ddl, clauses }) {
    const isGiven = clauses.some((clause) => {
        if (clause.kind === 'add-key')
            return clause.key === 'primary';
        return (clause.kind === 'add-column' || clause.kind === 'change-column') && clause.column.isPrimary;
    });
    return isGiven && ddl?.names[0] ? [ddl.names[0].name] : [];
}

;// CONCATENATED MODULE: ./lib/policy/rules/not-null-without-default.js


/** A new column that old INSERTs do not fill, and an old one that may hold NULL. */
const notNullWithoutDefault = {
    name: 'not-null-without-default',
    severity: 'warning',
    destructive: false,
    check: inEachClause('existing', (clause, table) => {
        if (clause.kind === 'add-column' && isUnfilled(clause.column)) {
            return {
                message: `adds column "${clause.column.name}" NOT NULL without DEFAULT to table ${show(table)}: INSERTs of the running application fail`,
                fix: 'give it a DEFAULT, or add it as NULL, fill it, and make it NOT NULL later',
            };
        }
        if (clause.kind === 'change-column' && clause.column.isNotNull && !clause.column.isAutoIncrement) {
            return {
                message: `makes column "${clause.column.name}" of table ${show(table)} NOT NULL: fails where a row holds NULL`,
                fix: 'fill the rows first, and hold the changeset back with a sqlCheck precondition that counts them',
            };
        }
        return undefined;
    }),
};
function isUnfilled(column) {
    return column.isNotNull && !column.hasDefault && !column.isAutoIncrement && column.generated === undefined;
}

;// CONCATENATED MODULE: ./lib/policy/rules/other-schema.js





/** `ALTER DATABASE CHARACTER SET …` means the schema that is in use. */
const NO_SCHEMA = ['CHARACTER', 'CHARSET', 'COLLATE', 'DEFAULT', 'ENCRYPTION', 'READ'];
/**
 * USE, and writes outside the schema that is deployed to. Offline nobody knows which one that is, so there every
 * qualified name counts: changesets that name no schema run in any environment.
 */
const otherSchema = {
    name: 'other-schema',
    severity: 'error',
    destructive: false,
    check: inEachCommand(['USE', ...WRITING_VERBS], (command, reading) => {
        if (command.verb === 'USE')
            return [inUse(command)];
        if (command.ddl?.object === 'DATABASE')
            return schemas(command, reading);
        return writtenObjects(command)
            .filter((name) => isElsewhere(name.schema, reading))
            .map((name) => elsewhere(command, name, reading));
    }),
};
function isElsewhere(schema, reading) {
    return schema !== undefined && schema !== reading.schema;
}
function inUse({ tokens }) {
    const name = tokens[1] ? object_name_unquote(tokens[1]) : '';
    return {
        message: `USE "${name}" decides where the statements after it go, whatever schema is deployed and backed up`,
        fix: 'remove it: statements run in the schema of db-name',
    };
}
/** DROP DATABASE has a rule of its own. */
function schemas(command, reading) {
    const { verb, ddl, tokens } = command;
    const name = ddl?.names[0];
    const isNamed = ddl && name && !NO_SCHEMA.includes(keyword(tokens, ddl.next - 1));
    if (!isNamed || verb === 'DROP' || !isElsewhere(name.name, reading))
        return [];
    return [
        {
            message: `${verb} DATABASE ${show(name)} is outside of what the backup covers`,
            fix: 'leave schemas to whoever runs the server',
        },
    ];
}
function elsewhere({ verb }, name, { schema }) {
    const message = schema === undefined
        ? `${verb} of ${show(name)} names a schema, and the backup covers no other than the deployed one`
        : `${verb} of ${show(name)} is outside of the schema "${schema}", which is all that the backup covers`;
    return {
        line: name.line,
        message,
        fix: `write "${name.name}" without the schema, or deploy to "${name.schema}" with a changelog of its own`,
    };
}

;// CONCATENATED MODULE: ./lib/policy/rules/privilege-change.js


const privilege_change_VERBS = ['GRANT', 'REVOKE', 'CREATE', 'ALTER', 'DROP', 'RENAME', 'SET'];
const ACCOUNTS = ['USER', 'ROLE'];
/** Whether a command changes accounts, roles or what they may do. */
function isPrivilegeChange({ verb, ddl, tokens }) {
    if (verb === 'GRANT' || verb === 'REVOKE')
        return true;
    if (verb === 'RENAME')
        return keyword(tokens, 1) === 'USER';
    if (verb === 'SET')
        return hasKeywords(tokens, 1, 'PASSWORD') || hasKeywords(tokens, 1, 'DEFAULT', 'ROLE');
    return ddl !== undefined && ACCOUNTS.includes(ddl.object);
}
/** GRANT, REVOKE, and whatever makes, changes or drops users, roles and passwords: no backup covers it. */
const privilegeChange = {
    name: 'privilege-change',
    severity: 'warning',
    destructive: false,
    check: inEachCommand(privilege_change_VERBS, (command) => {
        if (!isPrivilegeChange(command))
            return undefined;
        return [
            {
                message: `${privilege_change_nameOf(command)} changes accounts or privileges: a restore does not undo it`,
                fix: 'have a security reviewer look at it, or keep it with the roles that a DBA sets up',
            },
        ];
    }),
};
function privilege_change_nameOf({ verb, ddl, tokens }) {
    if (verb === 'SET')
        return keyword(tokens, 1) === 'DEFAULT' ? 'SET DEFAULT ROLE' : 'SET PASSWORD';
    if (verb === 'RENAME')
        return 'RENAME USER';
    return ddl ? `${verb} ${ddl.object}` : verb;
}

;// CONCATENATED MODULE: ./lib/policy/rules/rename.js




const rename_fix = 'no application can be deployed at the same moment: add the new name, move readers and writers, drop the old one later';
const rename_inCommands = inEachCommand(['RENAME'], (command) => command.renames
    .filter(([from]) => !isNew(command, from))
    .map(([from, to]) => ({
    line: from.line,
    message: `renames table ${show(from)} to ${show(to)} under a running application`,
    fix: rename_fix,
})));
const rename_inClauses = inEachClause('existing', (clause, table) => {
    switch (clause.kind) {
        case 'rename-table':
            return {
                message: `renames table ${show(table)} to ${show(clause.to)} under a running application`,
                fix: rename_fix,
            };
        case 'rename-column':
            return column(clause.from, clause.to, show(table));
        case 'change-column':
            return column(clause.from, clause.column.name, show(table));
        case 'partition':
            if (clause.action !== 'EXCHANGE' || !clause.table)
                return undefined;
            return {
                message: `swaps rows of table ${show(table)} with those of ${show(clause.table)} under a running application`,
                fix: 'make sure that nobody reads either table meanwhile, or copy the rows',
            };
        default:
            return undefined;
    }
});
/** RENAME TABLE, RENAME COLUMN, CHANGE to another name; EXCHANGE PARTITION, which moves rows under another name. */
const rename_rename = {
    name: 'rename',
    severity: 'warning',
    destructive: false,
    check: (reading) => [...rename_inCommands(reading), ...rename_inClauses(reading)],
};
/** Names of columns are the same in either case. */
function column(from, to, table) {
    if (from.toLowerCase() === to.toLowerCase())
        return undefined;
    return {
        message: `renames column "${from}" of table ${table} to "${to}" under a running application`,
        fix: rename_fix,
    };
}

;// CONCATENATED MODULE: ./lib/policy/reading/assignments.js

const SCOPES = ['global', 'session', 'local', 'persist', 'persist_only'];
/** Reads `SET GLOBAL a = 1, @@session.b = 2, c := 3`; user variables are left out. */
function readAssignments(tokens) {
    if (keyword(tokens, 0) !== 'SET')
        return [];
    return splitAtCommas(tokens.slice(1)).flatMap((part) => {
        const end = part.findIndex(({ text }) => text === '=' || text === ':=');
        const words = part.slice(0, end < 0 ? 2 : end).map(({ text }) => text);
        const [scopeWord = '', ...rest] = words;
        const isScoped = SCOPES.includes(scopeWord.toLowerCase()) && rest.length > 0 && rest[0] !== '.';
        const names = assignments_namesOf(isScoped ? rest : words);
        if (!names)
            return [];
        const [first = '', ...others] = names;
        const hasScope = SCOPES.includes(first) && others.length > 0;
        const scope = isScoped ? scopeWord.toLowerCase() : hasScope ? first : undefined;
        return [{ scope, name: (hasScope ? others : names).join('.'), line: part[0]?.line ?? 0 }];
    });
}
/** The names in ``@@`global`.x``, which may be spread over tokens; undefined for a user variable. */
function assignments_namesOf(words) {
    const text = words.join('').toLowerCase();
    if (/^@(?!@)/.test(text))
        return undefined;
    return text.replace(/^@@/, '').replaceAll('`', '').split('.');
}

;// CONCATENATED MODULE: ./lib/policy/rules/session-control.js




const SESSION_VARIABLES = [
    ...['autocommit', 'completion_type', 'sql_log_bin', 'gtid_next', 'binlog_format', 'binlog_row_image'],
];
const SERVER_SCOPES = ['global', 'persist', 'persist_only'];
const TRANSACTIONS = ['BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE'];
const SERVER_VERBS = ['RESET', 'PURGE', 'CHANGE', 'STOP', 'KILL', 'SHUTDOWN', 'RESTART', 'CLONE', 'BINLOG'];
const session_control_VERBS = ['SET', 'START', ...TRANSACTIONS, 'XA', 'LOCK', 'UNLOCK', 'FLUSH', ...SERVER_VERBS];
/** What would take the session, the deploy lock, the transaction or the binary log out of the run's hands. */
const sessionControl = {
    name: 'session-control',
    severity: 'error',
    destructive: false,
    check: (reading) => [...session_control_inCommands(reading), ...inLockCalls(reading)],
};
const session_control_inCommands = inEachCommand(session_control_VERBS, (command) => {
    if (command.verb === 'SET')
        return readAssignments(command.tokens).flatMap(inAssignment);
    const found = inTransaction(command) ?? inTableLocks(command) ?? inServer(command);
    return found && [found];
});
/** Anywhere in a statement: in conditions and declarations of a body too, which are no commands. */
function inLockCalls({ statements }) {
    return statements.flatMap(({ statement, lockCalls }) => lockCalls.map((token) => ({
        statements: [statement],
        line: token.line,
        message: `${object_name_unquote(token).toUpperCase()} takes or gives up named locks of the session that holds the deploy lock`,
        fix: 'remove it: the deploy lock is held for the whole run',
    })));
}
function inAssignment({ scope, name, line }) {
    if (scope !== undefined && SERVER_SCOPES.includes(scope)) {
        const message = `SET ${scope.toUpperCase()} ${name} changes the server for everybody`;
        return [{ line, message, fix: "change it in the server's configuration, outside of a deploy" }];
    }
    if (!SESSION_VARIABLES.includes(name))
        return [];
    const message = `SET ${name} changes how the run commits, or what the binary log gets`;
    return [{ line, message, fix: 'remove it: the run sets its session itself' }];
}
function inTransaction({ verb, tokens, isInBody }) {
    const fix = 'remove it: a changeset of DML alone is one transaction';
    if (verb === 'XA')
        return { message: 'XA transactions outlive the run', fix };
    const isTransaction = verb === 'START' ? keyword(tokens, 1) === 'TRANSACTION' : TRANSACTIONS.includes(verb);
    if (isInBody || !isTransaction)
        return undefined;
    return { message: `${twoWords(tokens)} takes the transaction out of the run's hands`, fix };
}
function inTableLocks({ verb, tokens }) {
    const isFlush = verb === 'FLUSH' && findKeyword(tokens, 1, ['TABLE', 'TABLES']) > 0;
    const isLocking = isFlush && findKeyword(tokens, 2, ['LOCK', 'EXPORT']) > 0;
    if (verb !== 'LOCK' && verb !== 'UNLOCK' && !isLocking)
        return undefined;
    return {
        message: `${isFlush ? 'FLUSH TABLES' : twoWords(tokens)} locks or unlocks what the run itself has to write to`,
        fix: 'remove it: nobody else deploys meanwhile, and DDL locks its table itself',
    };
}
function inServer({ verb, tokens }) {
    const isReplication = verb === 'START' && keyword(tokens, 1) !== 'TRANSACTION';
    if (!isReplication && !SERVER_VERBS.includes(verb))
        return undefined;
    return {
        message: `${twoWords(tokens)} acts on the server, its connections or its binary log`,
        fix: 'leave it to whoever runs the server, outside of a deploy',
    };
}
function twoWords(tokens) {
    return `${keyword(tokens, 0)} ${keyword(tokens, 1)}`.trim();
}

;// CONCATENATED MODULE: ./lib/policy/rules/several-ddl.js

const several_ddl_VERBS = ['CREATE', 'ALTER', 'DROP', 'RENAME', 'TRUNCATE'];
const WITHOUT_REPLACE = ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'VIEW'];
/**
 * Several DDL statements in one changeset: each commits by itself. Privileges have a rule of their own, and may be
 * granted twice; `DROP … IF EXISTS` and CREATE of the same routine are one, as MySQL cannot replace one.
 */
const severalDdl = {
    name: 'several-ddl',
    severity: 'warning',
    destructive: false,
    check: ({ statements }) => {
        const definitions = statements.filter(isDefinition);
        const counted = definitions.filter((read, index) => !isReplacedBy(read, definitions[index + 1]));
        const [, second] = counted;
        if (!second)
            return [];
        return [
            {
                statements: definitions.map(({ statement }) => statement),
                line: second.statement.line,
                message: `holds ${counted.length} DDL statements, each of which commits by itself: a failure in the middle leaves half of it`,
                fix: isOneTable(counted)
                    ? 'write one ALTER TABLE with all clauses: it happens whole or not at all'
                    : 'give each statement a changeset of its own',
            },
        ];
    },
};
function isDefinition(read) {
    const [command] = read.commands;
    if (!command || !several_ddl_VERBS.includes(command.verb) || isPrivilegeChange(command))
        return false;
    return read.effect === 'definition';
}
function isReplacedBy(read, next) {
    const dropped = read.commands[0];
    const created = next?.commands[0];
    if (dropped?.verb !== 'DROP' || created?.verb !== 'CREATE' || !dropped.ddl?.isConditional)
        return false;
    return WITHOUT_REPLACE.includes(dropped.ddl.object) && subject(dropped) === subject(created);
}
function isOneTable(reads) {
    const commands = reads.map(({ commands: [command] }) => command);
    const first = commands[0];
    return (first !== undefined &&
        commands.every((command) => command?.verb === 'ALTER' && subject(command) === subject(first)));
}
function subject({ ddl }) {
    return JSON.stringify([ddl?.object, ddl?.names[0]?.schema, ddl?.names[0]?.name]);
}

;// CONCATENATED MODULE: ./lib/policy/reading/table-options.js

/** Table options that make the server write the table anew. */
const REBUILDING = ['ROW_FORMAT', 'KEY_BLOCK_SIZE', 'TABLESPACE', 'FORCE', 'ENCRYPTION', 'ENGINE'];
/** The engine that a clause asks for, in upper case; the last one counts. */
function engineOf(clause) {
    if (clause.kind !== 'other')
        return undefined;
    let engine;
    for (const [word, at] of outerKeywords(clause.tokens)) {
        if (word === 'ENGINE')
            engine = table_options_valueOf(clause.tokens, at);
    }
    return engine;
}
/** The first option of a clause that makes the server write the table anew. */
function rebuildingOption(clause) {
    if (clause.kind !== 'other')
        return undefined;
    for (const [word] of outerKeywords(clause.tokens))
        if (REBUILDING.includes(word))
            return word;
    return undefined;
}
/** What `ALGORITHM = …` says, in upper case. */
function algorithmOf(clauses) {
    const clause = clauses.find(({ tokens }) => tokens[0]?.text.toUpperCase() === 'ALGORITHM');
    return clause && table_options_valueOf(clause.tokens, 0);
}
/** `ENGINE = InnoDB`, `ENGINE InnoDB`, `ENGINE='InnoDB'`. */
function table_options_valueOf(tokens, at) {
    const value = tokens[at + 1]?.text === '=' ? tokens[at + 2] : tokens[at + 1];
    return value?.text.replace(/^['"`]|['"`]$/g, '').toUpperCase();
}

;// CONCATENATED MODULE: ./lib/policy/reading/rebuild.js


/**
 * What is certain, or likely, from the statement alone; INSTANT makes the server refuse rather than rebuild.
 * https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html
 */
function findRebuild(clauses) {
    const algorithm = algorithmOf(clauses);
    if (algorithm === 'INSTANT')
        return undefined;
    const isReplacingKey = clauses.some((clause) => clause.kind === 'add-key' && clause.key === 'primary');
    for (const clause of clauses) {
        const rebuild = rebuildOf(clause, isReplacingKey);
        if (rebuild && !(algorithm === 'INPLACE' && rebuild.how === 'copies'))
            return { ...rebuild, line: clause.line };
    }
    return undefined;
}
function rebuildOf(clause, isReplacingKey) {
    if (algorithmOf([clause]) === 'COPY')
        return copies('ALGORITHM = COPY');
    const partitioning = partitioningOf(clause);
    if (partitioning)
        return partitioning;
    switch (clause.kind) {
        case 'add-column':
            return addedColumn(clause.column);
        case 'change-column':
            return copies(`another type of column "${clause.column.name}"`);
        case 'add-key':
            return addedKey(clause);
        case 'drop':
            if (clause.what !== 'primary')
                return undefined;
            return isReplacingKey ? rebuilds('another primary key') : copies('DROP PRIMARY KEY');
        case 'partition':
            return repartition(clause.action);
        case 'other':
            return otherClause(clause);
        case 'rename-column':
        case 'rename-table':
            return undefined;
    }
}
function addedColumn(column) {
    if (column.generated === 'stored')
        return copies(`the STORED column "${column.name}"`);
    if (column.isAutoIncrement)
        return rebuilds(`the AUTO_INCREMENT column "${column.name}"`);
    if (column.isPrimary)
        return rebuilds(`the primary key "${column.name}"`);
    if (column.isReference)
        return copies(`the foreign key of column "${column.name}"`);
    return column.hasCheck ? copies(`the CHECK of column "${column.name}"`) : undefined;
}
function addedKey({ key, isEnforced }) {
    switch (key) {
        case 'primary':
            return rebuilds('ADD PRIMARY KEY');
        case 'fulltext':
            return rebuilds('the first FULLTEXT index');
        case 'foreign':
            return copies('ADD FOREIGN KEY with foreign_key_checks on');
        case 'check':
            return isEnforced ? copies('ADD CHECK') : undefined;
        case 'unique':
        case 'spatial':
        case 'index':
            return undefined;
    }
}
/** Partitioning options may follow the last clause without a comma. */
function partitioningOf({ tokens }) {
    for (const [word, at] of outerKeywords(tokens)) {
        if (word === 'PARTITION' && hasKeywords(tokens, at + 1, 'BY'))
            return copies('PARTITION BY');
        if (word === 'REMOVE' && hasKeywords(tokens, at + 1, 'PARTITIONING'))
            return copies('REMOVE PARTITIONING');
    }
    return undefined;
}
function repartition(action) {
    if (['COALESCE', 'REORGANIZE'].includes(action))
        return copies(`${action} PARTITION`);
    return ['REBUILD', 'OPTIMIZE'].includes(action) ? rebuilds(`${action} PARTITION`) : undefined;
}
function otherClause(clause) {
    const { tokens } = clause;
    if (hasKeywords(tokens, 0, 'CONVERT', 'TO'))
        return copies('CONVERT TO CHARACTER SET');
    if (hasKeywords(tokens, 0, 'ORDER', 'BY'))
        return copies('ORDER BY');
    const isCheck = hasKeywords(tokens, 0, 'ALTER', 'CHECK') || hasKeywords(tokens, 0, 'ALTER', 'CONSTRAINT');
    if (isCheck && tokens.at(-2)?.text.toUpperCase() !== 'NOT')
        return copies('an enforced check');
    const option = rebuildingOption(clause);
    if (option === 'ENGINE') {
        const engine = engineOf(clause) ?? '';
        // To the engine that nearly all tables have already, it is in place.
        return engine === 'INNODB' ? rebuilds('ENGINE = InnoDB') : copies(`ENGINE = ${engine}`);
    }
    if (option === undefined)
        return undefined;
    return option === 'ENCRYPTION' ? copies(option) : rebuilds(option);
}
function copies(what) {
    return { how: 'copies', what };
}
function rebuilds(what) {
    return { how: 'rebuilds', what };
}

;// CONCATENATED MODULE: ./lib/policy/rules/table-rebuild.js




const TOOL = 'where the table is large, use an online schema change tool (gh-ost, pt-online-schema-change, spirit)';
const REFUSE = 'if no copy should be needed, ALGORITHM = INPLACE, LOCK = NONE makes the server refuse one';
/** An ALTER that writes the whole table anew: writers wait, or replicas fall behind, for as long as it is large. */
const tableRebuild = {
    name: 'table-rebuild',
    severity: 'warning',
    destructive: false,
    check: inEachCommand(['ALTER'], (command) => {
        const table = alteredTable(command, 'existing');
        const rebuild = table && findRebuild(command.clauses);
        if (!rebuild)
            return undefined;
        const { line, how, what } = rebuild;
        const effect = how === 'copies'
            ? `copies table ${show(table)} and blocks its writers`
            : `writes table ${show(table)} anew, and replicas wait`;
        return [{ line, message: `${what} ${effect}`, fix: how === 'copies' ? `${TOOL}; ${REFUSE}` : TOOL }];
    }),
};

;// CONCATENATED MODULE: ./lib/policy/rules/truncate.js





const truncate_fix = 'copy the rows that are needed first, or DELETE with a WHERE';
const FORGETFUL_ENGINES = ['BLACKHOLE', 'MEMORY', 'HEAP'];
const truncate_inCommands = inEachCommand(['TRUNCATE'], (command) => {
    const table = command.ddl?.names[0];
    if (!table || isTemporary(command, table))
        return undefined;
    return [{ message: `removes all rows of table ${show(table)}`, fix: truncate_fix }];
});
const truncate_inClauses = inEachClause('lasting', (clause, table) => {
    const message = emptied(clause, show(table));
    return message === undefined ? undefined : { message, fix: truncate_fix };
});
/** Whatever empties a table or partition at once: TRUNCATE, DISCARD TABLESPACE, an engine that keeps no rows. */
const truncate = {
    name: 'truncate',
    severity: 'error',
    destructive: true,
    check: (reading) => [...truncate_inCommands(reading), ...truncate_inClauses(reading)],
};
function emptied(clause, table) {
    if (clause.kind === 'partition') {
        if (clause.action === 'TRUNCATE')
            return `removes all rows of partitions of table ${table}`;
        return clause.action === 'DISCARD'
            ? `throws away the tablespace of table ${table}, and so its rows`
            : undefined;
    }
    const engine = engineOf(clause);
    if (engine === undefined || !FORGETFUL_ENGINES.includes(engine))
        return undefined;
    return `changes table ${table} to ENGINE ${engine}, which does not keep its rows`;
}

;// CONCATENATED MODULE: ./lib/policy/rules/unique-on-existing.js




const unique_on_existing_fix = 'look for duplicates first, and hold the changeset back with a sqlCheck precondition that counts them';
/** A unique or primary key over rows that are there already: one duplicate and it fails. */
const uniqueOnExisting = {
    name: 'unique-on-existing',
    severity: 'warning',
    destructive: false,
    check: inEachCommand(['CREATE', 'ALTER'], (command) => [
        ...inCreateIndex(command),
        ...inAlterTable(command),
    ]),
};
function inCreateIndex(command) {
    const { verb, ddl } = command;
    if (verb !== 'CREATE' || ddl?.object !== 'INDEX' || !ddl.isUnique || !ddl.on)
        return [];
    if (isNew(command, ddl.on))
        return [];
    return [{ message: `makes rows of table ${show(ddl.on)} unique: fails where two are the same`, fix: unique_on_existing_fix }];
}
function inAlterTable(command) {
    const table = alteredTable(command, 'existing');
    if (!table)
        return [];
    const numbered = numberedColumns(command.clauses);
    return command.clauses
        .filter((clause) => isOverOldRows(clause, numbered))
        .map(({ line }) => ({
        line,
        message: `makes rows of table ${show(table)} unique: fails where two are the same`,
        fix: unique_on_existing_fix,
    }));
}
/** Columns that the same ALTER adds with a number of its own for each row. */
function numberedColumns(clauses) {
    return clauses.flatMap((clause) => clause.kind === 'add-column' && clause.column.isAutoIncrement ? [clause.column.name.toLowerCase()] : []);
}
function isOverOldRows(clause, numbered) {
    switch (clause.kind) {
        case 'add-key':
            if (clause.key !== 'unique' && clause.key !== 'primary')
                return false;
            return !clause.columns.some((name) => numbered.includes(name.toLowerCase()));
        case 'change-column':
            return clause.column.isUnique || clause.column.isPrimary;
        case 'add-column':
            return isKey(clause.column) && hasSameValues(clause.column);
        default:
            return false;
    }
}
function isKey(column) {
    return column.isUnique || column.isPrimary;
}
/** A new column is NULL in all rows, which is no duplicate, unless it cannot be. */
function hasSameValues(column) {
    if (column.isAutoIncrement)
        return false;
    return column.isNotNull || column.hasDefault || column.generated !== undefined;
}

;// CONCATENATED MODULE: ./lib/policy/rules/update-without-where.js



/** UPDATE that overwrites every row: no WHERE of its own, or one that names no column; a join is no WHERE. */
const updateWithoutWhere = {
    name: 'update-without-where',
    severity: 'error',
    destructive: true,
    check: inEachCommand(['UPDATE'], (command) => {
        const tables = unconditionalTables(command);
        if (tables.length === 0)
            return undefined;
        return [
            {
                message: `overwrites rows of ${showAll('table', tables)} without a WHERE that names a column`,
                fix: 'add a WHERE that says which rows; for a new column, WHERE it IS NULL',
            },
        ];
    }),
};

;// CONCATENATED MODULE: ./lib/policy/rules/index.js





















/** All rules, the destructive ones first. */
const rules = [
    dropTable,
    dropDatabase,
    truncate,
    dropColumn,
    dropPartition,
    deleteWithoutWhere,
    updateWithoutWhere,
    otherSchema,
    sessionControl,
    dynamicSql,
    columnTypeChange,
    rename_rename,
    notNullWithoutDefault,
    uniqueOnExisting,
    dropIndex,
    dropPrimaryKey,
    tableRebuild,
    mixedDdlDml,
    severalDdl,
    noPrimaryKey,
    privilegeChange,
];

// EXTERNAL MODULE: ./lib/changelog/expression.js
var expression = __webpack_require__(11991);
;// CONCATENATED MODULE: ./lib/changelog/plan.js



/** Decides what is pending: history against changelog, contexts and labels. */
function planUpdate(changelog, history, selection) {
    const pending = [];
    const filtered = [];
    for (const changeset of changelog.changesets) {
        const excluded = exclusion(changeset, selection);
        const earlier = history.get(changeset.key);
        const reason = pendingReason(changeset, earlier);
        if (reason === undefined)
            filtered.push(filter(changeset, 'already-ran', `ran at ${earlier?.executedAt} UTC`));
        else if (excluded)
            filtered.push(excluded);
        else
            pending.push({ changeset, reason, earlier });
    }
    const keys = new Set(changelog.changesets.map((changeset) => changeset.key));
    return {
        pending,
        filtered,
        mismatches: findMismatches(changelog, history),
        missing: [...history.values()].filter((row) => !keys.has(changesetKey(row.author, row.id))),
        unfilled: findUnfilled(changelog, history),
    };
}
function exclusion(changeset, selection) {
    if (!(0,expression/* matchesContexts */.kW)(changeset.contexts, selection.contexts)) {
        const given = selection.contexts.length === 0 ? 'no context' : `"${selection.contexts.join(',')}"`;
        return filter(changeset, 'context', `contexts "${changeset.contexts?.source}" do not match ${given}`);
    }
    if (!(0,expression/* matchesLabels */.r1)(selection.labels, changeset.labels)) {
        return filter(changeset, 'label', `labels "${changeset.labels.join(',')}" do not match "${selection.labels?.source}"`);
    }
    return undefined;
}
function filter(changeset, reason, detail) {
    return { key: changeset.key, at: changeset.at, reason, detail };
}
function pendingReason(changeset, earlier) {
    if (!earlier)
        return 'new';
    if (changeset.runAlways)
        return 'always';
    return changeset.runOnChange && isChanged(changeset, earlier) ? 'changed' : undefined;
}
/** Whether the file is another than the one that ran; a row without a checksum is accepted once. */
function isChanged(changeset, earlier) {
    return (earlier.checksum !== null &&
        earlier.checksum !== changeset.sql.checksum &&
        !changeset.validCheckSum.includes(earlier.checksum));
}
function findMismatches(changelog, history) {
    return changelog.changesets.flatMap((changeset) => {
        const earlier = history.get(changeset.key);
        if (!earlier?.checksum ||
            changeset.runAlways ||
            changeset.runOnChange ||
            !isChanged(changeset, earlier)) {
            return [];
        }
        const { key, at, sql } = changeset;
        return [{ key, at, recorded: earlier.checksum, current: sql.checksum }];
    });
}
function findUnfilled(changelog, history) {
    return changelog.changesets.flatMap((changeset) => {
        const row = history.get(changeset.key);
        return row && row.checksum === null ? [{ row, checksum: changeset.sql.checksum }] : [];
    });
}
/** SHA-256, in hex, of what was reviewed: `update` refuses any other with `expected-plan-hash`. */
function planHash(identity) {
    const { environment, serverUuid, schema, selection, allowDestructive, resume, pending } = identity;
    const parts = [
        'plan:v1',
        environment,
        serverUuid,
        schema,
        [...selection.contexts].sort(),
        selection.labels?.source ?? '',
        { 'allow-destructive': allowDestructive, resume },
        pending.map(({ changeset }) => [changeset.key, changeset.sql.checksum]),
    ];
    return (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(parts)).digest('hex');
}

;// CONCATENATED MODULE: ./lib/changelog/check-unique-keys.js

/**
 * Refuses two changesets of one `author:id` in the tree. Names that differ in case or accents only count as one: in
 * a history that Liquibase made, most collations cannot tell them apart.
 */
function checkUniqueKeys(headers) {
    const seen = new Map();
    const problems = [];
    for (const header of headers) {
        const folded = header.key.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
        const first = seen.get(folded);
        if (first)
            problems.push(describeTwins(first, header));
        else
            seen.set(folded, header);
    }
    return problems;
}
function describeTwins(first, second) {
    const difference = first.key === second.key ? 'is' : `differs from "${first.key}" in case or accents only, which is`;
    return {
        code: 'invalid-changelog',
        message: `changeSet ${second.id}: "${second.key}" ${difference} declared already at ${(0,lib_errors/* formatLocation */.j$)(first.at)}`,
        at: second.at,
        fix: 'give it another id: author and id together are the name of a changeset',
    };
}

;// CONCATENATED MODULE: ./lib/changelog/path.js
/**
 * A path of the changelog in its one form: relative to the working directory, with `/`, without `.` and `..`. Taken
 * literally: where symbolic links lead is found out when the file is read.
 */
function resolvePath(path, folder = '.') {
    if (path.includes('\\')) {
        return { message: `"${path}" has a backslash in it`, fix: `write "${path.replaceAll('\\', '/')}"` };
    }
    if (/^(\/|[a-z]:)/i.test(path)) {
        return { message: `"${path}" is an absolute path`, fix: 'write it relative to the working directory' };
    }
    const segments = [];
    for (const segment of `${folder}/${path}`.split('/')) {
        if (segment === '' || segment === '.')
            continue;
        if (segment !== '..')
            segments.push(segment);
        else if (segments.pop() === undefined) {
            return { message: `"${path}" leaves the working directory`, fix: 'keep the file inside of it' };
        }
    }
    return segments.join('/') || '.';
}
/** The folder that a file stands in: `.` for the working directory itself. */
function folderOf(file) {
    const end = file.lastIndexOf('/');
    return end < 0 ? '.' : file.slice(0, end);
}
/** By code point, which is the same everywhere: no locale, and no UTF-16, has a say. */
function comparePaths(left, right) {
    const [a, b] = [Array.from(left), Array.from(right)];
    const at = a.findIndex((character, index) => character !== b[index]);
    if (at < 0)
        return a.length - b.length;
    return (a[at]?.codePointAt(0) ?? -1) - (b[at]?.codePointAt(0) ?? -1);
}

;// CONCATENATED MODULE: ./lib/changelog/yaml-node.js
/** What stands there, in words for a message. */
function describeNode(node) {
    switch (node.kind) {
        case 'scalar':
            return node.text.length > 60 ? 'a text' : JSON.stringify(node.text);
        case 'map':
            return 'a map';
        case 'list':
            return 'a list';
        case 'nothing':
            return 'nothing';
    }
}

;// CONCATENATED MODULE: ./lib/changelog/yaml-fields.js


/** The history keeps this many characters of each text. */
const MAX_LENGTH = 255;
/** Checks the keys of a map: unknown ones, ones given twice, missing ones. */
function readFields(node, keys, complain) {
    const known = [...keys.required, ...keys.optional];
    if (node.kind !== 'map') {
        return complain(node.line, `expected a map, found ${describeNode(node)}`, `give it these keys: ${known.join(', ')}`);
    }
    const fields = new Map();
    const meant = new Set();
    for (const entry of node.entries) {
        const first = fields.get(entry.key);
        if (!known.includes(entry.key))
            meant.add(complainOfUnknown(entry, keys, complain));
        else if (!first)
            fields.set(entry.key, entry);
        else
            complain(entry.line, `key "${entry.key}" is given twice, first on line ${first.line}`, 'keep one');
    }
    for (const key of keys.required) {
        if (!fields.has(key) && !meant.has(key))
            complain(node.line, `key "${key}" is missing`, `add "${key}:"`);
    }
    return fields;
}
/** Gives the key that was probably meant. */
function complainOfUnknown({ key, line }, keys, complain) {
    const known = [...keys.required, ...keys.optional];
    const instead = Object.entries(keys.instead ?? {}).find(([name]) => name === key)?.[1];
    const meant = instead === undefined ? (0,did_you_mean/* closest */.k)(key, known) : undefined;
    const fix = instead ?? (meant === undefined ? `remove it; the keys here are ${known.join(', ')}` : (0,did_you_mean/* didYouMean */.a)(meant));
    complain(line, `unknown key "${key}"`, fix);
    return meant;
}
/** A text as it is written, whatever it looks like: numbers and booleans are texts too. */
function readRaw(entry, complain) {
    if (entry === undefined)
        return undefined;
    const { key, value } = entry;
    if (value.kind === 'scalar')
        return value.text;
    const found = value.kind === 'nothing' ? 'has no value' : `must be a text, not ${describeNode(value)}`;
    return complain(value.line, `"${key}" ${found}`, value.kind === 'nothing' ? 'give it a value, or remove it' : 'write a text');
}
/** A text of one line that fits into the history; blanks around it do not count. May be empty. */
function readLine(entry, complain) {
    const text = readRaw(entry, complain)?.trim();
    if (entry === undefined || text === undefined)
        return undefined;
    const { key, value } = entry;
    if (/\p{Cc}/u.test(text) || !text.isWellFormed()) {
        return complain(value.line, `"${key}" has line breaks or control characters in it`, 'write it in one line of plain text');
    }
    if (text.length > MAX_LENGTH && Array.from(text).length > MAX_LENGTH) {
        return complain(value.line, `"${key}" is longer than ${MAX_LENGTH} characters`, 'shorten it: the history has no room');
    }
    return text;
}
/** A line that is not empty. */
function yaml_fields_readName(entry, complain) {
    const text = readLine(entry, complain);
    if (entry === undefined || text !== '')
        return text;
    return complain(entry.value.line, `"${entry.key}" is empty`, 'give it a value');
}
/** One of a few words; case does not matter. */
function readChoice(entry, choices, complain) {
    const text = readRaw(entry, complain);
    if (entry === undefined || text === undefined)
        return undefined;
    const choice = choices.find((candidate) => candidate.toLowerCase() === text.trim().toLowerCase());
    if (choice !== undefined)
        return choice;
    const meant = (0,did_you_mean/* closest */.k)(text, choices);
    const fix = meant === undefined ? `write one of ${choices.join(', ')}` : (0,did_you_mean/* didYouMean */.a)(meant);
    return complain(entry.value.line, `"${entry.key}" cannot be ${describeNode(entry.value)}`, fix);
}
/** `true` or `false`; the other words of YAML 1.1 (`yes`, `on`) are refused rather than guessed. */
function readBoolean(entry, complain) {
    const text = readChoice(entry, ['true', 'false'], complain);
    return text === undefined ? undefined : text === 'true';
}
/** A whole number from 0. */
function readCount(entry, complain) {
    const text = readRaw(entry, complain)?.trim();
    if (entry === undefined || text === undefined)
        return undefined;
    const count = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
    return (count ??
        complain(entry.value.line, `"${entry.key}" cannot be ${describeNode(entry.value)}`, 'write a whole number'));
}
/** A list of names, or one text with commas between them. */
function yaml_fields_readNames(entry, complain) {
    if (entry === undefined)
        return [];
    const { key, value } = entry;
    if (value.kind === 'list') {
        return value.items.flatMap((item) => {
            const text = yaml_fields_readName({ key, line: item.line, value: item }, complain);
            return text === undefined ? [] : { text, line: item.line };
        });
    }
    const { line } = value;
    const text = readLine(entry, complain);
    if (text === undefined || text === '')
        return [];
    const names = text.split(',').map((name) => ({ text: name.trim(), line }));
    if (!names.some((name) => name.text === ''))
        return names;
    complain(line, `"${key}" has a comma too many`, 'put a name on both sides of each comma');
    return [];
}

;// CONCATENATED MODULE: ./lib/changelog/include.js



const INCLUDE_KEYS = { required: ['file'], optional: ['relativeToChangelogFile'] };
const INCLUDE_ALL_KEYS = {
    required: ['path'],
    optional: ['endsWithFilter', 'relativeToChangelogFile'],
};
/** Parses `include: { file: teams/billing.yml, relativeToChangelogFile: true }`. */
function parseInclude(entry, file, complain) {
    const fields = readFields(entry.value, INCLUDE_KEYS, complain);
    const path = fields && readPath(fields, 'file', file, complain);
    return path === undefined ? undefined : { kind: 'include', file: path, at: { file, line: entry.line } };
}
/** Parses `includeAll: { path: changelog/teams, endsWithFilter: .yml }`. */
function parseIncludeAll(entry, file, complain) {
    const fields = readFields(entry.value, INCLUDE_ALL_KEYS, complain);
    if (!fields)
        return undefined;
    const folder = readPath(fields, 'path', file, complain);
    const endsWithFilter = yaml_fields_readName(fields.get('endsWithFilter'), complain);
    const at = { file, line: entry.line };
    return folder === undefined ? undefined : { kind: 'includeAll', folder, endsWithFilter, at };
}
function readPath(fields, key, file, complain) {
    const entry = fields.get(key);
    const written = yaml_fields_readName(entry, complain);
    const isRelative = readBoolean(fields.get('relativeToChangelogFile'), complain) ?? false;
    if (entry === undefined || written === undefined)
        return undefined;
    const path = resolvePath(written, isRelative ? folderOf(file) : '.');
    return typeof path === 'string' ? path : complain(entry.value.line, path.message, path.fix);
}
/** Which of the files under a folder `includeAll` takes, in order. Without a filter: `.yml` and `.yaml`. */
function selectIncluded(files, endsWithFilter) {
    const endings = endsWithFilter === undefined ? ['.yml', '.yaml'] : [endsWithFilter.toLowerCase()];
    return files
        .filter((file) => endings.some((ending) => file.toLowerCase().endsWith(ending)))
        .toSorted(comparePaths);
}
/** Refuses a file that includes itself, shown with its chain, one that is in the tree already, and one with too long a path. */
function checkVisit(visit, chain, visited) {
    const { file, at } = visit;
    if (file.length > MAX_LENGTH) {
        const message = `${file} has a path of more than ${MAX_LENGTH} characters`;
        return toProblem(message, 'shorten it: the history has no room', at);
    }
    if (at === undefined)
        return undefined;
    const start = chain.findIndex((link) => link.file === file);
    if (start >= 0) {
        const links = [...chain.slice(start + 1).map((link) => link.at), at].flatMap((place) => place ?? []);
        const message = `${file} includes itself: ${[...links.map(lib_errors/* formatLocation */.j$), file].join(' → ')}`;
        return toProblem(message, 'remove the include that closes the circle', at);
    }
    const earlier = visited.get(file);
    if (earlier === undefined)
        return undefined;
    const where = earlier.at ? `first at ${(0,lib_errors/* formatLocation */.j$)(earlier.at)}` : 'it is the root';
    const message = `${file} is included twice, ${where}`;
    return toProblem(message, 'include it once, where its changesets shall run', at);
}
function toProblem(message, fix, at) {
    return at === undefined
        ? { code: 'invalid-changelog', message, fix }
        : { code: 'invalid-changelog', message, fix, at };
}

;// CONCATENATED MODULE: ./lib/changelog/complain.js
/** Adds the problems of one file to a list. */
function complainTo(problems, file, code = 'invalid-changelog') {
    return (line, message, fix) => {
        problems.push({ code, message, at: { file, line }, fix });
    };
}
/** Says in front of every message which part of the file it is about: `changeSet 004: …`. */
function complainAbout(complain, where) {
    return (line, message, fix) => complain(line, `${where}: ${message}`, fix);
}

;// CONCATENATED MODULE: ./lib/changelog/judge-select.js

/** A READ ONLY transaction does not keep these from being called; in back quotes the server knows them as well. */
const judge_select_LOCK_FUNCTIONS = ['GET_LOCK', 'RELEASE_LOCK', 'RELEASE_ALL_LOCKS'];
/** Judges by its tokens whether a statement only asks. */
function judgeSelect(statement) {
    const tokens = [...codeTokens(statement)];
    const names = tokens.filter(({ kind }) => kind === 'word').map(({ text }) => text.toUpperCase());
    if (names[0] !== 'SELECT' && names[0] !== 'WITH') {
        const begin = names[0] ?? statement.text.slice(0, 1);
        return { message: `is no SELECT: it begins with "${begin}"`, fix: 'write one SELECT' };
    }
    const lock = calledLockFunction(tokens);
    if (lock !== undefined) {
        return { message: `calls ${lock}`, fix: 'leave it out: it could take the deploy lock away' };
    }
    if (names.includes('INTO')) {
        return { message: 'writes with INTO', fix: 'leave INTO out: it may only ask' };
    }
    return undefined;
}
/** The function among the tokens, if there is one, that could take or release a named lock. */
function calledLockFunction(tokens) {
    return judge_select_LOCK_FUNCTIONS.find((name) => tokens.some(({ text }, at) => text.replaceAll('`', '').toUpperCase() === name && tokens[at + 1]?.text === '('));
}

;// CONCATENATED MODULE: ./lib/changelog/allowance.js
const allowance_NONE = { kind: 'none' };
const FORM = /^--\s+db-deploy:(\S*)(?:\s+(\S+))?(?:\s+(\S.*?))?\s*$/;
/** The form, for fixes. */
const allowanceForm = '-- db-deploy:allow <rule> <reason>';
/** Reads a line comment, `-- db-deploy:allow <rule> <reason>` among all the others. */
function parseDirective(comment, line) {
    const match = comment.startsWith('--') ? FORM.exec(comment) : null;
    if (!match)
        return allowance_NONE;
    const [, verb, rule, reason] = match;
    if (verb !== 'allow')
        return { kind: 'problem', line, message: `unknown directive "db-deploy:${verb}"` };
    if (rule === undefined)
        return { kind: 'problem', line, message: '"db-deploy:allow" names no rule' };
    if (reason === undefined) {
        return { kind: 'problem', line, message: `"db-deploy:allow ${rule}" gives no reason` };
    }
    return { kind: 'allowance', allowance: { rule, reason, line } };
}

;// CONCATENATED MODULE: ./lib/changelog/client-command.js
const REMOVE = 'remove it: only SQL and DELIMITER are understood here';
const TERMINATE = 'end the statement with its delimiter instead';
const INCLUDE = 'list the file as a changeset of its own';
/** No SQL statement begins with one of these; `use` and `delimiter` are not here, they are understood. */
const NAMES = [
    ...['charset', 'clear', 'connect', 'edit', 'ego', 'exit', 'go', 'help', 'nopager', 'notee', 'nowarning'],
    ...['pager', 'print', 'prompt', 'query_attributes', 'quit', 'rehash', 'resetconnection', 'source'],
    ...['ssl_session_data_print', 'status', 'system', 'tee', 'warnings', '?'],
];
/** The client command that a statement is, if it is one. */
function clientCommandOf(statement) {
    const name = /^(?:\?|[a-z_]+(?![\w$]))/i.exec(statement)?.[0].toLowerCase();
    return name !== undefined && NAMES.includes(name) ? { name, fix: client_command_fixFor(name) } : undefined;
}
/** The client command that a backslash outside quoted text begins. */
function backslashCommand(letter) {
    return { name: `\\${letter}`, fix: client_command_fixFor(letter) };
}
function client_command_fixFor(name) {
    if (['go', 'ego', 'g', 'G'].includes(name))
        return TERMINATE;
    return ['source', '.'].includes(name) ? INCLUDE : REMOVE;
}

;// CONCATENATED MODULE: ./lib/changelog/delimiter.js
/** The client has room for no more. */
const delimiter_LONGEST = 15;
const delimiter_FORM = /^delimiter(?:[ \t]+(?:'([^']*)'?|"([^"]*)"?|`([^`]*)`?|(\S+)))?/i;
/** Whether a statement begins with the client's command `DELIMITER`. */
function isDelimiterCommand(sql, start) {
    const code = sql.charCodeAt(start) | 32;
    return code === 100 && /^delimiter(?![\w$])/i.test(sql.slice(start, start + 10));
}
/** Reads the rest of such a line; what follows the first word is ignored, as the client does. */
function parseDelimiterLine(line) {
    const match = delimiter_FORM.exec(line);
    const delimiter = match?.slice(1).find((argument) => argument !== undefined);
    if (delimiter === undefined || delimiter === '') {
        return {
            kind: 'problem',
            message: 'DELIMITER names no delimiter',
            fix: 'write a blank and the delimiter after it: DELIMITER //',
        };
    }
    if (delimiter.includes('\\') || delimiter.length > delimiter_LONGEST) {
        return {
            kind: 'problem',
            message: `the mysql client cannot take "${delimiter}" as a delimiter`,
            fix: `choose one of at most ${delimiter_LONGEST} characters without a backslash: DELIMITER //`,
        };
    }
    return { kind: 'delimiter', delimiter };
}

;// CONCATENATED MODULE: ./lib/changelog/find-end.js



const STOPS = (0,lexical/* table */.tp)('\'"`#-/\\$');
/** Finds the end of the statement that begins at `start`, and reports what cannot be SQL on the way. */
function findEnd(reading, start) {
    const { text, delimiter } = reading;
    const { sql } = text;
    const first = delimiter.charCodeAt(0);
    let at = start;
    while (at < sql.length) {
        const code = sql.charCodeAt(at);
        if (code === first && sql.startsWith(delimiter, at)) {
            return cutAtDelimiterLine(reading, start, at) ?? { end: at, next: at + delimiter.length };
        }
        if (!(0,lexical/* isIn */.S1)(STOPS, code))
            at++;
        else if (sql[at] !== '\\') {
            const end = pass(reading, at);
            if (end < 0)
                return cutAtDelimiterLine(reading, start, sql.length) ?? unterminated(text, at);
            at = end;
        }
        else {
            reportBackslash(text, at);
            if (/g/i.test(sql.charAt(at + 1)))
                return { end: at, next: at + 2 };
            at += 2;
        }
    }
    if (delimiter === ';')
        return { end: at, next: at };
    return cutAtDelimiterLine(reading, start, at) ?? unended(reading, start, { end: at, next: at });
}
/** Reports quoted text or a comment that never ends; nothing after it can be read. */
function unterminated(text, at) {
    const { sql } = text;
    const end = sql.length;
    if (sql.startsWith('/*', at))
        text.report(text.lineAt(at), 'the comment that begins here never ends', 'close it with */');
    else {
        const quote = sql[at] === '$' ? sql.slice(at, sql.indexOf('$', at + 1) + 1) : sql.charAt(at);
        text.report(text.lineAt(at), `the ${quote} that begins here is never closed`, `close it with ${quote}`);
    }
    return { end, next: end };
}
/** Passes quoted text, a comment or a hint, or else one character; -1 for what never ends. */
function pass(reading, at) {
    const { text, backslash } = reading;
    if (text.sql.startsWith('/*!', at) && isAmbiguous(text.sql, at, backslash)) {
        const message = 'servers disagree on where this executable comment ends';
        text.report(text.lineAt(at), message, 'write no "*/" in quoted text or comments inside it');
    }
    const end = (0,lexical/* skipInert */.kW)(text.sql, at, backslash);
    if (end > at)
        reading.onInert(at, end);
    return end === at ? at + 1 : end;
}
/** A statement under a changed delimiter that runs into `DELIMITER ;` has lost its own; what follows is read again. */
function cutAtDelimiterLine(reading, start, end) {
    const { text, delimiter } = reading;
    if (delimiter === ';')
        return undefined;
    const statement = text.sql.slice(start, end);
    if (end < text.sql.length && !/\n[ \t]*delimiter[ \t]*$/i.test(statement))
        return undefined;
    const index = statement.search(/(?<=\n)[ \t]*delimiter[ \t]+;[ \t\r]*(?:\n|$)/i);
    if (index < 0)
        return undefined;
    const cut = start + index;
    text.retract(text.lineAt(cut));
    return unended(reading, start, { end: cut, next: cut });
}
function unended(reading, start, extent) {
    const { text, delimiter } = reading;
    const message = `the statement that begins here is not ended by the delimiter "${delimiter}"`;
    text.report(text.lineAt(start), message, `write ${delimiter} after it`);
    return extent;
}
function reportBackslash(text, at) {
    const letter = text.sql.charAt(at + 1).trim();
    if (letter === 'N')
        return;
    const command = backslashCommand(letter);
    text.report(text.lineAt(at), `"${command.name}" is a command of the mysql client, not SQL`, command.fix);
}

;// CONCATENATED MODULE: ./lib/changelog/sql-text.js
/** Wraps the text of one file; positions are asked for in about the order of the file, so lines are counted once. */
function sqlText(sql, file) {
    let found = [];
    let counted = 0;
    let line = 1;
    return {
        sql,
        lineAt(at) {
            if (at < counted)
                [counted, line] = [0, 1];
            for (let end = sql.indexOf('\n', counted); end >= 0 && end < at; end = sql.indexOf('\n', counted)) {
                line++;
                counted = end + 1;
            }
            return line;
        },
        report(where, message, fix) {
            found.push({ line: where, problem: { code: 'invalid-sql', message, at: { file, line: where }, fix } });
        },
        retract(from) {
            found = found.filter((entry) => entry.line < from);
        },
        problems: () => found.toSorted((a, b) => a.line - b.line).map((entry) => entry.problem),
    };
}

;// CONCATENATED MODULE: ./lib/changelog/split.js







const BEFORE_DELIMITER = /^(?:\s|\/\*.*?\*\/)*$/;
/** Reads all statements of a file, and all that is wrong with it. */
function split(sql, file) {
    const text = sqlText(sql, file);
    const walk = { text, statements: [], delimiter: ';', backslash: 'escape', allowances: [] };
    reportNul(text);
    let at = readLead(walk, 0);
    while (at < sql.length)
        at = readLead(walk, split_readStatement(walk, at));
    for (const { line, rule } of walk.allowances) {
        text.report(line, `"db-deploy:allow ${rule}" stands above no statement`, 'put it directly above the statement');
    }
    if (walk.statements.length === 0 && text.problems().length === 0) {
        text.report(1, 'the file holds no SQL statement', 'write one, or remove the changeset');
    }
    return { statements: walk.statements, problems: text.problems() };
}
function reportNul(text) {
    const at = text.sql.indexOf('\0');
    const fix = "save it as UTF-8 text; in a string write the byte as X'00'";
    if (at >= 0)
        text.report(text.lineAt(at), 'the file contains a NUL byte', fix);
}
/** Passes everything before a statement: blanks, comments, empty statements and `DELIMITER` lines. */
function readLead(walk, from) {
    const { sql } = walk.text;
    let at = from;
    while (at < sql.length) {
        if ((0,lexical/* isSpace */.xC)(sql.charCodeAt(at)))
            at++;
        else if (sql.startsWith(walk.delimiter, at))
            at += walk.delimiter.length;
        else if (isDelimiterCommand(sql, at))
            at = readDelimiter(walk, at);
        else {
            const end = (0,lexical/* skipComment */.D)(sql, at);
            if (end === at)
                return at;
            if (end < 0)
                return unterminated(walk.text, at).next;
            readDirective(walk, at, end);
            at = end;
        }
    }
    return at;
}
function readDelimiter(walk, at) {
    const { text } = walk;
    const end = (0,lexical/* endOfLine */.vT)(text.sql, at);
    const read = parseDelimiterLine(text.sql.slice(at, end));
    if (read.kind === 'delimiter')
        walk.delimiter = read.delimiter;
    else
        text.report(text.lineAt(at), read.message, read.fix);
    if (!BEFORE_DELIMITER.test(lineBefore(text.sql, at))) {
        const message = 'DELIMITER does not begin its line, so the mysql client does not see it';
        text.report(text.lineAt(at), message, 'put it on a line of its own');
    }
    return end;
}
/** Reads one statement from its first token, and gives the position after its delimiter. */
function split_readStatement(walk, start) {
    const { text, delimiter, backslash, allowances } = walk;
    const line = text.lineAt(start);
    const reading = {
        text,
        delimiter,
        backslash,
        onInert: (from, to) => readInner(walk, from, to),
    };
    const { end, next } = findEnd(reading, start);
    const statement = {
        text: trimEnd(text.sql, start, end),
        line,
        allowances,
        ...(backslash === 'literal' && { backslash }),
    };
    walk.allowances = [];
    if (isSql(walk, statement))
        walk.statements.push(statement);
    walk.backslash = backslashAfter(statement, backslash);
    return next;
}
function isSql(walk, statement) {
    const { text, delimiter } = walk;
    const command = clientCommandOf(statement.text);
    if (command) {
        text.report(statement.line, `"${command.name}" is a command of the mysql client, not SQL`, command.fix);
        return false;
    }
    if (/^end(?![\w$])/i.test(statement.text)) {
        const fix = 'write DELIMITER // before the routine, // after its END, then DELIMITER ;';
        text.report(statement.line, `a BEGIN … END block was cut at a "${delimiter}" inside it`, fix);
    }
    return true;
}
function readDirective(walk, at, end) {
    const { text } = walk;
    const { sql } = text;
    if (lineBefore(sql, at).trim() !== '') {
        readInner(walk, at, end);
        return;
    }
    const directive = parseDirective(sql.slice(at, end), text.lineAt(at));
    if (directive.kind === 'allowance')
        walk.allowances.push(directive.allowance);
    else if (directive.kind === 'problem')
        text.report(directive.line, directive.message, `write ${allowanceForm}`);
}
/** A directive that does not stand above a statement would be without effect; say so. */
function readInner(walk, at, end) {
    const { text } = walk;
    if (!text.sql.startsWith('--', at))
        return;
    const directive = parseDirective(text.sql.slice(at, end), text.lineAt(at));
    if (directive.kind === 'none')
        return;
    const fix = 'put it on a line of its own, directly above the statement';
    text.report(text.lineAt(at), 'a db-deploy comment stands inside or behind a statement', fix);
}
function lineBefore(sql, at) {
    return at === 0 ? '' : sql.slice(sql.lastIndexOf('\n', at - 1) + 1, at);
}
/** Not `trimEnd`, which would take a no-break space that the server reads as a name. */
function trimEnd(sql, start, from) {
    let end = from;
    while (end > start && (0,lexical/* isSpace */.xC)(sql.charCodeAt(end - 1)))
        end--;
    return sql.slice(start, end);
}

;// CONCATENATED MODULE: ./lib/changelog/statements.js

/**
 * Splits a SQL file into statements where the `mysql` client would. On purpose it differs in this:
 * - a comment belongs to the statement that it stands before, not to the one that it trails, and is not sent alone;
 * - text is sent as it stands: CRLF is kept, no blank is added after a comment;
 * - what the client gets wrong is read as the server reads it: a comment with `*` in it before `DELIMITER`, a line of
 *   a statement that begins with a column named `delimiter`, a hint over several lines, `/*! 1 *\/*2`, `$$\$$`;
 * - what the client would do itself (`source`, `\G`) or would send broken is a problem, not a surprise.
 */
function splitStatements(sql, file) {
    return split(sql.startsWith('\ufeff') ? sql.slice(1) : sql, file);
}

;// CONCATENATED MODULE: ./lib/changelog/parse-question.js




const ONE_SELECT = 'write one SELECT';
const ELSEWHERE = 'remove it: db-deploy looks into the target schema only';
const NOT_HERE = { schemaName: ELSEWHERE, catalogName: ELSEWHERE };
const KEYS = {
    tableExists: { required: ['tableName'], optional: [] },
    viewExists: { required: ['viewName'], optional: [] },
    columnExists: { required: ['tableName', 'columnName'], optional: [] },
    indexExists: { required: [], optional: ['tableName', 'indexName', 'columnNames'] },
    foreignKeyConstraintExists: { required: ['foreignKeyName'], optional: ['foreignKeyTableName'] },
    primaryKeyExists: { required: ['tableName'], optional: [] },
    tableIsEmpty: { required: ['tableName'], optional: [] },
    rowCount: { required: ['tableName', 'expectedRows'], optional: [] },
    sqlCheck: { required: ['expectedResult', 'sql'], optional: [] },
    changeSetExecuted: { required: ['author', 'id'], optional: [] },
};
/** The kinds that ask something, in the order of the documentation. */
const QUESTION_KINDS = Object.keys(KEYS);
/** Whether it is one of them, not `and`, `or`, `not` or a mistake. */
function isQuestionKind(kind) {
    return Object.hasOwn(KEYS, kind);
}
/** Parses the attributes of one kind: `{ tableName: customers }`. */
function parseQuestion(kind, node, complain) {
    const fields = readFields(node, { ...KEYS[kind], instead: NOT_HERE }, complain);
    if (!fields)
        return undefined;
    const name = (key) => yaml_fields_readName(fields.get(key), complain);
    switch (kind) {
        case 'tableExists':
        case 'primaryKeyExists':
        case 'tableIsEmpty': {
            const tableName = name('tableName');
            return tableName === undefined ? undefined : { kind, tableName };
        }
        case 'viewExists': {
            const viewName = name('viewName');
            return viewName === undefined ? undefined : { kind, viewName };
        }
        case 'columnExists': {
            const [tableName, columnName] = [name('tableName'), name('columnName')];
            return tableName === undefined || columnName === undefined
                ? undefined
                : { kind, tableName, columnName };
        }
        case 'indexExists':
            return parseIndex(fields, node, complain);
        case 'foreignKeyConstraintExists': {
            const [foreignKeyTableName, foreignKeyName] = [name('foreignKeyTableName'), name('foreignKeyName')];
            return foreignKeyName === undefined ? undefined : { kind, foreignKeyTableName, foreignKeyName };
        }
        case 'rowCount': {
            const [tableName, expectedRows] = [name('tableName'), readCount(fields.get('expectedRows'), complain)];
            return tableName === undefined || expectedRows === undefined
                ? undefined
                : { kind, tableName, expectedRows };
        }
        case 'sqlCheck':
            return parseSqlCheck(fields, complain);
        case 'changeSetExecuted': {
            const [author, id] = [name('author'), name('id')];
            return author === undefined || id === undefined ? undefined : { kind, author, id };
        }
    }
}
function parseIndex(fields, node, complain) {
    const tableName = yaml_fields_readName(fields.get('tableName'), complain);
    const indexName = yaml_fields_readName(fields.get('indexName'), complain);
    const columnNames = yaml_fields_readNames(fields.get('columnNames'), complain).map(({ text }) => text);
    if (!fields.has('indexName') && !(fields.has('tableName') && fields.has('columnNames'))) {
        return complain(node.line, 'it does not say which index', 'add "indexName:", or both "tableName:" and "columnNames:"');
    }
    return { kind: 'indexExists', tableName, indexName, columnNames };
}
function parseSqlCheck(fields, complain) {
    const expectedResult = readRaw(fields.get('expectedResult'), complain);
    const entry = fields.get('sql');
    const source = readRaw(entry, complain);
    if (entry === undefined || source === undefined)
        return undefined;
    const sql = readSelect(source, entry.value.line, complain);
    return sql === undefined || expectedResult === undefined
        ? undefined
        : { kind: 'sqlCheck', expectedResult, sql };
}
/** The one SELECT of a text, without its `;`. */
function readSelect(source, line, complain) {
    if (codeTokens({ text: source, line }).next().done)
        return complain(line, '"sql" is empty', ONE_SELECT);
    const { statements, problems } = splitStatements(source, '');
    const [statement, second] = statements;
    if (second)
        return complain(line, `"sql" has ${statements.length} statements`, ONE_SELECT);
    const [problem] = problems;
    if (problem || !statement)
        return complain(line, `"sql": ${problem?.message}`, problem?.fix ?? ONE_SELECT);
    const flaw = judgeSelect(statement);
    if (flaw)
        return complain(line, `"sql" ${flaw.message}`, flaw.fix);
    return statement.text;
}

;// CONCATENATED MODULE: ./lib/changelog/parse-preconditions.js





const REACTIONS = ['HALT', 'CONTINUE', 'MARK_RAN', 'WARN'];
const REACTION_KEYS = ['onFail', 'onError'];
const parse_preconditions_KINDS = [...QUESTION_KINDS, 'and', 'or', 'not'];
const MAX_DEPTH = 20;
/** Parses the list under `preconditions:`. */
function parsePreconditions(entry, file, complain) {
    if (entry === undefined)
        return [];
    const { value } = entry;
    if (value.kind !== 'list') {
        complain(value.line, `"preconditions" must be a list, not ${describeNode(value)}`, 'put "- " before each of them');
        return [];
    }
    if (value.items.length === 0)
        complain(value.line, '"preconditions" is empty', 'add one, or remove the key');
    return value.items.flatMap((item) => parseEntry(item, file, complain) ?? []);
}
function parseEntry(node, file, complain) {
    if (node.kind !== 'map')
        return complainOfShape(node, complain);
    const [onFail, onError] = REACTION_KEYS.map((key) => parseReaction(node, key, complain));
    const entries = node.entries.filter((entry) => !REACTION_KEYS.includes(entry.key));
    const [condition] = entries.map((entry) => parseCondition(entry, complain, 1));
    const [first, second] = entries.filter((entry) => parse_preconditions_KINDS.includes(entry.key));
    if (second) {
        complain(second.line, `"${second.key}" is in the entry of "${first?.key}"`, 'start an entry of its own with "- ", or put both under "and"');
    }
    if (entries.length === 0) {
        const fix = 'put onFail and onError into the entry of the precondition that they belong to';
        complain(node.line, 'this entry has no precondition', fix);
    }
    if (!first || !condition)
        return undefined;
    return { condition, onFail: onFail ?? 'HALT', onError: onError ?? 'HALT', at: { file, line: first.line } };
}
function parseReaction(node, key, complain) {
    const [entry, second] = node.entries.filter((candidate) => candidate.key === key);
    if (second)
        complain(second.line, `key "${key}" is given twice, first on line ${entry?.line}`, 'keep one');
    return readChoice(entry, REACTIONS, complain);
}
function parseCondition(entry, complain, depth) {
    const { key: kind, value, line } = entry;
    if (isQuestionKind(kind))
        return parseQuestion(kind, value, complainAbout(complain, kind));
    if (kind !== 'and' && kind !== 'or' && kind !== 'not')
        return complainOfKind(entry, complain);
    if (depth > MAX_DEPTH)
        return complain(line, `it is nested deeper than ${MAX_DEPTH} levels`, 'nest less');
    const entries = entriesOf(value, complain);
    if (entries.length === 0)
        return complain(line, `"${kind}" is empty`, 'put a list of preconditions under it');
    const conditions = entries.flatMap((inner) => parseCondition(inner, complain, depth + 1) ?? []);
    return conditions.length < entries.length ? undefined : { kind, conditions };
}
/** What is under `and`, `or`, `not`: a list of preconditions, or a map where there is one of a kind. */
function entriesOf(node, complain) {
    if (node.kind === 'map')
        return node.entries;
    if (node.kind !== 'list')
        return [];
    return node.items.flatMap((item) => item.kind === 'map' ? item.entries : (complainOfShape(item, complain) ?? []));
}
function complainOfShape(node, complain) {
    return complain(node.line, `expected a precondition, found ${describeNode(node)}`, 'write it like "- tableExists: { tableName: customers }"');
}
function complainOfKind(entry, complain) {
    if (REACTION_KEYS.includes(entry.key)) {
        const fix = 'put it into the outermost entry: it decides for the whole of it';
        return complain(entry.line, `"${entry.key}" is inside of "and", "or" or "not"`, fix);
    }
    const meant = (0,did_you_mean/* closest */.k)(entry.key, [...parse_preconditions_KINDS, ...REACTION_KEYS]);
    const fix = meant === undefined ? `the kinds are ${parse_preconditions_KINDS.join(', ')}` : (0,did_you_mean/* didYouMean */.a)(meant);
    return complain(entry.line, `unknown precondition "${entry.key}"`, fix);
}

;// CONCATENATED MODULE: ./lib/changelog/parse-changeset.js






const SQL_FILE = 'put the SQL into a file and name it with "sqlFile:"';
const parse_changeset_KEYS = {
    required: ['id', 'author', 'sqlFile'],
    optional: [
        'risk',
        'allowDestructive',
        'contexts',
        'labels',
        'comment',
        'runOnChange',
        'runAlways',
        'validCheckSum',
        'tag',
        'preconditions',
    ],
    instead: {
        changes: SQL_FILE,
        sql: SQL_FILE,
        rollback: 'remove it: what undoes a failed update is the backup',
        failOnError: 'remove it: a changeset that fails ends the run',
    },
};
const RISKS = ['low', 'medium', 'high'];
/** Parses one `changeSet:`. */
function parseChangeset(entry, file, complainOfFile) {
    const complain = complainAbout(complainOfFile, `changeSet ${idOf(entry)}`.trimEnd());
    const fields = readFields(entry.value, parse_changeset_KEYS, complain);
    if (!fields)
        return undefined;
    const id = yaml_fields_readName(fields.get('id'), complain);
    const author = readAuthor(fields.get('author'), complain);
    const sqlFile = readSqlFile(fields.get('sqlFile'), complain);
    const options = readOptions(fields, file, complain);
    if (id === undefined || author === undefined || sqlFile === undefined)
        return undefined;
    const at = { file, line: entry.line };
    const sqlFileAt = { file, line: fields.get('sqlFile')?.line ?? entry.line };
    return { id, author, key: changesetKey(author, id), at, sqlFile, sqlFileAt, ...options };
}
/** Everything that may be left out. */
function readOptions(fields, file, complain) {
    return {
        risk: readChoice(fields.get('risk'), RISKS, complain) ?? 'low',
        allowDestructive: readBoolean(fields.get('allowDestructive'), complain) ?? false,
        contexts: readContexts(fields.get('contexts'), complain),
        labels: readLabels(fields.get('labels'), complain),
        comment: readLine(fields.get('comment'), complain) || undefined,
        runOnChange: readBoolean(fields.get('runOnChange'), complain) ?? false,
        runAlways: readBoolean(fields.get('runAlways'), complain) ?? false,
        validCheckSum: readChecksums(fields.get('validCheckSum'), complain),
        tag: yaml_fields_readName(fields.get('tag'), complain),
        preconditions: parsePreconditions(fields.get('preconditions'), file, complain),
    };
}
/** The id for messages, if there is one that can be shown, from a changeset that may be wrong in every way. */
function idOf(entry) {
    if (entry.value.kind !== 'map')
        return '';
    const id = entry.value.entries.find(({ key }) => key === 'id')?.value;
    return id?.kind === 'scalar' && /^[\w.-]{1,80}$/.test(id.text) ? id.text : '';
}
/** A colon would make it unclear where in `author:id` the id begins. */
function readAuthor(entry, complain) {
    const author = yaml_fields_readName(entry, complain);
    if (!entry || !author?.includes(':'))
        return author;
    return complain(entry.value.line, '"author" has a colon in it', 'leave it out: changesets are named "author:id"');
}
function readSqlFile(entry, complain) {
    const written = yaml_fields_readName(entry, complain);
    if (entry === undefined || written === undefined)
        return undefined;
    const path = resolvePath(written);
    return typeof path === 'string' ? path : complain(entry.value.line, path.message, path.fix);
}
function readContexts(entry, complain) {
    const source = readLine(entry, complain);
    if (entry === undefined || source === undefined || source === '')
        return undefined;
    const parsed = (0,expression/* parseExpression */.YK)(source);
    if ('root' in parsed)
        return parsed;
    return complain(entry.value.line, `"contexts" is no expression: ${parsed.message}`, parsed.fix);
}
function readLabels(entry, complain) {
    const labels = yaml_fields_readNames(entry, complain);
    for (const { text, line } of labels) {
        if ((0,expression/* isExpressionName */.wN)(text))
            continue;
        complain(line, `"${text}" is no label`, 'write names without blanks and operators, with commas between them');
    }
    const texts = labels.map(({ text }) => text);
    if (entry && texts.join(',').length > MAX_LENGTH) {
        complain(entry.value.line, `"labels" are longer than ${MAX_LENGTH} characters`, 'use fewer or shorter ones');
    }
    return texts;
}
function readChecksums(entry, complain) {
    return yaml_fields_readNames(entry, complain).map(({ text, line }) => {
        if (!/^v1:[0-9a-f]{64}$/i.test(text)) {
            const fix = 'write "v1:" and 64 hex digits, as the message about the mismatch has them';
            complain(line, `"validCheckSum" cannot be "${text}"`, fix);
        }
        return text.toLowerCase();
    });
}

// EXTERNAL MODULE: ../../node_modules/yaml/dist/index.js
var dist = __webpack_require__(33483);
;// CONCATENATED MODULE: ./lib/changelog/parse-yaml.js


const parse_yaml_MAX_DEPTH = 50;
const MAX_SIZE = 2_000_000;
/**
 * Parses one YAML document; of several syntax errors only the first, because the others are mostly its consequence.
 * Anchors and aliases are resolved; tags, merge keys and keys that are not text are refused.
 */
function parseYaml(text, file, code = 'invalid-changelog') {
    const problems = [];
    const complain = complainTo(problems, file, code);
    const lines = new dist/* LineCounter */.HN();
    // `silent` would also keep silent about a second document.
    const options = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'error' };
    const document = (0,dist/* parseDocument */.Tp)(text, { ...options, lineCounter: lines });
    const [error] = document.errors;
    if (error) {
        const [message, fix] = describeSyntaxError(error);
        complain(lines.linePos(error.pos[0]).line, message, fix);
        return { root: undefined, problems };
    }
    const lineOf = (node) => lines.linePos(node.range?.[0] ?? 0).line;
    const building = { lineOf, complain, anchors: new Map(), size: 0 };
    const root = document.contents
        ? build(document.contents, building, 1)
        : { kind: 'nothing', line: 1 };
    if (building.size > MAX_SIZE) {
        complain(root.line, 'its aliases multiply its size beyond all bounds', 'write out what the aliases stand for');
    }
    return { root: problems.length === 0 ? root : undefined, problems };
}
function build(source, building, depth) {
    const line = building.lineOf(source);
    if (depth > parse_yaml_MAX_DEPTH) {
        building.complain(line, `it is nested deeper than ${parse_yaml_MAX_DEPTH} levels`, 'nest less');
        return { kind: 'nothing', line };
    }
    if ((0,dist/* isAlias */.Vj)(source))
        return resolveAlias(source.source, line, building);
    const before = building.size;
    building.size += 1;
    if (source.tag?.startsWith('!')) {
        building.complain(line, `the tag "${source.tag}" means nothing here`, 'remove it');
    }
    const node = buildContent(source, line, building, depth);
    if (source.anchor !== undefined)
        building.anchors.set(source.anchor, { node, size: building.size - before });
    return node;
}
function buildContent(source, line, building, depth) {
    if ((0,dist/* isMap */.jh)(source)) {
        const entries = source.items.map((pair) => buildEntry(pair.key, pair.value, building, depth));
        return { kind: 'map', entries, line };
    }
    if ((0,dist/* isSeq */.oP)(source)) {
        return { kind: 'list', items: source.items.map((item) => build(item, building, depth + 1)), line };
    }
    const text = (0,dist/* isScalar */.jn)(source) ? source.value : '';
    const isPlain = (0,dist/* isScalar */.jn)(source) && source.type === 'PLAIN';
    return isPlain && /^(~|null|Null|NULL)?$/.test(text)
        ? { kind: 'nothing', line }
        : { kind: 'scalar', text, line };
}
function buildEntry(key, value, building, depth) {
    const line = building.lineOf(key);
    const name = build(key, building, depth + 1);
    if (name.kind !== 'scalar')
        building.complain(line, 'a key must be a text', 'put the key into quotes');
    if (name.kind === 'scalar' && name.text === '<<') {
        building.complain(line, 'merge keys ("<<") are not supported', 'write out the keys that it would merge');
    }
    return {
        key: name.kind === 'scalar' ? name.text : '',
        line,
        value: value ? build(value, building, depth + 1) : { kind: 'nothing', line },
    };
}
function resolveAlias(name, line, building) {
    const anchor = building.anchors.get(name);
    building.size += anchor?.size ?? 1;
    if (anchor)
        return anchor.node;
    // Inside the anchored value itself the anchor is not there yet either, so no cycle can be built.
    building.complain(line, `the alias "*${name}" has no anchor "&${name}" before it`, 'set the anchor before its alias');
    return { kind: 'nothing', line };
}
function describeSyntaxError(error) {
    switch (error.code) {
        case 'TAB_AS_INDENT':
            return ['a tab is used as indentation', 'indent with spaces: YAML allows no tabs'];
        case 'MULTIPLE_DOCS':
            return ['a second YAML document starts here', 'make it one document: remove the "---" between them'];
        case 'RESOURCE_EXHAUSTION':
            return ['it is nested too deep', 'nest less'];
        default:
            return [`this is no valid YAML: ${lowerFirst(error.message)}`, FIX_SYNTAX];
    }
}
const FIX_SYNTAX = 'check indentation, quotes and brackets here and on the line before';
function lowerFirst(text) {
    return text.charAt(0).toLowerCase() + text.slice(1);
}

;// CONCATENATED MODULE: ./lib/changelog/parse.js








const parse_KINDS = ['changeSet', 'include', 'includeAll', 'preconditions'];
/** Parses one changelog file and reports everything that is wrong with it, by line. */
function parseChangelogFile(text, file) {
    const yaml = parseYaml(text, file);
    const problems = [...yaml.problems];
    const complain = complainTo(problems, file);
    const list = yaml.root && findList(yaml.root, complain);
    const parsed = (list?.items ?? []).map((item) => parseItem(item, file, complain));
    return {
        entries: parsed.flatMap(({ entry }) => entry ?? []),
        preconditions: parsed.flatMap(({ preconditions }) => preconditions ?? []),
        problems: problems.toSorted((left, right) => (left.at?.line ?? 0) - (right.at?.line ?? 0)),
    };
}
function findList(root, complain) {
    const fix = 'begin the file with "databaseChangeLog:" and list the changesets under it';
    if (root.kind === 'nothing')
        return complain(root.line, 'the file is empty', fix);
    if (root.kind !== 'map')
        return complain(root.line, `expected "databaseChangeLog:", found ${describeNode(root)}`, fix);
    const list = readFields(root, { required: ['databaseChangeLog'], optional: [] }, complain)?.get('databaseChangeLog');
    if (!list)
        return undefined;
    const { value } = list;
    if (value.kind === 'list' && value.items.length > 0)
        return value;
    const isEmpty = value.kind === 'nothing' || value.kind === 'list';
    const message = isEmpty
        ? 'the changelog is empty'
        : `"databaseChangeLog" must be a list, not ${describeNode(value)}`;
    return complain(value.line, message, 'list changesets under it: "- changeSet:"');
}
function parseItem(item, file, complain) {
    if (item.kind !== 'map') {
        complain(item.line, `expected one of ${parse_KINDS.join(', ')}, found ${describeNode(item)}`, 'write "- changeSet:"');
        return {};
    }
    const known = item.entries.filter((entry) => parse_KINDS.includes(entry.key));
    const [first, second] = known;
    if (first?.value.kind === 'nothing' && item.entries.length > 1) {
        complain(first.line, `"${first.key}" has nothing under it`, 'indent what follows by two more spaces');
        return {};
    }
    for (const entry of item.entries)
        if (!known.includes(entry))
            parse_complainOfKind(entry, complain);
    if (second)
        complain(second.line, `"${second.key}" is in the entry of "${first?.key}"`, 'begin a new entry with "- "');
    return first ? parse_parseEntry(first, file, complain) : {};
}
function parse_parseEntry(entry, file, complainOfFile) {
    if (entry.key === 'changeSet') {
        const header = parseChangeset(entry, file, complainOfFile);
        return { entry: header && { kind: 'changeSet', header } };
    }
    const complain = complainAbout(complainOfFile, entry.key);
    if (entry.key === 'include')
        return { entry: parseInclude(entry, file, complain) };
    if (entry.key === 'includeAll')
        return { entry: parseIncludeAll(entry, file, complain) };
    return { preconditions: parsePreconditions(entry, file, complainOfFile) };
}
function parse_complainOfKind(entry, complain) {
    const meant = (0,did_you_mean/* closest */.k)(entry.key, parse_KINDS);
    const fix = meant === undefined ? `an entry is one of ${parse_KINDS.join(', ')}` : (0,did_you_mean/* didYouMean */.a)(meant);
    return complain(entry.line, `unknown entry "${entry.key}"`, fix);
}

;// CONCATENATED MODULE: ./lib/files/working-directory.js



/**
 * The real, absolute path of a file or folder that a user named relative to the working directory, or why it may not be
 * used: nothing leaves the working directory, not by `..` and not through symbolic links. Throws the system's error
 * where there is no such file.
 */
function insideWorkingDirectory(root, path) {
    const resolved = resolvePath(path);
    if (typeof resolved !== 'string')
        return resolved;
    const realRoot = external_node_fs_.realpathSync.native(root);
    const real = external_node_fs_.realpathSync.native((0,external_node_path_.resolve)(realRoot, resolved));
    const way = (0,external_node_path_.relative)(realRoot, real);
    if (way !== '..' && !way.startsWith(`..${external_node_path_.sep}`) && !(0,external_node_path_.isAbsolute)(way))
        return real;
    return {
        message: `"${path}" leaves the working directory through a symbolic link`,
        fix: 'replace the link by the file itself',
    };
}

;// CONCATENATED MODULE: ./lib/files/list-files.js



/**
 * All files under a folder of the working directory, at any depth, as paths relative to the working directory, in no
 * particular order, but none with a name that begins with a dot. A link to a folder is refused rather than left out
 * in silence; to follow it could lead in circles.
 */
function listFiles(root, folder) {
    try {
        const real = insideWorkingDirectory(root, folder);
        if (typeof real !== 'string')
            return real;
        if (!(0,external_node_fs_.statSync)(real).isDirectory())
            return { message: `${folder} is no folder`, fix: 'name a folder' };
        return listUnder(real, folder);
    }
    catch (error) {
        const { code } = error;
        if (code === undefined)
            throw error;
        if (code === 'ENOENT')
            return { message: `the folder ${folder} does not exist`, fix: 'add it, or correct its path' };
        return { message: `the folder ${folder} cannot be listed (${code})`, fix: 'check the folder' };
    }
}
function listUnder(real, folder) {
    const files = [];
    for (const entry of (0,external_node_fs_.readdirSync)(real, { withFileTypes: true })) {
        if (entry.name.startsWith('.'))
            continue;
        const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
        const inside = (0,external_node_path_.join)(real, entry.name);
        if (entry.isDirectory()) {
            const deeper = listUnder(inside, path);
            if (!isListed(deeper))
                return deeper;
            files.push(...deeper);
        }
        else if (entry.isSymbolicLink() && (0,external_node_fs_.statSync)(inside, { throwIfNoEntry: false })?.isDirectory()) {
            return {
                message: `${path} is a symbolic link to a folder`,
                fix: 'include the folder that it leads to by its own path',
            };
        }
        else {
            files.push(path);
        }
    }
    return files;
}
function isListed(listed) {
    return Array.isArray(listed);
}

;// CONCATENATED MODULE: ./lib/files/read-text.js




const MAX_SUGGESTIONS = 1000;
const UTF8 = new TextDecoder('utf-8', { fatal: true });
/**
 * The text of a file inside the working directory, strictly UTF-8, without byte-order mark. Synchronous: for thousands
 * of small files that is several times faster than any number of promises, and nothing else is going on yet.
 */
function readText(root, path) {
    try {
        const real = insideWorkingDirectory(root, path);
        if (typeof real !== 'string')
            return { code: 'outside-working-directory', ...real };
        // Asked first, because reading a named pipe would wait for ever.
        const stats = (0,external_node_fs_.statSync)(real);
        if (!stats.isFile())
            return describeNoFile(path, stats.isDirectory() ? 'a folder' : 'no regular file');
        return decodeText((0,external_node_fs_.readFileSync)(real), path);
    }
    catch (error) {
        return describeSystemError(error, root, path);
    }
}
function describeNoFile(path, what) {
    return { code: 'file-unreadable', message: `${path} is ${what}`, fix: 'name a file' };
}
/** Strictly UTF-8, without byte-order mark. */
function decodeText(bytes, path) {
    const text = decodeUtf8(bytes);
    if (text !== undefined)
        return text;
    const isUtf16 = bytes.length > 1 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0));
    return {
        code: 'file-unreadable',
        message: `${path} is not UTF-8${isUtf16 ? ' but UTF-16' : ': there are invalid bytes in this line'}`,
        fix: 'save it as UTF-8',
        line: isUtf16 ? 1 : lineOfInvalid(bytes),
    };
}
/** `undefined` where there are invalid bytes. */
function decodeUtf8(bytes) {
    try {
        return UTF8.decode(bytes);
    }
    catch {
        return undefined;
    }
}
/** No byte of a longer UTF-8 sequence is a line feed, so each line is valid or not by itself. */
function lineOfInvalid(bytes) {
    let line = 1;
    for (let start = 0; start < bytes.length; line += 1) {
        const feed = bytes.indexOf(0x0a, start);
        const end = feed < 0 ? bytes.length : feed + 1;
        if (decodeUtf8(bytes.subarray(start, end)) === undefined)
            return line;
        start = end;
    }
    return line;
}
function describeSystemError(error, root, path) {
    const { code = '' } = error;
    switch (code) {
        case 'ENOENT':
        case 'ENOTDIR':
            return {
                code: 'file-unreadable',
                message: `${path} does not exist`,
                fix: suggest(root, path) ?? 'add the file, or correct its path',
            };
        case 'EACCES':
        case 'EPERM':
            return {
                code: 'file-unreadable',
                message: `${path} may not be read`,
                fix: 'give this user the right to read it',
            };
        case 'ELOOP':
            return {
                code: 'file-unreadable',
                message: `${path} is a symbolic link that leads to itself`,
                fix: 'replace the link by the file itself',
            };
        case '':
            throw error;
        default:
            return {
                code: 'file-unreadable',
                message: `${path} cannot be read (${code})`,
                fix: 'check the file',
            };
    }
}
/** A file beside it whose name is close. */
function suggest(root, path) {
    const folder = folderOf(path);
    try {
        const real = insideWorkingDirectory(root, folder);
        if (typeof real !== 'string')
            return undefined;
        const names = (0,external_node_fs_.readdirSync)(real).slice(0, MAX_SUGGESTIONS);
        const meant = (0,did_you_mean/* closest */.k)(path, names.map((name) => (folder === '.' ? name : `${folder}/${name}`)));
        return meant === undefined ? undefined : (0,did_you_mean/* didYouMean */.a)(meant);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/files/read-changelog.js









/**
 * Reads the whole changelog tree, every SQL file included, and gives all problems of all files at once, by file in the
 * order of the tree and by line. Where there are problems, the changesets are not all there.
 */
async function readChangelog(workingDirectory, changelogFile) {
    if (!(0,external_node_fs_.existsSync)(workingDirectory)) {
        const changelog = { file: changelogFile, preconditions: [], changesets: [] };
        return { changelog, problems: [describeNoWorkingDirectory(workingDirectory)] };
    }
    const source = {
        readText: (path) => readText(workingDirectory, path),
        listFiles: (folder) => listFiles(workingDirectory, folder),
    };
    return readChangelogFrom(source, changelogFile);
}
/** The same from anywhere. */
function readChangelogFrom(source, changelogFile) {
    const path = resolvePath(changelogFile);
    const file = typeof path === 'string' ? path : changelogFile;
    const walk = { source, visited: new Map(), headers: [], preconditions: [], problems: [] };
    visit(walk, { file, at: undefined }, []);
    walk.problems.push(...checkUniqueKeys(walk.headers));
    const changesets = readChangesets(walk);
    return { changelog: { file, preconditions: walk.preconditions, changesets }, problems: inFileOrder(walk) };
}
/** Reads one changelog file and, where they stand in it, the files that it includes. */
function visit(walk, here, chain) {
    const obstacle = checkVisit(here, chain, walk.visited);
    if (obstacle) {
        walk.problems.push(obstacle);
        return;
    }
    walk.visited.set(here.file, here);
    const text = walk.source.readText(here.file);
    if (typeof text !== 'string') {
        walk.problems.push(describeUnreadable(text, here.file, here.at));
        return;
    }
    const { entries, preconditions, problems } = parseChangelogFile(text, here.file);
    walk.problems.push(...problems);
    walk.preconditions.push(...preconditions);
    for (const entry of entries) {
        if (entry.kind === 'changeSet')
            walk.headers.push(entry.header);
        else if (entry.kind === 'include')
            visit(walk, entry, [...chain, here]);
        else
            for (const file of expand(walk, entry))
                visit(walk, { file, at: entry.at }, [...chain, here]);
    }
}
function expand(walk, include) {
    const { folder, endsWithFilter, at } = include;
    const listed = walk.source.listFiles(folder);
    const refuse = (message, fix) => {
        walk.problems.push({ code: 'invalid-changelog', message: `includeAll: ${message}`, at, fix });
        return [];
    };
    if ('message' in listed)
        return refuse(listed.message, listed.fix);
    const files = selectIncluded(listed, endsWithFilter);
    const ending = endsWithFilter ?? '.yml or .yaml';
    if (files.length > 0)
        return files;
    return refuse(`no file under ${folder} ends in ${ending}`, 'add a changelog there, or remove the entry');
}
/** Reads each SQL file once, however many changesets name it. */
function readChangesets(walk) {
    const known = new Map();
    return walk.headers.flatMap((header) => {
        const path = header.sqlFile;
        const sql = known.get(path) ?? read_changelog_readSqlFile(walk, path);
        const isKnown = known.has(path);
        known.set(path, sql);
        if ('checksum' in sql)
            return [{ ...header, sql }];
        const message = `changeSet ${header.id}: ${sql.message}`;
        if (!isKnown || sql.line === undefined) {
            walk.problems.push(describeUnreadable({ ...sql, message }, path, header.sqlFileAt));
        }
        return [];
    });
}
function read_changelog_readSqlFile(walk, path) {
    const text = walk.source.readText(path);
    if (typeof text !== 'string')
        return text;
    const { statements, problems } = splitStatements(text, path);
    walk.problems.push(...problems);
    return { path, statements, checksum: checksum(statements) };
}
function describeUnreadable(file, path, namedAt) {
    const { code, message, fix, line } = file;
    const at = line === undefined ? namedAt : { file: path, line };
    return at === undefined ? { code, message, fix } : { code, message, fix, at };
}
function describeNoWorkingDirectory(folder) {
    return {
        code: 'invalid-input',
        message: `the working directory ${folder} does not exist`,
        fix: 'check the input working-directory',
    };
}
/** Changelog files as they are met, then SQL files as changesets name them; within a file by line. */
function inFileOrder(walk) {
    const files = new Set([...walk.visited.keys(), ...walk.headers.map(({ sqlFile }) => sqlFile)]);
    const ranks = new Map([...files].map((file, index) => [file, index]));
    const rank = ({ at }) => (at === undefined ? -1 : (ranks.get(at.file) ?? files.size));
    const line = ({ at }) => at?.line ?? 0;
    return walk.problems.toSorted((left, right) => rank(left) - rank(right) || line(left) - line(right));
}

;// CONCATENATED MODULE: ./lib/mysql/history.js



const SELECT_HISTORY = `SELECT ID AS id, AUTHOR AS author, FILENAME AS filename, CHECKSUM AS checksum,
  DATEEXECUTED AS executedAt, RUN_ID AS runId
  FROM DATABASECHANGELOG WHERE EXECTYPE IN ('EXECUTED', 'RERAN', 'MARK_RAN') ORDER BY ORDEREXECUTED`;
/** The same for a table of Liquibase's that has not been adopted: read modes change nothing. */
const SELECT_LIQUIBASE_HISTORY = `SELECT ID AS id, AUTHOR AS author, FILENAME AS filename, NULL AS checksum,
  DATEEXECUTED AS executedAt, NULL AS runId
  FROM DATABASECHANGELOG WHERE EXECTYPE IN ('EXECUTED', 'RERAN', 'MARK_RAN') ORDER BY ORDEREXECUTED`;
/** Reads what ran; refuses a history in which one `author:id` stands twice, because it is not certain what ran. */
async function readHistory(session, state) {
    const table = state.get('DATABASECHANGELOG');
    if (!table) {
        await requireNoHistory(session);
        return new Map();
    }
    const sql = table.columns.has('CHECKSUM') ? SELECT_HISTORY : SELECT_LIQUIBASE_HISTORY;
    const rows = await readRows(session, sql);
    const history = new Map(rows.map((row) => [changesetKey(row.author, row.id), row]));
    if (history.size < rows.length || historyAdoption(state) !== undefined)
        await requireCertainHistory(session);
    return history;
}
const NEXT_ORDER = `(SELECT n FROM (SELECT COALESCE(MAX(ORDEREXECUTED), 0) + 1 AS n FROM DATABASECHANGELOG) AS o)`;
/** One row a changeset: a second run of it takes the place of the first. Exported for `update-sql`, with values inlined. */
const RECORD_CHANGESET = `INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE,
    DESCRIPTION, COMMENTS, TAG, LIQUIBASE, CONTEXTS, LABELS, DEPLOYMENT_ID, CHECKSUM, RUN_ID, EXECUTION_MS)
  VALUES (?, ?, ?, UTC_TIMESTAMP(), ${NEXT_ORDER}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS latest
  ON DUPLICATE KEY UPDATE DATEEXECUTED = latest.DATEEXECUTED, ORDEREXECUTED = latest.ORDEREXECUTED,
    EXECTYPE = latest.EXECTYPE, MD5SUM = NULL, DESCRIPTION = latest.DESCRIPTION, COMMENTS = latest.COMMENTS,
    TAG = latest.TAG, LIQUIBASE = latest.LIQUIBASE, CONTEXTS = latest.CONTEXTS, LABELS = latest.LABELS,
    DEPLOYMENT_ID = latest.DEPLOYMENT_ID, CHECKSUM = latest.CHECKSUM, RUN_ID = latest.RUN_ID,
    EXECUTION_MS = latest.EXECUTION_MS`;
/** The values of RECORD_CHANGESET; `filename` is the row's own when the changeset ran before from another file. */
function historyValues(changeset, filename, execType, executionMs, context) {
    return [
        changeset.id,
        changeset.author,
        cut(filename, 255),
        execType,
        cut(`sqlFile ${changeset.sqlFile}`, 250),
        cut(changeset.comment ?? '', 250),
        changeset.tag ?? null,
        context.tool.slice(0, 20),
        changeset.contexts === undefined ? null : cut(changeset.contexts.source, 255),
        changeset.labels.length > 0 ? cut(changeset.labels.join(','), 255) : null,
        context.deploymentId,
        changeset.sql.checksum,
        context.runId,
        executionMs,
    ];
}
/** By code points, as the server counts: half of a surrogate pair would not be text. */
function cut(text, length) {
    return text.length <= length ? text : Array.from(text).slice(0, length).join('');
}
/** Records that a changeset ran, inside the caller's transaction if there is one. */
async function recordChangeset(session, changeset, earlier, execType, executionMs, context) {
    const filename = earlier?.filename ?? changeset.at.file;
    await write(session, RECORD_CHANGESET, historyValues(changeset, filename, execType, executionMs, context));
}
/** Exported for `update-sql`. */
const FILL_CHECKSUM = `UPDATE DATABASECHANGELOG SET CHECKSUM = ?
  WHERE ID = ? AND AUTHOR = ? AND FILENAME = ? AND CHECKSUM IS NULL`;
/** Gives a row that Liquibase wrote the checksum that it is compared with from now on. */
async function fillChecksum(session, row, checksum) {
    await write(session, FILL_CHECKSUM, fillValues(row, checksum));
}
/** The values of FILL_CHECKSUM. */
function fillValues(row, checksum) {
    return [checksum, row.id, row.author, row.filename];
}
const SELECT_HAS_CHANGESET = 'SELECT RUN_ID AS runId FROM DATABASECHANGELOG WHERE ID = ? AND AUTHOR = ?';
/** Which run recorded a changeset last: after a lost connection this tells whether its transaction was committed. */
async function readRecordedRun(session, changeset) {
    const [row] = await readRows(session, SELECT_HAS_CHANGESET, [
        changeset.id,
        changeset.author,
    ]);
    return row?.runId ?? undefined;
}

;// CONCATENATED MODULE: ./lib/changelog/precondition.js

/** Whether it is judged over others instead of asking something. */
function isGroup(condition) {
    return 'conditions' in condition;
}
/**
 * Judges preconditions in order; the first that does not hold decides by its `onFail`, one that cannot be judged by
 * its `onError`, and after WARN the rest is judged. An `ExpectedError` is no answer: it ends the run whatever onError
 * says, because a connection that is gone is no reason to mark a changeset as run.
 */
async function judgePreconditions(entries, ask) {
    const notes = [];
    for (const entry of entries) {
        const [reaction, message] = await judgeEntry(entry, ask);
        if (reaction === 'WARN')
            notes.push(message);
        else if (reaction)
            return { kind: VERDICTS[reaction], message, notes, at: entry.at };
    }
    return { kind: 'hold', notes };
}
const VERDICTS = { HALT: 'halt', CONTINUE: 'skip', MARK_RAN: 'mark-ran' };
async function judgeEntry(entry, ask) {
    try {
        const answer = await precondition_judge(entry.condition, ask);
        return [answer.holds ? undefined : entry.onFail, answer.found];
    }
    catch (error) {
        if (error instanceof lib_errors/* ExpectedError */.Dh)
            throw error;
        const words = error instanceof Error ? error.message : String(error);
        return [entry.onError, `cannot find out whether ${describePrecondition(entry.condition)}: ${words}`];
    }
}
async function precondition_judge(condition, ask) {
    if (!isGroup(condition))
        return ask(condition);
    // `not` of several: none of them may hold.
    const decisive = condition.kind !== 'and';
    const found = [];
    for (const inner of condition.conditions) {
        const answer = await precondition_judge(inner, ask);
        if (answer.holds === decisive)
            return { holds: condition.kind === 'or', found: answer.found };
        found.push(answer.found);
    }
    return { holds: condition.kind !== 'or', found: found.join(', and ') };
}
/** What a precondition demands, in words: table `customers` exists. */
function describePrecondition(condition) {
    switch (condition.kind) {
        case 'tableExists':
            return `table \`${condition.tableName}\` exists`;
        case 'viewExists':
            return `view \`${condition.viewName}\` exists`;
        case 'columnExists':
            return `column \`${condition.tableName}\`.\`${condition.columnName}\` exists`;
        case 'indexExists':
            return `${describeIndex(condition)} exists`;
        case 'foreignKeyConstraintExists':
            return `foreign key \`${condition.foreignKeyName}\`${ofTable(condition.foreignKeyTableName)} exists`;
        case 'primaryKeyExists':
            return `table \`${condition.tableName}\` has a primary key`;
        case 'tableIsEmpty':
            return `table \`${condition.tableName}\` is empty`;
        case 'rowCount':
            return `table \`${condition.tableName}\` has ${condition.expectedRows} rows`;
        case 'sqlCheck':
            return `${JSON.stringify(condition.expectedResult)} is the result of ${condition.sql}`;
        case 'changeSetExecuted':
            return `changeset ${condition.author}:${condition.id} was executed`;
        case 'not':
            return `none of this is so: ${describeAll(condition.conditions, 'or')}`;
        case 'and':
        case 'or':
            return describeAll(condition.conditions, condition.kind);
    }
}
function describeAll(conditions, word) {
    const described = conditions.map((inner) => isGroup(inner) ? `(${describePrecondition(inner)})` : describePrecondition(inner));
    return described.join(` ${word} `);
}
/** index `i` over (a, b) of table `t`, with what was asked of it. */
function describeIndex(condition) {
    const { indexName, columnNames, tableName } = condition;
    const columns = columnNames.length === 0 ? '' : ` over (${columnNames.join(', ')})`;
    return `index${indexName === undefined ? '' : ` \`${indexName}\``}${columns}${ofTable(tableName)}`;
}
function ofTable(tableName) {
    return tableName === undefined ? '' : ` of table \`${tableName}\``;
}

;// CONCATENATED MODULE: ./lib/policy/touched-tables.js


const OF_ROWS = ['INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'LOAD', 'RENAME'];
const OF_DEFINITIONS = ['CREATE', 'ALTER', 'DROP', 'TRUNCATE'];
/** The head of an INSERT that is not read any further. */
const touched_tables_PLAIN_INSERT = /^(?:insert|replace)\s+(?:ignore\s+)?into\s+(?:`([^`]+)`|([a-z_][\w$]*))/i;
/**
 * The tables that a changeset changes, creates or drops, in the order in which it meets them; those of the target's
 * schema without it. What a routine would do when it is called is not among them.
 */
function touchedTables(changeset, schema) {
    const names = readChangeset(changeset, schema).flatMap(({ statements }) => statements.flatMap(({ statement, commands }) => commands.length === 0 ? plainInsert(statement) : commands.flatMap((command) => tablesOf(command))));
    return [
        ...new Set(names.map((name) => name.schema === undefined || name.schema === schema ? name.name : `${name.schema}.${name.name}`)),
    ];
}
function tablesOf(command) {
    const { verb, ddl, isInBody, objects } = command;
    if (isInBody)
        return [];
    if (OF_DEFINITIONS.includes(verb)) {
        if (ddl?.object === 'INDEX' || ddl?.object === 'TRIGGER')
            return ddl.on ? [ddl.on] : [];
        if (ddl?.object !== 'TABLE')
            return [];
    }
    else if (!OF_ROWS.includes(verb))
        return [];
    return objects.filter((name) => !isTemporary(command, name));
}
function plainInsert({ text }) {
    const [, quoted, plain] = touched_tables_PLAIN_INSERT.exec(text) ?? [];
    const name = quoted ?? plain;
    return name === undefined ? [] : [{ schema: undefined, name }];
}

// EXTERNAL MODULE: ./lib/report/redact.js + 1 modules
var redact = __webpack_require__(44107);
;// CONCATENATED MODULE: ./lib/report/reported-changeset.js



/** A planned changeset as reports show it: nothing has become of it yet. `schema` is the target's, where there is one. */
function toReportedChangeset({ changeset, reason }, schema) {
    const { key, id, author, at, sqlFile, sql, risk, labels, comment } = changeset;
    return {
        key,
        id,
        author,
        at,
        sqlFile,
        checksum: sql.checksum,
        risk,
        contexts: changeset.contexts?.source ?? '',
        labels,
        preconditions: changeset.preconditions.map(({ condition, onFail }) => `${(0,redact/* redactText */.Rd)(describePrecondition(condition))}, else ${onFail}`),
        tables: touchedTables(changeset, schema),
        comment,
        reason,
        statements: sql.statements.map((statement, index) => ({
            number: index + 1,
            line: statement.line,
            sql: (0,redact/* redactSql */.Mj)(statement.text, statement.backslash),
        })),
        status: 'not-run',
        startedAt: undefined,
        durationMs: undefined,
        statementsDone: undefined,
        failedStatement: undefined,
        problem: undefined,
        notes: [],
    };
}

;// CONCATENATED MODULE: ./lib/modes/leftover.js



/** Decides how to go on after a run that stopped in the middle of a changeset; without `resume` that is refused. */
function judgeUnfinishedRun(unfinished, changelog, plan, wish, findings = new Map()) {
    const problems = [];
    const resumePoints = new Map();
    if (!unfinished)
        return { problems, resumePoints };
    const changesets = new Map(changelog.changesets.map((changeset) => [changeset.key, changeset]));
    for (const [key, rows] of groupByChangeset(unfinished.rows)) {
        const changeset = changesets.get(key);
        if (!changeset) {
            problems.push(goneProblem(unfinished, key, rows.length));
            continue;
        }
        const leftover = judgeLeftover(changeset, rows);
        const verdict = leftover_judge(unfinished, changeset, leftover, wish);
        if ('code' in verdict)
            problems.push(withFinding(verdict, findings.get(key)));
        else if (verdict.done > 0 && !isPending(plan, key))
            problems.push(filteredProblem(unfinished, changeset));
        else if (verdict.done > 0)
            resumePoints.set(key, { runId: unfinished.run.runId, done: verdict.done });
    }
    return { problems, resumePoints };
}
function isPending({ pending }, key) {
    return pending.some(({ changeset }) => changeset.key === key);
}
function groupByChangeset(rows) {
    const groups = new Map();
    for (const row of rows) {
        const key = changesetKey(row.author, row.changesetId);
        groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    return groups;
}
function leftover_judge(unfinished, changeset, leftover, wish) {
    switch (leftover.kind) {
        case 'untouched':
            return { done: 0 };
        case 'partial':
            return wish.resume ? { done: leftover.done } : partialProblem(unfinished, changeset, leftover.done);
        case 'in-doubt': {
            const number = leftover.done + 1;
            if (wish.resume && wish.resumeInDoubt === 'done')
                return { done: number };
            if (wish.resume && wish.resumeInDoubt === 'not-done')
                return { done: leftover.done };
            return doubtProblem(unfinished, changeset, number);
        }
        case 'edited':
            return editedProblem(unfinished, changeset, leftover.statementNo);
    }
}
function withFinding(problem, finding) {
    return finding === undefined ? problem : { ...problem, message: `${problem.message}; ${finding}` };
}
function describeRun({ run }) {
    const url = run.runUrl === null ? '' : `, ${run.runUrl}`;
    return `run ${run.runId} of ${run.actor} (started ${run.startedAt} UTC${url})`;
}
/** Forward, or back: to the backup where there is one, else by hand. */
function waysOn({ run }, forward) {
    const back = run.backupRef === null
        ? `undo what is in effect by hand and set status = 'undone' for run_id '${run.runId}' in ops_migration_statements`
        : `run mode: rollback with backup-ref: ${run.backupRef}`;
    return `${forward}; or ${back}`;
}
function partialProblem(unfinished, changeset, done) {
    const total = changeset.sql.statements.length;
    return {
        code: 'unfinished-run',
        message: `${describeRun(unfinished)} stopped in changeset ${changeset.key}: ${(0,wording/* inEffect */.L_)(done, total)}`,
        at: { file: changeset.sql.path, line: changeset.sql.statements[done]?.line ?? 1 },
        fix: waysOn(unfinished, `run with resume: true to go on at statement ${done + 1}`),
    };
}
function doubtProblem(unfinished, changeset, number) {
    return {
        code: 'statement-in-doubt',
        message: `${describeRun(unfinished)} was cut off while statement ${number} of changeset ${changeset.key} ran: whether it took effect is not known`,
        at: { file: changeset.sql.path, line: changeset.sql.statements[number - 1]?.line ?? 1 },
        fix: waysOn(unfinished, 'look at the schema, then run with resume: true and resume-in-doubt: done or not-done'),
    };
}
function editedProblem(unfinished, changeset, number) {
    return {
        code: 'unfinished-run',
        message: `${describeRun(unfinished)} stopped in changeset ${changeset.key}, and statement ${number}, which is in effect, was edited since`,
        at: { file: changeset.sql.path, line: changeset.sql.statements[number - 1]?.line ?? 1 },
        fix: waysOn(unfinished, 'restore the statements that are in effect as they ran and edit only those after them'),
    };
}
function filteredProblem(unfinished, changeset) {
    return {
        code: 'unfinished-run',
        message: `${describeRun(unfinished)} stopped in changeset ${changeset.key}, which contexts or labels keep out of this run`,
        at: changeset.at,
        fix: 'run with the contexts and labels of that run',
    };
}
function goneProblem(unfinished, key, statements) {
    return {
        code: 'unfinished-run',
        message: `${describeRun(unfinished)} stopped in changeset ${key} after ${statements} statements, and the changeset is gone from the changelog`,
        fix: waysOn(unfinished, 'put the changeset back, then run with resume: true'),
    };
}

;// CONCATENATED MODULE: ./lib/mysql/restore/guarantee.js


/**
 * Says, before anything changes, whether a restore could keep what others write after the backup, and why not. It only
 * reads and needs no more than SELECT; what this account cannot see is said, not guessed.
 */
async function probeGuarantee(session, asker) {
    const reasons = [
        ...(await judgeSettings(session)),
        ...(await judgeFilters(session)),
        ...(await judgeTables(session)),
        ...(await judgeOutsideKeys(session)),
        ...(await judgePreparedTransactions(session)),
    ];
    const missing = [...(await judgePrivileges(session, asker)), ...(await judgeTriggers(session, asker))];
    const isLossless = reasons.length === 0 && (asker === 'reads' || missing.length === 0);
    return { kind: isLossless ? 'lossless' : 'snapshot', reasons: [...reasons, ...missing] };
}
const SELECT_SETTINGS = `SELECT @@log_bin AS logBin, @@GLOBAL.binlog_format AS format,
  @@GLOBAL.binlog_row_image AS image, @@GLOBAL.gtid_mode AS gtidMode`;
/** Without all of these the log does not hold every row as it was before and after, under a number of its own. */
async function judgeSettings(session) {
    const { logBin, format, image, gtidMode } = await readRow(session, SELECT_SETTINGS);
    if (logBin !== 1)
        return [setting('log_bin is OFF', 'start the server with a binary log (without skip-log-bin)')];
    const wrong = [];
    if (format !== 'ROW')
        wrong.push(setting(`binlog_format is ${format}`, 'SET PERSIST binlog_format = ROW on the server'));
    if (image !== 'FULL')
        wrong.push(setting(`binlog_row_image is ${image}`, 'SET PERSIST binlog_row_image = FULL on the server'));
    if (gtidMode !== 'ON') {
        const fix = 'turn GTIDs on: enforce_gtid_consistency = ON, then gtid_mode step by step to ON';
        wrong.push(setting(`gtid_mode is ${gtidMode}`, fix));
    }
    return wrong;
}
function setting(message, fix) {
    return { code: 'not-lossless', message, fix };
}
/** Before 8.2 the statement had another name. Without REPLICATION CLIENT there is no answer, and that is said below. */
async function judgeFilters(session) {
    for (const sql of ['SHOW BINARY LOG STATUS', 'SHOW MASTER STATUS']) {
        try {
            const [row] = (await send(session, sql));
            const filters = [row?.['Binlog_Do_DB'], row?.['Binlog_Ignore_DB']].filter(Boolean).join(', ');
            if (filters === '')
                return [];
            const message = `the binary log leaves schemas out (binlog_do_db, binlog_ignore_db: ${filters})`;
            return [setting(message, 'start the server without these filters')];
        }
        catch {
            continue;
        }
    }
    return [];
}
const SELECT_OTHER_ENGINES = `SELECT TABLE_NAME AS name, ENGINE AS engine FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'InnoDB' ORDER BY TABLE_NAME LIMIT 10`;
async function judgeTables(session) {
    const rows = await readRows(session, SELECT_OTHER_ENGINES, [
        session.schema,
    ]);
    if (rows.length === 0)
        return [];
    const names = rows.map(({ name, engine }) => `${name} (${engine})`).join(', ');
    return [setting(`tables without transactions: ${names}`, 'ALTER TABLE … ENGINE = InnoDB')];
}
const SELECT_CROSSING_KEYS = `SELECT CONSTRAINT_SCHEMA AS child, TABLE_NAME AS tableName, CONSTRAINT_NAME AS name
  FROM information_schema.REFERENTIAL_CONSTRAINTS
  WHERE (UNIQUE_CONSTRAINT_SCHEMA = ?) <> (CONSTRAINT_SCHEMA = ?) AND ? IN (UNIQUE_CONSTRAINT_SCHEMA, CONSTRAINT_SCHEMA)
  ORDER BY 1, 2, 3 LIMIT 10`;
/** Such a key would follow the table that is renamed away, or change rows that are not ours to replay. */
async function judgeOutsideKeys(session) {
    const { schema } = session;
    const rows = await readRows(session, SELECT_CROSSING_KEYS, [schema, schema, schema]);
    // Those of a restore that was broken off are ours.
    const others = rows.filter(({ child }) => !child.startsWith(`${schema}__`));
    if (others.length === 0)
        return [];
    const names = others.map(({ child, tableName, name }) => `${name} of ${child}.${tableName}`).join(', ');
    return [setting(`foreign keys between schemas: ${names}`, 'drop them, or keep their tables in one schema')];
}
/** Needs XA_RECOVER_ADMIN; without it the log tells later, and the restore is not lossless then. */
async function judgePreparedTransactions(session) {
    const rows = (await send(session, 'XA RECOVER').catch(() => []));
    if (rows.length === 0)
        return [];
    return [setting(`${rows.length} prepared XA transactions`, 'XA COMMIT or XA ROLLBACK them')];
}
const guarantee_NEEDED = [
    ['REPLICATION SLAVE'],
    ['REPLICATION CLIENT'],
    ['REPLICATION_APPLIER', 'BINLOG_ADMIN', 'SUPER'],
    ['SESSION_VARIABLES_ADMIN', 'SYSTEM_VARIABLES_ADMIN', 'SUPER'],
];
async function judgePrivileges(session, asker) {
    const granted = await readGranted(session);
    const missing = guarantee_NEEDED.filter((choices) => !choices.some((each) => granted?.privileges.has(each))).map(([first]) => first);
    if (missing.length === 0)
        return [];
    const list = missing.join(', ');
    if (asker === 'reads') {
        const message = `provided that the account that deploys has ${list}, which cannot be seen from this one`;
        return [{ code: 'missing-privilege', message, fix: `GRANT ${list} ON *.* to the account that deploys` }];
    }
    const user = granted?.user ?? 'the user';
    return [
        {
            code: 'missing-privilege',
            message: `${user} lacks ${list}`,
            fix: `GRANT ${list} ON *.* TO ${user}`,
        },
    ];
}
const SELECT_TRUST = 'SELECT @@GLOBAL.log_bin_trust_function_creators AS trust';
/** Triggers hold writers up for the moment of the swap. */
async function judgeTriggers(session, asker) {
    if (asker === 'reads')
        return [];
    const { trust } = await readRow(session, SELECT_TRUST);
    if (trust === 1 || (await readGranted(session))?.privileges.has('SUPER'))
        return [];
    const message = 'log_bin_trust_function_creators is OFF, so this account may not make triggers';
    return [setting(message, 'SET PERSIST log_bin_trust_function_creators = ON on the server')];
}

;// CONCATENATED MODULE: ./lib/modes/tell-guarantee.js



/** Says before anything changes what a failure would cost, in log and report. */
async function tellGuarantee({ draft, session, log }, asker, backup = 'full') {
    const guarantee = backup === 'none' ? NO_BACKUP : await probeGuarantee(session, asker);
    (0,modes_draft/* tell */.qz)(draft, { guarantee });
    const message = `if this fails: ${(0,wording/* describeGuarantee */.Ey)(guarantee)}`;
    log({ level: 'info', event: 'restore-guarantee', message, ...fixOf(guarantee.reasons) });
    return guarantee;
}
const NO_BACKUP = {
    kind: 'none',
    reasons: [{ code: 'not-lossless', message: 'no backup is taken', fix: 'run with backup: full' }],
};
function fixOf(reasons) {
    const fixes = reasons.flatMap(({ fix }) => fix ?? []);
    return fixes.length === 0 ? {} : { fix: fixes.join('; ') };
}

;// CONCATENATED MODULE: ./lib/modes/read-target.js















/** Reads the whole changelog tree; refuses with every problem in it before anything else is tried. */
async function loadChangelog(inputs, draft) {
    const { changelog, problems } = await readChangelog(inputs.workingDirectory, inputs.changelogFile);
    (0,lib_errors/* refuse */.TR)(problems);
    (0,modes_draft/* tell */.qz)(draft, { changesetCount: changelog.changesets.length });
    return changelog;
}
/** Connects without the power to write, reads the history and plans: the way of all read modes. */
async function withReadTarget(inputs, draft, log, use) {
    const changelog = await loadChangelog(inputs, draft);
    await withConnection(inputs.database, log, async (session) => {
        await makeReadOnly(session);
        const server = await readServer(session);
        tellTarget(inputs, draft, server);
        const state = await readTrackingState(session);
        const history = await readHistory(session, state);
        const plan = planUpdate(changelog, history, inputs);
        tellPlan(inputs, draft, server, plan, inputs.resume);
        if (inputs.mode !== 'verify')
            await tellGuarantee({ draft, session, log }, 'reads', inputs.backup);
        await tellUnfinishedRun(inputs, draft, changelog, { session, server, state, history, plan });
        await use(changelog, { session, server, state, history, plan });
    });
}
/** A run that stopped in the middle would block `update`; one that is still going is only worth a warning. */
async function tellUnfinishedRun(inputs, draft, changelog, target) {
    const { session, state, plan } = target;
    const unfinished = await readUnfinishedRun(session, state);
    if (!unfinished)
        return;
    if (await isLockHeld(session)) {
        const warning = {
            code: 'lock-held',
            message: `run ${unfinished.run.runId} is at work on this schema now`,
        };
        (0,modes_draft/* tell */.qz)(draft, { warnings: [...draft.report.warnings, warning] });
        return;
    }
    const { problems } = judgeUnfinishedRun(unfinished, changelog, plan, inputs);
    (0,modes_draft/* tell */.qz)(draft, { problems });
}
/** Says which server this is. */
function tellTarget(inputs, draft, server) {
    const { host, port, name, user } = inputs.database;
    (0,modes_draft/* tell */.qz)(draft, {
        target: { host, port, schema: name, user, serverVersion: server.version, serverUuid: server.uuid },
    });
}
/** Says what is pending, what is not and why, and what the policy has against it. */
function tellPlan(inputs, draft, server, plan, resume) {
    const { environment = '', allowDestructive, database } = inputs;
    const gates = { allowDestructive, schema: database.name };
    (0,modes_draft/* tell */.qz)(draft, {
        planHash: planHash({
            environment,
            serverUuid: server.uuid,
            schema: database.name,
            selection: inputs,
            allowDestructive,
            resume,
            pending: plan.pending,
        }),
        pending: plan.pending.map((planned) => toReportedChangeset(planned, database.name)),
        filtered: plan.filtered,
        mismatches: plan.mismatches,
        violations: plan.pending.flatMap(({ changeset }) => checkPolicy(rules, changeset, gates)),
        warnings: [...draft.report.warnings, ...missingWarnings(plan.missing)],
    });
}
/** An unfinished run, mismatches and policy errors: what keeps every changeset of the plan from running. */
function planProblems(draft) {
    const mismatches = draft.report.mismatches.map(({ key, at, recorded, current }) => ({
        code: 'checksum-mismatch',
        message: `changeset ${key} ran with checksum ${recorded} but its file has ${current} now`,
        at,
        fix: 'restore the file as it ran and add a new changeset for the change, or list the old checksum under validCheckSum',
    }));
    const policy = draft.report.violations
        .filter(isBlocking)
        .map(({ rule, changeset, at, message, fix }) => ({
        code: 'policy',
        message: `changeset ${changeset}: ${rule}: ${message}`,
        at,
        fix,
    }));
    return [...draft.report.problems, ...mismatches, ...policy];
}
const SHOWN_MISSING = 20;
function missingWarnings(missing) {
    const shown = missing.slice(0, SHOWN_MISSING).map((row) => ({
        code: 'history-row-without-changeset',
        message: `changeset ${row.author}:${row.id} ran at ${row.executedAt} UTC (${row.filename}) but is gone from the changelog`,
        fix: 'put the changeset back, or accept that a new database will not get it',
    }));
    const rest = missing.length - shown.length;
    if (rest === 0)
        return shown;
    return [
        ...shown,
        { code: 'history-row-without-changeset', message: `${rest} more rows whose changeset is gone` },
    ];
}

;// CONCATENATED MODULE: ./lib/modes/foreseen.js


/** The server's refusals are foreseen as well: it says what is wrong better than a stack would. */
function foreseen(error) {
    if (error instanceof lib_errors/* ExpectedError */.Dh)
        return error.problems;
    if (!isServerError(error))
        return undefined;
    const message = `the server refused: ${describeServerError(error)}`;
    if (isConnectionLost(error)) {
        return [
            {
                code: 'connection-lost',
                message: describeServerError(error),
                fix: 'see that the server runs, then run again',
            },
        ];
    }
    if (isPrivilegeMissing(error)) {
        return [{ code: 'missing-privilege', message, fix: missingGrant(error) }];
    }
    if (isLockTimeout(error)) {
        return [{ code: 'lock-held', message, fix: 'end the session that holds the table, then run again' }];
    }
    return [{ code: 'server-error', message, fix: 'mend what the server names, then run again' }];
}

;// CONCATENATED MODULE: ./lib/mysql/restore/check-beside.js




/**
 * Compares what was loaded with the list that was read before the backup. Of triggers and events, which are not in the
 * side schema now, and of views and routines, the definitions count: the server has taken each of them once.
 */
async function checkBeside(session, loaded, facts, only) {
    const isMeant = ({ kind, name }) => !(kind === 'table' && (NEVER_RESTORED.includes(name) || only?.has(name) === false)) &&
        !(kind === 'view' && facts.brokenViews.includes(name));
    const tables = (await readTableNames(session, sideSchema(session.schema))).filter((name) => name !== STATE_TABLE);
    const found = new Set([
        ...tables.map((name) => objectKey({ kind: 'table', name })),
        ...loaded.definitions.filter(isMeant).map(objectKey),
    ]);
    const wanted = new Set(facts.objects.filter(isMeant).map(objectKey));
    const missing = [...wanted].filter((key) => !found.has(key));
    const extra = [...found].filter((key) => !wanted.has(key));
    if (missing.length === 0 && extra.length === 0)
        return;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'server-error',
        message: `the backup does not hold what it should: ${check_beside_describe('missing', missing)}${check_beside_describe('unexpected', extra)}`,
        fix: 'use another backup; the live schema was not touched',
    });
}
function check_beside_describe(word, keys) {
    return keys.length === 0
        ? ''
        : `${word}: ${keys.slice(0, 20).join(', ')}${keys.length > 20 ? ', …' : ''}; `;
}

;// CONCATENATED MODULE: ./lib/mysql/restore/snapshot-restore.js






/** Loads the backup into the side schema. */
async function loadBeside(session, dump, facts, options = {}) {
    if (facts.schema !== session.schema) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'server-error',
            message: `this is a backup of schema ${quote(facts.schema)}, not of ${quote(session.schema)}`,
            fix: 'give the backup-ref of a backup of this schema; nothing was changed',
        });
    }
    await clearSide(session);
    const { brokenViews, collation } = facts;
    const loaded = await loadIntoSide(session, dump, { ...options, rows: 'with', brokenViews }, facts);
    // A dump says it only where it is not the schema's own.
    const definitions = loaded.definitions.map(({ context, ...rest }) => ({
        ...rest,
        context: { ...context, schemaCollation: context.schemaCollation ?? collation },
    }));
    return { ...loaded, definitions };
}
/** Beside, checked, then swapped in; writes of others since the backup are undone. */
const snapshotRestore = async (session, job) => {
    const { dump, facts, runId, statementLockTimeout, lockTimeout, log, onProgress, beforeCutOver } = job;
    try {
        const loaded = await loadBeside(session, dump, facts, onProgress ? { onProgress } : {});
        await checkBeside(session, loaded, facts);
        log({ level: 'debug', event: 'backup-loaded', message: 'the backup is loaded beside the live schema' });
        const options = { runId, loaded, facts, statementLockTimeout, lockTimeout, log };
        const swapped = job.until === 'load'
            ? undefined
            : await swap(session, { ...options, ...(beforeCutOver ? { beforeCutOver } : {}) });
        // After a swap only views and routines are left in it.
        await dropSide(session);
        return swapped;
    }
    catch (error) {
        // The connection of the cut-over may be gone while the server is still at it: wait, then see which state is live.
        const finished = await finishInterruptedRestore(session, lockTimeout).catch(() => undefined);
        if (finished?.kind !== 'new-state-finished' || finished.runId !== runId)
            throw error;
        return { aside: finished.aside, blockedMs: undefined, oldTransactions: [] };
    }
};

;// CONCATENATED MODULE: ./lib/mysql/binlog/gtid-set.js
/** A set of GTIDs that can grow; MySQL's text for it is `uuid:1-5:7:tag:1-3,uuid2:1`. */
class GtidSet {
    #sources = new Map();
    constructor(text = '') {
        for (const part of text.replaceAll(/\s/g, '').split(',')) {
            const [uuid = '', ...rest] = part.toLowerCase().split(':');
            let source = uuid;
            for (const each of rest) {
                const match = /^(\d+)(?:-(\d+))?$/.exec(each);
                if (!match)
                    source = `${uuid}:${each}`;
                else
                    this.#insert(source, Number(match[1]), Number(match[2] ?? match[1]));
            }
        }
    }
    add(source, number) {
        const intervals = this.#sources.get(source);
        const last = intervals?.at(-1);
        if (last && last[1] + 1 === number)
            last[1] = number;
        else if (!this.has(source, number))
            this.#insert(source, number, number);
    }
    has(source, number) {
        const intervals = this.#sources.get(source) ?? [];
        return intervals.some(([from, to]) => from <= number && number <= to);
    }
    contains(other) {
        for (const [source, intervals] of other.#sources) {
            const own = this.#sources.get(source) ?? [];
            if (!intervals.every(([from, to]) => own.some((each) => each[0] <= from && to <= each[1])))
                return false;
        }
        return true;
    }
    #insert(source, from, to) {
        const all = [...(this.#sources.get(source) ?? []), [from, to]];
        const merged = [];
        for (const each of all.toSorted((left, right) => left[0] - right[0])) {
            const last = merged.at(-1);
            if (last && each[0] <= last[1] + 1)
                last[1] = Math.max(last[1], each[1]);
            else
                merged.push([each[0], each[1]]);
        }
        this.#sources.set(source, merged);
    }
}

;// CONCATENATED MODULE: ./lib/mysql/restore/own-definitions.js



const NO_TABLES = /^(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:ALGORITHM\s*=\s*\w+\s+)?(?:DEFINER\s*=\s*(?:`(?:[^`]|``)*`|[^\s@`]+)(?:@(?:`(?:[^`]|``)*`|\S+))?\s+)?(?:SQL\s+SECURITY\s+\w+\s+)?(?:VIEW|PROCEDURE|FUNCTION|EVENT|DATABASE|SCHEMA|LIBRARY|USER|ROLE)\b/i;
const NEW_TRIGGER = /^CREATE\s+(?:DEFINER\s*=\s*(?:`(?:[^`]|``)*`|[^\s@`]+)(?:@(?:`(?:[^`]|``)*`|\S+))?\s+)?TRIGGER\b/i;
const OLD_TRIGGER = /^DROP\s+TRIGGER\s+(?:IF\s+EXISTS\s+)?(?:(?:`(?:[^`]|``)*`|[^\s.]+)\s*\.\s*)?(`(?:[^`]|``)*`|[^\s;]+)/i;
const own_definitions_TRIGGER_HEAD = /\b(BEFORE|AFTER)\s+(?:INSERT|UPDATE|DELETE)\s+ON\s+(?:(?:`(?:[^`]|``)*`|[^\s.`]+)\s*\.\s*)?(`(?:[^`]|``)*`|[^\s(]+)/i;
/** What was made is new; tables that its text names beside are as they were. */
const NEW_TABLE = /^CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:(?:`(?:[^`]|``)*`|[^\s.`(]+)\s*\.\s*)?(`(?:[^`]|``)*`|[^\s(;]+)/i;
/** Only columns at the end, indexes and constraints: what was there keeps its name, place, type and character set. */
const ADDING = /^(?:ALTER\s+TABLE\b|(?:CREATE\s+(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)?|DROP\s+)INDEX\b)/i;
const HARMLESS = /^DROP\s+INDEX\b|\bDROP\s+(?:INDEX|KEY|FOREIGN\s+KEY|CONSTRAINT|CHECK)\b|\bRENAME\s+(?:INDEX|KEY)\b|'(?:[^'\\]|''|\\[^])*'|`(?:[^`]|``)*`/gi;
const CHANGING = /\b(?:FIRST|AFTER|CHANGE|MODIFY|RENAME|DROP|CONVERT|PARTITION|PARTITIONS|PARTITIONING|DISCARD|IMPORT|EXCHANGE|TRUNCATE|PRIMARY|ORDER|ENGINE|AUTO_INCREMENT)\b/i;
const own_definitions_NAME = /`((?:[^`]|``)+)`|([\p{L}\p{N}_$]+)/gu;
/** Reads what a statement of ours did, from its text in the log; `triggers` are those of the backup, with their tables. */
function readOwnDefinition(sql, known, triggers) {
    const text = plainText(sql);
    if (text.includes(BARRIER_PREFIX) || text.includes(STATE_TABLE))
        return { tables: [], keepsColumns: true, trigger: undefined };
    if (NEW_TRIGGER.test(text)) {
        const [, time = '', table = ''] = own_definitions_TRIGGER_HEAD.exec(text) ?? [];
        const trigger = time.toLowerCase() === 'after' ? 'after' : 'before';
        const name = own_definitions_unquote(table);
        return { tables: [known.get(name.toLowerCase()) ?? name], keepsColumns: true, trigger };
    }
    const dropped = OLD_TRIGGER.exec(text)?.[1];
    if (dropped !== undefined) {
        const table = triggers.get(own_definitions_unquote(dropped));
        return { tables: table === undefined ? [] : [table], keepsColumns: true, trigger: 'dropped' };
    }
    const made = NEW_TABLE.exec(text)?.[1];
    if (made !== undefined) {
        const name = own_definitions_unquote(made);
        return { tables: [known.get(name.toLowerCase()) ?? name], keepsColumns: false, trigger: undefined };
    }
    if (NO_TABLES.test(text))
        return { tables: [], keepsColumns: true, trigger: undefined };
    // Whether a backslash escapes depends on the session that wrote it.
    const isPlain = ADDING.test(text) && !sql.includes('\\');
    const keepsColumns = isPlain && !CHANGING.test(text.replaceAll(HARMLESS, ' '));
    return { tables: mentioned(text, known), keepsColumns, trigger: undefined };
}
/** A statement without comments and literals. What stands in double quotes may be a name: it counts as one. */
function plainText(sql) {
    const words = Array.from(codeTokens({ text: sql, line: 1 }), ({ kind, text }) => {
        if (kind === 'string')
            return "''";
        return kind === 'dquoted' ? `\`${text.slice(1, -1).replaceAll('`', '``')}\`` : text;
    });
    return words.join(' ').replaceAll(/ ?@ ?/g, '@');
}
/** The tables whose name stands anywhere in a text; `known` has them by their name in lower case. */
function mentioned(text, known) {
    const found = new Set();
    for (const [, quoted, bare] of text.matchAll(own_definitions_NAME)) {
        const name = quoted === undefined ? bare : quoted.replaceAll('``', '`');
        const table = known.get(name.toLowerCase());
        if (table !== undefined)
            found.add(table);
    }
    return [...found];
}
function own_definitions_unquote(name) {
    return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
}
const NOT_OF_THE_SCHEMA = /^(?:GRANT|REVOKE|SET|FLUSH|ANALYZE|CHECK|OPTIMIZE|REPAIR|(?:CREATE|ALTER|DROP|RENAME)\s+(?:USER|ROLE)|(?:CREATE|DROP)\s+TEMPORARY)\b/i;
/** Whether a statement of somebody else may have changed what a schema is; rather once too often. */
function definesSchema({ schema: current, sql }, schema) {
    // Our own loads beside; what they define may hold the schema's name in a comment or a definer.
    if (current === sideSchema(schema))
        return false;
    const text = sql.replace(/^(?:\s|\/\*(?![!+])[^]*?\*\/)+/, '');
    if (NOT_OF_THE_SCHEMA.test(text))
        return false;
    if (current === schema || current === ANY_SCHEMA)
        return true;
    for (const [, quoted, bare] of text.matchAll(own_definitions_NAME)) {
        const name = quoted === undefined ? bare : quoted.replaceAll('``', '`');
        if (name.toLowerCase() === schema.toLowerCase())
            return true;
    }
    return false;
}

;// CONCATENATED MODULE: ./lib/mysql/restore/follow-log.js






/** Reads the log from a set of GTIDs on, every transaction once, and stops before what no replay can repeat. */
class LogFollower {
    #session;
    #reader;
    #own;
    #start;
    #seen;
    constructor(session, reader, own, start) {
        this.#session = session;
        this.#reader = reader;
        this.#own = own;
        this.#start = new GtidSet(start);
        this.#seen = new GtidSet(start);
    }
    async #next() {
        try {
            return await this.#reader.next();
        }
        catch (error) {
            throw notLossless(`the binary log could not be read: ${describeServerError(error)}`);
        }
    }
    /** Gives every transaction that was committed by now and not given before, in the order of the log. */
    async readUntilNow(take) {
        const { executed } = await readRow(this.#session, 'SELECT @@GLOBAL.gtid_executed AS executed');
        const target = new GtidSet(executed);
        if (!target.contains(this.#start))
            throw notLossless('the binary log was reset since the backup');
        while (!this.#seen.contains(target)) {
            const transaction = await this.#next();
            if (!transaction)
                throw new Error('the binary log was closed while it was read');
            this.#own.note(transaction);
            const { gtid } = transaction;
            if (!gtid)
                throw notLossless('the binary log has transactions without GTIDs');
            if (this.#start.has(gtid.source, gtid.number))
                continue;
            this.#seen.add(gtid.source, gtid.number);
            const by = this.#own.isOwn(transaction) ? 'us' : 'others';
            if (by === 'others')
                requireRepeatable(transaction, this.#session.schema);
            await take(transaction, by);
        }
    }
}
/** Of what others did, rows can be repeated, and nothing else. */
function requireRepeatable(transaction, schema) {
    const { isXa, statements, size } = transaction;
    if (isXa)
        throw notLossless('others used XA transactions since the backup');
    if (size > MOST_BYTES)
        throw notLossless('others committed a transaction of more than 256 MiB');
    const statement = statements.find((each) => definesSchema(each, schema));
    if (!statement)
        return;
    throw notLossless(`others changed definitions or wrote without row format since the backup: ${statement.sql.slice(0, 100)}`);
}
/** This restore cannot keep what others wrote; nothing was changed. */
function notLossless(message, fix) {
    return new lib_errors/* ExpectedError */.Dh({ code: 'not-lossless', message, ...(fix === undefined ? {} : { fix }) });
}

;// CONCATENATED MODULE: ./lib/mysql/restore/own-writes.js
const MOST_ROWS = 2_000_000;
/** Everything that ran and is not replayed: our own transactions, and those of others that build on them. */
class OwnWrites {
    #shapes;
    #rows = new Map();
    #tables = new Map();
    #count = 0;
    constructor(shapes) {
        this.#shapes = shapes;
    }
    /** Undefined for a table that the backup does not have. */
    shape(table) {
        return this.#shapes.get(table);
    }
    /** Why nothing that is written to a table from now on can be replayed. */
    obstacle(table) {
        return this.#tables.get(table);
    }
    /** From now on no row of the table can be told from ours. */
    block(table, why) {
        if (!this.#tables.has(table))
            this.#tables.set(table, why);
    }
    mark(table, key) {
        return this.#rows.get(table)?.get(key);
    }
    /** The row is again what others saw. */
    forget(table, key) {
        this.#rows.get(table)?.delete(key);
    }
    /** Notes one row that is not replayed. */
    note(rows, row) {
        const { table } = rows.map;
        const shape = this.#shapes.get(table);
        if (!shape)
            return;
        if (shape.key.length === 0) {
            this.block(table, 'the table has no primary key, and the run wrote to it');
            return;
        }
        const before = row.before && keyOf(row.before, shape);
        const after = row.after && keyOf(row.after, shape);
        if (before !== undefined && before === after)
            this.#change(table, before, changedColumns(row, shape));
        else {
            if (before !== undefined)
                this.#remove(table, before);
            if (after !== undefined)
                this.#add(table, after);
        }
    }
    #set(table, key, mark) {
        const rows = this.#rows.get(table) ?? new Map();
        this.#rows.set(table, rows);
        if (!rows.has(key))
            this.#count += 1;
        rows.set(key, mark);
        if (this.#count > MOST_ROWS)
            this.block(table, `the run changed more than ${MOST_ROWS} rows`);
    }
    #change(table, key, columns) {
        const known = this.mark(table, key);
        if (known?.kind === 'added' || columns.size === 0)
            return;
        const before = known?.kind === 'changed' ? known.columns : [];
        this.#set(table, key, { kind: 'changed', columns: new Set([...before, ...columns]) });
    }
    #remove(table, key) {
        if (this.mark(table, key)?.kind === 'added')
            this.forget(table, key);
        else
            this.#set(table, key, { kind: 'removed' });
    }
    #add(table, key) {
        const shape = this.#shapes.get(table);
        if (this.mark(table, key)?.kind !== 'removed')
            this.#set(table, key, { kind: 'added' });
        else
            this.#set(table, key, { kind: 'changed', columns: new Set(Array(shape.columns).keys()) });
    }
}
/** The primary key of a row as text that is equal only for equal keys. */
function keyOf(image, { key }) {
    return key.map((index) => `${image[index]?.length ?? -1}:${image[index]?.toString('latin1') ?? ''}`).join();
}
/** The columns of the backup's table that an update changed, but for those that the server sets by itself. */
function changedColumns({ before, after }, { columns, automatic }) {
    const changed = new Set();
    for (let index = 0; index < columns; index += 1) {
        if (!automatic.has(index) && !isSame(before?.[index], after?.[index]))
            changed.add(index);
    }
    return changed;
}
/** Whether other rows may follow this change along a foreign key: the row goes, or what they refer to changes. */
function mayCascade(row, shape) {
    if (!row.before)
        return false;
    if (!row.after)
        return true;
    return allChangedColumns(row, shape).some((index) => shape.referenced.has(index));
}
/** Every column that an update changed. */
function allChangedColumns({ before, after }, { columns }) {
    return [...Array(columns).keys()].filter((index) => !isSame(before?.[index], after?.[index]));
}
function isSame(left, right) {
    if (!left || !right)
        return left === right;
    return left.equals(right);
}

;// CONCATENATED MODULE: ./lib/mysql/restore/table-ties.js

const table_ties_SELECT_KEYS = `SELECT TABLE_NAME AS tableName, REFERENCED_TABLE_NAME AS parent
  FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? AND UNIQUE_CONSTRAINT_SCHEMA = ?`;
const SELECT_TRIGGERS = `SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS tableName
  FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?`;
/** What ties the tables of the session's schema to one another now. */
async function readTableTies(session) {
    const { schema } = session;
    const keys = await readRows(session, table_ties_SELECT_KEYS, [schema, schema]);
    const triggers = await readRows(session, SELECT_TRIGGERS, [schema]);
    return {
        foreignKeys: keys.map(({ tableName, parent }) => [tableName, parent]),
        triggers: triggers.map(({ name, tableName }) => [name, tableName]),
    };
}
/** The tables with all that are tied to them by foreign keys, in either direction, now or in the backup. */
function closureOf(tables, ...ties) {
    const neighbours = new Map();
    const tie = (left, right) => {
        neighbours.set(left, [...(neighbours.get(left) ?? []), right]);
    };
    for (const [table, parent] of ties.flatMap(({ foreignKeys }) => foreignKeys)) {
        tie(table, parent);
        tie(parent, table);
    }
    const closure = new Set();
    const todo = [...tables];
    for (let table = todo.pop(); table !== undefined; table = todo.pop()) {
        if (closure.has(table))
            continue;
        closure.add(table);
        todo.push(...(neighbours.get(table) ?? []));
    }
    return closure;
}
const SELECT_CASCADING = `SELECT DISTINCT TABLE_NAME AS tableName, REFERENCED_TABLE_NAME AS parent
  FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA IN (?, ?)
  AND (DELETE_RULE IN ('CASCADE', 'SET NULL') OR UPDATE_RULE IN ('CASCADE', 'SET NULL'))`;
/** From 9.6 on the server carries cascades out itself and logs them, unless it is told to leave them to InnoDB. */
const SHOW_NATIVE = "SHOW GLOBAL VARIABLES LIKE 'innodb_native_foreign_keys'";
/** Per table those whose rows change with its rows without a word in the log, by the keys of either schema. */
async function readSilentCascades(session, schemas) {
    const cascades = new Map();
    const [native] = (await send(session, SHOW_NATIVE));
    if (native?.Value === 'OFF')
        return cascades;
    const rows = await readRows(session, SELECT_CASCADING, schemas);
    for (const { tableName, parent } of rows)
        cascades.set(parent, [...(cascades.get(parent) ?? []), tableName]);
    return cascades;
}
/** All that follows a table along these edges; the table itself where they lead back to it. */
function descendants(edges, start) {
    const found = new Set();
    const todo = [...(edges.get(start) ?? [])];
    for (let table = todo.pop(); table !== undefined; table = todo.pop()) {
        if (found.has(table))
            continue;
        found.add(table);
        todo.push(...(edges.get(table) ?? []));
    }
    return found;
}

;// CONCATENATED MODULE: ./lib/mysql/restore/dump-window.js




const dump_window_MOST_BYTES = 256 * 1024 * 1024;
const EVENT_BYTES = 256 * 1024;
/**
 * What others committed while the dump began: some of it is in the dump, and some is not. Repeating it statement by
 * statement over a dump that has it already would push rows out: an insert takes the place of whatever has one of its
 * unique keys now. So what is repeated is only how each row was left: the dump's state of all rows that were touched is
 * taken away, then they are put back as the last transaction left them.
 */
class DumpWindow {
    #set;
    #writes;
    #silentCascades;
    #tables = new Map();
    #bytes = 0;
    #transactions = 0;
    constructor(set, writes, silentCascades) {
        this.#set = set;
        this.#writes = writes;
        this.#silentCascades = silentCascades;
    }
    /** Whether the dump may or may not have a transaction. */
    covers({ gtid }) {
        return gtid !== undefined && this.#set.has(gtid.source, gtid.number);
    }
    /** Notes a transaction; `rows` are those on tables that are restored. */
    take(rows) {
        this.#transactions += 1;
        for (const event of rows) {
            this.#bytes += event.event.bytes.length;
            this.#takeEvent(event);
        }
        if (this.#bytes > dump_window_MOST_BYTES)
            throw notLossless('others wrote more than 256 MiB while the backup began');
    }
    #takeEvent(event) {
        const { table } = event.map;
        const shape = this.#writes.shape(table);
        if (!shape)
            throw notLossless(`others wrote to ${table} while the backup began, and it is not in it`);
        if (shape.key.length === 0) {
            throw notLossless(`table ${table} has no primary key, and others wrote to it while the backup began`, 'give the table a primary key');
        }
        const known = this.#tables.get(table) ?? { name: table, shape, pattern: event, rows: new Map() };
        this.#tables.set(table, known);
        for (const row of readRowChanges(event)) {
            if (row.isPartial || row.after?.includes(undefined)) {
                throw notLossless(`others changed ${table} while the backup began, and the log has not the whole row`);
            }
            if (this.#silentCascades.has(table) && mayCascade(row, shape))
                this.#requireKnownChildren(table, row);
            if (row.before)
                leave(known, row.before, undefined);
            if (row.after)
                leave(known, row.after, row.after);
        }
    }
    /** Rows that change in silence change after what the log says of them. */
    #requireKnownChildren(table, { after }) {
        const children = [...descendants(this.#silentCascades, table)];
        const rows = children.flatMap((child) => [...(this.#tables.get(child)?.rows.values() ?? [])]);
        const isTouched = rows.some(({ last }) => last !== undefined);
        if (!after && !isTouched)
            return;
        throw notLossless(`others changed rows of ${table} while the backup began, and the log does not tell what that did to ${children.join(', ')}`);
    }
    /** Brings it into the side schema, and gives the number of transactions. */
    async apply(side) {
        const tables = [...this.#tables.values()];
        const parents = this.#childrenFirst().flatMap((name) => this.#tables.get(name) ?? []);
        const taken = this.#transactions;
        await side.use('IDEMPOTENT');
        await side.apply(tables.filter((table) => !parents.includes(table)).flatMap((table) => removal(table)));
        for (const table of parents) {
            await side.apply(removal(table, 'checked'));
        }
        for (const table of parents)
            await side.apply(removal(table));
        await side.use('STRICT');
        await side.apply(tables.flatMap(dump_window_putBack));
        this.#tables.clear();
        [this.#bytes, this.#transactions] = [0, 0];
        return taken;
    }
    /** The tables on which rows of others follow in silence. */
    #childrenFirst() {
        const found = new Set();
        const visiting = new Set();
        const visit = (table) => {
            if (visiting.has(table))
                return;
            visiting.add(table);
            for (const child of this.#silentCascades.get(table) ?? [])
                visit(child);
            if (this.#silentCascades.has(table))
                found.add(table);
        };
        for (const table of this.#silentCascades.keys())
            visit(table);
        return [...found];
    }
}
function leave({ rows, shape }, named, last) {
    const key = keyOf(named, shape);
    const known = rows.get(key) ?? { named, last, wasDeleted: false };
    known.last = last;
    known.wasDeleted ||= last === undefined;
    rows.set(key, known);
}
/** `checked`: those that were deleted at some time, and what follows them along foreign keys. */
function removal({ shape, pattern, rows }, foreignKeys = 'unchecked') {
    const gone = [...rows.values()].filter(({ wasDeleted }) => foreignKeys === 'unchecked' || wasDeleted);
    const images = gone.map(({ named }) => named);
    return events(pattern, 'delete', images, shape.key, foreignKeys);
}
function dump_window_putBack({ pattern, rows }) {
    const images = [...rows.values()].flatMap(({ last }) => (last ? [last] : []));
    return events(pattern, 'insert', images, [...pattern.map.columns.keys()], 'unchecked');
}
function events(pattern, change, images, columns, foreignKeys) {
    const { map } = pattern;
    const made = [];
    let part = [];
    let size = 0;
    const flush = () => {
        if (part.length > 0) {
            made.push({ map, bytes: writeImages(pattern, change, part, columns, foreignKeys) });
        }
        [part, size] = [[], 0];
    };
    for (const image of images) {
        part.push(image);
        for (const index of columns)
            size += image[index]?.length ?? 0;
        if (size > EVENT_BYTES)
            flush();
    }
    flush();
    return made;
}

;// CONCATENATED MODULE: ./lib/mysql/restore/read-touched.js






/** Whether rows of a table can ever be of interest. */
function isRestored(schema) {
    return (map) => map.schema === schema && !NEVER_RESTORED.includes(map.table);
}
/** Makes the reader of our own definitions. */
async function ownDefinitionReader(session, facts) {
    const names = [
        ...facts.objects.filter(({ kind }) => kind === 'table').map(({ name }) => name),
        ...(await readTableNames(session, session.schema)),
    ].filter((name) => !NEVER_RESTORED.includes(name));
    const known = new Map(names.map((name) => [name.toLowerCase(), name]));
    const triggers = new Map(facts.ties?.triggers ?? []);
    return (sql) => readOwnDefinition(sql, known, triggers);
}
/** Reads the log since the backup once: what did we touch, and is there anything that no replay can repeat? */
async function readTouched(session, { before }, own, readOwn) {
    const stream = await openLogStream(session, before.file);
    try {
        const reader = new TransactionReader(stream, isRestored(session.schema), 0);
        const follower = new LogFollower(session, reader, own, before.gtidExecuted);
        const tables = new Set();
        let transactions = 0;
        await follower.readUntilNow((transaction, by) => {
            if (by === 'others')
                transactions += transaction.tables.size > 0 ? 1 : 0;
            else
                for (const table of touchedBy(transaction, readOwn))
                    tables.add(table);
        });
        return { tables, transactions };
    }
    finally {
        stream.close();
    }
}
function touchedBy({ tables, statements }, readOwn) {
    const defined = statements.flatMap(({ sql }) => {
        const definition = readOwn(sql);
        if (definition.trigger === 'dropped' && definition.tables.length === 0)
            return [];
        return definition.tables;
    });
    return [...tables, ...defined];
}
const PURGED = 'raise binlog_expire_logs_seconds so that the log reaches back to the backups that are to be restored';
/** Refuses a backup from which no log leads on to now. */
function requireLog(facts, serverUuid, logs) {
    const { before, after, ties } = facts;
    if (facts.serverUuid !== serverUuid)
        throw notLossless('the backup was taken on another server');
    if (!before.gtidExecuted || !after.gtidExecuted || before.file === undefined)
        throw notLossless('the place in the binary log was not known when the backup was taken');
    if (!ties)
        throw notLossless('the backup was taken by an earlier version of db-deploy');
    if (!logs.includes(before.file))
        throw notLossless(`the binary log ${before.file} was purged`, PURGED);
}

;// CONCATENATED MODULE: ./lib/mysql/restore/judge-transaction.js




/** Decides about a transaction of others whose rows are on tables of the closure. */
function judgeTransaction(transaction, writes, closure) {
    const gtid = transaction.gtid ? formatGtid(transaction.gtid) : '';
    const judging = { gtid, writes, conflicts: [], changes: [], leftBehind: [], later: [] };
    const rows = transaction.rows.filter(({ map }) => closure.has(map.table));
    for (const each of rows)
        judgeEvent(judging, each);
    const { conflicts, changes, leftBehind, later } = judging;
    if (conflicts.length > 0) {
        noteAsOwn(rows, writes);
        return { kind: 'conflict', conflicts: conflicts.map((each) => withRest(each, transaction, closure)) };
    }
    for (const forget of later)
        forget();
    return { kind: 'replay', changes, leftBehind };
}
/** Tables that the run did not touch are not restored, so what the transaction wrote there stays. */
function withRest(conflict, { rows }, closure) {
    const rest = new Set(rows.map(({ map }) => map.table).filter((table) => !closure.has(table)));
    if (rest.size === 0)
        return conflict;
    return { ...conflict, why: `${conflict.why} (what it wrote to ${[...rest].join(', ')} stays)` };
}
/** What builds on a transaction that is not replayed cannot be replayed either. */
function noteAsOwn(rows, writes) {
    for (const event of rows)
        for (const row of readRowChanges(event))
            writes.note(event, row);
}
function judgeEvent(judging, event) {
    const { table } = event.map;
    const shape = judging.writes.shape(table);
    const { gtid } = judging;
    if (!shape) {
        judging.leftBehind.push({ gtid, table, key: undefined, why: 'the backup does not have the table' });
        return;
    }
    const why = judging.writes.obstacle(table);
    if (why !== undefined) {
        judging.conflicts.push({ gtid, table, key: undefined, why });
        return;
    }
    const kept = [];
    let isWhole = true;
    const flush = () => {
        if (kept.length > 0)
            judging.changes.push({ map: event.map, bytes: writeRows(event, kept.splice(0)) });
    };
    for (const row of readRowChanges(event)) {
        const verdict = shape.key.length === 0 ? 'as-is' : judgeRow(judging, event, row, shape);
        if (verdict === 'as-is') {
            kept.push(row);
            continue;
        }
        isWhole = false;
        if (verdict === 'skip')
            continue;
        // Rows of one transaction are applied in their order.
        flush();
        judging.changes.push({ map: event.map, bytes: verdict });
    }
    if (isWhole)
        judging.changes.push({ map: event.map, bytes: asStatement(event.event) });
    else
        flush();
}
function judgeRow(judging, event, row, shape) {
    const { writes, later } = judging;
    const { table } = event.map;
    const before = row.before && keyOf(row.before, shape);
    const after = row.after && keyOf(row.after, shape);
    if (before !== undefined && before === after)
        return judgeUpdate(judging, event, row, shape, before);
    if (before !== undefined) {
        const mark = writes.mark(table, before);
        // Deleted by others: gone in both, whatever we had changed in it.
        if (mark && !row.after) {
            later.push(() => writes.forget(table, before));
            return mark.kind === 'added' ? 'skip' : 'as-is';
        }
        if (mark)
            return conflict(judging, event, row.before, shape, 'the run had changed the row');
    }
    if (after !== undefined && writes.mark(table, after)) {
        return conflict(judging, event, row.after, shape, 'the run had removed or changed the row of this key');
    }
    return 'as-is';
}
function judgeUpdate(judging, event, row, shape, key) {
    const mark = judging.writes.mark(event.map.table, key);
    if (!mark)
        return 'as-is';
    const before = row.before;
    if (mark.kind !== 'changed')
        return conflict(judging, event, before, shape, 'the run had inserted or removed the row');
    const changed = changedColumns(row, shape);
    const both = [...changed].filter((index) => mark.columns.has(index));
    if (both.length > 0)
        return conflict(judging, event, before, shape, 'the run had changed the same columns of the row');
    if (row.isPartial || shape.hasStoredGenerated) {
        return conflict(judging, event, before, shape, 'the run had changed the row, and the two cannot be merged');
    }
    const written = allChangedColumns(row, shape);
    return written.length === 0 ? 'skip' : writeUpdate(event, before, row.after, written, shape.key);
}
function conflict(judging, { map }, image, shape, why) {
    const key = shape.key.map((index) => showValue(map.columns[index], image[index] ?? null)).join(', ');
    judging.conflicts.push({ gtid: judging.gtid, table: map.table, key, why });
    return 'skip';
}

;// CONCATENATED MODULE: ./lib/mysql/restore/replay-others.js







const replay_others_MOST_WAITING = 100;
const replay_others_MOST_BYTES = 512 * 1024;
/** Brings what others wrote to the tables of the backup into the side schema. */
class OthersReplay {
    #parts;
    #waiting = [];
    #unread = [];
    #conflicts = [];
    #leftBehind = [];
    #changes = new Map();
    #bytes = 0;
    #transactions = 0;
    #isInWindow = false;
    constructor(parts) {
        this.#parts = parts;
    }
    get result() {
        const [transactions, conflicts, leftBehind] = [this.#transactions, this.#conflicts, this.#leftBehind];
        return { transactions, conflicts, leftBehind };
    }
    /** How others changed rows of the restored tables so far. */
    get changes() {
        return this.#changes;
    }
    /** Replays everything that is committed by now. */
    async catchUp() {
        for (const { transaction, by } of this.#unread.splice(0))
            await this.#take(transaction, by);
        await this.#parts.follower.readUntilNow((transaction, by) => this.#take(transaction, by));
        await this.#leaveWindow();
        await this.#flush();
    }
    /** Whether others wrote since the last `catchUp`; what they wrote is kept for the next. */
    async hasMore() {
        await this.#parts.follower.readUntilNow((transaction, by) => {
            this.#unread.push({ transaction, by });
        });
        return this.#unread.some(({ transaction, by }) => by === 'others' && this.#concerns(transaction));
    }
    #concerns({ rows }) {
        return rows.some(({ map }) => this.#parts.closure.has(map.table));
    }
    async #take(transaction, by) {
        if (by === 'us') {
            if (transaction.rows.length === 0 && transaction.statements.length === 0)
                return;
            // What others wrote before it does not build on it.
            await this.#flush();
            this.#noteOwn(transaction);
            return;
        }
        if (!this.#concerns(transaction))
            return;
        for (const { map, change } of transaction.rows) {
            const known = this.#changes.get(map.table) ?? new Set();
            this.#changes.set(map.table, known.add(change));
        }
        if (this.#parts.window.covers(transaction))
            return this.#takeInWindow(transaction);
        await this.#leaveWindow();
        await this.#judge(transaction);
        if (this.#waiting.length >= replay_others_MOST_WAITING || this.#bytes >= replay_others_MOST_BYTES)
            await this.#flush();
    }
    async #takeInWindow({ rows }) {
        const { reader, side, window, closure } = this.#parts;
        await this.#flush();
        if (reader.description)
            await side.describe(reader.description);
        this.#isInWindow = true;
        window.take(rows.filter(({ map }) => closure.has(map.table)));
    }
    /** Whatever comes now is in no dump. */
    async #leaveWindow() {
        if (!this.#isInWindow)
            return;
        this.#isInWindow = false;
        const { side, window } = this.#parts;
        try {
            this.#transactions += await window.apply(side);
        }
        catch (error) {
            throw notApplied(error);
        }
    }
    async #judge(transaction) {
        const { reader, side, writes, closure } = this.#parts;
        const judgement = judgeTransaction(transaction, writes, closure);
        if (judgement.kind === 'conflict') {
            this.#conflicts.push(...judgement.conflicts);
            return;
        }
        this.#leftBehind.push(...judgement.leftBehind);
        if (judgement.changes.length === 0)
            return;
        if (reader.description)
            await side.describe(reader.description);
        await side.use('STRICT');
        this.#waiting.push({ transaction, changes: judgement.changes });
        this.#bytes += transaction.size;
    }
    /** Applies what waits in one transaction; when that fails, each by itself, to learn which cannot be applied. */
    async #flush() {
        const waiting = this.#waiting.splice(0);
        this.#bytes = 0;
        if (waiting.length === 0)
            return;
        try {
            await this.#parts.side.apply(waiting.flatMap(({ changes }) => changes));
            this.#transactions += waiting.length;
        }
        catch (error) {
            if (!isReplayRefused(error))
                throw notApplied(error);
            for (const each of waiting)
                await this.#applyOne(each);
        }
    }
    async #applyOne({ transaction, changes }) {
        const { side, writes, closure } = this.#parts;
        const isBlocked = judgeTransaction(transaction, writes, closure).kind === 'conflict';
        try {
            if (isBlocked)
                throw new Error('it builds on a transaction that could not be replayed');
            await side.apply(changes);
            this.#transactions += 1;
        }
        catch (error) {
            if (!isBlocked && !isReplayRefused(error))
                throw notApplied(error);
            const rows = transaction.rows.filter(({ map }) => closure.has(map.table));
            noteAsOwn(rows, writes);
            this.#conflicts.push({
                gtid: transaction.gtid ? formatGtid(transaction.gtid) : '',
                table: [...new Set(rows.map(({ map }) => map.table))].join(', '),
                key: undefined,
                why: isBlocked ? error.message : describeServerError(error),
            });
        }
    }
    #noteOwn({ rows, statements }) {
        const { writes, readOwn, silentCascades } = this.#parts;
        for (const { sql } of statements) {
            const { tables, keepsColumns, trigger } = readOwn(sql);
            for (const table of tables) {
                if (!keepsColumns)
                    writes.block(table, 'the run had changed the definition of the table');
                if (trigger === 'before' || trigger === 'dropped')
                    writes.block(table, 'the run had changed the triggers of the table');
            }
        }
        noteAsOwn(rows, writes);
        for (const event of rows) {
            const { table } = event.map;
            if (!silentCascades.has(table) || !this.#maySilentlyCascade(event))
                continue;
            for (const child of descendants(silentCascades, table))
                writes.block(child, `the run changed its rows through a foreign key on ${table}`);
        }
    }
    #maySilentlyCascade(event) {
        const shape = this.#parts.writes.shape(event.map.table);
        return !shape || [...readRowChanges(event)].some((row) => mayCascade(row, shape));
    }
}
/** Not a matter of this transaction: a packet that is too large, a privilege. */
function notApplied(error) {
    if (!isServerError(error) || isConnectionLost(error))
        return error;
    return notLossless(`the server refused to apply what others wrote: ${describeServerError(error)}`);
}

;// CONCATENATED MODULE: ./lib/mysql/restore/side-replay.js


const side_replay_MOST_BYTES = 512 * 1024;
/** Applies changes of rows to the tables of the side schema, in one session that is kept open. */
class SideReplay {
    #raw;
    #side;
    #description;
    #mode;
    constructor(raw, side) {
        this.#raw = raw;
        this.#side = side;
    }
    /** The format of the log from here on; `BINLOG` has to know it before anything else. */
    async describe(description) {
        if (this.#description?.equals(description))
            return;
        await this.#binlog([withoutChecksums(description)]);
        // Without this the session would wait for the number of a replicated transaction.
        await this.#raw.run("SET SESSION gtid_next = 'AUTOMATIC'");
        this.#description = description;
    }
    async use(mode) {
        if (this.#mode === mode)
            return;
        await this.#raw.run(`SET SESSION rbr_exec_mode = ${mode}`);
        this.#mode = mode;
    }
    /** Applies all of it in one transaction, or throws and nothing of it is applied. */
    async apply(changes) {
        await this.#raw.run('BEGIN');
        try {
            let waiting = [];
            let size = 0;
            for (const { map, bytes } of changes) {
                // Each is a statement of its own, so that a transaction of any size fits through.
                waiting.push(inSchema(map, this.#side), bytes);
                size += bytes.length;
                if (size < side_replay_MOST_BYTES)
                    continue;
                await this.#binlog(waiting);
                [waiting, size] = [[], 0];
            }
            if (waiting.length > 0)
                await this.#binlog(waiting);
            await this.#raw.run('COMMIT');
        }
        catch (error) {
            await this.#raw.run('ROLLBACK').catch(() => undefined);
            throw error;
        }
    }
    async #binlog(events) {
        await this.#raw.run(`BINLOG '${Buffer.concat(events).toString('base64')}'`);
    }
}

;// CONCATENATED MODULE: ./lib/mysql/restore/barrier.js



/**
 * The triggers for these changes of rows. That nobody writes in the gap between two locks is checked in any case; the
 * barrier is for those who would, so tables that others leave alone need none.
 */
function barrierFor(changes) {
    return [...changes].flatMap(([table, kinds], index) => [...kinds].map((change) => ({ name: `${BARRIER_PREFIX}${index}_${change}`, table, change })));
}
/**
 * Makes triggers that let every write pass until the barrier is closed. A write that meets a closed barrier fails as one
 * that waited too long for a lock: its statement is undone, its transaction goes on, and it may be tried again.
 */
async function buildBarrier(raw, schema, barrier, onBlocked) {
    for (const { name, table, change } of barrier) {
        const sql = `CREATE TRIGGER ${qualified(schema, name)} BEFORE ${change.toUpperCase()} ON ${qualified(schema, table)} FOR EACH ROW
      IF IS_USED_LOCK('${barrierLockName(schema)}') IS NOT NULL THEN
        SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205, MESSAGE_TEXT = 'Lock wait timeout exceeded (a restore swaps this table); try restarting transaction';
      END IF`;
        await retrying(() => raw.run(toBytes(sql)), onBlocked);
    }
}
/** Takes the triggers away again. */
async function removeBarrier(raw, schema, barrier, onBlocked) {
    for (const { name } of barrier) {
        const sql = `DROP TRIGGER IF EXISTS ${qualified(schema, name)}`;
        await retrying(() => raw.run(toBytes(sql)), onBlocked);
    }
}
async function retrying(work, onBlocked) {
    for (;;) {
        try {
            await work();
            return;
        }
        catch (error) {
            if (!isLockTimeout(error))
                throw error;
            await onBlocked(error);
        }
    }
}
/** Closes the barrier for as long as the session lives. */
async function closeBarrier(raw, schema) {
    await raw.rows(`SELECT GET_LOCK('${barrierLockName(schema)}', 10) AS got`);
}
/** Opens it again. */
async function openBarrier(raw, schema) {
    await raw.rows(`SELECT RELEASE_LOCK('${barrierLockName(schema)}') AS released`);
}

;// CONCATENATED MODULE: ./lib/mysql/restore/raise-counters.js



const SELECT_COUNTERS = `SELECT live.TABLE_NAME AS name, live.AUTO_INCREMENT AS counter
  FROM information_schema.TABLES AS live JOIN information_schema.TABLES AS side
    ON side.TABLE_SCHEMA = ? AND side.TABLE_NAME = live.TABLE_NAME
  WHERE live.TABLE_SCHEMA = ? AND live.AUTO_INCREMENT > side.AUTO_INCREMENT`;
/** No number that was given out is given out again: the greater counter stays. To be called when nobody writes. */
async function raiseCounters(session, raw, only) {
    const side = sideSchema(session.schema);
    // What is remembered of the counters may be a day old.
    await send(session, 'SET SESSION information_schema_stats_expiry = 0');
    const rows = await readRows(session, SELECT_COUNTERS, [
        side,
        session.schema,
    ]);
    for (const { name, counter } of rows) {
        if (!only.has(name))
            continue;
        await raw.run(toBytes(`ALTER TABLE ${qualified(side, name)} AUTO_INCREMENT = ${counter}`));
    }
}

;// CONCATENATED MODULE: ./lib/mysql/restore/swap-under-writers.js














/**
 * Swaps tables while others write to them. `docs/lossless-restore.md` says for every step what is true if it is the
 * last one.
 */
async function swapUnderWriters(session, options) {
    const { schema } = session;
    const [first, second] = [await openRaw(session, schema), await openRaw(session, schema)];
    const deadline = Date.now() + options.lockTimeout * 1000;
    const aside = asideSchema(schema, options.runId);
    try {
        for (const raw of [first, second]) {
            options.onConnection(raw.id);
            await prepareLoad(raw);
            await raw.run(`SET lock_wait_timeout = ${Math.max(1, Math.ceil(options.statementLockTimeout))}`);
        }
        await takeRestoreLock(second, schema);
        await createLike(session, aside);
        const oldTransactions = await waitForOldTransactions(session, deadline, options.log);
        const parts = { session, first, second, aside, options, deadline };
        const { state, blockedMs } = await swap_under_writers_cutOver(parts);
        await settleDefinitions(session, second, { ...state, scope: 'all' }, Date.now() + options.lockTimeout * 1000);
        await markDone(session, aside);
        return { aside, blockedMs, oldTransactions };
    }
    catch (error) {
        // A server that we do not hear any more may still move tables into it: then it is left to the next that has the lock.
        if (!isConnectionLost(error) && (await readTableNames(session, aside).catch(() => ['?'])).length === 0) {
            await send(session, `DROP DATABASE IF EXISTS ${quote(aside)}`).catch(() => undefined);
        }
        throw error;
    }
    finally {
        first.close();
        second.close();
    }
}
/** The barrier is built once, open, so that at the moment of the swap it only has to be closed. */
async function swap_under_writers_cutOver(parts) {
    const { session, first, second, aside, options, deadline } = parts;
    const { schema } = session;
    const planned = await readCutOver(session, second, aside, options);
    await writeState(session, sideSchema(schema), stateOf(planned, options));
    const onBlocked = async (error) => {
        tellBlocked(options.log, error);
        if (Date.now() > deadline)
            throw gaveUp(options.lockTimeout);
        await (0,external_node_timers_promises_.setTimeout)(100);
    };
    const changes = [...options.follower.changes()].filter(([table]) => planned.liveTables.includes(table));
    const barrier = barrierFor(new Map(changes));
    try {
        await buildBarrier(first, schema, barrier, onBlocked);
        options.log({ level: 'debug', event: 'barrier-built', message: 'writers can be held up' });
        for (let attempt = 1;; attempt += 1) {
            try {
                const swapped = await attemptSwap(parts, barrier);
                if (swapped)
                    return swapped;
            }
            catch (error) {
                if (!isLockTimeout(error) && !isDeadlock(error))
                    throw error;
                tellBlocked(options.log, error);
            }
            if (Date.now() > deadline)
                throw gaveUp(options.lockTimeout);
            await (0,external_node_timers_promises_.setTimeout)(Math.min(2000, 50 * 2 ** attempt));
            await options.follower.catchUp();
        }
    }
    catch (error) {
        await removeBarrier(first, schema, barrier, onBlocked).catch(() => undefined);
        throw error;
    }
}
function stateOf(planned, { runId }) {
    return { ...planned, runId, phase: 'prepared', was: planned.live };
}
/** One try; undefined when others wrote or defined something in the gap between the two locks. */
async function attemptSwap(parts, barrier) {
    const { session, first, second, aside, options, deadline } = parts;
    const { schema } = session;
    const before = await readFingerprint(session, schema);
    const planned = await readCutOver(session, second, aside, options);
    const state = stateOf(planned, options);
    await writeState(session, sideSchema(schema), state);
    // So that little is left for the time in which others wait.
    await options.follower.catchUp();
    const started = performance.now();
    const tell = (event, message) => {
        options.log({ level: 'debug', event, message, durationMs: Math.round(performance.now() - started) });
    };
    try {
        if (planned.liveTables.length > 0) {
            const tables = planned.liveTables.map((table) => `${qualified(schema, table)} WRITE`);
            await first.run(toBytes(`LOCK TABLES ${tables.join(', ')}`));
        }
        tell('writers-held', 'others wait');
        await options.follower.catchUp();
        await raiseCounters(session, options.replaying, options.only);
        tell('replayed', 'the last transactions of others are replayed');
        await closeBarrier(first, schema);
        const locked = second.run(lockStatement(planned));
        // When the other session fails first, nobody waits for this one any more.
        locked.catch(() => undefined);
        // Whoever waits before it in the queue meets the barrier.
        await first.run('UNLOCK TABLES');
        await locked;
        tell('tables-locked', 'all tables are locked for the swap');
        if ((await options.follower.hasMore()) || (await readFingerprint(session, schema)) !== before) {
            await second.run('UNLOCK TABLES');
            return undefined;
        }
        await options.beforeCutOver?.();
        const log = options.log;
        tell('cut-over-ready', 'nobody wrote in the gap');
        // A table with triggers cannot move to another schema: those of the barrier go with the others.
        const packet = { ...planned, barrier: barrier.map(({ name }) => name) };
        await sendPacket(session, second, packet, { state, deadline, log });
        tell('tables-swapped', 'the tables of the backup are live');
        return { state, blockedMs: Math.round(performance.now() - started) };
    }
    finally {
        await first.run('UNLOCK TABLES').catch(() => undefined);
        await openBarrier(first, schema).catch(() => undefined);
        await second.run('UNLOCK TABLES').catch(() => undefined);
    }
}

;// CONCATENATED MODULE: ./lib/mysql/restore/table-shapes.js


const table_shapes_SELECT_COLUMNS = `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, EXTRA AS extra
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION`;
const table_shapes_SELECT_KEYS = `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND INDEX_NAME = 'PRIMARY'
  ORDER BY TABLE_NAME, SEQ_IN_INDEX`;
const table_shapes_SELECT_REFERENCED = `SELECT DISTINCT REFERENCED_TABLE_NAME AS tableName, REFERENCED_COLUMN_NAME AS name
  FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA IN (?, ?)`;
/** The tables of the side schema, as the backup has them. */
async function readTableShapes(session) {
    const side = sideSchema(session.schema);
    const columns = new Map();
    for (const row of await readRows(session, table_shapes_SELECT_COLUMNS, [side])) {
        if (row.tableName === STATE_TABLE)
            continue;
        columns.set(row.tableName, [...(columns.get(row.tableName) ?? []), row]);
    }
    const keys = await readRows(session, table_shapes_SELECT_KEYS, [side]);
    // Of the live schema as well: the run may have made a key and changed rows through it.
    const referenced = await readRows(session, table_shapes_SELECT_REFERENCED, [
        ...[side, session.schema],
    ]);
    const positions = (table, names, rows) => names
        .filter(({ tableName }) => tableName === table)
        .map(({ name }) => rows.findIndex((row) => row.name === name))
        .filter((index) => index >= 0);
    return new Map([...columns].map(([table, rows]) => {
        const key = positions(table, keys, rows);
        const automatic = rows.flatMap(({ extra }, index) => (/on update/i.test(extra) ? [index] : []));
        const hasStoredGenerated = rows.some(({ extra }) => /STORED GENERATED/i.test(extra));
        const shape = {
            ...{ key, columns: rows.length, automatic: new Set(automatic), hasStoredGenerated },
            referenced: new Set(positions(table, referenced, rows)),
        };
        return [table, shape];
    }));
}

;// CONCATENATED MODULE: ./lib/mysql/restore/lossless-restore.js




















/**
 * Brings back what our run touched, and keeps what others wrote: the tables are loaded beside, the transactions of
 * others are replayed there from the binary log, and then they take the place of the live ones. What cannot be done
 * without guessing throws `not-lossless` before anything is changed.
 */
async function losslessRestore(session, job) {
    const { facts, own, log, lockTimeout } = job;
    await requireReachableLog(session, job);
    const readOwn = await ownDefinitionReader(session, facts);
    const touched = await readTouched(session, facts, own, readOwn);
    const closure = closureOf(touched.tables, facts.ties, await readTableTies(session));
    await requireOwnKeys(session, closure);
    const tables = [...closure].toSorted();
    const message = `the run touched ${tables.join(', ') || 'no table'}; others committed ${touched.transactions} transactions since the backup`;
    log({ level: 'info', event: 'restore-scope', message });
    try {
        const result = await restoreTables(session, job, closure, readOwn);
        await dropSide(session);
        return { ...result, tables };
    }
    catch (error) {
        const finished = await finishInterruptedRestore(session, lockTimeout).catch(() => undefined);
        if (finished?.kind !== 'new-state-finished' || finished.runId !== job.runId)
            throw error;
        const swapped = { aside: finished.aside, blockedMs: undefined, oldTransactions: [] };
        return { swapped, kept: touched.transactions, conflicts: [], leftBehind: [], tables };
    }
}
async function restoreTables(session, job, closure, readOwn) {
    const { facts, log, onProgress, own } = job;
    const options = { only: closure, ...(onProgress ? { onProgress } : {}) };
    const loaded = await loadBeside(session, job.dump, facts, options);
    await checkBeside(session, loaded, facts, closure);
    log({ level: 'debug', event: 'backup-loaded', message: 'the backup is loaded beside the live schema' });
    const side = sideSchema(session.schema);
    const raw = await openRaw(session, side);
    const stream = await openLogStream(session, facts.before.file);
    try {
        own.add(raw.id);
        const reader = new TransactionReader(stream, isRestored(session.schema));
        const writes = new OwnWrites(await readTableShapes(session));
        const silentCascades = await readSilentCascades(session, [session.schema, side]);
        const window = new DumpWindow(new GtidSet(facts.after.gtidExecuted), writes, silentCascades);
        const replay = new OthersReplay({
            follower: new LogFollower(session, reader, own, facts.before.gtidExecuted),
            ...{ reader, readOwn, closure, side: new SideReplay(raw, side) },
            ...{ writes, window, silentCascades },
        });
        await catchUpRounds(replay, job);
        const swapped = job.until === 'load' ? undefined : await swapIn(session, job, { loaded, replay, raw, closure });
        const { transactions, conflicts, leftBehind } = replay.result;
        return { swapped, kept: transactions, conflicts, leftBehind };
    }
    finally {
        stream.close();
        raw.close();
    }
}
async function swapIn(session, job, parts) {
    const { loaded, replay, raw, closure } = parts;
    const { facts, runId, statementLockTimeout, lockTimeout, log, beforeCutOver } = job;
    return swapUnderWriters(session, {
        ...{ runId, loaded, facts, statementLockTimeout, lockTimeout, log, only: closure, replaying: raw },
        follower: {
            catchUp: async () => {
                await replay.catchUp();
                askAbout(replay, job);
            },
            changes: () => replay.changes,
            hasMore: () => replay.hasMore(),
        },
        onConnection: (id) => job.own.add(id),
        ...(beforeCutOver ? { beforeCutOver } : {}),
    });
}
/** What is left with the state that failed is lost to the tables of before as well. */
function askAbout({ result }, job) {
    const lost = [...result.conflicts, ...result.leftBehind];
    if (lost.length > 0)
        job.onConflicts(lost);
}
const SHORT_ROUND_MS = 150;
const LONGEST_WAIT_MS = 10_000;
const MOST_ROUNDS = 200;
/** Until what is left to replay is so short that writers can be held up for it. */
async function catchUpRounds(replay, job) {
    let shortest = Infinity;
    for (let round = 1, slow = 0;; round += 1) {
        const started = performance.now();
        await replay.catchUp();
        const took = performance.now() - started;
        const { transactions } = replay.result;
        const message = `round ${round}: ${transactions} transactions of others replayed`;
        job.log({ level: 'debug', event: 'replayed', message, durationMs: Math.round(took) });
        askAbout(replay, job);
        if (took < SHORT_ROUND_MS)
            return;
        slow = took < shortest ? 0 : slow + 1;
        shortest = Math.min(shortest, took);
        // Not shorter for many rounds: others write as fast as it is replayed. Rather let them wait than undo their work.
        if (slow >= 8 && took < LONGEST_WAIT_MS)
            return;
        if (slow >= 8 || round > MOST_ROUNDS) {
            throw notLossless('others write faster than their transactions can be replayed', 'restore when less is written');
        }
        await (0,external_node_timers_promises_.setTimeout)(0);
    }
}
async function requireReachableLog(session, { facts }) {
    const { uuid } = await readRow(session, 'SELECT @@server_uuid AS uuid');
    const logs = (await send(session, 'SHOW BINARY LOGS'));
    requireLog(facts, uuid, logs.map(({ Log_name: name }) => name));
}
const SELECT_CROSSING = `SELECT k.TABLE_NAME AS tableName, k.REFERENCED_TABLE_NAME AS parent,
    k.CONSTRAINT_SCHEMA AS childSchema, k.UNIQUE_CONSTRAINT_SCHEMA AS parentSchema, k.CONSTRAINT_NAME AS name
  FROM information_schema.REFERENTIAL_CONSTRAINTS AS k
  WHERE ? IN (k.CONSTRAINT_SCHEMA, k.UNIQUE_CONSTRAINT_SCHEMA) AND k.CONSTRAINT_SCHEMA <> k.UNIQUE_CONSTRAINT_SCHEMA`;
/** A key from or to another schema would follow the table that is renamed away, or change rows that no replay knows. */
async function requireOwnKeys(session, closure) {
    const { schema } = session;
    const rows = await readRows(session, SELECT_CROSSING, [schema]);
    const crossing = rows.find(({ childSchema, tableName, parent }) => closure.has(childSchema === schema ? tableName : parent) && !childSchema.startsWith(`${schema}__`));
    if (!crossing)
        return;
    const { name, childSchema, tableName } = crossing;
    throw notLossless(`foreign key ${name} of ${childSchema}.${tableName} ties the restored tables to another schema`);
}

;// CONCATENATED MODULE: ./lib/mysql/restore/own-writers.js


/** Tells our own transactions in the binary log from those of others. */
class OwnWriters {
    #connections;
    /** How often the server had started again when it began to write each file. */
    #restartsAt = new Map();
    #restartsNow = 0;
    constructor(connections) {
        this.#connections = [...connections];
    }
    /** A connection of ours that is open now. */
    add(id) {
        this.#connections.push({ id, from: undefined });
    }
    /** To be told of every transaction, in the order of the log. */
    note({ file, restarts }) {
        if (!this.#restartsAt.has(file))
            this.#restartsAt.set(file, restarts);
        this.#restartsNow = Math.max(this.#restartsNow, restarts);
    }
    /** Connection ids begin again with the server, so an id is ours only between two starts of it. */
    isOwn(transaction) {
        const { threadId, restarts } = transaction;
        return this.#connections.some(({ id, from }) => {
            if (id !== threadId)
                return false;
            if (!from)
                return restarts === this.#restartsNow;
            const started = this.#restartsAt.get(from.file);
            return started !== undefined && started === restarts && isAfter(transaction, from);
        });
    }
}
/** Of all runs: a connection is ours from its place in the log on, whatever the clock of a runner says. */
const SELECT_OWN = `SELECT DISTINCT connection_id AS id, log_file AS file, log_pos AS position
  FROM ops_migration_statements WHERE connection_id IS NOT NULL AND log_file IS NOT NULL`;
/** The connections with which statements of changesets ran, from the journal. */
async function readOwnWriters(session) {
    const rows = await readRows(session, SELECT_OWN);
    const connections = rows.map(({ id, file, position }) => ({
        id: Number(id),
        from: { file, position: Number(position) },
    }));
    return new OwnWriters([...connections, { id: session.id, from: undefined }]);
}

;// CONCATENATED MODULE: ./lib/modes/restore-lossless.js






/**
 * Restores a backup and keeps what others wrote since, where that is possible; else says why, and undefined means that
 * nothing was changed and that a restore would undo it.
 */
async function restoreLossless(run, job) {
    const { session, inputs } = run;
    const { kind, reasons } = await probeGuarantee(session, 'deploys');
    if (kind !== 'lossless') {
        tellNotLossless(run, reasons);
        job.dump.destroy();
        return undefined;
    }
    try {
        const result = await losslessRestore(session, {
            ...job,
            own: await readOwnWriters(session),
            onConflicts: (conflicts) => {
                if (inputs.onDataLoss === 'stop')
                    throw stopped(conflicts);
            },
        });
        tellConflicts(run, result);
        return result;
    }
    catch (error) {
        job.dump.destroy();
        if (!(error instanceof lib_errors/* ExpectedError */.Dh) || error.code !== 'not-lossless')
            throw error;
        tellNotLossless(run, error.problems);
        return undefined;
    }
}
function tellNotLossless({ log, draft }, reasons) {
    const why = reasons.map(({ message }) => message).join('; ');
    const fix = reasons.flatMap((reason) => reason.fix ?? []).join('; ');
    const message = `this restore cannot keep what others wrote: ${why}`;
    log({ level: 'warning', event: 'restore-not-lossless', message, ...(fix === '' ? {} : { fix }) });
    const warning = { code: 'not-lossless', message, ...(fix === '' ? {} : { fix }) };
    (0,modes_draft/* tell */.qz)(draft, { warnings: [...draft.report.warnings, warning] });
}
const SHOWN = 20;
function restore_lossless_describe(conflicts) {
    const lines = conflicts
        .slice(0, SHOWN)
        .map(({ gtid, table, key, why }) => `${table}${key === undefined ? '' : ` (${key})`} in ${gtid}: ${why}`);
    const more = conflicts.length > SHOWN ? `; and ${conflicts.length - SHOWN} more` : '';
    return `${lines.join('; ')}${more}`;
}
/** How many transactions of others could not be kept. */
function countConflicting(conflicts) {
    return new Set(conflicts.map(({ gtid }) => gtid)).size;
}
function stopped(conflicts) {
    const number = (0,wording/* count */.U9)(countConflicting(conflicts), 'transaction');
    return new lib_errors/* ExpectedError */.Dh({
        code: 'data-loss',
        message: `${number} of others cannot be kept by a restore: ${restore_lossless_describe(conflicts)}; nothing was restored`,
        fix: 'look at these writes; if they may be undone, run with on-data-loss: restore',
    });
}
function tellConflicts({ log, draft }, { conflicts, leftBehind, swapped }) {
    const where = swapped ? `; the rows as they were are in ${swapped.aside}` : '';
    const warn = (what, list) => {
        if (list.length === 0)
            return;
        const message = `${(0,wording/* count */.U9)(countConflicting(list), 'transaction')} of others ${what}: ${restore_lossless_describe(list)}${where}`;
        log({ level: 'warning', event: 'data-loss', message });
        (0,modes_draft/* tell */.qz)(draft, { warnings: [...draft.report.warnings, { code: 'data-loss', message }] });
    };
    warn('could not be kept', conflicts);
    warn('wrote to tables that the run had made', leftBehind);
}

;// CONCATENATED MODULE: ./lib/mysql/restore/foreign-writes.js








/** Counts the transactions of others from a backup up to a place in the log. */
async function countForeignWrites(session, facts, own, until) {
    const obstacle = await findObstacle(session, facts);
    if (obstacle !== undefined)
        return { kind: 'unknown', why: obstacle };
    if (!until)
        return { kind: 'unknown', why: 'the place in the binary log cannot be read' };
    try {
        return await readWrites(session, facts, own, until);
    }
    catch (error) {
        return {
            kind: 'unknown',
            why: `the binary log cannot be read (GRANT REPLICATION SLAVE): ${describeServerError(error)}`,
        };
    }
}
async function readWrites(session, { before, after }, own, until) {
    const { schema } = session;
    const [begin, sure] = [placeOf(before), placeOf(after) ?? placeOf(before)];
    const writers = new Map();
    const stream = await openLogStream(session, begin.file);
    try {
        const reader = new TransactionReader(stream, isRestored(schema), 0);
        for (;;) {
            const transaction = await reader.nextUntil(until);
            if (!transaction)
                break;
            own.note(transaction);
            if (!isAfter(transaction, begin) || own.isOwn(transaction))
                continue;
            note(writerOf(writers, transaction), transaction, schema, isAfter(transaction, sure) ? 0 : 1);
        }
    }
    finally {
        stream.close();
    }
    const others = [...writers.values()].filter(({ isRestoring }) => !isRestoring);
    return {
        kind: 'known',
        transactions: others.reduce((sum, { transactions }) => sum + transactions, 0),
        uncertain: others.reduce((sum, { uncertain }) => sum + uncertain, 0),
        tables: [...new Set(others.flatMap(({ tables }) => [...tables]))].toSorted(),
        definitions: others.flatMap(({ definitions }) => definitions).slice(0, 20),
    };
}
function note(writer, { tables, statements }, schema, uncertain) {
    const names = [sideSchema(schema), asidePrefix(schema)];
    writer.isRestoring ||= statements.some(({ sql }) => names.some((name) => sql.includes(`\`${name}`)));
    const defined = statements.filter((statement) => definesSchema(statement, schema));
    if (tables.size === 0 && defined.length === 0)
        return;
    writer.transactions += 1;
    writer.uncertain += uncertain;
    for (const table of tables)
        writer.tables.add(table);
    if (writer.definitions.length < 20)
        writer.definitions.push(...defined.map(({ sql }) => sql.slice(0, 100)));
}
function writerOf(writers, { restarts, threadId }) {
    const key = `${restarts}:${threadId}`;
    const none = { transactions: 0, uncertain: 0, isRestoring: false };
    const known = writers.get(key) ?? { ...none, tables: new Set(), definitions: [] };
    writers.set(key, known);
    return known;
}
function placeOf({ file, position }) {
    return file === undefined || position === undefined ? undefined : { file, position };
}
const SELECT_LOG = 'SELECT @@log_bin AS logBin, @@GLOBAL.binlog_format AS format, @@server_uuid AS uuid';
async function findObstacle(session, { before, serverUuid }) {
    const server = await readRow(session, SELECT_LOG);
    if (server.logBin !== 1)
        return 'the server writes no binary log';
    if (server.format !== 'ROW')
        return `binlog_format is ${server.format}, which does not name the tables`;
    if (server.uuid !== serverUuid)
        return 'the backup was taken on another server';
    if (before.file === undefined || before.position === undefined) {
        return 'the place in the binary log was not known when the backup was taken: GRANT REPLICATION CLIENT ON *.*';
    }
    try {
        const logs = (await send(session, 'SHOW BINARY LOGS'));
        if (logs.some(({ Log_name: name }) => name === before.file))
            return undefined;
        return `the binary log ${before.file} was purged`;
    }
    catch (error) {
        return `the binary logs cannot be listed: ${describeServerError(error)}`;
    }
}

;// CONCATENATED MODULE: ./lib/modes/weigh-data-loss.js






/**
 * Says what a restore would undo of what others wrote since the backup, and gives up where `on-data-loss: stop` asks for
 * that. What cannot be known counts as a loss.
 */
async function weighDataLoss(run, facts) {
    const { inputs, session, server, log } = run;
    const now = await readLogPlace(session, server.version);
    const writes = await countForeignWrites(session, facts, await readOwnWriters(session), now);
    const message = describeWrites(writes, 'are undone by a restore');
    log({ level: isNothing(writes) ? 'info' : 'warning', event: 'data-loss', message });
    if (isNothing(writes) || inputs.onDataLoss !== 'stop')
        return;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'data-loss',
        message: `${message}; nothing was restored`,
        fix: 'look at these writes; if they may be undone, run with on-data-loss: restore',
    });
}
/**
 * Says what a restore has undone, up to the place in the log at which it swapped. Gives the number of transactions,
 * where it can be known.
 */
async function tellDataLoss(run, facts, swapped) {
    const { session, draft, log } = run;
    const writes = await countForeignWrites(session, facts, await readOwnWriters(session), swapped);
    if (isNothing(writes))
        return 0;
    const message = describeWrites(writes, 'were undone');
    log({ level: 'warning', event: 'data-loss', message });
    (0,modes_draft/* tell */.qz)(draft, { warnings: [...draft.report.warnings, { code: 'data-loss', message }] });
    return writes.kind === 'known' ? writes.transactions : undefined;
}
function isNothing(writes) {
    return writes.kind === 'known' && writes.transactions === 0;
}
function describeWrites(writes, fate) {
    if (writes.kind === 'unknown') {
        return `whether others wrote since the backup cannot be known (${writes.why}); if they did, their writes ${fate}`;
    }
    const { transactions, uncertain, tables, definitions } = writes;
    if (transactions === 0)
        return '0 writes of others since the backup';
    const where = tables.length === 0 ? '' : ` on ${tables.slice(0, 10).join(', ')}`;
    const ddl = definitions.length === 0 ? '' : `, among them ${definitions.slice(0, 3).join('; ')}`;
    const maybe = uncertain === 0 ? '' : ` (${uncertain} of them while the dump began: the backup may have these)`;
    return `${(0,wording/* count */.U9)(transactions, 'transaction')} of others since the backup${where}${ddl} ${fate}${maybe}`;
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
;// CONCATENATED MODULE: ./lib/files/backup-chunks.js

const TAG = 16;
/**
 * The construction of STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce is the chunk's number and whether it
 * is the last, so a chunk that is moved, left out, doubled or cut off does not open. The key is used for one file only.
 */
function sealChunk(context, number, plain, isLast) {
    const cipher = (0,external_node_crypto_.createCipheriv)('aes-256-gcm', context.key, nonceOf(number, isLast)).setAAD(context.header);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}
/** The plain bytes; undefined where it is not the chunk that was written. */
function openChunk(context, number, sealed, isLast) {
    if (sealed.length <= TAG)
        return undefined;
    const nonce = nonceOf(number, isLast);
    const decipher = (0,external_node_crypto_.createDecipheriv)('aes-256-gcm', context.key, nonce, { authTagLength: TAG });
    decipher.setAAD(context.header).setAuthTag(sealed.subarray(-TAG));
    const plain = decipher.update(sealed.subarray(0, -TAG));
    try {
        decipher.final();
        return plain;
    }
    catch {
        return undefined;
    }
}
/** Eleven bytes of number, one that is 1 for the last. */
function nonceOf(number, isLast) {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(BigInt(number), 3);
    nonce[11] = isLast ? 1 : 0;
    return nonce;
}
/** Where each chunk of a body of this length begins and ends. */
function chunkLayout(bodyBytes, chunkBytes) {
    const count = Math.ceil(bodyBytes / (chunkBytes + TAG));
    return { count, plainBytes: bodyBytes - count * TAG };
}
/** The size of a sealed chunk that is not the last. */
function sealedSize(chunkBytes) {
    return chunkBytes + TAG;
}
/** Cuts a stream into sealed chunks. */
async function* sealChunks(plain, context) {
    const { chunkBytes } = context;
    let waiting = [];
    let length = 0;
    let number = 0;
    for await (const part of plain) {
        waiting.push(part);
        length += part.length;
        // One byte more than a chunk: only then it is certain that this one is not the last.
        if (length <= chunkBytes)
            continue;
        let rest = Buffer.concat(waiting);
        for (; rest.length > chunkBytes; rest = rest.subarray(chunkBytes), number += 1) {
            yield sealChunk(context, number, rest.subarray(0, chunkBytes), false);
        }
        waiting = [rest];
        length = rest.length;
    }
    yield sealChunk(context, number, Buffer.concat(waiting), true);
}

;// CONCATENATED MODULE: ./lib/files/backup-header.js


/** A frame that `zstd -d` skips: an unencrypted backup is a zstd file. */
const SKIPPABLE = 0x184d2a5d;
const FRAME_HEAD = 8;
const MAGIC = 'db-deploy backup v';
const VERSION = 1;
const MAX_HEADER = 64 * 1024;
/** A skippable frame around some bytes. */
function toFrame(payload) {
    const head = Buffer.alloc(FRAME_HEAD);
    head.writeUInt32LE(SKIPPABLE, 0);
    head.writeUInt32LE(payload.length, 4);
    return Buffer.concat([head, payload]);
}
/** How long the payload of the frame that begins here is; undefined where none of ours begins. */
function frameLength(bytes) {
    if (bytes.length < FRAME_HEAD || bytes.readUInt32LE(0) !== SKIPPABLE)
        return undefined;
    return bytes.readUInt32LE(4);
}
/** The bytes that every file begins with; they are authenticated with each chunk. */
function encodeHeader(header) {
    return toFrame(Buffer.from(`${MAGIC}${VERSION}\n${JSON.stringify(header)}\n`));
}
/** How many bytes of a file have to be there to read its header. */
function headerLength(start, what) {
    const length = frameLength(start);
    const magic = start.toString('latin1', FRAME_HEAD, FRAME_HEAD + MAGIC.length);
    if (length === undefined || length > MAX_HEADER || magic !== MAGIC)
        throw notABackup(what);
    return FRAME_HEAD + length;
}
/** How many bytes `headerLength` wants. */
const HEADER_START = FRAME_HEAD + MAGIC.length;
/** Reads a header; `what` names the file in messages. */
function decodeHeader(bytes, what) {
    const text = bytes.toString('utf8', FRAME_HEAD);
    const version = /^\d+/.exec(text.slice(MAGIC.length))?.[0];
    if (version !== undefined && version !== String(VERSION)) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'wrong-backup',
            message: `${what} has format ${version}, and this db-deploy reads format ${VERSION}`,
            fix: 'use the release of db-deploy that wrote it',
        });
    }
    const header = parseHeader(text.slice(text.indexOf('\n') + 1));
    if (!header)
        throw damaged(what, 'its header cannot be read');
    return header;
}
function parseHeader(text) {
    try {
        const header = JSON.parse(text);
        const { label, compression, encryption } = header;
        const isLabel = ['schema', 'serverUuid', 'environment', 'runId', 'createdAt'].every((key) => typeof label[key] === 'string');
        const isKnown = compression === 'zstd' && (encryption === null || isEncryption(encryption));
        return isLabel && isKnown ? header : undefined;
    }
    catch {
        return undefined;
    }
}
/** Numbers that somebody changed must not make us take all memory. */
function isEncryption(encryption) {
    const { cipher, kdf, salt, n, r, p, chunkBytes, keyCheck } = encryption;
    const isHex = [salt, keyCheck].every((text) => /^[0-9a-f]{32,128}$/.test(text));
    const areNumbers = [n, r, p, chunkBytes].every((value) => Number.isSafeInteger(value) && value > 0);
    const isBounded = n > 1 && n * r <= 2 ** 23 && p <= 16 && chunkBytes <= 2 ** 24 && (n & (n - 1)) === 0;
    return cipher === 'aes-256-gcm' && kdf === 'scrypt' && isHex && areNumbers && isBounded;
}
/** 64 MiB and about a third of a second; OWASP's numbers, the memory chosen so that a backup stays under 250 MB. */
const COST = { n: 2 ** 16, r: 8, p: 2 };
const CHUNK_BYTES = 64 * 1024;
/** A key of its own for each file, and what to write of how it came about. */
async function newEncryption(passphrase) {
    const salt = (0,external_node_crypto_.randomBytes)(32).toString('hex');
    const { key, keyCheck } = await deriveKey(passphrase, { salt, ...COST });
    return {
        key,
        encryption: { cipher: 'aes-256-gcm', kdf: 'scrypt', salt, ...COST, chunkBytes: CHUNK_BYTES, keyCheck },
    };
}
/** The key of a file; a wrong passphrase is refused before anything is decrypted. */
async function backup_header_keyOf(passphrase, encryption, what) {
    const { key, keyCheck } = await deriveKey(passphrase, encryption);
    if (keyCheck === encryption.keyCheck)
        return key;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'wrong-passphrase',
        message: `the passphrase does not open ${what}`,
        fix: 'set BACKUP_PASSPHRASE to the one that this backup was made with; nothing was changed',
    });
}
/** 48 bytes: a key, and 16 that say nothing about it and stand in the file. */
async function deriveKey(passphrase, { salt, n, r, p }) {
    const options = { N: n, r, p, maxmem: 256 * n * r + 1024 * 1024 };
    const bytes = await new Promise((resolve, reject) => {
        (0,external_node_crypto_.scrypt)(passphrase, Buffer.from(salt, 'hex'), 48, options, (error, derived) => error ? reject(error) : resolve(derived));
    });
    return { key: bytes.subarray(0, 32), keyCheck: bytes.toString('hex', 32) };
}
/** The file is not what was written. */
function damaged(what, how) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'backup-damaged',
        message: `${what} is damaged: ${how}`,
        fix: 'get it again from where it was kept, or use another backup; nothing was changed',
    });
}
function notABackup(what) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'wrong-backup',
        message: `${what} is no backup of db-deploy`,
        fix: 'check the reference or the path',
    });
}

;// CONCATENATED MODULE: ./lib/files/open-backup.js







const DIGEST_FRAME = FRAME_HEAD + 32;
const READ_SIZE = 256 * 1024;
/** Checks a backup from its first byte to its last, and only then gives its SQL. */
async function openBackup(request) {
    const { path, schema, signal } = request;
    const what = `the backup ${request.name ?? path}`;
    return withFile(path, what, async (file) => {
        const { header, raw } = await readHeader(file, what);
        if (schema !== undefined && header.label.schema !== schema)
            throw open_backup_otherSchema(what, header.label, schema);
        const { size } = await file.stat();
        const digest = await digestFile(file, size, header, signal);
        requireDigest(request, what, header, digest.whole);
        if (header.encryption === null)
            await requireOwnDigest(file, size, digest.withoutLast, what);
        const secret = await readSecret(request, header, what);
        const body = bodyOf({ path, what, size, raw, header, key: secret });
        const { facts, sqlEnd } = await readFacts(body, what, signal);
        if (facts.schema !== header.label.schema)
            throw damaged(what, 'its header and its facts differ');
        return { facts, bytes: size, sha256: digest.whole, sql: () => decompressed(body, sqlEnd) };
    });
}
/** What a file says of itself, unchecked; undefined where it is no backup. */
async function readBackupLabel(path) {
    try {
        return await withFile(path, path, async (file) => (await readHeader(file, path)).header.label);
    }
    catch {
        return undefined;
    }
}
async function withFile(path, what, use) {
    let file;
    try {
        file = await (0,promises_.open)(path, 'r');
    }
    catch (error) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'file-unreadable',
            message: `${what} cannot be read: ${error.message}`,
            fix: 'check the reference, and that the file is still there',
        });
    }
    try {
        return await use(file);
    }
    finally {
        await file.close();
    }
}
async function readHeader(file, what) {
    const length = headerLength(await readAt(file, 0, HEADER_START), what);
    const raw = await readAt(file, 0, length);
    if (raw.length < length)
        throw damaged(what, 'it is cut off');
    return { header: decodeHeader(raw, what), raw };
}
async function readAt(file, position, length) {
    const buffer = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
        const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
        if (bytesRead === 0)
            break;
        filled += bytesRead;
    }
    return buffer.subarray(0, filled);
}
async function* readRange(file, from, to) {
    for (let at = from; at < to; at += READ_SIZE) {
        const part = await readAt(file, at, Math.min(READ_SIZE, to - at));
        if (part.length === 0)
            return;
        yield part;
    }
}
async function digestFile(file, size, header, signal) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    const last = header.encryption === null ? Math.max(0, size - DIGEST_FRAME) : size;
    for await (const part of readRange(file, 0, last)) {
        signal?.throwIfAborted();
        hash.update(part);
    }
    const withoutLast = hash.copy().digest('hex');
    for await (const part of readRange(file, last, size))
        hash.update(part);
    return { whole: hash.digest('hex'), withoutLast };
}
function requireDigest(request, what, header, digest) {
    if (request.sha256 === undefined) {
        // Otherwise anybody who can replace the file could have any SQL run.
        if (header.encryption !== null || request.passphrase === undefined)
            return;
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'wrong-backup',
            message: `${what} is not encrypted, although a passphrase is set, and there is no digest to know it by`,
            fix: 'give its reference with #sha256=…, or leave the passphrase out if you trust the file',
        });
    }
    if (digest !== request.sha256)
        throw damaged(what, `its SHA-256 is ${digest}, not ${request.sha256}`);
}
async function requireOwnDigest(file, size, digest, what) {
    const last = await readAt(file, Math.max(0, size - DIGEST_FRAME), DIGEST_FRAME);
    const isWhole = frameLength(last) === 32 && last.toString('hex', FRAME_HEAD) === digest;
    if (!isWhole)
        throw damaged(what, 'it was changed or is cut off');
}
async function readSecret({ passphrase }, { encryption }, what) {
    if (encryption === null)
        return undefined;
    if (passphrase !== undefined)
        return backup_header_keyOf(passphrase, encryption, what);
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'wrong-passphrase',
        message: `${what} is encrypted, and there is no passphrase`,
        fix: 'set BACKUP_PASSPHRASE to the one that it was made with',
    });
}
function bodyOf(inputs) {
    const { path, what, size, raw, header, key } = inputs;
    const start = raw.length;
    if (header.encryption === null || key === undefined) {
        const plainBytes = size - start - DIGEST_FRAME;
        return {
            plainBytes,
            read: (from, to) => reading(path, what, (file) => readRange(file, start + from, start + to)),
        };
    }
    const { chunkBytes } = header.encryption;
    const { count, plainBytes } = chunkLayout(size - start, chunkBytes);
    const context = { key, header: raw, chunkBytes };
    const sealed = sealedSize(chunkBytes);
    async function* decrypt(file, from, to) {
        for (let number = Math.floor(from / chunkBytes); number * chunkBytes < to; number += 1) {
            const bytes = await readAt(file, start + number * sealed, Math.min(sealed, size - start - number * sealed));
            const plain = openChunk(context, number, bytes, number === count - 1);
            if (!plain)
                throw damaged(what, `chunk ${number + 1} of ${count} is not the one that was written`);
            const base = number * chunkBytes;
            yield plain.subarray(Math.max(0, from - base), Math.min(plain.length, to - base));
        }
    }
    return { plainBytes, read: (from, to) => reading(path, what, (file) => decrypt(file, from, to)) };
}
async function* reading(path, what, read) {
    const file = await (0,promises_.open)(path, 'r').catch(() => undefined);
    if (!file)
        throw damaged(what, 'it was taken away while it was read');
    try {
        yield* read(file);
    }
    finally {
        await file.close();
    }
}
/** Reads the whole body, so that every chunk is checked, and takes the facts from its end. */
async function readFacts(body, what, signal) {
    let bytes = 0;
    let tail = Buffer.alloc(0);
    for await (const part of body.read(0, body.plainBytes)) {
        signal?.throwIfAborted();
        bytes += part.length;
        tail = part.length >= 4 ? Buffer.from(part.subarray(-4)) : Buffer.concat([tail, part]).subarray(-4);
    }
    if (bytes !== body.plainBytes || tail.length < 4)
        throw damaged(what, 'it is cut off');
    const length = tail.readUInt32LE(0);
    const sqlEnd = body.plainBytes - 4 - length - FRAME_HEAD;
    if (sqlEnd < 0)
        throw damaged(what, 'its facts are missing');
    const parts = [];
    for await (const part of body.read(sqlEnd, body.plainBytes))
        parts.push(part);
    const frame = Buffer.concat(parts);
    const facts = parseFacts(frame.toString('utf8', FRAME_HEAD, frame.length - 4));
    if (frameLength(frame) !== length + 4 || !facts)
        throw damaged(what, 'its facts cannot be read');
    return { facts, sqlEnd };
}
function parseFacts(text) {
    try {
        const facts = JSON.parse(text);
        const isWhole = facts.formatVersion === 1 && Array.isArray(facts.objects) && typeof facts.before === 'object';
        return isWhole ? facts : undefined;
    }
    catch {
        return undefined;
    }
}
function decompressed(body, sqlEnd) {
    const zstd = (0,external_node_zlib_.createZstdDecompress)({ chunkSize: 256 * 1024 });
    (0,external_node_stream_.pipeline)(external_node_stream_.Readable.from(body.read(0, sqlEnd), { objectMode: false }), zstd, () => undefined);
    return zstd;
}
function open_backup_otherSchema(what, label, schema) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'wrong-backup',
        message: `${what} is of schema ${JSON.stringify(label.schema)}, not of ${JSON.stringify(schema)}`,
        fix: 'check backup-ref and db-name; nothing was changed',
    });
}

;// CONCATENATED MODULE: ./lib/files/backup-folder.js





const SCHEME = 'file:';
const DIGEST = /#sha256=([0-9a-f]{64})$/i;
/** `file:/var/backups/app-….sql.zst.enc#sha256=…`: enough to find the file, and to know it again. */
function formatFolderRef(path, sha256) {
    return `${SCHEME}${path}#sha256=${sha256}`;
}
/** Undefined where it is the reference of another store. */
function parseFolderRef(ref) {
    if (!ref.startsWith(SCHEME))
        return undefined;
    const sha256 = DIGEST.exec(ref)?.[1]?.toLowerCase();
    return { path: (0,external_node_path_.resolve)(ref.slice(SCHEME.length).replace(DIGEST, '')), sha256 };
}
/** The name of a backup's file; also that of an artifact. `zstd -d` opens those that are not encrypted. */
function backupFileName(label, protection) {
    const clean = (text) => text.replaceAll(/[^\w-]/g, '_').slice(0, 80);
    const time = label.createdAt.replaceAll(/[-:]|\.\d+/g, '');
    const end = protection === 'encrypted' ? '.sql.zst.enc' : '.sql.zst';
    return `${clean(label.schema)}-${clean(time)}-${clean(label.runId)}${end}`;
}
const OWN_NAME = /^[\w-]+-\d{8}T\d{6}Z-[\w-]+\.sql\.zst(?:\.enc)?$/;
const PARTIAL = '.partial';
/**
 * Keeps a backup in a folder. It has its name only once it is on the disk and was read back; whatever happens before
 * that leaves nothing behind.
 */
async function keepInFolder(folder, fileName, sealed) {
    const path = (0,external_node_path_.join)((0,external_node_path_.resolve)(folder), fileName);
    const partial = `${path}${PARTIAL}`;
    try {
        await (0,promises_.mkdir)((0,external_node_path_.resolve)(folder), { recursive: true, mode: 0o700 });
        const file = await (0,promises_.open)(partial, 'wx', 0o600);
        try {
            await writeAll(file, sealed.bytes);
            await file.sync();
        }
        finally {
            await file.close();
        }
        const { sha256, bytes, facts } = await sealed.summary;
        await requireSame(partial, { sha256, bytes });
        await (0,promises_.rename)(partial, path);
        await syncFolder((0,external_node_path_.resolve)(folder));
        return { ref: formatFolderRef(path, sha256), sha256, bytes, facts };
    }
    catch (error) {
        sealed.bytes.destroy();
        if (!isTaken(error))
            await (0,promises_.rm)(partial, { force: true }).catch(() => undefined);
        throw describeError(error, folder);
    }
}
async function writeAll(file, bytes) {
    for await (const part of bytes) {
        for (let done = 0; done < part.length;)
            done += (await file.write(part, done)).bytesWritten;
    }
}
async function requireSame(path, { sha256, bytes }) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    const file = await (0,promises_.open)(path, 'r');
    try {
        for await (const part of file.createReadStream({ autoClose: false }))
            hash.update(part);
    }
    finally {
        await file.close();
    }
    const { size } = await (0,promises_.stat)(path);
    if (size === bytes && hash.digest('hex') === sha256)
        return;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'backup-failed',
        message: `the backup was written to ${path}, and something else was read back (${size} of ${bytes} bytes)`,
        fix: 'check the disk, or choose another folder as backup-store; nothing was changed',
    });
}
/** A name that was given is not on the disk before its folder is; not every system can do this. */
async function syncFolder(folder) {
    const handle = await (0,promises_.open)(folder, 'r').catch(() => undefined);
    await handle?.sync().catch(() => undefined);
    await handle?.close();
}
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];
/** Another run writes a backup of this name: its file is not ours to remove. */
function isTaken(error) {
    return error.code === 'EEXIST';
}
function describeError(error, folder) {
    const { code, syscall, message } = error;
    // Errors of files have a system call; what the dump reports passes as it is.
    if (code === undefined || syscall === undefined)
        return error;
    return new lib_errors/* ExpectedError */.Dh({
        code: 'backup-failed',
        message: FULL.includes(code)
            ? `there is no room for the backup in ${folder} (${code})`
            : `the backup cannot be kept in ${folder}: ${message}`,
        fix: FULL.includes(code)
            ? 'make room, or choose another folder as backup-store; nothing was changed'
            : 'check the folder and who may write to it, or choose another as backup-store; nothing was changed',
    });
}
const DAY = 24 * 60 * 60 * 1000;
/**
 * Removes old backups of one target and gives their paths. Only files that we wrote, by name and by header, and never
 * the newest of a server: however old it is, it may be the only one.
 */
async function removeOldBackups(folder, retention) {
    const names = await (0,promises_.readdir)((0,external_node_path_.resolve)(folder)).catch(() => []);
    const found = [];
    const removed = [];
    for (const name of names) {
        const path = (0,external_node_path_.join)((0,external_node_path_.resolve)(folder), name);
        if (OWN_NAME.test(name)) {
            const label = await readBackupLabel(path);
            const isOurs = label?.schema === retention.schema && label.environment === retention.environment;
            if (label && isOurs)
                found.push({ path, label });
        }
        else if (name.endsWith(PARTIAL) && OWN_NAME.test(name.slice(0, -PARTIAL.length))) {
            if (await isAbandoned(path, retention.now))
                removed.push(path);
        }
    }
    const limit = retention.now.getTime() - retention.days * DAY;
    for (const { path, label } of found) {
        const isNewest = !found.some((other) => other.label.serverUuid === label.serverUuid && isNewer(other.label, label));
        if (!isNewest && Date.parse(label.createdAt) < limit)
            removed.push(path);
    }
    for (const path of removed)
        await (0,promises_.rm)(path, { force: true });
    return removed;
}
function isNewer(left, right) {
    return Date.parse(left.createdAt) > Date.parse(right.createdAt);
}
/** No backup takes two days to write; its process was killed. */
async function isAbandoned(path, now) {
    const stats = await (0,promises_.stat)(path).catch(() => undefined);
    return stats !== undefined && now.getTime() - stats.mtimeMs > 2 * DAY;
}

;// CONCATENATED MODULE: ./lib/files/seal-backup.js





/** Compresses, encrypts and describes a dump as it streams by; see docs/backup-format.md. */
async function sealBackup(request) {
    const { promise: summary, resolve, reject } = Promise.withResolvers();
    // The stream fails with the same error; who listens to it need not listen here.
    summary.catch(() => undefined);
    const secret = await prepareEncryption(request);
    const header = encodeHeader({
        label: request.label,
        compression: 'zstd',
        encryption: secret?.encryption ?? null,
    });
    const state = {};
    const plain = compressed(request, (facts) => (state.facts = facts));
    const body = secret
        ? sealChunks(plain, { key: secret.key, header, chunkBytes: secret.encryption.chunkBytes })
        : withDigest(plain, header);
    const onEnd = (sha256, length) => resolve({ sha256, bytes: length, facts: state.facts });
    const bytes = new external_node_stream_.PassThrough({
        highWaterMark: 256 * 1024,
        destroy(error, done) {
            // First of all: the generators may wait for a dump that waits for a lock.
            request.sql.destroy();
            done(error);
        },
    });
    (0,external_node_stream_.pipeline)(counted(header, body, onEnd), bytes, () => undefined);
    bytes.once('close', () => reject(bytes.errored ?? new Error('the backup was not read to its end')));
    return { bytes, summary };
}
async function prepareEncryption({ passphrase, sql, }) {
    if (passphrase === undefined)
        return undefined;
    // An error while the key is made must not end the process; it is met again when the stream is read.
    const ignore = () => undefined;
    sql.on('error', ignore);
    return newEncryption(passphrase);
}
/** The SQL as one zstd frame, then the facts as a frame that zstd skips, their length last. */
async function* compressed({ sql, readFacts }, onFacts) {
    if (sql.errored)
        throw sql.errored;
    const zstd = (0,external_node_zlib_.createZstdCompress)({
        chunkSize: 256 * 1024,
        // Level 1 takes a third of level 3's time here, about as many bytes. Never ZSTD_c_nbWorkers: with it Node 24 ends the
        // stream before its data.
        params: { [external_node_zlib_.constants.ZSTD_c_compressionLevel]: 1, [external_node_zlib_.constants.ZSTD_c_checksumFlag]: 1 },
    });
    // `pipeline` hands errors on in both directions: a failed dump, and a reader who has gone.
    (0,external_node_stream_.pipeline)(sql, gathered, zstd, () => undefined);
    yield* zstd;
    const facts = await readFacts();
    onFacts(facts);
    const json = Buffer.from(JSON.stringify(facts));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(json.length);
    yield toFrame(Buffer.concat([json, length]));
}
const GATHERED = 512 * 1024;
/** `mysqldump` writes 8 KiB at a time, and each buffer is a round trip to the thread that compresses. */
async function* gathered(source) {
    let waiting = [];
    let length = 0;
    for await (const part of source) {
        waiting.push(part);
        length += part.length;
        if (length < GATHERED)
            continue;
        yield Buffer.concat(waiting);
        waiting = [];
        length = 0;
    }
    yield Buffer.concat(waiting);
}
/** Without encryption the file ends in the SHA-256 of all before, so that it can be checked by itself. */
async function* withDigest(plain, header) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(header);
    for await (const part of plain) {
        hash.update(part);
        yield part;
    }
    yield toFrame(hash.digest());
}
async function* counted(header, body, onEnd) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(header);
    let length = header.length;
    yield header;
    for await (const part of body) {
        hash.update(part);
        length += part.length;
        yield part;
    }
    onEnd(hash.digest('hex'), length);
}

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(31421);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(57975);
;// CONCATENATED MODULE: ./lib/mysql/client-tools.js






const client_tools_run = (0,external_node_util_.promisify)(external_node_child_process_.execFile);
/** Finds the client tools, or says what was tried and how to get them. */
async function findClientTools(wanted) {
    const ways = { auto: [fromPath, fromDocker], path: [fromPath], docker: [fromDocker] };
    const refusals = [];
    for (const way of ways[wanted.choice]) {
        const found = await way(wanted);
        if (!('refused' in found))
            return found;
        refusals.push(found.refused);
    }
    const series = seriesOf(wanted.serverVersion);
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'no-client-tools',
        message: `no client tools for MySQL ${series}: ${refusals.join('; ')}`,
        fix: `install Oracle's MySQL client ${series} or newer and put it on PATH, or make docker usable here`,
    });
}
async function fromPath(wanted) {
    const { environment, needed = ['mysqldump'], serverVersion, signal } = wanted;
    const paths = {};
    for (const tool of ['mysqldump', 'mysql', 'mysqlbinlog']) {
        const path = await findProgram(tool, environment);
        if (path !== undefined)
            paths[tool] = path;
    }
    const missing = needed.filter((tool) => paths[tool] === undefined);
    if (missing.length > 0)
        return { refused: `${missing.join(' and ')} not on PATH` };
    const own = pick(environment, LOCAL_VARIABLES);
    const versions = [];
    for (const tool of needed) {
        const text = await askVersion([paths[tool], '--version'], own, signal);
        const problem = judgeClient(tool, text, serverVersion);
        if (problem !== undefined)
            return { refused: `${problem} (${paths[tool]})` };
        versions.push(clientVersion(text) ?? '');
    }
    const description = `MySQL ${versions[0]} from PATH`;
    return { description, paths, docker: undefined, guard: await findGuard(environment), environment: own };
}
async function fromDocker(wanted) {
    const { environment, needed = ['mysqldump'], serverVersion, signal } = wanted;
    const path = await findProgram('docker', environment);
    if (path === undefined)
        return { refused: 'docker not on PATH' };
    const own = pick(environment, DOCKER_VARIABLES);
    const image = `mysql:${seriesOf(serverVersion)}`;
    try {
        const options = { env: own, timeout: PULL_TIMEOUT, ...(signal && { signal }) };
        const isHere = await client_tools_run(path, ['image', 'inspect', image], options).then(() => true, () => false);
        if (!isHere)
            await client_tools_run(path, ['pull', '--quiet', image], options);
    }
    catch (error) {
        signal?.throwIfAborted();
        return { refused: `docker cannot get the image ${image} (${firstLine(error.message)})` };
    }
    for (const tool of needed) {
        const command = [path, 'run', '--rm', '--pull', 'never', '--entrypoint', tool, image, '--version'];
        const problem = judgeClient(tool, await askVersion(command, own, signal), serverVersion);
        if (problem !== undefined)
            return { refused: `${problem} (in the image ${image})` };
    }
    return {
        description: `MySQL ${seriesOf(serverVersion)} from the image ${image}`,
        paths: { mysqldump: 'mysqldump', mysql: 'mysql', mysqlbinlog: 'mysqlbinlog' },
        docker: { path, image },
        guard: await findGuard(environment),
        environment: own,
    };
}
/** Why a client of this version is not to be trusted with a server; undefined where it is. */
function judgeClient(tool, text, serverVersion) {
    if (/mariadb/i.test(text))
        return `${tool} is MariaDB's`;
    const version = clientVersion(text);
    if (version === undefined)
        return `${tool} does not say its version`;
    const [client, server] = [version, serverVersion].map((one) => seriesOf(one).split('.').map(Number));
    const isOlder = client[0] < server[0] || (client[0] === server[0] && client[1] < server[1]);
    return isOlder ? `${tool} ${version} is older than the server's ${serverVersion}` : undefined;
}
/** Up to 5.7 `Ver` was the tool's own, and `Distrib` the one that counts. */
function clientVersion(text) {
    return (/Distrib (\d+\.\d+\.\d+)/.exec(text) ?? /Ver (\d+\.\d+\.\d+)/.exec(text))?.[1];
}
/** `8.4` of `8.4.3-log`. */
function seriesOf(version) {
    return version.split('.').slice(0, 2).join('.');
}
const PULL_TIMEOUT = 300_000;
const LOCAL_VARIABLES = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'TMPDIR'];
const DOCKER_VARIABLES = [
    ...['PATH', 'HOME', 'TMPDIR', 'XDG_RUNTIME_DIR', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'],
    ...['DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'DOCKER_API_VERSION'],
];
function pick(environment, names) {
    const entries = names.map((name) => [name, environment[name]]);
    return Object.fromEntries(entries.filter((entry) => entry[1] !== undefined));
}
async function askVersion(command, env, signal) {
    try {
        const [path = '', ...args] = command;
        const { stdout } = await client_tools_run(path, args, { env, timeout: 60_000, ...(signal && { signal }) });
        return stdout;
    }
    catch (error) {
        signal?.throwIfAborted();
        return firstLine(error.message);
    }
}
async function findProgram(name, environment) {
    for (const folder of (environment['PATH'] ?? '').split(external_node_path_.delimiter)) {
        // An empty part of PATH means the current folder, which is the repository's and not trusted.
        if (folder === '')
            continue;
        const path = (0,external_node_path_.join)(folder, name);
        const isThere = await (0,promises_.access)(path, external_node_fs_.constants.X_OK).then(() => true, () => false);
        if (isThere)
            return path;
    }
    return undefined;
}
/** `setpriv` of util-linux: the kernel kills the child when we die, even by SIGKILL. */
async function findGuard(environment) {
    const path = await findProgram('setpriv', environment);
    if (path === undefined)
        return [];
    const guard = [path, '--pdeathsig', 'KILL', '--'];
    try {
        await client_tools_run(path, [...guard.slice(1), path, '--version'], { env: {}, timeout: 10_000 });
        return guard;
    }
    catch {
        return [];
    }
}
function firstLine(text) {
    return text.trim().split('\n')[0] ?? '';
}

;// CONCATENATED MODULE: ./lib/mysql/dump-privileges.js



/**
 * Names every privilege that a complete dump needs and this user has not, each with its GRANT. On the whole schema,
 * because what a user may not see is missing from the lists too: without TRIGGER or SHOW_ROUTINE the dump has holes, and
 * says nothing.
 */
async function readMissingDumpPrivileges(session, server) {
    const granted = await readWideGrants(session);
    const missing = [];
    const schema = dump_privileges_quote(session.schema);
    const lacks = (privilege, where, loss) => {
        missing.push({
            code: 'missing-privilege',
            message: `${granted.user} lacks ${privilege} on ${where}: a backup would lack ${loss}`,
            fix: `GRANT ${privilege} ON ${where} TO ${granted.user}`,
        });
    };
    if (!(await maySelect(session)))
        lacks('SELECT', `${schema}.*`, 'tables');
    if (!granted.onSchema.has('SHOW VIEW'))
        lacks('SHOW VIEW', `${schema}.*`, 'views');
    if (!granted.onSchema.has('TRIGGER'))
        lacks('TRIGGER', `${schema}.*`, 'triggers');
    if (!(await maySeeEvents(session)))
        lacks('EVENT', `${schema}.*`, 'events');
    if (!(await maySeeRoutines(session, granted))) {
        lacks(hasShowRoutine(server.version) ? 'SHOW_ROUTINE' : 'SELECT', '*.*', 'procedures and functions');
    }
    return missing;
}
/** SHOW_ROUTINE came with 8.0.20. */
function hasShowRoutine(version) {
    const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
    return major > 8 || minor > 0 || patch >= 20;
}
/** A table that does not exist is said not to exist only to those who may read every table. */
async function maySelect(session) {
    const table = `${dump_privileges_quote(session.schema)}.${dump_privileges_quote('db-deploy: no such table')}`;
    try {
        await send(session, `SELECT 1 FROM ${table} LIMIT 0`);
        return true;
    }
    catch (error) {
        if (isUnknownTable(error))
            return true;
        if (isPrivilegeMissing(error))
            return false;
        throw error;
    }
}
async function maySeeEvents(session) {
    try {
        await send(session, `SHOW EVENTS FROM ${dump_privileges_quote(session.schema)} WHERE FALSE`);
        return true;
    }
    catch (error) {
        if (isPrivilegeMissing(error))
            return false;
        throw error;
    }
}
/** Nobody but its definer, whom nobody is, sees this body without a global privilege; `sys` may have been dropped. */
async function maySeeRoutines(session, granted) {
    if (granted.everywhere.has('SHOW_ROUTINE') || granted.everywhere.has('SELECT'))
        return true;
    try {
        const [row] = (await send(session, 'SHOW CREATE PROCEDURE sys.diagnostics'));
        return row !== undefined && row['Create Procedure'] !== null;
    }
    catch {
        return false;
    }
}
/** What is granted on `*.*`, and on the schema with all that is in it; roles in force included. */
async function readWideGrants(session) {
    const { user, lines, partialRevokes } = await readGrantLines(session);
    const judge = (where) => judgeGrants(lines.filter((line) => where.test(line)), session.schema, partialRevokes).privileges;
    return {
        user,
        onSchema: judge(/ ON (?:\*|`(?:[^`]|``)*`)\.\* (?:TO|FROM) /),
        everywhere: judge(/ ON \*\.\* TO /),
    };
}
function dump_privileges_quote(name) {
    return `\`${name.replaceAll('`', '``')}\``;
}

;// CONCATENATED MODULE: ./lib/mysql/dump-scanner.js
/** Enough for a definer and a name, four bytes a character. */
const HEAD = 4096;
const dump_scanner_LINE_FEED = 0x0a;
const dump_scanner_NAME = '(?:`((?:[^`]|``)+)`|"((?:[^"]|"")+)")';
const ACCOUNT = '(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")@(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")';
const TABLE = new RegExp(`^CREATE TABLE ${dump_scanner_NAME}`);
/** The last of the three lines that make a view; the placeholder before it is a `CREATE VIEW` in one line. */
const VIEW = new RegExp(String.raw `^/\*!50001 (?:JSON (?:RELATIONAL )?DUALITY )?VIEW ${dump_scanner_NAME}`);
const IN_BLOCK = new RegExp(String.raw `^(?:/\*!\d+ )?CREATE(?:\*/)? (?:(?:/\*!\d+ )?DEFINER=${ACCOUNT}(?:\*/)? )?(?:/\*!\d+ )?` +
    `(?:AGGREGATE )?(PROCEDURE|FUNCTION|LIBRARY|TRIGGER|EVENT) (?:IF NOT EXISTS )?${dump_scanner_NAME}`);
/**
 * Finds the objects in the output of `mysqldump` as it streams by. Only the first bytes of each line are looked at:
 * `mysqldump` and the server write line breaks in values, defaults and comments as `\n`, so a line of data is one line,
 * and the text of a routine stands between `DELIMITER ;;` and `DELIMITER ;`.
 */
class DumpScanner {
    #objects = new Map();
    #head = Buffer.alloc(0);
    #tail = '';
    #isInBlock = false;
    #isStatementStart = true;
    #lastLine = '';
    bytes = 0;
    scan(chunk) {
        this.bytes += chunk.length;
        let start = 0;
        for (;;) {
            const feed = chunk.indexOf(dump_scanner_LINE_FEED, start);
            const end = feed < 0 ? chunk.length : feed;
            this.#take(chunk, start, end);
            if (feed < 0)
                return;
            this.#endLine();
            start = feed + 1;
        }
    }
    /** Whether an object was found: `mysqldump` opens its snapshot before it writes of the first. */
    get hasObjects() {
        return this.#objects.size > 0;
    }
    /** What was found; call it after the last chunk. */
    end() {
        if (this.#head.length > 0)
            this.#endLine();
        return {
            objects: [...this.#objects.values()],
            isComplete: this.#lastLine.startsWith('-- Dump completed'),
        };
    }
    #take(chunk, start, end) {
        if (end === start)
            return;
        const room = HEAD - this.#head.length;
        if (room > 0) {
            const part = chunk.subarray(start, Math.min(end, start + room));
            // Copied where the line goes on: the chunk may be used again.
            this.#head = this.#head.length === 0 ? Buffer.from(part) : Buffer.concat([this.#head, part]);
        }
        this.#tail = (this.#tail + chunk.toString('latin1', Math.max(start, end - 2), end)).slice(-2);
    }
    #endLine() {
        const line = this.#head.toString('utf8');
        const tail = this.#tail;
        this.#head = Buffer.alloc(0);
        this.#tail = '';
        if (line !== '')
            this.#lastLine = line;
        if (this.#isInBlock)
            this.#readBlockLine(line, tail);
        else if (line === 'DELIMITER ;;')
            this.#isInBlock = true;
        else if (line.startsWith('CREATE TABLE '))
            this.#add('table', TABLE.exec(line), 1);
        else if (line.startsWith('/*!50001 '))
            this.#add('view', VIEW.exec(line), 1);
    }
    #readBlockLine(line, tail) {
        if (this.#isStatementStart) {
            if (line === 'DELIMITER ;') {
                this.#isInBlock = false;
                return;
            }
            const match = IN_BLOCK.exec(line);
            if (match)
                this.#add(match[1].toLowerCase(), match, 2);
        }
        this.#isStatementStart = tail === ';;';
    }
    #add(kind, match, group) {
        if (!match)
            return;
        const name = match[group]?.replaceAll('``', '`') ?? match[group + 1].replaceAll('""', '"');
        this.#objects.set(`${kind} ${name}`, { kind, name });
    }
}

// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __webpack_require__(41692);
;// CONCATENATED MODULE: ./lib/mysql/option-file.js




const SSL_MODES = {
    disabled: 'DISABLED',
    required: 'REQUIRED',
    'verify-ca': 'VERIFY_CA',
    'verify-identity': 'VERIFY_IDENTITY',
};
/** The same login as our own connection, in the words of the MySQL clients. */
function toClientLogin(database) {
    const { host, port, user, password, ssl } = database;
    const entries = [
        ['host', host],
        ['port', String(port)],
        ['user', user],
        ['password', password],
        // `localhost` would be a socket to them.
        ['protocol', 'TCP'],
        ['ssl-mode', SSL_MODES[ssl]],
        // Without TLS the password can only be sent under the server's public key.
        ...(ssl === 'disabled' ? [['get-server-public-key', 'ON']] : []),
    ];
    const lines = entries.map(([name, value]) => `${name}=${quoted(value)}`);
    return { options: `[client]\n${lines.join('\n')}\n`, ca: caOf(database) };
}
function caOf({ ssl, sslCa }) {
    if (ssl !== 'verify-ca' && ssl !== 'verify-identity')
        return undefined;
    // Node trusts these by itself, the clients trust nobody.
    if (sslCa === undefined)
        return { pem: `${external_node_tls_.rootCertificates.join('\n')}\n` };
    return sslCa.includes('-----BEGIN ') ? { pem: sslCa } : { path: (0,external_node_path_.resolve)(sslCa) };
}
const ESCAPES = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r' };
function quoted(value) {
    return `"${value.replaceAll(/[\\"\n\r]/g, (character) => ESCAPES[character])}"`;
}
/**
 * Opens a file that only a child can read, as `/dev/fd/<n>`: it is written in a private folder and its name is gone
 * before the child starts, so nothing is left behind whatever kills us.
 */
async function openNameless(folder, text) {
    const own = await (0,promises_.mkdtemp)((0,external_node_path_.join)(folder, 'db-deploy-'));
    try {
        const path = (0,external_node_path_.join)(own, (0,external_node_crypto_.randomBytes)(8).toString('hex'));
        const writer = await (0,promises_.open)(path, 'wx', 0o600);
        try {
            await writer.writeFile(text);
            return await (0,promises_.open)(path, 'r');
        }
        finally {
            await writer.close();
        }
    }
    finally {
        await (0,promises_.rm)(own, { recursive: true, force: true });
    }
}

;// CONCATENATED MODULE: ./lib/mysql/run-tool.js





const STDERR_LIMIT = 64 * 1024;
/** Starts a client tool that ends with us, whatever ends us, and that nobody can read the password of. */
async function startTool(tools, request) {
    request.signal?.throwIfAborted();
    const path = tools.paths[request.tool];
    if (path === undefined) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'no-client-tools',
            message: `${request.tool} is not beside the other client tools (${tools.description})`,
            fix: `install the whole of Oracle's MySQL client`,
        });
    }
    const login = toClientLogin(request.database);
    return tools.docker === undefined
        ? startLocal(tools, path, request, login)
        : startInDocker(tools, tools.docker, path, request, login);
}
async function startLocal(tools, path, request, { options, ca }) {
    const handles = [];
    try {
        const caFile = ca === undefined ? [] : [`--ssl-ca=${'path' in ca ? ca.path : '/dev/fd/4'}`];
        handles.push(await openNameless(request.temporaryFolder, options));
        if (ca && 'pem' in ca)
            handles.push(await openNameless(request.temporaryFolder, ca.pem));
        const [program = path, ...args] = [
            ...tools.guard,
            path,
            '--defaults-file=/dev/fd/3',
            ...caFile,
            ...request.args,
        ];
        const child = (0,external_node_child_process_.spawn)(program, args, {
            env: tools.environment,
            // A group of its own: a wrapper script and what it starts are killed together.
            detached: true,
            stdio: [request.input === 'pipe' ? 'pipe' : 'ignore', 'pipe', 'pipe', ...handles.map(({ fd }) => fd)],
        });
        return attend(child, request.signal, () => undefined);
    }
    finally {
        // The child has its own copies.
        for (const handle of handles)
            await handle.close();
    }
}
const CONTAINER_START = `
umask 077
section() { while IFS= read -r line && [ "$line" != '-- end of section --' ]; do printf '%s\\n' "$line"; done; }
folder=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit 70
section > "$folder/client.cnf"
section > "$folder/ca.pem"
exec 4< "$folder/client.cnf" 5< "$folder/ca.pem"
rm -rf "$folder"
tool=$1
shift`;
/** Hands standard input on. */
const CONTAINER_PIPE = `${CONTAINER_START}
exec "$tool" --defaults-file=/dev/fd/4 "$@"`;
/** Standard input is the lifeline: when it closes, whoever asked is gone. */
const CONTAINER_NO_INPUT = `${CONTAINER_START}
exec 6<&0
"$tool" --defaults-file=/dev/fd/4 "$@" < /dev/null &
child=$!
( while read -r _; do :; done; kill -KILL "$child" ) <&6 > /dev/null 2>&1 &
watcher=$!
wait "$child"
code=$?
kill "$watcher" 2> /dev/null
exit "$code"`;
/** Login and certificate travel through standard input: the daemon may be on another machine, and no file is left. */
async function startInDocker(tools, docker, path, request, { options, ca }) {
    const pem = ca === undefined ? '' : 'pem' in ca ? ca.pem : await (0,promises_.readFile)(ca.path, 'utf8');
    const name = `db-deploy-${(0,external_node_crypto_.randomBytes)(6).toString('hex')}`;
    const [program = docker.path, ...args] = [
        ...tools.guard,
        docker.path,
        ...['run', '--rm', '--interactive', '--init', '--pull', 'never', '--network', 'host', '--name', name],
        ...['--entrypoint', 'sh', docker.image, '-c'],
        request.input === 'pipe' ? CONTAINER_PIPE : CONTAINER_NO_INPUT,
        ...['db-deploy', path, ...(pem === '' ? [] : ['--ssl-ca=/dev/fd/5']), ...request.args],
    ];
    const child = (0,external_node_child_process_.spawn)(program, args, {
        env: tools.environment,
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
    });
    const killContainer = () => {
        (0,external_node_child_process_.execFile)(docker.path, ['kill', name], { env: tools.environment, timeout: 10_000 }, () => undefined);
    };
    const running = attend(child, request.signal, killContainer);
    child.stdin?.write(`${options}-- end of section --\n${pem.trimEnd()}\n-- end of section --\n`);
    return request.input === 'pipe' ? running : { ...running, stdin: undefined };
}
function attend(child, signal, onKill) {
    const { stdin, stdout, stderr, pid } = child;
    if (!stdout || !stderr)
        throw new Error('a tool was started without pipes');
    const killGroup = () => {
        if (pid === undefined || child.exitCode !== null || child.signalCode !== null)
            return;
        try {
            process.kill(-pid, 'SIGKILL');
        }
        catch {
            child.kill('SIGKILL');
        }
    };
    const kill = () => {
        if (child.exitCode === null && child.signalCode === null)
            onKill();
        killGroup();
    };
    let said = '';
    stderr.setEncoding('utf8').on('data', (text) => {
        said = (said + text).slice(0, STDERR_LIMIT);
    });
    // A tool that stopped early closes its input: its exit code tells, not the broken pipe.
    stdin?.on('error', () => undefined);
    process.once('exit', killGroup);
    signal?.addEventListener('abort', kill, { once: true });
    if (signal?.aborted)
        kill();
    const ended = new Promise((resolve) => {
        child.once('error', (error) => {
            said += error.message;
            stdout.destroy();
            if (pid === undefined)
                resolve({ code: null, stderr: said });
        });
        child.once('exit', () => stdin?.destroy());
        child.once('close', (code) => resolve({ code, stderr: said }));
    }).finally(() => {
        process.off('exit', killGroup);
        signal?.removeEventListener('abort', kill);
    });
    return { stdout, stdin: stdin ?? undefined, ended, kill };
}

;// CONCATENATED MODULE: ./lib/mysql/schema-objects.js





const schema_objects_SELECT_SCHEMA = `SELECT DEFAULT_CHARACTER_SET_NAME AS characterSet, DEFAULT_COLLATION_NAME AS collation,
    @@lower_case_table_names AS lowerCase
  FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?`;
const schema_objects_SELECT_OBJECTS = `SELECT IF(TABLE_TYPE = 'VIEW', 'view', 'table') AS kind, TABLE_NAME AS name, NULL AS ofTable
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?
  UNION ALL SELECT LOWER(ROUTINE_TYPE), ROUTINE_NAME, NULL FROM information_schema.ROUTINES
    WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION')
  UNION ALL SELECT 'trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS
    WHERE TRIGGER_SCHEMA = ?
  UNION ALL SELECT 'event', EVENT_NAME, NULL FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?`;
const schema_objects_SELECT_LIBRARIES = `SELECT 'library' AS kind, LIBRARY_NAME AS name, NULL AS ofTable
  FROM information_schema.LIBRARIES WHERE LIBRARY_SCHEMA = ?`;
const SELECT_NOT_TRANSACTIONAL = `SELECT t.TABLE_NAME AS name FROM information_schema.TABLES t
  LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
  WHERE t.TABLE_SCHEMA = ? AND t.TABLE_TYPE = 'BASE TABLE' AND COALESCE(e.TRANSACTIONS, 'NO') <> 'YES'`;
/** Lists everything that a backup must hold; meaningful only for a user who may see everything. */
async function readSchemaContents(session) {
    const { schema } = session;
    const defaults = await readRow(session, schema_objects_SELECT_SCHEMA, [schema]);
    const rows = [
        ...(await readRows(session, schema_objects_SELECT_OBJECTS, [schema, schema, schema, schema])),
        ...(await schema_objects_readLibraries(session)),
    ];
    (0,lib_errors/* refuse */.TR)(rows.flatMap(checkName));
    const leftOut = rows.filter((row) => row.kind === 'table' && schema_objects_isOurs(row.name, defaults.lowerCase !== 0));
    const left = new Set(leftOut.map(({ name }) => name));
    const all = rows.filter((row) => !(row.kind === 'table' && left.has(row.name)) && !left.has(row.ofTable ?? ''));
    const brokenViews = await readBrokenViews(session, all);
    const broken = new Set(brokenViews.map(({ name }) => name));
    const notTransactional = await readRows(session, SELECT_NOT_TRANSACTIONAL, [schema]);
    return {
        characterSet: defaults.characterSet,
        collation: defaults.collation,
        objects: all
            .filter(({ kind, name }) => kind !== 'view' || !broken.has(name))
            .map(({ kind, name }) => ({ kind, name })),
        brokenViews,
        ties: await readTableTies(session),
        leftOut: [...left],
        notTransactional: notTransactional.map(({ name }) => name).filter((name) => !left.has(name)),
    };
}
/** Where the server keeps table names in lower case, ours are too. */
function schema_objects_isOurs(name, ignoresCase) {
    return NEVER_RESTORED.some((own) => name === (ignoresCase ? own.toLowerCase() : own));
}
/** The proof of a dump goes line by line, and `--ignore-table` takes a line too. */
function checkName({ kind, name }) {
    if (!/[\n\r]/.test(name))
        return [];
    return [
        {
            code: 'backup-failed',
            message: `the name of the ${kind} ${JSON.stringify(name)} has a line break: a dump of it cannot be checked`,
            fix: 'rename it, or deploy with backup: none',
        },
    ];
}
async function schema_objects_readLibraries(session) {
    try {
        return await readRows(session, schema_objects_SELECT_LIBRARIES, [session.schema]);
    }
    catch (error) {
        // Servers before 9.2 have none.
        if (isUnknownSystemTable(error))
            return [];
        throw error;
    }
}
async function readBrokenViews(session, rows) {
    const broken = [];
    for (const { kind, name } of rows) {
        if (kind === 'view' && (await isBroken(session, name))) {
            broken.push({ name, definition: await readDefinition(session, name) });
        }
    }
    return broken;
}
/**
 * Asks what `mysqldump` asks of a view, and would give up at. Only what is gone makes this fail: neither the rights of
 * this user on the tables below nor those of the definer do, nor a definer who does not exist (seen in 9.7).
 */
async function isBroken(session, name) {
    const view = `${schema_objects_quote(session.schema)}.${schema_objects_quote(name)}`;
    try {
        await send(session, `SHOW FIELDS FROM ${view}`);
        await send(session, `SHOW CREATE TABLE ${view}`);
        return false;
    }
    catch (error) {
        if (isInvalidView(error))
            return true;
        throw error;
    }
}
async function readDefinition(session, name) {
    const view = `${schema_objects_quote(session.schema)}.${schema_objects_quote(name)}`;
    const [row] = (await send(session, `SHOW CREATE VIEW ${view}`));
    if (row?.['Create View'] !== undefined)
        return row['Create View'];
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'backup-failed',
        message: `the server gives no definition of the broken view ${schema_objects_quote(name)}`,
        fix: 'drop the view',
    });
}
function schema_objects_quote(name) {
    return `\`${name.replaceAll('`', '``')}\``;
}

;// CONCATENATED MODULE: ./lib/mysql/dump.js








/** Proves that this user can take a complete backup, and lists what it must hold; refuses with every missing GRANT. */
async function probeBackup(session, server) {
    (0,lib_errors/* refuse */.TR)(await readMissingDumpPrivileges(session, server));
    return readSchemaContents(session);
}
/** Where the server's history stands now. */
async function readLogPoint(session, server) {
    const position = server.logBin ? await readLogPlace(session, server.version) : undefined;
    const { executed } = await readRow(session, 'SELECT @@gtid_executed AS executed');
    return {
        gtidExecuted: server.gtidMode === 'ON' ? executed.replaceAll(/\s/g, '') : undefined,
        file: position?.file,
        position: position?.position,
    };
}
/** Dumps a schema without taking a lock. */
async function dumpSchema(request) {
    const { tools, database, schema, contents, temporaryFolder, signal } = request;
    const running = await startTool(tools, {
        tool: 'mysqldump',
        args: dumpArguments(schema, contents),
        input: 'none',
        database,
        temporaryFolder,
        ...(signal && { signal }),
    });
    return prove(running, contents, signal);
}
function dumpArguments(schema, { leftOut, brokenViews }) {
    const ignored = [...leftOut, ...brokenViews.map(({ name }) => name)];
    return [
        ...['--single-transaction', '--set-gtid-purged=OFF', '--no-tablespaces', '--hex-blob'],
        ...['--routines', '--triggers', '--events'],
        // Not in every series; 9.7 reports an error for policies that it may not read.
        ...['--loose-skip-masking-policies', '--loose-column-statistics=0'],
        // Defaults that a distribution may have compiled otherwise.
        ...['--quick', '--skip-lock-tables', '--default-character-set=utf8mb4', '--max-allowed-packet=1G'],
        // A waiting dump holds nobody up, but it would wait for a year. Tools before 8.4 have no such option.
        '--loose-init-command=SET SESSION lock_wait_timeout=600',
        ...ignored.map((name) => `--ignore-table=${schema}.${name}`),
        ...['--', schema],
    ];
}
function prove(running, contents, signal) {
    const { promise: proof, resolve, reject } = Promise.withResolvers();
    // The stream fails with the same error; who listens to it need not listen here.
    proof.catch(() => undefined);
    const sql = new external_node_stream_.PassThrough({
        highWaterMark: 256 * 1024,
        destroy(error, done) {
            // First of all: the generator may wait for a tool that waits for a lock.
            running.kill();
            done(error);
        },
    });
    const snapshot = Promise.withResolvers();
    const found = { onSnapshot: snapshot.resolve, onProved: resolve };
    (0,external_node_stream_.pipeline)(checked(running, contents, signal, found), sql, () => undefined);
    const giveUp = () => void sql.destroy(signal?.reason);
    signal?.addEventListener('abort', giveUp, { once: true });
    sql.once('close', () => {
        signal?.removeEventListener('abort', giveUp);
        snapshot.resolve();
        reject(sql.errored ?? new Error('the dump was not read to its end'));
    });
    // Listened to, because it may fail before anybody reads.
    sql.on('error', () => undefined);
    return { sql, snapshotTaken: snapshot.promise, proof };
}
async function* checked(running, contents, signal, found) {
    const scanner = new DumpScanner();
    const header = Buffer.from(describeBrokenViews(contents));
    if (header.length > 0)
        yield header;
    for await (const chunk of running.stdout) {
        scanner.scan(chunk);
        if (scanner.hasObjects)
            found.onSnapshot();
        yield chunk;
    }
    const end = await running.ended;
    signal?.throwIfAborted();
    const { objects, isComplete } = scanner.end();
    requireCleanEnd(end, isComplete);
    requireEqual(contents.objects, objects);
    found.onProved({ bytes: header.length + scanner.bytes, objects });
}
/** Such a view cannot be created again, and `mysqldump` gives up at it; so its definition is kept for people. */
function describeBrokenViews({ brokenViews }) {
    return brokenViews
        .map(({ name, definition }) => {
        const lines = `${name} was broken when this was dumped and is not restored; it was:\n${definition}`;
        return `${lines
            .split(/\r\n|\r|\n/)
            .map((line) => `-- ${line}`)
            .join('\n')}\n`;
    })
        .join('');
}
/** Words that every tool of the family puts before what is no error. */
const dump_HARMLESS = /^(?:\S*mysqldump: )?\[?(?:Warning|Note)\b/i;
function requireCleanEnd({ code, stderr }, isComplete) {
    const errors = stderr.split('\n').filter((line) => line.trim() !== '' && !dump_HARMLESS.test(line));
    if (code === 0 && isComplete && errors.length === 0)
        return;
    const why = errors.length > 0
        ? errors.slice(0, 5).join('; ')
        : code === 0
            ? 'it does not end in "-- Dump completed"'
            : `it ended with ${code === null ? 'a signal' : `exit code ${code}`}`;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'backup-failed',
        message: `mysqldump did not finish: ${why}`,
        fix: dumpFix(stderr),
    });
}
function dumpFix(stderr) {
    if (/\b1412\b|\b1146\b/.test(stderr))
        return 'somebody changed tables during the dump; run it again';
    if (/\b1205\b/.test(stderr))
        return 'somebody holds a lock on a table; wait for them, then run it again';
    if (/\b(2002|2003|2005|2013|2026)\b/.test(stderr))
        return 'check the connection to the server, then run it again';
    return 'mend what it says, then run it again; nothing was changed';
}
/** A list read before and a dump made after it differ when somebody else is deploying, or when the dump has a hole. */
function requireEqual(expected, found) {
    const missing = difference(expected, found);
    const surplus = difference(found, expected);
    if (missing.length === 0 && surplus.length === 0)
        return;
    const parts = [
        ...(missing.length > 0 ? [`it lacks ${listed(missing)}`] : []),
        ...(surplus.length > 0 ? [`it has ${listed(surplus)}, not there just before`] : []),
    ];
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'backup-failed',
        message: `the dump is not complete: ${parts.join('; ')}`,
        fix: 'if somebody else changes this schema, wait for them; then run it again. Nothing was changed',
    });
}
function difference(left, right) {
    const known = new Set(right.map(dump_keyOf));
    return left.filter((object) => !known.has(dump_keyOf(object)));
}
function dump_keyOf({ kind, name }) {
    return `${kind} ${name}`;
}
function listed(objects) {
    const more = objects.length > 10 ? ` and ${objects.length - 10} more` : '';
    return `${objects.slice(0, 10).map(dump_keyOf).join(', ')}${more}`;
}

;// CONCATENATED MODULE: ./lib/mysql/restore/rehearse.js


/**
 * Loads the definitions of a backup once into the side schema, before the first change of a deploy: what the server
 * refuses there is an ExpectedError with its fix. The side schema is gone afterwards.
 */
async function rehearseDefinitions(session, dump) {
    await clearSide(session);
    try {
        await loadIntoSide(session, dump, { rows: 'without' });
    }
    finally {
        await dropSide(session);
    }
}

;// CONCATENATED MODULE: ./lib/files/folder-store.js

/** Keeps backups in a folder and fetches those of any folder. */
function folderStore(folder) {
    return {
        name: folder,
        keep: ({ fileName, sealed }) => keepInFolder(folder, fileName, sealed),
        fetch: async (ref) => parseFolderRef(ref),
        removeOld: async (retention) => (await removeOldBackups(folder, retention)).length,
    };
}

;// CONCATENATED MODULE: ./lib/modes/backup-stores.js



/** The store that this run keeps its backups in; artifacts are there only inside a workflow. */
function storeOf(backup, artifacts) {
    switch (backup.store.kind) {
        case 'folder':
            return folderStore(backup.store.folder);
        case 'artifact':
            return artifacts ?? noArtifacts();
    }
}
/** Finds a backup by its reference, whichever store this run keeps its own in. */
async function fetchBackup(ref, { store, timeout }, artifacts) {
    const deadline = AbortSignal.timeout(timeout * 1000);
    const folder = store.kind === 'folder' ? store.folder : '';
    try {
        const found = (await folderStore(folder).fetch(ref, deadline)) ?? (await artifacts?.fetch(ref, deadline));
        return found ?? noBackup(ref, artifacts);
    }
    catch (error) {
        if (!deadline.aborted)
            throw error;
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'backup-unavailable',
            message: `${ref} was not fetched within ${(0,wording/* formatDuration */.a3)(timeout * 1000)}; nothing was changed`,
            fix: 'raise backup-timeout, or try again when the service answers',
        });
    }
}
function noArtifacts() {
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'invalid-input',
        message: 'there are no artifacts outside of a workflow run',
        fix: 'use backup-store: file:<folder>',
    });
}
function noBackup(ref, artifacts) {
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'invalid-input',
        message: artifacts
            ? `backup-ref ${JSON.stringify(ref)} is no reference to a backup`
            : `backup-ref ${JSON.stringify(ref)} is no backup in a folder`,
        fix: 'use the output backup-ref of the update: file:<path>#sha256=<digest>, or in a workflow artifact:<run>/<id>#sha256=<digest>',
    });
}

;// CONCATENATED MODULE: ./lib/modes/update-run.js
/** The run's id; `update` always has one. */
function runId(draft) {
    return draft.report.runId ?? '';
}
/** How many changesets took effect so far. */
function appliedCount(draft) {
    return draft.report.pending.filter(({ status }) => status === 'applied').length;
}
/** What the audit row keeps of the report; the SQL is in the repository. */
function details({ report }) {
    const { contexts, labels, pending, problems, warnings } = report;
    return {
        contexts,
        labels,
        // The post step does not plan: what main wrote stays.
        ...(pending.length > 0 && {
            changesets: pending.map(({ key, status, durationMs, statementsDone }) => ({
                key,
                status,
                durationMs,
                statementsDone,
            })),
        }),
        problems,
        warnings,
    };
}
/** The audit row as it is known now. */
function runStart({ inputs, draft }) {
    return {
        runId: runId(draft),
        environment: inputs.environment,
        mode: draft.report.mode,
        actor: inputs.run.actor,
        planHash: draft.report.planHash ?? null,
        gitSha: inputs.run.gitSha ?? null,
        runUrl: inputs.run.runUrl ?? null,
        approvedBy: draft.report.approval?.approvedBy ?? null,
    };
}

;// CONCATENATED MODULE: ./lib/modes/take-backup.js











/**
 * Takes a backup, keeps it and proves that it could be restored, all before the first change of a deploy. The session
 * that holds the deploy lock is idle meanwhile; its keep-alive keeps it.
 */
async function takeBackup(run, backup) {
    const { log } = run;
    const startedAt = new Date().toISOString();
    const started = performance.now();
    const store = storeOf(backup, run.artifacts);
    log({ level: 'info', event: 'backup-started', message: `taking a backup into ${store.name}` });
    const kept = await withDeadline(run.interrupt, backup.timeout, (signal) => dumpAndKeep(run, backup, signal));
    const durationMs = Math.round(performance.now() - started);
    log({
        level: 'info',
        event: 'backup-taken',
        message: `backup of ${(0,wording/* formatSize */.Xq)(kept.bytes)}: ${kept.ref}`,
        durationMs,
    });
    await rehearse(run, backup, kept);
    await removeOld(run, backup);
    const { ref, sha256, bytes } = kept;
    return { ref, sha256, bytes, retentionDays: backup.retentionDays, startedAt, durationMs };
}
/** Dump, compression and keeping share one deadline; when it passes, nothing was changed. */
async function withDeadline(interrupt, seconds, work) {
    const deadline = AbortSignal.timeout(seconds * 1000);
    try {
        return await work(AbortSignal.any([deadline, interrupt]));
    }
    catch (error) {
        if (interrupt.aborted)
            throw interrupted();
        if (!deadline.aborted)
            throw error;
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'backup-failed',
            message: `the backup did not end within ${(0,wording/* formatDuration */.a3)(seconds * 1000)}; nothing was changed`,
            fix: 'raise backup-timeout',
        });
    }
}
function interrupted() {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'interrupted',
        message: 'the run was interrupted during the backup; nothing was changed',
        fix: 'run it again',
    });
}
async function dumpAndKeep(run, backup, signal) {
    const { inputs, session, server, draft } = run;
    const { schema } = session;
    const { temporaryFolder } = inputs.run;
    const contents = await probeBackup(session, server);
    const tools = await findClientTools({
        choice: backup.client,
        serverVersion: server.version,
        environment: backup.toolEnvironment,
        needed: ['mysqldump'],
        signal,
    });
    const label = {
        schema,
        serverUuid: server.uuid,
        environment: inputs.environment,
        runId: runId(draft),
        createdAt: new Date().toISOString(),
    };
    const before = await readLogPoint(session, server);
    const dump = await dumpSchema({
        tools,
        database: inputs.database,
        schema,
        contents,
        temporaryFolder,
        signal,
    });
    const after = readPointAfterSnapshot(run, dump);
    // Nobody waits for it when the dump fails.
    after.catch(() => undefined);
    const readFacts = async () => ({
        formatVersion: 1,
        ...label,
        serverVersion: server.version,
        characterSet: contents.characterSet,
        collation: contents.collation,
        before,
        after: await after,
        objects: contents.objects,
        ties: contents.ties,
        brokenViews: contents.brokenViews.map(({ name }) => name),
    });
    const sealed = await sealBackup({ sql: dump.sql, label, passphrase: backup.passphrase, readFacts });
    const name = backupFileName(label, backup.passphrase === undefined ? 'plain' : 'encrypted');
    const { retentionDays } = backup;
    return storeOf(backup, run.artifacts).keep({ fileName: name, sealed, retentionDays, signal });
}
/** A commit may be seen by a snapshot a moment before the server counts it among those that are executed. */
const COMMIT_MS = 500;
/** As early as it can be known what the dump has not: all that follows is replayed exactly by a lossless restore. */
async function readPointAfterSnapshot({ session, server }, dump) {
    await dump.snapshotTaken;
    await Promise.race([(0,external_node_timers_promises_.setTimeout)(COMMIT_MS, undefined, { ref: false }), dump.proof.catch(() => undefined)]);
    return readLogPoint(session, server);
}
/** A backup that cannot be restored is none: what the server would refuse in it blocks the deploy. */
async function rehearse(run, backup, kept) {
    const opened = await openKept(run, backup, kept.ref);
    await rehearseDefinitions(run.session, opened.sql());
}
/** Opens a kept backup after checking every byte of it. */
async function openKept(run, backup, ref) {
    const { path, sha256 } = await fetchBackup(ref, backup, run.artifacts);
    const name = ref.replace(/^file:|#sha256=.*$/g, '');
    return openBackup({ path, name, sha256, passphrase: backup.passphrase, schema: run.session.schema });
}
async function removeOld(run, backup) {
    const { inputs, session, log } = run;
    const removed = await storeOf(backup, run.artifacts).removeOld({
        schema: session.schema,
        environment: inputs.environment,
        days: backup.retentionDays,
        now: new Date(),
    });
    if (removed > 0) {
        log({
            level: 'info',
            event: 'backups-removed',
            message: `removed ${removed} backups that were too old`,
        });
    }
}

;// CONCATENATED MODULE: ./lib/modes/restore-backup.js













/** Restores a backup of this run and tells what came of it; gives whether the connection was lost on the way. */
async function restoreOrTell(run, backup, ref) {
    const { draft, session } = run;
    try {
        const restore = await restoreBackup(run, backup, ref);
        await undoStatements(session, runId(draft));
        (0,modes_draft/* tell */.qz)(draft, {
            result: 'restored',
            isRestored: true,
            restore,
            databaseState: `The database is as it was before this run: its backup was restored. ${describeRestored(restore)}`,
        });
        await finishRun(session, runId(draft), 'restored', 0, details(draft));
        return 'settled';
    }
    catch (error) {
        const problems = foreseen(error);
        if (!problems)
            throw error;
        if (error instanceof lib_errors/* ExpectedError */.Dh && error.code === 'data-loss') {
            // A person asked for this: what failed is left as it is.
            (0,modes_draft/* tell */.qz)(draft, { problems: [...draft.report.problems, ...problems] });
            return 'settled';
        }
        const failed = {
            code: 'restore-failed',
            message: `the backup was not restored: ${problems.map(({ message }) => message).join('; ')}`,
            fix: `${problems[0]?.fix ?? 'mend the cause'}; then run mode: rollback with backup-ref: ${ref}`,
        };
        (0,modes_draft/* tell */.qz)(draft, { result: 'restore-failed', problems: [...draft.report.problems, failed] });
        // A connection that is gone records nothing: the next run finds what was left, and says how to go on.
        await finishRun(session, runId(draft), 'restore-failed', appliedCount(draft), details(draft)).catch(() => undefined);
        const isCutOff = isInterrupted(error) || problems.some(({ code }) => code === 'connection-lost');
        return isCutOff ? 'connection-lost' : 'settled';
    }
}
/** Restores a kept backup beside the live schema and swaps it in. */
async function restoreBackup(run, backup, ref) {
    const { log } = run;
    const startedAt = new Date();
    const started = performance.now();
    log({ level: 'info', event: 'restore-started', message: `restoring ${ref}` });
    const opened = await openKept(run, backup, ref);
    const { swapped, kept, undone } = await restoreOpened(run, opened);
    const aside = swapped?.aside ?? '';
    const blockedMs = swapped?.blockedMs;
    const durationMs = Math.round(performance.now() - started);
    const others = kept === undefined ? '' : `${(0,wording/* count */.U9)(kept, 'transaction')} of others kept; `;
    log({
        level: 'info',
        event: 'restored',
        message: `restored; ${others}${blockedMs === undefined ? '' : `writers waited ${blockedMs} ms; `}the state before is kept in ${aside}`,
        durationMs,
    });
    return {
        ...{ ref, startedAt: startedAt.toISOString(), durationMs, blockedMs, aside },
        ...{ keptTransactions: kept, undoneTransactions: undone },
    };
}
/** Keeps what others wrote where that can be, else undoes it as far as `on-data-loss` allows. */
async function restoreOpened(run, opened) {
    const lossless = await restoreLossless(run, { ...restoreJob(run, opened), until: 'swap' });
    if (lossless) {
        const { swapped, kept, conflicts } = lossless;
        return { swapped, kept, undone: countConflicting(conflicts) };
    }
    await weighDataLoss(run, opened.facts);
    let place;
    const job = restoreJob(run, opened);
    const beforeCutOver = async () => {
        await requireLock(run.session);
        // Under the locks: what is written after it is written to the tables of the backup.
        place = await readLogPlace(run.session, run.server.version);
    };
    const swapped = await snapshotRestore(run.session, { ...job, beforeCutOver, until: 'swap' });
    const undone = await tellDataLoss(run, opened.facts, place);
    return { swapped, kept: undefined, undone };
}
/** Where the database is after a restore, in a sentence. */
function describeRestored({ keptTransactions, undoneTransactions, aside }) {
    if (keptTransactions === undefined)
        return `What failed is kept in ${aside}.`;
    const undone = (undoneTransactions ?? 0) > 0 ? `, ${undoneTransactions} could not be` : '';
    return `${(0,wording/* count */.U9)(keptTransactions, 'transaction')} of others since then ${keptTransactions === 1 ? 'was' : 'were'} kept${undone}. What failed is kept in ${aside}.`;
}
/** Everything of a restore but the cut-over: the backup is loaded beside the live schema and removed again. */
async function rehearseRestore(run, backup, ref) {
    const { log } = run;
    log({ level: 'info', event: 'restore-started', message: `loading ${ref} beside the live schema` });
    const opened = await openKept(run, backup, ref);
    const started = performance.now();
    const lossless = await restoreLossless(run, { ...restoreJob(run, opened), until: 'load' });
    if (!lossless)
        await snapshotRestore(run.session, { ...restoreJob(run, opened), until: 'load' });
    const scope = lossless
        ? `${(0,wording/* count */.U9)(lossless.tables.length, 'table')}, ${(0,wording/* count */.U9)(lossless.kept, 'transaction')} of others kept, ${countConflicting(lossless.conflicts)} not`
        : 'all tables; what others wrote since would be undone';
    log({
        level: 'info',
        event: 'restore-rehearsed',
        message: `the backup can be restored: it was loaded beside the live schema, equals the list of what it must hold, and was removed again (${scope})`,
        durationMs: Math.round(performance.now() - started),
    });
}
function restoreJob({ inputs, session, log, draft }, opened) {
    return {
        dump: opened.sql(),
        facts: opened.facts,
        runId: runId(draft),
        statementLockTimeout: inputs.statementLockTimeout,
        lockTimeout: inputs.lockTimeout,
        log,
        beforeCutOver: () => requireLock(session),
    };
}

;// CONCATENATED MODULE: ./lib/modes/restore-after-failure.js










/** Whether anything of a failed run is in effect, or may be: a failure in its first statement costs no restore. */
function tookEffect({ report }) {
    if (report.result === 'ok' || report.result === 'blocked')
        return false;
    return report.pending.some(({ status, statementsDone }) => status === 'applied' || status === 'unknown' || (status === 'failed' && (statementsDone ?? 0) > 0));
}
/** Brings a failed update back to the backup that it took; the job fails all the same. */
async function restoreAfterFailure(run) {
    const { inputs, draft } = run;
    const { backup } = draft.report;
    if (!backup || !inputs.backup || inputs.onFailure === 'keep' || !tookEffect(draft))
        return;
    if (run.interrupt.aborted && run.postStep?.takesOver(estimateRestore(backup.durationMs))) {
        // A restore that is killed on its way leaves everything as it was, and would have to be begun again.
        (0,modes_draft/* tell */.qz)(draft, {
            databaseState: `${draft.report.databaseState} The post step of this job goes on from here.`,
        });
        return;
    }
    await restoreWithPatience(run, inputs.backup, backup.ref);
}
/** Milliseconds that a restore may take, from those that its backup took. Loading costs more than dumping: three times is a guess on the safe side. */
function estimateRestore(backupMs) {
    return 3 * backupMs + 1000;
}
/**
 * Restores, and where a connection is lost on the way, again: on a new one if the session is gone, for as long as one
 * waits for a server. What the try before left is finished or cleared first.
 */
async function restoreWithPatience(run, backup, ref) {
    const { inputs, draft, log } = run;
    const before = draft.report;
    if ((await restoreOrTell(run, backup, ref)) === 'settled')
        return;
    const deadline = Date.now() + inputs.database.connectTimeout * 1000;
    for (;;) {
        const failed = draft.report;
        log({
            level: 'warning',
            event: 'connection-lost',
            message: 'the connection was lost during the restore',
        });
        try {
            if ((await restoreAgain(run, backup, ref, before)) === 'settled')
                return;
        }
        catch (error) {
            const problems = foreseen(error);
            if (!problems)
                throw error;
            // What the try before said is still true: the next run finds what it left.
            draft.report = failed;
            if (!isInterrupted(error) && !problems.some(({ code }) => code === 'connection-lost'))
                return;
        }
        // A server that shuts down lets sessions in and ends them again.
        if (Date.now() > deadline)
            return;
        await (0,external_node_timers_promises_.setTimeout)(500);
    }
}
async function restoreAgain(run, backup, ref, before) {
    const { inputs, draft, log } = run;
    if (await restore_after_failure_isAlive(run.session))
        return finishOrRestore(run, backup, ref, before);
    const owner = { runId: runId(draft), actor: inputs.run.actor, runUrl: inputs.run.runUrl };
    return withConnection(inputs.database, log, (session) => withDeployLock(session, inputs.lockTimeout, owner, log, () => finishOrRestore({ ...run, session }, backup, ref, before)));
}
async function finishOrRestore(run, backup, ref, before) {
    const { inputs, draft, session } = run;
    await finishLeftRestore(session, inputs.lockTimeout);
    draft.report = before;
    if ((await readRun(session, runId(draft)))?.status !== 'restored')
        return restoreOrTell(run, backup, ref);
    (0,modes_draft/* tell */.qz)(draft, {
        result: 'restored',
        isRestored: true,
        databaseState: 'The database is as it was before this run: its backup was restored.',
    });
    return 'settled';
}
async function restore_after_failure_isAlive(session) {
    try {
        await readRow(session, 'SELECT 1 AS one');
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./lib/modes/finish-left-run.js














/** How long a statement that was killed may take to undo its work before we give up waiting for its locks. */
const PATIENCE = 600;
/** Finishes what a run left: ends its session, finishes its restore, and restores its backup if it had any effect. */
async function finishLeftRun(inputs, left, draft, log, { artifacts }) {
    if (inputs.mode !== 'update' && inputs.mode !== 'rollback')
        return;
    // What cannot be read any more only makes us know less.
    const changelog = await loadChangelog(inputs, draft).catch(() => undefined);
    const owner = { runId: left.runId, actor: inputs.run.actor, runUrl: inputs.run.runUrl };
    (0,modes_draft/* tell */.qz)(draft, {
        result: 'unknown',
        databaseState: `Run ${left.runId} was interrupted; in which state it left the database is not known.`,
    });
    await withConnection(inputs.database, log, async (session) => {
        const server = await readServer(session);
        tellTarget(inputs, draft, server);
        await endSessionOf(session, left.runId);
        const patience = Math.max(inputs.lockTimeout, Math.min(PATIENCE, secondsUntil(left.deadline)));
        await withDeployLock(session, patience, owner, log, () => {
            const interrupt = new AbortController().signal;
            const run = { inputs, draft, log, session, server, interrupt, artifacts };
            return finishLocked(run, inputs, left, changelog);
        });
    });
}
function secondsUntil(deadline) {
    return deadline === undefined ? PATIENCE : Math.max(0, Math.floor((deadline - Date.now()) / 1000));
}
async function finishLocked(run, inputs, left, changelog) {
    const { draft, session } = run;
    const state = await readTrackingState(session);
    if (!state.has('ops_migration_runs') || !state.has('ops_migration_statements'))
        return tellUntouched(run, left);
    await finishLeftRestore(session, inputs.lockTimeout);
    const recorded = await readRun(session, left.runId);
    switch (recorded?.status) {
        case undefined:
        case 'blocked':
            return tellUntouched(run, left);
        case 'succeeded':
            (0,modes_draft/* tell */.qz)(draft, {
                result: 'ok',
                databaseState: `Run ${left.runId} did what it was asked; nothing is left to do.`,
            });
            return;
        case 'restored':
            (0,modes_draft/* tell */.qz)(draft, {
                result: 'restored',
                isRestored: true,
                problems: [finish_left_run_interrupted(left, 'its backup was restored')],
                databaseState: 'The database is as it was before this run: its backup was restored.',
            });
            return;
        case 'running':
        case 'failed':
        case 'interrupted':
        case 'restore-failed':
    }
    if (inputs.mode === 'rollback') {
        await finishRun(session, left.runId, 'interrupted', null, {});
        return tellUntouched(run, left);
    }
    await settleUpdate(run, inputs, left, recorded, await readEffect(run, left.runId, changelog));
}
/** What of a run is in effect, in words; `undefined` is nothing. */
async function readEffect({ session, server, log }, runId, changelog) {
    const parts = [];
    const applied = await countApplied(session, runId);
    if (applied > 0)
        parts.push(`${(0,wording/* count */.U9)(applied, 'changeset')} of it ${applied === 1 ? 'is' : 'are'} applied`);
    const doubtful = await readOpenStatements(session, runId);
    const findings = changelog && (await decideDoubts(session, doubtful, changelog, server.version, log));
    const rows = findings?.size ? await readOpenStatements(session, runId) : doubtful;
    for (const key of new Set(rows.map((row) => changesetKey(row.author, row.changesetId)))) {
        const own = rows.filter((row) => changesetKey(row.author, row.changesetId) === key);
        const changeset = changelog?.changesets.find((one) => one.key === key);
        if (!changeset) {
            parts.push(`changeset ${key} may be half applied`);
            continue;
        }
        const leftover = judgeLeftover(changeset, own);
        if (leftover.kind === 'untouched')
            continue;
        const known = leftover.done === 0 ? '' : `: ${(0,wording/* inEffect */.L_)(leftover.done, changeset.sql.statements.length)}`;
        const doubt = leftover.kind === 'in-doubt' ? `, and statement ${leftover.done + 1} may be` : '';
        parts.push(`changeset ${key} is half applied${known}${doubt}`);
    }
    return parts.length === 0 ? undefined : parts.join('; ');
}
async function settleUpdate(run, inputs, left, { backupRef, backupMs }, effect) {
    const { draft, session, log } = run;
    await finishRun(session, left.runId, 'interrupted', await countApplied(session, left.runId), {});
    if (effect === undefined)
        return tellUntouched(run, left);
    const problem = finish_left_run_interrupted(left, effect);
    (0,modes_draft/* tell */.qz)(draft, {
        result: 'failed',
        problems: [problem],
        databaseState: `${sentence(effect)}; the backup was not restored.`,
    });
    const needed = estimateRestore(backupMs ?? 0);
    const room = left.deadline === undefined ? undefined : left.deadline - Date.now();
    const why = reasonToKeep(inputs, backupRef, needed, room);
    if (why === undefined && inputs.backup && backupRef !== null) {
        log({
            level: 'info',
            event: 'restore-estimated',
            message: `the restore takes about ${(0,wording/* formatDuration */.a3)(needed)}${room === undefined ? '' : `, and there are ${(0,wording/* formatDuration */.a3)(room)}`}`,
        });
        return restoreWithPatience(run, inputs.backup, backupRef);
    }
    const back = backupRef === null ? '' : `, or mode: rollback with backup-ref: ${backupRef}`;
    (0,modes_draft/* tell */.qz)(draft, {
        problems: [{ ...problem, fix: `run mode: update with resume: true to go on${back}` }],
        databaseState: `${sentence(effect)}. It was left so: ${why}. The next run says how to go on.`,
    });
}
function reasonToKeep({ backup, onFailure }, backupRef, needed, room) {
    if (!backup || backupRef === null)
        return 'there is no backup of this run';
    if (onFailure === 'keep')
        return 'on-failure is keep';
    if (room === undefined || needed <= room)
        return undefined;
    return `a restore would take about ${(0,wording/* formatDuration */.a3)(needed)}, and a cancelled job leaves ${(0,wording/* formatDuration */.a3)(Math.max(0, room))} to its post step`;
}
function tellUntouched({ draft }, left) {
    (0,modes_draft/* tell */.qz)(draft, {
        result: 'failed',
        problems: [finish_left_run_interrupted(left, 'nothing of it took effect')],
        databaseState: 'The database is as it was: nothing of this run took effect.',
    });
}
function finish_left_run_interrupted({ runId }, what) {
    return {
        code: 'interrupted',
        message: `run ${runId} was interrupted: ${what}`,
        fix: 'run mode: update again',
    };
}
function sentence(text) {
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

;// CONCATENATED MODULE: ./lib/pipeline/glob.js
/** Whether a path matches a glob of `*` (within a name), `?` (one character of a name) and `**` (any folders). */
function matchesGlob(path, glob) {
    return toPattern(glob).test(path);
}
/** The deepest folder that every match is in. */
function folderOfGlob(glob) {
    const fixed = glob.slice(0, glob.search(/[*?]|$/));
    const end = fixed.lastIndexOf('/');
    return end < 0 ? '.' : fixed.slice(0, end);
}
function toPattern(glob) {
    const source = glob
        .split(/(\*\*\/|\*\*|\*|\?)/)
        .map((part) => WILDCARDS[part] ?? part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw `\$&`))
        .join('');
    return new RegExp(`^${source}$`, 'u');
}
const WILDCARDS = {
    '**/': '(?:[^/]+/)*',
    '**': '.*',
    '*': '[^/]*',
    '?': '[^/]',
};

// EXTERNAL MODULE: ../../node_modules/papaparse/papaparse.js
var papaparse = __webpack_require__(38116);
// EXTERNAL MODULE: external "node:buffer"
var external_node_buffer_ = __webpack_require__(4573);
;// CONCATENATED MODULE: ./lib/files/text-lines.js


/** No row can be longer, so that a quote that is never closed does not fill the memory. */
const MAX_ROW = 16 * 1024 * 1024;
const text_lines_LINE_FEED = 0x0a;
/** Decodes a file in pieces of whole lines; the last one gets a line feed where it has none. */
async function* textLines(bytes, file) {
    let rest = [];
    let restLength = 0;
    let lines = 1;
    let isFirst = true;
    for await (const chunk of bytes) {
        const end = chunk.lastIndexOf(text_lines_LINE_FEED) + 1;
        if (end === 0) {
            rest.push(chunk);
            restLength += chunk.length;
            if (restLength > MAX_ROW)
                throw tooLong(file, lines);
            continue;
        }
        const whole = Buffer.concat([...rest, chunk.subarray(0, end)]);
        rest = [chunk.subarray(end)];
        restLength = chunk.length - end;
        const decoded = decode(isFirst ? withoutMark(whole, file) : whole);
        isFirst = false;
        lines += countLines(decoded.text);
        yield decoded;
    }
    if (restLength === 0)
        return;
    const last = Buffer.concat([...rest, Buffer.of(text_lines_LINE_FEED)]);
    yield decode(isFirst ? withoutMark(last, file) : last);
}
function withoutMark(bytes, file) {
    if (bytes.length > 1 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0))) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'invalid-csv',
            message: `${file} is not UTF-8 but UTF-16`,
            at: { file, line: 1 },
            fix: 'save it as UTF-8',
        });
    }
    return bytes.length > 2 && bytes.readUIntBE(0, 3) === 0xefbbbf ? bytes.subarray(3) : bytes;
}
function decode(bytes) {
    const text = bytes.toString('utf8');
    return { text, invalid: (0,external_node_buffer_.isUtf8)(bytes) ? text_lines_NONE : invalidLines(bytes) };
}
const text_lines_NONE = new Set();
/** No byte of a longer sequence is a line feed, so each line is valid or not by itself. */
function invalidLines(bytes) {
    const invalid = new Set();
    let start = 0;
    for (let line = 0; start < bytes.length; line += 1) {
        const end = bytes.indexOf(text_lines_LINE_FEED, start) + 1;
        if (!(0,external_node_buffer_.isUtf8)(bytes.subarray(start, end)))
            invalid.add(line);
        start = end;
    }
    return invalid;
}
/** How many line feeds there are. */
function countLines(text) {
    let lines = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
        lines += 1;
    return lines;
}
function tooLong(file, line) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'invalid-csv',
        message: `a line is longer than ${MAX_ROW / 1024 / 1024} MiB`,
        at: { file, line },
        fix: 'see that it is a CSV file whose lines end in LF or CRLF',
    });
}

;// CONCATENATED MODULE: ./lib/files/parse-csv.js



/**
 * Parses CSV with papaparse, and adds what it does not tell: the line of each row, and which fields stood in quotes.
 * Rows end at LF or CRLF. A piece without quotes takes papaparse's fast way; in one with quotes each row is compared
 * with the text that it came from.
 */
function parseCsv(file) {
    /** A row whose end has not come yet, and its line. */
    let open = '';
    let line = 1;
    let width;
    const skipBlank = (fields) => fields.length === 1 && fields[0] === '' && width !== 1;
    return {
        next({ text, invalid }) {
            const found = { rows: [], lines: [], notes: new Map() };
            const firstNew = line + countLines(open);
            const whole = open + text;
            const add = (fields, at, note) => {
                if (skipBlank(fields))
                    return;
                width ??= fields.length;
                if (note)
                    found.notes.set(found.rows.length, note);
                found.rows.push(fields);
                found.lines.push(at);
            };
            const invalidAt = (from, to) => invalid.size > 0 && hasInvalid(invalid, from - firstNew, to - firstNew) ? INVALID_UTF8 : undefined;
            const cursor = whole.includes('"')
                ? parseQuoted(whole, (fields, raw, errors) => {
                    const end = line + countLines(raw);
                    const broken = errors.length > 0 ? BROKEN_QUOTES : invalidAt(line, end);
                    add(fields, line, broken ?? quotedNote(fields, raw));
                    line = end;
                })
                : parsePlain(whole, (fields) => {
                    add(fields, line, invalidAt(line, line + 1));
                    line += 1;
                });
            open = whole.slice(cursor);
            if (open.length > MAX_ROW)
                throw unclosed(file, line);
            return found;
        },
        end() {
            if (open !== '')
                throw unclosed(file, line);
        },
    };
}
const INVALID_UTF8 = { broken: 'is not valid UTF-8' };
const BROKEN_QUOTES = { broken: 'a quote inside a quoted field is not doubled' };
function parsePlain(text, row) {
    const parser = new papaparse.Parser({ delimiter: ',', newline: '\n', fastMode: true });
    const { data } = parser.parse(text, 0, true);
    const hasReturns = text.includes('\r');
    for (const fields of data) {
        if (hasReturns)
            fields.push(fields.pop().replace(/\r$/, ''));
        row(fields);
    }
    return text.length;
}
/** Gives where the row begins that is not complete. */
function parseQuoted(text, row) {
    let cursor = 0;
    const step = (result) => {
        const { data, errors, meta } = result;
        const raw = text.slice(cursor, meta.cursor);
        cursor = meta.cursor;
        row(withoutReturn(data[0], raw), raw, errors);
    };
    new papaparse.Parser({ delimiter: ',', newline: '\n', fastMode: false, step }).parse(text, 0, true);
    return cursor;
}
/** The CR of a CRLF stays with an unquoted last field. */
function withoutReturn(fields, raw) {
    const last = fields.at(-1);
    return last.endsWith('\r') && raw.endsWith(`${last}\n`)
        ? [...fields.slice(0, -1), last.slice(0, -1)]
        : fields;
}
/** Walks through the text of a row with the values at hand: what begins with a quote was quoted. */
function quotedNote(fields, raw) {
    if (!raw.includes('"'))
        return undefined;
    const quoted = [];
    let at = 0;
    for (const field of fields) {
        const isQuoted = raw[at] === '"';
        quoted.push(isQuoted);
        at += field.length + (isQuoted ? 2 + (field.split('"').length - 1) : 0);
        at = raw.indexOf(',', at) + 1;
    }
    return { quoted };
}
function hasInvalid(invalid, from, to) {
    for (let line = from; line < to; line += 1)
        if (invalid.has(line))
            return true;
    return false;
}
function unclosed(file, line) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'invalid-csv',
        message: 'a quote is opened in the row that begins here and not closed',
        at: { file, line },
        fix: 'close the quote, or write "" for a quote inside a quoted field; the file may also be cut off',
    });
}

;// CONCATENATED MODULE: ./lib/files/read-csv.js







/** Of bytes read at once; a batch is about as large. */
const CHUNK = 256 * 1024;
/** A CSV file on disk, compressed where its name ends in `.gz`. */
function csvFile(path, file, bytes) {
    return {
        file,
        bytes,
        digest: async () => {
            const hash = (0,external_node_crypto_.createHash)('sha256');
            for await (const chunk of openStream(path, file))
                hash.update(chunk);
            return hash.digest('hex');
        },
        read: () => read(path, file),
    };
}
/** Reading costs a pass of its own for the digest beforehand, about a hundredth of the time that loading takes. */
function read(path, file) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let digest;
    let bytesRead = 0;
    async function* hashed() {
        for await (const chunk of openStream(path, file)) {
            hash.update(chunk);
            bytesRead += chunk.length;
            yield chunk;
        }
        digest = hash.digest('hex');
    }
    const bytes = file.endsWith('.gz') ? unpacked(hashed(), file) : hashed();
    return {
        batches: parsed(bytes, file),
        digest: () => {
            if (digest === undefined)
                throw new Error(`${file} was not read to its end`);
            return digest;
        },
        bytesRead: () => bytesRead,
    };
}
async function* parsed(bytes, file) {
    const parser = parseCsv(file);
    for await (const lines of textLines(bytes, file)) {
        const batch = parser.next(lines);
        if (batch.rows.length > 0)
            yield batch;
    }
    parser.end();
}
async function* openStream(path, file) {
    try {
        yield* (0,external_node_fs_.createReadStream)(path, { highWaterMark: CHUNK });
    }
    catch (error) {
        const { code } = error;
        if (code === undefined)
            throw error;
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'file-unreadable',
            message: `${file} cannot be read (${code})`,
            fix: 'see that the file is there and may be read, then run again',
        });
    }
}
/** A damaged file ends in an error, however much of it could be unpacked before. */
async function* unpacked(bytes, file) {
    let failure;
    const gunzip = (0,external_node_stream_.pipeline)(bytes, (0,external_node_zlib_.createGunzip)({ chunkSize: CHUNK }), (error) => (failure = error));
    try {
        for await (const chunk of gunzip)
            yield chunk;
    }
    catch (error) {
        if (error instanceof lib_errors/* ExpectedError */.Dh)
            throw error;
        throw new lib_errors/* ExpectedError */.Dh(read_csv_damaged(file, failure ?? error));
    }
}
function read_csv_damaged(file, error) {
    return {
        code: 'invalid-csv',
        message: `${file} cannot be unpacked: ${error.message}`,
        at: { file, line: 1 },
        fix: 'it is damaged or no gzip file: transfer it again',
    };
}

;// CONCATENATED MODULE: ./lib/files/find-csv-files.js







/**
 * The CSV files of a dataset in name order; throws where there is none. To load them:
 *
 *     const outcome = await ingestDataset(session, dataset, findCsvFiles(workingDirectory, dataset), options);
 */
function findCsvFiles(workingDirectory, dataset) {
    const folder = folderOfGlob(dataset.files);
    const listed = listFiles(workingDirectory, folder);
    if ('message' in listed)
        throw missing(dataset, listed.message, listed.fix);
    const found = listed
        .filter((path) => /\.csv(\.gz)?$/.test(path) && matchesGlob(path, dataset.files))
        .toSorted(comparePaths);
    if (found.length === 0) {
        throw missing(dataset, `no file is named ${dataset.files}`, 'put the file there, or correct "files"');
    }
    return found.map((path) => openable(workingDirectory, dataset, path));
}
function openable(workingDirectory, dataset, path) {
    const real = insideWorkingDirectory(workingDirectory, path);
    if (typeof real !== 'string')
        throw missing(dataset, real.message, real.fix);
    const stats = (0,external_node_fs_.statSync)(real);
    if (!stats.isFile())
        throw missing(dataset, `${path} is no regular file`, 'name files alone');
    return csvFile(real, path, stats.size);
}
function missing({ name, filesAt }, message, fix) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'file-unreadable',
        message: `dataset ${name}: ${message}`,
        at: filesAt,
        fix,
    });
}

;// CONCATENATED MODULE: ./lib/pipeline/judge-transform.js







const judge_transform_ROWS = ['INSERT', 'REPLACE', 'UPDATE', 'DELETE'];
const judge_transform_QUERIES = ['SELECT', 'TABLE', 'VALUES', '('];
const judge_transform_TRANSACTIONS = ['BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'XA'];
const LOCKS = ['LOCK', 'UNLOCK'];
const UNKNOWN = ['CALL', 'PREPARE', 'EXECUTE', 'DEALLOCATE', 'DO', 'HANDLER'];
/** Their rows are what db-deploy knows of a schema. */
const OWN_TABLES = /^(?:DATABASECHANGELOG|DATABASECHANGELOGLOCK|ops_(?:migration|pipeline)_\w+|ops_dq_results|ops_checkpoints|ops_loaded_files|ops_rejected_rows)$/i;
const PLAIN = 'write INSERT, UPDATE, DELETE, REPLACE, SELECT or SET @variable';
/**
 * Finds what may not stand in a transform. It runs in one transaction with the checks, so that a failed check takes
 * everything back; whatever commits by itself, ends the transaction or cannot be judged would break that.
 */
function judgeTransform(sqlFile) {
    return sqlFile.statements.flatMap((statement) => {
        const flaw = versionsOf(statement)
            .map((version) => judgeFor(statement, version))
            .find((found) => found !== undefined);
        if (!flaw)
            return [];
        const { line, message, fix } = flaw;
        return [{ code: 'invalid-sql', message, at: { file: sqlFile.path, line }, fix }];
    });
}
const judge_transform_COMMENT = /\/\*!\d{5,6}/g;
/** One for each group of servers that run the same; nearly always there is one. */
function versionsOf({ text }) {
    const versions = [...text.matchAll(judge_transform_COMMENT)].map(([comment]) => executableVersion(comment));
    return [...new Set([OLDEST_SERVER, ...versions.filter((version) => version > OLDEST_SERVER)])];
}
function judgeFor(statement, serverVersion) {
    const tokens = readTokens(statement, serverVersion);
    const scope = { tables: noTables(undefined), order: 0 };
    const origin = { statement, isInBody: false, isConditional: false };
    const command = readCommand(tokens, origin, scope);
    if (!command)
        return undefined;
    const lock = calledLockFunction(tokens);
    if (lock !== undefined) {
        const message = `${lock} could take the deploy lock away from this run`;
        return { line: command.line, message, fix: 'remove it: only one pipeline runs at a time' };
    }
    return judgeVerb(command, tokens) ?? judgeTargets(command) ?? judgeFile(tokens);
}
function judgeVerb({ verb, line }, tokens) {
    if (judge_transform_ROWS.includes(verb) || judge_transform_QUERIES.includes(verb))
        return undefined;
    if (verb === 'SET')
        return judgeSet(tokens);
    const name = verb === '' ? `"${tokens[0]?.text ?? ''}"` : verb;
    if (judge_transform_TRANSACTIONS.includes(verb)) {
        const message = `${name} interferes with the one transaction that all transforms and checks share`;
        return { line, message, fix: 'remove it: db-deploy begins and ends the transaction' };
    }
    if (LOCKS.includes(verb)) {
        return {
            line,
            message: `${name} TABLES commits what ran before it`,
            fix: 'remove it: rows are locked as they change',
        };
    }
    if (UNKNOWN.includes(verb)) {
        return { line, message: `${name} runs what cannot be judged here: it might commit`, fix: PLAIN };
    }
    if (verb === 'USE') {
        return {
            line,
            message: 'USE leaves the schema of the pipeline',
            fix: 'remove it: transforms run in db-name',
        };
    }
    if (verb === 'LOAD') {
        return {
            line,
            message: 'LOAD loads a file past its contract',
            fix: 'declare a dataset in the manifest for it',
        };
    }
    if (verb === 'TRUNCATE')
        return { line, message: commits(name), fix: 'write DELETE FROM instead' };
    if (keyword(tokens, 1) === 'TEMPORARY') {
        const message = `${name} TEMPORARY TABLE defines a table, and a transform holds rows only`;
        return { line, message, fix: 'use a common table expression: WITH … AS (SELECT …)' };
    }
    const fix = `${PLAIN}; definitions belong into a changeset`;
    return { line, message: commits(keyword(tokens, 1) === '' ? name : `${name} ${keyword(tokens, 1)}`), fix };
}
function commits(what) {
    return `${what} is not DML: it may commit, and a failed check could not take back what ran before it`;
}
/** `SET @a = 1, @b := (SELECT …)`; what changes the session would outlive the transform. */
function judgeSet(tokens) {
    const starts = [1, ...[...outerKeywords(tokens)].flatMap(([word, at]) => (word === ',' ? at + 1 : []))];
    const wrong = starts
        .map((at) => tokens[at])
        .find((token) => token?.kind !== 'variable' || token.text.startsWith('@@'));
    if (!wrong)
        return undefined;
    const message = `SET of "${wrong.text}" changes the session, and the next transform would run with it`;
    return { line: wrong.line, message, fix: 'set user variables only: SET @name = …' };
}
function judgeTargets(command) {
    const foreign = command.objects.find(({ schema }) => schema !== undefined);
    if (foreign) {
        const message = `${command.verb} of ${show(foreign)} names a schema; no other than that of the pipeline is written to`;
        return { line: foreign.line, message, fix: `write "${foreign.name}" without the schema` };
    }
    const own = command.objects.find(({ name }) => OWN_TABLES.test(name));
    if (!own)
        return undefined;
    const message = `${command.verb} of ${show(own)}: that table is db-deploy's own`;
    return { line: own.line, message, fix: 'leave its rows to db-deploy; they may be read' };
}
function judgeFile(tokens) {
    const token = tokens.find(({ word }, at) => /^(?:OUTFILE|DUMPFILE)$/.test(word) && keyword(tokens, at - 1) === 'INTO');
    if (!token)
        return undefined;
    const message = `INTO ${token.word} writes a file on the server, which no rollback removes`;
    return { line: token.line, message, fix: 'keep the rows in a table' };
}

;// CONCATENATED MODULE: ./lib/pipeline/check-header.js

const SEVERITIES = ['error', 'warning'];
const check_header_FORM = 'write -- check: <name> severity: error threshold: 0';
const OPTIONS = ['severity', 'threshold'];
const check_header_NAME = /^[A-Za-z_][\w.-]{0,199}$/;
/** Whether a check can be called that: its results are kept under the name. */
function isCheckName(name) {
    return check_header_NAME.test(name);
}
/** A threshold as its column keeps it, six places behind the point. */
function parseThreshold(text) {
    return /^-?\d{1,15}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}
/** Reads `orphan_orders severity: error threshold: 0`; severity and threshold may be left out. */
function parseCheckHeader(mark, complain) {
    const [name = '', ...words] = mark.rest.split(/\s+/);
    if (!isCheckName(name)) {
        return complain(mark.line, name === '' ? 'the check has no name' : `"${name}" is no name for a check`, check_header_FORM);
    }
    const options = new Map();
    for (let at = 0; at < words.length; at += 2) {
        const [key, value] = [words[at]?.replace(/:$/, '') ?? '', words[at + 1]];
        if (!OPTIONS.includes(key) || !words[at]?.endsWith(':')) {
            const meant = (0,did_you_mean/* closest */.k)(key, OPTIONS);
            return complain(mark.line, `check ${name}: "${words[at]}" means nothing here`, meant === undefined || key === meant ? check_header_FORM : (0,did_you_mean/* didYouMean */.a)(`${meant}:`));
        }
        if (value === undefined)
            return complain(mark.line, `check ${name}: "${key}:" has no value`, check_header_FORM);
        if (options.has(key))
            return complain(mark.line, `check ${name}: "${key}:" is given twice`, 'keep one');
        options.set(key, value);
    }
    return toHeader(name, options, mark.line, complain);
}
function toHeader(name, options, line, complain) {
    const given = options.get('severity') ?? 'error';
    const severity = SEVERITIES.find((known) => known === given);
    if (!severity) {
        return complain(line, `check ${name}: "${given}" is no severity`, `write one of ${SEVERITIES.join(', ')}`);
    }
    const threshold = parseThreshold(options.get('threshold') ?? '0');
    if (threshold === undefined) {
        return complain(line, `check ${name}: "${options.get('threshold')}" is no threshold`, 'write a number such as 0');
    }
    return { name, severity, threshold };
}

;// CONCATENATED MODULE: ./lib/pipeline/check-marks.js


const MARK = /^--\s+(check|examples):(.*)$/i;
/** The marks of a file, wherever they stand; text in quotes and block comments has none. */
function findCheckMarks(sql, file) {
    const lines = sqlText(sql, file);
    const marks = [];
    for (let at = 0; at < sql.length;) {
        const [, kind, rest = ''] = MARK.exec(commentAt(sql, at)) ?? [];
        if (kind !== undefined) {
            const isCheck = kind.toLowerCase() === 'check';
            marks.push({ kind: isCheck ? 'check' : 'examples', rest: rest.trim(), line: lines.lineAt(at) });
        }
        const end = (0,lexical/* skipInert */.kW)(sql, at, 'escape');
        if (end < 0)
            break;
        at = end === at ? at + 1 : end;
    }
    return marks;
}
function commentAt(sql, at) {
    return sql.startsWith('--', at) ? sql.slice(at, (0,lexical/* endOfLine */.vT)(sql, at)).trimEnd() : '';
}

;// CONCATENATED MODULE: ./lib/pipeline/parse-builtin-rule.js



/** Reads the options that are the rule's own; what is missing was complained of before. */
function parseRule(check, { line }, fields, complain) {
    const name = (key) => yaml_fields_readName(fields.get(key), complain);
    const [table = '', column = ''] = [name('table'), name('column')];
    const columns = readList(fields.get('columns'), complain);
    switch (check) {
        case 'not_null':
        case 'unique':
            return { rule: { check, table, columns } };
        case 'one_current_row':
            return { rule: { check, table, columns, current: name('current') ?? 'is_current' } };
        case 'no_overlap':
            return {
                rule: { check, table, columns, from: name('from') ?? 'valid_from', to: name('to') ?? 'valid_to' },
            };
        case 'accepted_values':
            return { rule: { check, table, column, values: readValues(fields.get('values'), complain) } };
        case 'range': {
            const [min, max] = [readRaw(fields.get('min'), complain), readRaw(fields.get('max'), complain)];
            requireBound(fields, line, complain);
            return { rule: { check, table, column, min, max } };
        }
        case 'row_count': {
            const [min, max] = [readCount(fields.get('min'), complain), readCount(fields.get('max'), complain)];
            requireBound(fields, line, complain);
            return { rule: { check, table, min, max } };
        }
        case 'relationships':
            return parseRelationships(table, columns, fields, complain);
        case 'freshness':
            return parseFreshness(table, column, fields, complain);
        case 'reconcile':
            return parseReconcile(table, fields, line, complain);
    }
}
function parseRelationships(table, columns, fields, complain) {
    const to = yaml_fields_readName(fields.get('to'), complain) ?? '';
    const entry = fields.get('toColumns');
    const toColumns = entry ? readList(entry, complain) : columns;
    if (entry && toColumns.length !== columns.length) {
        const message = `"toColumns" names ${toColumns.length} columns, "columns" ${columns.length}`;
        return complain(entry.line, message, 'name as many, in the same order');
    }
    return { rule: { check: 'relationships', table, columns, to, toColumns } };
}
const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };
function parseFreshness(table, column, fields, complain) {
    const entry = fields.get('maxAge');
    const text = readRaw(entry, complain)?.trim();
    if (!entry || text === undefined)
        return undefined;
    const [, number, unit = ''] = /^(\d{1,6})\s*([smhd])$/.exec(text) ?? [];
    if (number === undefined) {
        return complain(entry.value.line, `"maxAge" cannot be ${describeNode(entry.value)}`, 'write 90m, 36h or 2d');
    }
    return { rule: { check: 'freshness', table, column }, threshold: Number(number) * (SECONDS[unit] ?? 1) };
}
function parseReconcile(table, fields, line, complain) {
    const name = (key) => yaml_fields_readName(fields.get(key), complain);
    const column = name('column');
    const toColumn = name('toColumn') ?? column;
    if (column === undefined && toColumn !== undefined) {
        complain(line, '"toColumn" is given, but no "column" to compare it with', 'add "column:", or remove it');
    }
    const entry = fields.get('tolerance');
    const text = readRaw(entry, complain)?.trim() ?? '0';
    const threshold = parseThreshold(text.replace(/\s*%$/, ''));
    if (threshold === undefined || threshold < 0) {
        return complain(entry?.value.line ?? line, `"tolerance" cannot be "${text}"`, 'write 0, 0.01 or 1%');
    }
    return {
        rule: {
            check: 'reconcile',
            left: { table, column },
            right: { table: name('to') ?? '', column: toColumn },
            unit: text.endsWith('%') ? 'percent' : 'absolute',
        },
        threshold,
    };
}
function requireBound(fields, line, complain) {
    if (!fields.has('min') && !fields.has('max'))
        complain(line, 'it has neither "min" nor "max"', 'add one of them');
}
function readList(entry, complain) {
    const names = yaml_fields_readNames(entry, complain).map(({ text }) => text);
    if (entry && names.length === 0)
        complain(entry.line, `"${entry.key}" names no column`, 'name at least one');
    return names;
}
function readValues(entry, complain) {
    if (!entry)
        return [];
    const { key, value } = entry;
    if (value.kind !== 'list' || value.items.length === 0) {
        complain(value.line, `"${key}" must be a list of values`, 'write [first, second]');
        return [];
    }
    return value.items.flatMap((item) => readRaw({ key, line: item.line, value: item }, complain) ?? []);
}

;// CONCATENATED MODULE: ./lib/pipeline/parse-builtin-check.js






const ALWAYS = ['name', 'severity'];
const COUNTED = [...ALWAYS, 'threshold'];
const NO_THRESHOLD = { threshold: 'remove it: "maxAge:" or "tolerance:" is the threshold' };
const parse_builtin_check_KEYS = {
    not_null: { required: ['table', 'columns'], optional: COUNTED },
    unique: { required: ['table', 'columns'], optional: COUNTED },
    accepted_values: { required: ['table', 'column', 'values'], optional: COUNTED },
    range: { required: ['table', 'column'], optional: ['min', 'max', ...COUNTED] },
    relationships: { required: ['table', 'columns', 'to'], optional: ['toColumns', ...COUNTED] },
    row_count: { required: ['table'], optional: ['min', 'max', ...COUNTED] },
    freshness: { required: ['table', 'column', 'maxAge'], optional: ALWAYS, instead: NO_THRESHOLD },
    one_current_row: { required: ['table', 'columns'], optional: ['current', ...COUNTED] },
    no_overlap: { required: ['table', 'columns'], optional: ['from', 'to', ...COUNTED] },
    reconcile: {
        required: ['table', 'to'],
        optional: ['column', 'toColumn', 'tolerance', ...ALWAYS],
        instead: NO_THRESHOLD,
    },
};
/** The ten checks that a manifest can ask for. */
const BUILTIN_CHECKS = Object.keys(parse_builtin_check_KEYS);
/** Reads `unique: { table: fact_order, columns: [order_id], severity: error }`. */
function parseBuiltinCheck(node, file, complain) {
    const entry = node.kind === 'map' && node.entries.length === 1 ? node.entries[0] : undefined;
    if (!entry) {
        const found = node.kind === 'map' ? `${node.entries.length} keys` : describeNode(node);
        return complain(node.line, `expected one check, found ${found}`, `name one of ${BUILTIN_CHECKS.join(', ')}`);
    }
    const check = BUILTIN_CHECKS.find((known) => known === entry.key);
    if (!check) {
        const meant = (0,did_you_mean/* closest */.k)(entry.key, BUILTIN_CHECKS);
        const fix = meant === undefined ? `use one of ${BUILTIN_CHECKS.join(', ')}` : (0,did_you_mean/* didYouMean */.a)(meant);
        return complain(entry.line, `there is no check "${entry.key}"`, fix);
    }
    return parseOptions(check, entry, file, complainAbout(complain, check));
}
function parseOptions(check, entry, file, complain) {
    let isWhole = true;
    const note = (line, message, fix) => {
        isWhole = false;
        return complain(line, message, fix);
    };
    const fields = readFields(entry.value, parse_builtin_check_KEYS[check], note);
    if (!fields)
        return undefined;
    const parsed = parseRule(check, entry, fields, note);
    const name = readCheckName(fields.get('name'), note);
    const severity = readChoice(fields.get('severity'), SEVERITIES, note) ?? 'error';
    const threshold = readThreshold(fields.get('threshold'), note);
    if (!isWhole || !parsed)
        return undefined;
    return {
        kind: 'builtin',
        name: name ?? defaultName(parsed.rule),
        severity,
        threshold: parsed.threshold ?? threshold ?? 0,
        rule: parsed.rule,
        at: { file, line: entry.line },
    };
}
function readCheckName(entry, complain) {
    const name = yaml_fields_readName(entry, complain);
    if (!entry || name === undefined || isCheckName(name))
        return name;
    return complain(entry.value.line, `"${name}" is no name for a check`, 'use letters, digits, "_", "." and "-"');
}
function readThreshold(entry, complain) {
    const text = readRaw(entry, complain)?.trim();
    if (!entry || text === undefined)
        return undefined;
    const message = `"threshold" cannot be ${describeNode(entry.value)}`;
    return parseThreshold(text) ?? complain(entry.value.line, message, 'write a number such as 0');
}
/** `unique_fact_order_order_id`: two checks of one kind on the same columns have to be named. */
function defaultName(rule) {
    const parts = rule.check === 'reconcile'
        ? [rule.left.table, rule.left.column ?? [], rule.right.table].flat()
        : [rule.table, 'columns' in rule ? rule.columns : 'column' in rule ? rule.column : []].flat();
    return [rule.check, ...parts].join('_').slice(0, 200);
}

;// CONCATENATED MODULE: ./lib/pipeline/parse-checks.js








/**
 * Reads a file of checks. Each begins with a comment and has one SELECT whose first column is the metric; a second
 * SELECT under `-- examples:` lists what makes the check fail, and is asked only then:
 *
 *     -- check: orphan_orders severity: error threshold: 0
 *     SELECT COUNT(*) FROM …;
 *     -- examples:
 *     SELECT order_id, customer_id FROM … LIMIT 10;
 */
function parseSqlChecks(text, file) {
    const { statements, problems: found } = splitStatements(text, file);
    const problems = [...found];
    const complain = complainTo(problems, file);
    const blocks = toBlocks(findCheckMarks(text, file), statements, complain);
    const checks = blocks.flatMap((block) => parseBlock(block, file, complain) ?? []);
    return {
        checks,
        // What is wrong in SQL is told in the words of SQL, whoever found it.
        problems: problems
            .map((problem) => ({ ...problem, code: 'invalid-sql' }))
            .toSorted((left, right) => (left.at?.line ?? 0) - (right.at?.line ?? 0)),
    };
}
function toBlocks(marks, statements, complain) {
    const blocks = [];
    const inner = marks.filter((mark) => statements.some((statement) => isInside(mark, statement)));
    for (const { line, kind } of inner) {
        complain(line, `"-- ${kind}:" stands inside a statement`, 'end the statement before it with ";"');
    }
    const parts = [...marks.filter((mark) => !inner.includes(mark)), ...statements];
    for (const part of parts.toSorted((left, right) => left.line - right.line)) {
        const block = blocks.at(-1);
        if ('text' in part)
            addStatement(part, block, complain);
        else if (part.kind === 'check') {
            blocks.push({ mark: part, metric: [], examples: [], examplesMark: undefined });
        }
        else if (!block || block.examplesMark) {
            complain(part.line, '"-- examples:" stands under no check', 'put it under the SELECT of a check, once');
        }
        else
            block.examplesMark = part;
    }
    return blocks;
}
function isInside({ line }, { line: first, text }) {
    return line > first && line < first + text.split('\n').length;
}
function addStatement(statement, block, complain) {
    if (block)
        (block.examplesMark ? block.examples : block.metric).push(statement);
    else
        complain(statement.line, 'the statement belongs to no check', 'put "-- check: <name>" above it');
}
function parseBlock(block, file, complain) {
    const { mark, metric, examples, examplesMark } = block;
    const header = parseCheckHeader(mark, complain);
    if (!header)
        return undefined;
    const about = complainAbout(complain, `check ${header.name}`);
    const statement = onlySelect(metric, mark.line, about);
    const listed = examplesMark && onlySelect(examples, examplesMark.line, about);
    if (!statement || (examplesMark && !listed))
        return undefined;
    return { kind: 'sql', ...header, statement, examples: listed, at: { file, line: mark.line } };
}
const LOCKS_ROWS = /^(?:FOR (?:UPDATE|SHARE)|IN SHARE)$/;
function onlySelect(statements, line, complain) {
    const [statement, second] = statements;
    if (!statement)
        return complain(line, 'there is no statement under it', 'write one SELECT');
    if (second) {
        const fix = 'write one SELECT a check; to list keys put "-- examples:" above the second one';
        return complain(second.line, 'a second statement', fix);
    }
    const flaw = judgeSelect(statement);
    if (flaw)
        return complain(statement.line, `its statement ${flaw.message}`, flaw.fix);
    const words = [...codeTokens(statement)].map(({ text }) => text.toUpperCase());
    if (words.some((word, at) => LOCKS_ROWS.test(`${word} ${words[at + 1] ?? ''}`))) {
        return complain(statement.line, 'its statement locks rows', 'remove FOR UPDATE or FOR SHARE: it only asks');
    }
    return statement;
}
/** Reads the list under `checks: builtin:`; each item is one of the ten names with its options. */
function parseBuiltinChecks(node, file, complain) {
    if (node === undefined)
        return [];
    const about = complainAbout(complain, 'checks: builtin');
    if (node.kind !== 'list') {
        about(node.line, `expected a list, found ${describeNode(node)}`, 'write "- unique: { table: …, columns: […] }"');
        return [];
    }
    return node.items.flatMap((item) => parseBuiltinCheck(item, file, about) ?? []);
}
/** Checks of a manifest and its file that share a name: their results could not be told apart. */
function findTwinChecks(checks) {
    const seen = new Map();
    return checks.flatMap((check) => {
        const first = seen.get(check.name);
        if (!first) {
            seen.set(check.name, check);
            return [];
        }
        return [
            {
                code: check.kind === 'sql' ? 'invalid-sql' : 'invalid-manifest',
                message: `a check named "${check.name}" is there already, at ${first.at.file}:${first.at.line}`,
                at: check.at,
                fix: 'give one of them another name',
            },
        ];
    });
}

;// CONCATENATED MODULE: ./lib/pipeline/parse-columns.js




const parse_columns_KEYS = {
    required: ['type'],
    optional: ['required', 'maxLength', 'pattern', 'sensitive'],
};
const parse_columns_KINDS = ['bigint', 'int', 'string', 'date', 'datetime', 'boolean', 'json'];
const MAX_IDENTIFIER = 64;
/** The server's own limits for DECIMAL. */
const MAX_PRECISION = 65;
const MAX_SCALE = 30;
/** Parses `columns:`, the contract of a dataset. */
function parseColumns(entry, file, complain) {
    if (!entry)
        return [];
    const { value } = entry;
    if (value.kind !== 'map' || value.entries.length === 0) {
        const found = value.kind === 'map' ? 'empty' : describeNode(value);
        complain(value.line, `"columns" must be a map, not ${found}`, 'write "name: { type: string }"');
        return [];
    }
    const seen = new Map();
    return value.entries.flatMap((column) => {
        // The server does not tell cases apart in names of columns.
        const first = seen.get(column.key.toLowerCase());
        if (first) {
            complain(column.line, `column "${column.key}" is given twice, first on line ${first.line}`, 'keep one');
            return [];
        }
        seen.set(column.key.toLowerCase(), column);
        return parseColumn(column, file, complain) ?? [];
    });
}
function parseColumn(entry, file, complainOfDataset) {
    const { key: name, line, value } = entry;
    if (name.trim() !== name || name === '' || name.length > MAX_IDENTIFIER || /\p{Cc}/u.test(name)) {
        return complainOfDataset(line, `"${name.slice(0, 80)}" is no name of a column`, 'name it as the table does');
    }
    const complain = complainAbout(complainOfDataset, `column ${name}`);
    const fields = readFields(value, parse_columns_KEYS, complain);
    if (!fields)
        return undefined;
    const type = readType(fields.get('type'), complain);
    const isText = type === undefined || type.kind === 'string';
    for (const key of ['maxLength', 'pattern']) {
        const given = fields.get(key);
        if (given && !isText)
            complain(given.line, `"${key}" is for type string alone`, 'remove it');
    }
    const rest = readRest(fields, complain);
    return type && { name, type, ...rest, at: { file, line } };
}
function readRest(fields, complain) {
    return {
        required: readBoolean(fields.get('required'), complain) ?? false,
        maxLength: readCount(fields.get('maxLength'), complain),
        pattern: readPattern(fields.get('pattern'), complain),
        sensitive: readBoolean(fields.get('sensitive'), complain) ?? false,
    };
}
function readType(entry, complain) {
    const text = readRaw(entry, complain)?.trim().toLowerCase();
    if (!entry || text === undefined)
        return undefined;
    const kind = parse_columns_KINDS.find((candidate) => candidate === text);
    if (kind)
        return { kind };
    const { line } = entry.value;
    const decimal = /^decimal\s*\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text);
    if (!decimal)
        return complainOfType(text, line, complain);
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])];
    if (precision >= 1 && precision <= MAX_PRECISION && scale <= MAX_SCALE && scale <= precision) {
        return { kind: 'decimal', precision, scale };
    }
    const fix = `use at most ${MAX_PRECISION} digits, of them at most ${MAX_SCALE} after the point`;
    return complain(line, `"type" cannot be ${text}`, fix);
}
function complainOfType(text, line, complain) {
    if (text.startsWith('decimal')) {
        return complain(line, '"type" has no precision and scale', 'write for example decimal(12,2)');
    }
    const meant = (0,did_you_mean/* closest */.k)(text, parse_columns_KINDS);
    const fix = meant === undefined ? `write one of ${parse_columns_KINDS.join(', ')}, decimal(p,s)` : (0,did_you_mean/* didYouMean */.a)(meant);
    return complain(line, `"type" cannot be ${JSON.stringify(text.slice(0, 60))}`, fix);
}
/** Of whole code points, as `maxLength` counts them. */
function readPattern(entry, complain) {
    const source = readRaw(entry, complain);
    if (!entry || source === undefined)
        return undefined;
    try {
        return new RegExp(source, 'u');
    }
    catch (error) {
        const words = error.message.replace(/^Invalid regular expression: /, '');
        return complain(entry.value.line, `"pattern" is no regular expression: ${words}`, 'write one as JavaScript has them');
    }
}

;// CONCATENATED MODULE: ./lib/pipeline/parse-dataset.js






const parse_dataset_KEYS = {
    required: ['name', 'files', 'table', 'key', 'watermark', 'columns'],
    optional: ['late', 'maxRejected', 'onExtraColumn', 'null'],
};
/** The tables of rejected rows keep this many characters of the name. */
const MAX_NAME = 128;
/** The server's own limit for names. */
const parse_dataset_MAX_IDENTIFIER = 64;
const ORDERED = ['bigint', 'int', 'date', 'datetime'];
/** Parses one entry of `datasets:`. */
function parseDataset(node, file, complainOfFile) {
    const complain = complainAbout(complainOfFile, `dataset ${parse_dataset_nameOf(node)}`.trimEnd());
    const fields = readFields(node, parse_dataset_KEYS, complain);
    if (!fields)
        return undefined;
    const name = readShort(fields.get('name'), MAX_NAME, complain);
    const files = readGlob(fields.get('files'), complain);
    const table = readTable(fields.get('table'), complain);
    const columns = parseColumns(fields.get('columns'), file, complain);
    const key = parse_dataset_readKey(fields, columns, complain);
    const watermark = readWatermark(fields.get('watermark'), columns, complain);
    const options = {
        late: readChoice(fields.get('late'), ['load', 'skip'], complain) ?? 'load',
        maxRejected: readLimit(fields.get('maxRejected'), complain),
        onExtraColumn: readChoice(fields.get('onExtraColumn'), ['fail', 'ignore'], complain) ?? 'fail',
        nullText: readNullText(fields.get('null'), complain),
    };
    if (name === undefined || files === undefined || table === undefined || watermark === undefined) {
        return undefined;
    }
    const filesAt = { file, line: fields.get('files')?.line ?? node.line };
    return { name, files, filesAt, table, key, watermark, columns, at: { file, line: node.line }, ...options };
}
/** The name for messages, from a dataset that may be wrong in every way. */
function parse_dataset_nameOf(node) {
    if (node.kind !== 'map')
        return '';
    const name = node.entries.find(({ key }) => key === 'name')?.value;
    return name?.kind === 'scalar' && /^[\w.-]{1,80}$/.test(name.text) ? name.text : '';
}
function readShort(entry, most, complain) {
    const text = yaml_fields_readName(entry, complain);
    if (!entry || text === undefined || Array.from(text).length <= most)
        return text;
    return complain(entry.value.line, `"${entry.key}" is longer than ${most} characters`, 'shorten it');
}
function readTable(entry, complain) {
    const table = readShort(entry, parse_dataset_MAX_IDENTIFIER, complain);
    if (!entry || table === undefined)
        return undefined;
    if (table.includes('.')) {
        return complain(entry.value.line, `"${table}" has a dot in it`, 'name a table of the schema db-name');
    }
    if (!/^(ops_|databasechangelog)/i.test(table))
        return table;
    return complain(entry.value.line, `"${table}" is a table of db-deploy itself`, 'name a staging table');
}
function readGlob(entry, complain) {
    const written = yaml_fields_readName(entry, complain);
    if (!entry || written === undefined)
        return undefined;
    const path = resolvePath(written);
    if (typeof path !== 'string')
        return complain(entry.value.line, path.message, path.fix);
    if (/[[\]{}]/.test(path)) {
        return complain(entry.value.line, `"${written}" has brackets in it`, 'use * (any text), ? (one character) and ** (any folders) alone');
    }
    if (/(\.csv|\.csv\.gz|\*)$/.test(path))
        return path;
    return complain(entry.value.line, `"${written}" names no CSV files`, 'let it end in .csv, .csv.gz or *; of what it finds, only .csv and .csv.gz are read');
}
function parse_dataset_readKey(fields, columns, complain) {
    const entry = fields.get('key');
    const names = yaml_fields_readNames(entry, complain);
    if (entry && names.length === 0 && entry.value.kind === 'list') {
        complain(entry.value.line, '"key" is empty', 'name the columns that make a row of staging unique');
    }
    const seen = new Set();
    for (const { text, line } of names) {
        if (seen.has(text))
            complain(line, `"key" names "${text}" twice`, 'keep one');
        seen.add(text);
        requireColumn('key', text, line, columns, complain);
    }
    return [...seen];
}
function readWatermark(entry, columns, complain) {
    const name = yaml_fields_readName(entry, complain);
    if (!entry || name === undefined)
        return undefined;
    const column = requireColumn('watermark', name, entry.value.line, columns, complain);
    if (!column || ORDERED.includes(column.type.kind))
        return name;
    return complain(entry.value.line, `"watermark" cannot be "${name}": its type is ${column.type.kind}`, `name a column of type ${ORDERED.join(', ')} that grows with every change in the source`);
}
/** A row without key or watermark could be neither found again nor ordered. */
function requireColumn(what, name, line, columns, complain) {
    const column = columns.find((candidate) => candidate.name === name);
    if (column?.required)
        return column;
    if (column) {
        return complain(line, `"${what}" names "${name}", which may be empty`, 'set "required: true" on it');
    }
    // Where the columns could not be read at all, that is the problem.
    if (columns.length === 0)
        return undefined;
    const names = columns.map((candidate) => candidate.name);
    const meant = (0,did_you_mean/* closest */.k)(name, names);
    const fix = meant === undefined ? `the columns are ${names.join(', ')}` : (0,did_you_mean/* didYouMean */.a)(meant);
    return complain(line, `"${what}" names "${name}", which is not among the columns`, fix);
}
function readLimit(entry, complain) {
    const text = readRaw(entry, complain)?.trim();
    if (!entry || text === undefined)
        return { kind: 'rows', rows: 0 };
    if (/^\d{1,15}$/.test(text))
        return { kind: 'rows', rows: Number(text) };
    const percent = /^(\d{1,3}(?:\.\d+)?) ?%$/.exec(text)?.[1];
    if (percent !== undefined && Number(percent) <= 100)
        return { kind: 'percent', percent: Number(percent) };
    complain(entry.value.line, `"maxRejected" cannot be ${describeNode(entry.value)}`, 'write a number of rows, or a share such as "1%"');
    return { kind: 'rows', rows: 0 };
}
/** May be empty, which is the default. */
function readNullText(entry, complain) {
    const text = readRaw(entry, complain) ?? '';
    if (!entry || !/["\r\n]/.test(text))
        return text;
    complain(entry.value.line, '"null" has quotes or line breaks in it', 'name a text that can stand unquoted');
    return '';
}

;// CONCATENATED MODULE: ./lib/pipeline/parse-manifest.js






const CODE = 'invalid-manifest';
/** Parses `data/pipeline.yml` and reports everything that is wrong with it, by line. */
function parseManifest(text, file) {
    const yaml = parseYaml(text, file, CODE);
    const problems = [...yaml.problems];
    const complain = complainTo(problems, file, CODE);
    const parsed = yaml.root ? parseRoot(yaml.root, file, complain) : NOTHING;
    return {
        ...parsed,
        problems: problems.toSorted((left, right) => (left.at?.line ?? 0) - (right.at?.line ?? 0)),
    };
}
const NOTHING = { datasets: [], transforms: [], checksFile: undefined, builtinChecks: undefined };
function parseRoot(root, file, complain) {
    if (root.kind === 'nothing') {
        complain(root.line, 'the file is empty', 'begin it with "datasets:" and list the CSV sources under it');
        return NOTHING;
    }
    const keys = { required: ['datasets'], optional: ['transforms', 'checks'] };
    const fields = readFields(root, keys, complain);
    if (!fields)
        return NOTHING;
    const checks = fields.get('checks');
    const known = checks && readFields(checks.value, CHECK_KEYS, complainAbout(complain, 'checks'));
    const checksFile = known?.get('file');
    const path = yaml_fields_readName(checksFile, complain);
    return {
        datasets: parseDatasets(fields.get('datasets'), file, complain),
        transforms: parseTransforms(fields.get('transforms'), file, complain),
        checksFile: checksFile && path !== undefined
            ? nameFile({ text: path, line: checksFile.value.line }, file, complain)
            : undefined,
        builtinChecks: known?.get('builtin')?.value,
    };
}
const CHECK_KEYS = { required: [], optional: ['file', 'builtin'] };
function parseDatasets(entry, file, complain) {
    if (!entry)
        return [];
    const { value } = entry;
    if (value.kind !== 'list' || value.items.length === 0) {
        const found = value.kind === 'list' ? 'an empty list' : describeNode(value);
        complain(value.line, `"datasets" must be a list, not ${found}`, 'list the CSV sources: "- name:"');
        return [];
    }
    const datasets = value.items.flatMap((item) => parseDataset(item, file, complain) ?? []);
    complainOfTwins(datasets, complain);
    return datasets;
}
/** Checkpoints and loaded files are kept by the name. */
function complainOfTwins(datasets, complain) {
    const seen = new Map();
    for (const dataset of datasets) {
        const first = seen.get(dataset.name);
        seen.set(dataset.name, first ?? dataset);
        if (!first)
            continue;
        const message = `dataset "${dataset.name}" is declared already on line ${first.at.line}`;
        complain(dataset.at.line, message, 'give it another name');
    }
}
function parseTransforms(entry, file, complain) {
    return yaml_fields_readNames(entry, complain).flatMap((name) => nameFile(name, file, complain) ?? []);
}
function nameFile(name, file, complain) {
    const path = resolvePath(name.text);
    if (typeof path === 'string')
        return { path, at: { file, line: name.line } };
    return complain(name.line, path.message, path.fix);
}

;// CONCATENATED MODULE: ./lib/files/read-manifest.js











/** Whether there is something by that name; whether it can be read is for `readManifest` to say. */
function hasManifest(workingDirectory, file) {
    return (0,external_node_fs_.existsSync)((0,external_node_path_.join)(workingDirectory, file));
}
/**
 * Reads the manifest and every SQL file that it names; throws all problems of all of them as one error. CSV files are
 * not looked for: that needs `listCsvFiles`, and no database is needed for either.
 */
async function readManifest(workingDirectory, file) {
    const resolved = resolvePath(file);
    const path = typeof resolved === 'string' ? resolved : file;
    const text = readText(workingDirectory, path);
    if (typeof text !== 'string') {
        (0,lib_errors/* refuse */.TR)([read_manifest_describeUnreadable({ ...text, message: `pipeline-file: ${text.message}` }, path, undefined)]);
        return Promise.reject(new Error('unreachable'));
    }
    const parsed = parseManifest(text, path);
    const problems = [...parsed.problems];
    const transforms = parsed.transforms.flatMap((named) => read_manifest_readSqlFile(workingDirectory, named, problems) ?? []);
    problems.push(...transforms.flatMap(judgeTransform));
    const checks = [
        ...readSqlChecks(workingDirectory, parsed.checksFile, problems),
        ...parseBuiltinChecks(parsed.builtinChecks, path, complainTo(problems, path, 'invalid-manifest')),
    ];
    problems.push(...findTwinChecks(checks));
    (0,lib_errors/* refuse */.TR)(problems);
    return Promise.resolve({ file: path, datasets: parsed.datasets, transforms, checks });
}
function readSqlChecks(root, named, problems) {
    if (!named)
        return [];
    const text = readText(root, named.path);
    if (typeof text !== 'string') {
        problems.push(read_manifest_describeUnreadable(text, named.path, named.at));
        return [];
    }
    const parsed = parseSqlChecks(text, named.path);
    problems.push(...parsed.problems);
    return parsed.checks;
}
function read_manifest_readSqlFile(root, { path, at }, problems) {
    const text = readText(root, path);
    if (typeof text !== 'string') {
        problems.push(read_manifest_describeUnreadable(text, path, at));
        return undefined;
    }
    const { statements, problems: found } = splitStatements(text, path);
    problems.push(...found);
    return { path, statements, checksum: checksum(statements) };
}
function read_manifest_describeUnreadable(file, path, namedAt) {
    const { code, message, fix, line } = file;
    const at = line === undefined ? namedAt : { file: path, line };
    return at === undefined ? { code, message, fix } : { code, message, fix, at };
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/checkpoint.js

const SELECT_CHECKPOINT = 'SELECT last_watermark AS watermark FROM ops_checkpoints WHERE dataset = ?';
const UPSERT_CHECKPOINT = `INSERT INTO ops_checkpoints (dataset, last_watermark, updated_at, run_id)
  VALUES (?, ?, UTC_TIMESTAMP(3), ?) AS new
  ON DUPLICATE KEY UPDATE last_watermark = new.last_watermark, updated_at = new.updated_at, run_id = new.run_id`;
const SELECT_LOADED = 'SELECT sha256 FROM ops_loaded_files WHERE dataset = ? AND sha256 = ?';
/** The same bytes under two names in one run are one file. */
const INSERT_LOADED = `INSERT INTO ops_loaded_files (dataset, file, sha256, run_id, loaded_at)
  VALUES (?, ?, ?, ?, UTC_TIMESTAMP(3)) AS new ON DUPLICATE KEY UPDATE run_id = ops_loaded_files.run_id`;
/** The greatest source timestamp up to which a dataset was fully loaded. */
async function readCheckpoint(session, dataset) {
    const [row] = await readRows(session, SELECT_CHECKPOINT, [dataset]);
    return row?.watermark ?? undefined;
}
/** Whether a file with these bytes was loaded into the dataset before, under whatever name. */
async function isLoaded(session, dataset, sha256) {
    const rows = await readRows(session, SELECT_LOADED, [dataset, sha256]);
    return rows.length > 0;
}
/** Part of the transaction that loads the last rows: what it says is true exactly if they are there. */
async function recordLoaded(session, dataset, files, watermark, runId) {
    for (const { file, sha256 } of files)
        await write(session, INSERT_LOADED, [dataset, file, sha256, runId]);
    if (watermark !== undefined)
        await write(session, UPSERT_CHECKPOINT, [dataset, watermark, runId]);
}

;// CONCATENATED MODULE: ./lib/pipeline/load-line.js
/** What begins and ends values, lines and escapes in a line of LOAD DATA. */
const SPECIAL = /[\\\t\n]/;
const load_line_ESCAPES = { '\\': '\\\\', '\t': '\\t', '\n': '\\n' };
/**
 * Writes rows as LOAD DATA reads them, with tabs between the values: two rows have the same line exactly if they have
 * the same values, NULL and the text `\N` told apart. Only text and JSON can hold what has a meaning there.
 */
function lineWriter(columns) {
    const needsEscape = columns.map(({ type }) => type.kind === 'string' || type.kind === 'json');
    const fields = [];
    return (values) => {
        for (let index = 0; index < needsEscape.length; index += 1) {
            const value = values[index];
            fields[index] = value === null ? '\\N' : needsEscape[index] ? escaped(value) : value;
        }
        // Unlike `+`, this makes a text of its own, which does not keep the whole piece of the file in memory.
        return fields.join('\t');
    };
}
function escaped(value) {
    return SPECIAL.test(value) ? value.replaceAll(/[\\\t\n]/g, (sign) => load_line_ESCAPES[sign]) : value;
}
/** The values of a line, as they went in. */
function lineValues(line) {
    return line.split('\t').map((field) => {
        if (field === '\\N')
            return null;
        return field.includes('\\')
            ? field.replaceAll(/\\([\\tn])/g, (_, sign) => (sign === 't' ? '\t' : sign === 'n' ? '\n' : '\\'))
            : field;
    });
}

;// CONCATENATED MODULE: ./lib/pipeline/reject-limit.js
/** Beyond so many rejected rows nobody learns from one more: where they are too many already, reading stops. */
const ENOUGH = 10_000;
/** Whether a dataset has more rejected rows than its manifest allows. */
function isOverLimit(limit, rejected, read) {
    return limit.kind === 'rows' ? rejected > limit.rows : rejected * 100 > limit.percent * read;
}
/** Whether it can be given up before its end. */
function isHopeless(limit, rejected, read) {
    return rejected > ENOUGH && isOverLimit(limit, rejected, read);
}
/** In words, for a message. */
function describeLimit(limit) {
    return limit.kind === 'rows' ? String(limit.rows) : `${limit.percent}% of the rows`;
}

;// CONCATENATED MODULE: ./lib/pipeline/judge-number.js
const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;
const [ZERO, NINE, POINT] = [48, 57, 46];
/** Digits that fit into 32 bits, whatever they are. */
const SAFE_DIGITS = 9;
/** A whole number of 64 bits. */
function judgeBigint(text) {
    return judgeInteger(text, '9223372036854775807', '9223372036854775808');
}
/** A whole number of 32 bits. */
function judgeInt(text) {
    return judgeInteger(text, '2147483647', '2147483648');
}
function judgeInteger(text, greatest, least) {
    if (text.length <= SAFE_DIGITS && hasDigits(text, 0, text.length) && !text.startsWith('0'))
        return text;
    if (!INTEGER.test(text))
        return undefined;
    const isNegative = text.startsWith('-');
    const digits = withoutZeros(text.replace(/^[+-]/, ''));
    const limit = isNegative ? least : greatest;
    if (digits.length > limit.length || (digits.length === limit.length && digits > limit))
        return undefined;
    return isNegative && digits !== '0' ? `-${digits}` : digits;
}
/** An exact number; zeros at either end do not count, other digits that do not fit are never cut off. */
function decimalJudge(precision, scale, shownScale) {
    const padding = '0'.repeat(shownScale);
    const mostDigits = precision - scale;
    return (text) => {
        if (shownScale === scale && isShown(text, mostDigits, scale))
            return text;
        const parts = DECIMAL.exec(text);
        if (!parts)
            return undefined;
        const whole = withoutZeros(parts[2]);
        const fraction = (parts[3] ?? '').replace(/0+$/, '');
        if (fraction.length > scale || (whole === '0' ? 0 : whole.length) > precision - scale)
            return undefined;
        const isZero = whole === '0' && fraction === '';
        const sign = parts[1] === '-' && !isZero ? '-' : '';
        return shownScale === 0
            ? `${sign}${whole}`
            : `${sign}${whole}.${(fraction + padding).slice(0, shownScale)}`;
    };
}
/** Whether it stands there as the server would show it: nearly every value does, so no pattern reads it. */
function isShown(text, mostDigits, scale) {
    const point = scale === 0 ? text.length : text.length - scale - 1;
    if (point < 1 || point > mostDigits || !hasDigits(text, 0, point))
        return false;
    if (text.charCodeAt(0) === ZERO)
        return false;
    return scale === 0 || (text.charCodeAt(point) === POINT && hasDigits(text, point + 1, text.length));
}
function hasDigits(text, from, to) {
    for (let at = from; at < to; at += 1) {
        const unit = text.charCodeAt(at);
        if (unit < ZERO || unit > NINE)
            return false;
    }
    return to > from;
}
function withoutZeros(digits) {
    return digits.length > 1 && digits.startsWith('0') ? digits.replace(/^0+(?=\d)/, '') : digits;
}
/** `true`, `false`, `1` or `0`; other words are refused rather than guessed. */
function judgeBoolean(text) {
    switch (text.toLowerCase()) {
        case 'true':
        case '1':
            return '1';
        case 'false':
        case '0':
            return '0';
        default:
            return undefined;
    }
}
/** Orders two whole numbers that a judge has let through. */
function compareIntegers(left, right) {
    const isNegative = left.startsWith('-');
    if (isNegative !== right.startsWith('-'))
        return isNegative ? -1 : 1;
    const order = left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
    return isNegative ? -order : order;
}

;// CONCATENATED MODULE: ./lib/pipeline/watermark.js

/** Days and instants in the server's form are in the order of their text. */
function watermarkOrder({ columns, watermark }) {
    const kind = columns.find(({ name }) => name === watermark)?.type.kind;
    if (kind === 'bigint' || kind === 'int')
        return compareIntegers;
    return (left, right) => (left < right ? -1 : left > right ? 1 : 0);
}
/**
 * Where the checkpoint stands after a load: never before it stood, and never after a row that was rejected, so that
 * the corrected row is not late.
 */
function advanceCheckpoint(before, { greatest, leastRejected, hasUnknown }, compare) {
    if (hasUnknown || greatest === undefined)
        return before;
    const reached = leastRejected !== undefined && compare(leastRejected, greatest) < 0 ? leastRejected : greatest;
    return before === undefined || compare(reached, before) > 0 ? reached : before;
}

;// CONCATENATED MODULE: ./lib/pipeline/csv-header.js

/** Finds the columns of a dataset in the header of a file, in whatever order; every problem with it is at its line. */
function checkCsvHeader(header, dataset, file) {
    const problems = [];
    const complain = (message, fix) => {
        problems.push({ code: 'invalid-csv', message: `header: ${message}`, at: { file, line: 1 }, fix });
    };
    const names = dataset.columns.map(({ name }) => name);
    const missing = names.filter((name) => !header.includes(name));
    for (const name of missing) {
        const meant = (0,did_you_mean/* closest */.k)(name, header.filter((field) => !names.includes(field)));
        const instead = meant === undefined ? '' : `; it has ${csv_header_quote(meant)}`;
        complain(`the column ${csv_header_quote(name)} is missing${instead}`, 'names must be as in the manifest, case included');
    }
    const extra = header.filter((field) => !names.includes(field));
    if (dataset.onExtraColumn === 'fail') {
        for (const field of new Set(extra))
            complain(`unknown column ${csv_header_quote(field)}`, fixOfExtra(field, missing));
    }
    const twice = names.filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
    for (const name of twice)
        complain(`the column ${csv_header_quote(name)} stands there twice`, 'keep one of them');
    return { layout: { width: header.length, positions: names.map((name) => header.indexOf(name)) }, problems };
}
function fixOfExtra(field, missing) {
    const meant = (0,did_you_mean/* closest */.k)(field, missing);
    if (meant !== undefined)
        return (0,did_you_mean/* didYouMean */.a)(meant);
    return 'add it to the columns of the manifest, or set "onExtraColumn: ignore"';
}
function csv_header_quote(name) {
    return JSON.stringify(name.slice(0, 80));
}

;// CONCATENATED MODULE: ./lib/pipeline/judge-time.js
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** The server's own range for DATE and DATETIME. */
const FIRST_YEAR = 1000;
const LAST_YEAR = 9999;
const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;
const USUAL_LENGTH = 'YYYY-MM-DDTHH:MM:SSZ'.length;
const [judge_time_ZERO, judge_time_NINE, DASH, COLON, T, BLANK, Z] = Array.from('09-:T Z', (sign) => sign.charCodeAt(0));
/** A day that the calendar has, as `YYYY-MM-DD`. */
function judgeDate(text) {
    return text.length === 10 && isDay(text) ? text : undefined;
}
/**
 * An instant in ISO 8601, in UTC; without a zone it is UTC already. Up to a millionth of a second is kept: digits that
 * the column has no room for are refused, zeros aside.
 */
function datetimeJudge(fractionDigits) {
    const noFraction = fractionDigits === 0 ? '' : `.${'0'.repeat(fractionDigits)}`;
    return (text) => {
        if (isUsual(text))
            return `${text.slice(0, 10)} ${text.slice(11, 19)}${noFraction}`;
        return judgeUnusual(text, fractionDigits);
    };
}
/** `2026-01-05T09:30:00Z`, also with a blank or without the zone: nearly every value, so no pattern reads it. */
function isUsual(text) {
    return ((text.length === USUAL_LENGTH ? text.charCodeAt(19) === Z : text.length === USUAL_LENGTH - 1) &&
        (text.charCodeAt(10) === T || text.charCodeAt(10) === BLANK) &&
        text.charCodeAt(13) === COLON &&
        text.charCodeAt(16) === COLON &&
        isDay(text) &&
        twoDigits(text, 11) < 24 &&
        twoDigits(text, 14) < 60 &&
        twoDigits(text, 17) < 60);
}
function judgeUnusual(text, fractionDigits) {
    const parts = ISO.exec(text);
    if (!parts)
        return undefined;
    const [, date = '', hours, minutes, seconds = '00', fraction = '', zone = 'Z'] = parts;
    const shown = fraction.replace(/0+$/, '');
    if (!isDay(date) || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59)
        return undefined;
    if (shown.length > fractionDigits)
        return undefined;
    const local = `${date} ${hours}:${minutes}:${seconds}`;
    const utc = zone.toUpperCase() === 'Z' ? local : toUtc(local, zone);
    if (utc === undefined || fractionDigits === 0)
        return utc;
    return `${utc}.${shown.padEnd(fractionDigits, '0')}`;
}
/** Offsets are of whole minutes, so the part of a second stays as it is. */
function toUtc(local, zone) {
    const hours = Number(zone.slice(1, 3));
    const minutes = Number(zone.slice(3).replace(':', '') || '0');
    if (hours > 14 || minutes > 59)
        return undefined;
    const offset = (hours * 60 + minutes) * (zone.startsWith('-') ? -1 : 1);
    const instant = new Date(Date.parse(`${local.replace(' ', 'T')}Z`) - offset * 60_000);
    const year = instant.getUTCFullYear();
    if (year < FIRST_YEAR || year > LAST_YEAR)
        return undefined;
    return instant.toISOString().slice(0, 19).replace('T', ' ');
}
/** Whether a text begins with a day of the calendar. */
function isDay(text) {
    if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH)
        return false;
    const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
    const month = twoDigits(text, 5);
    const day = twoDigits(text, 8);
    if (!(year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1))
        return false;
    return day <= (month === 2 && isLeap(year) ? 29 : DAYS[month - 1]);
}
function isLeap(year) {
    return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
/** NaN, which is neither smaller nor greater than anything, where there are no digits. */
function twoDigits(text, at) {
    const [tens, ones] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
    if (!(tens >= judge_time_ZERO && tens <= judge_time_NINE && ones >= judge_time_ZERO && ones <= judge_time_NINE))
        return Number.NaN;
    return (tens - judge_time_ZERO) * 10 + (ones - judge_time_ZERO);
}

;// CONCATENATED MODULE: ./lib/pipeline/judge-value.js


/** Makes the judge of a column; made once a file, asked once a row. */
function columnJudge(column, storage) {
    const { type } = column;
    switch (type.kind) {
        case 'bigint':
            return judge_value_plain(judgeBigint, 'is no bigint (a whole number of 64 bits)');
        case 'int':
            return judge_value_plain(judgeInt, 'is no int (a whole number of 32 bits)');
        case 'decimal': {
            const { precision, scale } = type;
            const what = `is no decimal(${precision},${scale})`;
            return judge_value_plain(decimalJudge(precision, scale, storage.scale), what);
        }
        case 'date':
            return judge_value_plain(judgeDate, 'is no date (YYYY-MM-DD, a day of the calendar from the year 1000 on)');
        case 'datetime':
            return judge_value_plain(datetimeJudge(storage.fractionDigits), `is no datetime (ISO 8601, from the year 1000 on, at most ${storage.fractionDigits} digits of a second)`);
        case 'boolean':
            return judge_value_plain(judgeBoolean, 'is no boolean (true, false, 1 or 0)');
        case 'json':
            return { judge: judgeJson, explain: () => 'is no JSON', needsEscape: true };
        case 'string':
            return stringJudge(column, storage);
    }
}
function judge_value_plain(judge, what) {
    return { judge, explain: () => what, needsEscape: false };
}
function judgeJson(text) {
    try {
        JSON.parse(text);
        return text;
    }
    catch {
        return undefined;
    }
}
function stringJudge({ pattern, maxLength }, storage) {
    const most = Math.min(maxLength ?? Infinity, storage.maxLength ?? Infinity);
    return {
        judge: (text) => {
            if (text.length > most && isLonger(text, most))
                return undefined;
            return pattern === undefined || pattern.test(text) ? text : undefined;
        },
        explain: (text) => isLonger(text, most)
            ? `is longer than ${most} characters`
            : `does not match the pattern ${pattern?.source}`,
        needsEscape: true,
    };
}
/** In characters, of which one may be two units of UTF-16. */
function isLonger(text, most) {
    if (text.length <= most)
        return false;
    return text.length > most * 2 || Array.from(text).length > most;
}

;// CONCATENATED MODULE: ./lib/pipeline/judge-row.js

const SHOWN_VALUE = 60;
const NUL = '\0';
/** Makes the judge of a file's rows. */
function rowJudge(dataset, layout, storage) {
    const { columns, nullText } = dataset;
    const judges = columns.map((column, index) => columnJudge(column, storage[index]));
    const { positions, width } = layout;
    const required = columns.map((column) => column.required);
    const isNull = (text, note, position) => text === nullText && note?.quoted?.[position] !== true;
    return (fields, note, values) => {
        if (fields.length !== width || note?.broken !== undefined)
            return [describeShape(fields, width, note)];
        let isWrong = false;
        for (let index = 0; index < positions.length; index += 1) {
            const position = positions[index];
            const text = fields[position];
            if (isNull(text, note, position)) {
                values[index] = null;
                if (required[index])
                    isWrong = true;
                continue;
            }
            const value = judges[index].judge(text);
            if (value === undefined || (judges[index].needsEscape && value.includes(NUL)))
                isWrong = true;
            else
                values[index] = value;
        }
        if (!isWrong)
            return undefined;
        return columns.flatMap((column, index) => {
            const position = positions[index];
            const text = fields[position];
            return explain(column, judges[index], text, isNull(text, note, position)) ?? [];
        });
    };
}
function describeShape(fields, width, note) {
    const { length } = fields;
    return note?.broken ?? `${length} ${length === 1 ? 'field' : 'fields'} where the header has ${width}`;
}
function explain(column, judge, text, isNull) {
    const { name, required, sensitive, type } = column;
    if (isNull)
        return required ? `${name}: is required` : undefined;
    if (text === '' && type.kind !== 'string')
        return `${name}: is empty, which only unquoted text can be`;
    if (text.includes(NUL))
        return `${name}: has a NUL character in it`;
    if (judge.judge(text) !== undefined)
        return undefined;
    const shown = sensitive ? '' : `${JSON.stringify(shorten(text))} `;
    return `${name}: ${shown}${judge.explain(text)}`;
}
function shorten(text) {
    return text.length <= SHOWN_VALUE
        ? text
        : `${Array.from(text.slice(0, SHOWN_VALUE)).slice(0, -1).join('')}…`;
}

;// CONCATENATED MODULE: ./lib/pipeline/masked-row.js
const MASK = '***';
const MAX_RAW = 4000;
/**
 * A rejected row as CSV, for people. What the manifest calls sensitive is masked; so is all that cannot be told apart
 * from it: fields of unknown columns, and every field where their number is wrong or their quotes are broken.
 */
function maskedRow(fields, { columns }, { width, positions }, isBroken) {
    const hasSecrets = columns.some(({ sensitive }) => sensitive);
    const isAligned = fields.length === width && !isBroken;
    const shown = new Set(positions.filter((_, index) => !columns[index].sensitive));
    let raw = '';
    for (const [position, field] of fields.entries()) {
        const isShown = !hasSecrets || (isAligned && shown.has(position));
        raw += `${position === 0 ? '' : ','}${isShown ? masked_row_quoted(field) : MASK}`;
        if (raw.length > MAX_RAW)
            return `${raw.slice(0, MAX_RAW).toWellFormed()}…`;
    }
    return raw;
}
function masked_row_quoted(field) {
    return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/read-rows.js




/** Reads a file to its end; `use` gets each row, `pause` is awaited after some thousand of them. */
async function readRowsOf(file, dataset, table, sha256, use, pause) {
    const reading = file.read();
    let layout;
    let judge;
    const values = [];
    for await (const batch of reading.batches) {
        const begin = layout ? 0 : 1;
        layout ??= read_rows_readHeader(batch, dataset, file.file);
        judge ??= rowJudge(dataset, layout, table.storage);
        for (let index = begin; index < batch.rows.length; index += 1) {
            const fields = batch.rows[index];
            const note = batch.notes.get(index);
            const reasons = judge(fields, note, values);
            const shape = layout;
            const raw = () => maskedRow(fields, dataset, shape, read_rows_isBroken(note));
            use({ line: batch.lines[index], values, reasons, raw });
        }
        await pause(reading.bytesRead());
    }
    if (!layout)
        throw empty(file.file);
    if (reading.digest() !== sha256)
        throw changedMeanwhile(file.file);
}
function read_rows_readHeader(batch, dataset, file) {
    const broken = batch.notes.get(0)?.broken;
    if (broken !== undefined) {
        (0,lib_errors/* refuse */.TR)([{ code: 'invalid-csv', message: `header: ${broken}`, at: { file, line: 1 }, fix: 'correct it' }]);
    }
    const { layout, problems } = checkCsvHeader(batch.rows[0], dataset, file);
    (0,lib_errors/* refuse */.TR)(problems);
    return layout;
}
function read_rows_isBroken(note) {
    return note?.broken !== undefined;
}
function empty(file) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'invalid-csv',
        message: `${file} is empty: it has not even a header`,
        at: { file, line: 1 },
        fix: 'see that its export succeeded; a file without rows has a header',
    });
}
function changedMeanwhile(file) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'invalid-csv',
        message: `${file} changed while it was read; nothing of it was loaded`,
        at: { file, line: 1 },
        fix: 'write it under another name and rename it when it is complete, then run again',
    });
}

;// CONCATENATED MODULE: ./lib/pipeline/seen-keys.js
/** A block is a line of the processor's cache: one key touches one of them. */
const WORDS_IN_BLOCK = 16;
const BITS_OF_KEY = 8;
const LEAST_BYTES = 64 * 1024;
const seen_keys_MOST_BYTES = 32 * 1024 * 1024;
/**
 * A blocked Bloom filter for about so many keys. At a million keys it errs about once in a billion; beyond some ten
 * million it errs more often, which costs a second look at the file and never an error.
 */
function seenKeys(expected) {
    const bytes = Math.min(seen_keys_MOST_BYTES, Math.max(LEAST_BYTES, 2 ** Math.ceil(Math.log2(expected * 16 + 1))));
    const words = new Uint32Array(bytes / 4);
    const blocks = words.length / WORDS_IN_BLOCK;
    return {
        add(key) {
            let [low, high] = [0x811c9dc5, 0x9747b28c];
            for (let index = 0; index < key.length; index += 1) {
                const unit = key.charCodeAt(index);
                low = Math.imul(low ^ unit, 0x01000193);
                high = Math.imul(high ^ unit, 0x5bd1e995);
                high ^= high >>> 15;
            }
            [low, high] = [mix(low), mix(high ^ low)];
            const block = (high % blocks) * WORDS_IN_BLOCK;
            let wasSeen = true;
            for (let bit = 0; bit < BITS_OF_KEY; bit += 1) {
                low = Math.imul(low, 0x2c1b3c6d) + 0x297a2d39;
                const place = (low ^ (low >>> 15)) >>> 0;
                const word = block + (place & (WORDS_IN_BLOCK - 1));
                const mask = 1 << ((place >>> 4) & 31);
                if ((words[word] & mask) === 0)
                    wasSeen = false;
                words[word] |= mask;
            }
            return wasSeen;
        },
    };
}
/** Spreads every bit of a number over all of them. */
function mix(value) {
    let mixed = value ^ (value >>> 16);
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/twin-rows.js



/** Keys that are held at once; a file with more twins than this was put together by mistake. */
const MOST_HELD = 500_000;
/** Of a file that has about so many rows. */
function twinFinder(dataset, lineOf, file, expectedRows) {
    const positions = dataset.key.map((name) => dataset.columns.findIndex((column) => column.name === name));
    const kind = dataset.columns[positions[0]]?.type.kind;
    const isNumber = positions.length === 1 && (kind === 'bigint' || kind === 'int');
    const seen = seenKeys(expectedRows);
    const held = new Map();
    let greatest;
    const keyOf = ({ values }) => {
        let key = values[positions[0]];
        for (let index = 1; index < positions.length; index += 1)
            key += `\0${values[positions[index]]}`;
        return key;
    };
    return {
        mayBeTwin(row) {
            const key = keyOf(row);
            const wasSeen = seen.add(key);
            // A number above all others is new, whatever the filter says: in files that are nearly in order it never errs.
            if (isNumber && (greatest === undefined || compareIntegers(key, greatest) > 0)) {
                greatest = key;
                return false;
            }
            if (!wasSeen)
                return false;
            if (!held.has(key))
                held.set(detached(key), { heldAt: row.line });
            if (held.size > MOST_HELD)
                throw tooManyTwins(dataset, file);
            return true;
        },
        hasHeld: () => held.size > 0,
        resolve(row) {
            const twin = held.get(keyOf(row));
            if (!twin)
                return 'other';
            const line = lineOf(row.values);
            if (!twin.first) {
                twin.first = { at: row.line, line: detached(line) };
                return twin.heldAt === row.line ? 'first' : 'other';
            }
            return twin.first.line === line ? 'repeated' : { conflictsWith: twin.first.at };
        },
    };
}
/** A copy: a part of a text would keep all of it in memory. */
function detached(text) {
    return Buffer.from(text).toString();
}
function tooManyTwins({ key }, file) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'invalid-csv',
        message: `more than ${MOST_HELD} keys (${key.join(', ')}) stand in ${file} more than once`,
        at: { file, line: 1 },
        fix: 'see whether the file was put together from several; leave one row a key in it',
    });
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/ingest-file.js




/** About what a row takes, to guess how many there are. */
const ROW_BYTES = 40;
/** Thrown through the reader to end it early; caught here. */
class Hopeless extends Error {
}
/** Reads and judges a file and sends its good rows to the server, where they wait to be merged. */
async function ingestFile(ingest, file, sha256) {
    const counts = { read: 0, late: 0, repeated: 0, rejected: 0 };
    let isWhole = true;
    try {
        await readTwice(ingest, file, sha256, counts);
    }
    catch (error) {
        if (!(error instanceof Hopeless))
            throw error;
        isWhole = false;
    }
    await ingest.rejected.flush();
    return { ...counts, ...(await ingest.sender.endFile()), isWhole };
}
async function readTwice(ingest, file, sha256, counts) {
    const { dataset, sender } = ingest;
    const { maxRejected } = dataset;
    const expected = (file.bytes * (file.file.endsWith('.gz') ? 8 : 1)) / ROW_BYTES;
    const twins = twinFinder(dataset, ingest.lineOf, file.file, expected);
    let lines = [];
    const pause = async (bytesRead) => {
        requireGoing(ingest.signal, 'nothing of this dataset is in staging');
        const ready = lines;
        lines = [];
        await sender.push(ready);
        await ingest.rejected.flush();
        if (isHopeless(maxRejected, counts.rejected, counts.read))
            throw new Hopeless();
        ingest.onRows(file, counts.read, bytesRead);
    };
    const first = (row) => {
        counts.read += 1;
        if (row.reasons)
            reject(ingest, file, row, row.reasons.join('; '), counts);
        else if (isLate(ingest, row))
            counts.late += 1;
        else if (!twins.mayBeTwin(row))
            lines.push(accept(ingest, row));
    };
    await readRowsOf(file, dataset, ingest.table, sha256, first, pause);
    if (!twins.hasHeld())
        return;
    const second = (row) => {
        if (row.reasons || isLate(ingest, row))
            return;
        const verdict = twins.resolve(row);
        if (verdict === 'first')
            lines.push(accept(ingest, row));
        else if (verdict === 'repeated')
            counts.repeated += 1;
        else if (verdict !== 'other')
            reject(ingest, file, row, describeConflict(ingest, row, verdict.conflictsWith), counts);
    };
    await readRowsOf(file, dataset, ingest.table, sha256, second, pause);
}
/** Ends a load that was cancelled, between two statements. */
function requireGoing(signal, state) {
    if (!signal?.aborted)
        return;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'interrupted',
        message: `interrupted while CSV files were loaded; ${state}`,
        fix: 'run again',
    });
}
function isLate({ dataset, checkpoint, compare }, row) {
    if (dataset.late === 'load' || checkpoint === undefined)
        return false;
    return compare(watermarkOf(dataset, row), checkpoint) < 0;
}
function watermarkOf({ columns, watermark }, { values }) {
    for (let index = 0; index < columns.length; index += 1) {
        if (columns[index].name === watermark)
            return values[index] ?? undefined;
    }
    return undefined;
}
function accept(ingest, row) {
    const { dataset, watermarks, compare } = ingest;
    const watermark = watermarkOf(dataset, row);
    if (watermarks.greatest === undefined || compare(watermark, watermarks.greatest) > 0) {
        watermarks.greatest = watermark;
    }
    return ingest.lineOf(row.values);
}
function reject(ingest, file, row, reason, counts) {
    const { dataset, watermarks, compare } = ingest;
    counts.rejected += 1;
    ingest.rejected.add({ file: file.file, line: row.line, reason, raw: row.raw() });
    const watermark = watermarkOf(dataset, row);
    if (watermark === undefined)
        watermarks.hasUnknown = true;
    else if (watermarks.leastRejected === undefined || compare(watermark, watermarks.leastRejected) < 0)
        watermarks.leastRejected = watermark;
}
function describeConflict({ dataset }, { values }, line) {
    const key = dataset.key.map((name) => {
        const index = dataset.columns.findIndex((column) => column.name === name);
        return dataset.columns[index].sensitive ? name : `${name} ${String(values[index]).slice(0, 60)}`;
    });
    return `${key.join(', ')}: line ${line} has the same key and other values`;
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/dataset-load.js




const NO_ROWS = {
    ...{ read: 0, new: 0, changed: 0, unchanged: 0, late: 0, stale: 0, repeated: 0, rejected: 0 },
};
/** Reads and judges the files and gives their good rows to the sender, until there is no hope for them. */
async function readFiles(load, sender, rejected) {
    const { dataset, table, checkpoint, options } = load;
    const compare = watermarkOrder(dataset);
    const watermarks = { greatest: undefined, leastRejected: undefined, hasUnknown: false };
    const onRows = ({ file, bytes }, rows, bytesRead) => options.progress?.({ dataset: dataset.name, file, rows, bytesRead, bytes });
    const lineOf = lineWriter(dataset.columns);
    const common = { dataset, table, lineOf, sender, rejected, checkpoint, compare, watermarks, onRows };
    const tallies = [];
    for (const { csv, sha256 } of load.files) {
        const tally = await ingestFile({ ...common, signal: options.signal }, csv, sha256);
        tallies.push(tally);
        if (!tally.isWhole)
            break;
    }
    return {
        tallies,
        checkpoint: advanceCheckpoint(checkpoint, watermarks, compare),
        problem: judgeRejected(dataset, tallies),
    };
}
function judgeRejected(dataset, tallies) {
    const read = tallies.reduce((total, tally) => total + tally.read, 0);
    const rejected = tallies.reduce((total, tally) => total + tally.rejected, 0);
    if (!isOverLimit(dataset.maxRejected, rejected, read))
        return undefined;
    const isWhole = tallies.every((tally) => tally.isWhole);
    const seen = isWhole
        ? `${rejected} of ${read} rows`
        : `${rejected} of the first ${read} rows, where reading stopped,`;
    return {
        code: 'rejected-rows',
        message: `dataset ${dataset.name}: ${seen} were rejected, more than maxRejected allows (${describeLimit(dataset.maxRejected)}); nothing of it was loaded`,
        at: dataset.at,
        fix: 'correct the rows that ops_rejected_rows lists for this run, or raise maxRejected',
    };
}
/** Of a file of which nothing was loaded. */
function notLoaded({ read, rejected, late, repeated }) {
    return { ...NO_ROWS, read, rejected, late, repeated };
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/ingest-error.js


/** What a failure of the server means for a dataset; the server's words are left out where they may hold its values. */
function describeIngestError(error, dataset) {
    // A refusal names no values, and is told with the GRANT that it asks for.
    if (error instanceof lib_errors/* ExpectedError */.Dh || !isServerError(error) || isPrivilegeMissing(error))
        return error;
    const about = `dataset ${dataset.name}: `;
    if (isConnectionLost(error)) {
        return new lib_errors/* ExpectedError */.Dh({
            code: 'connection-lost',
            message: `${about}the connection was lost while it was loaded: ${describeServerError(error)}`,
            at: dataset.at,
            fix: 'see that the server runs, then run again: what was loaded is found unchanged, nothing is loaded twice',
        });
    }
    if (isServerFull(error)) {
        return new lib_errors/* ExpectedError */.Dh({
            code: 'ingest-failed',
            message: `${about}the server has no room left: ${wordsFor(error, dataset)}`,
            at: dataset.at,
            fix: `make room for about twice the size of the files (rows wait in a temporary table before they reach ${dataset.table}), then run again`,
        });
    }
    return new lib_errors/* ExpectedError */.Dh({
        code: 'ingest-failed',
        message: `${about}the server refused its rows: ${wordsFor(error, dataset)}`,
        at: dataset.at,
        fix: `mend what the server names in ${dataset.table}, then run again`,
    });
}
function wordsFor(error, { columns }) {
    if (!columns.some(({ sensitive }) => sensitive))
        return describeServerError(error);
    const { code = 'unknown error', errno } = error;
    return `${code} (${errno ?? 'no number'}); its words may hold sensitive values and are not shown`;
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/ingest-session.js

/**
 * Everything that decides what a value means, whatever the server's defaults are; READ COMMITTED, so that nobody who
 * writes to staging has to wait for a range. Transactions are begun by hand.
 */
const SET_INGEST = `SET SESSION autocommit = 1, time_zone = '+00:00', transaction_isolation = 'READ-COMMITTED',
  sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  foreign_key_checks = 1, unique_checks = 1, sql_safe_updates = OFF, sql_select_limit = DEFAULT,
  max_execution_time = 0, sql_big_selects = ON, sql_notes = ON, default_tmp_storage_engine = InnoDB,
  group_concat_max_len = 67108864, NAMES utf8mb4`;
/** Gives the session what ingest relies on. */
async function setIngestSession(session) {
    await send(session, SET_INGEST);
}

;// CONCATENATED MODULE: ./lib/mysql/pipeline/changed-keys.js


/** From so many keys on, comparing everything costs less than following them. */
const MOST_KEYS = 250_000;
/**
 * `ops_checkpoints.changed` holds, for each dataset, what a transform has yet to follow: the keys of the staging rows
 * that are new or changed since transforms last took effect, and the checksum of those transforms. NULL: any row may be.
 * It is written in the transactions that write the rows, is emptied in the one that transforms them, and comes back
 * with them from a backup; so it is true wherever a run dies.
 */
const SELECT_FOLLOWED = 'SELECT 1 AS found FROM ops_checkpoints WHERE dataset = ? AND changed IS NOT NULL';
const ADD_KEYS = `UPDATE ops_checkpoints SET changed = IF(@db_deploy_keys IS NULL
    OR JSON_LENGTH(changed, '$.keys') + JSON_LENGTH(@db_deploy_keys) > ${MOST_KEYS}, NULL,
    JSON_SET(changed, '$.keys', JSON_MERGE_PRESERVE(JSON_EXTRACT(changed, '$.keys'), CAST(@db_deploy_keys AS JSON))))
  WHERE dataset = ? AND changed IS NOT NULL`;
/**
 * Notes which rows of staging are new or changed. Call it in the transaction that writes them, before its COMMIT, once
 * for each part of a load; `selectKeys` is a SELECT that gives their key columns, under their names. It may read a
 * temporary table, which is read once.
 */
async function recordChangedKeys(session, dataset, selectKeys) {
    const [waiting] = await readRows(session, SELECT_FOLLOWED, [dataset.name]);
    if (!waiting)
        return;
    const key = dataset.key.map((column) => `k.${quote(column)}`).join(', ');
    await send(session, `SELECT IF(COUNT(*) > ${MOST_KEYS}, NULL, COALESCE(JSON_ARRAYAGG(JSON_ARRAY(${key})), '[]'))
      INTO @db_deploy_keys FROM (${selectKeys} LIMIT ${MOST_KEYS + 1}) AS k`);
    await write(session, ADD_KEYS, [dataset.name]);
}
const COUNT_KEYS = `SELECT JSON_LENGTH(changed, '$.keys') AS number FROM ops_checkpoints
  WHERE dataset = ? AND JSON_UNQUOTE(JSON_EXTRACT(changed, '$.transforms')) = ?`;
/**
 * Sets the user variable `@changed_<dataset>` for the transforms: the changed keys as a JSON array of arrays, or NULL.
 * They are all offered again when the transforms themselves changed, as what they built before may be another thing now.
 */
async function offerChangedKeys(session, dataset, transforms) {
    const variable = `@${quote(`changed_${dataset.name}`)}`;
    const [row] = await readRows(session, COUNT_KEYS, [dataset.name, transforms]);
    if (row?.number === undefined || row.number === null) {
        await send(session, `SET ${variable} = NULL`);
        return { dataset: dataset.name, keys: 'all' };
    }
    const select = "SELECT JSON_EXTRACT(changed, '$.keys') FROM ops_checkpoints WHERE dataset = ?";
    await write(session, `SET ${variable} = (${select})`, [dataset.name]);
    return { dataset: dataset.name, keys: row.number };
}
const CLEAR_KEYS = `UPDATE ops_checkpoints SET changed = JSON_OBJECT('transforms', ?, 'keys', JSON_ARRAY())
  WHERE dataset = ?`;
/** Notes that transforms followed all changes; in their transaction. */
async function clearChangedKeys(session, dataset, transforms) {
    await write(session, CLEAR_KEYS, [transforms, dataset.name]);
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/incoming-table.js

/** Rows on their way into staging; a TEMPORARY table, gone with the session and never in the binary log. */
const INCOMING = '`#db_deploy_incoming`';
/** Numbers the rows in the order in which they came. */
const ROW = '`#row`';
/** Creates the table anew. Rows are appended in order, which no key but their number would allow. */
async function createIncoming(session, table) {
    await dropIncoming(session);
    const columns = table.columns.map(({ name, columnType, characterSet, collation }) => {
        const text = characterSet === null ? '' : ` CHARACTER SET ${characterSet} COLLATE ${collation}`;
        return `${incoming_table_quoteName(name)} ${columnType}${text} NULL`;
    });
    await send(session, `CREATE TEMPORARY TABLE ${INCOMING} (${ROW} BIGINT NOT NULL PRIMARY KEY, ${columns.join(', ')}) ENGINE = InnoDB`);
}
/** Never ends a transaction, unlike other DDL. */
async function dropIncoming(session) {
    await send(session, `DROP TEMPORARY TABLE IF EXISTS ${INCOMING}`);
}
/** A name as it stands in SQL; a dot in it is part of it. */
function incoming_table_quoteName(name) {
    return `\`${name.replaceAll('`', '``')}\``;
}
/** The columns of a dataset, for a list in SQL. */
function columnList({ columns }) {
    return columns.map(({ name }) => incoming_table_quoteName(name)).join(', ');
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/not-straight.js
/** Why rows cannot go straight into staging; caught where the general way takes over. */
class NotStraight extends Error {
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/rejected-rows.js

const rejected_rows_INSERT = 'INSERT IGNORE INTO ops_rejected_rows (run_id, dataset, file, line_number, reason, raw) VALUES ?';
const EXAMPLES = 5;
const MAX_REASON = 1000;
/** Of one dataset in one run. */
function rejectedRows(session, runId, dataset) {
    const examples = [];
    let waiting = [];
    return {
        examples,
        add(row) {
            const shortened = Array.from(row.reason).slice(0, MAX_REASON).join('');
            waiting.push({ ...row, reason: shortened });
            if (examples.length < EXAMPLES)
                examples.push({ ...row, reason: shortened });
        },
        async flush() {
            const rows = waiting.map(({ file, line, reason, raw }) => [runId, dataset, file, line, reason, raw]);
            waiting = [];
            for (let at = 0; at < rows.length; at += 500) {
                await session.connection.query(rejected_rows_INSERT, [rows.slice(at, at + 500)]);
            }
        },
    };
}
/** Characters of text that are held; as many as a transaction that goes well has any use for. */
const rejected_rows_MOST_HELD = 4 * 1024 * 1024;
/** Throws `NotStraight` when more are added than can wait; they were recorded nowhere then. */
function heldRejections(rejected) {
    let held = [];
    let length = 0;
    return {
        examples: rejected.examples,
        add(row) {
            held.push(row);
            length += row.reason.length + row.raw.length;
            if (length > rejected_rows_MOST_HELD)
                throw new NotStraight('too many rows are rejected');
        },
        flush: () => Promise.resolve(),
        async release() {
            for (const row of held)
                rejected.add(row);
            held = [];
            await rejected.flush();
        },
    };
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/row-sender.js
/** Characters; a piece is in memory a few times over. */
const PIECE = 1024 * 1024;
const row_sender_CHUNK = { rows: 500_000, characters: 100_000_000 };
/** Begins with row number 1. */
function rowSender(deliver, { filter }, limit) {
    let piece = [];
    let length = 0;
    let nextRow = 1;
    let chunk = { first: 1, characters: 0 };
    let ranges = [];
    let unchanged = 0;
    let underway = Promise.resolve();
    const cut = () => {
        if (nextRow > chunk.first)
            ranges.push({ first: chunk.first, last: nextRow - 1 });
        chunk = { first: nextRow, characters: 0 };
    };
    const send = async (lines, characters) => {
        const rest = await filter(lines);
        unchanged += lines.length - rest.length;
        if (rest.length === 0)
            return;
        if (nextRow - chunk.first + rest.length > limit.rows || chunk.characters + characters > limit.characters)
            cut();
        await deliver(rest, nextRow, characters);
        nextRow += rest.length;
        chunk.characters += characters;
    };
    const flush = async () => {
        if (piece.length === 0)
            return;
        await underway;
        underway = send(piece, length);
        // It is awaited before the next piece; until then its failure is not unheard.
        underway.catch(() => undefined);
        [piece, length] = [[], 0];
    };
    return {
        async push(lines) {
            for (const line of lines) {
                piece.push(line);
                length += line.length + 1;
                if (length >= PIECE || piece.length >= limit.rows)
                    await flush();
            }
        },
        async endFile() {
            await flush();
            await underway;
            cut();
            const sent = { ranges, unchanged };
            [ranges, unchanged] = [[], 0];
            return sent;
        },
    };
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/send-rows.js






/** Asks the server which way it allows. */
async function findSendMethod(session) {
    const { allowed } = await readRow(session, 'SELECT @@GLOBAL.local_infile AS allowed');
    return Number(allowed) === 1 ? 'load-data' : 'batches';
}
/** Appends rows, given as lines of LOAD DATA, with numbers from `first` on; all of them, as they are, or it throws. */
async function sendRows(session, dataset, method, lines, first) {
    if (method === 'load-data')
        await sendByLoad(session, dataset, lines, first);
    else
        await sendByInsert(session, dataset, lines, first);
}
/** What the server has to ask for by this name; it gets nothing else, and nothing for another statement. */
const FILE = 'db-deploy:rows';
const send_rows_PIECE = 256 * 1024;
async function sendByLoad(session, dataset, lines, first) {
    let text = '';
    for (const [index, line] of lines.entries())
        text += `${first + index}\t${line}\n`;
    const result = await loadText(session, INCOMING, `${ROW}, ${columnList(dataset)}`, text);
    if (result.warningStatus > 0)
        throw await changedBy(session, dataset);
    if (result.affectedRows !== lines.length) {
        throw new Error(`the server took ${result.affectedRows} of ${lines.length} rows without a warning`);
    }
}
/**
 * Adds rows to staging itself, as part of the caller's transaction. Throws `NotStraight` where the server would change
 * or leave out any, as it does with a key that is there; then some of them are there and the transaction must end.
 */
async function appendRows(session, dataset, lines) {
    const result = await loadText(session, incoming_table_quoteName(dataset.table), columnList(dataset), `${lines.join('\n')}\n`);
    if (result.warningStatus > 0 || result.affectedRows !== lines.length)
        throw new NotStraight(`the server took ${result.affectedRows} of ${lines.length}, with warnings`);
}
/**
 * LOCAL turns errors into data (300 into 127, 31 February into zeros, a duplicate into nothing) and tells of it in
 * warnings alone, so a warning must be an error to the caller.
 */
async function loadText(session, table, columns, text) {
    const bytes = Buffer.from(text);
    let asked;
    const sql = `LOAD DATA LOCAL INFILE '${FILE}' INTO TABLE ${table} CHARACTER SET utf8mb4
    FIELDS TERMINATED BY '\\t' ENCLOSED BY '' ESCAPED BY '\\\\' LINES STARTING BY '' TERMINATED BY '\\n'
    (${columns})`;
    const infileStreamFactory = (path) => {
        const isOurs = path === FILE && asked === undefined;
        asked = path;
        return external_node_stream_.Readable.from(isOurs ? pieces(bytes) : [], { objectMode: false });
    };
    const [result] = await session.connection.query({ sql, infileStreamFactory });
    if (asked !== FILE)
        throw wrongRequest(asked);
    return result;
}
function* pieces(bytes) {
    for (let at = 0; at < bytes.length; at += send_rows_PIECE)
        yield bytes.subarray(at, at + send_rows_PIECE);
}
function wrongRequest(path) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'ingest-failed',
        message: `the server asked for the file ${JSON.stringify(path?.slice(0, 200))} instead of the rows; it got nothing`,
        fix: 'find out what answers at db-host: a MySQL server does not do that',
    });
}
/** The server's words without values, which may be sensitive. */
async function changedBy(session, dataset) {
    // Cannot be prepared.
    const rows = (await send(session, 'SHOW WARNINGS LIMIT 5'));
    const words = rows.map(({ Code, Message }) => {
        const column = /for column '([^']*)'/.exec(Message)?.[1];
        return `warning ${Code}${column === undefined ? '' : ` for column ${column}`}`;
    });
    return new lib_errors/* ExpectedError */.Dh({
        code: 'ingest-failed',
        message: `dataset ${dataset.name}: the server would change values of rows that fit the manifest: ${[...new Set(words)].join(', ')}`,
        at: dataset.at,
        fix: `compare the columns of ${dataset.table} with the manifest: ranges and character sets`,
    });
}
const MAX_ROWS = 2000;
const MAX_TEXT = 1024 * 1024;
/** Strict mode makes every such warning an error here. */
async function sendByInsert(session, dataset, lines, first) {
    const head = `INSERT INTO ${INCOMING} (${ROW}, ${columnList(dataset)}) VALUES `;
    let tuples = [];
    let length = 0;
    const flush = async () => {
        if (tuples.length > 0)
            await session.connection.query(head + tuples.join(','));
        [tuples, length] = [[], 0];
    };
    for (const [index, line] of lines.entries()) {
        const tuple = `(${[String(first + index), ...lineValues(line).map((value) => literal(value))].join(',')})`;
        if (tuples.length >= MAX_ROWS || length + tuple.length > MAX_TEXT)
            await flush();
        tuples.push(tuple);
        length += tuple.length;
    }
    await flush();
}
/** As utf8mb4, which the session sends, and with the backslash as escape, which its `sql_mode` says. */
function literal(value) {
    return value === null ? 'NULL' : `'${value.replaceAll(/['\\]/g, String.raw `\$&`)}'`;
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/load-straight.js











/** What one transaction takes; twice as many rows as a chunk of a merge, which writes each of them twice. */
const MOST = { rows: 2_000_000, characters: 100_000_000 };
/** About what a compressed file grows to. */
const UNPACKED = 8;
/**
 * The fast way into an empty staging table: rows go straight there by LOAD DATA LOCAL, in one transaction that is
 * committed once all files are judged, with the checkpoint and the loaded files. Nobody sees a row before, and a process
 * that dies before the COMMIT has changed nothing: the server undoes it all. Gives `undefined`, and has changed nothing,
 * where that cannot be: then the general way decides what is right, and says what is wrong.
 */
async function loadStraight(load) {
    const { session, dataset, method, options } = load;
    const limit = options.chunk ?? MOST;
    if (method !== 'load-data' || bytesOf(load) > limit.characters)
        return undefined;
    const rejected = heldRejections(load.rejected);
    await send(session, 'START TRANSACTION');
    try {
        if (!(await isEmptyInnoDb(session, dataset.table)))
            throw new NotStraight('there are rows');
        const { tallies, checkpoint, problem } = await readFiles(load, straightSender(load, limit), rejected);
        if (problem) {
            await send(session, 'ROLLBACK');
            await rejected.release();
            return { rows: tallies.map(notLoaded), checkpoint: load.checkpoint, problem };
        }
        const rows = tallies.map(countsOf);
        if (rows.some((counts) => counts.new > 0))
            await recordChangedKeys(session, dataset, keysIn(load));
        const files = load.files.map(({ csv, sha256 }) => ({ file: csv.file, sha256 }));
        await recordLoaded(session, dataset.name, files, checkpoint, options.runId);
        await rejected.release();
        await send(session, 'COMMIT');
        return { rows, checkpoint, problem: undefined };
    }
    catch (error) {
        if (isConnectionLost(error))
            throw error;
        // Waits for a piece that is still on its way.
        await send(session, 'ROLLBACK').catch(() => undefined);
        if (error instanceof lib_errors/* ExpectedError */.Dh)
            await rejected.release();
        if (!(error instanceof NotStraight) && (!isServerError(error) || isServerFull(error)))
            throw error;
        return undefined;
    }
}
function bytesOf({ files }) {
    return files.reduce((total, { csv }) => total + csv.bytes * (csv.file.endsWith('.gz') ? UNPACKED : 1), 0);
}
/** Only InnoDB can undo what was loaded. Rows that others add later have other keys, or the server warns. */
async function isEmptyInnoDb(session, table) {
    const engines = await readRows(session, "SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND ENGINE = 'InnoDB'", [session.schema, table]);
    const rows = await readRows(session, `SELECT 1 AS found FROM ${incoming_table_quoteName(table)} LIMIT 1`);
    return engines.length === 1 && rows.length === 0;
}
/** One range a file, so that it tells how many rows were sent. */
function straightSender({ session, dataset }, limit) {
    let [rows, characters] = [0, 0];
    return rowSender(async (lines, _first, length) => {
        rows += lines.length;
        characters += length;
        if (rows > limit.rows || characters > limit.characters)
            throw new NotStraight('they are too many for one transaction');
        await appendRows(session, dataset, lines);
    }, { filter: (lines) => Promise.resolve(lines) }, { rows: Number.POSITIVE_INFINITY, characters: Number.POSITIVE_INFINITY });
}
function countsOf(tally) {
    const { read, late, repeated, rejected } = tally;
    const sent = tally.ranges.reduce((total, { first, last }) => total + last - first + 1, 0);
    return { ...NO_ROWS, read, new: sent, late, repeated, rejected };
}
/** The table was empty, so all of it is new. */
function keysIn({ dataset }) {
    return `SELECT ${dataset.key.map((column) => incoming_table_quoteName(column)).join(', ')} FROM ${incoming_table_quoteName(dataset.table)}`;
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/distinct-keys.js



/**
 * Texts that differ may be equal to the table: under most collations `a` is `A`. Two such keys of one file would
 * overwrite each other, so they are looked for where the key has a text in it.
 */
async function requireDistinctKeys(session, dataset, ranges) {
    const { columns, key, name, table, at } = dataset;
    const hasText = columns.some((column) => key.includes(column.name) && column.type.kind === 'string');
    const [first, last] = [ranges.at(0)?.first, ranges.at(-1)?.last];
    if (!hasText || first === undefined || last === undefined)
        return;
    const list = key.map((column) => incoming_table_quoteName(column)).join(', ');
    const twins = await readRows(session, `SELECT COUNT(*) AS n FROM ${INCOMING} WHERE ${ROW} BETWEEN ? AND ? GROUP BY ${list} HAVING n > 1 LIMIT 1`, [first, last]);
    if (twins.length === 0)
        return;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'ingest-failed',
        message: `dataset ${name}: several rows have keys that table ${table} cannot tell apart (${key.join(', ')}: they differ in case, accents or blanks alone)`,
        at,
        fix: 'give the columns of its key a collation that can, such as utf8mb4_0900_bin, or correct the rows',
    });
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/merge-rows.js


/**
 * Upserts a range of incoming rows into staging, as part of the caller's transaction, and counts what it did. Where the
 * key has no version, a row older than what staging has never overwrites it.
 */
async function mergeRows(session, dataset, range, isStagingEmpty) {
    const values = [range.first, range.last];
    const known = isStagingEmpty
        ? { existing: 0, stale: 0 }
        : await readRow(session, countSql(dataset), values);
    const [result] = await session.connection.execute(upsertSql(dataset), values);
    // `Duplicates` are the rows that were updated to other values than they had.
    const [, records, duplicates] = /Records: (\d+)\s+Duplicates: (\d+)/.exec(result.info) ?? [];
    if (records === undefined)
        throw new Error(`the server counted nothing: ${result.info}`);
    const [existing, stale, changed] = [Number(known.existing), Number(known.stale), Number(duplicates)];
    return {
        new: Number(records) - Math.max(existing, changed),
        changed,
        unchanged: Math.max(0, existing - stale - changed),
        stale,
    };
}
/** The watermark decides where it is not itself part of the key. */
function hasVersions({ key, watermark }) {
    return key.includes(watermark);
}
function countSql(dataset) {
    const watermark = incoming_table_quoteName(dataset.watermark);
    const stale = hasVersions(dataset) ? '0' : `COALESCE(SUM(incoming.${watermark} < staging.${watermark}), 0)`;
    const join = dataset.key.map((name) => `staging.${incoming_table_quoteName(name)} = incoming.${incoming_table_quoteName(name)}`);
    return `SELECT COUNT(*) AS existing, ${stale} AS stale
    FROM ${INCOMING} AS incoming JOIN ${incoming_table_quoteName(dataset.table)} AS staging ON ${join.join(' AND ')}
    WHERE incoming.${ROW} BETWEEN ? AND ?`;
}
/** Assignments run from left to right, so the watermark, which the others are compared by, is the last. */
function upsertSql(dataset) {
    const table = incoming_table_quoteName(dataset.table);
    const watermark = incoming_table_quoteName(dataset.watermark);
    const others = dataset.columns
        .map(({ name }) => name)
        .filter((name) => !dataset.key.includes(name))
        .toSorted((left, right) => Number(left === dataset.watermark) - Number(right === dataset.watermark));
    const assign = others.map((other) => {
        const name = incoming_table_quoteName(other);
        return hasVersions(dataset)
            ? `${table}.${name} = incoming.${name}`
            : `${table}.${name} = IF(incoming.${watermark} >= ${table}.${watermark}, incoming.${name}, ${table}.${name})`;
    });
    // A table of keys alone has nothing to change.
    const nothing = `${table}.${incoming_table_quoteName(dataset.key[0])} = ${table}.${incoming_table_quoteName(dataset.key[0])}`;
    const select = dataset.columns.map(({ name }) => `incoming.${incoming_table_quoteName(name)}`).join(', ');
    return `INSERT INTO ${table} (${columnList(dataset)})
    SELECT ${select} FROM ${INCOMING} AS incoming WHERE incoming.${ROW} BETWEEN ? AND ? ORDER BY incoming.${ROW}
    ON DUPLICATE KEY UPDATE ${assign.length > 0 ? assign.join(', ') : nothing}`;
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/load-files.js








const TRIES = 5;
/**
 * Merges what waits on the server into staging, a transaction for each range. `record` is part of the last one. A
 * process that dies before it has loaded some rows and says so of none: the next run finds them unchanged.
 */
async function loadFiles(session, dataset, tallies, record, { log, signal }) {
    const any = await readRows(session, `SELECT 1 AS found FROM ${incoming_table_quoteName(dataset.table)} LIMIT 1`);
    const lastFile = tallies.findLastIndex(({ ranges }) => ranges.length > 0);
    for (const { ranges } of tallies)
        await requireDistinctKeys(session, dataset, ranges);
    let hasRecorded = false;
    const all = [];
    for (const [index, tally] of tallies.entries()) {
        const merged = [];
        for (const range of tally.ranges) {
            requireGoing(signal, 'rows that were merged before stay; the checkpoint is where it was');
            const isLast = index === lastFile && range === tally.ranges.at(-1);
            const isEmpty = any.length === 0 && index === tallies.findIndex(({ ranges }) => ranges.length > 0);
            merged.push(await mergeInTransaction(session, dataset, range, isEmpty, isLast ? record : undefined, log));
            hasRecorded ||= isLast;
        }
        all.push(load_files_countsOf(tally, merged));
    }
    if (!hasRecorded)
        await load_files_inTransaction(session, dataset, record, log);
    return all;
}
async function mergeInTransaction(session, dataset, range, isStagingEmpty, record, log) {
    return load_files_inTransaction(session, dataset, async () => {
        const counts = await mergeRows(session, dataset, range, isStagingEmpty);
        if (counts.new + counts.changed > 0)
            await recordChangedKeys(session, dataset, load_files_keysIn(dataset, range));
        await record?.();
        return counts;
    }, log);
}
/** The keys that were merged; some of them may have been there as they are. */
function load_files_keysIn({ key }, { first, last }) {
    const columns = key.map((column) => incoming_table_quoteName(column)).join(', ');
    return `SELECT ${columns} FROM ${INCOMING} WHERE ${ROW} BETWEEN ${first} AND ${last}`;
}
/** A deadlock or a lock that is not given undoes the transaction and it is tried again; all else ends the run. */
async function load_files_inTransaction(session, dataset, work, log) {
    for (let attempt = 1;; attempt += 1) {
        await send(session, 'START TRANSACTION');
        try {
            const result = await work();
            await send(session, 'COMMIT');
            return result;
        }
        catch (error) {
            if (!isConnectionLost(error))
                await send(session, 'ROLLBACK').catch(() => undefined);
            if (!(isDeadlock(error) || isLockTimeout(error)) || attempt === TRIES)
                throw error;
            log({
                level: 'warning',
                event: 'ingest-retry',
                message: `dataset ${dataset.name}: ${describeServerError(error)}; trying again (${attempt} of ${TRIES - 1})`,
            });
            await (0,external_node_timers_promises_.setTimeout)(100 * 2 ** attempt);
        }
    }
}
function load_files_countsOf(tally, merged) {
    const { read, late, repeated, rejected } = tally;
    const sum = (key) => merged.reduce((total, counts) => total + counts[key], 0);
    return {
        read,
        new: sum('new'),
        changed: sum('changed'),
        unchanged: tally.unchanged + sum('unchanged'),
        late,
        stale: sum('stale'),
        repeated,
        rejected,
    };
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/unchanged-rows.js



/** A range of keys is read where the rows at hand fill at least such a part of it. */
const LEAST_DENSITY = 0.25;
/** A look that finds less than this part unchanged is not worth its time; after so many of them there are no more. */
const LEAST_GAIN = 0.1;
const MAX_VAIN_LOOKS = 3;
/**
 * Compares rows with those that staging has in the same range of keys: one query gives the lines that LOAD DATA would
 * need for them. Only a help: what it leaves in is compared again when it is merged. Without an integer as first column
 * of the key it leaves everything in, and with JSON, of which the server keeps the meaning but not the text.
 */
async function unchangedFilter(session, dataset) {
    const all = { filter: (lines) => Promise.resolve(lines) };
    const { columns, key, table } = dataset;
    const at = columns.findIndex(({ name }) => name === key[0]);
    const first = columns[at];
    const kinds = columns.map(({ type }) => type.kind);
    if (!first || !['bigint', 'int'].includes(first.type.kind) || kinds.includes('json'))
        return all;
    const any = await readRows(session, `SELECT 1 AS found FROM ${incoming_table_quoteName(table)} LIMIT 1`);
    if (any.length === 0)
        return all;
    const select = `SELECT GROUP_CONCAT(CONCAT_WS('\\t', ${columns.map((column) => asField(column.name, column.type.kind)).join(', ')})
    SEPARATOR '\\n') AS found FROM ${incoming_table_quoteName(table)} WHERE ${incoming_table_quoteName(first.name)} BETWEEN ? AND ?`;
    let vainLooks = 0;
    return {
        async filter(lines) {
            if (vainLooks >= MAX_VAIN_LOOKS)
                return lines;
            const [least, greatest] = rangeOf(lines, at);
            if (lines.length < (Number(greatest) - Number(least)) * LEAST_DENSITY)
                return lines;
            // As text, so that no digit of a large number is lost.
            const [row] = await readRows(session, select, [least, greatest]);
            const found = row?.found?.split('\n') ?? [];
            // A text longer than a packet is cut off, in the middle of its last line: never trust that one.
            found.pop();
            const there = new Set(found);
            const rest = there.size === 0 ? lines : lines.filter((line) => !there.has(line));
            if (rest.length > lines.length * (1 - LEAST_GAIN))
                vainLooks += 1;
            return rest;
        },
    };
}
function rangeOf(lines, at) {
    let [least, greatest] = ['', ''];
    for (const line of lines) {
        const value = fieldOf(line, at);
        if (least === '' || compareIntegers(value, least) < 0)
            least = value;
        if (greatest === '' || compareIntegers(value, greatest) > 0)
            greatest = value;
    }
    return [least, greatest];
}
function fieldOf(line, at) {
    let start = 0;
    for (let skipped = 0; skipped < at; skipped += 1)
        start = line.indexOf('\t', start) + 1;
    const end = line.indexOf('\t', start);
    return end < 0 ? line.slice(start) : line.slice(start, end);
}
/** The field of a line of LOAD DATA, as `loadLine` writes it. */
function asField(name, kind) {
    const column = incoming_table_quoteName(name);
    if (kind !== 'string')
        return `IFNULL(${column}, '\\\\N')`;
    const text = `CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_bin`;
    const escaped = [
        ['\\\\', '\\\\\\\\'],
        ['\\t', '\\\\t'],
        ['\\n', '\\\\n'],
    ].reduce((sql, [sign, escape]) => `REPLACE(${sql}, '${sign}', '${escape}')`, text);
    return `IFNULL(${escaped}, '\\\\N')`;
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/load-through-incoming.js







/** The general way: rows wait in a temporary table until all files are judged, and are merged from there. */
async function loadThroughIncoming(load) {
    const { session, dataset, table, method, options } = load;
    await createIncoming(session, table);
    const sender = rowSender((lines, first) => sendRows(session, dataset, method, lines, first), await unchangedFilter(session, dataset), options.chunk ?? row_sender_CHUNK);
    const { tallies, checkpoint, problem } = await readFiles(load, sender, load.rejected);
    if (problem) {
        await dropIncoming(session);
        return { rows: tallies.map(notLoaded), checkpoint: load.checkpoint, problem };
    }
    const files = load.files.map(({ csv, sha256 }) => ({ file: csv.file, sha256 }));
    const record = () => recordLoaded(session, dataset.name, files, checkpoint, options.runId);
    const rows = await loadFiles(session, dataset, tallies, record, options);
    await dropIncoming(session);
    return { rows, checkpoint, problem: undefined };
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/staging-table.js


const staging_table_SELECT_COLUMNS = `SELECT COLUMN_NAME AS name, LOWER(DATA_TYPE) AS dataType, COLUMN_TYPE AS columnType,
    CHARACTER_SET_NAME AS characterSet, COLLATION_NAME AS collation, CHARACTER_MAXIMUM_LENGTH AS maxLength,
    NUMERIC_PRECISION AS \`precision\`, NUMERIC_SCALE AS scale, DATETIME_PRECISION AS fractionDigits,
    IS_NULLABLE AS isNullable, COLUMN_DEFAULT AS defaultValue, EXTRA AS extra
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`;
const SELECT_UNIQUE_KEYS = `SELECT INDEX_NAME AS name, COLUMN_NAME AS col, SUB_PART AS prefix
  FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX`;
/** Reads the table that a dataset goes to; throws one problem with all that is between it and the manifest. */
async function readStagingTable(session, dataset) {
    const { table } = dataset;
    const found = await readRows(session, staging_table_SELECT_COLUMNS, [session.schema, table]);
    if (found.length === 0) {
        throw misfit(dataset, `there is no table ${table} that this user may see`, CREATE_FIRST);
    }
    const byName = new Map(found.map((column) => [column.name.toLowerCase(), column]));
    const differences = [
        ...dataset.columns.flatMap((column) => compareColumn(column, byName.get(column.name.toLowerCase()))),
        ...staging_table_findUnfilled(dataset, found),
        ...(await compareKeys(session, dataset)),
    ];
    if (differences.length > 0) {
        const message = `table ${table} is not what the manifest says: ${differences.join('; ')}`;
        throw misfit(dataset, message, 'change the table with a changeset, or the manifest');
    }
    const columns = dataset.columns.map(({ name }) => byName.get(name.toLowerCase()));
    return { columns, storage: columns.map((column) => toStorage(column)) };
}
const CREATE_FIRST = 'create it with a changeset (mode: update), or grant its privileges';
function misfit(dataset, message, fix) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'ingest-failed',
        message: `dataset ${dataset.name}: ${message}`,
        at: dataset.at,
        fix,
    });
}
const INTEGERS = ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'];
const TEXTS = ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext'];
function compareColumn(column, found) {
    if (!found)
        return [`column ${column.name} is missing`];
    if (/GENERATED/i.test(found.extra) && !/DEFAULT_GENERATED/i.test(found.extra)) {
        return [`column ${found.name} is generated`];
    }
    const differences = holds(column, found)
        ? []
        : [`column ${found.name} is ${found.columnType}, ${needs(column)}`];
    if (!column.required && found.isNullable === 'NO') {
        differences.push(`column ${found.name} is NOT NULL but not required in the manifest`);
    }
    return differences;
}
/** Whether the table keeps every value of the type as it is. */
function holds({ type, maxLength }, found) {
    const { dataType, columnType } = found;
    const isSigned = !columnType.includes('unsigned');
    switch (type.kind) {
        case 'bigint':
            return dataType === 'bigint' && isSigned;
        case 'int':
            return (dataType === 'int' || dataType === 'bigint') && isSigned;
        case 'boolean':
            return INTEGERS.includes(dataType);
        case 'decimal': {
            const [precision, scale] = [Number(found.precision), Number(found.scale)];
            const isWide = scale >= type.scale && precision - scale >= type.precision - type.scale;
            return dataType === 'decimal' && isSigned && isWide;
        }
        case 'string':
            return TEXTS.includes(dataType) && Number(found.maxLength) >= (maxLength ?? 0);
        case 'date':
        case 'datetime':
        case 'json':
            return dataType === type.kind;
    }
}
function needs({ type, maxLength }) {
    switch (type.kind) {
        case 'decimal':
            return `which decimal(${type.precision},${type.scale}) does not fit into`;
        case 'string':
            return maxLength === undefined ? 'no text' : `which text of ${maxLength} characters does not fit into`;
        case 'bigint':
        case 'int':
        case 'boolean':
        case 'date':
        case 'datetime':
        case 'json':
            return `which ${type.kind} does not fit into`;
    }
}
/** Columns that nothing would fill. */
function staging_table_findUnfilled(dataset, found) {
    const names = new Set(dataset.columns.map(({ name }) => name.toLowerCase()));
    return found
        .filter(({ name }) => !names.has(name.toLowerCase()))
        .filter(({ isNullable, defaultValue, extra }) => isNullable === 'NO' && defaultValue === null && !/auto_increment|GENERATED/i.test(extra))
        .map(({ name }) => `column ${name} has no default and is not in the manifest`);
}
/** An upsert finds its row by any unique key, so there may be one alone, and it must be the dataset's. */
async function compareKeys(session, { table, key }) {
    const rows = await readRows(session, SELECT_UNIQUE_KEYS, [session.schema, table]);
    const keys = new Map();
    for (const { name, col, prefix } of rows) {
        const column = prefix === null ? (col ?? 'an expression').toLowerCase() : `${col}(${prefix})`;
        keys.set(name, [...(keys.get(name) ?? []), column]);
    }
    const wanted = key
        .map((name) => name.toLowerCase())
        .toSorted()
        .join(', ');
    const others = [...keys].filter(([, columns]) => columns.toSorted().join(', ') !== wanted);
    return [
        ...(others.length < keys.size ? [] : [`it has no unique key (${key.join(', ')})`]),
        ...others.map(([name, columns]) => `it has another unique key, ${name} (${columns.join(', ')})`),
    ];
}
function toStorage(column) {
    return {
        fractionDigits: column.fractionDigits ?? 0,
        scale: Number(column.scale ?? 0),
        maxLength: column.maxLength === null ? undefined : Number(column.maxLength),
    };
}

;// CONCATENATED MODULE: ./lib/mysql/ingest/ingest-dataset.js









/**
 * Loads the CSV files of one dataset into its staging table. All files are judged before anybody can see a
 * row, so with too many rejected rows nothing is loaded: then the outcome has a `problem`, and the rejected rows are recorded
 * all the same. Throws where it cannot go on: a missing table, a broken file, a lost connection. Changes the session's
 * settings, see `ingest-session.ts`.
 */
async function ingestDataset(session, dataset, files, options) {
    try {
        const outcome = await ingest(session, dataset, files, options);
        tellOutcome(outcome, options.log);
        return outcome;
    }
    catch (error) {
        throw describeIngestError(error, dataset);
    }
}
async function ingest(session, dataset, files, options) {
    const started = performance.now();
    await setIngestSession(session);
    const table = await readStagingTable(session, dataset);
    const before = await readCheckpoint(session, dataset.name);
    const digested = await digestFiles(session, dataset, files);
    const wanted = digested.filter(({ isKnown }) => !isKnown);
    const rejected = rejectedRows(session, options.runId, dataset.name);
    const known = { dataset: dataset.name, table: dataset.table, watermarkBefore: before };
    const finish = (rows, rest) => ({
        ...known,
        files: describeFiles(digested, rows, rest.problem !== undefined),
        rows: rows.reduce((total, counts) => add(total, counts), NO_ROWS),
        rejectedExamples: rejected.examples,
        ...rest,
        durationMs: performance.now() - started,
    });
    if (wanted.length === 0)
        return finish([], { watermarkAfter: before, method: undefined, problem: undefined });
    const method = await findSendMethod(session);
    const load = { session, dataset, table, files: wanted, checkpoint: before, rejected, method, options };
    const { rows, checkpoint, problem } = (await loadStraight(load)) ?? (await loadThroughIncoming(load));
    return finish(rows, { watermarkAfter: checkpoint, method, problem });
}
/** A pass over each file for its digest, about a hundredth of what loading takes, so that a known one is not parsed. */
async function digestFiles(session, dataset, files) {
    const digested = [];
    for (const csv of files) {
        const sha256 = await csv.digest();
        const isTwin = digested.some((other) => other.sha256 === sha256);
        digested.push({ csv, sha256, isKnown: isTwin || (await isLoaded(session, dataset.name, sha256)) });
    }
    return digested;
}
function describeFiles(digested, rows, isRefused) {
    let next = 0;
    return digested.map(({ csv, sha256, isKnown }) => {
        const counts = isKnown ? undefined : rows[next++];
        const status = isKnown ? 'skipped' : isRefused ? 'refused' : 'loaded';
        return { file: csv.file, status, sha256, bytes: csv.bytes, rows: counts ?? NO_ROWS };
    });
}
function add(left, right) {
    const keys = Object.keys(NO_ROWS);
    return Object.fromEntries(keys.map((key) => [key, left[key] + right[key]]));
}
function tellOutcome({ dataset, table, files, rows, durationMs, problem }, log) {
    if (problem)
        return;
    const skipped = files.filter(({ status }) => status === 'skipped').length;
    const counted = Object.entries(rows)
        .filter(([, count]) => count > 0)
        .map(([name, count]) => `${count} ${name}`);
    const parts = [
        ...(counted.length > 0 ? counted : ['no rows']),
        ...(skipped > 0 ? [`${skipped} of ${files.length} files loaded before`] : []),
    ];
    log({
        level: 'info',
        event: 'dataset-loaded',
        message: `dataset ${dataset} into ${table}: ${parts.join(', ')}`,
        durationMs: Math.round(durationMs),
    });
}

;// CONCATENATED MODULE: ./lib/mysql/pipeline/pipeline-runs.js



const pipeline_runs_NEEDED = [
    ...['DATABASECHANGELOGLOCK', 'ops_pipeline_runs', 'ops_dq_results', 'ops_checkpoints'],
    ...['ops_loaded_files', 'ops_rejected_rows'],
];
/** A pipeline creates nothing: its account may not. */
function requirePipelineTables(state) {
    const missing = pipeline_runs_NEEDED.filter((table) => !state.has(table));
    const isOld = missing.length === 0 && !hasChangedKeys(state);
    if (missing.length === 0 && !isOld)
        return;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'not-deployed',
        message: isOld
            ? 'ops_checkpoints was made by an older db-deploy and has no column "changed"'
            : `tables of db-deploy are missing here, or may not be read: ${missing.join(', ')}`,
        fix: 'run mode: update first, which makes them, and sql/rbac/roles.sql, which grants them',
    });
}
const pipeline_runs_CLOSE_DEAD_RUNS = `UPDATE ops_pipeline_runs SET status = 'failed', finished_at = UTC_TIMESTAMP(3),
    details = JSON_SET(COALESCE(details, JSON_OBJECT()), '$.closedBy', ?)
  WHERE status = 'running'`;
/** Closes the rows of runs that died: we hold the deploy lock, so none of them lives. */
async function closeDeadPipelines(session, runId) {
    return (await write(session, pipeline_runs_CLOSE_DEAD_RUNS, [runId])).affectedRows;
}
const pipeline_runs_INSERT_RUN = `INSERT INTO ops_pipeline_runs (run_id, environment, actor, status, started_at, details)
  VALUES (?, ?, ?, 'running', UTC_TIMESTAMP(3), ?)`;
/** Writes the audit row before the first change. */
async function startPipelineRun(session, run, details) {
    await write(session, pipeline_runs_INSERT_RUN, [
        run.runId,
        run.environment.slice(0, 255),
        run.actor.slice(0, 255),
        JSON.stringify(details),
    ]);
}
const pipeline_runs_FINISH_RUN = `UPDATE ops_pipeline_runs SET status = ?, finished_at = UTC_TIMESTAMP(3),
    details = JSON_MERGE_PATCH(COALESCE(details, '{}'), ?)
  WHERE run_id = ?`;
/** Writes how a run ended. */
async function finishPipelineRun(session, runId, status, details) {
    await write(session, pipeline_runs_FINISH_RUN, [status, JSON.stringify(details), runId]);
}
const pipeline_runs_MARK = `UPDATE ops_pipeline_runs SET details = JSON_SET(COALESCE(details, JSON_OBJECT()), '$.transformed', TRUE)
  WHERE run_id = ?`;
/** In the transaction of the transforms: whoever finds it later knows that they are in effect. */
async function markTransformed(session, runId) {
    await write(session, pipeline_runs_MARK, [runId]);
}
const SELECT_MARK = `SELECT 1 AS found FROM ops_pipeline_runs
  WHERE run_id = ? AND JSON_EXTRACT(details, '$.transformed') = CAST('true' AS JSON)`;
/** Whether the transforms of a run were committed; certain once its session is gone. */
async function wasTransformed(session, runId) {
    return (await readRows(session, SELECT_MARK, [runId])).length > 0;
}
/** Reads the versions that a transform says it opened and closed, and the two are unset before the next one. */
async function readVersions(session) {
    const row = await readRow(session, 'SELECT @versions_opened + 0 AS opened, @versions_closed + 0 AS closed');
    return { opened: toNumber(row.opened), closed: toNumber(row.closed) };
}
function toNumber(value) {
    return value === null ? undefined : Number(value);
}

;// CONCATENATED MODULE: ./lib/modes/ingest-voice.js

/** Milliseconds between two lines about one dataset. */
const EVERY = 500;
/** Tells now and then how far a dataset is and how fast it goes; a terminal shows it in one line that is replaced. */
function ingestProgress(log) {
    const started = performance.now();
    let last = started;
    let rowsBefore = 0;
    let current;
    return (progress) => {
        if (current && current.file !== progress.file)
            rowsBefore += current.rows;
        current = progress;
        const now = performance.now();
        if (now - last < EVERY)
            return;
        last = now;
        const { dataset, file, bytesRead, bytes } = progress;
        const rows = rowsBefore + progress.rows;
        const rate = Math.round((rows * 1000) / (now - started));
        const part = bytes > 0 ? `${Math.min(100, Math.floor((bytesRead * 100) / bytes))} %` : '';
        log({
            level: 'info',
            event: 'ingest-progress',
            message: `dataset ${dataset}: ${(0,wording/* formatNumber */.ZV)(rows)} rows, ${(0,wording/* formatNumber */.ZV)(rate)} rows/s, ${part} of ${file}`,
            durationMs: Math.round(now - started),
        });
    };
}

// EXTERNAL MODULE: ./lib/pipeline/pipeline-outcome.js
var pipeline_outcome = __webpack_require__(75784);
;// CONCATENATED MODULE: ./lib/modes/pipeline-run.js


/** What is known before anything ran: every dataset is missing, every transform and check is `not-run`. */
function nothingRan(manifest) {
    return {
        manifestFile: manifest.file,
        datasets: [],
        missing: manifest.datasets.map(({ name }) => name),
        transforms: manifest.transforms.map(({ path }) => notRun(path)),
        checks: [],
        isCommitted: false,
    };
}
/** A transform that was not begun. */
function notRun(file) {
    return {
        file,
        status: 'not-run',
        rowsAffected: undefined,
        durationMs: undefined,
        versionsOpened: undefined,
        versionsClosed: undefined,
    };
}
/** What the pipeline has done so far. */
function outcome({ draft, manifest }) {
    return draft.report.pipeline ?? nothingRan(manifest);
}
/** Adds to it. */
function tellPipeline(run, known) {
    (0,modes_draft/* tell */.qz)(run.draft, { pipeline: { ...outcome(run), ...known } });
}
/** Ends the report of a run that did not do what it was asked, with the state in which it leaves the database. */
function tellFailure(run, problems, databaseState) {
    const { draft } = run;
    (0,modes_draft/* tell */.qz)(draft, { result: 'failed', problems: [...draft.report.problems, ...problems], databaseState });
}
/** One problem for each check that failed, with the severity asked for. */
function checkProblems(checks, severity) {
    return (0,pipeline_outcome/* failedChecks */.H)({ checks }, severity).map(({ name, at, metric, threshold, query }) => ({
        code: 'check-failed',
        message: metric === undefined
            ? `check ${name} gave no number`
            : `check ${name} found ${metric}, and its threshold is ${threshold}`,
        at,
        fix: query === undefined ? 'look at the rows that it counts' : 'look further with the query of the report',
    }));
}
/** What the audit row keeps of the report. */
function pipelineDetails(run) {
    const { datasets, missing, transforms, checks } = outcome(run);
    const { problems, warnings, runUrl, gitSha } = run.draft.report;
    return {
        runUrl,
        gitSha,
        datasets: datasets.map(({ dataset, rows, files, method, durationMs, watermarkBefore, watermarkAfter }) => ({
            ...{ dataset, rows, files, method, durationMs, watermarkBefore, watermarkAfter },
        })),
        missing,
        transforms,
        rejectedCount: (0,pipeline_outcome/* rejectedCount */.C)({ datasets }),
        failedChecks: (0,pipeline_outcome/* failedChecks */.H)({ checks }).map(({ name }) => name),
        problems,
        warnings,
    };
}

;// CONCATENATED MODULE: ./lib/mysql/pipeline/dq-results.js

const SELECT_PREVIOUS = `SELECT d.check_name AS name, d.metric_value AS metric FROM ops_dq_results AS d
  JOIN ops_pipeline_runs AS r USING (run_id)
  WHERE d.metric_value IS NOT NULL AND d.run_id = (
    SELECT run_id FROM ops_pipeline_runs AS last
    WHERE EXISTS (SELECT 1 FROM ops_dq_results AS o WHERE o.run_id = last.run_id)
    ORDER BY last.started_at DESC, last.run_id DESC LIMIT 1
  )`;
/** The metrics of the last run that came to its checks. */
async function readPreviousMetrics(session) {
    const rows = await readRows(session, SELECT_PREVIOUS);
    return new Map(rows.map(({ name, metric }) => [name, Number(metric)]));
}
const INSERT_RESULT = `INSERT INTO ops_dq_results
    (run_id, check_name, passed, metric_value, threshold, severity, details)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
/** The column has six places behind the point and 32 before it. */
const dq_results_LARGEST = 1e31;
/** Writes what the checks found; those that were not asked have no row. */
async function recordResults(session, runId, checks) {
    for (const check of checks.filter(({ status }) => status !== 'not-run')) {
        const { examples, query, at, durationMs } = check;
        const metric = check.metric === undefined ? undefined : clampMetric(check.metric);
        await write(session, INSERT_RESULT, [
            runId,
            check.name,
            check.status === 'passed' ? 1 : 0,
            metric ?? null,
            check.threshold,
            check.severity,
            JSON.stringify({ at, durationMs, examples, query }),
        ]);
    }
}
function clampMetric(metric) {
    return Math.max(-dq_results_LARGEST, Math.min(dq_results_LARGEST, metric)).toFixed(6);
}

;// CONCATENATED MODULE: ./lib/pipeline/names-sensitive.js

/** What stands before a subquery whose columns are only compared. */
const COMPARED = new Set(['EXISTS', 'IN', 'ANY', 'SOME', 'ALL']);
/** In doubt a column counts as named, and a subquery as one that hands it on. */
function namesSensitive(sql, sensitive) {
    if (sensitive.size === 0)
        return 'none';
    const words = [...codeTokens({ text: sql, line: 1 })].map(({ text }) => text);
    const keywords = words.map((word) => word.toUpperCase());
    const isNamed = words.some((word, at) => 
    // COUNT(*) is no column.
    (word === '*' && words[at - 1] !== '(') ||
        keywords[at] === 'TABLE' ||
        sensitive.has(word.replaceAll(/[`"]/g, '').toLowerCase()));
    if (!isNamed)
        return 'none';
    const isPlain = keywords.every((word, at) => {
        if (word === 'TABLE' || word === 'WITH')
            return false;
        const isCompared = keywords[at - 1] === '(' && COMPARED.has(keywords[at - 2] ?? '');
        return word !== 'SELECT' || at === 0 || isCompared;
    });
    return isPlain ? 'named' : 'renamed';
}

;// CONCATENATED MODULE: ./lib/mysql/kill-query.js


/** Seconds to reach the server: who cancels a job waits for no more. */
const kill_query_PATIENCE = 5;
/** Ends the statement that another session of ours runs, an ALTER of an hour perhaps; that session stays. */
async function killQuery(database, connectionId, log) {
    try {
        await withConnection({ ...database, connectTimeout: kill_query_PATIENCE }, log, (session) => send(session, `KILL QUERY ${connectionId}`));
    }
    catch (error) {
        log({
            level: 'warning',
            event: 'statement-not-killed',
            message: `the running statement could not be ended: ${describeServerError(error)}`,
        });
    }
}
const killable = new WeakSet();
/** Marks work that a cancelled run may end on the server; what we record of a run is never cut off. */
async function whileKillable(session, work) {
    killable.add(session);
    try {
        return await work();
    }
    finally {
        killable.delete(session);
    }
}
/** Whether a session is at such work now. */
function isKillable(session) {
    return killable.has(session);
}

;// CONCATENATED MODULE: ./lib/mysql/pipeline/builtin-sql.js

/** How many rows a person is shown. */
const MOST_EXAMPLES = 10;
/** The SQL of a built-in check; `primaryKey` tells rows of its table apart. */
function builtinSql(rule, primaryKey) {
    switch (rule.check) {
        case 'not_null':
            return rowsWhere(rule.table, primaryKey, [], {
                sql: rule.columns.map((column) => `t.${quote(column)} IS NULL`).join(' OR '),
                values: [],
            });
        case 'accepted_values':
            return rowsWhere(rule.table, primaryKey, [rule.column], {
                // A value that the type of the column cannot hold compares as NULL, and must not make a row pass.
                sql: `${notNull(rule.column)} AND t.${quote(rule.column)} IN (${rule.values.map(() => '?').join(', ')}) IS NOT TRUE`,
                values: rule.values,
            });
        case 'range':
            return rowsWhere(rule.table, primaryKey, [rule.column], outOfRange(rule));
        case 'relationships':
            return rowsWhere(rule.table, primaryKey, rule.columns, withoutPartner(rule));
        case 'unique':
            return keysHaving(rule, 'COUNT(*) > 1', 'COUNT(*)', rule.columns.map(notNull).join(' AND '));
        case 'one_current_row': {
            const current = `COALESCE(SUM(t.${quote(rule.current)} <> 0), 0)`;
            return keysHaving(rule, `${current} <> 1`, current, 'TRUE');
        }
        case 'no_overlap':
            return overlaps(rule);
        case 'row_count': {
            const { table, min, max } = rule;
            const parts = [
                ...(min === undefined ? [] : [`${min} - n`]),
                ...(max === undefined ? [] : [`n - ${max}`]),
            ];
            const counted = `(SELECT CAST(COUNT(*) AS SIGNED) AS n FROM ${quote(table)}) AS counted`;
            return {
                metric: builtin_sql_plain(`SELECT GREATEST(0, ${parts.join(', ')}) AS metric FROM ${counted}`),
                examples: builtin_sql_plain(`SELECT n AS ${quote('rows')} FROM ${counted}`),
            };
        }
        case 'freshness': {
            const { table, column } = rule;
            const newest = `MAX(${quote(column)})`;
            return {
                metric: builtin_sql_plain(`SELECT TIMESTAMPDIFF(SECOND, ${newest}, UTC_TIMESTAMP()) AS metric FROM ${quote(table)}`),
                examples: builtin_sql_plain(`SELECT ${newest} AS newest FROM ${quote(table)}`),
            };
        }
        case 'reconcile':
            return reconcile(rule.left, rule.right, rule.unit);
    }
}
function builtin_sql_plain(sql) {
    return { sql, values: [] };
}
function rowsWhere(table, primaryKey, columns, { sql, values }) {
    const shown = [...new Set([...primaryKey, ...columns])].map((column) => `t.${quote(column)}`);
    const from = `FROM ${quote(table)} AS t WHERE ${sql}`;
    return {
        metric: { sql: `SELECT COUNT(*) AS metric ${from}`, values },
        examples: { sql: `SELECT ${shown.join(', ') || 't.*'} ${from} LIMIT ${MOST_EXAMPLES}`, values },
    };
}
function outOfRange({ column, min, max }) {
    const bounds = [
        { bound: min, sign: '>=' },
        { bound: max, sign: '<=' },
    ].filter(({ bound }) => bound !== undefined);
    const inside = bounds.map(({ bound = '', sign }) => `t.${quote(column)} ${sign} ${placeholder(bound)}`);
    return {
        sql: `${notNull(column)} AND (${inside.join(' AND ')}) IS NOT TRUE`,
        values: bounds.map(({ bound = '' }) => bound),
    };
}
/** A number is compared as one: as text the server would compare both in floating point. */
function placeholder(bound) {
    return /^-?\d{1,30}(?:\.\d{1,30})?$/.test(bound) ? 'CAST(? AS DECIMAL(60, 30))' : '?';
}
function withoutPartner(rule) {
    const joined = rule.columns.map((column, at) => `p.${quote(rule.toColumns[at] ?? column)} = t.${quote(column)}`);
    const partner = `SELECT 1 FROM ${quote(rule.to)} AS p WHERE ${joined.join(' AND ')}`;
    return builtin_sql_plain(`${rule.columns.map(notNull).join(' AND ')} AND NOT EXISTS (${partner})`);
}
function notNull(column) {
    return `t.${quote(column)} IS NOT NULL`;
}
function keysHaving({ table, columns }, having, number, where) {
    const key = columns.map((column) => `t.${quote(column)}`).join(', ');
    const grouped = `FROM ${quote(table)} AS t WHERE ${where} GROUP BY ${key} HAVING ${having}`;
    return {
        metric: builtin_sql_plain(`SELECT COUNT(*) AS metric FROM (SELECT 1 ${grouped}) AS found`),
        examples: builtin_sql_plain(`SELECT ${key}, ${number} AS ${quote('rows')} ${grouped} LIMIT ${MOST_EXAMPLES}`),
    };
}
function overlaps({ table, columns, from, to }) {
    const shown = [...columns, from, to].map((column) => `t.${quote(column)}`);
    const [begins, ends] = [`t.${quote(from)}`, `t.${quote(to)}`];
    const key = columns.map((column) => `t.${quote(column)}`).join(', ');
    const next = `LEAD(${begins}) OVER (PARTITION BY ${key} ORDER BY ${begins})`;
    // Names of its own: the table may have a column `next`, and `from` may be part of the key.
    const names = [...shown.map((_, at) => `c${at}`), 'begins_next', 'is_within'].join(', ');
    const inner = `SELECT ${shown.join(', ')}, ${next}, ${next} < ${ends} OR ${ends} IS NULL AND ${next} IS NOT NULL
    FROM ${quote(table)} AS t`;
    const where = `FROM (${inner}) AS found (${names}) WHERE is_within`;
    const titles = [...columns, 'from', 'to', 'next'].map((title) => quote(title));
    const listed = [...shown.map((_, at) => `c${at}`), 'begins_next'].map((name, at) => `${name} AS ${titles[at]}`);
    return {
        metric: builtin_sql_plain(`SELECT COUNT(*) AS metric ${where}`),
        examples: builtin_sql_plain(`SELECT ${listed.join(', ')} ${where} LIMIT ${MOST_EXAMPLES}`),
    };
}
function reconcile(left, right, unit) {
    const from = `FROM (${measured(left)}) AS a, (${measured(right)}) AS b`;
    const metric = unit === 'absolute'
        ? 'ABS(a.n - b.n)'
        : 'CASE WHEN a.n = b.n THEN 0 ELSE 100 * ABS(a.n - b.n) / NULLIF(ABS(b.n), 0) END';
    return {
        metric: builtin_sql_plain(`SELECT ${metric} AS metric ${from}`),
        examples: builtin_sql_plain(`SELECT a.n AS ${quote(builtin_sql_nameOf(left))}, b.n AS ${quote(builtin_sql_nameOf(right))} ${from}`),
    };
}
function measured({ table, column }) {
    const number = column === undefined ? 'CAST(COUNT(*) AS SIGNED)' : `COALESCE(SUM(${quote(column)}), 0)`;
    return `SELECT ${number} AS n FROM ${quote(table)}`;
}
function builtin_sql_nameOf({ table, column }) {
    return column === undefined ? `rows of ${table}` : `sum of ${table}.${column}`;
}
/** The statement as a person can run it: its values in quotes. */
function readable({ sql, values }) {
    let at = 0;
    // A name in backquotes may hold a question mark of its own.
    return sql.replace(/`(?:[^`]|``)*`|\?/g, (found) => found === '?' ? `'${(values[at++] ?? '').replace(/['\\]/g, (all) => all + all)}'` : found);
}

;// CONCATENATED MODULE: ./lib/mysql/pipeline/run-transform.js








/**
 * Runs the statements of one transform inside the transaction of the run. What was lost or chosen as a victim is thrown
 * as it is, because the whole transaction may be tried again; anything else names file and line.
 */
async function runTransform(session, sqlFile, interrupt) {
    await requireLock(session);
    await send(session, 'SET @versions_opened = NULL, @versions_closed = NULL');
    let rowsAffected = 0;
    for (const statement of sqlFile.statements) {
        requireGoOn(interrupt);
        try {
            const result = await whileKillable(session, () => send(session, statement.text));
            // SELECT … INTO counts the row that it reads.
            if (statementKind(statement) === 'dml')
                rowsAffected += affectedRows(statement, result);
        }
        catch (error) {
            requireGoOn(interrupt);
            if (isWorthAnotherTry(error) || isConnectionLost(error) || !isServerError(error))
                throw error;
            throw new lib_errors/* ExpectedError */.Dh({
                code: 'transform-failed',
                message: `the server refused a statement of the transform: ${describeServerError(error)}`,
                at: { file: sqlFile.path, line: statement.line },
                fix: 'mend the SQL or the data that it names, then run the pipeline again: staging is loaded already',
            });
        }
    }
    const { opened, closed } = await readVersions(session);
    return { rowsAffected, versionsOpened: opened, versionsClosed: closed };
}
/** The server rolled back the statement or the transaction because of others, not because of what it says. */
function isWorthAnotherTry(error) {
    return isDeadlock(error) || isLockTimeout(error);
}
/** A cancelled run ends here, and its transaction is rolled back. */
function requireGoOn(interrupt) {
    if (!interrupt.aborted)
        return;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'interrupted',
        message: 'the run was interrupted; its transforms were rolled back',
        fix: 'run the pipeline again: it goes on where ingest stood',
    });
}
/**
 * The server counts a row twice that an upsert changes or REPLACE replaces, and says so in the text of its answer:
 * `Records: 3  Duplicates: 1  Warnings: 0`. Only its numbers are read, for the words may be in another language. A single
 * row of VALUES has no such text.
 */
function affectedRows(statement, result) {
    if (typeof result !== 'object' || result === null || !('affectedRows' in result))
        return 0;
    const affected = Number(result.affectedRows);
    const info = 'info' in result ? String(result.info) : '';
    const [first = affected, second] = [...info.matchAll(/\d+/g)].map(Number);
    const [verb, ...words] = firstWords(statement);
    if (verb === 'INSERT' || verb === 'REPLACE') {
        if (second === undefined)
            return Math.min(affected, 1);
        // With IGNORE, `Duplicates` are the rows that were left out.
        return words.includes('IGNORE') ? first - second : affected - second;
    }
    // `Rows matched: 3  Changed: 1  Warnings: 0`
    return second ?? affected;
}
/** `INSERT LOW_PRIORITY IGNORE`; what follows may be long. */
function firstWords(statement) {
    const words = [];
    for (const { text } of codeTokens(statement)) {
        words.push(text.toUpperCase());
        if (words.length === 3)
            break;
    }
    return words;
}

;// CONCATENATED MODULE: ./lib/mysql/pipeline/run-check.js







/** Asks for the metric, and where it is above the threshold for what makes it so. */
async function runCheck(session, check, context) {
    requireGoOn(context.interrupt);
    const started = performance.now();
    try {
        const asked = await toSql(session, check);
        const metric = await whileKillable(session, () => readMetric(session, asked.metric));
        const hasPassed = metric !== undefined && metric <= check.threshold;
        const examples = hasPassed ? undefined : await readExamples(session, asked, context);
        return {
            ...run_check_describe(check, context),
            status: hasPassed ? 'passed' : 'failed',
            metric,
            examples,
            query: hasPassed ? undefined : asked.query,
            durationMs: Math.round(performance.now() - started),
        };
    }
    catch (error) {
        requireGoOn(context.interrupt);
        if (isWorthAnotherTry(error) || isConnectionLost(error) || !isServerError(error))
            throw error;
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'check-failed',
            message: `the server refused check ${check.name}: ${describeServerError(error)}`,
            at: check.at,
            fix: 'mend the check, then run the pipeline again: staging is loaded already',
        });
    }
}
/** A check before it was asked. */
function run_check_describe(check, { previous }) {
    return {
        name: check.name,
        at: check.at,
        severity: check.severity,
        threshold: check.threshold,
        status: 'not-run',
        metric: undefined,
        previous: previous.get(check.name),
        examples: undefined,
        query: undefined,
        durationMs: undefined,
    };
}
async function toSql(session, check) {
    if (check.kind === 'builtin') {
        const table = check.rule.check === 'reconcile' ? check.rule.left.table : check.rule.table;
        const { metric, examples } = builtinSql(check.rule, await readPrimaryKey(session, table));
        return { metric, examples, query: readable(examples ?? metric) };
    }
    const { statement, examples } = check;
    return {
        metric: { sql: statement.text, values: [] },
        examples: examples && { sql: examples.text, values: [] },
        query: (examples ?? statement).text,
    };
}
const SELECT_KEY = `SELECT COLUMN_NAME AS name FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX`;
async function readPrimaryKey(session, table) {
    return (await readRows(session, SELECT_KEY, [table])).map(({ name }) => name);
}
async function ask(session, { sql, values }) {
    const { connection } = session;
    const options = { sql, rowsAsArray: true };
    const [rows, fields] = values.length === 0
        ? await connection.query(options)
        : await connection.execute(options, [...values]);
    return { rows, fields };
}
/** No row and a number are a metric; NULL and anything else are none, and the check fails. */
async function readMetric(session, sql) {
    const { rows } = await ask(session, sql);
    if (rows.length === 0)
        return 0;
    const value = rows[0]?.[0];
    const metric = value === null || value === undefined || value === '' ? Number.NaN : Number(value);
    return Number.isFinite(metric) ? metric : undefined;
}
async function readExamples(session, { examples }, { sensitive }) {
    if (!examples)
        return undefined;
    await send(session, `SET SESSION sql_select_limit = ${MOST_EXAMPLES}`);
    try {
        const { rows, fields } = await whileKillable(session, () => ask(session, examples));
        const naming = namesSensitive(examples.sql, sensitive);
        const isHidden = fields.map(({ name, orgName }) => naming === 'renamed' ||
            // An expression has no column of its own: where a sensitive one is named, it may be made of that.
            (naming === 'named' && !orgName) ||
            [name, orgName ?? ''].some((column) => sensitive.has(column.toLowerCase())));
        return {
            columns: fields.map(({ name }) => name),
            rows: rows
                .slice(0, MOST_EXAMPLES)
                .map((row) => row.map((value, at) => (isHidden[at] ? '***' : toText(value)))),
        };
    }
    finally {
        await send(session, 'SET SESSION sql_select_limit = DEFAULT');
    }
}
function toText(value) {
    if (value === null || value === undefined)
        return 'NULL';
    if (Buffer.isBuffer(value))
        return `0x${value.subarray(0, 32).toString('hex')}`;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

;// CONCATENATED MODULE: ./lib/mysql/session-state.js


/**
 * What a changeset may change for itself and the next one must not inherit. `DEFAULT` is the server's own setting, as
 * the `mysql` client would have it; a connection reset would do the same but release the deploy lock.
 */
const SET_SESSION = `SET autocommit = 1, sql_mode = DEFAULT, foreign_key_checks = 1, unique_checks = 1,
  time_zone = DEFAULT, transaction_isolation = DEFAULT, transaction_read_only = OFF, sql_safe_updates = OFF,
  sql_select_limit = DEFAULT, max_execution_time = 0, default_storage_engine = DEFAULT,
  innodb_lock_wait_timeout = DEFAULT, group_concat_max_len = DEFAULT, sql_auto_is_null = OFF,
  sql_big_selects = DEFAULT, sql_notes = ON, explicit_defaults_for_timestamp = DEFAULT, wait_timeout = 120`;
/** Gives a changeset the session that every other one had, with a bounded wait for metadata locks. */
async function setSessionState(session, statementLockTimeout) {
    forgetDrift(session);
    const seconds = Math.max(1, Math.ceil(statementLockTimeout));
    // One round trip: it is paid for every changeset. The default schema is put back after each statement.
    await send(session, `${SET_SESSION}, lock_wait_timeout = ${seconds}, NAMES utf8mb4`);
}
/** Asks for the GTID of each own transaction; the server refuses it to nobody, and gives none where GTIDs are off. */
async function trackOwnGtids(session) {
    await send(session, `SET SESSION session_track_gtids = 'OWN_GTID'`);
}

;// CONCATENATED MODULE: ./lib/modes/transform-and-check.js
















/** How often the whole transaction is tried when others made the server roll it back. */
const transform_and_check_TRIES = 4;
/** Seconds to wait for a row that somebody else holds: nobody writes dimensions and facts beside the pipeline. */
const ROW_LOCK_SECONDS = 20;
/** READ COMMITTED reads staging without locks, so that those who write it are not held up. */
const PREPARE = `${SET_SESSION}, NAMES utf8mb4`;
const PREPARE_PIPELINE = `SET time_zone = '+00:00', innodb_lock_wait_timeout = ${ROW_LOCK_SECONDS},
  lock_wait_timeout = ${ROW_LOCK_SECONDS}, transaction_isolation = 'READ-COMMITTED'`;
const UNCHANGED = 'Staging holds what was loaded; what transforms build was not changed';
/**
 * Runs all transforms and checks as one transaction. It is committed only when no check of severity `error` failed, and
 * the results of the checks are recorded either way. Died before COMMIT: nothing of it happened, and the changed keys
 * still wait. Died after it: the mark in the row of the run says so.
 */
async function transformAndCheck(run) {
    const { session, log, manifest } = run;
    await send(session, PREPARE);
    await send(session, PREPARE_PIPELINE);
    for (let attempt = 1;; attempt += 1) {
        try {
            await attemptOnce(run);
            return;
        }
        catch (error) {
            if (isConnectionLost(error))
                throw error;
            await send(session, 'ROLLBACK');
            if (!isWorthAnotherTry(error) || attempt === transform_and_check_TRIES || run.interrupt.aborted)
                throw error;
            tellPipeline(run, { transforms: manifest.transforms.map(({ path }) => notRun(path)), checks: [] });
            log({
                level: 'warning',
                event: 'transaction-retried',
                message: `others held rows that the transforms need; the transaction was rolled back and is tried again (${attempt} of ${transform_and_check_TRIES - 1})`,
            });
            await (0,external_node_timers_promises_.setTimeout)(100 * 4 ** attempt);
        }
    }
}
async function attemptOnce(run) {
    const { session, manifest, draft } = run;
    const transforms = checksum(manifest.transforms.flatMap(({ statements }) => statements));
    await send(session, 'START TRANSACTION');
    await offerKeys(run, transforms);
    await runTransforms(run);
    const checks = await runChecks(run);
    const errors = checkProblems(checks, 'error');
    (0,modes_draft/* tell */.qz)(draft, { warnings: [...draft.report.warnings, ...checkProblems(checks, 'warning')] });
    if (errors.length > 0) {
        await send(session, 'ROLLBACK');
        await recordFailure(session, runId(draft), checks);
        const names = (0,pipeline_outcome/* failedChecks */.H)({ checks }, 'error').map(({ name }) => name);
        tellFailure(run, errors, `${UNCHANGED}: check ${names.join(', ')} failed.`);
        return;
    }
    requireGoOn(run.interrupt);
    await requireLock(session);
    await recordResults(session, runId(draft), checks);
    for (const dataset of manifest.datasets)
        await clearChangedKeys(session, dataset, transforms);
    await markTransformed(session, runId(draft));
    tellPipeline(run, { isCommitted: undefined });
    await send(session, 'COMMIT');
    tellCommitted(run);
}
/** Says that the transforms are in effect. */
function tellCommitted(run) {
    tellPipeline(run, { isCommitted: true });
    (0,modes_draft/* tell */.qz)(run.draft, { databaseState: 'Staging is loaded, and what transforms build from it is up to date.' });
}
async function recordFailure(session, id, checks) {
    await send(session, 'START TRANSACTION');
    await recordResults(session, id, checks);
    await send(session, 'COMMIT');
}
async function offerKeys({ session, manifest, log }, transforms) {
    for (const dataset of manifest.datasets) {
        const { keys } = await offerChangedKeys(session, dataset, transforms);
        const what = keys === 'all' ? 'all rows are compared' : `${(0,wording/* count */.U9)(keys, 'changed key')} to follow`;
        log({ level: 'debug', event: 'changed-keys', message: `dataset ${dataset.name}: ${what}` });
    }
}
async function runTransforms(run) {
    const { session, manifest, log, interrupt } = run;
    for (const sqlFile of manifest.transforms) {
        const started = performance.now();
        tellTransform(run, sqlFile.path, { status: 'failed' });
        const result = await runTransform(session, sqlFile, interrupt);
        const durationMs = Math.round(performance.now() - started);
        tellTransform(run, sqlFile.path, { ...result, status: 'done', durationMs });
        log({
            level: 'info',
            event: 'transform-done',
            message: `${sqlFile.path}: ${describeResult(result)}`,
            durationMs,
        });
    }
}
function tellTransform(run, file, known) {
    const transforms = outcome(run).transforms.map((transform) => transform.file === file ? { ...transform, ...known } : transform);
    tellPipeline(run, { transforms });
}
function describeResult({ rowsAffected, versionsOpened, versionsClosed, }) {
    const versions = versionsOpened === undefined && versionsClosed === undefined
        ? ''
        : `, ${(0,wording/* count */.U9)(versionsOpened ?? 0, 'version')} opened, ${versionsClosed ?? 0} closed`;
    return `${(0,wording/* count */.U9)(rowsAffected, 'row')} affected${versions}`;
}
async function runChecks(run) {
    const { session, manifest, log, interrupt } = run;
    const sensitive = manifest.datasets.flatMap(({ columns }) => columns.filter((column) => column.sensitive));
    const context = {
        interrupt,
        sensitive: new Set(sensitive.map(({ name }) => name.toLowerCase())),
        previous: await readPreviousMetrics(session),
    };
    let checks = manifest.checks.map((check) => run_check_describe(check, context));
    tellPipeline(run, { checks });
    for (const [at, check] of manifest.checks.entries()) {
        const found = await runCheck(session, check, context);
        checks = checks.with(at, found);
        tellPipeline(run, { checks });
        const hasPassed = found.status === 'passed';
        log({
            level: hasPassed ? 'info' : found.severity,
            event: hasPassed ? 'check-passed' : 'check-failed',
            message: `check ${found.name} ${found.status}: ${found.metric ?? 'no number'} (threshold ${found.threshold})`,
            at: found.at,
            durationMs: found.durationMs ?? 0,
        });
    }
    return checks;
}

;// CONCATENATED MODULE: ./lib/modes/settle-lost-pipeline.js









/**
 * After a lost connection: finds out whether the transforms were committed. The deploy lock is free only when the lost
 * session is gone, so whoever gets it sees what that session left for good; and the next run goes on from there.
 */
async function settleLostPipeline(run, lost) {
    const { inputs, draft, log } = run;
    const message = `the connection was lost: ${describeServerError(lost)}`;
    (0,modes_draft/* tell */.qz)(draft, {
        result: 'unknown',
        databaseState: outcome(run).isCommitted === undefined
            ? 'The connection was lost when the transforms were committed; whether they are in effect is not known.'
            : 'The connection was lost; what transforms build was not changed.',
    });
    log({ level: 'warning', event: 'connection-lost', message: `${message}; finding out what is in effect` });
    const deadline = Date.now() + inputs.database.connectTimeout * 1000;
    for (;;) {
        try {
            await settleLocked(run, message);
            return;
        }
        catch (error) {
            // A server that shuts down lets sessions in and ends them again.
            if (isConnectionLost(error) && Date.now() < deadline)
                continue;
            if (!(error instanceof lib_errors/* ExpectedError */.Dh) && !isConnectionLost(error))
                throw error;
            const problems = error instanceof lib_errors/* ExpectedError */.Dh ? error.problems : [];
            const fix = 'see that the server runs, then run the pipeline again: it goes on where it stood';
            (0,modes_draft/* tell */.qz)(draft, { problems: [{ code: 'connection-lost', message, fix }, ...problems] });
            return;
        }
    }
}
async function settleLocked(run, message) {
    const { inputs, draft, log } = run;
    const id = runId(draft);
    const owner = { runId: id, actor: inputs.run.actor, runUrl: inputs.run.runUrl };
    await withConnection(inputs.database, log, (session) => withDeployLock(session, inputs.lockTimeout, owner, log, async () => {
        if (await wasTransformed(session, id)) {
            (0,modes_draft/* tell */.qz)(draft, { result: 'ok' });
            tellCommitted(run);
            await finishPipelineRun(session, id, 'succeeded', pipelineDetails(run));
            return;
        }
        tellPipeline(run, { isCommitted: false });
        const fix = 'run the pipeline again: it goes on where ingest stood';
        tellFailure(run, [{ code: 'connection-lost', message, fix }], 'The connection was lost and the transaction with it: what transforms build was not changed.');
        await finishPipelineRun(session, id, 'failed', pipelineDetails(run));
    }));
}

;// CONCATENATED MODULE: ./lib/modes/with-interrupt.js

/** A cancelled run ends the statement that is running, and the failure that follows takes its usual way. */
async function withInterrupt({ inputs, log }, controller, session, onInterrupt, use) {
    const release = onInterrupt(() => {
        controller.abort();
        log({
            level: 'warning',
            event: 'interrupted',
            message: 'interrupted: ending the statement that is running',
        });
        if (isKillable(session))
            void killQuery(inputs.database, session.id, log);
    });
    try {
        return await use();
    }
    finally {
        release();
    }
}

;// CONCATENATED MODULE: ./lib/modes/pipeline.js




















/** Loads CSV files into staging, builds dimensions and facts from it, and keeps them only if the checks agree. */
async function pipeline(inputs, draft, log, onInterrupt) {
    const manifest = await readManifest(inputs.workingDirectory, inputs.pipelineFile.path);
    const sources = findSources(inputs, manifest.datasets);
    (0,modes_draft/* tell */.qz)(draft, { pipeline: nothingRan(manifest) });
    const controller = new AbortController();
    const run = { inputs, draft, log, manifest, interrupt: controller.signal };
    const lost = await withConnection(inputs.database, log, async (session) => {
        const server = await readServer(session);
        tellTarget(inputs, draft, server);
        await requireWritable(session, server);
        const state = await readTrackingState(session);
        requirePipelineTables(state);
        const owner = { runId: runId(draft), actor: inputs.run.actor, runUrl: inputs.run.runUrl };
        return withDeployLock(session, inputs.lockTimeout, owner, log, () => withInterrupt(run, controller, session, onInterrupt, () => runLocked({ ...run, session }, sources, state)));
    });
    if (lost !== undefined)
        await settleLostPipeline(run, lost);
}
/** Every dataset that has no file is named before anything is loaded. */
function findSources({ workingDirectory }, datasets) {
    const problems = [];
    const sources = datasets.flatMap((dataset) => {
        try {
            return { dataset, files: findCsvFiles(workingDirectory, dataset) };
        }
        catch (error) {
            if (!(error instanceof lib_errors/* ExpectedError */.Dh))
                throw error;
            problems.push(...error.problems);
            return [];
        }
    });
    (0,lib_errors/* refuse */.TR)(problems);
    return sources;
}
/** Gives the error of a connection that was lost, for what came of it has to be found out from another one. */
async function runLocked(run, sources, state) {
    const { session, draft, inputs } = run;
    await requireFinishedUpdate(session, state);
    await closeDeadPipelines(session, runId(draft));
    const { environment } = inputs;
    await startPipelineRun(session, { runId: runId(draft), environment, actor: inputs.run.actor }, pipelineDetails(run));
    try {
        await workThrough(run, sources);
        const status = draft.report.result === 'ok' ? 'succeeded' : 'failed';
        await finishPipelineRun(session, runId(draft), status, pipelineDetails(run));
        return undefined;
    }
    catch (error) {
        if (isConnectionLost(error))
            return error;
        // What could still be recorded was; the run must not stay `running`.
        await finishPipelineRun(session, runId(draft), 'failed', pipelineDetails(run)).catch(() => undefined);
        throw error;
    }
}
async function workThrough(run, sources) {
    try {
        for (const source of sources)
            await pipeline_ingest(run, source);
        await transformAndCheck(run);
    }
    catch (error) {
        const problems = isConnectionLost(error) ? undefined : foreseen(error);
        if (!problems)
            throw error;
        tellFailure(run, problems, stateAfterFailure(run));
    }
}
async function pipeline_ingest(run, { dataset, files }) {
    const { session, draft, log, interrupt } = run;
    const options = { runId: runId(draft), log, progress: ingestProgress(log), signal: interrupt };
    const done = await ingestDataset(session, dataset, files, options);
    const { datasets, missing } = outcome(run);
    tellPipeline(run, {
        datasets: [...datasets, { ...done, durationMs: Math.round(done.durationMs) }],
        missing: done.problem ? missing : missing.filter((name) => name !== dataset.name),
    });
    if (done.problem)
        throw new lib_errors/* ExpectedError */.Dh(done.problem);
}
/** Which of the two promises holds: staging by dataset, everything downstream as a whole. */
function stateAfterFailure(run) {
    const { missing } = outcome(run);
    const loaded = missing.length === 0
        ? 'Staging is loaded'
        : `Datasets that were not loaded to their end: ${missing.join(', ')}; the next run goes on there`;
    return `${loaded}. What transforms build was not changed.`;
}
/** A deploy that stopped in the middle may have left tables that no transform was written for. */
async function requireFinishedUpdate(session, state) {
    const unfinished = await readUnfinishedRun(session, state);
    if (!unfinished)
        return;
    const { runId: id, actor } = unfinished.run;
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'unfinished-run',
        message: `run ${id} of ${actor} stopped in the middle of a changeset, so the tables may not be as the pipeline expects`,
        fix: 'finish it first: mode: update says how to go on',
    });
}

;// CONCATENATED MODULE: ./lib/modes/require-approval.js


/** With `require-approval`: says who said yes to this run, or gives the reasons to refuse it. */
async function requireApproval({ requireApproval: isRequired, environment }, draft, log, { readApproval }) {
    if (!isRequired)
        return [];
    try {
        const { approval, problems, warnings } = await (readApproval ?? noRun)(environment);
        (0,modes_draft/* tell */.qz)(draft, { approval, warnings: [...draft.report.warnings, ...warnings] });
        if (approval) {
            const message = `approved by ${approval.approvedBy} in environment ${environment}`;
            log({ level: 'info', event: 'approved', message });
        }
        return problems;
    }
    catch (error) {
        if (!(error instanceof lib_errors/* ExpectedError */.Dh))
            throw error;
        return error.problems;
    }
}
function noRun() {
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'not-approved',
        message: 'there is no workflow run that somebody could approve',
        fix: 'run it in a workflow, or leave require-approval out',
    });
}

;// CONCATENATED MODULE: ./lib/modes/rollback.js















/** Restores a named backup, after taking one of what is there now: a rollback can itself be undone. */
async function rollback(inputs, draft, log, services) {
    (0,lib_errors/* refuse */.TR)(await requireApproval(inputs, draft, log, services));
    const { artifacts, postStep } = services;
    await withConnection(inputs.database, log, async (session) => {
        const server = await readServer(session);
        tellTarget(inputs, draft, server);
        await requireWritable(session, server);
        const owner = { runId: runId(draft), actor: inputs.run.actor, runUrl: inputs.run.runUrl };
        await withDeployLock(session, inputs.lockTimeout, owner, log, () => rollbackLocked({ inputs, draft, log, session, server, interrupt: NEVER, artifacts, postStep }, inputs));
    });
}
/** A restore that is killed leaves the old state or the new one, so it needs no orderly end. */
const NEVER = new AbortController().signal;
async function rollbackLocked(run, inputs) {
    const { draft, log, session } = run;
    await ensureTrackingTables(session, await readTrackingState(session), log);
    await finishLeftRestore(session, inputs.lockTimeout);
    (0,lib_errors/* refuse */.TR)(await probeRestore(session));
    const ref = inputs.backupRef ?? (await readLastBackupRef(session)) ?? rollback_noBackup();
    const { facts } = await openKept(run, inputs.backup, ref);
    run.postStep?.begin(runId(draft));
    await recordRun(session, runStart(run), 'running', { restores: ref, restoresTo: facts.createdAt });
    try {
        if (inputs.dryRun) {
            await rehearseRestore(run, inputs.backup, ref);
            (0,modes_draft/* tell */.qz)(draft, { databaseState: 'The database was not changed; the backup can be restored.' });
        }
        else {
            const safety = await takeBackup(run, inputs.backup);
            (0,modes_draft/* tell */.qz)(draft, { backup: safety });
            const restore = await restoreBackup(run, inputs.backup, ref);
            await undoStatementsSince(session, facts.createdAt);
            (0,modes_draft/* tell */.qz)(draft, {
                isRestored: true,
                restore,
                databaseState: `${describeRollback(restore, facts.createdAt)} What was there before is kept in ${restore.aside}; to undo this rollback: backup-ref ${safety.ref}.`,
            });
        }
    }
    catch (error) {
        await finishRun(session, runId(draft), 'failed', 0, details(draft)).catch(() => undefined);
        throw error;
    }
    await finishRun(session, runId(draft), 'succeeded', 0, details(draft));
}
function describeRollback({ keptTransactions }, createdAt) {
    if (keptTransactions === undefined)
        return `The database is as it was at ${createdAt}.`;
    return `What deploys did since ${createdAt} is undone, and ${(0,wording/* count */.U9)(keptTransactions, 'transaction')} of others since then ${keptTransactions === 1 ? 'is' : 'are'} kept.`;
}
function rollback_noBackup() {
    throw new lib_errors/* ExpectedError */.Dh({
        code: 'wrong-backup',
        message: 'no update of this schema has left a backup',
        fix: 'pass backup-ref: the output of the update to undo',
    });
}

;// CONCATENATED MODULE: ./lib/mysql/table-sizes.js

/** Otherwise the numbers may be a day old, and those of a table that nobody analysed are missing. */
const ASK_NOW = 'SET SESSION information_schema_stats_expiry = 0';
const SELECT_SIZES = `SELECT TABLE_NAME AS name, CAST(COALESCE(TABLE_ROWS, 0) AS CHAR) AS table_rows,
  CAST(COALESCE(DATA_LENGTH, 0) + COALESCE(INDEX_LENGTH, 0) AS CHAR) AS bytes
  FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'
    AND IF(@@lower_case_table_names = 0, TABLE_NAME, LOWER(TABLE_NAME)) MEMBER OF (CAST(? AS JSON))`;
/** The tables among these names that the schema has; SELECT on them is all that it takes. */
async function readTableSizes(session, names) {
    if (names.length === 0)
        return [];
    await send(session, ASK_NOW);
    const { folds } = await readRow(session, 'SELECT @@lower_case_table_names AS folds');
    const asked = folds === 0 ? names : names.map((name) => name.toLowerCase());
    const rows = await readRows(session, SELECT_SIZES, [
        session.schema,
        JSON.stringify(asked),
    ]);
    return rows.map(({ name, table_rows, bytes }) => ({
        name,
        rows: Number(table_rows),
        bytes: Number(bytes),
    }));
}
const SELECT_SCHEMA_SIZE = `SELECT CAST(COALESCE(SUM(DATA_LENGTH + INDEX_LENGTH), 0) AS CHAR) AS bytes
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'`;
/** Bytes in all tables of the schema that this account can see: what a backup has to move. */
async function readSchemaSize(session) {
    const { bytes } = await readRow(session, SELECT_SCHEMA_SIZE, [session.schema]);
    return Number(bytes);
}

;// CONCATENATED MODULE: ./lib/modes/tell-sizes.js


/** Names beyond these are of nobody's interest, and the question has to fit into a packet. */
const MOST_NAMES = 5000;
/** Adds what a reviewer asks next: how large the touched tables are, and how much backup and restore would move. */
async function tellSizes(draft, session) {
    if (draft.report.pending.length === 0)
        return;
    const names = new Set(draft.report.pending.flatMap(({ tables }) => tables));
    (0,modes_draft/* tell */.qz)(draft, {
        tables: await readTableSizes(session, [...names].slice(0, MOST_NAMES)),
        schemaBytes: await readSchemaSize(session),
    });
}

;// CONCATENATED MODULE: ./lib/modes/status.js



/** Lists what is pending, and what would keep it from running. */
async function status_status(inputs, draft, log) {
    await withReadTarget(inputs, draft, log, async (_, { session }) => {
        const problems = planProblems(draft);
        if (problems.length > 0)
            (0,modes_draft/* tell */.qz)(draft, { result: 'blocked', problems });
        await tellSizes(draft, session);
    });
}

;// CONCATENATED MODULE: ./lib/mysql/facts.js





const facts_COUNT_TABLES = `SELECT COUNT(*) AS n FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND TABLE_TYPE = 'BASE TABLE'`;
const COUNT_VIEWS = 'SELECT COUNT(*) AS n FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?';
const COUNT_COLUMNS = `SELECT COUNT(*) AS n FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COLUMN_NAME = ?`;
const SELECT_INDEX_COLUMNS = `SELECT TABLE_NAME AS tableName, INDEX_NAME AS indexName, COLUMN_NAME AS columnName
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ?
  AND (? IS NULL OR TABLE_NAME = ?) AND (? IS NULL OR INDEX_NAME = ?)
  ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`;
const COUNT_FOREIGN_KEYS = `SELECT COUNT(*) AS n FROM information_schema.TABLE_CONSTRAINTS
  WHERE CONSTRAINT_TYPE = 'FOREIGN KEY' AND CONSTRAINT_SCHEMA = ? AND CONSTRAINT_NAME = ?
  AND (? IS NULL OR TABLE_NAME = ?)`;
const COUNT_PRIMARY_KEYS = `SELECT COUNT(*) AS n FROM information_schema.TABLE_CONSTRAINTS
  WHERE CONSTRAINT_TYPE = 'PRIMARY KEY' AND TABLE_SCHEMA = ? AND TABLE_NAME = ?`;
/**
 * Answers one question of a precondition; throws the server's error when it cannot be asked. A lost connection is no
 * answer, whatever `onError` says.
 */
async function answer(session, history, question) {
    try {
        return await facts_ask(session, history, question);
    }
    catch (error) {
        if (!isConnectionLost(error))
            throw error;
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'connection-lost',
            message: `the connection was lost while a precondition was judged: ${describeServerError(error)}`,
            fix: 'see that the server runs, then run again',
        });
    }
}
async function facts_ask(session, history, question) {
    const { schema } = session;
    switch (question.kind) {
        case 'tableExists':
            return existsIn(session, question.tableName, await facts_count(session, facts_COUNT_TABLES, schema, question.tableName), `table \`${question.tableName}\``);
        case 'viewExists':
            return existsIn(session, question.viewName, await facts_count(session, COUNT_VIEWS, schema, question.viewName), `view \`${question.viewName}\``);
        case 'columnExists':
            return existsIn(session, question.tableName, await facts_count(session, COUNT_COLUMNS, schema, question.tableName, question.columnName), `column \`${question.tableName}\`.\`${question.columnName}\``);
        case 'indexExists':
            return answerIndex(session, question);
        case 'foreignKeyConstraintExists': {
            const table = question.foreignKeyTableName ?? null;
            const found = await facts_count(session, COUNT_FOREIGN_KEYS, schema, question.foreignKeyName, table, table);
            const what = `foreign key \`${question.foreignKeyName}\``;
            return existsIn(session, question.foreignKeyTableName, found, what);
        }
        case 'primaryKeyExists':
            return existsIn(session, question.tableName, await facts_count(session, COUNT_PRIMARY_KEYS, schema, question.tableName), `primary key of table \`${question.tableName}\``);
        case 'tableIsEmpty':
            return answerIsEmpty(session, question.tableName);
        case 'rowCount':
            return answerRowCount(session, question.tableName, question.expectedRows);
        case 'sqlCheck':
            return answerSqlCheck(session, question.sql, question.expectedResult);
        case 'changeSetExecuted': {
            const key = changesetKey(question.author, question.id);
            return history.has(key)
                ? { holds: true, found: `changeset ${key} was executed` }
                : { holds: false, found: `changeset ${key} was not executed` };
        }
    }
}
async function facts_count(session, sql, ...values) {
    const [row] = await readRows(session, sql, values);
    return Number(row?.n ?? 0);
}
/** The server hides from information_schema what this user has no privilege on: then nothing is known. */
async function existsIn(session, tableName, found, what) {
    if (found > 0)
        return { holds: true, found: `${what} exists` };
    if (tableName !== undefined)
        await requireVisible(session, tableName);
    return { holds: false, found: `${what} does not exist` };
}
/** Says of a table that is missing another thing (1146) than of one that may not be looked at (1142). */
async function requireVisible(session, tableName) {
    try {
        await send(session, `SHOW COLUMNS FROM ${await quoteTable(tableName)}`);
    }
    catch (error) {
        if (isPrivilegeMissing(error) || isConnectionLost(error))
            throw error;
    }
}
async function answerIndex(session, question) {
    const { tableName, indexName, columnNames } = question;
    const [table, index] = [tableName ?? null, indexName ?? null];
    const rows = await readRows(session, SELECT_INDEX_COLUMNS, [
        ...[session.schema, table, table, index, index],
    ]);
    const indexes = new Map();
    for (const row of rows) {
        const key = JSON.stringify([row.tableName, row.indexName]);
        // A part that is an expression has no column.
        indexes.set(key, [...(indexes.get(key) ?? []), row.columnName?.toLowerCase() ?? '']);
    }
    const wanted = JSON.stringify(columnNames.map((name) => name.toLowerCase()));
    const found = [...indexes.values()].filter((columns) => columnNames.length === 0 || JSON.stringify(columns) === wanted);
    return existsIn(session, tableName, found.length, describeIndex(question));
}
async function answerIsEmpty(session, tableName) {
    const table = await quoteTable(tableName);
    const rows = await readRows(session, `SELECT 1 AS found FROM ${table} LIMIT 1`);
    return rows.length === 0
        ? { holds: true, found: `table ${table} is empty` }
        : { holds: false, found: `table ${table} is not empty` };
}
async function answerRowCount(session, tableName, expected) {
    const table = await quoteTable(tableName);
    const [row] = await readRows(session, `SELECT COUNT(*) AS n FROM ${table}`);
    const found = Number(row?.n ?? 0);
    return { holds: found === expected, found: `table ${table} has ${found} rows, expected ${expected}` };
}
async function quoteTable(tableName) {
    const { escapeId } = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 82384, 19));
    // `true`: a dot in the name is part of the name, not a schema.
    return escapeId(tableName, true);
}
/** One SELECT, in a transaction that cannot write; its first column is compared as the text that the server sends. */
async function answerSqlCheck(session, sql, expected) {
    await send(session, 'START TRANSACTION READ ONLY');
    try {
        const [rows] = await session.connection.query({
            sql,
            rowsAsArray: true,
            typeCast: (field) => field.buffer()?.toString() ?? null,
        });
        const [first] = rows;
        const found = first?.[0];
        if (found === undefined)
            return { holds: false, found: 'the SELECT of sqlCheck returned no row' };
        const shown = found === null ? 'NULL' : JSON.stringify(found);
        return {
            holds: found === expected,
            found: `sqlCheck found ${shown}, expected ${JSON.stringify(expected)}`,
        };
    }
    finally {
        await send(session, 'ROLLBACK');
    }
}

;// CONCATENATED MODULE: ./lib/mysql/statement-problem.js



/** What the server, or one of our own checks, had against a statement, with its line in the SQL file. */
function statementProblem(changeset, number, error) {
    const statement = changeset.sql.statements[number - 1];
    const at = statement_problem_placeOf(changeset, number);
    if (error instanceof lib_errors/* ExpectedError */.Dh)
        return { at, ...error.problems[0] };
    const words = (0,redact/* redactServerMessage */.Gn)(describeServerError(error), statement?.text ?? '', statement?.backslash);
    // The server counts lines within the statement; people look at the file.
    const lineInStatement = Number(/ at line (\d+)$/.exec(words)?.[1] ?? 1);
    return {
        code: 'statement-failed',
        message: `changeset ${changeset.key} statement ${number} of ${changeset.sql.statements.length}: ${words}`,
        at: { ...at, line: at.line + lineInStatement - 1 },
        fix: statementFix(error),
    };
}
/** The same of a CALL. */
function callProblem(changeset, number, error) {
    const problem = statementProblem(changeset, number, error);
    return {
        ...problem,
        message: `${problem.message}; what the routine committed before that is in effect`,
        fix: 'look at what it did; then run mode: update with resume: true and resume-in-doubt: done (leave it) or not-done (call it again)',
    };
}
/** The statement is in effect, and only its journal row is missing. */
function unrecordedProblem(changeset, number, error) {
    return {
        code: 'statement-failed',
        message: `changeset ${changeset.key} statement ${number} took effect, but could not be recorded as done: ${describeServerError(error)}`,
        at: statement_problem_placeOf(changeset, number),
        fix: 'mend the cause, then run mode: update with resume: true and resume-in-doubt: done',
    };
}
/** The connection broke while this statement ran, or before it was sent. */
function lostProblem(changeset, number, error) {
    return {
        code: 'connection-lost',
        message: `changeset ${changeset.key}: the connection to the server was lost: ${describeServerError(error)}`,
        at: statement_problem_placeOf(changeset, number),
        fix: 'run mode: update again when the server answers: it says how to go on',
    };
}
/** The statement's number and the line of its problem, as the report has them. */
function stoppedAt(changeset, number, { at }) {
    const line = at?.file === changeset.sql.path ? at.line : statement_problem_placeOf(changeset, number).line;
    return { number, line };
}
function statement_problem_placeOf({ sql }, number) {
    return { file: sql.path, line: sql.statements[number - 1]?.line ?? 1 };
}
function statementFix(error) {
    if (isLockTimeout(error))
        return 'end the session that blocks, or raise lock-timeout, then run again';
    if (isPrivilegeMissing(error))
        return missingGrant(error);
    return 'mend the SQL file, then run again';
}

;// CONCATENATED MODULE: ./lib/mysql/apply-job.js


/** `number` is the first statement that is not known to be done, `running` the one that was sent last. */
function lost(job, number, heard, error, running = number) {
    const problem = lostProblem(job.changeset, running, error);
    const failedStatement = stoppedAt(job.changeset, running, problem);
    return { kind: 'lost', done: number - 1, heard, problem, failedStatement };
}
/** Writes the history row; `started` is of the same clock as `performance.now()`. */
function recordAsApplied(session, job, started) {
    const executionMs = Math.round(performance.now() - started);
    return recordChangeset(session, job.changeset, job.earlier, job.execType, executionMs, job.history);
}
/** What running a statement of the changeset takes; numbers begin with 1. */
function statementContext({ changeset, ...job }, number) {
    return {
        at: { file: changeset.sql.path, line: changeset.sql.statements[number - 1]?.line ?? 1 },
        number,
        changeset: changeset.key,
        lockTimeout: job.lockTimeout,
        log: job.log,
        interrupt: job.interrupt,
    };
}
/** A result as the journal keeps it. */
function doneStatement(number, result) {
    return { number, rowsAffected: result.rowsAffected, gtid: result.gtid };
}

;// CONCATENATED MODULE: ./lib/mysql/retried-transaction.js




/** A deadlock or lock timeout rolls everything back, so the same again is safe, for up to `lock-timeout`. */
async function inRetriedTransaction(session, job, work) {
    const deadline = Date.now() + job.lockTimeout * 1000;
    for (let pause = 250;; pause = Math.min(5000, pause * 2)) {
        try {
            await send(session, 'START TRANSACTION');
            await work();
            await send(session, 'COMMIT');
            return;
        }
        catch (error) {
            const isRetried = (isDeadlock(error) || isLockTimeout(error)) && Date.now() + pause <= deadline;
            if (!isRetried)
                throw error;
            await send(session, 'ROLLBACK');
            job.log({
                level: 'warning',
                event: 'transaction-retried',
                message: `rolled back, next try in ${pause} ms: ${describeServerError(error)}`,
                changeset: job.changeset.key,
            });
            await (0,external_node_timers_promises_.setTimeout)(pause);
        }
    }
}
/** What is recorded with a statement would not be part of the same commit. */
function requireTransaction(result) {
    if (!result.isInTransaction) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'statement-failed',
            message: 'the statement ended the transaction that it ran in',
            fix: 'put statements that commit by themselves into a changeset of their own',
        });
    }
}

;// CONCATENATED MODULE: ./lib/mysql/blockers.js

const SELECT_BLOCKERS = `SELECT DISTINCT t.PROCESSLIST_ID AS connectionId, t.PROCESSLIST_USER AS user,
    t.PROCESSLIST_HOST AS host, t.PROCESSLIST_TIME AS seconds, t.PROCESSLIST_COMMAND AS command,
    l.OBJECT_NAME AS \`table\`
  FROM performance_schema.metadata_locks l
  JOIN performance_schema.threads t ON t.THREAD_ID = l.OWNER_THREAD_ID
  WHERE l.OBJECT_TYPE = 'TABLE' AND l.OBJECT_SCHEMA = ? AND l.LOCK_STATUS = 'GRANTED'
    AND t.PROCESSLIST_ID <> CONNECTION_ID()`;
/**
 * Who holds metadata locks on the tables that a statement names; undefined when the user may not ask (SELECT on
 * performance_schema). Asked after a wait failed: our own pending lock is gone by then, theirs are not.
 */
async function readBlockers(session, names) {
    try {
        const rows = await readRows(session, SELECT_BLOCKERS, [session.schema]);
        return rows.filter((row) => names.has(row.table.toLowerCase()));
    }
    catch {
        return undefined;
    }
}
/** `held by connection 812 (app@10.0.0.7, Sleep for 40 s) on orders`. */
function describeBlockers(blockers) {
    if (blockers === undefined) {
        return 'who blocks it cannot be read: GRANT SELECT ON performance_schema.* would name it';
    }
    if (blockers.length === 0)
        return 'nobody holds the table any more';
    return blockers
        .slice(0, 5)
        .map(({ connectionId, user, host, command, seconds, table }) => `held by connection ${connectionId} (${user ?? '?'}@${host ?? '?'}, ${command ?? '?'} for ${seconds ?? '?'} s) on ${table}`)
        .join('; ');
}

;// CONCATENATED MODULE: ./lib/mysql/run-statement.js











/** Bits of `serverStatus` in the client/server protocol. */
const STATUS_IN_TRANSACTION = 1;
const STATUS_AUTOCOMMIT = 2;
function run_statement_interrupted() {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'interrupted',
        message: 'the run was interrupted; nothing more was run',
        fix: 'run mode: update again: it says how to go on',
    });
}
const unsent = new WeakSet();
/** Whether the error of `runStatement` came before it sent the statement, or sent it again. */
function wasNotSent(error) {
    return wasNeverSent(error) || (error instanceof Error && unsent.has(error));
}
async function requireGoBefore(session, interrupt) {
    try {
        if (interrupt.aborted)
            throw run_statement_interrupted();
        await requireLock(session);
    }
    catch (error) {
        if (error instanceof Error)
            unsent.add(error);
        throw error;
    }
}
/**
 * Sends one statement, if the session still owns the deploy lock. A DDL statement that waits for a metadata lock holds
 * up every query behind it, so each wait is short (`lock_wait_timeout`) and it is tried again with growing pauses; what
 * did not get its lock did nothing.
 */
async function runStatement(session, statement, context) {
    const deadline = Date.now() + context.lockTimeout * 1000;
    const kind = statementKind(statement);
    const mayRetry = kind === 'ddl';
    for (let pause = 250;; pause = Math.min(5000, pause * 2)) {
        await requireGoBefore(session, context.interrupt);
        await bringBack(session);
        const tellEnd = tellStart(context);
        try {
            const answer = await whileKillable(session, () => send(session, statement.text));
            tellEnd('statement-finished');
            const result = await readResult(session, answer);
            if (kind === 'call' || (kind === 'ddl' && result.gtid === null))
                await refreshGtid(session);
            return result;
        }
        catch (error) {
            tellEnd('statement-failed');
            if (!isLockTimeout(error))
                throw error;
            const blockers = describeBlockers(await readBlockers(session, run_statement_namesOf(statement)));
            if (!mayRetry || Date.now() + pause > deadline)
                throw withBlockers(error, blockers);
            context.log({
                level: 'warning',
                event: 'lock-wait',
                message: `waiting for a metadata lock, next try in ${pause} ms: ${blockers}`,
                at: context.at,
                changeset: context.changeset,
                statement: context.number,
            });
            await (0,external_node_timers_promises_.setTimeout)(pause);
        }
    }
}
/** For machines: people read of the changeset, and of the statement that fails. */
function tellStart(context) {
    const { changeset, number: statement, at, log } = context;
    const about = { level: 'debug', changeset, statement, at };
    log({ ...about, event: 'statement-started', message: 'started' });
    const started = performance.now();
    let hasEnded = false;
    return (event) => {
        if (hasEnded)
            return;
        hasEnded = true;
        const durationMs = Math.round(performance.now() - started);
        log({ ...about, event, message: event.replace('statement-', ''), durationMs });
    };
}
function withBlockers(error, blockers) {
    error.message = `${error.message} (${blockers})`;
    return error;
}
function run_statement_namesOf(statement) {
    const names = new Set();
    for (const token of codeTokens(statement)) {
        if (token.kind === 'word')
            names.add(token.text.toLowerCase());
        if (token.kind === 'name')
            names.add(token.text.slice(1, -1).replaceAll('``', '`').toLowerCase());
    }
    return names;
}
async function readResult(session, result) {
    const packet = okPacket(result);
    await putBack(session, packet.stateChanges ?? {});
    const status = packet.serverStatus;
    return {
        rowsAffected: packet.affectedRows ?? null,
        gtid: packet.stateChanges?.gtids?.at(-1) ?? null,
        isAutocommit: status === undefined || (status & STATUS_AUTOCOMMIT) !== 0,
        isInTransaction: status === undefined || (status & STATUS_IN_TRANSACTION) !== 0,
    };
}
/** A CALL gives its result sets and then an OK packet; a SELECT gives rows. */
function okPacket(result) {
    const last = Array.isArray(result) ? result.at(-1) : result;
    return typeof last === 'object' && last !== null && 'affectedRows' in last ? last : {};
}

;// CONCATENATED MODULE: ./lib/mysql/apply-in-transaction.js









/**
 * DML alone: `started` is committed first, then everything and the history row in one transaction. Dying at any point
 * leaves either all of it and the history row, or nothing.
 */
async function applyInTransaction(session, job, context, started) {
    const { statements } = job.changeset.sql;
    await send(session, 'START TRANSACTION');
    for (let number = 1; number <= statements.length; number += 1)
        await journalStarted(session, context, number);
    await send(session, 'COMMIT');
    let running = 1;
    try {
        await inRetriedTransaction(session, job, async () => {
            for (const [index, statement] of statements.entries()) {
                running = index + 1;
                const result = await runStatement(session, statement, statementContext(job, running));
                requireTransaction(result);
                await journalDone(session, context, doneStatement(running, result), undefined);
            }
            // A routine that released the lock let another run plan the same changeset.
            await requireLock(session);
            await recordAsApplied(session, job, started);
        });
        return undefined;
    }
    catch (error) {
        return transactionFailed(session, job, context, running, error);
    }
}
async function transactionFailed(session, job, context, number, error) {
    if (isConnectionLost(error))
        return lost(job, 1, 'nothing', error, number);
    const problem = statementProblem(job.changeset, number, error);
    const failedStatement = stoppedAt(job.changeset, number, problem);
    try {
        await send(session, 'ROLLBACK');
        await setSessionState(session, job.statementLockTimeout);
        await send(session, 'START TRANSACTION');
        for (const [index] of job.changeset.sql.statements.entries()) {
            if (index + 1 !== number)
                await journalEnded(session, context, index + 1, 'undone', 'rolled back');
        }
        await journalEnded(session, context, number, 'failed', problem.message);
        await send(session, 'COMMIT');
    }
    catch (later) {
        if (!isConnectionLost(later))
            throw later;
        return { kind: 'lost', done: 0, heard: 'nothing', problem, failedStatement };
    }
    return { kind: 'failed', done: 0, problem, failedStatement };
}

;// CONCATENATED MODULE: ./lib/mysql/apply-stepwise.js











/**
 * Statement by statement, for DDL commits by itself. Dying before a statement leaves it `started` and not done; dying
 * after it leaves it `started` and done: that is the doubt which the next run has to clear.
 */
async function applyStepwise(session, job, context, started) {
    const { statements } = job.changeset.sql;
    const first = job.alreadyDone + 1;
    for (const statement of statements.slice(0, first - 1)) {
        // What a session variable was set to is gone with the earlier run's session.
        if (isSessionSetting(statement))
            await send(session, statement.text);
    }
    if (first <= statements.length)
        await journalStarted(session, context, first);
    for (let number = first; number <= statements.length; number += 1) {
        const failure = await applyStatement(session, job, context, number, started);
        if (failure)
            return failure;
    }
    if (first > statements.length)
        await recordAsApplied(session, job, started);
    return undefined;
}
async function applyStatement(session, job, context, number, started) {
    const statement = job.changeset.sql.statements[number - 1];
    const next = number === job.changeset.sql.statements.length ? undefined : number + 1;
    let tookEffect = false;
    const record = async (result) => {
        await journalDone(session, context, doneStatement(number, result), next);
        if (next === undefined)
            await recordAsApplied(session, job, started);
    };
    try {
        if (runsInTransaction(statement)) {
            // A lone DML statement commits together with its `done` row, so it can never be in doubt.
            await inRetriedTransaction(session, job, async () => {
                const result = await runStatement(session, statement, statementContext(job, number));
                requireTransaction(result);
                await record(result);
            });
            return undefined;
        }
        const result = await runStatement(session, statement, statementContext(job, number));
        tookEffect = true;
        requireAutocommit(result);
        if (next === undefined)
            await send(session, 'START TRANSACTION');
        await record(result);
        if (next === undefined)
            await send(session, 'COMMIT');
        return undefined;
    }
    catch (error) {
        if (isConnectionLost(error)) {
            return lost(job, number, tookEffect ? 'done' : wasNotSent(error) ? 'not-sent' : 'nothing', error);
        }
        if (tookEffect)
            return notRecorded(session, job, number, error);
        return statementFailed(session, job, context, number, error);
    }
}
/** A function that a SELECT calls may write, so it has to commit with its `done` row as DML does. */
function runsInTransaction(statement) {
    const kind = statementKind(statement);
    return kind === 'dml' || (kind === 'neutral' && !isSessionSetting(statement));
}
/** The statement is in effect but its `done` row could not be written: it stays `started`, in doubt for the next run. */
async function notRecorded(session, job, number, error) {
    const problem = unrecordedProblem(job.changeset, number, error);
    const failedStatement = stoppedAt(job.changeset, number, problem);
    try {
        await send(session, 'ROLLBACK');
    }
    catch (later) {
        if (!isConnectionLost(later))
            throw later;
        return { kind: 'lost', done: number - 1, heard: 'done', problem, failedStatement };
    }
    return { kind: 'half-done', done: number - 1, problem, failedStatement };
}
/** A CALL that failed keeps what it committed before, so only a person can say whether it may be sent again. */
async function statementFailed(session, job, context, number, error) {
    const done = number - 1;
    const wasSent = !(error instanceof lib_errors/* ExpectedError */.Dh);
    const isCall = wasSent && statementKind(job.changeset.sql.statements[done]) === 'call';
    const problem = (isCall ? callProblem : statementProblem)(job.changeset, number, error);
    const failedStatement = stoppedAt(job.changeset, number, problem);
    try {
        await send(session, 'ROLLBACK');
        await setSessionState(session, job.statementLockTimeout);
        await journalEnded(session, context, number, isCall ? 'unknown' : 'failed', problem.message);
    }
    catch (later) {
        if (!isConnectionLost(later))
            throw later;
        return { kind: 'lost', done, heard: isCall ? 'nothing' : 'failed', problem, failedStatement };
    }
    return { kind: isCall ? 'half-done' : 'failed', done, problem, failedStatement };
}
function isSessionSetting(statement) {
    const [first] = codeTokens(statement);
    return statementKind(statement) === 'neutral' && first?.text.toUpperCase() === 'SET';
}
/** A statement may have switched autocommit off: our journal would then never be committed. */
function requireAutocommit(result) {
    if (!result.isAutocommit) {
        throw new lib_errors/* ExpectedError */.Dh({
            code: 'statement-failed',
            message: 'the statement switched the session to manual commit',
            fix: 'take autocommit and transaction statements out of the SQL file',
        });
    }
}

;// CONCATENATED MODULE: ./lib/mysql/apply-changeset.js






/** Runs the statements of one changeset and records it, so that the journal tells the truth wherever it stops. */
async function applyChangeset(session, job) {
    const started = performance.now();
    const { changeset } = job;
    try {
        const context = {
            runId: job.history.runId,
            changeset,
            logPosition: job.logPosition,
            ...(job.witness === 'definitions' && { readWitness: (number) => readWitness(session, job, number) }),
        };
        const failure = isDmlOnly(changeset.sql.statements)
            ? await applyInTransaction(session, job, context, started)
            : await applyStepwise(session, job, context, started);
        return failure ?? { kind: 'applied', durationMs: Math.round(performance.now() - started) };
    }
    catch (error) {
        if (!isConnectionLost(error))
            throw error;
        return lost(job, job.alreadyDone + 1, 'not-sent', error);
    }
}
/** A doubt that cannot be settled later costs less than a deploy that stops here. */
async function readWitness(session, job, number) {
    const statement = job.changeset.sql.statements[number - 1];
    if (statementKind(statement) !== 'ddl')
        return undefined;
    try {
        return await digestDefinitions(session, statement);
    }
    catch (error) {
        if (isConnectionLost(error))
            throw error;
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/modes/apply-in-order.js













/** Applies what is pending, one changeset after the other; after one that fails, no other is run. */
async function applyInOrder(run, plan, history, resumePoints) {
    const { draft, log } = run;
    const applied = new Map(history);
    const logPosition = await readLogPlace(run.session, run.server.version);
    const witness = logPosition && (await mayReadLog(run.session)) ? 'log' : 'definitions';
    for (const [index, planned] of plan.pending.entries()) {
        const { key, at } = planned.changeset;
        if (run.interrupt.aborted) {
            tellInterrupted(draft, key);
            return undefined;
        }
        log({
            level: 'info',
            event: 'changeset-started',
            message: `changeset ${index + 1} of ${plan.pending.length}`,
            changeset: key,
            at,
        });
        const alreadyDone = resumePoints.get(key)?.done ?? 0;
        const decision = await decideOrLose(run, planned, applied);
        if (typeof decision === 'object')
            return {
                planned,
                done: alreadyDone,
                heard: 'nothing',
                problem: decision,
                failedStatement: undefined,
            };
        if (decision === 'marked-ran')
            applied.set(key, newHistoryRow(run, planned));
        if (decision === 'marked-ran' || decision === 'skipped')
            continue;
        if (decision === 'stop')
            return undefined;
        const startedAt = new Date().toISOString();
        const started = performance.now();
        const outcome = await applyChangeset(run.session, {
            ...job(run, planned, alreadyDone),
            ...{ logPosition, witness },
        });
        (0,modes_draft/* tellChangeset */.wg)(draft, key, { startedAt, durationMs: Math.round(performance.now() - started) });
        if (outcome.kind === 'lost')
            return { ...outcome, planned };
        if (!apply_in_order_tellOutcome(run, planned, outcome))
            return undefined;
        applied.set(key, newHistoryRow(run, planned));
        (0,modes_draft/* tell */.qz)(draft, { databaseState: stateSoFar(draft) });
    }
    (0,modes_draft/* tell */.qz)(draft, { databaseState: stateAfterAll(draft) });
    return undefined;
}
/** Between two changesets nothing has to be ended or undone. */
function tellInterrupted(draft, next) {
    const problem = {
        code: 'interrupted',
        message: `the run was interrupted before changeset ${next}`,
        fix: 'run mode: update again for the rest',
    };
    (0,modes_draft/* tell */.qz)(draft, { result: 'failed', problems: [problem] });
}
/** `decide`, or the problem when the connection broke before the changeset's first statement. */
async function decideOrLose(run, planned, history) {
    const { key, at } = planned.changeset;
    try {
        return await decide(run, planned, history);
    }
    catch (error) {
        if (error instanceof lib_errors/* ExpectedError */.Dh && error.code === 'connection-lost')
            return { at, ...error.problems[0] };
        if (!isConnectionLost(error))
            throw error;
        return {
            code: 'connection-lost',
            message: `the connection to the server was lost before changeset ${key}: ${describeServerError(error)}`,
            at,
            fix: 'run mode: update again when the server answers: it says how to go on',
        };
    }
}
function stateAfterAll({ report }) {
    const skipped = report.pending.filter(({ status }) => status === 'skipped').length;
    if (skipped === 0)
        return 'The database has every changeset of this plan.';
    return `The database has every changeset of this plan but ${(0,wording/* count */.U9)(skipped, 'changeset')} that ${skipped === 1 ? 'was' : 'were'} skipped.`;
}
/** Judges the changeset's own preconditions: run it, go on with the next, or stop. */
async function decide(run, planned, history) {
    const { draft, session, inputs, log } = run;
    const { changeset } = planned;
    const { key } = changeset;
    await setSessionState(session, inputs.statementLockTimeout);
    if (changeset.preconditions.length === 0)
        return 'run';
    const verdict = await judgePreconditions(changeset.preconditions, (question) => answer(session, history, question));
    (0,modes_draft/* tellChangeset */.wg)(draft, key, { notes: verdict.notes });
    // What a SELECT called may have released it, and MARK_RAN writes.
    await requireLock(session);
    switch (verdict.kind) {
        case 'hold':
            return 'run';
        case 'skip':
        case 'mark-ran': {
            const status = verdict.kind === 'skip' ? 'skipped' : 'marked-ran';
            if (verdict.kind === 'mark-ran') {
                await recordChangeset(session, changeset, planned.earlier, 'MARK_RAN', null, historyContext(run));
            }
            (0,modes_draft/* tellChangeset */.wg)(draft, key, { status, notes: [...verdict.notes, verdict.message] });
            log({
                level: 'info',
                event: `changeset-${status}`,
                message: `${status}: ${verdict.message}`,
                changeset: key,
            });
            return status;
        }
        case 'halt': {
            const problem = {
                code: 'precondition',
                message: `changeset ${key}: a precondition does not hold: ${verdict.message}`,
                at: verdict.at,
                fix: 'bring the database to the state that the changeset asks for, or change onFail',
            };
            apply_in_order_tellFailure(run, planned, { done: 0, problem, failedStatement: undefined });
            return 'stop';
        }
    }
}
function apply_in_order_tellOutcome(run, planned, outcome) {
    const { key } = planned.changeset;
    switch (outcome.kind) {
        case 'applied':
            (0,modes_draft/* tellChangeset */.wg)(run.draft, key, { status: 'applied' });
            run.log({
                level: 'info',
                event: 'changeset-applied',
                message: 'applied',
                changeset: key,
                durationMs: outcome.durationMs,
            });
            return true;
        case 'failed':
            apply_in_order_tellFailure(run, planned, outcome);
            return false;
        case 'half-done':
            apply_in_order_tellFailure(run, planned, outcome);
            (0,modes_draft/* tellChangeset */.wg)(run.draft, key, { status: 'unknown' });
            (0,modes_draft/* tell */.qz)(run.draft, { databaseState: stateInDoubt(run.draft, planned, outcome.done) });
            return false;
    }
}
function apply_in_order_tellFailure(run, planned, { done, problem, failedStatement }) {
    const { draft } = run;
    const { key, sql } = planned.changeset;
    run.log({
        level: 'error',
        event: 'changeset-failed',
        message: problem.message,
        changeset: key,
        ...(problem.at ? { at: problem.at } : {}),
        ...(failedStatement ? { statement: failedStatement.number } : {}),
        ...(problem.fix === undefined ? {} : { fix: problem.fix }),
    });
    (0,modes_draft/* tellChangeset */.wg)(draft, key, { status: 'failed', statementsDone: done, problem, failedStatement });
    (0,modes_draft/* tell */.qz)(draft, {
        result: 'failed',
        problems: [problem],
        databaseState: apply_in_order_stateAfterFailure(draft, key, done, sql.statements.length),
    });
}
/** The state of the database while changesets are still to come. */
function stateSoFar(draft) {
    const number = appliedCount(draft);
    return `${(0,wording/* count */.U9)(number, 'changeset')} of this plan ${number === 1 ? 'is' : 'are'} applied; those after ${number === 1 ? 'it' : 'them'} were not run.`;
}
/** The state of the database after a changeset of which the first `done` statements are in effect and no other. */
function apply_in_order_stateAfterFailure(draft, key, done, total) {
    const before = appliedCount(draft);
    if (done === 0 && before === 0)
        return 'The database is as it was: nothing of this run took effect.';
    if (done === 0)
        return `Nothing of changeset ${key} took effect.${earlierState(draft)}`;
    return `Changeset ${key} is half applied: ${(0,wording/* inEffect */.L_)(done, total)}.${earlierState(draft)}`;
}
/** The same when nobody here can tell what statement `done + 1` did. */
function stateInDoubt(draft, { changeset }, done) {
    const total = changeset.sql.statements.length;
    const known = done === 0 ? '' : ` Before it, ${(0,wording/* inEffect */.L_)(done, total)}.`;
    return `Statement ${done + 1} of ${total} of changeset ${changeset.key} is in doubt: it may have taken effect, or a part of it.${known}${earlierState(draft)}`;
}
function earlierState(draft) {
    const before = appliedCount(draft);
    const earlier = before === 0 ? '' : ` ${(0,wording/* count */.U9)(before, 'changeset')} before it ${before === 1 ? 'is' : 'are'} applied.`;
    const { backup } = draft.report;
    return `${earlier} ${backup ? `Its backup is ${backup.ref}.` : 'There is no backup of this run.'}`;
}
function job(run, planned, alreadyDone) {
    const execType = planned.earlier === undefined ? 'EXECUTED' : 'RERAN';
    return {
        changeset: planned.changeset,
        earlier: planned.earlier,
        execType,
        history: historyContext(run),
        alreadyDone,
        statementLockTimeout: run.inputs.statementLockTimeout,
        lockTimeout: run.inputs.lockTimeout,
        log: run.log,
        interrupt: run.interrupt,
    };
}
/** Liquibase's DEPLOYMENT_ID: the last ten digits of the start in milliseconds. */
function historyContext({ draft }) {
    const deploymentId = String(Date.parse(draft.report.startedAt)).slice(-10);
    return { runId: runId(draft), deploymentId, tool: 'db-deploy' };
}
function newHistoryRow(run, { changeset }) {
    return {
        id: changeset.id,
        author: changeset.author,
        filename: changeset.at.file,
        checksum: changeset.sql.checksum,
        executedAt: run.draft.report.startedAt,
        runId: runId(run.draft),
    };
}

;// CONCATENATED MODULE: ./lib/modes/changelog-preconditions.js


/** Judges the preconditions of the whole changelog: whatever does not hold, but WARN, keeps the run from starting. */
async function judgeChangelogPreconditions(draft, changelog, ask) {
    const verdict = await judgePreconditions(changelog.preconditions, ask);
    for (const note of verdict.notes) {
        (0,modes_draft/* tell */.qz)(draft, { warnings: [...draft.report.warnings, { code: 'precondition', message: note }] });
    }
    if (verdict.kind === 'hold')
        return [];
    return [
        {
            code: 'precondition',
            message: `a precondition of the changelog does not hold: ${verdict.message}`,
            at: verdict.at,
            fix: 'bring the database to the state that the changelog asks for, or change the precondition',
        },
    ];
}

;// CONCATENATED MODULE: ./lib/modes/settle-lost-run.js
















/**
 * After a lost connection: finds out what became of the changeset that was running, and never sends it again. The
 * deploy lock is free only when the lost session is gone, so whoever gets it sees what that session left for good.
 */
async function settleLostRun(run, lost) {
    const { inputs, draft, log } = run;
    const { key } = lost.planned.changeset;
    const { problem, failedStatement } = lost;
    (0,modes_draft/* tellChangeset */.wg)(draft, key, { status: 'unknown', statementsDone: lost.done, problem, failedStatement });
    (0,modes_draft/* tell */.qz)(draft, {
        result: 'unknown',
        problems: [lost.problem],
        databaseState: `The connection was lost in changeset ${key}; what became of it is not known.`,
    });
    log({
        level: 'warning',
        event: 'connection-lost',
        message: `${lost.problem.message}; finding out what it did`,
        changeset: key,
    });
    const before = draft.report;
    const deadline = Date.now() + inputs.database.connectTimeout * 1000;
    for (;;) {
        try {
            await settle_lost_run_settleLocked(run, lost);
            return;
        }
        catch (error) {
            // A server that shuts down lets sessions in and ends them again; what was settled by then is found again.
            if (isConnectionLost(error) && Date.now() < deadline)
                continue;
            const problems = settle_lost_run_unsettled(error);
            if (!problems)
                throw error;
            draft.report = { ...before, problems: [...before.problems, ...problems] };
            return;
        }
    }
}
function settle_lost_run_unsettled(error) {
    if (error instanceof lib_errors/* ExpectedError */.Dh)
        return error.problems;
    if (!isConnectionLost(error))
        return undefined;
    const message = `the connection was lost again: ${describeServerError(error)}`;
    return [{ code: 'connection-lost', message, fix: 'see that the server runs, then run mode: update again' }];
}
async function settle_lost_run_settleLocked(run, lost) {
    const { inputs, draft, log } = run;
    const owner = { runId: runId(draft), actor: inputs.run.actor, runUrl: inputs.run.runUrl };
    await withConnection(inputs.database, log, (session) => withDeployLock(session, inputs.lockTimeout, owner, log, async () => {
        const server = await readServer(session);
        await settle(session, { ...run, server }, lost);
        await finishRun(session, runId(draft), 'failed', appliedCount(draft), details(draft));
        await restoreAfterFailure({ ...run, session, server });
    }));
}
async function settle(session, run, lost) {
    const { draft } = run;
    const { changeset, earlier } = lost.planned;
    const { key } = changeset;
    const recordedBy = await readRecordedRun(session, changeset);
    if (recordedBy !== undefined && recordedBy !== earlier?.runId) {
        // The history row commits with the changeset's last statement, so the changeset is whole.
        const by = recordedBy === runId(draft) ? '' : ` by run ${recordedBy}, which came between`;
        (0,modes_draft/* tellChangeset */.wg)(draft, key, {
            status: 'applied',
            statementsDone: undefined,
            failedStatement: undefined,
            problem: undefined,
        });
        (0,modes_draft/* tell */.qz)(draft, {
            result: 'failed',
            problems: [
                settle_lost_run_stopped(lost, `changeset ${key} was applied whole${by}`, 'run mode: update again for the rest'),
            ],
            databaseState: `Changeset ${key} and those before it are applied; those after it were not run.`,
        });
        return;
    }
    if (lost.heard !== 'nothing') {
        const status = lost.heard === 'not-sent' ? 'undone' : lost.heard;
        await journalSettled(session, runId(draft), changeset, status, lost.problem.message);
    }
    await settleUnrecorded(session, run, lost);
}
async function settleUnrecorded(session, run, lost) {
    const { draft, server, changelog, log } = run;
    const { changeset } = lost.planned;
    const { key } = changeset;
    const total = changeset.sql.statements.length;
    const doubtful = await readOpenStatements(session, runId(draft));
    const findings = await decideDoubts(session, doubtful, changelog, server.version, log);
    const rows = findings.size === 0 ? doubtful : await readOpenStatements(session, runId(draft));
    const leftover = judgeLeftover(changeset, rows.filter((row) => changesetKey(row.author, row.changesetId) === key));
    const done = leftover.kind === 'untouched' ? 0 : leftover.done;
    const what = done === 0 ? `nothing of changeset ${key} took effect` : (0,wording/* inEffect */.L_)(done, total);
    const again = 'run mode: update again';
    if (leftover.kind === 'in-doubt') {
        await journalSettled(session, runId(draft), changeset, 'unknown', lost.problem.message);
        (0,modes_draft/* tellChangeset */.wg)(draft, key, { status: 'unknown', statementsDone: done });
        (0,modes_draft/* tell */.qz)(draft, {
            result: 'failed',
            problems: [
                settle_lost_run_stopped(lost, `whether statement ${done + 1} took effect is not known`, `${again}: it says how to go on`),
            ],
            databaseState: stateInDoubt(draft, lost.planned, done),
        });
        return;
    }
    await journalSettled(session, runId(draft), changeset, 'undone', lost.problem.message);
    (0,modes_draft/* tellChangeset */.wg)(draft, key, { status: 'failed', statementsDone: done });
    (0,modes_draft/* tell */.qz)(draft, {
        result: 'failed',
        problems: [settle_lost_run_stopped(lost, what, done === 0 ? again : `${again}: it says how to go on`)],
        databaseState: apply_in_order_stateAfterFailure(draft, key, done, total),
    });
}
function settle_lost_run_stopped(lost, what, fix) {
    return { ...lost.problem, message: `${lost.problem.message}; ${what}`, fix };
}

;// CONCATENATED MODULE: ./lib/modes/update.js





























/** Applies pending changesets in order under the deploy lock, and records each. */
async function update(inputs, draft, log, onInterrupt, services) {
    const changelog = await loadChangelog(inputs, draft);
    const controller = new AbortController();
    const { artifacts, postStep } = services;
    // Before the lock: nobody else has to wait for an answer of GitHub.
    const refusals = await requireApproval(inputs, draft, log, services);
    const run = { inputs, draft, log, changelog, interrupt: controller.signal, artifacts, postStep, refusals };
    const lost = await withConnection(inputs.database, log, async (session) => {
        const server = await readServer(session);
        tellTarget(inputs, draft, server);
        await requireWritable(session, server);
        await requireBookkeeping(session, await readTrackingState(session));
        const owner = { runId: runId(draft), actor: inputs.run.actor, runUrl: inputs.run.runUrl };
        return withDeployLock(session, inputs.lockTimeout, owner, log, () => withInterrupt(run, controller, session, onInterrupt, () => updateLocked({ ...run, session, server })));
    });
    if (lost)
        await settleLostRun(run, lost);
}
async function updateLocked(run) {
    const { inputs, draft, log, session, server, changelog } = run;
    const state = await whileKillable(session, async () => ensureTrackingTables(session, await readTrackingState(session), log));
    await finishLeftRestore(session, inputs.lockTimeout);
    await closeDeadRuns(session, state);
    const history = await readHistory(session, state);
    const plan = planUpdate(changelog, history, inputs);
    tellPlan(inputs, draft, server, plan, inputs.resume);
    const unfinished = await readUnfinishedRun(session, state);
    const findings = await decideDoubts(session, unfinished?.rows ?? [], changelog, server.version, log);
    const left = findings.size === 0 ? unfinished : await readUnfinishedRun(session, state);
    const leftover = judgeUnfinishedRun(left, changelog, plan, inputs, findings);
    const problems = [...leftover.problems, ...(await reasonsToRefuse(run, plan, history))];
    if (problems.length > 0) {
        (0,modes_draft/* tell */.qz)(draft, { result: 'blocked', problems });
        await recordRun(session, runStart(run), 'blocked', details(draft));
        return undefined;
    }
    for (const { row, checksum } of plan.unfilled)
        await fillChecksum(session, row, checksum);
    if (plan.pending.length === 0) {
        (0,modes_draft/* tell */.qz)(draft, { databaseState: 'The database is up to date: nothing was pending.' });
        await recordRun(session, runStart(run), 'succeeded', details(draft));
        return undefined;
    }
    if (!(await backUp(run, plan, leftover)))
        return undefined;
    return apply(run, plan, history, leftover);
}
/** The run becomes known, then its backup is taken; what goes wrong here has changed nothing. */
async function backUp(run, plan, leftover) {
    const { inputs, draft, session } = run;
    run.postStep?.begin(runId(draft));
    await trackOwnGtids(session);
    await tagTransactions(session, run.server, runId(draft));
    await startRun(run, plan, leftover);
    if (!inputs.backup)
        return true;
    try {
        const backup = await takeBackup(run, inputs.backup);
        await recordBackup(session, runId(draft), backup);
        (0,modes_draft/* tell */.qz)(draft, { backup });
        return true;
    }
    catch (error) {
        if (!(error instanceof lib_errors/* ExpectedError */.Dh))
            throw error;
        const hasFailed = error.code === 'backup-failed' || error.code === 'backup-unavailable';
        (0,modes_draft/* tell */.qz)(draft, { result: hasFailed ? 'failed' : 'blocked', problems: error.problems });
        await finishRun(session, runId(draft), hasFailed ? 'failed' : 'blocked', 0, details(draft));
        return false;
    }
}
async function reasonsToRefuse(run, plan, history) {
    const { inputs, draft, session, server, changelog } = run;
    const { expectedPlanHash } = inputs;
    const problems = [...planProblems(draft), ...run.refusals];
    if (expectedPlanHash !== undefined && expectedPlanHash !== draft.report.planHash) {
        problems.push({
            code: 'plan-changed',
            message: `the plan is ${draft.report.planHash}, not the expected ${expectedPlanHash}: changelog, target or inputs changed since the review`,
            fix: 'review the plan again (mode: status) and pass its plan-hash',
        });
    }
    problems.push(...(await checkPrivileges(session, server, plan)));
    if (plan.pending.length > 0) {
        const guarantee = await tellGuarantee(run, 'deploys', inputs.backup ? 'full' : 'none');
        if (inputs.restoreGuarantee === 'lossless' && guarantee.kind !== 'lossless')
            problems.push(...guarantee.reasons);
    }
    if (inputs.backup && plan.pending.length > 0)
        problems.push(...(await probeRestore(session)));
    const ask = (question) => answer(session, history, question);
    problems.push(...(await judgeChangelogPreconditions(draft, changelog, ask)));
    return problems;
}
async function apply(run, plan, history, leftover) {
    const { draft, session } = run;
    // Nobody counted what was made and dropped before, beside the live schema.
    await refreshGtid(session);
    try {
        const lost = await applyInOrder(run, plan, history, leftover.resumePoints);
        if (lost)
            return lost;
        await untagTransactions(session);
    }
    catch (error) {
        await untagTransactions(session).catch(() => undefined);
        // What could still be recorded was; the run must not stay `running`.
        await finishRun(session, runId(draft), 'failed', appliedCount(draft), details(draft)).catch(() => undefined);
        throw error;
    }
    const status = draft.report.result === 'ok' ? 'succeeded' : run.interrupt.aborted ? 'interrupted' : 'failed';
    await finishRun(session, runId(draft), status, appliedCount(draft), details(draft));
    await restoreAfterFailure(run);
    return undefined;
}
/** The run and what it takes over from an earlier one become known in one commit. */
async function startRun(run, plan, { resumePoints }) {
    const { session, draft, inputs } = run;
    const { resume, resumeInDoubt } = inputs;
    await send(session, 'START TRANSACTION');
    await recordRun(session, runStart(run), 'running', { resume, resumeInDoubt });
    for (const { changeset } of plan.pending) {
        const point = resumePoints.get(changeset.key);
        if (point)
            await journalResumed(session, runId(draft), changeset, point);
    }
    await send(session, 'COMMIT');
}

;// CONCATENATED MODULE: ./lib/changelog/precondition-scope.js


/**
 * Whether the answer may be another once the given changesets ran: they name the object that is asked about, or do
 * something that cannot be read from their text. Then a preview may not decide it.
 */
function mayDependOn(condition, earlier) {
    const running = earlier.filter(({ action }) => action !== 'mark-ran');
    switch (condition.kind) {
        case 'and':
        case 'or':
        case 'not':
            return condition.conditions.some((inner) => mayDependOn(inner, earlier));
        case 'changeSetExecuted':
            return earlier.some(({ planned: { changeset } }) => changeset.id === condition.id && changeset.author === condition.author);
        case 'sqlCheck':
        case 'foreignKeyConstraintExists':
            return running.length > 0;
        case 'indexExists':
            return condition.tableName === undefined ? running.length > 0 : isTouched(condition.tableName, running);
        case 'viewExists':
            return isTouched(condition.viewName, running);
        case 'tableExists':
        case 'columnExists':
        case 'primaryKeyExists':
            return isTouched(condition.tableName, running);
        case 'tableIsEmpty':
        case 'rowCount':
            return isTouched(condition.tableName, running) || running.some(changesRows);
    }
}
function isTouched(name, earlier) {
    const wanted = name.toLowerCase();
    return statementsOf(earlier).some((statement) => statementKind(statement) === 'call' ||
        [...codeTokens(statement)].some(({ text }) => precondition_scope_unquote(text).toLowerCase() === wanted));
}
/** Rows come and go through views, triggers, cascades and functions too, where no table is named. */
function changesRows(earlier) {
    return statementsOf([earlier]).some((statement) => {
        const kind = statementKind(statement);
        return kind === 'dml' || kind === 'call' || /^(?:select|do|set)\b/i.test(statement.text);
    });
}
function statementsOf(earlier) {
    return earlier.flatMap(({ planned }) => planned.changeset.sql.statements);
}
function precondition_scope_unquote(text) {
    const [quote = ''] = text;
    return /[`"]/.test(quote) ? text.slice(1, -1).replaceAll(quote + quote, quote) : text;
}

;// CONCATENATED MODULE: ./lib/mysql/update-script.js






/**
 * The SQL that `update` would send, for the `mysql` client, which stops at the first error. It takes the named lock
 * and writes the history; the journal of single statements is `update`'s alone.
 */
async function renderUpdateScript(header, changesets, found, context) {
    const parts = [renderHeader(header), ...(await renderTracking(found.state, found.unfilled))];
    for (const scripted of changesets) {
        parts.push(await renderChangeset(scripted, context));
        if (scripted.action === 'halt')
            break;
    }
    parts.push(`DO RELEASE_LOCK(${update_script_quote(lockName(header.schema))});`);
    return `${parts.join('\n\n')}\n`;
}
/** Creates what is missing, adopts the history of Liquibase and gives its rows their checksums. */
async function renderTracking(state, unfilled) {
    const { format } = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 82384, 19));
    const adoption = historyAdoption(state);
    const created = [...TRACKING_TABLES].filter(([table]) => !state.has(table));
    return [
        ...(adoption === undefined ? [] : [adoption]),
        ...created.map(([, create]) => create),
        ...unfilled.map(({ row, checksum }) => format(FILL_CHECKSUM, [...fillValues(row, checksum)])),
    ].map((statement) => `${statement};`);
}
function renderHeader(header) {
    const lock = update_script_quote(lockName(header.schema));
    return [
        update_script_comment(`db-deploy update-sql, ${header.createdAt}`),
        update_script_comment(`target:    ${header.target}`),
        update_script_comment(`changelog: ${header.changelogFile}`),
        update_script_comment(`plan hash: ${header.planHash}`),
        update_script_comment('run it with: mysql --comments <schema> < this file'),
        '',
        update_script_comment('Error 1242 here means that another deploy holds the lock.'),
        `SELECT IF(GET_LOCK(${lock}, ${header.lockTimeout}) = 1, 'locked', (SELECT 1 UNION SELECT 2)) AS deploy_lock;`,
    ].join('\n');
}
async function renderChangeset(scripted, context) {
    const { planned, action, notes } = scripted;
    const { changeset } = planned;
    const head = [
        update_script_comment(`changeset ${changeset.key} (${changeset.sqlFile}, risk ${changeset.risk})`),
        ...(changeset.comment === undefined ? [] : [update_script_comment(changeset.comment)]),
        ...notes.map(update_script_comment),
    ];
    if (action === 'skip')
        return [...head, update_script_comment('not run now: skipped')].join('\n');
    if (action === 'halt')
        return [...head, update_script_comment('update stops here: nothing after this is run')].join('\n');
    const record = await renderRecord(planned, action === 'mark-ran' ? 'MARK_RAN' : undefined, context);
    if (action === 'mark-ran')
        return [...head, record].join('\n');
    const statements = changeset.sql.statements.map(terminate);
    const body = isDmlOnly(changeset.sql.statements)
        ? ['START TRANSACTION;', ...statements, record, 'COMMIT;']
        : [...statements, record];
    return [...head, `${SET_SESSION};`, RESET_TEXT, ...body].join('\n');
}
async function renderRecord({ changeset, earlier }, execType, context) {
    const { format } = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 82384, 19));
    const filename = earlier?.filename ?? changeset.at.file;
    const type = execType ?? (earlier ? 'RERAN' : 'EXECUTED');
    return `${RESET_TEXT}\n${format(RECORD_CHANGESET, [...historyValues(changeset, filename, type, null, context)])};`;
}
/** A changeset may leave another `sql_mode` or character set; what is written here needs the standard. */
const RESET_TEXT = 'SET sql_mode = DEFAULT; SET NAMES utf8mb4;';
/** Ends a statement so that the client takes it as one, with a delimiter of its own where it holds a `;`. */
function terminate(statement) {
    const { text } = statement;
    const isPlain = splitStatements(`${text}\n;`, '').statements.length === 1;
    // On a line of its own: the last line may end in a comment.
    const newline = /(--|#)[^\n]*$/.test(text) ? '\n' : '';
    if (isPlain)
        return `${text}${newline};`;
    let delimiter = '$$';
    while (text.includes(delimiter))
        delimiter += '$';
    return `DELIMITER ${delimiter}\n${text}${newline || '\n'}${delimiter}\nDELIMITER ;`;
}
function update_script_comment(text) {
    return text
        .split(/\r?\n/)
        .map((line) => `-- ${line}`)
        .join('\n');
}
function update_script_quote(text) {
    return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

;// CONCATENATED MODULE: ./lib/modes/update-sql.js












/** Writes the SQL that `update` would run now to a file that only its owner can read; none where it would refuse. */
async function updateSql(inputs, draft, log) {
    await withReadTarget(inputs, draft, log, async (changelog, target) => {
        await tellSizes(draft, target.session);
        const problems = [...planProblems(draft), ...(await preconditionProblems(draft, changelog, target))];
        if (problems.length > 0) {
            (0,modes_draft/* tell */.qz)(draft, { result: 'blocked', problems });
            return;
        }
        const script = await renderScript(inputs, draft, changelog, target);
        const sqlFile = (0,external_node_path_.join)(inputs.run.temporaryFolder, `db-deploy-${runId(draft)}.sql`);
        await (0,promises_.writeFile)(sqlFile, script, { mode: 0o600, flag: 'wx' });
        // The mask of the process may have taken bits away, never added any; this makes it exact.
        await (0,promises_.chmod)(sqlFile, 0o600);
        (0,modes_draft/* tell */.qz)(draft, { sqlFile });
    });
}
function preconditionProblems(draft, changelog, { session, history }) {
    return judgeChangelogPreconditions(draft, changelog, (question) => answer(session, history, question));
}
async function renderScript(inputs, { report }, changelog, target) {
    return renderUpdateScript({
        target: (0,wording/* formatTarget */.P4)(report),
        changelogFile: changelog.file,
        planHash: report.planHash ?? '',
        schema: inputs.database.name,
        createdAt: report.startedAt,
        lockTimeout: 60,
    }, await scriptChangesets(target), { state: target.state, unfilled: target.plan.unfilled }, {
        runId: report.runId ?? '',
        deploymentId: String(Date.parse(report.startedAt)).slice(-10),
        tool: 'db-deploy',
    });
}
/** Decides for every changeset what would become of it, as far as that is known before the ones before it ran. */
async function scriptChangesets(target) {
    const scripted = [];
    const earlier = [];
    for (const planned of target.plan.pending) {
        const { undecided, ...decision } = await update_sql_decide(target, planned.changeset, earlier);
        scripted.push({ planned, ...decision });
        const { action } = decision;
        if (action === 'halt')
            break;
        if (action === 'mark-ran')
            earlier.push({ planned, action });
        if (action === 'run')
            earlier.push({ planned, action: undecided ? 'maybe' : 'run' });
    }
    return scripted;
}
/** A precondition that can be decided now is, and the first that does not hold decides; the others are only told. */
async function update_sql_decide({ session, history }, { preconditions }, earlier) {
    const isUndecided = ({ condition }) => mayDependOn(condition, earlier);
    const decided = preconditions.filter((entry) => !isUndecided(entry));
    const open = preconditions.filter(isUndecided).map(describeUndecided);
    const verdict = await judgePreconditions(decided, (question) => answer(session, history, question));
    const found = verdict.kind === 'hold' ? 'hold' : verdict.message;
    const notes = decided.length === 0 ? [] : [`preconditions now: ${found}`];
    return {
        action: verdict.kind === 'hold' ? 'run' : verdict.kind,
        notes: [...notes, ...verdict.notes, ...open],
        undecided: open.length > 0,
    };
}
function describeUndecided({ condition, onFail }) {
    return `precondition undecided until the changesets before it ran: ${describePrecondition(condition)}, else ${onFail}`;
}

;// CONCATENATED MODULE: ./lib/changelog/compare.js

/** Compares by checksums, so an edited comment is no edit, and what `validCheckSum` accepts is none either. */
function compareChangelogs(base, now) {
    const before = new Map(base.changesets.map((changeset) => [changeset.key, changeset]));
    const here = new Set(now.changesets.map(({ key }) => key));
    const differing = now.changesets.flatMap((changeset) => {
        const earlier = before.get(changeset.key);
        return earlier && isEdited(changeset, earlier) ? [{ changeset, earlier }] : [];
    });
    const runsAgain = ({ runOnChange, runAlways }) => runOnChange || runAlways;
    return {
        added: now.changesets.filter(({ key }) => !before.has(key)),
        rerun: differing.map(({ changeset }) => changeset).filter(runsAgain),
        edited: differing
            .filter(({ changeset }) => !runsAgain(changeset))
            .map(({ changeset, earlier }) => ({ changeset, line: firstDifference(changeset, earlier) })),
        removed: base.changesets.filter(({ key }) => !here.has(key)),
    };
}
function isEdited(changeset, earlier) {
    const { checksum } = earlier.sql;
    return changeset.sql.checksum !== checksum && !changeset.validCheckSum.includes(checksum);
}
function firstDifference({ sql }, earlier) {
    const other = sql.statements.find((statement, index) => {
        const before = earlier.sql.statements[index];
        return !before || statementHash(before) !== statementHash(statement);
    });
    return (other ?? sql.statements.at(-1))?.line ?? 1;
}

;// CONCATENATED MODULE: ./lib/files/read-changelog-at.js






/**
 * The changelog tree as a commit has it, read by the same code as the one that is here. A commit without the changelog
 * has no changesets. Files are got in rounds, all that are missing at once; those that are here as they were there are
 * not got at all.
 */
async function readChangelogAt(tree, workingDirectory, changelogFile) {
    const root = resolvePath(changelogFile);
    if (typeof root === 'string' && !tree.files.has(root))
        return { changelog: { file: root, preconditions: [], changesets: [] }, problems: [] };
    const texts = new Map();
    for (;;) {
        const missing = new Map();
        const read = readChangelogFrom(sourceOf(tree, texts, missing), changelogFile);
        if (missing.size === 0)
            return read;
        const distant = [...missing].filter(([path, id]) => !takeLocal(workingDirectory, path, id, texts));
        const blobs = await tree.read([...new Set(distant.map(([, id]) => id))]);
        for (const [path, id] of distant) {
            const bytes = blobs.get(id);
            texts.set(path, bytes ? decodeText(Buffer.from(bytes), path) : doesNotExist(path));
        }
    }
}
/** What is known of the files; what is asked for and not known is written down as missing. */
function sourceOf({ files }, texts, missing) {
    return {
        readText: (path) => {
            const id = files.get(path);
            if (id === undefined)
                return doesNotExist(path);
            const text = texts.get(path);
            if (text === undefined)
                missing.set(path, id);
            return text ?? doesNotExist(path);
        },
        listFiles: (folder) => read_changelog_at_listUnder([...files.keys()], folder),
    };
}
function read_changelog_at_listUnder(paths, folder) {
    const prefix = folder === '.' ? '' : `${folder}/`;
    const under = paths.filter((path) => path.startsWith(prefix));
    if (under.length === 0)
        return { message: `the folder ${folder} does not exist`, fix: 'add it' };
    return under.filter((path) => !/(?:^|\/)\./.test(path.slice(prefix.length)));
}
/** Whether the file is here with what it had there; git's id of it tells. */
function takeLocal(workingDirectory, path, id, texts) {
    try {
        const real = insideWorkingDirectory(workingDirectory, path);
        if (typeof real !== 'string' || !(0,external_node_fs_.statSync)(real).isFile())
            return false;
        const bytes = (0,external_node_fs_.readFileSync)(real);
        const hash = (0,external_node_crypto_.createHash)(id.length === 64 ? 'sha256' : 'sha1').update(`blob ${bytes.length}\0`);
        if (hash.update(bytes).digest('hex') !== id)
            return false;
        texts.set(path, decodeText(bytes, path));
        return true;
    }
    catch {
        return false;
    }
}
function doesNotExist(path) {
    return { code: 'file-unreadable', message: `${path} does not exist`, fix: 'add the file' };
}

;// CONCATENATED MODULE: ./lib/modes/compare-with-base.js





/**
 * Tells what a pull request does to the changesets of its base, and gives those that will run because of it. Undefined
 * where there is no base, or where it cannot be read, which is then said.
 */
async function compareWithBase({ workingDirectory, changelogFile }, draft, changelog, { readBase }) {
    if (!readBase)
        return undefined;
    try {
        const tree = await readBase();
        const base = await readChangelogAt(tree, workingDirectory, changelogFile);
        const [broken] = base.problems;
        if (broken)
            throw brokenBase(broken);
        const comparison = compareChangelogs(base.changelog, changelog);
        tellComparison(draft, changelog, tree.commit, comparison);
        if (base.changelog.changesets.length === 0)
            warnOfEmptyBase(draft, tree.commit, changelog);
        return [...comparison.added, ...comparison.rerun];
    }
    catch (error) {
        if (!(error instanceof lib_errors/* ExpectedError */.Dh) || error.code === 'merged-changeset')
            throw error;
        const [problem] = error.problems;
        if (problem)
            (0,modes_draft/* tell */.qz)(draft, { warnings: [...draft.report.warnings, withoutBase(problem)] });
        return undefined;
    }
}
/** Right for the first pull request; else the folder or the changelog is not where git has it, as behind a link. */
function warnOfEmptyBase(draft, commit, { file }) {
    const warning = {
        code: 'base-unknown',
        message: `the base ${commit.slice(0, 7)} has no changesets in ${file}, so all count as new`,
        fix: 'if it has some, give working-directory and changelog-file as paths within the repository, not through links',
    };
    (0,modes_draft/* tell */.qz)(draft, { warnings: [...draft.report.warnings, warning] });
}
function tellComparison(draft, changelog, commit, { added, rerun, edited, removed }) {
    const isRerun = new Set(rerun);
    const runs = new Set([...added, ...rerun]);
    const pending = changelog.changesets.filter((one) => runs.has(one));
    (0,modes_draft/* tell */.qz)(draft, {
        comparedWith: commit,
        pending: pending.map((changeset) => toReportedChangeset({ changeset, reason: isRerun.has(changeset) ? 'changed' : 'new' }, undefined)),
        problems: [
            ...draft.report.problems,
            ...edited.map(({ changeset, line }) => ({
                code: 'merged-changeset',
                message: `changeset ${changeset.key} is merged already, and its statements are changed here`,
                at: { file: changeset.sqlFile, line },
                fix: 'put the file back as it was, and make the change in a new changeset; databases that ran it would refuse the edit',
            })),
            ...removed.map(({ key, sqlFile }) => ({
                code: 'merged-changeset',
                message: `changeset ${key} (${sqlFile}) is merged already, and is gone here`,
                at: { file: changelog.file, line: 1 },
                fix: 'put it back; to undo what it did, add a new changeset',
            })),
        ],
    });
}
function brokenBase(problem) {
    return new lib_errors/* ExpectedError */.Dh({
        code: 'base-unknown',
        message: `the changelog of the base has problems itself: ${(0,lib_errors/* formatProblem */.Vw)(problem)}`,
        fix: 'mend it on the base, or look at this pull request by eye',
    });
}
function withoutBase({ message, fix }) {
    const said = `merged changesets cannot be told from new ones, so all are judged as new: ${message}`;
    return { code: 'base-unknown', message: said, ...(fix === undefined ? {} : { fix }) };
}

;// CONCATENATED MODULE: ./lib/modes/validate.js







/**
 * Parses the changelog tree, the pipeline and every SQL file and judges the policy, without a database. In a pull
 * request it judges what that adds, and refuses that it changes what is merged.
 */
async function validate(inputs, draft, services) {
    const ofPipeline = await manifestProblems(inputs);
    (0,modes_draft/* tell */.qz)(draft, { problems: ofPipeline });
    const changelog = await loadChangelog(inputs, draft);
    const judged = (await compareWithBase(inputs, draft, changelog, services)) ?? changelog.changesets;
    const gates = { allowDestructive: inputs.allowDestructive };
    (0,modes_draft/* tell */.qz)(draft, { violations: judged.flatMap((changeset) => checkPolicy(rules, changeset, gates)) });
    const problems = planProblems(draft);
    if (problems.length > 0)
        (0,modes_draft/* tell */.qz)(draft, { result: 'blocked', problems });
}
/** A project need not have a pipeline; where it has one, all of it is judged. */
async function manifestProblems({ workingDirectory, pipelineFile, }) {
    const { path, isGiven } = pipelineFile;
    if (!isGiven && !hasManifest(workingDirectory, path))
        return [];
    try {
        await readManifest(workingDirectory, path);
        return [];
    }
    catch (error) {
        if (error instanceof lib_errors/* ExpectedError */.Dh)
            return error.problems;
        throw error;
    }
}

;// CONCATENATED MODULE: ./lib/modes/verify.js


/** Confirms that every applied changeset still has the checksum it was applied with. */
async function verify(inputs, draft, log) {
    await withReadTarget(inputs, draft, log, async () => {
        // What is pending, the policy on it and an unfinished run are not the question here.
        (0,modes_draft/* tell */.qz)(draft, { pending: [], violations: [], problems: [] });
        const problems = planProblems(draft);
        if (problems.length > 0)
            (0,modes_draft/* tell */.qz)(draft, { result: 'blocked', problems });
        return Promise.resolve();
    });
}

;// CONCATENATED MODULE: ./lib/modes/run-mode.js











/** Runs the mode that was asked for and gives its report, whole or partial; what is thrown from here is our bug. */
async function runMode(inputs, runId, log, onInterrupt = neverInterrupted, services = {}) {
    const draft = (0,modes_draft/* newDraft */.cr)(inputs.mode, inputs, inputs.mode === 'validate' ? undefined : runId, new Date());
    try {
        await dispatch(inputs, draft, log, onInterrupt, services);
    }
    catch (error) {
        const problems = foreseen(error);
        if (!problems)
            throw error;
        (0,modes_draft/* tell */.qz)(draft, { result: resultOf(draft, problems), problems: [...draft.report.problems, ...problems] });
    }
    return { ...draft.report, finishedAt: new Date().toISOString() };
}
/** Finishes what an earlier process of the same job left of a run, and gives the report of that. */
async function runPost(inputs, left, log, services) {
    const draft = (0,modes_draft/* newDraft */.cr)(inputs.mode, inputs, left.runId, new Date());
    try {
        await finishLeftRun(inputs, left, draft, log, services);
    }
    catch (error) {
        const problems = foreseen(error);
        if (!problems)
            throw error;
        (0,modes_draft/* tell */.qz)(draft, { result: 'unknown', problems: [...draft.report.problems, ...problems] });
    }
    return { ...draft.report, finishedAt: new Date().toISOString() };
}
const neverInterrupted = () => () => undefined;
async function dispatch(inputs, draft, log, onInterrupt, services) {
    switch (inputs.mode) {
        case 'validate':
            return validate(inputs, draft, services);
        case 'comment':
            return comment(inputs, draft, services);
        case 'status':
            return status_status(inputs, draft, log);
        case 'update-sql':
            return updateSql(inputs, draft, log);
        case 'verify':
            return verify(inputs, draft, log);
        case 'update':
            return update(inputs, draft, log, onInterrupt, services);
        case 'rollback':
            return rollback(inputs, draft, log, services);
        case 'pipeline':
            return pipeline(inputs, draft, log, onInterrupt);
    }
}
function resultOf({ report }, problems) {
    if (report.pending.some(({ status: outcome }) => outcome !== 'not-run'))
        return 'failed';
    // A server that answered and then went away before anything was tried is as it was.
    const wasNeverReached = report.target === undefined && problems.some(({ code }) => code === 'connection-lost');
    return wasNeverReached ? 'unknown' : 'blocked';
}


/***/ }),

/***/ 75784:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ rejectedCount),
/* harmony export */   H: () => (/* binding */ failedChecks)
/* harmony export */ });
/** Checks that failed; an error keeps everything downstream as it was. */
function failedChecks({ checks }, severity) {
    return checks.filter((check) => check.status === 'failed' && (severity === undefined || check.severity === severity));
}
/** Rejected rows of all datasets. */
function rejectedCount({ datasets }) {
    return datasets.reduce((sum, { rows }) => sum + rows.rejected, 0);
}


/***/ }),

/***/ 14446:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ markStatus),
/* harmony export */   W: () => (/* binding */ describeStatus)
/* harmony export */ });
const ICONS = {
    applied: '✅',
    skipped: '⏭️',
    'marked-ran': '☑️',
    failed: '❌',
    unknown: '❓',
    'not-run': '⏸️',
};
const REASONS = {
    new: '',
    changed: ', file changed',
    always: ', runs always',
};
/** `pending, file changed`: what became of a changeset; in a mode that only looks, why it is there. */
function describeStatus({ mode, result }, { status, reason }) {
    return `${statusWord(mode, result, status)}${REASONS[reason]}`;
}
/** A restore undoes what took effect. */
function statusWord(mode, result, status) {
    if (status === 'not-run' && mode === 'validate')
        return 'new';
    if (status === 'not-run' && (mode === 'status' || mode === 'update-sql'))
        return 'pending';
    if (result === 'restored' && (status === 'applied' || status === 'marked-ran'))
        return `${status}, undone`;
    return status;
}
/** The same with a sign that the eye finds in a long table. */
function markStatus(report, changeset) {
    const words = describeStatus(report, changeset);
    return words.startsWith(changeset.status) ? `${ICONS[changeset.status]} ${words}` : words;
}


/***/ }),

/***/ 49876:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ countReasons),
/* harmony export */   x: () => (/* binding */ keptOut)
/* harmony export */ });
/* harmony import */ var _wording_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(70179);

/** Those that contexts or labels keep out: what already ran is no surprise to anybody. */
function keptOut(filtered) {
    return filtered.filter(({ reason }) => reason !== 'already-ran');
}
/** `3 already ran, 1 for other contexts, 2 for other labels`. */
function countReasons(filtered) {
    const phrases = [
        ['already-ran', 'already ran'],
        ['context', 'for other contexts'],
        ['label', 'for other labels'],
    ];
    return phrases
        .map(([reason, phrase]) => ({ phrase, number: filtered.filter((one) => one.reason === reason).length }))
        .filter(({ number }) => number > 0)
        .map(({ phrase, number }) => `${(0,_wording_js__WEBPACK_IMPORTED_MODULE_0__/* .formatNumber */ .ZV)(number)} ${phrase}`)
        .join(', ');
}


/***/ }),

/***/ 43497:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ku: () => (/* binding */ excusedViolations),
/* harmony export */   aI: () => (/* binding */ warningsToShow),
/* harmony export */   hS: () => (/* binding */ problemsToShow),
/* harmony export */   j6: () => (/* binding */ warningViolations),
/* harmony export */   w9: () => (/* binding */ failedChangeset),
/* harmony export */   y9: () => (/* binding */ blockingViolations),
/* harmony export */   zC: () => (/* binding */ withStatus)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(72705);

/** Violations that keep the run from starting. */
function blockingViolations({ violations }) {
    return violations.filter((violation) => violation.severity === 'error' && violation.excused === undefined);
}
/** Violations that a person should look at and that stop nothing. */
function warningViolations({ violations }) {
    return violations.filter((violation) => violation.severity === 'warning' && violation.excused === undefined);
}
/** Violations that pass for a reason, which is shown in their place. */
function excusedViolations({ violations }) {
    return violations.filter((violation) => violation.excused !== undefined);
}
/**
 * What keeps the result from being `ok`, each once: without the problems that a violation or mismatch of the report
 * says in more words, with the one of the changeset that failed.
 */
function problemsToShow(report) {
    const failed = failedChangeset(report)?.problem;
    const violated = blockingViolations(report);
    const rest = report.problems.filter((problem) => {
        if (problem.code === 'policy')
            return !isSaidBy(violated, problem);
        if (problem.code === 'checksum-mismatch')
            return !isSaidBy(report.mismatches, problem);
        return true;
    });
    return distinct(failed ? [failed, ...rest] : rest);
}
/** Warnings of the run, and what the preconditions of single changesets had to say. */
function warningsToShow(report) {
    const notes = report.pending.flatMap(({ key, at, notes: said }) => said.map((note) => ({ code: 'precondition', message: `${key}: ${note}`, at })));
    return distinct([...report.warnings, ...notes]);
}
/** The changeset at which the run stopped. */
function failedChangeset({ pending }) {
    return pending.find(({ status }) => status === 'failed' || status === 'unknown');
}
/** The pending changesets of which this became. */
function withStatus({ pending }, status) {
    return pending.filter((changeset) => changeset.status === status);
}
function isSaidBy(findings, { at }) {
    if (!at)
        return findings.length > 0;
    return findings.some((finding) => (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .formatLocation */ .j$)(finding.at) === (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .formatLocation */ .j$)(at));
}
/** Each once; of two about the same place, one of which begins with the other, the longer. */
function distinct(problems) {
    const byPlace = Map.groupBy(problems, ({ at }) => (at ? (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .formatLocation */ .j$)(at) : ''));
    return [...byPlace.values()].flatMap((neighbours) => {
        const messages = [...new Set(neighbours.map(({ message }) => message))];
        const kept = messages.filter((message) => !messages.some((other) => other !== message && other.startsWith(message)));
        return kept.flatMap((message) => neighbours.find((problem) => problem.message === message) ?? []);
    });
}


/***/ }),

/***/ 81313:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ formatTextEvent),
/* harmony export */   k: () => (/* binding */ formatJsonEvent)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(72705);
/* harmony import */ var _palette_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(67832);
/* harmony import */ var _visible_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(76961);
/* harmony import */ var _wording_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(70179);
/* harmony import */ var _workflow_command_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(50894);





/** An event for people, without a line feed at the end: further lines are indented, and none is a command. */
function formatTextEvent(event, style) {
    const paint = (0,_palette_js__WEBPACK_IMPORTED_MODULE_2__/* .palette */ .M)(style);
    const { level, message, changeset, statement, durationMs, fix } = event;
    const about = [changeset, statement === undefined ? undefined : `statement ${statement}`]
        .filter((part) => part !== undefined)
        .map((part) => (0,_visible_js__WEBPACK_IMPORTED_MODULE_3__/* .toVisibleLine */ .yk)(part));
    const head = [
        levelWord(level, paint),
        placeWord(event),
        ...(about.length > 0 ? [`${about.join(' ')}:`] : []),
    ];
    const took = durationMs === undefined ? '' : paint.dim(` (${(0,_wording_js__WEBPACK_IMPORTED_MODULE_1__/* .formatDuration */ .a3)(durationMs)})`);
    const first = [...head.filter((part) => part !== ''), `${indented(message)}${took}`].join(' ');
    return (0,_workflow_command_js__WEBPACK_IMPORTED_MODULE_4__/* .withoutCommands */ .W)(fix === undefined ? first : `${first}\n  ${paint.cyan('fix:')} ${indented(fix)}`);
}
function levelWord(level, paint) {
    switch (level) {
        case 'debug':
            return paint.dim('debug:');
        case 'info':
            return '';
        case 'warning':
            return paint.yellow('warning:');
        case 'error':
            return paint.red('error:');
    }
}
/** Where to look matters when something is wrong; else it is noise. */
function placeWord({ level, at }) {
    return at && (level === 'warning' || level === 'error') ? `${(0,_visible_js__WEBPACK_IMPORTED_MODULE_3__/* .toVisibleLine */ .yk)((0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .formatLocation */ .j$)(at))}:` : '';
}
function indented(text) {
    return (0,_visible_js__WEBPACK_IMPORTED_MODULE_3__/* .toVisible */ .ws)((0,_visible_js__WEBPACK_IMPORTED_MODULE_3__/* .clamp */ .qE)(text, 20_000)).trim().replaceAll('\n', '\n  ');
}
/** An event for machines: one JSON object on one line, without a line feed at the end. What is not known is left out. */
function formatJsonEvent(event, context) {
    return (0,_workflow_command_js__WEBPACK_IMPORTED_MODULE_4__/* .toSafeJson */ .D)({
        ts: context.time,
        level: event.level,
        event: event.event,
        run_id: context.runId,
        environment: context.environment,
        mode: event.mode,
        result: event.result,
        changeset: event.changeset,
        statement: event.statement,
        duration_ms: event.durationMs,
        message: event.message,
        file: event.at?.file,
        line: event.at?.line,
        fix: event.fix,
    });
}


/***/ }),

/***/ 20153:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bv: () => (/* binding */ blocks),
/* harmony export */   Tu: () => (/* binding */ atMost),
/* harmony export */   p_: () => (/* binding */ list),
/* harmony export */   tp: () => (/* binding */ table),
/* harmony export */   uW: () => (/* binding */ section),
/* harmony export */   zH: () => (/* binding */ details)
/* harmony export */ });
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(55238);
/* harmony import */ var _wording_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(70179);


/** Blocks under one another, with the blank line between them that Markdown wants; empty ones vanish. */
function blocks(...parts) {
    return { markdown: parts.flatMap(({ markdown }) => (markdown === '' ? [] : [markdown])).join('\n\n') };
}
/** `#### Problems` over its body, or nothing when the body is empty. */
function section(title, ...body) {
    const content = blocks(...body);
    return content.markdown === '' ? _markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .nothing */ .s6 : blocks((0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .inline */ .mG) `#### ${title}`, content);
}
/** A bullet list; the items are single lines. */
function list(items) {
    return { markdown: items.map((item) => `- ${item.markdown}`).join('\n') };
}
/** A table; the cells are single lines. A column in which no row says anything is left out. */
function table(header, rows) {
    if (rows.length === 0)
        return _markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .nothing */ .s6;
    const columns = header.flatMap((_, index) => (rows.some((row) => row[index]?.markdown) ? [index] : []));
    const toRow = (cells) => `| ${columns.map((index) => cells[index]?.markdown ?? '').join(' | ')} |`;
    const ruler = `|${columns.map(() => ' --- |').join('')}`;
    return { markdown: [toRow(header.map((name) => (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(name))), ruler, ...rows.map(toRow)].join('\n') };
}
/** A part that is closed until somebody opens it. */
function details(title, body) {
    if (body.markdown === '')
        return _markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .nothing */ .s6;
    return blocks((0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .inline */ .mG) `<details><summary>${title}</summary>`, body, (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .inline */ .mG) `</details>`);
}
/** The first `limit` things, and a line that says how many are left out. */
function atMost(all, limit) {
    const missing = all.length - limit;
    if (missing <= 0)
        return { shown: all, rest: _markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .nothing */ .s6 };
    return { shown: all.slice(0, limit), rest: (0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .inline */ .mG) `*… and ${(0,_wording_js__WEBPACK_IMPORTED_MODULE_1__/* .count */ .U9)(missing, 'more', 'more')}.*` };
}


/***/ }),

/***/ 55238:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Qq: () => (/* binding */ text),
/* harmony export */   aY: () => (/* binding */ code),
/* harmony export */   mG: () => (/* binding */ inline),
/* harmony export */   nf: () => (/* binding */ link),
/* harmony export */   oR: () => (/* binding */ sqlBlock),
/* harmony export */   q: () => (/* binding */ linked),
/* harmony export */   s6: () => (/* binding */ nothing)
/* harmony export */ });
/* harmony import */ var _visible_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76961);
/* harmony import */ var _workflow_command_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(50894);


const nothing = { markdown: '' };
/** Tagged template: the literal is Markdown, every other string in it is escaped as text. */
function inline(literals, ...parts) {
    const filled = literals.map((literal, index) => {
        const part = parts[index];
        return part === undefined ? literal : literal + asMarkdown(part).markdown;
    });
    return { markdown: filled.join('') };
}
function asMarkdown(part) {
    return typeof part === 'object' ? part : text(String(part));
}
/**
 * One line of plain text. It escapes by character references alone, so it holds in a paragraph, a table cell, an HTML
 * block and, with its quotes, an attribute. GitHub looks for mentions, issues, links and emoji after it has resolved
 * the references, so those are broken up by a space of no width.
 */
function text(value, limit = 1000) {
    const escaped = (0,_visible_js__WEBPACK_IMPORTED_MODULE_0__/* .toVisibleLine */ .yk)(value, limit)
        .replace(SPECIAL_OR_LINKED, (all, linked) => linked ? `${linked}&#8203;` : reference(all))
        .replace(/^[-+=#:]/, reference)
        .replace(/^(\d+)([.)])(?=\s|$)/, (_, digits, mark) => digits + reference(mark));
    return { markdown: escaped };
}
const SPECIAL_OR_LINKED = /(@(?=\w)|#(?=\d)|:(?=\/\/|[\w+-]{0,40}?[a-z][\w+-]{0,40}:|100:|1234:|[+-]1:)|\bwww(?=\.)|\bGH(?=-\d))|[\\`*[\]<>&|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/gi;
const NAMED = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };
function reference(character) {
    return NAMED[character] ?? `&#${character.codePointAt(0)};`;
}
/** Inline code. What a code span cannot hold (in a table not even `\|`) is text in `<code>`. */
function code(value, limit = 200) {
    const line = (0,_visible_js__WEBPACK_IMPORTED_MODULE_0__/* .toVisibleLine */ .yk)(value, limit);
    if (line === '')
        return nothing;
    if (!/[`|\\]|##\[|^::/.test(line))
        return { markdown: `\`${line}\`` };
    return { markdown: `<code>${text(line, limit).markdown}</code>` };
}
/** A link if the address is plain http(s), else the label alone. */
function link(label, url) {
    return linked(text(label), url);
}
/** The same around what is Markdown already. */
function linked(label, url) {
    if (!/^https?:\/\/[\w.~:/?#@!$&*+,;=%-]+$/.test(url))
        return label;
    return { markdown: `<a href="${url.replace(/[&@"]/g, reference)}">${label.markdown}</a>` };
}
/** A block of SQL, fenced by more back-ticks than stand anywhere in it; very long lines are cut. */
function sqlBlock(sql, lineLimit = 2000) {
    const lines = (0,_workflow_command_js__WEBPACK_IMPORTED_MODULE_1__/* .withoutCommands */ .W)((0,_visible_js__WEBPACK_IMPORTED_MODULE_0__/* .toVisible */ .ws)(sql).trimEnd())
        .split('\n')
        .map((line) => clampCounting(line, lineLimit));
    const longest = lines.reduce((most, line) => Math.max(most, longestFence(line)), 2);
    const fence = '`'.repeat(longest + 1);
    return { markdown: [`${fence}sql`, ...lines, fence].join('\n') };
}
function clampCounting(line, limit) {
    if (line.length <= limit)
        return line;
    return `${(0,_visible_js__WEBPACK_IMPORTED_MODULE_0__/* .clamp */ .qE)(line, limit)} (${line.length - limit + 1} more characters)`;
}
function longestFence(line) {
    return (line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}


/***/ }),

/***/ 78600:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ nextSteps),
/* harmony export */   y: () => (/* binding */ formatStep)
/* harmony export */ });
/* harmony import */ var _findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43497);
/* harmony import */ var _wording_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(70179);


/** `go back to the state before this run: mode: rollback, backup-ref: artifact:1/2`. */
function formatStep({ says, inputs = [] }) {
    const given = inputs.map(([name, value]) => `${name}: ${value}`).join(', ');
    return given === '' ? says : `${says}: ${given}`;
}
/** What the reader can do now, in order; what the `fix` of a problem says is not repeated. */
function nextSteps(report) {
    switch (report.result) {
        case 'ok':
            return afterSuccess(report);
        case 'blocked':
            return afterBlock(report);
        case 'failed':
        case 'unknown':
            return afterFailure(report);
        case 'restored':
            return [
                step('find out why it failed and correct the SQL: nothing has to be cleaned up'),
                step('then deploy again', ['mode', report.mode]),
            ];
        case 'restore-failed':
            return [
                step(`stop other deploys of ${report.target?.schema ?? 'this schema'}, and keep the backup`),
                ...wayBack(report, 'when the cause is mended, restore the backup of this run'),
            ];
    }
}
function afterSuccess(report) {
    const { mode, pending, planHash, isRestored } = report;
    switch (mode) {
        case 'status':
        case 'update-sql':
            if (pending.length === 0)
                return [];
            if (planHash === undefined)
                return [step('to deploy this', ['mode', 'update'])];
            return [step('to deploy exactly this plan', ['mode', 'update'], ['expected-plan-hash', planHash])];
        case 'update':
            return wayBack(report, 'to undo this deploy and everything since');
        case 'rollback':
            return isRestored ? wayBack(report, 'to undo this rollback') : [];
        case 'validate':
        case 'verify':
        case 'pipeline':
        case 'comment':
            return [];
    }
}
function afterBlock(report) {
    const steps = [];
    if ((0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .blockingViolations */ .y9)(report).length > 0) {
        steps.push(step('change the SQL as the violations say; a changeset that already ran stays as it is'));
    }
    if (report.mismatches.length > 0) {
        steps.push(step('put each changed file back as it was when it ran, and make the change in a new changeset'), step('if both texts are right, list the recorded checksum under "validCheckSum" of the changeset'));
    }
    return [...steps, ...doWhatIsAsked(report)];
}
function doWhatIsAsked(report) {
    const isAsked = (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .problemsToShow */ .hS)(report).some(({ fix }) => fix !== undefined);
    return isAsked ? [step('do what the problems ask for, then run again', ['mode', report.mode])] : [];
}
function afterFailure(report) {
    const changeset = (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .failedChangeset */ .w9)(report);
    const back = tookEffect(report) ? wayBack(report, 'or go back to the state before this run') : [];
    if (!changeset)
        return [...doWhatIsAsked(report), ...back];
    if (changeset.status === 'unknown')
        return [...afterDoubt(changeset), ...back];
    return [...goOn(report.mode, changeset), ...back];
}
function goOn(mode, { key, sqlFile, statements, statementsDone }) {
    const done = statementsDone ?? 0;
    if (done === 0)
        return [step(`when that is mended, run again: it goes on with ${key}`, ['mode', mode])];
    if (done >= statements.length)
        return [];
    const stay = done === 1 ? 'stays as it is' : 'stay as they are';
    return [
        step(`if the SQL is at fault, correct ${sqlFile} from statement ${done + 1} on; ${(0,_wording_js__WEBPACK_IMPORTED_MODULE_1__/* .firstStatements */ .Bf)(done)} ${stay}`),
        step(`go on at statement ${done + 1} of ${key}`, ['mode', mode], ['resume', 'true']),
    ];
}
function afterDoubt({ key, statementsDone }) {
    const number = (statementsDone ?? 0) + 1;
    return [
        step(`look at the database: did statement ${number} of ${key} take effect?`),
        step('then go on; the answer is only asked for where it cannot be decided without you', ['mode', 'update'], ['resume', 'true'], ['resume-in-doubt', 'done or not-done']),
    ];
}
function tookEffect(report) {
    const failed = (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .failedChangeset */ .w9)(report);
    const isPartlyDone = failed?.status === 'unknown' || (failed?.statementsDone ?? 0) > 0;
    return isPartlyDone || (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .withStatus */ .zC)(report, 'applied').length > 0;
}
function wayBack({ backup }, says) {
    return backup ? [step(says, ['mode', 'rollback'], ['backup-ref', backup.ref])] : [];
}
function step(says, ...inputs) {
    return inputs.length === 0 ? { says } : { says, inputs };
}


/***/ }),

/***/ 67832:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ palette)
/* harmony export */ });
/** Whether to colour is the caller's to know: it depends on the terminal, `NO_COLOR` and the like. */
function palette({ colour }) {
    const paint = (on, off) => (text) => colour && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
    return {
        bold: paint(1, 22),
        dim: paint(2, 22),
        red: paint(31, 39),
        green: paint(32, 39),
        yellow: paint(33, 39),
        cyan: paint(36, 39),
    };
}


/***/ }),

/***/ 47374:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  $: () => (/* binding */ renderPlanText)
});

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(72705);
// EXTERNAL MODULE: ./lib/report/changeset-status.js
var changeset_status = __webpack_require__(14446);
// EXTERNAL MODULE: ./lib/report/findings.js
var findings = __webpack_require__(43497);
// EXTERNAL MODULE: ./lib/report/filtered.js
var report_filtered = __webpack_require__(49876);
// EXTERNAL MODULE: ./lib/report/next-steps.js
var next_steps = __webpack_require__(78600);
// EXTERNAL MODULE: ./lib/report/palette.js
var palette = __webpack_require__(67832);
// EXTERNAL MODULE: ./lib/pipeline/pipeline-outcome.js
var pipeline_outcome = __webpack_require__(75784);
// EXTERNAL MODULE: ./lib/report/summary-pipeline.js
var summary_pipeline = __webpack_require__(9374);
;// CONCATENATED MODULE: ./lib/report/text-table.js
/** A column that is longer than this does not push the others to the right. */
const WIDEST = 40;
/** Lines with their cells under one another; a column in which no row says anything is left out. */
function alignColumns(rows) {
    const [first = []] = rows;
    const widths = first.map((_, column) => rows.reduce((widest, row) => {
        const length = row[column]?.text.length ?? 0;
        return length > WIDEST ? widest : Math.max(widest, length);
    }, 0));
    return rows.map((row) => {
        const cells = row.flatMap(({ text, paint }, column) => {
            const width = widths[column] ?? 0;
            if (width === 0 && text === '')
                return [];
            return [(paint ? paint(text) : text) + ' '.repeat(Math.max(0, width - text.length))];
        });
        return cells.join('  ').trimEnd();
    });
}

// EXTERNAL MODULE: ./lib/report/visible.js
var visible = __webpack_require__(76961);
// EXTERNAL MODULE: ./lib/report/wording.js
var wording = __webpack_require__(70179);
;// CONCATENATED MODULE: ./lib/report/pipeline-text.js





/** The stages of a pipeline for a terminal. */
function pipelineBlocks({ pipeline }, paint) {
    if (!pipeline)
        return [];
    return [
        { title: 'datasets', lines: datasetLines(pipeline, paint) },
        {
            title: pipeline.isCommitted ? 'transforms' : 'transforms (not in effect)',
            lines: transformLines(pipeline),
        },
        { title: 'checks', lines: checkLines(pipeline, paint) },
        ...(0,pipeline_outcome/* failedChecks */.H)(pipeline).map((check) => ({
            title: `what makes ${(0,visible/* toVisibleLine */.yk)(check.name)} fail`,
            lines: exampleLines(check),
        })),
    ];
}
function datasetLines({ datasets, missing }, paint) {
    const rows = datasets.map(({ dataset, rows: counts, files, durationMs }) => {
        const skipped = counts.late + counts.stale + counts.repeated;
        const known = files.filter(({ status }) => status === 'skipped').length;
        return [
            { text: (0,visible/* toVisibleLine */.yk)(dataset), paint: paint.bold },
            { text: `${(0,wording/* formatNumber */.ZV)(counts.read)} read` },
            { text: `${(0,wording/* formatNumber */.ZV)(counts.new)} new` },
            { text: `${(0,wording/* formatNumber */.ZV)(counts.changed)} changed` },
            { text: `${(0,wording/* formatNumber */.ZV)(counts.unchanged)} unchanged` },
            { text: `${(0,wording/* formatNumber */.ZV)(skipped)} skipped` },
            {
                text: `${(0,wording/* formatNumber */.ZV)(counts.rejected)} rejected`,
                ...(counts.rejected > 0 ? { paint: paint.red } : {}),
            },
            { text: (0,wording/* formatDuration */.a3)(durationMs) },
            { text: known > 0 ? `${(0,wording/* count */.U9)(known, 'file')} loaded before` : '', paint: paint.dim },
        ];
    });
    return [...alignColumns(rows), ...missing.map((name) => `${(0,visible/* toVisibleLine */.yk)(name)}: not loaded`)];
}
function transformLines({ transforms }) {
    return alignColumns(transforms.map(({ file, status, rowsAffected, versionsOpened, versionsClosed, durationMs }) => [
        { text: (0,visible/* toVisibleLine */.yk)(file) },
        { text: status },
        { text: rowsAffected === undefined ? '' : `${(0,wording/* count */.U9)(rowsAffected, 'row')} affected` },
        { text: versionsOpened === undefined ? '' : `${(0,wording/* count */.U9)(versionsOpened, 'version')} opened` },
        { text: versionsClosed === undefined ? '' : `${(0,wording/* formatNumber */.ZV)(versionsClosed)} closed` },
        { text: durationMs === undefined ? '' : (0,wording/* formatDuration */.a3)(durationMs) },
    ]));
}
function checkLines({ checks }, paint) {
    return alignColumns(checks.map((check) => [
        { text: check.status, paint: checkPaint(check, paint) },
        { text: (0,visible/* toVisibleLine */.yk)(check.name), paint: paint.bold },
        { text: check.severity },
        { text: (0,summary_pipeline/* metricText */._l)(check) },
        { text: `threshold ${(0,wording/* formatNumber */.ZV)(check.threshold)}` },
        { text: (0,summary_pipeline/* trend */.GW)(check), paint: paint.dim },
    ]));
}
function checkPaint({ status, severity }, paint) {
    if (status === 'passed')
        return paint.green;
    return status === 'failed' && severity === 'error' ? paint.red : paint.yellow;
}
function exampleLines({ examples, query }) {
    const keys = examples
        ? alignColumns([examples.columns, ...examples.rows].map((row) => row.map((value) => ({ text: (0,visible/* toVisibleLine */.yk)(value) }))))
        : [];
    const further = query === undefined
        ? []
        : ['look further with:', ...query.split('\n').map((line) => `  ${(0,visible/* toVisibleLine */.yk)(line)}`)];
    return [...keys, ...further];
}

// EXTERNAL MODULE: ./lib/report/summary-backup.js
var summary_backup = __webpack_require__(17458);
// EXTERNAL MODULE: ./lib/report/verdict.js + 1 modules
var verdict = __webpack_require__(60303);
// EXTERNAL MODULE: ./lib/report/workflow-command.js
var workflow_command = __webpack_require__(50894);
;// CONCATENATED MODULE: ./lib/report/plan-text.js













/** A list in a terminal ends here; the report file has all of it. */
const MOST_ROWS = 1000;
/** The result of a mode for a terminal or a log, the verdict last, where the eye is; no line feed at the end. */
function renderPlanText(report, style) {
    const paint = (0,palette/* palette */.M)(style);
    const parts = [
        heading(report, paint),
        block('policy violations', violationLines(report, paint), paint),
        block('problems', (0,findings/* problemsToShow */.hS)(report).flatMap((problem) => problemLines(problem, paint)), paint),
        block('changed after they were applied', report.mismatches.flatMap(mismatchLines), paint),
        block('changesets', changesetLines(report, paint), paint),
        block('warnings', (0,findings/* warningsToShow */.aI)(report).flatMap((problem) => problemLines(problem, paint)), paint),
        ...pipelineBlocks(report, paint).map(({ title, lines }) => block(title, lines, paint)),
        filteredLines(report),
        block('backup', backupLines(report), paint),
        block('next', (0,next_steps/* nextSteps */.Z)(report).map((step) => safe((0,next_steps/* formatStep */.y)(step))), paint),
        ending(report, paint),
    ];
    return parts
        .filter((lines) => lines.length > 0)
        .map((lines) => (0,workflow_command/* withoutCommands */.W)(lines.join('\n')))
        .join('\n\n');
}
/** Text of others on one line, in which nothing acts on the terminal. */
function safe(text) {
    return (0,visible/* toVisibleLine */.yk)(text);
}
function heading({ mode, environment, target, planHash, runId }, paint) {
    const server = target ? [`${safe(target.user)} on MySQL ${safe(target.serverVersion)}`] : [];
    const where = target || environment !== undefined ? ` on ${safe((0,wording/* formatTarget */.P4)({ environment, target }))}` : '';
    return [
        [paint.bold(`${mode}${where}`), ...server].join(', as '),
        ...(planHash === undefined ? [] : [paint.dim(`plan hash  ${safe(planHash)}`)]),
        ...(runId === undefined ? [] : [paint.dim(`run        ${safe(runId)}`)]),
    ];
}
function block(title, lines, paint) {
    if (lines.length === 0)
        return [];
    const missing = lines.length - MOST_ROWS;
    const rest = missing > 0 ? [`  … and ${(0,wording/* count */.U9)(missing, 'more line')}`] : [];
    return [paint.bold(title), ...lines.slice(0, MOST_ROWS).map((line) => `  ${line}`), ...rest];
}
function problemLines({ at, message, fix }, paint) {
    const place = at ? `${safe((0,errors/* formatLocation */.j$)(at))}: ` : '';
    return [`${place}${safe(message)}`, ...(fix === undefined ? [] : [`  ${paint.cyan('fix:')} ${safe(fix)}`])];
}
function violationLines(report, paint) {
    const line = (violation, word) => `${word} ${paint.bold(violation.rule)} ${safe((0,errors/* formatLocation */.j$)(violation.at))}: ${safe(violation.message)}`;
    const withFix = (violation, word) => [
        line(violation, word),
        `  ${paint.cyan('fix:')} ${safe(violation.fix)}`,
    ];
    return [
        ...(0,findings/* blockingViolations */.y9)(report).flatMap((violation) => withFix(violation, paint.red('error'))),
        ...(0,findings/* warningViolations */.j6)(report).flatMap((violation) => withFix(violation, paint.yellow('warning'))),
        ...(0,findings/* excusedViolations */.Ku)(report).flatMap((violation) => [
            line(violation, paint.dim('excused')),
            `  because: ${safe(violation.excused ?? '')}`,
        ]),
    ];
}
function mismatchLines({ key, at, recorded, current }) {
    return [
        `${safe((0,errors/* formatLocation */.j$)(at))}: ${safe(key)}`,
        `  when it ran  ${safe(recorded)}`,
        `  now          ${safe(current)}`,
    ];
}
function changesetLines(report, paint) {
    const rows = report.pending.map((changeset) => [
        { text: (0,changeset_status/* describeStatus */.W)(report, changeset), paint: statusPaint(changeset.status, paint) },
        { text: safe(changeset.key), paint: paint.bold },
        { text: changeset.risk === 'low' ? '' : `${changeset.risk} risk`, paint: paint.yellow },
        { text: (0,wording/* count */.U9)(changeset.statements.length, 'statement') },
        { text: took(changeset) },
        { text: (0,visible/* toVisibleLine */.yk)(changeset.comment ?? '', 100), paint: paint.dim },
    ]);
    return alignColumns(rows);
}
function took({ durationMs }) {
    return durationMs === undefined ? '' : (0,wording/* formatDuration */.a3)(durationMs);
}
function statusPaint(status, paint) {
    switch (status) {
        case 'applied':
        case 'marked-ran':
            return paint.green;
        case 'failed':
        case 'unknown':
            return paint.red;
        case 'skipped':
        case 'not-run':
            return paint.yellow;
    }
}
function backupLines({ approval, backup, restore }) {
    return [
        ...(approval
            ? [`approved by ${safe(approval.approvedBy)} in environment ${safe(approval.environment)}`]
            : []),
        ...(backup
            ? [`${safe(backup.ref)} (${(0,wording/* formatSize */.Xq)(backup.bytes)}, kept for ${(0,wording/* count */.U9)(backup.retentionDays, 'day')})`]
            : []),
        ...(restore
            ? [
                `restored ${safe(restore.ref)} in ${(0,wording/* formatDuration */.a3)(restore.durationMs)}; ${(0,summary_backup/* describeRestoreCost */.J)(restore)}`,
            ]
            : []),
    ];
}
function filteredLines({ filtered, mode }) {
    if (filtered.length === 0 || mode === 'verify')
        return [];
    const kept = (0,report_filtered/* keptOut */.x)(filtered).slice(0, MOST_ROWS);
    return [
        `not in the plan: ${(0,report_filtered/* countReasons */.V)(filtered)}`,
        ...kept.map(({ key, detail }) => `  ${safe(key)}: ${safe(detail)}`),
    ];
}
function ending(report, paint) {
    const { exitCode, headline } = (0,verdict/* verdict */.W)(report);
    const line = safe(headline);
    return [safe(report.databaseState), paint.bold(exitCode === 0 ? paint.green(line) : paint.red(line))];
}


/***/ }),

/***/ 20641:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ redactReport)
/* harmony export */ });
/* harmony import */ var _redact_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(44107);

/** What holds words and numbers of ours, in which a secret could only be found by chance. */
const OURS = new Set('mode result status risk reason code rule severity startedAt finishedAt checksum planHash file sqlFile'.split(' '));
/**
 * A report without any of the secrets. To be done before rendering: what is escaped for Markdown or JSON is no longer
 * what the runner looks for when it masks.
 */
function redactReport(report, secrets) {
    return redacted(report, (0,_redact_js__WEBPACK_IMPORTED_MODULE_0__/* .valueRedactor */ ._n)(secrets));
}
function redacted(value, redact) {
    if (typeof value === 'string')
        return redact(value);
    if (Array.isArray(value))
        return value.map((item) => redacted(item, redact));
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, OURS.has(key) ? inner : redacted(inner, redact)]));
}


/***/ }),

/***/ 44107:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Gn: () => (/* binding */ redactServerMessage),
  Mj: () => (/* binding */ redactSql),
  Rd: () => (/* binding */ redactText),
  se: () => (/* binding */ redactValues),
  _n: () => (/* binding */ valueRedactor)
});

// EXTERNAL MODULE: ./lib/report/secret-forms.js
var secret_forms = __webpack_require__(73117);
// EXTERNAL MODULE: ./lib/changelog/tokenize.js
var tokenize = __webpack_require__(24476);
;// CONCATENATED MODULE: ./lib/report/secret-literals.js

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

;// CONCATENATED MODULE: ./lib/report/redact.js


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

/***/ 78116:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ renderReportJson),
/* harmony export */   x: () => (/* binding */ toJsonValue)
/* harmony export */ });
/* harmony import */ var _workflow_command_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(50894);

/** The whole report as JSON: keys sorted, so that equal reports are equal files; what is not known is null. */
function renderReportJson(report) {
    return `${(0,_workflow_command_js__WEBPACK_IMPORTED_MODULE_0__/* .toSafeJson */ .D)(toJsonValue(report), 2)}\n`;
}
/** The same as a value for a larger document; `docs/report.schema.json` describes it. */
function toJsonValue(report) {
    return sorted(report);
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


/***/ }),

/***/ 39374:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ runStarted),
/* harmony export */   u: () => (/* binding */ runFinished)
/* harmony export */ });
/* harmony import */ var _verdict_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(60303);
/* harmony import */ var _wording_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(70179);


/** The first event of a run. */
function runStarted(mode) {
    return { level: 'info', event: 'run-started', message: `mode ${mode}`, mode };
}
/** The last event of a run: how it ended. */
function runFinished(report) {
    const { exitCode, headline } = (0,_verdict_js__WEBPACK_IMPORTED_MODULE_0__/* .verdict */ .W)(report);
    return {
        level: exitCode === 0 ? 'info' : 'error',
        event: 'run-finished',
        message: headline,
        mode: report.mode,
        result: report.result,
        durationMs: (0,_wording_js__WEBPACK_IMPORTED_MODULE_1__/* .runDuration */ .Eo)(report),
    };
}


/***/ }),

/***/ 73117:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
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

/***/ 17458:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ safetyNet),
/* harmony export */   J: () => (/* binding */ describeRestoreCost)
/* harmony export */ });
/* harmony import */ var _markdown_blocks_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(20153);
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(55238);
/* harmony import */ var _wording_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(70179);



/** Who said yes, which backup there is, and what its restore cost. */
function safetyNet({ approval, backup, restore }, detail) {
    const facts = [
        ['approved by', approval ? approvedBy(approval, detail) : _markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .nothing */ .s6],
        ['backup', backup ? kept(backup) : _markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .nothing */ .s6],
        ['SHA-256', backup && !backup.ref.includes(backup.sha256) ? (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .code */ .aY)(backup.sha256) : _markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .nothing */ .s6],
        ['restored', restore ? restored(restore) : _markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .nothing */ .s6],
        ['cost', restore ? (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(describeRestoreCost(restore)) : _markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .nothing */ .s6],
        ['what was there before', restore ? (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .inline */ .mG) `schema ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .code */ .aY)(restore.aside)}` : _markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .nothing */ .s6],
    ];
    const rows = facts.filter(([, fact]) => fact.markdown !== '').map(([name, fact]) => [(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(name), fact]);
    return (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_0__/* .table */ .tp)(['Backup and approval', ''], rows);
}
function approvedBy({ approvedBy: name, environment, comment }, detail) {
    const words = comment === '' ? _markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .nothing */ .s6 : (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .inline */ .mG) `: ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(comment, detail.text)}`;
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .inline */ .mG) `${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .code */ .aY)(name)} in environment ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .code */ .aY)(environment)}${words}`;
}
function kept({ ref, bytes, retentionDays, durationMs }) {
    const facts = `${(0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .formatSize */ .Xq)(bytes)}, taken in ${(0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .formatDuration */ .a3)(durationMs)}, kept for ${(0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .count */ .U9)(retentionDays, 'day')}`;
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .inline */ .mG) `${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .code */ .aY)(ref, 500)} (${facts})`;
}
function restored({ ref, durationMs }) {
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .inline */ .mG) `${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .code */ .aY)(ref, 500)} in ${(0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .formatDuration */ .a3)(durationMs)}`;
}
/** `writers waited 120 ms; 3 transactions of others were undone`. */
function describeRestoreCost({ blockedMs, keptTransactions, undoneTransactions, }) {
    const waited = blockedMs === undefined
        ? 'how long writers waited is not known'
        : `writers waited ${(0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .formatDuration */ .a3)(blockedMs)}`;
    const wait = keptTransactions === undefined
        ? waited
        : `${waited}; ${(0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .count */ .U9)(keptTransactions, 'transaction')} of others ${keptTransactions === 1 ? 'was' : 'were'} kept`;
    if (undoneTransactions === undefined)
        return `${wait}; whether writes of others were undone is not known`;
    const were = undoneTransactions === 1 ? 'was' : 'were';
    return `${wait}; ${(0,_wording_js__WEBPACK_IMPORTED_MODULE_2__/* .count */ .U9)(undoneTransactions, 'transaction')} of others ${were} undone`;
}


/***/ }),

/***/ 9374:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GW: () => (/* binding */ trend),
/* harmony export */   SG: () => (/* binding */ pipelineStages),
/* harmony export */   _l: () => (/* binding */ metricText)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(72705);
/* harmony import */ var _pipeline_pipeline_outcome_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(75784);
/* harmony import */ var _markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(20153);
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(55238);
/* harmony import */ var _visible_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(76961);
/* harmony import */ var _wording_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(70179);






/** What each stage of a pipeline did: a table for datasets, transforms and checks, and what to look at. */
function pipelineStages({ pipeline }, detail) {
    if (!pipeline)
        return _markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .nothing */ .s6;
    return (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .blocks */ .Bv)((0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .section */ .uW)('Datasets', datasetTable(pipeline, detail), rejectedTable(pipeline, detail)), (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .section */ .uW)(`Transforms${fate(pipeline)}`, transformTable(pipeline, detail)), (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .section */ .uW)('Checks', checkTable(pipeline, detail), failures(pipeline, detail)));
}
function fate({ isCommitted, transforms }) {
    if (transforms.every(({ status }) => status === 'not-run'))
        return '';
    if (isCommitted === undefined)
        return ' (nobody knows whether they are in effect)';
    return isCommitted ? '' : ' (rolled back)';
}
function datasetTable({ datasets, missing }, detail) {
    const header = [
        ...[
            'dataset',
            'files',
            'rows read',
            'new',
            'changed',
            'unchanged',
            'skipped',
            'rejected',
            'checkpoint',
            'time',
        ],
    ];
    const rows = datasets.map(({ dataset, files, rows: counts, watermarkAfter, durationMs, problem }) => {
        const known = files.filter(({ status }) => status === 'skipped').length;
        return [
            (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .inline */ .mG) `${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .code */ .aY)(dataset)}${problem ? ' (nothing loaded)' : ''}`,
            (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(`${files.length}${known > 0 ? `, ${known} of them loaded before` : ''}`),
            (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)((0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatNumber */ .ZV)(counts.read)),
            (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)((0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatNumber */ .ZV)(counts.new)),
            (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)((0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatNumber */ .ZV)(counts.changed)),
            (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)((0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatNumber */ .ZV)(counts.unchanged)),
            // Read, and by rule not loaded: late, older than what is there, or the same row twice.
            (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)((0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatNumber */ .ZV)(counts.late + counts.stale + counts.repeated)),
            counts.rejected > 0 ? (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .inline */ .mG) `**${(0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatNumber */ .ZV)(counts.rejected)}**` : (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)('0'),
            (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .code */ .aY)(watermarkAfter ?? '', detail.text),
            (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)((0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatDuration */ .a3)(durationMs)),
        ];
    });
    const open = missing
        .filter((name) => !datasets.some(({ dataset }) => dataset === name))
        .map((name) => [(0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .inline */ .mG) `${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .code */ .aY)(name)} (not loaded)`]);
    return (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(header, [...rows, ...open]);
}
function rejectedTable({ datasets }, detail) {
    const examples = datasets.flatMap(({ dataset, rejectedExamples }) => rejectedExamples.map((row) => ({ ...row, dataset })));
    const { shown, rest } = (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .atMost */ .Tu)(examples, Math.min(detail.rows, 20));
    const rows = shown.map(({ file, line, reason }) => [
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .code */ .aY)((0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .formatLocation */ .j$)({ file, line })),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(reason, detail.text),
    ]);
    if (rows.length === 0)
        return _markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .nothing */ .s6;
    return (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .blocks */ .Bv)((0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .inline */ .mG) `Rejected rows, the first ones; all are in ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .code */ .aY)('ops_rejected_rows')}:`, (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(['where', 'reason'], rows), rest);
}
function transformTable({ transforms }, detail) {
    const header = ['transform', 'outcome', 'rows affected', 'versions opened', 'versions closed', 'time'];
    const number = (value) => (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(value === undefined ? '' : (0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatNumber */ .ZV)(value));
    return (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(header, transforms.map((transform) => [
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .code */ .aY)(transform.file, detail.text),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(transform.status),
        number(transform.rowsAffected),
        number(transform.versionsOpened),
        number(transform.versionsClosed),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(transform.durationMs === undefined ? '' : (0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatDuration */ .a3)(transform.durationMs)),
    ]));
}
const CHECK_ICONS = {
    passed: '✅',
    failed: '❌',
    'not-run': '–',
};
function checkTable({ checks }, detail) {
    const { shown, rest } = (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .atMost */ .Tu)(checks, detail.rows);
    const header = ['', 'check', 'severity', 'metric', 'threshold', 'trend', 'where'];
    const rows = shown.map((check) => [
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(check.status === 'failed' && check.severity === 'warning' ? '⚠️' : CHECK_ICONS[check.status]),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .code */ .aY)(check.name, detail.text),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(check.severity),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(metricText(check)),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)((0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatNumber */ .ZV)(check.threshold)),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .text */ .Qq)(trend(check)),
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .code */ .aY)((0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .formatLocation */ .j$)(check.at), detail.text),
    ]);
    return (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .blocks */ .Bv)((0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(header, rows), rest);
}
/** The metric as a person reads it. */
function metricText({ status, metric }) {
    if (status === 'not-run')
        return '';
    return metric === undefined ? 'no number' : (0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatNumber */ .ZV)(metric);
}
/** How the metric moved since the last run: `+3`, `=`, or nothing where there was none. */
function trend({ metric, previous }) {
    if (metric === undefined || previous === undefined)
        return '';
    const change = Number((metric - previous).toFixed(6));
    if (change === 0)
        return '=';
    return change > 0 ? `+${(0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatNumber */ .ZV)(change)}` : `-${(0,_wording_js__WEBPACK_IMPORTED_MODULE_3__/* .formatNumber */ .ZV)(-change)}`;
}
function failures(pipeline, detail) {
    const { shown, rest } = (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .atMost */ .Tu)((0,_pipeline_pipeline_outcome_js__WEBPACK_IMPORTED_MODULE_4__/* .failedChecks */ .H)(pipeline), Math.min(detail.rows, 50));
    return (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .blocks */ .Bv)(...shown.map((check) => failure(check, detail)), rest);
}
function failure({ name, examples, query }, detail) {
    const keys = examples && examples.rows.length > 0
        ? (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .table */ .tp)(examples.columns, examples.rows.map((row) => row.map((value) => (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .code */ .aY)(value, detail.text))))
        : _markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .nothing */ .s6;
    const further = query !== undefined && detail.sqlBytes > 0
        ? (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .details */ .zH)('Look further', (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .sqlBlock */ .oR)((0,_visible_js__WEBPACK_IMPORTED_MODULE_5__/* .clamp */ .qE)(query, 4000)))
        : _markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .nothing */ .s6;
    if (keys.markdown === '' && further.markdown === '')
        return _markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .nothing */ .s6;
    return (0,_markdown_blocks_js__WEBPACK_IMPORTED_MODULE_1__/* .blocks */ .Bv)((0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .inline */ .mG) `What makes ${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .code */ .aY)(name)} fail, at most ten of it:`, keys, further);
}


/***/ }),

/***/ 60303:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  W: () => (/* binding */ verdict)
});

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(72705);
// EXTERNAL MODULE: ./lib/report/findings.js
var findings = __webpack_require__(43497);
// EXTERNAL MODULE: ./lib/report/visible.js
var visible = __webpack_require__(76961);
// EXTERNAL MODULE: ./lib/report/wording.js
var wording = __webpack_require__(70179);
;// CONCATENATED MODULE: ./lib/report/failure.js




/** Why nothing was tried: `2 policy violations and 1 checksum mismatch`, or the first problem in its own words. */
function describeBlock(report) {
    const violations = (0,findings/* blockingViolations */.y9)(report).length;
    const mismatches = report.mismatches.length;
    const problems = (0,findings/* problemsToShow */.hS)(report);
    const [first, ...more] = problems;
    if (first && violations + mismatches === 0) {
        const rest = more.length === 0 ? '' : ` (and ${(0,wording/* count */.U9)(more.length, 'more problem')})`;
        return `${(0,visible/* clamp */.qE)((0,errors/* formatProblem */.Vw)(first), 300)}${rest}`;
    }
    const parts = [
        violations > 0 ? [(0,wording/* count */.U9)(violations, 'policy violation')] : [],
        mismatches > 0 ? [(0,wording/* count */.U9)(mismatches, 'checksum mismatch', 'checksum mismatches')] : [],
        problems.length > 0 ? [(0,wording/* count */.U9)(problems.length, 'other problem')] : [],
    ].flat();
    return parts.length === 0 ? 'no reason was given' : parts.join(' and ');
}
/** Where the run stopped, and what of it is in effect unless that was undone since. */
function describeFailure(report, fate) {
    const changeset = (0,findings/* failedChangeset */.w9)(report);
    if (!changeset)
        return (0,visible/* clamp */.qE)((0,findings/* problemsToShow */.hS)(report)[0]?.message ?? 'no reason was given', 300);
    const before = (0,findings/* withStatus */.zC)(report, 'applied').length;
    const earlier = before === 0 ? '' : `; ${(0,wording/* count */.U9)(before, 'changeset')} before it ${was(before)} applied`;
    return `${place(changeset)}${fate === 'kept' ? `; ${kept(changeset)}${earlier}` : ''}`;
}
function place(changeset) {
    const number = changeset.failedStatement?.number;
    const doubt = changeset.status === 'unknown' ? ' may or may not have taken effect' : '';
    if (number === undefined)
        return `${changeset.key} before its first statement${doubt}`;
    return `${changeset.key} statement ${number} of ${changeset.statements.length}${doubt}`;
}
function kept({ statementsDone, status }) {
    if (statementsDone === undefined)
        return 'what it did is not known';
    if (statementsDone === 0)
        return status === 'unknown' ? 'nothing before it was run' : 'nothing of it took effect';
    return `${(0,wording/* firstStatements */.Bf)(statementsDone)} ${statementsDone === 1 ? 'is' : 'are'} done and ${was(statementsDone)} kept`;
}
function was(number) {
    return number === 1 ? 'was' : 'were';
}

// EXTERNAL MODULE: ./lib/pipeline/pipeline-outcome.js
var pipeline_outcome = __webpack_require__(75784);
;// CONCATENATED MODULE: ./lib/report/verdict.js




/** Whether the run did what it was asked, and the one sentence that says so. */
function verdict(report) {
    return { exitCode: report.result === 'ok' ? 0 : 1, headline: headline(report) };
}
function headline(report) {
    switch (report.result) {
        case 'ok':
            return `${success(report)}${remarks(report)}`;
        case 'blocked':
            return `blocked: ${describeBlock(report)}${consequence(report)}`;
        case 'failed':
            return `failed: ${describeFailure(report, 'kept')}`;
        case 'restored':
            return `restored: ${describeFailure(report, 'undone')}; the database is back to its backup`;
        case 'restore-failed':
            return `restore failed after ${describeFailure(report, 'kept')}; the database needs a person now`;
        case 'unknown':
            return `unknown: ${describeFailure(report, 'kept')}`;
    }
}
function success(report) {
    const target = (0,wording/* formatTarget */.P4)(report);
    const pending = (0,wording/* count */.U9)(report.pending.length, 'changeset');
    const upToDate = `nothing pending: ${target} is up to date`;
    switch (report.mode) {
        case 'validate':
            return `changelog is valid: ${validated(report)}`;
        case 'status':
            return report.pending.length === 0 ? upToDate : `${pending} would be applied to ${target}`;
        case 'update-sql':
            return report.pending.length === 0 ? upToDate : `SQL of ${pending} for ${target} ${written(report)}`;
        case 'update':
            return report.pending.length === 0 ? upToDate : updated(report);
        case 'verify':
            return verified(report);
        case 'rollback':
            return rolledBack(report);
        case 'pipeline':
            return report.pipeline ? pipelined(report, report.pipeline) : `pipeline succeeded on ${target}`;
        case 'comment':
            return report.warnings.length === 0 ? 'published the saved report' : 'nothing to publish';
    }
}
function rolledBack(report) {
    const { restore } = report;
    if (!restore)
        return `the backup can be restored on ${(0,wording/* formatTarget */.P4)(report)}, nothing was changed`;
    return `${(0,wording/* formatTarget */.P4)(report)} is back to its backup, restored in ${(0,wording/* formatDuration */.a3)(restore.durationMs)}`;
}
function pipelined(report, { datasets, checks }) {
    const read = datasets.reduce((sum, { rows }) => sum + rows.read, 0);
    const rejected = (0,pipeline_outcome/* rejectedCount */.C)({ datasets });
    const parts = [
        `${(0,wording/* count */.U9)(read, 'row')} of ${(0,wording/* count */.U9)(datasets.length, 'dataset')} read`,
        ...(rejected > 0 ? [`${(0,wording/* formatNumber */.ZV)(rejected)} rejected`] : []),
        `${(0,wording/* count */.U9)(checks.filter(({ status }) => status === 'passed').length, 'check')} passed`,
    ];
    return `${parts.join(', ')} on ${(0,wording/* formatTarget */.P4)(report)} in ${(0,wording/* formatDuration */.a3)((0,wording/* runDuration */.Eo)(report))}`;
}
function validated({ changesetCount, pending }) {
    const all = (0,wording/* count */.U9)(changesetCount ?? 0, 'changeset');
    return pending.length === 0 ? all : `${all}, ${pending.length} of them new`;
}
function written({ sqlFile }) {
    return sqlFile === undefined
        ? 'printed, nothing was changed'
        : `written to ${sqlFile}, nothing was changed`;
}
function updated(report) {
    const others = ['marked-ran', 'skipped', 'not-run']
        .map((status) => ({ status, number: (0,findings/* withStatus */.zC)(report, status).length }))
        .filter(({ number }) => number > 0)
        .map(({ status, number }) => `, ${number} ${status}`);
    const applied = (0,wording/* count */.U9)((0,findings/* withStatus */.zC)(report, 'applied').length, 'changeset');
    return `applied ${applied} to ${(0,wording/* formatTarget */.P4)(report)} in ${(0,wording/* formatDuration */.a3)((0,wording/* runDuration */.Eo)(report))}${others.join('')}`;
}
function verified(report) {
    const ran = report.filtered.filter(({ reason }) => reason === 'already-ran').length;
    const target = (0,wording/* formatTarget */.P4)(report);
    if (ran === 0)
        return `nothing to verify: no changeset of this changelog was applied to ${target}`;
    if (ran === 1)
        return `the one changeset applied to ${target} still has its checksum`;
    return `all ${(0,wording/* count */.U9)(ran, 'changeset')} applied to ${target} still have their checksums`;
}
/** What a success should not hide. */
function remarks(report) {
    const warnings = (0,findings/* warningsToShow */.aI)(report).length + (0,findings/* warningViolations */.j6)(report).length;
    const excused = (0,findings/* excusedViolations */.Ku)(report).filter(({ severity }) => severity === 'error').length;
    const parts = [
        warnings > 0 ? [(0,wording/* count */.U9)(warnings, 'warning')] : [],
        excused > 0 ? [`${(0,wording/* count */.U9)(excused, 'policy error')} excused`] : [],
    ].flat();
    return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}
function consequence({ mode, planHash }) {
    switch (mode) {
        case 'update':
        case 'pipeline':
        case 'rollback':
            return ', nothing was changed';
        case 'status':
        case 'update-sql':
            return planHash === undefined ? '' : ', update would refuse';
        case 'validate':
        case 'verify':
        case 'comment':
            return '';
    }
}


/***/ }),

/***/ 76961:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
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

/***/ 70179:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bf: () => (/* binding */ firstStatements),
/* harmony export */   Eo: () => (/* binding */ runDuration),
/* harmony export */   Ey: () => (/* binding */ describeGuarantee),
/* harmony export */   L_: () => (/* binding */ inEffect),
/* harmony export */   P4: () => (/* binding */ formatTarget),
/* harmony export */   U9: () => (/* binding */ count),
/* harmony export */   Xq: () => (/* binding */ formatSize),
/* harmony export */   ZV: () => (/* binding */ formatNumber),
/* harmony export */   Zl: () => (/* binding */ formatStorage),
/* harmony export */   a3: () => (/* binding */ formatDuration),
/* harmony export */   eG: () => (/* binding */ formatEstimate)
/* harmony export */ });
/** `1 changeset`, `10,000 changesets`, `2 mismatches` with an irregular plural. */
function count(number, one, many = `${one}s`) {
    return `${formatNumber(number)} ${number === 1 ? one : many}`;
}
/** `10,000`. */
function formatNumber(number) {
    return String(number).replace(/(?<!\.\d*)\B(?=(?:\d{3})+(?!\d))/g, ',');
}
/** `340 ms`, `1.2 s`, `2 min 5 s`, `1 h 3 min`. */
function formatDuration(milliseconds) {
    if (milliseconds < 1000)
        return `${Math.round(milliseconds)} ms`;
    if (milliseconds < 59_950)
        return `${(milliseconds / 1000).toFixed(1)} s`;
    const seconds = Math.round(milliseconds / 1000);
    if (seconds < 3600)
        return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    const minutes = Math.round(seconds / 60);
    return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
/** `900 bytes`, `12 KiB`, `5.1 MiB`. */
function formatSize(bytes) {
    if (bytes < 1024)
        return count(bytes, 'byte');
    if (bytes < 1024 * 1024)
        return `${Math.round(bytes / 1024)} KiB`;
    return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
/** `3.4 GB`, as disks are measured. */
function formatStorage(bytes) {
    return bytes < 1000 ? count(bytes, 'byte') : rounded(bytes, ['kB', 'MB', 'GB', 'TB', 'PB']);
}
/** `850`, `12 k`, `3.4 M`: for numbers that are estimates. */
function formatEstimate(number) {
    return number < 1000 ? String(number) : rounded(number, ['k', 'M', 'G', 'T', 'P']);
}
function rounded(number, units) {
    let value = number / 1000;
    let at = 0;
    while (value >= 999.5 && at < units.length - 1) {
        value /= 1000;
        at += 1;
    }
    return `${value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${units[at]}`;
}
/** `prod (db app on db.example.com:3307)`; the default port goes without saying. */
function formatTarget({ environment, target }) {
    if (!target)
        return environment ?? 'the database';
    const host = target.port === 3306 ? target.host : `${target.host}:${target.port}`;
    const database = `db ${target.schema} on ${host}`;
    return environment === undefined ? database : `${environment} (${database})`;
}
/** `statement 1`, `statements 1-2`: the first `done` ones. */
function firstStatements(done) {
    return done === 1 ? 'statement 1' : `statements 1-${done}`;
}
/** `statement 1 of 3 is in effect`, `statements 1-2 of 3 are in effect`. */
function inEffect(done, total) {
    return `${firstStatements(done)} of ${total} ${done === 1 ? 'is' : 'are'} in effect`;
}
/** How long the run took, from its two times. */
function runDuration({ startedAt, finishedAt }) {
    return Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) || 0;
}
const COSTS = {
    lossless: 'lossless: a restore keeps what others write meanwhile',
    snapshot: 'snapshot: a restore undoes what others write after the backup',
    'in-place': 'in place: a restore undoes what others write after the backup, and one that fails leaves the schema incomplete',
    none: 'none: a failure cannot be restored',
};
/** In one line what a failure would cost, and why not less. */
function describeGuarantee({ kind, reasons }) {
    const why = reasons.map(({ message }) => message).join('; ');
    return why === '' ? COSTS[kind] : `${COSTS[kind]} (${why})`;
}


/***/ }),

/***/ 50894:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
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

};
