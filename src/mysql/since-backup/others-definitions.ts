import { NEVER_RESTORED } from '../../backup/backup.ts';
import { ANY_SCHEMA } from '../binlog/log-transaction.ts';
import type { LoggedStatement } from '../binlog/query-event.ts';
import { readLoggedDefinition } from './logged-definition.ts';
import { BARRIER_PREFIX, isOfRestore, sideSchema, STATE_TABLE } from '../session/names.ts';
import type { SchemaNames } from '../definitions/schema-names.ts';

const NOT_OF_A_SCHEMA = ['GRANT', 'REVOKE', 'SET', 'FLUSH', 'ANALYZE', 'CHECK', 'OPTIMIZE', 'REPAIR'];
const NOT_OF_A_SCHEMA_OBJECTS = [
  'USER',
  'ROLE',
  'SERVER',
  'TABLESPACE',
  'LOGFILE',
  'INSTANCE',
  'RESOURCE',
  'REFERENCE',
];

/** What the server writes when an event ended, which is nobody's wish; a person leaves a blank before the name. */
const OF_THE_SERVER = /^DROP EVENT IF EXISTS`/;

/** What a statement of somebody else changed in the schema. */
export interface OthersDefinition {
  /** Tables by name; `all` where the statement does not say. */
  readonly tables: readonly string[] | 'all';
  /** A view, routine or event, by `objectKey` in lower case; undefined for none. */
  readonly object: string | undefined;
}

/** Reads what a statement of somebody else defined in the schema; undefined for nothing. */
export function readOthersDefinition(
  statement: LoggedStatement,
  names: SchemaNames,
): OthersDefinition | undefined {
  const { schema, changedSchemas } = statement;
  // Our own loads beside; what they define may hold the schema's name in a comment or a definer.
  if (schema === sideSchema(names.schema)) return undefined;
  if (schema === ANY_SCHEMA || statement.isUnreadable) return EVERYTHING;
  if (OF_THE_SERVER.test(statement.sql)) return undefined;
  const definition = readLoggedDefinition(statement);
  const { verb, object, isTemporary, mentioned, on } = definition;
  if (NOT_OF_A_SCHEMA.includes(verb) || isTemporary || NOT_OF_A_SCHEMA_OBJECTS.includes(object ?? ''))
    return undefined;
  // An earlier restore: what it made beside its swap is not told from what others made.
  if (verb === 'RENAME' && definition.names.some((name) => isBeside(name.schema, names))) return EVERYTHING;
  if (
    isOfDbDeploy(
      definition.names.map(({ name }) => name),
      on?.name,
    )
  )
    return undefined;
  const isHere = (where: string): boolean => names.fold(where) === names.fold(names.schema);
  const isNamed = mentioned.some((name) => name.toLowerCase() === names.schema.toLowerCase());
  // Where the log names the schemas that were changed, the text is not asked.
  if (changedSchemas ? !changedSchemas.some(isHere) && !isNamed : !isHere(schema) && !isNamed)
    return undefined;
  const inSchema = definition.names.filter((name) => isHere(name.schema ?? schema));
  switch (object) {
    case 'TABLE':
      if (verb === 'ALTER') return tablesOf(knownOf(mentioned, names), inSchema);
      // Tables that its text names beside are as they were, but for a foreign key that refers to one.
      if (verb === 'CREATE' && definition.code.includes('REFERENCES'))
        return tablesOf(knownOf(mentioned, names), inSchema);
      return inSchema.length === 0 ? undefined : tablesOf([], inSchema);
    case 'DATABASE':
      return definition.names.some(({ name }) => isHere(name)) ? EVERYTHING : undefined;
    case 'INDEX':
    case 'TRIGGER':
      return on ? tablesOf([], [on]) : verb === 'DROP' ? droppedTrigger(inSchema, names) : EVERYTHING;
    case 'VIEW':
    case 'PROCEDURE':
    case 'FUNCTION':
    case 'LIBRARY':
    case 'EVENT': {
      const [first] = inSchema;
      return first
        ? { tables: [], object: `${object.toLowerCase()} ${first.name.toLowerCase()}` }
        : undefined;
    }
    default:
      return EVERYTHING;
  }
}

function isBeside(schema: string | undefined, names: SchemaNames): boolean {
  return schema !== undefined && isOfRestore(names.schema, schema);
}

const EVERYTHING: OthersDefinition = { tables: 'all', object: undefined };

function tablesOf(known: readonly string[], names: readonly { readonly name: string }[]): OthersDefinition {
  return { tables: [...new Set([...known, ...names.map(({ name }) => name)])], object: undefined };
}

function droppedTrigger(
  [trigger]: readonly { readonly name: string }[],
  names: SchemaNames,
): OthersDefinition | undefined {
  if (!trigger) return undefined;
  const table = names.triggers.get(names.fold(trigger.name));
  // One that the backup does not have is on a table that is not known.
  return table === undefined ? EVERYTHING : { tables: [table], object: undefined };
}

function knownOf(mentioned: readonly string[], names: SchemaNames): readonly string[] {
  return mentioned.flatMap((name) => names.tables.get(names.fold(name)) ?? []);
}

/** What restores make that are rehearsed, or broken off before they swap; its own tables, which are never restored. */
function isOfDbDeploy(defined: readonly string[], on: string | undefined): boolean {
  const isOurs = (name: string): boolean =>
    name === STATE_TABLE ||
    name.startsWith(BARRIER_PREFIX) ||
    NEVER_RESTORED.some((own) => own.toLowerCase() === name.toLowerCase());
  return defined.length > 0 && defined.every(isOurs) && (on === undefined || defined.every(isOurs));
}
