/** How a changeset came into the history; Liquibase's words. */
export type ExecType = 'EXECUTED' | 'RERAN' | 'MARK_RAN';

/** A row of DATABASECHANGELOG: what ran, as the plan needs it. */
export interface HistoryRow {
  readonly id: string;
  readonly author: string;
  readonly filename: string;
  readonly execType: ExecType;
  /** `v1:…`; null when Liquibase wrote the row: accepted once and filled in. */
  readonly checksum: string | null;
  /** UTC. */
  readonly executedAt: string;
  readonly runId: string | null;
}

/** Rows by `author:id`, in the order in which they were executed. */
export type History = ReadonlyMap<string, HistoryRow>;

/** The one name of a changeset in all places. */
export function changesetKey(author: string, id: string): string {
  return `${author}:${id}`;
}
