import { ExpectedError, type Problem } from '../../errors.ts';
import { readRow, readRows, send, type Session } from '../session/connection.ts';
import { readGranted } from './privileges.ts';

/** What the server says of itself; booleans come as numbers. */
export interface Server {
  readonly version: string;
  readonly uuid: string;
  readonly readOnly: boolean;
  readonly superReadOnly: boolean;
  readonly gtidMode: string;
  readonly logBin: boolean;
  /** Bytes. */
  readonly maxAllowedPacket: number;
}

interface ServerRow {
  readonly version: string;
  readonly uuid: string;
  readonly read_only: number;
  readonly super_read_only: number;
  readonly gtid_mode: string;
  readonly log_bin: number;
  readonly max_allowed_packet: number | string;
}

const SELECT_SERVER = `SELECT VERSION() AS version, @@server_uuid AS uuid, @@read_only AS read_only,
  @@super_read_only AS super_read_only, @@gtid_mode AS gtid_mode, @@log_bin AS log_bin,
  @@max_allowed_packet AS max_allowed_packet`;

/** Reads what kind of server this is and refuses one that is not MySQL 8.0.19 or newer. */
export async function readServer(session: Session): Promise<Server> {
  const { version } = await readRow<{ version: string }>(session, 'SELECT VERSION() AS version');
  const problem = checkVersion(version);
  if (problem) throw new ExpectedError(problem);
  const row = await readRow<ServerRow>(session, SELECT_SERVER);
  return {
    version: row.version,
    uuid: row.uuid,
    readOnly: row.read_only === 1,
    superReadOnly: row.super_read_only === 1,
    gtidMode: row.gtid_mode,
    logBin: row.log_bin === 1,
    maxAllowedPacket: Number(row.max_allowed_packet),
  };
}

/** MySQL 8.0.19 brought `VALUES ROW()` and row aliases; older servers and MariaDB are refused. */
export function checkVersion(version: string): Problem | undefined {
  const fix = 'use MySQL 8.0.19 or newer';
  if (/mariadb/i.test(version)) {
    return { code: 'unsupported-server', message: `this server is MariaDB (${version}), not MySQL`, fix };
  }
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  const isOld = major < 8 || (major === 8 && minor === 0 && patch < 19);
  return isOld
    ? { code: 'unsupported-server', message: `this server is MySQL ${version}, too old for db-deploy`, fix }
    : undefined;
}

/** Channels that bring changes from elsewhere; those of Group Replication are the group's own. */
const SELECT_CHANNELS = `SELECT c.HOST AS host
  FROM performance_schema.replication_connection_configuration c
  JOIN performance_schema.replication_applier_status a USING (CHANNEL_NAME)
  WHERE c.CHANNEL_NAME NOT LIKE 'group\\_replication\\_%' AND a.SERVICE_STATE = 'ON'`;

/** Refuses a server that takes no writes, or whose writes come from another one. */
export async function requireWritable(session: Session, server: Server): Promise<void> {
  if (server.superReadOnly || (server.readOnly && !(await isExemptFromReadOnly(session)))) {
    throw new ExpectedError({
      code: 'unsupported-server',
      message: `this server is read-only (${server.superReadOnly ? 'super_read_only' : 'read_only'} is ON)`,
      fix: 'connect to the primary, or turn read_only off there',
    });
  }
  await requireOneWriter(session);
  // Without SELECT on performance_schema this cannot be asked; read_only above covers the usual replica.
  const channels = await readRows<{ host: string }>(session, SELECT_CHANNELS).catch(() => []);
  const [source] = channels;
  if (source) {
    throw new ExpectedError({
      code: 'unsupported-server',
      message: `this server is a replica of ${source.host}: what is deployed here would not reach the source`,
      fix: 'connect to the primary',
    });
  }
}

const SHOW_GROUP = "SHOW GLOBAL VARIABLES LIKE 'group_replication_single_primary_mode'";
const SELECT_MEMBER = `SELECT COUNT(*) AS n FROM performance_schema.replication_group_members
  WHERE MEMBER_ID = @@server_uuid AND MEMBER_STATE <> 'OFFLINE'`;

/**
 * Locks stand on one member only, so where several take writes a swap would lose what another one acknowledged. That
 * holds with one member as well: the next may join at any moment. A group that cannot be seen counts as one.
 */
async function requireOneWriter(session: Session): Promise<void> {
  const [mode] = (await send(session, SHOW_GROUP)) as unknown as readonly { readonly Value: string }[];
  if (mode?.Value !== 'OFF') return;
  const [member] = await readRows<{ n: number | string }>(session, SELECT_MEMBER).catch(() => [{ n: 1 }]);
  if (Number(member?.n) === 0) return;
  throw new ExpectedError({
    code: 'unsupported-server',
    message:
      'this server is a member of a group with several primaries (group_replication_single_primary_mode is OFF): locks and swaps would hold on this member alone',
    fix: 'SELECT group_replication_switch_to_single_primary_mode(), then connect to the primary; a group that is stopped here can be seen with GRANT SELECT ON performance_schema.*',
  });
}

async function isExemptFromReadOnly(session: Session): Promise<boolean> {
  const privileges = (await readGranted(session))?.privileges;
  return privileges !== undefined && (privileges.has('SUPER') || privileges.has('CONNECTION_ADMIN'));
}
