import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startArtifactServer } from '../../../__tests__/support/github/artifact-server.ts';
import type { Server } from '../../mysql/start-server.ts';
import { DATABASE, dump, freshDump } from './database.ts';
import { STORES, type Place, type StoreKind } from './place.ts';
import { start } from './process.ts';
import { writeProject } from './project.ts';
import { Random } from './random.ts';
import { oneRound, type Whole } from './round.ts';
import { oneSchedule } from './schedule.ts';
import { describeRound, type Round } from './table.ts';

export interface KillOptions {
  readonly server: Server;
  readonly rounds: number;
  readonly seed: number;
  /** Undefined: the seed decides for each round. */
  readonly store: StoreKind | undefined;
  /** Rounds are added here, one line each; those that are there are not run again. */
  readonly stateFile: string | undefined;
  /** Runs the bundle, as the runner does; it starts sooner. */
  readonly bundle?: boolean;
  /** Two runs of two commits, one of which is stopped, in the place of what happens at random to one. */
  readonly schedules?: boolean;
  /** Only this round. */
  readonly only?: number | undefined;
  readonly onProgress: (line: string) => void;
}

/** Runs rounds until there are as many as were asked for. */
export async function killRounds(options: KillOptions): Promise<readonly Round[]> {
  const { server, seed, stateFile, only, onProgress } = options;
  const known = stateFile === undefined ? [] : await readRounds(stateFile);
  const rounds = known.filter((round) => round.seed === seed);
  const folder = await mkdtemp(join(tmpdir(), 'db-deploy-kill-'));
  await writeProject(folder);
  const failingFolder = join(folder, 'failing');
  await writeProject(failingFolder, 'failing');
  const wholes = new Map<StoreKind, Whole>();
  const entry = join(import.meta.dirname, '../../..', options.bundle ? 'dist/index.js' : 'src/index.ts');
  const [from, to] = only === undefined ? [rounds.length + 1, options.rounds] : [only, only];
  try {
    for (let number = from; number <= to; number += 1) {
      const store =
        (options.schedules ? 'folder' : options.store) ?? new Random(seed * 7919 + number).pick(STORES);
      const round = await inPlace({ server, folder, entry }, store, async (place) => {
        const whole = wholes.get(store) ?? (await undisturbed(server, place));
        wholes.set(store, whole);
        if (options.schedules) {
          const failing = { ...place, folder: failingFolder };
          return oneSchedule(server, { failing, right: place }, { seed, number }, whole);
        }
        return oneRound(server, place, { seed, number }, whole);
      });
      rounds.push(round);
      if (stateFile !== undefined) await appendFile(stateFile, `${JSON.stringify(round)}\n`);
      onProgress(describeRound(round));
    }
    return rounds;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The rounds of a state file. */
export async function readRounds(stateFile: string): Promise<Round[]> {
  const text = await readFile(stateFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Round]));
}

async function inPlace<T>(
  common: Pick<Place, 'server' | 'folder' | 'entry'>,
  store: StoreKind,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const artifacts = store === 'artifact' ? await startArtifactServer() : undefined;
  try {
    return await work({ ...common, database: DATABASE, artifacts });
  } finally {
    await artifacts?.close();
  }
}

async function undisturbed(server: Server, place: Place): Promise<Whole> {
  const before = await freshDump(server);
  const { report, errors, lines } = await start(place, 'update').ended;
  if (report?.result !== 'ok') throw new Error(`undisturbed: ${JSON.stringify(report?.problems)} ${errors}`);
  return { before, after: await dump(server), lines };
}
