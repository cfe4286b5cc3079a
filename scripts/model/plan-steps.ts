import { finish, go, mayWrite, onControl, setStatus, type Actor } from './actor.ts';
import type { Has } from './guards.ts';
import { checkPlan } from './invariants.ts';
import { unfinishedStatements, decideDoubts, recordRestore } from './journal.ts';
import type { Step } from './step.ts';
import type { World } from './world.ts';

/** What an earlier restore left is recorded, then the plan is made, then the backup. */
export function planSteps(actor: Actor): readonly Step[] {
  const { world, at, plot, has } = actor;
  switch (world.processes[at]!.pc) {
    case 'recover':
      return onControl(actor, () =>
        go(at, 'records what earlier restores did', 'plan', (next) => {
          if (!mayWrite(next, at, has)) return;
          if (next.aside) recordRestore(next, at, has);
          if (next.locks.deploy === next.processes[at]!.control) next.side = -1;
          decideDoubts(next, has);
        }),
      );
    case 'plan':
      return onControl(actor, () => (plot.kind === 'rollback' ? planRollback(actor) : planUpdate(actor)));
    case 'backup':
      return onControl(actor, () =>
        go(at, 'takes a backup', plot.kind === 'rollback' ? 'load' : 'open', (next) => {
          const unfinished = has('backup-carries-unfinished') ? unfinishedStatements(next, has) : [];
          next.backups[at] = { ...next.schema, epoch: next.processes[at]!.epoch, unfinished };
        }),
      );
    default:
      return [];
  }
}

function planRollback(actor: Actor): Step {
  const { world, at, plot } = actor;
  if (world.backups[plot.of!] === undefined) return finish(actor, 'finds no backup', 'blocked');
  return go(at, 'means to roll back', 'backup');
}

/** Someone who finds unfinished work looks at it and goes on from there: that is the way that can break most. */
function planUpdate(actor: Actor): Step | readonly Step[] {
  const { world, at, has } = actor;
  const { history } = world.schema;
  const unfinished = unfinishedStatements(world, has);
  if (unfinished.length > 0) {
    const refuse = finish(actor, 'refuses because of unfinished work', 'blocked');
    const resume = go(at, 'resumes', 'backup', (next) => {
      checkPlan(next, at, 'unfinished');
      next.processes[at]!.statement = Math.max(...unfinished) + 1;
    });
    return [
      {
        ...refuse,
        apply: (next) => (checkPlan(next, at, 'unfinished'), close(next, at), refuse.apply(next)),
      },
      resume,
    ];
  }
  if (history.includes(-1))
    return [
      go(at, 'has something to do', 'backup', (next) => {
        checkPlan(next, at, 'pending');
        next.processes[at]!.statement = history[0] === -1 ? 0 : 1;
      }),
    ];
  if (!mayWrite(world, at, has)) return finish(actor, 'says who came between', 'superseded');
  const done = finish(actor, 'has nothing to do', 'ok');
  return [
    {
      ...done,
      apply: (next: World) => {
        checkPlan(next, at, 'up-to-date');
        setStatus(next, at, 'succeeded');
        done.apply(next);
      },
    },
  ];
}

function close(world: World, at: number): void {
  if (mayWrite(world, at, ALL)) setStatus(world, at, 'blocked');
}

const ALL: Has = () => true;
