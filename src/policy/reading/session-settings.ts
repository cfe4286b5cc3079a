import type { CodeToken } from './code-token.ts';
import { textOf } from './column-type.ts';
import { keyword, splitAtCommas } from './token-walk.ts';

/** What a session decides about ALTER TABLE. */
export interface SessionSettings {
  /** A value that does not fit is an error, not a warning. */
  readonly isStrict: boolean;
  readonly checksForeignKeys: boolean;
}

const STRICT = /strict_trans_tables|strict_all_tables|traditional/i;

/** Whether a `sql_mode` refuses values that do not fit. */
export function isStrictMode(sqlMode: string): boolean {
  return STRICT.test(sqlMode);
}

/** The settings after a SET; `initial` is what DEFAULT, or a value that was kept before, stands for. */
export function readSettings(
  tokens: readonly CodeToken[],
  before: SessionSettings,
  initial: SessionSettings,
): SessionSettings {
  let settings = before;
  for (const part of splitAtCommas(tokens.slice(1))) {
    const end = part.findIndex(({ text }) => text === '=' || text === ':=');
    if (end < 0) continue;
    const left = part
      .slice(0, end)
      .map(({ text }) => text.toLowerCase().replaceAll('`', ''))
      .join(' ');
    const name = /^(?:(?:session|local) |@@(?:session ?\. ?|local ?\. ?)?)?([a-z_]+)$/.exec(left)?.[1];
    const value = part.slice(end + 1);
    if (name === 'foreign_key_checks') {
      settings = { ...settings, checksForeignKeys: flagOf(value) ?? initial.checksForeignKeys };
    } else if (name === 'sql_mode') {
      const isDefault = keyword(value, 0) === 'DEFAULT';
      settings = {
        ...settings,
        isStrict: isDefault ? initial.isStrict : isStrictMode(value.map(textOf).join(' ')),
      };
    }
  }
  return settings;
}

function flagOf(value: readonly CodeToken[]): boolean | undefined {
  const text = value.map(textOf).join(' ').toUpperCase();
  if (/^(?:0|OFF|FALSE)$/.test(text)) return false;
  return /^(?:1|ON|TRUE)$/.test(text) ? true : undefined;
}
