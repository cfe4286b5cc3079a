import type { Backslash } from '../sql/lexical.ts';
import { nextToken, tokenCursor, type TokenCursor } from '../sql/tokenize.ts';

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

/** What stands before a token, in capitals: the statement's first two tokens and the last six. */
interface Before {
  readonly head: string[];
  readonly recent: string[];
}

/** The tokens of a statement in their order, those inside executable comments too. */
export function judgeTokens(sql: string, backslash: Backslash): readonly JudgedToken[] {
  const judged: JudgedToken[] = [];
  judgeInto(judged, { head: [], recent: [] }, tokenCursor({ text: sql, backslash }), 0);
  return judged;
}

function judgeInto(judged: JudgedToken[], before: Before, cursor: TokenCursor, offset: number): void {
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
    remember(before, end - start > 40 ? '…' : sql.slice(start, end).toUpperCase());
  }
}

function remember({ head, recent }: Before, token: string): void {
  if (token === ';') head.length = 0;
  else if (head.length < 2) head.push(token);
  recent.push(token);
  if (recent.length > 6) recent.shift();
}

function isSecretAfter({ head, recent }: Before): boolean {
  const [second = '', last = ''] = recent.slice(-2);
  if (recent.length < 2) return false;
  if (last === 'BY') return !NOT_OF_PASSWORDS.test(second);
  if (last === 'PASSWORD' || last === 'REPLACE') return true;
  if (last === '(') return second === 'PASSWORD' || second === 'OLD_PASSWORD';
  const isAccounts = ACCOUNT_STATEMENT.test(head.join(' '));
  if (last === '=' || last === ':=') return second.endsWith('PASSWORD') || (isAccounts && head[0] === 'SET');
  if (last === 'AS' && recent.includes('IDENTIFIED')) return true;
  return isAccounts && !BEFORE_NAMES.has(last);
}
