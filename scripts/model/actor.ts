import type { Has } from './guards.ts';
import { checkHistory, checkOutcome } from './invariants.ts';
import type { Step } from './step.ts';
import { breakWith, end, isUsable, PARTS, sid, type Plot, type RunRow, type World } from './world.ts';

/** A process whose turn it is. */
export interface Actor {
  readonly world: World;
  readonly at: number;
  readonly plot: Plot;
  readonly has: Has;
}

/** A step after which the process is elsewhere in its program. */
export function go(
  at: number,
  label: string,
  pc: string,
  effect: (world: World) => void = () => undefined,
): Step {
  return {
    label,
    apply: (world) => {
      world.processes[at]!.pc = pc;
      effect(world);
    },
  };
}

/** A step on the control session; where that is gone the process notices it. */
export function onControl({ world, at }: Actor, step: () => Step | readonly Step[]): readonly Step[] {
  const { control } = world.processes[at]!;
  if (!isUsable(world, control)) return [go(at, 'sees that control is lost', 'lost')];
  return [step()].flat();
}

/** The run that a process works for: the post step has that of the process it finishes. */
export function runOf({ at, plot }: Pick<Actor, 'at' | 'plot'>): number {
  return plot.kind === 'post' ? plot.of! : at;
}

/** Whose backup a process restores. */
export function backupOf({ at, plot }: Pick<Actor, 'at' | 'plot'>): number {
  return plot.of ?? at;
}

/** Whether a write of ours may be made: only while the epoch is the writer's. */
export function mayWrite(world: World, at: number, has: Has): boolean {
  return !has('writes-ask-epoch') || world.epoch === world.processes[at]!.epoch;
}

export function setStatus(world: World, run: number, status: RunRow['status']): void {
  world.runs = world.runs.map((row) => (row.process === run ? { ...row, status } : row));
}

/** The process says how it ended, and its sessions are closed. */
export function finish(actor: Pick<Actor, 'at' | 'plot'>, label: string, outcome: string): Step {
  const { at } = actor;
  return go(at, label, 'end', (world) => {
    checkOutcome(world, at, outcome, backupOf(actor));
    const wrong = checkHistory(world);
    if (wrong !== undefined) breakWith(world, wrong);
    world.processes[at]!.outcome = outcome;
    for (const part of PARTS) closeSession(world, sid(at, part));
  });
}

/** The client closes a connection: the server ends it at once, or when it has done what it is at. */
export function closeSession(world: World, id: number): void {
  const session = world.sessions[id - 1]!;
  if (session.busy === '') end(world, id);
  else session.isReachable = false;
}
