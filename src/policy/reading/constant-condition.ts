import type { Token } from '../../changelog/statements.ts';
import { keyword } from './token-walk.ts';

/** Words of an expression that name no column. */
const CONSTANTS = new Set([
  ...['TRUE', 'FALSE', 'NULL', 'UNKNOWN', 'NOT', 'AND', 'OR', 'XOR', 'IS', 'IN', 'BETWEEN', 'LIKE', 'ESCAPE'],
  ...['REGEXP', 'RLIKE', 'DIV', 'MOD', 'BINARY', 'INTERVAL', 'DAY', 'CASE', 'WHEN', 'THEN', 'ELSE', 'END'],
  ...['COLLATE', 'SOUNDS', 'CURRENT_DATE', 'CURRENT_TIMESTAMP', 'CURRENT_TIME', 'CURRENT_USER', 'DATE'],
  ...['TIME', 'TIMESTAMP', 'LOCALTIME', 'LOCALTIMESTAMP', 'UTC_DATE', 'UTC_TIME', 'UTC_TIMESTAMP'],
]);

/** Whether a condition names no column, like `1 = 1`: then it holds for all rows or for none. */
export function isConstant(condition: readonly Token[]): boolean {
  return !condition.some((token, at) => {
    if (token.kind === 'name') return true;
    if (token.kind !== 'word' || token.text.startsWith('_utf8')) return false;
    const isFunction = keyword(condition, at + 1) === '(';
    return !isFunction && !CONSTANTS.has(keyword(condition, at));
  });
}
