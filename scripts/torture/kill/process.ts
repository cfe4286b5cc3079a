import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startAction } from './action-process.ts';
import { COMMON_INPUTS, type Place } from './place.ts';
import { watch, type Running } from './running.ts';

/** Starts a mode with more inputs than those that all have: at a terminal, or as the step of a workflow run. */
export function start(place: Place, mode: string, inputs: Readonly<Record<string, string>> = {}): Running {
  return place.artifacts === undefined
    ? startAtTerminal(place, mode, inputs)
    : startAction(place, place.artifacts, { ...inputs, mode });
}

/** Starts the post step of a run at a terminal, whatever has become of its process. */
export function startPostOf(place: Place, runId: string): Running {
  return startAtTerminal(place, 'update', {}, runId);
}

function startAtTerminal(
  place: Place,
  mode: string,
  inputs: Readonly<Record<string, string>>,
  postOf?: string,
): Running {
  const { folder, server, database } = place;
  const flags = Object.entries({
    ...COMMON_INPUTS,
    ...{ 'working-directory': folder, 'db-host': server.host, 'db-port': String(server.port) },
    ...{ 'db-user': server.user, 'db-name': database, 'backup-store': `file:${join(folder, 'backups')}` },
    ...inputs,
  }).flatMap(([name, value]) => [`--${name}`, value]);
  // A terminal has no post step: this is what one would do, called by itself.
  const entry = postOf === undefined ? place.entry : join(import.meta.dirname, 'post-process.ts');
  const child = spawn(process.execPath, ['--no-warnings', entry, mode, ...flags], {
    env: {
      ...process.env,
      ...{ DB_PASSWORD: server.password, POST_OF: postOf },
      PATH: `${server.binDir}:${process.env['PATH'] ?? ''}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return watch(child, async (ended) => {
    const { runId, report } = ended;
    if (runId === undefined || report !== undefined) return { startPost: undefined };
    return { startPost: () => startPostOf(place, runId) };
  });
}
