import { describe, expect, test } from '@jest/globals';
import {
  describePrecondition,
  judgePreconditions,
  type Answer,
  type Precondition,
  type PreconditionEntry,
  type Question,
  type Reaction,
} from '../../../src/changelog/precondition.ts';
import { ExpectedError } from '../../../src/errors.ts';

const at = (line: number): PreconditionEntry['at'] => ({ file: 'changelog.yml', line });
const table = (tableName: string): Precondition => ({ kind: 'tableExists', tableName });

function entry(
  condition: Precondition,
  onFail: Reaction = 'HALT',
  onError: Reaction = 'HALT',
  line = 1,
): PreconditionEntry {
  return { condition, onFail, onError, at: at(line) };
}

/** A database of the tables `a` and `b`; a table named `broken` cannot be asked for. */
async function ask(question: Question): Promise<Answer> {
  if (question.kind !== 'tableExists') throw new Error('not asked here');
  const { tableName } = question;
  if (tableName === 'broken') throw new Error('ER_NO: no');
  if (tableName === 'gone')
    throw new ExpectedError({ code: 'connection-lost', message: 'the connection is gone' });
  const holds = ['a', 'b'].includes(tableName);
  return { holds, found: `table \`${tableName}\` ${holds ? 'exists' : 'does not exist'}` };
}

describe('preconditions', () => {
  test.each([
    ['HALT', 'halt'],
    ['CONTINUE', 'skip'],
    ['MARK_RAN', 'mark-ran'],
  ] as const)('one that does not hold with onFail %s: %s', async (reaction, kind) => {
    const verdict = await judgePreconditions([entry(table('x'), reaction, 'WARN', 7)], ask);
    expect(verdict).toEqual({ kind, message: 'table `x` does not exist', notes: [], at: at(7) });
  });

  test.each([
    ['HALT', 'halt'],
    ['CONTINUE', 'skip'],
    ['MARK_RAN', 'mark-ran'],
  ] as const)('one that cannot be judged with onError %s: %s', async (reaction, kind) => {
    const verdict = await judgePreconditions([entry(table('broken'), 'WARN', reaction, 7)], ask);
    const message = 'cannot find out whether table `broken` exists: ER_NO: no';
    expect(verdict).toEqual({ kind, message, notes: [], at: at(7) });
  });

  test('WARN takes a note and the rest is judged', async () => {
    const entries = [entry(table('x'), 'WARN'), entry(table('broken'), 'HALT', 'WARN'), entry(table('a'))];
    expect(await judgePreconditions(entries, ask)).toEqual({
      kind: 'hold',
      notes: ['table `x` does not exist', 'cannot find out whether table `broken` exists: ER_NO: no'],
    });
    expect(await judgePreconditions([...entries, entry(table('y'), 'CONTINUE')], ask)).toMatchObject({
      kind: 'skip',
      notes: [expect.any(String), expect.any(String)],
    });
  });

  test('none at all hold', async () => {
    expect(await judgePreconditions([], ask)).toEqual({ kind: 'hold', notes: [] });
  });

  test('the first that does not hold decides, and nothing is asked after it', async () => {
    const asked: Question[] = [];
    const entries = [
      entry(table('a')),
      entry(table('x'), 'MARK_RAN', 'HALT', 2),
      entry(table('broken'), 'HALT', 'HALT', 3),
    ];
    const verdict = await judgePreconditions(entries, async (question) => {
      asked.push(question);
      return ask(question);
    });
    expect(verdict).toMatchObject({ kind: 'mark-ran', at: at(2) });
    expect(asked).toHaveLength(2);
  });

  test('a connection that is gone ends the run, whatever onError says', async () => {
    await expect(judgePreconditions([entry(table('gone'), 'WARN', 'MARK_RAN')], ask)).rejects.toThrow(
      ExpectedError,
    );
  });

  test.each<readonly [string, Precondition, string | undefined]>([
    ['and: all hold', { kind: 'and', conditions: [table('a'), table('b')] }, undefined],
    [
      'and: one does not',
      { kind: 'and', conditions: [table('a'), table('x'), table('broken')] },
      'table `x` does not exist',
    ],
    ['or: one holds', { kind: 'or', conditions: [table('x'), table('b'), table('broken')] }, undefined],
    [
      'or: none does',
      { kind: 'or', conditions: [table('x'), table('y')] },
      'table `x` does not exist, and table `y` does not exist',
    ],
    ['not: it does not', { kind: 'not', conditions: [table('x')] }, undefined],
    ['not: it does', { kind: 'not', conditions: [table('a')] }, 'table `a` exists'],
    ['not of several: none may', { kind: 'not', conditions: [table('x'), table('b')] }, 'table `b` exists'],
    [
      'nested',
      { kind: 'not', conditions: [{ kind: 'and', conditions: [table('a'), table('x')] }] },
      undefined,
    ],
    [
      'nested, and',
      { kind: 'not', conditions: [{ kind: 'and', conditions: [table('a'), table('b')] }] },
      'table `a` exists, and table `b` exists',
    ],
  ])('%s', async (_name, condition, message) => {
    const verdict = await judgePreconditions([entry(condition)], ask);
    expect(verdict.kind === 'hold' ? undefined : verdict.message).toBe(message);
  });

  test.each<readonly [Precondition, string]>([
    [table('t'), 'table `t` exists'],
    [{ kind: 'not', conditions: [table('t')] }, 'none of this is so: table `t` exists'],
    [
      { kind: 'or', conditions: [table('t'), { kind: 'and', conditions: [table('a'), table('b')] }] },
      'table `t` exists or (table `a` exists and table `b` exists)',
    ],
    [
      { kind: 'indexExists', tableName: 't', indexName: undefined, columnNames: ['a', 'b'] },
      'index over (a, b) of table `t` exists',
    ],
    [{ kind: 'sqlCheck', expectedResult: '0', sql: 'SELECT 0' }, '"0" is the result of SELECT 0'],
  ])('%j in words: %s', (condition, words) => {
    expect(describePrecondition(condition)).toBe(words);
  });
});
