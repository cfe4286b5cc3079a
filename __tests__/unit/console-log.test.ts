import { describe, expect, test } from '@jest/globals';
import { consoleLog } from '../../src/terminal/console-log.ts';
import type { LogFormat } from '../../src/inputs/inputs.ts';
import type { LogEvent } from '../../src/log/log.ts';

/** Each of them is changed by what makes text safe to print. */
const SECRETS = ['pa##[ss', 'p\u0007ss\u202eword', ':: p4ss', 'quo"te\\d'];

function printed(format: LogFormat, event: LogEvent, environment = 'dev'): string {
  const lines: string[] = [];
  const output = { out: (line: string) => void lines.push(line), err: () => undefined };
  consoleLog(output, { format, colour: false, secrets: SECRETS, runId: 'r', environment })(event);
  return lines.join('\n');
}

describe('a log', () => {
  test.each(['text', 'json'] as const)('of %s hides secrets that escaping would change', (format) => {
    for (const secret of SECRETS) {
      const event: LogEvent = {
        level: 'error',
        event: 'publish-failed',
        message: `denied: ${secret}`,
        fix: `no ${secret}`,
        changeset: `ada:${secret}`,
      };
      const line = printed(format, event, secret);
      expect(line).toContain('denied: ***');
      expect(line).toContain('no ***');
      expect(line).toContain('ada:***');
      expect(line).not.toMatch(/ss\b|te\\/);
    }
  });

  test('keeps its structure whatever a secret is', () => {
    const lines: string[] = [];
    const output = { out: (line: string) => void lines.push(line), err: () => undefined };
    const secrets = ['":"', 'error', 'publish-failed', '","'];
    consoleLog(output, { format: 'json', colour: false, secrets, runId: 'r', environment: 'dev' })({
      level: 'error',
      event: 'publish-failed',
      message: 'x',
    });
    expect(JSON.parse(lines.join(''))).toMatchObject({
      level: 'error',
      event: 'publish-failed',
      message: 'x',
    });
  });
});
