import type { Backslash } from '../changelog/lexical.ts';
import { nextToken, tokenCursor, type TokenCursor } from '../changelog/tokenize.ts';

/** A token of a statement, by its place in the text, and whether it is a password or the hash of one. */
export interface JudgedToken {
  readonly start: number;
  readonly end: number;
  readonly isString: boolean;
  readonly isSecret: boolean;
}

/** Statements whose strings are names or secrets: one that does not stand where a name does counts as a secret. */
const ACCOUNT_STATEMENT =
  /^(?:(?:CREATE|ALTER) (?:USER|SERVER)|SET PASSWORD|GRANT|CHANGE|START (?:REPLICA|SLAVE|GROUP_REPLICATION))\b/;

const BEFORE_NAMES = new Set(
  `USER EXISTS TO , WITH FROM FOR ON ROLE AND COMMENT ATTRIBUTE SUBJECT ISSUER CIPHER HOST DATABASE SOCKET OWNER SERVER
  WRAPPER CHANNEL = (`.split(/\s+/),
);
const NOT_OF_PASSWORDS = /^(?:TERMINATED|ENCLOSED|ESCAPED|STARTING|ORDER|GROUP|PARTITION|SUBPARTITION)$/;

/** The tokens of a statement in their order, those inside executable comments too. */
export function judgeTokens(sql: string, backslash: Backslash): readonly JudgedToken[] {
  const judged: JudgedToken[] = [];
  judgeInto(judged, [], tokenCursor({ text: sql, backslash }), 0);
  return judged;
}

function judgeInto(judged: JudgedToken[], before: string[], cursor: TokenCursor, offset: number): void {
  while (nextToken(cursor)) {
    const { sql, kind, start, end, backslash } = cursor;
    if (kind === 'executable-comment') {
      const opening = /^\/\*!\d{0,6}/.exec(sql.slice(start, start + 9))?.[0].length ?? 3;
      const text = sql.slice(start + opening, Math.max(start + opening, end - 2));
      judgeInto(judged, before, tokenCursor({ text, backslash }), offset + start + opening);
      continue;
    }
    const isString = kind === 'string' || kind === 'dquoted';
    const isLiteral = isString || (kind === 'number' && /^(?:0x|x')/i.test(sql.slice(start, start + 2)));
    const isSecret = isLiteral && isSecretAfter(before);
    judged.push({ start: offset + start, end: offset + end, isString, isSecret });
    before.push(end - start > 40 ? '…' : sql.slice(start, end).toUpperCase());
  }
}

/** Judged by the tokens that stand before it, in capitals. */
function isSecretAfter(before: readonly string[]): boolean {
  const [third = '', second = '', last = ''] = before.slice(-3);
  const since = before.slice(before.lastIndexOf(';') + 1);
  if (last === 'BY') return !NOT_OF_PASSWORDS.test(second);
  if (last === 'PASSWORD' || last === 'REPLACE') return true;
  if (last === '(') return second === 'PASSWORD' || second === 'OLD_PASSWORD';
  if (last === '=' || last === ':=')
    return /PASSWORD$/.test(second) || (since[0] === 'SET' && since[1] === 'PASSWORD');
  if (last === 'AS' && (third === 'WITH' || since.slice(-6).includes('IDENTIFIED'))) return true;
  return ACCOUNT_STATEMENT.test(since.slice(0, 2).join(' ')) && !BEFORE_NAMES.has(last);
}
