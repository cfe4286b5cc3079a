import type { Detail } from '../markdown/detail.ts';
import { blocks, details, list } from '../markdown/markdown-blocks.ts';
import { code, inline, nothing, sqlBlock, type Markdown } from '../markdown/markdown.ts';
import type { ReportedChangeset } from '../report.ts';
import { count, formatSize } from '../wording.ts';

/** The SQL of one changeset, rendered once for all steps of detail. */
export interface RenderedSql {
  readonly changeset: ReportedChangeset;
  readonly block: Markdown;
}

/** Renders the SQL of the changesets that are shown at all. */
export function renderSql(pending: readonly ReportedChangeset[], most: number): readonly RenderedSql[] {
  return pending.slice(0, most).map((changeset) => ({ changeset, block: sqlBlock(joinSql(changeset)) }));
}

/** The SQL of every changeset in the plan, closed; what is too long for `detail` is only named. */
export function changesetSql(rendered: readonly RenderedSql[], detail: Detail): Markdown {
  if (rendered.length === 0) return nothing;
  if (detail.sqlBytes === 0) return inline`*The SQL is left out here for its size: read it in the files.*`;
  const shown = rendered.filter(({ block }) => block.markdown.length <= detail.sqlBytes);
  const large = rendered.filter(({ block }) => block.markdown.length > detail.sqlBytes);
  return blocks(
    ...shown.map(({ changeset, block }) => details(sqlTitle(changeset), block)),
    large.length === 0 ? nothing : inline`*SQL that is left out here for its size:*`,
    list(large.map(({ changeset }) => leftOut(changeset))),
  );
}

function leftOut(changeset: ReportedChangeset): Markdown {
  const size = formatSize(Buffer.byteLength(joinSql(changeset)));
  return inline`${code(changeset.key)}: ${size} in ${code(changeset.sqlFile)}`;
}

function sqlTitle({ key, sqlFile, statements }: ReportedChangeset): string {
  return `SQL of ${key} (${count(statements.length, 'statement')}, ${sqlFile})`;
}

function joinSql({ statements }: ReportedChangeset): string {
  return statements.map(({ sql }) => `${sql.trim()};`).join('\n\n');
}
