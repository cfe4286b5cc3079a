import { backupOf, finish, go, mayWrite, onControl, runOf, setStatus, type Actor } from './actor.ts';
import { decideDoubts, recordRestore } from './journal.ts';
import type { Step } from './step.ts';
import { breakWith, isUsable, open, sessionOf, sid, type World } from './world.ts';

/** After a failure: what is in effect, and back to the backup where anything is. */
export function restoreSteps(actor: Actor): readonly Step[] {
  const { world, at, has } = actor;
  const { pc, control } = world.processes[at]!;
  const raw = sid(at, 'restore');
  switch (pc) {
    case 'settle':
      // Of a work session that is lost the lock tells when the server has done with it.
      if (world.locks.work !== 0 && has('waits-for-work-lock')) return [];
      return onControl(actor, () => settle(actor));
    case 'load':
      return onControl(actor, () => {
        if (has('side-asks-lock') && world.locks.deploy !== control)
          return finish(actor, 'sees that its lock vanished', 'restore-failed');
        return go(at, 'loads the backup beside', 'beside', (next) => takeSide(next, at, at));
      });
    case 'beside':
      return onControl(actor, () => {
        if (world.locks.deploy !== control) return go(at, 'sees that its lock vanished', 'clean-up');
        return go(at, 'sends the packet that swaps', 'swapping', (next) => {
          open(next, raw);
          if (next.locks.restore === 0) next.locks.restore = raw;
          next.recorded = [...next.recorded.filter((id) => id !== raw), raw];
          sessionOf(next, raw).busy = 'lock-tables';
        });
      });
    case 'clean-up': {
      const failed = finish(actor, 'gives up its restore', 'restore-failed');
      if (has('side-asks-lock')) return [failed];
      return [
        {
          ...failed,
          apply: (next) => {
            takeSide(next, at, -1);
            failed.apply(next);
          },
        },
      ];
    }
    case 'swapping':
      return swapping(actor);
    case 'record':
      return onControl(actor, () => record(actor));
    default:
      return [];
  }
}

function settle(actor: Actor): Step {
  const { world, at, plot, has } = actor;
  const run = runOf(actor);
  if (!mayWrite(world, at, has)) return finish(actor, 'says who came between', 'superseded');
  if (world.aside?.process === at || world.aside?.process === run)
    return go(at, 'finds its restore done', 'record');
  if (plot.kind === 'rollback') return finish(actor, 'was broken off before its swap', 'failed');
  const mine = world.schema.effects.includes(run);
  if (!mine || plot.onFailure === 'keep' || world.backups[run] === undefined)
    return go(at, 'records what it left', 'end', (next) => {
      decideDoubts(next, has);
      setStatus(next, run, 'failed');
      finish(actor, '', 'failed').apply(next);
    });
  return go(at, 'means to restore', 'load', (next) => decideDoubts(next, has));
}

/** Drops what is there and makes a side schema of its own, or none. */
function takeSide(world: World, at: number, side: number): void {
  const { side: before } = world;
  const isAtWork = before >= 0 && before !== at && world.processes[before]!.epoch === world.epoch;
  if (isAtWork && world.processes[before]!.pc !== 'end' && world.processes[at]!.epoch !== world.epoch)
    breakWith(world, `process ${at} dropped the side schema of process ${before}`);
  world.side = side;
}

function swapping(actor: Actor): readonly Step[] {
  const { world, at } = actor;
  const raw = sid(at, 'restore');
  const { reply } = sessionOf(world, raw);
  if (isUsable(world, raw)) {
    if (reply === '') return [];
    if (reply === 'ok') return [go(at, 'hears that the tables are swapped', 'record')];
    return [finish(actor, 'hears that the swap was refused', 'superseded')];
  }
  // The server may still be at it: its lock tells.
  if (world.locks.restore !== 0) return [];
  if (world.aside?.process === at) return [go(at, 'finds the tables swapped', 'record')];
  return [finish(actor, 'finds the tables as they were', 'restore-failed')];
}

function record(actor: Actor): Step {
  const { world, at, plot, has } = actor;
  if (!mayWrite(world, at, has)) return finish(actor, 'says who came between', 'superseded');
  const done = finish(actor, 'records its restore', plot.kind === 'rollback' ? 'rolled back' : 'restored');
  return {
    ...done,
    apply: (next) => {
      if (next.aside) recordRestore(next, at, has);
      setStatus(next, runOf(actor), plot.kind === 'rollback' ? 'succeeded' : 'restored');
      checkBackup(next, actor);
      done.apply(next);
    },
  };
}

function checkBackup(world: World, actor: Actor): void {
  if (world.backups[backupOf(actor)] === undefined) breakWith(world, 'a restore without a backup');
}
