import { codeTokens } from '../code-tokens.ts';
import { readsDiagnostics } from './diagnostics.ts';
import { isSetting } from './run-unit.ts';
import { statementKind } from './statement-kind.ts';
import type { LexableSql, Token } from '../statements.ts';

/** A statement that needs what an earlier one of the same changeset left in its session. */
export interface SessionNeed {
  /** From 1: the statement that needs it. */
  readonly needs: number;
  /** The statement that left it, or may have. */
  readonly left: number;
  /** What it is, in words: `the user variable @n`. */
  readonly what: string;
}

/**
 * Finds the first statement behind the `done` ones that needs what one of those left in the session, which is gone:
 * such a changeset cannot be resumed there, because the statement would compute with values that it does not have.
 * A SET of literals is no obstacle: it is sent again.
 */
export function findSessionNeed(statements: readonly LexableSql[], done: number): SessionNeed | undefined {
  const all = statements.map((statement, index) => readStatement(statement, index + 1, statements));
  const earlier = all.slice(0, done);
  for (const statement of all.slice(done)) {
    const between = all.slice(done, statement.number - 1);
    const found = FINDERS.map((find) => find(statement, earlier, between)).find((need) => need !== undefined);
    if (found) return { needs: statement.number, left: found.left, what: found.what };
  }
  return undefined;
}

/** Says in words why a changeset cannot be resumed; follows `changeset X`. */
export function describeSessionNeed({ needs, left, what }: SessionNeed): string {
  return `it cannot be resumed: statement ${needs} needs ${what}, which statement ${left} left in its session, and that session is gone`;
}

/** The statements before the one to go on with that have to be sent again: settings of the session, all of them literals. */
export function settingsToRepeat(statements: readonly LexableSql[], done: number): readonly LexableSql[] {
  const all = statements.slice(0, done).map((each, index) => readStatement(each, index + 1, statements));
  return all
    .filter(({ isLiteralSetting, isOneShot, number }) => {
      // What holds for the next statement alone was used up, unless only settings came after it.
      const isUsed = isOneShot && all.slice(number).some(({ isSetting: isSet }) => !isSet);
      return isLiteralSetting && !isUsed;
    })
    .map(({ number }) => statements[number - 1]!);
}

/** A statement as far as it leaves something in the session, or needs it. */
interface ReadStatement {
  readonly number: number;
  readonly verb: string;
  readonly tokens: readonly Token[];
  readonly isSetting: boolean;
  /** A SET that gives the same whenever it is sent. */
  readonly isLiteralSetting: boolean;
  readonly isOneShot: boolean;
  readonly readsDiagnostics: boolean;
  /** It calls code whose text is not here, or may. */
  readonly mayRunCode: boolean;
}

type Found = { readonly left: number; readonly what: string };
type Finder = (
  statement: ReadStatement,
  earlier: readonly ReadStatement[],
  between: readonly ReadStatement[],
) => Found | undefined;

const ONE_SHOT = /^(?:@@(?:SESSION\.|LOCAL\.)?)?`?(?:INSERT_ID|RAND_SEED1|RAND_SEED2|TRANSACTION)`?$/;

function readStatement(statement: LexableSql, number: number, all: readonly LexableSql[]): ReadStatement {
  const tokens = [...codeTokens(statement)];
  const isSet = isSetting(statement);
  const kind = statementKind(statement);
  return {
    number,
    tokens,
    verb: tokens.find(({ text }) => text !== '(')?.text.toUpperCase() ?? '',
    isSetting: isSet,
    isLiteralSetting: isSet && hasOnlyLiterals(tokens),
    isOneShot: isSet && tokens.some(({ text }) => ONE_SHOT.test(text.toUpperCase())),
    readsDiagnostics: readsDiagnostics(statement, all),
    mayRunCode: kind === 'call' || kind === 'dml' || (kind === 'neutral' && !isSet),
  };
}

