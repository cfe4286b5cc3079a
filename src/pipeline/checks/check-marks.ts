import { endOfLine, skipInert } from '../../sql/lexical.ts';
import { sqlText } from '../../sql/sql-text.ts';

/** A comment that begins a part of a file of checks. */
export interface CheckMark {
  readonly kind: 'check' | 'examples';
  /** What follows the colon. */
  readonly rest: string;
  readonly line: number;
}

const MARK = /^--\s+(check|examples):(.*)$/i;

/** The marks of a file, wherever they stand; text in quotes and block comments has none. */
export function findCheckMarks(sql: string, file: string): readonly CheckMark[] {
  const lines = sqlText(sql, file);
  const marks: CheckMark[] = [];
  for (let at = 0; at < sql.length;) {
    const [, kind, rest = ''] = MARK.exec(commentAt(sql, at)) ?? [];
    if (kind !== undefined) {
      const isCheck = kind.toLowerCase() === 'check';
      marks.push({ kind: isCheck ? 'check' : 'examples', rest: rest.trim(), line: lines.lineAt(at) });
    }
    const end = skipInert(sql, at, 'escape');
    if (end < 0) break;
    at = end === at ? at + 1 : end;
  }
  return marks;
}

function commentAt(sql: string, at: number): string {
  return sql.startsWith('--', at) ? sql.slice(at, endOfLine(sql, at)).trimEnd() : '';
}
