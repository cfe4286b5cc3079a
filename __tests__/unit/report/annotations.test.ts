import { describe, expect, test } from '@jest/globals';
import { annotations } from '../../../src/report/annotations.ts';
import { aReport, aViolation } from '../../support/builders.ts';
import { scenarios } from '../../support/scenarios.ts';

describe('annotations', () => {
  test('come worst first, each with its place and fix', () => {
    const report = aReport({
      warnings: [{ code: 'history-row-without-changeset', message: 'gone', fix: 'put it back' }],
      violations: [
        aViolation({ rule: 'rename', severity: 'warning', message: 'renamed' }),
        aViolation({ rule: 'table-rebuild', severity: 'warning', excused: 'small table' }),
        aViolation({ message: 'dropped', fix: 'do not' }),
      ],
    });
    expect(annotations(report).map(({ level, title }) => `${level} ${title}`)).toEqual([
      'error drop-column',
      'warning rename',
      'warning history-row-without-changeset',
      'notice table-rebuild (excused)',
    ]);
    expect(annotations(report)[0]).toEqual({
      level: 'error',
      file: 'migrations/001_change.up.sql',
      line: 3,
      title: 'drop-column',
      message: 'dropped\nfix: do not',
    });
    expect(annotations(report)[2]).toMatchObject({ file: undefined, line: undefined });
  });

  test('say a violation or mismatch once, though it is a problem too', () => {
    expect(annotations(scenarios['policy-blocked']!).filter(({ level }) => level === 'error')).toHaveLength(
      1,
    );
    const [mismatch, ...others] = annotations(scenarios['mismatch']!);
    expect(others).toEqual([]);
    expect(mismatch?.message).toContain('\nfix: put the file back as it was when it ran');
  });

  test('are at most ten of a level, the last of which tells of the rest', () => {
    const violations = Array.from({ length: 25 }, (_, line) => aViolation({ message: `number ${line}` }));
    const list = annotations(aReport({ violations }));
    expect(list).toHaveLength(10);
    expect(list[9]?.message).toMatch(/^number 9\n.*\n… and 15 more: see the step summary$/);
  });

  test('fit into what the runner takes, and the fix of a long message stays', () => {
    const violations = Array.from({ length: 25 }, (_, line) =>
      aViolation({ message: `${line}${'x'.repeat(9000)}` }),
    );
    for (const { message } of annotations(aReport({ violations }))) {
      expect(message.length).toBeLessThanOrEqual(4096);
      expect(message).toContain('\nfix: set allowDestructive');
    }
  });
});