/** No call, no subselect, no variable but those that are assigned. */
function hasOnlyLiterals(tokens: readonly Token[]): boolean {
  return tokens.every(({ kind, text }, at) => {
    if (text === '(' || text === ')') return false;
    if (kind !== 'variable')
      return !/^(?:CURRENT_TIMESTAMP|LOCALTIME|LOCALTIMESTAMP|UTC_.*|CURRENT_USER)$/i.test(text);
    const next = tokens[at + 1]?.text;
    return next === '=' || next === ':=';
  });
}

const FINDERS: readonly Finder[] = [
  findDiagnostics,
  findSetting,
  findUserVariable,
  findInsertId,
  findTemporaryTable,
  findPrepared,
];

function findDiagnostics(statement: ReadStatement, earlier: readonly ReadStatement[]): Found | undefined {
  const before = earlier.at(-1);
  return statement.readsDiagnostics && before?.number === statement.number - 1
    ? { left: before.number, what: 'its row count, warnings or errors' }
    : undefined;
}

/** A variable of the server that was set to what cannot be computed again. */
function findSetting(_statement: ReadStatement, earlier: readonly ReadStatement[]): Found | undefined {
  const setting = earlier.find(
    ({ isSetting: isSet, isLiteralSetting, tokens }) =>
      isSet && !isLiteralSetting && setsSystemVariable(tokens),
  );
  return setting && { left: setting.number, what: 'the settings of the session' };
}

function setsSystemVariable(tokens: readonly Token[]): boolean {
  return tokens.some(({ text }, at) => {
    const isAssigned = ['=', ':='].includes(tokens[at + 1]?.text ?? '');
    return (
      isAssigned &&
      !isUserVariable(text) &&
      (at === 1 || [',', 'SESSION', 'LOCAL'].includes(upper(tokens[at - 1])))
    );
  });
}

function findUserVariable(
  statement: ReadStatement,
  earlier: readonly ReadStatement[],
  between: readonly ReadStatement[],
): Found | undefined {
  for (const name of readVariables(statement)) {
    if (between.some((each) => assigns(each, name))) continue;
    const last = earlier.findLast((each) => mentions(each, name) || each.mayRunCode);
    // Nothing after a SET of literals could have changed it, and that SET is sent again.
    const setting = earlier.findLast((each) => each.isLiteralSetting && assigns(each, name));
    if (
      setting &&
      !earlier.slice(setting.number).some((each) => mentions(each, name) || each.verb === 'CALL')
    )
      continue;
    const named = earlier.findLast((each) => mentions(each, name)) ?? last;
    if (named) return { left: named.number, what: `the user variable ${name}` };
  }
  return undefined;
}

function isUserVariable(text: string): boolean {
  return /^@(?!@)/.test(text);
}

