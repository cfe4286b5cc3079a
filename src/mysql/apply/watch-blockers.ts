import { setTimeout as sleep } from 'node:timers/promises';
import { readAwaited, type Blocker } from './blockers.ts';
import type { Session } from '../session/connection.ts';

/** A statement of another session that is being watched. */
export interface BlockerWatch {
  /** Ends the watch and gives who held what it waited for when it was last looked; undefined where that is not known. */
  readonly stop: () => Promise<readonly Blocker[] | undefined>;
}

/**
 * Looks from `observer` who blocks the session with this id, often enough that a wait of `lockTimeout` seconds is seen:
 * when it has failed the server no longer says what it was for. A statement that is done sooner costs nothing.
 */
export function watchBlockers(observer: Session, waitingId: number, lockTimeout: number): BlockerWatch {
  const controller = new AbortController();
  let seen: readonly Blocker[] | undefined;
  const watching = (async () => {
    const pause = Math.max(200, lockTimeout * 600);
    while (!controller.signal.aborted) {
      await sleep(pause, undefined, { signal: controller.signal, ref: false }).catch(() => undefined);
      if (controller.signal.aborted) return;
      const found = await readAwaited(observer, waitingId);
      if (found === undefined) return;
      if (found.length > 0) seen = found;
    }
  })();
  return {
    stop: async () => {
      controller.abort();
      await watching;
      return seen;
    },
  };
}
