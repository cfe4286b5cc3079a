import type { Risk } from '../../changelog/changeset.ts';
import { blockingViolations } from '../findings.ts';
import { blocks, details, table } from '../markdown/markdown-blocks.ts';
import { code, inline, linked, nothing, sqlBlock, text, type Markdown } from '../markdown/markdown.ts';
import type { Report, ReportedChangeset, ReportedTable } from '../report.ts';
import { clamp } from '../../wording/visible.ts';
import { count, formatEstimate, formatSize, formatStorage } from '../wording.ts';
import type { CommentDetail } from './comment-detail.ts';
import { fileLink, type CommentLinks } from './comment-links.ts';

const RISKS: Readonly<Record<Risk, string>> = {
  low: '🟢&nbsp;low',
  medium: '🟡&nbsp;medium',
  high: '🔴&nbsp;**high**',
};
/** No comment has room for more, so there is no use in rendering it. */
const LONGEST_SQL = 60_000;
const MOST_TABLES = 8;

/** A changeset as the comment shows it, its SQL rendered once for all steps of detail. */
export interface ShownChangeset {
  readonly changeset: ReportedChangeset;
  /** From 1, in the plan. */
  readonly number: number;
  /** What is left out last: high risk, and what the policy refuses. */
  readonly weight: Risk;
  /** Undefined where it is too long for any comment. */
  readonly sql: Markdown | undefined;
  readonly sqlBytes: number;
}

/** The changesets that a comment may show at all: the riskiest ones, in the order of the plan. */
export function toShown(report: Report, most: number): readonly ShownChangeset[] {
  const refused = new Set(blockingViolations(report).map(({ changeset }) => changeset));
  const weighed = report.pending.map((changeset, index) => ({
    changeset,
    number: index + 1,
    weight: refused.has(changeset.key) ? ('high' as const) : changeset.risk,
  }));
  return riskiest(weighed, most).map((shown) => ({ ...shown, ...renderSql(shown.changeset) }));
}

const ORDER: Readonly<Record<Risk, number>> = { high: 0, medium: 1, low: 2 };

function riskiest<T extends { readonly weight: Risk; readonly number: number }>(
  all: readonly T[],
  most: number,
): readonly T[] {
  if (all.length <= most) return all;
  return all
    .toSorted((left, right) => ORDER[left.weight] - ORDER[right.weight] || left.number - right.number)
    .slice(0, most)
    .toSorted((left, right) => left.number - right.number);
}

function renderSql({ statements }: ReportedChangeset): Pick<ShownChangeset, 'sql' | 'sqlBytes'> {
  const sqlBytes = statements.reduce((sum, { sql }) => sum + Buffer.byteLength(sql) + 2, 0);
  if (sqlBytes > LONGEST_SQL) return { sql: undefined, sqlBytes };
  return { sql: sqlBlock(statements.map(({ sql }) => `${sql.trim()};`).join('\n\n')), sqlBytes };
}

/** The plan in its order: risk, tables on the target, what decides whether it runs; then the SQL, closed. */
export function changesets(
  report: Report,
  all: readonly ShownChangeset[],
  links: CommentLinks,
  detail: CommentDetail,
): Markdown {
  const shown = riskiest(all, detail.rows);
  const tables = new Map(report.tables.map((known) => [known.name, known]));
  const hasTarget = report.target !== undefined;
  const rows = shown.map(({ changeset, number }) => [
    text(String(number)),
    name(changeset, detail),
    { markdown: RISKS[changeset.risk] },
    touched(changeset.tables, tables, hasTarget),
    conditions(changeset, detail),
  ]);
  const missing = report.pending.length - shown.length;
  return blocks(
    table(['#', 'changeset', 'risk', 'touches', 'when'], rows),
    missing === 0
      ? nothing
      : inline`*… and ${count(missing, 'more', 'more')}: the whole plan is in the ${summaryLink(links)}.*`,
    sqlParts(shown, links, detail),
  );
}

