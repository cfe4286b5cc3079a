import type { RawSession } from '../session/raw-session.ts';

/** Work that was taken on; `done` never rejects, the failure comes out of the next call. */
export interface Taken {
  readonly done: Promise<void>;
}

/** Connections that share the work of a load. */
export interface Writers {
  /** Gives work to the next free connection and resolves as soon as one has taken it, so that nothing piles up. */
  readonly give: (work: (session: RawSession) => Promise<void>) => Promise<Taken>;
  /** Waits until everything is done. */
  readonly settle: () => Promise<void>;
}

/** The first failure ends it: nothing is begun after that. */
export function writersOver(sessions: readonly RawSession[]): Writers {
  const free = [...sessions];
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const check = (): void => {
    if (failure) throw failure.error;
  };
  const perform = async (
    work: (session: RawSession) => Promise<void>,
    session: RawSession,
  ): Promise<void> => {
    try {
      await work(session);
    } catch (error) {
      failure ??= { error };
    }
    free.push(session);
  };
  return {
    give: async (work) => {
      while (free.length === 0) await Promise.race(running);
      check();
      const session = free.pop()!;
      const done = perform(work, session).finally(() => running.delete(done));
      running.add(done);
      return { done };
    },
    settle: async () => {
      await Promise.all(running);
      check();
    },
  };
}
