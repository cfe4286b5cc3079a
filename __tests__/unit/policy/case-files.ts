import { readdirSync, readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { splitStatements, type Statement } from '../../../src/changelog/statements.ts';
import { checkPolicy } from '../../../src/policy/check-policy.ts';
import { rules } from '../../../src/policy/rules/index.ts';
import type { Violation } from '../../../src/policy/violation.ts';
import { changesetOf } from './changeset-of.ts';

const FOLDER = new URL('../../cases/policy/', import.meta.url);

/** Names of all case files. */
export const caseFiles: readonly string[] = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));

/** A case file, split. */
export interface CaseFile {
  readonly sql: string;
  readonly statements: readonly Statement[];
}

export function readCaseFile(name: string): CaseFile {
  const sql = readFileSync(new URL(name, FOLDER), 'utf8');
  const { statements, problems } = splitStatements(sql, name);
  expect(problems).toEqual([]);
  return { sql, statements };
}

/** Judges statements as one changeset, with the target and the gates that the header of the file names. */
export function judge({ sql }: CaseFile, statements: readonly Statement[]): readonly Violation[] {
  const open = header(sql, 'gates')?.split(', ') ?? [];
  const schema = header(sql, 'schema');
  return checkPolicy(rules, changesetOf(statements, { allowDestructive: open.includes('changeset') }), {
    allowDestructive: open.includes('run'),
    ...(schema !== undefined && { schema }),
  });
}

function header(sql: string, name: string): string | undefined {
  return new RegExp(`^-- ${name}: (.+)$`, 'm').exec(sql)?.[1];
}
