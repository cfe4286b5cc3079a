import { type Markdown, inline, nothing, text } from './markdown.ts';
import { count } from '../wording.ts';

/** Blocks under one another, with the blank line between them that Markdown wants; empty ones vanish. */
export function blocks(...parts: readonly Markdown[]): Markdown {
  return { markdown: parts.flatMap(({ markdown }) => (markdown === '' ? [] : [markdown])).join('\n\n') };
}

/** `#### Problems` over its body, or nothing when the body is empty. */
export function section(title: string, ...body: readonly Markdown[]): Markdown {
  const content = blocks(...body);
  return content.markdown === '' ? nothing : blocks(inline`#### ${title}`, content);
}

/** A bullet list; the items are single lines. */
export function list(items: readonly Markdown[]): Markdown {
  return { markdown: items.map((item) => `- ${item.markdown}`).join('\n') };
}

/** A table; the cells are single lines. A column in which no row says anything is left out. */
export function table(header: readonly string[], rows: readonly (readonly Markdown[])[]): Markdown {
  if (rows.length === 0) return nothing;
  const columns = header.flatMap((_, index) => (rows.some((row) => row[index]?.markdown) ? [index] : []));
  const toRow = (cells: readonly (Markdown | undefined)[]): string =>
    `| ${columns.map((index) => cells[index]?.markdown ?? '').join(' | ')} |`;
  const ruler = `|${columns.map(() => ' --- |').join('')}`;
  return { markdown: [toRow(header.map((name) => text(name))), ruler, ...rows.map(toRow)].join('\n') };
}

/** A part that is closed until somebody opens it. */
export function details(title: string | Markdown, body: Markdown): Markdown {
  if (body.markdown === '') return nothing;
  return blocks(inline`<details><summary>${title}</summary>`, body, inline`</details>`);
}

/** The first `limit` things, and a line that says how many are left out. */
export function atMost<T>(
  all: readonly T[],
  limit: number,
): { readonly shown: readonly T[]; readonly rest: Markdown } {
  const missing = all.length - limit;
  if (missing <= 0) return { shown: all, rest: nothing };
  return { shown: all.slice(0, limit), rest: inline`*… and ${count(missing, 'more', 'more')}.*` };
}