/** Upper and lower case are one name, quoted or not. */
function variableName(text: string): string {
  return text.replaceAll(/[`'"]/g, '').toLowerCase();
}

function mentions({ tokens }: ReadStatement, name: string): boolean {
  return tokens.some(({ kind, text }) => kind === 'variable' && variableName(text) === name);
}

function assigns(statement: ReadStatement, name: string): boolean {
  const targets = targetsOf(statement);
  return statement.tokens.some(
    ({ kind, text }, at) => kind === 'variable' && variableName(text) === name && targets.has(at),
  );
}

/** The places of the variables that a statement assigns: `SET @a =`, `@a :=`, `INTO @a, @b`. */
function targetsOf({ tokens, verb }: ReadStatement): ReadonlySet<number> {
  const targets = new Set<number>();
  let isInto = false;
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1]?.text;
    if (upper(token) === 'INTO') isInto = true;
    else if (token.kind !== 'variable' && token.text !== ',') isInto = false;
    if (token.kind === 'variable' && (isInto || next === ':=' || (verb === 'SET' && next === '=')))
      targets.add(at);
  }
  return targets;
}

function readVariables(statement: ReadStatement): readonly string[] {
  const targets = targetsOf(statement);
  const names = statement.tokens.flatMap(({ kind, text }, at) => {
    // In a query `@n := @n + 1` reads what it sets, row by row, and other places read it before.
    const isRead = kind === 'variable' && isUserVariable(text) && !targets.has(at);
    return isRead ? [variableName(text)] : [];
  });
  return [...new Set(names)];
}

const INSERT_ID = /^(?:LAST_INSERT_ID|@@(?:session\.|local\.)?`?(?:last_insert_id|identity)`?)$/i;
const MAKES_ID = ['INSERT', 'REPLACE', 'LOAD', 'CALL', 'EXECUTE', 'WITH'];

/** An INSERT in between need not have made an id, so it does not help. */
function findInsertId(statement: ReadStatement, earlier: readonly ReadStatement[]): Found | undefined {
  if (!readsInsertId(statement)) return undefined;
  const made = earlier.findLast((each) => MAKES_ID.includes(each.verb) || readsInsertId(each));
  return made && { left: made.number, what: 'LAST_INSERT_ID()' };
}

function readsInsertId({ tokens }: ReadStatement): boolean {
  return tokens.some(({ kind, text }) => kind !== 'string' && INSERT_ID.test(text.replaceAll('`', '')));
}

function findTemporaryTable(
  statement: ReadStatement,
  earlier: readonly ReadStatement[],
  between: readonly ReadStatement[],
): Found | undefined {
  for (const name of namesOf(statement)) {
    const madeAt = (each: ReadStatement): boolean => temporaryTable(each) === name;
    if (between.some(madeAt)) continue;
    const made = earlier.findLast(madeAt);
    // One that is made anew first drops what is not there.
    const isMadeAnew = statement.verb === 'CREATE' && temporaryTable(statement) === name;
    if (made && !isMadeAnew && !isConditionalDrop(statement))
      return { left: made.number, what: `the temporary table ${name}` };
  }
  return undefined;
}

function isConditionalDrop({ tokens }: ReadStatement): boolean {
  const words = tokens.slice(0, 5).map(upper).join(' ');
  return words === 'DROP TEMPORARY TABLE IF EXISTS';
}

/** The temporary table that a statement makes, in lower case. */
function temporaryTable({ tokens }: ReadStatement): string | undefined {
  const words = tokens.map(upper);
  if (words[0] !== 'CREATE' || words[1] !== 'TEMPORARY' || words[2] !== 'TABLE') return undefined;
  let at = words[3] === 'IF' ? 6 : 3;
  if (words[at + 1] === '.') at += 2;
  const name = tokens[at];
  return name && plainName(name);
}

function namesOf({ tokens }: ReadStatement): ReadonlySet<string> {
  return new Set(tokens.filter(({ kind }) => kind === 'word' || kind === 'name').map(plainName));
}

function findPrepared(
  statement: ReadStatement,
  earlier: readonly ReadStatement[],
  between: readonly ReadStatement[],
): Found | undefined {
  const name = preparedName(statement);
  if (name === undefined || statement.verb === 'PREPARE') return undefined;
  const isMade = (each: ReadStatement): boolean => each.verb === 'PREPARE' && preparedName(each) === name;
  if (between.some(isMade)) return undefined;
  const made = earlier.findLast(isMade);
  return made && { left: made.number, what: `the prepared statement ${name}` };
}

function preparedName({ verb, tokens }: ReadStatement): string | undefined {
  if (verb === 'PREPARE' || verb === 'EXECUTE') return tokens[1] && plainName(tokens[1]);
  const isEnd = (verb === 'DEALLOCATE' || verb === 'DROP') && upper(tokens[1]) === 'PREPARE';
  return isEnd && tokens[2] ? plainName(tokens[2]) : undefined;
}

function plainName({ text }: Token): string {
  return text.replaceAll('`', '').toLowerCase();
}

function upper(token: Token | undefined): string {
  return token?.text.toUpperCase() ?? '';
}
