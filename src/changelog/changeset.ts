import type { Location } from '../errors.ts';
import type { Expression } from './expression.ts';
import type { PreconditionEntry } from './precondition.ts';
import type { Statement } from '../sql/statements.ts';

export type Risk = 'low' | 'medium' | 'high';

/** The SQL of a changeset: its statements in order and the checksum of their normal form. */
export interface SqlFile {
  /** Relative to the working directory, with `/`. */
  readonly path: string;
  readonly statements: readonly Statement[];
  /** `v1:` and 64 hex digits. */
  readonly checksum: string;
}

/** A changeset as the changelog declares it, before its SQL is read. */
export interface ChangesetHeader {
  readonly id: string;
  readonly author: string;
  /** `author:id`, unique in the whole changelog tree. */
  readonly key: string;
  /** Where `changeSet:` stands in the changelog. */
  readonly at: Location;
  /** Relative to the working directory. */
  readonly sqlFile: string;
  /** Where `sqlFile:` stands, for problems with the file. */
  readonly sqlFileAt: Location;
  readonly risk: Risk;
  readonly allowDestructive: boolean;
  readonly contexts: Expression | undefined;
  /** Plain names; a changeset without labels matches every label expression. */
  readonly labels: readonly string[];
  readonly comment: string | undefined;
  readonly runOnChange: boolean;
  readonly runAlways: boolean;
  readonly validCheckSum: readonly string[];
  readonly tag: string | undefined;
  readonly preconditions: readonly PreconditionEntry[];
}

/** One reviewed unit of change: header and SQL. */
export interface Changeset extends ChangesetHeader {
  readonly sql: SqlFile;
}

/** The whole tree, flattened in the order in which it runs. */
export interface Changelog {
  /** The root changelog file, relative to the working directory. */
  readonly file: string;
  /** Preconditions of every changelog file in the tree, root first. */
  readonly preconditions: readonly PreconditionEntry[];
  readonly changesets: readonly Changeset[];
}
