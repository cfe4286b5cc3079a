#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Output } from './terminal/console-log.ts';
import { renderAnnotation } from './github/workflow-command.ts';
import { interruptSignals } from './action/interrupt-signals.ts';
import { crashReport } from './redaction/crash-report.ts';

/** Written at once: a pipe must not lose what was said when the process ends. */
function writeLine(descriptor: 1 | 2): (line: string) => void {
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  // Bound now: while a library that prints works, what others write to stdout is dropped.
  const write = stream.write.bind(stream);
  return (line) => void write(`${line}\n`);
}

let secrets: readonly string[] = [];
const output: Output = {
  out: writeLine(1),
  err: writeLine(2),
  learnSecrets: (known) => {
    secrets = known;
  },
  ...(process.stderr.isTTY
    ? { progress: (line: string) => void process.stderr.write(`\r\u001b[2K${line}`) }
    : {}),
};
const onInterrupt = interruptSignals(process);

const argv = process.argv.slice(2);
// The runner gives an action no arguments; at a terminal there is no INPUT_MODE.
const isAction = argv.length === 0 && process.env['INPUT_MODE'] !== undefined;

// Rows of CSV files live for milliseconds, and V8 lets the space for such objects grow before it looks at them: kept
// small, loads were seen to take about a third less memory. By now only its growth can be set, not its size.
if (argv.includes('pipeline') || process.env['INPUT_MODE'] === 'pipeline') {
  setFlagsFromString('--semi-space-growth-factor=1');
}

// Node would print it as it is: with what it holds of secrets, and what the runner takes for commands.
process.on('uncaughtException', (error) => {
  sayLastWords(error);
  process.exit(1);
});

try {
  if (isAction) {
    const flush = process.stdout.write.bind(process.stdout);
    const { main, post } = await import('./action/main.ts');
    // Only post gets state, from main.
    const isPost = process.env['STATE_run-id'] !== undefined;
    process.exitCode = isPost
      ? await post(process.env, output)
      : await main(process.env, output, onInterrupt);
    // An upload that was given up goes on trying, for minutes, and the job would wait for it.
    flush('', () => process.exit());
  } else {
    // Compiling the bundle is a third of the time of a run with nothing to do. In the user's own folder, where nobody
    // else can put code; a runner of GitHub starts with an empty one each time.
    enableCompileCache(
      join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'db-deploy', 'compile'),
    );
    const { cli } = await import('./terminal/cli.ts');
    const terminal = {
      input: process.stdin,
      isInteractive: process.stdin.isTTY && process.stderr.isTTY,
      colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    };
    process.exitCode =
      argv.length === 0 ? await usage() : await cli(argv, process.env, output, terminal, onInterrupt);
  }
} catch (error) {
  sayLastWords(error);
  process.exitCode = 1;
}

async function usage(): Promise<number> {
  const { cli } = await import('./terminal/cli.ts');
  await cli(
    ['--help'],
    {},
    { out: output.err, err: output.err },
    { input: process.stdin, isInteractive: false, colour: false },
    onInterrupt,
  );
  return 2;
}

/** What was foreseen became a report: this is our bug, and its stack is wanted. */
function sayLastWords(error: unknown): void {
  const words = crashReport(error, secrets);
  writeSync(2, `this is a bug in db-deploy, please report it:\n${words}\n`);
  if (!isAction) return;
  // On stderr, for stdout may be JSON; the runner reads commands on both.
  const [message = ''] = words.split('\n');
  const title = 'a bug in db-deploy, please report it';
  output.err(renderAnnotation({ level: 'error', file: undefined, line: undefined, title, message }));
}
