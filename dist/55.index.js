export const id = 55;
export const ids = [55];
export const modules = {

/***/ 55:
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
// EXTERNAL MODULE: ./lib/mysql/definitions/refusal.js
var refusal = __webpack_require__(75144);
// EXTERNAL MODULE: ./lib/mysql/dump/dump-privileges.js
var dump_privileges = __webpack_require__(24309);
// EXTERNAL MODULE: ./lib/mysql/guarantee/guarantee.js + 3 modules
var guarantee_guarantee = __webpack_require__(47722);
// EXTERNAL MODULE: ./lib/mysql/guarantee/probe-in-place.js
var probe_in_place = __webpack_require__(93814);
// EXTERNAL MODULE: ./lib/mysql/load/side-schema.js
var side_schema = __webpack_require__(30759);
// EXTERNAL MODULE: ./lib/mysql/privileges/needed-privileges.js
var needed_privileges = __webpack_require__(64850);
// EXTERNAL MODULE: ./lib/mysql/privileges/privileges.js
var privileges = __webpack_require__(16104);
// EXTERNAL MODULE: ./lib/mysql/session/quote-name.js
var quote_name = __webpack_require__(19036);
;// CONCATENATED MODULE: ./lib/modes/grants/grants.js








/** What `pipeline` needs on staging, dimension and fact tables and on its own; a test compares it with `etl_runner`. */
const PIPELINE_PRIVILEGES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE TEMPORARY TABLES'];
/** The privileges on the live schema, by mode. */
const ON_SCHEMA = {
    validate: [],
    comment: [],
    status: ['SELECT'],
    'update-sql': ['SELECT'],
    verify: ['SELECT'],
    // CREATE and ALTER make and upgrade the tracking tables; both are among what changesets need.
    update: [...privileges/* BOOKKEEPING_PRIVILEGES */.Oi, ...needed_privileges/* CHANGESET_PRIVILEGES */.yg],
    pipeline: PIPELINE_PRIVILEGES,
    // The tracking tables may have to be made, and upgraded, first.
    rollback: [...privileges/* BOOKKEEPING_PRIVILEGES */.Oi, 'CREATE', 'ALTER'],
};
/** The statements that grant what these modes need, in the order to run them, with what MySQL cannot grant as comments. */
function grants(request) {
    const { modes, backup, guarantee, schema, to } = request;
    const isRestored = modes.includes('rollback') || (modes.includes('update') && backup === 'full');
    const isInPlace = guarantee === 'in-place';
    const here = new Set(modes.flatMap((mode) => ON_SCHEMA[mode]));
    if (isRestored) {
        for (const each of [...dump_privileges/* DUMP_PRIVILEGES */.Yz, ...(isInPlace ? probe_in_place/* IN_PLACE_PRIVILEGES */.J : side_schema/* SWAP_PRIVILEGES */.j0)])
            here.add(each);
    }
    if (here.size === 0)
        return [`-- ${modes.join(', ')}: no database, so no privileges`];
    const lines = [
        ...warnings(request),
        `GRANT ${[...here].join(', ')} ON ${(0,quote_name/* quoteName */.A)(liveName(request))}.* TO ${to};`,
    ];
    if (!isRestored)
        return lines;
    lines.push('-- SHOW_ROUTINE came with 8.0.20; before, grant SELECT in its place.');
    lines.push(`GRANT SHOW_ROUTINE ON *.* TO ${to};`);
    if (!isInPlace) {
        lines.push('-- With partial_revokes = ON MySQL takes % literally: name each of these schemas then, or restore in place.');
        lines.push(`GRANT ${side_schema/* SIDE_PRIVILEGES */.Vd.join(', ')} ON ${(0,quote_name/* quoteName */.A)((0,side_schema/* sidePattern */.gf)(schema))}.* TO ${to};`);
    }
    lines.push('-- Only where views, routines, triggers or events have another definer (before 8.2: SET_USER_ID in their place;', '-- SYSTEM_USER beside them where the definer has it):', `-- GRANT ${refusal/* DEFINER_PRIVILEGES */.Lp.join(', ')} ON *.* TO ${to};`);
    if (modes.includes('update') && !isInPlace)
        lines.push(...lossless(request));
    return lines;
}
/** `best` does without them, so it has them as a comment. */
function lossless({ guarantee, to }) {
    const grant = `GRANT ${guarantee_guarantee/* LOSSLESS_PRIVILEGES */._W.map(([first]) => first).join(', ')} ON *.* TO ${to};`;
    if (guarantee === 'lossless') {
        return [
            '-- Keeps what others wrote since the backup. Triggers and functions are refused under binary logging',
            '-- (error 1419) until an administrator runs: SET PERSIST log_bin_trust_function_creators = 1;',
            grant,
        ];
    }
    return [
        '-- With these a restore keeps what others wrote since the backup; without them it undoes it:',
        `-- ${grant}`,
    ];
}
/**
 * In a GRANT `_` stands for any character. A backslash takes that away for an account; a role that was granted that way
 * is not found where views, routines and triggers run as their definer.
 */
function liveName({ schema, isRole }) {
    return isRole ? schema : schema.replaceAll(/[_%\\]/g, String.raw `\$&`);
}
function warnings({ schema, isRole }) {
    if (!/[_%]/.test(schema))
        return [];
    if (!isRole)
        return [
            '-- The backslashes keep _ and % from matching other schemas; with partial_revokes = ON, take them away.',
        ];
    return [
        `-- _ and % in ${JSON.stringify(schema)} match any character: other schemas may be opened as well.`,
    ];
}

;// CONCATENATED MODULE: ./lib/terminal/command-flags.js

/** Reads the arguments of a command that is no mode; all wrong ones are told at once. */
function readGiven(argv, usage, withValue, without = [], judgeWords = () => undefined) {
    const problems = [];
    const words = [];
    const flags = new Map();
    const rest = [...argv];
    const wrong = (message) => void problems.push({ code: 'invalid-input', message, fix: usage });
    for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
        if (!argument.startsWith('-')) {
            words.push(argument);
            continue;
        }
        const [flag = '', inline] = argument.split(/=(.*)/s);
        const name = flag.replace(/^--/, '');
        if (flags.has(name))
            wrong(`${flag} is given twice`);
        if (flag.startsWith('--') && without.includes(name) && inline === undefined)
            flags.set(name, 'true');
        else if (!flag.startsWith('--') || !withValue.includes(name))
            wrong(`unknown flag ${flag}`);
        else {
            const value = inline ?? (rest[0]?.startsWith('--') === true ? undefined : rest.shift());
            if (value === undefined || value === '')
                wrong(`${flag} needs a value`);
            else
                flags.set(name, value);
        }
    }
    const aboutWords = judgeWords(words);
    if (aboutWords !== undefined)
        wrong(aboutWords);
    (0,errors/* refuse */.TR)(problems);
    return { words, flags, isSet: (name) => flags.has(name) };
}
/** Refuses the usage as a whole. */
function refuseUsage(message, fix) {
    (0,errors/* refuse */.TR)([{ code: 'invalid-input', message, fix }]);
    throw new Error('unreachable');
}

