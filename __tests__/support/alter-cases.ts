import { readdirSync, readFileSync } from 'node:fs';
import { splitStatements } from '../../src/sql/split/split.ts';

const FOLDER = new URL('../cases/alters/', import.meta.url);

/** A statement on fresh copies of the tables of its file, and what MySQL 9.7 did with it. */
export interface AlterCase {
  readonly file: string;
  readonly line: number;
  /** CREATE TABLE statements. */
  readonly setup: readonly string[];
  /** Of the session, before it. */
  readonly before: readonly string[];
  readonly sql: string;
  readonly recorded: string | undefined;
}

/** Every case of a file: a line is one case, its last statement is what is judged. */
export function readAlterCases(file: string): readonly AlterCase[] {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  const { statements } = splitStatements(text, file);
  const setup = statements.filter(({ text: sql }) => sql.startsWith('CREATE TABLE'));
  const lastLine = setup.at(-1)?.line ?? 0;
  return text.split('\n').flatMap((line, index) => {
    if (index + 1 <= lastLine || !/^(?:ALTER|SET|CREATE|DROP|OPTIMIZE)\b/.test(line)) return [];
    const parts = splitStatements(line, file).statements.map(({ text: sql }) => sql);
    const recorded = /; *-- 9\.7: (.*)$/.exec(line)?.[1];
    return [
      {
        ...{ file, line: index + 1, setup: setup.map(({ text: sql }) => sql) },
        ...{ before: parts.slice(0, -1), sql: parts.at(-1) ?? '', recorded },
      },
    ];
  });
}

/** Names of all case files. */
export const alterFiles: readonly string[] = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));
