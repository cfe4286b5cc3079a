import type { Session } from './connection.ts';
import { OwnGtids } from './own-gtid.ts';

/** Whose the deploy lock is. */
export interface Hold {
  readonly runId: string;
  readonly epoch: number;
}

/** What the sessions of one run have in common. */
export class SessionGroup {
  /** The sessions carry one tag, and the server numbers their transactions in one sequence. */
  readonly gtids = new OwnGtids();
  readonly #killable = new Set<Session>();
  #hold: Hold | undefined;

  /** The epoch that the run raised; nothing is recorded before it has one. */
  get epoch(): number {
    if (!this.#hold) throw new Error('nothing may be recorded without the deploy lock');
    return this.#hold.epoch;
  }

  /** The run that the sessions belong to; undefined before it has the deploy lock. */
  get runId(): string | undefined {
    return this.#hold?.runId;
  }

  /** The run has the deploy lock. */
  begin(hold: Hold): void {
    this.#hold = hold;
  }

  /** The session of a changeset whose last statement the server has not answered, as far as is known here. */
  lastWorkId: number | undefined;

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
