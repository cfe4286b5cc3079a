import type { PresentTables } from '../../../src/policy/reading/present-tables.ts';

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
