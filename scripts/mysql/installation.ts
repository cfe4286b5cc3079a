/** MySQL's programs on this machine. */
export interface Installation {
  readonly description: string;
  readonly version: string;
  /** The program and the arguments that it always needs. */
  readonly mysqld: readonly [string, ...string[]];
  /** The path of each client program. */
  readonly clients: ReadonlyMap<string, string>;
}

/** The arguments of every mysqld of ours, which refuses to run as root unless told to. */
export function baseArguments(installation: Installation): readonly string[] {
  const [, ...own] = installation.mysqld;
  return [...own, ...(process.getuid?.() === 0 ? ['--user=root'] : [])];
}
