import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import type { Server } from '../../mysql/start-server.ts';
import { connect, difference, dump, freshDump } from './database.ts';
import type { Place } from './place.ts';
import { start, startPostOf } from './process.ts';
import { Random } from './random.ts';
import { followUp, resultOf, type Whole } from './round.ts';
import type { Ended, Running } from './running.ts';
import type { Round } from './table.ts';

/** What happens while a run is stopped and another one, of a later commit, begins. */
export const SCHEDULES = [
  ...(['paused', 'paused, its locks killed', 'paused, its control session killed'] as const),
  ...(['paused, its work session killed', 'paused, its post step runs'] as const),
  ...(['paused, its post step runs twice'] as const),
];
export type Schedule = (typeof SCHEDULES)[number];

/** Two places with one database: the changelog that fails at its end, and the one that is put right. */
export interface TwoPlaces {
  readonly failing: Place;
  readonly right: Place;
}

/**
 * A run whose last changeset fails is stopped at a line of its log, which may be in its backup, in any statement or in its
 * restore; another one deploys the changelog that was put right; then the first one goes on. What the second one
 * acknowledged has to stay, and what is said last leads to the right end.
 */
export async function oneSchedule(
  server: Server,
  { failing, right }: TwoPlaces,
  { seed, number }: { readonly seed: number; readonly number: number },
  whole: Whole,
): Promise<Round> {
  const random = new Random(seed * 200_003 + number);
  await freshDump(server);
  const what = random.pick(SCHEDULES);
  // Its restore comes after what an undisturbed run logs.
  const afterLine = 1 + Math.floor(random.next() * 1.3 * whole.lines);
  const first = start(failing, 'update');
  await Promise.race([first.logged(afterLine), first.ended]);
  await sleep(random.next() * 150);
  first.child.kill('SIGSTOP');
  const root = await connect(server);
  const sessions = await sessionsOf(root);
  const begin = (): Running => start(right, 'update');
  const isSecondFirst = random.next() < 0.5;
  const early = isSecondFirst ? begin() : undefined;
  if (early) await sleep(random.next() * 1500);
  const posts = await interfere(what, { root, sessions, first, failing });
  if (!early) await sleep(random.next() * 3000);
  const second = early ?? begin();
  await Promise.race([second.ended, sleep(3000 + random.next() * 9000)]);
  first.child.kill('SIGCONT');
  root.destroy();
  const [a, b] = [await first.ended, await second.ended];
  const ofPosts = await Promise.all(posts.map(({ ended }) => ended));
  const steps = [resultOf(a), ...ofPosts.map((post) => `post ${resultOf(post)}`), `other ${resultOf(b)}`];
  const round = { seed, number, store: 'folder', strike: what, afterLine, second: true, steps } as const;
  const wrong = await wrongClaim(server, [a, b, ...ofPosts], whole);
  if (wrong !== undefined) return { ...round, end: 'wrong first line', why: wrong };
  return { ...round, ...(await followUp(server, right, b, { random, steps, whole })) };
}

interface Session {
  readonly id: number;
  readonly part: string;
}

const SELECT_SESSIONS = `SELECT PROCESSLIST_ID AS id, ATTR_VALUE AS part
  FROM performance_schema.session_connect_attrs WHERE ATTR_NAME = 'db-deploy'`;

async function sessionsOf(root: Connection): Promise<readonly Session[]> {
  const [rows] = (await root.query(SELECT_SESSIONS)) as unknown as [Session[]];
  return rows;
}

async function interfere(
  what: Schedule,
  {
    root,
    sessions,
    first,
    failing,
  }: {
    readonly root: Connection;
    readonly sessions: readonly Session[];
    readonly first: Running;
    readonly failing: Place;
  },
): Promise<readonly Running[]> {
  const kill = async (...parts: readonly string[]): Promise<void> => {
    for (const { id, part } of sessions)
      if (parts.includes(part)) await root.query(`KILL ${id}`).catch(() => undefined);
  };
  const startPost = (): readonly Running[] => {
    const runId = first.runId();
    return runId === undefined ? [] : [startPostOf(failing, runId)];
  };
  switch (what) {
    case 'paused':
      return [];
    case 'paused, its locks killed':
      await kill('control', 'work', 'restore');
      return [];
    case 'paused, its control session killed':
      await kill('control');
      return [];
    case 'paused, its work session killed':
      await kill('work');
      return [];
    case 'paused, its post step runs':
      return startPost();
    case 'paused, its post step runs twice':
      return [...startPost(), ...startPost()];
  }
}

/** What the second run acknowledged is there. Without it, whoever says `restored` last has to be right. */
async function wrongClaim(
  server: Server,
  [a, b, ...posts]: readonly Ended[],
  whole: Whole,
): Promise<string | undefined> {
  const said = [a, b, ...posts].map((each) => each && resultOf(each)).join(', ');
  const now = await dump(server);
  if (b && resultOf(b) === 'ok') {
    const wrong = difference(whole.after, now);
    return wrong === undefined ? undefined : `said ${said}: ${wrong}`;
  }
  if (![a, ...posts].some((each) => each && resultOf(each) === 'restored')) return undefined;
  const wrong = difference(whole.before, now);
  return wrong === undefined ? undefined : `said ${said}: ${wrong}`;
}
