import { alterTable } from './altered-table.ts';
import type { ObjectName } from './object-name.ts';
import { readName } from './object-name.ts';
import { readPresentTable, type PresentTables } from './present-tables.ts';
import { isStrictMode, readSettings, type SessionSettings } from './session-settings.ts';
import { tableChanges, type AlteringCommand } from './table-change.ts';
import { isLike, readTable, type TableDefinition } from './table-definition.ts';
import { keyword } from './token-walk.ts';

/** `absent`: there is no such table; `unknown`: it may be anything. */
type State = TableDefinition | 'absent' | 'unknown';

/** What tables are from a command on. */
interface Moment {
  readonly from: number;
  readonly state: State;
}

/** What is known of tables at the time of each command; it grows with the commands. */
export interface TableHistory {
  readonly present: PresentTables | undefined;
  readonly schema: string | undefined;
  readonly tables: Map<string, Moment[]>;
  readonly settings: { readonly from: number; readonly is: SessionSettings }[];
  /** From here on anything may have happened to any table. */
  lostAt: number;
}

/** A command as a history needs it. */
export interface HistoryCommand extends AlteringCommand {
  /** Of a RENAME TABLE: old and new names. */
  readonly renames: readonly (readonly [ObjectName, ObjectName])[];
  readonly order: number;
  /** It is certain that it runs, once, and here. */
  readonly isCertain: boolean;
}

const OFFLINE: SessionSettings = { isStrict: true, checksForeignKeys: true };

/** What is known before the first command: what was read of the target, or nothing. */
export function tableHistory(schema: string | undefined, present: PresentTables | undefined): TableHistory {
  const is = initialSettings(present);
  return { present, schema, tables: new Map(), settings: [{ from: 0, is }], lostAt: Infinity };
}

/** What a changeset begins with that runs after all of these commands. */
export function historyAfter(history: TableHistory): TableHistory {
  const { present, schema, tables, lostAt } = history;
  const next = tableHistory(schema, present);
  for (const [name, moments] of tables) {
    const state = moments.at(-1)?.state;
    if (state !== undefined) next.tables.set(name, [{ from: 0, state }]);
  }
  return lostAt === Infinity ? next : forgetRest(next);
}

/** The same with nothing known of what these commands changed: whether they ran is not known. */
export function historyInDoubt(after: TableHistory): TableHistory {
  const next = historyAfter(after);
  for (const [name, moments] of after.tables) {
    if (moments.length > 1) next.tables.set(name, [{ from: 0, state: 'unknown' }]);
  }
  return next;
}

/** The table just before a command; undefined where it is not known. */
export function tableAt(history: TableHistory, order: number, name: ObjectName): TableDefinition | undefined {
  const state = stateAt(history, order, name);
  return typeof state === 'string' ? undefined : state;
}

/** The session just before a command. */
export function settingsAt({ settings }: TableHistory, order: number): SessionSettings {
  return settings.findLast(({ from }) => from < order)?.is ?? OFFLINE;
}

/** Takes in what a command does to tables and to its session. */
export function learnHistory(history: TableHistory, command: HistoryCommand): void {
  const { verb, order, ddl, tokens, renames, isCertain } = command;
  if (verb === 'SET' && isCertain) {
    const before = settingsAt(history, order);
    history.settings.push({
      from: order,
      is: readSettings(tokens, before, initialSettings(history.present)),
    });
  }
  // What they run may change anything.
  if (verb === 'CALL' || verb === 'EXECUTE') history.lostAt = Math.min(history.lostAt, order);
  for (const [from, to] of renames) rename(history, command, from, to);
  if (ddl?.object === 'TABLE' && verb === 'CREATE') create(history, command);
  if (ddl?.object === 'TABLE' && verb === 'DROP') {
    for (const name of ddl.names) setState(history, command, name, 'absent');
  }
  for (const { table, clauses } of tableChanges(command)) {
    const before = stateAt(history, order, table);
    const after = typeof before === 'string' ? before : (alterTable(before, clauses) ?? 'unknown');
    setState(history, command, table, after === 'absent' ? 'unknown' : after);
    for (const clause of clauses) {
      if (clause.kind === 'rename-table') rename(history, command, table, clause.to);
      if (clause.kind === 'partition' && clause.table) setState(history, command, clause.table, 'unknown');
    }
  }
}

function create(history: TableHistory, command: HistoryCommand): void {
  const { ddl, tokens, order } = command;
  const [name] = ddl?.names ?? [];
  if (!ddl || !name || ddl.isTemporary) return;
  const before = stateAt(history, order, name);
  // IF NOT EXISTS leaves a table as it is.
  if (ddl.isConditional && before !== 'absent') return;
  if (isLike(tokens, ddl)) {
    const like = readName(tokens, keyword(tokens, ddl.next) === '(' ? ddl.next + 2 : ddl.next + 1);
    setState(history, command, name, like ? stateAt(history, order, like.name) : 'unknown');
    return;
  }
  const { present } = history;
  const table = present && readTable(tokens, ddl, present.text);
  setState(history, command, name, table ?? 'unknown');
}

function rename(history: TableHistory, command: HistoryCommand, from: ObjectName, to: ObjectName): void {
  const state = stateAt(history, Infinity, from);
  setState(history, command, from, 'absent');
  setState(history, command, to, state);
}

function setState(
  history: TableHistory,
  { order, isCertain }: HistoryCommand,
  name: ObjectName,
  state: State,
): void {
  const key = keyOf(history, name);
  if (key === undefined) return;
  const moments = history.tables.get(key) ?? [{ from: 0, state: stateAt(history, 0, name) }];
  history.tables.set(key, [...moments, { from: order, state: isCertain ? state : 'unknown' }]);
}

function stateAt(history: TableHistory, order: number, name: ObjectName): State {
  const key = keyOf(history, name);
  if (key === undefined) return 'unknown';
  const moment = history.tables.get(key)?.findLast(({ from }) => from < order || from === 0);
  if (history.lostAt < order && (moment?.from ?? 0) <= history.lostAt) return 'unknown';
  return moment?.state ?? presentState(history, key);
}

function presentState(history: TableHistory, key: string): State {
  const { present, tables } = history;
  const definition = present?.definitions.get(key);
  if (!present || definition === undefined) return 'unknown';
  const state = definition === null ? 'absent' : (readPresentTable(definition, present) ?? 'unknown');
  tables.set(key, [{ from: 0, state }]);
  return state;
}

/** Undefined for a table of another schema. */
function keyOf({ schema, present }: TableHistory, name: ObjectName): string | undefined {
  if (name.schema !== undefined && name.schema !== schema) return undefined;
  return present?.foldsNames ? name.name.toLowerCase() : name.name;
}

function initialSettings(present: PresentTables | undefined): SessionSettings {
  if (!present) return OFFLINE;
  return { isStrict: isStrictMode(present.sqlMode), checksForeignKeys: present.checksForeignKeys };
}

function forgetRest(history: TableHistory): TableHistory {
  return { ...history, lostAt: 0 };
}
