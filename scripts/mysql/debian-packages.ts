import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findDebianMirror } from './debian-mirror.ts';
import { CLIENT_PROGRAMS } from './engine.ts';
import { cacheFolder, exists, moveUnlessThere } from './folders.ts';
import { refuseOtherVersion } from './installed.ts';
import type { Installation } from './installation.ts';
import { runProgram } from './run-program.ts';

/** Debian has Oracle's MySQL in this suite only. */
const SUITE = 'sid';
const PACKAGES: readonly string[] = ['mysql-server-core', 'mysql-client-core'];
/** What the packages pull in but the programs that we use do not need. */
const LEFT_OUT = /^(perl|libperl|debconf|mysql-common)/;
const HOUR = 3_600_000;

/** MySQL from Debian's packages in a folder of ours, with the libraries it was built for; nothing is installed. */
export async function installDebianPackages(
  version: string | undefined,
  say: (line: string) => void,
): Promise<Installation> {
  const architecture = (await runProgram('dpkg', ['--print-architecture'])).trim();
  const prefix = join(cacheFolder(), `debian-${SUITE}-${architecture}`);
  if (!(await exists(prefix))) {
    say("downloading MySQL's programs from Debian, about 65 MB, once");
    await installInto(prefix);
  }
  const found = await readFile(join(prefix, 'version'), 'utf8');
  refuseOtherVersion(found, version);
  return {
    description: `MySQL ${found} from Debian's packages`,
    version: found,
    mysqld: [
      join(prefix, 'bin', 'mysqld'),
      '--no-defaults',
      `--basedir=${join(prefix, 'usr')}`,
      `--lc-messages-dir=${join(prefix, 'usr/share/mysql')}`,
      `--character-sets-dir=${join(prefix, 'usr/share/mysql/charsets')}`,
      `--plugin-dir=${join(prefix, 'usr/lib/mysql/plugin')}`,
    ],
    clients: new Map(CLIENT_PROGRAMS.map((program) => [program, join(prefix, 'bin', program)])),
  };
}

/** Works in a folder beside the prefix and renames it at the end, so that a prefix is always whole. */
async function installInto(prefix: string): Promise<void> {
  const unfinished = `${prefix}.${process.pid}`;
  await removeAbandoned(prefix);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  try {
    const archives = await downloadPackages(join(unfinished, 'apt'));
    for (const archive of archives) await runProgram('dpkg-deb', ['-x', archive, unfinished]);
    for (const unused of ['apt', 'usr/share/doc', 'usr/share/man', 'usr/share/locale']) {
      await rm(join(unfinished, unused), { recursive: true, force: true });
    }
    await writePrograms(unfinished, prefix);
    await moveUnlessThere(unfinished, prefix);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Downloads the packages and all they depend on with an apt that knows nothing of this machine's packages. */
async function downloadPackages(folder: string): Promise<readonly string[]> {
  const { uri, signedBy } = await findDebianMirror();
  const archives = join(folder, 'cache', 'archives');
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
  await mkdir(join(archives, 'partial'), { recursive: true });
  await writeFile(join(folder, 'status'), '');
  await writeFile(join(folder, 'sources.list'), `deb [signed-by=${signedBy}] ${uri} ${SUITE} main\n`);
  const settings = [
    `Dir::Etc::sourcelist "${join(folder, 'sources.list')}";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    `Dir::State::lists "${join(folder, 'lists')}";`,
    `Dir::State::status "${join(folder, 'status')}";`,
    `Dir::Cache "${join(folder, 'cache')}";`,
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
  ];
  await writeFile(join(folder, 'apt.conf'), settings.join('\n'));
  const env = { ...process.env, APT_CONFIG: join(folder, 'apt.conf'), DEBIAN_FRONTEND: 'noninteractive' };
  await runProgram('apt-get', ['--error-on=any', 'update'], { env });
  const install = ['--yes', '--no-install-recommends', '--download-only', 'install', ...PACKAGES];
  await runProgram('apt-get', install, { env });
  const files = await readdir(archives);
  return files
    .filter((file) => file.endsWith('.deb') && !LEFT_OUT.test(file))
    .map((file) => join(archives, file));
}

/** One script for each program, which starts it with the loader and the libraries of the same suite. */
async function writePrograms(unfinished: string, prefix: string): Promise<void> {
  const [loader] = await runProgram('sh', [
    '-c',
    'cd "$1" && ls usr/lib/*/ld-linux-*.so.*',
    'sh',
    unfinished,
  ]).then((listed) => listed.split('\n'));
  if (!loader) throw new Error("Debian's packages came without a loader");
  const libraries = join(prefix, loader, '..');
  await mkdir(join(unfinished, 'bin'));
  for (const program of ['mysqld', ...CLIENT_PROGRAMS]) {
    const path = join(prefix, 'usr', program === 'mysqld' ? 'sbin' : 'bin', program);
    const script = join(unfinished, 'bin', program);
    const command = `exec '${join(prefix, loader)}' --argv0 "$0" --library-path '${libraries}' '${path}' "$@"`;
    await writeFile(script, `#!/bin/sh\n${command}\n`);
    await chmod(script, 0o755);
  }
  const printed = await runProgram(join(unfinished, loader), [
    '--library-path',
    join(unfinished, loader, '..'),
    join(unfinished, 'usr/sbin/mysqld'),
    '--no-defaults',
    '--version',
  ]);
  const version = /\bVer (\d+\.\d+\.\d+)/.exec(printed)?.[1];
  if (!version) throw new Error(`mysqld printed no version: ${printed}`);
  await writeFile(join(unfinished, 'version'), version);
}

/** Removes what an installation that was killed long ago has left. */
async function removeAbandoned(prefix: string): Promise<void> {
  const folder = join(prefix, '..');
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => /^debian-.*\.\d+$/.test(each))) {
    const { mtimeMs } = await stat(join(folder, name));
    if (Date.now() - mtimeMs > HOUR) await rm(join(folder, name), { recursive: true, force: true });
  }
}
