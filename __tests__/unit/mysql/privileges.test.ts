import { expect, test } from '@jest/globals';
import { privilegesFor, privilegesOf } from '../../../src/mysql/privileges.ts';

test.each([
  ['GRANT SELECT, INSERT ON `app`.* TO `u`@`%`', ['SELECT', 'INSERT']],
  ['GRANT SELECT ON *.* TO `u`@`%`', ['SELECT']],
  ['GRANT CREATE VIEW ON `ap_`.* TO `u`@`%`', ['CREATE VIEW']],
  ['GRANT DROP ON `a%`.* TO `u`@`%`', ['DROP']],
  ['GRANT SELECT (`a`, `b`), UPDATE ON `app`.`t` TO `u`@`%`', ['SELECT', 'UPDATE']],
  ['GRANT SELECT ON `other`.* TO `u`@`%`', []],
  [String.raw`GRANT SELECT ON ${'`a\\_p`'}.* TO ${'`u`@`%`'}`, []],
  ['GRANT `migrator`@`%` TO `u`@`%`', []],
])('%s gives on schema app: %j', (line, expected) => {
  expect(privilegesOf(line, 'app')).toEqual(expected);
});

test('ALL PRIVILEGES on the schema is every privilege that can be granted there', () => {
  expect(privilegesOf('GRANT ALL PRIVILEGES ON `app`.* TO `u`@`%`', 'app')).toEqual(
    expect.arrayContaining(['ALTER', 'CREATE ROUTINE', 'TRIGGER', 'EVENT']),
  );
});

test.each([
  ['create table t (id int primary key)', ['CREATE']],
  ['create or replace view v as select 1', ['CREATE VIEW']],
  ['create /* x */ definer = a@b trigger t before insert on t for each row set @a = 1', ['TRIGGER']],
  ['CREATE UNIQUE INDEX i ON t (a)', ['INDEX']],
  ['/*!80000 DROP */ TABLE t', ['DROP']],
  ['truncate t', ['DROP']],
  ['select 1', []],
])('%s needs %j', (text, expected) => {
  expect(privilegesFor({ text, line: 1, allowances: [] })).toEqual(expected);
});
