import type { Changeset } from './changeset.ts';
import { statementHash } from '../sql/checksum.ts';
import { statementKind } from '../sql/read/statement-kind.ts';
import type { LexableSql } from '../sql/statements.ts';

export type JournalStatus = 'started' | 'done' | 'failed' | 'undone' | 'unknown';

/** A row of the journal: one statement of one run, written before and after it. */
export interface JournalRow {
  readonly runId: string;
  readonly author: string;
  readonly changesetId: string;
  /** From 1. */
  readonly statementNo: number;
  /** Of the statement's normal form, in hex. */
  readonly sha256: string;
  readonly status: JournalStatus;
  /** Of the session that ran it. */
  readonly connectionId: number | string;
  /** Where the binary log stood before the run; null where that is not known. */
  readonly logFile: string | null;
  readonly logPos: number | string | null;
  /** Of a statement that is not done: what decides a doubt about it (`<tag>:<number>`, or a digest of definitions). */
  readonly gtid: string | null;
  /** Of a DML statement that was `started`: why it commits by itself and not together with its `done` row. */
  readonly note: string | null;
}

/** A person's answer for a statement that cannot be decided. */
export type InDoubtAnswer = 'done' | 'not-done';

/**
 * Where an earlier run left a changeset:
 * `untouched`: nothing of it is in effect, it starts anew;
 * `partial`: the first `done` statements are in effect and nothing else;
 * `in-doubt`: the same, and nobody here can tell whether statement `done + 1` took effect;
 * `edited`: what is in effect is not what the file says now, at statement `statementNo`.
 */
export type Leftover =
  | { readonly kind: 'untouched' }
  | { readonly kind: 'partial'; readonly done: number }
  | { readonly kind: 'in-doubt'; readonly done: number }
  | { readonly kind: 'edited'; readonly done: number; readonly statementNo: number };

/** Judges the journal rows that an unfinished run left for a changeset against its file as it is now. */
export function judgeProgress(changeset: Changeset, rows: readonly JournalRow[]): Leftover {
  const statements = changeset.sql.statements;
  const isSame = (row: JournalRow): boolean => {
    const statement = statements[row.statementNo - 1];
    return statement !== undefined && statementHash(statement) === row.sha256;
  };
  const done = rows.filter((row) => row.status === 'done');
  const open = rows.filter((row) => row.status === 'started' || row.status === 'unknown');
  const edited = done.find((row) => !isSame(row));
  if (edited) return { kind: 'edited', done: done.length, statementNo: edited.statementNo };
  if (open.some((row) => !isSame(row) || mayHaveLasted(row, statements[row.statementNo - 1]!))) {
    return { kind: 'in-doubt', done: done.length };
  }
  return done.length === 0 ? { kind: 'untouched' } : { kind: 'partial', done: done.length };
}

/** The same without the file: a statement that is not known to be done may have taken effect. */
export function stateOfRows(rows: readonly Pick<JournalRow, 'status'>[]): 'half-applied' | 'in-doubt' {
  return rows.every(({ status }) => status === 'done') ? 'half-applied' : 'in-doubt';
}

/** DML commits together with its `done` row and a SET changes nothing that lasts, unless the row says otherwise. */
function mayHaveLasted(row: JournalRow, statement: LexableSql): boolean {
  const kind = statementKind(statement);
  return kind === 'ddl' || kind === 'call' || row.status === 'unknown' || row.note !== null;
}
