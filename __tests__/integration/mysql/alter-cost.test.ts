import { describe, expect, test } from '@jest/globals';
import { connect } from '../../../src/mysql/session/connection.ts';
import { readPresentDefinitions } from '../../../src/mysql/definitions/present-definitions.ts';
import { alterFiles, readAlterCases, type AlterCase } from '../../support/alter-cases.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { judgedOutcome, outcomeGroup } from '../../support/judge-alter.ts';
import { prepareAlter, probeAlter } from '../../support/probe-alter.ts';

/** What this server does with each case, and what the rule says by the definitions that this server gives. */
async function compare(db: TestDatabase, cases: readonly AlterCase[]): Promise<readonly string[]> {
  const connection = await db.connect();
  await connection.query('SET SESSION sql_require_primary_key = 0');
  const session = await connect(
    { ...db, ssl: 'disabled', sslCa: undefined, connectTimeout: 10 },
    () => undefined,
  );
  const differences: string[] = [];
  for (const each of cases) {
    await prepareAlter(connection, each);
    const names = each.setup.map((definition) => /^CREATE TABLE (\w+)/.exec(definition)?.[1] ?? '');
    const { definitions } = await readPresentDefinitions(session, names);
    const said = judgedOutcome(each, Object.fromEntries(definitions));
    const did = await probeAlter(connection, each);
    if (outcomeGroup(did) !== 'refused' && said !== outcomeGroup(did)) {
      differences.push(`${each.file}:${each.line}: ${each.sql}: the server: ${did}, the rule: ${said}`);
    }
  }
  await session.connection.end();
  return differences;
}

/** Every so many of the cases that are no everyday ones: `ALTER_CASES=all` takes all. */
const STEP = process.env['ALTER_CASES'] === 'all' ? 1 : 8;

describe('table-rebuild agrees with the server on empty copies of the tables', () => {
  test('about every one of the 42 everyday ALTERs', async () => {
    const db = await testDatabase({ server: 'without-gtids' });
    expect(await compare(db, readAlterCases('forty-two.sql'))).toEqual([]);
  });

  test.each(alterFiles.filter((file) => file !== 'forty-two.sql'))(
    'about the ALTERs of %s',
    async (file) => {
      const db = await testDatabase({ server: 'without-gtids' });
      const cases = readAlterCases(file).filter((_, at) => at % STEP === 0);
      expect(await compare(db, cases)).toEqual([]);
    },
    600_000,
  );
});
