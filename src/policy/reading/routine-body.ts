import type { CodeToken } from './code-token.ts';
import { keyword } from './token-walk.ts';

/** A command inside the body of a routine, trigger or event. */
export interface BodyCommand {
  readonly tokens: readonly CodeToken[];
  /** It stands in a branch, a loop or a handler, so that it may run never or often. */
  readonly isConditional: boolean;
}

interface Walk {
  readonly tokens: readonly CodeToken[];
  readonly commands: BodyCommand[];
  /** What is open: `BEGIN`, or anything that makes its inside conditional. */
  readonly blocks: string[];
  at: number;
  isHandled: boolean;
}

const OPENS = ['IF', 'CASE', 'WHILE', 'LOOP', 'REPEAT'];
const PASSED = [';', 'THEN', 'ELSE', 'DO'];
const HAS_CONDITION = ['IF', 'CASE', 'WHILE', 'ELSEIF', 'WHEN'];
/** What a command can begin with; anything else means that the walk is off the path, as END and DO may be names. */
const VERBS = new Set(
  (
    'ALTER ANALYZE BINLOG CACHE CALL CHANGE CHECK CHECKSUM CLONE CLOSE COMMIT CREATE DEALLOCATE DELETE DESC ' +
    'DESCRIBE DROP EXECUTE EXPLAIN FETCH FLUSH GET GRANT HANDLER HELP IMPORT INSERT INSTALL ITERATE KILL LEAVE ' +
    'LOAD LOCK OPEN OPTIMIZE PREPARE PURGE RELEASE RENAME REPAIR REPLACE RESET RESIGNAL RESTART RETURN REVOKE ' +
    'ROLLBACK SAVEPOINT SELECT SET SHOW SHUTDOWN SIGNAL START STOP TABLE TRUNCATE UNINSTALL UNLOCK UPDATE USE ' +
    'VALUES WITH XA ('
  ).split(' '),
);

/** All commands of a body, whatever blocks they are nested in, up to their `;`. */
export function bodyCommands(tokens: readonly CodeToken[]): readonly BodyCommand[] {
  const walk: Walk = { tokens, commands: [], blocks: [], at: 0, isHandled: false };
  while (walk.at < tokens.length) step(walk);
  return walk.commands;
}

function step(walk: Walk): void {
  const { tokens, at } = walk;
  const word = keyword(tokens, at);
  if (OPENS.includes(word)) walk.blocks.push(word);
  if (word === 'BEGIN') beginBlock(walk);
  else if (HAS_CONDITION.includes(word)) walk.at = afterCondition(tokens, at + 1);
  else if (PASSED.includes(word) || OPENS.includes(word)) walk.at++;
  else if (keyword(tokens, at + 1) === ':') walk.at += 2;
  else if (word === 'UNTIL' || isBlockEnd(tokens, at)) endBlock(walk);
  else if (word === 'DECLARE') declare(walk);
  else if (VERBS.has(word)) addCommand(walk);
  else walk.at++;
}

/** The block that follows a handler is as conditional as the handler. */
function beginBlock(walk: Walk): void {
  walk.blocks.push(walk.isHandled ? 'HANDLER' : 'BEGIN');
  walk.isHandled = false;
  walk.at++;
}

/** Not the END of a CASE expression, nor a column of that name. */
function isBlockEnd(tokens: readonly CodeToken[], at: number): boolean {
  if (keyword(tokens, at) !== 'END') return false;
  const isLast = (next: number): boolean => next >= tokens.length || keyword(tokens, next) === ';';
  return OPENS.includes(keyword(tokens, at + 1)) || isLast(at + 1) || isLast(at + 2);
}

/** `END`, `END IF`, `END label`; `UNTIL x END REPEAT`. */
function endBlock(walk: Walk): void {
  walk.blocks.pop();
  walk.at = endOfCommand(walk.tokens, walk.at);
}

function addCommand(walk: Walk): void {
  const { tokens, at } = walk;
  const end = endOfCommand(tokens, at);
  const isConditional = walk.isHandled || walk.blocks.some((block) => block !== 'BEGIN');
  walk.commands.push({ tokens: tokens.slice(at, end), isConditional });
  walk.isHandled = false;
  walk.at = end;
}

/** A handler is followed by a command or block; any other declaration ends at its `;`. */
function declare(walk: Walk): void {
  const { tokens, at } = walk;
  if (keyword(tokens, at + 2) !== 'HANDLER') {
    walk.at = endOfCommand(tokens, at);
    return;
  }
  walk.isHandled = true;
  walk.at = at + 4;
  do walk.at = afterHandledCondition(tokens, walk.at);
  while (keyword(tokens, walk.at - 1) === ',');
}

/** Past `NOT FOUND`, `SQLSTATE VALUE '…'`, `1062` or a name, and the comma after it. */
function afterHandledCondition(tokens: readonly CodeToken[], from: number): number {
  let at = from;
  if (['NOT', 'SQLSTATE'].includes(keyword(tokens, at))) at++;
  if (keyword(tokens, at) === 'VALUE') at++;
  at++;
  return keyword(tokens, at) === ',' ? at + 1 : at;
}

/** Past the THEN or DO of a condition, in which CASE expressions may have THENs of their own. */
function afterCondition(tokens: readonly CodeToken[], from: number): number {
  let cases = 0;
  for (let at = from; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    if (word === 'CASE') cases++;
    else if (word === 'END') cases = Math.max(0, cases - 1);
    else if (cases === 0 && (word === 'THEN' || word === 'DO')) return at + 1;
  }
  return tokens.length;
}

function endOfCommand(tokens: readonly CodeToken[], from: number): number {
  for (let at = from; at < tokens.length; at++) if (keyword(tokens, at) === ';') return at;
  return tokens.length;
}
