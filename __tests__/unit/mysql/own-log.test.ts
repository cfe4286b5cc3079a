import { expect, test } from '@jest/globals';
import {
  afterTransaction,
  beginsStatement,
  type LoggedAfterJournal,
} from '../../../src/mysql/doubt/own-log.ts';

type Logged = Parameters<typeof afterTransaction>[1];

const rows = (...tables: readonly string[]): Logged => ({ tables: new Set(tables), statements: [] });
const statement = (sql: string): Logged => ({ tables: new Set(), statements: [{ schema: 'app', sql }] });
const journal = rows('ops_migration_statements');
const ddl = statement('ALTER TABLE t ADD COLUMN n INT');

function judge(...transactions: readonly Logged[]): LoggedAfterJournal {
  return transactions.reduce<LoggedAfterJournal>(afterTransaction, 'no-journal');
}

test('what comes after the last row of the journal is the statement in doubt', () => {
  expect(judge(journal, ddl)).toBe('something');
  expect(judge(journal, ddl, journal)).toBe('nothing');
  expect(judge(journal)).toBe('nothing');
  expect(judge(journal, rows('t'))).toBe('something');
  expect(judge(journal, rows())).toBe('nothing');
});

test('rows that commit together with the journal belong to what is done', () => {
  expect(judge(rows('t', 'ops_migration_statements'))).toBe('nothing');
});

test('in a log of statements the journal is known by its name', () => {
  const written = statement('INSERT INTO ops_migration_statements (run_id) VALUES (1)');
  expect(judge(written, statement('DELETE FROM t'))).toBe('something');
  expect(judge(statement('DELETE FROM t'), written)).toBe('nothing');
});

test('a log without our journal tells nothing', () => {
  expect(judge(ddl)).toBe('no-journal');
});

test('of what another session writes into the journal only a new row comes before a statement', () => {
  const table = new Set(['ops_migration_statements']);
  expect(beginsStatement({ insertedInto: table, statements: [] })).toBe(true);
  expect(beginsStatement({ insertedInto: new Set(), statements: [] })).toBe(false);
  const upsert = (status: string): Logged['statements'] => [
    {
      schema: 'app',
      sql: `INSERT INTO ops_migration_statements VALUES ('r', '${status}', IF('${status}' = 'started', NULL, UTC_TIMESTAMP(3)))`,
    },
  ];
  expect(beginsStatement({ insertedInto: new Set(), statements: upsert('started') })).toBe(true);
  expect(beginsStatement({ insertedInto: new Set(), statements: upsert('unknown') })).toBe(false);
});
