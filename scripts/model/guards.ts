/** What holds the protocol together; each can be left out, and docs/protocol.md says which schedule breaks it then. */
export const GUARDS = [
  /** "Last" is the highest epoch, not the latest time. */
  'last-by-epoch',
  /** Unfinished work is judged from the rows of each changeset, not from those of the newest run. */
  'judged-by-changeset',
  /** A run that lost its lock and takes it again asks whether the epoch is still its own. */
  'retake-asks-epoch',
  /** The post step asks whether the epoch is still that of the run that it finishes. */
  'post-asks-epoch',
  /** A new epoch waits until the work lock is free. */
  'waits-for-work-lock',
  /** A new epoch waits until the lock of restores is free. */
  'waits-for-restore-lock',
  /** A new epoch ends the sessions of the run before. */
  'ends-sessions',
  /** … and waits until they are gone. */
  'waits-until-gone',
  /** The work session, once it holds its lock, asks whether control still holds the deploy lock. */
  'work-asks-control',
  /** What commits with DML asks for the epoch in its transaction. */
  'commit-asks-epoch',
  /** … and holds the row until the commit: FOR SHARE. */
  'for-share',
  /** Journal, history and audit are written only where the epoch is the writer's. */
  'writes-ask-epoch',
  /** The packet that swaps tables asks for the epoch under LOCK TABLES. */
  'swap-asks-epoch',
  /** The side schema is made and dropped only by the session that holds the deploy lock. */
  'side-asks-lock',
  /** A backup carries what was half applied, and a restore puts it back into the journal. */
  'backup-carries-unfinished',
  /** The epoch is raised in a statement that asks for the deploy lock. */
  'raise-asks-lock',
  /** A statement whose answer was lost is looked for, never sent again. */
  'doubt-is-decided',
] as const;

export type Guard = (typeof GUARDS)[number];

/** Which guards hold. */
export type Has = (guard: Guard) => boolean;
