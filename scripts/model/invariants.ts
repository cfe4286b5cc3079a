import { breakWith, type Plot, type World } from './world.ts';

/** A statement happens exactly once, in its order, and only while its epoch is the newest. */
export function checkTakesEffect(world: World, at: number, statement: number): void {
  const { effects } = world.schema;
  if (world.epoch !== world.processes[at]!.epoch)
    breakWith(world, `statement ${statement} of process ${at} took effect after a newer epoch began`);
  if (effects[statement] !== -1) breakWith(world, `statement ${statement} ran twice`);
  if (statement === 2 && effects[1] === -1) breakWith(world, 'statement 2 ran without statement 1');
}

/** A restore after a failure undoes what its own run did and nothing else; a rollback is asked to undo more. */
export function checkSwap(world: World, at: number, backupOf: number, plots: readonly Plot[]): void {
  if (world.epoch !== world.processes[at]!.epoch)
    breakWith(world, `a restore of process ${at} took effect after a newer epoch began`);
  if (plots[at]!.kind === 'rollback') return;
  const before = world.backups[backupOf]!.effects;
  world.schema.effects.forEach((owner, statement) => {
    if (owner === before[statement]) return;
    if (owner === -1)
      breakWith(world, `a restore brought statement ${statement} back, which a rollback had undone`);
    else if (owner !== backupOf)
      breakWith(world, `a restore of process ${at} undid what process ${owner} did`);
  });
}

/** A changeset of which a part is in effect, and which the history does not have. */
export function isHalfApplied({ schema }: World): boolean {
  return schema.history[1] === -1 && (schema.effects[1] !== -1) !== (schema.effects[2] !== -1);
}

/** The plan of the newest epoch sees what is half applied, and only that; one of an older epoch can do nothing. */
export function checkPlan(world: World, at: number, verdict: 'unfinished' | 'pending' | 'up-to-date'): void {
  if (world.epoch !== world.processes[at]!.epoch) return;
  const isHalf = isHalfApplied(world);
  if (isHalf && verdict !== 'unfinished') breakWith(world, 'a half-applied changeset was hidden');
  if (!isHalf && verdict === 'unfinished' && world.schema.effects[1] === -1)
    breakWith(world, 'a run was refused for an untrue reason');
}

/** History says what happened. */
export function checkHistory({ schema }: World): string | undefined {
  const { effects, history } = schema;
  if (history[0] !== -1 && effects[0] === -1) return 'the history has changeset 1, which is not in effect';
  if (history[1] !== -1 && (effects[1] === -1 || effects[2] === -1))
    return 'the history has changeset 2, which is not in effect';
  return undefined;
}

/** `ok` is said only where everything is in effect; "as it was" only where it is. */
export function checkOutcome(world: World, at: number, outcome: string, backupOf: number): void {
  const { effects, history } = world.schema;
  if (outcome === 'ok' && (effects.includes(-1) || history.includes(-1)))
    breakWith(world, `process ${at} said ok, and not everything is in effect`);
  if (outcome === 'restored' && String(effects) !== String(world.backups[backupOf]!.effects))
    breakWith(world, `process ${at} said restored, and the backup is not what is live`);
  const row = world.runs.find(({ process }) => process === at);
  if (outcome === 'ok' && row !== undefined && row.status !== 'succeeded')
    breakWith(world, `process ${at} said ok, and the audit says ${row.status}`);
}
