/** What can be chosen about a throwaway server. */
export interface ServerOptions {
  /** GTIDs; on by default, as in MySQL 9. */
  readonly gtid?: 'on' | 'off';
  /** Refuse tables without a primary key. */
  readonly requirePrimaryKey?: boolean;
  readonly localInfile?: boolean;
  /** Log every statement into the table `mysql.general_log`. */
  readonly generalLog?: boolean;
  /** Let users without SUPER create triggers and functions. */
  readonly trustFunctionCreators?: boolean;
  /** MySQL's own durability; otherwise a commit survives a killed server but not a power cut. */
  readonly durable?: boolean;
  readonly mysqldFlags?: readonly string[];
  /** The database that exists from the start; `db_deploy` by default. */
  readonly database?: string;
  /** Only a server whose version begins so, such as `8.4`. */
  readonly version?: string;
  /** Only this container image; default: `MYSQL_IMAGE`. */
  readonly image?: string;
  /** Only this way to get MySQL. */
  readonly source?: Source;
  /** With a name the server outlives this process until it is stopped by that name. */
  readonly name?: string;
  /** Takes lines about what takes long. */
  readonly onProgress?: (line: string) => void;
}

/** The ways to get MySQL, in the order in which they are tried. */
export const SOURCES = ['installed', 'docker', 'debian'] as const;
export type Source = (typeof SOURCES)[number];

const ALWAYS: readonly string[] = [
  '--skip-name-resolve',
  '--mysqlx=OFF',
  '--secure-file-priv=',
  '--innodb-buffer-pool-size=64M',
  '--loose-innodb-redo-log-capacity=64M',
  '--innodb-buffer-pool-load-at-startup=OFF',
  '--innodb-buffer-pool-dump-at-shutdown=OFF',
];

/** The flags for mysqld that do not depend on where it runs; the user's come last and win. */
export function mysqldFlags(options: ServerOptions): readonly string[] {
  const gtid = options.gtid === 'off' ? 'OFF' : 'ON';
  return [
    ...ALWAYS,
    `--gtid-mode=${gtid}`,
    `--enforce-gtid-consistency=${gtid}`,
    ...(options.requirePrimaryKey ? ['--sql-require-primary-key=ON'] : []),
    ...(options.localInfile ? ['--local-infile=ON'] : []),
    ...(options.generalLog ? ['--general-log=ON', '--log-output=TABLE'] : []),
    ...(options.trustFunctionCreators ? ['--log-bin-trust-function-creators=ON'] : []),
    ...(options.durable ? [] : ['--innodb-flush-log-at-trx-commit=2', '--sync-binlog=0']),
    ...(options.mysqldFlags ?? []),
  ];
}
