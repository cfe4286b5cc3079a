import type { PresentTables } from '../../../src/policy/reading/present-tables.ts';
import { tableHistory, type TableHistory } from '../../../src/policy/reading/table-history.ts';
import type { Rule } from '../../../src/policy/rule.ts';

/** A target of MySQL 9.7 with these tables, by name; null for one that does not exist. */
export function presentTables(
  definitions: Readonly<Record<string, string | null>>,
  settings: Partial<Omit<PresentTables, 'definitions'>> = {},
): PresentTables {
  return {
    serverVersion: 90_704,
    foldsNames: false,
    sqlMode: 'STRICT_TRANS_TABLES',
    checksForeignKeys: true,
    text: { charset: 'utf8mb4', collation: 'utf8mb4_0900_ai_ci' },
    ...settings,
    definitions: new Map(Object.entries(definitions)),
  };
}

/** What has to be known for the example of a rule. */
export function exampleTables({ exampleOf }: Pick<Rule, 'exampleOf'>): TableHistory {
  const name = /^CREATE TABLE (\w+)/.exec(exampleOf ?? '')?.[1];
  const present = name === undefined ? undefined : presentTables({ [name]: exampleOf ?? null });
  return tableHistory(undefined, present);
}
