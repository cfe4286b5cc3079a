import { adversitySteps, type Adversity } from './adversities.ts';
import type { Guard, Has } from './guards.ts';
import { processSteps } from './process-steps.ts';
import { serverSteps } from './server-steps.ts';
import type { Step } from './step.ts';
import { breakWith, copy, newWorld, type Plot, type World } from './world.ts';

/** What is explored: who takes part, what may happen to them, and what of the protocol is left out. */
export interface Scenario {
  readonly plots: readonly Plot[];
  readonly without: readonly Guard[];
  /** How many events from outside, of which kinds. */
  readonly adversities: number;
  readonly kinds: readonly Adversity[];
  readonly maxStates: number;
  /** Only this is looked for: a state that breaks something else is not followed. */
  readonly lookFor?: RegExp | undefined;
}

export interface Explored {
  readonly states: number;
  /** All states were seen, none was left out. */
  readonly isComplete: boolean;
  /** The shortest way to a state in which an invariant does not hold. */
  readonly broken: { readonly invariant: string; readonly trace: readonly string[] } | undefined;
}

interface Seen {
  readonly world: World;
  readonly label: string;
  readonly before: Seen | undefined;
}

/** Breadth first over every interleaving, until an invariant breaks or all states were seen. */
export function explore(scenario: Scenario): Explored {
  const start = newWorld(scenario.plots.length, scenario.adversities);
  const known = new Set([JSON.stringify(start)]);
  let level: Seen[] = [{ world: start, label: 'start', before: undefined }];
  while (level.length > 0) {
    const next: Seen[] = [];
    for (const seen of level) {
      for (const { label, apply } of stepsOf(seen.world, scenario)) {
        const world = copy(seen.world);
        apply(world);
        if (world.broken !== undefined) {
          if (scenario.lookFor?.test(world.broken) === false) continue;
          const trace = traceOf({ world, label, before: seen });
          return { states: known.size, isComplete: false, broken: { invariant: world.broken, trace } };
        }
        const key = JSON.stringify(world);
        if (known.has(key)) continue;
        known.add(key);
        next.push({ world, label, before: seen });
      }
      if (known.size >= scenario.maxStates)
        return { states: known.size, isComplete: false, broken: undefined };
    }
    level = next;
  }
  return { states: known.size, isComplete: true, broken: undefined };
}

function stepsOf(world: World, scenario: Scenario): readonly Step[] {
  const has: Has = (guard) => !scenario.without.includes(guard);
  const inside = [...processSteps(world, scenario.plots, has), ...serverSteps(world, scenario.plots, has)];
  const steps = [...inside, ...adversitySteps(world, scenario.kinds)];
  const isOver = world.processes.every(({ pc, state }) => pc === 'end' || state === 'dead');
  const isPaused = world.processes.some(({ state }) => state === 'paused');
  if (isOver || inside.length > 0 || isPaused) return steps;
  return [
    { label: 'nothing can happen any more', apply: (stuck) => breakWith(stuck, 'somebody waits for ever') },
  ];
}

function traceOf(seen: Seen): readonly string[] {
  const trace: string[] = [];
  for (let each: Seen | undefined = seen; each?.before; each = each.before) trace.unshift(each.label);
  return trace;
}
