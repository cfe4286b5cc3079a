import { describe, expect, test } from '@jest/globals';
import { crashReport } from '../../../src/redaction/crash-report.ts';

describe('the last words of a run that nobody foresaw', () => {
  test('hold no command and no secret, not even one that escaping would change', () => {
    const error = new Error('denied for pa##[ss\n::set-output name=a::b\n##[error]owned\u001b]0;title\u0007');
    const words = crashReport(error, ['pa##[ss']);
    expect(words).toContain('denied for ***');
    expect(words).toContain('\\::set-output');
    expect(words).not.toContain('##[');
    expect(words).not.toMatch(/[\u0007\u001b]/);
    expect(words).toContain('last-words.test');
  });

  test('do not end in half a secret', () => {
    expect(crashReport(`${'x'.repeat(19_997)}secret-word`, ['secret-word'])).not.toContain('sec');
  });

  test.each([
    ['an object', { message: 'lost' }, 'lost'],
    ['nothing at all', undefined, 'undefined'],
    ['an object without words', {}, 'an error without words'],
  ])('are said of %s', (_, error, words) => {
    expect(crashReport(error, [])).toBe(words);
  });
});
