import { closeSession, finish, go, mayWrite, onControl, setStatus, type Actor } from './actor.ts';
import { write } from './journal.ts';
import type { Step } from './step.ts';
import { end, isUsable, open, sessionOf, sid, type World } from './world.ts';

/** One changeset after the other: a work session of its own with its lock, and the journal around each statement. */
export function changesetSteps(actor: Actor): readonly Step[] {
  const { world, at, has } = actor;
  const { pc, statement, control, epoch } = world.processes[at]!;
  const work = sid(at, 'work');
  switch (pc) {
    case 'open':
      if (statement === 3)
        return onControl(actor, () =>
          world.schema.history[1] === -1 ? recordDone(actor) : acknowledge(actor),
        );
      return onControl(actor, () =>
        world.locks.work === 0 || !has('waits-for-work-lock') ? openWork(actor) : [],
      );
    case 'fence':
      // The first packet on work asks for both locks, and ends the session where one is missing.
      return [
        go(at, 'asks for both locks', statement === 0 ? 'send' : 'started', (next) => {
          const hasBoth = next.locks.deploy === control && next.locks.work === work && next.epoch === epoch;
          if (has('work-asks-control') && !hasBoth) loseWork(next, at);
        }),
      ];
    case 'started':
      return onControl(actor, () =>
        mayWrite(world, at, has)
          ? go(at, `writes started of statement ${statement}`, 'send', (next) =>
              write(next, at, statement, 'started'),
            )
          : finish(actor, 'says who came between', 'superseded'),
      );
    case 'send':
      if (!isUsable(world, work)) return [go(at, 'sees that work is lost', 'work-lost')];
      return [
        go(at, `sends statement ${statement}`, 'answer', (next) =>
          Object.assign(sessionOf(next, work), { busy: statement === 0 ? 'dml' : 'ddl', reply: '' }),
        ),
      ];
    case 'answer':
      return answer(actor);
    case 'done':
      return onControl(actor, () => recordDone(actor));
    case 'work-lost':
      return workLost(actor);
    default:
      return [];
  }
}

function openWork({ at }: Actor): Step {
  const work = sid(at, 'work');
  return go(at, 'opens a work session, which takes its lock', 'fence', (next) => {
    open(next, work);
    if (next.locks.work === 0) next.locks.work = work;
    next.recorded = [...next.recorded.filter((id) => id !== work), work];
  });
}

function loseWork(world: World, at: number): void {
  end(world, sid(at, 'work'));
  world.processes[at]!.pc = 'work-lost';
}

/** It ends what it lost and waits until that is gone, whatever became of the lock: only then is its outcome final. */
function workLost(actor: Actor): readonly Step[] {
  const { world, at, has } = actor;
  const work = sid(at, 'work');
  const session = sessionOf(world, work);
  if (!session.isUp) return [go(at, 'sees that its work session is gone', 'settle')];
  if (session.busy === '' || !has('waits-until-gone'))
    return [go(at, 'closes its work session', 'settle', (next) => closeSession(next, work))];
  if (session.isKilled) return [];
  return onControl(actor, () =>
    go(at, 'ends its work session', 'work-lost', (next) =>
      Object.assign(sessionOf(next, work), { isKilled: true, isReachable: false }),
    ),
  );
}

function answer({ world, at }: Actor): readonly Step[] {
  const work = sid(at, 'work');
  const { statement } = world.processes[at]!;
  const { reply } = sessionOf(world, work);
  if (!isUsable(world, work)) return [go(at, 'gets no answer', 'work-lost')];
  if (reply === '') return [];
  if (reply === 'ok') {
    if (statement === 0) return [go(at, 'hears that changeset 1 is done', 'open', next(1))];
    return [go(at, `hears that statement ${statement} is done`, 'done')];
  }
  return [go(at, 'hears that it failed', 'work-lost')];

  function next(statementNo: number): (world: World) => void {
    return (later) => {
      later.processes[at]!.statement = statementNo;
      end(later, work);
    };
  }
}

function recordDone(actor: Actor): Step {
  const { world, at, has } = actor;
  const { statement } = world.processes[at]!;
  if (!mayWrite(world, at, has)) return finish(actor, 'says who came between', 'superseded');
  if (statement === 3)
    return go(at, 'writes the history row of what is whole', 'open', (next) => {
      next.schema = { ...next.schema, history: [next.schema.history[0]!, at] };
    });
  if (statement === 1)
    return go(at, 'writes done of statement 1 and started of statement 2', 'send', (next) => {
      write(next, at, 1, 'done');
      write(next, at, 2, 'started');
      next.processes[at]!.statement = 2;
    });
  return go(at, 'writes done of statement 2 and the history row', 'open', (next) => {
    write(next, at, 2, 'done');
    next.schema = { ...next.schema, history: [next.schema.history[0]!, at] };
    next.processes[at]!.statement = 3;
    end(next, sid(at, 'work'));
  });
}

function acknowledge(actor: Actor): Step {
  const { world, at, has } = actor;
  if (!mayWrite(world, at, has)) return finish(actor, 'says who came between', 'superseded');
  const done = finish(actor, 'records that it succeeded, and says ok', 'ok');
  return {
    ...done,
    apply: (next) => {
      setStatus(next, at, 'succeeded');
      done.apply(next);
    },
  };
}
