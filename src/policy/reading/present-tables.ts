import { splitStatements } from '../../sql/split/split.ts';
import { readTokens } from './code-token.ts';
import { readDdlHead } from './ddl-head.ts';
import { readTable, type TableDefinition } from './table-definition.ts';
import type { TextDefaults } from './charset.ts';

/** The target before the first pending changeset, as far as it was read. */
export interface PresentTables {
  /** As comments write it: 90704 is 9.7.4. */
  readonly serverVersion: number;
  /** Names of tables are the same in any case. */
  readonly foldsNames: boolean;
  /** What a changeset's session begins with. */
  readonly sqlMode: string;
  readonly checksForeignKeys: boolean;
  /** Of the schema. */
  readonly text: TextDefaults;
  /** SHOW CREATE TABLE by name; null where there is no such table. Of other names nothing is known. */
  readonly definitions: ReadonlyMap<string, string | null>;
}

/** What the definition of the server says; undefined where it is of a view, or cannot be read. */
export function readPresentTable(definition: string, present: PresentTables): TableDefinition | undefined {
  const [statement] = splitStatements(`${definition};`, '').statements;
  if (!statement) return undefined;
  const tokens = readTokens(statement, present.serverVersion);
  const head = readDdlHead(tokens);
  return head?.object === 'TABLE' ? readTable(tokens, head, present.text) : undefined;
}
