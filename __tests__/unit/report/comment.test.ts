import { describe, expect, test } from '@jest/globals';
import { renderComment, type CommentOptions } from '../../../src/report/comment/comment.ts';
import { commentMarker, isOfLaterRun, runMarker } from '../../../src/report/comment/marker.ts';
import type { Report } from '../../../src/report/report.ts';
import { aChangeset, aReport, aViolation, statementsOf } from '../../support/builders.ts';
import { commentScenarios } from '../../support/comment-scenarios.ts';
import { expectGolden } from '../../support/golden.ts';
import { HOSTILE, hostileSpeaker, reportSaying } from '../../support/hostile.ts';
import { readMarkdown } from '../../support/markdown-reader.ts';

const LIMIT = 65_000;
const MEBIBYTE = 1024 * 1024;
const page = 'https://github.com/org/shop';
const options: CommentOptions = {
  marker: `<!-- db-deploy:prod:0123456789abcdef -->\n${runMarker({ id: 8841, attempt: 1 })}`,
  links: {
    repository: page,
    commit: 'a'.repeat(40),
    workingDirectory: 'shop',
    run: `${page}/actions/runs/8841`,
  },
};

describe('the comment', () => {
  test.each(Object.entries(commentScenarios))('of %s is its golden file', (name, report) => {
    expectGolden(`${name}.comment.md`, renderComment(report, options));
  });

  test('is one short line where there is nothing to decide', () => {
    for (const name of ['plan-clean', 'pull-request-clean']) {
      const lines = renderComment(commentScenarios[name]!, options).trimEnd().split('\n');
      expect(lines).toHaveLength(4);
      expect(lines[3]).toMatch(/^✅ [^.]{1,80}\./);
    }
  });

  test('says what has to change before it lists the plan, and what a failure costs', () => {
    const { headings, blocks } = readMarkdown(renderComment(commentScenarios['plan-refused']!, options));
    expect(headings).toEqual([
      '⛔ `prod` would refuse this: 1 policy violation and 1 checksum mismatch',
      'What has to change first',
      'Before you deploy',
    ]);
    expect(blocks.indexOf('list')).toBeLessThan(blocks.indexOf('table'));
  });

  test('without the repository has no links, and a path that leaves it leads nowhere', () => {
    const report = aReport({ mode: 'status', pending: [aChangeset({ sqlFile: '../../evil/blob' })] });
    expect(renderComment(report, options)).not.toContain('evil/blob"');
    const links = { repository: undefined, commit: undefined, workingDirectory: '.', run: undefined };
    expect(renderComment(commentScenarios['plan']!, { ...options, links })).not.toContain('href');
  });
});

describe('the marker', () => {
  const identity = {
    kind: 'plan',
    environment: 'prod',
    workingDirectory: '.',
    changelogFile: 'a.yml',
  } as const;

  test('is another for another environment, folder, changelog or kind, and the same for the same', () => {
    const others = [
      { ...identity, environment: 'dev' },
      { ...identity, environment: undefined },
      { ...identity, workingDirectory: 'shop' },
      { ...identity, changelogFile: 'b.yml' },
      { ...identity, kind: 'changes' } as const,
      { ...identity, kind: 'saved-plan' } as const,
      { ...identity, kind: 'saved-changes' } as const,
    ];
    expect(new Set([identity, ...others, { ...identity }].map(commentMarker)).size).toBe(8);
    expect(commentMarker(identity)).toMatch(/^<!-- db-deploy:prod:[0-9a-f]{16} -->$/);
  });

  test('holds whatever an environment is called', () => {
    for (const environment of HOSTILE) {
      expect(commentMarker({ ...identity, environment })).toMatch(
        /^<!-- db-deploy:[^<>\s-]*:[0-9a-f]{16} -->$/,
      );
    }
  });

  test('tells which run began later', () => {
    const body = `<!-- x -->\n${runMarker({ id: 10, attempt: 2 })}\n`;
    expect(isOfLaterRun(body, { id: 9, attempt: 9 })).toBe(true);
    expect(isOfLaterRun(body, { id: 10, attempt: 1 })).toBe(true);
    expect(isOfLaterRun(body, { id: 10, attempt: 2 })).toBe(false);
    expect(isOfLaterRun(body, { id: 11, attempt: 1 })).toBe(false);
    expect(isOfLaterRun('<!-- x -->\nold', { id: 1, attempt: 1 })).toBe(false);
  });
});

