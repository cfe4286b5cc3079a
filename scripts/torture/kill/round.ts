import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../../mysql/start-server.ts';
import { connect, DATABASE, difference, dump, freshDump, leftObjects } from './database.ts';
import { nextStep } from './follow.ts';
import type { Place } from './place.ts';
import { start } from './process.ts';
import { Random } from './random.ts';
import type { Ended, Running } from './running.ts';
import { STRIKES, strike, type Strike } from './strike.ts';
import type { End, Round } from './table.ts';

/** What an undisturbed deploy does. */
export interface Whole {
  readonly before: string;
  readonly after: string;
  /** That it logs. */
  readonly lines: number;
}

const MOST_STEPS = 8;

/** One deploy that is struck, and what follows from its reports. */
export async function oneRound(
  server: Server,
  place: Place,
  { seed, number }: { readonly seed: number; readonly number: number },
  whole: Whole,
): Promise<Round> {
  const random = new Random(seed * 100_003 + number);
  await freshDump(server);
  const what = random.pick(STRIKES);
  const afterLine = 1 + Math.floor(random.next() * whole.lines);
  const pauseMs = Math.round(random.next() * 80);
  const second = random.next() < 0.4;
  const steps: string[] = [];
  const { running, other } = await startAndStrike(server, place, {
    what,
    afterLine,
    pauseMs,
    second,
    random,
  });
  const judged = await follow(server, place, { running, other, random, steps, whole });
  const store = place.artifacts === undefined ? 'folder' : 'artifact';
  return { seed, number, store, strike: what, afterLine, second, steps, ...judged };
}

interface Plan {
  readonly what: Strike;
  readonly afterLine: number;
  readonly pauseMs: number;
  readonly second: boolean;
  readonly random: Random;
}

async function startAndStrike(
  server: Server,
  place: Place,
  { what, afterLine, pauseMs, second, random }: Plan,
): Promise<{ readonly running: Running; readonly other: Running | undefined }> {
  const root = await connect(server);
  const running = start(place, 'update');
  await Promise.race([running.logged(afterLine), running.ended]);
  await sleep(pauseMs);
  const other = second ? start(place, 'update') : undefined;
  if (second) await sleep(random.next() * 300);
  await strike(what, running, { server, root, database: DATABASE, random });
  root.destroy();
  return { running, other };
}

interface Judged {
  readonly end: End;
  readonly why: string;
}

interface Struck {
  readonly running: Running;
  readonly other: Running | undefined;
  readonly random: Random;
  readonly steps: string[];
  readonly whole: Whole;
}

/** Does what the reports say until they say that all is done, and holds what they say against the database. */
async function follow(
  server: Server,
  place: Place,
  { running, other, random, steps, whole }: Struck,
): Promise<Judged> {
  const first = await finish(running, '', { random, steps });
  const second = other && (await finish(other, 'other ', { random, steps }));
  // Of two the last word is that of the second.
  const ended = second?.report ? second : first;
  const wrong = await firstLineProblem(server, second ? [first, second] : [first], whole);
  if (wrong !== undefined) return { end: 'wrong first line', why: wrong };
  return followUp(server, place, ended, { random, steps, whole });
}

/** Does what the last report says, and so on, and judges the end. */
export async function followUp(
  server: Server,
  place: Place,
  last: Ended,
  { random, steps, whole }: Pick<Struck, 'random' | 'steps' | 'whole'>,
): Promise<Judged> {
  let ended = last;
  for (;;) {
    const step = nextStep(ended.report, random);
    if (step === undefined) break;
    const problems = JSON.stringify(ended.report?.problems);
    if (step.mode === 'ask') return { end: 'unknown', why: problems };
    if (steps.length > MOST_STEPS) return { end: 'stuck', why: problems };
    ended = await finish(start(place, step.mode, step.inputs), `${step.mode} `, { random, steps });
    if (ended.report === undefined) return { end: 'stuck', why: ended.errors.slice(-500) };
    // A rollback that was asked for is not the end: the deploy is.
    if (ended.report.result === 'ok' && step.mode === 'rollback')
      ended = { ...ended, report: { ...ended.report, result: 'rolled back', problems: [] } };
  }
  return judgeEnd(server, whole);
}

/** Waits for a run. Post follows where main left something to it, unless its runner is gone as well. */
async function finish(
  running: Running,
  name: string,
  { random, steps }: Pick<Struck, 'random' | 'steps'>,
): Promise<Ended> {
  const ended = await running.ended;
  steps.push(`${name}${resultOf(ended)}`);
  const { report, startPost } = ended;
  if (startPost === undefined || (report === undefined && random.next() >= 0.5)) return ended;
  const post = await startPost().ended;
  steps.push(`post ${resultOf(post)}`);
  return post;
}

async function judgeEnd(server: Server, whole: Whole): Promise<Judged> {
  const wrong = difference(whole.after, await dump(server));
  if (wrong !== undefined) return { end: 'wrong end', why: wrong };
  const objects = await leftObjects(server);
  return { end: objects.length === 0 ? 'right' : 'left objects', why: objects.join(', ') };
}

/** `ok` and `restored` are claims about the database that can be held against it; of two runs only an `ok` has to stay. */
async function firstLineProblem(
  server: Server,
  runs: readonly Ended[],
  whole: Whole,
): Promise<string | undefined> {
  const results = runs.map(resultOf);
  const isOk = results.includes('ok');
  if (!isOk && (runs.length > 1 || results[0] !== 'restored')) return undefined;
  const wrong = difference(isOk ? whole.after : whole.before, await dump(server));
  return wrong === undefined ? undefined : `said ${results.join(' and ')}: ${wrong}`;
}

export function resultOf({ report }: Ended): string {
  return report?.result ?? 'gone';
}
