import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { runProgram } from './run-program.ts';

/** Kills the server of the folder "$1" and deletes all it had; a process that is not that server's is left alone. */
const DESTROY = `
is_server() {
  { cat "/proc/$1/cmdline" 2>/dev/null || ps -o args= -p "$1"; } 2>/dev/null | grep -qaF -- "$2/"
}
if [ -f "$1/container" ]; then
  docker rm --force --volumes "$(cat "$1/container")" >/dev/null 2>&1
  docker volume rm --force "$(cat "$1/container")" >/dev/null 2>&1
fi
if [ -f "$1/mysqld.pid" ]; then
  pid=$(cat "$1/mysqld.pid")
  if is_server "$pid" "$1"; then
    kill -KILL "$pid"
    tries=0
    while is_server "$pid" "$1" && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.05; done
  fi
fi
rm -rf "$1"
`;

/** Kills a server at once and deletes its folder. */
export async function destroyServer(folder: string): Promise<void> {
  await runProgram('/bin/sh', ['-c', DESTROY, 'sh', folder]);
}

/** A process of its own that destroys a server when it is told to, or when we are gone, however we went. */
export interface Watchdog {
  readonly destroy: () => Promise<void>;
}

/** Starts the watchdog of a server: it waits for the end of a pipe that only this process holds open. */
export async function startWatchdog(folder: string): Promise<Watchdog> {
  const script = `trap '' HUP INT TERM; cat >/dev/null; ${DESTROY}`;
  const child = spawn('/bin/sh', ['-c', script, 'sh', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  await once(child, 'spawn');
  const exited = once(child, 'exit');
  child.unref();
  (child.stdin as Socket).unref();
  return {
    destroy: async () => {
      child.ref();
      child.stdin.end();
      await exited;
    },
  };
}
