import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { BackupFacts } from '../../src/backup/backup.ts';
import { connect, type DatabaseInputs } from '../../src/mysql/session/connection.ts';
import { inPlaceRestore } from '../../src/mysql/restore/in-place-restore.ts';
import { snapshotRestore, type RestoreJob } from '../../src/mysql/restore/snapshot-restore.ts';

/** What the process is told on argv. */
export interface RestoreOrder {
  readonly database: DatabaseInputs;
  readonly facts: BackupFacts;
  readonly dumpFile: string;
  /** The event of the log at which the process kills itself, or how much of the dump is read then. */
  readonly killAt: string | number;
  /** Milliseconds after it. */
  readonly delay: number;
  /** `SIGSTOP`: it stops there, as a runner that is frozen; `SIGKILL` by default. */
  readonly signal?: 'SIGKILL' | 'SIGSTOP';
  /** Into the live schema, not beside it. */
  readonly place?: 'live';
}

/** Restores in a process of its own, which kills itself at a given step as if the runner had vanished. */
async function main(order: RestoreOrder): Promise<void> {
  const signal = order.signal ?? 'SIGKILL';
  const die = (): void => {
    if (order.delay > 0) setTimeout(() => process.kill(process.pid, signal), order.delay);
    else process.kill(process.pid, signal);
  };
  const session = await connect(order.database, () => undefined);
  // The row is there: the test has it of its own session.
  session.group.begin({ runId: '2-1', epoch: 1 });
  const dump = (): Readable => Readable.from([readFileSync(order.dumpFile)]);
  const job: Pick<RestoreJob, 'facts' | 'statementLockTimeout' | 'lockTimeout' | 'log' | 'onProgress'> = {
    facts: order.facts,
    statementLockTimeout: 2,
    lockTimeout: 20,
    log: ({ event }) => {
      if (event === order.killAt) die();
    },
    onProgress: ({ bytesRead }) => {
      if (typeof order.killAt === 'number' && bytesRead >= order.killAt) die();
    },
  };
  if (order.place === 'live')
    await inPlaceRestore(session, { ...job, dump, beforeFirstDrop: () => Promise.resolve() });
  else await snapshotRestore(session, { ...job, dump, runId: '2-1', until: 'swap' });
  process.exit(0);
}

await main(JSON.parse(process.argv[2] ?? '{}') as RestoreOrder);