;// CONCATENATED MODULE: ./lib/terminal/grants-command.js



const USAGE = "db-deploy grants [MODE]… --db-name NAME [--db-user 'user'@'host'] [--restore-guarantee best|lossless|in-place] [--backup full|none]";
const GUARANTEES = ['best', 'lossless', 'in-place'];
const BACKUPS = ['full', 'none'];
const ACCOUNT = /^(?<user>[^@'"`\\]{1,32})(?:@(?<host>[^@'"`\\]{1,255}))?$/;
/** `db-deploy grants update --db-name app`. */
const grantsCommand = {
    name: 'grants',
    usage: USAGE,
    meaning: 'prints the exact GRANTs for these modes (update, verify and rollback where none is named); needs no database',
    read: (argv, { env }) => {
        const { words, flags } = readGiven(argv, USAGE, ['db-name', 'db-user', 'restore-guarantee', 'backup']);
        const modes = words.map((word) => input_table/* MODES */.FN.find((mode) => mode === word) ?? refuseUsage(`unknown mode ${JSON.stringify(word)}`, USAGE));
        const schema = flags.get('db-name') ?? (env['DB_NAME'] || undefined);
        if (schema === undefined)
            return refuseUsage('--db-name is missing', USAGE);
        const guarantee = oneOf('restore-guarantee', GUARANTEES, flags.get('restore-guarantee') ?? 'best');
        const backup = oneOf('backup', BACKUPS, flags.get('backup') ?? 'full');
        const to = account(flags.get('db-user') ?? 'db_migrator');
        const asked = modes.length === 0 ? ['update', 'verify', 'rollback'] : modes;
        return () => {
            const request = { schema, modes: asked, guarantee, backup, to, isRole: false };
            return { out: grants(request).join('\n'), said: [] };
        };
    },
};
function oneOf(name, choices, value) {
    return (choices.find((choice) => choice === value) ??
        refuseUsage(`--${name} ${JSON.stringify(value)} is none of ${choices.join(', ')}`, USAGE));
}
/** `migrator`, `migrator@10.%` and `'migrator'@'%'` are accounts. */
function account(text) {
    const { user, host = '%' } = ACCOUNT.exec(text.replaceAll(/['"`]/g, ''))?.groups ?? {};
    return user === undefined
        ? refuseUsage(`--db-user ${JSON.stringify(text)} is not a valid account`, USAGE)
        : `'${user}'@'${host}'`;
}

// EXTERNAL MODULE: external "node:readline/promises"
var external_node_readline_promises_ = __webpack_require__(26848);
;// CONCATENATED MODULE: ./lib/modes/first-day/workflows.js
const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';
/** The three workflows, by path. Environments and their secrets are set up by hand. */
function renderWorkflows({ schema, uses, }) {
    const name = JSON.stringify(schema);
    return {
        '.github/workflows/db-validate.yml': renderValidate(uses),
        '.github/workflows/db-deploy-dev.yml': renderDev(name, uses),
        '.github/workflows/db-deploy-prod.yml': renderProd(name, uses),
    };
}
const CHECKED_OUT = `      - uses: ${CHECKOUT}
        with:
          persist-credentials: false`;
function renderValidate(uses) {
    return `# Every pull request: changelog, SQL and policy, with a comment that lists what it adds. Needs no database.
name: validate the changelog

on: pull_request

permissions: {}

jobs:
  validate:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
      pull-requests: write # the comment
    steps:
${CHECKED_OUT}
      - uses: ${uses}
        with:
          mode: validate
`;
}
function environmentOf(name, environment) {
    return `    env:
      DB_ENVIRONMENT: ${environment}
      DB_HOST: \${{ vars.DB_HOST }}
      DB_NAME: ${name}
      DB_USER: \${{ vars.DB_USER }}
      DB_PASSWORD: \${{ secrets.DB_PASSWORD }}`;
}
function renderDev(name, uses) {
    return `# Every push to main goes to dev. Set up once: environment \`dev\` with the variables DB_HOST and DB_USER and the secrets
# DB_PASSWORD and BACKUP_PASSPHRASE.
name: deploy the database to dev

on:
  push:
    branches: [main]
    paths: [changelog/**, migrations/**, .github/workflows/db-deploy-dev.yml]

permissions: {}

concurrency:
  group: db-deploy-dev
  cancel-in-progress: false

jobs:
  deploy:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    environment: dev
    permissions:
      contents: read
${environmentOf(name, 'dev')}
    steps:
${CHECKED_OUT}
      - uses: ${uses}
        with:
          mode: update
          backup-passphrase: \${{ secrets.BACKUP_PASSPHRASE }}
`;
}
function renderProd(name, uses) {
    return `# By hand: plan with an account that may only read, a person's yes, then the plan that was approved and no other.
# Set up once: environment \`prod-plan\` with the account of the planner, and environment \`prod\` with the account of the
# migrator, BACKUP_PASSPHRASE, required reviewers and "Prevent self-review". Limit both to the branch main.
name: deploy the database to prod

on: workflow_dispatch

permissions: {}

concurrency:
  group: db-deploy-prod
  cancel-in-progress: false

jobs:
  plan:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    environment: prod-plan
    permissions:
      contents: read
    outputs:
      plan-hash: \${{ steps.plan.outputs.plan-hash }}
      plan-parts: \${{ steps.plan.outputs.plan-parts }}
${environmentOf(name, 'prod')}
    steps:
${CHECKED_OUT}
      - id: plan
        uses: ${uses}
        with:
          mode: status

  deploy:
    needs: plan
    runs-on: ubuntu-latest
    timeout-minutes: 120
    environment: prod
    permissions:
      contents: read
      actions: read # who approved
${environmentOf(name, 'prod')}
    steps:
${CHECKED_OUT}
      - uses: ${uses}
        with:
          mode: update
          require-approval: true
          expected-plan-hash: \${{ needs.plan.outputs.plan-hash }}
          expected-plan-parts: \${{ needs.plan.outputs.plan-parts }}
          backup-passphrase: \${{ secrets.BACKUP_PASSPHRASE }}
`;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./lib/files/working-directory.js
var working_directory = __webpack_require__(48377);
;// CONCATENATED MODULE: ./lib/modes/first-day/write-new.js




/** True if the file was not there and is now. Nothing leaves the working directory, and nothing is overwritten. */
function writeNew(workingDirectory, path, text) {
    makeFolders(workingDirectory, (0,external_node_path_.dirname)(path));
    try {
        (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(workingDirectory, path), text, { flag: 'wx' });
        return true;
    }
    catch (error) {
        if (error.code === 'EEXIST')
            return false;
        throw error;
    }
}
/** One after the other, so that a symbolic link is found before anything is made behind it. */
function makeFolders(workingDirectory, folder) {
    external_node_fs_.realpathSync.native(workingDirectory);
    const parts = folder.split('/');
    for (let length = 1; length <= parts.length; length += 1) {
        const path = parts.slice(0, length).join('/');
        (0,external_node_fs_.mkdirSync)((0,external_node_path_.join)(workingDirectory, path), { recursive: true });
        const real = (0,working_directory/* insideWorkingDirectory */.D)(workingDirectory, path);
        if (typeof real !== 'string')
            throw new errors/* ExpectedError */.Dh({ code: 'outside-working-directory', ...real });
    }
}

;// CONCATENATED MODULE: ./lib/modes/first-day/init.js



/** Writes what is not there yet; what is there is named and left. */
function init(request) {
    const files = render(request);
    const lines = Object.entries(files).map(([path, text]) => writeNew(request.workingDirectory, path, text)
        ? `wrote ${path}`
        : `${path} is there already, and was left as it is`);
    return [...lines, 'next: db-deploy validate, then db-deploy new "what the first change does"'];
}
function render(request) {
    return {
        'changelog/changelog.yml': renderChangelog(request),
        'migrations/001_first.up.sql': FIRST,
        ...renderWorkflows(request),
        CODEOWNERS: renderOwners(request),
        'sql/rbac/roles.sql': renderRoles(request),
    };
}
const FIRST = `-- The first migration; replace it by your own before it has run anywhere.
CREATE TABLE example (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  note VARCHAR(200) NOT NULL
);
`;
function renderChangelog({ author }) {
    return `# The order of this file is the order in which changesets run; file names decide nothing.
# A changeset that has run is never edited: the next change is a new changeset at the end (db-deploy new "what it does").
databaseChangeLog:
  - changeSet:
      id: '001'
      author: '${author.replaceAll("'", "''")}'
      sqlFile: migrations/001_first.up.sql
      comment: the first table
`;
}
function renderOwners({ owner }) {
    return `# What reaches a database, and what decides whether it may. Require reviews from code owners in the rule set of main.
/changelog/   ${owner}
/migrations/  ${owner}
/sql/         ${owner}
/.github/     ${owner}
/CODEOWNERS   ${owner}
`;
}
function renderRoles({ schema }) {
    const of = (role, modes) => [
        `CREATE ROLE IF NOT EXISTS '${role}';`,
        ...grants({ schema, modes, guarantee: 'best', backup: 'full', to: `'${role}'`, isRole: true }),
        '',
    ];
    return [
        '-- Roles of one environment. An administrator runs this: mysql -u root -p < sql/rbac/roles.sql',
        '-- Then each account gets its role: GRANT role TO account; SET DEFAULT ROLE ALL TO account;',
        '',
        '-- migrator: deploys, backs up and restores.',
        ...of('migrator', ['update', 'verify', 'rollback']),
        '-- planner: lists what is pending, and may change nothing.',
        ...of('planner', ['status', 'update-sql']),
    ].join('\n');
}

// EXTERNAL MODULE: ./lib/git/run-git.js
var run_git = __webpack_require__(3171);
;// CONCATENATED MODULE: ./lib/terminal/author.js


/** The author as a flag gives it, else as git knows the person. */
async function readAuthor(given, workingDirectory, { env }) {
    if (given !== undefined)
        return checkAuthor(given);
    const place = { folder: workingDirectory, path: env['PATH'] ?? '', home: env['HOME'] ?? '' };
    const name = (await (0,run_git/* runGit */.E)(place, ['config', 'user.name']))?.toString().trim();
    // A colon would make it unclear where in author:id the id begins.
    return name === undefined || name === '' ? undefined : name.replaceAll(':', '');
}
function checkAuthor(author) {
    if (!/[:\p{Cc}]/u.test(author))
        return author;
    throw new errors/* ExpectedError */.Dh({
        code: 'invalid-input',
        message: `--author ${JSON.stringify(author)} is not a valid author`,
        fix: 'leave out colons and control characters: changesets are named "author:id"',
    });
}

;// CONCATENATED MODULE: ./lib/terminal/init-command.js




const init_command_USAGE = 'db-deploy init [--db-name NAME] [--yes] [--owner @org/team] [--author NAME] [--uses org/db-deploy@v1] [--working-directory FOLDER]';
const DEFAULTS = { 'db-name': 'app', owner: '@org/dba', author: 'db-deploy', uses: 'org/db-deploy@v1' };
/** No line break, and nothing that YAML, SQL or CODEOWNERS would read otherwise. */
const PATTERNS = {
    'db-name': /^[^\p{Cc}/\\"'$]{1,64}$/u,
    owner: /^@?[\w.@+/-]+$/,
    uses: /^[\w.-]+\/[\w./-]+@[\w./-]+(?: # [\w.-]+)?$/,
};
/** `db-deploy init --db-name app`. */
const initCommand = {
    name: 'init',
    usage: init_command_USAGE,
    meaning: 'writes changelog, first migration, workflows, CODEOWNERS and roles; --yes takes every default; overwrites nothing',
    read: (argv, place) => {
        if (argv.some((argument) => /^--from-database(?:=|$)/.test(argument))) {
            return refuseUsage('--from-database is not built yet', 'write the first migration by hand');
        }
        const named = ['db-name', 'owner', 'author', 'uses', 'working-directory'];
        const { words, flags, isSet } = readGiven(argv, init_command_USAGE, named, ['yes']);
        if (words.length > 0)
            return refuseUsage(`unexpected argument ${JSON.stringify(words[0])}`, init_command_USAGE);
        const isAsked = !isSet('yes') && !isSet('db-name');
        if (isAsked && !place.terminal.isInteractive)
            return refuseUsage('--db-name is missing, and there is nobody to ask', `add --yes for the defaults: ${init_command_USAGE}`);
        for (const name of ['db-name', 'owner', 'uses'])
            check(name, flags.get(name) ?? DEFAULTS[name]);
        const workingDirectory = flags.get('working-directory') ?? '.';
        return async () => {
            const schema = isAsked ? await askSchema(place) : (flags.get('db-name') ?? DEFAULTS['db-name']);
            check('db-name', schema);
            const author = (await readAuthor(flags.get('author'), workingDirectory, place)) ?? DEFAULTS.author;
            const [owner, uses] = [flags.get('owner') ?? DEFAULTS.owner, flags.get('uses') ?? DEFAULTS.uses];
            const lines = init({ workingDirectory, schema, author, owner, uses });
            return { out: lines.join('\n'), said: [] };
        };
    },
};
function check(name, value) {
    if (!PATTERNS[name].test(value))
        refuseUsage(`--${name} ${JSON.stringify(value)} is not valid`, init_command_USAGE);
}
async function askSchema({ terminal, output }) {
    output.err(`name of the schema (${DEFAULTS['db-name']}):`);
    const reader = (0,external_node_readline_promises_.createInterface)({ input: terminal.input });
    try {
        return (await reader.question('')).trim() || DEFAULTS['db-name'];
    }
    finally {
        reader.close();
    }
}

// EXTERNAL MODULE: external "node:path/posix"
var posix_ = __webpack_require__(53916);
// EXTERNAL MODULE: ../../node_modules/yaml/dist/index.js
var dist = __webpack_require__(33483);
;// CONCATENATED MODULE: ./lib/changelog/write/append-changeset.js

/**
 * The text of a changelog with one more changeset; every byte of the old one stays. Undefined where the list is written
 * in brackets or the result would not be the old list and one more.
 */
function appendChangeset(text, changeset) {
    const list = listOf(text);
    if (!list)
        return undefined;
    const newline = text.includes('\r\n') ? '\r\n' : '\n';
    const result = insert(text, list, changeset, newline);
    return result !== undefined && isOneMore(text, result) ? result : undefined;
}
function listOf(text) {
    const document = (0,dist/* parseDocument */.Tp)(text, { logLevel: 'error' });
    if (document.errors.length > 0 || !(0,dist/* isMap */.jh)(document.contents))
        return undefined;
    const list = document.contents.get('databaseChangeLog', true);
    return (0,dist/* isSeq */.oP)(list) ? list : undefined;
}
function insert(text, list, changeset, newline) {
    const [start, end] = list.range ?? [0, 0];
    const first = list.items[0];
    if (list.flow) {
        if (first !== undefined)
            return undefined;
        const item = append_changeset_render(changeset, '  ', newline);
        return `${text.slice(0, start).trimEnd()}${newline}${item}${text.slice(end) || newline}`;
    }
    const indent = /[^\n]*$/.exec(text.slice(0, start))?.[0] ?? '';
    if (/\S/.test(indent))
        return undefined;
    // Behind the last line of the last changeset, the comment on that line included.
    const lastByte = text.slice(0, end).trimEnd().length;
    const lineEnd = text.indexOf('\n', lastByte);
    const at = lineEnd < 0 ? text.length : lineEnd + 1;
    const before = text.slice(0, at);
    const gap = lineEnd < 0 ? newline : '';
    return `${before}${gap}${newline}${append_changeset_render(changeset, indent, newline)}${newline}${text.slice(at)}`;
}
function append_changeset_render({ id, author, sqlFile, comment }, indent, newline) {
    return [
        '- changeSet:',
        `    id: ${quoted(id)}`,
        `    author: ${quoted(author)}`,
        `    sqlFile: ${/^[\w./-]+$/.test(sqlFile) ? sqlFile : quoted(sqlFile)}`,
        `    comment: ${quoted(comment)}`,
    ]
        .map((line) => indent + line)
        .join(newline);
}
function quoted(text) {
    return `'${text.replaceAll("'", "''")}'`;
}
function isOneMore(before, after) {
    const items = (text) => listOf(text)?.toJSON() ?? [];
    const [old, now] = [items(before), items(after)];
    return now.length === old.length + 1 && JSON.stringify(now.slice(0, -1)) === JSON.stringify(old);
}

;// CONCATENATED MODULE: ./lib/changelog/write/next-number.js
const SHORTEST = 3;
/** The number behind the highest of these ids and file names, as wide as the widest of them. */
function nextNumber(names) {
    const numbers = names.flatMap((name) => /^\d{1,15}(?=$|[_.-])/.exec(name)?.[0] ?? []);
    const highest = Math.max(0, ...numbers.map(Number));
    const width = Math.max(SHORTEST, ...numbers.map((number) => number.length));
    return String(highest + 1).padStart(width, '0');
}
/** What is said of a change as part of a file name. */
function fileWords(text) {
    const words = text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '_');
    return words.replaceAll(/^_+|_+$/g, '').slice(0, 60) || 'change';
}

// EXTERNAL MODULE: ./lib/files/list-files.js
var list_files = __webpack_require__(10672);
// EXTERNAL MODULE: ./lib/files/read-changelog.js + 8 modules
var read_changelog = __webpack_require__(86901);
// EXTERNAL MODULE: ./lib/files/read-text.js
var read_text = __webpack_require__(3516);
;// CONCATENATED MODULE: ./lib/modes/first-day/new-changeset.js










/** Appends a changeset to the changelog and writes its SQL file; gives the lines that say so. */
async function newChangeset(request) {
    const { workingDirectory, changelogFile, author, text } = request;
    const { changelog, problems } = await (0,read_changelog/* readChangelog */.T)(workingDirectory, changelogFile);
    (0,errors/* refuse */.TR)(problems);
    const { changesets } = changelog;
    const folder = (0,posix_.dirname)(changesets.at(-1)?.sqlFile ?? 'migrations/first');
    const listed = (0,list_files/* listFiles */.C)(workingDirectory, folder);
    const files = Array.isArray(listed) ? listed : [];
    const names = files.map((path) => path.slice(path.lastIndexOf('/') + 1));
    const id = nextNumber([...changesets.map((changeset) => changeset.id), ...names]);
    const sqlFile = `${folder === '.' ? '' : `${folder}/`}${id}_${fileWords(text)}.up.sql`;
    const before = (0,read_text/* readText */.y)(workingDirectory, changelogFile);
    const after = typeof before === 'string' ? appendChangeset(before, { id, author, sqlFile, comment: text }) : undefined;
    if (after === undefined) {
        throw new errors/* ExpectedError */.Dh({
            code: 'invalid-changelog',
            message: `${changelogFile} has no list under "databaseChangeLog" to which a changeset can be appended`,
            fix: 'write the list with one "- changeSet:" a line, not in brackets',
        });
    }
    if (!writeNew(workingDirectory, sqlFile, renderSql(text))) {
        throw new errors/* ExpectedError */.Dh({
            code: 'invalid-input',
            message: `${sqlFile} is there already, and nothing is overwritten`,
            fix: 'move that file away, or use other words',
        });
    }
    const real = (0,working_directory/* insideWorkingDirectory */.D)(workingDirectory, changelogFile);
    if (typeof real !== 'string')
        throw new errors/* ExpectedError */.Dh({ code: 'outside-working-directory', ...real });
    (0,external_node_fs_.writeFileSync)(real, after);
    return [
        `appended changeset ${author}:${id} to ${changelogFile}`,
        `wrote ${sqlFile}: put your SQL there, in place of DO 0`,
    ];
}
/** Passes as it is; the rule `placeholder` warns of it. */
function renderSql(text) {
    return `-- ${text}\n-- Replace the statement below by your SQL: it does nothing.\nDO 0;\n`;
}

;// CONCATENATED MODULE: ./lib/terminal/new-command.js




const new_command_USAGE = 'db-deploy new "what it does" [--author NAME] [--changelog-file FILE] [--working-directory FOLDER]';
/** `db-deploy new "add orders.note"`. */
const newCommand = {
    name: 'new',
    usage: new_command_USAGE,
    meaning: 'appends a changeset to the changelog and writes its SQL file, which is yours to fill in',
    read: (argv, place) => {
        const { words, flags } = readGiven(argv, new_command_USAGE, ['author', 'changelog-file', 'working-directory']);
        const [text, more] = words;
        if (text === undefined || text.trim() === '')
            return refuseUsage('it is not said what the change does', new_command_USAGE);
        if (more !== undefined)
            return refuseUsage('the change is several words: put them in quotes', new_command_USAGE);
        if (/\p{Cc}/u.test(text))
            return refuseUsage('the change is said in one line', new_command_USAGE);
        const workingDirectory = flags.get('working-directory') ?? '.';
        const changelogFile = flags.get('changelog-file') ?? 'changelog/changelog.yml';
        return async () => {
            const author = await readAuthor(flags.get('author'), workingDirectory, place);
            if (author === undefined) {
                throw new errors/* ExpectedError */.Dh({
                    code: 'invalid-input',
                    message: 'git does not know who the author is',
                    fix: 'add --author NAME, or run: git config user.name NAME',
                });
            }
            const said = await newChangeset({ workingDirectory, changelogFile, author, text: text.trim() });
            return { out: said.join('\n'), said: [] };
        };
    },
};

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
    const write = (path, text) => scaffold_writeNew(workingDirectory, path, text);
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
function scaffold_writeNew(workingDirectory, path, text) {
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


const scaffold_command_USAGE = 'db-deploy scaffold FILE.csv [--write] [--working-directory FOLDER]';
/** `db-deploy scaffold FILE.csv`. */
const scaffoldCommand = {
    name: 'scaffold',
    usage: scaffold_command_USAGE,
    meaning: 'proposes a dataset and its staging table from the first rows of a CSV file; overwrites nothing',
    read: (argv) => {
        const { words, flags, isSet } = readGiven(argv, scaffold_command_USAGE, ['working-directory'], ['write'], judgeFiles);
        const [file = ''] = words;
        const workingDirectory = flags.get('working-directory') ?? '.';
        return () => scaffold({ workingDirectory, file, isWritten: isSet('write') });
    },
};
function judgeFiles({ length }) {
    if (length === 1)
        return undefined;
    return length === 0 ? 'no file is named' : 'several files are named';
}

;// CONCATENATED MODULE: ./lib/terminal/commands.js




/** What there is at a terminal beside the modes. */
const COMMANDS = [initCommand, newCommand, grantsCommand, scaffoldCommand];

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
        'Also, without a database:',
        ...COMMANDS.flatMap(({ usage, meaning }) => [`  ${usage}`, `    ${meaning}`]),
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
// EXTERNAL MODULE: ./lib/modes/run-mode.js + 375 modules
var run_mode = __webpack_require__(25632);
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
;// CONCATENATED MODULE: ./lib/terminal/command.js




/** Gives the exit code: 0 ok, 1 not ok, 2 wrong usage. */
async function runCommand(command, argv, place) {
    const { output, terminal } = place;
    let isRead = false;
    try {
        const act = command.read(argv, place);
        isRead = true;
        const { out, said } = await act();
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
        return isRead ? 1 : 2;
    }
}
function toEvent({ message, at, fix }) {
    return {
        ...{ level: 'error', event: 'usage', message },
        ...(at ? { at } : {}),
        ...(fix === undefined ? {} : { fix }),
    };
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
    const command = COMMANDS.find(({ name }) => name === argv[0]);
    if (command)
        return runCommand(command, argv.slice(1), { env, terminal, output });
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
