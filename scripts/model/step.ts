import type { World } from './world.ts';

/** One thing that can happen next. */
export interface Step {
  readonly label: string;
  /** Changes the copy that it is given. */
  readonly apply: (world: World) => void;
}
