import { createDockerEngine } from './docker-engine.ts';
import { installDebianPackages } from './debian-packages.ts';
import type { Engine } from './engine.ts';
import { findInstalled } from './installed.ts';
import { createNativeEngine } from './native-engine.ts';
import { messageOf } from './run-program.ts';
import { mysqldFlags, SOURCES, type ServerOptions, type Source } from './server-options.ts';

/** The first way to have MySQL that works on this machine, or one error that tells why none does. */
export async function findEngine(options: ServerOptions): Promise<Engine> {
  const failures: string[] = [];
  for (const source of sources(options)) {
    try {
      return await createEngine(source, options);
    } catch (error) {
      failures.push(`- ${source}: ${messageOf(error).replaceAll('\n', '\n  ')}`);
    }
  }
  throw new Error(
    `no MySQL server can be started here. Tried:\n${failures.join('\n')}\n` +
      'Install MySQL 8.0.19 or newer (mysqld, mysql, mysqldump, mysqlbinlog), or start Docker, and try again.',
  );
}

function sources(options: ServerOptions): readonly Source[] {
  if (options.source) return [options.source];
  return options.image || process.env['MYSQL_IMAGE'] ? ['docker'] : SOURCES;
}

async function createEngine(source: Source, options: ServerOptions): Promise<Engine> {
  const say = options.onProgress ?? (() => {});
  switch (source) {
    case 'installed':
      return createNativeEngine(await findInstalled(options.version), mysqldFlags(options));
    case 'docker':
      return createDockerEngine(imageOf(options), say);
    case 'debian':
      return createNativeEngine(await installDebianPackages(options.version, say), mysqldFlags(options));
  }
}

function imageOf(options: ServerOptions): string {
  return options.image || process.env['MYSQL_IMAGE'] || `mysql:${options.version ?? '9'}`;
}
