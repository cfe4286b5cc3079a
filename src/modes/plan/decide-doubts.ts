import type { Changelog } from '../../changelog/changeset.ts';
import { changesetKey } from '../../changelog/history.ts';
import { judgeProgress, type JournalRow } from '../../changelog/journal.ts';
import type { Session } from '../../mysql/session/connection.ts';
import { decideDoubt, type Decision } from '../../mysql/doubt/decide-doubt.ts';
import { journalDecided } from '../../mysql/tracking/journal.ts';
import type { Log } from '../../log/log.ts';

/** What was found out of the changesets in which a run was cut off, in words, by `author:id`. */
export type Findings = ReadonlyMap<string, string>;

/**
 * Finds out of every statement in doubt whether it took effect, and writes it into the journal; to be called under the
 * deploy lock, so that the session of the run is gone. Who reads the journal after that has fewer doubts.
 */
export async function decideDoubts(
  session: Session,
  rows: readonly JournalRow[],
  changelog: Changelog,
  serverVersion: string,
  log: Log,
): Promise<Findings> {
  const findings = new Map<string, string>();
  for (const changeset of changelog.changesets) {
    const own = rows.filter((row) => changesetKey(row.author, row.changesetId) === changeset.key);
    if (own.length === 0 || judgeProgress(changeset, own).kind !== 'in-doubt') continue;
    const row = own.find(({ status }) => status !== 'done');
    const statement = row && changeset.sql.statements[row.statementNo - 1];
    if (!statement) continue;
    const decision = await decideDoubt(session, row, statement, serverVersion);
    if (decision.kind !== 'undecided')
      await journalDecided(session, row, decision.kind === 'done' ? 'done' : 'undone', decision.by);
    const words = describe(row.statementNo, decision);
    findings.set(changeset.key, words);
    log({ level: 'info', event: 'doubt-settled', message: words, changeset: changeset.key });
  }
  return findings;
}

function describe(number: number, decision: Decision): string {
  switch (decision.kind) {
    case 'done':
      return `statement ${number}, which was cut off, took effect (known ${decision.by})`;
    case 'not-done':
      return `statement ${number}, which was cut off, did not take effect (known ${decision.by})`;
    case 'undecided':
      return `whether statement ${number} took effect cannot be decided: ${decision.why}`;
  }
}
