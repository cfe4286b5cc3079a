import { describe, expect, test } from '@jest/globals';
import { closest } from '../../../src/yaml/did-you-mean.ts';

const KEYS = ['id', 'author', 'sqlFile', 'contexts', 'labels', 'runOnChange', 'runAlways', 'preconditions'];

describe('a misspelt word', () => {
  test.each([
    ['auther', 'author'],
    ['atuhor', 'author'],
    ['AUTHOR', 'author'],
    ['context', 'contexts'],
    ['preConditions', 'preconditions'],
    ['runonchange', 'runOnChange'],
    ['sql_file', 'sqlFile'],
    ['di', 'id'],
  ])('%s probably means %s', (word, meant) => {
    expect(closest(word, KEYS)).toBe(meant);
  });

  test.each(['dbms', 'rollback', '', 'x'.repeat(10_000)])('%s means nothing known', (word) => {
    expect(closest(word, KEYS)).toBeUndefined();
  });
});
