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

const MIT_TERMS = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;

/** Packages that ship no licence text, by `name@version`: the terms that they name. */
const TEXTS_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['@nodable/entities@3.1.0', `MIT, by Amit Gupta; its package names no year\n\n${MIT_TERMS}`],
  ['isarray@1.0.0', `Copyright (c) 2013 Julian Gruber <julian@juliangruber.com>\n\n${MIT_TERMS}`],
]);

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
  if (license === undefined || !isAllowed(license)) {
    throw new Error(
      `${id} is under "${license}", which scripts/build/third-party-licenses.ts does not allow`,
    );
  }
  const text = (await readTexts(folder)) || TEXTS_ELSEWHERE.get(id);
  if (!text) throw new Error(`${id} has no licence text; add it to scripts/build/third-party-licenses.ts`);
  return { title: `${id} (${license})`, text };
}

/** `(Apache-2.0 AND BSD-3-Clause)` binds us to both, `(MIT OR GPL-3.0)` to the one that we choose; no nesting. */
function isAllowed(license: string): boolean {
  const terms = license.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return terms.some((term) => term.split(' AND ').every((name) => ALLOWED.has(name)));
}

async function readTexts(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((file) => TEXT_FILE.test(file)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n');
}
