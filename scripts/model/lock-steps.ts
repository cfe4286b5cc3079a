import { closeSession, finish, go, onControl, runOf, setStatus, type Actor } from './actor.ts';
import type { Step } from './step.ts';
import { isUsable, open, sessionOf, sid, type World } from './world.ts';

/** From the first connection to an epoch of one's own; the same for a run that lost its lock, and for the post step. */
export function lockSteps(actor: Actor): readonly Step[] {
  const { world, at, plot, has } = actor;
  const { pc, control, epoch } = world.processes[at]!;
  switch (pc) {
    case 'take':
      return mayBegin(actor) ? takeLock(actor, 'control') : [];
    case 'gather':
      if (!isUsable(world, control))
        return [
          epoch === 0
            ? finish(actor, 'sees that control is lost', 'failed')
            : go(at, 'sees that control is lost', 'lost'),
        ];
      return gather(actor);
    case 'raise':
      if (!isUsable(world, control)) return [finish(actor, 'sees that control is lost', 'failed')];
      return raise(actor);
    case 'ask':
      return onControl(actor, () => {
        const asks = plot.kind === 'post' ? has('post-asks-epoch') : has('retake-asks-epoch');
        if (asks && world.epoch !== epoch) return finish(actor, 'says who came between', 'superseded');
        return go(at, 'has its epoch again', 'settle', (next) => {
          next.recorded = [control];
          // Without asking it takes the newest epoch for its own.
          next.processes[at]!.epoch = next.epoch;
        });
      });
    case 'lost':
      // A second loss ends the process; the next run finds what it left.
      if (control === sid(at, 'again')) return [finish(actor, 'gives up', 'unknown')];
      if (epoch === 0) return [finish(actor, 'had changed nothing', 'failed')];
      return [
        go(at, 'closes what it has', 'retake', (next) => {
          for (const part of ['control', 'work', 'restore'] as const) closeSession(next, sid(at, part));
        }),
      ];
    case 'retake':
      return takeLock(actor, 'again');
    default:
      return [];
  }
}

function mayBegin({ world, plot }: Actor): boolean {
  const before = plot.kind === 'post' ? plot.of : plot.after;
  if (before === undefined) return true;
  const { pc, state } = world.processes[before]!;
  return state === 'dead' || pc === 'end';
}

function takeLock({ world, at, plot }: Actor, part: 'control' | 'again'): readonly Step[] {
  if (plot.kind === 'post') {
    const { epoch, pc } = world.processes[plot.of!]!;
    if (epoch === 0 || pc === 'end') return [go(at, 'has nothing to finish', 'end')];
  }
  if (world.locks.deploy !== 0) return endOwn({ world, at, plot });
  return [
    go(at, 'takes the deploy lock', 'gather', (next) => {
      const id = sid(at, part);
      open(next, id);
      next.locks.deploy = id;
      const process = next.processes[at]!;
      process.control = id;
      if (plot.kind === 'post') process.epoch = next.processes[plot.of!]!.epoch;
    }),
  ];
}

/** The sessions of its own run it may end before it has the lock: their process is gone, or it is itself. */
function endOwn({ world, at, plot }: Pick<Actor, 'world' | 'at' | 'plot'>): readonly Step[] {
  const run = runOf({ at, plot });
  const left = world.sessions.flatMap(({ isUp, isKilled, isReachable }, index) =>
    Math.floor(index / 4) === run && isUp && !isKilled && !isReachable ? [index + 1] : [],
  );
  if (left.length === 0) return [];
  return [go(at, 'ends the sessions of its run', world.processes[at]!.pc, (next) => kill(next, left))];
}

function kill(world: World, ids: readonly number[]): void {
  for (const id of ids) sessionOf(world, id).isKilled = true;
}

function gather({ world, at, plot, has }: Actor): readonly Step[] {
  const { control, epoch } = world.processes[at]!;
  const left = world.recorded.filter((id) => id !== control && sessionOf(world, id).isUp);
  const toEnd = has('ends-sessions') ? left.filter((id) => !sessionOf(world, id).isKilled) : [];
  if (toEnd.length > 0)
    return [go(at, 'ends the sessions of the run before', 'gather', (next) => kill(next, toEnd))];
  if (has('ends-sessions') && has('waits-until-gone') && left.length > 0) return [];
  if (has('waits-for-work-lock') && world.locks.work !== 0) return [];
  if (has('waits-for-restore-lock') && world.locks.restore !== 0) return [];
  const next = epoch > 0 || plot.kind === 'post' ? 'ask' : 'raise';
  return [go(at, 'sees that nothing of the run before is under way', next)];
}

function raise(actor: Actor): readonly Step[] {
  const { world, at, has } = actor;
  const { control } = world.processes[at]!;
  if (has('raise-asks-lock') && world.locks.deploy !== control)
    return [finish(actor, 'sees that its lock vanished', 'failed')];
  if (world.sessions.some(({ sharesRow }) => sharesRow)) return [];
  return [
    go(at, 'raises the epoch', 'recover', (next) => {
      next.epoch += 1;
      next.clock += 1;
      next.recorded = [control];
      next.processes[at]!.epoch = next.epoch;
      for (const { process, status } of next.runs)
        if (status === 'running') setStatus(next, process, 'interrupted');
      next.runs = [...next.runs, { process: at, status: 'running', epoch: next.epoch, at: next.clock }];
    }),
  ];
}
