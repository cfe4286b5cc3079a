import { formatLocation, type Location } from '../../errors.ts';
import { code, linked, type Markdown } from '../markdown/markdown.ts';

/** Addresses of our own making; a report says nothing of where its links lead. */
export interface CommentLinks {
  /** `https://github.com/org/shop`; undefined outside of a workflow. */
  readonly repository: string | undefined;
  /** The commit whose files are shown. */
  readonly commit: string | undefined;
  /** Where the files of the report start, relative to the repository. */
  readonly workingDirectory: string;
  readonly run: string | undefined;
}

/** A path that makes a longer address is nobody's file. */
const LONGEST = 1000;

/** `migrations/4.sql:3`, leading there. */
export function placeLink(at: Location, links: CommentLinks): Markdown {
  return linked(code(formatLocation(at)), fileUrl(at.file, links, `#L${at.line}`));
}

/** A file, leading there. */
export function fileLink(file: string, links: CommentLinks): Markdown {
  return linked(code(file), fileUrl(file, links, ''));
}

function fileUrl(
  file: string,
  { repository, commit, workingDirectory }: CommentLinks,
  anchor: string,
): string {
  if (repository === undefined || commit === undefined || commit === '') return '';
  const path = workingDirectory === '.' ? file : `${workingDirectory}/${file}`;
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return '';
  const encoded = segments.map((segment) =>
    encodeURIComponent(segment.toWellFormed()).replaceAll(/['()]/g, percent),
  );
  const address = `${repository}/blob/${commit}/${encoded.join('/')}${anchor}`;
  return address.length > LONGEST ? '' : address;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
