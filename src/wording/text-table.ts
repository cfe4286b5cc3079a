/** A cell: harmless text on one line, and how it is coloured, which takes no room. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** A column that is longer than this does not push the others to the right. */
const WIDEST = 40;

/** Lines with their cells under one another; a column in which no row says anything is left out. */
export function alignColumns(rows: readonly (readonly Cell[])[]): readonly string[] {
  const [first = []] = rows;
  const widths = first.map((_, column) =>
    rows.reduce((widest, row) => {
      const length = row[column]?.text.length ?? 0;
      return length > WIDEST ? widest : Math.max(widest, length);
    }, 0),
  );
  return rows.map((row) => {
    const cells = row.flatMap(({ text, paint }, column) => {
      const width = widths[column] ?? 0;
      if (width === 0 && text === '') return [];
      return [(paint ? paint(text) : text) + ' '.repeat(Math.max(0, width - text.length))];
    });
    return cells.join('  ').trimEnd();
  });
}
