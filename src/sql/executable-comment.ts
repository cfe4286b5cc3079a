/** 8.0.19, the oldest supported server; executable comments up to this version are run everywhere. */
export const OLDEST_SERVER = 80019;

/** The version that an executable comment asks for, 80019 for 8.0.19; 0 where it asks for none. */
export function executableVersion(comment: string): number {
  return executableMarker(comment, 0)[1];
}

/** The length of the `/*!80019` that begins at a position, and the version that it asks for. */
export function executableMarker(sql: string, start: number): readonly [length: number, version: number] {
  const digits = /^\d{5,6}/.exec(sql.slice(start + 3, start + 9))?.[0] ?? '';
  return [3 + digits.length, Number(digits)];
}
