/** Whether a path matches a glob of `*` (within a name), `?` (one character of a name) and `**` (any folders). */
export function matchesGlob(path: string, glob: string): boolean {
  return toPattern(glob).test(path);
}

/** The deepest folder that every match is in. */
export function folderOfGlob(glob: string): string {
  const fixed = glob.slice(0, glob.search(/[*?]|$/));
  const end = fixed.lastIndexOf('/');
  return end < 0 ? '.' : fixed.slice(0, end);
}

function toPattern(glob: string): RegExp {
  const source = glob
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => WILDCARDS[part] ?? part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`))
    .join('');
  return new RegExp(`^${source}$`, 'u');
}

const WILDCARDS: Readonly<Record<string, string>> = {
  '**/': '(?:[^/]+/)*',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};
