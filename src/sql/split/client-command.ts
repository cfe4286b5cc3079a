/** A command that the `mysql` client would carry out itself, and what to do instead. */
export interface ClientCommand {
  readonly name: string;
  readonly fix: string;
}

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
export function clientCommandOf(statement: string): ClientCommand | undefined {
  const name = /^(?:\?|[a-z_]+(?![\w$]))/i.exec(statement)?.[0].toLowerCase();
  return name !== undefined && NAMES.includes(name) ? { name, fix: fixFor(name) } : undefined;
}

/** The client command that a backslash outside quoted text begins. */
export function backslashCommand(letter: string): ClientCommand {
  return { name: `\\${letter}`, fix: fixFor(letter) };
}

function fixFor(name: string): string {
  if (['go', 'ego', 'g', 'G'].includes(name)) return TERMINATE;
  return ['source', '.'].includes(name) ? INCLUDE : REMOVE;
}
