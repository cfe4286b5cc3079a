import { blocks, list, section } from '../markdown/markdown-blocks.ts';
import { code, inline, linked, nothing, text, type Markdown } from '../markdown/markdown.ts';
import type { Guarantee, Report } from '../report.ts';
import { countReasons, keptOut } from '../filtered.ts';
import { formatStorage } from '../wording.ts';
import type { CommentLinks } from './comment-links.ts';

/** What a failure would cost, how to deploy exactly this, and where all of it comes from. */
export function footer(report: Report, links: CommentLinks): Markdown {
  const { planHash, guarantee, pending, filtered, schemaBytes } = report;
  const isPlan = planHash !== undefined && pending.length > 0;
  const facts = [
    isPlan && guarantee ? [inline`**If it fails:** ${cost(guarantee, schemaBytes)}`] : [],
    isPlan
      ? [
          inline`**Plan hash:** ${code(planHash)} – pass it as ${code('expected-plan-hash')} to deploy this and nothing else`,
        ]
      : [],
    keptOut(filtered).length > 0 ? [inline`**Not in this plan:** ${countReasons(filtered)}`] : [],
  ];
  return blocks(section('Before you deploy', list(facts.flat())), origin(report, links));
}

/** Where the words come from: one small line. */
export function origin(report: Report, links: CommentLinks): Markdown {
  const { target, comparedWith, changelogFile, finishedAt } = report;
  const parts = [
    target ? [inline`${target.schema} on ${target.host}, MySQL ${target.serverVersion}`] : [],
    changelogFile === '' ? [] : [inline`${changelogFile}`],
    comparedWith === undefined ? [] : [inline`compared with ${comparedWith.slice(0, 7)}`],
    links.commit === undefined ? [] : [inline`at ${links.commit.slice(0, 7)}`],
    [inline`${finishedAt.slice(0, 16).replace('T', ' ')} UTC`],
    links.run === undefined ? [] : [linked(text('workflow run'), links.run)],
  ];
  const line = parts
    .flat()
    .map(({ markdown }) => markdown)
    .join(' · ');
  return { markdown: `<sub>${line}</sub>` };
}

function cost(guarantee: Guarantee, schemaBytes: number | undefined): Markdown {
  const { kind, reasons, exceptions = [] } = guarantee;
  const size =
    schemaBytes === undefined || schemaBytes === 0 || kind === 'none'
      ? nothing
      : inline` (${formatStorage(schemaBytes)} to move)`;
  const except = exceptions.map((exception) => `, except ${exception}`).join('');
  return inline`${outcome(kind)}${text(except, 600)}${size}.${whyNotBetter(kind, reasons)}`;
}

function outcome(kind: Guarantee['kind']): Markdown {
  switch (kind) {
    case 'none':
      return inline`**nothing is restored**, what ran by then stays`;
    case 'snapshot':
      return inline`the backup that is taken right before is restored, and **what others write meanwhile is undone**`;
    case 'lossless':
      return inline`the backup that is taken right before is restored, and what others write meanwhile is kept`;
    case 'in-place':
      return inline`the backup that is taken right before is loaded into the live schema: what others write meanwhile is undone, and **a restore that fails leaves the schema incomplete**`;
  }
}

function whyNotBetter(kind: Guarantee['kind'], reasons: Guarantee['reasons']): Markdown {
  if (reasons.length === 0) return nothing;
  const lead = kind === 'lossless' ? 'It depends' : 'Why not better';
  const why = reasons.map(({ message }) => message).join('; ');
  return inline`<br><sub>${lead}: ${text(why, 400)}</sub>`;
}
