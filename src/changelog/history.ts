/** A row of DATABASECHANGELOG: what ran, as the plan needs it. */
export interface HistoryRow {
  readonly id: string;
  readonly author: string;
  readonly filename: string;
  /** `v1:…`; null when Liquibase wrote the row: accepted once and filled in. */
  readonly checksum: string | null;
  /** UTC. */
  readonly executedAt: string;
  readonly runId: string | null;
}

/** Rows by `author:id`. */
export type History = ReadonlyMap<string, HistoryRow>;

/** The one name of a changeset in all places. */
export function changesetKey(author: string, id: string): string {
  return `${author}:${id}`;
}
