import type { CodeToken } from './code-token.ts';
import { readName, unquote } from './object-name.ts';
import { afterParentheses, findKeyword, hasKeywords, keyword, splitAtCommas } from './token-walk.ts';

/** A key, constraint or check of a table. */
export interface KeyDefinition {
  readonly kind: 'primary' | 'unique' | 'fulltext' | 'spatial' | 'index' | 'foreign' | 'check';
  /** Undefined where the server will make one up. */
  readonly name: string | undefined;
  readonly parts: readonly KeyPart[];
  readonly isEnforced: boolean;
  /** All but the name, as it can be compared. */
  readonly text: string;
}

export interface KeyPart {
  /** Undefined for an expression. */
  readonly column: string | undefined;
  /** Only the beginning of the column. */
  readonly isPrefix: boolean;
}

const KINDS: Readonly<Record<string, KeyDefinition['kind']>> = {
  PRIMARY: 'primary',
  UNIQUE: 'unique',
  FULLTEXT: 'fulltext',
  SPATIAL: 'spatial',
  INDEX: 'index',
  KEY: 'index',
  FOREIGN: 'foreign',
  CHECK: 'check',
};

/** Reads `CONSTRAINT c UNIQUE KEY k (a, b(10), (c + 1))`; undefined for a column. */
export function readKey(tokens: readonly CodeToken[]): KeyDefinition | undefined {
  const isConstraint = keyword(tokens, 0) === 'CONSTRAINT';
  const at = !isConstraint ? 0 : KINDS[keyword(tokens, 1)] ? 1 : 2;
  const kind = KINDS[keyword(tokens, at)];
  if (!kind) return undefined;
  const open = findKeyword(tokens, at, ['(']);
  if (open < 0) return undefined;
  const close = afterParentheses(tokens, open);
  const own = kind === 'check' || kind === 'foreign' ? undefined : indexName(tokens, at + 1, open);
  const symbol = isConstraint && at === 2 && tokens[1] ? unquote(tokens[1]) : undefined;
  return {
    kind,
    name: kind === 'primary' ? 'PRIMARY' : (own ?? symbol),
    parts: kind === 'check' ? [] : splitAtCommas(tokens.slice(open + 1, close - 1)).map(readPart),
    isEnforced: !hasKeywords(tokens, close, 'NOT', 'ENFORCED'),
    text: `${kind} ${comparable(tokens.slice(open))}`,
  };
}

/** Whether it is over an expression, and so over a hidden generated column. */
export function isFunctional({ kind, parts }: Pick<KeyDefinition, 'kind' | 'parts'>): boolean {
  return kind !== 'check' && parts.some(({ column }) => column === undefined);
}

/** Words and operators in one form: without quotes around names and without regard to case. */
export function comparable(tokens: readonly CodeToken[]): string {
  return tokens
    .map((token) => (token.kind === 'string' ? token.text : unquote(token).toLowerCase()))
    .join(' ');
}

/** Past `KEY` or `INDEX`, before `USING BTREE`. */
function indexName(tokens: readonly CodeToken[], from: number, open: number): string | undefined {
  const at = /^(?:KEY|INDEX)$/.test(keyword(tokens, from)) ? from + 1 : from;
  const token = tokens[at];
  return at < open && token && token.word !== 'USING' ? unquote(token) : undefined;
}

function readPart(part: readonly CodeToken[]): KeyPart {
  const name = readName(part, 0)?.name.name;
  return { column: name, isPrefix: keyword(part, 1) === '(' };
}
