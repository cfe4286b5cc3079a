import type { Session } from './connection.ts';
import { OwnGtids } from './own-gtid.ts';

/** What the sessions of one run have in common. */
export class SessionGroup {
  /** The sessions carry one tag, and the server numbers their transactions in one sequence. */
  readonly gtids = new OwnGtids();
  readonly #killable = new Set<Session>();

  /** The sessions whose statement a cancelled run may end on the server now; what we record of a run is never cut off. */
  get killable(): readonly Session[] {
    return [...this.#killable];
  }

  /** Marks the statement that a session runs as one that a cancelled run may end. */
  async whileKillable<T>(session: Session, work: () => Promise<T>): Promise<T> {
    this.#killable.add(session);
    try {
      return await work();
    } finally {
      this.#killable.delete(session);
    }
  }
}
