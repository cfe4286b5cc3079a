import { toVisible, toVisibleLine, clamp } from '../../wording/visible.ts';
import { withoutCommands } from '../../wording/workflow-command.ts';

/** Markdown for GitHub. Strings of others become it only through the functions below, so none goes in unescaped. */
export interface Markdown {
  readonly markdown: string;
}

/** What a file, server or person wrote, as `inline` takes it: escaped unless it is Markdown already. */
export type Part = string | number | Markdown;

export const nothing: Markdown = { markdown: '' };

/** Tagged template: the literal is Markdown, every other string in it is escaped as text. */
export function inline(literals: TemplateStringsArray, ...parts: readonly Part[]): Markdown {
  const filled = literals.map((literal, index) => {
    const part = parts[index];
    return part === undefined ? literal : literal + asMarkdown(part).markdown;
  });
  return { markdown: filled.join('') };
}

function asMarkdown(part: Part): Markdown {
  return typeof part === 'object' ? part : text(String(part));
}

/**
 * One line of plain text. It escapes by character references alone, so it holds in a paragraph, a table cell, an HTML
 * block and, with its quotes, an attribute. GitHub looks for mentions, issues, links and emoji after it has resolved
 * the references, so those are broken up by a space of no width.
 */
export function text(value: string, limit = 1000): Markdown {
  const escaped = toVisibleLine(value, limit)
    .replace(SPECIAL_OR_LINKED, (all, linked: string | undefined) =>
      linked ? `${linked}&#8203;` : reference(all),
    )
    .replace(/^[-+=#:]/, reference)
    .replace(/^(\d+)([.)])(?=\s|$)/, (_, digits: string, mark: string) => digits + reference(mark));
  return { markdown: escaped };
}

const SPECIAL_OR_LINKED =
  /(@(?=\w)|#(?=\d)|:(?=\/\/|[\w+-]{0,40}?[a-z][\w+-]{0,40}:|100:|1234:|[+-]1:)|\bwww(?=\.)|\bGH(?=-\d))|[\\`*[\]<>&|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/gi;

const NAMED: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

function reference(character: string): string {
  return NAMED[character] ?? `&#${character.codePointAt(0)};`;
}

/** Inline code. What a code span cannot hold (in a table not even `\|`) is text in `<code>`. */
export function code(value: string, limit = 200): Markdown {
  const line = toVisibleLine(value, limit);
  if (line === '') return nothing;
  if (!/[`|\\]|##\[|^::/.test(line)) return { markdown: `\`${line}\`` };
  return { markdown: `<code>${text(line, limit).markdown}</code>` };
}

/** A link if the address is plain http(s), else the label alone. */
export function link(label: string, url: string): Markdown {
  return linked(text(label), url);
}

/** The same around what is Markdown already. */
export function linked(label: Markdown, url: string): Markdown {
  if (!/^https?:\/\/[\w.~:/?#@!$&*+,;=%-]+$/.test(url)) return label;
  return { markdown: `<a href="${url.replace(/[&@"]/g, reference)}">${label.markdown}</a>` };
}

/** A block of SQL, fenced by more back-ticks than stand anywhere in it; very long lines are cut. */
export function sqlBlock(sql: string, lineLimit = 2000): Markdown {
  const lines = withoutCommands(toVisible(sql).trimEnd())
    .split('\n')
    .map((line) => clampCounting(line, lineLimit));
  const longest = lines.reduce((most, line) => Math.max(most, longestFence(line)), 2);
  const fence = '`'.repeat(longest + 1);
  return { markdown: [`${fence}sql`, ...lines, fence].join('\n') };
}

function clampCounting(line: string, limit: number): string {
  if (line.length <= limit) return line;
  return `${clamp(line, limit)} (${line.length - limit + 1} more characters)`;
}

function longestFence(line: string): number {
  return (line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}
