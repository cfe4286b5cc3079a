import { expect, test } from '@jest/globals';
import { torture } from '../../../scripts/torture/torture.ts';
import { testServer } from '../../support/test-servers.ts';
import { dropBeside } from '../../support/restore.ts';
import { testDatabase } from '../../support/database.ts';

test('deploys that fail at random places under writers lose nothing, double nothing and leave nothing', async () => {
  const db = await testDatabase();
  const result = await torture({
    ...{ server: testServer('main'), database: db.name, seconds: 15, writers: 4, pauseMs: 20 },
    onProgress: () => undefined,
  });
  await dropBeside(db);
  const { lost, doubled, foreign, wrong, strange, isSchemaEqual } = result;
  expect({ lost, doubled, foreign, wrong, strange, isSchemaEqual }).toEqual({
    ...{ lost: 0, doubled: 0, foreign: 0, wrong: [], strange: [], isSchemaEqual: true },
  });
  expect(result.deploys.map((deploy) => [deploy.result, deploy.guarantee])).toEqual(
    result.deploys.map(() => ['restored', 'lossless']),
  );
  expect(result.acknowledged).toBeGreaterThan(50);
}, 180_000);
