/** What one server is started with; everything it owns is in its folder. */
export interface Instance {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  /** Flags for mysqld that mean the same in every engine. */
  readonly flags: readonly string[];
}

/** A server process of any engine. */
export interface Running {
  readonly pid: number;
  readonly hasExited: () => Promise<boolean>;
  /** Sends the signal; `waitForExit` tells when it was obeyed. */
  readonly signal: (name: NodeJS.Signals) => Promise<void>;
  readonly waitForExit: () => Promise<void>;
  readonly readLog: () => Promise<string>;
}

/** One way to have MySQL on this machine; `relaunch` starts a stopped server again, with its data. */
export interface Engine {
  readonly description: string;
  readonly launch: (instance: Instance) => Promise<Running>;
  readonly relaunch: (instance: Instance) => Promise<Running>;
  /** Where the server's socket is; containers keep theirs. */
  readonly socket: (instance: Instance) => string | undefined;
}

/** The client programs that every engine puts into the `bin` folder of a server. */
export const CLIENT_PROGRAMS: readonly string[] = ['mysql', 'mysqldump', 'mysqlbinlog', 'mysqladmin'];
