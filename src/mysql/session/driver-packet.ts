/** What the driver hands to a command, as far as it is used. */
export interface Packet {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
  isError(): boolean;
  isEOF(): boolean;
  asError(encoding: string): Error;
}
