import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, exists, moveUnlessThere } from './folders.ts';
import { baseArguments, type Installation } from './installation.ts';
import { runProgram } from './run-program.ts';

/** Settings that a data directory keeps for ever, so that each value needs a template of its own. */
const FIXED_AT_INIT = /^--(loose-)?(lower[-_]case[-_]table[-_]names|innodb[-_]page[-_]size)=/;

/** The folder of an initialised data directory for this installation, made once and kept in the cache. */
export async function ensureDataTemplate(
  installation: Installation,
  flags: readonly string[],
): Promise<string> {
  const fixed = flags.filter((flag) => FIXED_AT_INIT.test(flag));
  const key = createHash('sha256')
    .update(JSON.stringify([installation.mysqld, fixed]))
    .digest('hex');
  const folder = join(cacheFolder(), 'data');
  const template = join(folder, `${installation.version}-${key.slice(0, 12)}`);
  if (await exists(template)) return template;
  await mkdir(folder, { recursive: true });
  const unfinished = `${template}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  try {
    await runProgram(installation.mysqld[0], [
      ...baseArguments(installation),
      '--initialize-insecure',
      '--mysqlx=OFF',
      '--secure-file-priv=',
      '--loose-innodb-redo-log-capacity=8M',
      `--datadir=${unfinished}`,
      ...fixed,
    ]);
    // Every copy has to make up its own server UUID.
    await rm(join(unfinished, 'auto.cnf'), { force: true });
    await moveUnlessThere(unfinished, template);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return template;
}

/** Copies a template to where a new server will have its data. */
export async function copyDataTemplate(template: string, target: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
  const cheapCopy = process.platform === 'linux' ? ['--reflink=auto'] : [];
  await runProgram('cp', ['-R', '-p', ...cheapCopy, template, target]);
}
