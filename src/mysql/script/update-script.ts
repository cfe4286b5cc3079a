import type { Plan, PlannedChangeset } from '../../changelog/plan/plan.ts';
import { isDmlOnly } from '../../sql/read/statement-kind.ts';
import { clearSession } from '../../sql/read/clear-session.ts';
import { readsDiagnostics } from '../../sql/read/diagnostics.ts';
import { splitStatements } from '../../sql/split/split.ts';
import type { Statement } from '../../sql/statements.ts';
import {
  FILL_CHECKSUM,
  fillValues,
  historyValues,
  RECORD_CHANGESET,
  type HistoryContext,
} from '../tracking/history.ts';
import { lockName } from '../lock/lock.ts';
import { SET_SESSION } from '../session/session-state.ts';
import { historyAdoption } from '../tracking/adopt-history.ts';
import type { TrackingState } from '../tracking/tracking-state.ts';
import { createStatements } from '../tracking/tracking-tables.ts';
import { trackingUpgrades } from '../tracking/tracking-upgrades.ts';

/** What is known now of a changeset's preconditions, and what follows. */
export interface ScriptedChangeset {
  readonly planned: PlannedChangeset;
  readonly action: 'run' | 'skip' | 'mark-ran' | 'halt';
  /** Comment lines: what each precondition found, or that it is undecided. */
  readonly notes: readonly string[];
}

export interface ScriptHeader {
  readonly target: string;
  readonly changelogFile: string;
  readonly planHash: string;
  readonly schema: string;
  readonly createdAt: string;
  /** Seconds. */
  readonly lockTimeout: number;
}

/**
 * The SQL that `update` would send, for the `mysql` client, which stops at the first error. It takes the named lock
 * and writes the history; the journal of single statements is `update`'s alone.
 */
export async function renderUpdateScript(
  header: ScriptHeader,
  changesets: readonly ScriptedChangeset[],
  found: { readonly state: TrackingState; readonly unfilled: Plan['unfilled'] },
  context: HistoryContext,
): Promise<string> {
  const parts = [renderHeader(header), ...(await renderTracking(found.state, found.unfilled))];
  const before: Statement[] = [];
  for (const scripted of changesets) {
    parts.push(await renderChangeset(scripted, before, context));
    if (scripted.action === 'halt') break;
    if (scripted.action === 'run') before.push(...scripted.planned.changeset.sql.statements);
  }
  parts.push(`DO RELEASE_LOCK(${quote(lockName(header.schema))});`);
  return `${parts.join('\n\n')}\n`;
}

/** Creates what is missing, adopts the history of Liquibase and gives its rows their checksums. */
async function renderTracking(state: TrackingState, unfilled: Plan['unfilled']): Promise<string[]> {
  const { format } = await import('mysql2/promise');
  const adoption = historyAdoption(state);
  return [
    ...(adoption === undefined ? [] : [adoption]),
    ...createStatements(state),
    ...trackingUpgrades(state).values(),
    ...RAISE_EPOCH,
    ...unfilled.map(({ row, checksum }) => format(FILL_CHECKSUM, [...fillValues(row, checksum)])),
  ].map((statement) => `${statement};`);
}

/** How the client sends what `update` sends, to the byte. */
const CLIENT_COMMAND = 'mysql --binary-mode --comments --default-character-set=utf8mb4';

/** The script is a run of its own: what it records has an epoch. */
const RAISE_EPOCH = [
  'INSERT IGNORE INTO DATABASECHANGELOGLOCK (ID, LOCKED) VALUES (1, 0)',
  'UPDATE DATABASECHANGELOGLOCK SET EPOCH = EPOCH + 1 WHERE ID = 1',
  'SET @db_deploy_epoch = (SELECT EPOCH FROM DATABASECHANGELOGLOCK WHERE ID = 1)',
];

/** In place of a number. */
const SCRIPT_EPOCH = { toSqlString: () => '@db_deploy_epoch' };

