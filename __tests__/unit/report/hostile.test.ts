import { describe, expect, test } from '@jest/globals';
import { annotations } from '../../../src/report/annotations.ts';
import { formatJsonEvent, formatTextEvent } from '../../../src/log/log.ts';
import { outputs } from '../../../src/report/outputs.ts';
import { renderPlanText } from '../../../src/report/text/plan-text.ts';
import { renderReportJson } from '../../../src/report/schema/report-json.ts';
import type { Report } from '../../../src/report/report.ts';
import { renderSummary } from '../../../src/report/summary/summary.ts';
import { verdict } from '../../../src/report/verdict.ts';
import { HOSTILE, hostileSpeaker, reportSaying } from '../../support/hostile.ts';
import { readMarkdown } from '../../support/markdown-reader.ts';

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
const ROUNDS = 60;
const MEBIBYTE = 1024 * 1024;

/** Every hostile text everywhere, then mixtures. */
const reports: readonly Report[] = [
  ...HOSTILE.map((text) => reportSaying(() => text)),
  ...Array.from({ length: ROUNDS }, (_, seed) => reportSaying(hostileSpeaker(seed))),
];

describe('a step summary of hostile texts', () => {
  const benign = shape(renderSummary(reportSaying(() => 'word')));

  test('has the headings, tables, lists, fences and tags of a benign one', () => {
    for (const report of reports) expect(shape(renderSummary(report))).toEqual(benign);
  });

  test('has no command, mention, reference, link or hidden character in it', () => {
    for (const report of reports) {
      const summary = renderSummary(report);
      expectNoCommand(summary);
      expect(summary).not.toMatch(CONTROL);
      const prose = proseOf(summary);
      expect(prose).not.toMatch(/[[\]\\`~$]/);
      expect(decoded(prose)).not.toMatch(/@\w|#\d|\bGH-\d|\bwww\.|:\/\//i);
    }
  });
});

describe('a step summary of hostile texts, read by another parser', () => {
  test('has whole tables, closed parts and no tag, link or mention of others', () => {
    for (const report of reports) {
      const { tables, tags, links, prose, fences } = readMarkdown(renderSummary(report));
      for (const [header, ...rows] of tables) for (const row of rows) expect(row).toBe(header);
      expect(links).toEqual([]);
      expect(prose).not.toMatch(/@\w|#\d|\bGH-\d|\bwww\.|:\/\//i);
      for (const tag of tags) {
        expect(tag).toMatch(
          /^<(?:\/?(?:details|summary|code|sub|a)|br|a href="https:\/\/example\.com\/1")>$/,
        );
      }
      expect(tags.filter((tag) => tag === '<details>')).toHaveLength(
        tags.filter((tag) => tag === '</details>').length,
      );
      for (const { language } of fences) expect(['sql', 'mermaid']).toContain(language);
    }
  });
});

describe('hostile texts elsewhere', () => {
  test('are no commands in the text for a terminal', () => {
    for (const report of reports) {
      const text = renderPlanText(report, { colour: false });
      expectNoCommand(text);
      expect(text).not.toMatch(CONTROL);
    }
  });

  test('are no commands in log lines, and stay on lines of their own', () => {
    for (const text of HOSTILE) {
      const event = {
        level: 'error',
        event: 'data-loss',
        message: text,
        changeset: text,
        fix: text,
      } as const;
      const line = formatTextEvent(event, { colour: false });
      expectNoCommand(line);
      expect(line).not.toMatch(CONTROL);
      expect(
        line
          .split('\n')
          .slice(1)
          .every((rest) => rest.startsWith('  ')),
      ).toBe(true);
      const context = { time: '2026-11-22T10:02:00.000Z', runId: text, environment: text };
      const json = formatJsonEvent(event, context);
      expectNoCommand(json);
      expect(json).not.toMatch(/[\n\r]/);
      expect(json).not.toMatch(CONTROL);
      expect((JSON.parse(json) as { message: string }).message).toBe(text);
    }
  });

  test('are no commands in outputs and in the report file, which parse back to what was said', () => {
    for (const report of reports) {
      for (const value of Object.values(outputs(report))) {
        if (value.startsWith('[')) expectNoCommand(value);
      }
      const json = renderReportJson(report);
      expectNoCommand(json);
      expect((JSON.parse(json) as Report).databaseState).toBe(report.databaseState);
    }
  });

  test('are harmless in annotations', () => {
    for (const report of reports) {
      for (const { title, message } of annotations(report)) {
        expectNoCommand(`${title}\n${message}`);
        expect(message).not.toMatch(CONTROL);
        expect(message.length).toBeLessThanOrEqual(4096);
      }
    }
  });

  test('do not make the headline long', () => {
    for (const report of reports) expect(verdict(report).headline.length).toBeLessThan(21_000);
  });
});

describe('a line of 1 MB of hostile text wherever others write', () => {
  const words = HOSTILE.filter((text) => text !== '' && text.length < 1000 && !/[\r\n]/.test(text)).join(' ');
  const line = words.repeat(Math.ceil(MEBIBYTE / words.length)).slice(0, MEBIBYTE);
  const report = reportSaying(() => line);

  test('leaves the step summary whole and within its limit', () => {
    const summary = renderSummary(report);
    expect(Buffer.byteLength(summary)).toBeLessThan(MEBIBYTE);
    expectNoCommand(summary);
    expect(summary).not.toMatch(CONTROL);
    const { tables, tags, links, prose } = readMarkdown(summary);
    expect(tables.length).toBeGreaterThan(0);
    for (const [header, ...rows] of tables) for (const row of rows) expect(row).toBe(header);
    expect(links).toEqual([]);
    expect(prose).not.toMatch(/@\w|#\d|\bGH-\d|\bwww\.|:\/\//i);
    const opened = tags.filter((tag) => tag === '<details>').length;
    expect(tags.filter((tag) => tag === '</details>')).toHaveLength(opened);
  });

  test('is cut in annotations, and is no command in terminal, log, lists of outputs or report', () => {
    const found = annotations(report);
    expect(found.length).toBeGreaterThan(0);
    for (const { title, message } of found) {
      expectNoCommand(`${title}\n${message}`);
      expect(message.length).toBeLessThanOrEqual(4096);
    }
    expectNoCommand(renderPlanText(report, { colour: false }));
    expectNoCommand(renderReportJson(report));
    for (const value of Object.values(outputs(report))) if (value.startsWith('[')) expectNoCommand(value);
    const event = { level: 'error', event: 'data-loss', message: line, fix: line } as const;
    expectNoCommand(formatTextEvent(event, { colour: false }));
    const context = { time: '2026-11-22T10:02:00.000Z', runId: 'r', environment: 'e' };
    expectNoCommand(formatJsonEvent(event, context));
  });
});

function expectNoCommand(text: string): void {
  expect(text).not.toMatch(/^\s*::/m);
  expect(text).not.toContain('##[');
}

/** What a reader of Markdown takes for structure, line by line, without the text in it. */
function shape(markdown: string): readonly string[] {
  let fence = '';
  return markdown.split('\n').flatMap((line) => {
    if (fence !== '') {
      const isEnd = /^ {0,3}(`{3,})\s*$/.exec(line)?.[1];
      if (!isEnd || isEnd.length < fence.length) return [];
      fence = '';
      return ['fence ends'];
    }
    fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (fence !== '') return ['fence'];
    const bare = withoutCode(line);
    const marks = /^(?:#+ |- |\|)?/.exec(bare)?.[0] ?? '';
    const tags = bare.match(/<[^>]*>?/g)?.filter((tag) => !tag.includes('code')) ?? [];
    const cells = marks === '|' ? bare.split('|').length : 0;
    const strong = bare.split('**').length;
    return [
      `${marks} ${cells} ${strong} ${tags.map((tag) => tag.replace(/ href="[^"]*"/, ' href')).join('')}`,
    ];
  });
}

function withoutCode(line: string): string {
  return line.replace(/`[^`]*`/g, '').replace(/<code>[^<>`|]*<\/code>/g, '');
}

/** The summary without its SQL, code and the one link. */
function proseOf(markdown: string): string {
  return markdown
    .replace(/^(`{3,})sql\n[^]*?\n\1$/gm, '')
    .replace(/<a href="[^"]*">/g, '')
    .split('\n')
    .map(withoutCode)
    .join('\n');
}

/** As GitHub reads it when it looks for mentions and links. */
function decoded(prose: string): string {
  return prose.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
