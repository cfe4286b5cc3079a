import type { Inputs } from '../../src/inputs/inputs.ts';
import { runMode } from '../../src/modes/run-mode.ts';

/** What the process is told on argv. */
export interface DeployOrder {
  readonly inputs: Inputs;
  readonly runId: string;
  /** The event of the log at which the process kills itself. */
  readonly killAt: string;
}

/** Runs a mode in a process of its own, which kills itself at a given step as if the runner had vanished. */
async function main({ inputs, runId, killAt }: DeployOrder): Promise<void> {
  const report = await runMode(inputs, runId, ({ event }) => {
    if (event === killAt) process.kill(process.pid, 'SIGKILL');
  });
  process.exit(report.result === 'ok' ? 0 : 1);
}

await main(JSON.parse(process.argv[2] ?? '{}') as DeployOrder);
