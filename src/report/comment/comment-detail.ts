import type { Risk } from '../../changelog/changeset.ts';

/** How much of a report a comment shows. */
export interface CommentDetail {
  /** By risk: the SQL of a changeset that is longer than this is left out. */
  readonly sql: Readonly<Record<Risk, number>>;
  /** Rows of a table, items of a list. */
  readonly rows: number;
  /** Characters of one message. */
  readonly text: number;
}

/** No comment shows more: the summary does. */
export const MOST_ROWS = 300;

const ALL = Infinity;

/**
 * What goes first is what a reviewer misses least: the SQL of low risk, the longest of it at first, then that of
 * medium and of high risk, then rows from the end of the plan, those of low risk before others, and the end of long
 * messages. A changeset with a policy error counts as high risk.
 */
const STEPS: readonly CommentDetail[] = [
  { sql: { low: ALL, medium: ALL, high: ALL }, rows: MOST_ROWS, text: 1000 },
  { sql: { low: 4000, medium: ALL, high: ALL }, rows: MOST_ROWS, text: 1000 },
  { sql: { low: 800, medium: ALL, high: ALL }, rows: MOST_ROWS, text: 1000 },
  { sql: { low: 0, medium: ALL, high: ALL }, rows: MOST_ROWS, text: 1000 },
  { sql: { low: 0, medium: 4000, high: ALL }, rows: MOST_ROWS, text: 1000 },
  { sql: { low: 0, medium: 0, high: ALL }, rows: 200, text: 500 },
  { sql: { low: 0, medium: 0, high: 8000 }, rows: 100, text: 500 },
  { sql: { low: 0, medium: 0, high: 2000 }, rows: 100, text: 300 },
  { sql: { low: 0, medium: 0, high: 0 }, rows: 100, text: 300 },
  { sql: { low: 0, medium: 0, high: 0 }, rows: 40, text: 200 },
  { sql: { low: 0, medium: 0, high: 0 }, rows: 15, text: 150 },
  { sql: { low: 0, medium: 0, high: 0 }, rows: 5, text: 80 },
];

/** The most detailed rendering that is no longer than `limit` characters. */
export function renderWithin(limit: number, render: (detail: CommentDetail) => string): string {
  let rendered = '';
  for (const detail of STEPS) {
    rendered = render(detail);
    if (rendered.length <= limit) return rendered;
  }
  return cutLines(rendered, limit);
}

/** For what even the last step cannot hold: whole lines from the start, which is where the verdict stands. */
function cutLines(rendered: string, limit: number): string {
  const end = rendered.lastIndexOf('\n', limit);
  return rendered.slice(0, Math.max(0, end));
}