function renderHeader(header: ScriptHeader): string {
  const lock = quote(lockName(header.schema));
  return [
    comment(`db-deploy update-sql, ${header.createdAt}`),
    comment(`target:    ${header.target}`),
    comment(`changelog: ${header.changelogFile}`),
    comment(`plan hash: ${header.planHash}`),
    comment('run it with:'),
    comment(`  ${CLIENT_COMMAND} <schema> < this file`),
    comment('--binary-mode keeps line ends in quoted text as they are; without it CR LF becomes LF.'),
    comment(
      'One session runs all changesets; what the text of one leaves in it is taken away before the next.',
    ),
    '',
    'SET @db_deploy_sql_mode = @@SESSION.sql_mode;',
    OWN_TEXT,
    comment('Error 1242 here means that another deploy holds the lock.'),
    `SELECT IF(GET_LOCK(${lock}, ${header.lockTimeout}) = 1, 'locked', (SELECT 1 UNION SELECT 2)) AS deploy_lock;`,
  ].join('\n');
}

async function renderChangeset(
  scripted: ScriptedChangeset,
  before: readonly Statement[],
  context: HistoryContext,
): Promise<string> {
  const { planned, action, notes } = scripted;
  const { changeset } = planned;
  const head = [
    comment(`changeset ${changeset.key} (${changeset.sqlFile}, risk ${changeset.risk})`),
    ...(changeset.comment === undefined ? [] : [comment(changeset.comment)]),
    ...notes.map(comment),
  ];
  if (action === 'skip') return [...head, comment('not run now: skipped')].join('\n');
  if (action === 'halt') return [...head, comment('update stops here: nothing after this is run')].join('\n');
  const record = await renderRecord(planned, action === 'mark-ran' ? 'MARK_RAN' : undefined, context);
  if (action === 'mark-ran') return [...head, record].join('\n');
  const statements = changeset.sql.statements.map(terminate);
  const body = isDmlOnly(changeset.sql.statements)
    ? ['START TRANSACTION;', ...statements, record, 'COMMIT;']
    : [...statements, record];
  const isFirst = before.length === 0;
  const clear = isFirst ? [] : [`${SET_SESSION};`, ...clearSession(before)];
  // A new session has ROW_COUNT() -1 and FOUND_ROWS() 1, as after a SELECT of one row.
  const readsFirst = changeset.sql.statements.slice(0, 1).some((each) => readsDiagnostics(each, [each]));
  const begin = readsFirst ? ['SELECT 1 AS begins;'] : [];
  return [...head, ...clear, BEGIN_TEXT, ...begin, ...body].join('\n');
}

async function renderRecord(
  { changeset, earlier }: PlannedChangeset,
  execType: 'MARK_RAN' | undefined,
  context: HistoryContext,
): Promise<string> {
  const { format } = await import('mysql2/promise');
  const filename = earlier?.filename ?? changeset.at.file;
  const type = execType ?? (earlier ? 'RERAN' : 'EXECUTED');
  const values = [...historyValues(changeset, filename, type, null, context), SCRIPT_EPOCH];
  return `${OWN_TEXT}\n${format(RECORD_CHANGESET, values)};`;
}

/** What the client begins with; each changeset has its session so, and commits by itself. */
const BEGIN_TEXT =
  'SET SESSION sql_mode = @db_deploy_sql_mode, autocommit = 1, completion_type = NO_CHAIN; SET NAMES utf8mb4;';

/** The server or a changeset may have another `sql_mode` or character set; what is written here needs the standard. */
const OWN_TEXT = "SET sql_mode = 'STRICT_ALL_TABLES', timestamp = DEFAULT; SET NAMES utf8mb4;";

/** Ends a statement so that the client takes it as one, with a delimiter of its own where it holds a `;`. */
function terminate(statement: Statement): string {
  const { text } = statement;
  const isPlain = splitStatements(`${text}\n;`, '').statements.length === 1;
  // On a line of its own: the last line may end in a comment.
  const newline = /(--|#)[^\n]*$/.test(text) ? '\n' : '';
  if (isPlain) return `${text}${newline};`;
  let delimiter = '$$';
  while (text.includes(delimiter)) delimiter += '$';
  return `DELIMITER ${delimiter}\n${text}${newline || '\n'}${delimiter}\nDELIMITER ;`;
}

function comment(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `-- ${line}`)
    .join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
