import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CLIENT_PROGRAMS, type Engine, type Instance, type Running } from './engine.ts';
import { runProgram } from './run-program.ts';

/** The engine that runs the official image; fails when Docker does not answer or has no such image. */
export async function createDockerEngine(image: string, say: (line: string) => void): Promise<Engine> {
  await runProgram('docker', ['info'], { timeout: 15_000 });
  await runProgram('docker', ['image', 'inspect', image]).catch(async () => {
    say(`pulling the image ${image}`);
    await runProgram('docker', ['pull', '--quiet', image]);
  });
  return {
    description: `the image ${image}`,
    socket: () => undefined,
    launch: async (instance) => {
      const container = `db-deploy-mysql-${basename(instance.folder)}`;
      await writeFile(join(instance.folder, 'container'), container);
      await runContainer(container, image, instance);
      await writeClients(container, image, join(instance.folder, 'bin'));
      return running(container);
    },
    relaunch: async (instance) => {
      const container = `db-deploy-mysql-${basename(instance.folder)}`;
      await runProgram('docker', ['start', container]);
      return running(container);
    },
  };
}

/** mysqld listens on the same port inside and outside, so that an address means the same to all clients. */
async function runContainer(container: string, image: string, instance: Instance): Promise<void> {
  await runProgram('docker', ['rm', '--force', '--volumes', container]).catch(() => '');
  await runProgram(
    'docker',
    [
      ...['run', '--detach', '--name', container, '--label', 'db-deploy-mysql'],
      ...['--publish', `127.0.0.1:${instance.port}:${instance.port}`, '--env', 'MYSQL_ROOT_PASSWORD', image],
      ...[`--port=${instance.port}`, ...instance.flags],
    ],
    { env: { ...process.env, MYSQL_ROOT_PASSWORD: instance.password } },
  );
}

/** The clients of the same image, in the network of the container, with the files of the caller. */
async function writeClients(container: string, image: string, bin: string): Promise<void> {
  await rm(bin, { recursive: true, force: true });
  await mkdir(bin);
  for (const program of CLIENT_PROGRAMS) {
    const path = join(bin, program);
    const script = [
      '#!/bin/sh',
      'exec docker run --rm --interactive --network "container:$0_CONTAINER" --user "$(id -u):$(id -g)" \\',
      '  --env MYSQL_PWD --env MYSQL_TEST_LOGIN_FILE --volume "$0_TMP:$0_TMP" --volume "$PWD:$PWD" \\',
      `  --workdir "$PWD" --entrypoint ${program} "$0_IMAGE" "$@"`,
      '',
    ];
    const text = script
      .join('\n')
      .replaceAll('$0_CONTAINER', container)
      .replaceAll('$0_TMP', tmpdir())
      .replaceAll('$0_IMAGE', image);
    await writeFile(path, text);
    await chmod(path, 0o755);
  }
}

async function running(container: string): Promise<Running> {
  const inspect = async (field: string): Promise<string> =>
    (await runProgram('docker', ['inspect', '--format', `{{.State.${field}}}`, container])).trim();
  return {
    pid: Number(await inspect('Pid')),
    hasExited: async () => (await inspect('Running')) !== 'true',
    signal: async (name) =>
      void (await runProgram('docker', ['kill', `--signal=${name.slice('SIG'.length)}`, container])),
    waitForExit: async () => void (await runProgram('docker', ['wait', container])),
    readLog: () => runProgram('sh', ['-c', 'docker logs --tail 60 "$1" 2>&1', 'sh', container]),
  };
}
