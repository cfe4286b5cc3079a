import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marked } from 'marked';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGUMENTS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** A browser in which Markdown looks as it does on GitHub. */
export interface MarkdownBrowser {
  /** Shows the Markdown in a comment of this width. */
  readonly show: (markdown: string, width?: number) => Promise<Page>;
  readonly close: () => Promise<void>;
}

/** Starts a browser of its own: what is installed, or CHROMIUM_PATH, or what Debian has for root. */
export async function markdownBrowser(): Promise<MarkdownBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'db-deploy-browser-'));
  const context: BrowserContext = await chromium.launchPersistentContext(folder, {
    executablePath: findChromium(),
    args: ARGUMENTS.split(' '),
    deviceScaleFactor: 1.5,
  });
  // What is shown is a text of ours and others: none of it may ask for anything.
  await context.route(/^https?:/, (route) => route.abort());
  return {
    show: async (markdown, width = 900) => {
      const page = context.pages()[0] ?? (await context.newPage());
      await page.setViewportSize({ width, height: 600 });
      await page.setContent(toPage(markdown));
      return page;
    },
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The program of a browser; installs Debian's where this is root's machine, and says what to do where it is not. */
function findChromium(): string {
  const given = process.env['CHROMIUM_PATH'];
  const found = given ?? PLACES.find((place) => existsSync(place));
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const environment = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'pipe', ...environment });
    const install = ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-color-emoji'];
    execFileSync('apt-get', install, { stdio: 'pipe', ...environment });
    return '/usr/bin/chromium';
  }
  throw new Error('these tests look at pages: install chromium, or set CHROMIUM_PATH to one');
}

function toPage(markdown: string): string {
  const css = readFileSync(
    createRequire(import.meta.url).resolve('github-markdown-css/github-markdown-light.css'),
    'utf8',
  );
  return `<!doctype html><meta charset="utf-8"><style>${css}
    body { margin: 0; padding: 16px; background: #fff; }
    .comment { border: 1px solid #d1d9e0; border-radius: 6px; padding: 16px; }
  </style><div class="comment"><article class="markdown-body">${toHtml(markdown)}</article></div>`;
}

/** As GitHub renders it, as far as it matters here: GFM, comments of HTML unseen. */
export function toHtml(markdown: string): string {
  return marked.parse(markdown, { gfm: true, async: false });
}
