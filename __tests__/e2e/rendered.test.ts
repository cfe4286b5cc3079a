import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderComment, type CommentOptions } from '../../src/report/comment/comment.ts';
import { renderSummary } from '../../src/report/summary/summary.ts';
import { commentScenarios } from '../support/comment-scenarios.ts';
import { HOSTILE, reportSaying } from '../support/hostile.ts';
import { markdownBrowser, type MarkdownBrowser } from '../support/rendered-page.ts';
import { scenarios } from '../support/scenarios.ts';

const page = 'https://github.com/org/shop';
const options: CommentOptions = {
  marker: '<!-- db-deploy:prod:0123456789abcdef -->\n<!-- run 8841.1 -->',
  links: {
    repository: page,
    commit: 'a'.repeat(40),
    workingDirectory: '.',
    run: `${page}/actions/runs/8841`,
  },
};
let browser: MarkdownBrowser;

beforeAll(async () => {
  browser = await markdownBrowser();
}, 300_000);
afterAll(() => browser.close());

/** What a person would see of it. */
interface Seen {
  readonly text: string;
  readonly open: number;
  readonly unevenRows: number;
  /** Pixels that stand out at the right. */
  readonly overflow: number;
  readonly foreign: readonly string[];
}

async function look(markdown: string, width: number): Promise<Seen> {
  const shown = await browser.show(markdown, width);
  return shown.evaluate<Seen>(LOOK);
}

/** Runs in the page. */
const LOOK = `(() => {
  const article = document.querySelector('article');
  const rows = [...article.querySelectorAll('tr')];
  const allowed = 'P H3 H4 UL LI TABLE THEAD TBODY TR TH TD CODE PRE STRONG EM A BR SUB DETAILS SUMMARY'.split(' ');
  return {
    text: article.innerText,
    open: article.querySelectorAll('details[open]').length,
    unevenRows: rows.filter((row) => row.cells.length !== row.closest('table').rows[0].cells.length).length,
    overflow: article.scrollWidth - article.clientWidth,
    foreign: [...article.querySelectorAll('*')].map(({ tagName }) => tagName).filter((name) => !allowed.includes(name)),
  };
})()`;

function expectTidy(seen: Seen): void {
  expect(seen).toMatchObject({ open: 0, unevenRows: 0, foreign: [] });
  expect(seen.overflow).toBeLessThanOrEqual(0);
  expect(seen.text).not.toMatch(/\| ---|```|\*\*|<\/?details|&nbsp;|&#\d/);
}

describe.each([900, 380])('in a page %d pixels wide', (width) => {
  test.each(Object.entries(commentScenarios))('the comment of %s is tidy', async (_, report) => {
    expectTidy(await look(renderComment(report, options), width));
  });

  test.each(Object.entries(scenarios))('the summary of %s is tidy', async (_, report) => {
    expectTidy(await look(renderSummary(report), width));
  });

  test('hostile texts do not break out', async () => {
    for (const text of HOSTILE.filter(({ length }) => length < 5000)) {
      const report = { ...reportSaying(() => text), mode: 'status', result: 'blocked' } as const;
      const seen = await look(renderComment(report, options), width);
      expect(seen).toMatchObject({ open: 0, unevenRows: 0, foreign: [] });
      expect(seen.overflow).toBeLessThanOrEqual(0);
    }
  });
});
