import type { AlterClause } from './alter-clauses.ts';
import type { CodeToken } from './code-token.ts';
import type { DdlHead } from './ddl-head.ts';
import { readName, readNames, type ObjectName } from './object-name.ts';
import { afterParentheses, findKeyword, keyword } from './token-walk.ts';

/** A table that is altered, by whatever statement, in the clauses of ALTER TABLE. */
export interface TableChange {
  readonly table: ObjectName;
  readonly clauses: readonly AlterClause[];
}

/** A command that may alter tables. */
export interface AlteringCommand {
  readonly tokens: readonly CodeToken[];
  readonly verb: string;
  readonly ddl: DdlHead | undefined;
  /** Of an ALTER TABLE. */
  readonly clauses: readonly AlterClause[];
}

/** What a command alters: the server runs CREATE INDEX, DROP INDEX and OPTIMIZE as ALTER TABLE. */
export function tableChanges({ verb, ddl, clauses, tokens }: AlteringCommand): readonly TableChange[] {
  if (verb === 'OPTIMIZE') return optimized(tokens);
  if (ddl?.object === 'TABLE') {
    const [table] = ddl.names;
    return verb === 'ALTER' && table ? [{ table, clauses }] : [];
  }
  if (ddl?.object !== 'INDEX' || !ddl.on) return [];
  const on = findKeyword(tokens, 1, ['ON']);
  const behind = readName(tokens, on + 1)?.next ?? tokens.length;
  const line = tokens[0]?.line ?? 0;
  const [index] = ddl.names;
  const ways = waysIn(tokens, verb === 'CREATE' ? afterParentheses(tokens, behind) : behind);
  if (verb === 'DROP' && index) {
    const what = index.name.toUpperCase() === 'PRIMARY' ? 'primary' : 'index';
    return [{ table: ddl.on, clauses: [{ kind: 'drop', what, name: index.name, tokens, line }, ...ways] }];
  }
  if (verb !== 'CREATE') return [];
  const element = [...tokens.slice(1, on), ...tokens.slice(behind, afterParentheses(tokens, behind))];
  const kind = { UNIQUE: 'unique', FULLTEXT: 'fulltext', SPATIAL: 'spatial' } as const;
  const key = kind[keyword(tokens, 1) as keyof typeof kind] ?? ('index' as const);
  const added = { kind: 'add-key' as const, key, columns: [], isEnforced: true, element, tokens, line };
  return [{ table: ddl.on, clauses: [added, ...ways] }];
}

/** `ALGORITHM = INPLACE LOCK = NONE` without commas. */
function waysIn(tokens: readonly CodeToken[], from: number): readonly AlterClause[] {
  return ['ALGORITHM', 'LOCK'].flatMap((word) => {
    const at = findKeyword(tokens, from, [word]);
    const part = tokens.slice(at, at + 3);
    return at < 0 ? [] : [{ kind: 'other' as const, tokens: part, line: part[0]?.line ?? 0 }];
  });
}

function optimized(tokens: readonly CodeToken[]): readonly TableChange[] {
  const at = findKeyword(tokens, 1, ['TABLE', 'TABLES']);
  const word = tokens[at];
  if (!word) return [];
  const force = [{ ...word, text: 'FORCE', word: 'FORCE' }];
  return readNames(tokens, at + 1).map((table) => ({
    table,
    clauses: [{ kind: 'other' as const, tokens: force, line: word.line }],
  }));
}
