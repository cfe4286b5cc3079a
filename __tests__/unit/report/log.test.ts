import { describe, expect, test } from '@jest/globals';
import { formatJsonEvent, formatTextEvent, type LogEvent } from '../../../src/log/log.ts';

const plain = { colour: false };
const applied: LogEvent = {
  level: 'info',
  event: 'changeset-applied',
  message: 'applied',
  changeset: 'anna:004',
  statement: 3,
  durationMs: 1234,
  at: { file: 'm.sql', line: 7 },
};

describe('an event for people', () => {
  test('names changeset and statement, and how long it took', () => {
    expect(formatTextEvent(applied, plain)).toBe('anna:004 statement 3: applied (1.2 s)');
  });

  test('says where something is wrong, and what to do', () => {
    const event = { ...applied, level: 'error', message: 'no such table', fix: 'create it' } as const;
    expect(formatTextEvent(event, plain)).toBe(
      'error: m.sql:7: anna:004 statement 3: no such table (1.2 s)\n  fix: create it',
    );
  });

  test('does not name a changeset that its message names', () => {
    const failed = {
      ...applied,
      level: 'error',
      message: 'changeset anna:004 statement 3 of 5: no',
    } as const;
    expect(formatTextEvent(failed, plain)).toBe(
      'error: m.sql:7: changeset anna:004 statement 3 of 5: no (1.2 s)',
    );
    const other = { ...failed, message: 'changeset anna:0042 is another' } as const;
    expect(formatTextEvent(other, plain)).toContain('anna:004 statement 3: changeset anna:0042');
  });

  test('indents further lines, so that none of them is a command', () => {
    const event: LogEvent = {
      level: 'info',
      event: 'data-loss',
      message: 'one\n::error::two\r\n##[error]three',
    };
    expect(formatTextEvent(event, plain)).toBe('one\n  \\::error::two\n  ##\\[error]three');
    expect(formatTextEvent({ ...event, message: '::error::x' }, plain)).toBe('\\::error::x');
  });

  test('has colours of ours only', () => {
    const event: LogEvent = { level: 'warning', event: 'data-loss', message: '\u001b[31mred\u0007' };
    expect(formatTextEvent(event, plain)).toBe('warning: red\\u{7}');
    expect(formatTextEvent(event, { colour: true })).toBe('\u001b[33mwarning:\u001b[39m red\\u{7}');
  });
});

describe('an event for machines', () => {
  test('is one JSON object on one line with the context of the run', () => {
    const context = { time: '2026-11-22T10:02:00.000Z', runId: '8841-1', environment: undefined };
    expect(formatJsonEvent({ ...applied, message: 'a\n##[b]\u202e' }, context)).toBe(
      '{"ts":"2026-11-22T10:02:00.000Z","level":"info","event":"changeset-applied","run_id":"8841-1",' +
        '"changeset":"anna:004","statement":3,"duration_ms":1234,"message":"a\\n#\\u0023[b]\\u202e","file":"m.sql","line":7}',
    );
  });
});
