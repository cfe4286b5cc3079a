import type { EventEmitter } from 'node:events';
import type { OnInterrupt } from '../modes/run/update-run.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * SIGINT comes from Ctrl-C or a cancelled job, which sends SIGTERM 7.5 s later. A second Ctrl-C ends us at once. When the
 * work is done a first signal no longer ends anything: what was done has still to be reported, and that takes moments.
 */
export function interruptSignals(from: EventEmitter): OnInterrupt {
  return (stop) => {
    let isDone = false;
    const once = (): void => {
      from.off('SIGINT', once);
      if (isDone) from.off('SIGTERM', once);
      else stop();
    };
    for (const signal of SIGNALS) from.on(signal, once);
    return () => void (isDone = true);
  };
}
