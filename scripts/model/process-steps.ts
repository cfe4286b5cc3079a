import { changesetSteps } from './changeset-steps.ts';
import type { Has } from './guards.ts';
import { lockSteps } from './lock-steps.ts';
import { planSteps } from './plan-steps.ts';
import { restoreSteps } from './restore-steps.ts';
import type { Step } from './step.ts';
import type { Plot, World } from './world.ts';

/** What each process may do next; one that is paused or dead does nothing. */
export function processSteps(world: World, plots: readonly Plot[], has: Has): readonly Step[] {
  return world.processes.flatMap(({ pc, state }, at) => {
    if (state !== 'running' || pc === 'end') return [];
    const parts = [lockSteps, planSteps, changesetSteps, restoreSteps];
    const found = parts.flatMap((part) => part({ world, at, plot: plots[at]!, has }));
    return found.map(({ label, apply }) => ({ label: `process ${at}: ${label}`, apply }));
  });
}
