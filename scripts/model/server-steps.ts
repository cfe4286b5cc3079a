import { checkSwap, checkTakesEffect } from './invariants.ts';
import type { Has } from './guards.ts';
import type { Step } from './step.ts';
import { end, ownerOf, PARTS, sessionOf, type Plot, type Session, type Sid, type World } from './world.ts';

/** What the server does by itself: it ends sessions, and goes on with what it was sent whether the client lives or not. */
export function serverSteps(world: World, plots: readonly Plot[], has: Has): readonly Step[] {
  return world.sessions.flatMap((session, at) => {
    if (!session.isUp) return [];
    const id = at + 1;
    const name = `${PARTS[at % 4]!} of process ${ownerOf(id)}`;
    const steps: Step[] = [];
    const isIdle = session.busy === '';
    const isStopped = world.processes[ownerOf(id)]!.state === 'paused';
    if (session.isKilled)
      steps.push({ label: `the server has ended ${name}`, apply: (next) => end(next, id) });
    if (isIdle && (!session.isReachable || isStopped))
      steps.push({ label: `the server ends ${name}, which is gone or idle`, apply: (next) => end(next, id) });
    if (!isIdle) steps.push(...workSteps(world, id, session, plots, has));
    return steps;
  });
}

function workSteps(
  world: World,
  id: Sid,
  { busy }: Session,
  plots: readonly Plot[],
  has: Has,
): readonly Step[] {
  const at = ownerOf(id);
  const { epoch, statement } = world.processes[at]!;
  const step = (label: string, apply: (next: World) => void): Step => ({
    label: `the server, for process ${at}: ${label}`,
    apply,
  });
  const reply = (next: World, answer: Session['reply']): void => {
    Object.assign(sessionOf(next, id), { busy: '', reply: answer, sharesRow: false });
  };
  switch (busy) {
    case 'dml':
      return [
        step('rows are written, and the epoch is asked', (next) => {
          if (has('commit-asks-epoch') && next.epoch !== epoch) return reply(next, 'refused');
          Object.assign(sessionOf(next, id), { busy: 'commit', sharesRow: has('for-share') });
        }),
      ];
    case 'commit':
      return [
        step('DML and its history row are committed', (next) => {
          takeEffect(next, at, 0);
          next.schema = { ...next.schema, history: [at, next.schema.history[1]!] };
          reply(next, 'ok');
        }),
      ];
    case 'ddl':
      if (plots[at]!.fails && statement === 2)
        return [step('statement 2 fails', (next) => reply(next, 'failed'))];
      return [
        step(`statement ${statement} takes effect`, (next) => {
          takeEffect(next, at, statement);
          reply(next, 'ok');
        }),
      ];
    case 'lock-tables':
      return [
        step('the tables are locked, and the epoch is asked', (next) => {
          if (has('swap-asks-epoch') && next.epoch !== epoch) return reply(next, 'refused');
          Object.assign(sessionOf(next, id), { busy: 'rename', sharesRow: has('swap-asks-epoch') });
        }),
      ];
    case 'rename':
      return [step('RENAME', (next) => rename(next, at, plots, reply))];
    default:
      return [];
  }
}

function takeEffect(world: World, at: number, statement: number): void {
  checkTakesEffect(world, at, statement);
  world.schema = {
    ...world.schema,
    effects: world.schema.effects.map((owner, index) => (index === statement ? at : owner)),
  };
}

function rename(
  world: World,
  at: number,
  plots: readonly Plot[],
  reply: (next: World, answer: Session['reply']) => void,
): void {
  if (world.side !== at) return reply(world, 'refused');
  const backupOf = plots[at]!.of ?? at;
  checkSwap(world, at, backupOf, plots);
  const { effects, history } = world.backups[backupOf]!;
  world.schema = { effects, history };
  world.side = -1;
  world.aside = { process: at, backupOf };
  return reply(world, 'ok');
}
