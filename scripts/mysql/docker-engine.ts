import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CLIENT_PROGRAMS, type Engine, type Instance, type Running } from './engine.ts';
import { runProgram } from './run-program.ts';

/** The engine that runs the official image; fails when Docker does not answer or has no such image. */
export async function createDockerEngine(image: string, say: (line: string) => void): Promise<Engine> {
  await runProgram('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 15_000 });
  await runProgram('docker', ['image', 'inspect', image]).catch(async () => {
    say(`pulling the image ${image}`);
    await runProgram('docker', ['pull', '--quiet', image]);
  });
  return {
    description: `the image ${image}`,
    socket: () => undefined,
    launch: async (instance) => {
      const container = nameOf(instance);
      await writeFile(join(instance.folder, 'container'), container);
      await runContainer(container, image, instance);
      await writeClients(container, image, join(instance.folder, 'bin'));
      return running(container);
    },
    relaunch: async (instance) => {
      const container = nameOf(instance);
      await runContainer(container, image, instance);
      return running(container);
    },
  };
}

function nameOf(instance: Instance): string {
  return `db-deploy-mysql-${basename(instance.folder)}`;
}

/**
 * mysqld listens on the same port inside and outside, so that an address means the same to all clients;
 * the data is in a volume, so that another container can go on with other flags.
 */
async function runContainer(container: string, image: string, instance: Instance): Promise<void> {
  await runProgram('docker', ['rm', '--force', '--volumes', container]).catch(() => '');
  await runProgram(
    'docker',
    [
      ...['run', '--detach', '--name', container, '--label', 'db-deploy-mysql'],
      ...['--volume', `${container}:/var/lib/mysql`],
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
    const script = `#!/bin/sh
exec docker run --rm --interactive --network 'container:${container}' --user "$(id -u):$(id -g)" --env MYSQL_PWD \\
  --volume '${tmpdir()}:${tmpdir()}' --volume "$PWD:$PWD" --workdir "$PWD" --entrypoint ${program} '${image}' "$@"
`;
    await writeFile(join(bin, program), script);
    await chmod(join(bin, program), 0o755);
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
