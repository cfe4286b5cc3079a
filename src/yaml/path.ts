/** Why a path cannot be used, and what would be right. */
export interface BadPath {
  readonly message: string;
  readonly fix: string;
}

/**
 * A path of the changelog in its one form: relative to the working directory, with `/`, without `.` and `..`. Taken
 * literally: where symbolic links lead is found out when the file is read.
 */
export function resolvePath(path: string, folder = '.'): string | BadPath {
  if (path.includes('\\')) {
    return { message: `"${path}" has a backslash in it`, fix: `write "${path.replaceAll('\\', '/')}"` };
  }
  if (/^(\/|[a-z]:)/i.test(path)) {
    return { message: `"${path}" is an absolute path`, fix: 'write it relative to the working directory' };
  }
  const segments: string[] = [];
  for (const segment of `${folder}/${path}`.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) {
      return { message: `"${path}" leaves the working directory`, fix: 'keep the file inside of it' };
    }
  }
  return segments.join('/') || '.';
}

/** The folder that a file stands in: `.` for the working directory itself. */
export function folderOf(file: string): string {
  const end = file.lastIndexOf('/');
  return end < 0 ? '.' : file.slice(0, end);
}

/** By code point, which is the same everywhere: no locale, and no UTF-16, has a say. */
export function comparePaths(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  const at = a.findIndex((character, index) => character !== b[index]);
  if (at < 0) return a.length - b.length;
  return (a[at]?.codePointAt(0) ?? -1) - (b[at]?.codePointAt(0) ?? -1);
}
