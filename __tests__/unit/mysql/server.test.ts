import { expect, test } from '@jest/globals';
import { checkVersion } from '../../../src/mysql/privileges/server.ts';

test.each(['8.0.19', '8.0.44', '8.4.3', '9.7.4-2', '8.0.36-0ubuntu0.22.04.1', '10.1.0'])(
  '%s is new enough',
  (version) => {
    expect(checkVersion(version)).toBeUndefined();
  },
);

test.each([
  ['5.7.44-log', 'too old'],
  ['8.0.18', 'too old'],
  ['11.4.2-MariaDB-1:11.4.2+maria~ubu2404', 'MariaDB'],
  ['5.5.5-10.11.6-MariaDB', 'MariaDB'],
])('%s is refused: %s', (version, why) => {
  expect(checkVersion(version)).toMatchObject({
    code: 'unsupported-server',
    message: expect.stringContaining(why),
    fix: 'use MySQL 8.0.19 or newer',
  });
});
