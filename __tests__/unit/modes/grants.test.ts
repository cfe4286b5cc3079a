import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { grants } from '../../../src/modes/grants/grants.ts';

const WHO = { schema: 'app', guarantee: 'best', backup: 'full', to: "'m'@'%'", isRole: false } as const;

/** What is granted on the live schema. */
function onSchema(lines: readonly string[]): readonly string[] {
  const list = lines.flatMap((line) => /^GRANT (.+) ON `app`\.\* /.exec(line)?.[1] ?? []);
  return list.join(', ').split(', ').toSorted();
}

test('a mode that only reads gets SELECT, and one without a database nothing', () => {
  expect(grants({ ...WHO, modes: ['status', 'verify'] })).toEqual(["GRANT SELECT ON `app`.* TO 'm'@'%';"]);
  expect(grants({ ...WHO, modes: ['validate'] })).toEqual(['-- validate: no database, so no privileges']);
});

test('the pipeline gets what sql/rbac/roles.sql grants to etl_runner', () => {
  const roles = readFileSync(join(import.meta.dirname, '../../../sql/rbac/roles.sql'), 'utf8');
  const lines = [...roles.matchAll(/^GRANT (?:CREATE, )?([A-Z, ]+) ON \S+ TO 'etl_runner';/gm)];
  const granted = new Set(lines.flatMap(([, list = '']) => list.split(', ')));
  expect(onSchema(grants({ ...WHO, modes: ['pipeline'] }))).toEqual([...granted].toSorted());
});

test('each guarantee has its own: side schemas, the log, or neither', () => {
  const of = (guarantee: 'best' | 'lossless' | 'in-place'): string =>
    grants({ ...WHO, modes: ['update'], guarantee }).join('\n');
  expect(of('best')).toContain('`app\\_\\_%`');
  expect(of('best')).toMatch(/^-- GRANT REPLICATION SLAVE/m);
  expect(of('lossless')).toMatch(/^GRANT REPLICATION SLAVE/m);
  expect(of('in-place')).not.toMatch(/REPLICATION|__%/);
  expect(grants({ ...WHO, modes: ['update'], backup: 'none' })).toHaveLength(1);
});

test('an underscore opens no other schema to an account, and a role is warned', () => {
  const status = { ...WHO, schema: 'my_`app', modes: ['status'] } as const;
  expect(grants(status).join('\n')).toContain('ON `my\\_``app`.* TO');
  expect(grants({ ...status, isRole: true }).join('\n')).toMatch(/other schemas[^]+ON `my_``app`\.\* TO/);
});
