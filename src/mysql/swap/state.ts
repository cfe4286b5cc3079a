import { readRows, send, write, type Session } from '../session/connection.ts';
import type { Definition } from '../definitions/definition.ts';
import type { DefinitionScope } from '../definitions/definition-scope.ts';
import type { OutsideKey } from '../definitions/outside-keys.ts';
import { qualified, STATE_TABLE } from '../session/names.ts';

/**
 * What a restore needs to be finished or taken back by another process. It lies in the side schema until the cut-over
 * and goes to the aside schema in the same RENAME that swaps the tables, so where it is tells what happened.
 */
export interface RestoreState {
  readonly runId: string;
  readonly schema: string;
  readonly aside: string;
  /** `prepared` until everything is as in the backup. */
  readonly phase: 'prepared' | 'done';
  /** Of the backup. */
  readonly wanted: readonly Definition[];
  /** Of the live schema before the cut-over; kept as the record of what was removed. */
  readonly was: readonly Definition[];
  readonly outsideKeys: readonly OutsideKey[];
  readonly brokenViews: readonly string[];
  /** Undefined where all definitions are brought back. */
  readonly definitionScope?: DefinitionScope | undefined;
  /** Of the schema itself, as the backup has it. */
  readonly characterSet: string;
  readonly collation: string;
}

const PARTS = ['wanted', 'was', 'outsideKeys', 'brokenViews'] as const;

/** Writes the state; before that there is nothing to finish. */
export async function writeState(session: Session, schema: string, state: RestoreState): Promise<void> {
  const table = qualified(schema, STATE_TABLE);
  await send(session, 'START TRANSACTION');
  await send(session, `DELETE FROM ${table}`);
  const insert = `INSERT INTO ${table} (n, part, kind, name, definition) VALUES (?, ?, ?, ?, CAST(? AS BINARY))`;
  const { runId, aside, phase, characterSet, collation, definitionScope } = state;
  await write(session, insert, [
    0,
    'run',
    phase,
    state.schema,
    JSON.stringify({ runId, aside, characterSet, collation, definitionScope }),
  ]);
  let n = 0;
  for (const part of PARTS) {
    for (const each of state[part]) {
      n += 1;
      const [kind, name] =
        typeof each === 'string' ? ['view', each] : 'kind' in each ? [each.kind, each.name] : ['', each.name];
      await write(session, insert, [n, part, kind, name, JSON.stringify(each)]);
    }
  }
  await send(session, 'COMMIT');
}

/** Reads the state; undefined where the restore did not come so far as to write it. */
export async function readState(session: Session, schema: string): Promise<RestoreState | undefined> {
  const rows = await readRows<{ part: string; kind: string; name: string; definition: string }>(
    session,
    `SELECT part, kind, name, CONVERT(definition USING utf8mb4) AS definition FROM ${qualified(schema, STATE_TABLE)} ORDER BY n`,
  );
  const run = rows.find(({ part }) => part === 'run');
  if (!run) return undefined;
  const list = (wanted: string): readonly unknown[] =>
    rows.filter(({ part }) => part === wanted).map(({ definition }) => JSON.parse(definition) as unknown);
  const known = JSON.parse(run.definition) as Pick<
    RestoreState,
    'runId' | 'aside' | 'characterSet' | 'collation' | 'definitionScope'
  >;
  return {
    ...{ ...known, schema: run.name, phase: run.kind === 'done' ? 'done' : 'prepared' },
    wanted: list('wanted') as readonly Definition[],
    was: list('was') as readonly Definition[],
    outsideKeys: list('outsideKeys') as readonly OutsideKey[],
    brokenViews: list('brokenViews') as readonly string[],
  };
}

/** Writes that nothing is left to do. */
export async function markDone(session: Session, schema: string): Promise<void> {
  const sql = `UPDATE ${qualified(schema, STATE_TABLE)} SET kind = 'done', written_at = UTC_TIMESTAMP() WHERE n = 0`;
  await send(session, sql);
}
