import { createHash } from 'node:crypto';

const LONGEST = 64;

/** The table in a side or aside schema that tells how far a restore came; no user has a table of this name. */
export const STATE_TABLE = 'db_deploy_restore_state';

/** Where a backup is loaded before it takes the place of the live schema. */
export function sideSchema(schema: string): string {
  return `${shortened(schema, 55)}__restore`;
}

/** Where the tables go that were live; every run has its own. */
export function asideSchema(schema: string, runId: string): string {
  const prefix = asidePrefix(schema);
  const run = runId.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  return prefix.length + run.length <= LONGEST
    ? `${prefix}${run}`
    : `${prefix}${shortHash(runId).slice(0, 8)}`;
}

/** What the names of all aside schemas of a schema begin with. */
export function asidePrefix(schema: string): string {
  return `${shortened(schema, 48)}__aside_`;
}

/** Whether a schema is one in which backups of another are loaded, or kept aside. */
export function isOfRestore(schema: string, other: string): boolean {
  return other === sideSchema(schema) || other.startsWith(asidePrefix(schema));
}

/** The named lock of a cut-over: whoever gets it knows that the server has finished the one before. */
export function restoreLockName(schema: string): string {
  return `db-deploy-restore:${shortHash(schema)}`;
}

/** What the names of triggers begin with that stop writers for the moment of a cut-over. */
export const BARRIER_PREFIX = 'db_deploy_barrier_';

/** The named lock of the barrier: while somebody holds it, its triggers refuse writes. */
export function barrierLockName(schema: string): string {
  return `db-deploy-barrier:${shortHash(schema)}`;
}

/** An identifier in back-quotes. */
export function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** Schema and name, each in back-quotes. */
export function qualified(schema: string, name: string): string {
  return `${quote(schema)}.${quote(name)}`;
}

/** A name that is too long keeps its beginning and gets a hash, so that two of them stay apart. */
function shortened(schema: string, room: number): string {
  const characters = Array.from(schema);
  if (characters.length <= room) return schema;
  return `${characters.slice(0, room - 9).join('')}_${shortHash(schema).slice(0, 8)}`;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
