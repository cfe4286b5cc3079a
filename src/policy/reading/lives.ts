/** The time, in commands, for which a name stands for something that came into being here. */
export interface Life {
  readonly from: number;
  to: number;
}

/** The lives of what has a name, by that name, in order. */
export type Lives = Map<string, Life[]>;

export function begin(lives: Lives, name: string, order: number): void {
  const earlier = lives.get(name);
  if (earlier && isOpen(earlier)) return;
  lives.set(name, [...(earlier ?? []), { from: order, to: Infinity }]);
}

export function end(lives: Lives, name: string, order: number): void {
  const life = lives.get(name)?.at(-1);
  if (life) life.to = Math.min(life.to, order);
}

/** True if the last of them has not ended. */
export function isOpen(lives: readonly Life[] | undefined): boolean {
  return lives?.at(-1)?.to === Infinity;
}

/** True if one of them holds at the time of a command; what the command itself begins does not yet. */
export function isAlive(lives: readonly Life[] | undefined, order: number): boolean {
  return lives?.some(({ from, to }) => from < order && order <= to) ?? false;
}
