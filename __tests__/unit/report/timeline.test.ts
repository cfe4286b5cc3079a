import { describe, expect, test } from '@jest/globals';
import type { ReportedChangeset } from '../../../src/report/report.ts';
import { timeline } from '../../../src/report/summary/timeline.ts';
import { aBackup, aChangeset, aReport, aRestore } from '../../support/builders.ts';
import { HOSTILE } from '../../support/hostile.ts';

function ran(number: number, overrides: Partial<ReportedChangeset> = {}): ReportedChangeset {
  return aChangeset({
    id: String(number),
    status: 'applied',
    startedAt: `2026-11-22T10:02:${String(number % 60).padStart(2, '0')}.000Z`,
    durationMs: number,
    ...overrides,
  });
}

function ranUpTo(last: number): readonly ReportedChangeset[] {
  return Array.from({ length: last }, (_, index) => ran(index + 1));
}

/** The whole of what we write in Mermaid's language for Gantt charts. */
const LINE =
  /^(```mermaid|gantt|    dateFormat x|    axisFormat %H:%M:%S|    section (Backup|Changesets|Restore)|    [\p{L}\p{N}][\p{L}\p{N} ._/-]* :(done|crit|active), \d+, \d+|```)$/u;

describe('the timeline', () => {
  test('of a few changesets is nothing', () => {
    expect(timeline(aReport({ pending: ranUpTo(3) })).markdown).toBe('');
    expect(timeline(aReport({ pending: [...ranUpTo(3), aChangeset()] })).markdown).toBe('');
  });

  test('has backup, changesets and restore one after the other', () => {
    const report = aReport({
      pending: [...ranUpTo(4), ran(5, { status: 'failed' })],
      backup: aBackup(),
      restore: aRestore(),
    });
    const lines = timeline(report).markdown.split('\n');
    expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
    expect(lines.slice(5, 8)).toEqual([
      '    backup :active, 1795341720200, 1795341722000',
      '    section Changesets',
      '    1 anna 1 :done, 1795341721000, 1795341721001',
    ]);
    expect(lines).toContain('    5 anna 5 :crit, 1795341725000, 1795341725005');
    expect(lines.at(-2)).toBe('    restore :active, 1795341723000, 1795341724100');
  });

  test('of many changesets has the longest and the one that failed, and says so', () => {
    const pending = [ran(1, { status: 'failed' }), ...ranUpTo(3000).slice(1)];
    const { markdown } = timeline(aReport({ pending }));
    expect(markdown.length).toBeLessThan(5000);
    expect(markdown).toContain('1 anna 1 :crit');
    expect(markdown).toContain('3000 anna 3000 :done');
    expect(markdown).not.toContain(' anna 2000 ');
    expect(markdown).toContain('*The 40 longest of 3,000 changesets that ran.*');
  });

  test.each(HOSTILE)('holds its structure whatever a changeset is called: %j', (hostile) => {
    const pending = ranUpTo(4).map((changeset) => ({ ...changeset, key: hostile }));
    const lines = timeline(aReport({ pending })).markdown.split('\n');
    expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
    expect(lines.filter((line) => line.includes(' :done, '))).toHaveLength(4);
  });
});
