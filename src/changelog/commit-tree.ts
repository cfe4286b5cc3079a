/** The working directory as a commit has it, from wherever commits are kept. */
export interface CommitTree {
  /** Its full id, in hex. */
  readonly commit: string;
  /** Regular files: path relative to the working directory, and the id that git gives to what is in it. */
  readonly files: ReadonlyMap<string, string>;
  /** What is in the files with these ids. */
  readonly read: (ids: readonly string[]) => Promise<ReadonlyMap<string, Uint8Array>>;
}
