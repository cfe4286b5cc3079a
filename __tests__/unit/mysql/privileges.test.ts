import { describe, expect, test } from '@jest/globals';
import {
  createsLoggedCode,
  privilegesFor,
  type Made,
} from '../../../src/mysql/privileges/needed-privileges.ts';
import { judgeGrants } from '../../../src/mysql/privileges/privileges.ts';

function privilegesOf(line: string, partialRevokes = false): readonly string[] {
  return [...judgeGrants([line], 'app', partialRevokes).privileges];
}

test.each([
  ['GRANT SELECT, INSERT ON `app`.* TO `u`@`%`', ['SELECT', 'INSERT']],
  ['GRANT SELECT ON *.* TO `u`@`%`', ['SELECT']],
  ['GRANT CREATE VIEW ON `ap_`.* TO `u`@`%`', ['CREATE VIEW']],
  ['GRANT DROP ON `a%`.* TO `u`@`%`', ['DROP']],
  ['GRANT SELECT (`a`, `b`), UPDATE ON `app`.`t` TO `u`@`%`', ['SELECT', 'UPDATE']],
  ['GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE `app`.`p` TO `u`@`%`', ['EXECUTE', 'ALTER ROUTINE']],
  ['GRANT SELECT ON `other`.* TO `u`@`%`', []],
  ['GRANT SELECT ON `ap_`.`t` TO `u`@`%`', []],
  [String.raw`GRANT SELECT ON ${'`a\\_p`'}.* TO ${'`u`@`%`'}`, []],
  ['GRANT `migrator`@`%` TO `u`@`%`', []],
])('%s gives on schema app: %j', (line, expected) => {
  expect(privilegesOf(line)).toEqual(expected);
});

test('with partial_revokes = ON a wildcard is a letter like others', () => {
  expect(privilegesOf('GRANT DROP ON `a%`.* TO `u`@`%`', true)).toEqual([]);
  expect(privilegesOf('GRANT DROP ON `app`.* TO `u`@`%`', true)).toEqual(['DROP']);
});

test('ALL PRIVILEGES on the schema is every privilege that can be granted there', () => {
  expect(privilegesOf('GRANT ALL PRIVILEGES ON `app`.* TO `u`@`%`')).toEqual(
    expect.arrayContaining(['ALTER', 'CREATE ROUTINE', 'TRIGGER', 'EVENT']),
  );
});

test('a partial revoke takes from what is granted everywhere, not from what is granted on the schema', () => {
  const lines = ['GRANT SELECT, INSERT ON *.* TO `u`@`%`', 'REVOKE INSERT ON `app`.* FROM `u`@`%`'];
  expect([...judgeGrants(lines, 'app', true).privileges]).toEqual(['SELECT']);
  expect([...judgeGrants(lines, 'other', true).privileges]).toEqual(['SELECT', 'INSERT']);
});

test('a privilege on one table is none on another', () => {
  const { has } = judgeGrants(['GRANT INSERT ON `app`.`t` TO `u`@`%`'], 'app', false);
  expect([has('INSERT', 't'), has('INSERT', 'T'), has('INSERT', 'u'), has('INSERT')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

const statement = (text: string) => ({ text, line: 1 });

test.each([
  ['create table t (id int primary key)', ['CREATE']],
  ['create table t (id int, foreign key (id) references p (id))', ['CREATE', 'REFERENCES']],
  ["create table t (id int comment 'foreign key')", ['CREATE']],
  ['create view v as select 1', ['CREATE VIEW']],
  ['create or replace view v as select 1', ['CREATE VIEW', 'DROP']],
  [
    'create or replace algorithm = merge definer = a@b sql security invoker view v as select 1',
    ['CREATE VIEW', 'DROP'],
  ],
  ['alter view v as select 1', ['CREATE VIEW', 'DROP']],
  ['create /* x */ definer = a@b trigger t before insert on t for each row set @a = 1', ['TRIGGER']],
  ['create definer = `a`@`b` procedure p() select 1', ['CREATE ROUTINE']],
  ['drop procedure if exists p', ['ALTER ROUTINE']],
  ['call p()', ['EXECUTE']],
  ['CREATE UNIQUE INDEX i ON t (a)', ['INDEX']],
  ['alter table t add column c int', ['ALTER']],
  [
    'alter table t add foreign key (a) references p (id), rename to u',
    ['ALTER', 'REFERENCES', 'DROP', 'CREATE'],
  ],
  ['alter table t rename column a to b, rename index i to j', ['ALTER']],
  ['alter table t drop partition p0', ['ALTER', 'DROP']],
  ['/*!80000 DROP */ TABLE t', ['DROP']],
  ['truncate t', ['DROP']],
  ['with c as (select 1) delete from t where id in (select * from c)', ['DELETE']],
  ['select 1', []],
])('%s needs %j', (text, expected) => {
  expect(privilegesFor(statement(text))).toEqual(expected);
});

describe('what the run made before', () => {
  const made: Made = { routines: new Set(), temporaryTables: new Set() };
  const needed = (text: string) => privilegesFor(statement(text), made);

  test('needs no privilege to be used or dropped', () => {
    expect(needed('create temporary table if not exists `T m` (id int)')).toEqual([
      'CREATE TEMPORARY TABLES',
    ]);
    expect(needed('alter table `t m` add column c int')).toEqual([]);
    expect(needed('drop table `t m`')).toEqual([]);
    expect(needed('drop procedure if exists app.p')).toEqual(['ALTER ROUTINE']);
    expect(needed('create procedure app.P() select 1')).toEqual(['CREATE ROUTINE']);
    expect(needed('call p()')).toEqual([]);
    expect(needed('drop procedure if exists `p`')).toEqual([]);
    expect(needed('call q()')).toEqual(['EXECUTE']);
  });
});

test.each([
  ['create trigger t before insert on t for each row set @a = 1', true],
  ['create definer = a@b function f() returns int return 1', true],
  ['create procedure p() select 1', false],
  ['drop trigger t', false],
  ["insert into t values ('create trigger')", false],
])('%s asks for SUPER under binary logging: %s', (text, expected) => {
  expect(createsLoggedCode(statement(text))).toBe(expected);
});
