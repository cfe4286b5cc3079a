import { seededRandom } from './seeded-random.ts';

export type Levels = Readonly<Record<string, readonly string[]>>;
export type Shape = Readonly<Record<string, string>>;

/** A shape with some of the guests that were put into it. */
export interface Placed {
  readonly shape: Shape;
  readonly guests: readonly string[];
}

export interface PairwiseOptions {
  readonly levels: Levels;
  /** What every shape has room for a few of; each is to meet every level, but not every other guest. */
  readonly guests: readonly string[];
  readonly room: number;
  /** False for levels that do not go together. */
  readonly isAllowed: (shape: Shape) => boolean;
  readonly accepts: (shape: Shape, guest: string) => boolean;
  readonly seed: number;
  /** More shapes are not made, whatever is not covered then. */
  readonly most: number;
}

const TRIES = 60;
/** So many draws without a new pair, and there is none left. */
const IDLE = 40;
/** Of these the guests are chosen, which takes longer. */
const GOOD = 4;

/** Chooses shapes until every two levels that go together have met, and every guest has met every level. */
export function pairwise(options: PairwiseOptions): readonly Placed[] {
  const random = seededRandom(options.seed);
  const covered = new Set<string>();
  const placed: Placed[] = [];
  for (let idle = 0; placed.length < options.most && idle < IDLE;) {
    const shapes = Array.from({ length: TRIES }, () => randomShape(options, random))
      .map((shape) => ({ shape, gain: newPairs(shape, [], covered).length }))
      .toSorted((one, other) => other.gain - one.gain);
    const tries = shapes.slice(0, GOOD).map(({ shape }) => {
      const guests = chooseGuests(options, shape, covered, random);
      return { shape, guests, gain: newPairs(shape, guests, covered).length };
    });
    const best = tries.reduce((one, other) => (other.gain > one.gain ? other : one));
    if (best.gain === 0) idle += 1;
    else {
      idle = 0;
      for (const pair of newPairs(best.shape, best.guests, covered)) covered.add(pair);
      placed.push({ shape: best.shape, guests: best.guests });
    }
  }
  return placed;
}

/** All pairs that a list of shapes covers. */
export function pairsOf(placed: readonly Placed[]): ReadonlySet<string> {
  return new Set(placed.flatMap(({ shape, guests }) => allPairs(shape, guests)));
}

function randomShape({ levels, isAllowed }: PairwiseOptions, random: () => number): Shape {
  for (;;) {
    const shape = Object.fromEntries(
      Object.entries(levels).map(([factor, list]) => [factor, list[Math.floor(random() * list.length)]!]),
    );
    if (isAllowed(shape)) return shape;
  }
}

/** Those that have met the fewest of these levels. */
function chooseGuests(
  { guests, room, accepts }: PairwiseOptions,
  shape: Shape,
  covered: ReadonlySet<string>,
  random: () => number,
): readonly string[] {
  return guests
    .filter((guest) => accepts(shape, guest))
    .map((guest) => ({ guest, gain: guestPairs(shape, guest).filter((pair) => !covered.has(pair)).length }))
    .map((each) => ({ ...each, order: each.gain + random() / 2 }))
    .toSorted((one, other) => other.order - one.order)
    .slice(0, room)
    .map(({ guest }) => guest);
}

function newPairs(shape: Shape, guests: readonly string[], covered: ReadonlySet<string>): readonly string[] {
  return allPairs(shape, guests).filter((pair) => !covered.has(pair));
}

function allPairs(shape: Shape, guests: readonly string[]): readonly string[] {
  const levels = Object.entries(shape).map(([factor, level]) => `${factor}=${level}`);
  return [
    ...levels.flatMap((one, at) => levels.slice(at + 1).map((other) => `${one} ${other}`)),
    ...guests.flatMap((guest) => guestPairs(shape, guest)),
  ];
}

function guestPairs(shape: Shape, guest: string): readonly string[] {
  return Object.entries(shape).map(([factor, level]) => `${factor}=${level} ${guest}`);
}
