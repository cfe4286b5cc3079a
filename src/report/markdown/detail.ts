/** How much of a report is shown. */
export interface Detail {
  /** The SQL of a changeset that is longer than this is left out. */
  readonly sqlBytes: number;
  /** Rows of a table, items of a list. */
  readonly rows: number;
  /** Characters of one message. */
  readonly text: number;
}

/** A longer table helps nobody; the report file has all of it. */
export const MOST_ROWS = 2000;

/** Everything first; then without the largest SQL, without any, and with fewer and shorter rows. */
const STEPS: readonly [Detail, ...Detail[]] = [
  { sqlBytes: Infinity, rows: MOST_ROWS, text: 1000 },
  { sqlBytes: 65_536, rows: MOST_ROWS, text: 1000 },
  { sqlBytes: 16_384, rows: MOST_ROWS, text: 1000 },
  { sqlBytes: 4096, rows: MOST_ROWS, text: 1000 },
  { sqlBytes: 1024, rows: MOST_ROWS, text: 1000 },
  { sqlBytes: 0, rows: MOST_ROWS, text: 500 },
  { sqlBytes: 0, rows: 1000, text: 300 },
  { sqlBytes: 0, rows: 200, text: 300 },
  { sqlBytes: 0, rows: 50, text: 200 },
  { sqlBytes: 0, rows: 10, text: 100 },
];

/** The most detailed rendering that is no longer than `limit` bytes of UTF-8. */
export function renderWithin(limit: number, render: (detail: Detail) => string): string {
  let rendered = '';
  for (const detail of STEPS) {
    rendered = render(detail);
    if (Buffer.byteLength(rendered) <= limit) return rendered;
  }
  return cutLines(rendered, limit);
}

/** For what even the last step cannot hold: whole lines from the start, which is where the verdict stands. */
function cutLines(rendered: string, limit: number): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of rendered.split('\n')) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > limit) break;
    kept.push(line);
  }
  return kept.join('\n');
}
