import type { LogPoint } from '../../backup/backup.ts';
import { send, type Session } from '../session/connection.ts';

/** A place in the binary log: behind what was written there. */
export interface LogPlace {
  readonly file: string;
  readonly position: number;
}

/** Where the first event of every file begins. */
export const FIRST_POSITION = 4;

/** The place of a point in a server's history; undefined where it was not known. */
export function placeOf({ file, position }: LogPoint): LogPlace | undefined {
  return file === undefined || position === undefined ? undefined : { file, position };
}

/** Whether a place lies behind another one. */
export function isAfter(place: LogPlace, other: LogPlace): boolean {
  const [left, right] = [numberOf(place.file), numberOf(other.file)];
  return left > right || (left === right && place.position > other.position);
}

/** Files of the log are numbered, with more digits where six are not enough. */
function numberOf(file: string): number {
  return Number(/\.(\d+)$/.exec(file)?.[1] ?? 0);
}

/** Until 8.2 the statement had another name; both need REPLICATION CLIENT. Undefined where there is no answer. */
export async function readLogPlace(session: Session, version: string): Promise<LogPlace | undefined> {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < 8 || (major === 8 && minor < 2);
  const sql = isOld ? 'SHOW MASTER STATUS' : 'SHOW BINARY LOG STATUS';
  try {
    const [rows] = await session.connection.query(sql);
    const [row] = rows as { File: string; Position: number | string }[];
    return row && { file: row.File, position: Number(row.Position) };
  } catch {
    return undefined;
  }
}

/** The names of the files that the server still has; needs REPLICATION CLIENT. */
export async function readLogFiles(session: Session): Promise<readonly string[]> {
  const logs = (await send(session, 'SHOW BINARY LOGS')) as unknown as { Log_name: string }[];
  return logs.map(({ Log_name: name }) => name);
}
