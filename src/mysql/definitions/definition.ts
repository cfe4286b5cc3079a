import type { ObjectKind } from '../../backup/backup.ts';
import type { Bytes } from '../session/raw-session.ts';
import { toBytes } from '../session/raw-session.ts';
import { quote } from '../session/names.ts';

/** The session in which a definition was made; it is stored with it and changes what it means. */
export interface DefinitionContext {
  readonly client: string;
  readonly connection: string;
  readonly sqlMode: string;
  readonly timeZone: string;
  /** The schema's default collation, where it was another one than today's. */
  readonly schemaCollation: string | undefined;
}

/** A view, routine, trigger or event with everything that is needed to make it again. */
export interface Definition {
  readonly kind: Exclude<ObjectKind, 'table'>;
  readonly name: string;
  /** Of a trigger. */
  readonly table: string | undefined;
  readonly context: DefinitionContext;
  readonly sql: Bytes;
  /** Of a view: the same columns without what they come from, so that views can be made in any order. */
  readonly placeholder: Bytes | undefined;
}

/** The state of a fresh dump, before it sets anything. */
export const DUMP_CONTEXT: DefinitionContext = {
  client: 'utf8mb4',
  connection: 'utf8mb4_0900_ai_ci',
  sqlMode: 'NO_AUTO_VALUE_ON_ZERO',
  timeZone: '+00:00',
  schemaCollation: undefined,
};

/** What of a session the `SET`s of a dump change. */
export function contextAfter(sql: Bytes, before: DefinitionContext): DefinitionContext {
  const value = (name: string): string | undefined =>
    new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:'([^']*)'|([\\w+:/-]+))`, 'i')
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
export function setContext({ client, connection, sqlMode, timeZone }: DefinitionContext): Bytes {
  return `SET character_set_client = ${client}, collation_connection = ${connection}, sql_mode = '${sqlMode}', time_zone = '${timeZone}'`;
}

/** What `setContext` changed, as this tool has it; a date that some session was allowed to write is loaded as it is. */
export const RESET_CONTEXT: Bytes = `SET character_set_client = utf8mb4, collation_connection = utf8mb4_0900_ai_ci, sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'`;

/** Makes the object, which must not be there; the last statement is the one that makes it. */
export function createStatements(definition: Definition): readonly Bytes[] {
  return [setContext(definition.context), definition.sql];
}

/** Removes the object if it is there. */
export function dropStatement({ kind, name }: Pick<Definition, 'kind' | 'name'>): Bytes {
  return `DROP ${kind.toUpperCase()} IF EXISTS ${toBytes(quote(name))}`;
}
