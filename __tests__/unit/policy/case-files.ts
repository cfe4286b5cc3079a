import { readdirSync, readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { splitStatements } from '../../../src/sql/split/split.ts';
import type { Statement } from '../../../src/sql/statements.ts';
import { checkPolicy } from '../../../src/policy/check-policy.ts';
import type { PresentTables } from '../../../src/policy/reading/present-tables.ts';
import { noDefinitions } from '../../../src/policy/reading/known-definitions.ts';
import { tableHistory } from '../../../src/policy/reading/table-history.ts';
import { rules } from '../../../src/policy/rules/index.ts';
import type { Violation } from '../../../src/policy/violation.ts';
import { changesetOf } from './changeset-of.ts';
import { presentTables } from './present-tables.ts';

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
  const changeset = changesetOf(statements, { allowDestructive: open.includes('changeset') });
  const gates = { allowDestructive: open.includes('run'), ...(schema !== undefined && { schema }) };
  return checkPolicy(rules, changeset, gates, noDefinitions(), tableHistory(schema, presentOf(sql)));
}

/** The target with the tables of the headers `-- present: CREATE TABLE …`; undefined where there are none. */
function presentOf(sql: string): PresentTables | undefined {
  const tables = [...sql.matchAll(/^-- present: (CREATE TABLE (\w+) .+)$/gm)];
  if (tables.length === 0) return undefined;
  return presentTables(
    Object.fromEntries(tables.map(([, definition = '', name = '']) => [name, definition])),
    {
      sqlMode: header(sql, 'sql_mode') ?? 'STRICT_TRANS_TABLES',
    },
  );
}

function header(sql: string, name: string): string | undefined {
  return new RegExp(`^-- ${name}: (.+)$`, 'm').exec(sql)?.[1];
}
