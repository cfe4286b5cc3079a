/** What a terminal has that a pipe has not. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly isInteractive: boolean;
  readonly colour: boolean;
}
