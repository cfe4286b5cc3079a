import { inline, nothing, type Markdown } from '../markdown/markdown.ts';
import { blocks } from '../markdown/markdown-blocks.ts';
import type { Report, ReportedChangeset } from '../report.ts';
import { clamp } from '../../wording/visible.ts';
import { count } from '../wording.ts';

/** A picture of fewer says nothing that the table does not. */
const FEWEST_CHANGESETS = 4;
/** A longer picture is not looked at, and the largest part of a long deploy is in its longest changesets. */
const MOST_CHANGESETS = 40;

interface Task {
  readonly name: string;
  readonly tag: 'done' | 'crit' | 'active';
  readonly startedAt: string;
  readonly durationMs: number;
}

/** When what ran, as a Gantt chart that GitHub draws; nothing for a deploy of a few changesets. */
export function timeline(report: Report): Markdown {
  const began = report.pending.flatMap((changeset, index) => toTask(changeset, index + 1));
  if (began.length < FEWEST_CHANGESETS) return nothing;
  const shown = longest(began);
  const { backup, restore } = report;
  const lines = [
    'gantt',
    '    dateFormat x',
    '    axisFormat %H:%M:%S',
    ...section('Backup', backup ? [{ name: 'backup', tag: 'active', ...backup }] : []),
    ...section('Changesets', shown),
    ...section('Restore', restore ? [{ name: 'restore', tag: 'active', ...restore }] : []),
  ];
  return blocks(
    { markdown: ['```mermaid', ...lines, '```'].join('\n') },
    shown.length < began.length
      ? inline`*The ${shown.length} longest of ${count(began.length, 'changeset')} that ran.*`
      : nothing,
  );
}

function toTask(changeset: ReportedChangeset, number: number): readonly Task[] {
  const { key, startedAt, durationMs, status } = changeset;
  if (startedAt === undefined || durationMs === undefined) return [];
  const tag = status === 'failed' || status === 'unknown' ? 'crit' : 'done';
  return [{ name: `${number} ${key}`, tag, startedAt, durationMs }];
}

/** The longest ones and whatever failed, in their order. */
function longest(tasks: readonly Task[]): readonly Task[] {
  if (tasks.length <= MOST_CHANGESETS) return tasks;
  const weight = ({ tag, durationMs }: Task): number => (tag === 'crit' ? Infinity : durationMs);
  const kept = new Set(tasks.toSorted((a, b) => weight(b) - weight(a)).slice(0, MOST_CHANGESETS));
  return tasks.filter((task) => kept.has(task));
}

function section(title: string, tasks: readonly Task[]): readonly string[] {
  const lines = tasks.map(({ name, tag, startedAt, durationMs }) => {
    const start = Date.parse(startedAt);
    return `    ${mermaidText(name)} :${tag}, ${start}, ${start + Math.max(1, durationMs)}`;
  });
  return lines.length === 0 ? [] : [`    section ${title}`, ...lines];
}

/** Letters and digits of any script, and what means nothing to Mermaid; the table has the exact names. */
function mermaidText(name: string): string {
  return clamp(name, 60)
    .replaceAll(/[^\p{L}\p{N} ._/-]/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
}
