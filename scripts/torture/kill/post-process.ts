import { parseFlags } from '../../../src/terminal/flags.ts';
import { parseInputs, readTerminalInputs } from '../../../src/inputs/inputs.ts';
import { runPost } from '../../../src/modes/run-mode.ts';

/** What the post step of a job does after its main process is gone. */
const inputs = parseInputs(
  readTerminalInputs(parseFlags(process.argv.slice(2)), process.env),
  process.env,
  'terminal',
);
const left = { runId: process.env['POST_OF'] ?? '', deadline: Date.now() + 600_000 };
const report = await runPost(inputs, left, () => undefined, {});
process.stdout.write(`${JSON.stringify({ run_id: report.runId, report })}\n`);
process.exit(report.result === 'ok' ? 0 : 1);
