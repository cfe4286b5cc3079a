import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownBrowser } from '../__tests__/support/rendered-page.ts';

const root = join(import.meta.dirname, '..');

/** The pictures of the documentation, from the texts that the tests hold. */
const PICTURES = { 'comment.png': 'plan.comment.md', 'summary.png': 'restored.summary.md' };

/** Photographs the golden files as a person would see them on GitHub. */
async function takePictures(): Promise<void> {
  const browser = await markdownBrowser();
  try {
    for (const [picture, golden] of Object.entries(PICTURES)) {
      const page = await browser.show(await readFile(join(root, '__tests__/golden', golden), 'utf8'), 960);
      // One of the folded texts is shown open, so that the picture says what is in it.
      await page.evaluate("document.querySelector('details')?.setAttribute('open', '')");
      const image = await page.locator('.comment').screenshot({ scale: 'css' });
      await writeFile(join(root, 'docs/images', picture), image);
      console.log(`docs/images/${picture}: ${Math.ceil(image.length / 1024)} KiB`);
    }
  } finally {
    await browser.close();
  }
}

await takePictures();
