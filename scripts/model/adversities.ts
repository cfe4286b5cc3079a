import type { Step } from './step.ts';
import { end, ownerOf, PARTS, type LockName, type Process, type World } from './world.ts';

/** What happens from outside. */
export type Adversity = 'cut' | 'kill' | 'crash' | 'pause' | 'clock' | 'vanish';

export const ALL_ADVERSITIES: readonly Adversity[] = ['cut', 'kill', 'crash', 'pause', 'clock', 'vanish'];

/** Every event from outside that may come now. A process that is paused goes on at any time. */
export function adversitySteps(world: World, kinds: readonly Adversity[]): readonly Step[] {
  const continued = world.processes.flatMap((process, at) =>
    process.state === 'paused'
      ? [step(`process ${at} goes on (SIGCONT)`, (next) => setState(next, at, 'running'))]
      : [],
  );
  if (world.adversities === 0) return continued;
  const costly = kinds.flatMap((kind) => STEPS[kind](world));
  return [
    ...continued,
    ...costly.map(({ label, apply }) =>
      step(label, (next) => {
        next.adversities -= 1;
        apply(next);
      }),
    ),
  ];
}

const STEPS: Readonly<Record<Adversity, (world: World) => readonly Step[]>> = {
  cut: (world) =>
    sessions(world, (id, name) =>
      world.sessions[id - 1]!.isReachable
        ? [
            step(
              `the connection of ${name} is cut`,
              (next) => void (next.sessions[id - 1]!.isReachable = false),
            ),
          ]
        : [],
    ),
  kill: (world) => sessions(world, (id, name) => [step(`KILL ends ${name}`, (next) => end(next, id))]),
  crash: (world) => living(world, (at) => step(`process ${at} dies`, (next) => crash(next, at))),
  pause: (world) =>
    living(world, (at) => step(`process ${at} stops (SIGSTOP)`, (next) => setState(next, at, 'paused'))),
  clock: () => [step("the server's clock goes back", (next) => void (next.clock = 1))],
  vanish: (world) =>
    (['deploy', 'work'] as const satisfies readonly LockName[]).flatMap((name) =>
      world.locks[name] === 0
        ? []
        : [step(`the ${name} lock vanishes`, (next) => void (next.locks[name] = 0))],
    ),
};

function step(label: string, apply: (world: World) => void): Step {
  return { label, apply };
}

function sessions(world: World, each: (id: number, name: string) => readonly Step[]): readonly Step[] {
  return world.sessions.flatMap(({ isUp }, at) =>
    isUp ? each(at + 1, `${PARTS[at % 4]!} of process ${ownerOf(at + 1)}`) : [],
  );
}

function living(world: World, each: (at: number) => Step): readonly Step[] {
  return world.processes.flatMap(({ pc, state }, at) =>
    state === 'running' && pc !== 'end' && pc !== 'take' ? [each(at)] : [],
  );
}

function setState(world: World, at: number, state: Process['state']): void {
  world.processes[at]!.state = state;
}

function crash(world: World, at: number): void {
  setState(world, at, 'dead');
  world.sessions.forEach((session, index) => {
    if (ownerOf(index + 1) === at) session.isReachable = false;
  });
}
