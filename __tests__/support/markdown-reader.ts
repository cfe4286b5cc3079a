import { Lexer, type Token, type Tokens } from 'marked';

/** What a renderer of GitHub's Markdown takes a text for. */
export interface ReadMarkdown {
  /** Types of the blocks, in their order. */
  readonly blocks: readonly string[];
  readonly headings: readonly string[];
  /** The number of cells of each row, the header first, by table. */
  readonly tables: readonly (readonly number[])[];
  /** Every HTML tag and comment, as it stands. */
  readonly tags: readonly string[];
  /** Addresses of links and pictures that are not HTML. */
  readonly links: readonly string[];
  /** Languages of the blocks of code, and what is in them. */
  readonly fences: readonly { readonly language: string; readonly text: string }[];
  /** What people read outside of code, as GitHub sees it when it looks for mentions and references. */
  readonly prose: string;
}

/** Reads Markdown with a parser that is not ours. */
export function readMarkdown(markdown: string): ReadMarkdown {
  const tokens = new Lexer({ gfm: true }).lex(markdown);
  const all = tokens.flatMap(withInner);
  const tables = all.filter((token): token is Tokens.Table => token.type === 'table');
  const code = all.filter((token): token is Tokens.Code => token.type === 'code');
  return {
    blocks: tokens.map(({ type }) => type).filter((type) => type !== 'space'),
    headings: all.flatMap((token) => (token.type === 'heading' ? [(token as Tokens.Heading).text] : [])),
    tables: tables.map(({ header, rows }) => [header.length, ...rows.map((row) => row.length)]),
    tags: all.flatMap((token) => (token.type === 'html' ? (token.raw.match(/<[^>]*>?/g) ?? []) : [])),
    links: all.flatMap((token) =>
      token.type === 'link' || token.type === 'image' ? [(token as Tokens.Link).href] : [],
    ),
    fences: code.map(({ lang = '', text }) => ({ language: lang, text })),
    prose: decoded(all.flatMap(proseOf).join('\n')),
  };
}

/** A token and all that are in it. */
function withInner(token: Token): readonly Token[] {
  const inner: Token[] = [];
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table;
    for (const cell of [header, ...rows].flat()) inner.push(...cell.tokens);
  } else if (token.type === 'list') {
    for (const item of (token as Tokens.List).items) inner.push(...item.tokens);
  } else if ('tokens' in token && Array.isArray(token.tokens)) inner.push(...token.tokens);
  return [token, ...inner.flatMap(withInner)];
}

function proseOf(token: Token): readonly string[] {
  // Words between HTML tags are text for GitHub, and part of a block of HTML for the parser.
  if (token.type === 'html')
    return [token.raw.replaceAll(/<code>.*?<\/code>/g, '').replaceAll(/<[^>]*>/g, ' ')];
  return token.type === 'text' && !('tokens' in token && token.tokens) ? [token.raw] : [];
}

function decoded(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
