import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where this machine gets Debian's packages from, and the key that signs them. */
export interface Mirror {
  readonly uri: string;
  readonly signedBy: string;
}

const DEFAULT_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The mirror of the machine's own apt sources; throws where this is not a Debian. */
export async function findDebianMirror(): Promise<Mirror> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return chooseMirror(release, await readSources('/etc/apt'));
}

/** The mirror of the release's main suite among sources files, given as names and texts. */
export function chooseMirror(release: string, files: readonly (readonly [string, string])[]): Mirror {
  if (!/^ID=debian$/m.test(release)) throw new Error('this is not Debian');
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(release)?.[1] ?? 'sid';
  const sources = files.flatMap(([name, text]) =>
    name.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text),
  );
  const source = sources.find(
    ({ suites, components }) => suites.includes(codename) && components.includes('main'),
  );
  if (!source) throw new Error(`the apt sources of this machine name no mirror for ${codename} main`);
  return { uri: source.uri, signedBy: source.signedBy ?? DEFAULT_KEYRING };
}

interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly signedBy: string | undefined;
}

async function readSources(apt: string): Promise<readonly (readonly [string, string])[]> {
  const parts = await readdir(join(apt, 'sources.list.d')).catch(() => []);
  const names = ['sources.list', ...parts.toSorted().map((part) => join('sources.list.d', part))];
  const texts = names
    .filter((name) => /\.(list|sources)$/.test(name))
    .map(async (name) => [name, await readFile(join(apt, name), 'utf8').catch(() => '')] as const);
  return Promise.all(texts);
}

/** `deb [signed-by=/path arch=amd64] http://mirror/debian bookworm main contrib`. */
function parseOneLine(text: string): readonly AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)$/.exec(line.replace(/#.*/, ''));
    if (!match) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const signedBy = /(?:^|\s)signed-by=(\/\S+)/i.exec(options)?.[1];
    return [{ uri, suites: [suite], components: words(components), signedBy }];
  });
}

/** Stanzas of `Key: value` lines, https://manpages.debian.org/sources.list. */
function parseDeb822(text: string): readonly AptSource[] {
  return text
    .replace(/^#.*\n?/gm, '')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const field = (name: string): string =>
        new RegExp(`^${name}:((?:.*)(?:\\n[ \\t].*)*)`, 'im').exec(stanza)?.[1]?.trim() ?? '';
      const [uri] = words(field('URIs'));
      if (!uri || !words(field('Types')).includes('deb') || /^no$/i.test(field('Enabled'))) return [];
      const key = field('Signed-By');
      const signedBy = key.startsWith('/') ? words(key)[0] : undefined;
      return [{ uri, suites: words(field('Suites')), components: words(field('Components')), signedBy }];
    });
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
