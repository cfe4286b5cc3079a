import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Licences that let us ship a package inside our bundle under the terms that stand beside it. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
]);

/** Packages that ship no licence text, by `name@version`, with the text that their authors publish elsewhere. */
const TEXTS_ELSEWHERE: ReadonlyMap<string, string> = new Map();

const TEXT_FILE = /^(licen[cs]e|copying|notice)/i;
const RULE = '-'.repeat(80);

/** The names, licences and licence texts of the packages; throws when one has no text or may not be shipped. */
export async function thirdPartyLicenses(folders: readonly string[]): Promise<string> {
  const entries = await Promise.all(folders.map(describePackage));
  const sorted = [...new Map(entries.map((entry) => [entry.title, entry.text]))].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const head = 'The bundle in this folder contains parts of these packages.\n';
  return [head, ...sorted.map(([title, text]) => `${RULE}\n${title}\n\n${text}\n`)].join('\n');
}

async function describePackage(folder: string): Promise<{ readonly title: string; readonly text: string }> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const id = `${name}@${version}`;
  if (license === undefined || !ALLOWED.has(license)) {
    throw new Error(
      `${id} is under "${license}", which scripts/build/third-party-licenses.ts does not allow`,
    );
  }
  const text = (await readTexts(folder)) || TEXTS_ELSEWHERE.get(id);
  if (!text) throw new Error(`${id} has no licence text; add it to scripts/build/third-party-licenses.ts`);
  return { title: `${id} (${license})`, text };
}

async function readTexts(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((file) => TEXT_FILE.test(file)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n');
}