function name({ key, comment, reason }: ReportedChangeset, detail: CommentDetail): Markdown {
  const why =
    reason === 'new' ? nothing : inline` *${reason === 'changed' ? 'file changed' : 'runs always'}*`;
  const about = comment === undefined ? nothing : inline`<br>${text(comment, Math.min(detail.text, 200))}`;
  return inline`${code(key, 100)}${why}${about}`;
}

function touched(
  names: readonly string[],
  known: ReadonlyMap<string, ReportedTable>,
  hasTarget: boolean,
): Markdown {
  const parts = names.slice(0, MOST_TABLES).map((table_) => {
    const found = known.get(table_);
    if (found) return inline`${code(table_, 64)} ${tableSize(found)}`;
    return hasTarget ? inline`${code(table_, 64)} new` : code(table_, 64);
  });
  const missing = names.length - parts.length;
  if (missing > 0) parts.push(inline`… and ${missing} more`);
  return joined(parts);
}

/** `12 M rows, 3.4 GB`, both estimates of the server; numbers stay with their units. */
export function tableSize({ rows, bytes }: ReportedTable): Markdown {
  const words = `${formatEstimate(rows)} ${rows === 1 ? 'row' : 'rows'}, ${formatStorage(bytes)}`;
  return { markdown: words.replaceAll(/ (?!\d)/g, '&nbsp;') };
}

/** Words in which names stand between back-ticks. */
function withNames(words: string, limit: number): Markdown {
  const parts = clamp(words, limit).split('`');
  if (parts.length % 2 === 0) return text(words, limit);
  return {
    markdown: parts.map((part, index) => (index % 2 === 1 ? code(part) : padded(part)).markdown).join(''),
  };
}

/** Blanks at both ends stay where they separate words. */
function padded(part: string): Markdown {
  const { markdown } = text(part);
  const [before, after] = [/^\s/.test(part) ? ' ' : '', /\s$/.test(part) ? ' ' : ''];
  return { markdown: markdown === '' ? before : before + markdown + after };
}

function conditions({ contexts, labels, preconditions }: ReportedChangeset, detail: CommentDetail): Markdown {
  const limit = Math.min(detail.text, 300);
  const parts = [
    contexts === '' ? [] : [inline`in ${code(contexts, limit)}`],
    labels.length === 0 ? [] : [inline`labelled ${code(labels.join(', '), limit)}`],
    preconditions.slice(0, 10).map((condition) => inline`if ${withNames(condition, limit)}`),
    preconditions.length > 10 ? [inline`… and ${preconditions.length - 10} more`] : [],
  ];
  return joined(parts.flat());
}

function joined(parts: readonly Markdown[]): Markdown {
  return { markdown: parts.map(({ markdown }) => markdown).join('<br>') };
}

function sqlParts(shown: readonly ShownChangeset[], links: CommentLinks, detail: CommentDetail): Markdown {
  const isShown = ({ sql, weight }: ShownChangeset): boolean =>
    sql !== undefined && sql.markdown.length <= detail.sql[weight];
  const kept = shown.filter(isShown);
  const left = shown.length - kept.length;
  return blocks(
    ...kept.map(({ changeset, sql, sqlBytes }) =>
      details(sqlTitle(changeset, sqlBytes, links), sql ?? nothing),
    ),
    left === 0
      ? nothing
      : inline`*The SQL of ${count(left, 'changeset')} is left out here for its size: it is in the ${summaryLink(links)} and in the files.*`,
  );
}

function sqlTitle(
  { key, statements, sqlFile }: ReportedChangeset,
  bytes: number,
  links: CommentLinks,
): Markdown {
  const title = clamp(key, 100);
  return inline`SQL of <code>${title}</code>: ${count(statements.length, 'statement')}, ${formatSize(bytes)}, ${asHtml(fileLink(sqlFile, links), sqlFile)}`;
}

/** In a `summary` there is no Markdown, only HTML. */
function asHtml({ markdown }: Markdown, file: string): Markdown {
  const [, opening = ''] = /^(<a href="[^"]*">)/.exec(markdown) ?? [];
  return { markdown: `${opening}${text(file, 200).markdown}${opening === '' ? '' : '</a>'}` };
}

function summaryLink({ run }: CommentLinks): Markdown {
  return linked(text('step summary'), run ?? '');
}