describe('a comment that would be too large', () => {
  test.each([1, 50, 1000, 10_000])('of %d pending changesets fits and keeps what matters', (number) => {
    const comment = renderComment(largeReport(number), options);
    expect(comment.length).toBeLessThanOrEqual(LIMIT);
    expect(comment).toContain(
      `${number === 1 ? '1 changeset' : number.toLocaleString('en') + ' changesets'} would run`,
    );
    expect(comment).toContain('drop-column');
    expect(comment).toContain('a'.repeat(64));
    expect(comment).toContain('risky');
    expect(comment).toContain('ALTER TABLE risky');
    expectWhole(comment);
    if (number > 300) expect(comment).toMatch(/… and [\d,]+ more: the whole plan is in the <a href/);
  });

  test('loses the SQL of low risk first, then that of medium, and says so', () => {
    const pending = (['low', 'medium', 'high'] as const).flatMap((risk) =>
      [1, 2].map((number) =>
        aChangeset({
          id: `${risk}${number}`,
          risk,
          statements: statementsOf(`/* ${risk}${number} */ ${'SELECT 1;\n'.repeat(1200)}`),
        }),
      ),
    );
    const comment = renderComment(aReport({ mode: 'status', pending }), options);
    expect(comment).toContain('/* high1 */');
    expect(comment).toContain('/* medium2 */');
    expect(comment).not.toContain('/* low1 */');
    expect(comment).toContain('The SQL of 2 changesets is left out here for its size');
  });

  test('of one changeset of 5 MB names it', () => {
    const large = aChangeset({
      id: 'large',
      risk: 'high',
      statements: statementsOf('INSERT INTO t VALUES (1);\n'.repeat(MEBIBYTE / 5)),
    });
    const comment = renderComment(
      aReport({ mode: 'status', pending: [large, aChangeset({ id: 'small' })] }),
      options,
    );
    expect(comment).toContain('SQL of <code>anna:small</code>');
    expect(comment).toContain('The SQL of 1 changeset is left out here for its size');
    expect(comment.length).toBeLessThan(3000);
  });

  test('cuts a line of 1 MB wherever it stands', () => {
    const report = reportSaying(() => '`|<details>@a '.repeat(MEBIBYTE / 14));
    const comment = renderComment({ ...report, mode: 'status', result: 'blocked' }, options);
    expect(comment.length).toBeLessThanOrEqual(LIMIT);
    expectWhole(comment);
  });

  test('holds any limit, however hostile the report', () => {
    for (const seed of [1, 2, 3]) {
      const say = hostileSpeaker(seed);
      const pending = Array.from({ length: 60 }, (_, index) =>
        aChangeset({
          id: `${index}${say()}`,
          key: `k${say()}`,
          comment: say(),
          contexts: say(),
          tables: [say()],
          preconditions: [say()],
          statements: statementsOf(say()),
        }),
      );
      const violations = pending.map(({ key }) => aViolation({ changeset: key, message: say(), fix: say() }));
      const report = aReport({ mode: 'status', result: 'blocked', pending, violations });
      for (const limit of [LIMIT, 20_000, 3000]) {
        expect(renderComment(report, options, limit).length).toBeLessThanOrEqual(limit);
      }
    }
  });
});

describe('a comment of hostile texts', () => {
  const reports: readonly Report[] = [
    ...HOSTILE.map((text) => reportSaying(() => text)),
    ...Array.from({ length: 60 }, (_, seed) => reportSaying(hostileSpeaker(seed))),
  ].map((report) => ({
    ...report,
    mode: 'status',
    result: 'blocked',
    workingDirectory: `w${report.environment}`,
  }));

  test('has the structure of a benign one, read by another parser', () => {
    for (const report of reports) {
      const comment = renderComment(report, options);
      expectWhole(comment);
      const { headings, tables, links, fences, blocks } = readMarkdown(comment);
      expect(headings).toHaveLength(5);
      expect(tables).toHaveLength(1);
      expect(links).toEqual([]);
      expect(blocks).not.toContain('hr');
      expect(blocks).not.toContain('blockquote');
      for (const { language } of fences) expect(language).toBe('sql');
    }
  });

  test('mentions nobody, refers to nothing and links nowhere', () => {
    for (const report of reports) {
      const { prose, tags } = readMarkdown(renderComment(report, options));
      expect(prose).not.toMatch(/@\w|#\d|\bGH-\d|\bwww\.|:\/\//i);
      for (const tag of tags) {
        expect(tag).toMatch(
          /^<(?:\/?(?:details|summary|code|sub)|\/a|br|a href="https:\/\/github\.com\/org\/shop\/[^"<>\s]*"|!-- [^<>]* --)>$/,
        );
      }
    }
  });
});

/** Every part that was opened is closed, and every row of a table has its cells. */
function expectWhole(comment: string): void {
  const { tables, tags } = readMarkdown(comment);
  for (const [header, ...rows] of tables) for (const row of rows) expect(row).toBe(header);
  const open: string[] = [];
  for (const tag of tags) {
    const name = /^<\/?([a-z]+)/.exec(tag)?.[1] ?? '';
    if (name === '' || name === 'br') continue;
    if (tag.startsWith('</')) expect(open.pop()).toBe(name);
    else open.push(name);
  }
  expect(open).toEqual([]);
}

/** The last changeset is of high risk. */
function largeReport(number: number): Report {
  const pending = Array.from({ length: number }, (_, index) =>
    index + 1 === number
      ? aChangeset({
          id: 'risky',
          risk: 'high',
          tables: ['risky'],
          statements: statementsOf('ALTER TABLE risky ADD x INT'),
        })
      : aChangeset({
          id: String(index + 1),
          comment: 'why this is needed, in one line of usual length',
          tables: [`t${index}`],
          statements: statementsOf('INSERT INTO t VALUES (1, 2, 3);\n'.repeat(100)),
        }),
  );
  return aReport({ mode: 'status', pending, violations: [aViolation({ severity: 'warning' })] });
}
