import type { Session } from '../../mysql/session/connection.ts';
import { readSchemaSize, readTableSizes } from '../../mysql/session/table-sizes.ts';
import { updateReport, type Draft } from '../run/draft.ts';

/** Names beyond these are of nobody's interest, and the question has to fit into a packet. */
const MOST_NAMES = 5000;

/** Adds what a reviewer asks next: how large the touched tables are, and how much backup and restore would move. */
export async function recordSizes(draft: Draft, session: Session): Promise<void> {
  if (draft.report.pending.length === 0) return;
  const names = new Set(draft.report.pending.flatMap(({ tables }) => tables));
  updateReport(draft, {
    tables: await readTableSizes(session, [...names].slice(0, MOST_NAMES)),
    schemaBytes: await readSchemaSize(session),
  });
}
