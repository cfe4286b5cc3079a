import type { SqlFile } from '../changelog/changeset.ts';
import { OLDEST_SERVER, executableVersion } from '../sql/executable-comment.ts';
import { calledLockFunction } from '../sql/read/judge-select.ts';
import type { Statement } from '../sql/statements.ts';
import type { Problem } from '../errors.ts';
import { isOwnTable } from '../policy/reading/own-tables.ts';
import { readTokens, type CodeToken } from '../policy/reading/code-token.ts';
import { readCommand, type Command } from '../policy/reading/command.ts';
import { noDefinitions } from '../policy/reading/known-definitions.ts';
import { noTables } from '../policy/reading/known-tables.ts';
import { tableHistory } from '../policy/reading/table-history.ts';
import { show } from '../policy/reading/object-name.ts';
import { keyword, outerKeywords } from '../policy/reading/token-walk.ts';

/** What is wrong with a statement, and what would be right. */
interface Flaw {
  readonly line: number;
  readonly message: string;
  readonly fix: string;
}

const ROWS = ['INSERT', 'REPLACE', 'UPDATE', 'DELETE'];
const QUERIES = ['SELECT', 'TABLE', 'VALUES', '('];
const TRANSACTIONS = ['BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'XA'];
const LOCKS = ['LOCK', 'UNLOCK'];
const UNKNOWN = ['CALL', 'PREPARE', 'EXECUTE', 'DEALLOCATE', 'DO', 'HANDLER'];

const PLAIN = 'write INSERT, UPDATE, DELETE, REPLACE, SELECT or SET @variable';

/**
 * Finds what may not stand in a transform. It runs in one transaction with the checks, so that a failed check takes
 * everything back; whatever commits by itself, ends the transaction or cannot be judged would break that.
 */
export function judgeTransform(sqlFile: SqlFile): readonly Problem[] {
  return sqlFile.statements.flatMap((statement) => {
    const flaw = versionsOf(statement)
      .map((version) => judgeFor(statement, version))
      .find((found) => found !== undefined);
    if (!flaw) return [];
    const { line, message, fix } = flaw;
    return [{ code: 'invalid-sql', message, at: { file: sqlFile.path, line }, fix } as const];
  });
}

const COMMENT = /\/\*!\d{5,6}/g;

/** One for each group of servers that run the same; nearly always there is one. */
function versionsOf({ text }: Statement): readonly number[] {
  const versions = [...text.matchAll(COMMENT)].map(([comment]) => executableVersion(comment));
  return [...new Set([OLDEST_SERVER, ...versions.filter((version) => version > OLDEST_SERVER)])];
}

function judgeFor(statement: Statement, serverVersion: number): Flaw | undefined {
  const tokens = readTokens(statement, serverVersion);
  const known = { definitions: noDefinitions(), history: tableHistory(undefined, undefined) };
  const scope = { ...known, tables: noTables(undefined), order: 0 };
  const origin = { statement, isInBody: false, isConditional: false, via: undefined };
  const command = readCommand(tokens, origin, scope);
  if (!command) return undefined;
  const lock = calledLockFunction(tokens);
  if (lock !== undefined) {
    const message = `${lock} could take the deploy lock away from this run`;
    return { line: command.line, message, fix: 'remove it: only one pipeline runs at a time' };
  }
  return judgeVerb(command, tokens) ?? judgeTargets(command) ?? judgeFile(tokens);
}

function judgeVerb({ verb, line }: Command, tokens: readonly CodeToken[]): Flaw | undefined {
  if (ROWS.includes(verb) || QUERIES.includes(verb)) return undefined;
  if (verb === 'SET') return judgeSet(tokens);
  const name = verb === '' ? `"${tokens[0]?.text ?? ''}"` : verb;
  if (TRANSACTIONS.includes(verb)) {
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
  if (verb === 'TRUNCATE') return { line, message: commits(name), fix: 'write DELETE FROM instead' };
  if (keyword(tokens, 1) === 'TEMPORARY') {
    const message = `${name} TEMPORARY TABLE defines a table, and a transform holds rows only`;
    return { line, message, fix: 'use a common table expression: WITH … AS (SELECT …)' };
  }
  const fix = `${PLAIN}; definitions belong into a changeset`;
  return { line, message: commits(keyword(tokens, 1) === '' ? name : `${name} ${keyword(tokens, 1)}`), fix };
}

function commits(what: string): string {
  return `${what} is not DML: it may commit, and a failed check could not take back what ran before it`;
}

/** `SET @a = 1, @b := (SELECT …)`; what changes the session would outlive the transform. */
function judgeSet(tokens: readonly CodeToken[]): Flaw | undefined {
  const starts = [1, ...[...outerKeywords(tokens)].flatMap(([word, at]) => (word === ',' ? at + 1 : []))];
  const wrong = starts
    .map((at) => tokens[at])
    .find((token) => token?.kind !== 'variable' || token.text.startsWith('@@'));
  if (!wrong) return undefined;
  const message = `SET of "${wrong.text}" changes the session, and the next transform would run with it`;
  return { line: wrong.line, message, fix: 'set user variables only: SET @name = …' };
}

function judgeTargets(command: Command): Flaw | undefined {
  const foreign = command.objects.find(({ schema }) => schema !== undefined);
  if (foreign) {
    const message = `${command.verb} of ${show(foreign)} names a schema; no other than that of the pipeline is written to`;
    return { line: foreign.line, message, fix: `write "${foreign.name}" without the schema` };
  }
  const own = command.objects.find(({ name }) => isOwnTable(name));
  if (!own) return undefined;
  const message = `${command.verb} of ${show(own)}: that table is db-deploy's own`;
  return { line: own.line, message, fix: 'leave its rows to db-deploy; they may be read' };
}

function judgeFile(tokens: readonly CodeToken[]): Flaw | undefined {
  const token = tokens.find(
    ({ word }, at) => /^(?:OUTFILE|DUMPFILE)$/.test(word) && keyword(tokens, at - 1) === 'INTO',
  );
  if (!token) return undefined;
  const message = `INTO ${token.word} writes a file on the server, which no rollback removes`;
  return { line: token.line, message, fix: 'keep the rows in a table' };
}
