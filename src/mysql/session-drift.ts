import { send, type Session } from './connection.ts';

/** What the server tells of a session after each statement. */
export interface SessionChanges {
  readonly schema?: string | null;
  readonly systemVariables?: Readonly<Record<string, string>>;
}

/** What a changeset made of the session and our own statements cannot live with: another schema or character set. */
interface Drift {
  readonly schema: string | undefined;
  readonly characterSet: string | undefined;
}

const drifts = new WeakMap<Session, Drift>();

/** Notices what a statement of a changeset changed, and puts it back: our tables are named without a schema, in UTF-8. */
export async function putBack(session: Session, changes: SessionChanges): Promise<void> {
  const { schema, systemVariables } = changes;
  const characterSet = systemVariables?.['character_set_client'];
  const before = drifts.get(session);
  const drift = {
    schema: changed(schema ?? undefined, session.schema, before?.schema),
    characterSet: changed(characterSet, 'utf8mb4', before?.characterSet),
  };
  if (drift.schema === undefined && drift.characterSet === undefined) drifts.delete(session);
  else drifts.set(session, drift);
  if (drift.schema !== undefined) await useSchema(session, session.schema);
  if (drift.characterSet !== undefined) await send(session, 'SET character_set_client = utf8mb4');
}

/** What holds from now on: news from the statement, or what held before it. */
function changed(news: string | undefined, ours: string, before: string | undefined): string | undefined {
  if (news === undefined) return before;
  return news === ours ? undefined : news;
}

/** Gives the next statement of the changeset the session as the one before it left it. */
export async function bringBack(session: Session): Promise<void> {
  const drift = drifts.get(session);
  if (drift?.schema !== undefined) await useSchema(session, drift.schema);
  if (drift?.characterSet !== undefined) {
    await send(session, `SET character_set_client = '${drift.characterSet.replaceAll(/\W/g, '')}'`);
  }
}

/** The next changeset starts without it. */
export function forgetDrift(session: Session): void {
  drifts.delete(session);
}

/** Makes a schema the default of the session. */
export async function useSchema(session: Session, schema: string): Promise<void> {
  await send(session, `USE \`${schema.replaceAll('`', '``')}\``);
}
