import { isMap, isSeq, parseDocument, type YAMLSeq } from 'yaml';

/** A changeset that is to stand at the end of a changelog. */
export interface NewChangeset {
  readonly id: string;
  readonly author: string;
  readonly sqlFile: string;
  readonly comment: string;
}

/**
 * The text of a changelog with one more changeset; every byte of the old one stays. Undefined where the list is written
 * in brackets or the result would not be the old list and one more.
 */
export function appendChangeset(text: string, changeset: NewChangeset): string | undefined {
  const list = listOf(text);
  if (!list) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const result = insert(text, list, changeset, newline);
  return result !== undefined && isOneMore(text, result) ? result : undefined;
}

function listOf(text: string): YAMLSeq | undefined {
  const document = parseDocument(text, { logLevel: 'error' });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const list = document.contents.get('databaseChangeLog', true);
  return isSeq(list) ? list : undefined;
}

function insert(text: string, list: YAMLSeq, changeset: NewChangeset, newline: string): string | undefined {
  const [start, end] = list.range ?? [0, 0];
  const first = list.items[0];
  if (list.flow) {
    if (first !== undefined) return undefined;
    const item = render(changeset, '  ', newline);
    return `${text.slice(0, start).trimEnd()}${newline}${item}${text.slice(end) || newline}`;
  }
  const indent = /[^\n]*$/.exec(text.slice(0, start))?.[0] ?? '';
  if (/\S/.test(indent)) return undefined;
  // Behind the last line of the last changeset, the comment on that line included.
  const lastByte = text.slice(0, end).trimEnd().length;
  const lineEnd = text.indexOf('\n', lastByte);
  const at = lineEnd < 0 ? text.length : lineEnd + 1;
  const before = text.slice(0, at);
  const gap = lineEnd < 0 ? newline : '';
  return `${before}${gap}${newline}${render(changeset, indent, newline)}${newline}${text.slice(at)}`;
}

function render({ id, author, sqlFile, comment }: NewChangeset, indent: string, newline: string): string {
  return [
    '- changeSet:',
    `    id: ${quoted(id)}`,
    `    author: ${quoted(author)}`,
    `    sqlFile: ${/^[\w./-]+$/.test(sqlFile) ? sqlFile : quoted(sqlFile)}`,
    `    comment: ${quoted(comment)}`,
  ]
    .map((line) => indent + line)
    .join(newline);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function isOneMore(before: string, after: string): boolean {
  const items = (text: string): readonly unknown[] => listOf(text)?.toJSON() ?? [];
  const [old, now] = [items(before), items(after)];
  return now.length === old.length + 1 && JSON.stringify(now.slice(0, -1)) === JSON.stringify(old);
}
