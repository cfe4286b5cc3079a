import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../../errors.ts';
import { readRow, readRows, type Session } from '../session/connection.ts';
import { describeServerError, isDeadlock, isLockTimeout } from '../session/server-error.ts';
import { defaultsStatement } from './cut-over.ts';
import { inScope, type DefinitionScope } from '../definitions/definition-scope.ts';
import { DUMP_CONTEXT, type Definition } from '../definitions/definition.ts';
import { qualified } from '../session/names.ts';
import { repointStatements, type OutsideKey } from '../definitions/outside-keys.ts';
import { planDefinitions, planTriggers } from '../definitions/plan-definitions.ts';
import { toBytes, type Bytes, type RawSession } from '../session/raw-session.ts';
import { readDefinitions } from '../definitions/read-definitions.ts';

/** What the definitions of the live schema have to become. */
export interface Target {
  readonly wanted: readonly Definition[];
  readonly brokenViews: readonly string[];
  readonly outsideKeys: readonly OutsideKey[];
  /** `triggers`: nothing else is touched. */
  readonly scope: 'all' | 'triggers';
  /** Undefined for all definitions. */
  readonly definitionScope?: DefinitionScope | undefined;
  readonly characterSet: string;
  readonly collation: string;
}

/**
 * Makes views, routines, triggers and events of the live schema equal to those that are wanted, and changes nothing
 * where they are. It can be broken off anywhere and begun again.
 */
export async function resolveDefinitions(
  session: Session,
  raw: RawSession,
  target: Target,
  deadline: number,
): Promise<void> {
  for (;;) {
    try {
      await resolveOnce(session, raw, target);
      return;
    } catch (error) {
      await raw.run('UNLOCK TABLES').catch(() => undefined);
      if (!isLockTimeout(error) && !isDeadlock(error)) throw error;
      if (Date.now() > deadline) throw unsettled(error);
      await sleep(200);
    }
  }
}

async function resolveOnce(session: Session, raw: RawSession, target: Target): Promise<void> {
  const { schema: name } = session;
  const { definitionScope } = target;
  const live = inScope(await readDefinitions(session, raw, name), definitionScope);
  const wanted = inScope(target.wanted, definitionScope);
  const { collation } = await readRow<{ collation: string }>(session, SELECT_COLLATION, [name]);
  if (target.scope === 'all') {
    if (collation !== target.collation) {
      await raw.run(defaultsStatement(name, target.characterSet, target.collation));
    }
    await fixOutsideKeys(session, raw, target.outsideKeys);
  }
  const schema = { name, collation: target.scope === 'all' ? target.collation : collation };
  for (const group of planTriggers(live, wanted, schema)) {
    // Nobody writes between the drop of a trigger and its return; if we die, the lock goes after the packet.
    if (group.mayLock) await raw.run(`LOCK TABLES ${toBytes(qualified(name, group.table))} WRITE`);
    for (const packet of [...group.drop.map((drop) => [drop]), ...group.make]) await send(raw, packet);
    await raw.run('UNLOCK TABLES');
  }
  if (target.scope === 'triggers') return;
  for (const packet of planDefinitions(live, wanted, schema, target.brokenViews).packets) {
    await send(raw, packet);
  }
}

export const SELECT_COLLATION =
  'SELECT DEFAULT_COLLATION_NAME AS collation FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?';

async function send(raw: RawSession, packet: readonly Bytes[]): Promise<void> {
  await raw.run(packet.join('\n;\n'));
  await raw.run(`SET character_set_client = ${DUMP_CONTEXT.client}, character_set_results = NULL`);
}

const SELECT_REFERENCED = `SELECT UNIQUE_CONSTRAINT_SCHEMA AS parentSchema FROM information_schema.REFERENTIAL_CONSTRAINTS
  WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME = ? AND CONSTRAINT_NAME = ?`;

async function fixOutsideKeys(session: Session, raw: RawSession, keys: readonly OutsideKey[]): Promise<void> {
  for (const key of keys) {
    const [found] = await readRows<{ parentSchema: string }>(session, SELECT_REFERENCED, [
      key.schema,
      key.table,
      key.name,
    ]);
    if (found?.parentSchema === session.schema) continue;
    const [drop, add] = repointStatements(key);
    if (found) await raw.run(drop!);
    await raw.run(add!);
  }
}

function unsettled(error: unknown): ExpectedError {
  return new ExpectedError({
    code: 'server-error',
    message: `the tables of the backup are live, but not yet all of its views, routines, triggers and events: ${describeServerError(error)}`,
    fix: 'end what holds the lock, then run again: the next run finishes it',
  });
}
